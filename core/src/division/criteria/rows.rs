//! A table of rows that are judged one by one: its key, the facts that decision tables ask of, and what was read.

use std::collections::BTreeMap;
use std::iter::once;

use arrow_array::RecordBatch;
use schemars::JsonSchema;
use serde::Serialize;

use crate::decision_table::{DecisionTables, FactColumns, Judgement};
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::operation::{Cancel, Tables};
use crate::table::batches::Batches;
use crate::table::cell::MoneyUnit;
use crate::table::columns::Texts;
use crate::table::source::{FromSource, Given, Source};
use crate::table::writer::Writer;
use crate::table::{Header, Remarks, UnreadColumns};

/// Rows of a batch that is answered.
pub(super) const ROWS_A_BATCH: usize = 1 << 16;

/// A table that was read.
pub(super) struct Judged<T> {
    pub rows: usize,
    pub columns: T,
    /// The first fault of each row that has one.
    pub invalid: BTreeMap<usize, Fault>,
    unread: UnreadColumns,
}

/// A key, and the facts that tables ask of.
pub(super) struct Keyed {
    pub key: Texts,
    pub facts: FactColumns,
}

impl Keyed {
    pub(super) fn read(source: &mut impl Source, key: &str, tables: &DecisionTables) -> Self {
        let key = source.text(Header::required(key));
        Self { key, facts: FactColumns::read(source, tables) }
    }
}

/// What was read.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RowsReport {
    /// Rows that came in.
    pub rows: usize,
    /// Rows among them that break the contract.
    pub errors: usize,
    /// What nobody reads.
    #[serde(flatten)]
    pub unread: UnreadColumns,
    /// Digest of the policy.
    pub digest: String,
}

impl<T: FromSource<With = DecisionTables>> Judged<T> {
    /// Reads the table.
    ///
    /// # Errors
    /// Columns of a type that holds no facts, and amounts without a unit.
    pub(super) fn read(
        given: Given<'_>,
        tables: &DecisionTables,
        money_unit: Option<MoneyUnit>,
        engine: &Engine,
    ) -> Result<Self, Error> {
        let (columns, remarks) = given.read::<T>(tables, 0, money_unit, engine.threads());
        let Remarks { invalid, refusals, unread } = remarks;
        if !refusals.is_empty() {
            return Err(Error::request(refusals));
        }
        Ok(Self { rows: given.rows(), columns, invalid, unread })
    }

    /// Takes the table in from Arrow.
    ///
    /// # Errors
    /// As [`Self::read`]; what the table's producer says, or that the call is cancelled.
    pub(super) fn collect(
        mut given: Tables,
        tables: &DecisionTables,
        money_unit: Option<MoneyUnit>,
        engine: &Engine,
        cancel: &Cancel,
    ) -> Result<Self, Error> {
        let batches = given.remove(T::NAME).map(|table| Batches::collect(T::NAME, table, cancel)).transpose()?;
        Self::read(batches.as_ref().map_or(Given::Rows(&[]), Given::Batches), tables, money_unit, engine)
    }

    pub(super) fn report(&self, engine: &Engine) -> RowsReport {
        RowsReport {
            rows: self.rows,
            errors: self.invalid.len(),
            unread: self.unread.clone(),
            digest: engine.policy().digest().to_owned(),
        }
    }

    /// The rows in parts, each of which makes a batch; one at least, for its columns.
    pub(super) fn parts(&self) -> usize {
        self.rows.div_ceil(ROWS_A_BATCH).max(1)
    }

    /// The rows of a part.
    pub(super) fn part(&self, part: usize) -> std::ops::Range<usize> {
        let first = (part * ROWS_A_BATCH).min(self.rows);
        first..(first + ROWS_A_BATCH).min(self.rows)
    }

    /// The faults of the rows of a part, by their places in it.
    pub(super) fn faults(&self, rows: &std::ops::Range<usize>) -> Vec<(usize, Fault)> {
        let faults = self.invalid.range(rows.clone());
        faults.map(|(row, fault)| (row - rows.start, fault.clone())).collect()
    }
}

impl RowsReport {
    /// The report, in one row.
    ///
    /// # Errors
    /// Only where Arrow refuses what is made here.
    pub(super) fn batch(&self, engine: &Engine) -> Result<RecordBatch, Error> {
        let mut report = Writer::default();
        report.rows("rows", once(self.rows));
        report.rows("errors", once(self.errors));
        report.text_lists("unread_columns", once(Some(self.unread.unread_columns.as_slice())));
        let mut metadata = engine.signature();
        metadata.extend([self.unread.metadata()]);
        report.batch(metadata)
    }
}

/// Adds why each row has its result: the policy's row, the reason where there is none, and what is unknown.
pub(super) fn why<'a>(columns: &mut Writer, prefix: &str, judgements: impl Iterator<Item = &'a Judgement<'a>> + Clone) {
    columns.texts(&format!("{prefix}_row"), judgements.clone().map(|judgement| judgement.row));
    columns.texts(&format!("{prefix}_reason"), judgements.clone().map(|judgement| judgement.reason));
    columns.text_lists(&format!("{prefix}_unknown"), judgements.map(|judgement| Some(judgement.unknown.as_slice())));
}

/// The names as texts of their own.
pub(super) fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}
