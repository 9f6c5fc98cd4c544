//! Who stands in the view: users with their service, and prospects, in the order of their ids.

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::NaiveDate;

use super::groups::{Groups, reject_repeats};
use super::rejects::{Ledger, Opened};
use super::service::{Period, Service, overlapping};
use super::tables::{Prospects, Users};
use super::{CONFLICT, ORPHAN};
use crate::table::{Column, INVALID};

/// The tables that say who there is.
#[derive(Debug)]
pub(super) struct PeopleTables<'a> {
    pub(super) users: Option<Opened<Users<'a>>>,
    pub(super) prospects: Option<Opened<Prospects<'a>>>,
}

/// The view's rows.
#[derive(Debug)]
pub(super) struct People<'t> {
    /// In the order of their ids.
    people: Vec<(&'t str, Person)>,
    rows: HashMap<&'t str, usize>,
}

/// One row of the view.
#[derive(Debug)]
pub(super) enum Person {
    /// A user, and its service.
    User(Service),
    /// A prospect, and its row in `prospects`.
    Prospect(usize),
}

impl PeopleTables<'_> {
    /// Rejects whatever does not count: repeated rows, overlapping periods, ids of both a user and a prospect.
    pub(super) fn sift(&mut self, as_of: NaiveDate) {
        if let Some((users, ledger)) = &mut self.users {
            users.terminated_on.forget(|day| *day > as_of);
            users.suspended_on.forget(|day| *day > as_of);
            let groups = Groups::by_text(ledger, |row| users.user_id.text(row));
            reject_repeats(users, &groups, ledger);
            for rows in groups.iter().filter(|rows| rows.len() > 1) {
                for period in overlapping(&periods(users, ledger, rows)) {
                    ledger.reject(period.row, &INVALID, "activated_on", period.from, "periods that do not overlap");
                }
            }
        }
        if let Some((prospects, ledger)) = &mut self.prospects {
            let groups = Groups::by_text(ledger, |row| prospects.prospect_id.text(row));
            reject_repeats(prospects, &groups, ledger);
        }
        self.reject_shared_ids();
    }

    fn reject_shared_ids(&mut self) {
        let (Some((users, user_ledger)), Some((prospects, prospect_ledger))) = (&mut self.users, &mut self.prospects)
        else {
            return;
        };
        let prospect_ids = ids(prospect_ledger, &prospects.prospect_id);
        let user_ids = ids(user_ledger, &users.user_id);
        for (id, rows) in user_ids.iter().filter(|(id, _)| prospect_ids.contains_key(*id)) {
            for row in rows {
                user_ledger.reject(*row, &CONFLICT, "user_id", id, "an id that no prospect has");
            }
            for row in prospect_ids.get(id).into_iter().flatten() {
                prospect_ledger.reject(*row, &CONFLICT, "prospect_id", id, "an id that no user has");
            }
        }
    }
}

/// The used rows of each id.
fn ids<'t>(ledger: &Ledger, column: &'t Column<Cow<'_, str>>) -> HashMap<&'t str, Vec<usize>> {
    let mut ids: HashMap<_, Vec<_>> = HashMap::new();
    for row in ledger.used() {
        if let Some(id) = column.text(row) {
            ids.entry(id).or_default().push(row);
        }
    }
    ids
}

/// The periods that some rows of one user tell of, oldest first.
fn periods(users: &Users<'_>, ledger: &Ledger, rows: &[usize]) -> Vec<Period> {
    let used = rows.iter().copied().filter(|row| ledger.is_used(*row));
    let period = |row| Some(Period { row, from: users.activated_on.at(row)?, to: users.terminated_on.at(row) });
    let mut periods: Vec<_> = used.filter_map(period).collect();
    periods.sort_unstable_by_key(|period| period.from);
    periods
}

impl<'t> People<'t> {
    /// Everybody of whom a row counts.
    pub(super) fn of(tables: &'t PeopleTables<'_>) -> Self {
        let mut people = Vec::new();
        if let Some((users, ledger)) = &tables.users {
            for (id, rows) in ids(ledger, &users.user_id) {
                let service = Service::new(periods(users, ledger, &rows));
                people.extend(service.map(|service| (id, Person::User(service))));
            }
        }
        if let Some((prospects, ledger)) = &tables.prospects {
            let person = |row| Some((prospects.prospect_id.text(row)?, Person::Prospect(row)));
            people.extend(ledger.used().filter_map(person));
        }
        people.sort_unstable_by_key(|(id, _)| *id);
        let rows = people.iter().enumerate().map(|(row, (id, _))| (*id, row)).collect();
        Self { people, rows }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.people.len()
    }

    /// Everybody with id, in the order of the ids.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &(&'t str, Person)> {
        self.people.iter()
    }

    /// The service of the user in a row of the view; none of a prospect.
    pub(super) fn service(&self, row: usize) -> Option<&Service> {
        match self.people.get(row)? {
            (_, Person::User(service)) => Some(service),
            (_, Person::Prospect(_)) => None,
        }
    }

    /// The row of the view in which a user stands.
    pub(super) fn user(&self, id: &str) -> Option<usize> {
        self.anybody(id).filter(|row| self.service(*row).is_some())
    }

    /// The row of the view in which a user or prospect stands.
    pub(super) fn anybody(&self, id: &str) -> Option<usize> {
        self.rows.get(id).copied()
    }

    /// The row of the view that each row of a table is about; the rows that are about nobody are rejected as orphans.
    pub(super) fn claim(&self, ledger: &mut Ledger, ids: &Column<Cow<'_, str>>, who: Who) -> Vec<Option<usize>> {
        let mut owners = vec![None; ledger.len()];
        for (row, owner) in owners.iter_mut().enumerate() {
            let Some(id) = ids.text(row).filter(|_| ledger.is_used(row)) else { continue };
            let (found, expected) = match who {
                Who::Users => (self.user(id), "a user of this request"),
                Who::UsersAndProspects => (self.anybody(id), "a user or prospect of this request"),
            };
            if found.is_none() {
                ledger.reject(row, &ORPHAN, "user_id", id, expected);
            }
            *owner = found;
        }
        owners
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

/// The used rows of a table, each with the row of the view that it is about.
#[derive(Debug)]
pub(super) struct Owners<'t> {
    people: &'t People<'t>,
    ledger: &'t Ledger,
    rows: Vec<Option<usize>>,
}

impl<'t> Owners<'t> {
    /// The rows that still count; `rows` is what [`People::claim`] gave.
    pub(super) fn new(people: &'t People<'t>, ledger: &'t Ledger, rows: Vec<Option<usize>>) -> Self {
        Self { people, ledger, rows }
    }

    /// Everybody in the view.
    pub(super) fn people(&self) -> &'t People<'t> {
        self.people
    }

    /// Each used row of the table, and the row of the view that it is about.
    pub(super) fn used(&self) -> impl Iterator<Item = (usize, usize)> {
        self.ledger.used().filter_map(|row| Some((row, self.rows.get(row).copied()??)))
    }

    /// The used rows of the table by the row of the view that they are about.
    pub(super) fn groups(&self) -> Groups {
        Groups::new(self.people.len(), self.ledger, |row| self.rows.get(row).copied().flatten())
    }
}
