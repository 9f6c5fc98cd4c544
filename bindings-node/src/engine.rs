//! The engine, as JavaScript holds it.

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;

use lifestage_border::policy_file;
use lifestage_core::error::{CLOSED, Fault};
use lifestage_core::{Engine, Error};
use napi::bindgen_prelude::AsyncTask;
use napi::{Either, Env, Task};
use napi_derive::napi;

use crate::cancellation::Cancellation;
use crate::failure::Failure;
use crate::guard;
use crate::handle::NativeHandle;

/// A policy made ready to decide, until it is closed; also closed while asynchronous calls borrow it.
#[napi]
#[derive(Debug)]
pub struct NativeEngine(RefCell<Option<Arc<Engine>>>);

/// The engine of a shipped policy's name or of a policy document (TOML or JSON).
#[napi]
pub fn open_engine(policy: String) -> Either<NativeEngine, Failure> {
    guard::outcome(|| Engine::open(&policy).map(NativeEngine::of))
}

/// The engine of a policy document in a file; what it extends is shipped or stands in the same directory.
#[napi]
pub fn load_engine(path: String) -> Either<NativeEngine, Failure> {
    guard::outcome(|| Ok(NativeEngine::of(Engine::new(policy_file::load(Path::new(&path))?.policy))))
}

#[napi]
impl NativeEngine {
    fn of(engine: Engine) -> Self {
        Self(RefCell::new(Some(Arc::new(engine))))
    }

    fn opened(&self) -> Result<Arc<Engine>, Error> {
        let closed = || Fault::new(&CLOSED, "engine").found("a closed engine").expected("an open engine");
        self.0.borrow().clone().ok_or_else(|| Error::request(vec![closed()]))
    }

    /// Name of the policy.
    #[napi]
    pub fn policy_name(&self) -> Either<String, Failure> {
        guard::outcome(|| Ok(self.opened()?.policy().document().name.clone()))
    }

    /// SHA-256 of the effective policy.
    #[napi]
    pub fn policy_digest(&self) -> Either<String, Failure> {
        guard::outcome(|| Ok(self.opened()?.policy().digest().to_owned()))
    }

    /// Calls an operation: one JSON text in, one out.
    #[napi]
    pub fn call(&self, operation: String, request: String) -> Either<String, Failure> {
        guard::outcome(|| self.opened()?.call(&operation, &request))
    }

    /// Calls an operation on a thread of libuv's pool. A call that is begun goes on when the engine is closed; the answer
    /// to one that was cancelled before it began is empty.
    #[napi(ts_return_type = "Promise<string | Failure>")]
    pub fn call_async(&self, operation: String, request: String, cancellation: &Cancellation) -> AsyncTask<Call> {
        let engine = self.opened();
        AsyncTask::new(Call { engine, operation, request, cancellation: cancellation.clone() })
    }

    /// Opens a handle by name, with its parameters, a JSON text.
    #[napi]
    pub fn open_handle(&self, name: String, params: String) -> Either<NativeHandle, Failure> {
        NativeHandle::opened(|| self.opened()?.open_handle(&name, &params))
    }

    /// Opens a handle with a state that one serialised.
    #[napi]
    pub fn restore_handle(&self, state: String) -> Either<NativeHandle, Failure> {
        NativeHandle::opened(|| self.opened()?.restore_handle(&state))
    }

    /// Lets go of the policy; again does nothing.
    #[napi]
    pub fn close(&self) {
        self.0.replace(None);
    }
}

/// A call on another thread.
#[derive(Debug)]
pub struct Call {
    engine: Result<Arc<Engine>, Error>,
    operation: String,
    request: String,
    cancellation: Cancellation,
}

impl Task for Call {
    type Output = Result<String, Error>;
    type JsValue = Either<String, Failure>;

    fn compute(&mut self) -> napi::Result<Self::Output> {
        if self.cancellation.is_cancelled() {
            return Ok(Ok(String::new()));
        }
        Ok(guard::caught(|| self.engine.as_ref().map_err(Error::clone)?.call(&self.operation, &self.request)))
    }

    fn resolve(&mut self, _: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        Ok(guard::crossing(output))
    }
}
