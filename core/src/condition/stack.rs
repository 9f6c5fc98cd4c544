//! A stack that suffices to read a condition, however small the host's thread.

use std::panic::resume_unwind;
use std::thread;

use crate::catalogue::Words;
use crate::error::{BUG, Fault};

/// The most that a condition within its limits needs is 3.2 MiB in a debug build and 0.2 MiB in a release build (the parser
/// takes ten calls a bracket), where a host's thread may have 0.25 MiB in all, and no guard catches an overflow. Only the
/// pages that are touched are ever there.
const STACK_BYTES: usize = 16 << 20;

/// Runs `work` on a thread of its own.
///
/// # Errors
/// The machine gives no thread.
pub(super) fn with_enough<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Fault> {
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
        let thread =
            thread.map_err(|error| Fault::new(&BUG, "").found(error).expecting(Words::new("a thread", "一个线程")))?;
        Ok(thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })
}
