//! How the event loop tells a call on another thread that nobody waits for its answer any more.

use lifestage_core::operation::Cancel;
use napi_derive::napi;

/// Stops the calls that were given it.
#[napi]
#[derive(Debug, Default, Clone)]
pub struct Cancellation(pub(crate) Cancel);

#[napi]
impl Cancellation {
    /// For calls that are wanted.
    #[napi(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on the calls are not wanted: one that waits for a thread is not begun, a batch ends after the rows in hand.
    #[napi]
    pub fn cancel(&self) {
        self.0.cancel();
    }
}
