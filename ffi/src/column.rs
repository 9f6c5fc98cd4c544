//! A plain column: what a host without an Arrow library hands in and reads.

use std::ffi::{c_char, c_void};
use std::{ptr, slice};

use lifestage_core::catalogue::Words;
use lifestage_core::error::{Fault, INVALID_LENGTH};

use crate::error::LifestageError;
use crate::status::LifestageStatus;

mod borrow;
mod lend;
mod parts;

pub(crate) use borrow::batch_of;
pub(crate) use lend::Lent;

/// Yes or no: uint8_t, 0 or 1.
pub const LIFESTAGE_TYPE_BOOL: u32 = 1;
/// Whole numbers: int8_t.
pub const LIFESTAGE_TYPE_INT8: u32 = 2;
/// Whole numbers: int16_t.
pub const LIFESTAGE_TYPE_INT16: u32 = 3;
/// Whole numbers: int32_t.
pub const LIFESTAGE_TYPE_INT32: u32 = 4;
/// Whole numbers: int64_t.
pub const LIFESTAGE_TYPE_INT64: u32 = 5;
/// Whole numbers, codes: uint8_t.
pub const LIFESTAGE_TYPE_UINT8: u32 = 6;
/// Whole numbers, codes: uint16_t.
pub const LIFESTAGE_TYPE_UINT16: u32 = 7;
/// Whole numbers, codes: uint32_t.
pub const LIFESTAGE_TYPE_UINT32: u32 = 8;
/// Whole numbers, masks: uint64_t.
pub const LIFESTAGE_TYPE_UINT64: u32 = 9;
/// float.
pub const LIFESTAGE_TYPE_FLOAT32: u32 = 10;
/// double.
pub const LIFESTAGE_TYPE_FLOAT64: u32 = 11;
/// Dates: int32_t, days since 1970-01-01.
pub const LIFESTAGE_TYPE_DATE32: u32 = 12;
/// Exact decimals: int64_t, in units of the last decimal place; with 2 places 7350 is 73.50.
pub const LIFESTAGE_TYPE_DECIMAL64: u32 = 13;
/// Exact decimals of 16 bytes, two's complement in the machine's byte order. On a little-endian machine the first
/// int64_t of a value is the whole of it, if it fits one.
pub const LIFESTAGE_TYPE_DECIMAL128: u32 = 14;
/// Texts in UTF-8: `values` are the bytes of all, `offsets` say where each begins and ends.
pub const LIFESTAGE_TYPE_UTF8: u32 = 15;
/// Lists: `items` are the items of all, `offsets` say where each list begins and ends.
pub const LIFESTAGE_TYPE_LIST: u32 = 16;

/// A column of a table, the same whether the host hands it in or reads it. Fields that a type does not use are NULL or 0.
///
/// Codes, such as stages, are a column of a whole type with `names`: the code's place among them is its meaning. Of a
/// result, codes of LIFESTAGE_TYPE_UINT8 are LIFESTAGE_NO_CODE where the row has none.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct LifestageColumn {
    /// The column's name, UTF-8, NUL-terminated; a field of a struct is named with it, "error.code", on the way in, too:
    /// there a row has the struct where it has a value of any of its fields. NULL in `items` and `names`.
    pub name: *const c_char,
    /// How many rows; in `items` how many items there are in all, in `names` how many names.
    pub rows: usize,
    /// One of LIFESTAGE_TYPE_....
    pub r#type: u32,
    /// LIFESTAGE_TYPE_DECIMAL...: decimal places of a value.
    pub places: u32,
    /// A byte a row: 0 where the row has no value. NULL if every row has one.
    pub validity: *const u8,
    /// A value a row, of the C type that `type` says. What stands where the row has no value is not looked at, but for texts
    /// and lists, whose offsets count all the same.
    pub values: *const c_void,
    /// Texts and lists: rows + 1 numbers that never fall; row i lies from number i up to but not including number
    /// i + 1. NULL where all lists are equally long, as the twelve months of a series are: items->rows / rows items.
    pub offsets: *const i32,
    /// Lists: the items.
    pub items: *const LifestageColumn,
    /// Codes: their names, a column of LIFESTAGE_TYPE_UTF8.
    pub names: *const LifestageColumn,
}

// SAFETY: the pointers are data like any other; to follow one is unsafe in itself.
unsafe impl Send for LifestageColumn {}
// SAFETY: as above.
unsafe impl Sync for LifestageColumn {}

impl LifestageColumn {
    /// A column without anything.
    pub(crate) const EMPTY: Self = Self {
        name: ptr::null(),
        rows: 0,
        r#type: 0,
        places: 0,
        validity: ptr::null(),
        values: ptr::null(),
        offsets: ptr::null(),
        items: ptr::null(),
        names: ptr::null(),
    };
}

/// The columns that an array holds.
///
/// # Safety
/// `columns` is NULL or points to `count` columns.
pub(crate) unsafe fn at<'a>(
    columns: *const LifestageColumn,
    count: usize,
) -> Result<&'a [LifestageColumn], LifestageError> {
    if count == 0 {
        return Ok(&[]);
    }
    if columns.is_null() {
        return Err(LifestageError::null("columns"));
    }
    let most = isize::MAX as usize / size_of::<LifestageColumn>();
    if count > most {
        let fault = Fault::new(&INVALID_LENGTH, "column_count")
            .found(count)
            .expecting(Words::new(format!("at most {most}"), format!("最多 {most}")));
        return Err(LifestageError::argument(LifestageStatus::InvalidLength, fault));
    }
    // SAFETY: not NULL, no longer than a slice may be; readable by contract.
    Ok(unsafe { slice::from_raw_parts(columns, count) })
}
