//! The five stages of the customer lifecycle (LCY).
//!
//! A customer's tier, warnings and stage are decided together, in this order, by one compiled [`Classifier`].

mod classifier;
mod classify;
mod columns;
mod customers;
mod decided;
mod decision;
mod describe;
mod evidence;
mod explain;
mod history;
mod needs;
mod prepared;
mod programme;
mod reading;
mod straight;
mod summary;
mod warned;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Code, Text};
use crate::condition::{self, Test};
use crate::error::Fault;
use crate::fact::{Fact, Facts, Floor, Kind, NullMeans, Unit};
use crate::view::facts::STAGES;

pub use classifier::{Before, Classifier};

pub use classify::{Classify, ClassifyRecord};
pub use columns::{DecisionBuffers, DecisionColumns, Machines, NO_CODE, ViewColumns};
pub(crate) use columns::{Part, stage_reason};
pub use customers::{CombineCustomers, Customers};
pub use decision::{Decision, DecisionRecord, StageReason};
pub use describe::{DescribeStage, DescribeWarning, ListProgrammes, StageDescription, WarningDescription};
pub use evidence::{Evidence, RuleOutcome};
pub use explain::Explain;
pub use prepared::{Prepared, Refused};
pub use programme::ProgrammesPolicy;
pub(crate) use reading::{Key, Reading};
pub use summary::{Stages, SummariseStages};
pub(crate) use warned::{ARPU_PLACES, ListLayout, headings, mismatch, other_rows};
pub use warned::{GivenDecision, ListWarned, ListWarnedParams, WarnedRow};

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
    /// Every stage, in the order of the fact `stage`.
    pub const ALL: [Self; 5] = [Self::A, Self::B, Self::C, Self::D, Self::E];

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

/// Full months a customer stays at least, by stage.
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

impl MinimumDwell {
    /// The months a customer stays in a stage at least; A and E never wait.
    pub const fn months(&self, stage: Stage) -> u8 {
        match stage {
            Stage::A | Stage::E => 0,
            Stage::B => self.b,
            Stage::C => self.c,
            Stage::D => self.d,
        }
    }
}

/// Registers what the stage decision makes known: `stage`.
pub fn register(facts: &mut Facts) {
    facts.add(Fact {
        name: "stage".into(),
        kind: Kind::Code(STAGES),
        unit: Unit::None,
        null: NullMeans::Unknown,
        may_be_negative: false,
        personal: false,
        floor: Floor::Stage,
        meaning: Text { en: "the lifecycle stage", zh: "生命周期阶段" }.into(),
        members: Vec::new(),
    });
}

/// A stage rule's conditions, read.
#[derive(Debug, Clone)]
pub struct StageTests {
    /// To enter the stage.
    pub when: Test,
    /// To stay in it.
    pub stays_while: Option<Test>,
}

impl LifecyclePolicy {
    /// The stages' conditions, in order.
    ///
    /// # Errors
    /// Every fault of the conditions.
    pub fn conditions(&self, facts: &Facts) -> Result<Vec<StageTests>, Vec<Fault>> {
        let (mut stages, mut faults) = (Vec::new(), Vec::new());
        for (index, rule) in self.stages.iter().enumerate() {
            let mut read = |key: &str, condition: &str| {
                let path = format!("lifecycle.stages[{index}].{key}");
                condition::read(condition, facts, Floor::Warnings).map_err(|found| {
                    faults.extend(found.into_iter().map(|fault| Fault { path: path.clone(), ..fault }));
                })
            };
            let when = read("when", &rule.when);
            let stays_while = rule.stays_while.as_ref().map(|condition| read("stays_while", condition)).transpose();
            if let (Ok(when), Ok(stays_while)) = (when, stays_while) {
                stages.push(StageTests { when, stays_while });
            }
        }
        if faults.is_empty() { Ok(stages) } else { Err(faults) }
    }
}

const fn reason(number: u16, name: &'static str, en: &'static str, zh: &'static str) -> Code {
    Code { number, name, text: Text { en, zh }, fix: Text { en: "", zh: "" } }
}

/// Not a customer yet.
pub static PROSPECT: Code = reason(1004, "LCY-04", "not a customer yet: a prospect", "尚不是客户：潜在客户");
/// In service for a year or more.
pub static MATURE: Code = reason(1005, "LCY-05", "in service for twelve months or more", "在网满一年");
/// In service, before maturity.
pub static BUILDING_UP: Code = reason(1006, "LCY-06", "in service for less than twelve months", "在网未满一年");
/// A rule that moves the stage fired.
pub static DECLINING: Code = reason(1007, "LCY-07", "high-risk signals: about to leave", "出现高危信号，可能离网");
/// Has left.
pub static LEFT: Code = reason(1008, "LCY-08", "has left the network", "已经离网");
/// The stage of before still counts.
pub static MINIMUM_DWELL: Code = reason(
    1020,
    "MINIMUM_DWELL",
    "stays in the stage of before until the minimum dwell is over",
    "未满最短停留期，维持原阶段",
);
/// A fact that has to decide is unknown.
pub static INSUFFICIENT_DATA: Code = Code {
    number: 1021,
    name: "INSUFFICIENT_DATA",
    text: Text { en: "a fact that has to decide is unknown", zh: "缺少作出判断所需的数据" },
    fix: Text {
        en: "supply the missing facts; `explain` names them", zh: "请补充缺少的事实，explain 会逐一列出"
    },
};
/// More rules than a mask has bits.
pub static TOO_MANY_RULES: Code = Code {
    number: 1022,
    name: "TOO_MANY_RULES",
    text: Text { en: "there are more warning rules than a mask has bits", zh: "预警规则超过掩码位数" },
    fix: Text { en: "remove rules that are no longer used", zh: "请删除不再使用的规则" },
};
/// A row that `classify` could not decide takes no part in what is made of decisions.
pub static UNDECIDED: Code = Code {
    number: 1023,
    name: "UNDECIDED",
    text: Text {
        en: "nothing was decided about the row: it breaks the contract of the view",
        zh: "该行不符合客户视图的约定，未作判定",
    },
    fix: Text {
        en: "correct the row of the view and classify it again", zh: "请修正客户视图中的该行并重新判定"
    },
};

/// A column of the view that is no fact, but named nearly like one that is missing.
pub static MISSPELT_COLUMN: Code = Code {
    number: 1024,
    name: "MISSPELT_COLUMN",
    text: Text {
        en: "the column is no fact, but named nearly like one that is missing",
        zh: "该列不是已知事实，但名称与缺少的某一事实相近",
    },
    fix: Text { en: "rename the column, or leave it out", zh: "请更正列名，或去掉该列" },
};

/// The faults of misspelt columns, each with the name that was probably meant.
pub(crate) fn misspelt_columns(table: &str, misspelt: &BTreeMap<&str, &str>) -> Vec<Fault> {
    let fault = |(name, meant): (&&str, &&str)| Fault {
        suggestion: Some((*meant).to_owned()),
        ..Fault::new(&MISSPELT_COLUMN, format!("{table}.{name}"))
            .found(name)
            .expecting(Text { en: "the name of a fact", zh: "事实的名称" })
    };
    misspelt.iter().map(fault).collect()
}

/// This room's codes.
pub const CODES: &[&Code] = &[
    &PROSPECT,
    &MATURE,
    &BUILDING_UP,
    &DECLINING,
    &LEFT,
    &MINIMUM_DWELL,
    &INSUFFICIENT_DATA,
    &TOO_MANY_RULES,
    &MISSPELT_COLUMN,
    &warned::OTHER_DECISIONS,
    &UNDECIDED,
];
