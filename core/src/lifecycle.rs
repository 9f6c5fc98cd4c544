//! The five stages of the customer lifecycle (LCY).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A lifecycle stage (LCY-01).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Stage {
    /// Acquisition (获取): not a customer yet.
    A,
    /// Build-up (提升): a customer before maturity.
    B,
    /// Climax (成熟): a mature customer.
    C,
    /// Decline (衰退): a customer who shows signs of leaving.
    D,
    /// Exit (离网): a customer who has left.
    E,
}

impl Stage {
    /// The stages' codes, in the order of the fact `stage`.
    pub const CODES: &'static [&'static str] = &["A", "B", "C", "D", "E"];

    /// The stage as conditions and results write it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::E => "E",
        }
    }
}

/// How stages are decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LifecyclePolicy {
    /// Conditions in order: the first true one decides; one that is unknown before that leaves the stage null (LCY-09).
    #[schemars(length(min = 1))]
    pub stages: Vec<StageRule>,
    /// How long a customer stays in a stage before the next one counts; A and E never wait.
    pub minimum_dwell: MinimumDwell,
}

/// One step of the stage decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StageRule {
    /// The stage that it decides.
    pub stage: Stage,
    /// The condition to enter it; it may read facts, tier, warnings and `declining`.
    pub when: String,
    /// The condition to stay in it, for a customer whose previous stage it is; `when` unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stays_while: Option<String>,
    /// The reason code that results carry: the requirement the step stands for.
    pub reason: String,
}

/// Full months a customer stays at least, by stage (decision 8).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MinimumDwell {
    /// In B.
    #[serde(rename = "B")]
    #[schemars(range(min = 0, max = 120), extend("x-unit" = "months"))]
    pub b: u8,
    /// In C.
    #[serde(rename = "C")]
    #[schemars(range(min = 0, max = 120), extend("x-unit" = "months"))]
    pub c: u8,
    /// In D.
    #[serde(rename = "D")]
    #[schemars(range(min = 0, max = 120), extend("x-unit" = "months"))]
    pub d: u8,
}
