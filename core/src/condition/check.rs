//! CEL expression → [`Test`]: names resolved, types and units checked, everything outside the subset refused by name.

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, operators};

use super::syntax::{self, Syntax};
use super::test::{Atom, Comparison, Linear, Test};
use super::{CONDITION_TYPE, CONDITION_UNIT, PLAN_TOO_LARGE, READS_FORWARD, UNKNOWN_FACT, UNSUPPORTED};
use crate::catalogue::Code;
use crate::error::Fault;
use crate::fact::{Fact, FactId, Facts, Floor, Kind, SERIES_MONTHS, Unit};
use crate::ratio::Fraction;

/// Every month of a series.
const ALL_MONTHS: u8 = 12;
const _: () = assert!(ALL_MONTHS as usize == SERIES_MONTHS);

/// The functions of conditions over a series.
const SERIES_FUNCTIONS: [&str; 7] = ["last", "mean", "sum", "min", "max", "change", "falls"];

/// Everything a condition may use beside facts and literals, for faults.
const SUBSET: &str = "+ - *, comparisons, && || !, in a list, present(x), known(x), last(s), mean(s, n), sum(s, n), \
                      min(s, n), max(s, n), change(s, n), falls(s, n)";

/// Reads a condition; it may use facts that are known on `floor` or before.
///
/// # Errors
/// Every fault that can be told apart, each with its span in characters; the caller says the path.
pub fn read(text: &str, facts: &Facts, floor: Floor) -> Result<Test, Vec<Fault>> {
    let syntax = syntax::parse(text)?;
    let mut check = Check { facts, floor, syntax: &syntax, faults: Vec::new() };
    let test = check.test(&syntax.root);
    match test {
        Some(test) if check.faults.is_empty() => Ok(test),
        _ => Err(check.faults),
    }
}

/// What a part of a condition is.
enum Part {
    Test(Test),
    Number(Number),
    Code(FactId, &'static [&'static str]),
    Text(FactId),
    Texts(FactId),
    Series(FactId, u8, Unit),
    Literal(String),
}

/// A number and what it measures.
struct Number {
    value: Linear,
    measure: Measure,
}

/// What a number measures.
#[derive(Clone, PartialEq)]
enum Measure {
    /// A literal takes the unit of what it meets; an amount is written with two decimals.
    Literal { two_decimals: bool },
    /// A quantity.
    Of(Unit),
    /// A day of the calendar.
    Date,
}

struct Check<'a> {
    facts: &'a Facts,
    floor: Floor,
    syntax: &'a Syntax<'a>,
    faults: Vec<Fault>,
}

impl Check<'_> {
    /// Notes a fault; the part it lies in has no value.
    fn refuse<T>(&mut self, code: &'static Code, node: &IdedExpr, expected: impl Into<String>) -> Option<T> {
        self.refuse_span(code, self.syntax.span(node), expected)
    }

    fn refuse_span<T>(&mut self, code: &'static Code, span: (usize, usize), expected: impl Into<String>) -> Option<T> {
        let mut fault = Fault::new(code, "").found(self.syntax.source(span)).expected(expected.into());
        fault.span = Some(span);
        self.faults.push(fault);
        None
    }

    /// A part that has to be a yes-or-no.
    fn test(&mut self, node: &IdedExpr) -> Option<Test> {
        match self.part(node)? {
            Part::Test(test) => Some(test),
            _ => self.refuse(&CONDITION_TYPE, node, "a comparison, or a fact that is yes or no"),
        }
    }

    /// A part that has to be a number or a date.
    fn number(&mut self, node: &IdedExpr) -> Option<Number> {
        match self.part(node)? {
            Part::Number(number) => Some(number),
            Part::Series(..) => self.refuse(&CONDITION_TYPE, node, "a number, such as mean(s, 3) of a series"),
            _ => self.refuse(&CONDITION_TYPE, node, "a number"),
        }
    }

    fn part(&mut self, node: &IdedExpr) -> Option<Part> {
        match &node.expr {
            Expr::Ident(name) => self.fact(node, name),
            Expr::Literal(literal) => self.literal(node, literal),
            Expr::Call(call) => self.call(node, call),
            _ => self.refuse(&UNSUPPORTED, node, SUBSET),
        }
    }

    fn fact(&mut self, node: &IdedExpr, name: &str) -> Option<Part> {
        if name == "as_of" {
            return Some(Part::Number(Number { value: Linear::atom(Atom::AsOf, 0), measure: Measure::Date }));
        }
        let Some((id, fact)) = self.facts.find(name) else {
            let span = self.syntax.span(node);
            let names: Vec<_> = self.facts.iter().map(|fact| fact.name.as_str()).collect();
            let mut fault = Fault::new(&UNKNOWN_FACT, "").found(name).expected("a fact").suggest(name, names);
            fault.span = Some(span);
            self.faults.push(fault);
            return None;
        };
        if fact.floor > self.floor {
            let expected = format!("a fact that is known before {}", floor_name(self.floor));
            return self.refuse(&READS_FORWARD, node, expected);
        }
        Some(part_of(id, fact))
    }

    fn literal(&mut self, node: &IdedExpr, literal: &LiteralValue) -> Option<Part> {
        let written = self.syntax.literal(node);
        let negative = match literal {
            LiteralValue::Boolean(value) => return Some(Part::Test(Test::Constant(*value.inner()))),
            LiteralValue::String(text) => return Some(Part::Literal(text.inner().to_owned())),
            LiteralValue::Int(value) => *value.inner() < 0,
            LiteralValue::Double(value) => value.inner().is_sign_negative(),
            _ => return self.refuse(&UNSUPPORTED, node, "a number, a text, true or false"),
        };
        let Some(value) = Fraction::of_decimal(written) else {
            return self.refuse(&CONDITION_TYPE, node, "a whole number or a decimal, such as 150.00");
        };
        let two_decimals = written.split_once('.').is_some_and(|(_, decimals)| decimals.len() == 2);
        let value = Linear::constant(if negative { value.negated() } else { value });
        Some(Part::Number(Number { value, measure: Measure::Literal { two_decimals } }))
    }

    fn call(&mut self, node: &IdedExpr, call: &CallExpr) -> Option<Part> {
        if call.target.is_some() {
            return self.refuse(&UNSUPPORTED, node, SUBSET);
        }
        match (call.func_name.as_str(), call.args.as_slice()) {
            (operators::LOGICAL_AND, [left, right]) => self.joined(left, right, Test::All),
            (operators::LOGICAL_OR, [left, right]) => self.joined(left, right, Test::Any),
            (operators::LOGICAL_NOT, [operand]) => Some(Part::Test(self.test(operand)?.negated())),
            (operators::IN, [item, list]) => self.membership(item, list),
            (operators::ADD, [left, right]) => self.sum(node, left, right, Fraction::ONE),
            (operators::SUBSTRACT, [left, right]) => self.sum(node, left, right, Fraction::ONE.negated()),
            (operators::MULTIPLY, [left, right]) => self.product(node, left, right),
            (operators::NEGATE, [operand]) => self.negative(node, operand),
            ("present", [operand]) => self.present(operand),
            ("known", [operand]) => self.known(operand),
            (name, [series]) if name == "last" => self.of_series(node, name, series, None),
            (name, [series, months]) if SERIES_FUNCTIONS.contains(&name) && name != "last" => {
                self.of_series(node, name, series, Some(months))
            }
            (name, [left, right]) if comparison(name).is_some() => {
                self.comparison(node, comparison(name)?, left, right)
            }
            (name, _) if SERIES_FUNCTIONS.contains(&name) || name == "present" || name == "known" => {
                self.refuse(&CONDITION_TYPE, node, form_of(name))
            }
            (name, _) if name.starts_with(['_', '@', '!', '-']) => self.refuse(&UNSUPPORTED, node, SUBSET),
            _ => self.refuse_span(&UNSUPPORTED, self.syntax.function_span(node), SUBSET),
        }
    }

    /// Both sides are read before either is missed, so that every fault is told.
    fn joined(&mut self, left: &IdedExpr, right: &IdedExpr, join: fn(Vec<Test>) -> Test) -> Option<Part> {
        let (left, right) = (self.test(left), self.test(right));
        Some(Part::Test(join(vec![left?, right?])))
    }

    fn sum(&mut self, node: &IdedExpr, left: &IdedExpr, right: &IdedExpr, sign: Fraction) -> Option<Part> {
        let (left, right) = (self.number(left), self.number(right));
        let (left, right) = (left?, right?);
        let measure = match (&left.measure, &right.measure) {
            (Measure::Date, Measure::Date) if sign != Fraction::ONE => Measure::Of(days()),
            (Measure::Date, Measure::Literal { .. }) => Measure::Date,
            (Measure::Date, Measure::Of(unit)) if *unit == days() => Measure::Date,
            (Measure::Date, _) | (_, Measure::Date) => {
                return self.refuse(&CONDITION_UNIT, node, "a date less a date, or a date and a number of days");
            }
            _ => self.common(node, &left.measure, &right.measure)?,
        };
        let value = right.value.times(sign).and_then(|right| left.value.plus(&right));
        self.measured(node, value, measure)
    }

    fn product(&mut self, node: &IdedExpr, left: &IdedExpr, right: &IdedExpr) -> Option<Part> {
        let (left, right) = (self.number(left), self.number(right));
        let (left, right) = (left?, right?);
        let (factor, other) = match (left.value.as_constant(), right.value.as_constant()) {
            (Some(factor), _) if left.measure != Measure::Date => (factor, right),
            (_, Some(factor)) if right.measure != Measure::Date => (factor, left),
            _ => return self.refuse(&UNSUPPORTED, node, "a product with a number written in the condition"),
        };
        if other.measure == Measure::Date {
            return self.refuse(&CONDITION_UNIT, node, "a quantity, not a date");
        }
        self.measured(node, other.value.times(factor), other.measure)
    }

    fn negative(&mut self, node: &IdedExpr, operand: &IdedExpr) -> Option<Part> {
        let number = self.number(operand)?;
        if number.measure == Measure::Date {
            return self.refuse(&CONDITION_UNIT, node, "a quantity, not a date");
        }
        self.measured(node, number.value.times(Fraction::ONE.negated()), number.measure)
    }

    fn measured(&mut self, node: &IdedExpr, value: Option<Linear>, measure: Measure) -> Option<Part> {
        match value {
            Some(value) => Some(Part::Number(Number { value, measure })),
            None => self.refuse(&PLAN_TOO_LARGE, node, "smaller numbers"),
        }
    }

    /// What two numbers that meet measure together.
    fn common(&mut self, node: &IdedExpr, left: &Measure, right: &Measure) -> Option<Measure> {
        match (left, right) {
            (Measure::Literal { two_decimals: left }, Measure::Literal { two_decimals: right }) => {
                Some(Measure::Literal { two_decimals: *left && *right })
            }
            (Measure::Literal { two_decimals }, Measure::Of(unit))
            | (Measure::Of(unit), Measure::Literal { two_decimals }) => {
                if *unit == Unit::Yuan && !two_decimals {
                    return self.refuse(&CONDITION_UNIT, node, "an amount in yuan with two decimals, such as 150.00");
                }
                Some(Measure::Of(unit.clone()))
            }
            (Measure::Of(left), Measure::Of(right)) if left == right => Some(Measure::Of(left.clone())),
            (Measure::Date, Measure::Date) => Some(Measure::Date),
            (left, right) => {
                let expected = format!("the same unit on both sides, not {} and {}", left.name(), right.name());
                self.refuse(&CONDITION_UNIT, node, expected)
            }
        }
    }

    fn comparison(
        &mut self,
        node: &IdedExpr,
        comparison: Comparison,
        left: &IdedExpr,
        right: &IdedExpr,
    ) -> Option<Part> {
        let (left_part, right_part) = (self.part(left), self.part(right));
        let equality = match comparison {
            Comparison::Equal => Some(true),
            Comparison::Unequal => Some(false),
            _ => None,
        };
        let test = match (left_part?, right_part?) {
            (Part::Number(left), Part::Number(right)) => self.compared(node, left, comparison, right)?,
            (Part::Code(fact, codes), Part::Literal(name)) if equality.is_some() => {
                self.code(right, codes, &name)?;
                among(fact, vec![name], equality)
            }
            (Part::Literal(name), Part::Code(fact, codes)) if equality.is_some() => {
                self.code(left, codes, &name)?;
                among(fact, vec![name], equality)
            }
            (Part::Text(fact), Part::Literal(name)) | (Part::Literal(name), Part::Text(fact)) if equality.is_some() => {
                among(fact, vec![name], equality)
            }
            (Part::Test(test), Part::Test(Test::Constant(value)))
            | (Part::Test(Test::Constant(value)), Part::Test(test))
                if equality.is_some() =>
            {
                if equality == Some(value) {
                    test
                } else {
                    test.negated()
                }
            }
            (Part::Series(..), _) => {
                return self.refuse(&CONDITION_TYPE, left, "a number, such as mean(s, 3) of a series");
            }
            (_, Part::Series(..)) => {
                return self.refuse(&CONDITION_TYPE, right, "a number, such as mean(s, 3) of a series");
            }
            (Part::Texts(_), _) | (_, Part::Texts(_)) => {
                return self.refuse(&CONDITION_TYPE, node, "\"text\" in a set of texts");
            }
            _ if equality.is_none() => {
                return self.refuse(
                    &CONDITION_TYPE,
                    node,
                    "numbers or dates on both sides; codes and texts are compared by == and !=",
                );
            }
            _ => return self.refuse(&CONDITION_TYPE, node, "the same type on both sides"),
        };
        Some(Part::Test(test))
    }

    fn compared(&mut self, node: &IdedExpr, left: Number, comparison: Comparison, right: Number) -> Option<Test> {
        let measure = self.common(node, &left.measure, &right.measure)?;
        let unit = match measure {
            Measure::Of(unit) => unit,
            Measure::Date => Unit::Named("date".into()),
            Measure::Literal { .. } => Unit::None,
        };
        Some(Test::Compare { left: left.value, comparison, right: right.value, unit, parameter: "when" })
    }

    fn code(&mut self, node: &IdedExpr, codes: &[&str], name: &str) -> Option<()> {
        if codes.contains(&name) {
            return Some(());
        }
        let mut fault = Fault::new(&CONDITION_TYPE, "").found(name).expected(format!("one of {}", codes.join(", ")));
        fault = fault.suggest(name, codes.iter().copied());
        fault.span = Some(self.syntax.span(node));
        self.faults.push(fault);
        None
    }

    /// `x in ["a", "b"]`, or `"a" in texts`.
    fn membership(&mut self, item: &IdedExpr, list: &IdedExpr) -> Option<Part> {
        if let Expr::List(elements) = &list.expr {
            return self.among_list(item, &elements.elements);
        }
        let (item_part, list_part) = (self.part(item), self.part(list));
        match (item_part?, list_part?) {
            (Part::Literal(name), Part::Texts(fact)) => {
                self.member(item, fact, &name)?;
                Some(Part::Test(Test::Holds { fact, name }))
            }
            (_, Part::Texts(_)) => self.refuse(&CONDITION_TYPE, item, "a text in quotes"),
            _ => self.refuse(&CONDITION_TYPE, list, "a list, such as [\"a\", \"b\"], or a fact that is a set of texts"),
        }
    }

    /// A text that a set can hold, where that is known beforehand.
    fn member(&mut self, node: &IdedExpr, set: FactId, name: &str) -> Option<()> {
        let members = self.facts.get(set).map(|fact| fact.members.as_slice()).unwrap_or_default();
        let members: Vec<_> = members.iter().map(String::as_str).collect();
        if members.is_empty() { Some(()) } else { self.code(node, &members, name) }
    }

    fn among_list(&mut self, item: &IdedExpr, elements: &[IdedExpr]) -> Option<Part> {
        match self.part(item)? {
            Part::Code(fact, codes) => {
                let names = self.texts(elements, |check, node, name| check.code(node, codes, name))?;
                Some(Part::Test(among(fact, names, Some(true))))
            }
            Part::Text(fact) => {
                let names = self.texts(elements, |_, _, _| Some(()))?;
                Some(Part::Test(among(fact, names, Some(true))))
            }
            Part::Number(number) => self.among_numbers(item, &number, elements),
            _ => self.refuse(&CONDITION_TYPE, item, "a code, a text or a number"),
        }
    }

    fn texts(
        &mut self,
        elements: &[IdedExpr],
        allowed: impl Fn(&mut Self, &IdedExpr, &str) -> Option<()>,
    ) -> Option<Vec<String>> {
        let mut names = Vec::new();
        for element in elements {
            match self.part(element)? {
                Part::Literal(name) => {
                    allowed(self, element, &name)?;
                    names.push(name);
                }
                _ => return self.refuse(&CONDITION_TYPE, element, "a text in quotes"),
            }
        }
        Some(names)
    }

    fn among_numbers(&mut self, item: &IdedExpr, number: &Number, elements: &[IdedExpr]) -> Option<Part> {
        let mut tests = Vec::new();
        for element in elements {
            let left = Number { value: number.value.clone(), measure: number.measure.clone() };
            let right = self.number(element)?;
            tests.push(self.compared(item, left, Comparison::Equal, right)?);
        }
        Some(Part::Test(Test::Any(tests)))
    }

    fn present(&mut self, operand: &IdedExpr) -> Option<Part> {
        let fact = match &operand.expr {
            Expr::Ident(name) => self.facts.find(name).filter(|_| self.part(operand).is_some()),
            _ => None,
        };
        match fact {
            Some((_, fact)) if matches!(fact.kind, Kind::Series { .. }) => {
                self.refuse(&CONDITION_TYPE, operand, "a fact; of a series, known(mean(s, n)) asks")
            }
            Some((id, _)) => Some(Part::Test(Test::Present(id))),
            None => self.refuse(&CONDITION_TYPE, operand, "the name of a fact"),
        }
    }

    fn known(&mut self, operand: &IdedExpr) -> Option<Part> {
        let test = match self.part(operand)? {
            Part::Test(test) => Test::Known(Box::new(test)),
            Part::Number(number) => Test::Given(number.value.terms.iter().map(|(atom, _)| *atom).collect()),
            Part::Code(fact, _) | Part::Text(fact) | Part::Texts(fact) => Test::Given(vec![Atom::Fact(fact)]),
            Part::Series(series, ..) => Test::Given(Test::months(series, ALL_MONTHS)),
            Part::Literal(_) => return self.refuse(&CONDITION_TYPE, operand, "a fact, a number or a comparison"),
        };
        Some(Part::Test(test))
    }

    /// A function of the newest months of a series.
    fn of_series(&mut self, node: &IdedExpr, name: &str, series: &IdedExpr, months: Option<&IdedExpr>) -> Option<Part> {
        let part = self.part(series);
        let months = match months {
            Some(months) => self.months(name, months),
            None => Some(1),
        };
        let Part::Series(fact, places, unit) = part? else {
            return self.refuse(&CONDITION_TYPE, series, "a series, such as fee");
        };
        let months = months?;
        let atom = |atom| Linear::atom(atom, places);
        let value = match name {
            "falls" => return Some(Part::Test(falls(fact, places, &unit, months))),
            "last" => Some(atom(Atom::Month(fact, 0))),
            "sum" => Some(atom(Atom::Sum(fact, months))),
            "mean" => Fraction::new(1, i128::from(months)).and_then(|share| atom(Atom::Sum(fact, months)).times(share)),
            "min" => Some(atom(Atom::Least(fact, months))),
            "max" => Some(atom(Atom::Greatest(fact, months))),
            _ => atom(Atom::Month(fact, months))
                .times(Fraction::ONE.negated())
                .and_then(|earlier| atom(Atom::Month(fact, 0)).plus(&earlier)),
        };
        self.measured(node, value, Measure::Of(unit))
    }

    /// How many months: written in the condition, and no more than a series has.
    fn months(&mut self, function: &str, node: &IdedExpr) -> Option<u8> {
        // Steps need one month more than their number.
        let most = if matches!(function, "change" | "falls") { SERIES_MONTHS - 1 } else { SERIES_MONTHS };
        let number = match &node.expr {
            Expr::Literal(LiteralValue::Int(value)) => usize::try_from(*value.inner()).ok(),
            _ => None,
        };
        match number.filter(|number| (1..=most).contains(number)).and_then(|number| u8::try_from(number).ok()) {
            Some(number) => Some(number),
            None => self.refuse(&CONDITION_TYPE, node, format!("a number of months from 1 to {most}")),
        }
    }
}

impl Measure {
    fn name(&self) -> String {
        match self {
            Self::Literal { .. } => "a number".into(),
            Self::Of(unit) => unit.name().into(),
            Self::Date => "a date".into(),
        }
    }
}

fn days() -> Unit {
    Unit::Named("days".into())
}

fn floor_name(floor: Floor) -> &'static str {
    match floor {
        Floor::View => "the tier",
        Floor::Tier => "the warnings",
        Floor::Warnings => "the stage",
        Floor::Stage => "the end",
    }
}

fn part_of(id: FactId, fact: &Fact) -> Part {
    match fact.kind {
        Kind::Number { places } => Part::Number(Number {
            value: Linear::atom(Atom::Fact(id), places),
            measure: Measure::Of(fact.unit.clone()),
        }),
        Kind::Date => Part::Number(Number { value: Linear::atom(Atom::Fact(id), 0), measure: Measure::Date }),
        Kind::Series { places } => Part::Series(id, places, fact.unit.clone()),
        Kind::YesNo => Part::Test(Test::Yes(id)),
        Kind::Code(codes) => Part::Code(id, codes),
        Kind::Text => Part::Text(id),
        Kind::Texts => Part::Texts(id),
    }
}

fn among(fact: FactId, names: Vec<String>, equality: Option<bool>) -> Test {
    let test = Test::Among { fact, names, parameter: "when" };
    if equality == Some(false) { test.negated() } else { test }
}

/// Each of the newest `steps` month-on-month steps goes down; a previous value of 0 or less is no fall.
fn falls(series: FactId, places: u8, unit: &Unit, steps: u8) -> Test {
    let month = |ago| Linear::atom(Atom::Month(series, ago), places);
    let compare =
        |left, comparison, right| Test::Compare { left, comparison, right, unit: unit.clone(), parameter: "when" };
    let step = |ago: u8| {
        let (newer, older) = (month(ago), month(ago + 1));
        [
            compare(older.clone(), Comparison::Greater, Linear::constant(Fraction::ZERO)),
            compare(newer, Comparison::Less, older),
        ]
    };
    Test::All((0..steps).flat_map(step).collect()).given(Test::months(series, steps + 1))
}

fn comparison(name: &str) -> Option<Comparison> {
    Some(match name {
        operators::LESS => Comparison::Less,
        operators::LESS_EQUALS => Comparison::AtMost,
        operators::EQUALS => Comparison::Equal,
        operators::NOT_EQUALS => Comparison::Unequal,
        operators::GREATER_EQUALS => Comparison::AtLeast,
        operators::GREATER => Comparison::Greater,
        _ => return None,
    })
}

fn form_of(function: &str) -> &'static str {
    match function {
        "present" => "present(fact)",
        "known" => "known(fact)",
        "last" => "last(series)",
        _ => "a series and a number of months, such as mean(fee, 3)",
    }
}
