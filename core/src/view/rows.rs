//! The view as rows: one a user or prospect, its facts by name.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::bills::{BillFacts, BillRow};
use super::events::EventRow;
use super::history::PreviousRow;
use super::own::{OwnColumns, OwnValue};
use super::people::{People, Person};
use super::tables::{Prospects, Users};
use super::terms::{AgreementRow, HoldingRow, PromotionRow};
use crate::fact::Fact;
use crate::month::full_months;
use crate::table::columns::{Numbers, Texts};

/// Whether a customer is served (LCY-08).
// The codes of `super::facts::STATUSES`.
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

/// The facts of some rows of the view: of each table that was given, for each person in the order of the ids.
#[derive(Debug)]
pub(super) struct Block<'t> {
    pub(super) as_of: NaiveDate,
    pub(super) people: &'t People<'t>,
    /// The facts that the policy declares.
    pub(super) host: &'t [Fact],
    /// The rows of the view.
    pub(super) rows: Range<usize>,
    pub(super) bills: Option<BillFacts>,
    pub(super) events: Option<Vec<EventRow>>,
    pub(super) agreements: Option<Vec<AgreementRow>>,
    pub(super) promotions: Option<Vec<PromotionRow>>,
    pub(super) holdings: Option<Vec<HoldingRow>>,
    pub(super) previous: Option<Vec<PreviousRow>>,
}

impl Block<'_> {
    /// Who stands in these rows.
    pub(super) fn persons(&self) -> &[Person] {
        self.people.some(self.rows.clone())
    }

    /// The rows, one after the other.
    pub(super) fn view_rows(&self) -> Vec<ViewRow> {
        self.persons().iter().enumerate().map(|(row, person)| self.row(row, *person)).collect()
    }

    fn row(&self, row: usize, person: Person) -> ViewRow {
        let contact = |column: Contact| self.contact(person, column).map(str::to_owned);
        ViewRow {
            user_id: self.people.id(self.rows.start + row).unwrap_or_default().to_owned(),
            customer_id: self.people.users().map(|users| user_text(&users.customer_id, person).map(str::to_owned)),
            status: self.status(person),
            user: self.people.users().map(|users| self.user_row(users, person)),
            contact: ContactRow {
                name: contact(Contact::Name),
                phone: contact(Contact::Phone),
                address: contact(Contact::Address),
                community: contact(Contact::Community),
            },
            bills: self.bills.as_ref().map(|facts| facts.row(row)),
            events: of_row(self.events.as_deref(), row),
            agreements: of_row(self.agreements.as_deref(), row),
            promotions: of_row(self.promotions.as_deref(), row),
            holdings: of_row(self.holdings.as_deref(), row),
            prospect: self.people.prospects().map(|_| ProspectRow { uses_competitor: self.uses_competitor(person) }),
            previous: of_row(self.previous.as_deref(), row),
            own: self.own_names().into_iter().map(|name| (name.clone(), self.own(name, person).cloned())).collect(),
        }
    }

    /// A text of the table in which the person stands.
    pub(super) fn contact(&self, person: Person, column: Contact) -> Option<&str> {
        match person {
            Person::User(latest) => column.of_user(self.people.users()?).text(latest.row),
            Person::Prospect(row) => column.of_prospect(self.people.prospects()?).text(row),
        }
    }

    /// Whether either table has such a column.
    pub(super) fn knows(&self, column: Contact) -> bool {
        self.people.users().is_some_and(|users| column.of_user(users).is_given())
            || self.people.prospects().is_some_and(|prospects| column.of_prospect(prospects).is_given())
    }

    /// The names of the host's own facts that either table has.
    pub(super) fn own_names(&self) -> BTreeSet<&String> {
        let users = self.people.users().map(|users| &users.own);
        let prospects = self.people.prospects().map(|prospects| &prospects.own);
        users.into_iter().chain(prospects).flat_map(OwnColumns::names).collect()
    }

    /// A fact of the host's own, from the table in which the person stands.
    pub(super) fn own(&self, name: &str, person: Person) -> Option<&OwnValue> {
        match person {
            Person::User(latest) => self.people.users()?.own.get(name, latest.row),
            Person::Prospect(row) => self.people.prospects()?.own.get(name, row),
        }
    }

    pub(super) fn status(&self, person: Person) -> Status {
        let Person::User(latest) = person else { return Status::Prospect };
        let suspended_on = self.people.users().and_then(|users| users.suspended_on.at(latest.row));
        match (latest.to, suspended_on) {
            (Some(_), _) => Status::Terminated,
            (None, Some(_)) => Status::Suspended,
            (None, None) => Status::Active,
        }
    }

    pub(super) fn uses_competitor(&self, person: Person) -> Option<bool> {
        let Person::Prospect(row) = person else { return None };
        self.people.prospects()?.uses_competitor.at(row)
    }

    /// Full months in service, for a leaver until termination.
    pub(super) fn tenure_months(&self, person: Person) -> Option<i32> {
        let Person::User(latest) = person else { return None };
        Some(full_months(latest.from, latest.to.unwrap_or(self.as_of)))
    }

    /// Full months since termination.
    pub(super) fn months_since_exit(&self, person: Person) -> Option<i32> {
        let Person::User(latest) = person else { return None };
        Some(full_months(latest.to?, self.as_of))
    }

    fn user_row(&self, users: &Users, person: Person) -> UserRow {
        UserRow {
            tenure_months: self.tenure_months(person),
            months_since_exit: self.months_since_exit(person),
            join_channel: user_text(&users.join_channel, person).map(str::to_owned),
            plan: user_text(&users.plan, person).map(str::to_owned),
            in_relocation_area: user_yes_no(&users.in_relocation_area, person),
        }
    }
}

/// A text that both users and prospects have.
#[derive(Debug, Clone, Copy)]
pub(super) enum Contact {
    Name,
    Phone,
    Address,
    Community,
}

impl Contact {
    const fn of_user(self, users: &Users) -> &Texts {
        match self {
            Self::Name => &users.name,
            Self::Phone => &users.phone,
            Self::Address => &users.address,
            Self::Community => &users.community,
        }
    }

    const fn of_prospect(self, prospects: &Prospects) -> &Texts {
        match self {
            Self::Name => &prospects.name,
            Self::Phone => &prospects.phone,
            Self::Address => &prospects.address,
            Self::Community => &prospects.community,
        }
    }
}

/// A text of a user, of its latest period.
pub(super) fn user_text(texts: &Texts, person: Person) -> Option<&str> {
    let Person::User(latest) = person else { return None };
    texts.text(latest.row)
}

/// Yes or no of a user, of its latest period.
pub(super) fn user_yes_no(column: &Numbers<bool>, person: Person) -> Option<bool> {
    let Person::User(latest) = person else { return None };
    column.at(latest.row)
}

fn of_row<T: Clone + Default>(rows: Option<&[T]>, row: usize) -> Option<T> {
    rows.map(|rows| rows.get(row).cloned().unwrap_or_default())
}
