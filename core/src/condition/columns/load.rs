//! A block's columns into registers, several columns at a time: memory answers many at once faster than one.

use super::super::plan::{Fold, Register};
use super::WIDE_BITS;
use super::column::{Numbers, Values};
use super::registers::{Lane, Registers, TILE, Tile};
use crate::fact::SERIES_MONTHS;

/// A column that is read into registers.
#[derive(Debug)]
pub(super) struct Load<'a> {
    /// The months that are given, the newest first; a scalar is one month.
    pub months: Vec<Month<'a>>,
    /// Whether windows are folded to more than sums.
    pub has_extremes: bool,
    pub least_is_zero: bool,
}

/// One month of a column.
#[derive(Debug, Clone)]
pub(super) struct Month<'a> {
    pub numbers: Numbers<'a>,
    /// Where it is kept, if rules look at it by itself.
    pub kept: Option<Register>,
    /// Whether it is part of a window.
    pub is_folded: bool,
    /// The windows that begin with it, and where they are kept.
    pub folds: Vec<(Fold, Register)>,
}

/// The bits that any number of a block has; negative ones count as their complement where they may be.
#[derive(Debug, Default)]
pub(super) struct Guard {
    unsigned: u64,
    /// Each number with its double: what differs reaches one bit beyond the number.
    signed: u64,
}

impl Guard {
    /// How large the block's numbers are: at most two to the power of so many bits.
    #[inline(always)]
    pub fn bits(&self) -> u32 {
        let length = |bits: u64| u64::BITS - bits.leading_zeros();
        length(self.unsigned).max(length(self.signed).saturating_sub(1))
    }
}

/// What a tile's numbers pass through, reused from tile to tile.
pub(super) struct Scratch<T> {
    unkept: Tile<T>,
    sum: Tile<T>,
    least: Tile<T>,
    greatest: Tile<T>,
}

impl<T: Lane> Scratch<T> {
    #[inline(always)]
    pub fn new() -> Self {
        let zeros = [T::default(); TILE];
        Self { unkept: zeros, sum: zeros, least: zeros, greatest: zeros }
    }

    #[inline(always)]
    fn folded(&self, fold: Fold) -> &Tile<T> {
        match fold {
            Fold::Sum => &self.sum,
            Fold::Least => &self.least,
            Fold::Greatest => &self.greatest,
        }
    }
}

impl Load<'_> {
    /// Whether a number keeps to the contract.
    pub fn allows(&self, value: i64) -> bool {
        value.unsigned_abs() < 1 << WIDE_BITS && !(self.least_is_zero && value < 0)
    }

    /// Loads a tile's numbers and folds the windows on the way.
    #[inline(always)]
    pub fn run<T: Lane>(
        &self,
        first: usize,
        tile: usize,
        registers: &mut Registers<T>,
        scratch: &mut Scratch<T>,
        guard: &mut Guard,
    ) {
        let row = first + tile * TILE;
        let seen = if self.least_is_zero { &mut guard.unsigned } else { &mut guard.signed };
        for (ago, month) in self.months.iter().enumerate() {
            let Scratch { unkept, sum, least, greatest } = scratch;
            let kept = month.kept.and_then(|register| registers.tile_mut(register, tile));
            let passing = Passing {
                is_kept: kept.is_some() || self.has_extremes || !month.is_folded,
                is_summed: month.is_folded,
                is_first: ago == 0,
                is_signed: !self.least_is_zero,
            };
            let out = kept.unwrap_or(unkept);
            month.numbers.values.read(row, passing, out, sum, seen);
            if self.has_extremes && month.is_folded {
                extend(ago == 0, out, least, greatest);
            }
            for (fold, register) in &month.folds {
                if let Some(kept) = registers.tile_mut(*register, tile) {
                    *kept = *scratch.folded(*fold);
                }
            }
        }
    }
}

#[inline(always)]
fn extend<T: Lane>(is_first: bool, month: &Tile<T>, least: &mut Tile<T>, greatest: &mut Tile<T>) {
    if is_first {
        (*least, *greatest) = (*month, *month);
        return;
    }
    for lane in 0..TILE {
        least[lane] = least[lane].min(month[lane]);
        greatest[lane] = greatest[lane].max(month[lane]);
    }
}

/// What becomes of a tile's numbers.
#[derive(Clone, Copy)]
pub(super) struct Passing {
    pub is_kept: bool,
    pub is_summed: bool,
    /// The sum begins with them.
    pub is_first: bool,
    pub is_signed: bool,
}

impl Passing {
    /// They are kept as they are.
    pub const KEPT: Self = Self { is_kept: true, is_summed: false, is_first: false, is_signed: false };
}

impl Values<'_> {
    /// Reads a tile's numbers from `row` on, zeros beyond the end; `seen` notes their bits.
    #[inline(always)]
    pub(super) fn read<T: Lane>(&self, row: usize, how: Passing, out: &mut Tile<T>, sum: &mut Tile<T>, seen: &mut u64) {
        match self {
            Self::I64(values) => narrowed(values, row, how, out, sum, seen, |value| value),
            Self::I32(values) => narrowed(values, row, how, out, sum, seen, |value| value),
            Self::I16(values) => narrowed(values, row, how, out, sum, seen, i32::from),
            Self::I8(values) => narrowed(values, row, how, out, sum, seen, i32::from),
            Self::U32(values) => narrowed(values, row, how, out, sum, seen, i64::from),
            Self::U16(values) => narrowed(values, row, how, out, sum, seen, i32::from),
            Self::U8(values) => narrowed(values, row, how, out, sum, seen, i32::from),
            Self::I128(values) => narrowed(values, row, how, out, sum, seen, saturated),
            Self::ListI64(values, month) => {
                narrowed(&of_lists(values, *month, row), 0, how, out, sum, seen, |value| value)
            }
            Self::ListI128(values, month) => {
                narrowed(&of_lists(values, *month, row), 0, how, out, sum, seen, saturated)
            }
        }
    }
}

/// A decimal as 64 bits; what does not fit lies beyond every limit and was refused before.
#[inline(always)]
fn saturated(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

#[inline(always)]
fn narrowed<S: Copy + Default, W: Lane, T: Lane>(
    values: &[S],
    row: usize,
    how: Passing,
    out: &mut Tile<T>,
    sum: &mut Tile<T>,
    seen: &mut u64,
    widen: impl Fn(S) -> W,
) {
    let padded;
    let tile = match values.get(row..).and_then(<[S]>::first_chunk::<TILE>) {
        Some(tile) => tile,
        None => {
            padded = tail(values.get(row..).unwrap_or_default());
            &padded
        }
    };
    if how.is_summed && how.is_first {
        *sum = [T::default(); TILE];
    }
    let pass = Pass { tile, widen };
    *seen |= match (how.is_kept, how.is_summed, how.is_signed) {
        (true, false, true) => pass.through::<W, T, true, false, true>(out, sum),
        (true, false, false) => pass.through::<W, T, true, false, false>(out, sum),
        (true, true, true) => pass.through::<W, T, true, true, true>(out, sum),
        (true, true, false) => pass.through::<W, T, true, true, false>(out, sum),
        (false, _, true) => pass.through::<W, T, false, true, true>(out, sum),
        (false, _, false) => pass.through::<W, T, false, true, false>(out, sum),
    };
}

/// A tile's numbers as they lie in memory, and how they become wider.
struct Pass<'a, S, F> {
    tile: &'a Tile<S>,
    widen: F,
}

impl<S: Copy, F> Pass<'_, S, F> {
    /// Keeps or adds up the numbers in one loop, so that none just stored is loaded again at once; their bits.
    #[inline(always)]
    #[allow(clippy::cast_sign_loss, reason = "the guard looks at bits")]
    fn through<W: Lane, T: Lane, const KEPT: bool, const SUMMED: bool, const SIGNED: bool>(
        self,
        out: &mut Tile<T>,
        sum: &mut Tile<T>,
    ) -> u64
    where
        F: Fn(S) -> W,
    {
        let mut bits = W::default();
        for lane in 0..TILE {
            let value = (self.widen)(self.tile[lane]);
            bits = bits | if SIGNED { value ^ value.plus(value) } else { value };
            let value = T::of(value.wide());
            if KEPT {
                out[lane] = value;
            }
            if SUMMED {
                sum[lane] = sum[lane].plus(value);
            }
        }
        bits.wide() as u64
    }
}

#[cold]
fn tail<S: Copy + Default>(values: &[S]) -> Tile<S> {
    let mut padded = [S::default(); TILE];
    padded.iter_mut().zip(values).for_each(|(slot, value)| *slot = *value);
    padded
}

/// One month of lists of twelve.
#[inline(always)]
fn of_lists<S: Copy + Default>(values: &[S], month: usize, row: usize) -> Tile<S> {
    let mut strided = [S::default(); TILE];
    let lists = values.get(row * SERIES_MONTHS..).unwrap_or_default().as_chunks::<SERIES_MONTHS>().0;
    for (slot, list) in strided.iter_mut().zip(lists) {
        *slot = list[month % SERIES_MONTHS];
    }
    strided
}
