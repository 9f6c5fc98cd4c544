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

use super::dispatch;
use super::plan::{Fold, Form, Leaf, Node, Plan, Register, Step};
use super::test::Outcome;
use crate::fact::{Kind, NullMeans, SERIES_MONTHS};

/// Rows that are evaluated together: enough to amortise the walk through the plan, few enough for the second-level cache.
pub const BLOCK: usize = 4096;
/// Rows in a word of bits.
pub const LANES: usize = 64;
/// Words of bits in a block.
pub const WORDS: usize = BLOCK / LANES;

/// 64 consecutive numbers of a register.
type Chunk<T> = [T; LANES];

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
    /// Where all these have one; a row without is unknown, or has none.
    Some(Vec<Validity<'a>>, NullMeans),
    /// Nobody has: unknown.
    Nobody,
}

/// A column that is read into registers.
#[derive(Debug)]
struct Load<'a> {
    /// The months from the newest to the oldest that is needed; a scalar is one month.
    months: Vec<Option<Numbers<'a>>>,
    /// Where a month is kept, for those that rules look at one by one.
    kept: Vec<Option<Register>>,
    /// Running folds that are kept once so many months are in.
    folds: Vec<(Fold, usize, Register)>,
    /// How many months are folded, and whether for more than sums.
    folded: usize,
    has_extremes: bool,
    least_is_zero: bool,
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

/// How wide a form has to be computed so that nothing overflows, for registers of 32 and of 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Width {
    narrow_fits: bool,
    wide_fits: bool,
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
            states.push(State::all(months));
        }
        let mut program = Self { plan, rows, as_of, loads: Vec::new(), states, leaves: Vec::new(), exact: Vec::new() };
        program.leaves = plan.leaves.iter().map(|leaf| program.check(leaf)).collect();
        program.loads = (0..plan.inputs.len()).filter_map(|index| program.load(index, column_of(index))).collect();
        program.exact = program.exactness();
        program
    }

    /// How many rows the batch has.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Also checks a column that no rule reads: its rows may break the contract, too.
    pub fn also_check(&mut self, column: &Column<'a>, may_be_negative: bool) {
        let months: Vec<_> = match column {
            Column::Missing => return,
            Column::One(numbers) => vec![Some(*numbers)],
            Column::Months(months) => months.to_vec(),
        };
        let kept = vec![None; months.len()];
        let least_is_zero = !may_be_negative;
        self.loads.push(Load { months, kept, folds: Vec::new(), folded: 0, has_extremes: false, least_is_zero });
    }

    fn state(&self, register: Register) -> &State<'a> {
        self.states.get(usize::from(register)).unwrap_or(&State::Nobody)
    }

    fn check(&self, leaf: &Leaf) -> Check {
        let mut check =
            Check { unknown: Vec::new(), none: Vec::new(), nobody_knows: false, width: Width::of(leaf, self) };
        for register in leaf.registers() {
            match self.state(register) {
                State::All => {}
                State::Some(_, NullMeans::Unknown) => check.unknown.push(register),
                State::Some(_, NullMeans::None) => check.none.push(register),
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
        let windows = self.plan.windows.iter().enumerate();
        let own = windows.filter(|(_, window)| (input.first..=newest).contains(&window.first));
        let folds: Vec<_> = own
            .filter_map(|(place, window)| {
                let register = Register::try_from(self.plan.width + place).ok()?;
                Some((window.fold, usize::from(window.months), register))
            })
            .collect();
        let is_needed = |register: &Register| self.plan.leaves.iter().any(|leaf| leaf.looks_at(*register));
        let kept: Vec<_> = (0..months.len())
            .map(|ago| Register::try_from(ago).ok().map(|ago| newest - ago).filter(is_needed))
            .collect();
        let folded = folds.iter().map(|(_, months, _)| *months).max().unwrap_or(0);
        let has_extremes = folds.iter().any(|(fold, ..)| *fold != Fold::Sum);
        Some(Load { months, kept, folds, folded, has_extremes, least_is_zero: !input.may_be_negative })
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

    /// Evaluates the block that begins at row `first`.
    pub fn run(&self, first: usize, machine: &mut Machine) {
        dispatch::run(self, first, machine);
    }

    /// The block in 32 bits, or else in 64. Inlined into each of `dispatch`'s versions, with everything it calls.
    #[inline(always)]
    pub(super) fn run_block(&self, first: usize, machine: &mut Machine) {
        machine.prepare(self);
        let words = self.rows.saturating_sub(first).min(BLOCK).div_ceil(LANES);
        machine.words = words;
        self.mark(first, machine);
        let Machine { narrow, wide, valid, bits, broken, .. } = machine;
        broken[..words].fill(0);
        if self.fill(first, words, narrow) {
            self.steps(words, narrow, valid, bits);
        } else {
            self.verify(first, words, broken);
            wide.resize(self.states.len());
            self.fill(first, words, wide);
            self.steps(words, wide, valid, bits);
        }
    }

    /// Marks the rows that break the contract: a number of no bounds, or below 0 where none may be.
    #[cold]
    fn verify(&self, first: usize, words: usize, broken: &mut Words) {
        for (load, numbers) in self.loads.iter().flat_map(|load| load.months.iter().flatten().map(move |n| (load, n))) {
            for (word, broken) in broken.iter_mut().enumerate().take(words) {
                let row = first + word * LANES;
                let mut chunk = [0_i64; LANES];
                numbers.values.read(row, 0, &mut 0, &mut chunk);
                let has_value = numbers.validity.map_or(u64::MAX, |validity| validity.word(row));
                *broken |= has_value & packed(&chunk, |value| !load.allows(value));
            }
        }
    }

    /// Notes which rows of nullable registers have a value.
    #[inline(always)]
    fn mark(&self, first: usize, machine: &mut Machine) {
        for (state, valid) in self.states.iter().zip(&mut machine.valid) {
            let State::Some(validities, _) = state else { continue };
            for (word, valid) in valid.iter_mut().enumerate().take(machine.words) {
                *valid = validities.iter().fold(u64::MAX, |all, validity| all & validity.word(first + word * LANES));
            }
        }
    }

    /// Loads the block; whether every number fits the registers.
    #[inline(always)]
    fn fill<T: Lane>(&self, first: usize, words: usize, registers: &mut Registers<T>) -> bool {
        // No iterator adapters on hot paths: their closures would not be compiled for `dispatch`'s instructions.
        for load in &self.loads {
            if !load.run(first, words, registers) {
                return false;
            }
        }
        true
    }

    #[inline(always)]
    fn steps<T: Lane>(&self, words: usize, registers: &Registers<T>, valid: &[Words], bits: &mut [Bits]) {
        for (index, step) in self.plan.steps.iter().enumerate() {
            let is_exact = self.exact.get(index).copied().unwrap_or(false);
            let Some((before, [own, ..])) = bits.split_at_mut_checked(index) else { continue };
            own.is_exact = is_exact;
            match step {
                Step::Leaf(leaf) => self.leaf(*leaf, words, registers, valid, own),
                other => other.combine(before, own),
            }
        }
    }

    #[inline(always)]
    fn leaf<T: Lane>(&self, leaf: u16, words: usize, registers: &Registers<T>, valid: &[Words], own: &mut Bits) {
        let place = usize::from(leaf);
        let (Some(leaf), Some(check)) = (self.plan.leaves.get(place), self.leaves.get(place)) else { return };
        if check.nobody_knows {
            own.yes = [0; WORDS];
        } else {
            registers.compare(leaf, check.width, self.as_of, words, &mut own.yes);
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
            Some(Numbers { validity: Some(validity), .. }) => Self::Some(vec![*validity], null),
        }
    }

    /// A window has a value where all its months have one.
    fn all(months: &[Self]) -> Self {
        let mut validities = Vec::new();
        for month in months {
            match month {
                Self::All => {}
                Self::Some(own, _) => validities.extend(own),
                Self::Nobody => return Self::Nobody,
            }
        }
        if validities.is_empty() { Self::All } else { Self::Some(validities, NullMeans::Unknown) }
    }
}

impl Width {
    fn of(leaf: &Leaf, program: &Program<'_>) -> Self {
        match leaf {
            Leaf::Positive(form) | Leaf::Zero(form) => Self {
                narrow_fits: form.bound(program, NARROW_BITS + 1) < 1 << 31,
                wide_fits: form.bound(program, WIDE_BITS) < 1 << 63,
            },
            // q² n Q and (p² + q²) S², with Q ≤ n x² and S ≤ n x.
            Leaf::Fluctuates { months, p, q, .. } => {
                let (n, p, q) = (u128::from(*months), u128::from(p.unsigned_abs()), u128::from(q.unsigned_abs()));
                let squares = 1_u128 << (2 * (NARROW_BITS + 1));
                let largest = n.saturating_mul(n).saturating_mul(squares);
                let factor = p.saturating_mul(p).saturating_add(q.saturating_mul(q));
                Self { narrow_fits: largest.saturating_mul(factor) < 1 << 63, wide_fits: false }
            }
            _ => Self { narrow_fits: true, wide_fits: true },
        }
    }
}

impl Form {
    /// The largest size that the form can have, its parts included, with values of so many bits.
    fn bound(&self, program: &Program<'_>, bits: u32) -> u128 {
        let months = |register: Register| {
            let window = usize::from(register).checked_sub(program.plan.width);
            window.and_then(|place| program.plan.windows.get(place)).map_or(1, |window| window.months)
        };
        let term = |(register, coefficient): &(Register, i64)| {
            u128::from(coefficient.unsigned_abs()).saturating_mul(u128::from(months(*register)) << bits)
        };
        let terms = self.terms.iter().map(term).fold(0, u128::saturating_add);
        terms.saturating_add(self.constant_at(program.as_of).unsigned_abs())
    }

    fn constant_at(&self, as_of: i64) -> i128 {
        self.constant + i128::from(self.as_of) * i128::from(as_of)
    }
}

impl Leaf {
    /// Every register that decides whether the leaf is known.
    fn registers(&self) -> Vec<Register> {
        match self {
            Self::Positive(form) | Self::Zero(form) => form.terms.iter().map(|(register, _)| *register).collect(),
            Self::Among { register, .. } | Self::Holds { register, .. } | Self::Present(register) => vec![*register],
            Self::Given(registers) => registers.to_vec(),
            Self::Fluctuates { first, months, .. } => (*first..*first + Register::from(*months)).collect(),
        }
    }

    /// Whether it needs the register's numbers.
    fn looks_at(&self, register: Register) -> bool {
        match self {
            Self::Given(_) | Self::Present(_) => false,
            other => other.registers().contains(&register),
        }
    }
}

/// Bits of a block.
type Words = [u64; WORDS];

/// The outcomes of one step over a block.
#[derive(Debug, Clone)]
struct Bits {
    yes: Words,
    maybe: Words,
    is_exact: bool,
}

impl Bits {
    #[inline(always)]
    fn maybe(&self) -> &Words {
        if self.is_exact { &self.yes } else { &self.maybe }
    }
}

impl Step {
    /// Whole blocks whatever the number of rows: loops of a fixed length need no tail.
    #[inline(always)]
    fn combine(&self, before: &[Bits], own: &mut Bits) {
        match self {
            Self::Leaf(_) => {}
            Self::Constant(outcome) => {
                own.yes = [if *outcome == Outcome::True { u64::MAX } else { 0 }; WORDS];
                own.maybe = [if *outcome == Outcome::False { 0 } else { u64::MAX }; WORDS];
            }
            Self::All(nodes) => {
                own.yes = [u64::MAX; WORDS];
                for node in nodes {
                    each(&mut own.yes, &of(before, *node).yes, |all, word| all & word);
                }
                if !own.is_exact {
                    own.maybe = [u64::MAX; WORDS];
                    for node in nodes {
                        each(&mut own.maybe, of(before, *node).maybe(), |all, word| all & word);
                    }
                }
            }
            Self::Any(nodes) => {
                own.yes = [0; WORDS];
                for node in nodes {
                    each(&mut own.yes, &of(before, *node).yes, |any, word| any | word);
                }
                if !own.is_exact {
                    own.maybe = [0; WORDS];
                    for node in nodes {
                        each(&mut own.maybe, of(before, *node).maybe(), |any, word| any | word);
                    }
                }
            }
            Self::Not(node) => {
                each(&mut own.yes, of(before, *node).maybe(), |_, word| !word);
                if !own.is_exact {
                    each(&mut own.maybe, &of(before, *node).yes, |_, word| !word);
                }
            }
            Self::Is(node, Outcome::True) => own.yes = of(before, *node).yes,
            Self::Is(node, Outcome::False) => each(&mut own.yes, of(before, *node).maybe(), |_, word| !word),
            Self::Is(node, Outcome::Unknown) => {
                own.yes = *of(before, *node).maybe();
                each(&mut own.yes, &of(before, *node).yes, |maybe, yes| maybe & !yes);
            }
            Self::Where(given, value) => {
                own.yes = of(before, *given).yes;
                each(&mut own.yes, &of(before, *value).yes, |given, yes| given & yes);
                if !own.is_exact {
                    each(&mut own.maybe, &of(before, *given).yes, |_, given| !given);
                    each(&mut own.maybe, of(before, *value).maybe(), |not_given, maybe| not_given | maybe);
                }
            }
        }
    }
}

/// The outcomes of an earlier step.
#[inline(always)]
fn of(before: &[Bits], node: Node) -> &Bits {
    &before[node.index() % before.len().max(1)]
}

#[inline(always)]
fn each(own: &mut Words, other: &Words, join: impl Fn(u64, u64) -> u64) {
    for word in 0..WORDS {
        own[word] = join(own[word], other[word]);
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

    /// Of the block that ran last: the rows for which a node is true, 64 a word; rows beyond the batch may have any bit.
    pub fn yes(&self, node: Node) -> &[u64] {
        self.bits.get(node.index()).and_then(|bits| bits.yes.get(..self.words)).unwrap_or_default()
    }

    /// The rows that break the contract: their outcomes say nothing.
    pub fn broken(&self) -> &[u64] {
        self.broken.get(..self.words).unwrap_or_default()
    }

    /// The rows for which a node is unknown.
    pub fn unknown(&self, node: Node, word: usize) -> u64 {
        self.bits.get(node.index()).map_or(0, |bits| bits.maybe()[word] & !bits.yes[word])
    }
}

/// Registers of one width.
#[derive(Debug, Default)]
struct Registers<T> {
    /// One chunk more than a block has: registers that lie a power of two apart would compete for the same cache lines.
    numbers: Vec<[Chunk<T>; WORDS + 1]>,
}

/// A number in a register.
pub(super) trait Lane: Copy + Default + Ord + 'static {
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

impl Load<'_> {
    /// Whether a number keeps to the contract.
    fn allows(&self, value: i64) -> bool {
        value.unsigned_abs() < 1 << WIDE_BITS && !(self.least_is_zero && value < 0)
    }

    /// Loads a block's numbers, folds the windows on the way, and says whether every number fits the registers.
    #[inline(always)]
    fn run<T: Lane>(&self, first: usize, words: usize, registers: &mut Registers<T>) -> bool {
        let mut guard = 0_u64;
        let offset = if self.least_is_zero { 0 } else { 1_i64 << NARROW_BITS };
        let mut unkept = [T::default(); LANES];
        for word in 0..words {
            let row = first + word * LANES;
            let mut folds =
                Folds { sum: [T::default(); LANES], least: [T::default(); LANES], greatest: [T::default(); LANES] };
            for (ago, (numbers, kept)) in self.months.iter().zip(&self.kept).enumerate() {
                let chunk = match kept {
                    Some(register) => registers.chunk_mut(*register, word),
                    None => &mut unkept,
                };
                match numbers {
                    Some(numbers) => numbers.values.read(row, offset, &mut guard, chunk),
                    None => *chunk = [T::default(); LANES],
                }
                if ago < self.folded {
                    folds.add(ago, chunk, self.has_extremes);
                    self.keep_folds(ago + 1, word, &folds, registers);
                }
            }
        }
        let bits = if self.least_is_zero { NARROW_BITS } else { NARROW_BITS + 1 };
        T::BITS.is_none() || guard >> bits == 0
    }

    /// Keeps the windows that end with so many months.
    #[inline(always)]
    fn keep_folds<T: Lane>(&self, months: usize, word: usize, folds: &Folds<T>, registers: &mut Registers<T>) {
        for (fold, length, register) in &self.folds {
            if *length == months {
                *registers.chunk_mut(*register, word) = match fold {
                    Fold::Sum => folds.sum,
                    Fold::Least => folds.least,
                    Fold::Greatest => folds.greatest,
                };
            }
        }
    }
}

/// What a series comes to, from the newest month on.
struct Folds<T> {
    sum: Chunk<T>,
    least: Chunk<T>,
    greatest: Chunk<T>,
}

impl<T: Lane> Folds<T> {
    #[inline(always)]
    fn add(&mut self, ago: usize, chunk: &Chunk<T>, has_extremes: bool) {
        for lane in 0..LANES {
            self.sum[lane] = self.sum[lane].plus(chunk[lane]);
        }
        if has_extremes && ago == 0 {
            (self.least, self.greatest) = (*chunk, *chunk);
        } else if has_extremes {
            for lane in 0..LANES {
                self.least[lane] = self.least[lane].min(chunk[lane]);
                self.greatest[lane] = self.greatest[lane].max(chunk[lane]);
            }
        }
    }
}

impl Values<'_> {
    /// Reads the 64 numbers from `row` on, zeros beyond the end; `guard` collects the bits of each number plus `offset`.
    #[inline(always)]
    fn read<T: Lane>(&self, row: usize, offset: i64, guard: &mut u64, out: &mut Chunk<T>) {
        match self {
            Self::I64(values) => narrowed(values, row, offset, guard, out, |value| value),
            Self::I32(values) => narrowed(values, row, offset, guard, out, i64::from),
            Self::I16(values) => narrowed(values, row, offset, guard, out, i64::from),
            Self::I8(values) => narrowed(values, row, offset, guard, out, i64::from),
            Self::U32(values) => narrowed(values, row, offset, guard, out, i64::from),
            Self::U16(values) => narrowed(values, row, offset, guard, out, i64::from),
            Self::U8(values) => narrowed(values, row, offset, guard, out, i64::from),
            Self::I128(values) => narrowed(values, row, offset, guard, out, saturated),
            Self::ListI64(values, month) => of_lists(values, *month, row, offset, guard, out, |value| value),
            Self::ListI128(values, month) => of_lists(values, *month, row, offset, guard, out, saturated),
        }
    }
}

/// A decimal as 64 bits; what does not fit lies beyond every limit and was refused before.
#[inline(always)]
fn saturated(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

#[inline(always)]
#[allow(clippy::cast_sign_loss, reason = "the guard looks at bits")]
fn narrowed<S: Copy + Default, T: Lane>(
    values: &[S],
    row: usize,
    offset: i64,
    guard: &mut u64,
    out: &mut Chunk<T>,
    widen: impl Fn(S) -> i64,
) {
    let whole = values.get(row..row + LANES).and_then(|chunk| <&Chunk<S>>::try_from(chunk).ok());
    let padded;
    let chunk = match whole {
        Some(chunk) => chunk,
        None => {
            padded = tail(values.get(row..).unwrap_or_default());
            &padded
        }
    };
    let mut seen = 0_u64;
    for lane in 0..LANES {
        let value = widen(chunk[lane]);
        seen |= value.wrapping_add(offset) as u64;
        out[lane] = T::of(value);
    }
    *guard |= seen;
}

#[cold]
fn tail<S: Copy + Default>(values: &[S]) -> Chunk<S> {
    let mut padded = [S::default(); LANES];
    padded.iter_mut().zip(values).for_each(|(slot, value)| *slot = *value);
    padded
}

/// One month of lists of twelve.
#[inline(always)]
fn of_lists<S: Copy + Default, T: Lane>(
    values: &[S],
    month: usize,
    row: usize,
    offset: i64,
    guard: &mut u64,
    out: &mut Chunk<T>,
    widen: impl Fn(S) -> i64,
) {
    let mut strided = [S::default(); LANES];
    let lists = values.get(row * SERIES_MONTHS..).unwrap_or_default().as_chunks::<SERIES_MONTHS>().0;
    for (slot, list) in strided.iter_mut().zip(lists) {
        *slot = list[month % SERIES_MONTHS];
    }
    narrowed(&strided, 0, offset, guard, out, widen);
}

impl<T: Lane> Registers<T> {
    fn resize(&mut self, registers: usize) {
        if self.numbers.len() < registers {
            self.numbers.resize(registers, [[T::default(); LANES]; WORDS + 1]);
        }
    }

    #[inline(always)]
    fn chunk_mut(&mut self, register: Register, word: usize) -> &mut Chunk<T> {
        let registers = self.numbers.len();
        &mut self.numbers[usize::from(register) % registers][word]
    }

    #[inline(always)]
    fn chunk(&self, register: Register, word: usize) -> &Chunk<T> {
        // Registers are as many as the program has; the first stands for none.
        &self.numbers[usize::from(register) % self.numbers.len()][word]
    }

    /// The rows for which a leaf holds, as far as its registers have values.
    #[inline(always)]
    fn compare(&self, leaf: &Leaf, width: Width, as_of: i64, words: usize, yes: &mut Words) {
        match leaf {
            Leaf::Positive(form) => {
                self.form(form, width, as_of, words, yes, |value| value > 0, |value| value > 0, |value| value > 0)
            }
            Leaf::Zero(form) => {
                self.form(form, width, as_of, words, yes, |value| value == 0, |value| value == 0, |value| value == 0)
            }
            Leaf::Among { register, bits } => {
                let first = bits.first().copied().unwrap_or(0);
                for word in 0..words {
                    let chunk = self.chunk(*register, word);
                    yes[word] = if bits.len() == 1 {
                        packed(chunk, |value| {
                            value.wide() >= 0 && value.wide() < 64 && first >> (value.wide() & 63) & 1 == 1
                        })
                    } else {
                        packed(chunk, |value| is_among(bits, value.wide()))
                    };
                }
            }
            Leaf::Holds { register, bit } => {
                for word in 0..words {
                    yes[word] = packed(self.chunk(*register, word), |value| value.wide() >> bit & 1 == 1);
                }
            }
            Leaf::Fluctuates { first, months, p, q } => self.fluctuate(*first, *months, (*p, *q), width, words, yes),
            Leaf::Present(_) | Leaf::Given(_) => {}
        }
    }

    #[inline(always)]
    #[allow(clippy::too_many_arguments, reason = "one comparison in each of three widths")]
    fn form(
        &self,
        form: &Form,
        width: Width,
        as_of: i64,
        words: usize,
        yes: &mut Words,
        narrow: impl Fn(i32) -> bool,
        wide: impl Fn(i64) -> bool,
        widest: impl Fn(i128) -> bool,
    ) {
        let constant = form.constant_at(as_of);
        if T::BITS.is_some() && width.narrow_fits {
            self.linear::<i32>(form, constant, words, yes, narrow);
        } else if T::BITS.is_some() || width.wide_fits {
            // Whatever fits 32-bit registers fits forms of 64 bits, unless the constant does not.
            match i64::try_from(constant) {
                Ok(_) if width.wide_fits => self.linear::<i64>(form, constant, words, yes, wide),
                _ => self.linear::<i128>(form, constant, words, yes, widest),
            }
        } else {
            self.linear::<i128>(form, constant, words, yes, widest);
        }
    }

    #[inline(always)]
    fn linear<W: Sum>(&self, form: &Form, constant: i128, words: usize, yes: &mut Words, holds: impl Fn(W) -> bool) {
        for word in 0..words {
            let mut total = [W::of(constant); LANES];
            for (register, coefficient) in &form.terms {
                let chunk = self.chunk(*register, word);
                let coefficient = W::of(i128::from(*coefficient));
                for lane in 0..LANES {
                    total[lane] = total[lane].plus(coefficient, W::of_lane(chunk[lane]));
                }
            }
            yes[word] = packed(&total, &holds);
        }
    }

    /// See [`super::row`] for the inequality.
    #[inline(always)]
    fn fluctuate(&self, first: Register, months: u8, (p, q): (i64, i64), width: Width, words: usize, yes: &mut Words) {
        for word in 0..words {
            let (mut sums, mut squares) = ([0_i64; LANES], [0_i128; LANES]);
            if T::BITS.is_some() && width.narrow_fits {
                let mut squares = [0_i64; LANES];
                for month in 0..Register::from(months) {
                    let chunk = self.chunk(first + month, word);
                    for lane in 0..LANES {
                        let value = chunk[lane].wide();
                        sums[lane] += value;
                        squares[lane] += value * value;
                    }
                }
                let (left, right) = (q * q * i64::from(months), p * p + q * q);
                let mut exceeds = [false; LANES];
                for lane in 0..LANES {
                    exceeds[lane] = sums[lane] > 0 && left * squares[lane] > right * (sums[lane] * sums[lane]);
                }
                yes[word] = packed(&exceeds, |exceeds| exceeds);
                continue;
            }
            for month in 0..Register::from(months) {
                let chunk = self.chunk(first + month, word);
                for lane in 0..LANES {
                    let value = i128::from(chunk[lane].wide());
                    sums[lane] = sums[lane].wrapping_add(chunk[lane].wide());
                    squares[lane] = squares[lane].wrapping_add(value * value);
                }
            }
            let (p, q, n) = (i128::from(p), i128::from(q), i128::from(months));
            let mut exceeds = [false; LANES];
            for lane in 0..LANES {
                let sum = i128::from(sums[lane]);
                let right = (p * p + q * q).checked_mul(sum * sum);
                exceeds[lane] = sum > 0 && right.is_some_and(|right| (q * q * n).wrapping_mul(squares[lane]) > right);
            }
            yes[word] = packed(&exceeds, |exceeds| exceeds);
        }
    }
}

fn is_among(bits: &[u64], value: i64) -> bool {
    let value = usize::try_from(value).unwrap_or(usize::MAX);
    bits.get(value / 64).is_some_and(|word| word >> (value % 64) & 1 == 1)
}

/// The number in which a form is computed.
trait Sum: Copy {
    fn of(value: i128) -> Self;
    fn of_lane<T: Lane>(value: T) -> Self;
    fn plus(self, coefficient: Self, value: Self) -> Self;
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
            fn plus(self, coefficient: Self, value: Self) -> Self {
                self.wrapping_add(coefficient.wrapping_mul(value))
            }
        }
    };
}
sum!(i32);
sum!(i64);
sum!(i128);

/// One bit a lane: bytes of 0 or 1, eight of which a multiplication gathers into one byte.
#[inline(always)]
fn packed<N: Copy>(chunk: &Chunk<N>, holds: impl Fn(N) -> bool) -> u64 {
    let mut bytes = [0_u8; LANES];
    for lane in 0..LANES {
        bytes[lane] = u8::from(holds(chunk[lane]));
    }
    let mut word = 0_u64;
    for (place, eight) in bytes.as_chunks::<8>().0.iter().enumerate() {
        let gathered = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        word |= gathered << (8 * place);
    }
    word
}

impl Validity<'_> {
    /// The bits of 64 rows from `row` on.
    #[inline(always)]
    fn word(&self, row: usize) -> u64 {
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
