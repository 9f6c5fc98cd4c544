//! Evidence: the comparisons that made a warning rule fire, or that nobody can judge.

use std::collections::HashMap;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::Classifier;
use super::decision::Decision;
use crate::condition::{Finding, Outcome, Subject};
use crate::fact::{FactId, Value};
use crate::month::day_of;
use crate::value::Tier;
use crate::warning::{RuleState, WarningRule};

/// One comparison that decided about a warning rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Evidence {
    /// The rule's code.
    pub code: String,
    /// `fired`: the comparison holds; `insufficient`: it cannot be judged.
    pub outcome: RuleOutcome,
    /// What was observed: exact decimal text (a mean that is none as a fraction, `451/3`), a date, a code, texts; null where
    /// it is unknown or there is none, `***` where it identifies a person. A fluctuation is rounded up to six places.
    pub observed: Option<String>,
    /// How it has to stand to the threshold: `<`, `<=`, `==`, `!=`, `>=`, `>`, `in`, `not in`, `has`, `has not`.
    pub comparison: &'static str,
    /// The threshold; null where it depends on what is unknown.
    pub threshold: Option<String>,
    /// The unit of both: `yuan`, `months`, …; empty for a bare number, a code or a text.
    pub unit: String,
    /// The parameter of the policy that decided: `warning.fee_drop.drop_over`.
    pub path: String,
}

/// What a warning rule says of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleOutcome {
    /// It warns.
    Fired,
    /// It does not warn.
    NotFired,
    /// A fact that decides is unknown.
    Insufficient,
    /// It is still being written, and not evaluated.
    Draft,
}

impl WarningRule {
    /// What the rule says of a row.
    pub(super) fn outcome(&self, subject: &Subject<'_>) -> RuleOutcome {
        if self.state == RuleState::Draft {
            return RuleOutcome::Draft;
        }
        match self.audience.outcome(subject).min(self.trigger.outcome(subject)) {
            Outcome::True => RuleOutcome::Fired,
            Outcome::False => RuleOutcome::NotFired,
            Outcome::Unknown => RuleOutcome::Insufficient,
        }
    }

    /// Every comparison of the rule, each with the parameter it stands for.
    pub(super) fn findings(&self, subject: &Subject<'_>) -> Vec<(Finding<'_>, String)> {
        let audience = self.audience.findings(subject).into_iter().map(|finding| self.placed(finding, ""));
        let trigger = self.trigger.findings(subject).into_iter().map(|finding| self.placed(finding, self.parameter));
        audience.chain(trigger).collect()
    }

    /// The comparisons that decided, where the rule fired or cannot know; that it may watch the user at all is no news.
    pub(super) fn deciding(&self, subject: &Subject<'_>) -> Vec<(Finding<'_>, String)> {
        let whole = match self.outcome(subject) {
            RuleOutcome::Fired => Outcome::True,
            RuleOutcome::Insufficient => Outcome::Unknown,
            RuleOutcome::NotFired | RuleOutcome::Draft => return Vec::new(),
        };
        let mut deciding = Vec::new();
        if whole == Outcome::Unknown && self.audience.outcome(subject) == whole {
            deciding.extend(self.audience.deciding(subject).into_iter().map(|finding| self.placed(finding, "")));
        }
        if self.trigger.outcome(subject) == whole {
            let trigger = self.trigger.deciding(subject).into_iter();
            deciding.extend(trigger.map(|finding| self.placed(finding, self.parameter)));
        }
        deciding
    }

    fn placed<'a>(&self, finding: Finding<'a>, otherwise: &str) -> (Finding<'a>, String) {
        let parameter = finding.leaf.parameter();
        let parameter = if parameter.is_empty() { otherwise } else { parameter };
        let path = if parameter.is_empty() { self.path.clone() } else { format!("{}.{parameter}", self.path) };
        (finding, path)
    }
}

impl Classifier {
    /// A row as tests see it: its facts, and what was decided about it.
    pub(super) fn subject(
        &self,
        mut values: HashMap<FactId, Value>,
        decision: &Decision,
        as_of: NaiveDate,
    ) -> Subject<'_> {
        let active = |mask| self.active(mask).map(str::to_owned);
        let mut decided = |name: &str, value| {
            if let Some((fact, _)) = self.facts().find(name) {
                values.insert(fact, value);
            }
        };
        let place =
            |tier| Tier::ALL.iter().position(|other| *other == tier).and_then(|place| i64::try_from(place).ok());
        decided("tier", decision.tier.and_then(place).map_or(Value::Unknown, Value::Number));
        decided("warnings", Value::Texts(active(decision.warnings).collect()));
        decided("declining", Value::Number((decision.warnings & self.moving != 0).into()));
        let undecided = active(decision.insufficient).collect();
        Subject { facts: self.facts(), values, undecided, as_of: day_of(as_of) }
    }

    /// The codes of a mask's active rules.
    fn active(&self, mask: u64) -> impl Iterator<Item = &str> {
        let rules = self.rules().enumerate().filter(move |(bit, _)| mask >> bit & 1 == 1);
        rules.filter(|(_, rule)| rule.state == RuleState::Active).map(|(_, rule)| rule.code.as_str())
    }

    /// Why each active or shadow rule fired or cannot know, in the policy's order.
    pub(super) fn evidence(&self, subject: &Subject<'_>) -> Vec<Evidence> {
        let mut evidence = Vec::new();
        for rule in self.rules() {
            let outcome = rule.outcome(subject);
            for (finding, path) in rule.deciding(subject) {
                evidence.push(Evidence {
                    code: rule.code.clone(),
                    outcome,
                    observed: finding.observed(subject),
                    comparison: finding.comparison(),
                    threshold: finding.threshold(subject),
                    unit: finding.unit().to_owned(),
                    path,
                });
            }
        }
        evidence
    }
}
