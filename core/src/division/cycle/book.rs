//! The customers and their log while events happen to them: what is new lies beside what is held, so that a set can be left undone
//! and a preview changes nothing.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::judge::{Acting, Event, Judge, Verdict};
use super::log::{LogEntry, NO_DIGEST};
use super::state::{Customer, State};
use super::{KNOWN_CUSTOMER, NOT_APPLIED, UNKNOWN_CUSTOMER};
use crate::catalogue::{Text, Words};
use crate::error::{Error, Fault};

/// Customers by id.
pub(super) type Customers = BTreeMap<Box<str>, Customer>;

/// What is held, and what is new.
#[derive(Debug)]
pub(super) struct Book<'h> {
    held: &'h Customers,
    log: &'h [LogEntry],
    changed: Customers,
    entries: Vec<LogEntry>,
}

/// What became of an event.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) row: usize,
    pub(super) customer_id: Option<String>,
    /// The customer's state after it; none of a customer that nobody knows.
    pub(super) state: Option<State>,
    /// The number of its entry in the log; none where it was denied.
    pub(super) seq: Option<u64>,
    pub(super) denials: Vec<Fault>,
    /// Whether departments claim the customer against one another.
    pub(super) has_conflict: bool,
}

impl Outcome {
    /// Of an event that did not happen.
    pub(super) fn denied(row: usize, customer_id: Option<&str>, state: Option<State>, denials: Vec<Fault>) -> Self {
        let customer_id = customer_id.map(str::to_owned);
        Self { row, customer_id, state, seq: None, denials, has_conflict: false }
    }

    pub(super) fn is_accepted(&self) -> bool {
        self.seq.is_some()
    }
}

impl<'h> Book<'h> {
    pub(super) fn new(held: &'h Customers, log: &'h [LogEntry]) -> Self {
        Self { held, log, changed: Customers::new(), entries: Vec::new() }
    }

    /// A customer as it is by now.
    pub(super) fn customer(&self, customer_id: &str) -> Option<&Customer> {
        self.changed.get(customer_id).or_else(|| self.held.get(customer_id))
    }

    /// Where a customer stands by now; none of one that nobody knows.
    pub(super) fn state(&self, customer_id: &str) -> Option<State> {
        self.customer(customer_id).map(|customer| customer.state)
    }

    /// An entry by its number.
    pub(super) fn entry(&self, seq: u64) -> Option<&LogEntry> {
        let place = usize::try_from(seq).ok()?.checked_sub(1)?;
        self.log.get(place).or_else(|| self.entries.get(place.checked_sub(self.log.len())?))
    }

    /// Where a customer stood at the end of a day.
    pub(super) fn state_on(&self, customer: &Customer, day: NaiveDate) -> State {
        customer.state_on(day, |seq| self.entry(seq))
    }

    /// Lets an event happen to a customer, if it may.
    ///
    /// # Errors
    /// Only where an entry cannot be written.
    pub(super) fn happen(&mut self, judge: &Judge<'_>, customer_id: &str, event: &Event<'_>) -> Result<Outcome, Error> {
        let row = event.place.row;
        let Some(customer) = self.customer(customer_id) else {
            let fault = Fault::new(&UNKNOWN_CUSTOMER, event.place.of(event.place.customer));
            let fault = fault.found(customer_id).expecting(KNOWN_CUSTOMER);
            return Ok(Outcome::denied(row, Some(customer_id), None, vec![fault]));
        };
        if customer.created_on > judge.acting.as_of {
            let fault = Fault::new(&UNKNOWN_CUSTOMER, event.place.of(event.place.customer)).found(customer_id);
            let fault = fault.expecting(created_by(judge.acting.as_of));
            return Ok(Outcome::denied(row, Some(customer_id), Some(customer.state), vec![fault]));
        }
        let verdict = match judge.judge(event, customer, |day| self.state_on(customer, day)) {
            Ok(verdict) => verdict,
            Err(denials) => return Ok(Outcome::denied(row, Some(customer_id), Some(customer.state), denials)),
        };
        let (state, has_conflict) = (Some(verdict.to_state), verdict.has_conflict);
        let seq = Some(self.write(judge, customer_id, event, verdict, customer.clone())?);
        Ok(Outcome { row, customer_id: Some(customer_id.to_owned()), state, seq, denials: Vec::new(), has_conflict })
    }

    /// Writes what happened; the number of the entry.
    fn write(
        &mut self,
        judge: &Judge<'_>,
        customer_id: &str,
        event: &Event<'_>,
        verdict: Verdict,
        mut customer: Customer,
    ) -> Result<u64, Error> {
        let Acting { as_of, at, actor, second_approver, batch_id } = judge.acting.clone();
        let channel =
            |community: &str| judge.organisation.local_channel(judge.roles, community, as_of).map(str::to_owned);
        let from_community = customer.community.to_string();
        let to_community = verdict.to_community.unwrap_or_else(|| from_community.clone());
        let entry = LogEntry {
            seq: self.count().saturating_add(1),
            at,
            as_of,
            customer_id: customer_id.to_owned(),
            event: event.kind,
            from_state: customer.state,
            to_state: verdict.to_state,
            from_channel: channel(&from_community),
            to_channel: channel(&to_community),
            from_community,
            to_community,
            effective_on: verdict.effective_on,
            claims: verdict.department.map(|_| event.claims),
            department: verdict.department,
            actor,
            role: verdict.role,
            second_approver: second_approver.filter(|_| verdict.is_approved),
            reason: event.reason.map(str::to_owned),
            batch_id,
            previous: String::new(),
            digest: String::new(),
        };
        let entry = entry.chained(self.head())?;
        customer.follow(&entry);
        self.changed.insert(customer_id.into(), customer);
        let seq = entry.seq;
        self.entries.push(entry);
        Ok(seq)
    }

    /// Leaves undone what happened after so many new entries: of the set, of which some were denied, all are.
    pub(super) fn undo(&mut self, entries: usize, outcomes: Vec<Outcome>, table: &str) -> Vec<Outcome> {
        self.entries.truncate(entries);
        self.changed.clear();
        for entry in &self.entries {
            let customer_id = entry.customer_id.as_str();
            let customer = self.changed.remove(customer_id).or_else(|| self.held.get(customer_id).cloned());
            if let Some(mut customer) = customer {
                customer.follow(entry);
                self.changed.insert(customer_id.into(), customer);
            }
        }
        let first = outcomes.iter().find(|outcome| !outcome.is_accepted()).map_or(0, |outcome| outcome.row);
        let expected = Words::new(format!("row {first} accepted, too"), format!("第 {first} 行也被接受"));
        let undone = |outcome: Outcome| {
            let fault = || Fault::new(&NOT_APPLIED, format!("tables.{table}[{}]", outcome.row)).finding(DENIED_ROW);
            let not_applied = outcome.is_accepted().then(|| fault().expecting(expected.clone()));
            let customer_id = outcome.customer_id.as_deref();
            let state = customer_id.and_then(|customer_id| self.state(customer_id));
            let denials = not_applied.into_iter().chain(outcome.denials.iter().cloned()).collect();
            Outcome::denied(outcome.row, customer_id, state, denials)
        };
        outcomes.into_iter().map(undone).collect()
    }

    /// How many entries there are by now.
    pub(super) fn count(&self) -> u64 {
        u64::try_from(self.log.len() + self.entries.len()).unwrap_or(u64::MAX)
    }

    /// The digest of the last entry.
    pub(super) fn head(&self) -> &str {
        self.entries.last().or_else(|| self.log.last()).map_or(NO_DIGEST, |entry| entry.digest.as_str())
    }

    /// The entries that are new.
    pub(super) fn entries(&self) -> &[LogEntry] {
        &self.entries
    }

    /// What is new.
    pub(super) fn into_news(self) -> (Customers, Vec<LogEntry>) {
        (self.changed, self.entries)
    }
}

fn created_by(day: NaiveDate) -> Words {
    Words::new(format!("a customer that was created by {day}"), format!("在 {day} 之前（含当日）产生的客户"))
}

const DENIED_ROW: Text = Text { en: "a row of the set that was denied", zh: "同组中有被拒绝的行" };
