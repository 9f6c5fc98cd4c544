//! The guard round every entry point: no panic crosses the border, and what it said is kept.

use std::mem::MaybeUninit;

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use lifestage_border::guard::caught;
use lifestage_core::Error;
use lifestage_core::operation::Table;

use crate::error::LifestageError;
use crate::status::LifestageStatus;

/// Runs an entry point that may fail; an error or a panic is handed out, if the host wants it, and gives the status.
pub(crate) fn fallible(
    out_error: Option<&mut MaybeUninit<Box<LifestageError>>>,
    body: impl FnOnce() -> Result<(), LifestageError>,
) -> LifestageStatus {
    let error = match caught(body) {
        Ok(Ok(())) => return LifestageStatus::Ok,
        Ok(Err(error)) => error,
        Err(said) => LifestageError::panicked(said),
    };
    let status = error.status();
    if let Some(out_error) = out_error {
        out_error.write(Box::new(error));
    }
    status
}

/// Runs an entry point that cannot fail; should it panic all the same, it gives `fallback`.
pub(crate) fn infallible<T>(fallback: T, body: impl FnOnce() -> T) -> T {
    caught(body).unwrap_or(fallback)
}

/// A table whose stream a host reads by itself: no panic crosses, and no NUL, on which Arrow's own border would panic.
pub(crate) fn stream(table: Table) -> Table {
    Box::new(Stream(table))
}

struct Stream(Table);

impl Iterator for Stream {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = caught(|| self.0.next()).unwrap_or_else(|said| {
            let error = Error::internal(said);
            Some(Err(ArrowError::ExternalError(Box::new(error))))
        });
        next.map(|next| {
            next.map_err(|error| match error.to_string() {
                text if text.contains('\0') => ArrowError::ExternalError(text.replace('\0', "\u{FFFD}").into()),
                _ => error,
            })
        })
    }
}

impl RecordBatchReader for Stream {
    fn schema(&self) -> SchemaRef {
        self.0.schema()
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;
    use std::panic::resume_unwind;
    use std::sync::Arc;

    use arrow_array::RecordBatchIterator;
    use arrow_schema::Schema;

    use super::*;
    use crate::error::lifestage_error_json;

    fn json_after(body: impl FnOnce() -> Result<(), LifestageError>) -> (LifestageStatus, String) {
        let mut error = MaybeUninit::uninit();
        let status = fallible(Some(&mut error), body);
        assert_ne!(status, LifestageStatus::Ok);
        // SAFETY: written, as the status is not Ok.
        let error = unsafe { error.assume_init() };
        // SAFETY: NUL-terminated, and alive as long as the error.
        let json = unsafe { CStr::from_ptr(lifestage_error_json(Some(&error))) };
        (status, json.to_str().unwrap().to_owned())
    }

    #[test]
    fn a_panic_becomes_a_status_and_keeps_what_it_said() {
        let (status, json) = json_after(|| resume_unwind(Box::new("a fixed text")));
        assert_eq!(status, LifestageStatus::Panic);
        assert!(json.contains(r#""kind":"INTERNAL""#) && json.contains(r#""found":"a fixed text""#), "{json}");

        let (status, json) = json_after(|| resume_unwind(Box::new(format!("row {}", 7))));
        assert_eq!(status, LifestageStatus::Panic);
        assert!(json.contains(r#""found":"row 7""#), "{json}");
    }

    #[test]
    fn a_panic_is_caught_though_the_host_wants_no_error() {
        assert_eq!(fallible(None, || panic!("unheard")), LifestageStatus::Panic);
        assert_eq!(infallible(7, || panic!("unheard")), 7);
    }

    /// A stream that ends with what `next` does.
    fn stream_of(mut next: impl FnMut() -> ArrowError + Send + 'static) -> Table {
        let batches = std::iter::from_fn(move || Some(Err(next())));
        stream(Box::new(RecordBatchIterator::new(batches, Arc::new(Schema::empty()))))
    }

    #[test]
    fn a_panic_in_a_stream_becomes_its_error() {
        let error = stream_of(|| panic!("unheard")).next().unwrap().unwrap_err();
        assert!(error.to_string().contains("BUG : lifestage itself failed (found unheard"), "{error}");
    }

    #[test]
    fn the_error_of_a_stream_holds_no_nul() {
        let error = stream_of(|| ArrowError::CDataInterface("u\0".to_owned())).next().unwrap().unwrap_err();
        assert!(error.to_string().contains("u\u{FFFD}"), "{error}");
    }

    #[test]
    fn success_leaves_the_error_alone() {
        let mut error = MaybeUninit::uninit();
        assert_eq!(fallible(Some(&mut error), || Ok(())), LifestageStatus::Ok);
        assert_eq!(infallible(7, || 8), 8);
    }
}
