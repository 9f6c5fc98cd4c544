//! The built-in triggers: their parameters, and what each asks of one customer's facts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Text, one_of};
use crate::condition::Test::{self, All, Among, Any, Compare, Fluctuates, Present, Where, Yes};
use crate::condition::{Atom, Comparison, Linear, TooLarge};
use crate::document::INVALID_VALUE;
use crate::error::Fault;
use crate::fact::{Fact, FactId, Facts, Kind, Unit};
use crate::money::Money;
use crate::ratio::{Fraction, Ratio};

/// A series that falls (EWS-01, EWS-03).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Drop {
    /// The series that is watched.
    pub series: String,
    /// What "falls by more than x in n consecutive months" means.
    pub reading: DropReading,
    /// How many consecutive months.
    #[schemars(range(min = 1, max = 11), extend("x-unit" = "months"))]
    pub months: u8,
    /// The share by which it has to fall, exclusive.
    pub drop_over: Ratio,
}

impl Drop {
    /// The test.
    pub(super) fn test(&self, facts: &Facts) -> Result<Test, Fault> {
        let series = Series::find(facts, &self.series)?;
        let kept = Fraction::ONE.plus(self.drop_over.fraction().negated()).filter(|kept| kept.numerator() >= 0);
        let kept = kept.ok_or_else(|| {
            bound("drop_over", self.drop_over, Text { en: "a ratio of at most 1", zh: "不大于 1 的比率" })
        })?;
        let base = series.month(self.months);
        let mut tests = Vec::new();
        for ago in 0..self.months {
            let (newer, older) = (series.month(ago), series.month(ago + 1));
            match self.reading {
                DropReading::PerStep => {
                    tests.push(series.is_positive(&older));
                    tests.push(series.is_below(&newer, &older, kept)?);
                }
                DropReading::Cumulative => {
                    tests.push(series.is_positive(&older));
                    tests.push(series.is_below(&newer, &older, Fraction::ONE)?);
                }
                DropReading::Baseline => tests.push(series.is_below(&newer, &base, kept)?),
            }
        }
        match self.reading {
            DropReading::PerStep => {}
            DropReading::Cumulative => tests.push(series.is_below(&series.month(0), &base, kept)?),
            DropReading::Baseline => tests.push(series.is_positive(&base)),
        }
        Ok(All(tests).given(Test::months(series.fact, self.months + 1)))
    }
}

/// The readings of "falling by more than 20 % for three consecutive months".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DropReading {
    /// Each month-on-month drop exceeds the share.
    PerStep,
    /// Each month is lower than the one before, and the last lies below what is left of the value before them all.
    Cumulative,
    /// Each month lies below what is left of the value before them all.
    Baseline,
}

/// Complaints or repeated faults within three months (EWS-02).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Grievances {
    /// So many complaints, inclusive.
    #[schemars(range(min = 1, max = 1000), extend("x-unit" = "times"))]
    pub complaints_at_least: u16,
    /// Or so many repeated fault reports, inclusive.
    #[schemars(range(min = 1, max = 1000), extend("x-unit" = "times"))]
    pub repeat_faults_at_least: u16,
}

impl Grievances {
    /// The test.
    pub(super) fn test(&self, facts: &Facts) -> Result<Test, Fault> {
        Ok(Any(vec![
            at_least(facts, "complaints_3m", self.complaints_at_least, "complaints_at_least"),
            at_least(facts, "repeat_faults_3m", self.repeat_faults_at_least, "repeat_faults_at_least"),
        ]))
    }
}

/// Spending on a competitor's IP service (EWS-04).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ForeignIp {
    /// More than this a month, exclusive.
    pub over: Money,
    /// The mean of so many months, to the reference month.
    #[schemars(range(min = 1, max = 12), extend("x-unit" = "months"))]
    pub months: u8,
}

impl ForeignIp {
    /// The test.
    pub(super) fn test(&self, facts: &Facts) -> Result<Test, Fault> {
        let series = Series::find(facts, "foreign_ip_fee")?;
        let mean = series.mean(self.months)?;
        let over = Linear::constant(Fraction::of(self.over.to_decimal()).unwrap_or(Fraction::ZERO));
        Ok(compare(mean, Comparison::Greater, over, Unit::Yuan, "over"))
    }
}

/// Minutes of use that drop suddenly or fluctuate (EWS-06).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Swing {
    /// The series that is watched.
    pub series: String,
    /// Sudden drop: the newest month lies below this share of the mean before it, exclusive.
    pub sudden_below: Ratio,
    /// How many months that mean has.
    #[schemars(range(min = 1, max = 11), extend("x-unit" = "months"))]
    pub sudden_months: u8,
    /// Fluctuation: population standard deviation over mean exceeds this, exclusive.
    pub fluctuation_over: Ratio,
    /// How many months the fluctuation is taken over.
    #[schemars(range(min = 2, max = 12), extend("x-unit" = "months"))]
    pub fluctuation_months: u8,
}

impl Swing {
    /// The test.
    pub(super) fn test(&self, facts: &Facts) -> Result<Test, Fault> {
        Ok(Any(vec![self.sudden_drop(facts)?, self.fluctuation(facts)?]))
    }
}

impl Swing {
    /// A mean of 0 or less before it is no level to drop from.
    fn sudden_drop(&self, facts: &Facts) -> Result<Test, Fault> {
        let series = Series::find(facts, &self.series)?;
        let newest = series.month(0);
        let all = Linear::atom(Atom::Sum(series.fact, self.sudden_months + 1), series.places);
        let before = newest.times(Fraction::ONE.negated()).and_then(|newest| all.plus(&newest));
        let share = Fraction::new(1, i128::from(self.sudden_months));
        let mean = before.zip(share).and_then(|(before, share)| before.times(share)).ok_or_else(large)?;
        let threshold = mean.times(self.sudden_below.fraction()).ok_or_else(large)?;
        let drop = compare(newest, Comparison::Less, threshold, series.unit.clone(), "sudden_below");
        let months = Test::months(series.fact, self.sudden_months + 1);
        Ok(All(vec![series.is_positive(&mean), drop]).given(months))
    }

    fn fluctuation(&self, facts: &Facts) -> Result<Test, Fault> {
        let series = Series::find(facts, &self.series)?;
        let (months, over) = (self.fluctuation_months, self.fluctuation_over);
        if over.fraction().numerator() < 0 {
            return Err(bound("fluctuation_over", over, Text { en: "a ratio of 0 or more", zh: "不小于 0 的比率" }));
        }
        Ok(Fluctuates { series: series.fact, months, over, parameter: "fluctuation_over" })
    }
}

/// An end date that comes near (EWS-07, EWS-08).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Expiring {
    /// From 0 to so many days left, inclusive.
    #[schemars(range(min = 0, max = 3660), extend("x-unit" = "days"))]
    pub within_days: u16,
}

impl Expiring {
    /// The test of one of the dates that come near.
    pub(super) fn test(&self, facts: &Facts, date: &str) -> Test {
        let days_left = days_between(value(facts, date), as_of());
        All(vec![
            days(days_left.clone(), Comparison::AtLeast, 0),
            days(days_left, Comparison::AtMost, self.within_days),
        ])
    }
}

/// A first bill far above what the plan led to expect (EWS-10).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FirstBill {
    /// At least this multiple of the expected bill, inclusive.
    pub times_at_least: Ratio,
}

impl FirstBill {
    /// The test. No first bill is not a high one; an expected bill of 0 or less says nothing.
    pub(super) fn test(&self, facts: &Facts) -> Result<Test, Fault> {
        let Some((first_bill, _)) = facts.find("first_bill") else { return Ok(Test::Constant(false)) };
        let (bill, expected) = (value(facts, "first_bill"), value(facts, "expected_first_bill"));
        let zero = Linear::constant(Fraction::ZERO);
        let threshold = expected.times(self.times_at_least.fraction()).ok_or_else(large)?;
        let is_positive = compare(expected, Comparison::Greater, zero, Unit::Yuan, "times_at_least");
        let is_high = compare(bill, Comparison::AtLeast, threshold, Unit::Yuan, "times_at_least");
        let judged = Where { given: Box::new(is_positive), test: Box::new(is_high) };
        Ok(All(vec![Present(first_bill), judged]))
    }
}

/// A count of last month (EWS-11, EWS-12).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Count {
    /// At least so many, inclusive.
    #[schemars(range(min = 1, max = 1000), extend("x-unit" = "times"))]
    pub at_least: u16,
}

impl Count {
    /// The test of one of last month's counts.
    pub(super) fn test(&self, facts: &Facts, count: &str) -> Test {
        at_least(facts, count, self.at_least, "at_least")
    }
}

/// A channel whose customers leave (EWS-13).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChurnChannel {
    /// The channels, as `join_channel` writes them.
    #[schemars(length(min = 1))]
    pub channels: Vec<String>,
}

impl ChurnChannel {
    /// The test.
    pub(super) fn test(&self, facts: &Facts) -> Result<Test, Fault> {
        let names = self.channels.clone();
        let test = |(fact, _)| Among { fact, names, parameter: "channels" };
        Ok(facts.find("join_channel").map_or(Test::Constant(false), test))
    }
}

/// A customer who has left (EWS-15).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cancelled {
    /// Less than so many full months ago.
    #[schemars(range(min = 1, max = 1200), extend("x-unit" = "months"))]
    pub within_months: u16,
}

impl Cancelled {
    /// The test.
    pub(super) fn test(&self, facts: &Facts) -> Result<Test, Fault> {
        let months = value(facts, "months_since_exit");
        let limit = Linear::constant(Fraction::whole(self.within_months.into()));
        Ok(compare(months, Comparison::Less, limit, Unit::Named("months".into()), "within_months"))
    }
}

/// A customer who has stayed (EWS-16).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Loyalty {
    /// At least so many full months, inclusive.
    #[schemars(range(min = 0, max = 1200), extend("x-unit" = "months"))]
    pub tenure_at_least: u16,
}

impl Loyalty {
    /// The test.
    pub(super) fn test(&self, facts: &Facts) -> Result<Test, Fault> {
        Ok(at_least(facts, "tenure_months", self.tenure_at_least, "tenure_at_least"))
    }
}

/// A customer where many have to move (EWS-17); the host says where that is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Relocation {}
impl Relocation {
    /// The test.
    pub(super) fn test(&self, facts: &Facts) -> Result<Test, Fault> {
        Ok(facts.find("in_relocation_area").map_or(Test::Constant(false), |(fact, _)| Yes(fact)))
    }
}

/// A mature customer whose promotion has just ended (EWS-18).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PromotionEnded {
    /// From 1 to so many days ago, inclusive.
    #[schemars(range(min = 1, max = 3660), extend("x-unit" = "days"))]
    pub within_days: u16,
    /// For customers of at least so many full months, inclusive.
    #[schemars(range(min = 0, max = 1200), extend("x-unit" = "months"))]
    pub tenure_at_least: u16,
}

impl PromotionEnded {
    /// The test.
    pub(super) fn test(&self, facts: &Facts) -> Result<Test, Fault> {
        let days_ago = days_between(as_of(), value(facts, "promotion_ended_on"));
        Ok(All(vec![
            at_least(facts, "tenure_months", self.tenure_at_least, "tenure_at_least"),
            days(days_ago.clone(), Comparison::AtLeast, 1),
            days(days_ago, Comparison::AtMost, self.within_days),
        ]))
    }
}

/// A series that a trigger watches.
struct Series {
    fact: FactId,
    places: u8,
    unit: Unit,
}

impl Series {
    /// The series of this name, which the parameter `series` gives.
    fn find(facts: &Facts, name: &str) -> Result<Self, Fault> {
        let series = facts.find(name).and_then(|(fact, described)| match described.kind {
            Kind::Series { places } => Some(Self { fact, places, unit: described.unit.clone() }),
            _ => None,
        });
        series.ok_or_else(|| {
            let is_series = |fact: &&Fact| matches!(fact.kind, Kind::Series { .. });
            let names: Vec<_> = facts.iter().filter(is_series).map(|fact| fact.name.as_str()).collect();
            let fault = Fault::new(&INVALID_VALUE, "series").found(name).expecting(one_of(&names));
            fault.suggest(name, names)
        })
    }

    fn month(&self, ago: u8) -> Linear {
        Linear::atom(Atom::Month(self.fact, ago), self.places)
    }

    fn mean(&self, months: u8) -> Result<Linear, Fault> {
        let share = Fraction::new(1, i128::from(months)).ok_or_else(large)?;
        Linear::atom(Atom::Sum(self.fact, months), self.places).times(share).ok_or_else(large)
    }

    /// A previous value of 0 or less is neither drop nor fall.
    fn is_positive(&self, value: &Linear) -> Test {
        let zero = Linear::constant(Fraction::ZERO);
        compare(value.clone(), Comparison::Greater, zero, self.unit.clone(), "series")
    }

    /// Lies below what is left of an earlier value.
    fn is_below(&self, newer: &Linear, older: &Linear, kept: Fraction) -> Result<Test, Fault> {
        let threshold = older.times(kept).ok_or_else(large)?;
        Ok(compare(newer.clone(), Comparison::Less, threshold, self.unit.clone(), "drop_over"))
    }
}

fn large() -> Fault {
    TooLarge("a parameter of a rule").at("")
}

fn bound(parameter: &str, found: Ratio, expected: Text) -> Fault {
    Fault::new(&INVALID_VALUE, parameter).found(found).expecting(expected)
}

fn compare(left: Linear, comparison: Comparison, right: Linear, unit: Unit, parameter: &'static str) -> Test {
    Compare { left, comparison, right, unit, parameter }
}

/// A number or date of the view.
fn value(facts: &Facts, name: &str) -> Linear {
    let Some((fact, described)) = facts.find(name) else { return Linear::constant(Fraction::ZERO) };
    let places = match described.kind {
        Kind::Number { places } => places,
        _ => 0,
    };
    Linear::atom(Atom::Fact(fact), places)
}

fn as_of() -> Linear {
    Linear::atom(Atom::AsOf, 0)
}

fn days_between(later: Linear, earlier: Linear) -> Linear {
    // Coefficients of 1 and -1 are never too large.
    earlier.times(Fraction::ONE.negated()).and_then(|earlier| later.plus(&earlier)).unwrap_or(later)
}

fn days(left: Linear, comparison: Comparison, right: u16) -> Test {
    let right = Linear::constant(Fraction::whole(right.into()));
    compare(left, comparison, right, Unit::Named("days".into()), "within_days")
}

fn at_least(facts: &Facts, name: &str, least: u16, parameter: &'static str) -> Test {
    let unit = facts.find(name).map_or(Unit::None, |(_, fact)| fact.unit.clone());
    let least = Linear::constant(Fraction::whole(least.into()));
    compare(value(facts, name), Comparison::AtLeast, least, unit, parameter)
}
