//! One cell, read against its fact: the test of the condition engine, and the values that it takes.

use serde_json::Value as Json;

use super::hidden::Span;
use super::{DecisionCell, EMPTY_CELL};
use crate::catalogue::{Text, Words, one_of};
use crate::condition::{Atom, Comparison, Linear, Test};
use crate::document::INVALID_VALUE;
use crate::error::Fault;
use crate::fact::{Fact, FactId, Kind, NullMeans, Unit};
use crate::money::Money;
use crate::month::{date_of, day_of};
use crate::ratio::Fraction;
use crate::table::cell;

/// The parameter that a cell's test names.
const PARAMETER: &str = "when";

const YES_OR_NO: Text = Text { en: "true or false", zh: "true 或 false" };
pub(super) const SOME_TEXT: Text = Text { en: "text without blanks around it", zh: "首尾无空白的文本" };
const TEXT_OR_TEXTS: Text = Text { en: "text, or a list of texts", zh: "文本或文本列表" };
const ONE_VALUE: Text = Text {
    en: "a fact of one value: a number, a date, yes or no, a code or a text",
    zh: "单值事实：数值、日期、是否、代码或文本",
};

/// A fact that cells of a table ask of, and its values as whole numbers: numbers in their smallest unit, days, 0 and 1, places
/// of codes and texts.
#[derive(Debug)]
pub(super) struct Column<'a> {
    pub id: FactId,
    pub fact: &'a Fact,
    /// The codes, or, sorted, the texts that any cell names; each stands for its place.
    names: Vec<&'a str>,
}

/// A cell, read: what it asks, and the values that it takes, in order and apart.
pub(super) struct ReadCell {
    pub test: Test,
    pub spans: Vec<Span>,
}

impl<'a> Column<'a> {
    /// The column of a fact, of which cells name these texts.
    ///
    /// # Errors
    /// A fact of no single value; the caller says the path.
    pub(super) fn new(id: FactId, fact: &'a Fact, cells: &[&'a DecisionCell]) -> Result<Self, Fault> {
        let names = match fact.kind {
            Kind::Series { .. } | Kind::Texts => {
                return Err(Fault::new(&INVALID_VALUE, "").found(&fact.name).expecting(ONE_VALUE));
            }
            Kind::Code(codes) => codes.to_vec(),
            Kind::Text if !fact.members.is_empty() => fact.members.iter().map(String::as_str).collect(),
            Kind::Text => distinct(cells.iter().flat_map(|cell| texts(cell))),
            Kind::Number { .. } | Kind::Date | Kind::YesNo => Vec::new(),
        };
        Ok(Self { id, fact, names })
    }

    /// Every value that the fact can have; where there can be none, that is the one before the first.
    pub(super) fn whole(&self) -> Span {
        let (first, last) = self.values();
        (first - i64::from(self.fact.null == NullMeans::None), last)
    }

    /// Every value but "there is none".
    fn values(&self) -> Span {
        let last = |count: usize| i64::try_from(count).unwrap_or(i64::MAX) - 1;
        match self.fact.kind {
            Kind::Date => (day_of(chrono::NaiveDate::MIN), day_of(chrono::NaiveDate::MAX)),
            Kind::YesNo => (0, 1),
            Kind::Code(codes) => (0, last(codes.len())),
            // Of an open list any text that no cell names comes last.
            Kind::Text => (0, last(self.names.len() + usize::from(self.is_open()))),
            _ => (if self.fact.may_be_negative { 1 - Money::LIMIT_MINOR } else { 0 }, Money::LIMIT_MINOR - 1),
        }
    }

    /// Reads a cell of the column.
    ///
    /// # Errors
    /// What it says is no value of the fact, or it takes none.
    pub(super) fn read(&self, cell: &DecisionCell, path: &str) -> Result<ReadCell, Vec<Fault>> {
        match (self.fact.kind, cell) {
            (Kind::YesNo, DecisionCell::YesNo(answer)) => Ok(self.yes_no(*answer)),
            (Kind::Code(_) | Kind::Text, DecisionCell::Text(text)) => self.named(&[text.as_str()], |_| path.to_owned()),
            (Kind::Code(_) | Kind::Text, DecisionCell::Texts(texts)) => {
                if texts.is_empty() {
                    return Err(vec![empty(path, cell)]);
                }
                let texts: Vec<_> = texts.iter().map(String::as_str).collect();
                self.named(&texts, |index| format!("{path}[{index}]"))
            }
            (Kind::Number { .. } | Kind::Date, DecisionCell::Text(text)) => self.interval(text, cell, path),
            _ => Err(vec![Fault::new(&INVALID_VALUE, path).found(shown(cell)).expecting(self.expected())]),
        }
    }

    fn yes_no(&self, answer: bool) -> ReadCell {
        let yes = Test::Yes(self.id);
        // Where there is no answer at all, it is not "no" either.
        let test = if answer { yes } else { Test::All(vec![Test::Present(self.id), yes.negated()]) };
        let value = i64::from(answer);
        ReadCell { test, spans: vec![(value, value)] }
    }

    /// One of these codes or texts.
    fn named(&self, texts: &[&str], path: impl Fn(usize) -> String) -> Result<ReadCell, Vec<Fault>> {
        let (mut places, mut faults) = (Vec::new(), Vec::new());
        for (index, text) in texts.iter().enumerate() {
            let is_plain = !text.is_empty() && text.trim() == *text;
            match self.place(text).filter(|_| is_plain) {
                Some(place) => places.push(i64::try_from(place).unwrap_or(i64::MAX)),
                None => {
                    let fault = Fault::new(&INVALID_VALUE, path(index)).found(text).expecting(self.expected_name());
                    faults.push(fault.suggest(text, self.names.iter().copied().filter(|_| is_plain)));
                }
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        places.sort_unstable();
        places.dedup();
        let names = texts.iter().map(|text| (*text).to_owned()).collect();
        let test = Test::Among { fact: self.id, names, parameter: PARAMETER };
        Ok(ReadCell { test, spans: places.into_iter().map(|place| (place, place)).collect() })
    }

    /// What stands for a code or a text.
    fn place(&self, text: &str) -> Option<usize> {
        match self.is_open() {
            true => self.names.binary_search(&text).ok(),
            false => self.names.iter().position(|name| *name == text),
        }
    }

    /// Whether there are more texts than those that are known here.
    fn is_open(&self) -> bool {
        matches!(self.fact.kind, Kind::Text) && self.fact.members.is_empty()
    }

    /// Numbers or days from one to another.
    fn interval(&self, text: &str, cell: &DecisionCell, path: &str) -> Result<ReadCell, Vec<Fault>> {
        let Some((low, high)) = bounds(text, |text| self.value(text)) else {
            return Err(vec![Fault::new(&INVALID_VALUE, path).found(text).expecting(self.expected())]);
        };
        let (first, last) = self.values();
        let span = (low.unwrap_or(first).max(first), high.unwrap_or(last).min(last));
        if span.0 > span.1 {
            return Err(vec![empty(path, cell)]);
        }
        let low = low.map(|low| self.compare(Comparison::AtLeast, low));
        let high = high.map(|high| self.compare(Comparison::AtMost, high));
        Ok(ReadCell { test: Test::All(low.into_iter().chain(high).collect()), spans: vec![span] })
    }

    fn compare(&self, comparison: Comparison, value: i64) -> Test {
        let places = self.places();
        let unit = Fraction::new(value.into(), 10_i128.pow(places.into())).unwrap_or(Fraction::ZERO);
        Test::Compare {
            left: Linear::atom(Atom::Fact(self.id), places),
            comparison,
            right: Linear::constant(unit),
            unit: self.fact.unit.clone(),
            parameter: PARAMETER,
        }
    }

    fn places(&self) -> u8 {
        if let Kind::Number { places } = self.fact.kind { places } else { 0 }
    }

    /// A bound of an interval.
    fn value(&self, text: &str) -> Option<i64> {
        match (self.fact.kind, &self.fact.unit) {
            (Kind::Date, _) => date_of(text).map(day_of),
            (_, Unit::Yuan) => Money::from_policy_text(text).map(Money::minor),
            _ => cell::number(&Json::from(text), self.places()).ok().flatten(),
        }
    }

    /// What a cell of the column looks like.
    fn expected(&self) -> Words {
        match (self.fact.kind, &self.fact.unit) {
            (Kind::YesNo, _) => YES_OR_NO.into(),
            (Kind::Text, _) if self.is_open() => TEXT_OR_TEXTS.into(),
            (Kind::Code(_) | Kind::Text, _) => self.expected_name(),
            (Kind::Date, _) => Words::new(
                "dates, such as \"[2024-01-01..2024-06-30]\" or \">= 2024-01-01\"",
                "日期区间，如 \"[2024-01-01..2024-06-30]\" 或 \">= 2024-01-01\"",
            ),
            (_, Unit::Yuan) => Words::new(
                "amounts in yuan with two decimals, such as \"[80.00..150.00)\" or \">= 150.00\"",
                "以元为单位、两位小数的金额区间，如 \"[80.00..150.00)\" 或 \">= 150.00\"",
            ),
            _ => match self.places() {
                0 => Words::new(
                    "whole numbers, such as \"[10..20)\" or \">= 10\"",
                    "整数区间，如 \"[10..20)\" 或 \">= 10\"",
                ),
                places => Words::new(
                    format!("numbers with at most {places} decimals, such as \"[1..2)\" or \">= 1\""),
                    format!("最多 {places} 位小数的数值区间，如 \"[1..2)\" 或 \">= 1\""),
                ),
            },
        }
    }

    /// What a text of the column is.
    fn expected_name(&self) -> Words {
        if self.is_open() { SOME_TEXT.into() } else { one_of(&self.names) }
    }
}

/// The least and the greatest value of an interval, in whole numbers: `>= 10`, `[10..20)`, `10`; none where it has no bound.
fn bounds(text: &str, value: impl Fn(&str) -> Option<i64>) -> Option<(Option<i64>, Option<i64>)> {
    let text = text.trim();
    let of = |text: &str| value(text.trim());
    if let Some(text) = text.strip_prefix(">=") {
        return Some((Some(of(text)?), None));
    }
    if let Some(text) = text.strip_prefix("<=") {
        return Some((None, Some(of(text)?)));
    }
    if let Some(text) = text.strip_prefix('>') {
        return Some((Some(of(text)?.checked_add(1)?), None));
    }
    if let Some(text) = text.strip_prefix('<') {
        return Some((None, Some(of(text)?.checked_sub(1)?)));
    }
    let Some(inside) = text.strip_prefix(['[', '(', ']']) else {
        let one = of(text)?;
        return Some((Some(one), Some(one)));
    };
    // DMN also writes a bound that is left out as a bracket turned away.
    let (low, high) = inside.strip_suffix([']', ')', '['])?.split_once("..")?;
    let low = of(low)?.checked_add(i64::from(!text.starts_with('[')))?;
    let high = of(high)?.checked_sub(i64::from(!text.ends_with(']')))?;
    Some((Some(low), Some(high)))
}

fn texts(cell: &DecisionCell) -> &[String] {
    match cell {
        DecisionCell::Text(text) => std::slice::from_ref(text),
        DecisionCell::Texts(texts) => texts,
        DecisionCell::YesNo(_) => &[],
    }
}

fn distinct<'a>(texts: impl Iterator<Item = &'a String>) -> Vec<&'a str> {
    let mut names: Vec<_> = texts.map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn empty(path: &str, cell: &DecisionCell) -> Fault {
    Fault::new(&EMPTY_CELL, path)
        .found(shown(cell))
        .expecting(Words::new("a value that the fact can have", "该事实可能的取值"))
}

/// A cell as a fault shows it.
fn shown(cell: &DecisionCell) -> String {
    let json = match cell {
        DecisionCell::YesNo(answer) => Json::from(*answer),
        DecisionCell::Text(text) => Json::from(text.as_str()),
        DecisionCell::Texts(texts) => Json::from(texts.as_slice()),
    };
    cell::shown(&json)
}
