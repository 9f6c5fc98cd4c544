//! A plan laid out for one row: most of its comparisons in two tables, what follows from them in one list, so that nothing
//! is looked up or followed through memory. What it gives is what the plan's steps say.

use super::plan::{Form, Leaf, Node, Register, Step};
use super::row::{FALSE, MAYBE, Outcomes, Row, TRUE, bits_of, decided, negated, whether};

/// A plan's steps, in an order in which each finds what it needs.
#[derive(Debug, Clone, Default)]
pub(super) struct Flat {
    steps: usize,
    ones: Vec<One>,
    twos: Vec<Two>,
    /// Leaves of every other kind.
    leaves: Vec<(Node, Leaf)>,
    joins: Vec<Join>,
    /// What the joins read, one after the other.
    nodes: Vec<Node>,
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

/// An outcome that follows from so many others.
#[derive(Debug, Clone, Copy)]
struct Join {
    node: Node,
    kind: Kind,
    reads: usize,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Constant(u8),
    All,
    Any,
    Not,
    Is(u8),
    Where,
}

impl Flat {
    pub fn new(steps: &[Step], leaves: &[Leaf]) -> Self {
        let mut flat = Self { steps: steps.len(), ..Self::default() };
        for (node, step) in (0..).map(Node::new).zip(steps) {
            match step {
                Step::Leaf(leaf) => leaves.get(usize::from(*leaf)).into_iter().for_each(|leaf| flat.leaf(node, leaf)),
                Step::Constant(outcome) => flat.join(node, Kind::Constant(bits_of(*outcome)), &[]),
                Step::All(nodes) => flat.join(node, Kind::All, nodes),
                Step::Any(nodes) => flat.join(node, Kind::Any, nodes),
                Step::Not(of) => flat.join(node, Kind::Not, &[*of]),
                Step::Is(of, outcome) => flat.join(node, Kind::Is(bits_of(*outcome)), &[*of]),
                Step::Where(given, value) => flat.join(node, Kind::Where, &[*given, *value]),
            }
        }
        flat
    }

    fn join(&mut self, node: Node, kind: Kind, nodes: &[Node]) {
        self.joins.push(Join { node, kind, reads: nodes.len() });
        self.nodes.extend_from_slice(nodes);
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
        outcomes.reset(self.steps);
        for one in &self.ones {
            let (number, state) = row.at(one.register);
            let value = one.coefficient.wrapping_mul(number).wrapping_add(one.constant.at(as_of));
            outcomes.put(one.node, decided(state, value > 0));
        }
        for two in &self.twos {
            let ([first, second], [one, other]) = (two.registers.map(|register| row.at(register)), two.coefficients);
            let sum = one.wrapping_mul(first.0).wrapping_add(other.wrapping_mul(second.0));
            let value = sum.wrapping_add(two.constant.at(as_of));
            outcomes.put(two.node, decided(first.1 | second.1, value > 0));
        }
        for (node, leaf) in &self.leaves {
            outcomes.put(*node, leaf.bits(row, as_of));
        }
        let mut rest = self.nodes.as_slice();
        for join in &self.joins {
            let Some((nodes, others)) = rest.split_at_checked(join.reads) else { return };
            rest = others;
            let bits = join.kind.bits(nodes, outcomes);
            outcomes.put(join.node, bits);
        }
    }
}

impl Kind {
    fn bits(self, nodes: &[Node], outcomes: &Outcomes) -> u8 {
        match (self, nodes) {
            // Pairs are the most, and need no loop.
            (Self::All, [one, other]) => outcomes.bits(*one) & outcomes.bits(*other),
            (Self::Any, [one, other]) => outcomes.bits(*one) | outcomes.bits(*other),
            (Self::All, nodes) => nodes.iter().fold(TRUE, |bits, node| bits & outcomes.bits(*node)),
            (Self::Any, nodes) => nodes.iter().fold(FALSE, |bits, node| bits | outcomes.bits(*node)),
            (Self::Not, [node]) => negated(outcomes.bits(*node)),
            (Self::Is(outcome), [node]) => whether(outcomes.bits(*node) == outcome),
            (Self::Where, [given, value]) if outcomes.bits(*given) == TRUE => outcomes.bits(*value),
            (Self::Constant(outcome), _) => outcome,
            _ => MAYBE,
        }
    }
}

/// The constant of a form that 64 bits compute: registers stay below 2^57 and days below 2^27.
fn fixed(form: &Form) -> Option<Constant> {
    let coefficients: u64 =
        form.terms.iter().map(|(_, coefficient)| coefficient.unsigned_abs()).fold(0, u64::saturating_add);
    let fixed = i64::try_from(form.constant).ok().filter(|fixed| fixed.unsigned_abs() < 1 << 60)?;
    let fits = coefficients <= 32 && form.as_of.unsigned_abs() < 1 << 32;
    fits.then_some(Constant { fixed, as_of: form.as_of })
}
