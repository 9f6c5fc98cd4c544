//! What is decided about one row, and how a record says it.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::evidence::Evidence;
use super::{Classifier, INSUFFICIENT_DATA, MINIMUM_DWELL, Stage};
use crate::error::Fault;
use crate::value::{NO_FEES, Tier};
use crate::view::facts::STATUSES;

/// What is decided about one row: bits of the masks are the policy's warning rules in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Decision {
    /// The stage; `None` where a fact that has to decide is unknown.
    pub stage: Option<Stage>,
    /// The value tier; `None` where its fees are unknown.
    pub tier: Option<Tier>,
    /// What decided the stage.
    pub stage_reason: StageReason,
    /// Whether the tier is null because no fee at all is known (SEG-02).
    pub lacks_fees: bool,
    /// The active rules that fired.
    pub warnings: u64,
    /// The active and shadow rules that cannot know.
    pub insufficient: u64,
    /// The shadow rules that fired.
    pub shadow: u64,
    /// Since when the stage holds; only where an earlier stage was given.
    pub stage_since: Option<NaiveDate>,
}

/// What decided the stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StageReason {
    /// Nothing could.
    #[default]
    Insufficient,
    /// This step of the policy.
    Step(usize),
    /// The stage of before still counts.
    MinimumDwell,
}

/// A decision as a record says it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct DecisionRecord {
    /// The user or prospect, as given.
    pub user_id: Option<String>,
    /// The customer, as given.
    pub customer_id: Option<String>,
    /// The status, as given.
    pub status: Option<&'static str>,
    /// Full months since termination, as given.
    pub months_since_exit: Option<i64>,
    /// The stage; null where a fact that has to decide is unknown.
    pub stage: Option<Stage>,
    /// The value tier; null where its fees are unknown.
    pub tier: Option<Tier>,
    /// What decided the stage, or left stage or tier null: codes of the catalogue and of the policy.
    pub reasons: Vec<String>,
    /// The active rules that fired, in the policy's order.
    pub warnings: Vec<String>,
    /// The active and shadow rules that cannot know for want of facts.
    pub insufficient: Vec<String>,
    /// The shadow rules that fired.
    pub shadow: Vec<String>,
    /// Since when the stage holds; null unless an earlier stage was given.
    pub stage_since: Option<NaiveDate>,
    /// What is wrong with the row; then nothing is decided.
    pub error: Option<Fault>,
    /// Why each rule fired or cannot know, comparison by comparison, in the policy's order; absent unless asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Vec<Evidence>>,
}

impl Classifier {
    /// What decided the stage, or left stage or tier null.
    pub fn reasons<'a>(&'a self, decision: &Decision) -> Vec<&'a str> {
        let mut reasons = Vec::new();
        match decision.stage_reason {
            StageReason::Insufficient => reasons.push(INSUFFICIENT_DATA.name),
            StageReason::MinimumDwell => reasons.push(MINIMUM_DWELL.name),
            StageReason::Step(index) => {
                if let Some(step) = self.stages.get(index) {
                    reasons.push(step.reason.as_str());
                    let moving = if step.reads_declining { decision.warnings & self.moving() } else { 0 };
                    reasons.extend(self.codes(moving));
                }
            }
        }
        if decision.tier.is_none() {
            let reason = if decision.lacks_fees { NO_FEES.name } else { INSUFFICIENT_DATA.name };
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        reasons
    }

    /// The decision with its codes written out.
    pub(super) fn record(&self, decision: &Decision) -> DecisionRecord {
        let written = |mask| self.codes(mask).map(str::to_owned).collect();
        DecisionRecord {
            stage: decision.stage,
            tier: decision.tier,
            reasons: self.reasons(decision).into_iter().map(str::to_owned).collect(),
            warnings: written(decision.warnings),
            insufficient: written(decision.insufficient),
            shadow: written(decision.shadow),
            stage_since: decision.stage_since,
            ..DecisionRecord::default()
        }
    }
}

/// A status by its place among the codes.
pub(super) fn status_name(place: i64) -> Option<&'static str> {
    usize::try_from(place).ok().and_then(|place| STATUSES.get(place)).copied()
}
