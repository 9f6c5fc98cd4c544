//! The engine, as a handle.

use std::ffi::c_char;
use std::mem::MaybeUninit;
use std::path::Path;

use lifestage_border::policy_file;
use lifestage_core::Engine;

use crate::error::LifestageError;
use crate::guard;
use crate::status::LifestageStatus;
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

/// Frees an engine.
/// Parameters:
///   engine: taken, so no thread may be using it; NULL does nothing.
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub extern "C" fn lifestage_engine_free(engine: Option<Box<LifestageEngine>>) {
    guard::infallible((), || drop(engine));
}
