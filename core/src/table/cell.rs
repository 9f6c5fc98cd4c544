//! One cell, read from JSON: an exact value of the column's type, null, or refused with what was expected.
//!
//! Every table that comes in as JSON is read by these functions, so that an amount means the same everywhere.

use std::borrow::Cow;
use std::fmt;

use chrono::NaiveDate;
use num_traits::ToPrimitive;
use schemars::JsonSchema;
use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{AMOUNT_WITHOUT_UNIT, INVALID};
use crate::catalogue::{Text, Words, one_of};
use crate::error::Fault;
use crate::fact::SERIES_MONTHS;
use crate::money::Money;
use crate::month::{Month, date_of};

/// What a bare integer amount counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MoneyUnit {
    /// Yuan.
    Yuan,
    /// Fen, 1/100 yuan.
    Fen,
}

/// A cell's value, null, or why it is refused.
pub(crate) type Read<T> = Result<Option<T>, Refusal>;

/// Why a cell is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It is no value of the column's type; what would be one.
    Invalid(Words),
    /// It is an integer amount, and nobody says whether of yuan or of fen.
    WithoutUnit,
}

impl Refusal {
    /// Refused: the cell is not this.
    pub(crate) fn of(expected: impl Into<Words>) -> Self {
        Self::Invalid(expected.into())
    }

    /// The refusal as a fault of the cell at `path`, in the column of this name.
    pub(crate) fn fault(self, path: impl Into<String>, column: &str, cell: &Json) -> Fault {
        match self {
            Self::Invalid(expected) => Fault::new(&INVALID, path).found(shown(cell)).expecting(expected),
            Self::WithoutUnit => {
                let fault = Fault::new(&AMOUNT_WITHOUT_UNIT, path).found(shown(cell));
                let mut fault = fault.expecting(AMOUNT_WITH_UNIT);
                fault.suggestion = Some(format!("{column}_minor"));
                fault
            }
        }
    }
}

/// A cell as a fault shows it: text without its quotes, and nothing long.
pub(crate) fn shown(cell: &Json) -> String {
    const LONGEST: usize = 80;
    let text = match cell {
        Json::String(text) => Cow::Borrowed(text.as_str()),
        other => Cow::Owned(other.to_string()),
    };
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.into_owned(),
    }
}

/// What an amount lacks that might count yuan or fen.
pub(crate) const AMOUNT_WITH_UNIT: Text = Text { en: "an amount whose unit is said", zh: "已说明单位的金额" };
pub(crate) const SERIES: Text =
    Text { en: "a list of at most 12 months, the newest last", zh: "最多 12 个月的列表，最新月份在后" };
pub(crate) const MONTHS: Text =
    Text { en: "a list of months, the newest last", zh: "月份列表，最新月份在后" };
pub(crate) const TEXTS: Text = Text { en: "a list of text", zh: "文本列表" };
pub(crate) const TEXT: Text = Text { en: "text", zh: "文本" };
pub(crate) const DATE: Text = Text { en: "a date, such as \"2024-05-31\"", zh: "日期，如 \"2024-05-31\"" };
pub(crate) const MONTH: Text = Text {
    en: "a month, such as \"2024-05\", or a date in it",
    zh: "月份，如 \"2024-05\"，或该月中的日期",
};
pub(crate) const YES_NO: Text = Text { en: "true or false", zh: "true 或 false" };
pub(crate) const AMOUNT: Text =
    Text { en: "an amount in yuan with at most two decimals", zh: "以元为单位、最多两位小数的金额" };
pub(crate) const MINOR: Text = Text { en: "a whole number of fen", zh: "以分为单位的整数" };
pub(crate) const QUANTITY: Text =
    Text { en: "a number of at most two decimals, 0 or more", zh: "最多两位小数、不小于 0 的数" };

pub(crate) const COUNT: Text = Text { en: "a whole number of 0 or more", zh: "不小于 0 的整数" };

/// Decimal places of amounts and of quantities.
pub(crate) const PLACES: u8 = 2;

/// A cell as a host holds it, without JSON in between.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell<'a> {
    /// There is no value.
    #[default]
    Null,
    /// Yes or no.
    YesNo(bool),
    /// A whole number; of amounts it counts what is said of them.
    Integer(i128),
    /// A finite number; amounts round once, half-even, from its shortest decimal text.
    Float(f64),
    /// A text, a code, an exact decimal such as `150.00`, or a date such as `2024-05-31`.
    Text(Cow<'a, str>),
    /// Months, the newest last, or a set of texts.
    List(Vec<Cell<'a>>),
}

impl<'a> From<&'a Json> for Cell<'a> {
    fn from(cell: &'a Json) -> Self {
        match cell {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::YesNo(*value),
            Json::Number(number) => {
                number.as_i128().map_or_else(|| Self::Float(number.as_f64().unwrap_or(f64::NAN)), Self::Integer)
            }
            Json::String(text) => Self::Text(Cow::Borrowed(text)),
            Json::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            // No column holds objects: whatever is not asked for serves.
            Json::Object(_) => Self::List(Vec::new()),
        }
    }
}

impl<'de> Deserialize<'de> for Cell<'de> {
    /// A cell of JSON; text without escapes is borrowed. Objects are no cells.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CellVisitor)
    }
}

struct CellVisitor;

impl<'de> Visitor<'de> for CellVisitor {
    type Value = Cell<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a cell")
    }

    fn visit_unit<E>(self) -> Result<Cell<'de>, E> {
        Ok(Cell::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Cell<'de>, E> {
        Ok(Cell::YesNo(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Cell<'de>, E> {
        Ok(Cell::Integer(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Cell<'de>, E> {
        Ok(Cell::Integer(number.into()))
    }

    fn visit_f64<E>(self, float: f64) -> Result<Cell<'de>, E> {
        Ok(Cell::Float(float))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Cell<'de>, E> {
        Ok(Cell::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Cell<'de>, E> {
        Ok(Cell::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Cell<'de>, A::Error> {
        let mut cells = Vec::with_capacity(SERIES_MONTHS);
        while let Some(cell) = items.next_element()? {
            cells.push(cell);
        }
        Ok(Cell::List(cells))
    }
}

impl From<&Cell<'_>> for Json {
    /// The cell as a record has it; a float that is no number is its name.
    fn from(cell: &Cell<'_>) -> Self {
        match cell {
            Cell::Null => Self::Null,
            Cell::YesNo(value) => (*value).into(),
            Cell::Integer(number) => {
                serde_json::Number::from_i128(*number).map_or_else(|| number.to_string().into(), Self::Number)
            }
            Cell::Float(float) => {
                serde_json::Number::from_f64(*float).map_or_else(|| float.to_string().into(), Self::Number)
            }
            Cell::Text(text) => text.as_ref().into(),
            Cell::List(items) => items.iter().map(Self::from).collect(),
        }
    }
}

impl Cell<'_> {
    /// The cell with texts of its own.
    pub fn into_owned(self) -> Cell<'static> {
        match self {
            Self::Null => Cell::Null,
            Self::YesNo(value) => Cell::YesNo(value),
            Self::Integer(number) => Cell::Integer(number),
            Self::Float(float) => Cell::Float(float),
            Self::Text(text) => Cell::Text(Cow::Owned(text.into_owned())),
            Self::List(items) => Cell::List(items.into_iter().map(Cell::into_owned).collect()),
        }
    }

    /// Text, trimmed; empty is null. An integer is read as its digits: hosts hold ids so.
    pub(crate) fn text(&self) -> Read<Cow<'_, str>> {
        match self {
            Self::Null => Ok(None),
            Self::Text(text) => Ok(trimmed(text).map(Cow::Borrowed)),
            Self::Integer(number) => Ok(Some(Cow::Owned(number.to_string()))),
            _ => Err(Refusal::of(TEXT)),
        }
    }

    /// A civil date.
    pub(crate) fn date(&self) -> Read<NaiveDate> {
        self.written(date_of).ok_or(Refusal::of(DATE))
    }

    /// A month, or a date in it.
    fn month(&self) -> Read<Month> {
        self.written(|text| text.parse().ok()).ok_or(Refusal::of(MONTH))
    }

    /// Yes or no.
    pub(crate) fn yes_no(&self) -> Read<bool> {
        match self {
            Self::YesNo(value) => Ok(Some(*value)),
            other => other.written(|text| text.parse().ok()).ok_or(Refusal::of(YES_NO)),
        }
    }

    /// One of the codes, by name or by its place among them.
    pub(crate) fn code(&self, codes: &[&str]) -> Read<usize> {
        let place = match self {
            Self::Integer(place) => usize::try_from(*place).ok().filter(|place| *place < codes.len()).map(Some),
            other => other.written(|text| codes.iter().position(|code| *code == text)),
        };
        place.ok_or_else(|| Refusal::Invalid(one_of(codes)))
    }

    /// An amount in fen: decimal text or a float in yuan; an integer only where `integers` says what it counts.
    pub(crate) fn amount(&self, integers: Option<MoneyUnit>) -> Read<i64> {
        match (self, integers) {
            (Self::Integer(_), None) => Err(Refusal::WithoutUnit),
            (Self::Integer(_), Some(MoneyUnit::Fen)) => self.number(0).map_err(|_| Refusal::of(AMOUNT)),
            (Self::Float(float), _) => rounded(*float, PLACES).map(Some).ok_or(Refusal::of(AMOUNT)),
            _ => self.number(PLACES).map_err(|_| Refusal::of(AMOUNT)),
        }
    }

    /// An amount in fen, of a column whose name ends in `_minor`.
    pub(crate) fn minor(&self) -> Read<i64> {
        self.number(0).map_err(|_| Refusal::of(MINOR))
    }

    /// An exact number times ten to the power of `places`: an integer, or a text or finite float whose shortest decimal
    /// text has no more places than that; only amounts round. Numbers lie within [`Money::LIMIT_MINOR`].
    pub(crate) fn number(&self, places: u8) -> Read<i64> {
        let scaled = match self {
            Self::Integer(number) => scaled(*number, places).map(Some),
            Self::Float(float) => exact_float(*float, places).map(Some),
            other => other.written(|text| exact(text, places)),
        };
        scaled.ok_or_else(|| Refusal::Invalid(number_expected(places)))
    }

    /// Null and empty text as `Some(None)`, text that `read` reads as its value, everything else as `None`.
    fn written<T>(&self, read: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
        match self {
            Self::Null => Some(None),
            Self::Text(text) => match trimmed(text) {
                Some(text) => read(text).map(Some),
                None => Some(None),
            },
            _ => None,
        }
    }
}

/// Text, trimmed; empty is null. An integer is read as its digits: hosts hold ids so.
pub(crate) fn text(cell: &Json) -> Read<Cow<'_, str>> {
    match cell {
        Json::String(text) => Ok(trimmed(text).map(Cow::Borrowed)),
        other => Ok(Cell::from(other).text()?.map(|text| Cow::Owned(text.into_owned()))),
    }
}

/// A civil date.
pub(crate) fn date(cell: &Json) -> Read<NaiveDate> {
    Cell::from(cell).date()
}

/// A month, or a date in it.
pub(crate) fn month(cell: &Json) -> Read<Month> {
    Cell::from(cell).month()
}

/// Yes or no.
pub(crate) fn yes_no(cell: &Json) -> Read<bool> {
    Cell::from(cell).yes_no()
}

/// One of the codes, by name or by its place among them.
pub(crate) fn code(cell: &Json, codes: &[&str]) -> Read<usize> {
    Cell::from(cell).code(codes)
}

/// An amount in fen; see [`Cell::amount`].
pub(crate) fn amount(cell: &Json, integers: Option<MoneyUnit>) -> Read<i64> {
    Cell::from(cell).amount(integers)
}

/// An amount in fen, of a column whose name ends in `_minor`.
pub(crate) fn minor(cell: &Json) -> Read<i64> {
    Cell::from(cell).minor()
}

/// A quantity of 0 or more in hundredths, such as minutes.
pub(crate) fn quantity(cell: &Json) -> Read<i64> {
    match number(cell, PLACES) {
        Ok(Some(hundredths)) if hundredths < 0 => Err(Refusal::of(QUANTITY)),
        read => read.map_err(|_| Refusal::of(QUANTITY)),
    }
}

/// A count of 0 or more.
pub(crate) fn count(cell: &Json) -> Read<i64> {
    match number(cell, 0) {
        Ok(Some(count)) if count < 0 => Err(Refusal::of(COUNT)),
        read => read.map_err(|_| Refusal::of(COUNT)),
    }
}

/// An exact number times ten to the power of `places`; see [`Cell::number`].
pub(crate) fn number(cell: &Json, places: u8) -> Read<i64> {
    Cell::from(cell).number(places)
}

/// What a number of so many places is called in a fault.
pub(crate) fn number_expected(places: u8) -> Words {
    match places {
        0 => Words::new("a whole number", "整数"),
        1 => Words::new("a number of at most one decimal", "最多一位小数的数"),
        2 => Words::new("a number of at most two decimals", "最多两位小数的数"),
        more => Words::new(format!("a number of at most {more} decimals"), format!("最多 {more} 位小数的数")),
    }
}

fn scaled(number: i128, places: u8) -> Option<i64> {
    within_limit(i64::try_from(number).ok()?.checked_mul(power_of_ten(places)?)?)
}

fn trimmed(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// A decimal text as an integer times ten to the power of `places`; `None` if it has more places than that.
fn exact(text: &str, places: u8) -> Option<i64> {
    let digits = Digits::of(text, places)?;
    digits.rest.bytes().all(|digit| digit == b'0').then_some(())?;
    digits.signed(digits.scaled)
}

/// A float as an integer times ten to the power of `places`; `None` if its shortest decimal text has more places than that.
fn exact_float(float: f64, places: u8) -> Option<i64> {
    short(float, places).or_else(|| exact(&float.to_string(), places))
}

/// As [`exact_float`], fast, for most floats that people write: of at most 15 digits, each float is the nearest to at most
/// one decimal, so a decimal that divides into the float is its shortest text.
fn short(float: f64, places: u8) -> Option<i64> {
    const MOST: f64 = 1e15;
    let power = 10_f64.powi(places.into());
    let scaled = (float * power).round();
    let is_short = scaled.abs() < MOST && scaled / power == float;
    is_short.then(|| scaled.to_i64()).flatten()
}

/// A finite float as an integer times ten to the power of `places`, half-even from its shortest decimal text.
fn rounded(float: f64, places: u8) -> Option<i64> {
    if let Some(exact) = short(float, places) {
        return Some(exact);
    }
    // The shortest text of a float within the limit is short, too.
    if !float.is_finite() || float.abs() >= 1e16 {
        return None;
    }
    let text = float.to_string();
    let digits = Digits::of(&text, places)?;
    let rest = digits.rest.trim_end_matches('0');
    let is_up = match rest.cmp("5") {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => digits.scaled % 2 == 1,
        std::cmp::Ordering::Greater => true,
    };
    digits.signed(digits.scaled + i64::from(is_up))
}

/// A decimal text, taken apart.
struct Digits<'a> {
    is_negative: bool,
    /// The digits before the cut, as one number.
    scaled: i64,
    /// The digits behind the cut.
    rest: &'a str,
}

impl<'a> Digits<'a> {
    /// Cuts `text` (sign, digits, point, digits) behind so many decimal places.
    fn of(text: &'a str, places: u8) -> Option<Self> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let is_number = !(whole.is_empty() && decimals.is_empty())
            && whole.bytes().chain(decimals.bytes()).all(|digit| digit.is_ascii_digit());
        is_number.then_some(())?;
        let cut = decimals.len().min(usize::from(places));
        let (kept, rest) = decimals.split_at_checked(cut)?;
        let mut scaled: i64 = 0;
        for digit in whole.bytes().chain(kept.bytes()) {
            scaled = scaled.checked_mul(10)?.checked_add(i64::from(digit - b'0'))?;
        }
        let missing = u8::try_from(usize::from(places) - cut).ok()?;
        let scaled = within_limit(scaled.checked_mul(power_of_ten(missing)?)?)?;
        Some(Self { is_negative: text.starts_with('-'), scaled, rest })
    }

    fn signed(&self, size: i64) -> Option<i64> {
        within_limit(if self.is_negative { -size } else { size })
    }
}

fn power_of_ten(places: u8) -> Option<i64> {
    10_i64.checked_pow(u32::from(places))
}

fn within_limit(number: i64) -> Option<i64> {
    Money::from_minor(number).map(Money::minor)
}

/// A list of codes, as the mask of their places among `codes`, which are 64 at most.
pub(crate) fn mask(cell: &Json, codes: &[&str]) -> Read<u64> {
    let items = match cell {
        Json::Null => return Ok(None),
        Json::Array(items) => items,
        _ => return Err(Refusal::of(Words::new("a list of codes", "代码列表"))),
    };
    let mut mask = 0;
    for item in items {
        let text = text(item).ok().flatten();
        let bit = text.and_then(|text| codes.iter().position(|code| *code == text));
        mask |=
            1_u64 << bit.ok_or_else(|| Refusal::of(Words::new("codes of the policy's rules", "策略中规则的代码")))?;
    }
    Ok(Some(mask))
}

/// The places of a mask's bits.
pub(crate) fn bits(mask: u64) -> impl Iterator<Item = usize> {
    let mut rest = mask;
    std::iter::from_fn(move || {
        let bit = usize::try_from(rest.trailing_zeros()).ok().filter(|_| rest != 0)?;
        rest &= rest - 1;
        Some(bit)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn decimal_text_is_exact_and_more_places_than_two_are_refused() {
        for (text, fen) in [("150.00", 15_000), ("150.5", 15_050), ("-12.30", -1_230), ("+7", 700), (".5", 50)] {
            assert_eq!(amount(&json!(text), None), Ok(Some(fen)), "{text}");
        }
        assert_eq!(amount(&json!(" 150.000 "), None), Ok(Some(15_000)));
        for text in ["150.005", "1e3", "NaN", "1,50", "1_000", "-", ".", "--1", "90071992547409.92", "１２"] {
            assert_eq!(amount(&json!(text), None), Err(Refusal::of(AMOUNT)), "{text}");
        }
    }

    #[test]
    fn floats_round_half_even_from_their_shortest_text() {
        for (float, fen) in [(1.005, 100), (1.015, 102), (0.125, 12), (-0.135, -14), (2.675, 268), (1e-300, 0)] {
            assert_eq!(amount(&json!(float), None), Ok(Some(fen)), "{float}");
        }
        assert_eq!(amount(&json!(1e300), None), Err(Refusal::of(AMOUNT)));
        assert_eq!(amount(&json!(-0.0), None), Ok(Some(0)));
    }

    #[test]
    fn a_bare_integer_is_an_amount_only_where_its_unit_is_said() {
        assert_eq!(amount(&json!(150), None), Err(Refusal::WithoutUnit));
        assert_eq!(amount(&json!(150), Some(MoneyUnit::Yuan)), Ok(Some(15_000)));
        assert_eq!(amount(&json!(150), Some(MoneyUnit::Fen)), Ok(Some(150)));
        assert_eq!(amount(&json!("150.00"), Some(MoneyUnit::Fen)), Ok(Some(15_000)));
        assert_eq!(amount(&json!(1_i64 << 53), Some(MoneyUnit::Fen)), Err(Refusal::of(AMOUNT)));
        assert_eq!(amount(&json!(u64::MAX), Some(MoneyUnit::Yuan)), Err(Refusal::of(AMOUNT)));
        assert_eq!(minor(&json!("15000")), Ok(Some(15_000)));
        assert_eq!(minor(&json!("150.5")), Err(Refusal::of(MINOR)));
    }

    #[test]
    fn null_and_blank_text_are_null_in_every_type() {
        for cell in [json!(null), json!(""), json!(" \u{3000}")] {
            assert_eq!(text(&cell), Ok(None));
            assert_eq!(date(&cell), Ok(None));
            assert_eq!(month(&cell), Ok(None));
            assert_eq!(yes_no(&cell), Ok(None));
            assert_eq!(code(&cell, &["a"]), Ok(None));
            assert_eq!(amount(&cell, None), Ok(None));
            assert_eq!(quantity(&cell), Ok(None));
        }
    }

    #[test]
    fn codes_come_by_name_or_by_place() {
        assert_eq!(code(&json!("fault"), &["complaint", "fault"]), Ok(Some(1)));
        assert_eq!(code(&json!(1), &["complaint", "fault"]), Ok(Some(1)));
        for cell in [json!(2), json!(-1), json!(1.0), json!("Fault"), json!([])] {
            let refused = Err(Refusal::of(one_of(["complaint", "fault"])));
            assert_eq!(code(&cell, &["complaint", "fault"]), refused, "{cell}");
        }
    }

    #[test]
    fn an_integer_id_is_its_digits_and_nothing_else_is_text() {
        assert_eq!(text(&json!(1001)), Ok(Some("1001".into())));
        for cell in [json!(1.5), json!(true), json!({})] {
            assert_eq!(text(&cell), Err(Refusal::of(TEXT)), "{cell}");
        }
    }

    #[test]
    fn a_long_cell_is_cut_where_it_is_shown() {
        assert_eq!(shown(&json!("a".repeat(81))), format!("{}…", "a".repeat(80)));
        assert_eq!(shown(&json!({"a": 1})), r#"{"a":1}"#);
    }

    proptest! {
        #[test]
        fn what_is_written_with_two_places_is_read_back(fen in -(Money::LIMIT_MINOR - 1)..Money::LIMIT_MINOR) {
            let written = Money::from_minor(fen).unwrap().to_string();
            prop_assert_eq!(amount(&json!(written), None), Ok(Some(fen)));
        }

        #[test]
        fn a_float_is_rounded_as_decimals_are(float in -1e9..1e9_f64) {
            let expected = Money::from_float(float).map(Money::minor);
            prop_assert_eq!(rounded(float, PLACES), expected);
        }

        #[test]
        fn a_short_float_is_read_as_its_text_is(number in -2_000_000_000_i64..2_000_000_000, divisor in 1_u32..5_000) {
            let float = number.to_f64().unwrap() / f64::from(divisor);
            for places in 0..4 {
                prop_assert_eq!(exact_float(float, places), exact(&float.to_string(), places), "{}", float);
            }
        }

        #[test]
        fn a_cell_in_json_is_the_cell_again(text in ".*", number in any::<i64>(), float in any::<f64>(), yes in any::<bool>()) {
            let float = Some(float).filter(|float| float.is_finite()).unwrap_or(0.5);
            let items = vec![Cell::Null, Cell::YesNo(yes), Cell::Integer(number.into()), Cell::Text(text.into())];
            let cell = Cell::List([items, vec![Cell::Float(float)]].concat());
            let json = Json::from(&cell);
            prop_assert_eq!(&Cell::from(&json), &cell);
        }

        #[test]
        fn whatever_the_text_a_number_lies_within_the_limit(text in ".*", places in 0..40_u8) {
            if let Ok(Some(number)) = number(&json!(text), places) {
                prop_assert!(Money::from_minor(number).is_some());
            }
        }
    }
}
