//! What a fact is: name, type, unit, meaning, personal or not, and what its absence means.
//!
//! Each room declares the facts it makes known; a policy declares the host's own. A rule reads facts, nothing else.

use std::collections::{BTreeSet, HashMap};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Language, Text};

/// Months a series holds, the newest last.
pub const SERIES_MONTHS: usize = 12;

/// One fact that rules may read.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Its name, as conditions and columns write it.
    pub name: String,
    /// Its type.
    pub kind: Kind,
    /// The unit of its numbers; empty where there is none.
    pub unit: Unit,
    /// What a null says.
    pub null: NullMeans,
    /// Whether its numbers may lie below 0; counts and minutes may not.
    pub may_be_negative: bool,
    /// Whether it identifies a person: masked in lists, reports, logs and errors.
    pub personal: bool,
    /// When in the evaluation it is known.
    pub floor: Floor,
    /// What it means.
    pub meaning: Meaning,
    /// Of a set of texts: those that it can hold, where they are known beforehand.
    pub members: Vec<String>,
}

/// What a fact, a rule, or a code of the policy means in both languages: our own text, or the policy author's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Meaning {
    /// English.
    pub en: String,
    /// Simplified Chinese.
    pub zh: String,
}

impl Meaning {
    /// The text in one language.
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Zh => &self.zh,
        }
    }
}

impl From<Text> for Meaning {
    fn from(text: Text) -> Self {
        Self { en: text.en.into(), zh: text.zh.into() }
    }
}

/// The type of a fact. Every number is held as an integer: a value times ten to the power of its places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An exact number with so many decimal places: 0 for counts, 2 for amounts and quantities.
    Number {
        /// Decimal places.
        places: u8,
    },
    /// [`SERIES_MONTHS`] exact numbers, one a month, the newest last.
    Series {
        /// Decimal places.
        places: u8,
    },
    /// A civil date, held as days since 1970-01-01.
    Date,
    /// Yes or no, held as 1 or 0.
    YesNo,
    /// One of a fixed list of codes, held as its index.
    Code(&'static [&'static str]),
    /// Text, compared exactly after trimming.
    Text,
    /// A set of texts.
    Texts,
}

/// The unit of a number; only equal units compare.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Unit {
    /// A bare number.
    #[default]
    None,
    /// Money, in yuan with two places.
    Yuan,
    /// Anything else, by name: `minutes`, `months`, `days`, `times`, a host's own.
    Named(String),
}

impl Unit {
    /// The unit's name: `yuan`, `months`; empty for a bare number.
    pub fn name(&self) -> &str {
        match self {
            Self::None => "",
            Self::Yuan => "yuan",
            Self::Named(name) => name,
        }
    }
}

/// What a null says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum NullMeans {
    /// Nobody knows: a comparison is unknown.
    #[default]
    Unknown,
    /// There is none: a comparison is false.
    None,
}

/// When in the evaluation a fact is known; a rule reads only what stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Floor {
    /// In the view.
    View,
    /// Once the value tier is decided.
    Tier,
    /// Once the warnings are decided.
    Warnings,
    /// Once the stage is decided.
    Stage,
}

/// A result that is decided from facts, and which they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need<'a> {
    /// What is decided: `tier`, `warning`.
    pub result: &'static str,
    /// The rule that decides it, where each rule has a result of its own.
    pub code: Option<&'a str>,
    /// The names of the facts, also of those behind the results that it reads.
    pub facts: BTreeSet<&'a str>,
}

/// Every fact a policy's rules may read.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    facts: Vec<Fact>,
    by_name: HashMap<String, FactId>,
}

/// A fact's number in its registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactId(u16);

impl FactId {
    /// The fact's place among [`Facts::iter`].
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl Facts {
    /// Adds a fact; `None` if the name is taken.
    pub fn add(&mut self, fact: Fact) -> Option<FactId> {
        let id = FactId(u16::try_from(self.facts.len()).ok()?);
        if self.by_name.contains_key(&fact.name) {
            return None;
        }
        self.by_name.insert(fact.name.clone(), id);
        self.facts.push(fact);
        Some(id)
    }

    /// The fact of this name.
    pub fn find(&self, name: &str) -> Option<(FactId, &Fact)> {
        let id = *self.by_name.get(name)?;
        self.get(id).map(|fact| (id, fact))
    }

    /// The fact of this number.
    pub fn get(&self, id: FactId) -> Option<&Fact> {
        self.facts.get(id.index())
    }

    /// All facts, in the order of their numbers.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Fact> {
        self.facts.iter()
    }
}

/// What a row says of one fact.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Nobody knows: the column is missing, or a null means so.
    #[default]
    Unknown,
    /// There is none.
    None,
    /// A number times ten to its places, a date's day, a yes or no, a code's index.
    Number(i64),
    /// A text.
    Text(String),
    /// A set of texts, sorted.
    Texts(Vec<String>),
    /// A number a month, the newest last; `None` is unknown.
    Series([Option<i64>; SERIES_MONTHS]),
}

/// One row of facts, by [`FactId`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Record {
    values: Vec<Value>,
}

impl Record {
    /// A row of which nothing is known.
    pub fn unknown(facts: &Facts) -> Self {
        Self { values: vec![Value::Unknown; facts.facts.len()] }
    }

    /// What the row says of a fact.
    pub fn get(&self, id: FactId) -> &Value {
        self.values.get(id.index()).unwrap_or(&Value::Unknown)
    }

    /// Says what a fact is.
    pub fn set(&mut self, id: FactId, value: Value) {
        if let Some(slot) = self.values.get_mut(id.index()) {
            *slot = value;
        }
    }
}
