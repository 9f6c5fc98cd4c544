//! The engine, as a handle.

use std::ffi::c_char;
use std::mem::MaybeUninit;
use std::num::NonZeroUsize;
use std::path::Path;

use lifestage_border::policy_file;
use lifestage_core::Engine;
use lifestage_core::catalogue::Words;
use lifestage_core::document::INVALID_VALUE;
use lifestage_core::error::Fault;

use crate::cancel::LifestageCancel;
use crate::error::LifestageError;
use crate::guard;
use crate::status::LifestageStatus;
use crate::tables::LifestageTables;
use crate::text::{self, LifestageText};

/// A policy made ready to decide. Immutable.
#[derive(Debug)]
pub struct LifestageEngine(Engine);

impl LifestageEngine {
    pub(crate) fn core(&self) -> &Engine {
        &self.0
    }
}

/// Opens an engine for a policy.
/// Parameters:
///   policy:     name of a shipped policy, such as "china-telecom", or a policy document (TOML or JSON); a document may
///               extend shipped policies only.
///   policy_len: length of policy in bytes.
///   out_engine: written only on LIFESTAGE_STATUS_OK; free with lifestage_engine_free().
///   out_error:  optional; written only on failure; free with lifestage_error_free().
/// Returns:
///   LIFESTAGE_STATUS_OK;
///   LIFESTAGE_STATUS_NULL_ARGUMENT, _INVALID_LENGTH or _INVALID_UTF8 (the caller's mistake);
///   LIFESTAGE_STATUS_POLICY (the policy's faults, all at once);
///   LIFESTAGE_STATUS_INTERNAL or _PANIC (our bug).
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lifestage_engine_new(
    policy: *const c_char,
    policy_len: usize,
    out_engine: Option<&mut MaybeUninit<Box<LifestageEngine>>>,
    out_error: Option<&mut MaybeUninit<Box<LifestageError>>>,
) -> LifestageStatus {
    guard::fallible(out_error, || {
        // SAFETY: the caller's contract.
        let policy = unsafe { text::read("policy", policy, policy_len) }?;
        let out_engine = out_engine.ok_or_else(|| LifestageError::null("out_engine"))?;
        out_engine.write(Box::new(LifestageEngine(Engine::open(policy)?)));
        Ok(())
    })
}

/// Opens an engine for a policy document in a file. What the document extends is a shipped policy or a file in the same
/// directory, by its file name.
/// Parameters:
///   path:       path of the document (TOML or JSON, UTF-8); faults name the files as they are given here.
///   path_len:   length of path in bytes.
///   out_engine: written only on LIFESTAGE_STATUS_OK; free with lifestage_engine_free().
///   out_error:  optional; written only on failure; free with lifestage_error_free().
/// Returns:
///   LIFESTAGE_STATUS_OK;
///   LIFESTAGE_STATUS_NULL_ARGUMENT, _INVALID_LENGTH or _INVALID_UTF8 (the caller's mistake);
///   LIFESTAGE_STATUS_FILE (a file that cannot be read);
///   LIFESTAGE_STATUS_POLICY (the policy's faults, all at once);
///   LIFESTAGE_STATUS_INTERNAL or _PANIC (our bug).
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lifestage_engine_open(
    path: *const c_char,
    path_len: usize,
    out_engine: Option<&mut MaybeUninit<Box<LifestageEngine>>>,
    out_error: Option<&mut MaybeUninit<Box<LifestageError>>>,
) -> LifestageStatus {
    guard::fallible(out_error, || {
        // SAFETY: the caller's contract.
        let path = unsafe { text::read("path", path, path_len) }?;
        let out_engine = out_engine.ok_or_else(|| LifestageError::null("out_engine"))?;
        let file = policy_file::load(Path::new(path)).map_err(LifestageError::of_file)?;
        out_engine.write(Box::new(LifestageEngine(Engine::new(file.policy))));
        Ok(())
    })
}

/// Calls an operation: one JSON record in, one out. The operation "list_operations" lists all of them with the JSON
/// Schemas of their requests and responses.
/// Parameters:
///   engine:        borrowed; may be used by any number of threads at once.
///   operation:     the operation's name, such as "check_policy".
///   operation_len: length of operation in bytes.
///   request:       the request, a JSON object.
///   request_len:   length of request in bytes.
///   out_response:  the response, canonical JSON; written only on LIFESTAGE_STATUS_OK; free with lifestage_text_free().
///   out_error:     optional; written only on failure; free with lifestage_error_free().
/// Returns:
///   LIFESTAGE_STATUS_OK;
///   LIFESTAGE_STATUS_NULL_ARGUMENT, _INVALID_LENGTH or _INVALID_UTF8 (the caller's mistake);
///   LIFESTAGE_STATUS_REQUEST (no such operation, or the request's faults, all at once);
///   LIFESTAGE_STATUS_INTERNAL or _PANIC (our bug).
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lifestage_engine_call(
    engine: Option<&LifestageEngine>,
    operation: *const c_char,
    operation_len: usize,
    request: *const c_char,
    request_len: usize,
    out_response: Option<&mut MaybeUninit<Box<LifestageText>>>,
    out_error: Option<&mut MaybeUninit<Box<LifestageError>>>,
) -> LifestageStatus {
    guard::fallible(out_error, || {
        let LifestageEngine(engine) = engine.ok_or_else(|| LifestageError::null("engine"))?;
        // SAFETY: the caller's contract.
        let operation = unsafe { text::read("operation", operation, operation_len) }?;
        // SAFETY: the caller's contract.
        let request = unsafe { text::read("request", request, request_len) }?;
        let out_response = out_response.ok_or_else(|| LifestageError::null("out_response"))?;
        out_response.write(Box::new(LifestageText::of(engine.call(operation, request)?)?));
        Ok(())
    })
}

/// Calls a batch operation: named tables in, named tables out, the parameters as a JSON record. The operation
/// "list_operations" names the tables and has the JSON Schema of the parameters.
/// Parameters:
///   engine:        borrowed; may be used by any number of threads at once, and freed before the result.
///   operation:     the operation's name, such as "classify", which takes "view" and gives "decisions".
///   operation_len: length of operation in bytes.
///   tables:        taken on every return.
///   params:        the parameters, a JSON object.
///   params_len:    length of params in bytes.
///   cancel:        optional, borrowed for this call; stops this call and the reading of its result.
///   out_tables:    the result, computed as it is read; written only on LIFESTAGE_STATUS_OK; free with
///                  lifestage_tables_free().
///   out_error:     optional; written only on failure; free with lifestage_error_free().
/// Returns:
///   LIFESTAGE_STATUS_OK;
///   LIFESTAGE_STATUS_NULL_ARGUMENT, _INVALID_LENGTH or _INVALID_UTF8 (the caller's mistake);
///   LIFESTAGE_STATUS_REQUEST (no such operation, or the faults of tables and parameters, all at once);
///   LIFESTAGE_STATUS_INTERNAL or _PANIC (our bug).
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lifestage_engine_call_batch(
    engine: Option<&LifestageEngine>,
    operation: *const c_char,
    operation_len: usize,
    tables: Option<Box<LifestageTables>>,
    params: *const c_char,
    params_len: usize,
    cancel: Option<&LifestageCancel>,
    out_tables: Option<&mut MaybeUninit<Box<LifestageTables>>>,
    out_error: Option<&mut MaybeUninit<Box<LifestageError>>>,
) -> LifestageStatus {
    guard::fallible(out_error, || {
        let tables = tables.ok_or_else(|| LifestageError::null("tables"))?.into_core()?;
        let LifestageEngine(engine) = engine.ok_or_else(|| LifestageError::null("engine"))?;
        // SAFETY: the caller's contract.
        let operation = unsafe { text::read("operation", operation, operation_len) }?;
        // SAFETY: the caller's contract.
        let params = unsafe { text::read("params", params, params_len) }?;
        let out_tables = out_tables.ok_or_else(|| LifestageError::null("out_tables"))?;
        let cancel = cancel.map(LifestageCancel::core).unwrap_or_default();
        let result = engine.call_batch(operation, tables, params, cancel)?;
        out_tables.write(Box::new(LifestageTables::of(result)?));
        Ok(())
    })
}

/// Gives an engine of the same policy that computes batches on so many threads; results do not depend on it. The policy is
/// shared, not copied. An engine that was opened computes on as many as the process may use at a time.
/// Parameters:
///   engine:     borrowed; goes on as it is, and may be freed before the new one.
///   threads:    how many, the calling one included; at least 1.
///   out_engine: written only on LIFESTAGE_STATUS_OK; free with lifestage_engine_free().
///   out_error:  optional; written only on failure; free with lifestage_error_free().
/// Returns:
///   LIFESTAGE_STATUS_OK;
///   LIFESTAGE_STATUS_NULL_ARGUMENT (the caller's mistake);
///   LIFESTAGE_STATUS_REQUEST (no threads);
///   LIFESTAGE_STATUS_INTERNAL or _PANIC (our bug).
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_engine_with_threads(
    engine: Option<&LifestageEngine>,
    threads: usize,
    out_engine: Option<&mut MaybeUninit<Box<LifestageEngine>>>,
    out_error: Option<&mut MaybeUninit<Box<LifestageError>>>,
) -> LifestageStatus {
    guard::fallible(out_error, || {
        let LifestageEngine(engine) = engine.ok_or_else(|| LifestageError::null("engine"))?;
        let out_engine = out_engine.ok_or_else(|| LifestageError::null("out_engine"))?;
        let threads = NonZeroUsize::new(threads).ok_or_else(|| {
            let fault =
                Fault::new(&INVALID_VALUE, "threads").found(threads).expecting(Words::new("1 or more", "不小于 1"));
            LifestageError::argument(LifestageStatus::Request, fault)
        })?;
        out_engine.write(Box::new(LifestageEngine(engine.clone().with_threads(threads))));
        Ok(())
    })
}

/// How many threads an engine computes batches on, the calling one included.
/// Parameters:
///   engine: borrowed; NULL gives 0.
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_engine_threads(engine: Option<&LifestageEngine>) -> usize {
    guard::infallible(0, || engine.map_or(0, |LifestageEngine(engine)| engine.threads().get()))
}

/// Frees an engine.
/// Parameters:
///   engine: taken, so no thread may be using it; NULL does nothing.
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_engine_free(engine: Option<Box<LifestageEngine>>) {
    guard::infallible((), || drop(engine));
}
