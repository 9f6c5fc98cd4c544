//! What a customer is worth: the value tier (SEG-01 to SEG-03).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A value tier, the highest first (SEG-03).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// High-end: 150 yuan a month or more by default (SEG-01).
    High,
    /// Middle: 80 yuan a month or more by default (ours).
    Mid,
    /// Everybody else.
    Low,
}

impl Tier {
    /// The tiers' codes, in the order of the fact `tier`.
    pub const CODES: &'static [&'static str] = &["high", "mid", "low"];

    /// The tier as conditions and results write it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Mid => "mid",
            Self::Low => "low",
        }
    }
}

/// How tiers are decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValuePolicy {
    /// Conditions in order: the first true one decides; one that is unknown before that leaves the tier null.
    #[schemars(length(min = 1))]
    pub tiers: Vec<TierRule>,
}

/// One step of the tier decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TierRule {
    /// The tier that it decides.
    pub tier: Tier,
    /// The condition; it may read the facts of the view.
    pub when: String,
}
