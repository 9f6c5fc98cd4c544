//! What is decided about one row, and how a record says it.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::classifier::{RuleStep, StageStep};
use super::evidence::Evidence;
use super::{Classifier, INSUFFICIENT_DATA, MINIMUM_DWELL, Stage};
use crate::error::Fault;
use crate::table::cell::bits;
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

/// The reasons that a policy's decisions can have. A reason is its place among the codes.
#[derive(Debug, Clone, Default)]
pub(super) struct Reasons {
    codes: Vec<String>,
    insufficient: usize,
    no_fees: usize,
    minimum_dwell: usize,
    /// For each step of the stage decision.
    steps: Vec<usize>,
    /// For each warning rule.
    rules: Vec<usize>,
}

impl Reasons {
    pub fn new(stages: &[StageStep], rules: &[RuleStep]) -> Self {
        let mut reasons = Self::default();
        reasons.insufficient = reasons.place(INSUFFICIENT_DATA.name);
        reasons.no_fees = reasons.place(NO_FEES.name);
        reasons.minimum_dwell = reasons.place(MINIMUM_DWELL.name);
        reasons.steps = stages.iter().map(|step| reasons.place(&step.reason)).collect();
        reasons.rules = rules.iter().map(|step| reasons.place(&step.rule.code)).collect();
        reasons
    }

    fn place(&mut self, code: &str) -> usize {
        self.codes.iter().position(|known| known == code).unwrap_or_else(|| {
            self.codes.push(code.to_owned());
            self.codes.len() - 1
        })
    }
}

impl Classifier {
    /// Every reason that a decision can have.
    pub fn reason_codes(&self) -> &[String] {
        &self.reasons.codes
    }

    /// What decided the stage, or left stage or tier null: each a place among the reason codes.
    pub fn each_reason(&self, decision: &Decision, mut add: impl FnMut(usize)) {
        let tier = match (decision.tier, decision.lacks_fees) {
            (Some(_), _) => None,
            (None, true) => Some(self.reasons.no_fees),
            (None, false) => Some(self.reasons.insufficient),
        };
        let mut is_told = false;
        let mut tell = |reason: usize| {
            is_told |= tier == Some(reason);
            add(reason);
        };
        match decision.stage_reason {
            StageReason::Insufficient => tell(self.reasons.insufficient),
            StageReason::MinimumDwell => tell(self.reasons.minimum_dwell),
            StageReason::Step(index) => {
                self.reasons.steps.get(index).copied().into_iter().for_each(&mut tell);
                if self.stages.get(index).is_some_and(|step| step.reads_declining) {
                    let moving = decision.warnings & self.moving;
                    bits(moving).filter_map(|bit| self.reasons.rules.get(bit).copied()).for_each(&mut tell);
                }
            }
        }
        if let Some(reason) = tier.filter(|_| !is_told) {
            add(reason);
        }
    }

    /// What decided the stage, or left stage or tier null.
    pub fn reasons<'a>(&'a self, decision: &Decision) -> Vec<&'a str> {
        let mut reasons = Vec::new();
        self.each_reason(decision, |place| reasons.extend(self.reasons.codes.get(place).map(String::as_str)));
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
