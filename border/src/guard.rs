//! The guard round every call: no panic crosses a border, and what it said is kept.

use std::any::Any;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What `body` gives, or what its panic said.
///
/// # Errors
/// The panic's message.
pub fn caught<T>(body: impl FnOnce() -> T) -> Result<T, String> {
    // Unwind safe: policies and engines are immutable, a handle that a panic leaves half updated refuses what follows, and
    // a border writes an output as the last step of a call.
    catch_unwind(AssertUnwindSafe(body)).map_err(said)
}

fn said(payload: Box<dyn Any + Send>) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        // A payload of an unknown type may panic again when dropped, here beyond every guard.
        mem::forget(payload);
        String::from("a panic without a message")
    }
}

#[cfg(test)]
#[allow(clippy::panic, reason = "what is tested")]
mod tests {
    use std::panic::{panic_any, resume_unwind};

    use super::*;

    struct PanicsWhenDropped;

    impl Drop for PanicsWhenDropped {
        fn drop(&mut self) {
            panic!("dropped");
        }
    }

    #[test]
    fn what_a_panic_said_is_kept() {
        assert_eq!(caught(|| resume_unwind(Box::new("a fixed text"))), Err::<(), _>("a fixed text".to_owned()));
        assert_eq!(caught(|| resume_unwind(Box::new(format!("row {}", 7)))), Err::<(), _>("row 7".to_owned()));
    }

    #[test]
    fn a_payload_that_panics_when_dropped_does_not_cross_either() {
        assert_eq!(caught(|| panic_any(PanicsWhenDropped)), Err::<(), _>("a panic without a message".to_owned()));
    }

    #[test]
    fn an_answer_passes_through() {
        assert_eq!(caught(|| 7), Ok(7));
    }
}
