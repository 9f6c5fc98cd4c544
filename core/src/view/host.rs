//! Facts of the host's own: columns that a policy declares, so that its conditions may read them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::tables::{FactTable, Prospects, Users};
use crate::catalogue::Text;
use crate::document::INVALID_VALUE;
use crate::error::Fault;
use crate::fact::{Fact, Facts, Floor, Kind, Meaning, NullMeans, Unit};

/// A fact of the host's own, such as the score of its churn model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HostFact {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: HostFactType,
    /// Decimal places of a `number` or `series`; amounts have two.
    #[serde(default)]
    #[schemars(range(min = 0, max = 6))]
    pub places: u8,
    /// The unit of a `number` or `series`, such as `minutes`; empty for a bare number.
    #[serde(default)]
    pub unit: String,
    /// What a null says.
    #[serde(default)]
    pub null: NullMeans,
    /// Whether it identifies a person.
    #[serde(default)]
    pub personal: bool,
    /// What it means, in English.
    pub en: String,
    /// What it means, in Chinese.
    pub zh: String,
    /// The model that computed it, for the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_id: Option<String>,
}

/// The type of a host's fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HostFactType {
    /// An exact number.
    Number,
    /// An amount of money, in yuan.
    Amount,
    /// Twelve exact numbers, one a month.
    Series,
    /// Twelve amounts, one a month.
    AmountSeries,
    /// A civil date.
    Date,
    /// Yes or no.
    YesNo,
    /// A text.
    Text,
    /// A set of texts.
    Texts,
}

impl HostFact {
    /// The fact of this name.
    pub(super) fn fact(&self, name: &str) -> Fact {
        let places = self.places;
        let kind = match self.kind {
            HostFactType::Number => Kind::Number { places },
            HostFactType::Amount => Kind::Number { places: 2 },
            HostFactType::Series => Kind::Series { places },
            HostFactType::AmountSeries => Kind::Series { places: 2 },
            HostFactType::Date => Kind::Date,
            HostFactType::YesNo => Kind::YesNo,
            HostFactType::Text => Kind::Text,
            HostFactType::Texts => Kind::Texts,
        };
        let unit = match self.kind {
            HostFactType::Amount | HostFactType::AmountSeries => Unit::Yuan,
            _ if self.unit.is_empty() => Unit::None,
            _ => Unit::Named(self.unit.clone()),
        };
        Fact {
            name: name.into(),
            kind,
            unit,
            null: self.null,
            may_be_negative: true,
            personal: self.personal,
            floor: Floor::View,
            meaning: Meaning { en: self.en.clone(), zh: self.zh.clone() },
            members: Vec::new(),
        }
    }
}

const PLAIN_NAME: Text = Text {
    en: "letters, digits and _ that begin with a letter and end neither in _minor nor in a number",
    zh: "以字母开头，由字母、数字和 _ 组成，且不以 _minor 或数字结尾的名称",
};
const OWN_NAME: Text = Text {
    en: "a name that no fact of lifestage and no column of `users` or `prospects` has",
    zh: "lifestage 的事实以及 `users`、`prospects` 的列均未使用的名称",
};

/// Adds the host's facts.
///
/// # Errors
/// A fault for each name that is taken, or that columns and conditions could not tell from others.
pub fn register_host(facts: &mut Facts, declared: &BTreeMap<String, HostFact>) -> Result<(), Vec<Fault>> {
    let mut faults = Vec::new();
    for (name, fact) in declared {
        if !is_plain(name) {
            faults.push(Fault::new(&INVALID_VALUE, format!("facts.{name}")).found(name).expecting(PLAIN_NAME));
        } else if is_taken(name) || facts.add(fact.fact(name)).is_none() {
            let fault = Fault::new(&INVALID_VALUE, format!("facts.{name}")).found(name);
            faults.push(fault.expecting(OWN_NAME));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// A name that conditions can write, and that is not read as an amount in fen or as a month of a series.
/// Whether conditions, or the tables that have the host's facts, call something else so.
fn is_taken(name: &str) -> bool {
    name == "as_of" || [Users::COLUMNS, Prospects::COLUMNS].concat().contains(&name)
}

fn is_plain(name: &str) -> bool {
    let is_word = name.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    let is_numbered = name.rsplit_once('_').is_some_and(|(_, end)| end.chars().all(|letter| letter.is_ascii_digit()));
    is_word && !is_numbered && !name.ends_with("_minor")
}
