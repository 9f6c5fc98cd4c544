//! Errors and panics of the core as exceptions of `lifestage.errors`.

use std::any::Any;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use lifestage_core::Error;
use lifestage_core::catalogue::Language;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

/// Runs the core's work without the interpreter's lock; an error or a panic becomes an exception.
pub(crate) fn outside_lock<T: Send>(py: Python<'_>, work: impl FnOnce() -> Result<T, Error> + Send) -> PyResult<T> {
    // Unwind safe: policies and engines are immutable; a handle that a panic leaves half updated refuses what follows.
    let outcome = py.detach(|| catch_unwind(AssertUnwindSafe(work)));
    let result = outcome.unwrap_or_else(|payload| Err(Error::internal(said(payload))));
    result.map_err(|error| raised(py, &error))
}

/// The exception of an error.
pub(crate) fn raised(py: Python<'_>, error: &Error) -> PyErr {
    static EXCEPTION_OF: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let texts = (error.to_json(), error.text(Language::En), error.text(Language::Zh));
    let exception = EXCEPTION_OF.import(py, "lifestage.errors", "exception_of").and_then(|made| made.call1(texts));
    exception.map_or_else(|failure| failure, PyErr::from_value)
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

/// Panics with this text where the core would, so that a test sees what a bug of ours looks like.
#[pyfunction]
pub(crate) fn panic_behind_guard(py: Python<'_>, said: String) -> PyResult<()> {
    outside_lock(py, || std::panic::resume_unwind(Box::new(said)))
}
