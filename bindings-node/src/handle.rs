//! What has state, as JavaScript holds it.

use std::collections::BTreeMap;
use std::sync::Arc;

use lifestage_core::operation::{Cancel, Tables};
use lifestage_core::{Error, Handle};
use napi::Either;
use napi::bindgen_prelude::{AsyncTask, Uint8Array};
use napi_derive::napi;

use crate::cancellation::Cancellation;
use crate::failure::Failure;
use crate::guard;
use crate::ipc;
use crate::off_loop::OffLoop;

/// State that an engine opened, until it is closed; the engine may be closed before. Calls follow one another: one on the
/// event loop waits for those on other threads.
#[napi]
#[derive(Debug)]
pub struct NativeHandle(Arc<Handle>);

/// Tables of Arrow IPC by name.
type IpcTables = BTreeMap<String, Uint8Array>;

impl NativeHandle {
    /// What a call on an engine opens.
    pub(crate) fn opened(open: impl FnOnce() -> Result<Handle, Error>) -> Either<Self, Failure> {
        guard::outcome(|| open().map(|handle| Self(Arc::new(handle))))
    }

    fn call_batch(
        &self,
        tables: IpcTables,
        params: String,
        cancellation: &Cancellation,
        verb: fn(&Handle, Tables, &str, &Cancel) -> Result<Tables, Error>,
    ) -> AsyncTask<OffLoop<IpcTables>> {
        let (handle, cancel) = (Arc::clone(&self.0), cancellation.0.clone());
        AsyncTask::new(OffLoop::new(move || {
            cancel.check()?;
            ipc::answer(verb(&handle, ipc::tables(tables)?, &params, &cancel)?)
        }))
    }
}

#[napi]
impl NativeHandle {
    /// What kind of handle it is.
    #[napi]
    pub fn name(&self) -> &'static str {
        self.0.name()
    }

    /// Tells it something: one JSON text in, one out.
    #[napi]
    pub fn update(&self, update: String) -> Either<String, Failure> {
        guard::outcome(|| self.0.update(&update))
    }

    /// Asks what it knows: one JSON text in, one out.
    #[napi]
    pub fn query(&self, query: String) -> Either<String, Failure> {
        guard::outcome(|| self.0.query(&query))
    }

    /// Tells it tables in Arrow IPC on a thread of libuv's pool, and on those of its engine; what became of them comes back as
    /// tables. The arrays are read where they lie: they are the call's alone from now on.
    #[napi(ts_return_type = "Promise<Record<string, Uint8Array> | Failure>")]
    pub fn update_batch(
        &self,
        tables: BTreeMap<String, Uint8Array>,
        params: String,
        cancellation: &Cancellation,
    ) -> AsyncTask<OffLoop<BTreeMap<String, Uint8Array>>> {
        self.call_batch(tables, params, cancellation, Handle::update_batch)
    }

    /// Asks what it knows on a thread of libuv's pool, and on those of its engine, in tables of Arrow IPC.
    #[napi(ts_return_type = "Promise<Record<string, Uint8Array> | Failure>")]
    pub fn query_batch(
        &self,
        tables: BTreeMap<String, Uint8Array>,
        params: String,
        cancellation: &Cancellation,
    ) -> AsyncTask<OffLoop<BTreeMap<String, Uint8Array>>> {
        self.call_batch(tables, params, cancellation, Handle::query_batch)
    }

    /// The state, as a text.
    #[napi]
    pub fn serialise(&self) -> Either<String, Failure> {
        guard::outcome(|| self.0.serialise())
    }

    /// Lets go of the state; again does nothing.
    #[napi]
    pub fn close(&self) {
        self.0.close();
    }
}
