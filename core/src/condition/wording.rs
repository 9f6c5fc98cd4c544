//! A comparison in writing: the expression, what was observed, and the threshold, each as exact text.
//!
//! An expression is written as conditions write it; a month of a series by its place from the newest, `local_fee[-1]`, and
//! a window that leaves out the newest month by its ends, `mean(minutes[-4..-2])`.

use super::finding::{Finding, Number, Subject, sums};
use super::test::{Atom, Comparison, Linear, Outcome, Test};
use crate::fact::{FactId, Facts, Kind, Unit, Value};
use crate::month;
use crate::ratio::{Fraction, Ratio};
use crate::table::MASKED;

/// A part of a number that has a name of its own; each stands in a sum with a factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// The day as of which is decided.
    AsOf,
    /// A fact.
    Fact(FactId),
    /// A month of a series, so many before the newest.
    Month(FactId, u8),
    /// The sum of months of a series: from so many before the newest to so many.
    Sum(FactId, u8, u8),
    /// Their mean.
    Mean(FactId, u8, u8),
    /// The least of the newest months.
    Least(FactId, u8),
    /// The greatest of the newest months.
    Greatest(FactId, u8),
}

/// A number as the sum of quantities, each with its factor; means are found again in what the plan adds up.
pub fn quantities(linear: &Linear, facts: &Facts) -> Vec<(Quantity, Fraction)> {
    let mut quantities = Vec::new();
    let mut terms: Vec<_> = linear.terms.iter().filter(|(_, factor)| *factor != Fraction::ZERO).copied().collect();
    while !terms.is_empty() {
        let (atom, coefficient) = terms.remove(0);
        let places = atom.fact().map_or(0, |fact| places_of(facts, fact));
        let factor = coefficient.times(power_of_ten(places)).unwrap_or(coefficient);
        quantities.push(match atom {
            Atom::AsOf => (Quantity::AsOf, factor),
            Atom::Fact(fact) => (Quantity::Fact(fact), factor),
            Atom::Month(series, ago) => (Quantity::Month(series, ago), factor),
            Atom::Sum(series, 1) | Atom::Least(series, 1) | Atom::Greatest(series, 1) => {
                (Quantity::Month(series, 0), factor)
            }
            Atom::Least(series, months) => (Quantity::Least(series, months), factor),
            Atom::Greatest(series, months) => (Quantity::Greatest(series, months), factor),
            Atom::Sum(series, months) => {
                // All months less the newest: those before it.
                let newest = (Atom::Month(series, 0), coefficient.negated());
                let less_newest = terms.iter().position(|term| *term == newest);
                let to = less_newest.map_or(0, |place| {
                    terms.remove(place);
                    1
                });
                sum_or_mean(series, months - 1, to, factor)
            }
        });
    }
    quantities
}

/// Months from so many before the newest to so many, each with this factor.
fn sum_or_mean(series: FactId, from: u8, to: u8, factor: Fraction) -> (Quantity, Fraction) {
    if from == to {
        return (Quantity::Month(series, from), factor);
    }
    let months = Fraction::whole(i128::from(from - to) + 1);
    match factor.times(months) {
        Some(share) if factor.denominator() != 1 && share.is_decimal() => (Quantity::Mean(series, from, to), share),
        _ => (Quantity::Sum(series, from, to), factor),
    }
}

impl Quantity {
    /// The quantity as expressions write it.
    pub fn expression(self, facts: &Facts) -> String {
        let name = |fact| name_of(facts, fact);
        let window = |function: &str, series, from: u8, to: u8| match to {
            0 => format!("{function}({}, {})", name(series), from + 1),
            _ => format!("{function}({}[-{}..-{}])", name(series), from + 1, to + 1),
        };
        match self {
            Self::AsOf => "as_of".into(),
            Self::Fact(fact) => name(fact).into(),
            Self::Month(series, ago) => format!("{}[-{}]", name(series), ago + 1),
            Self::Sum(series, from, to) => window("sum", series, from, to),
            Self::Mean(series, from, to) => window("mean", series, from, to),
            Self::Least(series, months) => window("min", series, months - 1, 0),
            Self::Greatest(series, months) => window("max", series, months - 1, 0),
        }
    }
}

impl Atom {
    /// The fact or the single month as expressions write it.
    pub fn expression(self, facts: &Facts) -> String {
        match self {
            Self::Month(series, ago) => Quantity::Month(series, ago).expression(facts),
            other => other.fact().map_or("as_of", |fact| name_of(facts, fact)).to_owned(),
        }
    }
}

impl Comparison {
    /// What holds where this does not.
    const fn opposite(self) -> Self {
        match self {
            Self::Less => Self::AtLeast,
            Self::AtMost => Self::Greater,
            Self::Equal => Self::Unequal,
            Self::Unequal => Self::Equal,
            Self::AtLeast => Self::Less,
            Self::Greater => Self::AtMost,
        }
    }
}

impl Finding<'_> {
    /// The comparison as conditions write it; one that the rule negates stands in `!(…)`.
    pub fn expression(&self, subject: &Subject<'_>) -> String {
        let expression = self.leaf.expression(subject.facts);
        if self.negated { format!("!({expression})") } else { expression }
    }

    /// How the observed value has to stand to the threshold: `<`, `<=`, `==`, `!=`, `>=`, `>`; `in` or `not in` a list of
    /// codes or texts; `has` or `has not` of a set.
    pub fn comparison(&self) -> &'static str {
        match (self.leaf, self.negated) {
            (Test::Compare { comparison, .. }, false) => comparison.sign(),
            (Test::Compare { comparison, .. }, true) => comparison.opposite().sign(),
            (Test::Fluctuates { .. }, false) => Comparison::Greater.sign(),
            (Test::Fluctuates { .. }, true) => Comparison::AtMost.sign(),
            (Test::Among { names, .. }, false) if names.len() != 1 => "in",
            (Test::Among { names, .. }, true) if names.len() != 1 => "not in",
            (Test::Holds { .. }, false) => "has",
            (Test::Holds { .. }, true) => "has not",
            (_, false) => Comparison::Equal.sign(),
            (_, true) => Comparison::Unequal.sign(),
        }
    }

    /// What was observed; `None` where it is unknown or there is none, `***` where it identifies a person.
    pub fn observed(&self, subject: &Subject<'_>) -> Option<String> {
        let observed = match self.leaf {
            Test::Compare { left, right, unit, .. } => {
                number_text(subject, left, unit, least_places(subject, left, right))
            }
            Test::Among { fact, .. } | Test::Holds { fact, .. } => subject.text(*fact),
            Test::Fluctuates { series, months, .. } => {
                subject.months(*series, *months).and_then(|values| fluctuation(&values)).map(|ratio| ratio.text(2))
            }
            leaf => match leaf.outcome(subject) {
                Outcome::Unknown => None,
                outcome => Some((outcome == Outcome::True).to_string()),
            },
        }?;
        Some(if self.is_personal(subject) { MASKED.to_owned() } else { observed })
    }

    /// The number, the codes or the texts that it is compared with; `None` where that depends on what is unknown.
    pub fn threshold(&self, subject: &Subject<'_>) -> Option<String> {
        match self.leaf {
            Test::Compare { left, right, unit, .. } => {
                number_text(subject, right, unit, least_places(subject, left, right))
            }
            Test::Among { names, .. } => Some(names.join(", ")),
            Test::Holds { name, .. } => Some(name.clone()),
            Test::Fluctuates { over, .. } => Some(over.to_string()),
            _ => Some("true".into()),
        }
    }

    /// The unit of what is observed and of the threshold; empty for a bare number, a code or a text.
    pub fn unit(&self) -> &str {
        match self.leaf {
            Test::Compare { unit, .. } => unit.name(),
            _ => "",
        }
    }

    /// Whether it reads what identifies a person.
    fn is_personal(&self, subject: &Subject<'_>) -> bool {
        let facts = self.leaf.atoms();
        facts.iter().filter_map(|atom| subject.fact(atom.fact()?)).any(|fact| fact.personal)
    }
}

impl Subject<'_> {
    /// What the row says of a fact, as text; a set of texts as a list, a series as its known months. `None` where it is
    /// unknown or there is none.
    pub fn text(&self, fact: FactId) -> Option<String> {
        let value = self.value(fact);
        match (self.fact(fact)?.kind, value) {
            (Kind::Number { places }, Value::Number(number)) => Some(decimal(*number, places)),
            (Kind::Date, Value::Number(day)) => month::date_of_day(*day).map(|date| date.to_string()),
            (Kind::YesNo, Value::Number(number)) => Some((*number == 1).to_string()),
            (_, Value::Texts(texts)) => Some(texts.join(", ")),
            _ => self.name(fact, value).map(str::to_owned),
        }
    }

    /// The twelve months of a series as texts, the newest last.
    pub fn month_texts(&self, series: FactId) -> Vec<Option<String>> {
        let places = places_of(self.facts, series);
        let month = |ago| self.month(series, ago).map(|number| decimal(number, places));
        (0..12).rev().map(month).collect()
    }
}

impl Test {
    /// A comparison as conditions write it.
    fn expression(&self, facts: &Facts) -> String {
        let quoted = |name: &String| format!("{name:?}");
        match self {
            Self::Constant(holds) => holds.to_string(),
            Self::Compare { left, comparison, right, unit, .. } => {
                let places = written_places(left, right, unit, facts);
                let side = |linear| linear_expression(linear, places, facts);
                format!("{} {} {}", side(left), comparison.sign(), side(right))
            }
            Self::Among { fact, names, .. } => match &names[..] {
                [only] => format!("{} == {}", name_of(facts, *fact), quoted(only)),
                _ => {
                    let names: Vec<_> = names.iter().map(quoted).collect();
                    format!("{} in [{}]", name_of(facts, *fact), names.join(", "))
                }
            },
            Self::Holds { fact, name } => format!("{} in {}", quoted(name), name_of(facts, *fact)),
            Self::Yes(fact) => name_of(facts, *fact).to_owned(),
            Self::Present(fact) => format!("present({})", name_of(facts, *fact)),
            Self::Known(test) => format!("known({})", test.expression(facts)),
            Self::Given(atoms) => format!("known({})", given_expression(atoms, facts)),
            Self::Fluctuates { series, months, over, .. } => fluctuation_expression(facts, *series, *months, *over),
            Self::Where { given, test } => format!("{} && ({})", given.expression(facts), test.expression(facts)),
            Self::All(tests) => joined(tests, " && ", facts),
            Self::Any(tests) => joined(tests, " || ", facts),
            Self::Not(test) => format!("!({})", test.expression(facts)),
        }
    }
}

fn joined(tests: &[Test], sign: &str, facts: &Facts) -> String {
    let parts: Vec<_> = tests.iter().map(|test| test.expression(facts)).collect();
    format!("({})", parts.join(sign))
}

fn fluctuation_expression(facts: &Facts, series: FactId, months: u8, over: Ratio) -> String {
    format!("fluctuation({}, {months}) > {over}", name_of(facts, series))
}

/// The months of one series by their ends, anything else one by one.
fn given_expression(atoms: &[Atom], facts: &Facts) -> String {
    if let ([Atom::Month(series, 0), _, ..], Ok(months)) = (atoms, u8::try_from(atoms.len()))
        && atoms == Test::months(*series, months)
    {
        return format!("{}[-{months}..-1]", name_of(facts, *series));
    }
    let atoms: Vec<_> = atoms
        .iter()
        .flat_map(|atom| quantities(&Linear { terms: vec![(*atom, Fraction::ONE)], constant: Fraction::ZERO }, facts))
        .map(|(quantity, _)| quantity.expression(facts))
        .collect();
    atoms.join(", ")
}

fn linear_expression(linear: &Linear, places: u32, facts: &Facts) -> String {
    let mut text = String::new();
    for (quantity, factor) in quantities(linear, facts) {
        let (sign, size) = signed(factor);
        text.push_str(match (sign, text.is_empty()) {
            ('-', true) => "-",
            ('-', false) => " - ",
            (_, true) => "",
            (_, false) => " + ",
        });
        text.push_str(&quantity.expression(facts));
        if size != Fraction::ONE {
            text.push_str(&format!(" * {}", size.text(0)));
        }
    }
    if text.is_empty() {
        return linear.constant.text(places);
    }
    match signed(linear.constant) {
        (_, size) if size == Fraction::ZERO => text,
        (sign, size) => format!("{text} {sign} {}", size.text(places)),
    }
}

fn signed(number: Fraction) -> (char, Fraction) {
    if number.numerator() < 0 { ('-', number.negated()) } else { ('+', number) }
}

/// A number of a row: a date where its unit says so, otherwise the exact decimal, or the fraction where there is none.
fn number_text(subject: &Subject<'_>, linear: &Linear, unit: &Unit, places: u32) -> Option<String> {
    let Number::Known(number) = subject.number(linear) else { return None };
    let is_day = |(atom, _): &(Atom, Fraction)| match atom {
        Atom::AsOf => true,
        Atom::Fact(fact) => subject.fact(*fact).is_some_and(|fact| fact.kind == Kind::Date),
        _ => false,
    };
    if unit.name() == "date" && linear.terms.iter().any(is_day) {
        let day = i64::try_from(number.numerator()).ok()?;
        return month::date_of_day(day).map(|date| date.to_string());
    }
    Some(number.text(places))
}

fn least_places(subject: &Subject<'_>, left: &Linear, right: &Linear) -> u32 {
    places_among(left, right, subject.facts)
}

/// The places that both sides of a comparison show at least: the most that a fact of it has.
fn places_among(left: &Linear, right: &Linear, facts: &Facts) -> u32 {
    let atoms = left.terms.iter().chain(&right.terms).filter_map(|(atom, _)| atom.fact());
    atoms.map(|fact| u32::from(places_of(facts, fact))).max().unwrap_or(0)
}

/// The places of constants in an expression: amounts have two, other numbers as many as they need.
fn written_places(left: &Linear, right: &Linear, unit: &Unit, facts: &Facts) -> u32 {
    if *unit == Unit::Yuan { places_among(left, right, facts) } else { 0 }
}

fn places_of(facts: &Facts, fact: FactId) -> u8 {
    match facts.get(fact).map(|fact| fact.kind) {
        Some(Kind::Number { places } | Kind::Series { places }) => places,
        _ => 0,
    }
}

fn name_of(facts: &Facts, fact: FactId) -> &str {
    facts.get(fact).map_or("", |fact| &fact.name)
}

fn power_of_ten(places: u8) -> Fraction {
    Fraction::whole(10_i128.pow(u32::from(places)))
}

fn decimal(number: i64, places: u8) -> String {
    let scale = 10_i128.pow(u32::from(places));
    Fraction::new(number.into(), scale).map_or_else(String::new, |value| value.text(places.into()))
}

/// Population standard deviation over mean, rounded up to six places, so that it exceeds a ratio of as many places just
/// where the exact number does; `None` where the mean is 0 or less.
fn fluctuation(values: &[i64]) -> Option<Fraction> {
    const PLACES: u32 = 6;
    let (sum, squares) = sums(values);
    if sum <= 0 {
        return None;
    }
    // (σ / μ)² = (n Q - S²) / S²; for numbers so large that they leave no room, with fewer places.
    let spread = i128::try_from(values.len()).ok()? * squares - sum * sum;
    (0..=PLACES).rev().find_map(|places| {
        let scale = 10_i128.checked_pow(places)?;
        let scaled = spread.checked_mul(scale.checked_mul(scale)?)?;
        let root = scaled.isqrt();
        let root = if root * root < scaled { root + 1 } else { root };
        let up = if root % sum == 0 { root / sum } else { root / sum + 1 };
        Fraction::new(up, scale)
    })
}
