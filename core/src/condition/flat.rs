//! A plan laid out for one row: most of its comparisons in two tables, what follows from them in one list, so that nothing
//! is looked up or followed through memory. What it gives is what the plan's steps say.

use std::collections::HashSet;

use super::plan::{Form, Leaf, Node, Register, Step};
use super::row::{Held, Outcomes, Row, decided, held};
use super::test::Outcome;

/// A plan's steps, in an order in which each finds what it needs.
#[derive(Debug, Clone, Default)]
pub(super) struct Flat {
    steps: usize,
    ones: Vec<One>,
    twos: Vec<Two>,
    /// Leaves of every other kind.
    leaves: Vec<(Node, Leaf)>,
    joins: Vec<Join>,
}

/// `coefficient · register + constant > 0`.
#[derive(Debug, Clone, Copy)]
struct One {
    node: Node,
    register: Register,
    coefficient: i64,
    constant: Constant,
}

/// `Σ coefficient · register + constant > 0`, over two registers.
#[derive(Debug, Clone, Copy)]
struct Two {
    node: Node,
    registers: [Register; 2],
    coefficients: [i64; 2],
    constant: Constant,
}

#[derive(Debug, Clone, Copy)]
struct Constant {
    fixed: i64,
    as_of: i64,
}

impl Constant {
    fn at(self, as_of: i64) -> i64 {
        self.as_of.wrapping_mul(as_of).wrapping_add(self.fixed)
    }
}

/// An outcome that follows from one or two others. What follows from more follows from a pair of them, and then from itself
/// and each other.
#[derive(Debug, Clone, Copy)]
struct Join {
    node: Node,
    one: Node,
    other: Node,
    outcome: TruthTable,
}

/// What follows from every two outcomes, two bits each, as it is held. So a join is the same few instructions whatever it
/// means.
#[derive(Debug, Clone, Copy)]
struct TruthTable(u32);

impl TruthTable {
    fn of(outcome: impl Fn(Outcome, Outcome) -> Outcome) -> Self {
        let pairs = Outcome::ALL.into_iter().flat_map(|one| Outcome::ALL.map(|other| (one, other)));
        let entry = |(one, other)| u32::from(held(outcome(one, other))) << Self::shift(held(one), held(other));
        Self(pairs.map(entry).fold(0, |table, entry| table | entry))
    }

    fn at(self, one: Held, other: Held) -> Held {
        let [outcome, ..] = (self.0 >> Self::shift(one, other) & 0b110).to_le_bytes();
        outcome
    }

    fn shift(one: Held, other: Held) -> u32 {
        u32::from(one) * 4 + u32::from(other)
    }
}

impl Flat {
    /// What gives the outcomes of the nodes `asked` for, and of none that these do not follow from.
    pub fn new(steps: &[Step], leaves: &[Leaf], asked: &[Node]) -> Self {
        let mut flat = Self { steps: steps.len(), ..Self::default() };
        let needed = needed(steps, asked);
        for (node, step) in (0..).map(Node::new).zip(steps).filter(|(node, _)| needed.contains(node)) {
            match step {
                Step::Leaf(leaf) => leaves.get(usize::from(*leaf)).into_iter().for_each(|leaf| flat.leaf(node, leaf)),
                Step::Constant(outcome) => flat.join(node, &[node], |_, _| *outcome),
                // Kleene's: all hold as the least of them does, any as the greatest.
                Step::All(nodes) => flat.join(node, nodes, Outcome::min),
                Step::Any(nodes) => flat.join(node, nodes, Outcome::max),
                Step::Not(of) => flat.join(node, &[*of], |of, _| of.negated()),
                Step::Is(of, outcome) => flat.join(node, &[*of], |of, _| Outcome::of(of == *outcome)),
                Step::Where(given, value) => flat.join(node, &[*given, *value], |given, value| match given {
                    Outcome::True => value,
                    _ => Outcome::Unknown,
                }),
            }
        }
        flat
    }

    fn join(&mut self, node: Node, nodes: &[Node], outcome: impl Fn(Outcome, Outcome) -> Outcome) {
        let [one, others @ ..] = nodes else { return };
        let outcome = TruthTable::of(outcome);
        self.joins.push(Join { node, one: *one, other: *others.first().unwrap_or(one), outcome });
        self.joins.extend(others.iter().skip(1).map(|other| Join { node, one: node, other: *other, outcome }));
    }

    fn leaf(&mut self, node: Node, leaf: &Leaf) {
        let Leaf::Positive(form) = leaf else { return self.leaves.push((node, leaf.clone())) };
        match (fixed(form), &*form.terms) {
            (Some(constant), [(register, coefficient)]) => {
                self.ones.push(One { node, register: *register, coefficient: *coefficient, constant });
            }
            (Some(constant), [(first, one), (second, other)]) => {
                let (registers, coefficients) = ([*first, *second], [*one, *other]);
                self.twos.push(Two { node, registers, coefficients, constant });
            }
            _ => self.leaves.push((node, leaf.clone())),
        }
    }

    /// Evaluates every step for a row whose windows are folded.
    pub fn evaluate(&self, row: &Row, as_of: i64, outcomes: &mut Outcomes) {
        let outcomes = outcomes.room(self.steps);
        for one in &self.ones {
            let (number, state) = row.at(one.register);
            let value = one.coefficient.wrapping_mul(number).wrapping_add(one.constant.at(as_of));
            put(outcomes, one.node, held(decided(state, value > 0)));
        }
        for two in &self.twos {
            let ([first, second], [one, other]) = (two.registers.map(|register| row.at(register)), two.coefficients);
            let sum = one.wrapping_mul(first.0).wrapping_add(other.wrapping_mul(second.0));
            let value = sum.wrapping_add(two.constant.at(as_of));
            put(outcomes, two.node, held(decided(first.1 | second.1, value > 0)));
        }
        for (node, leaf) in &self.leaves {
            put(outcomes, *node, held(leaf.outcome(row, as_of)));
        }
        for join in &self.joins {
            let (Some(one), Some(other)) = (outcomes.get(join.one.index()), outcomes.get(join.other.index())) else {
                return;
            };
            put(outcomes, join.node, join.outcome.at(*one, *other));
        }
    }
}

fn put(outcomes: &mut [Held], node: Node, outcome: Held) {
    if let Some(slot) = outcomes.get_mut(node.index()) {
        *slot = outcome;
    }
}

/// The nodes asked for, and all that they follow from.
fn needed(steps: &[Step], asked: &[Node]) -> HashSet<Node> {
    let (mut needed, mut open) = (HashSet::new(), asked.to_vec());
    while let Some(node) = open.pop() {
        if needed.insert(node) {
            open.extend(steps.get(node.index()).into_iter().flat_map(Step::reads));
        }
    }
    needed
}

/// The constant of a form that 64 bits compute: registers stay below 2^57 and days below 2^27.
fn fixed(form: &Form) -> Option<Constant> {
    let coefficients: u64 =
        form.terms.iter().map(|(_, coefficient)| coefficient.unsigned_abs()).fold(0, u64::saturating_add);
    let fixed = i64::try_from(form.constant).ok().filter(|fixed| fixed.unsigned_abs() < 1 << 60)?;
    let fits = coefficients <= 32 && form.as_of.unsigned_abs() < 1 << 32;
    fits.then_some(Constant { fixed, as_of: form.as_of })
}
