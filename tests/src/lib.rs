//! What holds lifestage together: the vectors that every language replays, and the tally of every language's tests.
//!
//! The conformance tests of the house itself stand in `tests/tests/`.

pub mod arrow;
pub mod generated;
pub mod requirements;
pub mod run;
pub mod tally;
pub mod vector;

use std::path::{Path, PathBuf};

/// A path in this checkout, such as `tests/vectors`.
pub fn in_checkout(path: impl AsRef<Path>) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}
