//! Complaints and faults, counted in windows that the table is known to cover.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::claims::{Claim, Claims};
use super::people::Person;
use super::tables::{COMPLAINT, Events};
use crate::month::{Month, date_of_day, day_of, window_start};

/// Months of the window that ends with the day.
const WINDOW_MONTHS: u32 = 3;

/// The facts of a user's events; null where the table does not reach back to the window's first day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct EventRow {
    /// Complaints in the last three months.
    pub complaints_3m: Option<u32>,
    /// Repeated faults in the last three months.
    pub repeat_faults_3m: Option<u32>,
    /// Complaints in the reference month.
    pub complaints_last_month: Option<u32>,
    /// Faults in the reference month.
    pub faults_last_month: Option<u32>,
    /// Causes of the complaints of the last three months, sorted.
    pub complaint_causes_3m: Option<Vec<String>>,
}

/// The windows, in days since 1970-01-01, and which of them the table of events covers.
#[derive(Debug, Clone)]
pub(super) struct EventWindows {
    /// The first day of the three months.
    first_day: i64,
    /// The days of the reference month.
    month: RangeInclusive<i64>,
    knows_three_months: bool,
    knows_last_month: bool,
    knows_causes: bool,
}

impl EventWindows {
    /// The windows as of a day; `since` is the first day from which the table is complete, by default its earliest used one.
    pub(super) fn of(events: &Events, claims: &Claims, as_of: NaiveDate, since: Option<NaiveDate>) -> Self {
        let since = since.or_else(|| claims.rows().filter_map(|row| events.on.number(row)).min().and_then(date_of_day));
        let first_day = window_start(as_of, WINDOW_MONTHS);
        let month = Month::reference(as_of);
        let covers = |day: Option<NaiveDate>| since.zip(day).is_some_and(|(since, day)| since <= day);
        let number = |day: Option<NaiveDate>| day.map_or(i64::MAX, day_of);
        Self {
            first_day: number(first_day),
            month: number(month.first_day())..=number(month.last_day()),
            knows_three_months: covers(first_day),
            knows_last_month: covers(month.first_day()),
            knows_causes: events.cause.is_given(),
        }
    }

    /// The facts of events, for each of those in a block. Of a prospect nothing is known, and a user without events has none.
    pub(super) fn rows(&self, events: &Events, claims: &[Claim], people: &[Person]) -> Vec<EventRow> {
        let mut counts = vec![EventCounts::default(); people.len()];
        let add = |claim: Claim, on: Option<i64>| {
            if let (Some(counts), Some(on)) = (counts.get_mut(claim.owner), on) {
                counts.add(events, claim.row, on >= self.first_day, self.month.contains(&on));
            }
        };
        events.on.of_each(claims, |claim| claim.row, add);
        let row = |(person, counts): (&Person, EventCounts<'_>)| match person {
            Person::User(_) => self.row(counts),
            Person::Prospect(_) => EventRow::default(),
        };
        people.iter().zip(counts).map(row).collect()
    }

    fn row(&self, counts: EventCounts<'_>) -> EventRow {
        let three_months = |count: u32| self.knows_three_months.then_some(count);
        let last_month = |count: u32| self.knows_last_month.then_some(count);
        let causes = counts.complaint_causes_3m.into_iter().map(str::to_owned);
        EventRow {
            complaints_3m: three_months(counts.complaints_3m),
            repeat_faults_3m: three_months(counts.repeat_faults_3m),
            complaints_last_month: last_month(counts.complaints_last_month),
            faults_last_month: last_month(counts.faults_last_month),
            complaint_causes_3m: (self.knows_three_months && self.knows_causes).then(|| causes.collect()),
        }
    }
}

/// What happened to one user.
#[derive(Debug, Clone, Default)]
struct EventCounts<'t> {
    complaints_3m: u32,
    repeat_faults_3m: u32,
    complaints_last_month: u32,
    faults_last_month: u32,
    complaint_causes_3m: BTreeSet<&'t str>,
}

impl<'t> EventCounts<'t> {
    fn add(&mut self, events: &'t Events, row: usize, in_three_months: bool, in_last_month: bool) {
        if events.kind.at(row) == Some(COMPLAINT) {
            self.complaints_3m += u32::from(in_three_months);
            self.complaints_last_month += u32::from(in_last_month);
            self.complaint_causes_3m.extend(events.cause.text(row).filter(|_| in_three_months));
        } else {
            // A fault of which nobody says otherwise is a repeated one (EWS-02).
            let is_repeat = events.is_repeat.at(row) != Some(false);
            self.repeat_faults_3m += u32::from(in_three_months && is_repeat);
            self.faults_last_month += u32::from(in_last_month);
        }
    }
}
