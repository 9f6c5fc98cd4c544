//! The requirements of the source documents, by id.

use std::collections::BTreeSet;

/// Every requirement's id, such as `EWS-01`.
pub fn ids() -> BTreeSet<&'static str> {
    include_str!("../requirements.txt").lines().filter_map(|line| line.split(' ').next()).collect()
}
