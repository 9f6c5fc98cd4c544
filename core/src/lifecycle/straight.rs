//! `classify_record` from text to text in one go: portals call it for every customer on the screen. Cells go from the
//! request's text straight into the plan's registers; whatever is out of the ordinary is left to the longer way, which
//! knows the words for it.

use std::borrow::Cow;
use std::fmt;

use chrono::NaiveDate;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::Classifier;
use super::decision::status_name;
use super::reading::{Key, Reading, Told};
use crate::condition::{Outcomes, Row};
use crate::engine::Engine;
use crate::error::Error;
use crate::fact::{Kind, SERIES_MONTHS};
use crate::month::date_of;
use crate::table::cell::{Cell, MoneyUnit};

/// Bytes of most answers.
const ANSWER: usize = 512;

/// The answer to a request; `None` where it has to be read the longer way: it breaks the contract, or asks for evidence.
pub(super) fn answered(engine: &Engine, request: &str) -> Option<Result<String, Error>> {
    let mut record = Record::new(engine.policy().classifier(), None);
    let as_of = record.read(request).or_else(|| {
        // What integers count may be said behind the record that has them.
        record = Record::new(engine.policy().classifier(), Some(money_unit_of(request)?));
        record.read(request)
    })?;
    Some(record.answer(as_of, engine.policy().digest()).map_err(Error::internal))
}

fn money_unit_of(request: &str) -> Option<MoneyUnit> {
    #[derive(Deserialize)]
    struct Request {
        money_unit: Option<MoneyUnit>,
    }
    serde_json::from_str::<Request>(request).ok()?.money_unit
}

/// The request is none that can be read straight; nobody sees the words.
fn longer<E: de::Error>() -> E {
    E::custom("to be read the longer way")
}

/// The record of a request as it is read.
struct Record<'c, 'de> {
    reading: Reading<'c>,
    row: Row,
    told: Told,
    /// The months of each fact that are given, as bits.
    given: Vec<u16>,
    user_id: Option<Cow<'de, str>>,
    customer_id: Option<Cow<'de, str>>,
    /// Keys that are no facts.
    unread: Vec<&'de str>,
}

impl<'c, 'de> Record<'c, 'de> {
    /// `money_unit` is what integer amounts count as long as the request does not say so.
    fn new(classifier: &'c Classifier, money_unit: Option<MoneyUnit>) -> Self {
        Self {
            reading: Reading { classifier, money_unit, fee_is_customers: true },
            row: classifier.plan().row(),
            told: Told::default(),
            given: vec![0; classifier.facts().iter().len()],
            user_id: None,
            customer_id: None,
            unread: Vec::new(),
        }
    }

    /// Reads a request; gives the day as of which it asks.
    fn read(&mut self, request: &'de str) -> Option<NaiveDate> {
        let mut text = serde_json::Deserializer::from_str(request);
        let as_of = text.deserialize_map(Request { record: self }).ok()?;
        text.end().ok()?;
        Some(as_of)
    }

    /// Makes ready for what a key gives, unless it was given before: the same fact, or the same month of it.
    fn expect(&mut self, key: &Key) -> Option<()> {
        const WHOLE: u16 = (1 << SERIES_MONTHS) - 1;
        let months = key.month.map_or(WHOLE, |month| 1 << month);
        let given = self.given.get_mut(key.fact.index()).filter(|given| **given & months == 0)?;
        *given |= months;
        if self.reading.classifier.keys.says_the_customer(key) {
            self.reading.hear_of_the_customer(&mut self.row);
        }
        Some(())
    }

    fn put(&mut self, key: &Key, cell: Cell<'de>) -> Option<()> {
        self.reading.put(&mut self.row, &mut self.told, key, &cell).ok()?;
        let keys = &self.reading.classifier.keys;
        if Some(key.fact) == keys.user_id {
            self.user_id = id(cell);
        } else if Some(key.fact) == keys.customer_id {
            self.customer_id = id(cell);
        }
        Some(())
    }

    fn answer(mut self, as_of: NaiveDate, digest: &str) -> Result<String, Unwritten> {
        let Reading { classifier, .. } = self.reading;
        let decision = classifier.decide(&mut self.row, self.told.before(), as_of, &mut Outcomes::default());
        let codes = |mask| classifier.codes(mask).collect::<Vec<_>>();
        self.unread.sort_unstable();
        self.unread.dedup();
        let mut answer = Answer(Vec::with_capacity(ANSWER));
        answer.field(r#"{"user_id":"#, &self.user_id)?;
        answer.field(r#","customer_id":"#, &self.customer_id)?;
        answer.field(r#","status":"#, &self.told.status.and_then(status_name))?;
        answer.field(r#","months_since_exit":"#, &self.told.months_since_exit)?;
        answer.field(r#","stage":"#, &decision.stage)?;
        answer.field(r#","tier":"#, &decision.tier)?;
        answer.field(r#","reasons":"#, &classifier.reasons(&decision))?;
        answer.field(r#","warnings":"#, &codes(decision.warnings))?;
        answer.field(r#","insufficient":"#, &codes(decision.insufficient))?;
        answer.field(r#","shadow":"#, &codes(decision.shadow))?;
        answer.field(r#","stage_since":"#, &decision.stage_since)?;
        answer.field(r#","error":null,"unread_columns":"#, &self.unread)?;
        answer.field(r#","digest":"#, digest)?;
        answer.end()
    }
}

/// An answer that grows: byte for byte what serde makes of a [`ClassifyRecordResponse`](super::classify::ClassifyRecordResponse),
/// but with its keys ready-made and its texts borrowed.
struct Answer(Vec<u8>);

/// An answer that is no text of JSON: our own mistake.
type Unwritten = Box<dyn std::error::Error>;

impl Answer {
    fn field<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Unwritten> {
        self.0.extend_from_slice(key.as_bytes());
        Ok(serde_json::to_writer(&mut self.0, value)?)
    }

    fn end(mut self) -> Result<String, Unwritten> {
        self.0.push(b'}');
        Ok(String::from_utf8(self.0)?)
    }
}

/// An id, with the text of the request where it stands there as it is.
fn id(cell: Cell<'_>) -> Option<Cow<'_, str>> {
    match cell {
        Cell::Text(Cow::Borrowed(text)) => Some(text.trim()).filter(|text| !text.is_empty()).map(Cow::Borrowed),
        other => other.text().ok().flatten().map(|text| Cow::Owned(text.into_owned())),
    }
}

/// Reads a request.
struct Request<'r, 'c, 'de> {
    record: &'r mut Record<'c, 'de>,
}

impl<'de> Visitor<'de> for Request<'_, '_, 'de> {
    type Value = NaiveDate;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a request")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut request: A) -> Result<NaiveDate, A::Error> {
        let (mut record, mut as_of, mut evidence, mut money_unit) = (None, None, None, None);
        while let Some(key) = request.next_key::<&str>()? {
            match key {
                "record" if record.is_none() => record = Some(request.next_value_seed(&mut *self.record)?),
                "as_of" if as_of.is_none() => as_of = Some(date_of(request.next_value()?).ok_or_else(longer)?),
                "evidence" if evidence.is_none() => evidence = Some(request.next_value::<bool>()?),
                "money_unit" if money_unit.is_none() => {
                    let unit = request.next_value()?;
                    money_unit = Some(());
                    self.record.reading.money_unit = unit;
                }
                _ => return Err(longer()),
            }
        }
        match (record, as_of, evidence) {
            (Some(()), Some(as_of), None | Some(false)) => Ok(as_of),
            _ => Err(longer()),
        }
    }
}

impl<'de> DeserializeSeed<'de> for &mut Record<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Record<'_, 'de> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut cells: A) -> Result<(), A::Error> {
        while let Some(name) = cells.next_key::<&str>()? {
            match self.reading.classifier.keys.get(name) {
                Some(key) => {
                    self.expect(key).ok_or_else(longer)?;
                    cells.next_value_seed(Put { record: self, key })?;
                }
                None => {
                    // Read, not skipped: what is no cell is to be refused.
                    cells.next_value::<Cell<'_>>()?;
                    self.unread.push(name);
                }
            }
        }
        Ok(())
    }
}

/// Puts the cell of a key into a record.
struct Put<'r, 'c, 'de> {
    record: &'r mut Record<'c, 'de>,
    key: &'r Key,
}

impl<'de> Put<'_, '_, 'de> {
    fn cell<E: de::Error>(self, cell: Cell<'de>) -> Result<(), E> {
        self.record.put(self.key, cell).ok_or_else(longer)
    }

    /// Whether a list of months has to come.
    fn awaits_months(&self) -> bool {
        self.key.month.is_none() && matches!(self.key.kind, Kind::Series { .. })
    }

    fn integer<E: de::Error>(self, number: i128) -> Result<(), E> {
        let Some(held) = self.key.held(number).filter(|_| !self.awaits_months()) else {
            return self.cell(Cell::Integer(number));
        };
        let Record { reading, row, told, .. } = self.record;
        reading.put_held(row, told, self.key, Some(held));
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Put<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Put<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a cell")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.cell(Cell::Null)
    }

    fn visit_bool<E: de::Error>(self, answer: bool) -> Result<(), E> {
        self.cell(Cell::YesNo(answer))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<(), E> {
        self.integer(number.into())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<(), E> {
        self.integer(number.into())
    }

    fn visit_f64<E: de::Error>(self, float: f64) -> Result<(), E> {
        self.cell(Cell::Float(float))
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<(), E> {
        self.cell(Cell::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.cell(Cell::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut cells: A) -> Result<(), A::Error> {
        if !self.awaits_months() {
            return self.cell(Cell::deserialize(SeqAccessDeserializer::new(cells))?);
        }
        // No list is made of months: each goes to its place.
        let (mut months, mut key) = (0, *self.key);
        loop {
            key.month = Some(months);
            if cells.next_element_seed(Put { record: &mut *self.record, key: &key })?.is_none() {
                break;
            }
            months += 1;
        }
        if months > SERIES_MONTHS {
            return Err(longer());
        }
        self.record.reading.end_series(&mut self.record.row, self.key, months);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::ClassifyRecord;
    use crate::operation::answer;

    #[test]
    fn an_answer_is_the_same_text_as_the_longer_way_writes() {
        let rule = r#"
            extends = "china-telecom"
            name = "straight"
            [warning.conditions.SHADOW]
            when = "tenure_months >= 0"
            state = "shadow"
            moves_stage = false
            tiers = []
            en = "Shadow"
            zh = "试行"
        "#;
        let engine = Engine::open(rule).unwrap();
        for record in [
            "{}",
            r#"{"user_id": "\"u\"\n\u00e9 用户", "customer_id": 7, "status": "active", "tenure_months": 30, "note": 1, "b": 2}"#,
            r#"{"status": "terminated", "months_since_exit": 4, "previous_stage": "E", "previous_since": "2024-01-31"}"#,
            r#"{"status": "active", "fee_minor": [20000, 9000, 8000, 7000], "local_fee_minor": [9000, 8000, 7000, 100]}"#,
            r#"{"status": "active", "tenure_months": 20, "previous_stage": "B", "previous_since": null, "complaints_3m": 9}"#,
        ] {
            let request = format!(r#"{{"record": {record}, "as_of": "2024-05-31"}}"#);
            let straight = answered(&engine, &request).unwrap().unwrap();
            assert_eq!(straight, answer::<ClassifyRecord>(&engine, &request).unwrap());
        }
    }
}
