//! Who stands in the view: users with their service, and prospects, in the order of their ids.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;

use chrono::NaiveDate;

use super::CONFLICT;
use super::directory::{Directory, alike, by_text};
use super::groups::repeats;
use super::rejects::{Ledger, Opened};
use super::service::{Period, Service, overlapping};
use super::tables::{Prospects, Users};
use crate::error::Error;
use crate::table::INVALID;
use crate::table::columns::{Number, Texts};
use crate::view::build::Job;

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
    directory: Directory,
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
    pub(super) fn sift(&mut self, as_of: NaiveDate) {
        if let Some((users, ledger)) = &mut self.users {
            users.terminated_on.forget_above(as_of.number());
            users.suspended_on.forget_above(as_of.number());
            let rows = used_by_text(ledger, &users.user_id);
            let mut found = Vec::new();
            for rows in rows_by_text(&rows, &users.user_id).filter(|rows| rows.len() > 1) {
                repeats(users, rows, &mut found);
            }
            found.into_iter().for_each(|repeat| repeat.reject(ledger));
            for rows in rows_by_text(&rows, &users.user_id).filter(|rows| rows.len() > 1) {
                for period in overlapping(&periods(users, ledger, rows)) {
                    ledger.reject(period.row, &INVALID, "activated_on", period.from, "periods that do not overlap");
                }
            }
        }
        if let Some((prospects, ledger)) = &mut self.prospects {
            let rows = used_by_text(ledger, &prospects.prospect_id);
            let mut found = Vec::new();
            for rows in rows_by_text(&rows, &prospects.prospect_id).filter(|rows| rows.len() > 1) {
                repeats(prospects, rows, &mut found);
            }
            found.into_iter().for_each(|repeat| repeat.reject(ledger));
        }
        self.reject_shared_ids();
    }

    fn reject_shared_ids(&mut self) {
        let (Some((users, user_ledger)), Some((prospects, prospect_ledger))) = (&mut self.users, &mut self.prospects)
        else {
            return;
        };
        let (user_ids, prospect_ids) = (&users.user_id, &prospects.prospect_id);
        let user_rows = used_by_text(user_ledger, user_ids);
        let prospect_rows = used_by_text(prospect_ledger, prospect_ids);
        let mut prospects = rows_by_text(&prospect_rows, prospect_ids).peekable();
        for users in rows_by_text(&user_rows, user_ids) {
            let id = id_of(users, user_ids);
            while prospects.next_if(|rows| id_of(rows, prospect_ids) < id).is_some() {}
            let Some(prospects) = prospects.next_if(|rows| id_of(rows, prospect_ids) == id) else { continue };
            let id = id.unwrap_or_default();
            for row in users {
                user_ledger.reject(*row, &CONFLICT, "user_id", id, "an id that no prospect has");
            }
            for row in prospects {
                prospect_ledger.reject(*row, &CONFLICT, "prospect_id", id, "an id that no user has");
            }
        }
    }
}

/// The used rows in the order of a text.
fn used_by_text(ledger: &Ledger, texts: &Texts) -> Vec<usize> {
    by_text(ledger.used(), |row| texts.text(row))
}

/// The rows of each text; they are in its order.
fn rows_by_text<'r>(rows: &'r [usize], texts: &Texts) -> impl Iterator<Item = &'r [usize]> {
    rows.chunk_by(|one, other| texts.text(*one) == texts.text(*other))
}

fn id_of<'t>(rows: &[usize], texts: &'t Texts) -> Option<&'t str> {
    texts.text(*rows.first()?)
}

/// The periods that some rows of one user tell of, oldest first.
fn periods(users: &Users, ledger: &Ledger, rows: &[usize]) -> Vec<Period> {
    let used = rows.iter().copied().filter(|row| ledger.is_used(*row));
    let period = |row| Some(Period { row, from: users.activated_on.at(row)?, to: users.terminated_on.at(row) });
    let mut periods: Vec<_> = used.filter_map(period).collect();
    periods.sort_unstable_by_key(|period| period.from);
    periods
}

impl<'t> People<'t> {
    /// Everybody of whom a row counts.
    pub(super) fn of(tables: &'t PeopleTables) -> Self {
        let users = tables.users.as_ref().map(|(users, _)| users);
        let prospects = tables.prospects.as_ref().map(|(prospects, _)| prospects);
        let (mut people, mut earlier) = (Vec::new(), HashMap::new());
        let mut waiting = prospects_by_id(tables).into_iter().peekable();
        let prospect_id = |row: usize| prospects.and_then(|prospects| prospects.prospect_id.text(row));
        if let Some((users, ledger)) = &tables.users {
            let rows = used_by_text(ledger, &users.user_id);
            for rows in rows_by_text(&rows, &users.user_id) {
                let id = id_of(rows, &users.user_id);
                people.extend(std::iter::from_fn(|| {
                    waiting.next_if(|row| prospect_id(*row).cmp(&id) == Ordering::Less).map(Person::Prospect)
                }));
                let mut periods = periods(users, ledger, rows);
                let Some(latest) = periods.pop() else { continue };
                if !periods.is_empty() {
                    earlier.insert(people.len(), periods);
                }
                people.push(Person::User(latest));
            }
        }
        people.extend(waiting.map(Person::Prospect));
        let mut found = Self { users, prospects, people, earlier, directory: Directory::of(0, std::iter::empty()) };
        let ids = (0..found.len()).filter_map(|row| found.id(row));
        found.directory = Directory::of(found.len(), ids);
        found
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
            Person::Prospect(row) => self.prospects?.prospect_id.text(row),
        }
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

    /// The row of the view in which somebody stands.
    pub(super) fn find(&self, id: &str, who: Who) -> Option<usize> {
        let row = self.directory.find(id, |row| self.id(row))?;
        let is_asked = who == Who::UsersAndProspects || matches!(self.get(row), Some(Person::User(_)));
        is_asked.then_some(row)
    }

    /// The customers that have several users, each as the rows of the view in which these stand.
    ///
    /// # Errors
    /// Only where a thread fails.
    pub(super) fn shared_customers(&self, job: &Job<'_>) -> Result<Vec<Vec<usize>>, Error> {
        alike(job.threads, self.len(), |row| self.customer(row))
    }
}

fn prospects_by_id(tables: &PeopleTables) -> Vec<usize> {
    let rows = tables.prospects.as_ref().map(|(prospects, ledger)| used_by_text(ledger, &prospects.prospect_id));
    rows.unwrap_or_default()
}

/// Whom the rows of a table may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// Users only.
    Users,
    /// Users and prospects.
    UsersAndProspects,
}

impl Who {
    /// What a fault says of a row that is about nobody.
    pub(super) const fn expected(self) -> &'static str {
        match self {
            Self::Users => "a user of this request",
            Self::UsersAndProspects => "a user or prospect of this request",
        }
    }
}
