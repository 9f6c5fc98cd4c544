//! Amounts of money: integer minor units (fen) inside, decimal text and `rust_decimal` at the borders.

use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use schemars::{JsonSchema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An amount in minor units (fen, 1/100 yuan), at most [`Money::LIMIT_MINOR`] in size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Money(i64);

impl Money {
    /// Amounts of this size or more are refused, so that no sum a rule can form overflows 128 bits.
    pub const LIMIT_MINOR: i64 = 1 << 53;

    /// An amount of so many minor units; `None` beyond the limit.
    pub const fn from_minor(minor: i64) -> Option<Self> {
        if minor > -Self::LIMIT_MINOR && minor < Self::LIMIT_MINOR { Some(Self(minor)) } else { None }
    }

    /// The amount in minor units.
    pub const fn minor(self) -> i64 {
        self.0
    }

    /// An amount in yuan; `None` if it has more than two decimals or lies beyond the limit.
    pub fn from_decimal(yuan: Decimal) -> Option<Self> {
        let minor = yuan.checked_mul(Decimal::ONE_HUNDRED)?;
        if minor.fract().is_zero() { Self::from_minor(i64::try_from(minor).ok()?) } else { None }
    }

    /// A float in yuan, converted from its shortest decimal text, half-even; `None` if not finite or beyond the limit.
    pub fn from_float(yuan: f64) -> Option<Self> {
        let shortest = yuan.to_string();
        let yuan = Decimal::from_str(&shortest).ok()?;
        Self::from_decimal(yuan.round_dp_with_strategy(2, RoundingStrategy::MidpointNearestEven))
    }

    /// An amount as policies write it: yuan with exactly two decimals, such as `150.00`.
    pub fn from_policy_text(text: &str) -> Option<Self> {
        let decimals = text.split_once('.').map(|(_, decimals)| decimals.len());
        if decimals == Some(2) { text.parse().ok() } else { None }
    }

    /// The amount in yuan.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.0, 2)
    }
}

/// The text is not an amount: not a number, more than two decimals, or beyond the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an amount in yuan with at most two decimals")]
pub struct NotAnAmount;

impl FromStr for Money {
    type Err = NotAnAmount;

    fn from_str(text: &str) -> Result<Self, NotAnAmount> {
        let yuan = Decimal::from_str_exact(text).map_err(|_| NotAnAmount)?;
        Self::from_decimal(yuan).ok_or(NotAnAmount)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_decimal().fmt(formatter)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_policy_text(&text).ok_or_else(|| de::Error::custom(NotAnAmount))
    }
}

impl JsonSchema for Money {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Money".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> schemars::Schema {
        crate::document::text_of_form("amount", "An amount in yuan with two decimals, such as \"150.00\".")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_text_is_exact_and_more_than_two_places_are_refused() {
        assert_eq!("150.00".parse(), Ok(Money(15_000)));
        assert_eq!("-0.5".parse(), Ok(Money(-50)));
        assert_eq!("12".parse(), Ok(Money(1_200)));
        for text in ["1.005", "", "abc", "1e3", "NaN", "90071992547409.92"] {
            assert_eq!(text.parse::<Money>(), Err(NotAnAmount), "{text}");
        }
    }

    #[test]
    fn floats_round_half_even_from_their_shortest_text() {
        assert_eq!(Money::from_float(1.005), Some(Money(100)));
        assert_eq!(Money::from_float(1.015), Some(Money(102)));
        assert_eq!(Money::from_float(0.1 + 0.2), Some(Money(30)));
        for float in [f64::NAN, f64::INFINITY, 1e300] {
            assert_eq!(Money::from_float(float), None);
        }
    }

    #[test]
    fn policies_write_exactly_two_decimals() {
        assert_eq!(Money::from_policy_text("150.00"), Some(Money(15_000)));
        assert_eq!(Money::from_policy_text("150"), None);
        assert_eq!(Money::from_policy_text("150.0"), None);
    }
}
