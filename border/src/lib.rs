//! What the borders share. The core reads no file and knows no host; C, Python and Node each carry data their own way, and
//! what they would all say in the same words stands here once.
#![deny(unsafe_code)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

pub mod guard;
pub mod policy_file;
pub mod stream;
