//! A stack that suffices to read a condition, however small the host's thread.

use std::panic::resume_unwind;
use std::thread;

use crate::error::{BUG, Fault};

/// Several times what a condition within its limits needs; only the pages that are touched are ever there.
const STACK_BYTES: usize = 32 << 20;

/// Runs `work` on a thread of its own.
///
/// # Errors
/// The machine gives no thread.
pub(super) fn with_enough<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Fault> {
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
        let thread = thread.map_err(|error| Fault::new(&BUG, "").found(error).expected("a thread"))?;
        Ok(thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })
}
