//! Which column of a batch gives which fact, and which columns a result has.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use arrow_schema::{DataType, Schema};

use super::{COLUMN_TAKEN, FACT_TWICE, UNKNOWN_COLUMN};
use crate::catalogue::Text;
use crate::error::{Error, Fault};
use crate::fact::{Fact, FactId, Kind, Unit};
use crate::lifecycle::{Classifier, Key};
use crate::table::arrow::{Scale, is_code, is_date, is_number, is_yes_no, item_type, value_type};
use crate::table::batches::{CODE_TYPES, DATE_TYPES, NUMBER_TYPES, TEXT_TYPES, YES_NO_TYPES};
use crate::table::cell::{AMOUNT_WITH_UNIT, MONTHS, MoneyUnit, TEXTS};
use crate::table::{AMOUNT_WITHOUT_UNIT, COLUMN_TYPE, either_or};

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
    Fault::new(&FACT_TWICE, format!("view.{name}")).found(name).expecting(either_or(first, name))
}

fn how(
    classifier: &Classifier,
    key: &Key,
    fact: &Fact,
    column: &DataType,
    money_unit: Option<MoneyUnit>,
) -> Result<How, Fault> {
    let refused = |expected: Text| Fault::new(&COLUMN_TYPE, "").found(column).expecting(expected);
    let number = |places: u8, column: &DataType| {
        let value = value_type(column);
        if fact.unit == Unit::Yuan && !key.is_minor && money_unit.is_none() && value.is_integer() {
            let mut fault = Fault::new(&AMOUNT_WITHOUT_UNIT, "").found(column);
            fault.suggestion = Some(key.name_in_fen(fact));
            return Err(fault.expecting(AMOUNT_WITH_UNIT));
        }
        let scale = match fact.unit {
            _ if key.is_minor => Scale::MINOR,
            Unit::Yuan => Scale::amount(places, money_unit),
            _ => Scale::quantity(places),
        };
        if is_number(value) { Ok(scale) } else { Err(refused(NUMBER_TYPES)) }
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
            None => Err(refused(MONTHS)),
        },
        Kind::Date if is_date(value_type(column)) => Ok(How::Date),
        Kind::Date => Err(refused(DATE_TYPES)),
        Kind::YesNo if is_yes_no(value_type(column)) => Ok(How::YesNo),
        Kind::YesNo => Err(refused(YES_NO_TYPES)),
        Kind::Code(codes) if is_code(value_type(column)) => Ok(How::Code(codes)),
        Kind::Code(_) => Err(refused(CODE_TYPES)),
        Kind::Text if is_code(value_type(column)) => Ok(texts().map_or(How::Ignored, How::Text)),
        Kind::Text => Err(refused(TEXT_TYPES)),
        Kind::Texts => match item_type(column) {
            Some(item) if is_code(value_type(item)) => Ok(texts().map_or(How::Ignored, How::Texts)),
            _ => Err(refused(TEXTS)),
        },
    }
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
    Evidence,
}

impl Output {
    const ALL: [(Self, &'static str); 16] = [
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
        (Self::Evidence, "evidence"),
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
                fault.expecting(Text {
                    en: "a name that no column of the result has", zh: "结果列未使用的名称"
                })
            })
            .collect();
        if faults.is_empty() { Ok(()) } else { Err(Error::request(faults)) }
    }

    /// The columns that are asked for; all unless said otherwise, `stage_since` only where earlier stages are given, and
    /// `evidence` only where it is named.
    pub fn chosen(names: Option<&[String]>, has_before: bool) -> Result<Vec<Self>, Error> {
        let Some(names) = names else {
            let all = Self::ALL.iter().map(|(output, _)| *output);
            let is_always = |output: &Self| match output {
                Self::StageSince => has_before,
                Self::Evidence => false,
                _ => true,
            };
            return Ok(all.filter(is_always).collect());
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
