//! A record form fixed once: the fields are looked up beforehand, so that deciding a row reads no JSON and no names.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::Classifier;
use super::decision::{Decision, DecisionRecord};
use super::reading::{Key, Reading, Told, is_callers};
use crate::catalogue::{Language, Words};
use crate::condition::{Outcomes, Row};
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::operation::read_request;
use crate::table::cell::{Cell, MoneyUnit};
use crate::table::{INVALID, either_or};

/// Decides rows of the same fields, one at a time, as `classify_record` does.
///
/// ```
/// use lifestage_core::Engine;
/// use lifestage_core::lifecycle::Stage;
/// use lifestage_core::table::Cell;
///
/// let engine = Engine::open("china-telecom")?;
/// let mut prepared = engine.prepare(&["status", "tenure_months"], "2024-05-31".parse().unwrap(), None)?;
/// let decision = prepared.decide(&[Cell::Text("terminated".into()), Cell::Integer(7)]).unwrap();
/// assert_eq!(decision.stage, Some(Stage::E));
/// # Ok::<(), lifestage_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Prepared {
    engine: Engine,
    fields: Vec<Field>,
    as_of: NaiveDate,
    money_unit: Option<MoneyUnit>,
    fee_is_customers: bool,
    /// The row in hand. Every decision puts all of its fields anew.
    row: Row,
    outcomes: Outcomes,
}

#[derive(Debug, Clone)]
struct Field {
    name: String,
    /// None for what is no fact.
    key: Option<Key>,
}

/// Why a row is not decided.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refused {
    /// The row breaks the contract: what `classify_record` says in `error`.
    #[error("{}", .0.text(Language::En))]
    Row(Fault),
    /// The call is wrong: as many values as fields are needed, and integer amounts whose unit is said.
    #[error(transparent)]
    Call(Error),
}

/// What records are prepared for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PrepareParams {
    /// The fields, named as in a record.
    fields: Vec<String>,
    /// The end of this day.
    as_of: NaiveDate,
    /// What integer amounts count; without it they are refused.
    money_unit: Option<MoneyUnit>,
}

impl Engine {
    /// As [`Engine::prepare`], for hosts of other languages: `{"fields": ["status", …], "as_of": "2024-05-31"}`.
    ///
    /// # Errors
    /// What is wrong with the parameters, all of it.
    pub fn prepare_json(&self, params: &str) -> Result<Prepared, Error> {
        let params: PrepareParams = read_request(params)?;
        let fields: Vec<_> = params.fields.iter().map(String::as_str).collect();
        self.prepare(&fields, params.as_of, params.money_unit)
    }

    /// Prepares to decide rows of these fields, named as in a record, as of the end of a day; `money_unit` is what integer
    /// amounts count.
    ///
    /// # Errors
    /// Fields that give the same fact.
    pub fn prepare(&self, fields: &[&str], as_of: NaiveDate, money_unit: Option<MoneyUnit>) -> Result<Prepared, Error> {
        let classifier = self.policy().classifier();
        let field = |name: &&str| Field { name: (*name).to_owned(), key: classifier.keys.get(name).copied() };
        let prepared = Prepared {
            fields: fields.iter().map(field).collect(),
            as_of,
            money_unit,
            fee_is_customers: !classifier.keys.say_the_customer(fields.iter().copied()),
            row: classifier.plan().row(),
            outcomes: Outcomes::default(),
            engine: self.clone(),
        };
        let faults = prepared.given_twice();
        if faults.is_empty() { Ok(prepared) } else { Err(Error::request(faults)) }
    }
}

impl Prepared {
    /// The fields, in the order of the values.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = &str> {
        self.fields.iter().map(|field| field.name.as_str())
    }

    /// Fields that are no facts: their values are not read.
    pub fn unread_fields(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(|field| field.key.is_none()).map(|field| field.name.as_str())
    }

    /// The day as of which is decided.
    pub fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// The engine that decides.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Decides a row: a value for each field, in their order.
    ///
    /// # Errors
    /// [`Refused`], with the fault that `classify_record` finds.
    pub fn decide(&mut self, values: &[Cell<'_>]) -> Result<Decision, Refused> {
        if values.len() != self.fields.len() {
            let fault = Fault::new(&INVALID, "values").finding(values_of(values.len()));
            let fault = fault.expecting(Words::value(self.fields.len()).and("one for each field", "每个字段一个"));
            return Err(Refused::Call(Error::request(vec![fault])));
        }
        let classifier = self.engine.policy().classifier();
        let (money_unit, fee_is_customers) = (self.money_unit, self.fee_is_customers);
        let reading = Reading { classifier, money_unit, fee_is_customers };
        let mut told = Told::default();
        for (field, cell) in self.fields.iter().zip(values) {
            if let Some(key) = &field.key
                && reading.put(&mut self.row, &mut told, key, cell).is_err()
            {
                return Err(self.refused(&reading, values));
            }
        }
        Ok(classifier.decide(&mut self.row, told.before(), self.as_of, &mut self.outcomes))
    }

    /// A decision with its codes written out, as a record says it; what a record repeats of its row is left out.
    pub fn record(&self, decision: &Decision) -> DecisionRecord {
        self.classifier().record(decision)
    }

    fn classifier(&self) -> &Classifier {
        self.engine.policy().classifier()
    }

    /// Why the record of these values is refused.
    fn refused(&self, reading: &Reading<'_>, values: &[Cell<'_>]) -> Refused {
        let cells = self.fields.iter().zip(values).map(|(field, cell)| (field.name.clone(), Json::from(cell)));
        match reading.facts(&cells.collect::<Map<_, _>>()) {
            Err(fault) if is_callers(&fault) => Refused::Call(Error::request(vec![fault])),
            Err(fault) => Refused::Row(fault),
            Ok(_) => Refused::Call(Error::internal("a record that can be read was refused")),
        }
    }

    fn given_twice(&self) -> Vec<Fault> {
        let clash = |(place, field): (usize, &Field)| {
            let first = self.fields.iter().take(place).find(|earlier| earlier.clashes_with(field))?;
            let fault = Fault::new(&INVALID, format!("fields[{place}]")).found(&field.name);
            Some(fault.expecting(either_or(&first.name, &field.name)))
        };
        self.fields.iter().enumerate().filter_map(clash).collect()
    }
}

fn values_of(count: usize) -> Words {
    Words::new(format!("{count} values"), format!("{count} 个值"))
}

impl Field {
    /// Whether both give the same fact, or the same month of it.
    fn clashes_with(&self, other: &Self) -> bool {
        let same_key = self.key.zip(other.key).is_some_and(|(one, other)| {
            one.fact == other.fact && (one.month == other.month || one.month.is_none() || other.month.is_none())
        });
        same_key || self.name == other.name
    }
}
