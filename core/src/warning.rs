//! Churn early warning (离网预警): rules that say who is about to leave, and the lists they give (EWS).
//!
//! A rule is a built-in trigger with parameters (`trigger.rs`) or a condition of the policy. Every rule becomes a
//! condition of the same plan, so that rows and columns agree.

mod list;
mod trigger;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Code, Text};
use crate::condition::{self, Test};
use crate::document::INVALID_VALUE;
use crate::error::Fault;
use crate::fact::{Fact, Facts, Floor, Kind, Meaning, NullMeans, Unit};
use crate::value::Tier;

pub use list::{Action, ListColumn, WarningList};
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
    /// What to do about those a rule warns of, by code (EWS-26).
    #[serde(default)]
    pub actions: BTreeMap<String, Action>,
    /// The lists of those warned of, by name (EWS-05).
    #[serde(default)]
    pub lists: BTreeMap<String, WarningList>,
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

/// A rule as the policy has it: who is asked, what is asked, what follows.
#[derive(Debug, Clone)]
pub struct WarningRule {
    /// The code that results carry: `EWS-01`, or the operator's own.
    pub code: String,
    /// Where it stands in the policy: `warning.fee_drop`.
    pub path: String,
    /// What it warns of.
    pub meaning: Meaning,
    /// Draft, shadow or active.
    pub state: RuleState,
    /// Whether a customer whom it warns of is in decline.
    pub moves_stage: bool,
    /// What it asks of the tier and the status.
    pub audience: Test,
    /// What it asks of the other facts.
    pub trigger: Test,
    /// The parameter for which a comparison of the trigger stands that names none: `when` in a rule of the operator's own.
    pub parameter: &'static str,
}

/// Registers what the warnings make known: `warnings` and `declining`.
pub fn register(facts: &mut Facts, policy: &WarningPolicy) {
    let own = policy.conditions.keys().cloned();
    let members = TRIGGERS.iter().map(|code| code.name.to_owned()).chain(own).collect();
    let fact = |name: &str, kind, meaning: Text, members| Fact {
        name: name.into(),
        kind,
        unit: Unit::None,
        null: NullMeans::Unknown,
        personal: false,
        may_be_negative: false,
        floor: Floor::Warnings,
        meaning: meaning.into(),
        members,
    };
    let warnings = Text { en: "codes of the active rules that fired", zh: "触发的在用预警规则代码" };
    facts.add(fact("warnings", Kind::Texts, warnings, members));
    let declining = Text {
        en: "whether an active rule that moves the stage fired",
        zh: "是否触发了决定阶段的在用预警规则",
    };
    facts.add(fact("declining", Kind::YesNo, declining, Vec::new()));
}

impl WarningPolicy {
    /// Every rule: the built-in ones by number, then the operator's own by code.
    ///
    /// # Errors
    /// Every fault of the rules' parameters and conditions.
    pub fn rules(&self, facts: &Facts) -> Result<Vec<WarningRule>, Vec<Fault>> {
        let mut rules = Rules { facts, rules: Vec::new(), faults: Vec::new() };
        rules.add(&FEE_DROP, "fee_drop", &self.fee_drop, |trigger| trigger.test(facts));
        rules.add(&GRIEVANCES, "grievances", &self.grievances, |trigger| trigger.test(facts));
        rules.add(&CONSUMPTION_DROP, "consumption_drop", &self.consumption_drop, |trigger| trigger.test(facts));
        rules.add(&FOREIGN_IP, "foreign_ip", &self.foreign_ip, |trigger| trigger.test(facts));
        rules.add(&USAGE_SWING, "usage_swing", &self.usage_swing, |trigger| trigger.test(facts));
        rules.add(&PROMOTION_EXPIRING, "promotion_expiring", &self.promotion_expiring, |trigger| {
            Ok(trigger.test(facts, "promotion_ends_on"))
        });
        rules.add(&AGREEMENT_EXPIRING, "agreement_expiring", &self.agreement_expiring, |trigger| {
            Ok(trigger.test(facts, "agreement_ends_on"))
        });
        rules.add(&FIRST_BILL, "first_bill", &self.first_bill, |trigger| trigger.test(facts));
        rules.add(&FAULTS_LAST_MONTH, "faults_last_month", &self.faults_last_month, |trigger| {
            Ok(trigger.test(facts, "faults_last_month"))
        });
        rules.add(&COMPLAINTS_LAST_MONTH, "complaints_last_month", &self.complaints_last_month, |trigger| {
            Ok(trigger.test(facts, "complaints_last_month"))
        });
        rules.add(&CHURN_CHANNEL, "churn_channel", &self.churn_channel, |trigger| trigger.test(facts));
        rules.add(&CANCELLED, "cancelled", &self.cancelled, |trigger| trigger.test(facts));
        rules.add(&LOYALTY, "loyalty", &self.loyalty, |trigger| trigger.test(facts));
        rules.add(&RELOCATION, "relocation", &self.relocation, |trigger| trigger.test(facts));
        rules.add(&PROMOTION_ENDED, "promotion_ended", &self.promotion_ended, |trigger| trigger.test(facts));
        for (code, rule) in &self.conditions {
            rules.add_condition(code, rule);
        }
        if rules.faults.is_empty() { Ok(rules.rules) } else { Err(rules.faults) }
    }
}

struct Rules<'a> {
    facts: &'a Facts,
    rules: Vec<WarningRule>,
    faults: Vec<Fault>,
}

impl Rules<'_> {
    fn add<T>(&mut self, code: &Code, key: &str, rule: &Rule<T>, test: impl Fn(&T) -> Result<Test, Fault>) {
        let path = format!("warning.{key}");
        match test(&rule.trigger) {
            Ok(trigger) => self.push(code.name, path, code.text.into(), rule, (trigger, "")),
            Err(mut fault) => {
                fault.path = if fault.path.is_empty() { path } else { format!("{path}.{}", fault.path) };
                self.faults.push(fault);
            }
        }
    }

    fn add_condition(&mut self, code: &str, rule: &Rule<Condition>) {
        let path = format!("warning.conditions.{code}");
        if TRIGGERS.iter().any(|built_in| built_in.name == code) {
            let fault = Fault::new(&INVALID_VALUE, path.clone()).found(code);
            self.faults.push(
                fault.expecting(Text {
                    en: "a code that no rule of lifestage has", zh: "lifestage 未使用的规则代码"
                }),
            );
        }
        let meaning = Meaning { en: rule.trigger.en.clone(), zh: rule.trigger.zh.clone() };
        match condition::read(&rule.trigger.when, self.facts, Floor::Tier) {
            Ok(trigger) => self.push(code, path, meaning, rule, (trigger, "when")),
            Err(faults) => self.faults.extend(faults.into_iter().map(|mut fault| {
                fault.path = format!("{path}.when");
                fault
            })),
        }
    }

    fn push<T>(
        &mut self,
        code: &str,
        path: String,
        meaning: Meaning,
        rule: &Rule<T>,
        (trigger, parameter): (Test, &'static str),
    ) {
        self.rules.push(WarningRule {
            code: code.into(),
            path,
            meaning,
            state: rule.state,
            moves_stage: rule.moves_stage,
            audience: self.audience(code, &rule.tiers),
            trigger,
            parameter,
        });
    }

    /// Only users in service are warned of, but for those who have cancelled (EWS-15); some rules watch some tiers only.
    fn audience(&self, code: &str, tiers: &[Tier]) -> Test {
        let statuses: &[&str] = if code == CANCELLED.name { &["terminated"] } else { &["active", "suspended"] };
        let mut tests = vec![self.among("status", statuses, "")];
        if !tiers.is_empty() {
            let tiers: Vec<_> = tiers.iter().map(|tier| tier.code()).collect();
            tests.push(self.among("tier", &tiers, "tiers"));
        }
        Test::All(tests)
    }

    fn among(&self, fact: &str, names: &[&str], parameter: &'static str) -> Test {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let test = |(fact, _)| Test::Among { fact, names, parameter };
        self.facts.find(fact).map_or(Test::Constant(false), test)
    }
}

const fn trigger(number: u16, name: &'static str, en: &'static str, zh: &'static str) -> Code {
    Code { number, name, text: Text { en, zh }, fix: Text { en: "", zh: "" } }
}

/// The local-call fee falls.
pub static FEE_DROP: Code = trigger(
    901,
    "EWS-01",
    "the local-call fee fell by more than the limit for consecutive months",
    "市话费连续数月下降超过界限",
);
/// Complaints or repeated faults.
pub static GRIEVANCES: Code = trigger(
    902,
    "EWS-02",
    "complaints or repeated fault reports in the past three months",
    "过去三个月多次投诉或重复报障",
);
/// The whole consumption falls.
pub static CONSUMPTION_DROP: Code = trigger(
    903,
    "EWS-03",
    "consumption fell by more than the limit for consecutive months",
    "话务量消费连续数月下降超过界限",
);
/// Spending on a competitor's IP service.
pub static FOREIGN_IP: Code =
    trigger(904, "EWS-04", "spends more than the limit on a competitor's IP service", "使用异网IP业务超过界限");
/// Minutes of use drop or fluctuate.
pub static USAGE_SWING: Code =
    trigger(906, "EWS-06", "minutes of use dropped suddenly or fluctuate strongly", "MOU突然下降或波动极大");
/// A promotion is about to end.
pub static PROMOTION_EXPIRING: Code = trigger(907, "EWS-07", "the promotion is about to end", "促销即将到期");
/// The service contract is about to end.
pub static AGREEMENT_EXPIRING: Code =
    trigger(908, "EWS-08", "the service contract is about to end", "服务合同即将到期");
/// The first bill is far above what the plan led to expect.
pub static FIRST_BILL: Code = trigger(
    910,
    "EWS-10",
    "the first bill is a multiple of what the plan led to expect",
    "首份账单金额高出资费计划预期的倍数",
);
/// Fault reports last month.
pub static FAULTS_LAST_MONTH: Code = trigger(911, "EWS-11", "several fault reports last month", "上月有多次故障申告");
/// A complaint last month.
pub static COMPLAINTS_LAST_MONTH: Code = trigger(912, "EWS-12", "a complaint last month", "上月有投诉");
/// Joined through a channel whose customers leave.
pub static CHURN_CHANNEL: Code = trigger(913, "EWS-13", "joined through a channel with high churn", "来自高流失率渠道");
/// Has cancelled.
pub static CANCELLED: Code = trigger(915, "EWS-15", "has cancelled: a candidate for win-back", "已经取消服务，可赢回");
/// Has been loyal for some months.
pub static LOYALTY: Code =
    trigger(916, "EWS-16", "has reached the loyalty period: eligible for a programme", "已满忠诚期，可参加计划");
/// Lives where many have to move.
pub static RELOCATION: Code = trigger(917, "EWS-17", "lives in an area of mass relocation", "处于大面积拆迁区");
/// A mature customer's promotion has just ended.
pub static PROMOTION_ENDED: Code = trigger(
    918,
    "EWS-18",
    "the promotion of a mature customer has just ended: a revisit is due",
    "成熟期用户优惠计划刚到期，应及时回访",
);

/// The built-in triggers, by number.
const TRIGGERS: [&Code; 15] = [
    &FEE_DROP,
    &GRIEVANCES,
    &CONSUMPTION_DROP,
    &FOREIGN_IP,
    &USAGE_SWING,
    &PROMOTION_EXPIRING,
    &AGREEMENT_EXPIRING,
    &FIRST_BILL,
    &FAULTS_LAST_MONTH,
    &COMPLAINTS_LAST_MONTH,
    &CHURN_CHANNEL,
    &CANCELLED,
    &LOYALTY,
    &RELOCATION,
    &PROMOTION_ENDED,
];

/// This room's codes.
pub const CODES: &[&Code] = &TRIGGERS;
