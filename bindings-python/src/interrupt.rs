//! Long calls: the interpreter's lock is free meanwhile, and Ctrl-C ends them.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use lifestage_border::guard;
use lifestage_core::Error;
use lifestage_core::operation::Cancel;
use pyo3::prelude::*;

use crate::error::raised;

/// How long Ctrl-C waits at most.
const PATIENCE: Duration = Duration::from_millis(50);

/// Runs work on a thread of its own, so that this one, which Python may interrupt, can look for signals. Python raises the
/// exception of a signal at once; the work, cancelled, ends with the rows in hand.
pub(crate) fn interruptible<T: Send + 'static>(
    py: Python<'_>,
    cancel: &Cancel,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> PyResult<T> {
    // A loop of C's own over calls too short to wait in, as `list(stream)` is, looks for signals nowhere else.
    py.check_signals().inspect_err(|_| cancel.cancel())?;
    let (sender, mut receiver) = mpsc::channel();
    let run = move || {
        // Nobody listens any more once the call was interrupted.
        let _ = sender.send(guard::caught(work));
    };
    thread::Builder::new().spawn(run).map_err(|error| raised(py, &Error::internal(error)))?;
    loop {
        let listening = &mut receiver;
        match py.detach(move || listening.recv_timeout(PATIENCE)) {
            Ok(outcome) => {
                let outcome = outcome.unwrap_or_else(|said| Err(Error::internal(said)));
                return outcome.map_err(|error| raised(py, &error));
            }
            Err(RecvTimeoutError::Timeout) => py.check_signals().inspect_err(|_| cancel.cancel())?,
            Err(RecvTimeoutError::Disconnected) => return Err(raised(py, &Error::internal("the thread ended"))),
        }
    }
}
