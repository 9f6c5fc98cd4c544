//! What is generated from the registry of the core: schemas, the tables in `docs/`, the examples in the README.
//!
//! `make generate` writes it, `make check` compares it. The C header has a generator of its own, in `ffi/`.

mod batch;
mod code;
mod fact;
mod fields;
mod handle;
mod operation;
mod policy;
mod readme;
mod requirement;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use lifestage_core::engine::{HANDLES, OPERATIONS};

use crate::in_checkout;

pub use readme::examples_of;

/// The folders that hold nothing but generated files.
const OPERATIONS_FOLDER: &str = "docs/operations";
const HANDLES_FOLDER: &str = "docs/handles";

/// What says that a page is not to be edited.
const NOTICE: &str = "<!-- Generated: edit the source and run `make generate`. -->";

/// A file as it has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Where, from the root of the checkout.
    pub path: PathBuf,
    /// What it holds; `None` where there must be no such file.
    pub text: Option<String>,
}

impl File {
    fn new(path: impl Into<PathBuf>, text: String) -> Self {
        Self { path: path.into(), text: Some(text) }
    }

    /// Whether the checkout holds it as it has to be.
    pub fn is_fresh(&self) -> bool {
        fs::read_to_string(in_checkout(&self.path)).ok() == self.text
    }

    /// Makes the checkout hold it as it has to be.
    ///
    /// # Errors
    /// The file cannot be written or removed.
    pub fn write(&self) -> io::Result<()> {
        let path = in_checkout(&self.path);
        let Some(text) = &self.text else { return fs::remove_file(path) };
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, text)
    }
}

/// Every generated file, and every file that stands among them without being generated.
///
/// # Errors
/// A file they are made from cannot be read.
pub fn files() -> io::Result<Vec<File>> {
    let mut files = vec![
        File::new("policies/policy.schema.json", pretty(&policy::schema())),
        File::new("docs/codes.md", code::page()),
        File::new("docs/facts.md", fact::page().map_err(io::Error::other)?),
        File::new("docs/operations.md", operation::index(OPERATIONS)),
        File::new("docs/handles.md", handle::index(HANDLES)),
        File::new("docs/requirements.md", requirement::page()?),
        readme::file()?,
    ];
    files.extend(OPERATIONS.iter().flat_map(|operation| operation::files(operation, Path::new(OPERATIONS_FOLDER))));
    files.extend(HANDLES.iter().map(|kind| handle::file(kind, Path::new(HANDLES_FOLDER))));
    let wanted: BTreeSet<_> = files.iter().map(|file| file.path.clone()).collect();
    for folder in [OPERATIONS_FOLDER, HANDLES_FOLDER] {
        let leftovers = standing(folder)?.into_iter().filter(|path| !wanted.contains(path));
        files.extend(leftovers.map(|path| File { path, text: None }));
    }
    Ok(files)
}

/// The files that stand in a folder of the checkout.
fn standing(folder: &str) -> io::Result<Vec<PathBuf>> {
    if !in_checkout(folder).exists() {
        return Ok(Vec::new());
    }
    fs::read_dir(in_checkout(folder))?.map(|entry| Ok(Path::new(folder).join(entry?.file_name()))).collect()
}

/// JSON as a committed file has it.
fn pretty(json: &serde_json::Value) -> String {
    format!("{json:#}\n")
}

/// A row of a Markdown table.
fn row<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cell = |cell: &str| cell.replace('|', "\\|").replace('\n', " ");
    let cells: Vec<_> = cells.into_iter().map(cell).collect();
    format!("| {} |\n", cells.join(" | "))
}

/// A Markdown table.
fn table(head: &[&str], rows: impl IntoIterator<Item = String>) -> String {
    let rule = format!("|{}\n", "---|".repeat(head.len()));
    row(head.iter().copied()) + &rule + &rows.into_iter().collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_keeps_to_its_place_in_the_table() {
        assert_eq!(table(&["a", "b"], [row(["x|y", "1\n2"])]), "| a | b |\n|---|---|\n| x\\|y | 1 2 |\n");
    }

    #[test]
    fn every_generated_file_has_a_place_of_its_own() {
        let files = files().unwrap();
        let paths: BTreeSet<_> = files.iter().map(|file| &file.path).collect();
        assert_eq!(paths.len(), files.len());
        assert!(paths.contains(&PathBuf::from("docs/operations/check_policy.request.json")), "{paths:?}");
    }
}
