//! The built-in triggers and their parameters.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::ratio::Ratio;

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

/// The readings of "falling by more than 20 % for three consecutive months" (decision 1).
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

/// Spending on a competitor's IP service (EWS-04).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ForeignIp {
    /// More than this a month, exclusive.
    pub over: Money,
    /// The mean of so many months, to the reference month.
    #[schemars(range(min = 1, max = 12), extend("x-unit" = "months"))]
    pub months: u8,
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

/// An end date that comes near (EWS-07, EWS-08).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Expiring {
    /// From 0 to so many days left, inclusive.
    #[schemars(range(min = 0, max = 3660), extend("x-unit" = "days"))]
    pub within_days: u16,
}

/// A first bill far above what the plan led to expect (EWS-10).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FirstBill {
    /// At least this multiple of the expected bill, inclusive.
    pub times_at_least: Ratio,
}

/// A count of last month (EWS-11, EWS-12).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Count {
    /// At least so many, inclusive.
    #[schemars(range(min = 1, max = 1000), extend("x-unit" = "times"))]
    pub at_least: u16,
}

/// A channel whose customers leave (EWS-13).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChurnChannel {
    /// The channels, as `join_channel` writes them.
    #[schemars(length(min = 1))]
    pub channels: Vec<String>,
}

/// A customer who has left (EWS-15).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cancelled {
    /// Less than so many full months ago.
    #[schemars(range(min = 1, max = 1200), extend("x-unit" = "months"))]
    pub within_months: u16,
}

/// A customer who has stayed (EWS-16).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Loyalty {
    /// At least so many full months, inclusive.
    #[schemars(range(min = 0, max = 1200), extend("x-unit" = "months"))]
    pub tenure_at_least: u16,
}

/// A customer where many have to move (EWS-17); the host says where that is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Relocation {}

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
