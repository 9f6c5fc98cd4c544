//! A number a month: twelve months a row, the newest last.

use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer, ScalarBuffer};

use crate::fact::SERIES_MONTHS;
use crate::month::Month;

/// Twelve months of numbers for each of some rows; what is not known is null. The numbers lie as the view has them in Arrow.
#[derive(Debug, Clone)]
pub(super) struct Series {
    /// Row after row, month after month.
    values: Vec<i128>,
    /// A bit a month, for each row.
    known: Vec<u16>,
}

impl Series {
    /// Nothing known of so many rows.
    pub(super) fn unknown(rows: usize) -> Self {
        Self { values: vec![0; rows * SERIES_MONTHS], known: vec![0; rows] }
    }

    /// Where a month of a row stands.
    pub(super) fn slot(row: usize, place: usize) -> usize {
        row * SERIES_MONTHS + place
    }

    /// Says what stands in a slot.
    pub(super) fn set(&mut self, slot: usize, value: Option<i64>) {
        let (row, place) = (slot / SERIES_MONTHS, slot % SERIES_MONTHS);
        let (Some(number), Some(known)) = (self.values.get_mut(slot), self.known.get_mut(row)) else { return };
        *number = value.unwrap_or_default().into();
        let bit = 1 << place;
        if value.is_some() { *known |= bit } else { *known &= !bit }
    }

    /// What a month of a row is.
    pub(super) fn get(&self, row: usize, place: usize) -> Option<i64> {
        let is_known = self.known.get(row)? >> place & 1 == 1;
        let value = self.values.get(Self::slot(row, place)).filter(|_| is_known)?;
        i64::try_from(*value).ok()
    }

    /// The months of a row.
    pub(super) fn row(&self, row: usize) -> impl Iterator<Item = Option<i64>> {
        (0..SERIES_MONTHS).map(move |place| self.get(row, place))
    }

    /// The numbers and which of them are known, month after month, without a copy of the former.
    pub(super) fn into_buffers(self) -> (ScalarBuffer<i128>, Option<NullBuffer>) {
        let months = self.values.len();
        let is_known = |known: &u16| known.count_ones() == 12;
        let nulls = (!self.known.iter().all(is_known)).then(|| {
            // Two rows are three bytes.
            let pairs = self.known.chunks(2).map(|pair| match pair {
                [one, other] => u32::from(*one) | u32::from(*other) << SERIES_MONTHS,
                rest => rest.iter().copied().map(u32::from).sum(),
            });
            let bytes = pairs.flat_map(|bits| {
                let [first, second, third, _] = bits.to_le_bytes();
                [first, second, third]
            });
            let bits = Buffer::from_vec(bytes.collect::<Vec<u8>>());
            NullBuffer::new(BooleanBuffer::new(bits, 0, months))
        });
        (self.values.into(), nulls)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_stands_bit_by_bit_in_the_order_of_the_months() {
        let mut series = Series::unknown(3);
        for (row, place) in [(0, 0), (0, 11), (1, 0), (1, 5), (2, 11)] {
            series.set(Series::slot(row, place), Some(7));
        }
        let (values, nulls) = series.clone().into_buffers();
        let known: Vec<_> = nulls.unwrap().iter().enumerate().filter(|(_, known)| *known).map(|(at, _)| at).collect();
        assert_eq!(known, [0, 11, 12, 17, 35]);
        assert!(known.iter().all(|at| values[*at] == 7));
        series.set(Series::slot(0, 0), None);
        assert_eq!((series.get(0, 0), series.get(0, 11)), (None, Some(7)));
    }

    #[test]
    fn months_that_are_all_known_need_no_bits() {
        let mut series = Series::unknown(1);
        (0..SERIES_MONTHS).for_each(|place| series.set(Series::slot(0, place), Some(1)));
        assert!(series.into_buffers().1.is_none());
    }
}
