//! Columns: a plan run over blocks of rows, with the results that [`Plan::evaluate`] has row by row.
//!
//! A block's columns are loaded once, a few lines of cache at a time, into registers of 32 bits; a block in which a number
//! does not fit takes registers of 64 bits. Outcomes are bits, 64 rows a word: `yes` where the outcome is true, `maybe`
//! where it is true or unknown, so that Kleene's logic costs next to nothing, and nothing where a batch has no nulls.
//!
//! The loops run over arrays of fixed length: the compiler turns them into vector instructions, the widest ones that the
//! processor has (see `dispatch`).
#![allow(
    clippy::indexing_slicing,
    clippy::needless_range_loop,
    reason = "words and lanes count to the length of their arrays; checks and iterators would stop vectors"
)]

mod column;
mod compare;
mod load;
mod logic;
mod registers;
mod rows;

use super::dispatch::{Instructions, Portable};
use super::plan::{Fold, Leaf, Node, Plan, Register, Step};
use super::test::Outcome;
use crate::fact::{Kind, NullMeans, SERIES_MONTHS};

use compare::{Block, Width};
use load::{Guard, Load, Month, Passing, Scratch};
use logic::{Bits, Words, each};
use registers::{Lane, Registers, TILE};

pub use column::{Column, Numbers, Validity, Values};
pub(crate) use rows::{Codes, Masks};

/// Rows that are evaluated together: enough to amortise the walk through the plan, few enough for the second-level cache.
pub const BLOCK: usize = 4096;
/// Rows in a word of bits.
pub const LANES: usize = 64;
/// Words of bits in a block.
pub const WORDS: usize = BLOCK / LANES;

/// A plan made ready for the columns of one batch.
#[derive(Debug)]
pub struct Program<'a> {
    plan: &'a Plan,
    rows: usize,
    as_of: i64,
    loads: Vec<Load<'a>>,
    /// For each register which rows have a value.
    states: Vec<State<'a>>,
    leaves: Vec<Check>,
    /// For each step whether it is never unknown.
    exact: Vec<bool>,
}

/// Which rows of a register have a value.
#[derive(Debug, Clone)]
enum State<'a> {
    All,
    /// Where the column has one; a row without is unknown, or has none.
    Column(Validity<'a>, NullMeans),
    /// Of a window: where all these months have one; a row without is unknown.
    Months(Vec<Register>),
    /// Nobody has: unknown.
    Nobody,
}

/// A leaf with what the batch's nulls make of it.
#[derive(Debug)]
struct Check {
    /// Registers whose rows without a value are unknown, or false.
    unknown: Vec<Register>,
    none: Vec<Register>,
    /// Unknown wherever it is not false.
    nobody_knows: bool,
    width: Width,
}

/// Values within this fit 32-bit registers, sums of twelve included.
const NARROW_BITS: u32 = 27;
/// Values beyond this are refused where tables are read.
const WIDE_BITS: u32 = 53;

impl<'a> Program<'a> {
    /// Prepares a plan for columns in the order of [`Plan::facts`]; `as_of` is a day since 1970-01-01.
    pub fn new(plan: &'a Plan, columns: &[Column<'a>], rows: usize, as_of: i64) -> Self {
        let mut states: Vec<State<'a>> = Vec::with_capacity(plan.width + plan.windows.len());
        let missing = Column::Missing;
        let column_of = |index: usize| columns.get(index).unwrap_or(&missing);
        for (index, input) in plan.inputs.iter().enumerate() {
            match (column_of(index), input.kind) {
                (Column::One(numbers), _) => states.push(State::of(Some(numbers), input.null)),
                (Column::Months(months), _) => {
                    states.extend(months.iter().map(|month| State::of(month.as_ref(), input.null)));
                }
                (Column::Missing, Kind::Series { .. }) => states.extend((0..SERIES_MONTHS).map(|_| State::Nobody)),
                (Column::Missing, _) => states.push(State::Nobody),
            }
        }
        for window in &plan.windows {
            let first = usize::from(window.first);
            let months = states.get(first..first + usize::from(window.months)).unwrap_or_default();
            states.push(State::of_window(window.first, months));
        }
        let mut program = Self { plan, rows, as_of, loads: Vec::new(), states, leaves: Vec::new(), exact: Vec::new() };
        program.leaves = plan.leaves.iter().map(|leaf| program.check(leaf)).collect();
        program.loads = (0..plan.inputs.len()).filter_map(|index| program.load(index, column_of(index))).collect();
        program.exact = program.exactness();
        program
    }

    /// Also checks a column that no rule reads: its rows may break the contract, too.
    pub fn also_check(&mut self, column: &Column<'a>, may_be_negative: bool) {
        let months: Vec<_> = match column {
            Column::Missing => return,
            Column::One(numbers) => vec![*numbers],
            Column::Months(months) => months.iter().flatten().copied().collect(),
        };
        let unread = |numbers| Month { numbers, kept: None, is_folded: false, folds: Vec::new() };
        let months = months.into_iter().map(unread).collect();
        self.loads.push(Load { months, has_extremes: false, least_is_zero: !may_be_negative });
    }

    fn state(&self, register: Register) -> &State<'a> {
        self.states.get(usize::from(register)).unwrap_or(&State::Nobody)
    }

    fn check(&self, leaf: &Leaf) -> Check {
        let mut check = Check {
            unknown: Vec::new(),
            none: Vec::new(),
            nobody_knows: false,
            width: Width::of(leaf, self.plan, self.as_of),
        };
        for register in leaf.registers() {
            match self.state(register) {
                State::All => {}
                State::Column(_, NullMeans::None) => check.none.push(register),
                State::Column(..) | State::Months(_) => check.unknown.push(register),
                State::Nobody => check.nobody_knows = true,
            }
        }
        check
    }

    fn load(&self, index: usize, column: &Column<'a>) -> Option<Load<'a>> {
        let input = self.plan.inputs.get(index)?;
        let months: Vec<Option<Numbers<'a>>> = match column {
            Column::Missing => return None,
            Column::One(numbers) => vec![Some(*numbers)],
            Column::Months(months) => months.iter().rev().copied().collect(),
        };
        let newest = input.first + Register::try_from(months.len()).ok()? - 1;
        let windows = self.plan.windows.iter().zip(self.plan.width..).filter_map(|(window, register)| {
            let is_own = (input.first..=newest).contains(&window.first);
            is_own.then_some((window, Register::try_from(register).ok()?))
        });
        let windows: Vec<_> = windows.collect();
        let is_needed = |register: &Register| self.plan.leaves.iter().any(|leaf| leaf.looks_at(*register));
        let month = |(register, numbers): (Register, Option<Numbers<'a>>)| {
            let beginning = windows.iter().filter(|(window, _)| window.first == register);
            Some(Month {
                numbers: numbers?,
                kept: Some(register).filter(is_needed),
                is_folded: windows.iter().any(|(window, _)| window.first <= register),
                folds: beginning.map(|(window, register)| (window.fold, *register)).collect(),
            })
        };
        let months = (input.first..=newest).rev().zip(months).filter_map(month).collect();
        let has_extremes = windows.iter().any(|(window, _)| window.fold != Fold::Sum);
        Some(Load { months, has_extremes, least_is_zero: !input.may_be_negative })
    }

    /// Whether each step is never unknown with these columns.
    fn exactness(&self) -> Vec<bool> {
        let mut exact: Vec<bool> = Vec::with_capacity(self.plan.steps.len());
        for step in &self.plan.steps {
            let is_exact = |node: &Node| exact.get(node.index()).copied().unwrap_or(false);
            let is_exact = match step {
                Step::Constant(outcome) => *outcome != Outcome::Unknown,
                Step::Leaf(leaf) => self.leaf_is_exact(*leaf),
                Step::All(nodes) | Step::Any(nodes) => nodes.iter().all(is_exact),
                Step::Not(node) => is_exact(node),
                Step::Is(..) => true,
                Step::Where(given, value) => self.is_always_given(*given) && is_exact(value),
            };
            exact.push(is_exact);
        }
        exact
    }

    fn leaf_is_exact(&self, leaf: u16) -> bool {
        let given = matches!(self.plan.leaves.get(usize::from(leaf)), Some(Leaf::Given(_)));
        let check = self.leaves.get(usize::from(leaf));
        given || check.is_some_and(|check| check.unknown.is_empty() && !check.nobody_knows)
    }

    /// Whether a node says that registers are known which always are.
    fn is_always_given(&self, node: Node) -> bool {
        let Some(Step::Leaf(leaf)) = self.plan.steps.get(node.index()) else { return false };
        let is_given = matches!(self.plan.leaves.get(usize::from(*leaf)), Some(Leaf::Given(_)));
        is_given
            && self.leaves.get(usize::from(*leaf)).is_some_and(|check| check.unknown.is_empty() && !check.nobody_knows)
    }

    /// Evaluates the block that begins at row `first`; part of [`Work`](super::dispatch::Work), with everything it calls.
    #[inline(always)]
    pub(crate) fn run<I: Instructions>(&self, first: usize, machine: &mut Machine) {
        machine.prepare(self);
        let words = self.rows.saturating_sub(first).min(BLOCK).div_ceil(LANES);
        machine.words = words;
        self.mark(first, machine);
        let Machine { narrow, valid, bits, broken, .. } = machine;
        broken[..words].fill(0);
        let size = self.fill(first, words, narrow);
        if size <= NARROW_BITS {
            self.steps::<I, _>(Block { words, size, as_of: self.as_of }, narrow, valid, bits);
        } else {
            self.run_wide(first, machine);
        }
    }

    /// The block in 64 bits, which suffice for every row that keeps to the contract. Compiled once: such blocks are rare.
    #[cold]
    #[inline(never)]
    fn run_wide(&self, first: usize, machine: &mut Machine) {
        let Machine { wide, valid, bits, broken, words, .. } = machine;
        let block = Block { words: *words, size: WIDE_BITS, as_of: self.as_of };
        self.verify(first, block.words, broken);
        wide.resize(self.states.len());
        self.fill(first, block.words, wide);
        self.steps::<Portable, _>(block, wide, valid, bits);
    }

    /// Marks the rows that break the contract: a number of no bounds, or below 0 where none may be.
    fn verify(&self, first: usize, words: usize, broken: &mut Words) {
        for (load, month) in self.loads.iter().flat_map(|load| load.months.iter().map(move |month| (load, month))) {
            let validity = month.numbers.validity;
            for (tile, broken) in broken[..words].chunks_mut(TILE / LANES).enumerate() {
                let row = first + tile * TILE;
                let mut numbers = [0_i64; TILE];
                month.numbers.values.read(row, Passing::KEPT, &mut numbers, &mut [0; TILE], &mut 0);
                for ((word, broken), chunk) in broken.iter_mut().enumerate().zip(numbers.as_chunks::<LANES>().0) {
                    let has_value = validity.map_or(u64::MAX, |validity| validity.word(row + word * LANES));
                    let is_broken = |lane: usize| u64::from(!load.allows(chunk[lane])) << lane;
                    *broken |= has_value & (0..LANES).fold(0, |word, lane| word | is_broken(lane));
                }
            }
        }
    }

    /// Notes which rows of nullable registers have a value.
    #[inline(always)]
    fn mark(&self, first: usize, machine: &mut Machine) {
        for (register, state) in self.states.iter().enumerate() {
            let Some((before, [valid, ..])) = machine.valid.split_at_mut_checked(register) else { return };
            match state {
                State::All | State::Nobody => {}
                State::Column(validity, _) => {
                    for word in 0..machine.words {
                        valid[word] = validity.word(first + word * LANES);
                    }
                }
                State::Months(months) => {
                    *valid = [u64::MAX; WORDS];
                    for month in months {
                        if let Some(month) = before.get(usize::from(*month)) {
                            each(valid, month, |all, word| all & word);
                        }
                    }
                }
            }
        }
    }

    /// Loads the block; how large its numbers are, in bits.
    #[inline(always)]
    fn fill<T: Lane>(&self, first: usize, words: usize, registers: &mut Registers<T>) -> u32 {
        // No iterator adapters on hot paths: their closures would not be compiled for the widest instructions.
        let (mut guard, mut scratch) = (Guard::default(), Scratch::new());
        for tile in 0..words.div_ceil(TILE / LANES) {
            for load in &self.loads {
                load.run(first, tile, registers, &mut scratch, &mut guard);
            }
        }
        guard.bits()
    }

    #[inline(always)]
    fn steps<I: Instructions, T: Lane>(
        &self,
        block: Block,
        registers: &Registers<T>,
        valid: &[Words],
        bits: &mut [Bits],
    ) {
        for (index, step) in self.plan.steps.iter().enumerate() {
            let is_exact = self.exact.get(index).copied().unwrap_or(false);
            let Some((before, [own, ..])) = bits.split_at_mut_checked(index) else { continue };
            own.is_exact = is_exact;
            match step {
                Step::Leaf(leaf) => self.leaf::<I, T>(*leaf, block, registers, valid, own),
                other => other.combine(before, own),
            }
        }
    }

    #[inline(always)]
    fn leaf<I: Instructions, T: Lane>(
        &self,
        leaf: u16,
        block: Block,
        registers: &Registers<T>,
        valid: &[Words],
        own: &mut Bits,
    ) {
        let place = usize::from(leaf);
        let (Some(leaf), Some(check)) = (self.plan.leaves.get(place), self.leaves.get(place)) else { return };
        if check.nobody_knows {
            own.yes = [0; WORDS];
        } else {
            registers.compare::<I>(leaf, check.width, block, &mut own.yes);
        }
        match leaf {
            Leaf::Given(_) => {
                own.yes = [if check.nobody_knows { 0 } else { u64::MAX }; WORDS];
                check.mask(&check.unknown, valid, &mut own.yes);
            }
            Leaf::Present(_) => {
                own.yes = [if check.nobody_knows { 0 } else { u64::MAX }; WORDS];
                own.maybe = [u64::MAX; WORDS];
                check.mask(&check.unknown, valid, &mut own.yes);
                check.mask(&check.none, valid, &mut own.yes);
                check.mask(&check.none, valid, &mut own.maybe);
            }
            _ => {
                if !own.is_exact {
                    let mut known = [if check.nobody_knows { 0 } else { u64::MAX }; WORDS];
                    check.mask(&check.unknown, valid, &mut known);
                    own.maybe = own.yes;
                    each(&mut own.maybe, &known, |yes, known| yes | !known);
                    check.mask(&check.none, valid, &mut own.maybe);
                    each(&mut own.yes, &known, |yes, known| yes & known);
                }
                check.mask(&check.none, valid, &mut own.yes);
            }
        }
    }
}

impl Check {
    /// Clears the rows in which one of the registers has no value.
    #[inline(always)]
    fn mask(&self, registers: &[Register], valid: &[Words], words: &mut Words) {
        for register in registers {
            if let Some(valid) = valid.get(usize::from(*register)) {
                each(words, valid, |word, valid| word & valid);
            }
        }
    }
}

impl<'a> State<'a> {
    fn of(numbers: Option<&Numbers<'a>>, null: NullMeans) -> Self {
        match numbers {
            None => Self::Nobody,
            Some(Numbers { validity: None, .. }) => Self::All,
            Some(Numbers { validity: Some(validity), .. }) => Self::Column(*validity, null),
        }
    }

    /// A window, whose oldest month is `first`, has a value where all its months have one.
    fn of_window(first: Register, months: &[Self]) -> Self {
        if months.iter().any(|month| matches!(month, Self::Nobody)) {
            return Self::Nobody;
        }
        let nullable = (first..).zip(months).filter(|(_, month)| matches!(month, Self::Column(..)));
        let nullable: Vec<_> = nullable.map(|(register, _)| register).collect();
        if nullable.is_empty() { Self::All } else { Self::Months(nullable) }
    }
}

/// What a thread needs to run blocks; reused from block to block and from batch to batch.
#[derive(Debug)]
pub struct Machine {
    narrow: Registers<i32>,
    wide: Registers<i64>,
    valid: Vec<Words>,
    bits: Vec<Bits>,
    /// Rows that break the contract.
    broken: Words,
    words: usize,
}

impl Default for Machine {
    fn default() -> Self {
        Self {
            narrow: Registers::default(),
            wide: Registers::default(),
            valid: Vec::new(),
            bits: Vec::new(),
            broken: [0; WORDS],
            words: 0,
        }
    }
}

impl Machine {
    fn prepare(&mut self, program: &Program<'_>) {
        self.narrow.resize(program.states.len());
        self.valid.resize(program.states.len(), [0; WORDS]);
        let empty = Bits { yes: [0; WORDS], maybe: [0; WORDS], is_exact: false };
        self.bits.resize(program.plan.steps.len(), empty);
    }

    /// Of the block that ran last, the rows that break the contract, 64 a word: their outcomes say nothing.
    pub fn broken(&self) -> &[u64] {
        self.broken.get(..self.words).unwrap_or_default()
    }
}
