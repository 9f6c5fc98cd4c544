//! The requirements of the source documents, by id.

use std::collections::BTreeSet;

/// Every requirement's id, such as `EWS-01`, and its title, in the order of the documents.
pub fn titles() -> impl Iterator<Item = (&'static str, &'static str)> {
    include_str!("../requirements.txt").lines().filter_map(|line| line.split_once(' '))
}

/// Every requirement's id.
pub fn ids() -> BTreeSet<&'static str> {
    titles().map(|(id, _)| id).collect()
}
