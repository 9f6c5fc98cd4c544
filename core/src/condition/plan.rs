//! The tests of a policy as one plan: what to read, integer comparisons, and three-valued logic over them.
//!
//! Every comparison of numbers becomes an integer linear form `Σ coefficient · register + constant`, held against 0: decimals
//! and means are multiplied out, the coefficients divided by their greatest common divisor, and equal forms shared. So a
//! plan knows nothing of money, tiers or requirement ids, and rows and columns run the very same forms.

use std::collections::HashMap;

use rustc_hash::FxHashMap;

use super::PLAN_TOO_LARGE;
use super::flat::Flat;
use super::test::{Atom, Comparison, Linear, Outcome, Test};
use crate::catalogue::Words;
use crate::error::Fault;
use crate::fact::{FactId, Facts, Kind, NullMeans, SERIES_MONTHS};
use crate::ratio::{Fraction, Ratio, gcd};

/// What a plan holds at most of anything: registers, leaves, nodes.
const MOST: usize = u16::MAX as usize;
/// Texts that a rule can look for in one set of texts.
const MOST_TEXTS: usize = 63;
/// The largest denominator of a fluctuation's ratio, so that 128 bits suffice.
const FINEST_FLUCTUATION: i128 = 100;

/// A place in the plan's registers: first the facts that are read, then what is computed from them.
pub(super) type Register = u16;

/// An outcome in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Node(u16);

impl Node {
    pub(super) const fn new(place: u16) -> Self {
        Self(place)
    }

    /// The node's place among the outcomes.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A fact that the plan reads.
#[derive(Debug, Clone)]
pub(super) struct Input {
    pub fact: FactId,
    pub kind: Kind,
    pub null: NullMeans,
    pub may_be_negative: bool,
    /// Its first register; a series has one a month, the oldest first.
    pub first: Register,
    /// The texts that rules look for: text `i` is held as `i + 1`, any other as 0; a set of texts as bits.
    pub texts: Vec<String>,
}

/// A register computed from a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Window {
    pub fold: Fold,
    /// The oldest month of the window, and how many there are.
    pub first: Register,
    pub months: u8,
}

/// How a window becomes one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Fold {
    Sum,
    Least,
    Greatest,
}

/// What is asked of the registers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Leaf {
    /// The form is above 0.
    Positive(Form),
    /// The form is 0.
    Zero(Form),
    /// The code or text is one of these: bit `v % 64` of word `v / 64` for the value `v`.
    Among { register: Register, bits: Box<[u64]> },
    /// The set of texts has one of these.
    Holds { register: Register, bit: u8 },
    /// Unknown where nobody knows, false where there is none, otherwise true.
    Present(Register),
    /// All registers are known; "there is none" is known.
    Given(Box<[Register]>),
    /// Population standard deviation over mean exceeds `p / q`.
    Fluctuates { first: Register, months: u8, p: i64, q: i64 },
}

/// `Σ coefficient · register + as_of · day + constant`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Form {
    pub terms: Box<[(Register, i64)]>,
    pub as_of: i64,
    pub constant: i128,
}

/// How an outcome follows from others.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Step {
    Constant(Outcome),
    Leaf(u16),
    All(Box<[Node]>),
    Any(Box<[Node]>),
    Not(Node),
    /// Whether the other has this outcome: true or false, never unknown.
    Is(Node, Outcome),
    /// The second where the first is true, unknown elsewhere.
    Where(Node, Node),
}

impl Step {
    /// The outcomes that it follows from.
    pub(super) fn reads(&self) -> Vec<Node> {
        match self {
            Self::Constant(_) | Self::Leaf(_) => Vec::new(),
            Self::All(nodes) | Self::Any(nodes) => nodes.to_vec(),
            Self::Not(of) | Self::Is(of, _) => vec![*of],
            Self::Where(given, value) => vec![*given, *value],
        }
    }
}

/// The tests of a policy, ready to run.
#[derive(Debug, Clone)]
pub struct Plan {
    pub(super) inputs: Vec<Input>,
    /// For each fact the input that reads it.
    pub(super) input_of: FxHashMap<FactId, usize>,
    pub(super) windows: Vec<Window>,
    pub(super) leaves: Vec<Leaf>,
    pub(super) steps: Vec<Step>,
    /// How many registers hold facts.
    pub(super) width: usize,
    /// The steps, laid out for one row.
    pub(super) flat: Flat,
}

/// How a fact that is decided, not read, shows in the plan.
#[derive(Debug, Clone)]
pub enum Derived {
    /// A code: for each code whether it is the one, and whether any is.
    Code {
        /// By the code's index.
        is: Vec<Node>,
        /// Whether the code is known.
        known: Node,
    },
    /// A set of texts: for each text whether it is in it.
    Texts(HashMap<String, Node>),
    /// Yes or no.
    YesNo(Node),
}

/// Collects tests into a plan.
#[derive(Debug)]
pub struct PlanBuilder<'a> {
    facts: &'a Facts,
    plan: Plan,
    derived: HashMap<FactId, Derived>,
    leaf_ids: HashMap<Leaf, u16>,
    step_ids: HashMap<Step, Node>,
    window_ids: HashMap<Window, Register>,
    /// The places of the texts that rules look for, by fact.
    text_ids: HashMap<FactId, HashMap<String, usize>>,
}

/// The policy's rules need more than a plan holds; says of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many or too large: {0}")]
pub struct TooLarge(pub &'static str);

impl TooLarge {
    /// The fault of the rule at `path`.
    pub fn at(self, path: &str) -> Fault {
        Fault::new(&PLAN_TOO_LARGE, path).found(self.0).expecting(Words::new("fewer or smaller", "更少或更小"))
    }
}

impl<'a> PlanBuilder<'a> {
    /// An empty plan over these facts.
    pub fn new(facts: &'a Facts) -> Self {
        let plan = Plan {
            inputs: Vec::new(),
            input_of: FxHashMap::default(),
            windows: Vec::new(),
            leaves: Vec::new(),
            steps: Vec::new(),
            width: 0,
            flat: Flat::default(),
        };
        Self {
            facts,
            plan,
            derived: HashMap::new(),
            leaf_ids: HashMap::new(),
            step_ids: HashMap::new(),
            window_ids: HashMap::new(),
            text_ids: HashMap::new(),
        }
    }

    /// Says how a decided fact follows from the plan.
    pub fn derive(&mut self, fact: FactId, derived: Derived) {
        self.derived.insert(fact, derived);
    }

    /// The finished plan; of one row it gives the outcomes of the nodes `asked` for. Registers of windows follow those of facts.
    ///
    /// # Errors
    /// [`TooLarge`] where the rules are more than a plan holds.
    pub fn build(mut self, asked: &[Node]) -> Result<Plan, TooLarge> {
        if self.plan.leaves.len() > MOST || self.plan.steps.len() > MOST {
            return Err(TooLarge("the policy's rules"));
        }
        let width = Register::try_from(self.plan.width).map_err(|_| TooLarge("the facts"))?;
        let shift = |register: &mut Register| {
            if *register >= WINDOWS {
                *register = *register - WINDOWS + width;
            }
        };
        for leaf in &mut self.plan.leaves {
            leaf.registers_mut(shift);
        }
        self.plan.flat = Flat::new(&self.plan.steps, &self.plan.leaves, asked);
        Ok(self.plan)
    }

    /// A node that is always the same.
    pub fn constant(&mut self, outcome: Outcome) -> Node {
        self.step(Step::Constant(outcome))
    }

    /// True where all are.
    pub fn all(&mut self, nodes: &[Node]) -> Node {
        self.joined(nodes, Outcome::False, Outcome::True, Step::All)
    }

    /// True where one is.
    pub fn any(&mut self, nodes: &[Node]) -> Node {
        self.joined(nodes, Outcome::True, Outcome::False, Step::Any)
    }

    /// `strong` decides alone, `neutral` counts for nothing.
    fn joined(&mut self, nodes: &[Node], strong: Outcome, neutral: Outcome, join: fn(Box<[Node]>) -> Step) -> Node {
        let mut kept: Vec<Node> = Vec::new();
        for node in nodes {
            match self.constant_of(*node) {
                Some(outcome) if outcome == strong => return self.constant(strong),
                Some(outcome) if outcome == neutral => {}
                _ => kept.push(*node),
            }
        }
        kept.sort_unstable();
        kept.dedup();
        match kept[..] {
            [] => self.constant(neutral),
            [only] => only,
            _ => self.step(join(kept.into())),
        }
    }

    /// The negation.
    pub fn not(&mut self, node: Node) -> Node {
        match self.constant_of(node) {
            Some(Outcome::True) => self.constant(Outcome::False),
            Some(Outcome::False) => self.constant(Outcome::True),
            _ => self.step(Step::Not(node)),
        }
    }

    /// Whether the node has this outcome.
    pub fn is(&mut self, node: Node, outcome: Outcome) -> Node {
        match self.constant_of(node) {
            Some(constant) => self.constant(Outcome::of(constant == outcome)),
            None => self.step(Step::Is(node, outcome)),
        }
    }

    /// `value` where `given` is true, unknown elsewhere.
    pub fn given(&mut self, given: Node, value: Node) -> Node {
        match self.constant_of(given) {
            Some(Outcome::True) => value,
            _ => self.step(Step::Where(given, value)),
        }
    }

    /// Of conditions in order, for each whether it is the first true one with none unknown before it.
    pub fn first_true(&mut self, conditions: &[Node]) -> Vec<Node> {
        let mut reached = self.constant(Outcome::True);
        let mut decides = Vec::with_capacity(conditions.len());
        for condition in conditions {
            let holds = self.is(*condition, Outcome::True);
            decides.push(self.all(&[reached, holds]));
            let fails = self.is(*condition, Outcome::False);
            reached = self.all(&[reached, fails]);
        }
        decides
    }

    fn constant_of(&self, node: Node) -> Option<Outcome> {
        match self.plan.steps.get(node.index()) {
            Some(Step::Constant(outcome)) => Some(*outcome),
            _ => None,
        }
    }

    fn step(&mut self, step: Step) -> Node {
        if let Some(node) = self.step_ids.get(&step) {
            return *node;
        }
        // `build` refuses a plan of more steps.
        let node = Node(u16::try_from(self.plan.steps.len()).unwrap_or(u16::MAX));
        self.plan.steps.push(step.clone());
        self.step_ids.insert(step, node);
        node
    }

    fn leaf(&mut self, leaf: Leaf) -> Node {
        let id = match self.leaf_ids.get(&leaf) {
            Some(id) => *id,
            None => {
                let id = u16::try_from(self.plan.leaves.len()).unwrap_or(u16::MAX);
                self.plan.leaves.push(leaf.clone());
                self.leaf_ids.insert(leaf, id);
                id
            }
        };
        self.step(Step::Leaf(id))
    }

    /// Adds a test.
    ///
    /// # Errors
    /// [`TooLarge`] where numbers, texts or rules are more than a plan holds.
    pub fn test(&mut self, test: &Test) -> Result<Node, TooLarge> {
        Ok(match test {
            Test::Constant(holds) => self.constant(Outcome::of(*holds)),
            Test::Compare { left, comparison, right, .. } => self.compare(left, *comparison, right)?,
            Test::Among { fact, names, .. } => self.among(*fact, names)?,
            Test::Holds { fact, name } => self.holds(*fact, name)?,
            Test::Yes(fact) => match self.derived.get(fact) {
                Some(Derived::YesNo(node)) => *node,
                _ => {
                    let register = self.register(*fact)?;
                    self.leaf(Leaf::Among { register, bits: [0b10].into() })
                }
            },
            Test::Present(fact) => self.present(*fact)?,
            Test::Known(test) => {
                let node = self.test(test)?;
                let unknown = self.is(node, Outcome::Unknown);
                self.not(unknown)
            }
            Test::Given(atoms) => self.all_given(atoms)?,
            Test::Fluctuates { series, months, over, .. } => self.fluctuates(*series, *months, *over)?,
            Test::Where { given, test } => {
                let given = self.test(given)?;
                let value = self.test(test)?;
                self.given(given, value)
            }
            Test::All(tests) => {
                let nodes = self.tests(tests)?;
                self.all(&nodes)
            }
            Test::Any(tests) => {
                let nodes = self.tests(tests)?;
                self.any(&nodes)
            }
            Test::Not(test) => {
                let node = self.test(test)?;
                self.not(node)
            }
        })
    }

    fn tests(&mut self, tests: &[Test]) -> Result<Vec<Node>, TooLarge> {
        tests.iter().map(|test| self.test(test)).collect()
    }

    fn compare(&mut self, left: &Linear, comparison: Comparison, right: &Linear) -> Result<Node, TooLarge> {
        // `a < b` is `b - a > 0`; `a <= b` is `!(a - b > 0)`, but false where there is no such fact.
        let (greater, smaller) = match comparison {
            Comparison::Less | Comparison::AtLeast => (right, left),
            _ => (left, right),
        };
        let difference = smaller.times(Fraction::ONE.negated()).and_then(|smaller| greater.plus(&smaller));
        let form = match difference {
            Some(difference) => self.form(&difference)?,
            None => return Err(TooLarge("a comparison")),
        };
        let is_equality = matches!(comparison, Comparison::Equal | Comparison::Unequal);
        if form.terms.is_empty() && form.as_of == 0 {
            let holds = if is_equality { form.constant == 0 } else { form.constant > 0 };
            return Ok(self.constant(Outcome::of(holds != comparison.is_negated())));
        }
        let registers: Box<[Register]> = form.terms.iter().map(|(register, _)| *register).collect();
        let leaf = if is_equality { Leaf::Zero(form.signed()) } else { Leaf::Positive(form) };
        let node = self.leaf(leaf);
        if !comparison.is_negated() {
            return Ok(node);
        }
        let negated = self.not(node);
        self.unless_none(&registers, negated)
    }

    /// A negated comparison is false, not true, where a fact says "there is none".
    fn unless_none(&mut self, registers: &[Register], node: Node) -> Result<Node, TooLarge> {
        let may_be_none = |register: &&Register| self.null_of(**register) == NullMeans::None;
        let present: Vec<_> = registers.iter().filter(may_be_none).map(|register| Leaf::Present(*register)).collect();
        let mut nodes = vec![node];
        nodes.extend(present.into_iter().map(|leaf| self.leaf(leaf)));
        Ok(self.all(&nodes))
    }

    fn null_of(&self, register: Register) -> NullMeans {
        let input = self.plan.inputs.iter().find(|input| input.first == register);
        input.map_or(NullMeans::Unknown, |input| input.null)
    }

    /// The integer form of a number, divided by the greatest common divisor of its coefficients and constant.
    fn form(&mut self, number: &Linear) -> Result<Form, TooLarge> {
        let large = || TooLarge("a number in a condition");
        let mut scale = number.constant.denominator();
        for (_, coefficient) in &number.terms {
            let shared = gcd(scale, coefficient.denominator()).ok_or_else(large)?;
            scale = (scale / shared).checked_mul(coefficient.denominator()).ok_or_else(large)?;
        }
        let whole = |fraction: Fraction| fraction.numerator().checked_mul(scale / fraction.denominator());
        let constant = whole(number.constant).ok_or_else(large)?;
        let (mut terms, mut as_of) = (Vec::new(), 0);
        let mut divisor = constant;
        for (atom, coefficient) in &number.terms {
            let coefficient = whole(*coefficient).ok_or_else(large)?;
            if coefficient != 0 {
                divisor = gcd(divisor, coefficient).ok_or_else(large)?;
            }
            // One that cancels out stays: where it is unknown or none, so is the number.
            match atom {
                Atom::AsOf => as_of = coefficient,
                _ => terms.push((self.atom(*atom)?, coefficient)),
            }
        }
        let divisor = divisor.abs().max(1);
        let narrow = |coefficient: i128| i64::try_from(coefficient / divisor).map_err(|_| large());
        let mut terms: Vec<_> = terms
            .into_iter()
            .map(|(register, coefficient)| Ok((register, narrow(coefficient)?)))
            .collect::<Result<_, TooLarge>>()?;
        terms.sort_unstable();
        let constant = constant / divisor;
        // Registers stay below 2^57 and coefficients below 2^63: with so few terms and such a constant 128 bits suffice.
        if terms.len() > 32 || constant.unsigned_abs() >= 1 << 120 {
            return Err(large());
        }
        Ok(Form { terms: terms.into(), as_of: narrow(as_of)?, constant })
    }

    fn atom(&mut self, atom: Atom) -> Result<Register, TooLarge> {
        match atom {
            Atom::Fact(fact) => self.register(fact),
            Atom::Month(series, ago) => self.month(series, ago),
            Atom::Sum(series, 1) | Atom::Least(series, 1) | Atom::Greatest(series, 1) => self.month(series, 0),
            Atom::Sum(series, months) => self.window(Fold::Sum, series, months),
            Atom::Least(series, months) => self.window(Fold::Least, series, months),
            Atom::Greatest(series, months) => self.window(Fold::Greatest, series, months),
            Atom::AsOf => Err(TooLarge("as_of")),
        }
    }

    fn month(&mut self, series: FactId, ago: u8) -> Result<Register, TooLarge> {
        Ok(self.register(series)? + NEWEST - Register::from(ago))
    }

    fn window(&mut self, fold: Fold, series: FactId, months: u8) -> Result<Register, TooLarge> {
        let first = self.month(series, months - 1)?;
        let window = Window { fold, first, months };
        if let Some(register) = self.window_ids.get(&window) {
            return Ok(*register);
        }
        let register = u16::try_from(self.plan.windows.len()).ok().and_then(|index| WINDOWS.checked_add(index));
        let register = register.ok_or(TooLarge("the windows of series"))?;
        self.plan.windows.push(window);
        self.window_ids.insert(window, register);
        Ok(register)
    }

    /// The first register of a fact.
    fn register(&mut self, fact: FactId) -> Result<Register, TooLarge> {
        let index = self.input(fact)?;
        self.plan.inputs.get(index).map(|input| input.first).ok_or(TooLarge("the facts"))
    }

    fn input(&mut self, fact: FactId) -> Result<usize, TooLarge> {
        if let Some(index) = self.plan.input_of.get(&fact) {
            return Ok(*index);
        }
        let described = self.facts.get(fact).ok_or(TooLarge("the facts"))?;
        let first = Register::try_from(self.plan.width).ok().filter(|first| *first < WINDOWS - 64);
        let input = Input {
            fact,
            kind: described.kind,
            null: described.null,
            may_be_negative: described.may_be_negative,
            first: first.ok_or(TooLarge("the facts"))?,
            texts: Vec::new(),
        };
        self.plan.width += if matches!(described.kind, Kind::Series { .. }) { SERIES_MONTHS } else { 1 };
        self.plan.input_of.insert(fact, self.plan.inputs.len());
        self.plan.inputs.push(input);
        Ok(self.plan.inputs.len() - 1)
    }

    fn among(&mut self, fact: FactId, names: &[String]) -> Result<Node, TooLarge> {
        if let Some(Derived::Code { is, known }) = self.derived.get(&fact).cloned() {
            let nodes: Vec<_> = names.iter().filter_map(|name| is.get(self.code(fact, name)?).copied()).collect();
            let any = self.any(&nodes);
            return Ok(self.given(known, any));
        }
        let register = self.register(fact)?;
        let mut bits = Vec::new();
        for name in names {
            let value = match self.code(fact, name) {
                Some(index) => index,
                None => self.text(fact, name)? + 1,
            };
            let word = value / 64;
            if bits.len() <= word {
                bits.resize(word + 1, 0_u64);
            }
            if let Some(bits) = bits.get_mut(word) {
                *bits |= 1 << (value % 64);
            }
        }
        Ok(self.leaf(Leaf::Among { register, bits: bits.into() }))
    }

    /// A code's index, if the fact is one of codes.
    fn code(&self, fact: FactId, name: &str) -> Option<usize> {
        match self.facts.get(fact)?.kind {
            Kind::Code(codes) => codes.iter().position(|code| *code == name),
            _ => None,
        }
    }

    /// A text's place among those that rules look for in this fact.
    fn text(&mut self, fact: FactId, name: &str) -> Result<usize, TooLarge> {
        let index = self.input(fact)?;
        let input = self.plan.inputs.get_mut(index).ok_or(TooLarge("the facts"))?;
        let ids = self.text_ids.entry(fact).or_default();
        if let Some(place) = ids.get(name) {
            return Ok(*place);
        }
        ids.insert(name.to_owned(), input.texts.len());
        input.texts.push(name.to_owned());
        Ok(input.texts.len() - 1)
    }

    fn holds(&mut self, fact: FactId, name: &str) -> Result<Node, TooLarge> {
        if let Some(Derived::Texts(members)) = self.derived.get(&fact) {
            let member = members.get(name).copied();
            return Ok(member.unwrap_or_else(|| self.constant(Outcome::False)));
        }
        let place = self.text(fact, name)?;
        let bit = u8::try_from(place).ok().filter(|_| place < MOST_TEXTS);
        let bit = bit.ok_or(TooLarge("the texts looked for in one set of texts"))?;
        let register = self.register(fact)?;
        Ok(self.leaf(Leaf::Holds { register, bit }))
    }

    fn present(&mut self, fact: FactId) -> Result<Node, TooLarge> {
        match self.derived.get(&fact).cloned() {
            Some(Derived::Code { known, .. }) => {
                let yes = self.constant(Outcome::True);
                Ok(self.given(known, yes))
            }
            Some(_) => Ok(self.constant(Outcome::True)),
            None => {
                let register = self.register(fact)?;
                Ok(self.leaf(Leaf::Present(register)))
            }
        }
    }

    fn all_given(&mut self, atoms: &[Atom]) -> Result<Node, TooLarge> {
        let (mut registers, mut nodes) = (Vec::new(), Vec::new());
        for atom in atoms {
            match atom.fact().and_then(|fact| self.derived.get(&fact)) {
                Some(Derived::Code { known, .. }) => nodes.push(*known),
                Some(Derived::YesNo(node)) => {
                    let unknown = self.is(*node, Outcome::Unknown);
                    nodes.push(self.not(unknown));
                }
                Some(Derived::Texts(_)) => {}
                None if *atom == Atom::AsOf => {}
                None => registers.push(self.atom(*atom)?),
            }
        }
        if !registers.is_empty() {
            registers.sort_unstable();
            nodes.push(self.leaf(Leaf::Given(registers.into())));
        }
        Ok(self.all(&nodes))
    }

    fn fluctuates(&mut self, series: FactId, months: u8, over: Ratio) -> Result<Node, TooLarge> {
        let ratio = over.fraction();
        let narrow = |number: i128| i64::try_from(number).ok().filter(|_| ratio.denominator() <= FINEST_FLUCTUATION);
        let (Some(p), Some(q)) = (narrow(ratio.numerator()), narrow(ratio.denominator())) else {
            return Err(TooLarge("a fluctuation's ratio of more than two decimals"));
        };
        let first = self.month(series, months - 1)?;
        Ok(self.leaf(Leaf::Fluctuates { first, months, p, q }))
    }
}

/// The newest month's place in a series.
const NEWEST: Register = 11;
const _: () = assert!(NEWEST as usize == SERIES_MONTHS - 1);

/// Registers of windows count from here while the plan is being built and the number of facts is not known.
const WINDOWS: Register = 1 << 15;

impl Comparison {
    /// Whether it is computed as the negation of its opposite.
    const fn is_negated(self) -> bool {
        matches!(self, Self::AtMost | Self::AtLeast | Self::Unequal)
    }
}

impl Form {
    /// For equality, where the sign does not matter, the one of two opposite forms whose first coefficient is positive.
    fn signed(self) -> Self {
        if self.terms.first().is_none_or(|(_, coefficient)| *coefficient > 0) {
            return self;
        }
        let terms = self.terms.iter().map(|(register, coefficient)| (*register, -coefficient)).collect();
        Self { terms, as_of: -self.as_of, constant: -self.constant }
    }
}

impl Leaf {
    fn registers_mut(&mut self, mut change: impl FnMut(&mut Register)) {
        match self {
            Self::Positive(form) | Self::Zero(form) => form.terms.iter_mut().for_each(|(register, _)| change(register)),
            Self::Given(registers) => registers.iter_mut().for_each(change),
            Self::Among { .. } | Self::Holds { .. } | Self::Present(_) | Self::Fluctuates { .. } => {}
        }
    }
}
