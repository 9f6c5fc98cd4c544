//! Service of a user: its periods, their days and months.

use chrono::NaiveDate;

use crate::month::Month;

/// A period of service: from the day of activation to the day before termination.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Period {
    /// Its row in `users`.
    pub(super) row: usize,
    /// The day of activation.
    pub(super) from: NaiveDate,
    /// The day of termination, which is no longer in service.
    pub(super) to: Option<NaiveDate>,
}

/// A user's periods, which do not overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Service<'p> {
    /// The last one.
    pub(super) latest: Period,
    /// Those before it, oldest first.
    pub(super) earlier: &'p [Period],
}

impl Service<'_> {
    fn periods(&self) -> impl Iterator<Item = &Period> {
        self.earlier.iter().chain([&self.latest])
    }

    /// The last month of the user's series: the reference month of the day, or of the day it left.
    pub(super) fn last_month(&self, as_of: NaiveDate) -> Month {
        Month::reference(self.latest.to.unwrap_or(as_of))
    }

    /// Whether the user is in service on any day of a month.
    pub(super) fn touches(&self, month: Month) -> bool {
        let Some((first, last)) = month.first_day().zip(month.last_day()) else { return false };
        let touches =
            |period: &Period| period.from <= last && period.to.is_none_or(|to| to > first && to > period.from);
        self.periods().any(touches)
    }

    /// Whether the user is in service on every day of a month; periods that touch are one.
    pub(super) fn covers(&self, month: Month) -> bool {
        let Some((first, last)) = month.first_day().zip(month.last_day()) else { return false };
        let mut next = first;
        for period in self.periods().filter(|period| period.from <= last) {
            if period.from > next {
                return false;
            }
            match period.to {
                Some(to) => next = next.max(to),
                None => return true,
            }
        }
        next > last
    }
}

/// The periods that overlap another one; `periods` are in the order of their activation.
pub(super) fn overlapping(periods: &[Period]) -> Vec<Period> {
    let is_before = |to: Option<NaiveDate>, day: NaiveDate| to.is_some_and(|to| to <= day);
    let mut overlapping = Vec::new();
    // When the last of the periods before is over; none where there is no period before.
    let mut over: Option<Option<NaiveDate>> = None;
    for (place, period) in periods.iter().enumerate() {
        let next = periods.get(place + 1);
        let reaches_back = over.is_some_and(|over| !is_before(over, period.from));
        let reaches_ahead = next.is_some_and(|next| !is_before(period.to, next.from));
        if reaches_back || reaches_ahead {
            overlapping.push(*period);
        }
        over = Some(match (over, period.to) {
            (Some(Some(over)), Some(to)) => Some(over.max(to)),
            (None, to) => to,
            _ => None,
        });
    }
    overlapping
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::month::date_of;

    fn periods(written: &[(&str, &str)]) -> Vec<Period> {
        let period =
            |(row, (from, to)): (usize, &(&str, &str))| Period { row, from: date_of(from).unwrap(), to: date_of(to) };
        written.iter().enumerate().map(period).collect()
    }

    fn service(periods: &[Period]) -> Service<'_> {
        let (latest, earlier) = periods.split_last().unwrap();
        Service { latest: *latest, earlier }
    }

    fn rows(periods: &[Period]) -> Vec<usize> {
        overlapping(periods).iter().map(|period| period.row).collect()
    }

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    #[test]
    fn periods_that_touch_do_not_overlap() {
        assert!(
            rows(&periods(&[("2020-01-01", "2021-01-01"), ("2021-01-01", "2022-01-01"), ("2022-01-01", "")]))
                .is_empty()
        );
    }

    #[test]
    fn a_long_period_overlaps_all_that_begin_in_it_and_they_need_not_touch() {
        let long = periods(&[("2020-01-01", "2024-01-01"), ("2021-01-01", "2021-02-01"), ("2023-01-01", "2023-02-01")]);
        assert_eq!(rows(&long), [0, 1, 2]);
        assert_eq!(rows(&periods(&[("2020-01-01", ""), ("2021-01-01", "2021-02-01"), ("2023-01-01", "")])), [0, 1, 2]);
    }

    #[test]
    fn a_period_of_no_day_overlaps_the_one_it_lies_in() {
        assert_eq!(rows(&periods(&[("2020-01-01", "2021-01-01"), ("2020-05-01", "2020-05-01")])), [0, 1]);
        assert!(rows(&periods(&[("2020-01-01", "2020-01-01"), ("2020-01-02", "")])).is_empty());
    }

    #[test]
    fn a_month_is_covered_by_touching_periods_and_broken_by_a_gap_of_a_day() {
        let touching = periods(&[("2020-01-01", "2024-04-10"), ("2024-04-10", "")]);
        let broken = periods(&[("2020-01-01", "2024-04-10"), ("2024-04-11", "")]);
        let (touching, broken) = (service(&touching), service(&broken));
        assert!(touching.covers(month("2024-04")));
        assert!(!broken.covers(month("2024-04")) && broken.touches(month("2024-04")));
        assert!(broken.covers(month("2024-05")) && broken.covers(month("2024-03")));
    }

    #[test]
    fn the_day_of_termination_is_no_longer_in_service() {
        let left = |to| Service { latest: periods(&[("2020-01-01", to)])[0], earlier: &[] };
        assert!(!left("2024-04-30").covers(month("2024-04")));
        assert!(left("2024-05-01").covers(month("2024-04")));
        assert!(left("2024-04-02").touches(month("2024-04")) && !left("2024-04-01").touches(month("2024-04")));
    }
}
