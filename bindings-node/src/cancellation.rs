//! How the event loop tells a call on another thread that nobody waits for its answer any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use napi_derive::napi;

/// Says whether a call is still wanted.
#[napi]
#[derive(Debug, Default, Clone)]
pub struct Cancellation(Arc<AtomicBool>);

#[napi]
impl Cancellation {
    /// A call that is wanted.
    #[napi(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on the call is not wanted: it is not begun, if it waits for a thread.
    #[napi]
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
