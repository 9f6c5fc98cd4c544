//! Exact ratios: shares and factors of a policy, and the fractions that rules calculate with.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use schemars::{JsonSchema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

/// A ratio as a policy writes it: a decimal of at most six places and below a million in size, such as `0.20`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ratio(Decimal);

impl Ratio {
    /// The ratio as a fraction.
    pub fn fraction(self) -> Fraction {
        // Six places and below a million: always within bounds.
        Fraction::of(self.0).unwrap_or(Fraction::ZERO)
    }

    /// The ratio as a decimal.
    pub fn to_decimal(self) -> Decimal {
        self.0
    }
}

/// An exact fraction, reduced, its denominator above 0: the coefficients of rules, and the values that explanations show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fraction {
    numerator: i128,
    denominator: i128,
}

impl Fraction {
    /// Nothing.
    pub const ZERO: Self = Self::whole(0);
    /// One.
    pub const ONE: Self = Self::whole(1);

    /// A whole number.
    pub const fn whole(number: i128) -> Self {
        Self { numerator: number, denominator: 1 }
    }

    /// `numerator / denominator`; `None` if the denominator is 0 or a number too large.
    pub fn new(numerator: i128, denominator: i128) -> Option<Self> {
        let divisor = gcd(numerator, denominator).filter(|_| denominator != 0)?;
        let (numerator, denominator) = (numerator.checked_div(divisor)?, denominator.checked_div(divisor)?);
        if denominator < 0 {
            return Some(Self { numerator: numerator.checked_neg()?, denominator: denominator.checked_neg()? });
        }
        Some(Self { numerator, denominator })
    }

    /// A decimal as written, such as `150.00`; `None` if it is none or has more than 28 digits.
    pub fn of_decimal(text: &str) -> Option<Self> {
        Decimal::from_str_exact(text).ok().and_then(Self::of)
    }

    /// A decimal's value.
    pub fn of(decimal: Decimal) -> Option<Self> {
        Self::new(decimal.mantissa(), 10_i128.checked_pow(decimal.scale())?)
    }

    /// The numerator of the reduced fraction.
    pub const fn numerator(self) -> i128 {
        self.numerator
    }

    /// The denominator of the reduced fraction, above 0.
    pub const fn denominator(self) -> i128 {
        self.denominator
    }

    /// The sum; `None` if too large.
    pub fn plus(self, other: Self) -> Option<Self> {
        let shared = gcd(self.denominator, other.denominator)?;
        let left = self.numerator.checked_mul(other.denominator / shared)?;
        let right = other.numerator.checked_mul(self.denominator / shared)?;
        Self::new(left.checked_add(right)?, (self.denominator / shared).checked_mul(other.denominator)?)
    }

    /// The product; `None` if too large.
    pub fn times(self, other: Self) -> Option<Self> {
        Self::new(self.numerator.checked_mul(other.numerator)?, self.denominator.checked_mul(other.denominator)?)
    }

    /// The negative.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self { numerator: -self.numerator, ..self }
    }

    /// Whether it is a decimal: of its denominator nothing remains once twos and fives are divided out.
    pub const fn is_decimal(self) -> bool {
        let mut rest = self.denominator;
        while rest % 2 == 0 {
            rest /= 2;
        }
        while rest % 5 == 0 {
            rest /= 5;
        }
        rest == 1
    }

    /// The exact decimal with at least so many places, such as `80.00`; where there is none, the fraction, `100/3`.
    pub fn text(self, least_places: u32) -> String {
        const MOST_PLACES: u32 = 18;
        for places in least_places..=MOST_PLACES {
            let scaled = 10_i128.checked_pow(places).and_then(|scale| self.numerator.checked_mul(scale));
            if let Some(scaled) = scaled
                && scaled % self.denominator == 0
                && let Ok(decimal) = Decimal::try_from_i128_with_scale(scaled / self.denominator, places)
            {
                return decimal.to_string();
            }
        }
        format!("{}/{}", self.numerator, self.denominator)
    }
}

/// What a part is of its whole: a decimal of six places, rounded half-even; written as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share(i128);

/// Places of a share.
pub const SHARE_PLACES: u8 = 6;

impl Share {
    /// Millionths.
    pub const fn millionths(self) -> i128 {
        self.0
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let decimal = Decimal::try_from_i128_with_scale(self.0, SHARE_PLACES.into());
        serializer.collect_str(&decimal.map_err(ser::Error::custom)?)
    }
}

impl JsonSchema for Share {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Share".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> schemars::Schema {
        String::json_schema(generator)
    }
}

/// The share that `part` is of `whole`; `None` if there is no whole.
pub fn share(part: u64, whole: u64) -> Option<Share> {
    let (scaled, whole) = (u128::from(part) * 10_u128.pow(SHARE_PLACES.into()), u128::from(whole));
    let (down, rest) = (scaled.checked_div(whole)?, scaled.checked_rem(whole)?);
    let is_up = (2 * rest, down % 2) > (whole, 0);
    i128::try_from(down + u128::from(is_up)).ok().map(Share)
}

/// The greatest common divisor, above 0; `None` if both are 0 or it is too large.
pub(crate) fn gcd(a: i128, b: i128) -> Option<i128> {
    let (mut a, mut b) = (a.checked_abs()?, b.checked_abs()?);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    (a != 0).then_some(a)
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
    fn a_fraction_shows_as_the_shortest_exact_decimal_or_as_itself() {
        let text = |numerator, denominator, places| Fraction::new(numerator, denominator).unwrap().text(places);
        assert_eq!(text(80, 1, 2), "80.00");
        assert_eq!(text(-1, 8, 2), "-0.125");
        assert_eq!(text(200, -6, 2), "-100/3");
        assert_eq!(Fraction::new(1, 0), None);
    }

    #[test]
    fn fractions_add_and_multiply_exactly_and_say_when_they_cannot() {
        let third = Fraction::new(1, 3).unwrap();
        assert_eq!(third.plus(third).unwrap().plus(third), Some(Fraction::ONE));
        assert_eq!(third.times(Fraction::whole(3)), Some(Fraction::ONE));
        assert_eq!(Fraction::whole(i128::MAX).plus(Fraction::ONE), None);
    }

    #[test]
    fn a_share_has_six_places_and_rounds_half_to_even() {
        let text = |part, whole| serde_json::to_value(share(part, whole)).unwrap();
        assert_eq!(text(1, 3), "0.333333");
        assert_eq!(text(2, 3), "0.666667");
        assert_eq!(text(5, 5), "1.000000");
        assert_eq!(text(1, 2_000_000), "0.000000");
        assert_eq!(text(3, 2_000_000), "0.000002");
        assert_eq!(text(u64::MAX, 1), format!("{}.000000", u64::MAX));
        assert_eq!(share(0, 0), None);
    }

    #[test]
    fn a_ratio_keeps_the_digits_it_was_written_with() {
        let ratio: Ratio = "0.20".parse().unwrap();
        assert_eq!((ratio.fraction().text(0), ratio.to_string()), ("0.2".into(), "0.20".into()));
        assert_eq!("0.1234567".parse::<Ratio>(), Err(NotARatio));
        assert_eq!("20%".parse::<Ratio>(), Err(NotARatio));
    }
}
