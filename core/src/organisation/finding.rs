//! What is odd about an organisation on a day, and no fault: skipped levels, leaves in one tree only, vacant communities.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::policy::OrganisationPolicy;
use super::tree::Tree;
use super::unit::Unit;
use super::{IN_ONE_TREE, LEVEL_SKIPPED, Organisation, TOO_MANY_MANAGERS, UNIT_UNPLACED, VACANT};
use crate::catalogue::Code;

/// Something odd about a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    /// What is odd: `LEVEL_SKIPPED`, `UNIT_UNPLACED`, `IN_ONE_TREE`, `VACANT` or `TOO_MANY_MANAGERS`.
    pub code: &'static str,
    /// The unit.
    pub unit_id: String,
    /// The tree that it is odd in, where it is one.
    pub tree: Option<Tree>,
    /// What was found: the levels, or the managers.
    pub found: String,
}

impl Organisation {
    /// Everything odd on a day, in the order of the units' ids.
    pub(super) fn findings(&self, policy: &OrganisationPolicy, day: NaiveDate) -> Vec<Finding> {
        let managers = self.managers(policy, day);
        let mut findings = Vec::new();
        for place in self.units.by_id() {
            let Some(unit) = self.units.at(place).filter(|unit| unit.exists_on(day)) else { continue };
            let mut found = |code: &Code, tree, found| {
                findings.push(Finding { code: code.name, unit_id: unit.id.to_string(), tree, found });
            };
            for tree in Tree::ALL {
                if let Some(levels) = self.skipped(policy, place, unit, tree, day) {
                    found(&LEVEL_SKIPPED, Some(tree), levels);
                }
            }
            self.trees(policy, place, unit, day, &mut found);
            if policy.managers.levels.iter().any(|level| **level == *unit.level) && !unit.is_unassigned {
                let of_unit = managers.get(&*unit.id).map_or(&[][..], Vec::as_slice);
                let count = u32::try_from(of_unit.len()).unwrap_or(u32::MAX);
                match count {
                    _ if count < policy.managers.at_least => found(&VACANT, None, of_unit.join(", ")),
                    _ if count > policy.managers.at_most => found(&TOO_MANY_MANAGERS, None, of_unit.join(", ")),
                    _ => {}
                }
            }
        }
        findings
    }

    /// The levels of a unit and of the one above it, where one was left out between them. Unassigned communities may hang
    /// anywhere.
    fn skipped(
        &self,
        policy: &OrganisationPolicy,
        place: usize,
        unit: &Unit,
        tree: Tree,
        day: NaiveDate,
    ) -> Option<String> {
        let above = self.units.at(self.units.parent(place, tree, day)?)?;
        let steps = policy.trees.of(tree);
        let (own, upper) = (steps.step(&unit.level)?, steps.step(&above.level)?);
        (own > upper + 1 && !unit.is_unassigned).then(|| format!("{} below {}", unit.level, above.level))
    }

    /// A unit in no tree, or a leaf in one of two.
    fn trees(
        &self,
        policy: &OrganisationPolicy,
        place: usize,
        unit: &Unit,
        day: NaiveDate,
        found: &mut impl FnMut(&Code, Option<Tree>, String),
    ) {
        let hangs_in = |tree: &Tree| self.units.hangs_in(place, *tree, day);
        if !Tree::ALL.iter().any(hangs_in) {
            return found(&UNIT_UNPLACED, None, unit.level.to_string());
        }
        let is_leaf = policy.leaves().iter().any(|level| **level == *unit.level);
        let in_which: Vec<_> = [Tree::Region, Tree::Channel].into_iter().filter(hangs_in).collect();
        if let ([tree], true) = (in_which.as_slice(), is_leaf) {
            found(&IN_ONE_TREE, Some(*tree), unit.level.to_string());
        }
    }
}
