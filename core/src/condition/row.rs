//! One row: its facts in the plan's registers, and the outcomes of the plan's steps.

use super::plan::{Fold, Form, Leaf, Node, Plan, Register};
use super::test::Outcome;
use crate::fact::{FactId, Kind, NullMeans, SERIES_MONTHS, Value};

/// A register holds a number.
const KNOWN: u8 = 0;
/// Nobody knows its number.
const UNKNOWN: u8 = 1;
/// There is none.
const NONE: u8 = 2;

const FALSE: Held = held(Outcome::False);
const TRUE: Held = held(Outcome::True);

/// The facts of one row, as a plan's registers.
#[derive(Debug, Clone)]
pub struct Row(Vec<Slot>);

/// What a register holds.
#[derive(Debug, Clone, Copy)]
struct Slot {
    number: i64,
    state: u8,
}

impl Slot {
    const UNKNOWN: Self = Self { number: 0, state: UNKNOWN };

    fn of(number: Option<i64>, null: u8) -> Self {
        Self { number: number.unwrap_or(0), state: if number.is_some() { KNOWN } else { null } }
    }
}

/// The outcomes of a plan's steps for one row: those that were asked for when the plan was built, and what they follow from.
#[derive(Debug, Clone, Default)]
pub struct Outcomes(Vec<Held>);

/// An outcome as it is held: twice its place from the least to the greatest, as far as it shifts a truth table.
pub(super) type Held = u8;

/// How an outcome is held.
pub(super) const fn held(outcome: Outcome) -> Held {
    match outcome {
        Outcome::False => 0,
        Outcome::Unknown => 2,
        Outcome::True => 4,
    }
}

impl Outcomes {
    /// The outcome of a node.
    pub fn of(&self, node: Node) -> Outcome {
        match self.0.get(node.index()) {
            Some(&TRUE) => Outcome::True,
            Some(&FALSE) => Outcome::False,
            _ => Outcome::Unknown,
        }
    }

    /// Which of conditions in order is the first true one, with none unknown before it.
    pub fn first_true(&self, conditions: impl Iterator<Item = Node>) -> Option<usize> {
        let (place, outcome) = self.first_not_false(conditions)?;
        (outcome == Outcome::True).then_some(place)
    }

    /// Which of conditions in order is the first that is not false, and whether it is true or unknown.
    pub fn first_not_false(&self, conditions: impl Iterator<Item = Node>) -> Option<(usize, Outcome)> {
        let mut outcomes = conditions.map(|condition| self.of(condition)).enumerate();
        outcomes.find(|(_, outcome)| *outcome != Outcome::False)
    }

    /// Room for the outcomes of so many steps.
    pub(super) fn room(&mut self, steps: usize) -> &mut [Held] {
        self.0.resize(steps, held(Outcome::Unknown));
        &mut self.0
    }
}

/// Where a plan reads a fact, found once for many rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registers {
    first: u16,
    /// What a null says.
    null: u8,
}

impl Row {
    /// Says what a fact is, or, of a series, its month at `offset`, the oldest being 0.
    pub fn put(&mut self, registers: Registers, offset: usize, number: Option<i64>) {
        if let Some(slot) = self.0.get_mut(usize::from(registers.first) + offset) {
            *slot = Slot::of(number, registers.null);
        }
    }

    /// Ends a series of which so many months were put, from its first place on: they become its newest, older ones unknown.
    pub fn end_series(&mut self, registers: Registers, months: usize) {
        let first = usize::from(registers.first);
        let slots = self.0.get_mut(first..first + SERIES_MONTHS).unwrap_or_default();
        slots.rotate_right(slots.len().saturating_sub(months));
        slots.iter_mut().rev().skip(months).for_each(|older| *older = Slot::UNKNOWN);
    }

    /// Makes the row one of which nothing is known.
    pub fn clear(&mut self) {
        self.0.fill(Slot::UNKNOWN);
    }

    fn set(&mut self, register: usize, number: i64, state: u8) {
        if let Some(slot) = self.0.get_mut(register) {
            *slot = Slot { number, state };
        }
    }
}

impl Plan {
    /// A row of which nothing is known.
    pub fn row(&self) -> Row {
        Row(vec![Slot::UNKNOWN; self.width + self.windows.len()])
    }

    /// The facts that the plan reads.
    pub fn facts(&self) -> impl Iterator<Item = FactId> {
        self.inputs.iter().map(|input| input.fact)
    }

    /// The texts that rules look for in a fact; `None` where no rule reads it. In its column text `i` is held as `i + 1`, any
    /// other as 0; a set of texts as bits.
    pub fn texts(&self, fact: FactId) -> Option<&[String]> {
        self.input(fact).map(|input| input.texts.as_slice())
    }

    /// Where the plan reads a fact; `None` where no rule does.
    pub fn registers(&self, fact: FactId) -> Option<Registers> {
        let input = self.input(fact)?;
        let is_series = matches!(input.kind, Kind::Series { .. });
        let null = if input.null == NullMeans::None && !is_series { NONE } else { UNKNOWN };
        Some(Registers { first: input.first, null })
    }

    /// What stands for a text in the registers of a fact.
    pub fn text(&self, fact: FactId, text: &str) -> i64 {
        self.input(fact).map_or(0, |input| input.text(text))
    }

    /// What stands for a text of a set in the registers of a fact; sets add up.
    pub fn bit(&self, fact: FactId, text: &str) -> i64 {
        self.input(fact).and_then(|input| input.place(text)).map_or(0, |place| 1 << place)
    }

    fn input(&self, fact: FactId) -> Option<&super::plan::Input> {
        self.input_of.get(&fact).and_then(|index| self.inputs.get(*index))
    }

    /// Says what a row's fact is; a fact that no rule reads is left out.
    pub fn set(&self, row: &mut Row, fact: FactId, value: &Value) {
        let Some(input) = self.input(fact) else { return };
        let first = usize::from(input.first);
        match value {
            Value::Series(months) => {
                for (offset, month) in months.iter().enumerate() {
                    row.set(first + offset, month.unwrap_or(0), if month.is_some() { KNOWN } else { UNKNOWN });
                }
            }
            Value::Number(number) => row.set(first, *number, KNOWN),
            Value::Text(text) => row.set(first, input.text(text), KNOWN),
            Value::Texts(texts) => row.set(first, input.bits(texts), KNOWN),
            Value::None => row.set(first, 0, if input.null == NullMeans::None { NONE } else { UNKNOWN }),
            Value::Unknown => {
                let registers = if matches!(input.kind, Kind::Series { .. }) { SERIES_MONTHS } else { 1 };
                (first..first + registers).for_each(|register| row.set(register, 0, UNKNOWN));
            }
        }
    }

    /// Whether the row says something of any month of a series.
    pub fn knows_a_month(&self, row: &Row, series: FactId) -> bool {
        let Some(input) = self.input(series) else { return false };
        let first = usize::from(input.first);
        let months = row.0.get(first..first + SERIES_MONTHS).unwrap_or_default();
        months.iter().any(|month| month.state == KNOWN)
    }

    /// Evaluates every step for a row; `as_of` is a day since 1970-01-01.
    pub fn evaluate(&self, row: &mut Row, as_of: i64, outcomes: &mut Outcomes) {
        self.fold_windows(row);
        self.flat.evaluate(row, as_of, outcomes);
    }

    fn fold_windows(&self, row: &mut Row) {
        for (index, window) in self.windows.iter().enumerate() {
            let first = usize::from(window.first);
            let range = first..first + usize::from(window.months);
            let months = row.0.get(range).unwrap_or_default();
            let numbers = months.iter().map(|month| month.number);
            let number = match window.fold {
                Fold::Sum => numbers.sum(),
                Fold::Least => numbers.min().unwrap_or(0),
                Fold::Greatest => numbers.max().unwrap_or(0),
            };
            let state = months.iter().fold(KNOWN, |all, month| all | month.state);
            row.set(self.width + index, number, state);
        }
    }
}

impl super::plan::Input {
    fn text(&self, text: &str) -> i64 {
        self.place(text).map_or(0, |place| place + 1)
    }

    fn bits(&self, texts: &[String]) -> i64 {
        texts.iter().filter_map(|text| self.place(text)).fold(0, |bits, place| bits | 1 << place)
    }

    fn place(&self, text: &str) -> Option<i64> {
        let place = self.texts.iter().position(|known| known == text)?;
        i64::try_from(place).ok()
    }
}

impl Leaf {
    pub(super) fn outcome(&self, row: &Row, as_of: i64) -> Outcome {
        match self {
            Self::Positive(form) => form.outcome(row, as_of, |value| value > 0),
            Self::Zero(form) => form.outcome(row, as_of, |value| value == 0),
            Self::Among { register, bits } => row.outcome(*register, |value| {
                let value = usize::try_from(value).unwrap_or(usize::MAX);
                bits.get(value / 64).is_some_and(|word| word >> (value % 64) & 1 == 1)
            }),
            Self::Holds { register, bit } => row.outcome(*register, |value| value >> bit & 1 == 1),
            Self::Present(register) => row.outcome(*register, |_| true),
            Self::Given(registers) => Outcome::of(registers.iter().all(|register| row.state(*register) != UNKNOWN)),
            Self::Fluctuates { first, months, p, q } => row.fluctuates(*first, *months, *p, *q),
        }
    }
}

impl Form {
    fn outcome(&self, row: &Row, as_of: i64, holds: impl Fn(i128) -> bool) -> Outcome {
        let mut value = self.constant + i128::from(self.as_of) * i128::from(as_of);
        let mut state = KNOWN;
        for (register, coefficient) in &self.terms {
            let (number, known) = row.at(*register);
            value += i128::from(*coefficient) * i128::from(number);
            state |= known;
        }
        decided(state, holds(value))
    }
}

impl Row {
    /// The number of a register, and whether it is known.
    pub(super) fn at(&self, register: Register) -> (i64, u8) {
        let Slot { number, state } = self.0.get(usize::from(register)).copied().unwrap_or(Slot::UNKNOWN);
        (number, state)
    }

    fn state(&self, register: Register) -> u8 {
        self.at(register).1
    }

    fn outcome(&self, register: Register, holds: impl Fn(i64) -> bool) -> Outcome {
        let (number, state) = self.at(register);
        decided(state, holds(number))
    }

    /// σ / μ > p / q over n months: with the sums S and Q of values and squares, q² n Q > (p² + q²) S².
    ///
    /// Values stay below 2^53 and q within 100, so the left side fits; where the right side does not, it is the greater.
    fn fluctuates(&self, first: Register, months: u8, p: i64, q: i64) -> Outcome {
        let registers = usize::from(first)..usize::from(first) + usize::from(months);
        let values = self.0.get(registers).unwrap_or_default();
        let state = values.iter().fold(KNOWN, |all, value| all | value.state);
        let sum: i128 = values.iter().map(|value| i128::from(value.number)).sum();
        let squares: i128 = values.iter().map(|value| i128::from(value.number) * i128::from(value.number)).sum();
        let (p, q) = (i128::from(p), i128::from(q));
        let right = (p * p + q * q).checked_mul(sum * sum);
        let exceeds = right.is_some_and(|right| q * q * i128::from(months) * squares > right);
        decided(state, sum > 0 && exceeds)
    }
}

/// What a comparison gives whose registers hold this together.
pub(super) fn decided(state: u8, holds: bool) -> Outcome {
    match state {
        KNOWN => Outcome::of(holds),
        UNKNOWN => Outcome::Unknown,
        _ => Outcome::False,
    }
}
