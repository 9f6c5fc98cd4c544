//! The engine, as JavaScript holds it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use lifestage_border::policy_file;
use lifestage_core::catalogue::Words;
use lifestage_core::error::{CLOSED, Fault};
use lifestage_core::{Engine, Error};
use napi::Either;
use napi::bindgen_prelude::{AsyncTask, Uint8Array};
use napi_derive::napi;

use crate::cancellation::Cancellation;
use crate::failure::Failure;
use crate::guard;
use crate::handle::NativeHandle;
use crate::ipc;
use crate::off_loop::OffLoop;
use crate::prepared::NativePrepared;

/// A policy made ready to decide, until it is closed; also closed while asynchronous calls borrow it.
#[napi]
#[derive(Debug)]
pub struct NativeEngine(RefCell<Option<Arc<Engine>>>);

/// The engine of a shipped policy's name or of a policy document (TOML or JSON), with so many threads for batches.
#[napi]
pub fn open_engine(policy: String, threads: Option<u32>) -> Either<NativeEngine, Failure> {
    guard::outcome(|| Ok(NativeEngine::of(Engine::open(&policy)?, threads)))
}

/// The engine of a policy document in a file; what it extends is shipped or stands in the same directory.
#[napi]
pub fn load_engine(path: String, threads: Option<u32>) -> Either<NativeEngine, Failure> {
    guard::outcome(|| Ok(NativeEngine::of(Engine::new(policy_file::load(Path::new(&path))?.policy), threads)))
}

#[napi]
impl NativeEngine {
    fn of(engine: Engine, threads: Option<u32>) -> Self {
        let threads = threads.and_then(|threads| NonZeroUsize::new(usize::try_from(threads).ok()?));
        let engine = match threads {
            Some(threads) => engine.with_threads(threads),
            None => engine,
        };
        Self(RefCell::new(Some(Arc::new(engine))))
    }

    fn opened(&self) -> Result<Arc<Engine>, Error> {
        let closed = || {
            Fault::new(&CLOSED, "engine")
                .finding(Words::new("a closed engine", "已关闭的引擎"))
                .expecting(Words::new("an open engine", "打开的引擎"))
        };
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

    /// How many threads a batch runs on.
    #[napi]
    pub fn threads(&self) -> Either<u32, Failure> {
        guard::outcome(|| u32::try_from(self.opened()?.threads().get()).map_err(Error::internal))
    }

    /// Calls an operation: one JSON text in, one out.
    #[napi]
    pub fn call(&self, operation: String, request: String) -> Either<String, Failure> {
        guard::outcome(|| self.opened()?.call(&operation, &request))
    }

    /// Calls an operation on a thread of libuv's pool. A call that is begun goes on when the engine is closed, and one that
    /// is cancelled is not begun.
    #[napi(ts_return_type = "Promise<string | Failure>")]
    pub fn call_async(
        &self,
        operation: String,
        request: String,
        cancellation: &Cancellation,
    ) -> AsyncTask<OffLoop<String>> {
        let (engine, cancel) = (self.opened(), cancellation.0.clone());
        AsyncTask::new(OffLoop::new(move || {
            cancel.check()?;
            engine?.call(&operation, &request)
        }))
    }

    /// Calls an operation's batch form on a thread of libuv's pool, and on those of the engine: tables in Arrow IPC in and
    /// out, the parameters as a JSON text. The arrays are read where they lie: they are the call's alone from now on.
    #[napi(ts_return_type = "Promise<Record<string, Uint8Array> | Failure>")]
    pub fn call_batch(
        &self,
        operation: String,
        tables: BTreeMap<String, Uint8Array>,
        params: String,
        cancellation: &Cancellation,
    ) -> AsyncTask<OffLoop<BTreeMap<String, Uint8Array>>> {
        let (engine, cancel) = (self.opened(), cancellation.0.clone());
        AsyncTask::new(OffLoop::new(move || {
            cancel.check()?;
            ipc::answer(engine?.call_batch(&operation, ipc::tables(tables)?, &params, cancel)?)
        }))
    }

    /// Prepares to decide rows of these fields.
    #[napi]
    pub fn prepare(
        &self,
        fields: Vec<String>,
        as_of: String,
        money_unit: Option<String>,
    ) -> Either<NativePrepared, Failure> {
        guard::outcome(|| NativePrepared::new(self.opened()?.as_ref(), &fields, &as_of, money_unit.as_deref()))
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
