//! What the handle `adjustments` answers.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::book::Outcome;
use super::log::LogEntry;
use super::state::{Department, State};
use crate::error::Fault;
use crate::money::Money;
use crate::table::{Reject, UnreadColumns};

/// What became of an update.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AdjustmentsUpdated {
    /// The tables.
    pub tables: AdjustedTables,
    /// The counts.
    pub report: AdjustedReport,
}

/// What became of the rows.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AdjustedTables {
    /// One row an event or row of a sheet, in their order; absent where none were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub results: Option<Vec<ResultRecord>>,
    /// The entries that were written.
    pub log: Vec<LogEntry>,
    /// Rows of `customers` and `lines` that do not count, each with its reason.
    pub rejects: Vec<Reject>,
}

/// How many rows there were.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AdjustedReport {
    /// Events and rows of sheets that came in: the sum of the two figures that follow.
    pub rows: usize,
    /// Those that happened.
    pub accepted: usize,
    /// Those that were denied.
    pub rejected: usize,
    /// Customers that were added.
    pub customers: usize,
    /// Customers whose line data came.
    pub lines: usize,
    /// Entries in the log by now.
    pub log_entries: u64,
    /// The digest of the last one; 64 zeros of a log without entries.
    pub head: String,
    /// What nobody reads, each column after the name of its table.
    #[serde(flatten)]
    pub unread: UnreadColumns,
}

/// What became of an event, or of a row of a sheet.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ResultRecord {
    /// Its place in its table, from 0.
    pub row: usize,
    /// The customer; null where the row names none.
    pub customer_id: Option<String>,
    /// Whether it happened.
    pub accepted: bool,
    /// The customer's state after it; null where nobody knows the customer.
    pub state: Option<State>,
    /// The number of its entry in the log; null where it was denied.
    pub seq: Option<u64>,
    /// Everything that speaks against it, in the order transition, role, scope, target, lock, window, second approval.
    pub denials: Vec<Fault>,
    /// `CLAIM_CONFLICT` where departments claim the customer against one another.
    pub remarks: Vec<&'static str>,
}

impl ResultRecord {
    pub(super) fn of(outcome: &Outcome) -> Self {
        let remark = outcome.has_conflict.then_some(super::CLAIM_CONFLICT.name);
        Self {
            row: outcome.row,
            customer_id: outcome.customer_id.clone(),
            accepted: outcome.is_accepted(),
            state: outcome.state,
            seq: outcome.seq,
            denials: outcome.denials.clone(),
            remarks: remark.into_iter().collect(),
        }
    }
}

/// What the handle knows; of what was not asked nothing is said.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AdjustmentsAnswer {
    /// The tables.
    pub tables: AdjustmentsTables,
    /// What is known of the cohort; absent where none was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<CohortReport>,
}

/// What was asked.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct AdjustmentsTables {
    /// One row a question of `owners`, in their order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owners: Option<Vec<OwnerRecord>>,
    /// What would become of the events, one row each; nothing has happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub results: Option<Vec<ResultRecord>>,
    /// What they would move, by community.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effects: Option<Vec<EffectRecord>>,
    /// The customers, ordered by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customers: Option<Vec<CycleRecord>>,
    /// The entries of the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<Vec<LogEntry>>,
}

/// Who owned a customer on a day.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OwnerRecord {
    /// The customer; null where the row names none, which is an error.
    pub customer_id: Option<String>,
    /// The day.
    pub on: Option<NaiveDate>,
    /// The community that owned it; null before it was created, and in error.
    pub community: Option<String>,
    /// Since when.
    pub since: Option<NaiveDate>,
    /// Why nobody can tell; null where it is told.
    pub error: Option<Fault>,
}

/// What a set of moves takes from a community and gives to it.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EffectRecord {
    /// The community.
    pub community: String,
    /// Customers that leave it.
    pub customers_out: u64,
    /// Customers that enter it.
    pub customers_in: u64,
    /// Their revenue, in yuan; null where an event of theirs does not say.
    pub revenue_out: Option<Money>,
    /// Their revenue, in yuan; null where an event of theirs does not say.
    pub revenue_in: Option<Money>,
}

/// A customer in the cycle.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CycleRecord {
    /// The customer.
    pub customer_id: String,
    /// When it was created.
    pub created_on: NaiveDate,
    /// The month of that.
    pub cohort: String,
    /// Where it stands.
    pub state: State,
    /// Where the last entry of the log put it.
    pub community: String,
    /// The local-network channel of that; null where it hangs in none.
    pub channel: Option<String>,
    /// The department that claims it; null where none does, or not all have answered, or several do.
    pub claimed_by: Option<Department>,
    /// Whether it is not divided yet (DIV-14).
    pub is_undivided: bool,
    /// Whether its line data had not come by the last day of its window; not before that day.
    pub is_late: bool,
    /// The first day on which it is locked; null where it is not, or not yet.
    pub locked_from: Option<NaiveDate>,
    /// The last day on which it is.
    pub locked_until: Option<NaiveDate>,
    /// The first day from `as_of` on on which it may move; null where none is in sight.
    pub next_window: Option<NaiveDate>,
}

/// What is known of a cohort (DIV-10, DIV-11).
#[derive(Debug, Serialize, JsonSchema)]
pub struct CohortReport {
    /// The month.
    pub cohort: String,
    /// The first day of its window.
    pub window_opens: NaiveDate,
    /// The last day of its window.
    pub window_closes: NaiveDate,
    /// Whether it is open.
    pub is_open: bool,
    /// Days of it that are left.
    pub days_left: i64,
    /// Its customers.
    pub customers: usize,
    /// Those that are not divided.
    pub undivided: usize,
    /// Those that were not when the window closed; 0 while it is open.
    pub overdue: usize,
    /// Those whose line data had not come by the last day of the window; 0 before it.
    pub late: usize,
}
