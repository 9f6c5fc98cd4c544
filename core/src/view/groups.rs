//! Rows by what they belong to, and the rows that repeat one another.

use std::collections::HashMap;

use super::rejects::Ledger;
use super::tables::FactTable;
use super::{CONFLICT, DUPLICATE};

/// The rows of a table by group: a user's bills, the rows of one event.
#[derive(Debug)]
pub(super) struct Groups {
    /// Where each group begins in `rows`, and the end of the last.
    starts: Vec<usize>,
    rows: Vec<usize>,
}

impl Groups {
    /// The used rows of a table by the group that `group_of` gives each, of `count` groups.
    pub(super) fn new(count: usize, ledger: &Ledger, group_of: impl Fn(usize) -> Option<usize>) -> Self {
        let members = || ledger.used().filter_map(|row| Some((row, group_of(row)?)));
        let mut ends = vec![0; count + 1];
        for (_, group) in members() {
            add(&mut ends, group + 1, 1);
        }
        for group in 0..count {
            let before = ends.get(group).copied().unwrap_or_default();
            add(&mut ends, group + 1, before);
        }
        let mut next = ends.clone();
        let mut rows = vec![0; ends.last().copied().unwrap_or_default()];
        for (row, group) in members() {
            if let Some(place) = next.get_mut(group) {
                if let Some(slot) = rows.get_mut(*place) {
                    *slot = row;
                }
                *place += 1;
            }
        }
        Self { starts: ends, rows }
    }

    /// The used rows of a table by a text, such as an id; the groups are in no order that matters.
    pub(super) fn by_text<'t>(ledger: &Ledger, text_of: impl Fn(usize) -> Option<&'t str>) -> Self {
        let mut numbers = HashMap::new();
        for text in ledger.used().filter_map(&text_of) {
            let next = numbers.len();
            numbers.entry(text).or_insert(next);
        }
        Self::new(numbers.len(), ledger, |row| numbers.get(text_of(row)?).copied())
    }

    /// The rows of a group, in the order of the table.
    pub(super) fn rows(&self, group: usize) -> &[usize] {
        let range = self.starts.get(group).zip(self.starts.get(group + 1));
        range.and_then(|(start, end)| self.rows.get(*start..*end)).unwrap_or_default()
    }

    /// The rows of each group.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[usize]> {
        (0..self.starts.len().saturating_sub(1)).map(|group| self.rows(group))
    }
}

fn add(counts: &mut [usize], place: usize, more: usize) {
    if let Some(count) = counts.get_mut(place) {
        *count += more;
    }
}

/// Rejects rows that repeat a key: of equal ones all but the first, of different ones all. Rows of one key have to lie in
/// one group. Which rows are rejected, and how many for which reason, does not depend on their order.
pub(super) fn reject_repeats<'a>(table: &impl FactTable<'a>, groups: &Groups, ledger: &mut Ledger) {
    for rows in groups.iter().filter(|rows| rows.len() > 1) {
        let mut rows = rows.to_vec();
        rows.sort_unstable_by(|one, other| {
            let by_content = table.compare_keys(*one, *other).then_with(|| table.compare_values(*one, *other));
            by_content.then(one.cmp(other))
        });
        let runs = rows.chunk_by(|one, other| table.compare_keys(*one, *other).is_eq());
        for run in runs.filter(|run| run.len() > 1) {
            judge(table, run, ledger);
        }
    }
}

/// Judges the rows of one key, ordered by their values.
fn judge<'a>(table: &impl FactTable<'a>, rows: &[usize], ledger: &mut Ledger) {
    let mut firsts = Vec::new();
    for equal in rows.chunk_by(|one, other| table.compare_values(*one, *other).is_eq()) {
        let Some((first, repeated)) = equal.split_first() else { continue };
        for row in repeated {
            ledger.reject(*row, &DUPLICATE, "", format_args!("the values of row {first}"), "each row once");
        }
        firsts.push(*first);
    }
    firsts.sort_unstable();
    let [first, second, ..] = firsts.as_slice() else { return };
    for row in &firsts {
        let other = if row == first { second } else { first };
        ledger.reject(*row, &CONFLICT, "", format_args!("other values in row {other}"), "one row a key");
    }
}
