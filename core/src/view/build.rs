//! From fact tables to the view: read, sift, then work out the facts of each table that was given, block by block.

use std::num::NonZeroUsize;

use super::bills::{BillFacts, BillNumbers, Book, Charge, sum_customers};
use super::claims::{BLOCK, Claim, Claims, several, sift};
use super::events::EventWindows;
use super::groups::{Repeat, repeats};
use super::people::{People, PeopleTables, Who};
use super::rejects::{self, Ledger, Opened};
use super::rows::Block;
use super::tables::{Agreements, Bills, Events, FactTable, Holdings, Promotions, StageHistory};
use super::{BuildViewParams, TableCounts, ViewPolicy, history, terms};
use crate::error::{Error, Fault};
use crate::fact::Fact;
use crate::operation::Cancel;
use crate::table::Reject;
use crate::table::columns::Texts;
use crate::table::directory::{Directory, alike};
use crate::table::source::Given;
use crate::threads::handed_out;

/// What is asked, and how it is worked on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job<'j> {
    pub(super) params: &'j BuildViewParams,
    pub(super) policy: &'j ViewPolicy,
    /// The facts that the policy declares.
    pub(super) host: &'j [Fact],
    pub(super) threads: NonZeroUsize,
    pub(super) cancel: &'j Cancel,
}

/// The tables as they came in.
#[derive(Debug, Default)]
pub(super) struct GivenTables<'a> {
    pub(super) users: Option<Given<'a>>,
    pub(super) bills: Option<Given<'a>>,
    pub(super) events: Option<Given<'a>>,
    pub(super) agreements: Option<Given<'a>>,
    pub(super) promotions: Option<Given<'a>>,
    pub(super) holdings: Option<Given<'a>>,
    pub(super) prospects: Option<Given<'a>>,
    pub(super) stage_history: Option<Given<'a>>,
}

/// The view in the form that was asked for, and what became of every row.
#[derive(Debug)]
pub(super) struct Built<T> {
    /// Of each block, in order; there is one at least.
    pub(super) view: Vec<T>,
    pub(super) rejects: Vec<Reject>,
    pub(super) counts: TableCounts,
}

/// Builds the view, and writes each block of it.
///
/// # Errors
/// Columns that do not hold what they should, amounts of which nobody says what they count, and that the call is cancelled.
pub(super) fn build<T: Send>(
    tables: &GivenTables<'_>,
    job: &Job<'_>,
    write: impl Fn(Block<'_>) -> Result<T, Error> + Sync,
) -> Result<Built<T>, Error> {
    let mut read = Tables::read(tables, job).map_err(Error::request)?;
    let order = read.people.sift(job.params.as_of, job.threads);
    let view = {
        // The view borrows from the tables, which then say what became of their rows.
        let people = People::of(&read.people, &order);
        drop(order);
        read.facts.view(&people, job, write)?
    };
    Ok(read.close(view))
}

/// Every table, read.
struct Tables {
    people: PeopleTables,
    facts: TablesOfPeople,
}

/// The tables whose rows are about a user or prospect, read.
struct TablesOfPeople {
    bills: Option<Opened<Bills>>,
    events: Option<Opened<Events>>,
    agreements: Option<Opened<Agreements>>,
    promotions: Option<Opened<Promotions>>,
    holdings: Option<Opened<Holdings>>,
    stage_history: Option<Opened<StageHistory>>,
}

impl Tables {
    fn read(tables: &GivenTables<'_>, job: &Job<'_>) -> Result<Self, Vec<Fault>> {
        let mut opening = Opening { job, refusals: Vec::new() };
        let users = opening.open(tables.users);
        let facts = TablesOfPeople {
            bills: opening.open(tables.bills),
            events: opening.open(tables.events),
            agreements: opening.open(tables.agreements),
            promotions: opening.open(tables.promotions),
            holdings: opening.open(tables.holdings),
            stage_history: opening.open(tables.stage_history),
        };
        let prospects = opening.open(tables.prospects);
        let read = Self { people: PeopleTables { users, prospects }, facts };
        if opening.refusals.is_empty() { Ok(read) } else { Err(opening.refusals) }
    }

    /// What became of the rows, in the order of the tables.
    fn close<T>(self, view: Vec<T>) -> Built<T> {
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

fn close<T>(opened: Option<Opened<T>>, rejects: &mut Vec<Reject>) -> Option<super::RowCounts> {
    let (of_table, counts) = opened?.1.close();
    rejects.extend(of_table);
    Some(counts)
}

/// How tables are opened, and what speaks against the request.
struct Opening<'j> {
    job: &'j Job<'j>,
    refusals: Vec<Fault>,
}

impl Opening<'_> {
    fn open<T: FactTable>(&mut self, given: Option<Given<'_>>) -> Option<Opened<T>> {
        Some(rejects::open(given?, self.job, &mut self.refusals))
    }
}

/// A table whose rows are about somebody, and about whom.
struct Claimed<'t, T> {
    table: &'t T,
    claims: Claims,
}

/// Everything from which blocks are worked out.
struct Sources<'t> {
    bills: Option<Claimed<'t, Bills>>,
    events: Option<(Claimed<'t, Events>, EventWindows)>,
    agreements: Option<Claimed<'t, Agreements>>,
    promotions: Option<Claimed<'t, Promotions>>,
    holdings: Option<Claimed<'t, Holdings>>,
    stage_history: Option<Claimed<'t, StageHistory>>,
}

/// Rows that repeat one another, by table.
#[derive(Debug, Default)]
struct Repeats {
    bills: Vec<Repeat>,
    promotions: Vec<Repeat>,
    holdings: Vec<Repeat>,
    stage_history: Vec<Repeat>,
}

impl TablesOfPeople {
    /// Sifts each table, works out its facts, and writes each block of the view.
    fn view<T: Send>(
        &mut self,
        people: &People<'_>,
        job: &Job<'_>,
        write: impl Fn(Block<'_>) -> Result<T, Error> + Sync,
    ) -> Result<Vec<T>, Error> {
        let mut found = Repeats::default();
        let view = {
            let mut sources = self.sources(people, job)?;
            let bills = sources.bill_facts(people, job, &mut found)?;
            let blocks = handed_out(job.threads, bills, |block, facts| {
                job.cancel.check()?;
                let mut found = Repeats::default();
                Ok((write(sources.block(block, facts, people, job, &mut found))?, found))
            });
            let mut view = Vec::with_capacity(blocks.len());
            for written in blocks {
                let (block, of_block) = written?;
                view.push(block);
                found.promotions.extend(of_block.promotions);
                found.holdings.extend(of_block.holdings);
                found.stage_history.extend(of_block.stage_history);
            }
            view
        };
        reject(self.bills.as_mut(), found.bills);
        reject(self.promotions.as_mut(), found.promotions);
        reject(self.holdings.as_mut(), found.holdings);
        reject(self.stage_history.as_mut(), found.stage_history);
        Ok(view)
    }

    /// Looks up whom the rows are about; rows that repeat one another are rejected already where these may be about several.
    fn sources<'t>(&'t mut self, people: &People<'_>, job: &Job<'_>) -> Result<Sources<'t>, Error> {
        // It is needed no longer than people are looked up.
        let directory = people.directory();
        let (people, users) = ((people, &directory), Who::Users);
        let events =
            claimed(self.events.as_mut(), people, job, users, |table| &table.user_id, Some(|table| &table.event_id))?;
        let window = |events: &Claimed<'_, Events>| {
            EventWindows::of(events.table, &events.claims, job.params.as_of, job.params.events_since)
        };
        Ok(Sources {
            bills: claimed(self.bills.as_mut(), people, job, users, |table| &table.user_id, None)?,
            events: events.map(|events| {
                let windows = window(&events);
                (events, windows)
            }),
            agreements: claimed(
                self.agreements.as_mut(),
                people,
                job,
                users,
                |table| &table.user_id,
                Some(|table| &table.agreement_id),
            )?,
            promotions: claimed(self.promotions.as_mut(), people, job, users, |table| &table.user_id, None)?,
            holdings: claimed(self.holdings.as_mut(), people, job, users, |table| &table.user_id, None)?,
            stage_history: claimed(
                self.stage_history.as_mut(),
                people,
                job,
                Who::UsersAndProspects,
                |table| &table.user_id,
                None,
            )?,
        })
    }
}

fn blocks_of(people: &People<'_>) -> usize {
    people.len().div_ceil(BLOCK).max(1)
}

fn reject<T>(opened: Option<&mut Opened<T>>, found: Vec<Repeat>) {
    if let Some((_, ledger)) = opened {
        found.into_iter().for_each(|repeat| repeat.reject(ledger));
    }
}

/// The texts of a column.
type TextsOf<T> = fn(&T) -> &Texts;

/// Rejects the orphans of a table; of one whose key is an id of its own also the rows that repeat it.
fn claimed<'t, T: FactTable>(
    opened: Option<&'t mut Opened<T>>,
    people: (&People<'_>, &Directory),
    job: &Job<'_>,
    who: Who,
    user_id: TextsOf<T>,
    own_id: Option<TextsOf<T>>,
) -> Result<Option<Claimed<'t, T>>, Error> {
    let Some((table, ledger)) = opened else { return Ok(None) };
    let mut claims = Claims::of(job, people, ledger, user_id(table), who)?;
    if let Some(own_id) = own_id {
        let ids = own_id(table);
        let used: &Ledger = ledger;
        let groups = alike(job.threads, used.len(), |row| ids.text(row).filter(|_| used.is_used(row)));
        let mut found = Vec::new();
        groups.iter().for_each(|rows| repeats(table, rows, &mut found));
        if !found.is_empty() {
            found.into_iter().for_each(|repeat| repeat.reject(ledger));
            claims.keep(ledger);
        }
    }
    Ok(Some(Claimed { table, claims }))
}

impl<T: FactTable> Claimed<'_, T> {
    fn of_block(&self, block: usize) -> Vec<Claim> {
        self.claims.of_block(block).collect()
    }

    /// The claims on a block once the rows of each user are judged.
    fn sifted(&self, block: usize, found: &mut Vec<Repeat>) -> Vec<Claim> {
        let mut claims = self.of_block(block);
        let rejected = sift(self.table, &claims, several(&claims), found);
        if !rejected.is_empty() {
            claims.retain(|claim| rejected.binary_search(&claim.row).is_err());
        }
        claims
    }
}

impl Sources<'_> {
    /// The facts of bills, block by block; none where there are no bills. Whose bills these are, which takes more memory than
    /// with any other table, is forgotten.
    fn bill_facts(
        &mut self,
        people: &People<'_>,
        job: &Job<'_>,
        found: &mut Repeats,
    ) -> Result<Vec<Option<BillFacts>>, Error> {
        let Some(Claimed { table, claims }) = self.bills.take() else {
            return Ok((0..blocks_of(people)).map(|_| None).collect());
        };
        let how = (job.params.as_of, job.policy.missing_bill);
        let customers = people.shared_customers(job);
        let mut shares = vec![false; people.len()];
        for row in customers.iter().flatten() {
            shares.get_mut(*row).into_iter().for_each(|shares| *shares = true);
        }
        let numbers = BillNumbers::of_blocks(table, &claims, blocks_of(people), job.threads);
        let worked = handed_out(job.threads, numbers, |block, numbers| {
            job.cancel.check()?;
            let mut repeats = Vec::new();
            let of_block = (claims.of_block(block).collect(), numbers);
            let book = Book::of(table, people, rows_of(block, people), of_block, how, &mut repeats);
            let charges = book.charges(|row| shares.get(row).copied().unwrap_or(false));
            Ok((book.facts(), charges, repeats))
        });
        let (mut blocks, mut charges) = (Vec::with_capacity(worked.len()), Vec::<Charge>::new());
        for worked in worked {
            let (facts, of_block, repeats) = worked?;
            blocks.push(facts);
            charges.extend(of_block);
            found.bills.extend(repeats);
        }
        sum_customers(&customers, charges, people, how, &mut blocks);
        Ok(blocks.into_iter().map(Some).collect())
    }

    /// The facts of a block.
    fn block<'t>(
        &self,
        block: usize,
        bills: Option<BillFacts>,
        people: &'t People<'t>,
        job: &'t Job<'_>,
        found: &mut Repeats,
    ) -> Block<'t> {
        let (as_of, rows) = (job.params.as_of, rows_of(block, people));
        let persons = people.some(rows.clone());
        let events = self.events.as_ref();
        let agreements = self.agreements.as_ref();
        let promotions = self.promotions.as_ref();
        let holdings = self.holdings.as_ref();
        let history = self.stage_history.as_ref();
        Block {
            as_of,
            people,
            host: job.host,
            bills,
            events: events.map(|(events, windows)| windows.rows(events.table, &events.of_block(block), persons)),
            agreements: agreements
                .map(|claimed| terms::agreement_ends(claimed.table, &claimed.of_block(block), rows.len(), as_of)),
            promotions: promotions.map(|claimed| {
                let claims = claimed.sifted(block, &mut found.promotions);
                terms::promotion_ends(claimed.table, &claims, rows.len(), as_of)
            }),
            holdings: holdings.map(|claimed| {
                let claims = claimed.sifted(block, &mut found.holdings);
                terms::products(claimed.table, &claims, persons, as_of)
            }),
            previous: history.map(|claimed| {
                let claims = claimed.sifted(block, &mut found.stage_history);
                history::previous(claimed.table, &claims, rows.len(), as_of)
            }),
            rows,
        }
    }
}

/// The rows of the view that stand in a block.
fn rows_of(block: usize, people: &People<'_>) -> std::ops::Range<usize> {
    block * BLOCK..people.len().min((block + 1) * BLOCK)
}
