//! A row that does not count: returned with its reason, never lost.

use arrow_array::RecordBatch;
use arrow_schema::Metadata;
use schemars::JsonSchema;
use serde::Serialize;

use super::writer::Writer;
use crate::error::{Error, FAULT_COLUMNS, Fault};

/// A row that does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reject {
    /// The table it came in.
    pub table: &'static str,
    /// Its place in that table, from 0.
    pub row: usize,
    /// Why: `LATE`, `INVALID`, `ORPHAN`, `DUPLICATE` or `CONFLICT`; of a decision also `UNDECIDED`.
    #[serde(flatten)]
    pub fault: Fault,
}

impl Reject {
    /// Rejects as a table.
    ///
    /// # Errors
    /// Only where Arrow refuses what is made here.
    pub(crate) fn batch(rejects: &[Self], metadata: Metadata) -> Result<RecordBatch, Error> {
        let mut columns = Writer::default();
        columns.texts("table", rejects.iter().map(|reject| Some(reject.table)));
        columns.rows("row", rejects.iter().map(|reject| reject.row));
        for (name, of) in FAULT_COLUMNS {
            columns.texts(name, rejects.iter().map(|reject| of(&reject.fault)));
        }
        columns.batch(metadata)
    }
}
