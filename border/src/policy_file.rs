//! A policy from a file: what it extends is shipped, or stands beside the file.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use lifestage_core::Policy;
use lifestage_core::catalogue::Words;
use lifestage_core::error::{Error, Fault, INVALID_UTF8, Place, UNREADABLE_FILE};

/// With it, editors on Windows begin a file in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A policy of files, with the texts that it was made of: [`Policy::load`] makes the same one of them.
#[derive(Debug)]
pub struct PolicyFile {
    /// The policy.
    pub policy: Policy,
    /// The document's name, as faults give it.
    pub file: String,
    /// The document.
    pub text: String,
    /// The documents that it extends, by file name.
    pub library: BTreeMap<String, String>,
}

/// The policy of the document at `path`.
///
/// # Errors
/// [`UNREADABLE_FILE`]; a file that is not UTF-8; every fault of the policy.
pub fn load(path: &Path) -> Result<PolicyFile, Error> {
    let text = read(path)?;
    let file = path.display().to_string();
    let library = RefCell::new(BTreeMap::new());
    let unreadable = RefCell::new(None);
    let beside = |name: &str| {
        let file = path.with_file_name(name);
        // Only a file name: a policy does not walk through the host's directories.
        if Path::new(name).file_name()? != name || !file.exists() {
            return None;
        }
        let text = read(&file).map_err(|error| unreadable.replace(Some(error))).ok()?;
        library.borrow_mut().insert(name.to_owned(), text.clone());
        Some(text)
    };
    let policy = Policy::load(&file, &text, &beside);
    match unreadable.into_inner() {
        Some(error) => Err(error),
        None => Ok(PolicyFile { policy: policy?, file, text, library: library.into_inner() }),
    }
}

fn read(path: &Path) -> Result<String, Error> {
    let bytes = fs::read(path).map_err(|error| {
        let fault = Fault::new(&UNREADABLE_FILE, path.display().to_string());
        let fault = fault.found(error).expecting(Words::new("a readable file", "可读的文件"));
        Error::request(vec![fault])
    })?;
    let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&bytes);
    str::from_utf8(text).map(str::to_owned).map_err(|error| not_utf8(path, text, error.valid_up_to()))
}

/// The fault names the first byte that is not UTF-8: a policy saved as GB18030 is the usual case.
fn not_utf8(path: &Path, bytes: &[u8], valid_up_to: usize) -> Error {
    let (valid, rest) = bytes.split_at(valid_up_to);
    let valid = String::from_utf8_lossy(valid);
    let line = valid.rsplit('\n').next().unwrap_or_default();
    let found = rest.first().map_or(String::new(), |byte| format!("byte {byte:#04x}"));
    let mut fault = Fault::new(&INVALID_UTF8, "").found(found).expected("UTF-8");
    fault.place = Some(Place {
        file: path.display().to_string(),
        line: valid.matches('\n').count() + 1,
        column: line.chars().count() + 1,
    });
    Error::policy(vec![fault])
}
