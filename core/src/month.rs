//! The civil calendar of rules: months, full months between dates, windows that end on a date.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate, TimeDelta};

/// A calendar month, counted from January of year 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

impl Month {
    /// The month a date lies in.
    pub fn of(date: NaiveDate) -> Self {
        Self(date.year() * 12 + date.month0().cast_signed())
    }

    /// The month that a day since 1970-01-01 lies in; `None` outside the calendar.
    pub fn of_day(day: i64) -> Option<Self> {
        // Days are counted from 0000-03-01 in eras of 400 years, so that leap days end their years (H. Hinnant's civil days).
        const DAYS_BEFORE_1970: i64 = 719_468;
        const DAYS_OF_ERA: i64 = 146_097;
        if !(-96_465_292..=95_026_236).contains(&day) {
            return None;
        }
        let day = day + DAYS_BEFORE_1970;
        let (era, day) = (day.div_euclid(DAYS_OF_ERA), day.rem_euclid(DAYS_OF_ERA));
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let months_since_march = (5 * day + 2) / 153;
        i32::try_from((era * 400 + year) * 12 + months_since_march + 2).ok().map(Self)
    }

    /// The reference month: the last one whose last day is on or before `as_of`, which is the end of that day.
    pub fn reference(as_of: NaiveDate) -> Self {
        let month = Self::of(as_of);
        if month.last_day() == Some(as_of) { month } else { Self(month.0 - 1) }
    }

    /// The first day; `None` outside the calendar.
    pub fn first_day(self) -> Option<NaiveDate> {
        let month0 = self.0.rem_euclid(12).cast_unsigned();
        NaiveDate::from_ymd_opt(self.0.div_euclid(12), month0 + 1, 1)
    }

    /// The last day; `None` outside the calendar.
    pub fn last_day(self) -> Option<NaiveDate> {
        self.first_day()?.checked_add_months(Months::new(1))?.pred_opt()
    }

    /// The month `count` months later, earlier if negative.
    #[must_use]
    pub const fn plus(self, count: i32) -> Self {
        Self(self.0 + count)
    }

    /// Months from `earlier` to this one.
    pub const fn since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }
}

/// The text is not a month (`2024-05`) and not a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a month (2024-05) or a date in it (2024-05-31)")]
pub struct NotAMonth;

impl FromStr for Month {
    type Err = NotAMonth;

    fn from_str(text: &str) -> Result<Self, NotAMonth> {
        let date = if text.len() == 7 { date_of(&format!("{text}-01")) } else { date_of(text) };
        date.map(Self::of).ok_or(NotAMonth)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}", self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }
}

/// A date in the one form documents and records write: `2024-05-31`.
pub fn date_of(text: &str) -> Option<NaiveDate> {
    if let Some((year, month, day)) = digits_of(text) {
        return NaiveDate::from_ymd_opt(year, month, day);
    }
    let date: NaiveDate = text.parse().ok()?;
    (date.to_string() == text).then_some(date)
}

/// The numbers of a text of the form `2024-05-31`, as nearly every date is written.
fn digits_of(text: &str) -> Option<(i32, u32, u32)> {
    let number = |digits: &[u8]| {
        let digit = |number: u32, digit: &u8| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0'));
        digits.iter().try_fold(0, digit)
    };
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else { return None };
    let year = i32::try_from(number(&[*y1, *y2, *y3, *y4])?).ok()?;
    Some((year, number(&[*m1, *m2])?, number(&[*d1, *d2])?))
}

/// The date of a day since 1970-01-01; `None` outside the calendar.
pub fn date_of_day(day: i64) -> Option<NaiveDate> {
    NaiveDate::default().checked_add_signed(TimeDelta::try_days(day)?)
}

/// Days since 1970-01-01.
pub fn day_of(date: NaiveDate) -> i64 {
    const FROM_THE_COMMON_ERA_TO_1970: i64 = 719_163;
    i64::from(date.num_days_from_ce()) - FROM_THE_COMMON_ERA_TO_1970
}

/// Full calendar months from `from` to `to`, month ends clamped; negative if `to` is earlier.
pub fn full_months(from: NaiveDate, to: NaiveDate) -> i32 {
    if to < from {
        return -full_months(to, from);
    }
    let months = Month::of(to).since(Month::of(from));
    let reached = months_after(from, months.unsigned_abs()).is_some_and(|date| date <= to);
    if reached { months } else { months - 1 }
}

/// The date `count` months after, the day clamped to the month's length.
pub fn months_after(date: NaiveDate, count: u32) -> Option<NaiveDate> {
    date.checked_add_months(Months::new(count))
}

/// The first day of the window "the last `count` months": the day after `as_of` less `count` months, clamped.
pub fn window_start(as_of: NaiveDate, count: u32) -> Option<NaiveDate> {
    as_of.checked_sub_months(Months::new(count))?.checked_add_days(Days::new(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        date_of(text).unwrap()
    }

    #[test]
    fn the_reference_month_is_the_last_one_that_has_ended() {
        assert_eq!(Month::reference(date("2024-05-30")).to_string(), "2024-04");
        assert_eq!(Month::reference(date("2024-05-31")).to_string(), "2024-05");
        assert_eq!(Month::reference(date("2024-01-15")).to_string(), "2023-12");
    }

    #[test]
    fn full_months_clamp_month_ends() {
        assert_eq!(full_months(date("2024-01-31"), date("2024-02-28")), 0);
        assert_eq!(full_months(date("2024-01-31"), date("2024-02-29")), 1);
        assert_eq!(full_months(date("2024-02-29"), date("2025-02-28")), 12);
        assert_eq!(full_months(date("2024-05-31"), date("2024-05-01")), 0);
    }

    #[test]
    fn a_window_begins_the_day_after_its_exclusive_start() {
        assert_eq!(window_start(date("2024-05-31"), 3), Some(date("2024-03-01")));
        assert_eq!(window_start(date("2024-05-15"), 3), Some(date("2024-02-16")));
    }

    #[test]
    fn a_day_lies_in_the_month_of_its_date() {
        let (first, last) = (day_of(NaiveDate::MIN), day_of(NaiveDate::MAX));
        let around_now = -150_000..150_000;
        for day in around_now.chain((first..=last).step_by(9_973)).chain([first, last]) {
            assert_eq!(Month::of_day(day), date_of_day(day).map(Month::of), "{day}");
        }
        assert_eq!((Month::of_day(first - 1), Month::of_day(last + 1)), (None, None));
    }

    #[test]
    fn months_are_read_from_months_and_from_dates() {
        assert_eq!("2024-05".parse::<Month>(), "2024-05-31".parse::<Month>());
        assert_eq!("2024-5".parse::<Month>(), Err(NotAMonth));
        assert_eq!("2024-13".parse::<Month>(), Err(NotAMonth));
    }
}
