//! The customer view: dated, keyed fact tables made into one row a user or prospect, as of a date.

pub mod facts;
mod host;

use crate::catalogue::Code;

pub use host::{HostFact, HostFactType, register_host};

/// This room's codes.
pub const CODES: &[&Code] = &[];
