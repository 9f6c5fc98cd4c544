//! Changes of an organisation: each dated, each by somebody, none of them forgotten (ORG-07).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::granting::Granting;
use super::load::known_level;
use super::permission::{Permission, Request};
use super::person::Grant;
use super::policy::OrganisationPolicy;
use super::tree::Tree;
use super::unit::Name;
use super::validity::Validity;
use super::{
    NO_SUCH_GRANT, NOT_PERMITTED, Organisation, PERSON_CONFLICT, PERSON_INACTIVE, UNIT_CONFLICT, UNIT_IN_USE,
    UNKNOWN_UNIT,
};
use crate::catalogue::{Code, Language, NOTHING, Words};
use crate::error::Fault;
use crate::table::cell::{self, Read, Refusal};
use crate::table::columns::{Numbers, Texts};
use crate::table::source::{FromSource, Source};
use crate::table::{Column, Header, INVALID};

/// The action of whoever changes units.
const MAINTAIN_UNITS: &str = "maintain_units";
/// The action of whoever changes where people work.
const MAINTAIN_PERSONS: &str = "maintain_persons";

/// What is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// A new unit, `unit_id`, below `parent_id` in `tree`; it has `name`, `name_zh`, `level`, `is_unassigned`.
    AddUnit,
    /// `unit_id` is called `name`, `name_zh`.
    RenameUnit,
    /// `unit_id` hangs below `parent_id` in `tree`; that it hung there nowhere before is no fault.
    MoveUnit,
    /// `unit_id` becomes a part of the one unit in `into`, together with its children and people. The roles held at it end:
    /// nobody's scope grows unasked.
    MergeUnit,
    /// `unit_id` is divided between the units in `into`, among which its children and people were divided before.
    SplitUnit,
    /// `unit_id` is no more; it has no children and no people.
    CloseUnit,
    /// A new person, `person_id`, who works in `unit_id`, until `until` where that is known; or one that comes back.
    AddPerson,
    /// `person_id` works in `unit_id`.
    ModifyPerson,
    /// `person_id` is active no more, and holds no role.
    DeactivatePerson,
    /// `person_id` holds `role` at `unit_id`, until `until` where that is known.
    Grant,
    /// `person_id` holds `role` at `unit_id` no more.
    Revoke,
}

impl ChangeKind {
    /// Every kind, in the order of [`Self::CODES`].
    const ALL: [Self; 11] = [
        Self::AddUnit,
        Self::RenameUnit,
        Self::MoveUnit,
        Self::MergeUnit,
        Self::SplitUnit,
        Self::CloseUnit,
        Self::AddPerson,
        Self::ModifyPerson,
        Self::DeactivatePerson,
        Self::Grant,
        Self::Revoke,
    ];
    /// The kinds' codes.
    pub const CODES: &'static [&'static str] = &[
        "add_unit",
        "rename_unit",
        "move_unit",
        "merge_unit",
        "split_unit",
        "close_unit",
        "add_person",
        "modify_person",
        "deactivate_person",
        "grant",
        "revoke",
    ];
}

/// One change. What a kind does not speak of is null.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// What is changed.
    pub change: ChangeKind,
    /// The first day on which it is so.
    pub on: NaiveDate,
    /// The person who changed it and was allowed to; null where the host did, on its own authority.
    pub by: Option<String>,
    /// Another person, who approved it; for actions that the policy calls sensitive.
    pub second_approver: Option<String>,
    /// The unit.
    pub unit_id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its name in Chinese, where that is another one.
    pub name_zh: Option<String>,
    /// Its level.
    pub level: Option<String>,
    /// Whether it collects the customers that no community has yet.
    pub is_unassigned: Option<bool>,
    /// The tree in which it hangs.
    pub tree: Option<Tree>,
    /// The unit above it; of the root null.
    pub parent_id: Option<String>,
    /// The units that take its place.
    pub into: Vec<String>,
    /// The person.
    pub person_id: Option<String>,
    /// The role.
    pub role: Option<String>,
    /// The last day.
    pub until: Option<NaiveDate>,
}

/// The table `changes`.
#[derive(Debug)]
pub(super) struct ChangeRows {
    change: Numbers<usize>,
    on: Numbers<NaiveDate>,
    by: Texts,
    second_approver: Texts,
    unit_id: Texts,
    name: Texts,
    name_zh: Texts,
    level: Texts,
    is_unassigned: Numbers<bool>,
    tree: Numbers<usize>,
    parent_id: Texts,
    into: Column<Vec<String>>,
    person_id: Texts,
    role: Texts,
    until: Numbers<NaiveDate>,
}

impl FromSource for ChangeRows {
    const NAME: &'static str = "changes";
    type With = ();

    fn read(source: &mut impl Source, (): &()) -> Self {
        Self {
            change: source.code(Header::required("change"), ChangeKind::CODES),
            on: source.date(Header::required("on")),
            by: source.text(Header::optional("by")),
            second_approver: source.text(Header::optional("second_approver")),
            unit_id: source.text(Header::optional("unit_id")),
            name: source.text(Header::optional("name")),
            name_zh: source.text(Header::optional("name_zh")),
            level: source.text(Header::optional("level")),
            is_unassigned: source.yes_no(Header::optional("is_unassigned")),
            tree: source.code(Header::optional("tree"), Tree::CODES),
            parent_id: source.text(Header::optional("parent_id")),
            into: source.column(Header::optional("into"), ids),
            person_id: source.text(Header::optional("person_id")),
            role: source.text(Header::optional("role")),
            until: source.date(Header::optional("until")),
        }
    }
}

/// A list of ids.
fn ids(cell: &Json) -> Read<Vec<String>> {
    let Json::Array(items) = cell else {
        return if cell.is_null() { Ok(None) } else { Err(Refusal::of(cell::TEXTS)) };
    };
    let ids = items.iter().map(|item| Ok(cell::text(item).map_err(|_| Refusal::of(cell::TEXTS))?.map(Into::into)));
    ids.collect::<Result<Option<Vec<_>>, _>>()?.map(Some).ok_or(Refusal::of(cell::TEXTS))
}

impl ChangeRows {
    /// The change in a row; none where the row breaks the contract.
    pub(super) fn get(&self, row: usize) -> Option<Change> {
        let text = |texts: &Texts| texts.text(row).map(str::to_owned);
        Some(Change {
            change: *ChangeKind::ALL.get(self.change.at(row)?)?,
            on: self.on.at(row)?,
            by: text(&self.by),
            second_approver: text(&self.second_approver),
            unit_id: text(&self.unit_id),
            name: text(&self.name),
            name_zh: text(&self.name_zh),
            level: text(&self.level),
            is_unassigned: self.is_unassigned.at(row),
            tree: self.tree.at(row).and_then(|place| Tree::ALL.get(place)).copied(),
            parent_id: text(&self.parent_id),
            into: self.into.get(row).cloned().unwrap_or_default(),
            person_id: text(&self.person_id),
            role: text(&self.role),
            until: self.until.at(row),
        })
    }
}

/// A change that is being made.
struct Making<'c> {
    policy: &'c OrganisationPolicy,
    change: &'c Change,
    path: &'c str,
}

impl<'c> Making<'c> {
    fn path(&self, column: &str) -> String {
        format!("{}.{column}", self.path)
    }

    /// What the change needs of a column.
    fn needed<T>(&self, column: &str, value: Option<T>) -> Result<T, Fault> {
        value.ok_or_else(|| {
            let code = ChangeKind::CODES.get(self.change.change as usize).copied().unwrap_or_default();
            let expected = Words::new(format!("a value, for `{code}`"), format!("{code} 所需的值"));
            Fault::new(&INVALID, self.path(column)).finding(NOTHING).expecting(expected)
        })
    }

    fn unit_id(&self) -> Result<&'c str, Fault> {
        self.needed("unit_id", self.change.unit_id.as_deref())
    }

    fn person_id(&self) -> Result<&'c str, Fault> {
        self.needed("person_id", self.change.person_id.as_deref())
    }

    fn name(&self) -> Result<Name, Fault> {
        let name = self.needed("name", self.change.name.as_deref())?;
        Ok(Name { name: name.into(), name_zh: self.change.name_zh.as_deref().map(Into::into) })
    }

    /// The days from the change on.
    fn days(&self) -> Result<Validity, Fault> {
        let Change { on, until, .. } = self.change;
        Validity::new(Some(*on), *until).ok_or_else(|| {
            let fault = Fault::new(&INVALID, self.path("until")).found(until.unwrap_or(*on));
            fault.expecting(Words::new(format!("`on`, {on}, or a later day"), format!("不早于 `on`（{on}）的日期")))
        })
    }

    fn refused(&self, by: &str, reasons: &[&'static Code]) -> Fault {
        let reason = |code: &Code, language| format!("{} ({})", code.text.of(language), code.name);
        let reasons = |language| reasons.iter().map(|code| reason(code, language)).collect::<Vec<_>>().join("; ");
        let found = Words::new(format!("{by}: {}", reasons(Language::En)), format!("{by}：{}", reasons(Language::Zh)));
        let expected = Words::new("a person who may make this change", "有权作此变更的人员");
        Fault::new(&NOT_PERMITTED, self.path("by")).finding(found).expecting(expected)
    }
}

impl Organisation {
    /// Makes a change, and remembers it. A change that is refused may leave its traces: whoever makes changes makes them on a
    /// copy.
    ///
    /// # Errors
    /// Why it cannot be made.
    pub(super) fn make(&mut self, policy: &OrganisationPolicy, change: Change, path: &str) -> Result<(), Fault> {
        let making = Making { policy, change: &change, path };
        match change.change {
            ChangeKind::AddUnit => self.make_unit(&making)?,
            ChangeKind::RenameUnit => self.rename_unit(&making)?,
            ChangeKind::MoveUnit => self.move_unit(&making)?,
            ChangeKind::MergeUnit => self.merge_unit(&making)?,
            ChangeKind::SplitUnit => self.split_unit(&making)?,
            ChangeKind::CloseUnit => self.close_unit(&making)?,
            ChangeKind::AddPerson => self.add_person(&making)?,
            ChangeKind::ModifyPerson => self.modify_person(&making)?,
            ChangeKind::DeactivatePerson => self.deactivate_person(&making)?,
            ChangeKind::Grant => self.grant(&making)?,
            ChangeKind::Revoke => self.revoke(&making)?,
        }
        self.history.push(change);
        Ok(())
    }

    fn make_unit(&mut self, making: &Making<'_>) -> Result<(), Fault> {
        let Change { on, tree, parent_id, is_unassigned, level, .. } = making.change;
        let (id, name) = (making.unit_id()?, making.name()?);
        let (tree, level) = (making.needed("tree", *tree)?, making.needed("level", level.as_deref())?);
        known_level(making.policy, making.path, level)?;
        let parent = parent_id.as_deref().map(|id| self.unit_on(making, "parent_id", id)).transpose()?;
        self.permit(making, MAINTAIN_UNITS, None, parent, Some(tree))?;
        if self.units.place(id).is_some() {
            let fault = Fault::new(&UNIT_CONFLICT, making.path("unit_id")).found(id);
            return Err(fault.expecting(Words::new("an id that no unit ever had", "从未使用过的单位编号")));
        }
        let place = self.units.add(id, level, is_unassigned.unwrap_or_default());
        if let (Some(unit), Some(days)) = (self.units.at_mut(place), Validity::new(Some(*on), None)) {
            unit.names = super::validity::Dated::once(days, name);
            *unit.parents.of_mut(tree) = super::validity::Dated::once(days, parent);
        }
        Ok(())
    }

    fn rename_unit(&mut self, making: &Making<'_>) -> Result<(), Fault> {
        let (place, name) = (self.unit_on(making, "unit_id", making.unit_id()?)?, making.name()?);
        self.permit(making, MAINTAIN_UNITS, None, Some(place), None)?;
        if let Some(unit) = self.units.at_mut(place) {
            unit.names.replace_since(making.change.on, name);
        }
        Ok(())
    }

    fn move_unit(&mut self, making: &Making<'_>) -> Result<(), Fault> {
        let Change { on, tree, parent_id, .. } = making.change;
        let tree = making.needed("tree", *tree)?;
        let place = self.unit_on(making, "unit_id", making.unit_id()?)?;
        let parent = parent_id.as_deref().map(|id| self.unit_on(making, "parent_id", id)).transpose()?;
        if self.units.hangs_in(place, tree, *on) {
            self.permit(making, MAINTAIN_UNITS, Some(place), parent, Some(tree))?;
        } else {
            // It is in nobody's scope in this tree: whoever hangs it there has to have it in another one.
            self.permit(making, MAINTAIN_UNITS, None, Some(place), None)?;
            self.permit(making, MAINTAIN_UNITS, None, parent, Some(tree))?;
        }
        self.rehang(place, tree, *on, parent);
        Ok(())
    }

    /// Hangs a unit below another one from a day on: until it would have been hung elsewhere, or for good where it hung nowhere.
    fn rehang(&mut self, place: usize, tree: Tree, on: NaiveDate, parent: Option<usize>) {
        let Some(unit) = self.units.at_mut(place) else { return };
        let parents = unit.parents.of_mut(tree);
        if !parents.replace_since(on, parent) {
            let next = parents.iter().filter_map(|(validity, _)| validity.first_day()).find(|first| *first > on);
            let until = next.and_then(|next| next.pred_opt());
            // No link holds on these days, so none is in the way.
            let _ = Validity::new(Some(on), until).map(|days| parents.add(days, parent));
        }
    }

    fn merge_unit(&mut self, making: &Making<'_>) -> Result<(), Fault> {
        let on = making.change.on;
        let place = self.unit_on(making, "unit_id", making.unit_id()?)?;
        let [into] = self.successors_of(making, place)?[..] else {
            let fault = Fault::new(&INVALID, making.path("into")).found(making.change.into.len());
            return Err(fault.expecting(Words::new("one unit", "一个单位")));
        };
        self.permit(making, MAINTAIN_UNITS, Some(place), Some(into), None)?;
        for (tree, child) in self.units.children_since(place, on) {
            let unit = self.units.at_mut(child);
            unit.into_iter().for_each(|unit| unit.parents.of_mut(tree).exchange_since(on, &Some(place), &Some(into)));
        }
        let (from, to) = (Some(self.units.id(place).into()), Some(self.units.id(into).into()));
        for person in self.persons.values_mut() {
            person.units.exchange_since(on, &from, &to);
        }
        self.end_grants_at(place, on);
        self.end_unit(making, place, &[into])
    }

    fn split_unit(&mut self, making: &Making<'_>) -> Result<(), Fault> {
        let place = self.unit_on(making, "unit_id", making.unit_id()?)?;
        let into = self.successors_of(making, place)?;
        if into.len() < 2 {
            let fault = Fault::new(&INVALID, making.path("into")).found(into.len());
            return Err(fault.expecting(Words::new("two units or more", "两个或更多单位")));
        }
        for successor in &into {
            self.permit(making, MAINTAIN_UNITS, Some(place), Some(*successor), None)?;
        }
        self.end_unit(making, place, &into)
    }

    fn close_unit(&mut self, making: &Making<'_>) -> Result<(), Fault> {
        let place = self.unit_on(making, "unit_id", making.unit_id()?)?;
        self.permit(making, MAINTAIN_UNITS, None, Some(place), None)?;
        self.end_unit(making, place, &[])
    }

    /// The units in `into`.
    fn successors_of(&self, making: &Making<'_>, place: usize) -> Result<Vec<usize>, Fault> {
        let mut places = Vec::new();
        for (index, id) in making.change.into.iter().enumerate() {
            let column = format!("into[{index}]");
            let successor = self.unit_on(making, &column, id)?;
            if successor == place || places.contains(&successor) {
                let fault = Fault::new(&INVALID, making.path(&column)).found(id);
                return Err(fault.expecting(Words::new("another unit", "其他单位")));
            }
            places.push(successor);
        }
        Ok(places)
    }

    /// Ends a unit that nothing hangs below and nobody is at (ORG-07).
    fn end_unit(&mut self, making: &Making<'_>, place: usize, successors: &[usize]) -> Result<(), Fault> {
        let on = making.change.on;
        let children = self.units.children_since(place, on);
        let unit_id = self.units.id(place);
        let people = self.persons.iter().filter(|(_, person)| person.is_at_since(unit_id, on));
        let names: BTreeSet<_> = children.iter().map(|(_, child)| self.units.id(*child)).collect();
        let names = Vec::from_iter(names);
        let people: Vec<&str> = people.map(|(id, _)| &**id).collect();
        if !names.is_empty() || !people.is_empty() {
            let found = Words::new(
                format!("children: {}; people: {}", listed(&names), listed(&people)),
                format!("下级单位：{}；人员：{}", listed(&names), listed(&people)),
            );
            let fault = Fault::new(&UNIT_IN_USE, making.path("unit_id")).finding(found);
            return Err(fault.expecting(Words::new("no children and no people", "没有下级单位和人员")));
        }
        if let Some(unit) = self.units.at_mut(place) {
            unit.names.end_before(on);
            Tree::ALL.into_iter().for_each(|tree| unit.parents.of_mut(tree).end_before(on));
            unit.successors.extend(successors.iter().map(|successor| (on, *successor)));
        }
        Ok(())
    }

    fn end_grants_at(&mut self, place: usize, on: NaiveDate) {
        let unit_id = self.units.id(place);
        for person in self.persons.values_mut() {
            person.end_grants(on, |grant| *grant.unit_id == *unit_id);
        }
    }

    fn add_person(&mut self, making: &Making<'_>) -> Result<(), Fault> {
        let (id, days) = (making.person_id()?, making.days()?);
        let unit_id = making.change.unit_id.as_deref();
        let place = unit_id.map(|id| self.unit_on(making, "unit_id", id)).transpose()?;
        self.permit(making, MAINTAIN_PERSONS, None, place, None)?;
        let person = self.persons.entry(id.into()).or_default();
        person.units.add(days, unit_id.map(Into::into)).map_err(|_| {
            let fault = Fault::new(&PERSON_CONFLICT, making.path("person_id")).found(id);
            fault.expecting(Words::new("a person who is not active on these days", "在此期间不在职的人员"))
        })
    }

    fn modify_person(&mut self, making: &Making<'_>) -> Result<(), Fault> {
        let (id, on) = (making.person_id()?, making.change.on);
        let unit_id = making.change.unit_id.as_deref();
        let place = unit_id.map(|id| self.unit_on(making, "unit_id", id)).transpose()?;
        self.permit_person(making, id, place)?;
        let person = self.known_person(making.path, id)?;
        if person.units.replace_since(on, unit_id.map(Into::into)) { Ok(()) } else { Err(inactive(making, id)) }
    }

    fn deactivate_person(&mut self, making: &Making<'_>) -> Result<(), Fault> {
        let (id, on) = (making.person_id()?, making.change.on);
        self.permit_person(making, id, None)?;
        let person = self.known_person(making.path, id)?;
        if !person.is_active(on) {
            return Err(inactive(making, id));
        }
        if person.units.iter().all(|(days, _)| days.before(on).is_none()) {
            let fault = Fault::new(&PERSON_CONFLICT, making.path("on")).found(on);
            let expected =
                Words::new("a day after the person's first: nobody is deleted", "晚于该人员首日的日期：人员不可删除");
            return Err(fault.expecting(expected));
        }
        person.units.end_before(on);
        person.end_grants(on, |_| true);
        Ok(())
    }

    /// Whoever changes a person has it in his scope, where it works and where it is to work.
    fn permit_person(&self, making: &Making<'_>, id: &str, place: Option<usize>) -> Result<(), Fault> {
        let works = self.persons.get(id).and_then(|person| person.units.on(making.change.on)?.as_deref());
        let works = works.and_then(|unit_id| self.units.place(unit_id));
        self.permit(making, MAINTAIN_PERSONS, place.and(works), place.or(works), None)
    }

    fn grant(&mut self, making: &Making<'_>) -> Result<(), Fault> {
        let (to, unit_id, validity) = (making.person_id()?, making.unit_id()?, making.days()?);
        let Change { on, by, role: code, .. } = making.change;
        let code = making.needed("role", code.as_deref())?;
        let place = self.attachable(making.policy, making.path, code, unit_id)?;
        self.unit_on(making, "unit_id", unit_id)?;
        if let (Some(by), Some(role)) = (by, making.policy.roles.get(code)) {
            let granting = Granting { by, to, role, place, validity };
            let reasons = self.granting_faults(making.policy, &granting, *on);
            if !reasons.is_empty() {
                return Err(making.refused(by, &reasons));
            }
        }
        let person = self.known_person(making.path, to)?;
        if !person.is_active(*on) {
            return Err(inactive(making, to));
        }
        let granted_by = by.as_deref().map(Into::into);
        person.add_grant(Grant { role: code.into(), unit_id: unit_id.into(), validity, granted_by });
        Ok(())
    }

    fn revoke(&mut self, making: &Making<'_>) -> Result<(), Fault> {
        let (from, unit_id, on) = (making.person_id()?, making.unit_id()?, making.change.on);
        let role = making.needed("role", making.change.role.as_deref())?;
        let is_meant =
            |grant: &Grant| *grant.role == *role && *grant.unit_id == *unit_id && grant.validity.since(on).is_some();
        let meant: Vec<_> =
            self.known_person(making.path, from)?.grants.iter().filter(|grant| is_meant(grant)).cloned().collect();
        if meant.is_empty() {
            let fault = Fault::new(&NO_SUCH_GRANT, making.path("role")).finding(Words::new(
                format!("{from} without {role} at {unit_id}"),
                format!("{from} 在 {unit_id} 没有角色 {role}"),
            ));
            return Err(fault.expecting(Words::new("a role that the person holds", "该人员持有的角色")));
        }
        if let Some(by) = &making.change.by {
            for grant in &meant {
                let reasons = self.revoking_faults(making.policy, by, grant, on);
                if !reasons.is_empty() {
                    return Err(making.refused(by, &reasons));
                }
            }
        }
        self.known_person(making.path, from)?.end_grants(on, is_meant);
        Ok(())
    }

    /// The place of a unit that is there on the day of the change.
    fn unit_on(&self, making: &Making<'_>, column: &str, id: &str) -> Result<usize, Fault> {
        self.units.place_on(id, making.change.on).ok_or_else(|| {
            let on = making.change.on;
            let expected = Words::new(format!("a unit that is there on {on}"), format!("{on} 时存在的单位"));
            Fault::new(&UNKNOWN_UNIT, making.path(column)).found(id).expecting(expected)
        })
    }

    /// Whether the person who makes a change may; the host may.
    fn permit(
        &self,
        making: &Making<'_>,
        action: &str,
        source: Option<usize>,
        target: Option<usize>,
        tree: Option<Tree>,
    ) -> Result<(), Fault> {
        let Change { by: Some(by), on, second_approver, .. } = making.change else { return Ok(()) };
        let request = Request {
            person_id: by,
            action,
            source: source.map(|place| self.units.id(place)),
            target: target.map(|place| self.units.id(place)),
            tree,
            as_of: *on,
            second_approver: second_approver.as_deref(),
        };
        let decision = self.can(making.policy, &request);
        match decision.outcome {
            Permission::Allowed => Ok(()),
            Permission::NeedsSecondApproval | Permission::Denied => Err(making.refused(by, &decision.reasons)),
        }
    }
}

fn inactive(making: &Making<'_>, id: &str) -> Fault {
    let fault = Fault::new(&PERSON_INACTIVE, making.path("person_id")).found(id);
    let on = making.change.on;
    fault.expecting(Words::new(format!("a person who is active on {on}"), format!("{on} 时在职的人员")))
}

/// The first few of some names.
fn listed(names: &[&str]) -> String {
    const MOST: usize = 5;
    let shown: Vec<_> = names.iter().take(MOST).copied().collect();
    match names.len() {
        0 => "-".to_owned(),
        count if count > MOST => format!("{}, … ({count})", shown.join(", ")),
        _ => shown.join(", "),
    }
}
