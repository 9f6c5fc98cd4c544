//! The engine of a policy.

use pyo3::prelude::*;

use crate::error::outside_lock;
use crate::policy::Policy;
use crate::text;

/// A policy made ready to decide. Immutable; may be shared between threads.
#[pyclass(frozen, module = "lifestage._native")]
#[derive(Debug)]
pub struct Engine(lifestage_core::Engine);

impl Engine {
    pub(crate) fn core(&self) -> &lifestage_core::Engine {
        &self.0
    }
}

#[pymethods]
impl Engine {
    #[new]
    fn new(py: Python<'_>, policy: &Policy) -> PyResult<Self> {
        let policy = policy.core();
        outside_lock(py, || Ok(Self(lifestage_core::Engine::new(policy.clone()))))
    }

    /// Calls an operation: one JSON text in, one out.
    fn call(&self, py: Python<'_>, operation: &Bound<'_, PyAny>, request: &Bound<'_, PyAny>) -> PyResult<String> {
        let operation = text::read("operation", operation)?;
        let request = text::read("request", request)?;
        outside_lock(py, || self.0.call(operation, request))
    }
}
