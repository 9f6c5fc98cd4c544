//! Some rows of a result, read column by column.

use std::collections::HashMap;
use std::ffi::{CString, c_char};
use std::mem::MaybeUninit;
use std::ptr;

use arrow_array::RecordBatch;
use lifestage_core::Error;

use crate::column::{Lent, LifestageColumn};
use crate::error::LifestageError;
use crate::guard;
use crate::status::LifestageStatus;
use crate::text;

/// Some rows of a result.
#[derive(Debug)]
pub struct LifestageBatch {
    rows: usize,
    columns: Lent,
    metadata: HashMap<String, CString>,
}

impl LifestageBatch {
    pub(crate) fn of(batch: &RecordBatch) -> Result<Self, Error> {
        let metadata = batch.schema_ref().metadata().iter();
        let metadata = metadata.map(|(key, value)| Ok((key.clone(), CString::new(value.as_str())?)));
        let metadata = metadata.collect::<Result<_, std::ffi::NulError>>().map_err(Error::internal)?;
        Ok(Self { rows: batch.num_rows(), columns: Lent::of(batch)?, metadata })
    }
}

/// How many rows a batch has.
/// Parameters:
///   batch: borrowed; NULL gives 0.
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_batch_rows(batch: Option<&LifestageBatch>) -> usize {
    guard::infallible(0, || batch.map_or(0, |batch| batch.rows))
}

/// How many columns a batch has, those of structs counted by field.
/// Parameters:
///   batch: borrowed; NULL gives 0.
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_batch_column_count(batch: Option<&LifestageBatch>) -> usize {
    guard::infallible(0, || batch.map_or(0, |batch| batch.columns.columns().len()))
}

/// The column at a place.
/// Parameters:
///   batch: borrowed; NULL gives NULL.
///   index: 0 and more; beyond the last column gives NULL.
/// Returns: valid until lifestage_batch_free().
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_batch_column_at(batch: Option<&LifestageBatch>, index: usize) -> *const LifestageColumn {
    let at = |batch: &LifestageBatch| batch.columns.columns().get(index).map(ptr::from_ref);
    guard::infallible(ptr::null(), || batch.and_then(at).unwrap_or(ptr::null()))
}

/// The column of a name, such as "stage" or "error.code".
/// Parameters:
///   batch:      borrowed.
///   name:       the column's name.
///   name_len:   length of name in bytes.
///   out_column: valid until lifestage_batch_free(); written only on LIFESTAGE_STATUS_OK.
///   out_error:  optional; written only on failure; free with lifestage_error_free().
/// Returns:
///   LIFESTAGE_STATUS_OK;
///   LIFESTAGE_STATUS_NULL_ARGUMENT, _INVALID_LENGTH or _INVALID_UTF8 (the caller's mistake);
///   LIFESTAGE_STATUS_REQUEST (no such column: the error lists those that there are);
///   LIFESTAGE_STATUS_INTERNAL or _PANIC (our bug).
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lifestage_batch_column(
    batch: Option<&LifestageBatch>,
    name: *const c_char,
    name_len: usize,
    out_column: Option<&mut MaybeUninit<*const LifestageColumn>>,
    out_error: Option<&mut MaybeUninit<Box<LifestageError>>>,
) -> LifestageStatus {
    guard::fallible(out_error, || {
        let batch = batch.ok_or_else(|| LifestageError::null("batch"))?;
        // SAFETY: the caller's contract.
        let name = unsafe { text::read("name", name, name_len) }?;
        let out_column = out_column.ok_or_else(|| LifestageError::null("out_column"))?;
        out_column.write(ptr::from_ref(batch.columns.named(name)?));
        Ok(())
    })
}

/// What is said of a table as a whole, the same for all of its batches. Of "decisions":
///   "lifestage.digest":           digest of the policy, 64 hexadecimal digits;
///   "lifestage.version":          version of the library that decided;
///   "lifestage.as_of":            the day as of which was decided, such as 2024-05-31;
///   "lifestage.rules":            codes of the policy's rules in the order of the masks' bits, a JSON list of texts;
///   "lifestage.unread_columns":   columns of the view that are no facts, a JSON list of texts; "[]" if there are none;
///   "lifestage.misspelt_columns": those of them that are named nearly like a fact that is missing, each with that name,
///                                 a JSON object of texts; "{}" if there are none.
/// Parameters:
///   batch:   borrowed; NULL gives NULL.
///   key:     one of these; anything unknown gives NULL, and so does what is not UTF-8.
///   key_len: length of key in bytes.
/// Returns: UTF-8, NUL-terminated; valid until lifestage_batch_free().
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lifestage_batch_metadata(
    batch: Option<&LifestageBatch>,
    key: *const c_char,
    key_len: usize,
) -> *const c_char {
    guard::infallible(ptr::null(), || {
        // SAFETY: the caller's contract.
        let Ok(key) = (unsafe { text::read("key", key, key_len) }) else { return ptr::null() };
        batch.and_then(|batch| batch.metadata.get(key)).map_or(ptr::null(), |value| value.as_ptr())
    })
}

/// Frees a batch, and with it what its columns point to.
/// Parameters:
///   batch: taken; NULL does nothing.
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_batch_free(batch: Option<Box<LifestageBatch>>) {
    guard::infallible((), || drop(batch));
}
