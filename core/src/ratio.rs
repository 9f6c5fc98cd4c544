//! Exact ratios: shares and factors of a policy, and whatever compares two quantities without dividing.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use schemars::{JsonSchema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A ratio as a policy writes it: a decimal of at most six places and below a million in size, such as `0.20`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ratio(Decimal);

impl Ratio {
    /// Numerator and denominator as written: 0.20 is 20 / 100.
    pub fn fraction(self) -> (i64, i64) {
        let denominator = 10_i64.pow(self.0.scale());
        (i64::try_from(self.0.mantissa()).unwrap_or(i64::MAX), denominator)
    }

    /// The ratio as a decimal.
    pub fn to_decimal(self) -> Decimal {
        self.0
    }
}

/// The text is not a ratio.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal of at most six places and below a million")]
pub struct NotARatio;

impl FromStr for Ratio {
    type Err = NotARatio;

    fn from_str(text: &str) -> Result<Self, NotARatio> {
        let value = Decimal::from_str_exact(text).map_err(|_| NotARatio)?;
        let in_range = value.scale() <= 6 && value.abs() < Decimal::from(1_000_000);
        if in_range { Ok(Self(value)) } else { Err(NotARatio) }
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Serialize for Ratio {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Ratio {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Ratio {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Ratio".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> schemars::Schema {
        crate::document::text_of_form("ratio", "A ratio as decimal text, such as \"0.20\".")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_keeps_the_digits_it_was_written_with() {
        let ratio: Ratio = "0.20".parse().unwrap();
        assert_eq!((ratio.fraction(), ratio.to_string()), ((20, 100), "0.20".into()));
        assert_eq!("0.1234567".parse::<Ratio>(), Err(NotARatio));
        assert_eq!("20%".parse::<Ratio>(), Err(NotARatio));
    }
}
