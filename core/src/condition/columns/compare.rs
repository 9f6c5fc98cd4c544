//! The plan's leaves over a block's registers: a bit a row.

use super::super::dispatch::Instructions;
use super::super::plan::{Form, Leaf, Plan, Register};
use super::LANES;
use super::logic::Words;
use super::registers::{Chunk, Lane, Registers};

/// How large a leaf's numbers may be, in bits, to be computed in 32 and in 64 bits without overflow; `None` where not even
/// zeros may.
#[derive(Debug, Clone, Copy)]
pub(super) struct Width {
    narrow: Option<u32>,
    wide: Option<u32>,
}

impl Width {
    pub fn of(leaf: &Leaf, plan: &Plan, as_of: i64) -> Self {
        match leaf {
            Leaf::Positive(form) | Leaf::Zero(form) => {
                let (weight, constant) = (form.weight(plan), form.constant_at(as_of).unsigned_abs());
                let bits = |limit: u128| {
                    let room = limit.checked_sub(constant.saturating_add(1))?;
                    room.checked_div(weight)?.checked_ilog2()
                };
                Self { narrow: bits(1 << 31), wide: bits(1 << 63) }
            }
            // q² n Q and (p² + q²) S², with Q ≤ n x² and S ≤ n x.
            Leaf::Fluctuates { months, p, q, .. } => {
                let (n, p, q) = (u128::from(*months), u128::from(p.unsigned_abs()), u128::from(q.unsigned_abs()));
                let factor = p.saturating_mul(p).saturating_add(q.saturating_mul(q)).saturating_mul(n * n);
                let square = ((1_u128 << 63) - 1).checked_div(factor).and_then(u128::checked_ilog2);
                Self { narrow: square.map(|bits| bits / 2), wide: None }
            }
            _ => Self { narrow: Some(u32::MAX), wide: Some(u32::MAX) },
        }
    }

    #[inline(always)]
    fn is_narrow(self, bits: u32) -> bool {
        self.narrow.is_some_and(|most| bits <= most)
    }

    #[inline(always)]
    fn is_wide(self, bits: u32) -> bool {
        self.wide.is_some_and(|most| bits <= most)
    }
}

impl Form {
    /// How many times the largest number its terms come to.
    fn weight(&self, plan: &Plan) -> u128 {
        let months = |register: Register| {
            let window = usize::from(register).checked_sub(plan.width);
            window.and_then(|place| plan.windows.get(place)).map_or(1, |window| u128::from(window.months))
        };
        let terms = self.terms.iter().map(|(register, times)| months(*register) * u128::from(times.unsigned_abs()));
        terms.fold(0, u128::saturating_add)
    }

    fn constant_at(&self, as_of: i64) -> i128 {
        self.constant + i128::from(self.as_of) * i128::from(as_of)
    }
}

impl Leaf {
    /// Every register that decides whether the leaf is known.
    pub(super) fn registers(&self) -> Vec<Register> {
        match self {
            Self::Positive(form) | Self::Zero(form) => form.terms.iter().map(|(register, _)| *register).collect(),
            Self::Among { register, .. } | Self::Holds { register, .. } | Self::Present(register) => vec![*register],
            Self::Given(registers) => registers.to_vec(),
            Self::Fluctuates { first, months, .. } => (*first..*first + Register::from(*months)).collect(),
        }
    }

    /// Whether it needs the register's numbers.
    pub(super) fn looks_at(&self, register: Register) -> bool {
        match self {
            Self::Given(_) | Self::Present(_) => false,
            other => other.registers().contains(&register),
        }
    }
}

/// What the leaves of a block have in common.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    pub words: usize,
    /// How large its numbers are, in bits.
    pub size: u32,
    pub as_of: i64,
}

impl<T: Lane> Registers<T> {
    /// The rows for which a leaf holds, as far as its registers have values.
    #[inline(always)]
    pub fn compare<I: Instructions>(&self, leaf: &Leaf, width: Width, block: Block, yes: &mut Words) {
        match leaf {
            Leaf::Positive(form) => self.form::<I, true>(form, width, block, yes),
            Leaf::Zero(form) => self.form::<I, false>(form, width, block, yes),
            Leaf::Among { register, bits } => match bits[..] {
                [few] if few <= u64::from(u32::MAX) => {
                    let few = u32::try_from(few).unwrap_or(0);
                    self.each::<I>(*register, block, yes, |value| {
                        let value = value.wide();
                        if (0..32).contains(&value) { (few << (31 - value)).cast_signed() } else { 0 }
                    });
                }
                _ => self.each::<I>(*register, block, yes, |value| -i32::from(is_among(bits, value.wide()))),
            },
            Leaf::Holds { register, bit } => {
                self.each::<I>(*register, block, yes, |value| -i32::from(value.wide() >> bit & 1 == 1));
            }
            Leaf::Fluctuates { first, months, p, q } => {
                self.fluctuates::<I>(*first, *months, (*p, *q), width, block, yes)
            }
            Leaf::Present(_) | Leaf::Given(_) => {}
        }
    }

    /// The rows for whose number `sign` is below 0.
    #[inline(always)]
    fn each<I: Instructions>(&self, register: Register, block: Block, yes: &mut Words, sign: impl Fn(T) -> i32) {
        for word in 0..block.words {
            let Some(chunk) = self.chunk(register, word) else { return };
            let mut signs = [0; LANES];
            for lane in 0..LANES {
                signs[lane] = sign(chunk[lane]);
            }
            yes[word] = I::signs(&signs);
        }
    }

    #[inline(always)]
    fn form<I: Instructions, const IS_POSITIVE: bool>(&self, form: &Form, width: Width, block: Block, yes: &mut Words) {
        let constant = form.constant_at(block.as_of);
        if T::BITS.is_some() && width.is_narrow(block.size) {
            self.linear::<I, i32, IS_POSITIVE>(form, constant, block.words, yes);
        } else if width.is_wide(block.size) {
            self.linear::<I, i64, IS_POSITIVE>(form, constant, block.words, yes);
        } else {
            self.linear::<I, i128, IS_POSITIVE>(form, constant, block.words, yes);
        }
    }

    /// Computes the form's negative, whose sign says whether the form is positive.
    #[inline(always)]
    fn linear<I: Instructions, W: Sum, const IS_POSITIVE: bool>(
        &self,
        form: &Form,
        constant: i128,
        words: usize,
        yes: &mut Words,
    ) {
        let negative = W::of(-constant);
        for word in 0..words {
            let signs = match *form.terms {
                // What is most common needs no running total in memory.
                [(one, 1)] => self.signs_of_one::<W, IS_POSITIVE>(word, one, |x| negative.minus(x)),
                [(one, -1)] => self.signs_of_one::<W, IS_POSITIVE>(word, one, |x| negative.plus(x)),
                [(one, 1), (other, -1)] => {
                    self.signs_of_two::<W, IS_POSITIVE>(word, (one, other), |x, y| negative.minus(x).plus(y))
                }
                [(one, -1), (other, 1)] => {
                    self.signs_of_two::<W, IS_POSITIVE>(word, (one, other), |x, y| negative.plus(x).minus(y))
                }
                [(one, a), (other, b)] => {
                    let (a, b) = (W::of(a.into()), W::of(b.into()));
                    let total = |x, y| negative.minus(a.times(x)).minus(b.times(y));
                    self.signs_of_two::<W, IS_POSITIVE>(word, (one, other), total)
                }
                _ => self.signs_of_many::<W, IS_POSITIVE>(word, form, negative),
            };
            let Some(signs) = signs else { return };
            yes[word] = if IS_POSITIVE { I::signs(&signs) } else { !I::signs(&signs) };
        }
    }

    /// Below 0 where the total of a register's number is, or where it is not 0.
    #[inline(always)]
    fn signs_of_one<W: Sum, const IS_POSITIVE: bool>(
        &self,
        word: usize,
        register: Register,
        total: impl Fn(W) -> W,
    ) -> Option<Chunk<i32>> {
        let chunk = self.chunk(register, word)?;
        let mut signs = [0; LANES];
        for lane in 0..LANES {
            signs[lane] = total(W::of_lane(chunk[lane])).signed::<IS_POSITIVE>();
        }
        Some(signs)
    }

    #[inline(always)]
    fn signs_of_two<W: Sum, const IS_POSITIVE: bool>(
        &self,
        word: usize,
        (one, other): (Register, Register),
        total: impl Fn(W, W) -> W,
    ) -> Option<Chunk<i32>> {
        let (one, other) = (self.chunk(one, word)?, self.chunk(other, word)?);
        let mut signs = [0; LANES];
        for lane in 0..LANES {
            signs[lane] = total(W::of_lane(one[lane]), W::of_lane(other[lane])).signed::<IS_POSITIVE>();
        }
        Some(signs)
    }

    #[inline(always)]
    fn signs_of_many<W: Sum, const IS_POSITIVE: bool>(
        &self,
        word: usize,
        form: &Form,
        negative: W,
    ) -> Option<Chunk<i32>> {
        let mut total = [negative; LANES];
        for (register, coefficient) in &form.terms {
            let (chunk, coefficient) = (self.chunk(*register, word)?, W::of(i128::from(*coefficient)));
            for lane in 0..LANES {
                total[lane] = total[lane].minus(coefficient.times(W::of_lane(chunk[lane])));
            }
        }
        let mut signs = [0; LANES];
        for lane in 0..LANES {
            signs[lane] = total[lane].signed::<IS_POSITIVE>();
        }
        Some(signs)
    }

    /// See [`super::super::row`] for the inequality.
    #[inline(always)]
    fn fluctuates<I: Instructions>(
        &self,
        first: Register,
        months: u8,
        (p, q): (i64, i64),
        width: Width,
        block: Block,
        yes: &mut Words,
    ) {
        for word in 0..block.words {
            let months = (first..first + Register::from(months)).map_while(|month| self.chunk(month, word));
            let signs = match T::BITS.is_some() && width.is_narrow(block.size) {
                true => narrow_fluctuation(months, p, q),
                false => wide_fluctuation(months, p, q),
            };
            yes[word] = I::signs(&signs);
        }
    }
}

/// Below 0 where months fluctuate by more than `p / q`; in 64 bits.
#[inline(always)]
fn narrow_fluctuation<'a, T: Lane>(months: impl Iterator<Item = &'a Chunk<T>>, p: i64, q: i64) -> Chunk<i32> {
    let (mut count, mut sums, mut squares) = (0, [0_i64; LANES], [0_i64; LANES]);
    for month in months {
        count += 1;
        for lane in 0..LANES {
            let value = month[lane].wide();
            sums[lane] += value;
            squares[lane] += value * value;
        }
    }
    let (left, right) = (q * q * count, p * p + q * q);
    let mut signs = [0; LANES];
    for lane in 0..LANES {
        let excess = right * (sums[lane] * sums[lane]) - left * squares[lane];
        signs[lane] = excess.signed::<true>() & (-sums[lane]).signed::<true>();
    }
    signs
}

/// The same in 128 bits.
#[inline(always)]
fn wide_fluctuation<'a, T: Lane>(months: impl Iterator<Item = &'a Chunk<T>>, p: i64, q: i64) -> Chunk<i32> {
    let (mut count, mut sums, mut squares) = (0, [0_i128; LANES], [0_i128; LANES]);
    for month in months {
        count += 1;
        for lane in 0..LANES {
            let value = i128::from(month[lane].wide());
            sums[lane] = sums[lane].wrapping_add(value);
            squares[lane] = squares[lane].wrapping_add(value.wrapping_mul(value));
        }
    }
    let (p, q) = (i128::from(p), i128::from(q));
    let mut signs = [0; LANES];
    for lane in 0..LANES {
        let sum = sums[lane];
        let right = sum.checked_mul(sum).and_then(|square| (p * p + q * q).checked_mul(square));
        let exceeds = right.is_some_and(|right| (q * q * count).wrapping_mul(squares[lane]) > right);
        signs[lane] = -i32::from(sum > 0 && exceeds);
    }
    signs
}

fn is_among(bits: &[u64], value: i64) -> bool {
    let value = usize::try_from(value).unwrap_or(usize::MAX);
    bits.get(value / 64).is_some_and(|word| word >> (value % 64) & 1 == 1)
}

/// The number in which a form is computed.
trait Sum: Copy {
    fn of(value: i128) -> Self;
    fn of_lane<T: Lane>(value: T) -> Self;
    fn plus(self, other: Self) -> Self;
    fn minus(self, other: Self) -> Self;
    fn times(self, other: Self) -> Self;
    /// Below 0 where this is; or else where this is not 0.
    fn signed<const IS_BELOW: bool>(self) -> i32;
}

macro_rules! sum {
    ($number:ty) => {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_lossless,
            reason = "`Width` chose a number that holds it"
        )]
        impl Sum for $number {
            #[inline(always)]
            fn of(value: i128) -> Self {
                value as Self
            }
            #[inline(always)]
            fn of_lane<T: Lane>(value: T) -> Self {
                value.wide() as Self
            }
            #[inline(always)]
            fn plus(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
            #[inline(always)]
            fn minus(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }
            #[inline(always)]
            fn times(self, other: Self) -> Self {
                self.wrapping_mul(other)
            }
            #[inline(always)]
            fn signed<const IS_BELOW: bool>(self) -> i32 {
                let bits = if IS_BELOW { self } else { self | self.wrapping_neg() };
                (bits >> (Self::BITS - 32)) as i32
            }
        }
    };
}
sum!(i32);
sum!(i64);
sum!(i128);
