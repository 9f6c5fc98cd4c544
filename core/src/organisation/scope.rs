//! What a person sees: the subtrees of the units at which it holds roles (ORG-05), and rows of any table sifted by it.

use std::num::NonZeroUsize;

use chrono::NaiveDate;

use super::Organisation;
use super::policy::OrganisationPolicy;
use super::tree::Tree;
use crate::table::Header;
use crate::table::columns::Texts;
use crate::table::source::{FromSource, Source};

/// The units that a person sees on a day: one answer a unit, found once, looked up for each row.
#[derive(Debug)]
pub struct Scope<'o> {
    organisation: &'o Organisation,
    /// By the unit's place.
    sees: Vec<bool>,
}

impl Organisation {
    /// The units that a person sees on a day: viewing needs a role whose scope holds the unit, and no entry in a menu. Somebody
    /// unknown or inactive sees nothing. It costs a look at every unit for each tree.
    pub fn scope(&self, policy: &OrganisationPolicy, person_id: &str, day: NaiveDate) -> Scope<'_> {
        let mut sees = vec![false; self.units.len()];
        for tree in Tree::ALL {
            let grants = self.persons.get(person_id).into_iter().flat_map(|person| person.grants_on(day));
            let of_tree = grants.filter(|grant| policy.roles.get(&*grant.role).is_some_and(|role| role.tree == tree));
            let tops: Vec<_> = of_tree.filter_map(|grant| grant.place_on(&self.units, day)).collect();
            if !tops.is_empty() {
                let under = self.units.under(&tops, tree, day);
                sees.iter_mut().zip(under).for_each(|(sees, under)| *sees |= under);
            }
        }
        Scope { organisation: self, sees }
    }
}

impl<'o> Scope<'o> {
    /// Whether the person sees a unit; of a unit that nobody knows, no.
    pub fn sees(&self, unit_id: &str) -> bool {
        self.organisation.units.place(unit_id).is_some_and(|place| self.sees.get(place) == Some(&true))
    }

    /// The units that the person sees, in the order of their ids.
    pub fn units(&self) -> impl Iterator<Item = &'o str> {
        let seen = self.organisation.units.by_id().into_iter().filter(|place| self.sees.get(*place) == Some(&true));
        seen.map(|place| self.organisation.units.id(place))
    }

    /// Of each row, whether the person sees its community.
    pub(super) fn sift(&self, rows: &SiftedRows, count: usize, threads: NonZeroUsize) -> Vec<bool> {
        let places = self.organisation.units.places(&rows.community, count, threads);
        places.into_iter().map(|place| place.is_some_and(|place| self.sees.get(place) == Some(&true))).collect()
    }
}

/// A table of anything that lies in communities.
#[derive(Debug)]
pub(super) struct SiftedRows {
    community: Texts,
}

impl FromSource for SiftedRows {
    const NAME: &'static str = "rows";
    type With = ();

    fn read(source: &mut impl Source, (): &()) -> Self {
        Self { community: source.text(Header::optional("community")) }
    }
}
