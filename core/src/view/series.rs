//! A number a month: twelve months a row, the newest last.

use crate::fact::SERIES_MONTHS;
use crate::month::Month;

/// Twelve months of numbers for each row of the view; what is not known is null.
#[derive(Debug, Clone)]
pub(super) struct Series {
    /// Row after row, month after month.
    values: Vec<i64>,
    /// A bit a month, for each row.
    known: Vec<u16>,
}

impl Series {
    /// Nothing known of so many rows.
    pub(super) fn unknown(rows: usize) -> Self {
        Self { values: vec![0; rows * SERIES_MONTHS], known: vec![0; rows] }
    }

    /// Says what a month of a row is.
    pub(super) fn set(&mut self, row: usize, place: usize, value: Option<i64>) {
        let slot = self.values.get_mut(row * SERIES_MONTHS + place);
        let (Some(slot), Some(known)) = (slot, self.known.get_mut(row)) else { return };
        *slot = value.unwrap_or_default();
        let bit = 1 << place;
        if value.is_some() { *known |= bit } else { *known &= !bit }
    }

    /// What a month of a row is.
    pub(super) fn get(&self, row: usize, place: usize) -> Option<i64> {
        let is_known = self.known.get(row)? >> place & 1 == 1;
        self.values.get(row * SERIES_MONTHS + place).copied().filter(|_| is_known)
    }

    /// The months of a row.
    pub(super) fn row(&self, row: usize) -> impl Iterator<Item = Option<i64>> {
        (0..SERIES_MONTHS).map(move |place| self.get(row, place))
    }
}

/// The place of a month in a series that ends with the month `last`; `None` where it holds no such month.
pub(super) fn place_of(month: Month, last: Month) -> Option<usize> {
    let back = usize::try_from(last.since(month)).ok()?;
    (SERIES_MONTHS - 1).checked_sub(back)
}

/// Each place of a series that ends with the month `last`, and its month; the newest first.
pub(super) fn months_to(last: Month) -> impl Iterator<Item = (usize, Month)> {
    (0..SERIES_MONTHS).rev().zip(0..).map(move |(place, back)| (place, last.plus(-back)))
}
