//! CEL expression → [`Test`]: names resolved, types and units checked, everything outside the subset refused by name.

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, operators};

use super::stack;
use super::syntax::{self, Syntax};
use super::test::{Atom, Comparison, Linear, Test};
use super::{CONDITION_TYPE, CONDITION_UNIT, PLAN_TOO_LARGE, READS_FORWARD, UNKNOWN_FACT, UNSUPPORTED};
use crate::catalogue::{Code, Text, Words, one_of};
use crate::error::Fault;
use crate::fact::{Fact, FactId, Facts, Floor, Kind, NullMeans, SERIES_MONTHS, Unit};
use crate::ratio::Fraction;

/// Every month of a series.
const ALL_MONTHS: u8 = 12;
const _: () = assert!(ALL_MONTHS as usize == SERIES_MONTHS);

/// The functions of conditions over a series.
const SERIES_FUNCTIONS: [&str; 7] = ["last", "mean", "sum", "min", "max", "change", "falls"];

/// Everything a condition may use beside facts and literals, for faults.
const OFFER: &str = "&& || ! == != < <= > >= + - * in, present, known, last, mean, sum, min, max, change, falls";

const TRUE_OR_FALSE: Text = Text { en: "true or false", zh: "true 或 false" };
const A_NUMBER: Text = Text { en: "a number", zh: "数" };
const A_DATE: Text = Text { en: "a date", zh: "日期" };
const A_FACT: Text = Text { en: "a fact", zh: "事实" };
const TEXT: Text = Text { en: "text", zh: "文本" };

/// Reads a condition; it may use facts that are known on `floor` or before.
///
/// # Errors
/// Every fault that can be told apart, each with its span in characters: the operand, name or operator that is wrong. A
/// condition that does not follow the grammar, or is too long or too deep, has one. The caller says the path.
pub fn read(text: &str, facts: &Facts, floor: Floor) -> Result<Test, Vec<Fault>> {
    stack::with_enough(|| {
        let syntax = syntax::parse(text).map_err(|fault| vec![fault])?;
        let mut check = Check { facts, floor, syntax: &syntax, faults: Vec::new() };
        let test = check.test(&syntax.root);
        match test {
            Some(test) if check.faults.is_empty() => Ok(test),
            _ => Err(check.faults),
        }
    })
    .unwrap_or_else(|fault| Err(vec![fault]))
}

/// Whether a literal was written with a sign, which stands outside its token.
pub(super) fn is_negative(literal: &LiteralValue) -> bool {
    match literal {
        LiteralValue::Int(value) => *value.inner() < 0,
        LiteralValue::Double(value) => value.inner().is_sign_negative(),
        _ => false,
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
#[derive(Clone)]
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
    /// Notes that a part is not what is expected; what it lies in has no value.
    fn refuse<T>(&mut self, code: &'static Code, node: &IdedExpr, expected: impl Into<Words>) -> Option<T> {
        self.refuse_span(code, self.syntax.span(node), expected)
    }

    /// Notes that conditions do not offer a node's operator, function or literal.
    fn refuse_kind<T>(&mut self, node: &IdedExpr) -> Option<T> {
        self.refuse_span(&UNSUPPORTED, self.syntax.token_span(node), Words::value(OFFER))
    }

    fn refuse_span<T>(&mut self, code: &'static Code, span: (usize, usize), expected: impl Into<Words>) -> Option<T> {
        let mut fault = Fault::new(code, "").found(self.syntax.source(span)).expecting(expected);
        fault.span = Some(span);
        self.faults.push(fault);
        None
    }

    /// A part that has to be a yes-or-no.
    fn test(&mut self, node: &IdedExpr) -> Option<Test> {
        match self.part(node)? {
            Part::Test(test) => Some(test),
            _ => self.refuse(&CONDITION_TYPE, node, TRUE_OR_FALSE),
        }
    }

    /// A part that has to be a number or a date.
    fn number(&mut self, node: &IdedExpr) -> Option<Number> {
        match self.part(node)? {
            Part::Number(number) => Some(number),
            _ => self.refuse(&CONDITION_TYPE, node, A_NUMBER),
        }
    }

    fn part(&mut self, node: &IdedExpr) -> Option<Part> {
        let part = match &node.expr {
            Expr::Ident(name) => self.fact(node, name),
            Expr::Literal(literal) => self.literal(node, literal),
            Expr::Call(call) => self.call(node, call),
            _ => self.refuse_kind(node),
        }?;
        // The parser drops two signs in a row, whatever stands behind them.
        match (self.syntax.sign(node), &part) {
            (Some("!"), Part::Test(_)) | (Some("-"), Part::Number(_)) | (None, _) => Some(part),
            (Some("!"), _) => self.refuse(&CONDITION_TYPE, node, TRUE_OR_FALSE),
            (Some(_), _) => self.refuse(&CONDITION_TYPE, node, A_NUMBER),
        }
    }

    fn fact(&mut self, node: &IdedExpr, name: &str) -> Option<Part> {
        if name == "as_of" {
            return Some(Part::Number(Number { value: Linear::atom(Atom::AsOf, 0), measure: Measure::Date }));
        }
        let Some((id, fact)) = self.facts.find(name) else {
            let span = self.syntax.span(node);
            let names: Vec<_> = self.facts.iter().map(|fact| fact.name.as_str()).collect();
            let mut fault = Fault::new(&UNKNOWN_FACT, "").found(name).expecting(A_FACT).suggest(name, names);
            fault.span = Some(span);
            self.faults.push(fault);
            return None;
        };
        if fact.floor > self.floor {
            let expected = Words::new(
                format!("what is decided before {}", decided_on(self.floor)),
                format!("在 {} 之前决定的内容", decided_on(self.floor)),
            );
            return self.refuse(&READS_FORWARD, node, expected);
        }
        Some(part_of(id, fact))
    }

    fn literal(&mut self, node: &IdedExpr, literal: &LiteralValue) -> Option<Part> {
        match literal {
            LiteralValue::Boolean(value) => return Some(Part::Test(Test::Constant(*value.inner()))),
            LiteralValue::String(text) => return Some(Part::Literal(text.inner().to_owned())),
            LiteralValue::Int(_) | LiteralValue::Double(_) => {}
            _ => return self.refuse_kind(node),
        }
        // The digits as written: a parsed decimal has gone through a float.
        let written = self.syntax.literal(node);
        if !written.chars().all(|letter| letter.is_ascii_digit() || letter == '.') {
            return self.refuse_kind(node);
        }
        let Some(value) = Fraction::of_decimal(written) else {
            return self.refuse(&CONDITION_TYPE, node, Words::new("a number of at most 28 digits", "不超过 28 位的数"));
        };
        let two_decimals = written.split_once('.').is_some_and(|(_, decimals)| decimals.len() == 2);
        let value = Linear::constant(if is_negative(literal) { value.negated() } else { value });
        Some(Part::Number(Number { value, measure: Measure::Literal { two_decimals } }))
    }

    fn call(&mut self, node: &IdedExpr, call: &CallExpr) -> Option<Part> {
        if call.target.is_some() {
            return self.refuse_kind(node);
        }
        match (call.func_name.as_str(), call.args.as_slice()) {
            (operators::LOGICAL_AND, [left, right]) => self.joined(left, right, Test::All),
            (operators::LOGICAL_OR, [left, right]) => self.joined(left, right, Test::Any),
            (operators::LOGICAL_NOT, [operand]) => Some(Part::Test(self.test(operand)?.negated())),
            (operators::IN, [item, list]) => self.membership(item, list),
            (operators::ADD, [left, right]) => self.sum(node, left, right),
            (operators::SUBSTRACT, [left, right]) => self.difference(node, left, right),
            (operators::MULTIPLY, [left, right]) => self.product(node, left, right),
            (operators::NEGATE, [operand]) => self.negative(node, operand),
            ("present", [operand]) => self.present(operand),
            ("known", [operand]) => self.known(operand),
            (name, [series]) if name == "last" => self.of_series(node, name, series, None),
            (name, [series, months]) if SERIES_FUNCTIONS.contains(&name) && name != "last" => {
                self.of_series(node, name, series, Some(months))
            }
            (name, [left, right]) if comparison(name).is_some() => self.comparison(comparison(name)?, left, right),
            (name, _) => match form_of(name) {
                Some(form) => self.refuse_span(&CONDITION_TYPE, self.syntax.token_span(node), Words::value(form)),
                None => self.refuse_kind(node),
            },
        }
    }

    /// Both sides are read before either is missed, so that every fault is told.
    fn joined(&mut self, left: &IdedExpr, right: &IdedExpr, join: fn(Vec<Test>) -> Test) -> Option<Part> {
        let (left, right) = (self.test(left), self.test(right));
        Some(Part::Test(join(vec![left?, right?])))
    }

    fn sum(&mut self, node: &IdedExpr, left: &IdedExpr, right: &IdedExpr) -> Option<Part> {
        let (first, second) = self.numbers(left, right)?;
        let measure = match (&first.measure, &second.measure) {
            (Measure::Date, days) if days.counts_days() => Measure::Date,
            (days, Measure::Date) if days.counts_days() => Measure::Date,
            (Measure::Date, _) => return self.refuse(&CONDITION_UNIT, right, Words::new("a number of days", "天数")),
            (_, Measure::Date) => return self.refuse(&CONDITION_UNIT, left, Words::new("a number of days", "天数")),
            _ => self.common((left, &first), (right, &second))?,
        };
        self.measured(node, first.value.plus(&second.value), measure)
    }

    fn difference(&mut self, node: &IdedExpr, left: &IdedExpr, right: &IdedExpr) -> Option<Part> {
        let (first, second) = self.numbers(left, right)?;
        let measure = match (&first.measure, &second.measure) {
            (Measure::Date, Measure::Date) => Measure::Of(days()),
            (Measure::Date, days) if days.counts_days() => Measure::Date,
            (Measure::Date, _) => {
                return self.refuse(&CONDITION_UNIT, right, Words::new("a date or a number of days", "日期或天数"));
            }
            (_, Measure::Date) => return self.refuse(&CONDITION_UNIT, left, A_DATE),
            _ => self.common((left, &first), (right, &second))?,
        };
        let value = second.value.times(Fraction::ONE.negated()).and_then(|second| first.value.plus(&second));
        self.measured(node, value, measure)
    }

    fn product(&mut self, node: &IdedExpr, left: &IdedExpr, right: &IdedExpr) -> Option<Part> {
        let (first, second) = self.numbers(left, right)?;
        for (operand, number) in [(left, &first), (right, &second)] {
            if number.measure == Measure::Date {
                return self.refuse(&CONDITION_UNIT, operand, Words::new("a number, not a date", "数，而非日期"));
            }
        }
        let (factor, other) = match (first.value.as_constant(), second.value.as_constant()) {
            (Some(factor), _) => (factor, &second),
            (None, Some(factor)) => (factor, &first),
            (None, None) if second.measure == Measure::Of(Unit::None) => {
                return self.refuse(
                    &CONDITION_TYPE,
                    right,
                    Words::new("a number written in the condition", "写在条件中的数"),
                );
            }
            (None, None) => {
                return self.refuse(&CONDITION_UNIT, right, Words::new("a number without a unit", "无单位的数"));
            }
        };
        let measure = match (&first.measure, &second.measure) {
            (Measure::Literal { two_decimals: first }, Measure::Literal { two_decimals: second }) => {
                Measure::Literal { two_decimals: *first || *second }
            }
            _ => other.measure.clone(),
        };
        self.measured(node, other.value.times(factor), measure)
    }

    fn negative(&mut self, node: &IdedExpr, operand: &IdedExpr) -> Option<Part> {
        let number = self.number(operand)?;
        if number.measure == Measure::Date {
            return self.refuse(&CONDITION_UNIT, operand, Words::new("a number, not a date", "数，而非日期"));
        }
        self.measured(node, number.value.times(Fraction::ONE.negated()), number.measure)
    }

    /// Both sides are read before either is missed, so that every fault is told.
    fn numbers(&mut self, left: &IdedExpr, right: &IdedExpr) -> Option<(Number, Number)> {
        let (left, right) = (self.number(left), self.number(right));
        Some((left?, right?))
    }

    fn measured(&mut self, node: &IdedExpr, value: Option<Linear>, measure: Measure) -> Option<Part> {
        match value {
            Some(value) => Some(Part::Number(Number { value, measure })),
            None => self.refuse(&PLAN_TOO_LARGE, node, Words::new("smaller numbers", "更小的数")),
        }
    }

    /// What two numbers that meet measure together. The second has to fit the first, and a literal the other.
    fn common(&mut self, left: (&IdedExpr, &Number), right: (&IdedExpr, &Number)) -> Option<Measure> {
        let ((_, given), (node, fitting)) = if left.1.is_literal() { (right, left) } else { (left, right) };
        match (&given.measure, &fitting.measure) {
            (Measure::Literal { two_decimals: given }, Measure::Literal { two_decimals: fitting }) => {
                Some(Measure::Literal { two_decimals: *given && *fitting })
            }
            (Measure::Of(Unit::Yuan), Measure::Literal { two_decimals: false }) => {
                let amount = fitting.as_amount();
                let expected = Words::new(
                    format!("an amount with two decimals, such as {amount}"),
                    format!("两位小数的金额，如 {amount}"),
                );
                self.refuse(&CONDITION_UNIT, node, expected)
            }
            (Measure::Of(_), Measure::Literal { .. }) => Some(given.measure.clone()),
            (given, fitting) if given == fitting => Some(given.clone()),
            (given, _) => self.refuse(&CONDITION_UNIT, node, given.name()),
        }
    }

    fn comparison(&mut self, comparison: Comparison, left: &IdedExpr, right: &IdedExpr) -> Option<Part> {
        let (first, second) = (self.part(left), self.part(right));
        let test = match (first?, second?, comparison) {
            (Part::Number(first), Part::Number(second), _) => {
                self.compared((left, first), comparison, (right, second))?
            }
            (first, second, Comparison::Equal) => self.equality((left, first), true, (right, second))?,
            (first, second, Comparison::Unequal) => self.equality((left, first), false, (right, second))?,
            (Part::Number(_), ..) => return self.refuse(&CONDITION_TYPE, right, A_NUMBER),
            _ => return self.refuse(&CONDITION_TYPE, left, A_NUMBER),
        };
        Some(Part::Test(test))
    }

    /// Whether two parts, not both numbers, are equal, or are not. The second has to fit the first, and a literal the other.
    fn equality(&mut self, left: (&IdedExpr, Part), equal: bool, right: (&IdedExpr, Part)) -> Option<Test> {
        let ((given_node, given), (node, fitting)) = if left.1.is_literal() { (right, left) } else { (left, right) };
        match (given, fitting) {
            (Part::Code(fact, codes), Part::Literal(name)) => {
                self.code(node, codes, &name)?;
                Some(self.says(equal, among(fact, vec![name])))
            }
            (Part::Text(fact), Part::Literal(name)) => Some(self.says(equal, among(fact, vec![name]))),
            (Part::Test(test), Part::Test(Test::Constant(value))) => Some(self.says(equal == value, test)),
            (Part::Number(number), _) => self.refuse(&CONDITION_TYPE, node, number.measure.kind()),
            (Part::Test(_), Part::Test(_)) => {
                self.refuse(&CONDITION_TYPE, node, Words::new("true or false, written out", "写明的 true 或 false"))
            }
            (Part::Test(_), _) => self.refuse(&CONDITION_TYPE, node, TRUE_OR_FALSE),
            (Part::Code(_, codes), _) => self.refuse(&CONDITION_TYPE, node, one_of(codes)),
            (Part::Text(_), _) => self.refuse(&CONDITION_TYPE, node, TEXT),
            (Part::Series(..), _) => self.refuse(&CONDITION_TYPE, given_node, A_NUMBER),
            (Part::Texts(_), _) => self.refuse(
                &CONDITION_TYPE,
                given_node,
                Words::new("one text; `in` looks for it in a set", "单个文本；在集合中查找请用 `in`"),
            ),
            (Part::Literal(_), _) => self.refuse(&CONDITION_TYPE, given_node, A_FACT),
        }
    }

    /// A comparison that asks whether a test holds, or does not; false, either way, where there is no such thing.
    fn says(&self, holds: bool, test: Test) -> Test {
        let fact = match test {
            _ if holds => return test,
            Test::Among { fact, .. } | Test::Yes(fact) => Some(fact),
            _ => None,
        };
        let may_be_none = |fact: &FactId| self.facts.get(*fact).is_some_and(|fact| fact.null == NullMeans::None);
        match fact.filter(may_be_none) {
            Some(fact) => Test::All(vec![Test::Present(fact), test.negated()]),
            None => test.negated(),
        }
    }

    fn compared(
        &mut self,
        (left_node, left): (&IdedExpr, Number),
        comparison: Comparison,
        (right_node, right): (&IdedExpr, Number),
    ) -> Option<Test> {
        let unit = match self.common((left_node, &left), (right_node, &right))? {
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
        let span = self.syntax.span(node);
        let fault = Fault::new(&CONDITION_TYPE, "").found(self.syntax.source(span)).expecting(one_of(codes));
        let mut fault = fault.suggest(name, codes.iter().copied());
        fault.span = Some(span);
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
            (_, Part::Texts(_)) => self.refuse(&CONDITION_TYPE, item, TEXT),
            _ => self.refuse(&CONDITION_TYPE, list, Words::new("a list", "列表")),
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
                Some(Part::Test(among(fact, names)))
            }
            Part::Text(fact) => {
                let names = self.texts(elements, |_, _, _| Some(()))?;
                Some(Part::Test(among(fact, names)))
            }
            Part::Number(number) => self.among_numbers(item, &number, elements),
            _ => {
                self.refuse(&CONDITION_TYPE, item, Words::new("a fact that is text, or a number", "文本类的事实，或数"))
            }
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
                _ => return self.refuse(&CONDITION_TYPE, element, TEXT),
            }
        }
        Some(names)
    }

    fn among_numbers(&mut self, item: &IdedExpr, number: &Number, elements: &[IdedExpr]) -> Option<Part> {
        let mut tests = Vec::new();
        for element in elements {
            let right = self.number(element)?;
            tests.push(self.compared((item, number.clone()), Comparison::Equal, (element, right))?);
        }
        Some(Part::Test(Test::Any(tests)))
    }

    fn present(&mut self, operand: &IdedExpr) -> Option<Part> {
        let Expr::Ident(name) = &operand.expr else { return self.refuse(&CONDITION_TYPE, operand, A_FACT) };
        match (self.part(operand)?, self.facts.find(name)) {
            (Part::Series(..), _) => {
                self.refuse(&CONDITION_TYPE, operand, Words::new("a fact that is no series", "非序列的事实"))
            }
            (_, Some((fact, _))) => Some(Part::Test(Test::Present(fact))),
            (_, None) => self.refuse(&CONDITION_TYPE, operand, A_FACT),
        }
    }

    fn known(&mut self, operand: &IdedExpr) -> Option<Part> {
        let test = match self.part(operand)? {
            Part::Test(test) => Test::Known(Box::new(test)),
            Part::Number(number) => Test::Given(number.value.terms.iter().map(|(atom, _)| *atom).collect()),
            Part::Code(fact, _) | Part::Text(fact) | Part::Texts(fact) => Test::Given(vec![Atom::Fact(fact)]),
            Part::Series(series, ..) => Test::Given(Test::months(series, ALL_MONTHS)),
            Part::Literal(_) => return self.refuse(&CONDITION_TYPE, operand, A_FACT),
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
            return self.refuse(&CONDITION_TYPE, series, Words::new("a series", "序列"));
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
            None => self.refuse(
                &CONDITION_TYPE,
                node,
                Words::new(format!("a whole number from 1 to {most}"), format!("1 至 {most} 的整数")),
            ),
        }
    }
}

impl Part {
    /// Whether it is written out: it takes the type of what it meets.
    fn is_literal(&self) -> bool {
        match self {
            Self::Number(number) => number.is_literal(),
            Self::Test(Test::Constant(_)) | Self::Literal(_) => true,
            _ => false,
        }
    }
}

impl Number {
    fn is_literal(&self) -> bool {
        matches!(self.measure, Measure::Literal { .. })
    }

    /// The number as an amount is written, if it can be one.
    fn as_amount(&self) -> String {
        let text = self.value.constant.text(2);
        let is_amount = text.split_once('.').is_some_and(|(_, decimals)| decimals.len() == 2);
        if is_amount { text } else { "150.00".into() }
    }
}

impl Measure {
    /// What else has to measure the same.
    fn name(&self) -> Words {
        match self {
            Self::Literal { .. } => A_NUMBER.into(),
            Self::Of(Unit::None) => Words::new("a number without a unit", "无单位的数"),
            Self::Of(Unit::Yuan) => Words::new("an amount in yuan", "以元为单位的金额"),
            Self::Of(Unit::Named(name)) => Words::value(name),
            Self::Date => A_DATE.into(),
        }
    }

    fn kind(&self) -> Text {
        if *self == Self::Date { A_DATE } else { A_NUMBER }
    }

    /// Whether it can be added to a date.
    fn counts_days(&self) -> bool {
        matches!(self, Self::Literal { .. }) || *self == Self::Of(days())
    }
}

fn days() -> Unit {
    Unit::Named("days".into())
}

/// What the conditions decide that may read what this floor knows.
fn decided_on(floor: Floor) -> &'static str {
    match floor {
        Floor::View => "tier",
        Floor::Tier => "warnings",
        Floor::Warnings | Floor::Stage => "stage",
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

fn among(fact: FactId, names: Vec<String>) -> Test {
    Test::Among { fact, names, parameter: "when" }
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

/// How a function is called; `None` if conditions do not offer it.
fn form_of(function: &str) -> Option<String> {
    match function {
        "present" | "known" => Some(format!("{function}(fact)")),
        "last" => Some("last(series)".into()),
        _ => SERIES_FUNCTIONS.contains(&function).then(|| format!("{function}(series, months)")),
    }
}
