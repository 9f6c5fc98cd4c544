//! Tables by name: what a batch operation takes, and what it gives.

use std::ffi::{CString, c_char};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::{Mutex, MutexGuard};

use arrow_array::RecordBatchIterator;
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use lifestage_core::catalogue::Words;
use lifestage_core::document::UNKNOWN_KEY;
use lifestage_core::error::{Error, Fault};
use lifestage_core::operation::{Table, Tables};
use lifestage_core::table::INPUT_FAILED;

use crate::batch::LifestageBatch;
use crate::column::{self, LifestageColumn};
use crate::error::LifestageError;
use crate::guard;
use crate::status::LifestageStatus;
use crate::text;

/// Tables by name, each a stream of batches: what calls in batches take, of an engine or of a handle, and what they give.
///
/// A result is computed as it is read, so that data larger than memory flows through; threads may share the handle, their
/// calls follow one another.
pub struct LifestageTables(Mutex<Named>);

#[derive(Default)]
struct Named {
    tables: Tables,
    /// Every name that there ever was, so that pointers to them stay valid.
    names: Vec<CString>,
}

impl Named {
    fn put(&mut self, name: &str, table: Table) -> Result<(), Error> {
        if !self.names.iter().any(|given| given.to_bytes() == name.as_bytes()) {
            self.names.push(CString::new(name).map_err(|_| unknown(name, &self.tables))?);
        }
        self.tables.insert(name.to_owned(), table);
        Ok(())
    }
}

impl std::fmt::Debug for LifestageTables {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("LifestageTables").finish_non_exhaustive()
    }
}

impl LifestageTables {
    /// The tables that an operation gives.
    pub(crate) fn of(tables: Tables) -> Result<Self, Error> {
        let mut named = Named::default();
        for (name, table) in tables {
            named.put(&name, table)?;
        }
        Ok(Self(Mutex::new(named)))
    }

    pub(crate) fn into_core(self) -> Result<Tables, Error> {
        Ok(self.0.into_inner().map_err(Error::internal)?.tables)
    }

    fn lock(&self) -> Result<MutexGuard<'_, Named>, Error> {
        self.0.lock().map_err(Error::internal)
    }
}

fn unknown(name: &str, tables: &Tables) -> Error {
    let names = || tables.keys().map(String::as_str);
    let fault = Fault::new(&UNKNOWN_KEY, format!("tables.{name}")).found(name);
    let fault = fault.expected(names().collect::<Vec<_>>().join(", "));
    Error::request(vec![fault.suggest(name, names())])
}

/// Makes an empty set of tables.
/// Returns: never NULL; give it to a call in batches, or free it with lifestage_tables_free().
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_tables_new() -> Box<LifestageTables> {
    Box::new(LifestageTables(Mutex::default()))
}

/// Adds a table that is an Arrow C stream of struct arrays; it replaces one of the same name. The producer's buffers are
/// trusted to be what the Arrow specification asks for. Batches are read when results are, from one thread at a time.
/// Parameters:
///   tables:    borrowed.
///   name:      the table's name, such as "view".
///   name_len:  length of name in bytes.
///   stream:    consumed on every return: moved from, so that its release is NULL; lifestage releases it once.
///   out_error: optional; written only on failure; free with lifestage_error_free().
/// Returns:
///   LIFESTAGE_STATUS_OK;
///   LIFESTAGE_STATUS_NULL_ARGUMENT, _INVALID_LENGTH or _INVALID_UTF8 (the caller's mistake);
///   LIFESTAGE_STATUS_REQUEST (a released stream, or one whose schema cannot be read);
///   LIFESTAGE_STATUS_INTERNAL or _PANIC (our bug).
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lifestage_tables_put_stream(
    tables: Option<&LifestageTables>,
    name: *const c_char,
    name_len: usize,
    stream: *mut FFI_ArrowArrayStream,
    out_error: Option<&mut MaybeUninit<Box<LifestageError>>>,
) -> LifestageStatus {
    guard::fallible(out_error, || {
        if stream.is_null() {
            return Err(LifestageError::null("stream"));
        }
        // SAFETY: not NULL; a stream by contract.
        let stream = unsafe { FFI_ArrowArrayStream::from_raw(stream) };
        let tables = tables.ok_or_else(|| LifestageError::null("tables"))?;
        // SAFETY: the caller's contract.
        let name = unsafe { text::read("name", name, name_len) }?;
        let reader = RecordBatchStreamReader::try_new(stream).map_err(|error| {
            let fault = Fault::new(&INPUT_FAILED, name)
                .found(error)
                .expecting(Words::new("a stream of struct arrays", "结构体数组的流"));
            Error::request(vec![fault])
        })?;
        Ok(tables.lock()?.put(name, Box::new(reader))?)
    })
}

/// Adds a table that is given by plain columns; it replaces one of the same name. Nothing is copied but what bits take the
/// place of bytes for, and columns that are not aligned.
/// Parameters:
///   tables:       borrowed.
///   name:         the table's name, such as "view".
///   name_len:     length of name in bytes.
///   columns:      the columns, all with as many rows; may be NULL if column_count is 0. The array is read in this call only;
///                 what its columns point to is borrowed until everything that is made of the table is freed: the tables, a
///                 result, its batches and streams.
///   column_count: how many columns.
///   out_error:    optional; written only on failure; free with lifestage_error_free().
/// Returns:
///   LIFESTAGE_STATUS_OK;
///   LIFESTAGE_STATUS_NULL_ARGUMENT, _INVALID_LENGTH or _INVALID_UTF8 (the caller's mistake);
///   LIFESTAGE_STATUS_REQUEST (the columns' faults, one a column: a NULL, unequal rows, offsets that fall or lie beyond
///   the end, text that is not UTF-8);
///   LIFESTAGE_STATUS_INTERNAL or _PANIC (our bug).
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lifestage_tables_put_columns(
    tables: Option<&LifestageTables>,
    name: *const c_char,
    name_len: usize,
    columns: *const LifestageColumn,
    column_count: usize,
    out_error: Option<&mut MaybeUninit<Box<LifestageError>>>,
) -> LifestageStatus {
    guard::fallible(out_error, || {
        let tables = tables.ok_or_else(|| LifestageError::null("tables"))?;
        // SAFETY: the caller's contract.
        let name = unsafe { text::read("name", name, name_len) }?;
        // SAFETY: the caller's contract.
        let columns = unsafe { column::at(columns, column_count) }?;
        // SAFETY: the caller's contract.
        let batch = unsafe { column::batch_of(name, columns) }?;
        let schema = batch.schema();
        Ok(tables.lock()?.put(name, Box::new(RecordBatchIterator::new([Ok(batch)], schema)))?)
    })
}

/// How many tables there are; one that was taken still counts.
/// Parameters:
///   tables: borrowed; NULL gives 0.
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_tables_count(tables: Option<&LifestageTables>) -> usize {
    guard::infallible(0, || tables.and_then(|tables| tables.lock().ok()).map_or(0, |named| named.names.len()))
}

/// The name of the table at a place.
/// Parameters:
///   tables: borrowed; NULL gives NULL.
///   index:  0 and more; beyond the last table gives NULL.
/// Returns: UTF-8, NUL-terminated; valid until the tables are freed or taken.
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_tables_name(tables: Option<&LifestageTables>, index: usize) -> *const c_char {
    guard::infallible(ptr::null(), || {
        let named = tables.and_then(|tables| tables.lock().ok());
        named.and_then(|named| Some(named.names.get(index)?.as_ptr())).unwrap_or(ptr::null())
    })
}

/// Takes a table as an Arrow C stream, which computes a result as it is read. After that it is no longer among the tables.
/// Parameters:
///   tables:     borrowed.
///   name:       the table's name, such as "decisions".
///   name_len:   length of name in bytes.
///   out_stream: written only on LIFESTAGE_STATUS_OK; what was in it is not released. The host releases it, before or after
///               the tables. When its get_next fails, get_last_error has the faults in English.
///   out_error:  optional; written only on failure; free with lifestage_error_free().
/// Returns:
///   LIFESTAGE_STATUS_OK;
///   LIFESTAGE_STATUS_NULL_ARGUMENT, _INVALID_LENGTH or _INVALID_UTF8 (the caller's mistake);
///   LIFESTAGE_STATUS_REQUEST (no such table, or it was taken already);
///   LIFESTAGE_STATUS_INTERNAL or _PANIC (our bug).
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lifestage_tables_take_stream(
    tables: Option<&LifestageTables>,
    name: *const c_char,
    name_len: usize,
    out_stream: Option<&mut MaybeUninit<FFI_ArrowArrayStream>>,
    out_error: Option<&mut MaybeUninit<Box<LifestageError>>>,
) -> LifestageStatus {
    guard::fallible(out_error, || {
        let tables = tables.ok_or_else(|| LifestageError::null("tables"))?;
        // SAFETY: the caller's contract.
        let name = unsafe { text::read("name", name, name_len) }?;
        let out_stream = out_stream.ok_or_else(|| LifestageError::null("out_stream"))?;
        let mut named = tables.lock()?;
        let table = named.tables.remove(name).ok_or_else(|| unknown(name, &named.tables))?;
        out_stream.write(FFI_ArrowArrayStream::new(guard::stream(table)));
        Ok(())
    })
}

/// Computes the next rows of a table. Blocks until they are there, on as many threads as the engine has. How many rows come
/// at a time is not promised, not even for a table of plain columns: call until it ends.
/// Parameters:
///   tables:    borrowed; other threads may be using it, this call then waits for theirs.
///   name:      the table's name, such as "decisions".
///   name_len:  length of name in bytes.
///   out_batch: the rows, or NULL if there are no more; written only on LIFESTAGE_STATUS_OK; free with
///              lifestage_batch_free(), before or after the tables.
///   out_error: optional; written only on failure; free with lifestage_error_free(). The table ends with its first failure.
/// Returns:
///   LIFESTAGE_STATUS_OK;
///   LIFESTAGE_STATUS_NULL_ARGUMENT, _INVALID_LENGTH or _INVALID_UTF8 (the caller's mistake);
///   LIFESTAGE_STATUS_REQUEST (no such table, a bad row under "strict", a producer that failed, a call that was cancelled);
///   LIFESTAGE_STATUS_INTERNAL or _PANIC (our bug; after a panic the tables refuse every call as INTERNAL).
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lifestage_tables_next(
    tables: Option<&LifestageTables>,
    name: *const c_char,
    name_len: usize,
    out_batch: Option<&mut MaybeUninit<Option<Box<LifestageBatch>>>>,
    out_error: Option<&mut MaybeUninit<Box<LifestageError>>>,
) -> LifestageStatus {
    guard::fallible(out_error, || {
        let tables = tables.ok_or_else(|| LifestageError::null("tables"))?;
        // SAFETY: the caller's contract.
        let name = unsafe { text::read("name", name, name_len) }?;
        let out_batch = out_batch.ok_or_else(|| LifestageError::null("out_batch"))?;
        let mut named = tables.lock()?;
        let next = match named.tables.get_mut(name) {
            Some(table) => table.next().transpose().map_err(LifestageError::of_stream)?,
            None => return Err(unknown(name, &named.tables).into()),
        };
        out_batch.write(next.map(|batch| LifestageBatch::of(&batch)).transpose()?.map(Box::new));
        Ok(())
    })
}

/// Frees tables: input is released, a result that was not read is not computed.
/// Parameters:
///   tables: taken, so no thread may be using it; NULL does nothing.
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_tables_free(tables: Option<Box<LifestageTables>>) {
    guard::infallible((), || drop(tables));
}
