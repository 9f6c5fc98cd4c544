//! Columns of the host's own in `users` and `prospects`: facts, once the policy declares them.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use crate::fact::{Fact, Kind, SERIES_MONTHS, Unit};
use crate::table::cell::{self, Read, Refusal};
use crate::table::{Column, Header, Reader};

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
    pub(super) fn read(reader: &mut Reader<'_>, facts: &[Fact]) -> Self {
        let columns = facts.iter().map(|fact| (fact.name.clone(), column(reader, fact)));
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

fn column(reader: &mut Reader<'_>, fact: &Fact) -> Column<OwnValue> {
    let header = Header { name: &fact.name, is_required: false, is_personal: fact.personal };
    let unit = reader.money_unit();
    match (fact.kind, &fact.unit) {
        (Kind::Number { places }, Unit::Yuan) => reader.amount(header).map(|fen| OwnValue::Number(fen, places)),
        (Kind::Series { places }, Unit::Yuan) => {
            let amounts = |cell| months(cell, |cell| cell::amount(cell, unit));
            reader.money(header, amounts, |cell| months(cell, cell::minor)).map(|fen| OwnValue::Series(fen, places))
        }
        _ => reader.column(header, "", |cell| value(cell, fact.kind)),
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
        _ => return Err(Refusal::of("a list of at most 12 months, the newest last")),
    };
    let older = std::iter::repeat_n(Ok(None), SERIES_MONTHS - cells.len());
    older.chain(cells.iter().map(read)).collect::<Result<_, _>>().map(Some)
}

/// A list of texts, as a set.
fn texts(cell: &Json) -> Read<Vec<String>> {
    let cells = match cell {
        Json::Null => return Ok(None),
        Json::Array(cells) => cells,
        _ => return Err(Refusal::of("a list of text")),
    };
    let mut texts = Vec::with_capacity(cells.len());
    for cell in cells {
        texts.extend(cell::text(cell)?.map(Cow::into_owned));
    }
    texts.sort_unstable();
    texts.dedup();
    Ok(Some(texts))
}
