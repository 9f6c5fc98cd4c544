//! Units and where they hang: names and parents by date, successors, paths.

use std::collections::HashMap;
use std::iter::successors;
use std::num::NonZeroUsize;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::policy::MOST_STEPS;
use super::tree::{PerTree, Tree};
use super::validity::{Dated, Validity};
use crate::table::columns::Texts;
use crate::table::directory::Directory;
use crate::threads::shared_out;

/// Rows whose units are looked up at a time.
const RUN: usize = 1 << 12;

/// A unit of the organisation: a company, a department, a community.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) id: Arc<str>,
    /// A level of the policy.
    pub(super) level: Arc<str>,
    /// Whether it collects the customers that no community has yet.
    pub(super) is_unassigned: bool,
    /// What it was called, as long as it was there.
    pub(super) names: Dated<Name>,
    /// The unit above it, by its place; none is the root.
    pub(super) parents: PerTree<Dated<Option<usize>>>,
    /// The units that it became part of, by their places, each with the day from which on they stand in its place.
    pub(super) successors: Vec<(NaiveDate, usize)>,
}

/// What a unit is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Name {
    pub(super) name: Box<str>,
    /// In Chinese, where that is another one.
    pub(super) name_zh: Option<Box<str>>,
}

impl Unit {
    /// Whether it is there on a day.
    pub(super) fn exists_on(&self, day: NaiveDate) -> bool {
        self.names.on(day).is_some()
    }

    /// What it is called on a day; its id on days on which it is not there.
    pub(super) fn name_on(&self, day: NaiveDate) -> &str {
        self.names.on(day).map_or(&self.id, |name| &name.name)
    }
}

/// Every unit that there ever was. A unit's place among them never changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Units {
    units: Vec<Unit>,
    places: HashMap<Arc<str>, usize>,
}

impl Units {
    /// The place of a unit.
    pub(super) fn place(&self, id: &str) -> Option<usize> {
        self.places.get(id).copied()
    }

    /// The unit at a place.
    pub(super) fn at(&self, place: usize) -> Option<&Unit> {
        self.units.get(place)
    }

    pub(super) fn at_mut(&mut self, place: usize) -> Option<&mut Unit> {
        self.units.get_mut(place)
    }

    /// A unit by its id.
    pub(super) fn find(&self, id: &str) -> Option<&Unit> {
        self.at(self.place(id)?)
    }

    /// The place of a unit that is there on a day.
    pub(super) fn place_on(&self, id: &str, day: NaiveDate) -> Option<usize> {
        self.place(id).filter(|place| self.exists_on(*place, day))
    }

    /// The places of the units that each row of a column names; none for a row that names none.
    pub(super) fn places(&self, texts: &Texts, rows: usize, threads: NonZeroUsize) -> Vec<Option<usize>> {
        let directory = Directory::of(self.units.len(), self.units.iter().map(|unit| &*unit.id));
        let runs = shared_out(threads, rows.div_ceil(RUN), |run| {
            let range = run * RUN..rows.min((run + 1) * RUN);
            let (mut asked, mut places) = (Vec::with_capacity(range.len()), Vec::with_capacity(range.len()));
            // No unit has an empty id.
            texts.each(range, |_, text| asked.push(text.unwrap_or_default()));
            directory.find_all(&asked, |place| Some(self.id(place)), &mut places);
            places
        });
        runs.concat()
    }

    /// How many units there ever were.
    pub(super) fn len(&self) -> usize {
        self.units.len()
    }

    /// Every unit, in the order of their places.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &Unit> {
        self.units.iter()
    }

    /// The places of all units, in the order of their ids: no answer depends on the order in which units came.
    pub(super) fn by_id(&self) -> Vec<usize> {
        let mut places: Vec<_> = (0..self.units.len()).collect();
        places.sort_unstable_by_key(|place| self.at(*place).map(|unit| &unit.id));
        places
    }

    /// The id of the unit at a place.
    pub(super) fn id(&self, place: usize) -> &str {
        self.at(place).map_or("", |unit| &unit.id)
    }

    /// Adds a unit that was not known, and gives its place.
    pub(super) fn add(&mut self, id: &str, level: &str, is_unassigned: bool) -> usize {
        let (id, place) = (Arc::from(id), self.units.len());
        self.places.insert(Arc::clone(&id), place);
        self.units.push(Unit {
            id,
            level: level.into(),
            is_unassigned,
            names: Dated::default(),
            parents: PerTree::default(),
            successors: Vec::new(),
        });
        place
    }

    pub(super) fn exists_on(&self, place: usize, day: NaiveDate) -> bool {
        self.at(place).is_some_and(|unit| unit.exists_on(day))
    }

    /// Whether a unit hangs in a tree on a day.
    pub(super) fn hangs_in(&self, place: usize, tree: Tree, day: NaiveDate) -> bool {
        self.at(place).is_some_and(|unit| unit.exists_on(day) && unit.parents.of(tree).on(day).is_some())
    }

    /// The unit above another one on a day.
    pub(super) fn parent(&self, place: usize, tree: Tree, day: NaiveDate) -> Option<usize> {
        *self.at(place)?.parents.of(tree).on(day)?
    }

    /// A unit that hangs in a tree on a day, and those above it, the root last; nothing where it does not hang there.
    pub(super) fn upwards(&self, place: usize, tree: Tree, day: NaiveDate) -> impl Iterator<Item = usize> {
        let first = Some(place).filter(|place| self.hangs_in(*place, tree, day));
        // A state from outside may hold a cycle, which no check has seen yet.
        successors(first, move |place| self.parent(*place, tree, day)).take(MOST_STEPS)
    }

    /// Whether a unit is another one or lies below it on a day.
    pub(super) fn is_under(&self, place: usize, above: usize, tree: Tree, day: NaiveDate) -> bool {
        self.upwards(place, tree, day).any(|unit| unit == above)
    }

    /// Whether a unit is another one or lies below it, on every one of these days.
    pub(super) fn is_under_throughout(&self, place: usize, above: usize, tree: Tree, days: Validity) -> bool {
        self.is_under_within(place, above, tree, days, MOST_STEPS)
    }

    fn is_under_within(&self, place: usize, above: usize, tree: Tree, days: Validity, steps: usize) -> bool {
        let Some(unit) = self.at(place).filter(|unit| steps > 0 && unit.names.first_gap(days).is_none()) else {
            return false;
        };
        let parents = unit.parents.of(tree);
        let leads_there = |(validity, parent): &(Validity, Option<usize>)| {
            let Some(common) = validity.common(days) else { return true };
            parent.is_some_and(|parent| self.is_under_within(parent, above, tree, common, steps - 1))
        };
        parents.first_gap(days).is_none() && (place == above || parents.iter().all(leads_there))
    }

    /// The nearest unit of a level on the way up, the unit itself among them.
    pub(super) fn nearest(&self, place: usize, tree: Tree, day: NaiveDate, level: &str) -> Option<usize> {
        self.upwards(place, tree, day).find(|place| self.at(*place).is_some_and(|unit| *unit.level == *level))
    }

    /// The names on the way down from the root to a unit (W11); none where it does not hang in the tree.
    pub(super) fn path(&self, place: usize, tree: Tree, day: NaiveDate) -> Option<String> {
        let mut names: Vec<_> =
            self.upwards(place, tree, day).filter_map(|place| Some(self.at(place)?.name_on(day))).collect();
        names.reverse();
        (!names.is_empty()).then(|| names.join("/"))
    }

    /// Of each unit, whether it is one of these or lies below one of them on a day, by its place.
    pub(super) fn under(&self, tops: &[usize], tree: Tree, day: NaiveDate) -> Vec<bool> {
        let mut known = vec![None; self.units.len()];
        for top in tops.iter().filter(|top| self.hangs_in(**top, tree, day)) {
            if let Some(slot) = known.get_mut(*top) {
                *slot = Some(true);
            }
        }
        let mut way = Vec::new();
        for place in 0..self.units.len() {
            way.clear();
            let mut is_under = false;
            for step in self.upwards(place, tree, day) {
                if let Some(Some(answer)) = known.get(step) {
                    is_under = *answer;
                    break;
                }
                way.push(step);
            }
            for step in way.drain(..).chain([place]) {
                if let Some(slot) = known.get_mut(step) {
                    slot.get_or_insert(is_under);
                }
            }
        }
        known.into_iter().map(|answer| answer == Some(true)).collect()
    }

    /// The units that hang directly below another one on a day or later, by tree.
    pub(super) fn children_since(&self, place: usize, day: NaiveDate) -> Vec<(Tree, usize)> {
        let is_below = |unit: &Unit, tree| {
            unit.parents.of(tree).iter().any(|(validity, parent)| {
                let days = validity.since(day).filter(|_| *parent == Some(place));
                days.is_some_and(|days| unit.names.iter().any(|(there, _)| there.common(days).is_some()))
            })
        };
        let of_tree = |tree| {
            let units = self.units.iter().enumerate();
            units.filter(move |(_, unit)| is_below(unit, tree)).map(move |(child, _)| (tree, child))
        };
        Tree::ALL.into_iter().flat_map(of_tree).collect()
    }
}

/// A unit as it is written: others by their ids.
#[derive(Serialize, Deserialize)]
struct Written {
    unit_id: Box<str>,
    level: Box<str>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_unassigned: bool,
    names: Dated<Name>,
    parents: PerTree<Dated<Option<Box<str>>>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    successors: Vec<(NaiveDate, Box<str>)>,
}

impl Serialize for Units {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ids = |parents: &Dated<Option<usize>>| parents.map(|parent| parent.map(|place| self.id(place).into()));
        let written = |unit: &Unit| Written {
            unit_id: (*unit.id).into(),
            level: (*unit.level).into(),
            is_unassigned: unit.is_unassigned,
            names: unit.names.clone(),
            parents: PerTree {
                region: ids(&unit.parents.region),
                channel: ids(&unit.parents.channel),
                operations: ids(&unit.parents.operations),
            },
            successors: unit.successors.iter().map(|(day, place)| (*day, self.id(*place).into())).collect(),
        };
        serializer.collect_seq(self.by_id().into_iter().filter_map(|place| self.at(place)).map(written))
    }
}

impl<'de> Deserialize<'de> for Units {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Vec::<Written>::deserialize(deserializer)?;
        let mut units = Self::default();
        for unit in &written {
            if units.place(&unit.unit_id).is_some() {
                return Err(D::Error::custom("a unit stands there twice"));
            }
            units.add(&unit.unit_id, &unit.level, unit.is_unassigned);
        }
        for (place, unit) in written.into_iter().enumerate() {
            let known =
                |id: &str| units.place(id).ok_or_else(|| D::Error::custom("a unit names one that is not there"));
            let parents = |dated: &Dated<Option<Box<str>>>| dated.try_map(|id| id.as_deref().map(known).transpose());
            let parents = PerTree {
                region: parents(&unit.parents.region)?,
                channel: parents(&unit.parents.channel)?,
                operations: parents(&unit.parents.operations)?,
            };
            let successors =
                unit.successors.iter().map(|(day, id)| Ok((*day, known(id)?))).collect::<Result<_, D::Error>>()?;
            if let Some(known) = units.at_mut(place) {
                *known = Unit { names: unit.names, parents, successors, ..known.clone() };
            }
        }
        Ok(units)
    }
}
