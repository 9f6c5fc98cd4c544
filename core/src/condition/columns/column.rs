//! Columns as they lie in memory.

use crate::fact::SERIES_MONTHS;

/// Whether each row of a column has a value: a bitmap as Arrow has it, least significant bit first.
#[derive(Debug, Clone, Copy)]
pub struct Validity<'a> {
    /// The bits.
    pub bytes: &'a [u8],
    /// The bit of row 0.
    pub offset: usize,
}

/// The numbers of a column, as they lie in memory.
#[derive(Debug, Clone, Copy)]
pub enum Values<'a> {
    /// 64-bit numbers.
    I64(&'a [i64]),
    /// 32-bit numbers, and days.
    I32(&'a [i32]),
    /// 16-bit numbers.
    I16(&'a [i16]),
    /// 8-bit numbers.
    I8(&'a [i8]),
    /// Unsigned 32-bit numbers.
    U32(&'a [u32]),
    /// Unsigned 16-bit numbers.
    U16(&'a [u16]),
    /// Unsigned 8-bit numbers, and codes.
    U8(&'a [u8]),
    /// 128-bit decimals of the fact's own places.
    I128(&'a [i128]),
    /// One month of lists that all hold twelve: row `r` is number `12 r + month`.
    ListI64(&'a [i64], usize),
    /// The same of 128-bit decimals.
    ListI128(&'a [i128], usize),
}

/// A column of numbers.
#[derive(Debug, Clone, Copy)]
pub struct Numbers<'a> {
    /// The numbers; those of rows without a value are not looked at.
    pub values: Values<'a>,
    /// Which rows have a value; all without it.
    pub validity: Option<Validity<'a>>,
}

/// A fact's column.
#[derive(Debug, Clone)]
pub enum Column<'a> {
    /// There is none: unknown in every row.
    Missing,
    /// A number, a day, a code's index, 1 or 0, a text's place in the plan, texts as bits.
    One(Numbers<'a>),
    /// The months of a series, the oldest first; a missing one is unknown in every row.
    Months(Box<[Option<Numbers<'a>>; SERIES_MONTHS]>),
}

impl Validity<'_> {
    /// The bits of 64 rows from `row` on.
    #[inline(always)]
    pub(super) fn word(&self, row: usize) -> u64 {
        let bit = self.offset + row;
        let (byte, shift) = (bit / 8, bit % 8);
        let eight = |from: usize| match self.bytes.get(from..from + 8).and_then(|bytes| <[u8; 8]>::try_from(bytes).ok())
        {
            Some(bytes) => u64::from_le_bytes(bytes),
            None => {
                let rest = self.bytes.get(from..).unwrap_or_default();
                rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
            }
        };
        let low = eight(byte) >> shift;
        if shift == 0 {
            return low;
        }
        let ninth = self.bytes.get(byte + 8).copied().unwrap_or(0);
        low | u64::from(ninth) << (64 - shift)
    }
}
