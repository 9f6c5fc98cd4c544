//! People: where they work, and the roles that they hold. Nobody is ever deleted (ORG-07).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::unit::Units;
use super::validity::{Dated, Validity};

/// A person, by id: names are the host's business.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Person {
    /// When the person is active, and the unit that it works in, by id.
    pub(super) units: Dated<Option<Box<str>>>,
    /// The roles that it holds, in order.
    pub(super) grants: Vec<Grant>,
}

/// A role that somebody holds at a unit (ORG-05).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Grant {
    /// A role of the policy.
    pub(super) role: Box<str>,
    /// The unit whose subtree is its scope.
    pub(super) unit_id: Box<str>,
    pub(super) validity: Validity,
    /// Who granted it; none where the host did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) granted_by: Option<Box<str>>,
}

impl Person {
    /// Whether it is active on a day.
    pub(super) fn is_active(&self, day: NaiveDate) -> bool {
        self.units.on(day).is_some()
    }

    /// The roles that it holds on a day.
    pub(super) fn grants_on(&self, day: NaiveDate) -> impl Iterator<Item = &Grant> {
        self.grants.iter().filter(move |grant| self.is_active(day) && grant.validity.holds_on(day))
    }

    /// Adds a role; the same once more is nothing new.
    pub(super) fn add_grant(&mut self, grant: Grant) {
        if let Err(place) = self.grants.binary_search(&grant) {
            self.grants.insert(place, grant);
        }
    }

    /// Ends some of its roles the day before this one, and says how many.
    pub(super) fn end_grants(&mut self, day: NaiveDate, is_meant: impl Fn(&Grant) -> bool) -> usize {
        let mut ended = 0;
        self.grants.retain_mut(|grant| {
            if !is_meant(grant) || grant.validity.since(day).is_none() {
                return true;
            }
            ended += 1;
            let rest = grant.validity.before(day);
            grant.validity = rest.unwrap_or(grant.validity);
            rest.is_some()
        });
        self.grants.sort_unstable();
        self.grants.dedup();
        ended
    }

    /// Whether it works in a unit, or holds a role there, on a day or later.
    pub(super) fn is_at_since(&self, unit_id: &str, day: NaiveDate) -> bool {
        let is_later = |validity: Validity| validity.since(day).is_some();
        let works = self.units.iter().any(|(validity, unit)| is_later(*validity) && unit.as_deref() == Some(unit_id));
        works || self.grants.iter().any(|grant| is_later(grant.validity) && *grant.unit_id == *unit_id)
    }
}

impl Grant {
    /// The place of its unit, where that is there on a day.
    pub(super) fn place_on(&self, units: &Units, day: NaiveDate) -> Option<usize> {
        units.place_on(&self.unit_id, day)
    }
}
