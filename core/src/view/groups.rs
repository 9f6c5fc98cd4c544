//! Rows that repeat one another.

use super::rejects::Ledger;
use super::tables::FactTable;
use super::{CONFLICT, DUPLICATE};

/// A row that repeats the key of another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Repeat {
    /// The row.
    pub(super) row: usize,
    /// The other one.
    other: usize,
    /// Whether their values are equal, too; the other one then stays.
    is_equal: bool,
}

impl Repeat {
    /// Rejects the row.
    pub(super) fn reject(self, ledger: &mut Ledger) {
        let Self { row, other, is_equal } = self;
        if is_equal {
            ledger.reject(row, &DUPLICATE, "", values_of(other), EACH_ONCE);
        } else {
            ledger.reject(row, &CONFLICT, "", other_values_in(other), ONE_A_KEY);
        }
    }
}

const EACH_ONCE: Text = Text { en: "each row once", zh: "每行一次" };
const ONE_A_KEY: Text = Text { en: "one row a key", zh: "每个主键一行" };

fn values_of(row: usize) -> Words {
    Words::new(format!("the values of row {row}"), format!("与第 {row} 行相同的值"))
}

fn other_values_in(row: usize) -> Words {
    Words::new(format!("other values in row {row}"), format!("第 {row} 行为其他值"))
}

/// The rows among these that repeat a key: of equal ones all but the first, of different ones all. Which these are, and how
/// many of which kind, does not depend on their order.
pub(super) fn repeats(table: &impl FactTable, rows: &[usize], repeats: &mut Vec<Repeat>) {
    let mut rows = rows.to_vec();
    rows.sort_unstable_by(|one, other| {
        let by_content = table.compare_keys(*one, *other).then_with(|| table.compare_values(*one, *other));
        by_content.then(one.cmp(other))
    });
    let runs = rows.chunk_by(|one, other| table.compare_keys(*one, *other).is_eq());
    for run in runs.filter(|run| run.len() > 1) {
        judge(table, run, repeats);
    }
}

/// Judges the rows of one key, ordered by their values.
fn judge(table: &impl FactTable, rows: &[usize], repeats: &mut Vec<Repeat>) {
    let mut firsts = Vec::new();
    for equal in rows.chunk_by(|one, other| table.compare_values(*one, *other).is_eq()) {
        let Some((first, repeated)) = equal.split_first() else { continue };
        repeats.extend(repeated.iter().map(|row| Repeat { row: *row, other: *first, is_equal: true }));
        firsts.push(*first);
    }
    firsts.sort_unstable();
    let [first, second, ..] = firsts.as_slice() else { return };
    let conflicts = firsts.iter().map(|row| (*row, if row == first { *second } else { *first }));
    repeats.extend(conflicts.map(|(row, other)| Repeat { row, other, is_equal: false }));
}
use crate::catalogue::{Text, Words};
