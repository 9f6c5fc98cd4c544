//! From when to when something holds: days, both of them inclusive, either of them open.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The days on which something holds, the first and the last among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Validity {
    /// [`NaiveDate::MIN`] where it has held ever since.
    from: NaiveDate,
    /// [`NaiveDate::MAX`] where nobody knows an end.
    to: NaiveDate,
}

impl Validity {
    /// From one day to another; null is open. None where the last day lies before the first.
    pub fn new(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Option<Self> {
        let validity = Self { from: from.unwrap_or(NaiveDate::MIN), to: to.unwrap_or(NaiveDate::MAX) };
        (validity.from <= validity.to).then_some(validity)
    }

    /// The first day; none where it has held ever since.
    pub fn first_day(self) -> Option<NaiveDate> {
        (self.from != NaiveDate::MIN).then_some(self.from)
    }

    /// The last day; none where nobody knows an end.
    pub fn last_day(self) -> Option<NaiveDate> {
        (self.to != NaiveDate::MAX).then_some(self.to)
    }

    /// Whether it holds on a day.
    pub fn holds_on(self, day: NaiveDate) -> bool {
        (self.from..=self.to).contains(&day)
    }

    /// Whether it holds on every day of another one.
    pub fn contains(self, other: Self) -> bool {
        self.from <= other.from && other.to <= self.to
    }

    /// Whether its last day lies behind that of another one.
    pub fn lasts_longer_than(self, other: Self) -> bool {
        self.to > other.to
    }

    /// The days in English and in Chinese.
    pub(super) fn words(self) -> (String, String) {
        match (self.first_day(), self.last_day()) {
            (Some(from), Some(to)) => (format!("from {from} to {to}"), format!("{from} 至 {to} ")),
            (Some(from), None) => (format!("from {from} on"), format!("自 {from} 起")),
            (None, Some(to)) => (format!("until {to}"), format!("至 {to} 为止")),
            (None, None) => ("at any time".to_owned(), "任何时候".to_owned()),
        }
    }

    /// The days on which both hold.
    pub fn common(self, other: Self) -> Option<Self> {
        let (from, to) = (self.from.max(other.from), self.to.min(other.to));
        (from <= to).then_some(Self { from, to })
    }

    /// Its days before this one.
    pub fn before(self, day: NaiveDate) -> Option<Self> {
        self.common(Self { from: NaiveDate::MIN, to: day.pred_opt()? })
    }

    /// This day and its days after it.
    pub fn since(self, day: NaiveDate) -> Option<Self> {
        self.common(Self { from: day, to: NaiveDate::MAX })
    }

    /// Its days after those of another one.
    fn after(self, other: Self) -> Option<Self> {
        self.since(other.to.succ_opt()?)
    }
}

impl Serialize for Validity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.first_day(), self.last_day()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Validity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (from, to) = Deserialize::deserialize(deserializer)?;
        Self::new(from, to).ok_or_else(|| serde::de::Error::custom("the last day lies before the first"))
    }
}

/// Values one after the other, at most one of them a day; in the order of their days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Dated<T>(Vec<(Validity, T)>);

impl<T> Default for Dated<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: PartialEq + Clone> Dated<T> {
    /// One value.
    pub(super) fn once(validity: Validity, value: T) -> Self {
        Self(vec![(validity, value)])
    }

    /// Every value with its days.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &(Validity, T)> {
        self.0.iter()
    }

    /// The same days with other values.
    pub(super) fn map<O>(&self, of: impl Fn(&T) -> O) -> Dated<O> {
        Dated(self.0.iter().map(|(validity, value)| (*validity, of(value))).collect())
    }

    /// The same days with other values, where all of them can be had.
    pub(super) fn try_map<O, E>(&self, of: impl Fn(&T) -> Result<O, E>) -> Result<Dated<O>, E> {
        let each = self.0.iter().map(|(validity, value)| Ok((*validity, of(value)?)));
        each.collect::<Result<_, E>>().map(Dated)
    }

    /// The value on a day.
    pub(super) fn on(&self, day: NaiveDate) -> Option<&T> {
        self.version_on(day).map(|(_, value)| value)
    }

    /// The value on a day, with the days on which it is the same.
    pub(super) fn version_on(&self, day: NaiveDate) -> Option<&(Validity, T)> {
        self.0.iter().find(|(validity, _)| validity.holds_on(day))
    }

    /// Adds a value, unless another one holds on one of its days, which is returned. The same once more is nothing new.
    pub(super) fn add(&mut self, validity: Validity, value: T) -> Result<(), (Validity, T)> {
        let overlapping = self.0.iter().find(|(other, _)| other.common(validity).is_some());
        match overlapping {
            Some((other, known)) if *other == validity && *known == value => Ok(()),
            Some(other) => Err(other.clone()),
            None => {
                let place = self.0.partition_point(|(other, _)| *other < validity);
                self.0.insert(place, (validity, value));
                Ok(())
            }
        }
    }

    /// Puts a value in the place of the one that holds on a day: from that day until that one would have ended.
    pub(super) fn replace_since(&mut self, day: NaiveDate, value: T) -> bool {
        let Some(place) = self.0.iter().position(|(validity, _)| validity.holds_on(day)) else { return false };
        let (validity, earlier) = self.0.remove(place);
        let parts =
            [validity.before(day).map(|before| (before, earlier)), validity.since(day).map(|since| (since, value))];
        self.0.splice(place..place, parts.into_iter().flatten());
        true
    }

    /// From a day on, puts a value in the place of another one wherever that holds.
    pub(super) fn exchange_since(&mut self, day: NaiveDate, from: &T, to: &T) {
        let part = |(validity, value): (Validity, T)| {
            let exchanged = if value == *from { to.clone() } else { value.clone() };
            let parts = [
                validity.before(day).map(|before| (before, value)),
                validity.since(day).map(|since| (since, exchanged)),
            ];
            parts.into_iter().flatten()
        };
        let split = std::mem::take(&mut self.0).into_iter().flat_map(part);
        for (validity, value) in split {
            match self.0.last_mut() {
                // Nothing was exchanged: the value goes on as it did.
                Some((before, last)) if *last == value && before.to.succ_opt() == Some(day) && validity.from == day => {
                    before.to = validity.to;
                }
                _ => self.0.push((validity, value)),
            }
        }
    }

    /// Forgets what holds on a day and after it.
    pub(super) fn end_before(&mut self, day: NaiveDate) {
        self.0.retain_mut(|(validity, _)| match validity.before(day) {
            Some(rest) => {
                *validity = rest;
                true
            }
            None => false,
        });
    }

    /// The first of these days on which there is no value.
    pub(super) fn first_gap(&self, asked: Validity) -> Option<Validity> {
        let mut rest = Some(asked);
        for (validity, _) in &self.0 {
            let gap = rest?;
            if gap.common(*validity).is_some() {
                if validity.from > gap.from {
                    return rest;
                }
                rest = gap.after(*validity);
            }
        }
        rest
    }
}

impl<'de, T: Deserialize<'de> + PartialEq + Clone> Deserialize<'de> for Dated<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut dated = Self::default();
        for (validity, value) in Vec::<(Validity, T)>::deserialize(deserializer)? {
            let taken = |_| serde::de::Error::custom("two values hold on one day");
            dated.add(validity, value).map_err(taken)?;
        }
        Ok(dated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn days(from: &str, to: &str) -> Validity {
        Validity::new(from.parse().ok(), to.parse().ok()).unwrap()
    }

    #[test]
    fn of_two_values_on_one_day_the_second_is_refused() {
        let mut dated = Dated::default();
        dated.add(days("", "2024-05-31"), "a").unwrap();
        dated.add(days("2024-06-01", ""), "b").unwrap();
        dated.add(days("2024-06-01", ""), "b").unwrap();
        assert_eq!(dated.add(days("2024-05-31", "2024-05-31"), "c"), Err((days("", "2024-05-31"), "a")));
        assert_eq!((dated.on(day("2024-05-31")), dated.on(day("2024-06-01"))), (Some(&"a"), Some(&"b")));
    }

    #[test]
    fn a_new_value_holds_as_long_as_the_one_that_it_replaces() {
        let mut dated = Dated::default();
        dated.add(days("", "2024-05-31"), "a").unwrap();
        assert!(dated.replace_since(day("2024-05-01"), "b"));
        assert!(!dated.replace_since(day("2024-06-01"), "c"));
        let versions: Vec<_> = dated.iter().copied().collect();
        assert_eq!(versions, [(days("", "2024-04-30"), "a"), (days("2024-05-01", "2024-05-31"), "b")]);
        dated.end_before(day("2024-05-01"));
        assert_eq!(dated.iter().count(), 1);
    }

    #[test]
    fn the_first_day_without_a_value_is_found() {
        let mut dated = Dated::default();
        dated.add(days("2024-01-01", "2024-03-31"), ()).unwrap();
        dated.add(days("2024-04-01", "2024-05-31"), ()).unwrap();
        assert_eq!(dated.first_gap(days("2024-02-01", "2024-05-31")), None);
        assert_eq!(dated.first_gap(days("2024-02-01", "2024-06-30")), Some(days("2024-06-01", "2024-06-30")));
        assert_eq!(dated.first_gap(days("", "2024-01-01")), Some(days("", "2024-01-01")));
        assert_eq!(dated.first_gap(days("2025-01-01", "")), Some(days("2025-01-01", "")));
    }
}
