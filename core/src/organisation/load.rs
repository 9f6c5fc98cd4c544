//! The tables that an organisation is loaded from: units, links, people and grants, in any order of their rows.

use chrono::NaiveDate;

use super::person::Grant;
use super::policy::OrganisationPolicy;
use super::structure::Origins;
use super::tree::Tree;
use super::unit::Name;
use super::validity::Validity;
use super::{
    Organisation, PERSON_CONFLICT, ROLE_LEVEL, TWO_PARENTS, UNIT_CONFLICT, UNKNOWN_LEVEL, UNKNOWN_PERSON, UNKNOWN_ROLE,
    UNKNOWN_UNIT,
};
use crate::catalogue::{Words, one_of};
use crate::error::Fault;
use crate::table::columns::{Numbers, Texts};
use crate::table::source::{FromSource, Source};
use crate::table::{Header, INVALID};

/// The days on which a row holds.
#[derive(Debug)]
struct Days {
    valid_from: Numbers<NaiveDate>,
    valid_to: Numbers<NaiveDate>,
}

impl Days {
    fn read(source: &mut impl Source) -> Self {
        Self {
            valid_from: source.date(Header::optional("valid_from")),
            valid_to: source.date(Header::optional("valid_to")),
        }
    }

    fn of(&self, row: usize, path: &str) -> Result<Validity, Fault> {
        let (from, to) = (self.valid_from.at(row), self.valid_to.at(row));
        Validity::new(from, to).ok_or_else(|| {
            let fault = Fault::new(&INVALID, format!("{path}.valid_to")).found(day(to));
            fault.expecting(Words::new(
                format!("`valid_from`, {}, or a later day", day(from)),
                format!("不早于 `valid_from`（{}）的日期", day(from)),
            ))
        })
    }
}

fn day(day: Option<NaiveDate>) -> String {
    day.map_or_else(|| "null".to_owned(), |day| day.to_string())
}

/// A table whose rows are added to an organisation.
pub(super) trait Loaded: FromSource<With = ()> {
    /// Adds a row, whose path is given.
    ///
    /// # Errors
    /// Why it cannot be added.
    fn add(
        &self,
        row: usize,
        path: &str,
        organisation: &mut Organisation,
        policy: &OrganisationPolicy,
        origins: &mut Origins,
    ) -> Result<(), Fault>;
}

/// Units, each as long as it has one name.
#[derive(Debug)]
pub(super) struct UnitRows {
    unit_id: Texts,
    name: Texts,
    name_zh: Texts,
    level: Texts,
    is_unassigned: Numbers<bool>,
    days: Days,
}

impl FromSource for UnitRows {
    const NAME: &'static str = "units";
    type With = ();

    fn read(source: &mut impl Source, (): &()) -> Self {
        Self {
            unit_id: source.text(Header::required("unit_id")),
            name: source.text(Header::required("name")),
            name_zh: source.text(Header::optional("name_zh")),
            level: source.text(Header::required("level")),
            is_unassigned: source.yes_no(Header::optional("is_unassigned")),
            days: Days::read(source),
        }
    }
}

impl Loaded for UnitRows {
    fn add(
        &self,
        row: usize,
        path: &str,
        organisation: &mut Organisation,
        policy: &OrganisationPolicy,
        _: &mut Origins,
    ) -> Result<(), Fault> {
        let text = |texts: &Texts| texts.text(row).unwrap_or_default().to_owned();
        let validity = self.days.of(row, path)?;
        let (id, level) = (text(&self.unit_id), text(&self.level));
        let is_unassigned = self.is_unassigned.at(row).unwrap_or_default();
        let name = Name { name: text(&self.name).into(), name_zh: self.name_zh.text(row).map(Into::into) };
        let place = organisation.add_unit(path, &id, &level, is_unassigned)?;
        if let Some(Err((other, known))) = organisation.units.at_mut(place).map(|unit| unit.names.add(validity, name)) {
            let fault = Fault::new(&UNIT_CONFLICT, path).finding(of_days(&id, validity));
            return Err(fault.expecting(beyond(&known.name, other)));
        }
        known_level(policy, path, &level)
    }
}

/// Links: which unit lies above which one, in which tree.
#[derive(Debug)]
pub(super) struct LinkRows {
    tree: Numbers<usize>,
    unit_id: Texts,
    parent_id: Texts,
    days: Days,
}

impl FromSource for LinkRows {
    const NAME: &'static str = "links";
    type With = ();

    fn read(source: &mut impl Source, (): &()) -> Self {
        Self {
            tree: source.code(Header::required("tree"), Tree::CODES),
            unit_id: source.text(Header::required("unit_id")),
            parent_id: source.text(Header::optional("parent_id")),
            days: Days::read(source),
        }
    }
}

impl Loaded for LinkRows {
    fn add(
        &self,
        row: usize,
        path: &str,
        organisation: &mut Organisation,
        _: &OrganisationPolicy,
        origins: &mut Origins,
    ) -> Result<(), Fault> {
        let validity = self.days.of(row, path)?;
        let Some(tree) = self.tree.at(row).and_then(|place| Tree::ALL.get(place)).copied() else { return Ok(()) };
        let place = organisation.known_unit(&format!("{path}.unit_id"), self.unit_id.text(row).unwrap_or_default())?;
        let parent = self.parent_id.text(row).map(|id| organisation.known_unit(&format!("{path}.parent_id"), id));
        let parent = parent.transpose()?;
        origins.insert((place, tree, validity), path.to_owned());
        let taken = organisation.units.at_mut(place).map(|unit| unit.parents.of_mut(tree).add(validity, parent));
        match taken {
            Some(Err((_, other))) => Err(organisation.two_parents(path, place, [other, parent])),
            _ => Ok(()),
        }
    }
}

/// People, each as long as it works in one unit.
#[derive(Debug)]
pub(super) struct PersonRows {
    person_id: Texts,
    unit_id: Texts,
    days: Days,
}

impl FromSource for PersonRows {
    const NAME: &'static str = "persons";
    type With = ();

    fn read(source: &mut impl Source, (): &()) -> Self {
        Self {
            person_id: source.text(Header::required("person_id")),
            unit_id: source.text(Header::optional("unit_id")),
            days: Days::read(source),
        }
    }
}

impl Loaded for PersonRows {
    fn add(
        &self,
        row: usize,
        path: &str,
        organisation: &mut Organisation,
        _: &OrganisationPolicy,
        _: &mut Origins,
    ) -> Result<(), Fault> {
        let validity = self.days.of(row, path)?;
        let id = self.person_id.text(row).unwrap_or_default();
        let unit_id = self.unit_id.text(row);
        unit_id.map(|unit_id| organisation.known_unit(&format!("{path}.unit_id"), unit_id)).transpose()?;
        let person = organisation.persons.entry(id.into()).or_default();
        person.units.add(validity, unit_id.map(Into::into)).map_err(|(other, unit)| {
            let fault = Fault::new(&PERSON_CONFLICT, path).finding(of_days(id, validity));
            fault.expecting(beyond(unit.as_deref().unwrap_or("-"), other))
        })
    }
}

/// Roles that people hold.
#[derive(Debug)]
pub(super) struct GrantRows {
    person_id: Texts,
    role: Texts,
    unit_id: Texts,
    granted_by: Texts,
    days: Days,
}

impl FromSource for GrantRows {
    const NAME: &'static str = "grants";
    type With = ();

    fn read(source: &mut impl Source, (): &()) -> Self {
        Self {
            person_id: source.text(Header::required("person_id")),
            role: source.text(Header::required("role")),
            unit_id: source.text(Header::required("unit_id")),
            granted_by: source.text(Header::optional("granted_by")),
            days: Days::read(source),
        }
    }
}

impl Loaded for GrantRows {
    fn add(
        &self,
        row: usize,
        path: &str,
        organisation: &mut Organisation,
        policy: &OrganisationPolicy,
        _: &mut Origins,
    ) -> Result<(), Fault> {
        let text = |texts: &Texts| texts.text(row).unwrap_or_default().to_owned();
        let (person_id, role, unit_id) = (text(&self.person_id), text(&self.role), text(&self.unit_id));
        let validity = self.days.of(row, path)?;
        organisation.attachable(policy, path, &role, &unit_id)?;
        let granted_by = self.granted_by.text(row).map(Into::into);
        let grant = Grant { role: role.into(), unit_id: unit_id.into(), validity, granted_by };
        organisation.known_person(path, &person_id)?.add_grant(grant);
        Ok(())
    }
}

impl Organisation {
    /// A unit by its id, known already or new; its level never changes.
    pub(super) fn add_unit(&mut self, path: &str, id: &str, level: &str, is_unassigned: bool) -> Result<usize, Fault> {
        let Some(place) = self.units.place(id) else { return Ok(self.units.add(id, level, is_unassigned)) };
        match self.units.at(place) {
            Some(unit) if *unit.level != *level => {
                let fault = Fault::new(&UNIT_CONFLICT, format!("{path}.level")).found(level);
                Err(fault.expected(&unit.level))
            }
            Some(unit) if unit.is_unassigned != is_unassigned => {
                let fault = Fault::new(&UNIT_CONFLICT, format!("{path}.is_unassigned")).found(is_unassigned);
                Err(fault.expected(unit.is_unassigned))
            }
            _ => Ok(place),
        }
    }

    /// The place of a unit that there is, or was.
    pub(super) fn known_unit(&self, path: &str, id: &str) -> Result<usize, Fault> {
        self.units.place(id).ok_or_else(|| {
            let fault = Fault::new(&UNKNOWN_UNIT, path).found(id);
            fault.expecting(Words::new("the id of a unit", "已有单位的编号"))
        })
    }

    /// A person that there is, or was.
    pub(super) fn known_person(&mut self, path: &str, id: &str) -> Result<&mut super::person::Person, Fault> {
        self.persons.get_mut(id).ok_or_else(|| {
            let fault = Fault::new(&UNKNOWN_PERSON, format!("{path}.person_id")).found(id);
            fault.expecting(Words::new("the id of a person", "已有人员的编号"))
        })
    }

    /// The place of a unit that a role attaches to (ORG-05).
    pub(super) fn attachable(
        &self,
        policy: &OrganisationPolicy,
        path: &str,
        role: &str,
        unit_id: &str,
    ) -> Result<usize, Fault> {
        let Some(known) = policy.roles.get(role) else {
            let fault = Fault::new(&UNKNOWN_ROLE, format!("{path}.role")).found(role);
            let roles = || policy.roles.keys().map(String::as_str);
            return Err(fault.expecting(one_of(roles())).suggest(role, roles()));
        };
        let path = format!("{path}.unit_id");
        let place = self.known_unit(&path, unit_id)?;
        let level = self.units.at(place).map_or("", |unit| &unit.level);
        if known.levels.iter().any(|other| other == level) {
            return Ok(place);
        }
        let found = Words::new(format!("{unit_id} ({level})"), format!("{unit_id}（{level}）"));
        let expected = Words::new(
            format!("a unit of level {}", known.levels.join(", ")),
            format!("层级为 {} 的单位", known.levels.join("、")),
        );
        Err(Fault::new(&ROLE_LEVEL, path).finding(found).expecting(expected))
    }

    /// Two units above one at a time.
    fn two_parents(&self, path: &str, place: usize, parents: [Option<usize>; 2]) -> Fault {
        let [one, other] = parents.map(|parent| parent.map_or("null", |place| self.units.id(place)));
        let unit = self.units.id(place);
        let found =
            Words::new(format!("{unit} below {one} and {other}"), format!("{unit} 同时位于 {one} 和 {other} 之下"));
        Fault::new(&TWO_PARENTS, path)
            .finding(found)
            .expecting(Words::new("one parent on each day", "每天只有一个上级"))
    }
}

/// Whether the policy has a level.
pub(super) fn known_level(policy: &OrganisationPolicy, path: &str, level: &str) -> Result<(), Fault> {
    if policy.levels.contains_key(level) {
        return Ok(());
    }
    let levels = || policy.levels.keys().map(String::as_str);
    let fault = Fault::new(&UNKNOWN_LEVEL, format!("{path}.level")).found(level).expecting(one_of(levels()));
    Err(fault.suggest(level, levels()))
}

/// Something on some days.
fn of_days(what: &str, days: Validity) -> Words {
    let (en, zh) = days.words();
    Words::new(format!("{what} {en}"), format!("{what}，{zh}"))
}

/// Days that lie beside those on which something else is known.
fn beyond(what: &str, days: Validity) -> Words {
    let (en, zh) = days.words();
    Words::new(format!("no day on which it is {what}: {en}"), format!("不与“{what}”的日期（{zh}）重叠"))
}
