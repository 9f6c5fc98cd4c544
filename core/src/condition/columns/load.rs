//! A block's columns into registers, several columns at a time: memory answers many at once faster than one.

use super::super::plan::{Fold, Register};
use super::WIDE_BITS;
use super::column::{Numbers, Values};
use super::registers::{Lane, Registers, TILE, Tile};
use crate::fact::SERIES_MONTHS;

use super::super::dispatch::{halves, prefetch};
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
            Self::I64(values) => pass(values, row, how, out, sum, seen),
            Self::I32(values) => pass(values, row, how, out, sum, seen),
            Self::I16(values) => pass(values, row, how, out, sum, seen),
            Self::I8(values) => pass(values, row, how, out, sum, seen),
            Self::U32(values) => pass(values, row, how, out, sum, seen),
            Self::U16(values) => pass(values, row, how, out, sum, seen),
            Self::U8(values) => pass(values, row, how, out, sum, seen),
            Self::I128(values) => pass(values, row, how, out, sum, seen),
            Self::ListI64(values, month) => pass(&of_lists(values, *month, row), 0, how, out, sum, seen),
            Self::ListI128(values, month) => pass(&of_lists(values, *month, row), 0, how, out, sum, seen),
        }
    }
}

#[inline(always)]
fn pass<S: Stored, T: Lane>(
    values: &[S],
    row: usize,
    how: Passing,
    out: &mut Tile<T>,
    sum: &mut Tile<T>,
    seen: &mut u64,
) {
    // The column's next turn is several columns away: its first lines are asked for now, the processor guesses the others.
    prefetch(values.get(row + TILE..).unwrap_or_default());
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
    *seen |= match (how.is_kept, how.is_summed, how.is_signed) {
        (true, false, true) => through::<S, T, true, false, true>(tile, out, sum),
        (true, false, false) => through::<S, T, true, false, false>(tile, out, sum),
        (true, true, true) => through::<S, T, true, true, true>(tile, out, sum),
        (true, true, false) => through::<S, T, true, true, false>(tile, out, sum),
        (false, _, true) => through::<S, T, false, true, true>(tile, out, sum),
        (false, _, false) => through::<S, T, false, true, false>(tile, out, sum),
    };
}

/// Keeps or adds up a tile's numbers in one loop, so that none just stored is loaded again at once; returns their bits.
#[inline(always)]
#[allow(clippy::cast_sign_loss, reason = "the guard looks at bits")]
fn through<S: Stored, T: Lane, const KEPT: bool, const SUMMED: bool, const SIGNED: bool>(
    tile: &Tile<S>,
    out: &mut Tile<T>,
    sum: &mut Tile<T>,
) -> u64 {
    let mut bits = S::Wide::default();
    for lane in 0..TILE {
        let value = tile[lane].widened();
        bits = bits | if SIGNED { value ^ value.plus(value) } else { value };
        let value = S::lane(tile, lane);
        if KEPT {
            out[lane] = value;
        }
        if SUMMED {
            sum[lane] = sum[lane].plus(value);
        }
    }
    bits.wide() as u64
}

/// Which half of a number is the lower one.
const LOWER: usize = if cfg!(target_endian = "little") { 0 } else { 1 };

/// A number as it lies in memory.
trait Stored: Copy + Default {
    /// Holds all its bits.
    type Wide: Lane;
    fn widened(self) -> Self::Wide;

    /// The number for a register that it fits.
    #[inline(always)]
    fn lane<T: Lane>(tile: &Tile<Self>, lane: usize) -> T {
        T::of(tile[lane].widened().wide())
    }
}

macro_rules! stored {
    ($($number:ty => $wide:ty),*) => {$(
        impl Stored for $number {
            type Wide = $wide;
            #[inline(always)]
            fn widened(self) -> $wide {
                self.into()
            }
        }
    )*};
}
stored!(i32 => i32, i16 => i32, i8 => i32, u32 => i64, u16 => i32, u8 => i32);

impl Stored for i64 {
    type Wide = Self;
    #[inline(always)]
    fn widened(self) -> Self {
        self
    }

    /// Every second half is one instruction for two vectors; narrowing would be two for each.
    #[inline(always)]
    fn lane<T: Lane>(tile: &Tile<Self>, lane: usize) -> T {
        if T::BITS.is_some() { T::of(halves(tile)[lane][LOWER].into()) } else { T::of(tile[lane]) }
    }
}

impl Stored for i128 {
    type Wide = i64;
    /// What does not fit lies beyond every limit.
    #[inline(always)]
    fn widened(self) -> i64 {
        i64::try_from(self).unwrap_or(i64::MAX)
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
