//! Texts from Python: `str` or UTF-8 `bytes`, read in place.

use lifestage_core::error::{Error, Fault, INVALID_UTF8};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::error::raised;

/// The text of the argument `name`.
pub(crate) fn read<'a>(name: &str, value: &'a Bound<'_, PyAny>) -> PyResult<&'a str> {
    if let Ok(text) = value.cast::<PyString>() {
        // Python's text may hold half a surrogate pair, which no encoding can carry.
        text.to_str().map_err(|error| not_utf8(value.py(), name, &error.to_string()))
    } else if let Ok(bytes) = value.cast::<PyBytes>() {
        str::from_utf8(bytes.as_bytes()).map_err(|error| not_utf8(value.py(), name, &error.to_string()))
    } else {
        let found = value.get_type();
        Err(PyTypeError::new_err(format!("{name} must be str or bytes, not {}", found.name()?)))
    }
}

/// The error of a text that is not UTF-8.
pub(crate) fn not_utf8(py: Python<'_>, name: &str, found: &str) -> PyErr {
    let fault = Fault::new(&INVALID_UTF8, name).found(found).expected("UTF-8");
    raised(py, &Error::request(vec![fault]))
}
