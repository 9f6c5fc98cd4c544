//! Decisions into a host's own arrays.

use std::ffi::c_char;
use std::mem::MaybeUninit;
use std::slice;

use lifestage_core::batch::ClassifyBatchParams;
use lifestage_core::catalogue::Words;
use lifestage_core::error::{Error, Fault, INVALID_COLUMN};
use lifestage_core::lifecycle::{DecisionBuffers, NO_CODE};
use lifestage_core::operation::Cancel;

use crate::cancel::LifestageCancel;
use crate::column::{self, LifestageColumn};
use crate::engine::LifestageEngine;
use crate::error::LifestageError;
use crate::guard;
use crate::status::LifestageStatus;
use crate::text;

/// Stands for a stage, a tier or any other code of a result where there is none.
pub const LIFESTAGE_NO_CODE: u8 = 255;
const _: () = assert!(LIFESTAGE_NO_CODE == NO_CODE);

/// Arrays of the host for decisions, of an entry a row; what is NULL is not computed. The masks' bits are the policy's rules
/// in order; the metadata "lifestage.rules" of a batch and the operation "show_policy" name them.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct LifestageDecisions {
    /// Stages: 0 for A to 4 for E, LIFESTAGE_NO_CODE where there is none.
    pub stage: *mut u8,
    /// Tiers: 0 high, 1 middle, 2 low, LIFESTAGE_NO_CODE where there is none.
    pub tier: *mut u8,
    /// The active rules that fired.
    pub warnings_mask: *mut u64,
    /// The active and shadow rules that cannot know for want of facts.
    pub insufficient_mask: *mut u64,
    /// The shadow rules that fired.
    pub shadow_mask: *mut u64,
}

impl LifestageDecisions {
    /// The arrays, of so many entries.
    ///
    /// # Safety
    /// Each is NULL or points to as many entries, which nobody else uses for `'a`.
    unsafe fn buffers<'a>(&self, rows: usize) -> Result<DecisionBuffers<'a>, Error> {
        // SAFETY: the caller's contract, for each.
        let buffers = unsafe {
            DecisionBuffers {
                stage: entries("stage", self.stage, rows)?,
                tier: entries("tier", self.tier, rows)?,
                warnings: entries("warnings_mask", self.warnings_mask, rows)?,
                insufficient: entries("insufficient_mask", self.insufficient_mask, rows)?,
                shadow: entries("shadow_mask", self.shadow_mask, rows)?,
            }
        };
        Ok(buffers)
    }
}

/// # Safety
/// As [`LifestageDecisions::buffers`].
unsafe fn entries<'a, T>(name: &str, start: *mut T, rows: usize) -> Result<Option<&'a mut [T]>, Error> {
    if start.is_null() {
        return Ok(None);
    }
    if !start.is_aligned() {
        let fault = Fault::new(&INVALID_COLUMN, format!("decisions.{name}"))
            .finding(Words::new("a pointer that is not aligned", "未对齐的指针"));
        return Err(Error::request(vec![fault.expecting(Words::new(
            format!("a multiple of {}", align_of::<T>()),
            format!("{} 的倍数", align_of::<T>()),
        ))]));
    }
    // SAFETY: not NULL, aligned, and as long as the columns, which fit the memory; nobody else's by contract.
    Ok(Some(unsafe { slice::from_raw_parts_mut(start, rows) }))
}

/// Decides about plain columns into arrays of the host, which it may keep for the next columns: nothing is allocated for the
/// result. What is decided is what the operation "classify" decides. For a single row, too, this is the way without JSON, but
/// for the few parameters. Blocks until done, on as many threads as the engine has; fewer than 32768 rows are decided on the
/// calling thread alone.
/// Parameters:
///   engine:       borrowed; may be used by any number of threads at once.
///   columns:      the view, all columns with as many rows; borrowed for this call. May be NULL if column_count is 0.
///   column_count: how many columns.
///   params:       the parameters of "classify", a JSON object, without "columns" and "append".
///   params_len:   length of params in bytes.
///   cancel:       optional, borrowed; stops this call.
///   decisions:    where the decisions go; on failure what is there says nothing.
///   out_errors:   how many rows break the contract: these have no stage, no tier and empty masks; written only on
///                 LIFESTAGE_STATUS_OK.
///   out_error:    optional; written only on failure; free with lifestage_error_free().
/// Returns:
///   LIFESTAGE_STATUS_OK;
///   LIFESTAGE_STATUS_NULL_ARGUMENT, _INVALID_LENGTH or _INVALID_UTF8 (the caller's mistake);
///   LIFESTAGE_STATUS_REQUEST (the faults of columns or parameters; a bad row under "strict"; a call that was cancelled);
///   LIFESTAGE_STATUS_INTERNAL or _PANIC (our bug).
/// Since: ABI 1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lifestage_engine_classify_into(
    engine: Option<&LifestageEngine>,
    columns: *const LifestageColumn,
    column_count: usize,
    params: *const c_char,
    params_len: usize,
    cancel: Option<&LifestageCancel>,
    decisions: Option<&LifestageDecisions>,
    out_errors: Option<&mut MaybeUninit<usize>>,
    out_error: Option<&mut MaybeUninit<Box<LifestageError>>>,
) -> LifestageStatus {
    guard::fallible(out_error, || {
        let engine = engine.ok_or_else(|| LifestageError::null("engine"))?.core();
        // SAFETY: the caller's contract.
        let params = unsafe { text::read("params", params, params_len) }?;
        let decisions = decisions.ok_or_else(|| LifestageError::null("decisions"))?;
        let out_errors = out_errors.ok_or_else(|| LifestageError::null("out_errors"))?;
        // SAFETY: the caller's contract.
        let view = unsafe { column::batch_of("view", column::at(columns, column_count)?) }?;
        // SAFETY: the caller's contract.
        let buffers = unsafe { decisions.buffers(view.num_rows()) }?;
        let cancel = cancel.map_or_else(Cancel::default, LifestageCancel::core);
        let params = ClassifyBatchParams::read(params)?;
        out_errors.write(engine.classify_into(&view, &params, buffers, &cancel)?);
        Ok(())
    })
}
