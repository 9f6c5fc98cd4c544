//! Who stands in the view: users with their service, and prospects, in the order of their ids.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::ops::Range;

use chrono::NaiveDate;

use super::CONFLICT;
use super::build::Job;
use super::groups::repeats;
use super::rejects::{Ledger, Opened};
use super::service::{Period, Service, overlapping};
use super::tables::{Prospects, Users};
use crate::catalogue::{Text, Words};
use crate::table::INVALID;
use crate::table::columns::{Number, Texts};
use crate::table::directory::{ByText, Directory, alike};

/// The tables that say who there is.
#[derive(Debug)]
pub(super) struct PeopleTables {
    pub(super) users: Option<Opened<Users>>,
    pub(super) prospects: Option<Opened<Prospects>>,
}

/// The view's rows.
#[derive(Debug)]
pub(super) struct People<'t> {
    users: Option<&'t Users>,
    prospects: Option<&'t Prospects>,
    /// In the order of their ids.
    people: Vec<Person>,
    /// The periods before the latest, oldest first, of the users that have such; by row of the view.
    earlier: HashMap<usize, Vec<Period>>,
}

/// One row of the view.
#[derive(Debug, Clone, Copy)]
pub(super) enum Person {
    /// A user, and its latest period of service.
    User(Period),
    /// A prospect, and its row in `prospects`.
    Prospect(usize),
}

impl PeopleTables {
    /// Rejects whatever does not count: repeated rows, overlapping periods, ids of both a user and a prospect.
    pub(super) fn sift(&mut self, as_of: NaiveDate, threads: NonZeroUsize) -> Order {
        let mut order = Order::default();
        if let Some((users, ledger)) = &mut self.users {
            users.terminated_on.forget_above(as_of.number());
            users.suspended_on.forget_above(as_of.number());
            order.users = used_by_text(ledger, &users.user_id, threads);
            let mut found = Vec::new();
            order.users.shared().for_each(|rows| repeats(users, rows, &mut found));
            found.into_iter().for_each(|repeat| repeat.reject(ledger));
            for rows in order.users.shared() {
                for period in overlapping(&periods(users, ledger, rows)) {
                    ledger.reject(period.row, &INVALID, "activated_on", Words::value(period.from), NO_OVERLAP);
                }
            }
        }
        if let Some((prospects, ledger)) = &mut self.prospects {
            order.prospects = used_by_text(ledger, &prospects.prospect_id, threads);
            let mut found = Vec::new();
            order.prospects.shared().for_each(|rows| repeats(prospects, rows, &mut found));
            found.into_iter().for_each(|repeat| repeat.reject(ledger));
        }
        self.reject_shared_ids(&order);
        order
    }

    fn reject_shared_ids(&mut self, order: &Order) {
        let (Some((users, user_ledger)), Some((prospects, prospect_ledger))) = (&mut self.users, &mut self.prospects)
        else {
            return;
        };
        let (user_ids, prospect_ids) = (&users.user_id, &prospects.prospect_id);
        let mut prospects = order.prospects.groups().peekable();
        for users in order.users.groups() {
            let id = id_of(users, user_ids);
            while prospects.next_if(|rows| id_of(rows, prospect_ids) < id).is_some() {}
            let Some(prospects) = prospects.next_if(|rows| id_of(rows, prospect_ids) == id) else { continue };
            if !has_used(user_ledger, users) || !has_used(prospect_ledger, prospects) {
                continue;
            }
            let id = id.unwrap_or_default();
            for row in users {
                user_ledger.reject(*row, &CONFLICT, "user_id", Words::value(id), NO_PROSPECTS);
            }
            for row in prospects {
                prospect_ledger.reject(*row, &CONFLICT, "prospect_id", Words::value(id), NO_USERS);
            }
        }
    }
}

/// The rows that counted before any was rejected for the sake of another one, in the order of the ids.
#[derive(Debug, Default)]
pub(super) struct Order {
    users: ByText,
    prospects: ByText,
}

/// The used rows in the order of a text.
fn used_by_text(ledger: &Ledger, texts: &Texts, threads: NonZeroUsize) -> ByText {
    ByText::of(threads, ledger.used().collect(), |row| texts.text(row))
}

fn has_used(ledger: &Ledger, rows: &[usize]) -> bool {
    rows.iter().any(|row| ledger.is_used(*row))
}

fn id_of<'t>(rows: &[usize], texts: &'t Texts) -> Option<&'t str> {
    texts.text(*rows.first()?)
}

/// The periods that some rows of one user tell of, oldest first.
fn periods(users: &Users, ledger: &Ledger, rows: &[usize]) -> Vec<Period> {
    let mut periods: Vec<_> = rows.iter().filter_map(|row| period(users, ledger, *row)).collect();
    periods.sort_unstable_by_key(|period| period.from);
    periods
}

/// The period that a row tells of, if it counts.
fn period(users: &Users, ledger: &Ledger, row: usize) -> Option<Period> {
    let from = users.activated_on.at(row).filter(|_| ledger.is_used(row))?;
    Some(Period { row, from, to: users.terminated_on.at(row) })
}

impl<'t> People<'t> {
    /// Everybody of whom a row counts.
    pub(super) fn of(tables: &'t PeopleTables, order: &Order) -> Self {
        let users = tables.users.as_ref().map(|(users, _)| users);
        let mut found =
            Self { users, prospects: None, people: Vec::with_capacity(order.users.len()), earlier: HashMap::new() };
        let mut waiting = Vec::new();
        if let Some((prospects, ledger)) = &tables.prospects {
            found.prospects = Some(prospects);
            waiting = order.prospects.groups().flatten().copied().filter(|row| ledger.is_used(*row)).collect();
        }
        let mut waiting = waiting.into_iter().peekable();
        if let Some((users, ledger)) = &tables.users {
            for rows in order.users.groups() {
                if waiting.peek().is_some() {
                    let id = id_of(rows, &users.user_id);
                    while let Some(row) = waiting.next_if(|row| found.prospect_id(*row).cmp(&id) == Ordering::Less) {
                        found.people.push(Person::Prospect(row));
                    }
                }
                found.add_user(users, ledger, rows);
            }
        }
        found.people.extend(waiting.map(Person::Prospect));
        found
    }

    /// Adds a user that these rows tell of, if any of them counts.
    fn add_user(&mut self, users: &Users, ledger: &Ledger, rows: &[usize]) {
        if let [row] = rows {
            // Nearly everybody has one period.
            return self.people.extend(period(users, ledger, *row).map(Person::User));
        }
        let mut periods = periods(users, ledger, rows);
        let Some(latest) = periods.pop() else { return };
        if !periods.is_empty() {
            self.earlier.insert(self.people.len(), periods);
        }
        self.people.push(Person::User(latest));
    }

    /// Finds people by their ids.
    pub(super) fn directory(&self) -> Directory {
        Directory::of(self.len(), (0..self.len()).filter_map(|row| self.id(row)))
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.people.len()
    }

    /// The table of users, if there is one.
    pub(super) fn users(&self) -> Option<&'t Users> {
        self.users
    }

    /// The table of prospects, if there is one.
    pub(super) fn prospects(&self) -> Option<&'t Prospects> {
        self.prospects
    }

    /// Who stands in a row of the view.
    pub(super) fn get(&self, row: usize) -> Option<Person> {
        self.people.get(row).copied()
    }

    /// Those in some rows of the view.
    pub(super) fn some(&self, rows: Range<usize>) -> &[Person] {
        self.people.get(rows).unwrap_or_default()
    }

    /// The id in a row of the view.
    pub(super) fn id(&self, row: usize) -> Option<&'t str> {
        match self.get(row)? {
            Person::User(latest) => self.users?.user_id.text(latest.row),
            Person::Prospect(row) => self.prospect_id(row),
        }
    }

    fn prospect_id(&self, row: usize) -> Option<&'t str> {
        self.prospects?.prospect_id.text(row)
    }

    /// The service of the user in a row of the view; none of a prospect.
    pub(super) fn service(&self, row: usize) -> Option<Service<'_>> {
        match self.get(row)? {
            Person::User(latest) => {
                Some(Service { latest, earlier: self.earlier.get(&row).map_or(&[], Vec::as_slice) })
            }
            Person::Prospect(_) => None,
        }
    }

    /// The customer of the user in a row of the view.
    pub(super) fn customer(&self, row: usize) -> Option<&'t str> {
        match self.get(row)? {
            Person::User(latest) => self.users?.customer_id.text(latest.row),
            Person::Prospect(_) => None,
        }
    }

    /// The rows of the view in which those of some ids stand; `directory` is of these people.
    pub(super) fn find_all(&self, directory: &Directory, ids: &[&str], who: Who, rows: &mut Vec<Option<usize>>) {
        directory.find_all(ids, |row| self.id(row), rows);
        if who == Who::Users && self.prospects.is_some() {
            for row in rows {
                *row = row.filter(|row| matches!(self.get(*row), Some(Person::User(_))));
            }
        }
    }

    /// The customers that have several users, each as the rows of the view in which these stand.
    pub(super) fn shared_customers(&self, job: &Job<'_>) -> Vec<Vec<usize>> {
        alike(job.threads, self.len(), |row| self.customer(row))
    }
}

/// Whom the rows of a table may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// Users only.
    Users,
    /// Users and prospects.
    UsersAndProspects,
}

const NO_OVERLAP: Text = Text { en: "periods that do not overlap", zh: "互不重叠的服务期" };
const NO_PROSPECTS: Text = Text { en: "an id that no prospect has", zh: "非潜在客户的编号" };
const NO_USERS: Text = Text { en: "an id that no user has", zh: "非用户的编号" };

impl Who {
    /// What a fault says of a row that is about nobody.
    pub(super) const fn expected(self) -> Text {
        match self {
            Self::Users => Text { en: "a user of this request", zh: "本次请求中的用户" },
            Self::UsersAndProspects => {
                Text { en: "a user or prospect of this request", zh: "本次请求中的用户或潜在客户" }
            }
        }
    }
}
