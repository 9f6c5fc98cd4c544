//! A valid policy, with the texts it was made of: another process makes the same one of them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use lifestage_border::policy_file::{self, PolicyFile};
use pyo3::prelude::*;

use crate::error::outside_lock;
use crate::text;

/// A valid policy. Immutable.
#[pyclass(frozen, module = "lifestage._native")]
#[derive(Debug)]
pub struct Policy {
    core: lifestage_core::Policy,
    source: Source,
}

/// What a policy is made of.
#[derive(Debug)]
pub(crate) struct Source {
    /// A shipped policy's name, or a document's text.
    pub(crate) text: String,
    /// The document's name in faults.
    pub(crate) file: Option<String>,
    /// Texts of the documents it may extend, by name.
    pub(crate) library: BTreeMap<String, String>,
}

impl Policy {
    pub(crate) fn core(&self) -> &lifestage_core::Policy {
        &self.core
    }
}

#[pymethods]
impl Policy {
    #[new]
    #[pyo3(signature = (text, file = None, library = None))]
    fn new(
        py: Python<'_>,
        text: &Bound<'_, PyAny>,
        file: Option<String>,
        library: Option<BTreeMap<String, String>>,
    ) -> PyResult<Self> {
        let text = text::read("policy", text)?.to_owned();
        let source = Source { text, file, library: library.unwrap_or_default() };
        outside_lock(py, || {
            let core = match &source.file {
                None if source.library.is_empty() => lifestage_core::Policy::open(&source.text),
                file => {
                    let find = |name: &str| source.library.get(name).cloned();
                    lifestage_core::Policy::load(file.as_deref().unwrap_or("policy"), &source.text, &find)
                }
            }?;
            Ok(Self { core, source })
        })
    }

    /// The policy of a document in a file; what it extends is shipped, or stands beside the file.
    #[staticmethod]
    fn open(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        outside_lock(py, || {
            let PolicyFile { policy, file, text, library } = policy_file::load(&path)?;
            Ok(Self { core: policy, source: Source { text, file: Some(file), library } })
        })
    }

    /// The policy's name.
    #[getter]
    fn name(&self) -> &str {
        &self.core.document().name
    }

    /// The policy's version.
    #[getter]
    fn version(&self) -> &str {
        &self.core.document().version
    }

    /// The day from which the operator applies it, as an ISO date.
    #[getter]
    fn effective_from(&self) -> String {
        self.core.document().effective_from.to_string()
    }

    /// SHA-256 of the effective policy, in hexadecimal.
    #[getter]
    fn digest(&self) -> &str {
        self.core.digest()
    }

    /// What makes the same policy again: the arguments `text`, `file` and `library`.
    #[getter]
    fn source(&self) -> (&str, Option<&str>, BTreeMap<String, String>) {
        (&self.source.text, self.source.file.as_deref(), self.source.library.clone())
    }
}
