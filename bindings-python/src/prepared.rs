//! Records of fields fixed once: values of Python in, a decision out, with no JSON in between.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};

use lifestage_border::guard;
use lifestage_core::error::{Error, Fault};
use lifestage_core::lifecycle::{self, Refused, Stage};
use lifestage_core::table::Cell;
use lifestage_core::value::Tier;
use pyo3::Borrowed;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};

use crate::engine::Engine;
use crate::error::{outside_lock, raised};
use crate::text::{self, not_utf8};

/// Decides records of the same fields, one at a time: call it with a value for each field.
#[pyclass(frozen, subclass, module = "lifestage._native")]
#[derive(Debug)]
pub struct Prepared {
    core: Mutex<lifecycle::Prepared>,
    fields: Vec<Py<PyString>>,
    codes: Arc<Codes>,
}

/// The codes of decisions, as texts of Python made once.
#[derive(Debug)]
struct Codes {
    stages: Vec<Py<PyString>>,
    tiers: Vec<Py<PyString>>,
    reasons: Vec<Py<PyString>>,
    rules: Vec<Py<PyString>>,
    engine: lifestage_core::Engine,
}

impl Codes {
    fn new(py: Python<'_>, engine: &lifestage_core::Engine) -> Self {
        let classifier = engine.policy().classifier();
        let texts = |codes: &mut dyn Iterator<Item = &str>| {
            codes.map(|code| PyString::intern(py, code).unbind()).collect::<Vec<_>>()
        };
        Self {
            stages: texts(&mut Stage::ALL.iter().map(|stage| stage.code())),
            tiers: texts(&mut Tier::CODES.iter().copied()),
            reasons: texts(&mut classifier.reason_codes().iter().map(String::as_str)),
            rules: texts(&mut classifier.rules().map(|rule| rule.code.as_str())),
            engine: engine.clone(),
        }
    }
}

#[pymethods]
impl Prepared {
    /// Prepares an engine for records; the parameters are a JSON text.
    #[new]
    fn new(py: Python<'_>, engine: &Engine, params: &Bound<'_, PyAny>) -> PyResult<Self> {
        let params = text::read("params", params)?;
        let core = outside_lock(py, || engine.core().prepare_json(params))?;
        let fields = core.fields().map(|field| PyString::intern(py, field).unbind()).collect();
        let codes = Arc::new(Codes::new(py, engine.core()));
        Ok(Self { core: Mutex::new(core), fields, codes })
    }

    /// The fields, in the order of the values.
    #[getter]
    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.fields.iter().map(|field| field.bind(py)))
    }

    /// Fields that are no facts: their values are not read.
    #[getter]
    fn unread_fields<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let core = self.core.lock().unwrap_or_else(PoisonError::into_inner);
        PyTuple::new(py, core.unread_fields().collect::<Vec<_>>())
    }

    /// Decides a record: a tuple or list with a value for each field, or values by name, where one that is not given is None.
    #[pyo3(signature = (values = None, /, **facts))]
    fn __call__(
        &self,
        py: Python<'_>,
        values: Option<&Bound<'_, PyAny>>,
        facts: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Decision> {
        let values = match (values, facts) {
            (Some(values), None) => tuple(values)?,
            (None, facts) => self.by_name(py, facts)?,
            (Some(_), Some(_)) => return Err(PyTypeError::new_err("either values in the fields' order, or by name")),
        };
        let cells = values.iter_borrowed().map(cell).collect::<PyResult<Vec<_>>>()?;
        let decided = guard::caught(|| self.core.lock().unwrap_or_else(PoisonError::into_inner).decide(&cells));
        match decided.unwrap_or_else(|said| Err(Refused::Call(Error::internal(said)))) {
            Ok(decision) => Ok(Decision { decision, fault: None, codes: Arc::clone(&self.codes) }),
            Err(Refused::Row(fault)) => {
                let decision = lifecycle::Decision::default();
                Ok(Decision { decision, fault: Some(Box::new(fault)), codes: Arc::clone(&self.codes) })
            }
            Err(Refused::Call(error)) => Err(raised(py, &error)),
        }
    }
}

impl Prepared {
    fn by_name<'py>(&self, py: Python<'py>, facts: Option<&Bound<'py, PyDict>>) -> PyResult<Bound<'py, PyTuple>> {
        let mut given = 0;
        let mut values = Vec::with_capacity(self.fields.len());
        for field in &self.fields {
            let value = facts.map(|facts| facts.get_item(field)).transpose()?.flatten();
            given += usize::from(value.is_some());
            values.push(value);
        }
        if let Some(facts) = facts.filter(|facts| facts.len() > given) {
            let is_field = |name: &Bound<'_, PyAny>| self.fields.iter().any(|field| name.eq(field).unwrap_or(false));
            let unknown: Vec<_> =
                facts.keys().iter().filter(|name| !is_field(name)).map(|name| name.to_string()).collect();
            return Err(PyTypeError::new_err(format!("no fields of this record: {}", unknown.join(", "))));
        }
        PyTuple::new(py, values)
    }
}

/// The values as a tuple, which nobody can change while it is read.
fn tuple<'py>(values: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
    if let Ok(tuple) = values.cast::<PyTuple>() {
        Ok(tuple.clone())
    } else if let Ok(list) = values.cast::<PyList>() {
        Ok(list.to_tuple())
    } else {
        let found = values.get_type();
        Err(PyTypeError::new_err(format!("values must be a tuple or a list, not {}", found.name()?)))
    }
}

/// A value as the core reads it. Exact types first: they are told apart by one comparison.
fn cell<'a>(value: Borrowed<'a, '_, PyAny>) -> PyResult<Cell<'a>> {
    if let Ok(number) = value.cast_exact::<PyInt>() {
        integer(&number)
    } else if value.is_none() {
        Ok(Cell::Null)
    } else if value.is_instance_of::<PyString>() {
        let text = value.extract::<&str>();
        text.map(|text| Cell::Text(Cow::Borrowed(text)))
            .map_err(|error| not_utf8(value.py(), "values", &error.to_string()))
    } else if let Ok(float) = value.cast_exact::<PyFloat>() {
        Ok(Cell::Float(float.value()))
    } else if let Ok(yes) = value.cast_exact::<PyBool>() {
        Ok(Cell::YesNo(yes.is_true()))
    } else if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        let items = tuple(&value)?;
        items.iter_borrowed().map(|item| cell(item).map(Cell::into_owned)).collect::<PyResult<_>>().map(Cell::List)
    } else {
        other(&value)
    }
}

/// The value of a class that derives from one of Python's own, or that records write as text: `Decimal`, `date`.
fn other(value: &Bound<'_, PyAny>) -> PyResult<Cell<'static>> {
    static WRITTEN: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    if let Ok(number) = value.cast::<PyInt>() {
        integer(number)
    } else if let Ok(float) = value.cast::<PyFloat>() {
        Ok(Cell::Float(float.value()))
    } else {
        let written = WRITTEN.import(value.py(), "lifestage.records", "written")?.call1((value,))?;
        Ok(Cell::Text(Cow::Owned(written.extract()?)))
    }
}

/// An integer beyond 128 bits is its digits: no fact is so large, and the fault shows them.
fn integer(number: &Bound<'_, PyInt>) -> PyResult<Cell<'static>> {
    if let Ok(number) = number.extract::<i64>() {
        return Ok(Cell::Integer(number.into()));
    }
    let digits = number.str()?.to_str()?.to_owned();
    Ok(digits.parse().map_or(Cell::Text(Cow::Owned(digits)), Cell::Integer))
}

/// What is decided about a record. Immutable.
#[pyclass(frozen, module = "lifestage")]
#[derive(Debug)]
pub struct Decision {
    decision: lifecycle::Decision,
    fault: Option<Box<Fault>>,
    codes: Arc<Codes>,
}

impl Decision {
    fn rules<'py>(&self, py: Python<'py>, mask: u64) -> PyResult<Bound<'py, PyTuple>> {
        let rules = self.codes.rules.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1);
        PyTuple::new(py, rules.map(|(_, code)| code.bind(py)).collect::<Vec<_>>())
    }
}

#[pymethods]
impl Decision {
    /// The stage, `A` to `E`; None where a fact that has to decide is unknown.
    #[getter]
    fn stage(&self, py: Python<'_>) -> Option<Py<PyString>> {
        let stage = self.decision.stage?;
        self.codes.stages.get(stage as usize).map(|code| code.clone_ref(py))
    }

    /// The value tier; None where its fees are unknown.
    #[getter]
    fn tier(&self, py: Python<'_>) -> Option<Py<PyString>> {
        let tier = self.decision.tier?;
        self.codes.tiers.get(tier as usize).map(|code| code.clone_ref(py))
    }

    /// What decided the stage, or left stage or tier None.
    #[getter]
    fn reasons<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let mut reasons = Vec::new();
        if self.fault.is_none() {
            let classifier = self.codes.engine.policy().classifier();
            classifier.each_reason(&self.decision, |place| {
                reasons.extend(self.codes.reasons.get(place).map(|code| code.bind(py)));
            });
        }
        PyTuple::new(py, reasons)
    }

    /// The active rules that fired, in the policy's order.
    #[getter]
    fn warnings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        self.rules(py, self.decision.warnings)
    }

    /// The active and shadow rules that cannot know for want of facts.
    #[getter]
    fn insufficient<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        self.rules(py, self.decision.insufficient)
    }

    /// The shadow rules that fired.
    #[getter]
    fn shadow<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        self.rules(py, self.decision.shadow)
    }

    /// Since when the stage holds; None unless an earlier stage was given.
    #[getter]
    fn stage_since<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        static DATE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let Some(since) = self.decision.stage_since else { return Ok(None) };
        let date = DATE.import(py, "datetime", "date")?;
        date.call_method1("fromisoformat", (since.to_string(),)).map(Some)
    }

    /// What is wrong with the record, a `Fault`; then nothing is decided.
    #[getter]
    fn error<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        static FAULT_OF: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let Some(fault) = &self.fault else { return Ok(None) };
        let record = Error::request(vec![Fault::clone(fault)]).to_json();
        FAULT_OF.import(py, "lifestage.errors", "only_fault_of")?.call1((record,)).map(Some)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        if let Some(fault) = &self.fault {
            return Ok(format!("<Decision error {} {}>", fault.code.name, fault.path));
        }
        let stage = self.decision.stage.map_or("None", Stage::code);
        let tier = self.tier(py).map_or("None".to_owned(), |tier| tier.to_string());
        Ok(format!("<Decision {stage} {tier} {}>", self.warnings(py)?.repr()?))
    }
}
