//! What has state, as a handle: open, update, query, serialise, restore, free.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use lifestage_core::operation::{Cancel, Tables};
use lifestage_core::{Error, Handle};

use crate::cancel::LifestageCancel;
use crate::engine::LifestageEngine;
use crate::error::LifestageError;
use crate::guard;
use crate::status::LifestageStatus;
use crate::tables::LifestageTables;
use crate::text::{self, LifestageText};

/// State that an engine opened. It outlives its engine. Threads may share it: their calls follow one another.
#[derive(Debug)]
pub struct LifestageHandle(Handle);

/// Opens a handle. The operation "list_handles" lists all kinds with the JSON Schemas of their parameters, updates and
/// queries.
/// Parameters:
///   engine:     borrowed; may be freed before the handle.
///   name:       what kind of handle, such as "customers".
///   name_len:   length of name in bytes.
///   params:     what it is opened with, a JSON object.
///   params_len: length of params in bytes.
///   out_handle: written only on LIFESTAGE_STATUS_OK; free with lifestage_handle_free().
///   out_error:  optional; written only on failure; free with lifestage_error_free().
/// Returns:
///   LIFESTAGE_STATUS_OK;
///   LIFESTAGE_STATUS_NULL_ARGUMENT, _INVALID_LENGTH or _INVALID_UTF8 (the caller's mistake);
///   LIFESTAGE_STATUS_REQUEST (no such handle, or the parameters' faults, all at once);
///   LIFESTAGE_STATUS_INTERNAL or _PANIC (our bug).
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lifestage_handle_open(
    engine: Option<&LifestageEngine>,
    name: *const c_char,
    name_len: usize,
    params: *const c_char,
    params_len: usize,
    out_handle: Option<&mut MaybeUninit<Box<LifestageHandle>>>,
    out_error: Option<&mut MaybeUninit<Box<LifestageError>>>,
) -> LifestageStatus {
    guard::fallible(out_error, || {
        let engine = engine.ok_or_else(|| LifestageError::null("engine"))?;
        // SAFETY: the caller's contract.
        let name = unsafe { text::read("name", name, name_len) }?;
        // SAFETY: the caller's contract.
        let params = unsafe { text::read("params", params, params_len) }?;
        let out_handle = out_handle.ok_or_else(|| LifestageError::null("out_handle"))?;
        out_handle.write(Box::new(LifestageHandle(engine.core().open_handle(name, params)?)));
        Ok(())
    })
}

/// Opens a handle with a state that lifestage_handle_serialise() gave, in this process or in another one.
/// Parameters:
///   engine:     borrowed; may be freed before the handle. Its policy is the one that made the state.
///   state:      the state, unchanged.
///   state_len:  length of state in bytes.
///   out_handle: written only on LIFESTAGE_STATUS_OK; free with lifestage_handle_free().
///   out_error:  optional; written only on failure; free with lifestage_error_free().
/// Returns:
///   LIFESTAGE_STATUS_OK;
///   LIFESTAGE_STATUS_NULL_ARGUMENT, _INVALID_LENGTH or _INVALID_UTF8 (the caller's mistake);
///   LIFESTAGE_STATUS_REQUEST (not a state of this version, or one of another policy);
///   LIFESTAGE_STATUS_INTERNAL or _PANIC (our bug).
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lifestage_handle_restore(
    engine: Option<&LifestageEngine>,
    state: *const c_char,
    state_len: usize,
    out_handle: Option<&mut MaybeUninit<Box<LifestageHandle>>>,
    out_error: Option<&mut MaybeUninit<Box<LifestageError>>>,
) -> LifestageStatus {
    guard::fallible(out_error, || {
        let engine = engine.ok_or_else(|| LifestageError::null("engine"))?;
        // SAFETY: the caller's contract.
        let state = unsafe { text::read("state", state, state_len) }?;
        let out_handle = out_handle.ok_or_else(|| LifestageError::null("out_handle"))?;
        out_handle.write(Box::new(LifestageHandle(engine.core().restore_handle(state)?)));
        Ok(())
    })
}

/// Tells a handle something: one JSON record in, one out. States of other handles of the same kind and policy are merged
/// by {"states": [...]}, each a JSON string.
/// Parameters:
///   handle:       borrowed; other threads may be using it, this call then waits for theirs.
///   update:       what it is told, a JSON object.
///   update_len:   length of update in bytes.
///   out_response: what became of it, canonical JSON; written only on LIFESTAGE_STATUS_OK; free with
///                 lifestage_text_free().
///   out_error:    optional; written only on failure, which leaves the state as it was; free with
///                 lifestage_error_free().
/// Returns:
///   LIFESTAGE_STATUS_OK;
///   LIFESTAGE_STATUS_NULL_ARGUMENT, _INVALID_LENGTH or _INVALID_UTF8 (the caller's mistake);
///   LIFESTAGE_STATUS_REQUEST (the update's faults, all at once);
///   LIFESTAGE_STATUS_INTERNAL or _PANIC (our bug; after a panic the handle refuses every call as INTERNAL).
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lifestage_handle_update(
    handle: Option<&LifestageHandle>,
    update: *const c_char,
    update_len: usize,
    out_response: Option<&mut MaybeUninit<Box<LifestageText>>>,
    out_error: Option<&mut MaybeUninit<Box<LifestageError>>>,
) -> LifestageStatus {
    guard::fallible(out_error, || {
        let handle = handle.ok_or_else(|| LifestageError::null("handle"))?;
        // SAFETY: the caller's contract.
        let update = unsafe { text::read("update", update, update_len) }?;
        let answer = |handle: &Handle| handle.update(update);
        handle.answer("out_response", out_response, answer)
    })
}

/// Asks a handle what it knows: one JSON record in, one out.
/// Parameters:
///   handle:       borrowed; other threads may be using it, this call then waits for theirs.
///   query:        what it is asked, a JSON object.
///   query_len:    length of query in bytes.
///   out_response: the answer, canonical JSON; written only on LIFESTAGE_STATUS_OK; free with lifestage_text_free().
///   out_error:    optional; written only on failure; free with lifestage_error_free().
/// Returns:
///   LIFESTAGE_STATUS_OK;
///   LIFESTAGE_STATUS_NULL_ARGUMENT, _INVALID_LENGTH or _INVALID_UTF8 (the caller's mistake);
///   LIFESTAGE_STATUS_REQUEST (the query's faults, all at once);
///   LIFESTAGE_STATUS_INTERNAL or _PANIC (our bug).
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lifestage_handle_query(
    handle: Option<&LifestageHandle>,
    query: *const c_char,
    query_len: usize,
    out_response: Option<&mut MaybeUninit<Box<LifestageText>>>,
    out_error: Option<&mut MaybeUninit<Box<LifestageError>>>,
) -> LifestageStatus {
    guard::fallible(out_error, || {
        let handle = handle.ok_or_else(|| LifestageError::null("handle"))?;
        // SAFETY: the caller's contract.
        let query = unsafe { text::read("query", query, query_len) }?;
        let answer = |handle: &Handle| handle.query(query);
        handle.answer("out_response", out_response, answer)
    })
}

/// Tells a handle named tables; named tables say what became of them. The operation "list_handles" names both. The tables are
/// read to their end in this call, on as many threads as the engine has that opened the handle. What lifestage_engine_call_batch()
/// decided may be handed over as it is. A part that is told twice counts twice: a job that begins anew opens the handle anew.
/// Parameters:
///   handle:     borrowed; other threads may be using it, this call then waits for theirs, and theirs for this one.
///   tables:     taken on every return; what produces them may not call this handle.
///   params:     the parameters, a JSON object; so far there are none: "{}".
///   params_len: length of params in bytes.
///   cancel:     optional, borrowed for this call; stops this call.
///   out_tables: what became of them, such as "rejects" and "report"; written only on LIFESTAGE_STATUS_OK; free with
///               lifestage_tables_free(), before or after the handle.
///   out_error:  optional; written only on failure, which leaves the state as it was; free with
///               lifestage_error_free().
/// Returns:
///   LIFESTAGE_STATUS_OK;
///   LIFESTAGE_STATUS_NULL_ARGUMENT, _INVALID_LENGTH or _INVALID_UTF8 (the caller's mistake);
///   LIFESTAGE_STATUS_REQUEST (the faults of tables and parameters, all at once, a producer that failed, a call that was
///   cancelled);
///   LIFESTAGE_STATUS_INTERNAL or _PANIC (our bug; after a panic the handle refuses every call as INTERNAL).
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lifestage_handle_update_batch(
    handle: Option<&LifestageHandle>,
    tables: Option<Box<LifestageTables>>,
    params: *const c_char,
    params_len: usize,
    cancel: Option<&LifestageCancel>,
    out_tables: Option<&mut MaybeUninit<Box<LifestageTables>>>,
    out_error: Option<&mut MaybeUninit<Box<LifestageError>>>,
) -> LifestageStatus {
    guard::fallible(out_error, || {
        // SAFETY: the caller's contract.
        unsafe { answer_tables(handle, tables, (params, params_len), cancel, out_tables, Handle::update_batch) }
    })
}

/// Asks a handle what it knows, which comes back as named tables. The operation "list_handles" names them, and those that a
/// query takes.
/// Parameters:
///   handle:     borrowed; other threads may be using it, this call then waits for theirs, and theirs for this one.
///   tables:     taken on every return; of a query without tables, an empty set.
///   params:     the parameters, a JSON object; so far there are none: "{}".
///   params_len: length of params in bytes.
///   cancel:     optional, borrowed for this call; stops this call.
///   out_tables: the answer, such as "customers" and "report"; what the handle is told later does not change it; written only
///               on LIFESTAGE_STATUS_OK; free with lifestage_tables_free(), before or after the handle.
///   out_error:  optional; written only on failure; free with lifestage_error_free().
/// Returns:
///   LIFESTAGE_STATUS_OK;
///   LIFESTAGE_STATUS_NULL_ARGUMENT, _INVALID_LENGTH or _INVALID_UTF8 (the caller's mistake);
///   LIFESTAGE_STATUS_REQUEST (the faults of tables and parameters, all at once, or a call that was cancelled);
///   LIFESTAGE_STATUS_INTERNAL or _PANIC (our bug).
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lifestage_handle_query_batch(
    handle: Option<&LifestageHandle>,
    tables: Option<Box<LifestageTables>>,
    params: *const c_char,
    params_len: usize,
    cancel: Option<&LifestageCancel>,
    out_tables: Option<&mut MaybeUninit<Box<LifestageTables>>>,
    out_error: Option<&mut MaybeUninit<Box<LifestageError>>>,
) -> LifestageStatus {
    guard::fallible(out_error, || {
        // SAFETY: the caller's contract.
        unsafe { answer_tables(handle, tables, (params, params_len), cancel, out_tables, Handle::query_batch) }
    })
}

/// Gives a handle's state as a text, to be restored here or elsewhere, or merged into another handle. Equal states are
/// equal texts. It holds what the handle was told, ids of customers among it.
/// Parameters:
///   handle:    borrowed; other threads may be using it, this call then waits for theirs.
///   out_state: the state; written only on LIFESTAGE_STATUS_OK; free with lifestage_text_free().
///   out_error: optional; written only on failure; free with lifestage_error_free().
/// Returns:
///   LIFESTAGE_STATUS_OK;
///   LIFESTAGE_STATUS_NULL_ARGUMENT (the caller's mistake);
///   LIFESTAGE_STATUS_INTERNAL or _PANIC (our bug).
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_handle_serialise(
    handle: Option<&LifestageHandle>,
    out_state: Option<&mut MaybeUninit<Box<LifestageText>>>,
    out_error: Option<&mut MaybeUninit<Box<LifestageError>>>,
) -> LifestageStatus {
    guard::fallible(out_error, || {
        let handle = handle.ok_or_else(|| LifestageError::null("handle"))?;
        handle.answer("out_state", out_state, Handle::serialise)
    })
}

/// Closes a handle: its state is gone, unless it was serialised.
/// Parameters:
///   handle: taken, so no thread may be using it, and nobody may use it afterwards: set your pointer to NULL, and calls are
///           refused as LIFESTAGE_STATUS_NULL_ARGUMENT; NULL does nothing.
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_handle_free(handle: Option<Box<LifestageHandle>>) {
    guard::infallible((), || drop(handle));
}

impl LifestageHandle {
    /// Writes what a verb answers; where there is no place for it, the verb is not begun.
    fn answer(
        &self,
        name: &str,
        out: Option<&mut MaybeUninit<Box<LifestageText>>>,
        verb: impl FnOnce(&Handle) -> Result<String, Error>,
    ) -> Result<(), LifestageError> {
        let out = out.ok_or_else(|| LifestageError::null(name))?;
        out.write(Box::new(LifestageText::of(verb(&self.0)?)?));
        Ok(())
    }
}

/// Writes the tables that a verb answers with; where there is no place for them, the verb is not begun.
///
/// # Safety
/// The parameters are NULL or point to as many bytes.
unsafe fn answer_tables(
    handle: Option<&LifestageHandle>,
    tables: Option<Box<LifestageTables>>,
    (params, params_len): (*const c_char, usize),
    cancel: Option<&LifestageCancel>,
    out_tables: Option<&mut MaybeUninit<Box<LifestageTables>>>,
    verb: impl FnOnce(&Handle, Tables, &str, &Cancel) -> Result<Tables, Error>,
) -> Result<(), LifestageError> {
    let tables = tables.ok_or_else(|| LifestageError::null("tables"))?.into_core()?;
    let LifestageHandle(handle) = handle.ok_or_else(|| LifestageError::null("handle"))?;
    // SAFETY: the caller's contract.
    let params = unsafe { text::read("params", params, params_len) }?;
    let out_tables = out_tables.ok_or_else(|| LifestageError::null("out_tables"))?;
    let cancel = cancel.map(LifestageCancel::core).unwrap_or_default();
    let answer = verb(handle, tables, params, &cancel)?;
    out_tables.write(Box::new(LifestageTables::of(answer)?));
    Ok(())
}
