//! The operation `explain`: the decision about one row with its full trace, as data and as text for people.

mod account;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::classifier::{Before, Classifier, StageStep, TierStep};
use super::classify::{ClassifyRecord, ClassifyRecordRequest, ClassifyRecordResponse};
use super::decision::{Decision, StageReason};
use super::reading::Reading;
use super::{RuleOutcome, Stage};
use crate::catalogue::{Language, Text};
use crate::condition::{Atom, Finding, Outcome, Outcomes, Subject, Test};
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::fact::{FactId, Kind, Meaning};
use crate::month;
use crate::operation::RecordOperation;
use crate::table::MASKED;
use crate::table::cell::MoneyUnit;
use crate::value::Tier;
use crate::warning::RuleState;
use account::Account;

/// The operation `explain`.
#[derive(Debug)]
pub struct Explain;

/// One row of the view to decide about, and to explain.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainRequest {
    /// The facts of one user or prospect, by name.
    pub record: Map<String, Json>,
    /// The end of this day.
    pub as_of: NaiveDate,
    /// The language of `text`; English unless given.
    #[serde(default)]
    pub language: Language,
    /// What integer amounts count; without it they are refused.
    pub money_unit: Option<MoneyUnit>,
}

/// What was decided, and why.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExplainResponse {
    /// The decision, as `classify_record` gives it.
    #[serde(flatten)]
    pub answer: ClassifyRecordResponse,
    /// Everything that was considered; null where the record breaks the contract.
    pub trace: Option<Trace>,
    /// The same for people: the stage and why, the warnings with what was observed, and what would have to be known.
    pub text: String,
}

/// Everything that was considered about a row.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Trace {
    /// The facts that the policy's rules read, with what the row says of each.
    pub facts: Vec<FactTrace>,
    /// The facts for want of which the tier, a rule or the stage could not be judged.
    pub missing: Vec<MissingFact>,
    /// The steps of the value tier, up to the one that decided.
    pub tiers: Vec<TierTrace>,
    /// Every warning rule, in the policy's order.
    pub rules: Vec<RuleTrace>,
    /// The steps of the stage, up to the one that decided.
    pub stages: Vec<StageTrace>,
    /// Why the stage of before still counts; null where the step that decided does.
    pub dwell: Option<DwellTrace>,
}

/// A fact that rules read.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FactTrace {
    /// Its name.
    pub fact: String,
    /// What the row says: null where it is unknown or there is none (`missing` tells the two apart), and of a series; `***`
    /// where it identifies a person.
    pub value: Option<String>,
    /// Of a series: its twelve months, the newest last; null where unknown. Absent otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub months: Vec<Option<String>>,
    /// The unit of its numbers; empty for a bare number, a code, a date or a text.
    pub unit: String,
}

/// A fact for want of which something could not be judged.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MissingFact {
    /// Its name.
    pub fact: String,
    /// Of a series: the months that are missing, the newest being -1. Empty otherwise.
    pub months: Vec<i8>,
    /// What it means.
    pub meaning: Meaning,
    /// What could not be judged without it: `tier`, `stage`, the codes of rules.
    pub needed_by: Vec<String>,
}

/// One comparison of a rule, held against the row.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TestTrace {
    /// The comparison as conditions write it; a month of a series by its place from the newest, `local_fee[-1]`.
    pub expression: String,
    /// Whether it holds for the row.
    pub outcome: Outcome,
    /// What was observed: exact decimal text (a mean that is none as a fraction, `451/3`), a date, a code, texts; null where
    /// it is unknown or there is none, `***` where it identifies a person. A fluctuation is rounded up to six places.
    pub observed: Option<String>,
    /// How it has to stand to the threshold: `<`, `<=`, `==`, `!=`, `>=`, `>`, `in`, `not in`, `has`, `has not`.
    pub comparison: &'static str,
    /// The threshold; null where it depends on what is unknown.
    pub threshold: Option<String>,
    /// The unit of both; empty for a bare number, a code or a text.
    pub unit: String,
    /// The value of the policy that it stands for.
    pub path: String,
}

/// A step of the value tier.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TierTrace {
    /// The tier that it decides.
    pub tier: Tier,
    /// Whether its condition holds.
    pub outcome: Outcome,
    /// Whether it decided: the first that holds, with none unknown before it.
    pub decides: bool,
    /// Where it stands in the policy.
    pub path: String,
    /// Its comparisons, in order.
    pub tests: Vec<TestTrace>,
}

/// A warning rule.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RuleTrace {
    /// Its code.
    pub code: String,
    /// What it warns of.
    pub meaning: Meaning,
    /// Draft, shadow or active.
    pub state: RuleState,
    /// Whether a customer whom it warns of is in decline, stage D.
    pub moves_stage: bool,
    /// What it says of the row.
    pub outcome: RuleOutcome,
    /// Where it stands in the policy.
    pub path: String,
    /// Its comparisons, in order: first whom it watches, then what triggers it. Empty for a draft.
    pub tests: Vec<TestTrace>,
}

/// A step of the stage.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StageTrace {
    /// The stage that it decides.
    pub stage: Stage,
    /// The reason code that it gives.
    pub reason: String,
    /// Whether its condition holds.
    pub outcome: Outcome,
    /// Whether it decided: the first that holds, with none unknown before it.
    pub decides: bool,
    /// Where its condition stands in the policy: `when`, or `stays_while` for a customer whose previous stage it is.
    pub path: String,
    /// Its comparisons, in order.
    pub tests: Vec<TestTrace>,
}

/// The minimum dwell that keeps a customer in the stage of before.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DwellTrace {
    /// The stage of before.
    pub stage: Stage,
    /// Since when it holds.
    pub since: NaiveDate,
    /// How many full months it holds at least.
    pub months: u8,
    /// The first day on which another stage counts.
    pub until: Option<NaiveDate>,
}

impl RecordOperation for Explain {
    const NAME: &'static str = "explain";
    const ABOUT: Text = Text {
        en: "Decides about one user or prospect and says why: the full trace, and a text for people.",
        zh: "判定一个用户或潜在客户并说明理由：给出完整判定过程与说明文字。",
    };
    type Request = ExplainRequest;
    type Response = ExplainResponse;

    fn run(engine: &Engine, request: ExplainRequest) -> Result<ExplainResponse, Error> {
        let ExplainRequest { record, as_of, language, money_unit } = request;
        let classifier = engine.policy().classifier();
        let considered = Considered::new(classifier, &record, as_of, money_unit);
        let request = ClassifyRecordRequest { record, as_of, evidence: false, money_unit };
        let answer = ClassifyRecord::run(engine, request)?;
        Ok(match considered {
            Ok(considered) => ExplainResponse {
                text: Account {
                    considered: &considered,
                    answer: &answer.decision,
                    programmes: &engine.policy().document().programmes,
                    language,
                }
                .text(),
                trace: Some(considered.trace()),
                answer,
            },
            Err(fault) => ExplainResponse { answer, trace: None, text: fault.text(language) },
        })
    }
}

/// One row, and what was decided about it.
struct Considered<'a> {
    classifier: &'a Classifier,
    subject: Subject<'a>,
    decision: Decision,
    before: Before,
    as_of: NaiveDate,
}

/// A comparison, and the value of the policy that it stands for.
type Placed<'a> = (Finding<'a>, String);

impl<'a> Considered<'a> {
    fn new(
        classifier: &'a Classifier,
        record: &Map<String, Json>,
        as_of: NaiveDate,
        money_unit: Option<MoneyUnit>,
    ) -> Result<Self, Fault> {
        let reading = Reading::of_record(classifier, record, money_unit);
        let values = reading.facts(record)?;
        let mut view = reading.view_row(values.clone());
        let decision = classifier.decide(&mut view.row, view.before, as_of, &mut Outcomes::default());
        let subject = classifier.subject(values, &decision, as_of);
        Ok(Self { classifier, subject, decision, before: view.before, as_of })
    }

    fn trace(&self) -> Trace {
        let mut read: Vec<_> = self.classifier.plan().facts().collect();
        read.sort_unstable();
        Trace {
            facts: read.into_iter().filter_map(|fact| self.fact(fact)).collect(),
            missing: self.missing(),
            tiers: self.tiers().map(|(index, step)| self.tier(index, step)).collect(),
            rules: self.rules(),
            stages: self.stages().map(|(index, step)| self.stage(index, step)).collect(),
            dwell: self.dwell(),
        }
    }

    fn fact(&self, id: FactId) -> Option<FactTrace> {
        let fact = self.classifier.facts().get(id)?;
        let shown = |text: String| if fact.personal { MASKED.to_owned() } else { text };
        let is_series = matches!(fact.kind, Kind::Series { .. });
        let months = if is_series { self.subject.month_texts(id) } else { Vec::new() };
        Some(FactTrace {
            fact: fact.name.clone(),
            value: self.subject.text(id).map(shown),
            months: months.into_iter().map(|month| month.map(shown)).collect(),
            unit: fact.unit.name().to_owned(),
        })
    }

    /// The steps of the tier, up to the one that ended the search.
    fn tiers(&self) -> impl Iterator<Item = (usize, &'a TierStep)> {
        let mut ended = false;
        self.classifier.tiers.iter().enumerate().take_while(move |(_, step)| {
            !std::mem::replace(&mut ended, step.test.outcome(&self.subject) != Outcome::False)
        })
    }

    fn tier(&self, index: usize, step: &TierStep) -> TierTrace {
        let path = format!("value.tiers[{index}].when");
        let outcome = step.test.outcome(&self.subject);
        let tests = self.tests(step.test.findings(&self.subject).into_iter().map(|finding| (finding, path.clone())));
        TierTrace { tier: step.tier, outcome, decides: outcome == Outcome::True, path, tests }
    }

    fn rules(&self) -> Vec<RuleTrace> {
        let trace = |rule: &'a crate::warning::WarningRule| {
            let outcome = rule.outcome(&self.subject);
            let findings = if outcome == RuleOutcome::Draft { Vec::new() } else { rule.findings(&self.subject) };
            RuleTrace {
                code: rule.code.clone(),
                meaning: rule.meaning.clone(),
                state: rule.state,
                moves_stage: rule.moves_stage,
                outcome,
                path: rule.path.clone(),
                tests: self.tests(findings.into_iter()),
            }
        };
        self.classifier.rules().map(trace).collect()
    }

    /// The steps of the stage, up to the one that ended the search.
    fn stages(&self) -> impl Iterator<Item = (usize, &'a StageStep)> {
        let mut ended = false;
        self.classifier.stages.iter().enumerate().take_while(move |(_, step)| {
            !std::mem::replace(&mut ended, self.condition(step).1.outcome(&self.subject) != Outcome::False)
        })
    }

    /// The condition that counts: whoever is known to be in the stage stays by its own, everybody else enters by the other.
    fn condition<'s>(&self, step: &'s StageStep) -> (&'static str, &'s Test) {
        match &step.tests.stays_while {
            Some(stays_while) if self.before.stage == Some(step.stage) => ("stays_while", stays_while),
            _ => ("when", &step.tests.when),
        }
    }

    fn stage(&self, index: usize, step: &StageStep) -> StageTrace {
        let (key, test) = self.condition(step);
        let path = format!("lifecycle.stages[{index}].{key}");
        let outcome = test.outcome(&self.subject);
        let tests = self.tests(test.findings(&self.subject).into_iter().map(|finding| (finding, path.clone())));
        let (stage, reason) = (step.stage, step.reason.clone());
        StageTrace { stage, reason, outcome, decides: outcome == Outcome::True, path, tests }
    }

    fn dwell(&self) -> Option<DwellTrace> {
        if self.decision.stage_reason != StageReason::MinimumDwell {
            return None;
        }
        let (stage, since) = (self.before.stage?, self.before.since?);
        let months = self.classifier.minimum_dwell.months(stage);
        Some(DwellTrace { stage, since, months, until: month::months_after(since, months.into()) })
    }

    fn tests<'t>(&self, findings: impl Iterator<Item = Placed<'t>>) -> Vec<TestTrace> {
        let trace = |(finding, path): Placed<'t>| TestTrace {
            expression: finding.expression(&self.subject),
            outcome: finding.outcome,
            observed: finding.observed(&self.subject),
            comparison: finding.comparison(),
            threshold: finding.threshold(&self.subject),
            unit: finding.unit().to_owned(),
            path,
        };
        findings.map(trace).collect()
    }

    /// The facts for want of which something could not be judged; what is itself decided is left out, for its own facts
    /// are here.
    fn missing(&self) -> Vec<MissingFact> {
        let mut missing: BTreeMap<FactId, (BTreeSet<i8>, Vec<String>)> = BTreeMap::new();
        let mut need = |needed_by: &str, findings: Vec<Finding<'_>>| {
            for atom in findings.iter().flat_map(|finding| finding.unknown(&self.subject)) {
                let Some(fact) = atom.fact() else { continue };
                let (months, needers) = missing.entry(fact).or_default();
                if let Atom::Month(_, ago) = atom {
                    months.extend(i8::try_from(ago).map(|ago| -ago - 1));
                }
                if needers.last().is_none_or(|last| last != needed_by) {
                    needers.push(needed_by.to_owned());
                }
            }
        };
        for (_, step) in self.tiers() {
            need("tier", unknown(&step.test, &self.subject));
        }
        for rule in self.classifier.rules() {
            if rule.outcome(&self.subject) == RuleOutcome::Insufficient {
                need(&rule.code, rule.deciding(&self.subject).into_iter().map(|(finding, _)| finding).collect());
            }
        }
        for (_, step) in self.stages() {
            need("stage", unknown(self.condition(step).1, &self.subject));
        }
        let named = |(id, (months, needed_by)): (FactId, (BTreeSet<i8>, Vec<String>))| {
            let fact = self.classifier.facts().get(id)?;
            let is_in_view = fact.floor == crate::fact::Floor::View;
            let (name, meaning) = (fact.name.clone(), fact.meaning.clone());
            is_in_view.then(|| MissingFact { fact: name, months: months.into_iter().collect(), meaning, needed_by })
        };
        missing.into_iter().filter_map(named).collect()
    }
}

/// The comparisons that leave a test unknown, if it is.
fn unknown<'t>(test: &'t Test, subject: &Subject<'_>) -> Vec<Finding<'t>> {
    if test.outcome(subject) == Outcome::Unknown { test.deciding(subject) } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// Conditions of every form, beside the built-in rules.
    const EVERY_FORM: &str = r#"
        extends = "china-telecom"
        [value]
        tiers = [
            { tier = "high", when = "mean(customer_fee, 2) >= 150.00" },
            { tier = "mid", when = "!(mean(customer_fee, 3) < 80.00) || sum(fee, 2) > 90.00" },
            { tier = "low", when = "true" },
        ]
        [warning.first_bill]
        state = "shadow"
        [warning.loyalty]
        state = "draft"
        [warning.conditions.H-1]
        state = "active"
        moves_stage = true
        tiers = ["mid", "high"]
        en = "falls"
        zh = "下降"
        when = "falls(fee, 2) && change(minutes, 1) < -10 && (min(fee, 3) < 90.00 || max(fee, 2) * 2 > 300.00)"
        [warning.conditions.H-2]
        state = "shadow"
        moves_stage = false
        tiers = []
        en = "texts"
        zh = "文本"
        when = '"b" in products && plan != "x" && !(community in ["n", "s"]) && !in_relocation_area'
        [warning.conditions.H-3]
        state = "active"
        moves_stage = false
        tiers = ["low"]
        en = "known"
        zh = "已知"
        when = '''known(mean(fee, 2)) && !known(complaints_3m > 0) || present(agreement_ends_on)
            && !(agreement_ends_on - as_of <= 20) || promotion_ends_on + 5 < as_of + 30 && tenure_months in [3, 14]'''
        [lifecycle]
        stages = [
            { stage = "E", when = 'status == "terminated"', reason = "LCY-08" },
            { stage = "A", when = 'status == "prospect"', reason = "LCY-04" },
            { stage = "D", when = "declining", stays_while = 'declining || "EWS-02" in warnings', reason = "LCY-07" },
            { stage = "C", when = 'tenure_months >= 12 && !("H-3" in warnings)', stays_while = "tenure_months >= 10", reason = "LCY-05" },
            { stage = "B", when = "true", reason = "LCY-06" },
        ]
        [lifecycle.minimum_dwell]
        B = 2
        C = 3
        D = 1
    "#;

    fn maybe(values: &[Json]) -> impl Strategy<Value = Option<Json>> + use<> {
        // Absent, null, or one of the values.
        let values: Vec<_> = values.iter().cloned().map(Some).chain([Some(Json::Null), None]).collect();
        proptest::sample::select(values)
    }

    fn series() -> impl Strategy<Value = Option<Json>> {
        let cells = ["0.00", "50.00", "79.00", "80.00", "100.00", "160.00"].map(Json::from);
        let month = proptest::sample::select([&cells[..], &cells[..], &[Json::Null]].concat());
        prop_oneof![
            1 => Just(None),
            6 => proptest::collection::vec(month, 0..8).prop_map(|months| Some(Json::from(months))),
        ]
    }

    fn record() -> impl Strategy<Value = Map<String, Json>> {
        let dates = ["2024-05-20", "2024-05-31", "2024-06-10", "2024-07-31"].map(Json::from);
        let counts = [0, 1, 2, 3].map(Json::from);
        let fields = [
            ("status", maybe(&["prospect", "active", "active", "suspended", "terminated"].map(Json::from)).boxed()),
            ("tenure_months", maybe(&[2, 3, 11, 12, 14].map(Json::from)).boxed()),
            ("months_since_exit", maybe(&[1, 12].map(Json::from)).boxed()),
            ("customer_fee", series().boxed()),
            ("fee", series().boxed()),
            ("local_fee", series().boxed()),
            ("foreign_ip_fee", series().boxed()),
            ("minutes", series().boxed()),
            ("complaints_3m", maybe(&counts).boxed()),
            ("repeat_faults_3m", maybe(&counts).boxed()),
            ("complaints_last_month", maybe(&counts).boxed()),
            ("faults_last_month", maybe(&counts).boxed()),
            ("promotion_ends_on", maybe(&dates).boxed()),
            ("promotion_ended_on", maybe(&dates).boxed()),
            ("agreement_ends_on", maybe(&dates).boxed()),
            ("first_bill", maybe(&["99.99", "100.00"].map(Json::from)).boxed()),
            ("expected_first_bill", maybe(&["0.00", "50.00"].map(Json::from)).boxed()),
            ("join_channel", maybe(&["agent", "hall"].map(Json::from)).boxed()),
            ("community", maybe(&["n", "e"].map(Json::from)).boxed()),
            ("plan", maybe(&["x", "y"].map(Json::from)).boxed()),
            ("products", maybe(&[json!([]), json!(["a", "b"])]).boxed()),
            ("in_relocation_area", maybe(&[true, false].map(Json::from)).boxed()),
            ("previous_stage", maybe(&["A", "B", "C", "D"].map(Json::from)).boxed()),
            ("previous_since", maybe(&["2024-03-31", "2024-05-01"].map(Json::from)).boxed()),
        ];
        fields
            .map(|(key, value)| value.prop_map(move |value| value.map(|value| (key.to_owned(), value))))
            .to_vec()
            .prop_map(|fields| fields.into_iter().flatten().collect())
    }

    fn considered<'a>(engine: &'a Engine, record: &Map<String, Json>) -> Considered<'a> {
        let as_of = "2024-05-31".parse().unwrap();
        Considered::new(engine.policy().classifier(), record, as_of, None).unwrap()
    }

    fn codes(considered: &Considered<'_>, outcome: RuleOutcome, states: &[RuleState]) -> Vec<String> {
        let rules = considered.rules().into_iter();
        let kept = rules.filter(|rule| rule.outcome == outcome && states.contains(&rule.state));
        kept.map(|rule| rule.code).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_explained_is_what_the_plan_decided(record in record()) {
            static ENGINE: std::sync::LazyLock<Engine> = std::sync::LazyLock::new(|| Engine::open(EVERY_FORM).unwrap());
            let considered = considered(&ENGINE, &record);
            let decided = considered.classifier.record(&considered.decision);
            let (active, shadow) = ([RuleState::Active], [RuleState::Shadow]);
            prop_assert_eq!(codes(&considered, RuleOutcome::Fired, &active), decided.warnings);
            prop_assert_eq!(codes(&considered, RuleOutcome::Fired, &shadow), decided.shadow);
            let insufficient = codes(&considered, RuleOutcome::Insufficient, &[RuleState::Active, RuleState::Shadow]);
            prop_assert_eq!(&insufficient, &decided.insufficient);
            let trace = considered.trace();
            let tier = trace.tiers.last().filter(|step| step.decides).map(|step| step.tier);
            prop_assert_eq!(tier, decided.tier);
            let stage = trace.stages.last().filter(|step| step.decides).map(|step| step.stage);
            let stage = trace.dwell.as_ref().map(|dwell| dwell.stage).or(stage);
            prop_assert_eq!(stage, decided.stage);
            // Whatever fired or is insufficient says why; whatever is insufficient for want of facts names one.
            let evidence = considered.classifier.evidence(&considered.subject);
            for rule in trace.rules.iter().filter(|rule| matches!(rule.outcome, RuleOutcome::Fired | RuleOutcome::Insufficient)) {
                prop_assert!(evidence.iter().any(|evidence| evidence.code == rule.code), "{}", rule.code);
            }
        }
    }

    fn explained(policy: &str, record: Json, language: &str) -> Json {
        let request = json!({"record": record, "as_of": "2024-05-31", "language": language}).to_string();
        serde_json::from_str(&Engine::open(policy).unwrap().call("explain", &request).unwrap()).unwrap()
    }

    #[test]
    fn what_identifies_a_person_is_masked_everywhere() {
        let policy = r#"
            extends = "china-telecom"
            [warning.conditions.H-1]
            state = "active"
            moves_stage = false
            tiers = []
            en = "a number of the staff"
            zh = "员工号码"
            when = 'phone != "13800000000"'
        "#;
        let answer = explained(policy, json!({"status": "active", "tenure_months": 1, "phone": "13912345678"}), "en");
        assert!(!answer.to_string().contains("13912345678"));
        let phone = answer["trace"]["facts"].as_array().unwrap().iter().find(|fact| fact["fact"] == "phone").unwrap();
        assert_eq!(phone["value"], "***");
        assert!(answer["text"].as_str().unwrap().contains("Phone number: ***, other than 13800000000."));
    }

    #[test]
    fn a_record_that_breaks_the_contract_has_no_trace_and_says_what_is_wrong() {
        let answer = explained("china-telecom", json!({"minutes": [-1]}), "zh");
        assert_eq!(answer["trace"], Json::Null);
        assert!(answer["text"].as_str().unwrap().starts_with("INVALID minutes[0]"), "{}", answer["text"]);
    }

    #[test]
    fn a_leavers_months_are_counted_from_the_last_one() {
        let leaver = json!({"status": "terminated", "months_since_exit": 2, "customer_fee": ["160.00", "140.00"]});
        let text = explained("china-telecom", leaver.clone(), "en")["text"].to_string();
        assert!(
            text.contains("Mean bill of the whole customer in the last 2 months: 150.00 yuan, at least 150.00 yuan."),
            "{text}"
        );
        let text = explained("china-telecom", leaver, "zh")["text"].to_string();
        assert!(text.contains("离网前最后 2 个月月均客户账单合计：150.00 元，不低于 150.00 元。"), "{text}");
    }
}
