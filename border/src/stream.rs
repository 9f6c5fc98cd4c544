//! Tables of Arrow that leave Rust: what goes wrong while they are read ends them with an error that C can hold.

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use lifestage_core::error::Error;
use lifestage_core::operation::Table;

use crate::guard;

/// A table for readers beyond the border: a panic becomes the error that ends it, and no error's text has a NUL, which
/// would be the end of a text in C.
pub fn guarded(table: Table) -> Table {
    Box::new(Guarded { table, is_over: false })
}

/// Why a table ended, as the core said it.
pub fn error_of(error: ArrowError) -> Error {
    match error {
        ArrowError::ExternalError(inner) => inner.downcast::<Error>().map_or_else(Error::internal, |error| *error),
        other => Error::internal(other),
    }
}

struct Guarded {
    table: Table,
    is_over: bool,
}

impl Iterator for Guarded {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let next = guard::caught(|| self.table.next());
        let next = next.unwrap_or_else(|said| Some(Err(ArrowError::ExternalError(Box::new(Error::internal(said))))));
        self.is_over = !matches!(next, Some(Ok(_)));
        next.map(|batch| batch.map_err(|error| readable_in_c(&error)))
    }
}

impl RecordBatchReader for Guarded {
    fn schema(&self) -> SchemaRef {
        self.table.schema()
    }
}

fn readable_in_c(error: &ArrowError) -> ArrowError {
    ArrowError::ExternalError(error.to_string().trim_start_matches("External error: ").replace('\0', "\u{fffd}").into())
}

#[cfg(test)]
#[allow(clippy::panic, reason = "what is tested")]
mod tests {
    use std::sync::Arc;

    use arrow_array::RecordBatchIterator;
    use arrow_schema::Schema;
    use lifestage_core::catalogue::Language;
    use lifestage_core::error::Fault;
    use lifestage_core::operation::INVALID_REQUEST;

    use super::*;

    fn ending_with(end: impl FnOnce() -> ArrowError + Send + 'static) -> Table {
        let schema = Arc::new(Schema::empty());
        let empty = RecordBatch::new_empty(Arc::clone(&schema));
        let batches = std::iter::once(Ok(empty)).chain(std::iter::once_with(|| Err(end())));
        Box::new(RecordBatchIterator::new(batches, schema))
    }

    fn said(table: Table) -> Vec<Option<String>> {
        guarded(table).map(|batch| batch.err().map(|error| error.to_string())).collect()
    }

    #[test]
    fn a_panic_ends_the_table_with_an_error_that_keeps_what_it_said() {
        let texts = said(ending_with(|| panic!("row 7")));
        let [None, Some(text)] = texts.as_slice() else { panic!("{texts:?}") };
        assert!(text.contains("BUG") && text.contains("row 7"), "{text}");
    }

    #[test]
    fn an_errors_text_has_no_nul() {
        let texts = said(ending_with(|| {
            let fault = Fault::new(&INVALID_REQUEST, "view").found("a\0b").expected("no NUL");
            ArrowError::ExternalError(Box::new(Error::request(vec![fault])))
        }));
        let [None, Some(text)] = texts.as_slice() else { panic!("{texts:?}") };
        assert!(text.contains("a\u{fffd}b") && !text.contains('\0'), "{text}");
    }

    #[test]
    fn the_cores_error_is_found_again() {
        let error = Error::request(vec![Fault::new(&INVALID_REQUEST, "view")]);
        assert_eq!(error_of(ArrowError::ExternalError(Box::new(error.clone()))), error);
        let other = error_of(ArrowError::ComputeError("odd".into()));
        assert_eq!((other.faults[0].code.name, other.faults[0].found.of(Language::En)), ("BUG", "Compute error: odd"));
    }
}
