//! Rows that do not count: each returned with the first reason that holds, never lost.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::tables::FactTable;
use super::{CONFLICT, DUPLICATE, LATE, ORPHAN};
use crate::catalogue::Code;
use crate::error::Fault;
use crate::fact::Fact;
use crate::month::Month;
use crate::table::cell::MoneyUnit;
use crate::table::{INVALID, Reader, Row};

/// A row that does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reject {
    /// The table it came in.
    pub table: &'static str,
    /// Its place in that table, from 0.
    pub row: usize,
    /// Why: `LATE`, `INVALID`, `ORPHAN`, `DUPLICATE` or `CONFLICT`.
    #[serde(flatten)]
    pub fault: Fault,
}

/// What became of a table's rows: `rows` is the sum of the six figures that follow it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct RowCounts {
    /// Rows that came in.
    pub rows: usize,
    /// Rows that count.
    pub used: usize,
    /// Rows not yet known on the day.
    pub late: usize,
    /// Rows that break the contract of the table.
    pub invalid: usize,
    /// Rows of users that are not there.
    pub orphan: usize,
    /// Rows that say again what another one says.
    pub duplicate: usize,
    /// Rows of one key with different values.
    pub conflict: usize,
    /// Columns that nobody reads, sorted.
    pub unread_columns: Vec<String>,
}

/// The rows of one table: which still count, and why the others do not.
#[derive(Debug)]
pub(super) struct Ledger {
    table: &'static str,
    is_used: Vec<bool>,
    rejects: Vec<Reject>,
    unread_columns: Vec<String>,
}

/// A table and what became of its rows.
pub(super) type Opened<T> = (T, Ledger);

/// Reads a table, with the host's own facts where it may have any, and rejects the rows that are late, then those that are invalid by themselves; what speaks against the
/// request as a whole is added to `refusals`.
pub(super) fn open<'a, T: FactTable<'a>>(
    rows: &'a [Row],
    money_unit: Option<MoneyUnit>,
    as_of: NaiveDate,
    host: &[Fact],
    refusals: &mut Vec<Fault>,
) -> Opened<T> {
    let mut reader = Reader::new(T::NAME, rows, money_unit);
    let table = T::read(&mut reader, host);
    let remarks = reader.finish();
    refusals.extend(remarks.refusals);
    let mut ledger = Ledger {
        table: T::NAME,
        is_used: vec![true; rows.len()],
        rejects: Vec::new(),
        unread_columns: remarks.unread_columns,
    };
    ledger.reject_late(&table, as_of);
    for (row, fault) in remarks.invalid {
        ledger.add(row, fault);
    }
    ledger.reject_reversed(&table);
    (table, ledger)
}

impl Ledger {
    /// Whether a row still counts.
    pub(super) fn is_used(&self, row: usize) -> bool {
        self.is_used.get(row).is_some_and(|is_used| *is_used)
    }

    /// The rows that still count.
    pub(super) fn used(&self) -> impl Iterator<Item = usize> {
        self.is_used.iter().enumerate().filter(|(_, is_used)| **is_used).map(|(row, _)| row)
    }

    /// How many rows came in.
    pub(super) fn len(&self) -> usize {
        self.is_used.len()
    }

    /// Rejects a row, unless it is rejected already; `column` is the one that speaks against it, empty for the whole row.
    pub(super) fn reject(
        &mut self,
        row: usize,
        code: &'static Code,
        column: &str,
        found: impl std::fmt::Display,
        expected: impl std::fmt::Display,
    ) {
        let point = if column.is_empty() { "" } else { "." };
        let path = format!("tables.{}[{row}]{point}{column}", self.table);
        self.add(row, Fault::new(code, path).found(found).expected(expected));
    }

    fn add(&mut self, row: usize, fault: Fault) {
        if let Some(is_used) = self.is_used.get_mut(row).filter(|is_used| **is_used) {
            *is_used = false;
            self.rejects.push(Reject { table: self.table, row, fault });
        }
    }

    /// Rejects the rows that nobody can know of on the day.
    fn reject_late<'a>(&mut self, table: &impl FactTable<'a>, as_of: NaiveDate) {
        let days = [Some(("recorded_on", table.recorded_on())), table.begin()];
        for row in 0..self.len() {
            for (name, days) in days.into_iter().flatten() {
                if let Some(day) = days.at(row).filter(|day| *day > as_of) {
                    self.reject(row, &LATE, name, day, format_args!("on or before {as_of}"));
                }
            }
            let month = table.month().and_then(|(name, months)| Some((name, months.at(row)?)));
            if let Some((name, month)) = month.filter(|(_, month)| *month > Month::reference(as_of)) {
                self.reject(row, &LATE, name, month, format_args!("a month that ended on or before {as_of}"));
            }
        }
    }

    /// Rejects the rows that end before they begin.
    fn reject_reversed<'a>(&mut self, table: &impl FactTable<'a>) {
        let (Some((_, begins)), Some((name, ends))) = (table.begin(), table.end()) else { return };
        for row in 0..self.len() {
            if let (Some(begin), Some(end)) = (begins.at(row), ends.at(row))
                && end < begin
            {
                self.reject(row, &INVALID, name, end, format_args!("on or after {begin}"));
            }
        }
    }

    /// Every rejected row, in the order of the table, and the counts.
    pub(super) fn close(mut self) -> (Vec<Reject>, RowCounts) {
        self.rejects.sort_by_key(|reject| reject.row);
        let count = |code: &'static Code| self.rejects.iter().filter(|reject| reject.fault.code == code).count();
        let counts = RowCounts {
            rows: self.is_used.len(),
            used: self.is_used.iter().filter(|is_used| **is_used).count(),
            late: count(&LATE),
            invalid: count(&INVALID),
            orphan: count(&ORPHAN),
            duplicate: count(&DUPLICATE),
            conflict: count(&CONFLICT),
            unread_columns: self.unread_columns,
        };
        (self.rejects, counts)
    }
}
