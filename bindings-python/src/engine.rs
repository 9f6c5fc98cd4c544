//! The engine of a policy.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use lifestage_core::operation::Cancel;
use pyo3::prelude::*;

use crate::error::outside_lock;
use crate::interrupt::interruptible;
use crate::policy::Policy;
use crate::table::{self, ArrowStream};
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
    /// The engine of a policy; batches run on so many threads, or on as many as the process may use.
    #[new]
    #[pyo3(signature = (policy, threads = None))]
    fn new(py: Python<'_>, policy: &Policy, threads: Option<NonZeroUsize>) -> PyResult<Self> {
        let policy = policy.core();
        outside_lock(py, || {
            let engine = lifestage_core::Engine::new(policy.clone());
            Ok(Self(threads.map_or(engine.clone(), |threads| engine.with_threads(threads))))
        })
    }

    /// How many threads a batch runs on.
    #[getter]
    fn threads(&self) -> NonZeroUsize {
        self.0.threads()
    }

    /// Calls an operation: one JSON text in, one out.
    fn call(&self, py: Python<'_>, operation: &Bound<'_, PyAny>, request: &Bound<'_, PyAny>) -> PyResult<String> {
        let operation = text::read("operation", operation)?;
        let request = text::read("request", request)?;
        outside_lock(py, || self.0.call(operation, request))
    }

    /// Calls an operation's batch form: tables in, tables out, the parameters a JSON text.
    fn call_batch(
        &self,
        py: Python<'_>,
        operation: &Bound<'_, PyAny>,
        tables: BTreeMap<String, Bound<'_, PyAny>>,
        params: &Bound<'_, PyAny>,
    ) -> PyResult<BTreeMap<String, ArrowStream>> {
        let operation = text::read("operation", operation)?.to_owned();
        let params = text::read("params", params)?.to_owned();
        let tables = table::named(&tables)?;
        let (engine, cancel) = (self.0.clone(), Cancel::default());
        let stop = cancel.clone();
        let answer = interruptible(py, &cancel, move || engine.call_batch(&operation, tables, &params, stop))?;
        Ok(ArrowStream::named(answer, &cancel))
    }
}
