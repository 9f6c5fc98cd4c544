//! The registers that a block's columns are loaded into.

use std::ops::{BitOr, BitXor};

use super::super::plan::Register;
use super::{BLOCK, LANES, NARROW_BITS};

/// 64 consecutive numbers of a register.
pub(super) type Chunk<T> = [T; LANES];

/// Rows of a column that are loaded before the next column's turn.
pub(super) const TILE: usize = 4 * LANES;
/// As many consecutive numbers of a register.
pub(super) type Tile<T> = [T; TILE];

/// One chunk more than a block has: registers that lie a power of two apart would compete for the same cache lines.
const STRIDE: usize = BLOCK + LANES;

/// Registers of one width, one after the other.
#[derive(Debug, Default)]
pub(super) struct Registers<T> {
    numbers: Vec<T>,
}

impl<T: Lane> Registers<T> {
    pub fn resize(&mut self, registers: usize) {
        self.numbers.resize(self.numbers.len().max(registers * STRIDE), T::default());
    }

    /// None for a register that the program does not have.
    #[inline(always)]
    pub fn tile_mut(&mut self, register: Register, tile: usize) -> Option<&mut Tile<T>> {
        let first = usize::from(register) * STRIDE + tile * TILE;
        self.numbers.get_mut(first..)?.first_chunk_mut()
    }

    /// None for a register that the program does not have.
    #[inline(always)]
    pub fn chunk(&self, register: Register, word: usize) -> Option<&Chunk<T>> {
        let first = usize::from(register) * STRIDE + word * LANES;
        self.numbers.get(first..)?.first_chunk()
    }
}

/// A number in a register.
pub(super) trait Lane: Copy + Default + Ord + BitOr<Output = Self> + BitXor<Output = Self> + 'static {
    /// Values of more bits do not fit; `None` where all do.
    const BITS: Option<u32>;
    fn of(value: i64) -> Self;
    fn wide(self) -> i64;
    fn plus(self, other: Self) -> Self;
}

#[allow(clippy::cast_possible_truncation, reason = "the load refuses a block in which a number does not fit")]
impl Lane for i32 {
    const BITS: Option<u32> = Some(NARROW_BITS);
    #[inline(always)]
    fn of(value: i64) -> Self {
        value as Self
    }
    #[inline(always)]
    fn wide(self) -> i64 {
        i64::from(self)
    }
    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        self.wrapping_add(other)
    }
}

impl Lane for i64 {
    const BITS: Option<u32> = None;
    #[inline(always)]
    fn of(value: i64) -> Self {
        value
    }
    #[inline(always)]
    fn wide(self) -> i64 {
        self
    }
    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        self.wrapping_add(other)
    }
}
