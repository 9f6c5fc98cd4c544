//! Columns of the host's own in `users` and `prospects`: facts, once the policy declares them.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Date32Array, Int64Array, ListArray, StringArray};
use arrow_buffer::OffsetBuffer;
use arrow_schema::Field;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use crate::error::Error;
use crate::fact::{Fact, Kind, SERIES_MONTHS, Unit};
use crate::table::cell::{self, Read, Refusal, SERIES, TEXTS};
use crate::table::source::Source;
use crate::table::writer::{day_number, decimals, text_lists};
use crate::table::{Column, Header};

/// The columns of a table that the policy declares, by name.
#[derive(Debug, Default)]
pub(super) struct OwnColumns(BTreeMap<String, Column<OwnValue>>);

/// A value of the host's own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum OwnValue {
    /// A number times ten to the power of its places, and these.
    Number(i64, u8),
    /// A number a month, the newest last, and the places.
    Series(Vec<Option<i64>>, u8),
    /// A day.
    Date(NaiveDate),
    /// Yes or no.
    YesNo(bool),
    /// A text, or a code.
    Text(String),
    /// A set of texts, sorted.
    Texts(Vec<String>),
}

impl Serialize for OwnValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number, places) => ExactNumber(*number, *places).serialize(serializer),
            Self::Series(months, places) => {
                serializer.collect_seq(months.iter().map(|month| month.map(|number| ExactNumber(number, *places))))
            }
            Self::Date(day) => day.serialize(serializer),
            Self::YesNo(value) => value.serialize(serializer),
            Self::Text(text) => text.serialize(serializer),
            Self::Texts(texts) => texts.serialize(serializer),
        }
    }
}

impl JsonSchema for OwnValue {
    fn schema_name() -> Cow<'static, str> {
        "OwnValue".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "description": "A value of the type that the policy declares." })
    }
}

/// A whole number as it is, any other as decimal text.
struct ExactNumber(i64, u8);

impl Serialize for ExactNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.1 {
            0 => serializer.serialize_i64(self.0),
            places => serializer.collect_str(&Decimal::new(self.0, u32::from(places))),
        }
    }
}

impl OwnColumns {
    /// Reads the columns of these facts, as far as any row has them.
    pub(super) fn read(source: &mut impl Source, facts: &[Fact]) -> Self {
        let columns = facts.iter().map(|fact| (fact.name.clone(), column(source, fact)));
        Self(columns.filter(|(_, column)| column.is_given()).collect())
    }

    /// Orders two rows by their values.
    pub(super) fn compare(&self, one: usize, other: usize) -> Ordering {
        let compared = self.0.values().map(|column| column.compare(one, other));
        compared.fold(Ordering::Equal, Ordering::then)
    }

    /// The names of the columns.
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// What a row says in a column.
    pub(super) fn get(&self, name: &str, row: usize) -> Option<&OwnValue> {
        self.0.get(name)?.get(row)
    }
}

/// Values of the host's own, of a fact of this kind, as Arrow has them.
///
/// # Errors
/// Only where Arrow refuses what is made here.
pub(super) fn own_column(values: &[Option<&OwnValue>], kind: Kind) -> Result<ArrayRef, Error> {
    let number = |value: &Option<&OwnValue>| match value {
        Some(OwnValue::Number(number, _)) => Some(*number),
        _ => None,
    };
    let text = |value: &Option<&'_ OwnValue>| match value {
        Some(OwnValue::Text(text)) => Some(text.clone()),
        _ => None,
    };
    Ok(match kind {
        Kind::Number { places: 0 } => Arc::new(values.iter().map(number).collect::<Int64Array>()),
        Kind::Number { places } => {
            Arc::new(decimals(values.iter().map(|value| number(value).map(i128::from)).collect(), places)?)
        }
        Kind::Series { places } => series_column(values, places)?,
        Kind::Date => Arc::new(values.iter().map(|value| day(*value)).collect::<Date32Array>()),
        Kind::YesNo => Arc::new(values.iter().map(|value| yes_no(*value)).collect::<BooleanArray>()),
        Kind::Code(_) | Kind::Text => Arc::new(values.iter().map(text).collect::<StringArray>()),
        Kind::Texts => Arc::new(text_lists(values.iter().map(|value| match value {
            Some(OwnValue::Texts(texts)) => Some(texts.as_slice()),
            _ => None,
        }))),
    })
}

fn day(value: Option<&OwnValue>) -> Option<i32> {
    match value {
        Some(OwnValue::Date(day)) => day_number(*day),
        _ => None,
    }
}

fn yes_no(value: Option<&OwnValue>) -> Option<bool> {
    match value {
        Some(OwnValue::YesNo(answer)) => Some(*answer),
        _ => None,
    }
}

fn series_column(values: &[Option<&OwnValue>], places: u8) -> Result<ArrayRef, Error> {
    let lists = values.iter().map(|value| match value {
        Some(OwnValue::Series(months, _)) => Some(months.as_slice()),
        _ => None,
    });
    let months = lists.clone().flatten().flatten().map(|month| month.map(i128::from)).collect();
    let months: ArrayRef = match places {
        0 => Arc::new(lists.clone().flatten().flatten().copied().collect::<Int64Array>()),
        _ => Arc::new(decimals(months, places)?),
    };
    let item = Arc::new(Field::new("item", months.data_type().clone(), true));
    let nulls = lists.clone().map(|list| list.is_some()).collect();
    let offsets = OffsetBuffer::from_lengths(lists.map(|list| list.map_or(0, <[_]>::len)));
    Ok(Arc::new(ListArray::try_new(item, offsets, months, Some(nulls)).map_err(Error::internal)?))
}

fn column(source: &mut impl Source, fact: &Fact) -> Column<OwnValue> {
    let header = Header { name: &fact.name, is_required: false, is_personal: fact.personal };
    let unit = source.money_unit();
    match (fact.kind, &fact.unit) {
        (Kind::Number { places }, Unit::Yuan) => {
            let number = |read: Read<i64>| Ok(read?.map(|fen| OwnValue::Number(fen, places)));
            source.money(header, |cell| number(cell::amount(cell, unit)), |cell| number(cell::minor(cell)))
        }
        (Kind::Series { places }, Unit::Yuan) => {
            let series = |read: Read<Vec<Option<i64>>>| Ok(read?.map(|fen| OwnValue::Series(fen, places)));
            let amounts = |cell: &Json| series(months(cell, |cell| cell::amount(cell, unit)));
            source.money(header, amounts, |cell| series(months(cell, cell::minor)))
        }
        _ => source.column(header, |cell| value(cell, fact.kind)),
    }
}

/// A cell as a value of this kind.
fn value(cell: &Json, kind: Kind) -> Read<OwnValue> {
    Ok(match kind {
        Kind::Number { places } => cell::number(cell, places)?.map(|number| OwnValue::Number(number, places)),
        Kind::Series { places } => {
            months(cell, |cell| cell::number(cell, places))?.map(|months| OwnValue::Series(months, places))
        }
        Kind::Date => cell::date(cell)?.map(OwnValue::Date),
        Kind::YesNo => cell::yes_no(cell)?.map(OwnValue::YesNo),
        Kind::Code(codes) => {
            let code = cell::code(cell, codes)?.and_then(|place| codes.get(place));
            code.map(|code| OwnValue::Text((*code).to_owned()))
        }
        Kind::Text => cell::text(cell)?.map(|text| OwnValue::Text(text.into_owned())),
        Kind::Texts => texts(cell)?.map(OwnValue::Texts),
    })
}

/// A list of at most twelve months, the newest last.
fn months(cell: &Json, read: impl Fn(&Json) -> Read<i64>) -> Read<Vec<Option<i64>>> {
    let cells = match cell {
        Json::Null => return Ok(None),
        Json::Array(cells) if cells.len() <= SERIES_MONTHS => cells,
        _ => return Err(Refusal::of(SERIES)),
    };
    let older = std::iter::repeat_n(Ok(None), SERIES_MONTHS - cells.len());
    older.chain(cells.iter().map(read)).collect::<Result<_, _>>().map(Some)
}

/// A list of texts, as a set.
fn texts(cell: &Json) -> Read<Vec<String>> {
    let cells = match cell {
        Json::Null => return Ok(None),
        Json::Array(cells) => cells,
        _ => return Err(Refusal::of(TEXTS)),
    };
    let mut texts = Vec::with_capacity(cells.len());
    for cell in cells {
        texts.extend(cell::text(cell)?.map(Cow::into_owned));
    }
    texts.sort_unstable();
    texts.dedup();
    Ok(Some(texts))
}
