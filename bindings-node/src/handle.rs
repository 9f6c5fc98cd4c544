//! What has state, as JavaScript holds it.

use lifestage_core::{Error, Handle};
use napi::Either;
use napi_derive::napi;

use crate::failure::Failure;
use crate::guard;

/// State that an engine opened, until it is closed; the engine may be closed before.
#[napi]
#[derive(Debug)]
pub struct NativeHandle(Handle);

impl NativeHandle {
    /// What a call on an engine opens.
    pub(crate) fn opened(open: impl FnOnce() -> Result<Handle, Error>) -> Either<Self, Failure> {
        guard::outcome(|| open().map(Self))
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
