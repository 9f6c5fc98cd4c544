//! The calendar of the cycle: in which days a month's new customers are divided, and how long those are locked who were not
//! (DIV-10 to DIV-12).

use chrono::{Datelike, Months, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::Text;
use crate::document::INVALID_VALUE;
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::month::Month;
use crate::operation::RecordOperation;
use crate::table::cell::MONTH;

/// When a cohort, the customers created in one month, is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WindowPolicy {
    /// The day of the cohort's month on which its window opens, that day included; in a shorter month its last day.
    #[schemars(range(min = 1, max = 31))]
    pub opens_on: u32,
    /// The day of the month after on which it closes, that day included; in a shorter month its last day.
    #[schemars(range(min = 1, max = 31))]
    pub closes_on: u32,
    /// Years for which customers stay locked who were not divided in their window (DIV-12).
    #[schemars(range(min = 0, max = 10), extend("x-unit" = "years"))]
    pub lock_years: u32,
}

/// The days on which a cohort is divided, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) opens: NaiveDate,
    pub(super) closes: NaiveDate,
}

impl Window {
    pub(super) fn contains(self, day: NaiveDate) -> bool {
        (self.opens..=self.closes).contains(&day)
    }
}

/// The days for which an undivided customer is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lock {
    pub(super) from: NaiveDate,
    /// The first day out of it.
    pub(super) ends: NaiveDate,
}

impl Lock {
    pub(super) fn contains(self, day: NaiveDate) -> bool {
        (self.from..self.ends).contains(&day)
    }
}

impl WindowPolicy {
    /// The window of a cohort (DIV-10); none outside the calendar.
    pub(super) fn window(self, cohort: Month) -> Option<Window> {
        Some(Window { opens: day_in(cohort, self.opens_on)?, closes: day_in(cohort.plus(1), self.closes_on)? })
    }

    /// The lock of a cohort's customers who were not divided (DIV-12): it begins when the window has closed.
    pub(super) fn lock(self, cohort: Month) -> Option<Lock> {
        let from = self.window(cohort)?.closes.succ_opt()?;
        Some(Lock { from, ends: from.checked_add_months(Months::new(self.lock_years.checked_mul(12)?))? })
    }

    /// The cohorts whose windows are open on a day, the earlier first.
    pub(super) fn open_cohorts(self, day: NaiveDate) -> impl Iterator<Item = Month> {
        let month = Month::of(day);
        let is_open = move |cohort: &Month| self.window(*cohort).is_some_and(|window| window.contains(day));
        [month.plus(-1), month].into_iter().filter(is_open)
    }

    /// The first day from this one on on which any window is open.
    pub(super) fn next_open(self, day: NaiveDate) -> Option<NaiveDate> {
        if self.open_cohorts(day).next().is_some() {
            return Some(day);
        }
        let opens = |months| day_in(Month::of(day).plus(months), self.opens_on);
        [opens(0)?, opens(1)?].into_iter().find(|opens| *opens >= day)
    }
}

/// A day of a month, its last one at the latest.
fn day_in(month: Month, day: u32) -> Option<NaiveDate> {
    let last = month.last_day()?;
    last.with_day(day.min(last.day()))
}

/// The operation `division_window`.
#[derive(Debug)]
pub struct DivisionWindow;

/// Which day is asked about, and which cohort.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DivisionWindowRequest {
    /// The day.
    pub as_of: NaiveDate,
    /// The month in which the customers were created, `2024-05`; that of `as_of` unless given.
    pub cohort: Option<String>,
}

/// When a cohort is divided.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DivisionWindowResponse {
    /// The cohort.
    pub cohort: String,
    /// The first day of its window.
    pub opens: NaiveDate,
    /// The last day of its window.
    pub closes: NaiveDate,
    /// Whether it is open on the day.
    pub is_open: bool,
    /// Days of the window that are left, the day itself among them; all of them before it opens, 0 once it has closed.
    pub days_left: i64,
    /// The first day on which those are locked who were not divided.
    pub locked_from: NaiveDate,
    /// The last day of the lock; before `locked_from` where the policy locks nobody.
    pub locked_until: NaiveDate,
    /// The first day after the lock on which a window is open.
    pub next_after_lock: NaiveDate,
    /// The cohorts whose windows are open on the day, the earlier first.
    pub open_cohorts: Vec<String>,
}

impl RecordOperation for DivisionWindow {
    const NAME: &'static str = "division_window";
    const ABOUT: Text = Text {
        en: "Says when the new customers of a month are divided, and how long those are locked who were not.",
        zh: "说明某月新增客户的划分窗口，以及未划分客户的锁定期。",
    };
    type Request = DivisionWindowRequest;
    type Response = DivisionWindowResponse;

    fn run(engine: &Engine, request: DivisionWindowRequest) -> Result<DivisionWindowResponse, Error> {
        let policy = engine.policy().document().division.cycle.window;
        let as_of = request.as_of;
        let cohort = match &request.cohort {
            Some(text) => text.parse().map_err(|_| no_month(text))?,
            None => Month::of(as_of),
        };
        respond(policy, cohort, as_of).ok_or_else(|| no_month(&cohort.to_string()))
    }
}

fn respond(policy: WindowPolicy, cohort: Month, as_of: NaiveDate) -> Option<DivisionWindowResponse> {
    let (window, lock) = (policy.window(cohort)?, policy.lock(cohort)?);
    Some(DivisionWindowResponse {
        cohort: cohort.to_string(),
        opens: window.opens,
        closes: window.closes,
        is_open: window.contains(as_of),
        days_left: days_left(window, as_of),
        locked_from: lock.from,
        locked_until: lock.ends.pred_opt()?,
        next_after_lock: policy.next_open(lock.ends)?,
        open_cohorts: policy.open_cohorts(as_of).map(|cohort| cohort.to_string()).collect(),
    })
}

/// Days of a window that are left, the day itself among them.
pub(super) fn days_left(window: Window, day: NaiveDate) -> i64 {
    (window.closes.signed_duration_since(day.max(window.opens)).num_days() + 1).max(0)
}

fn no_month(found: &str) -> Error {
    Error::request(vec![Fault::new(&INVALID_VALUE, "cohort").found(found).expecting(MONTH)])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DEFAULT: WindowPolicy = WindowPolicy { opens_on: 9, closes_on: 3, lock_years: 1 };

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_lock_that_begins_on_a_leap_day_ends_on_the_28th() {
        let policy = WindowPolicy { closes_on: 28, ..DEFAULT };
        let lock = policy.lock("2024-01".parse().unwrap()).unwrap();
        assert_eq!((lock.from, lock.ends), (day("2024-02-29"), day("2025-02-28")));
    }

    #[test]
    fn a_day_beyond_a_month_is_its_last_one() {
        let policy = WindowPolicy { opens_on: 31, closes_on: 30, ..DEFAULT };
        let window = policy.window("2023-01".parse().unwrap()).unwrap();
        assert_eq!((window.opens, window.closes), (day("2023-01-31"), day("2023-02-28")));
    }

    proptest! {
        #[test]
        fn a_day_is_open_for_the_cohorts_whose_windows_hold_it(
            days in 0..40_000_u64, opens_on in 1..=31_u32, closes_on in 1..=31_u32,
        ) {
            let policy = WindowPolicy { opens_on, closes_on, ..DEFAULT };
            let day = day("1970-01-01").checked_add_days(chrono::Days::new(days)).unwrap();
            let open: Vec<_> = policy.open_cohorts(day).collect();
            for cohort in (-3..3).map(|months| Month::of(day).plus(months)) {
                prop_assert_eq!(open.contains(&cohort), policy.window(cohort).unwrap().contains(day));
            }
            let next = policy.next_open(day).unwrap();
            prop_assert!(policy.open_cohorts(next).next().is_some());
            let before = std::iter::successors(Some(day), |day| day.succ_opt()).take_while(|day| *day < next);
            prop_assert!(before.into_iter().all(|day| policy.open_cohorts(day).next().is_none()));
        }
    }
}
