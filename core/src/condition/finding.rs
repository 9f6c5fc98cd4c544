//! A test held against one row, comparison by comparison: which hold, which fail, and which nobody can judge.
//!
//! The plan decides; this walk, slow and plain, shows why. A property test asserts that the two always agree.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};

use super::test::{Atom, Comparison, Linear, Outcome, Test};
use crate::fact::{Fact, FactId, Facts, Kind, NullMeans, SERIES_MONTHS, Value};
use crate::ratio::{Fraction, Ratio};

/// One row as tests see it: the facts of the view, and what was decided of it.
#[derive(Debug)]
pub struct Subject<'a> {
    /// What the facts are.
    pub facts: &'a Facts,
    /// What the row says of each; one that is missing is unknown.
    pub values: HashMap<FactId, Value>,
    /// The texts of which nobody can say whether a decided set of texts has them.
    pub undecided: BTreeSet<String>,
    /// The day as of which is decided, since 1970-01-01.
    pub as_of: i64,
}

/// One comparison of a test, held against a row.
#[derive(Debug, Clone, Copy)]
pub struct Finding<'a> {
    /// The comparison: a test that holds no others, or `known(…)`.
    pub leaf: &'a Test,
    /// Whether the rule asks for its opposite.
    pub negated: bool,
    /// Whether what the rule asks for holds.
    pub outcome: Outcome,
}

/// A number of one row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    /// It is known.
    Known(Fraction),
    /// Nobody knows.
    Unknown,
    /// There is none.
    None,
}

impl Subject<'_> {
    pub(super) fn fact(&self, id: FactId) -> Option<&Fact> {
        self.facts.get(id)
    }

    /// What the row says of a fact: a null of one whose null means "unknown" is unknown.
    pub(super) fn value(&self, id: FactId) -> &Value {
        let may_be_none = self.fact(id).is_some_and(|fact| fact.null == NullMeans::None);
        match self.values.get(&id) {
            Some(Value::None) if !may_be_none => &Value::Unknown,
            Some(value) => value,
            None => &Value::Unknown,
        }
    }

    /// A month of a series, so many before the newest.
    pub(super) fn month(&self, series: FactId, ago: u8) -> Option<i64> {
        let Value::Series(months) = self.value(series) else { return None };
        let place = SERIES_MONTHS.checked_sub(usize::from(ago) + 1)?;
        months.get(place).copied().flatten()
    }

    /// The newest months of a series, the newest first, if all are known.
    pub(super) fn months(&self, series: FactId, months: u8) -> Option<Vec<i64>> {
        (0..months).map(|ago| self.month(series, ago)).collect()
    }

    fn atom(&self, atom: Atom) -> Number {
        let known = |number: Option<i64>| number.map_or(Number::Unknown, |number| whole(number.into()));
        match atom {
            Atom::AsOf => whole(self.as_of.into()),
            Atom::Fact(fact) => match self.value(fact) {
                Value::Number(number) => whole((*number).into()),
                Value::None => Number::None,
                _ => Number::Unknown,
            },
            Atom::Month(series, ago) => known(self.month(series, ago)),
            Atom::Sum(series, months) => known(self.months(series, months).map(|months| months.iter().sum())),
            Atom::Least(series, months) => known(self.months(series, months).and_then(|all| all.into_iter().min())),
            Atom::Greatest(series, months) => known(self.months(series, months).and_then(|all| all.into_iter().max())),
        }
    }

    /// A number of the row: none where a part of it is none, unknown where a part is unknown.
    pub(super) fn number(&self, linear: &Linear) -> Number {
        let mut sum = Some(linear.constant);
        let mut is_known = true;
        for (atom, coefficient) in &linear.terms {
            match self.atom(*atom) {
                Number::None => return Number::None,
                Number::Unknown => is_known = false,
                Number::Known(value) => {
                    sum = sum.zip(value.times(*coefficient)).and_then(|(sum, term)| sum.plus(term));
                }
            }
        }
        sum.filter(|_| is_known).map_or(Number::Unknown, Number::Known)
    }

    fn compares(&self, left: &Linear, comparison: Comparison, right: &Linear) -> Outcome {
        let difference = right.times(Fraction::ONE.negated()).and_then(|right| left.plus(&right));
        match difference.map_or(Number::Unknown, |difference| self.number(&difference)) {
            Number::None => Outcome::False,
            Number::Unknown => Outcome::Unknown,
            Number::Known(difference) => Outcome::of(comparison.accepts(difference.numerator().cmp(&0))),
        }
    }

    /// Whether a known value has something; false where there is none.
    fn has(&self, fact: FactId, has: impl Fn(&Value) -> bool) -> Outcome {
        match self.value(fact) {
            Value::Unknown => Outcome::Unknown,
            value => Outcome::of(*value != Value::None && has(value)),
        }
    }

    /// The code or text of a fact.
    pub(super) fn name<'a>(&'a self, fact: FactId, value: &'a Value) -> Option<&'a str> {
        match (self.fact(fact)?.kind, value) {
            (Kind::Code(codes), Value::Number(place)) => codes.get(usize::try_from(*place).ok()?).copied(),
            (_, Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    fn holds(&self, set: FactId, name: &str) -> Outcome {
        if self.undecided.contains(name) {
            return Outcome::Unknown;
        }
        self.has(set, |value| matches!(value, Value::Texts(texts) if texts.iter().any(|text| text == name)))
    }

    fn is_given(&self, atom: Atom) -> bool {
        match atom {
            Atom::Fact(fact) => *self.value(fact) != Value::Unknown,
            other => self.atom(other) != Number::Unknown,
        }
    }

    /// Standard deviation over mean above p / q: with the sums S and Q of n values and squares, q² n Q > (p² + q²) S².
    fn fluctuates(&self, series: FactId, months: u8, over: Ratio) -> Outcome {
        let Some(values) = self.months(series, months) else { return Outcome::Unknown };
        let (sum, squares) = sums(&values);
        let (p, q) = (over.fraction().numerator(), over.fraction().denominator());
        let right = (p * p + q * q).checked_mul(sum * sum);
        Outcome::of(sum > 0 && right.is_some_and(|right| q * q * i128::from(months) * squares > right))
    }
}

/// The sums of values and of their squares.
pub(super) fn sums(values: &[i64]) -> (i128, i128) {
    let values = || values.iter().map(|value| i128::from(*value));
    (values().sum(), values().map(|value| value * value).sum())
}

fn whole(number: i128) -> Number {
    Number::Known(Fraction::whole(number))
}

impl Comparison {
    const fn accepts(self, order: Ordering) -> bool {
        match self {
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
            Self::AtLeast => order.is_ge(),
            Self::Greater => order.is_gt(),
        }
    }
}

impl Test {
    /// What the test says of a row.
    pub fn outcome(&self, subject: &Subject<'_>) -> Outcome {
        match self {
            Self::Constant(holds) => Outcome::of(*holds),
            Self::Compare { left, comparison, right, .. } => subject.compares(left, *comparison, right),
            Self::Among { fact, names, .. } => subject.has(*fact, |value| {
                subject.name(*fact, value).is_some_and(|name| names.iter().any(|other| other == name))
            }),
            Self::Holds { fact, name } => subject.holds(*fact, name),
            Self::Yes(fact) => subject.has(*fact, |value| *value == Value::Number(1)),
            Self::Present(fact) => subject.has(*fact, |_| true),
            Self::Known(test) => Outcome::of(test.outcome(subject) != Outcome::Unknown),
            Self::Given(atoms) => Outcome::of(atoms.iter().all(|atom| subject.is_given(*atom))),
            Self::Fluctuates { series, months, over, .. } => subject.fluctuates(*series, *months, *over),
            Self::Where { given, test } => match given.outcome(subject) {
                Outcome::True => test.outcome(subject),
                _ => Outcome::Unknown,
            },
            Self::All(tests) => tests.iter().map(|test| test.outcome(subject)).min().unwrap_or(Outcome::True),
            Self::Any(tests) => tests.iter().map(|test| test.outcome(subject)).max().unwrap_or(Outcome::False),
            Self::Not(test) => test.outcome(subject).negated(),
        }
    }

    /// Every comparison of the test, in order.
    pub fn findings<'a>(&'a self, subject: &Subject<'_>) -> Vec<Finding<'a>> {
        let mut findings = Vec::new();
        self.each_finding(subject, false, false, &mut findings);
        findings
    }

    /// The comparisons that made the outcome what it is, in order: of one that holds those that hold, of one that is
    /// unknown those that are unknown. Guards that hold, such as "the value before is above 0", are left out where
    /// anything else is there.
    pub fn deciding<'a>(&'a self, subject: &Subject<'_>) -> Vec<Finding<'a>> {
        let mut findings = Vec::new();
        self.each_finding(subject, false, true, &mut findings);
        let news: Vec<_> = findings.iter().filter(|finding| !finding.is_guard()).copied().collect();
        if news.is_empty() { findings } else { news }
    }

    fn each_finding<'a>(
        &'a self,
        subject: &Subject<'_>,
        negated: bool,
        deciding: bool,
        findings: &mut Vec<Finding<'a>>,
    ) {
        match self {
            Self::All(tests) | Self::Any(tests) => {
                let whole = self.outcome(subject);
                let decides = |test: &&Test| !deciding || test.outcome(subject) == whole;
                for test in tests.iter().filter(decides) {
                    test.each_finding(subject, negated, deciding, findings);
                }
            }
            Self::Not(test) => test.each_finding(subject, !negated, deciding, findings),
            Self::Where { given, test } => {
                let is_given = given.outcome(subject) == Outcome::True;
                // Which months are missing shows in the comparisons that need them.
                let is_window = matches!(**given, Self::Given(_));
                if !deciding || !(is_given || is_window) {
                    given.each_finding(subject, false, deciding, findings);
                }
                if deciding && !is_given && is_window {
                    let all = test.findings(subject).into_iter();
                    findings.extend(all.filter(|finding| finding.outcome == Outcome::Unknown));
                } else if !deciding || is_given {
                    test.each_finding(subject, negated, deciding, findings);
                }
            }
            leaf => {
                let outcome = leaf.outcome(subject);
                let outcome = if negated { outcome.negated() } else { outcome };
                findings.push(Finding { leaf, negated, outcome });
            }
        }
    }

    /// The parameter of the rule that a comparison stands for; empty where it stands for the whole rule.
    pub fn parameter(&self) -> &'static str {
        match self {
            Self::Compare { parameter, .. } | Self::Among { parameter, .. } | Self::Fluctuates { parameter, .. } => {
                parameter
            }
            _ => "",
        }
    }
}

impl Finding<'_> {
    /// Whether it only makes sure that the others make sense, and does, or lacks the same facts as they.
    fn is_guard(&self) -> bool {
        match self.leaf {
            Test::Present(_) | Test::Known(_) | Test::Given(_) => self.outcome == Outcome::True,
            leaf => leaf.parameter() == "series" && self.outcome != Outcome::False,
        }
    }

    /// What would have to be known to judge it: the unknown facts and months, in order.
    pub fn unknown(&self, subject: &Subject<'_>) -> Vec<Atom> {
        let mut unknown = Vec::new();
        if self.outcome == Outcome::Unknown {
            for atom in self.leaf.atoms() {
                if !subject.is_given(atom) && !unknown.contains(&atom) {
                    unknown.push(atom);
                }
            }
        }
        unknown
    }
}

impl Test {
    /// The facts and single months that a comparison reads.
    pub(super) fn atoms(&self) -> Vec<Atom> {
        match self {
            Self::Compare { left, right, .. } => {
                left.terms.iter().chain(&right.terms).flat_map(|(atom, _)| atom.singles()).collect()
            }
            Self::Given(atoms) => atoms.iter().flat_map(|atom| atom.singles()).collect(),
            Self::Fluctuates { series, months, .. } => Self::months(*series, *months),
            Self::Among { fact, .. } | Self::Holds { fact, .. } | Self::Yes(fact) | Self::Present(fact) => {
                vec![Atom::Fact(*fact)]
            }
            Self::Known(test) | Self::Not(test) => test.atoms(),
            Self::Where { given, test } => [given.atoms(), test.atoms()].concat(),
            Self::All(tests) | Self::Any(tests) => tests.iter().flat_map(Self::atoms).collect(),
            Self::Constant(_) => Vec::new(),
        }
    }
}

impl Atom {
    /// The months of a window; anything else as it is.
    fn singles(self) -> Vec<Self> {
        match self {
            Self::Sum(series, months) | Self::Least(series, months) | Self::Greatest(series, months) => {
                Test::months(series, months)
            }
            single => vec![single],
        }
    }
}
