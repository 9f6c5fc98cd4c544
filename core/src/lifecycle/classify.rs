//! The operations `classify` and `classify_record`: rows of the view in, decisions out.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::decision::{DecisionRecord, status_name};
use super::reading::{Reading, is_callers};
use super::straight;
use super::{Classifier, misspelt_columns};
use crate::catalogue::Text;
use crate::condition::Outcomes;
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::operation::{RecordOperation, answer};
use crate::table::cell::MoneyUnit;

/// The operation `classify`.
#[derive(Debug)]
pub struct Classify;

/// Rows of the view to decide about.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassifyRequest {
    /// The tables.
    pub tables: ViewTables,
    /// The parameters.
    pub params: ClassifyParams,
}

/// The tables that `classify` reads.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewTables {
    /// The customer view, a row a user or prospect, as `build_view` makes it; keys that are no facts are not read.
    pub view: Vec<Map<String, Json>>,
}

/// How to decide.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassifyParams {
    /// The end of this day.
    pub as_of: NaiveDate,
    /// Refuse all rows if one breaks the contract, or if a column that is no fact is named nearly like one that is missing;
    /// otherwise such a row is returned with `error`, such a column is not read, and the others go on.
    #[serde(default)]
    pub strict: bool,
    /// Give each decision its evidence: why each rule fired, or what it cannot know.
    #[serde(default)]
    pub evidence: bool,
    /// What integer amounts count; without it they are refused.
    pub money_unit: Option<MoneyUnit>,
}

/// What was decided.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ClassifyResponse {
    /// The tables.
    pub tables: DecisionTables,
    /// What was read.
    pub report: ClassifyReport,
}

/// The tables that `classify` gives.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DecisionTables {
    /// A row a row of the view, in the same order.
    pub decisions: Vec<DecisionRecord>,
}

/// What was read.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ClassifyReport {
    /// The day as of which was decided.
    pub as_of: NaiveDate,
    /// Rows read.
    pub rows: usize,
    /// Rows among them that break the contract.
    pub errors: usize,
    /// Columns that are no facts, by name.
    pub unread_columns: Vec<String>,
    /// Those of them that are named nearly like a fact that is missing, each with that name; absent where there are none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub misspelt_columns: BTreeMap<String, String>,
    /// Digest of the policy.
    pub digest: String,
}

impl RecordOperation for Classify {
    const NAME: &'static str = "classify";
    const ABOUT: Text = Text {
        en: "Decides value tier, warnings and lifecycle stage of each row of the customer view.",
        zh: "逐行判定客户视图的价值等级、预警与生命周期阶段。",
    };
    type Request = ClassifyRequest;
    type Response = ClassifyResponse;

    fn run(engine: &Engine, request: ClassifyRequest) -> Result<ClassifyResponse, Error> {
        let ClassifyRequest { tables: ViewTables { view }, params } = request;
        let classifier = engine.policy().classifier();
        let columns: BTreeSet<&str> = view.iter().flat_map(Map::keys).map(String::as_str).collect();
        let reading = Reading {
            classifier,
            money_unit: params.money_unit,
            fee_is_customers: !classifier.keys.say_the_customer(columns.iter().copied()),
        };
        let how = How { as_of: params.as_of, evidence: params.evidence };
        let mut outcomes = Outcomes::default();
        let decisions: Vec<_> = view.iter().map(|cells| decide(&reading, cells, how, &mut outcomes)).collect();
        let given: Vec<_> = columns.iter().copied().collect();
        let misspelt = classifier.keys.misspelt(&given);
        let mut faults = refusals(&decisions, params.strict);
        if params.strict {
            faults.extend(misspelt_columns("tables.view", &misspelt));
        }
        if !faults.is_empty() {
            return Err(Error::request(faults));
        }
        let unread_columns =
            columns.into_iter().filter(|column| !classifier.keys.knows(column)).map(str::to_owned).collect();
        let report = ClassifyReport {
            as_of: params.as_of,
            rows: decisions.len(),
            errors: decisions.iter().filter(|decision| decision.error.is_some()).count(),
            unread_columns,
            misspelt_columns: misspelt.into_iter().map(|(name, meant)| (name.to_owned(), meant.to_owned())).collect(),
            digest: engine.policy().digest().to_owned(),
        };
        Ok(ClassifyResponse { tables: DecisionTables { decisions }, report })
    }
}

/// The faults that refuse the whole call: those of the caller, once a column, and under `strict` those of rows.
fn refusals(decisions: &[DecisionRecord], strict: bool) -> Vec<Fault> {
    let mut told = BTreeSet::new();
    let errors = decisions.iter().enumerate().filter_map(|(row, decision)| Some((row, decision.error.as_ref()?)));
    let refused = errors.filter(|(_, fault)| if is_callers(fault) { told.insert(fault.path.clone()) } else { strict });
    refused.map(|(row, fault)| Fault { path: format!("tables.view[{row}].{}", fault.path), ..fault.clone() }).collect()
}

/// As of when to decide, and whether to say why.
#[derive(Debug, Clone, Copy)]
struct How {
    as_of: NaiveDate,
    evidence: bool,
}

/// Decides one row; one that breaks the contract gets its fault and no decision.
fn decide(reading: &Reading<'_>, cells: &Map<String, Json>, how: How, outcomes: &mut Outcomes) -> DecisionRecord {
    match reading.facts(cells) {
        Ok(values) => {
            let classifier: &Classifier = reading.classifier;
            let kept = how.evidence.then(|| values.clone());
            let mut view = reading.view_row(values);
            let decision = classifier.decide(&mut view.row, view.before, how.as_of, outcomes);
            DecisionRecord {
                user_id: view.user_id,
                customer_id: view.customer_id,
                status: view.status.and_then(status_name),
                months_since_exit: view.months_since_exit,
                evidence: kept.map(|values| classifier.evidence(&classifier.subject(values, &decision, how.as_of))),
                ..classifier.record(&decision)
            }
        }
        Err(fault) => {
            let id = |key: &str| cells.get(key).and_then(|cell| crate::table::cell::text(cell).ok().flatten());
            DecisionRecord {
                user_id: id("user_id").map(Into::into),
                customer_id: id("customer_id").map(Into::into),
                error: Some(fault),
                evidence: how.evidence.then(Vec::new),
                ..DecisionRecord::default()
            }
        }
    }
}

/// The operation `classify_record`.
#[derive(Debug)]
pub struct ClassifyRecord;

/// One row of the view to decide about.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassifyRecordRequest {
    /// The facts of one user or prospect, by name.
    pub record: Map<String, Json>,
    /// The end of this day.
    pub as_of: NaiveDate,
    /// Give the decision its evidence: why each rule fired, or what it cannot know.
    #[serde(default)]
    pub evidence: bool,
    /// What integer amounts count; without it they are refused.
    pub money_unit: Option<MoneyUnit>,
}

/// What was decided.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ClassifyRecordResponse {
    /// The decision.
    #[serde(flatten)]
    pub decision: DecisionRecord,
    /// Keys that are no facts, by name.
    pub unread_columns: Vec<String>,
    /// Digest of the policy.
    pub digest: String,
}

impl RecordOperation for ClassifyRecord {
    const NAME: &'static str = "classify_record";
    const ABOUT: Text = Text {
        en: "Decides value tier, warnings and lifecycle stage of one user or prospect.",
        zh: "判定一个用户或潜在客户的价值等级、预警与生命周期阶段。",
    };
    type Request = ClassifyRecordRequest;
    type Response = ClassifyRecordResponse;

    fn run(engine: &Engine, request: ClassifyRecordRequest) -> Result<ClassifyRecordResponse, Error> {
        let ClassifyRecordRequest { record, as_of, evidence, money_unit } = request;
        let classifier = engine.policy().classifier();
        let reading = Reading::of_record(classifier, &record, money_unit);
        let decision = decide(&reading, &record, How { as_of, evidence }, &mut Outcomes::default());
        if let Some(fault) = decision.error.as_ref().filter(|fault| is_callers(fault)) {
            return Err(Error::request(vec![Fault { path: format!("record.{}", fault.path), ..fault.clone() }]));
        }
        Ok(ClassifyRecordResponse {
            decision,
            unread_columns: record.keys().filter(|key| !classifier.keys.knows(key)).cloned().collect(),
            digest: engine.policy().digest().to_owned(),
        })
    }

    fn answer(engine: &Engine, request: &str) -> Result<String, Error> {
        straight::answered(engine, request).unwrap_or_else(|| answer::<Self>(engine, request))
    }
}
