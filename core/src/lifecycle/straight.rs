//! `classify_record` from text to decision in one go: portals call it for every customer on the screen. Cells go from the
//! request's text straight into the plan's registers; whatever is out of the ordinary is left to the longer way, which
//! knows the words for it.

use std::fmt;

use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::classify::ClassifyRecordResponse;
use super::decision::{DecisionRecord, status_name};
use super::reading::{Key, Reading, Told};
use crate::condition::Outcomes;
use crate::engine::Engine;
use crate::fact::SERIES_MONTHS;
use crate::table::cell::{Cell, MoneyUnit};

/// Cells of most records.
const CELLS: usize = 32;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request<'a> {
    #[serde(borrow)]
    record: Cells<'a>,
    as_of: NaiveDate,
    #[serde(default)]
    evidence: bool,
    money_unit: Option<MoneyUnit>,
}

/// The cells of a record by key, in the order of the text.
struct Cells<'a>(Vec<(&'a str, Cell<'a>)>);

impl<'de: 'a, 'a> Deserialize<'de> for Cells<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(CellsVisitor)
    }
}

struct CellsVisitor;

impl<'de> Visitor<'de> for CellsVisitor {
    type Value = Cells<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut record: A) -> Result<Cells<'de>, A::Error> {
        let mut cells = Vec::with_capacity(CELLS);
        while let Some(cell) = record.next_entry()? {
            cells.push(cell);
        }
        Ok(Cells(cells))
    }
}

/// The decision about the record of a request; `None` where it has to be read the longer way: it breaks the contract, or
/// asks for evidence.
pub(super) fn decided(engine: &Engine, request: &str) -> Option<ClassifyRecordResponse> {
    // serde reads a struct from a list, too.
    let Request { record: Cells(cells), as_of, evidence, money_unit } = Some(request)
        .filter(|text| text.trim_start().starts_with('{'))
        .and_then(|text| serde_json::from_str(text).ok())?;
    if evidence {
        return None;
    }
    let classifier = engine.policy().classifier();
    let keys: Vec<_> = cells.iter().map(|(name, _)| classifier.keys.get(name)).collect();
    let known = || keys.iter().zip(&cells).filter_map(|(key, (_, cell))| Some(((*key)?, cell)));
    if gives_twice(known().map(|(key, _)| key), classifier.facts().iter().len()) {
        return None;
    }
    let fee_is_customers = !known().any(|(key, _)| classifier.keys.says_the_customer(key));
    let reading = Reading { classifier, money_unit, fee_is_customers };
    let (mut row, mut told) = (classifier.plan().row(), Told::default());
    known().try_for_each(|(key, cell)| reading.put(&mut row, &mut told, key, cell)).ok()?;
    let decision = classifier.decide(&mut row, told.before(), as_of, &mut Outcomes::default());
    let id = |fact| {
        let cell = known().find(|(key, _)| Some(key.fact) == fact).map(|(_, cell)| cell.text().ok().flatten());
        cell.flatten().map(|text| text.into_owned())
    };
    let mut unread_columns: Vec<_> =
        keys.iter().zip(&cells).filter(|(key, _)| key.is_none()).map(|(_, (name, _))| (*name).to_owned()).collect();
    unread_columns.sort_unstable();
    unread_columns.dedup();
    Some(ClassifyRecordResponse {
        decision: DecisionRecord {
            user_id: id(classifier.keys.user_id),
            customer_id: id(classifier.keys.customer_id),
            status: told.status.and_then(status_name),
            months_since_exit: told.months_since_exit,
            ..classifier.record(&decision)
        },
        unread_columns,
        digest: engine.policy().digest().to_owned(),
    })
}

/// Whether two of the keys give the same fact, or the same month of it.
fn gives_twice<'k>(mut keys: impl Iterator<Item = &'k Key>, facts: usize) -> bool {
    const WHOLE: u16 = (1 << SERIES_MONTHS) - 1;
    let mut given = vec![0_u16; facts];
    keys.any(|key| {
        let months = key.month.map_or(WHOLE, |month| 1 << month);
        let Some(given) = given.get_mut(key.fact.index()) else { return true };
        let is_twice = *given & months != 0;
        *given |= months;
        is_twice
    })
}
