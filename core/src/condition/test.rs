//! What a rule asks, as a tree: comparisons of exact numbers, membership of codes and texts, joined by Kleene's logic.

use schemars::JsonSchema;
use serde::Serialize;

use crate::fact::{FactId, Unit};
use crate::ratio::{Fraction, Ratio};

/// The outcome of a test; of all of several it is the least, of any of them the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It does not hold.
    #[serde(rename = "fails")]
    False,
    /// A fact that decides is unknown.
    Unknown,
    /// It holds.
    #[serde(rename = "holds")]
    True,
}

impl Outcome {
    /// Every outcome, from the least to the greatest.
    pub const ALL: [Self; 3] = [Self::False, Self::Unknown, Self::True];

    /// The outcome of something known.
    pub const fn of(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }

    /// The outcome of the opposite; unknown stays unknown.
    #[must_use]
    pub const fn negated(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }
}

/// One number a row yields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Atom {
    /// A number, a date's day, a code's index.
    Fact(FactId),
    /// A month of a series, so many months before the newest.
    Month(FactId, u8),
    /// The sum of the newest months.
    Sum(FactId, u8),
    /// The least of the newest months.
    Least(FactId, u8),
    /// The greatest of the newest months.
    Greatest(FactId, u8),
    /// The day as of which is decided.
    AsOf,
}

impl Atom {
    /// The fact that is read.
    pub const fn fact(self) -> Option<FactId> {
        match self {
            Self::Fact(fact)
            | Self::Month(fact, _)
            | Self::Sum(fact, _)
            | Self::Least(fact, _)
            | Self::Greatest(fact, _) => Some(fact),
            Self::AsOf => None,
        }
    }
}

/// An exact number: a sum of atoms, each times a coefficient, and a constant. Money counts in yuan, quantities in ones.
#[derive(Debug, Clone, PartialEq)]
pub struct Linear {
    /// Each atom once.
    pub terms: Vec<(Atom, Fraction)>,
    /// What is added.
    pub constant: Fraction,
}

impl Linear {
    /// A constant.
    pub const fn constant(value: Fraction) -> Self {
        Self { terms: Vec::new(), constant: value }
    }

    /// An atom of a fact that has so many decimal places.
    pub fn atom(atom: Atom, places: u8) -> Self {
        let unit = Fraction::new(1, 10_i128.pow(u32::from(places))).unwrap_or(Fraction::ONE);
        Self { terms: vec![(atom, unit)], constant: Fraction::ZERO }
    }

    /// The sum; `None` if a number grows too large.
    pub fn plus(&self, other: &Self) -> Option<Self> {
        let mut sum = self.clone();
        sum.constant = sum.constant.plus(other.constant)?;
        for (atom, coefficient) in &other.terms {
            match sum.terms.iter_mut().find(|(present, _)| present == atom) {
                Some((_, present)) => *present = present.plus(*coefficient)?,
                None => sum.terms.push((*atom, *coefficient)),
            }
        }
        Some(sum)
    }

    /// The product with a constant; `None` if a number grows too large.
    pub fn times(&self, factor: Fraction) -> Option<Self> {
        let scale = |(atom, coefficient): &(Atom, Fraction)| Some((*atom, coefficient.times(factor)?));
        Some(Self {
            terms: self.terms.iter().map(scale).collect::<Option<_>>()?,
            constant: self.constant.times(factor)?,
        })
    }

    /// The value, if it depends on no row.
    pub fn as_constant(&self) -> Option<Fraction> {
        self.terms.is_empty().then_some(self.constant)
    }
}

/// How two numbers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// Less.
    Less,
    /// Less or equal.
    AtMost,
    /// Equal.
    Equal,
    /// Not equal.
    Unequal,
    /// Greater or equal.
    AtLeast,
    /// Greater.
    Greater,
}

impl Comparison {
    /// As conditions write it.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Equal => "==",
            Self::Unequal => "!=",
            Self::AtLeast => ">=",
            Self::Greater => ">",
        }
    }
}

/// What a rule asks of one row.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// Always the same.
    Constant(bool),
    /// Two numbers compare; false where a fact says "there is none".
    Compare {
        /// What is observed.
        left: Linear,
        /// How it is compared.
        comparison: Comparison,
        /// The threshold.
        right: Linear,
        /// The unit of both.
        unit: Unit,
        /// The parameter of the rule that sets the threshold; `when` in a condition.
        parameter: &'static str,
    },
    /// A code or a text is one of these.
    Among {
        /// The code or text.
        fact: FactId,
        /// The codes or texts.
        names: Vec<String>,
        /// The parameter of the rule that lists them; empty where none does.
        parameter: &'static str,
    },
    /// A set of texts has this one.
    Holds {
        /// The set.
        fact: FactId,
        /// The text.
        name: String,
    },
    /// A yes-or-no fact says yes.
    Yes(FactId),
    /// There is such a thing: unknown where nobody knows.
    Present(FactId),
    /// The numbers, or the outcome of a test, are known.
    Known(Box<Test>),
    /// All these facts' months, or values, are known.
    Given(Vec<Atom>),
    /// Population standard deviation over mean of the newest months exceeds a ratio; a mean of 0 or less does not count.
    Fluctuates {
        /// The series.
        series: FactId,
        /// How many months.
        months: u8,
        /// The ratio.
        over: Ratio,
        /// The parameter of the rule that sets the ratio.
        parameter: &'static str,
    },
    /// A test that makes sense only where another holds; unknown elsewhere.
    Where {
        /// What has to hold.
        given: Box<Test>,
        /// The test.
        test: Box<Test>,
    },
    /// All hold.
    All(Vec<Test>),
    /// One holds.
    Any(Vec<Test>),
    /// It does not hold.
    Not(Box<Test>),
}

impl Test {
    /// The test's negation.
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// The test where these months are known, unknown as a whole where one is not.
    #[must_use]
    pub fn given(self, months: Vec<Atom>) -> Self {
        Self::Where { given: Box::new(Self::Given(months)), test: Box::new(self) }
    }

    /// The newest `months` of a series, each as an atom, the newest first.
    pub fn months(series: FactId, months: u8) -> Vec<Atom> {
        (0..months).map(|ago| Atom::Month(series, ago)).collect()
    }
}

impl Test {
    /// Calls `visit` for each test within that has none within itself, and so reads facts.
    pub fn each_leaf<'t>(&'t self, visit: &mut impl FnMut(&'t Self)) {
        match self {
            Self::Known(test) | Self::Not(test) => test.each_leaf(visit),
            Self::Where { given, test } => {
                given.each_leaf(visit);
                test.each_leaf(visit);
            }
            Self::All(tests) | Self::Any(tests) => tests.iter().for_each(|test| test.each_leaf(visit)),
            _ => visit(self),
        }
    }

    /// Calls `visit` for each fact that the test reads, and says whether it reads it as a series.
    pub fn each_fact(&self, visit: &mut impl FnMut(FactId, bool)) {
        self.each_leaf(&mut |leaf| leaf.each_own_fact(visit));
    }

    /// The same of a test that has none within.
    fn each_own_fact(&self, visit: &mut impl FnMut(FactId, bool)) {
        let mut atoms = |atoms: &mut dyn Iterator<Item = Atom>| {
            for atom in atoms {
                let is_series = !matches!(atom, Atom::Fact(_));
                atom.fact().into_iter().for_each(|fact| visit(fact, is_series));
            }
        };
        match self {
            Self::Compare { left, right, .. } => {
                atoms(&mut left.terms.iter().chain(&right.terms).map(|(atom, _)| *atom));
            }
            Self::Given(given) => atoms(&mut given.iter().copied()),
            Self::Among { fact, .. } | Self::Holds { fact, .. } | Self::Yes(fact) | Self::Present(fact) => {
                visit(*fact, false);
            }
            Self::Fluctuates { series, .. } => visit(*series, true),
            Self::Constant(_) | Self::Known(_) | Self::Not(_) | Self::Where { .. } | Self::All(_) | Self::Any(_) => {}
        }
    }

    /// Whether it reads a fact.
    pub fn reads(&self, fact: FactId) -> bool {
        let mut reads = false;
        self.each_fact(&mut |read, _| reads |= read == fact);
        reads
    }

    /// Adds the series that it reads to `series`, each once.
    pub fn series(&self, series: &mut Vec<FactId>) {
        self.each_fact(&mut |fact, is_series| {
            if is_series && !series.contains(&fact) {
                series.push(fact);
            }
        });
    }
}
