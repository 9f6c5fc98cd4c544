//! Complaints and faults, counted in windows that the table is known to cover.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::people::Owners;
use super::tables::{COMPLAINT, Events};
use crate::month::{Month, window_start};

/// Months of the window that ends with the day.
const WINDOW_MONTHS: u32 = 3;

/// The facts of a user's events; null where the table does not reach back to the window's first day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct EventRow {
    /// Complaints in the last three months.
    pub complaints_3m: Option<u64>,
    /// Repeated faults in the last three months.
    pub repeat_faults_3m: Option<u64>,
    /// Complaints in the reference month.
    pub complaints_last_month: Option<u64>,
    /// Faults in the reference month.
    pub faults_last_month: Option<u64>,
    /// Causes of the complaints of the last three months, sorted.
    pub complaint_causes_3m: Option<Vec<String>>,
}

/// The facts of the events.
#[derive(Debug)]
pub(super) struct EventFacts<'t> {
    /// For each row of the view.
    counts: Vec<EventCounts<'t>>,
    knows_three_months: bool,
    knows_last_month: bool,
    knows_causes: bool,
}

/// What happened to one user.
#[derive(Debug, Clone, Default)]
struct EventCounts<'t> {
    complaints_3m: u64,
    repeat_faults_3m: u64,
    complaints_last_month: u64,
    faults_last_month: u64,
    complaint_causes_3m: BTreeSet<&'t str>,
}

impl<'t> EventFacts<'t> {
    /// Counts the used rows; `since` is the first day from which the table is complete, by default its earliest used one.
    pub(super) fn of(events: &'t Events<'_>, owners: &Owners<'_>, as_of: NaiveDate, since: Option<NaiveDate>) -> Self {
        let since = since.or_else(|| owners.used().filter_map(|(row, _)| events.on.at(row)).min());
        let first_day = window_start(as_of, WINDOW_MONTHS);
        let month = Month::reference(as_of);
        let covers = |day: Option<NaiveDate>| since.zip(day).is_some_and(|(since, day)| since <= day);
        let mut facts = Self {
            counts: vec![EventCounts::default(); owners.people().len()],
            knows_three_months: covers(first_day),
            knows_last_month: covers(month.first_day()),
            knows_causes: events.cause.is_given(),
        };
        for (row, owner) in owners.used() {
            let (Some(counts), Some(on)) = (facts.counts.get_mut(owner), events.on.at(row)) else { continue };
            let in_three_months = first_day.is_some_and(|first| on >= first);
            counts.add(events, row, in_three_months, Month::of(on) == month);
        }
        facts
    }

    /// The facts of a row of the view.
    pub(super) fn row(&self, row: usize) -> EventRow {
        let counts = self.counts.get(row);
        let three_months = counts.filter(|_| self.knows_three_months);
        let last_month = counts.filter(|_| self.knows_last_month);
        let texts = |texts: &BTreeSet<&str>| texts.iter().map(|text| (*text).to_owned()).collect();
        EventRow {
            complaints_3m: three_months.map(|counts| counts.complaints_3m),
            repeat_faults_3m: three_months.map(|counts| counts.repeat_faults_3m),
            complaints_last_month: last_month.map(|counts| counts.complaints_last_month),
            faults_last_month: last_month.map(|counts| counts.faults_last_month),
            complaint_causes_3m: three_months
                .filter(|_| self.knows_causes)
                .map(|counts| texts(&counts.complaint_causes_3m)),
        }
    }
}

impl<'t> EventCounts<'t> {
    fn add(&mut self, events: &'t Events<'_>, row: usize, in_three_months: bool, in_last_month: bool) {
        if events.kind.at(row) == Some(COMPLAINT) {
            self.complaints_3m += u64::from(in_three_months);
            self.complaints_last_month += u64::from(in_last_month);
            self.complaint_causes_3m.extend(events.cause.text(row).filter(|_| in_three_months));
        } else {
            // A fault of which nobody says otherwise is a repeated one (EWS-02).
            let is_repeat = events.is_repeat.at(row) != Some(false);
            self.repeat_faults_3m += u64::from(in_three_months && is_repeat);
            self.faults_last_month += u64::from(in_last_month);
        }
    }
}
