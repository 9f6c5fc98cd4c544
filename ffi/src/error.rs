//! Why a call failed, as a handle.

use std::ffi::{CString, c_char};
use std::ptr;

use arrow_schema::ArrowError;
use lifestage_core::catalogue::Language;
use lifestage_core::catalogue::Words;
use lifestage_core::error::{Error, Fault, NULL_ARGUMENT, UNREADABLE_FILE};

use crate::guard;
use crate::status::LifestageStatus;

/// Messages in English.
pub const LIFESTAGE_LANGUAGE_ENGLISH: u32 = 0;

/// Messages in simplified Chinese.
pub const LIFESTAGE_LANGUAGE_CHINESE: u32 = 1;

/// Why a call failed: every fault that could be found in one pass, at least one.
#[derive(Debug)]
pub struct LifestageError {
    status: LifestageStatus,
    json: CString,
    english: CString,
    chinese: CString,
}

impl LifestageError {
    fn new(status: LifestageStatus, error: &Error) -> Self {
        Self {
            status,
            json: terminated(error.to_json()),
            english: terminated(error.text(Language::En)),
            chinese: terminated(error.text(Language::Zh)),
        }
    }

    /// A fault of one argument, or of what it names.
    pub(crate) fn argument(status: LifestageStatus, fault: Fault) -> Self {
        Self::new(status, &Error::request(vec![fault]))
    }

    /// The argument `name` is NULL.
    pub(crate) fn null(name: &str) -> Self {
        let fault = Fault::new(&NULL_ARGUMENT, name).found("NULL").expecting(Words::new("a pointer", "指针"));
        Self::argument(LifestageStatus::NullArgument, fault)
    }

    /// What is wrong with a policy of files.
    pub(crate) fn of_file(error: Error) -> Self {
        let is_unreadable = error.faults.iter().any(|fault| fault.code == &UNREADABLE_FILE);
        Self::new(if is_unreadable { LifestageStatus::File } else { error.kind.into() }, &error)
    }

    /// What ended a stream.
    pub(crate) fn of_stream(error: ArrowError) -> Self {
        match error {
            ArrowError::ExternalError(inner) => match inner.downcast::<Error>() {
                Ok(error) => (*error).into(),
                Err(other) => Error::internal(other).into(),
            },
            other => Error::internal(other).into(),
        }
    }

    /// A panic, with what it said.
    pub(crate) fn panicked(said: String) -> Self {
        Self::new(LifestageStatus::Panic, &Error::internal(said))
    }

    pub(crate) fn status(&self) -> LifestageStatus {
        self.status
    }
}

impl From<Error> for LifestageError {
    fn from(error: Error) -> Self {
        Self::new(error.kind.into(), &error)
    }
}

/// The text for C. JSON holds no NUL; in a message one that the input brought along shows as U+FFFD.
fn terminated(text: String) -> CString {
    CString::new(text.replace('\0', "\u{FFFD}")).unwrap_or_default()
}

/// The status of the call that failed.
/// Parameters:
///   error: borrowed; NULL, which is no error, gives LIFESTAGE_STATUS_OK.
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_error_status(error: Option<&LifestageError>) -> LifestageStatus {
    guard::infallible(LifestageStatus::Panic, || error.map_or(LifestageStatus::Ok, LifestageError::status))
}

/// The error for programs: {"kind": ..., "faults": [{"code": ..., "path": ..., "file": ..., "line": ..., "column": ...,
/// "found": ..., "expected": ..., "fix": ..., "suggestion": ...}]}; "kind" says who has to act: POLICY (the policy's
/// author), REQUEST (the calling program) or INTERNAL (lifestage's makers); file, line, column and suggestion stand only
/// where they are known.
/// Parameters:
///   error: borrowed; NULL gives NULL.
/// Returns: JSON, NUL-terminated; valid until lifestage_error_free().
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_error_json(error: Option<&LifestageError>) -> *const c_char {
    guard::infallible(ptr::null(), || error.map_or(ptr::null(), |error| error.json.as_ptr()))
}

/// The error for people, one line a fault.
/// Parameters:
///   error:    borrowed; NULL gives NULL.
///   language: LIFESTAGE_LANGUAGE_ENGLISH or LIFESTAGE_LANGUAGE_CHINESE; any other value means English.
/// Returns: UTF-8, NUL-terminated; valid until lifestage_error_free().
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_error_message(error: Option<&LifestageError>, language: u32) -> *const c_char {
    let message = |error: &LifestageError| match language {
        LIFESTAGE_LANGUAGE_CHINESE => error.chinese.as_ptr(),
        _ => error.english.as_ptr(),
    };
    guard::infallible(ptr::null(), || error.map_or(ptr::null(), message))
}

/// Frees an error.
/// Parameters:
///   error: taken; NULL does nothing.
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_error_free(error: Option<Box<LifestageError>>) {
    guard::infallible((), || drop(error));
}
