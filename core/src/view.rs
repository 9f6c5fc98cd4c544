//! The customer view: one row a user or prospect, as of a date.

pub mod facts;
