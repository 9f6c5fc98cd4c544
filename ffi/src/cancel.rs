//! A host's way to stop a call.

use lifestage_core::operation::Cancel;

use crate::guard;

/// Stops calls that were given it: for a user who does not want to wait, or a service that stops.
#[derive(Debug)]
pub struct LifestageCancel(Cancel);

impl LifestageCancel {
    pub(crate) fn core(&self) -> Cancel {
        self.0.clone()
    }
}

/// Makes what stops calls.
/// Returns: never NULL; free with lifestage_cancel_free().
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_cancel_new() -> Box<LifestageCancel> {
    Box::new(LifestageCancel(Cancel::default()))
}

/// Stops the calls that were given this, those that follow too: each ends as soon as the rows in hand are done, with the
/// fault CANCELLED; a stream ends with it.
/// Parameters:
///   cancel: borrowed, from any thread or signal handler; NULL does nothing.
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_cancel_set(cancel: Option<&LifestageCancel>) {
    if let Some(LifestageCancel(cancel)) = cancel {
        cancel.cancel();
    }
}

/// Frees what stops calls; those that were given it go on.
/// Parameters:
///   cancel: taken; NULL does nothing.
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_cancel_free(cancel: Option<Box<LifestageCancel>>) {
    guard::infallible((), || drop(cancel));
}
