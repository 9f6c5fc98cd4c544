//! Whether the trees are trees: one root, one parent a day, no orphans, no cycles, levels in their order.

use std::collections::{BTreeSet, HashMap};

use super::policy::{MOST_STEPS, OrganisationPolicy};
use super::tree::Tree;
use super::unit::{Unit, Units};
use super::validity::Validity;
use super::{ORPHAN_UNIT, SEVERAL_ROOTS, UNIT_CYCLE, UNKNOWN_LEVEL, WRONG_LEVEL};
use crate::catalogue::{Words, one_of};
use crate::error::Fault;

/// The paths of rows that told of links, by the unit's place, the tree and the days, so that faults name them; what no row told
/// is named by its unit.
pub(super) type Origins = HashMap<(usize, Tree, Validity), String>;

/// Everything that makes no trees of the units.
pub(super) fn faults(units: &Units, policy: &OrganisationPolicy, origins: &Origins) -> Vec<Fault> {
    let mut check = Check { units, policy, origins, faults: Vec::new(), cycles: BTreeSet::new() };
    for place in units.by_id() {
        check.unit(place);
    }
    for tree in Tree::ALL {
        check.roots(tree);
    }
    check.faults
}

struct Check<'a> {
    units: &'a Units,
    policy: &'a OrganisationPolicy,
    origins: &'a Origins,
    faults: Vec<Fault>,
    /// The cycles found, each as the places of its units in order.
    cycles: BTreeSet<Vec<usize>>,
}

/// A link: a unit and the one above it, on some days.
#[derive(Clone, Copy)]
struct Link {
    tree: Tree,
    unit: usize,
    parent: usize,
    validity: Validity,
}

impl Check<'_> {
    fn unit(&mut self, place: usize) {
        let Some(unit) = self.units.at(place) else { return };
        for tree in Tree::ALL {
            for (validity, parent) in unit.parents.of(tree).iter() {
                match parent {
                    Some(parent) => self.link(Link { tree, unit: place, parent: *parent, validity: *validity }),
                    None => self.root(tree, place, *validity),
                }
            }
        }
    }

    fn link(&mut self, link: Link) {
        if let Some(cycle) = self.cycle(link) {
            self.report_cycle(link, &cycle);
            return;
        }
        self.order(link);
        self.orphan(link);
    }

    /// A root stands on the first step.
    fn root(&mut self, tree: Tree, place: usize, validity: Validity) {
        self.step(tree, place, validity);
        let Some(unit) = self.units.at(place) else { return };
        let steps = self.policy.trees.of(tree);
        if steps.step(&unit.level).is_some_and(|step| step > 0) {
            let found = Words::new(
                format!("{} ({}) as a root", unit.id, unit.level),
                format!("{}（{}）作为根单位", unit.id, unit.level),
            );
            let fault = Fault::new(&WRONG_LEVEL, self.path(tree, place, validity)).finding(found);
            self.faults.push(fault.expecting(one_of(steps.steps.iter().take(1).flatten())));
        }
    }

    /// Whether the unit's level stands in the tree at all.
    fn step(&mut self, tree: Tree, place: usize, validity: Validity) {
        let Some(unit) = self.units.at(place) else { return };
        let steps = self.policy.trees.of(tree);
        if steps.step(&unit.level).is_none() {
            let fault = Fault::new(&UNKNOWN_LEVEL, self.path(tree, place, validity));
            self.faults.push(fault.found(&unit.level).expecting(one_of(steps.steps.iter().flatten())));
        }
    }

    /// A unit stands on a lower step than the one above it; steps may be skipped (which is reported elsewhere).
    fn order(&mut self, link: Link) {
        let Link { tree, unit, parent, validity } = link;
        self.step(tree, unit, validity);
        let (Some(below), Some(above)) = (self.units.at(unit), self.units.at(parent)) else { return };
        let steps = self.policy.trees.of(tree);
        let (Some(own), Some(upper)) = (steps.step(&below.level), steps.step(&above.level)) else { return };
        if own <= upper {
            let fault = Fault::new(&WRONG_LEVEL, self.path(tree, unit, validity));
            let found = Words::new(
                format!("{} ({}) below {} ({})", below.id, below.level, above.id, above.level),
                format!("{}（{}）位于 {}（{}）之下", below.id, below.level, above.id, above.level),
            );
            let levels = steps.steps.iter().take(own).flatten();
            self.faults.push(fault.finding(found).expecting(one_of(levels)));
        }
    }

    /// The unit above is there, and hangs in the tree, as long as this one hangs below it.
    fn orphan(&mut self, link: Link) {
        let Link { tree, unit, parent, validity } = link;
        let (Some(below), Some(above)) = (self.units.at(unit), self.units.at(parent)) else { return };
        let gap = below.names.iter().find_map(|(there, _)| {
            let days = there.common(validity)?;
            above.names.first_gap(days).or_else(|| above.parents.of(tree).first_gap(days))
        });
        if let Some(gap) = gap {
            let (en, zh) = gap.words();
            let fault = Fault::new(&ORPHAN_UNIT, self.path(tree, unit, validity));
            let found = Words::new(
                format!("{} below {}, which is not in the tree {en}", below.id, above.id),
                format!("{} 的上级 {} {zh}不在该树中", below.id, above.id),
            );
            let expected = Words::new("a unit of the tree on all these days", "在此期间一直处于该树中的单位");
            self.faults.push(fault.finding(found).expecting(expected));
        }
    }

    /// The way from the unit above back to this one, if there is one. Where levels are in order there is none.
    fn cycle(&self, link: Link) -> Option<Vec<usize>> {
        let steps = self.policy.trees.of(link.tree);
        let step = |place| self.units.at(place).and_then(|unit| steps.step(&unit.level));
        if let (Some(own), Some(upper)) = (step(link.unit), step(link.parent))
            && own > upper
        {
            return None;
        }
        let mut way = vec![link.unit];
        self.leads_to(link.unit, link.parent, link.tree, link.validity, &mut way).then_some(way)
    }

    fn leads_to(&self, goal: usize, place: usize, tree: Tree, days: Validity, way: &mut Vec<usize>) -> bool {
        if place == goal {
            return true;
        }
        let Some(unit) = self.units.at(place).filter(|_| way.len() <= MOST_STEPS && !way.contains(&place)) else {
            return false;
        };
        way.push(place);
        let parents = unit.parents.of(tree).iter();
        let mut above = parents.filter_map(|(validity, parent)| Some((validity.common(days)?, (*parent)?)));
        let leads = above.any(|(days, parent)| self.leads_to(goal, parent, tree, days, way));
        if !leads {
            way.pop();
        }
        leads
    }

    fn report_cycle(&mut self, link: Link, cycle: &[usize]) {
        let mut members = cycle.to_vec();
        members.sort_unstable();
        if self.cycles.insert(members) {
            let ids: Vec<_> = cycle.iter().chain(cycle.first()).map(|place| self.units.id(*place)).collect();
            let fault = Fault::new(&UNIT_CYCLE, self.path(link.tree, link.unit, link.validity));
            let expected = Words::new("a unit that does not lie below this one", "不在本单位之下的单位");
            self.faults.push(fault.found(ids.join(" < ")).expecting(expected));
        }
    }

    /// A tree has one root at a time.
    fn roots(&mut self, tree: Tree) {
        let mut roots: Vec<Root> = Vec::new();
        for place in self.units.by_id() {
            roots.extend(self.units.at(place).into_iter().flat_map(|unit| roots_of(unit, place, tree)));
        }
        roots.sort_by_key(|root| root.days);
        let mut latest: Option<Root> = None;
        for root in roots {
            if let Some(other) = latest.filter(|other| other.days.common(root.days).is_some()) {
                let (one, other) = (self.units.id(other.unit), self.units.id(root.unit));
                let found = Words::new(format!("{one} and {other}"), format!("{one} 和 {other}"));
                let fault = Fault::new(&SEVERAL_ROOTS, self.path(tree, root.unit, root.validity));
                self.faults.push(fault.finding(found).expecting(Words::new("one root", "一个根单位")));
            }
            latest = latest.filter(|other| other.days.lasts_longer_than(root.days)).or(Some(root));
        }
    }

    fn path(&self, tree: Tree, place: usize, validity: Validity) -> String {
        let told = self.origins.get(&(place, tree, validity)).cloned();
        told.unwrap_or_else(|| format!("units.{}.{}_parent", self.units.id(place), tree.code()))
    }
}

/// A root, on the days on which it is there.
#[derive(Clone, Copy)]
struct Root {
    unit: usize,
    /// The days of its link.
    validity: Validity,
    /// Those of them on which the unit is there.
    days: Validity,
}

fn roots_of(unit: &Unit, place: usize, tree: Tree) -> impl Iterator<Item = Root> {
    let roots = unit.parents.of(tree).iter().filter(|(_, parent)| parent.is_none());
    roots.flat_map(move |(validity, _)| {
        let there = unit.names.iter().filter_map(|(there, _)| there.common(*validity));
        there.map(move |days| Root { unit: place, validity: *validity, days })
    })
}
