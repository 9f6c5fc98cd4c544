//! Rows that do not count: each returned with the first reason that holds, never lost.

use std::num::NonZeroUsize;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::build::Job;
use super::tables::FactTable;
use super::{CONFLICT, DUPLICATE, LATE, ORPHAN};
use crate::catalogue::{Code, Words};
use crate::error::Fault;
use crate::month::Month;
use crate::table::columns::{Number, Numbers, rows_where};
use crate::table::source::Given;
use crate::table::{INVALID, Reject, UnreadColumns};

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
    /// What nobody reads of it.
    #[serde(flatten)]
    pub unread: UnreadColumns,
}

/// The rows of one table: which still count, and why the others do not.
#[derive(Debug)]
pub(super) struct Ledger {
    table: &'static str,
    rows: usize,
    /// A bit a row.
    rejected: Vec<u64>,
    rejects: Vec<Reject>,
    unread: UnreadColumns,
}

/// A table and what became of its rows.
pub(super) type Opened<T> = (T, Ledger);

/// Reads a table, with the host's own facts where it may have any, and rejects the rows that are late, then those that are
/// invalid by themselves; what speaks against the request as a whole is added to `refusals`.
pub(super) fn open<T: FactTable>(given: Given<'_>, job: &Job<'_>, refusals: &mut Vec<Fault>) -> Opened<T> {
    let Job { params, host, threads, .. } = *job;
    let (table, remarks) = given.read::<T>(host, 0, params.money_unit, threads);
    refusals.extend(remarks.refusals);
    let mut ledger = Ledger::new(T::NAME, given.rows(), remarks.unread);
    ledger.reject_late(&table, params.as_of, threads);
    for (row, fault) in remarks.invalid {
        ledger.add(row, fault);
    }
    ledger.reject_reversed(&table, threads);
    (table, ledger)
}

impl Ledger {
    fn new(table: &'static str, rows: usize, unread: UnreadColumns) -> Self {
        Self { table, rows, rejected: vec![0; rows.div_ceil(64)], rejects: Vec::new(), unread }
    }

    /// Whether a row still counts.
    pub(super) fn is_used(&self, row: usize) -> bool {
        self.rejected.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 0)
    }

    /// The rows that still count.
    pub(super) fn used(&self) -> impl Iterator<Item = usize> {
        (0..self.rows).filter(|row| self.is_used(*row))
    }

    /// How many rows came in.
    pub(super) fn len(&self) -> usize {
        self.rows
    }

    /// Rejects a row, unless it is rejected already; `column` is the one that speaks against it, empty for the whole row.
    pub(super) fn reject(
        &mut self,
        row: usize,
        code: &'static Code,
        column: &str,
        found: impl Into<Words>,
        expected: impl Into<Words>,
    ) {
        if self.is_used(row) {
            let point = if column.is_empty() { "" } else { "." };
            let path = format!("tables.{}[{row}]{point}{column}", self.table);
            self.add(row, Fault::new(code, path).finding(found).expecting(expected));
        }
    }

    fn add(&mut self, row: usize, fault: Fault) {
        if !self.is_used(row) {
            return;
        }
        if let Some(word) = self.rejected.get_mut(row / 64) {
            *word |= 1 << (row % 64);
            self.rejects.push(Reject { table: self.table, row, fault });
        }
    }

    /// Rejects the rows that nobody can know of on the day.
    fn reject_late(&mut self, table: &impl FactTable, as_of: NaiveDate, threads: NonZeroUsize) {
        let days = [Some(("recorded_on", table.recorded_on())), table.begin()];
        let is_given = |(_, days): &(&str, &Numbers<NaiveDate>)| days.is_given();
        for (name, days) in days.into_iter().flatten().filter(is_given) {
            for row in days.above(as_of.number(), threads) {
                let Some(day) = days.at(row) else { continue };
                self.reject(row, &LATE, name, Words::value(day), until(as_of));
            }
        }
        let Some((name, months)) = table.month() else { return };
        // The number of a month is that of a day in it.
        let last_day = Month::reference(as_of).last_day().map_or(i64::MAX, Number::number);
        for row in months.above(last_day, threads) {
            let Some(month) = months.at(row) else { continue };
            self.reject(row, &LATE, name, Words::value(month), ended_until(as_of));
        }
    }

    /// Rejects the rows that end before they begin.
    fn reject_reversed(&mut self, table: &impl FactTable, threads: NonZeroUsize) {
        let (Some((_, begins)), Some((name, ends))) = (table.begin(), table.end()) else { return };
        if !ends.is_given() {
            return;
        }
        let is_reversed = |row| ends.number(row).zip(begins.number(row)).is_some_and(|(end, begin)| end < begin);
        for row in rows_where(self.len(), threads, is_reversed) {
            let (Some(begin), Some(end)) = (begins.at(row), ends.at(row)) else { continue };
            self.reject(row, &INVALID, name, Words::value(end), since(begin));
        }
    }

    /// Every rejected row, in the order of the table, and the counts.
    pub(super) fn close(mut self) -> (Vec<Reject>, RowCounts) {
        self.rejects.sort_by_key(|reject| reject.row);
        let count = |code: &'static Code| self.rejects.iter().filter(|reject| reject.fault.code == code).count();
        let counts = RowCounts {
            rows: self.rows,
            used: self.rows - self.rejects.len(),
            late: count(&LATE),
            invalid: count(&INVALID),
            orphan: count(&ORPHAN),
            duplicate: count(&DUPLICATE),
            conflict: count(&CONFLICT),
            unread: self.unread,
        };
        (self.rejects, counts)
    }
}

/// What a day has to be.
pub(crate) fn until(as_of: NaiveDate) -> Words {
    Words::new(format!("on or before {as_of}"), format!("不晚于 {as_of}"))
}

fn ended_until(as_of: NaiveDate) -> Words {
    Words::new(format!("a month that ended on or before {as_of}"), format!("不晚于 {as_of} 结束的月份"))
}

fn since(begin: NaiveDate) -> Words {
    Words::new(format!("on or after {begin}"), format!("不早于 {begin}"))
}
