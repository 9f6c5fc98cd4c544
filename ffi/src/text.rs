//! Texts across the border: read from pointer and length, handed out as a handle.

use std::ffi::{CString, c_char};
use std::{ptr, slice, str};

use lifestage_core::catalogue::Words;
use lifestage_core::error::{Error, Fault, INVALID_LENGTH, INVALID_UTF8};

use crate::error::LifestageError;
use crate::guard;
use crate::status::LifestageStatus;

/// A text that lifestage made: UTF-8, NUL-terminated, without a NUL inside.
#[derive(Debug)]
pub struct LifestageText(CString);

impl LifestageText {
    /// The handle of a response; JSON holds no NUL, so one inside is a bug.
    pub(crate) fn of(response: String) -> Result<Self, LifestageError> {
        Ok(Self(CString::new(response).map_err(Error::internal)?))
    }
}

/// The text that the argument `name` points to.
///
/// # Safety
/// `data` is NULL or points to `len` readable bytes that stay unchanged for `'a`.
pub(crate) unsafe fn read<'a>(name: &str, data: *const c_char, len: usize) -> Result<&'a str, LifestageError> {
    if data.is_null() {
        return Err(LifestageError::null(name));
    }
    if isize::try_from(len).is_err() {
        let fault = Fault::new(&INVALID_LENGTH, format!("{name}_len")).found(len);
        let fault = fault.expecting(Words::new(format!("at most {}", isize::MAX), format!("最多 {}", isize::MAX)));
        return Err(LifestageError::argument(LifestageStatus::InvalidLength, fault));
    }
    // SAFETY: not NULL, no longer than a slice may be; readable by contract.
    let bytes = unsafe { slice::from_raw_parts(data.cast::<u8>(), len) };
    str::from_utf8(bytes).map_err(|error| {
        let fault = Fault::new(&INVALID_UTF8, name).found(error).expected("UTF-8");
        LifestageError::argument(LifestageStatus::InvalidUtf8, fault)
    })
}

/// The content of a text.
/// Parameters:
///   text: borrowed; NULL gives NULL.
/// Returns: UTF-8, NUL-terminated; valid until lifestage_text_free().
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_text_data(text: Option<&LifestageText>) -> *const c_char {
    guard::infallible(ptr::null(), || text.map_or(ptr::null(), |text| text.0.as_ptr()))
}

/// The length of a text in bytes, without the terminating NUL.
/// Parameters:
///   text: borrowed; NULL gives 0.
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_text_len(text: Option<&LifestageText>) -> usize {
    guard::infallible(0, || text.map_or(0, |text| text.0.count_bytes()))
}

/// Frees a text.
/// Parameters:
///   text: taken; NULL does nothing.
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_text_free(text: Option<Box<LifestageText>>) {
    guard::infallible((), || drop(text));
}
