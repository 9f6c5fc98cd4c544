//! The parts of a host's column, over the memory in which they lie: here its pointers are read, and nowhere else.

use std::ffi::{CStr, c_void};
use std::ptr::NonNull;
use std::sync::Arc;

use arrow_buffer::{ArrowNativeType, Buffer, ScalarBuffer};
use lifestage_core::catalogue::Words;
use lifestage_core::error::{Fault, INVALID_COLUMN, INVALID_UTF8, NULL_ARGUMENT};

use super::*;

/// A column's parts as buffers that the host owns.
#[derive(Debug)]
pub(super) struct Parts {
    /// Where in the input, for faults: `view.fee`.
    pub path: String,
    pub rows: usize,
    pub r#type: u32,
    pub places: u32,
    pub validity: Option<Buffer>,
    pub values: Buffer,
    pub offsets: Option<ScalarBuffer<i32>>,
    pub items: Option<Box<Parts>>,
    pub names: Option<Box<Parts>>,
}

impl Parts {
    /// The name and the parts of the column at `place` of a table.
    ///
    /// # Errors
    /// NULL where a pointer is needed, sizes that no memory has, a name that is not UTF-8.
    ///
    /// # Safety
    /// The column is as [`LifestageColumn`] says, and stays so as long as anything that is made of its parts.
    pub unsafe fn of(table: &str, place: usize, column: &LifestageColumn) -> Result<(String, Self), Fault> {
        let unnamed = format!("{table}[{place}].name");
        if column.name.is_null() {
            return Err(null(unnamed));
        }
        // SAFETY: not NULL; NUL-terminated by contract.
        let name = unsafe { CStr::from_ptr(column.name) }.to_str();
        let name = name.map_err(|error| Fault::new(&INVALID_UTF8, unnamed).found(error).expected("UTF-8"))?;
        let path = format!("{table}.{name}");
        // SAFETY: the caller's contract.
        let mut parts = unsafe { Self::with_names(path, column) }?;
        // SAFETY: NULL, or the items by contract.
        if let Some(items) = unsafe { column.items.as_ref() } {
            // SAFETY: the caller's contract.
            parts.items = Some(Box::new(unsafe { Self::with_names(format!("{}.items", parts.path), items) }?));
        }
        Ok((name.to_owned(), parts))
    }

    /// # Safety
    /// As [`Parts::of`].
    unsafe fn with_names(path: String, column: &LifestageColumn) -> Result<Self, Fault> {
        // SAFETY: the caller's contract.
        let mut parts = unsafe { Self::own(path, column) }?;
        // SAFETY: NULL, or the names by contract.
        if let Some(names) = unsafe { column.names.as_ref() } {
            // SAFETY: the caller's contract.
            parts.names = Some(Box::new(unsafe { Self::own(format!("{}.names", parts.path), names) }?));
        }
        Ok(parts)
    }

    /// The parts of the column itself.
    ///
    /// # Safety
    /// As [`Parts::of`].
    unsafe fn own(path: String, column: &LifestageColumn) -> Result<Self, Fault> {
        let LifestageColumn { rows, r#type, places, .. } = *column;
        let part = |part: &str| format!("{path}.{part}");
        let validity = match column.validity.is_null() {
            true => None,
            // SAFETY: the caller's contract.
            false => Some(unsafe { buffer(part("validity"), column.validity.cast(), rows, 1) }?),
        };
        let offsets = match (r#type, rows) {
            (LIFESTAGE_TYPE_LIST, _) if column.offsets.is_null() => None,
            (_, 0) => None,
            (LIFESTAGE_TYPE_UTF8 | LIFESTAGE_TYPE_LIST, _) => {
                let count = rows.saturating_add(1);
                // SAFETY: the caller's contract.
                let offsets = unsafe { buffer(part("offsets"), column.offsets.cast(), count, size_of::<i32>()) }?;
                Some(rising(&path, ScalarBuffer::new(offsets, 0, count))?)
            }
            _ => None,
        };
        let (count, width) = match (r#type, &offsets) {
            (LIFESTAGE_TYPE_UTF8, Some(offsets)) => (offsets.last().map_or(0, |end| end.as_usize()), 1),
            _ => (rows, width(r#type)),
        };
        // SAFETY: the caller's contract.
        let values = unsafe { buffer(part("values"), column.values, count, width) }?;
        Ok(Self { path, rows, r#type, places, validity, values, offsets, items: None, names: None })
    }

    /// A fault of one of the parts.
    pub fn invalid(&self, part: &str, found: impl ToString, expected: impl ToString) -> Fault {
        invalid(&self.path, part, found, expected)
    }
}

fn null(path: String) -> Fault {
    Fault::new(&NULL_ARGUMENT, path).found("NULL").expecting(Words::new("a pointer", "指针"))
}

fn invalid(path: &str, part: &str, found: impl ToString, expected: impl ToString) -> Fault {
    Fault::new(&INVALID_COLUMN, format!("{path}.{part}")).found(found.to_string()).expected(expected.to_string())
}

/// The bytes of a value; 0 where a row is not one value.
const fn width(r#type: u32) -> usize {
    match r#type {
        LIFESTAGE_TYPE_BOOL | LIFESTAGE_TYPE_INT8 | LIFESTAGE_TYPE_UINT8 => 1,
        LIFESTAGE_TYPE_INT16 | LIFESTAGE_TYPE_UINT16 => 2,
        LIFESTAGE_TYPE_INT32 | LIFESTAGE_TYPE_UINT32 | LIFESTAGE_TYPE_FLOAT32 | LIFESTAGE_TYPE_DATE32 => 4,
        LIFESTAGE_TYPE_INT64 | LIFESTAGE_TYPE_UINT64 | LIFESTAGE_TYPE_FLOAT64 | LIFESTAGE_TYPE_DECIMAL64 => 8,
        LIFESTAGE_TYPE_DECIMAL128 => 16,
        _ => 0,
    }
}

/// `count` values of `width` bytes that begin at `data`, where they lie; only misaligned ones are copied.
///
/// # Safety
/// `data` is NULL, or points to as many bytes, which stay as they are as long as the buffer and its clones.
unsafe fn buffer(path: String, data: *const c_void, count: usize, width: usize) -> Result<Buffer, Fault> {
    let bytes = count.checked_mul(width).filter(|bytes| isize::try_from(*bytes).is_ok());
    let Some(bytes) = bytes else {
        return Err(Fault::new(&INVALID_COLUMN, path)
            .found(count)
            .expecting(Words::new("as many values as fit the memory", "内存可容纳的数量")));
    };
    if bytes == 0 {
        return Ok(Buffer::default());
    }
    let Some(start) = NonNull::new(data.cast_mut().cast::<u8>()) else { return Err(null(path)) };
    if start.addr().get().is_multiple_of(width) {
        // SAFETY: not NULL, and no longer than a slice may be; readable, unchanged and outliving the buffer by contract.
        return Ok(unsafe { Buffer::from_custom_allocation(start, bytes, Arc::new(())) });
    }
    // SAFETY: as above.
    Ok(Buffer::from(unsafe { std::slice::from_raw_parts(start.as_ptr(), bytes) }))
}

/// Offsets, none of which is negative or falls.
fn rising(path: &str, offsets: ScalarBuffer<i32>) -> Result<ScalarBuffer<i32>, Fault> {
    let mut before = 0;
    for (place, offset) in offsets.iter().enumerate() {
        if *offset < before {
            return Err(invalid(path, &format!("offsets[{place}]"), offset, format!("at least {before}")));
        }
        before = *offset;
    }
    Ok(offsets)
}
