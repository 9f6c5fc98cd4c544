//! From fact tables to the view: read, sift, then work out the facts of each table that was given.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::bills::BillFacts;
use super::events::EventFacts;
use super::groups::{Groups, reject_repeats};
use super::people::{Owners, People, PeopleTables, Who};
use super::rejects::{self, Opened, Reject, RowCounts};
use super::rows::{View, ViewRow};
use super::tables::{Agreements, Bills, Events, FactTable, Holdings, Promotions, StageHistory};
use super::{BuildViewParams, FactTables, TableCounts, ViewPolicy, history, terms};
use crate::error::{Error, Fault};
use crate::fact::Fact;
use crate::table::cell::MoneyUnit;
use crate::table::{Column, Row};

/// The view, and what became of every row.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) view: Vec<ViewRow>,
    pub(super) rejects: Vec<Reject>,
    pub(super) counts: TableCounts,
}

/// Builds the view; `host` are the facts that the policy declares.
///
/// # Errors
/// Integer amounts of which nobody says what they count.
pub(super) fn build(
    tables: &FactTables,
    params: &BuildViewParams,
    policy: &ViewPolicy,
    host: &[Fact],
) -> Result<Built, Error> {
    let mut read = Tables::read(tables, params, host).map_err(Error::request)?;
    read.people.sift(params.as_of);
    // The view borrows from the tables, which then say what became of their rows.
    let view = read.facts.view(&read.people, params, policy).rows();
    Ok(read.close(view))
}

/// Every table, read.
struct Tables<'a> {
    people: PeopleTables<'a>,
    facts: TablesOfPeople<'a>,
}

/// The tables whose rows are about a user or prospect, read.
struct TablesOfPeople<'a> {
    bills: Option<Opened<Bills<'a>>>,
    events: Option<Opened<Events<'a>>>,
    agreements: Option<Opened<Agreements<'a>>>,
    promotions: Option<Opened<Promotions<'a>>>,
    holdings: Option<Opened<Holdings<'a>>>,
    stage_history: Option<Opened<StageHistory<'a>>>,
}

impl<'a> Tables<'a> {
    fn read(tables: &'a FactTables, params: &BuildViewParams, host: &[Fact]) -> Result<Self, Vec<Fault>> {
        let mut opening = Opening { unit: params.money_unit, as_of: params.as_of, host, refusals: Vec::new() };
        let users = opening.open(tables.users.as_deref());
        let facts = TablesOfPeople {
            bills: opening.open(tables.bills.as_deref()),
            events: opening.open(tables.events.as_deref()),
            agreements: opening.open(tables.agreements.as_deref()),
            promotions: opening.open(tables.promotions.as_deref()),
            holdings: opening.open(tables.holdings.as_deref()),
            stage_history: opening.open(tables.stage_history.as_deref()),
        };
        let prospects = opening.open(tables.prospects.as_deref());
        let read = Self { people: PeopleTables { users, prospects }, facts };
        if opening.refusals.is_empty() { Ok(read) } else { Err(opening.refusals) }
    }

    /// What became of the rows, in the order of the tables.
    fn close(self, view: Vec<ViewRow>) -> Built {
        let mut rejects = Vec::new();
        let counts = TableCounts {
            users: close(self.people.users, &mut rejects),
            bills: close(self.facts.bills, &mut rejects),
            events: close(self.facts.events, &mut rejects),
            agreements: close(self.facts.agreements, &mut rejects),
            promotions: close(self.facts.promotions, &mut rejects),
            holdings: close(self.facts.holdings, &mut rejects),
            prospects: close(self.people.prospects, &mut rejects),
            stage_history: close(self.facts.stage_history, &mut rejects),
        };
        Built { view, rejects, counts }
    }
}

fn close<T>(opened: Option<Opened<T>>, rejects: &mut Vec<Reject>) -> Option<RowCounts> {
    let (of_table, counts) = opened?.1.close();
    rejects.extend(of_table);
    Some(counts)
}

/// How tables are opened, and what speaks against the request.
struct Opening<'h> {
    unit: Option<MoneyUnit>,
    as_of: NaiveDate,
    host: &'h [Fact],
    refusals: Vec<Fault>,
}

impl Opening<'_> {
    fn open<'a, T: FactTable<'a>>(&mut self, rows: Option<&'a [Row]>) -> Option<Opened<T>> {
        Some(rejects::open(rows?, self.unit, self.as_of, self.host, &mut self.refusals))
    }
}

impl TablesOfPeople<'_> {
    /// Sifts each table and works out its facts.
    fn view<'t>(&'t mut self, tables: &'t PeopleTables<'_>, params: &BuildViewParams, policy: &ViewPolicy) -> View<'t> {
        let as_of = params.as_of;
        let people = People::of(tables);
        let users = tables.users.as_ref().map(|(users, _)| users);
        let bills = self.bills.as_mut().map(|opened| {
            let (bills, owners) = sift(opened, &people, Who::Users, |bills| &bills.user_id, None);
            BillFacts::of(bills, &owners, users, as_of, policy.missing_bill)
        });
        let events = self.events.as_mut().map(|opened| {
            let (events, owners) =
                sift(opened, &people, Who::Users, |events| &events.user_id, Some(|events| &events.event_id));
            EventFacts::of(events, &owners, as_of, params.events_since)
        });
        let agreements = self.agreements.as_mut().map(|opened| {
            let (agreements, owners) =
                sift(opened, &people, Who::Users, |table| &table.user_id, Some(|table| &table.agreement_id));
            terms::agreement_ends(agreements, &owners, as_of)
        });
        let promotions = self.promotions.as_mut().map(|opened| {
            let (promotions, owners) = sift(opened, &people, Who::Users, |promotions| &promotions.user_id, None);
            terms::promotion_ends(promotions, &owners, as_of)
        });
        let holdings = self.holdings.as_mut().map(|opened| {
            let (holdings, owners) = sift(opened, &people, Who::Users, |holdings| &holdings.user_id, None);
            terms::products(holdings, &owners, as_of)
        });
        let previous = self.stage_history.as_mut().map(|opened| {
            let (history, owners) = sift(opened, &people, Who::UsersAndProspects, |history| &history.user_id, None);
            history::previous(history, &owners, as_of)
        });
        View { as_of, tables, people, bills, events, agreements, promotions, holdings, previous }
    }
}

/// The texts of a column.
type Texts<'t, 'a, T> = fn(&'t T) -> &'t Column<Cow<'a, str>>;

/// Rejects the orphans of a table, then the rows that repeat a key. `user_id` says whom a row is about; a table whose key
/// does not begin with that names the column of its own ids.
fn sift<'o, 't: 'o, 'a: 't, T: FactTable<'a>>(
    (table, ledger): &'t mut Opened<T>,
    people: &'o People<'_>,
    who: Who,
    user_id: Texts<'t, 'a, T>,
    own_id: Option<Texts<'t, 'a, T>>,
) -> (&'t T, Owners<'o>) {
    let table = &*table;
    let rows = people.claim(ledger, user_id(table), who);
    let groups = match own_id {
        Some(own_id) => Groups::by_text(ledger, |row| own_id(table).text(row)),
        None => Groups::new(people.len(), ledger, |row| rows.get(row).copied().flatten()),
    };
    reject_repeats(table, &groups, ledger);
    (table, Owners::new(people, ledger, rows))
}
