//! The customer view: dated, keyed fact tables made into one row a user or prospect, as of a date.

pub mod facts;

use crate::catalogue::Code;

/// This room's codes.
pub const CODES: &[&Code] = &[];
