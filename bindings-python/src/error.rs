//! Errors and panics of the core as exceptions of `lifestage.errors`.

use lifestage_border::guard;
use lifestage_core::Error;
use lifestage_core::catalogue::Language;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

/// Runs the core's work without the interpreter's lock; an error or a panic becomes an exception.
pub(crate) fn outside_lock<T: Send>(py: Python<'_>, work: impl FnOnce() -> Result<T, Error> + Send) -> PyResult<T> {
    let outcome = py.detach(|| guard::caught(work));
    outcome.unwrap_or_else(|said| Err(Error::internal(said))).map_err(|error| raised(py, &error))
}

/// The exception of an error.
pub(crate) fn raised(py: Python<'_>, error: &Error) -> PyErr {
    static EXCEPTION_OF: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let texts = (error.to_json(), error.text(Language::En), error.text(Language::Zh));
    let exception = EXCEPTION_OF.import(py, "lifestage.errors", "exception_of").and_then(|made| made.call1(texts));
    exception.map_or_else(|failure| failure, PyErr::from_value)
}

/// Panics with this text where the core would, so that a test sees what a bug of ours looks like.
#[pyfunction]
pub(crate) fn panic_behind_guard(py: Python<'_>, said: String) -> PyResult<()> {
    outside_lock(py, || std::panic::resume_unwind(Box::new(said)))
}
