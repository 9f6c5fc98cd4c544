//! The handle `organisation`: what it is told and asked, in both forms.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::answer::{OrganisationAnswer, OrganisationReport, OrganisationTables, VisibleRecord};
use super::change::ChangeRows;
use super::load::{GrantRows, LinkRows, Loaded, PersonRows, UnitRows};
use super::policy::OrganisationPolicy;
use super::requests::RequestRows;
use super::roll_up::{ValueRows, Values};
use super::scope::SiftedRows;
use super::structure::{self, Origins};
use super::tree::Tree;
use super::{Organisation, UNKNOWN_UNIT};
use crate::catalogue::{NOTHING, Text, Words};
use crate::document::MISSING_KEY;
use crate::engine::{Engine, NoParameters};
use crate::error::{Error, Fault};
use crate::handle::{BatchVerb, Stateful};
use crate::operation::{Cancel, Tables};
use crate::table::batches::Batches;
use crate::table::source::{FromSource, Given};
use crate::table::{MoneyUnit, Reject, Remarks, Row, UnreadColumns};

/// Tables to load, and changes to make.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganisationUpdate {
    /// The tables.
    pub tables: OrganisationUpdateTables,
}

/// What an organisation is told: the host loads units, links, persons and grants, in any order of their rows, and makes the
/// changes in their order. A row that was told before is nothing new. One fault, and nothing is told at all.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OrganisationUpdateTables {
    /// Units: `unit_id`, `name`, `name_zh?`, `level`, `is_unassigned?` (whether it collects the customers that no community has
    /// yet), `valid_from?`, `valid_to?` (both inclusive; null is open). A unit that was renamed has a row for each name.
    pub units: Option<Vec<Row>>,
    /// Which unit lies above which one: `tree` (`region`, `channel`, `operations`), `unit_id`, `parent_id?` (null: the root),
    /// `valid_from?`, `valid_to?`. On days on which the unit is not there, its links say nothing.
    pub links: Option<Vec<Row>>,
    /// People: `person_id`, `unit_id?` (where the person works), `valid_from?`, `valid_to?`. Their names are the host's business.
    pub persons: Option<Vec<Row>>,
    /// Roles that people hold, on the host's own authority: `person_id`, `role`, `unit_id`, `valid_from?`, `valid_to?`,
    /// `granted_by?`.
    pub grants: Option<Vec<Row>>,
    /// Changes, made one after the other: `change`, `on`, and what that kind of change speaks of. One made `by` a person is
    /// refused unless that person may make it.
    pub changes: Option<Vec<Row>>,
}

/// What became of an update: rows that were told, and the changes made.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct OrganisationUpdated {
    /// Rows of `units`.
    pub units: usize,
    /// Rows of `links`.
    pub links: usize,
    /// Rows of `persons`.
    pub persons: usize,
    /// Rows of `grants`.
    pub grants: usize,
    /// Changes made.
    pub changes: usize,
    /// What nobody reads, each column with its table.
    #[serde(flatten)]
    pub unread: UnreadColumns,
}

/// What is asked of an organisation.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganisationQuery {
    /// The tables.
    #[serde(default)]
    pub tables: OrganisationQueryTables,
    /// The parameters.
    pub params: OrganisationQueryParams,
}

/// Tables about which an organisation is asked; each that is given is answered.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OrganisationQueryTables {
    /// Who wants to do what: `person_id`, `action`, `source?`, `target?`, `as_of?` (the query's unless given),
    /// `second_approver?`. Answered by `decisions`.
    pub requests: Option<Vec<Row>>,
    /// Rows of any table with `community?`; answered by `visible`, for the person of the query. Other columns are not read.
    pub rows: Option<Vec<Row>>,
    /// Values of units: `unit_id`, `amount?`, `count?`; answered by `totals`, `unshared` and `rejects`.
    pub values: Option<Vec<Row>>,
}

/// What an organisation tells of itself when asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// The units of the day.
    Units,
    /// The people active on the day.
    Persons,
    /// The roles held on the day.
    Grants,
    /// The changes up to the day.
    History,
    /// Which units took the place of which, up to the day.
    Successions,
    /// What is odd on the day.
    Findings,
    /// The units that the person of the query sees.
    Scope,
    /// What the person of the query finds in the menu.
    Menu,
}

/// About which day, and what, an organisation is asked.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganisationQueryParams {
    /// The day.
    pub as_of: NaiveDate,
    /// What it tells of itself, beside the answers to the tables; in batches other tables have no rows.
    #[serde(default)]
    pub ask: Vec<Asked>,
    /// Of `units`, `history`, `successions`, `findings` and `scope` only what is about one of these units; empty for all.
    #[serde(default)]
    pub unit_ids: Vec<String>,
    /// The same of the units at and below this one.
    pub under: Option<String>,
    /// The tree in which `under` is meant, `region` unless given; `totals` are formed along it, along `region` and `channel`
    /// unless given.
    pub tree: Option<Tree>,
    /// Whether units that are no leaves are left out, too.
    #[serde(default)]
    pub leaves_only: bool,
    /// Whose `scope`, `menu` and `visible` rows these are.
    pub person_id: Option<String>,
    /// What bare integer amounts count.
    pub money_unit: Option<MoneyUnit>,
}

/// The tables of an update, from either form.
#[derive(Default)]
struct Told<'a> {
    units: Option<Given<'a>>,
    links: Option<Given<'a>>,
    persons: Option<Given<'a>>,
    grants: Option<Given<'a>>,
    changes: Option<Given<'a>>,
}

/// The tables of a query, from either form.
#[derive(Default)]
struct AskedTables<'a> {
    requests: Option<Given<'a>>,
    rows: Option<Given<'a>>,
    values: Option<Given<'a>>,
}

/// An update that is being read into a copy of the organisation.
struct Update<'a> {
    engine: &'a Engine,
    next: Organisation,
    origins: Origins,
    faults: Vec<Fault>,
    unread: UnreadColumns,
}

impl<'a> Update<'a> {
    fn policy(&self) -> &'a OrganisationPolicy {
        &self.engine.policy().document().organisation
    }

    /// Reads a table and gives its rows to `each`, those that can be read; says how many there are.
    fn read<T: FromSource<With = ()>>(
        &mut self,
        given: Option<Given<'_>>,
        each: impl Fn(&T, usize, &str, &mut Self) -> Result<(), Fault>,
    ) -> usize {
        let Some(given) = given else { return 0 };
        let (table, remarks) = given.read::<T>(&(), 0, None, self.engine.threads());
        let Remarks { mut invalid, refusals, unread } = remarks;
        self.unread.extend(T::NAME, &unread);
        self.faults.extend(refusals);
        for row in 0..given.rows() {
            let path = format!("tables.{}[{row}]", T::NAME);
            let outcome = invalid.remove(&row).map_or_else(|| each(&table, row, &path, self), Err);
            self.faults.extend(outcome.err());
        }
        given.rows()
    }

    fn load<T: Loaded>(&mut self, given: Option<Given<'_>>) -> usize {
        self.read::<T>(given, |table, row, path, update| {
            let policy = update.policy();
            table.add(row, path, &mut update.next, policy, &mut update.origins)
        })
    }

    fn change(&mut self, given: Option<Given<'_>>) -> usize {
        self.read::<ChangeRows>(given, |table, row, path, update| {
            let policy = update.policy();
            table.get(row).map_or(Ok(()), |change| update.next.make(policy, change, path))
        })
    }

    /// What speaks against the organisation as a whole, where its parts are right.
    fn check(&mut self) {
        if self.faults.is_empty() {
            self.faults = structure::faults(&self.next.units, self.policy(), &self.origins);
        }
    }
}

impl Organisation {
    fn tell(&mut self, engine: &Engine, told: &Told<'_>) -> Result<OrganisationUpdated, Error> {
        let next = self.clone();
        let (origins, faults, unread) = (Origins::default(), Vec::new(), UnreadColumns::default());
        let mut update = Update { engine, next, origins, faults, unread };
        let (units, links) = (update.load::<UnitRows>(told.units), update.load::<LinkRows>(told.links));
        let (persons, grants) = (update.load::<PersonRows>(told.persons), update.load::<GrantRows>(told.grants));
        let changes = update.change(told.changes);
        update.check();
        if !update.faults.is_empty() {
            return Err(Error::request(update.faults));
        }
        *self = update.next;
        Ok(OrganisationUpdated { units, links, persons, grants, changes, unread: update.unread })
    }

    fn ask(
        &self,
        engine: &Engine,
        asked: &AskedTables<'_>,
        params: &OrganisationQueryParams,
    ) -> Result<OrganisationAnswer, Error> {
        let faults = self.param_faults(params, asked.rows.is_some());
        if !faults.is_empty() {
            return Err(Error::request(faults));
        }
        let policy = &engine.policy().document().organisation;
        let mut tables = self.tell_of_itself(policy, params);
        let mut unread = UnreadColumns::default();
        if let Some(given) = asked.requests {
            unread.extend(RequestRows::NAME, &self.decide(engine, given, params.as_of, &mut tables)?);
        }
        if let Some(given) = asked.rows {
            self.sift(engine, given, params, &mut tables)?;
        }
        if let Some(given) = asked.values {
            unread.extend(ValueRows::NAME, &self.sum_up(engine, given, params, &mut tables)?);
        }
        let is_active = params.person_id.as_deref().map(|person| self.is_active(person, params.as_of));
        let digest = engine.policy().digest().to_owned();
        Ok(OrganisationAnswer { tables, report: OrganisationReport { as_of: params.as_of, is_active, unread, digest } })
    }

    /// What is wrong with the parameters: a person or a unit that is missing.
    fn param_faults(&self, params: &OrganisationQueryParams, sifts: bool) -> Vec<Fault> {
        let OrganisationQueryParams { ask, unit_ids, under, person_id, .. } = params;
        let mut faults = Vec::new();
        let needs_person = sifts || ask.contains(&Asked::Scope) || ask.contains(&Asked::Menu);
        if needs_person && person_id.is_none() {
            let fault = Fault::new(&MISSING_KEY, "params.person_id").finding(NOTHING);
            faults.push(fault.expecting(Words::new("the id of a person", "人员编号")));
        }
        let unit_ids = unit_ids.iter().enumerate().map(|(index, id)| (format!("params.unit_ids[{index}]"), id));
        let named = unit_ids.chain(under.iter().map(|id| ("params.under".to_owned(), id)));
        faults.extend(named.filter_map(|(path, id)| self.known_unit(&path, id).err()));
        faults
    }

    fn sift(
        &self,
        engine: &Engine,
        given: Given<'_>,
        params: &OrganisationQueryParams,
        tables: &mut OrganisationTables,
    ) -> Result<(), Error> {
        let (rows, remarks) = given.read::<SiftedRows>(&(), 0, None, engine.threads());
        if !remarks.refusals.is_empty() {
            return Err(Error::request(remarks.refusals));
        }
        let person_id = params.person_id.as_deref().unwrap_or_default();
        let scope = self.scope(&engine.policy().document().organisation, person_id, params.as_of);
        let visible = scope.sift(&rows, given.rows(), engine.threads());
        tables.visible = Some(visible.into_iter().map(|is_visible| VisibleRecord { is_visible }).collect());
        Ok(())
    }

    fn sum_up(
        &self,
        engine: &Engine,
        given: Given<'_>,
        params: &OrganisationQueryParams,
        tables: &mut OrganisationTables,
    ) -> Result<UnreadColumns, Error> {
        let (rows, remarks) = given.read::<ValueRows>(&(), 0, params.money_unit, engine.threads());
        let Remarks { invalid, refusals, unread } = remarks;
        if !refusals.is_empty() {
            return Err(Error::request(refusals));
        }
        let day = params.as_of;
        let mut places = self.units.places(&rows.unit_id, given.rows(), engine.threads());
        // A row that breaks the contract names no unit, whatever stands there.
        for row in invalid.keys() {
            places.get_mut(*row).into_iter().for_each(|place| *place = None);
        }
        let mut rejects: BTreeMap<usize, Fault> = BTreeMap::new();
        let values = Values::of(self, &rows, &places, day, |row| {
            let unit_id = rows.unit_id.text(row).unwrap_or_default();
            let fault = Fault::new(&UNKNOWN_UNIT, format!("tables.values[{row}].unit_id")).found(unit_id);
            let expected = Words::new(format!("a unit that is there on {day}"), format!("{day} 时存在的单位"));
            rejects.insert(row, fault.expecting(expected));
        });
        rejects.extend(invalid);
        let trees = params.tree.map_or(vec![Tree::Region, Tree::Channel], |tree| vec![tree]);
        let summed =
            self.totals(&values, &trees, day).and_then(|totals| Ok((totals, self.unshared(&values, &trees, day)?)));
        let (totals, unshared) = summed.map_err(|fault| Error::request(vec![fault]))?;
        (tables.totals, tables.unshared) = (Some(totals), Some(unshared));
        let rejects = rejects.into_iter().map(|(row, fault)| Reject { table: ValueRows::NAME, row, fault });
        tables.rejects.get_or_insert_default().extend(rejects);
        Ok(unread)
    }
}

impl Stateful for Organisation {
    const NAME: &'static str = "organisation";
    const ABOUT: Text = Text {
        en: "Holds units in trees by date, the people in them and their roles; says who may do what, and who sees what.",
        zh: "保存按日期变化的组织树、人员与角色，并回答谁可以做什么、看什么。",
    };
    const IS_BOUND_TO_POLICY: bool = false;
    type Params = NoParameters;
    type Update = OrganisationUpdate;
    type Updated = OrganisationUpdated;
    type Query = OrganisationQuery;
    type Answer = OrganisationAnswer;
    type UpdateParams = NoParameters;
    type QueryParams = OrganisationQueryParams;

    fn open(_: &Engine, _: NoParameters) -> Result<Self, Error> {
        Ok(Self::default())
    }

    fn update(&mut self, engine: &Engine, update: OrganisationUpdate) -> Result<OrganisationUpdated, Error> {
        let OrganisationUpdateTables { units, links, persons, grants, changes } = &update.tables;
        let told = Told {
            units: rows(units),
            links: rows(links),
            persons: rows(persons),
            grants: rows(grants),
            changes: rows(changes),
        };
        self.tell(engine, &told)
    }

    fn query(&self, engine: &Engine, query: OrganisationQuery) -> Result<OrganisationAnswer, Error> {
        let OrganisationQueryTables { requests, rows: sifted, values } = &query.tables;
        let asked = AskedTables { requests: rows(requests), rows: rows(sifted), values: rows(values) };
        self.ask(engine, &asked, &query.params)
    }

    const UPDATE: BatchVerb = BatchVerb {
        tables: &[],
        optional_tables: &["units", "links", "persons", "grants", "changes"],
        answered_tables: &["report"],
    };
    const QUERY: BatchVerb = BatchVerb {
        tables: &[],
        optional_tables: &["requests", "rows", "values"],
        answered_tables: &[
            "units",
            "persons",
            "grants",
            "history",
            "successions",
            "findings",
            "scope",
            "menu",
            "decisions",
            "visible",
            "totals",
            "unshared",
            "rejects",
            "report",
        ],
    };

    fn update_batch(
        &mut self,
        engine: &Engine,
        given: Tables,
        _: NoParameters,
        cancel: &Cancel,
    ) -> Result<Tables, Error> {
        let collected = collected(given, cancel)?;
        let given = |name: &str| collected.get(name).map(Given::Batches);
        let told = Told {
            units: given(UnitRows::NAME),
            links: given(LinkRows::NAME),
            persons: given(PersonRows::NAME),
            grants: given(GrantRows::NAME),
            changes: given(ChangeRows::NAME),
        };
        let mut next = self.clone();
        let answered = next.tell(engine, &told)?.batches(engine)?;
        cancel.check()?;
        *self = next;
        Ok(answered)
    }

    fn query_batch(
        &self,
        engine: &Engine,
        given: Tables,
        params: OrganisationQueryParams,
        cancel: &Cancel,
    ) -> Result<Tables, Error> {
        let collected = collected(given, cancel)?;
        let given = |name: &str| collected.get(name).map(Given::Batches);
        let asked = AskedTables {
            requests: given(RequestRows::NAME),
            rows: given(SiftedRows::NAME),
            values: given(ValueRows::NAME),
        };
        self.ask(engine, &asked, &params)?.batches(engine)
    }
}

/// A table of JSON, where it is given.
fn rows(rows: &Option<Vec<Row>>) -> Option<Given<'_>> {
    rows.as_deref().map(Given::Rows)
}

/// Tables of Arrow, read to their end.
fn collected(given: Tables, cancel: &Cancel) -> Result<HashMap<String, Batches>, Error> {
    let each = given.into_iter().map(|(name, table)| Ok((name.clone(), Batches::collect(&name, table, cancel)?)));
    each.collect()
}
