//! Churn early warning (离网预警): rules that say who is about to leave, and the lists they give (EWS).
//!
//! A rule is a built-in trigger with parameters (`trigger.rs`) or a condition of the policy. Every rule becomes a
//! condition of the same plan, so that rows and columns agree.

mod trigger;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::value::Tier;

pub use trigger::{
    Cancelled, ChurnChannel, Count, Drop, DropReading, Expiring, FirstBill, ForeignIp, Grievances, Loyalty,
    PromotionEnded, Relocation, Swing,
};

/// The life of a rule (EWS-23).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RuleState {
    /// Being written: not evaluated.
    Draft,
    /// Evaluated and reported apart: it warns nobody and moves no stage.
    Shadow,
    /// In force.
    Active,
}

/// A rule: when it counts, what it does, and what triggers it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("additionalProperties" = false))]
pub struct Rule<T> {
    /// Draft, shadow or active.
    pub state: RuleState,
    /// Whether a customer whom it warns of is in decline, stage D.
    pub moves_stage: bool,
    /// The value tiers it watches; empty for all.
    pub tiers: Vec<Tier>,
    /// The trigger and its parameters.
    #[serde(flatten)]
    pub trigger: T,
}

/// The early-warning rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WarningPolicy {
    /// EWS-01: the local-call fee falls, month after month.
    pub fee_drop: Rule<Drop>,
    /// EWS-02: complaints or repeated faults within three months.
    pub grievances: Rule<Grievances>,
    /// EWS-03: the whole consumption falls, month after month.
    pub consumption_drop: Rule<Drop>,
    /// EWS-04: spending on a competitor's IP service.
    pub foreign_ip: Rule<ForeignIp>,
    /// EWS-06: minutes of use drop suddenly or fluctuate strongly.
    pub usage_swing: Rule<Swing>,
    /// EWS-07: a promotion is about to end.
    pub promotion_expiring: Rule<Expiring>,
    /// EWS-08: the service contract is about to end.
    pub agreement_expiring: Rule<Expiring>,
    /// EWS-10: the first bill is a multiple of what the plan led to expect.
    pub first_bill: Rule<FirstBill>,
    /// EWS-11: fault reports last month.
    pub faults_last_month: Rule<Count>,
    /// EWS-12: complaints last month.
    pub complaints_last_month: Rule<Count>,
    /// EWS-13: joined through a channel whose customers leave.
    pub churn_channel: Rule<ChurnChannel>,
    /// EWS-15: has cancelled; a candidate for win-back.
    pub cancelled: Rule<Cancelled>,
    /// EWS-16: has been loyal for some months; eligible for a programme.
    pub loyalty: Rule<Loyalty>,
    /// EWS-17: lives where many have to move.
    pub relocation: Rule<Relocation>,
    /// EWS-18: a mature customer's promotion has just ended; a revisit is due.
    pub promotion_ended: Rule<PromotionEnded>,
    /// The operator's own rules, by code.
    #[serde(default)]
    pub conditions: BTreeMap<String, Rule<Condition>>,
}

/// A rule of the operator's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Condition {
    /// What it warns of, in English.
    pub en: String,
    /// What it warns of, in Chinese.
    pub zh: String,
    /// The condition; it may read facts and the tier.
    pub when: String,
}
