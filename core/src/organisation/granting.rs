//! Who may give which role to whom, and take it away: never more than he has himself (row 34 of the decisions).

use chrono::NaiveDate;

use super::person::{Grant, Person};
use super::policy::{OrganisationPolicy, Role};
use super::validity::Validity;
use super::{
    GRANT_LACKS_ACTION, GRANT_OUT_OF_SCOPE, GRANT_OUTLASTS, MAY_NOT_GRANT, Organisation, PERSON_INACTIVE, SELF_GRANT,
    UNKNOWN_PERSON,
};
use crate::catalogue::Code;

/// A role that somebody wants to give to somebody.
pub(super) struct Granting<'g> {
    pub(super) by: &'g str,
    pub(super) to: &'g str,
    pub(super) role: &'g Role,
    /// The place of the unit that it is to attach to.
    pub(super) place: usize,
    pub(super) validity: Validity,
}

impl Organisation {
    /// Everything that speaks against giving a role; nothing where it may be given.
    pub(super) fn granting_faults(
        &self,
        policy: &OrganisationPolicy,
        granting: &Granting<'_>,
        day: NaiveDate,
    ) -> Vec<&'static Code> {
        let mut reasons = Vec::new();
        let person = match self.persons.get(granting.by) {
            None => return vec![&UNKNOWN_PERSON],
            Some(person) if !person.is_active(day) => return vec![&PERSON_INACTIVE],
            Some(person) => person,
        };
        if granting.by == granting.to {
            reasons.push(&SELF_GRANT);
        }
        let held: Vec<_> = self.held(policy, person, granting.role, day).collect();
        let may_grant = self.lacks(person, &held, granting, &MAY_NOT_GRANT, |role| role.may_grant);
        let actions = granting.role.actions.iter().map(|action| {
            self.lacks(person, &held, granting, &GRANT_LACKS_ACTION, |role| role.actions.contains(action))
        });
        for lacking in may_grant.into_iter().chain(actions.flatten()) {
            if !reasons.contains(&lacking) {
                reasons.push(lacking);
            }
        }
        reasons
    }

    /// What a grantor lacks whose role has to allow something, where the granted one attaches, as long as that is to last;
    /// `none` where no role of his allows it at all.
    fn lacks(
        &self,
        person: &Person,
        held: &[(&Grant, &Role)],
        granting: &Granting<'_>,
        none: &'static Code,
        allows: impl Fn(&Role) -> bool,
    ) -> Option<&'static Code> {
        let allowing = || held.iter().filter(|(_, role)| allows(role)).map(|(grant, _)| *grant);
        let covering = || allowing().filter(|grant| self.covers(grant, granting));
        if allowing().next().is_none() {
            return Some(none);
        }
        if covering().next().is_none() {
            return Some(&GRANT_OUT_OF_SCOPE);
        }
        let lasts = covering().any(|grant| outlives(person, grant, granting.validity));
        if lasts { None } else { Some(&GRANT_OUTLASTS) }
    }

    /// What speaks against taking a role away: its giver may, and whoever may give roles where it attaches.
    pub(super) fn revoking_faults(
        &self,
        policy: &OrganisationPolicy,
        by: &str,
        grant: &Grant,
        day: NaiveDate,
    ) -> Vec<&'static Code> {
        let person = match self.persons.get(by) {
            None => return vec![&UNKNOWN_PERSON],
            Some(person) if !person.is_active(day) => return vec![&PERSON_INACTIVE],
            Some(person) => person,
        };
        if grant.granted_by.as_deref() == Some(by) {
            return Vec::new();
        }
        let Some((role, place)) = policy.roles.get(&*grant.role).zip(grant.place_on(&self.units, day)) else {
            return vec![&GRANT_OUT_OF_SCOPE];
        };
        let givers: Vec<_> = self.held(policy, person, role, day).filter(|(_, role)| role.may_grant).collect();
        let covers = |grant: &Grant| {
            let top = grant.place_on(&self.units, day);
            top.is_some_and(|top| self.units.is_under(place, top, role.tree, day))
        };
        match givers.as_slice() {
            [] => vec![&MAY_NOT_GRANT],
            givers if givers.iter().any(|(grant, _)| covers(grant)) => Vec::new(),
            _ => vec![&GRANT_OUT_OF_SCOPE],
        }
    }

    /// The roles that a person holds on a day which are scoped by the same tree as this one: scopes of two trees cannot be held
    /// against one another for all days to come.
    fn held<'o>(
        &self,
        policy: &'o OrganisationPolicy,
        person: &'o Person,
        role: &Role,
        day: NaiveDate,
    ) -> impl Iterator<Item = (&'o Grant, &'o Role)> {
        let tree = role.tree;
        let grants = person.grants_on(day);
        let with_role = grants.filter_map(|grant| Some((grant, policy.roles.get(&*grant.role)?)));
        with_role.filter(move |(_, role)| role.tree == tree)
    }

    /// Whether a role's scope holds another one's, as long as that one is to last.
    fn covers(&self, grant: &Grant, granting: &Granting<'_>) -> bool {
        let top = self.units.place(&grant.unit_id);
        let tree = granting.role.tree;
        top.is_some_and(|top| self.units.is_under_throughout(granting.place, top, tree, granting.validity))
    }
}

/// Whether a person holds a role on all of these days.
fn outlives(person: &Person, grant: &Grant, days: Validity) -> bool {
    grant.validity.contains(days) && person.units.first_gap(days).is_none()
}
