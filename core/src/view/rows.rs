//! The view as rows: one a user or prospect, its facts by name.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::bills::{BillFacts, BillRow};
use super::events::{EventFacts, EventRow};
use super::history::PreviousRow;
use super::own::{OwnColumns, OwnValue};
use super::people::{People, PeopleTables, Person};
use super::service::Service;
use super::tables::{Prospects, Users};
use super::terms::{AgreementRow, HoldingRow, PromotionRow};
use crate::month::full_months;
use crate::table::Column;

/// Whether a customer is served (LCY-08): the codes of [`super::facts::STATUSES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Not a customer yet.
    Prospect,
    /// In service.
    Active,
    /// Suspended; counts as active.
    Suspended,
    /// Has left; so also on the day of termination.
    Terminated,
}

/// What is known of a user (a service) or a prospect on the day. The facts of a table that is absent are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ViewRow {
    /// The user, or the prospect.
    pub user_id: String,
    /// Its customer; null: it is a customer of its own. Left out where `users` is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<Option<String>>,
    /// Whether it is served, from the dates.
    pub status: Status,
    /// The facts of `users`.
    #[serde(flatten)]
    pub user: Option<UserRow>,
    /// Who it is.
    #[serde(flatten)]
    pub contact: ContactRow,
    /// The facts of `bills`.
    #[serde(flatten)]
    pub bills: Option<BillRow>,
    /// The facts of `events`.
    #[serde(flatten)]
    pub events: Option<EventRow>,
    /// The facts of `agreements`.
    #[serde(flatten)]
    pub agreements: Option<AgreementRow>,
    /// The facts of `promotions`.
    #[serde(flatten)]
    pub promotions: Option<PromotionRow>,
    /// The facts of `holdings`.
    #[serde(flatten)]
    pub holdings: Option<HoldingRow>,
    /// The facts of `prospects`.
    #[serde(flatten)]
    pub prospect: Option<ProspectRow>,
    /// The facts of `stage_history`.
    #[serde(flatten)]
    pub previous: Option<PreviousRow>,
    /// The host's own facts, of those that any row has.
    #[serde(flatten)]
    pub own: BTreeMap<String, Option<OwnValue>>,
}

/// Who a user or prospect is, and where.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct ContactRow {
    /// Its name; personal.
    pub name: Option<String>,
    /// Its telephone; personal.
    pub phone: Option<String>,
    /// Its address; personal.
    pub address: Option<String>,
    /// The community it belongs to.
    pub community: Option<String>,
}

/// A user's own facts, those of its latest period; all null for a prospect.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct UserRow {
    /// Full months in service, for a leaver until termination.
    pub tenure_months: Option<i32>,
    /// Full months since termination; null: it has not left.
    pub months_since_exit: Option<i32>,
    /// The channel through which it came.
    pub join_channel: Option<String>,
    /// Its price plan.
    pub plan: Option<String>,
    /// Whether it lives where houses are pulled down.
    pub in_relocation_area: Option<bool>,
}

/// A prospect's own facts; null for a user.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct ProspectRow {
    /// Whether it uses a competitor.
    pub uses_competitor: Option<bool>,
}

/// The view in columns: the facts of each table that was given, for each person in the order of the ids.
#[derive(Debug)]
pub(super) struct View<'t> {
    pub(super) as_of: NaiveDate,
    pub(super) tables: &'t PeopleTables<'t>,
    pub(super) people: People<'t>,
    pub(super) bills: Option<BillFacts>,
    pub(super) events: Option<EventFacts<'t>>,
    pub(super) agreements: Option<Vec<AgreementRow>>,
    pub(super) promotions: Option<Vec<PromotionRow>>,
    pub(super) holdings: Option<Vec<HoldingRow>>,
    pub(super) previous: Option<Vec<PreviousRow>>,
}

impl Users<'_> {
    fn contact(&self, row: usize) -> ContactRow {
        ContactRow {
            name: owned(&self.name, row),
            phone: owned(&self.phone, row),
            address: owned(&self.address, row),
            community: owned(&self.community, row),
        }
    }
}

impl Prospects<'_> {
    fn contact(&self, row: usize) -> ContactRow {
        ContactRow {
            name: owned(&self.name, row),
            phone: owned(&self.phone, row),
            address: owned(&self.address, row),
            community: owned(&self.community, row),
        }
    }
}

fn owned(column: &Column<Cow<'_, str>>, row: usize) -> Option<String> {
    column.text(row).map(str::to_owned)
}

impl View<'_> {
    /// The view row by row.
    pub(super) fn rows(&self) -> Vec<ViewRow> {
        self.people.iter().enumerate().map(|(row, (id, person))| self.row(row, id, person)).collect()
    }

    fn row(&self, row: usize, id: &str, person: &Person) -> ViewRow {
        let is_user = matches!(person, Person::User(_));
        let users = self.tables.users.as_ref().map(|(users, _)| users);
        let prospects = self.tables.prospects.as_ref().map(|(prospects, _)| prospects);
        let contact = match person {
            Person::User(service) => users.map(|users| users.contact(service.latest.row)),
            Person::Prospect(row) => prospects.map(|prospects| prospects.contact(*row)),
        };
        let customer = |users: &Users<'_>| owned(&users.customer_id, self.people.service(row)?.latest.row);
        ViewRow {
            user_id: id.to_owned(),
            customer_id: users.map(customer),
            status: self.status(person),
            user: users.map(|users| self.user_row(users, person)),
            contact: contact.unwrap_or_default(),
            bills: self.bills.as_ref().map(|facts| facts.row(row)),
            // Of a prospect nothing is known, and a user without events has none.
            events: self.events.as_ref().map(|facts| if is_user { facts.row(row) } else { EventRow::default() }),
            agreements: of_row(self.agreements.as_deref(), row),
            promotions: of_row(self.promotions.as_deref(), row),
            holdings: of_row(self.holdings.as_deref(), row),
            prospect: prospects.map(|prospects| match person {
                Person::User(_) => ProspectRow::default(),
                Person::Prospect(row) => ProspectRow { uses_competitor: prospects.uses_competitor.at(*row) },
            }),
            previous: of_row(self.previous.as_deref(), row),
            own: self.own_facts(person),
        }
    }

    /// The host's own facts: the columns of both tables, the values of the one in which the person stands.
    fn own_facts(&self, person: &Person) -> BTreeMap<String, Option<OwnValue>> {
        let users = self.tables.users.as_ref().map(|(users, _)| &users.own);
        let prospects = self.tables.prospects.as_ref().map(|(prospects, _)| &prospects.own);
        let (columns, row) = match person {
            Person::User(service) => (users, service.latest.row),
            Person::Prospect(row) => (prospects, *row),
        };
        let names = users.into_iter().chain(prospects).flat_map(OwnColumns::names);
        let value = |name: &String| columns.and_then(|columns| columns.get(name, row)).cloned();
        names.map(|name| (name.clone(), value(name))).collect()
    }

    fn status(&self, person: &Person) -> Status {
        let Person::User(Service { latest, .. }) = person else { return Status::Prospect };
        let suspended_on = self.tables.users.as_ref().and_then(|(users, _)| users.suspended_on.at(latest.row));
        match (latest.to, suspended_on) {
            (Some(_), _) => Status::Terminated,
            (None, Some(_)) => Status::Suspended,
            (None, None) => Status::Active,
        }
    }

    fn user_row(&self, users: &Users<'_>, person: &Person) -> UserRow {
        let Person::User(Service { latest, .. }) = person else { return UserRow::default() };
        UserRow {
            tenure_months: Some(full_months(latest.from, latest.to.unwrap_or(self.as_of))),
            months_since_exit: latest.to.map(|to| full_months(to, self.as_of)),
            join_channel: owned(&users.join_channel, latest.row),
            plan: owned(&users.plan, latest.row),
            in_relocation_area: users.in_relocation_area.at(latest.row),
        }
    }
}

fn of_row<T: Clone + Default>(rows: Option<&[T]>, row: usize) -> Option<T> {
    rows.map(|rows| rows.get(row).cloned().unwrap_or_default())
}
