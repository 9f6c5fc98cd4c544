//! What an organisation tells of itself when asked: units, people, roles, changes, and what is odd.

use std::collections::HashSet;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::Organisation;
use super::change::Change;
use super::finding::Finding;
use super::handle::{Asked, OrganisationQueryParams};
use super::permission::Permission;
use super::person::{Grant, Person};
use super::policy::OrganisationPolicy;
use super::roll_up::{Total, Unshared};
use super::tree::Tree;
use super::unit::Unit;
use crate::table::{Reject, UnreadColumns};

/// What an organisation answers.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OrganisationAnswer {
    /// The tables that were asked for.
    pub tables: OrganisationTables,
    /// What the answers rest on.
    pub report: OrganisationReport,
}

/// The tables that were asked for.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct OrganisationTables {
    /// The units of the day, in the order of their ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units: Option<Vec<UnitRecord>>,
    /// The people active on the day, in the order of their ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persons: Option<Vec<PersonRecord>>,
    /// The roles held on the day, in the order of people, roles and units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grants: Option<Vec<GrantRecord>>,
    /// The changes that hold on the day, in the order in which they were made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<Vec<HistoryRecord>>,
    /// Which units took the place of which, in the order of their ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successions: Option<Vec<SuccessionRecord>>,
    /// What is odd, in the order of the units' ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub findings: Option<Vec<Finding>>,
    /// The units that the person sees, in the order of their ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Vec<ScopeRecord>>,
    /// What the person finds in the menu, in the order of menus and actions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub menu: Option<Vec<MenuRecord>>,
    /// A row a request, in their order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decisions: Option<Vec<PermissionRecord>>,
    /// A row a row, in their order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visible: Option<Vec<VisibleRecord>>,
    /// What each unit's subtree sums up to, tree by tree, in the order of the units' ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totals: Option<Vec<Total>>,
    /// The values by which the trees' totals differ, in the order of the units' ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unshared: Option<Vec<Unshared>>,
    /// The values that do not count, and the requests that cannot be read, which are denied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejects: Option<Vec<Reject>>,
}

/// A unit on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UnitRecord {
    /// The unit.
    pub unit_id: String,
    /// What it is called.
    pub name: String,
    /// What it is called in Chinese, where that is another name.
    pub name_zh: Option<String>,
    /// Its level.
    pub level: String,
    /// Whether it collects the customers that no community has yet.
    pub is_unassigned: bool,
    /// The unit above it in the region tree; null for the root, and where it does not hang there.
    pub region_parent: Option<String>,
    /// The unit above it in the channel tree.
    pub channel_parent: Option<String>,
    /// The unit above it in the operations tree.
    pub operations_parent: Option<String>,
    /// The names from the root of the region tree down to it, parted by `/`; null where it does not hang there.
    pub region_path: Option<String>,
    /// The names from the root of the channel tree down to it.
    pub channel_path: Option<String>,
    /// The names from the root of the operations tree down to it.
    pub operations_path: Option<String>,
    /// The department responsible for it: the nearest one above it in the channel tree (DIV-17).
    pub department: Option<String>,
    /// The local-network channel that it belongs to.
    pub local_channel: Option<String>,
    /// The people who manage it (DIV-22), in the order of their ids.
    pub managers: Vec<String>,
}

/// A person on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PersonRecord {
    /// The person.
    pub person_id: String,
    /// The unit that the person works in; null where nobody said.
    pub unit_id: Option<String>,
}

/// A role that somebody holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GrantRecord {
    /// The person.
    pub person_id: String,
    /// The role.
    pub role: String,
    /// The unit whose subtree is its scope.
    pub unit_id: String,
    /// The first day; null where it has been held ever since.
    pub valid_from: Option<NaiveDate>,
    /// The last day; null where nobody knows an end.
    pub valid_to: Option<NaiveDate>,
    /// Who granted it; null where the host did.
    pub granted_by: Option<String>,
}

/// A change that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HistoryRecord {
    /// Its number, from 1, in the order in which changes were made.
    pub number: u64,
    /// The change.
    #[serde(flatten)]
    pub change: Change,
}

/// A unit that took the place of another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SuccessionRecord {
    /// The unit that was merged or split.
    pub unit_id: String,
    /// The unit in its place.
    pub successor_id: String,
    /// The first day on which it is.
    pub on: NaiveDate,
}

/// A unit that a person sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ScopeRecord {
    /// The unit.
    pub unit_id: String,
}

/// Something that a person finds in the menu.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct MenuRecord {
    /// The item of the main menu.
    pub menu: String,
    /// The action.
    pub action: String,
    /// The role that allows it.
    pub role: String,
    /// The unit at which the role is held.
    pub unit_id: String,
}

/// A decision about a request, with what an audit asks for (ORG-08).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PermissionRecord {
    /// Who wants to.
    pub person_id: Option<String>,
    /// What.
    pub action: Option<String>,
    /// From where.
    pub source: Option<String>,
    /// Where, or to where.
    pub target: Option<String>,
    /// Who approves.
    pub second_approver: Option<String>,
    /// The day.
    pub as_of: NaiveDate,
    /// Whether the person may.
    pub outcome: Permission,
    /// Everything that is missing: codes, in the order person, action, units, role, scope, second approval.
    pub reasons: Vec<&'static str>,
    /// The role that allows it to the person; null where none does.
    pub role: Option<String>,
    /// The unit at which that role is held.
    pub unit_id: Option<String>,
    /// The role that allows it to the second approver, where one is needed.
    pub approver_role: Option<String>,
    /// The unit at which that role is held.
    pub approver_unit_id: Option<String>,
    /// Whether the action is sensitive.
    pub is_sensitive: bool,
}

/// Whether a row may be seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VisibleRecord {
    /// Whether the person sees its community; no where nobody knows the community.
    pub is_visible: bool,
}

/// What answers rest on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OrganisationReport {
    /// The day.
    pub as_of: NaiveDate,
    /// Whether the person of the query is known and active; null where none is named. One who is not sees nothing.
    pub is_active: Option<bool>,
    /// What nobody reads, each column with its table; of `rows` it is not said.
    #[serde(flatten)]
    pub unread: UnreadColumns,
    /// Digest of the policy.
    pub digest: String,
}

impl Organisation {
    /// The tables in which an organisation tells of itself, those that were asked for.
    pub(super) fn tell_of_itself(
        &self,
        policy: &OrganisationPolicy,
        params: &OrganisationQueryParams,
    ) -> OrganisationTables {
        let OrganisationQueryParams { as_of, ask, person_id, .. } = params;
        let (day, person_id) = (*as_of, person_id.as_deref().unwrap_or_default());
        let meant = self.meant(policy, params);
        let is_meant = |id: &str| self.units.place(id).is_none_or(|place| meant.get(place) == Some(&true));
        let mut tables = OrganisationTables::default();
        for asked in ask {
            match asked {
                Asked::Units => tables.units = Some(self.unit_records(policy, day, &meant)),
                Asked::Persons => tables.persons = Some(self.person_records(day)),
                Asked::Grants => tables.grants = Some(self.grant_records(day)),
                Asked::History => tables.history = Some(self.history_records(day, is_meant)),
                Asked::Successions => tables.successions = Some(self.succession_records(day, is_meant)),
                Asked::Findings => {
                    let findings = self.findings(policy, day).into_iter();
                    tables.findings = Some(findings.filter(|finding| is_meant(&finding.unit_id)).collect());
                }
                Asked::Scope => {
                    let scope = self.scope(policy, person_id, day);
                    let units = scope.units().filter(|id| is_meant(id));
                    tables.scope = Some(units.map(|id| ScopeRecord { unit_id: id.to_owned() }).collect());
                }
                Asked::Menu => tables.menu = Some(self.menu_records(policy, person_id, day)),
            }
        }
        tables
    }

    /// Of each unit, whether the query is about it, by its place.
    fn meant(&self, policy: &OrganisationPolicy, params: &OrganisationQueryParams) -> Vec<bool> {
        let OrganisationQueryParams { as_of, unit_ids, under, tree, leaves_only, .. } = params;
        let mut meant = match under.as_deref().map(|id| self.units.place(id)) {
            Some(top) => self.units.under(&Vec::from_iter(top), tree.unwrap_or(Tree::Region), *as_of),
            None => vec![true; self.units.len()],
        };
        let named: HashSet<&str> = unit_ids.iter().map(String::as_str).collect();
        for (meant, unit) in meant.iter_mut().zip(self.units.iter()) {
            *meant &= named.is_empty() || named.contains(&*unit.id);
            *meant &= !leaves_only || policy.leaves().iter().any(|level| **level == *unit.level);
        }
        meant
    }

    fn unit_records(&self, policy: &OrganisationPolicy, day: NaiveDate, meant: &[bool]) -> Vec<UnitRecord> {
        let managers = self.managers(policy, day);
        let places = self.units.by_id().into_iter().filter(|place| meant.get(*place) == Some(&true));
        let record = |place| {
            let unit = self.units.at(place)?;
            let name = unit.names.on(day)?;
            let parent = |tree| Some(self.units.id(self.units.parent(place, tree, day)?).to_owned());
            let path = |tree| self.units.path(place, tree, day);
            let of_unit = managers.get(&*unit.id).into_iter().flatten();
            Some(UnitRecord {
                unit_id: unit.id.to_string(),
                name: name.name.to_string(),
                name_zh: name.name_zh.as_deref().map(str::to_owned),
                level: unit.level.to_string(),
                is_unassigned: unit.is_unassigned,
                region_parent: parent(Tree::Region),
                channel_parent: parent(Tree::Channel),
                operations_parent: parent(Tree::Operations),
                region_path: path(Tree::Region),
                channel_path: path(Tree::Channel),
                operations_path: path(Tree::Operations),
                department: self.department(policy, &unit.id, day).map(str::to_owned),
                local_channel: self.local_channel(policy, &unit.id, day).map(str::to_owned),
                managers: of_unit.map(|id| (*id).to_owned()).collect(),
            })
        };
        places.filter_map(record).collect()
    }

    fn person_records(&self, day: NaiveDate) -> Vec<PersonRecord> {
        let record = |id: &str, unit_id: Option<&str>| PersonRecord {
            person_id: id.to_owned(),
            unit_id: unit_id.map(str::to_owned),
        };
        let records = self.persons.iter().filter_map(|(id, person)| Some(record(id, person.units.on(day)?.as_deref())));
        records.collect()
    }

    fn grant_records(&self, day: NaiveDate) -> Vec<GrantRecord> {
        let of_person = |id: &str, person: &Person| {
            let record = |grant: &Grant| GrantRecord {
                person_id: id.to_owned(),
                role: grant.role.to_string(),
                unit_id: grant.unit_id.to_string(),
                valid_from: grant.validity.first_day(),
                valid_to: grant.validity.last_day(),
                granted_by: grant.granted_by.as_deref().map(str::to_owned),
            };
            person.grants_on(day).map(record).collect::<Vec<_>>()
        };
        self.persons.iter().flat_map(|(id, person)| of_person(id, person)).collect()
    }

    fn history_records(&self, day: NaiveDate, is_meant: impl Fn(&str) -> bool) -> Vec<HistoryRecord> {
        let names = |change: &Change| {
            let ids = change.unit_id.iter().chain(&change.parent_id).chain(&change.into);
            let ids: Vec<_> = ids.cloned().collect();
            ids.is_empty() || ids.iter().any(|id| is_meant(id))
        };
        let numbered = (1..).zip(&self.history).filter(|(_, change)| change.on <= day && names(change));
        numbered.map(|(number, change)| HistoryRecord { number, change: change.clone() }).collect()
    }

    fn succession_records(&self, day: NaiveDate, is_meant: impl Fn(&str) -> bool) -> Vec<SuccessionRecord> {
        let units = self.units.by_id().into_iter().filter_map(|place| self.units.at(place));
        let of_unit = |unit: &Unit| {
            let record = |(on, successor): &(NaiveDate, usize)| SuccessionRecord {
                unit_id: unit.id.to_string(),
                successor_id: self.units.id(*successor).to_owned(),
                on: *on,
            };
            unit.successors.iter().map(record).collect::<Vec<_>>()
        };
        let records = units.flat_map(of_unit).filter(|record| record.on <= day);
        records.filter(|record| is_meant(&record.unit_id) || is_meant(&record.successor_id)).collect()
    }

    fn menu_records(&self, policy: &OrganisationPolicy, person_id: &str, day: NaiveDate) -> Vec<MenuRecord> {
        let grants = self.persons.get(person_id).into_iter().flat_map(|person| person.grants_on(day));
        let of_grant = |grant: &Grant| {
            let actions = policy.roles.get(&*grant.role).into_iter().flat_map(|role| &role.actions);
            let record = |action: &String| {
                Some(MenuRecord {
                    menu: policy.actions.get(action)?.menu.clone(),
                    action: action.clone(),
                    role: grant.role.to_string(),
                    unit_id: grant.unit_id.to_string(),
                })
            };
            actions.filter_map(record).collect::<Vec<_>>()
        };
        let mut records: Vec<_> = grants.flat_map(of_grant).collect();
        records.sort_unstable();
        records.dedup();
        records
    }
}
