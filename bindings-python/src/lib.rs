//! The native half of the Python package `lifestage`: texts and tables in and out, with the interpreter's lock released.
//!
//! What a Python user sees stands in `python/lifestage`; this module, `lifestage._native`, is private to it.
#![deny(unsafe_code)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod engine;
mod error;
mod handle;
mod interrupt;
mod policy;
mod table;
mod text;

use pyo3::prelude::*;

/// Policies and engines of the lifestage core; use them through the package `lifestage`.
#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::engine::Engine;
    #[pymodule_export]
    use crate::error::panic_behind_guard;
    #[pymodule_export]
    use crate::handle::Handle;
    #[pymodule_export]
    use crate::policy::Policy;
    #[pymodule_export]
    use crate::table::{ArrowStream, ArrowTable};

    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "Python's name for it")]
    const __version__: &str = lifestage_core::VERSION;
}
