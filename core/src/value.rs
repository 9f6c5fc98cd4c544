//! What a customer is worth: the value tier (SEG-01 to SEG-03).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Code, Text};
use crate::condition::{self, Test};
use crate::error::Fault;
use crate::fact::{Fact, Facts, Floor, Kind, NullMeans, Unit};

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
    /// Every tier, in the order of the fact `tier`.
    pub const ALL: [Self; 3] = [Self::High, Self::Mid, Self::Low];
    /// The tiers' codes, in the same order.
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

/// Registers what the tier decision makes known: `tier`.
pub fn register(facts: &mut Facts) {
    facts.add(Fact {
        name: "tier".into(),
        kind: Kind::Code(Tier::CODES),
        unit: Unit::None,
        null: NullMeans::Unknown,
        personal: false,
        may_be_negative: false,
        floor: Floor::Tier,
        meaning: Text { en: "the value tier", zh: "价值等级" }.into(),
        members: Vec::new(),
    });
}

impl ValuePolicy {
    /// The tiers' conditions, in order.
    ///
    /// # Errors
    /// Every fault of the conditions.
    pub fn conditions(&self, facts: &Facts) -> Result<Vec<(Tier, Test)>, Vec<Fault>> {
        let (mut tiers, mut faults) = (Vec::new(), Vec::new());
        for (index, rule) in self.tiers.iter().enumerate() {
            match condition::read(&rule.when, facts, Floor::View) {
                Ok(test) => tiers.push((rule.tier, test)),
                Err(found) => faults.extend(found.into_iter().map(|mut fault| {
                    fault.path = format!("value.tiers[{index}].when");
                    fault
                })),
            }
        }
        if faults.is_empty() { Ok(tiers) } else { Err(faults) }
    }
}

/// There are no fees yet: the tier cannot be known (SEG-02).
pub static NO_FEES: Code = Code {
    number: 801,
    name: "SEG-02",
    text: Text {
        en: "no fee is known yet, so there is no value tier", zh: "尚无费用数据，无法判断价值等级"
    },
    fix: Text { en: "", zh: "" },
};

/// This room's codes.
pub const CODES: &[&Code] = &[&NO_FEES];
