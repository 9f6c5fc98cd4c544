//! What has state: told, asked, serialised.

use std::collections::BTreeMap;
use std::sync::Arc;

use lifestage_core::Error;
use lifestage_core::operation::{Cancel, Tables};
use pyo3::prelude::*;

use crate::engine::Engine;
use crate::error::outside_lock;
use crate::interrupt::interruptible;
use crate::table::{self, ArrowStream};
use crate::text;

/// State that an engine opened. May be shared between threads: their calls follow one another.
#[pyclass(frozen, module = "lifestage._native")]
#[derive(Debug)]
pub struct Handle(Arc<lifestage_core::Handle>);

#[pymethods]
impl Handle {
    /// Opens a handle of this name with its parameters, a JSON text.
    #[new]
    fn new(py: Python<'_>, engine: &Engine, name: &Bound<'_, PyAny>, params: &Bound<'_, PyAny>) -> PyResult<Self> {
        let name = text::read("name", name)?;
        let params = text::read("params", params)?;
        outside_lock(py, || engine.core().open_handle(name, params).map(|handle| Self(Arc::new(handle))))
    }

    /// Opens a handle with a state that `serialise` gave.
    #[staticmethod]
    fn restore(py: Python<'_>, engine: &Engine, state: &Bound<'_, PyAny>) -> PyResult<Self> {
        let state = text::read("state", state)?;
        outside_lock(py, || engine.core().restore_handle(state).map(|handle| Self(Arc::new(handle))))
    }

    /// What kind of handle it is.
    #[getter]
    fn name(&self) -> &'static str {
        self.0.name()
    }

    /// Tells it something: one JSON text in, one out.
    fn update(&self, py: Python<'_>, update: &Bound<'_, PyAny>) -> PyResult<String> {
        let update = text::read("update", update)?;
        outside_lock(py, || self.0.update(update))
    }

    /// Asks what it knows: one JSON text in, one out.
    fn query(&self, py: Python<'_>, query: &Bound<'_, PyAny>) -> PyResult<String> {
        let query = text::read("query", query)?;
        outside_lock(py, || self.0.query(query))
    }

    /// Tells it tables, the parameters a JSON text; what became of them is tables.
    fn update_batch(&self, py: Python<'_>, tables: Named<'_>, params: &Bound<'_, PyAny>) -> PyResult<Streams> {
        self.answer(py, &tables, params, lifestage_core::Handle::update_batch)
    }

    /// Asks what it knows, which is tables; the parameters are a JSON text.
    fn query_batch(&self, py: Python<'_>, tables: Named<'_>, params: &Bound<'_, PyAny>) -> PyResult<Streams> {
        self.answer(py, &tables, params, lifestage_core::Handle::query_batch)
    }

    /// The state, as a text.
    fn serialise(&self, py: Python<'_>) -> PyResult<String> {
        outside_lock(py, || self.0.serialise())
    }

    /// Lets go of the state; again does nothing.
    fn close(&self, py: Python<'_>) {
        py.detach(|| self.0.close());
    }
}

/// Producers of tables by name.
type Named<'py> = BTreeMap<String, Bound<'py, PyAny>>;
/// Tables of an answer by name.
type Streams = BTreeMap<String, ArrowStream>;
/// What a handle does in batches.
type Verb = fn(&lifestage_core::Handle, Tables, &str, &Cancel) -> Result<Tables, Error>;

impl Handle {
    fn answer(&self, py: Python<'_>, tables: &Named<'_>, params: &Bound<'_, PyAny>, verb: Verb) -> PyResult<Streams> {
        let (tables, params) = (table::named(tables)?, text::read("params", params)?.to_owned());
        let (handle, cancel) = (Arc::clone(&self.0), Cancel::default());
        let stop = cancel.clone();
        let answer = interruptible(py, &cancel, move || verb(&handle, tables, &params, &stop))?;
        Ok(ArrowStream::named(answer, &cancel))
    }
}
