//! The customer view: dated, keyed fact tables made into one row a user or prospect, as of a date.
//!
//! Nothing that becomes known after the date is read; rows that do not count are returned, each with its reason; and the
//! view is the same for any order of rows.

mod bills;
mod build;
mod claims;
mod columns;
mod events;
pub mod facts;
mod groups;
mod history;
mod host;
mod own;
mod people;
mod rejects;
mod rows;
mod series;
mod service;
mod tables;
mod terms;

use arrow_schema::Metadata;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Code, Text};
use crate::engine::Engine;
use crate::error::Error;
use crate::month::Month;
use crate::operation::{BatchOperation, Cancel, RecordOperation, Tables};
use crate::table::cell::MoneyUnit;
use crate::table::source::{Collected, Given};
use crate::table::writer::tables;
use crate::table::{Reject, Row, UnreadColumns};
use build::{Built, GivenTables, Job};
use rows::Block;

pub use bills::{BillRow, Quantity};
pub use events::EventRow;
pub use history::PreviousRow;
pub use host::{HostFact, HostFactType, register_host};
pub use own::OwnValue;
pub use rejects::RowCounts;
pub(crate) use rejects::until;
pub use rows::{ContactRow, ProspectRow, Status, UserRow, ViewRow};
pub use terms::{AgreementRow, HoldingRow, PromotionRow};

/// How the view is built.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewPolicy {
    /// What a bill says that is not there.
    pub missing_bill: MissingBill,
}

/// What a bill says that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MissingBill {
    /// Nothing: the month is unknown.
    Unknown,
    /// That nothing was charged, in months with a day in service.
    Zero,
}

/// The operation `build_view`.
#[derive(Debug)]
pub struct BuildView;

/// Fact tables, and the day as of which they are seen.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BuildViewRequest {
    /// The tables, each a list of rows. The facts of a table that is not given are unknown.
    pub tables: FactTables,
    /// How to read them.
    pub params: BuildViewParams,
}

/// Rows of facts by table. A cell may be missing where it may be null; `recorded_on` (a date, when the host learnt of the
/// row) may stand in every row; the host's own facts, once the policy declares them, in `users` and `prospects`. Amounts are decimal text or floats in yuan, or whole fen in a column `<name>_minor`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactTables {
    /// Periods of service. Key: `user_id`, `activated_on`. May be null: `customer_id`, `account_id`, `terminated_on`,
    /// `suspended_on`, `join_channel`, `community`, `plan`, `in_relocation_area`, and the personal `name`, `phone`, `address`.
    pub users: Option<Vec<Row>>,
    /// What each user was charged. Key: `user_id`, `month` (`2024-05`, or a date in it). Also: `fee`. May be null:
    /// `local_fee`, `foreign_ip_fee`, `minutes`, `expected_fee` (what the plan led to expect).
    pub bills: Option<Vec<Row>>,
    /// Complaints and faults. Key: `event_id`. Also: `user_id`, `on`, `kind` (`complaint`, `fault`). May be null: `cause`,
    /// `is_repeat`.
    pub events: Option<Vec<Row>>,
    /// Service contracts. Key: `agreement_id`. Also: `user_id`, `starts_on`. May be null: `ends_on`.
    pub agreements: Option<Vec<Row>>,
    /// Promotions. Key: `user_id`, `promotion`, `starts_on`. May be null: `ends_on`.
    pub promotions: Option<Vec<Row>>,
    /// Products held. Key: `user_id`, `product`, `starts_on`. May be null: `ends_on`.
    pub holdings: Option<Vec<Row>>,
    /// People who are no customers yet. Key: `prospect_id`. May be null: `uses_competitor`, `community`, and the personal
    /// `name`, `phone`, `address`.
    pub prospects: Option<Vec<Row>>,
    /// Results the host kept from earlier runs. Key: `user_id` (a user's or prospect's), `as_of`. Also: `stage` (`A` to
    /// `E`), `stage_since`.
    pub stage_history: Option<Vec<Row>>,
}

impl FactTables {
    fn given(&self) -> GivenTables<'_> {
        GivenTables {
            users: self.users.as_deref().map(Given::Rows),
            bills: self.bills.as_deref().map(Given::Rows),
            events: self.events.as_deref().map(Given::Rows),
            agreements: self.agreements.as_deref().map(Given::Rows),
            promotions: self.promotions.as_deref().map(Given::Rows),
            holdings: self.holdings.as_deref().map(Given::Rows),
            prospects: self.prospects.as_deref().map(Given::Rows),
            stage_history: self.stage_history.as_deref().map(Given::Rows),
        }
    }
}

/// How the tables are read.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BuildViewParams {
    /// The end of this day is the moment of the view.
    pub as_of: NaiveDate,
    /// The first day from which `events` is complete; its earliest used row unless given.
    pub events_since: Option<NaiveDate>,
    /// What integer amounts count; without it only columns `<name>_minor` hold integers.
    pub money_unit: Option<MoneyUnit>,
}

/// The view, and what became of every row.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BuildViewResponse {
    /// The view and the rows that do not count.
    pub tables: BuiltTables,
    /// What was done.
    pub report: BuildViewReport,
}

/// The view and the rows that do not count.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BuiltTables {
    /// One row a user or prospect, in the order of `user_id`.
    pub view: Vec<ViewRow>,
    /// The rows that do not count, table by table in the order of the rows.
    pub rejects: Vec<Reject>,
}

/// What was done.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BuildViewReport {
    /// The day of the view.
    pub as_of: NaiveDate,
    /// The last month that was over at the end of that day.
    pub reference_month: String,
    /// What became of the rows of each table given.
    pub tables: TableCounts,
    /// Digest of the policy.
    pub digest: String,
}

/// What became of the rows of each table given: in = used + returned.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(default)]
#[allow(missing_docs)] // The tables are described where they come in.
pub struct TableCounts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users: Option<RowCounts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bills: Option<RowCounts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<RowCounts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreements: Option<RowCounts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promotions: Option<RowCounts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holdings: Option<RowCounts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prospects: Option<RowCounts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage_history: Option<RowCounts>,
}

impl TableCounts {
    /// The counts of each table given, by name.
    fn iter(&self) -> impl Iterator<Item = (&'static str, &RowCounts)> {
        let counts = [
            ("users", &self.users),
            ("bills", &self.bills),
            ("events", &self.events),
            ("agreements", &self.agreements),
            ("promotions", &self.promotions),
            ("holdings", &self.holdings),
            ("prospects", &self.prospects),
            ("stage_history", &self.stage_history),
        ];
        counts.into_iter().filter_map(|(name, counts)| Some((name, counts.as_ref()?)))
    }
}

impl RecordOperation for BuildView {
    const NAME: &'static str = "build_view";
    const ABOUT: Text = Text {
        en: "Turns dated, keyed fact tables into the customer view as of a date.",
        zh: "将带日期和主键的事实表汇总为指定日期的客户视图。",
    };
    type Request = BuildViewRequest;
    type Response = BuildViewResponse;

    fn run(engine: &Engine, request: BuildViewRequest) -> Result<BuildViewResponse, Error> {
        let BuildViewRequest { tables, params } = request;
        let built = build_with(engine, &tables.given(), &params, &Cancel::default(), |block| Ok(block.view_rows()))?;
        Ok(BuildViewResponse {
            tables: BuiltTables { view: built.view.into_iter().flatten().collect(), rejects: built.rejects },
            report: BuildViewReport {
                as_of: params.as_of,
                reference_month: Month::reference(params.as_of).to_string(),
                tables: built.counts,
                digest: engine.policy().digest().to_owned(),
            },
        })
    }
}

impl BatchOperation for BuildView {
    type Params = BuildViewParams;
    const TABLES: &'static [&'static str] = &[];
    const OPTIONAL_TABLES: &'static [&'static str] =
        &["users", "bills", "events", "agreements", "promotions", "holdings", "prospects", "stage_history"];
    const ANSWERED_TABLES: &'static [&'static str] = &["view", "rejects", "counts"];

    /// Answers with the tables `view`, `rejects` (the rows that do not count) and `counts` (what became of the rows, a row a
    /// table). All of it is worked out before the first batch.
    fn open(engine: &Engine, given: Tables, params: BuildViewParams, cancel: Cancel) -> Result<Tables, Error> {
        let collected = Collected::of(given, &cancel)?;
        let given = |name: &str| collected.get(name);
        let facts = GivenTables {
            users: given("users"),
            bills: given("bills"),
            events: given("events"),
            agreements: given("agreements"),
            promotions: given("promotions"),
            holdings: given("holdings"),
            prospects: given("prospects"),
            stage_history: given("stage_history"),
        };
        let metadata = metadata(engine, params.as_of);
        let built = build_with(engine, &facts, &params, &cancel, |block| block.batch(metadata.clone()))?;
        let mut unread = UnreadColumns::default();
        built.counts.iter().for_each(|(name, counts)| unread.extend(name, &counts.unread));
        let mut told = metadata;
        told.extend([unread.metadata()]);
        let rejects = Reject::batch(&built.rejects, told.clone())?;
        let counts = built.counts.batch(told)?;
        Ok(tables([("view", built.view), ("rejects", vec![rejects]), ("counts", vec![counts])]))
    }
}

/// Builds the view by the engine's policy and on its threads, and writes each block of it.
fn build_with<T: Send>(
    engine: &Engine,
    tables: &GivenTables<'_>,
    params: &BuildViewParams,
    cancel: &Cancel,
    write: impl Fn(Block<'_>) -> Result<T, Error> + Sync,
) -> Result<Built<T>, Error> {
    let document = engine.policy().document();
    let host: Vec<_> = document.facts.iter().map(|(name, fact)| fact.fact(name)).collect();
    let job = Job { params, policy: &document.view, host: &host, threads: engine.threads(), cancel };
    build::build(tables, &job, write)
}

/// What rides in the schemas of the answer.
fn metadata(engine: &Engine, as_of: NaiveDate) -> Metadata {
    let mut metadata = engine.signature();
    metadata.extend([
        ("lifestage.as_of", as_of.to_string()),
        ("lifestage.reference_month", Month::reference(as_of).to_string()),
    ]);
    metadata
}

/// The row is not yet known on the day.
pub static LATE: Code = Code {
    number: 601,
    name: "LATE",
    text: Text { en: "the row is not yet known on the day", zh: "截至该日，此行尚不可知" },
    fix: Text { en: "hand it over again once it is known", zh: "请在可知之后再次提交" },
};
/// The row is about a user who is not there.
pub static ORPHAN: Code = Code {
    number: 602,
    name: "ORPHAN",
    text: Text { en: "the row is about nobody in this request", zh: "此行所属的用户不在本次请求中" },
    fix: Text { en: "hand over the user's row, too", zh: "请同时提交该用户的行" },
};
/// The row says again what another one says.
pub static DUPLICATE: Code = Code {
    number: 603,
    name: "DUPLICATE",
    text: Text { en: "another row says the same", zh: "与另一行内容相同" },
    fix: Text { en: "remove the row", zh: "请删除该行" },
};
/// Rows of one key say different things.
pub static CONFLICT: Code = Code {
    number: 604,
    name: "CONFLICT",
    text: Text { en: "another row of the same key says something else", zh: "主键相同而内容不同" },
    fix: Text { en: "keep the row that is right", zh: "请只保留正确的一行" },
};

/// This room's codes.
pub const CODES: &[&Code] = &[&LATE, &ORPHAN, &DUPLICATE, &CONFLICT];
