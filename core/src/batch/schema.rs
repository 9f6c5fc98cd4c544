//! Which column of a batch gives which fact, and which columns a result has.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use arrow_schema::{DataType, Schema};
use serde_json::Value as Json;

use super::{COLUMN_TAKEN, COLUMN_TYPE, FACT_TWICE, UNKNOWN_COLUMN};
use crate::error::{Error, Fault};
use crate::fact::{Fact, FactId, Kind, Unit};
use crate::lifecycle::{Classifier, Key};
use crate::table::AMOUNT_WITHOUT_UNIT;
use crate::table::cell::{self, MoneyUnit, Read};

/// How the numbers of a column become those of its fact.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    /// Decimal places that the fact keeps.
    pub places: u8,
    /// What integers are multiplied by.
    pub factor: i64,
    meaning: Meaning,
}

#[derive(Debug, Clone, Copy)]
enum Meaning {
    /// Yuan, which round to fen where they are floats.
    Amount,
    /// Fen.
    Minor,
    Quantity,
}

impl Scale {
    /// Whole numbers of anything.
    pub const WHOLE: Self = Self { places: 0, factor: 1, meaning: Meaning::Quantity };

    fn of(fact: &Fact, key: &Key, places: u8, money_unit: Option<MoneyUnit>) -> Self {
        let power = 10_i64.checked_pow(places.into()).unwrap_or(i64::MAX);
        match fact.unit {
            _ if key.is_minor => Self { places: 0, factor: 1, meaning: Meaning::Minor },
            Unit::Yuan => {
                let factor = if money_unit == Some(MoneyUnit::Fen) { 1 } else { power };
                Self { places, factor, meaning: Meaning::Amount }
            }
            _ => Self { places, factor: power, meaning: Meaning::Quantity },
        }
    }

    /// A number that stands as text or as a float, read as the record form reads it.
    pub fn read(self, cell: &Json) -> Read<i64> {
        match self.meaning {
            Meaning::Amount => cell::amount(cell, None),
            Meaning::Minor => cell::minor(cell),
            Meaning::Quantity => cell::number(cell, self.places),
        }
    }
}

/// How a column is read.
#[derive(Debug, Clone)]
pub(super) enum How {
    Number(Scale),
    /// Lists of months.
    Series(Scale),
    Date,
    YesNo,
    Code(&'static [&'static str]),
    /// The texts that rules look for, each with its number.
    Text(HashMap<String, u32>),
    /// Lists of texts: each that rules look for with its bit.
    Texts(HashMap<String, u32>),
    /// No rule reads it, and no row of it can break the contract.
    Ignored,
}

/// A column that gives a fact, or one month of it.
#[derive(Debug, Clone)]
pub(super) struct Bound {
    /// Its place in the batch.
    pub column: usize,
    pub name: String,
    pub fact: FactId,
    pub month: Option<usize>,
    pub how: How,
}

/// What the columns of a batch mean.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub bound: Vec<Bound>,
    /// Columns that are no facts, sorted.
    pub unread: Vec<String>,
    /// The user's own fee stands for the customer's.
    pub fee_is_customers: bool,
    pub money_unit: Option<MoneyUnit>,
}

impl Layout {
    /// The layout of batches of this schema.
    ///
    /// # Errors
    /// Every column whose type does not hold its fact, and every fact that is given twice.
    pub fn new(schema: &Schema, classifier: &Classifier, money_unit: Option<MoneyUnit>) -> Result<Self, Error> {
        let (mut bound, mut unread, mut faults) = (Vec::new(), Vec::new(), Vec::new());
        let mut given: HashMap<(FactId, Option<usize>), String> = HashMap::new();
        for (column, field) in schema.fields().iter().enumerate() {
            let name = field.name();
            let described = classifier.keys.get(name).and_then(|key| Some((key, classifier.facts().get(key.fact)?)));
            let Some((key, fact)) = described else {
                unread.push(name.clone());
                continue;
            };
            match how(classifier, key, fact, field.data_type(), money_unit) {
                Ok(how) => bound.push(Bound { column, name: name.clone(), fact: key.fact, month: key.month, how }),
                Err(fault) => faults.push(Fault { path: format!("view.{name}"), ..fault }),
            }
            match given.entry((key.fact, key.month)) {
                Entry::Occupied(first) => faults.push(twice(name, first.get())),
                Entry::Vacant(place) => {
                    place.insert(name.clone());
                }
            }
        }
        for ((fact, month), name) in &given {
            if let (Some(_), Some(whole)) = (month, given.get(&(*fact, None))) {
                faults.push(twice(name, whole));
            }
        }
        if !faults.is_empty() {
            faults.sort_by(|left, right| left.path.cmp(&right.path));
            return Err(Error::request(faults));
        }
        unread.sort_unstable();
        let fee_is_customers =
            !classifier.keys.say_the_customer(schema.fields().iter().map(|field| field.name().as_str()));
        Ok(Self { bound, unread, fee_is_customers, money_unit })
    }

    /// The column that gives a fact whole.
    pub fn column_of(&self, fact: Option<FactId>) -> Option<&Bound> {
        let whole = |bound: &&Bound| Some(bound.fact) == fact && bound.month.is_none();
        self.bound.iter().find(whole)
    }
}

fn twice(name: &str, first: &str) -> Fault {
    Fault::new(&FACT_TWICE, format!("view.{name}")).found(name).expected(format!("either `{first}` or `{name}`"))
}

fn how(
    classifier: &Classifier,
    key: &Key,
    fact: &Fact,
    column: &DataType,
    money_unit: Option<MoneyUnit>,
) -> Result<How, Fault> {
    let refused = |expected: &str| Fault::new(&COLUMN_TYPE, "").found(column).expected(expected);
    let number = |places: u8, column: &DataType| {
        let value = value_type(column);
        if fact.unit == Unit::Yuan && !key.is_minor && money_unit.is_none() && value.is_integer() {
            let mut fault = Fault::new(&AMOUNT_WITHOUT_UNIT, "").found(column);
            fault.suggestion = Some(format!("{}_minor", fact.name));
            return Err(fault.expected("an amount whose unit is said"));
        }
        let scale = Scale::of(fact, key, places, money_unit);
        if is_number(value) { Ok(scale) } else { Err(refused("an integer, decimal, float or text type")) }
    };
    let texts = || {
        let texts = classifier.plan().texts(key.fact)?;
        Some(texts.iter().cloned().zip(0..).collect::<HashMap<_, _>>())
    };
    match fact.kind {
        Kind::Number { places } => number(places, column).map(How::Number),
        Kind::Series { places } if key.month.is_some() => number(places, column).map(How::Number),
        Kind::Series { places } => match item_type(column) {
            Some(item) => number(places, item).map(How::Series),
            None => Err(refused("a list of months, the newest last")),
        },
        Kind::Date if is_date(value_type(column)) => Ok(How::Date),
        Kind::Date => Err(refused("date32, date64 or text")),
        Kind::YesNo if is_yes_no(value_type(column)) => Ok(How::YesNo),
        Kind::YesNo => Err(refused("boolean or text")),
        Kind::Code(codes) if is_code(value_type(column)) => Ok(How::Code(codes)),
        Kind::Code(_) => Err(refused("text, a dictionary of text, or uint8")),
        Kind::Text if is_code(value_type(column)) => Ok(texts().map_or(How::Ignored, How::Text)),
        Kind::Text => Err(refused("text, a dictionary of text, or integers")),
        Kind::Texts => match item_type(column) {
            Some(item) if is_code(value_type(item)) => Ok(texts().map_or(How::Ignored, How::Texts)),
            _ => Err(refused("a list of text")),
        },
    }
}

/// The type of the values, be they encoded as a dictionary or not.
fn value_type(column: &DataType) -> &DataType {
    match column {
        DataType::Dictionary(_, values) => values,
        other => other,
    }
}

/// The type of a list's items; a column of nulls is one of lists, too.
fn item_type(column: &DataType) -> Option<&DataType> {
    match column {
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => Some(item.data_type()),
        DataType::Null => Some(column),
        _ => None,
    }
}

fn is_text(column: &DataType) -> bool {
    matches!(column, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null)
}

fn is_number(column: &DataType) -> bool {
    column.is_integer()
        || matches!(column, DataType::Float32 | DataType::Float64)
        || column.is_decimal()
        || is_text(column)
}

fn is_date(column: &DataType) -> bool {
    is_text(column) || matches!(column, DataType::Date32 | DataType::Date64)
}

fn is_yes_no(column: &DataType) -> bool {
    is_text(column) || *column == DataType::Boolean
}

fn is_code(column: &DataType) -> bool {
    is_text(column) || column.is_integer()
}

/// A column of the result, in the order of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    UserId,
    CustomerId,
    Status,
    MonthsSinceExit,
    Stage,
    Tier,
    Reasons,
    Warnings,
    Insufficient,
    Shadow,
    WarningsMask,
    InsufficientMask,
    ShadowMask,
    StageSince,
    Error,
}

impl Output {
    const ALL: [(Self, &'static str); 15] = [
        (Self::UserId, "user_id"),
        (Self::CustomerId, "customer_id"),
        (Self::Status, "status"),
        (Self::MonthsSinceExit, "months_since_exit"),
        (Self::Stage, "stage"),
        (Self::Tier, "tier"),
        (Self::Reasons, "reasons"),
        (Self::Warnings, "warnings"),
        (Self::Insufficient, "insufficient"),
        (Self::Shadow, "shadow"),
        (Self::WarningsMask, "warnings_mask"),
        (Self::InsufficientMask, "insufficient_mask"),
        (Self::ShadowMask, "shadow_mask"),
        (Self::StageSince, "stage_since"),
        (Self::Error, "error"),
    ];

    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(output, _)| *output == self).map_or("", |(_, name)| name)
    }

    /// Whether it says again what the view says.
    pub fn is_repeated(self) -> bool {
        matches!(self, Self::UserId | Self::CustomerId | Self::Status | Self::MonthsSinceExit)
    }

    /// Checks that these columns can stand behind those of the view.
    ///
    /// # Errors
    /// Every column of the view that has a name of one of them.
    pub fn appended_to(view: &Schema, outputs: &[Self]) -> Result<(), Error> {
        let taken = outputs.iter().filter(|output| view.column_with_name(output.name()).is_some());
        let faults: Vec<_> = taken
            .map(|output| {
                let fault = Fault::new(&COLUMN_TAKEN, format!("view.{}", output.name())).found(output.name());
                fault.expected("a name that no column of the result has")
            })
            .collect();
        if faults.is_empty() { Ok(()) } else { Err(Error::request(faults)) }
    }

    /// The columns that are asked for; all unless said otherwise, `stage_since` only where earlier stages are given.
    pub fn chosen(names: Option<&[String]>, has_before: bool) -> Result<Vec<Self>, Error> {
        let Some(names) = names else {
            let all = Self::ALL.iter().map(|(output, _)| *output);
            return Ok(all.filter(|output| has_before || *output != Self::StageSince).collect());
        };
        let known: Vec<_> = Self::ALL.iter().map(|(_, name)| *name).collect();
        let faults: Vec<_> = names
            .iter()
            .enumerate()
            .filter(|(_, name)| !known.contains(&name.as_str()))
            .map(|(place, name)| {
                let fault = Fault::new(&UNKNOWN_COLUMN, format!("columns[{place}]")).found(name);
                fault.expected(known.join(", ")).suggest(name, known.iter().copied())
            })
            .collect();
        if !faults.is_empty() {
            return Err(Error::request(faults));
        }
        let is_asked = |name: &str| names.iter().any(|asked| asked == name);
        Ok(Self::ALL.iter().filter(|(_, name)| is_asked(name)).map(|(output, _)| *output).collect())
    }
}
