//! What each result needs of the view: the facts that its conditions read, also through the results before it.

use std::collections::{BTreeMap, BTreeSet};

use super::Classifier;
use super::classifier::RuleStep;
use crate::condition::Test;
use crate::fact::{FactId, Facts, Floor, Need};
use crate::warning::RuleState;

impl Classifier {
    /// What the value tier, each warning rule that is evaluated and the stage need, in this order.
    pub fn needs(&self) -> Vec<Need<'_>> {
        let mut before = Before { facts: self.facts(), tier: BTreeSet::new(), rules: BTreeMap::new(), moving: vec![] };
        before.tier = before.behind(self.tiers.iter().map(|step| &step.test));
        let mut needs = vec![Need { result: "tier", code: None, facts: before.tier.clone() }];
        for RuleStep { rule, .. } in self.rules.iter().filter(|step| step.node.is_some()) {
            let facts = before.behind([&rule.audience, &rule.trigger]);
            needs.push(Need { result: "warning", code: Some(&rule.code), facts: facts.clone() });
            if rule.state == RuleState::Active {
                before.rules.insert(&rule.code, facts);
                before.moving.extend(rule.moves_stage.then_some(rule.code.as_str()));
            }
        }
        let stages = self.stages.iter().flat_map(|step| [Some(&step.tests.when), step.tests.stays_while.as_ref()]);
        needs.push(Need { result: "stage", code: None, facts: before.behind(stages.flatten()) });
        needs
    }
}

/// The results before the one in hand, each with the facts of the view behind it.
struct Before<'c> {
    facts: &'c Facts,
    tier: BTreeSet<&'c str>,
    /// The rules in force, by code.
    rules: BTreeMap<&'c str, BTreeSet<&'c str>>,
    /// Those of them that move the stage.
    moving: Vec<&'c str>,
}

impl<'c> Before<'c> {
    /// The facts of the view behind some tests.
    fn behind<'t>(&self, tests: impl IntoIterator<Item = &'t Test>) -> BTreeSet<&'c str> {
        let mut behind = BTreeSet::new();
        for test in tests {
            test.each_leaf(&mut |leaf| leaf.each_fact(&mut |fact, _| self.add(leaf, fact, &mut behind)));
        }
        behind
    }

    /// Adds the facts of the view behind a fact that a test reads.
    fn add(&self, test: &Test, fact: FactId, behind: &mut BTreeSet<&'c str>) {
        let Some(fact) = self.facts.get(fact) else { return };
        match (fact.floor, test) {
            (Floor::View, _) => drop(behind.insert(&fact.name)),
            (Floor::Tier, _) => behind.extend(&self.tier),
            (_, Test::Holds { name, .. }) => behind.extend(self.rules.get(name.as_str()).into_iter().flatten()),
            // `declining`: any rule that moves the stage may say it.
            _ => behind.extend(self.moving.iter().filter_map(|code| self.rules.get(code)).flatten()),
        }
    }
}
