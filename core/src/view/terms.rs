//! What runs for a time: agreements, promotions, products held. An end date is the last day.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::claims::Claim;
use super::people::Person;
use super::tables::{Agreements, Holdings, Promotions};
use crate::table::columns::{Number as _, Numbers};

/// The facts of a user's agreements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct AgreementRow {
    /// The nearest end on or after the day; null: there is none.
    pub agreement_ends_on: Option<NaiveDate>,
}

/// The facts of a user's promotions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct PromotionRow {
    /// The nearest end on or after the day; null: there is none.
    pub promotion_ends_on: Option<NaiveDate>,
    /// The latest end before the day, where no promotion is running; null: there is none.
    pub promotion_ended_on: Option<NaiveDate>,
}

/// The facts of a user's holdings; null for a prospect.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct HoldingRow {
    /// Products held on the day, sorted.
    pub products: Option<Vec<String>>,
}

/// The ends of agreements, for each row of a block.
pub(super) fn agreement_ends(
    agreements: &Agreements,
    claims: &[Claim],
    rows: usize,
    as_of: NaiveDate,
) -> Vec<AgreementRow> {
    let row = |ends: Ends| AgreementRow { agreement_ends_on: ends.nearest };
    ends(&agreements.ends_on, claims, rows, as_of).map(row).collect()
}

/// The ends of promotions, for each row of a block.
pub(super) fn promotion_ends(
    promotions: &Promotions,
    claims: &[Claim],
    rows: usize,
    as_of: NaiveDate,
) -> Vec<PromotionRow> {
    let row = |ends: Ends| PromotionRow { promotion_ends_on: ends.nearest, promotion_ended_on: ends.ended() };
    ends(&promotions.ends_on, claims, rows, as_of).map(row).collect()
}

/// The products held on the day, for each of those in a block.
pub(super) fn products(holdings: &Holdings, claims: &[Claim], people: &[Person], as_of: NaiveDate) -> Vec<HoldingRow> {
    let mut products = vec![BTreeSet::new(); people.len()];
    for claim in claims.iter().filter(|claim| is_running(holdings.ends_on.at(claim.row), as_of)) {
        if let Some(products) = products.get_mut(claim.owner) {
            products.extend(holdings.product.text(claim.row));
        }
    }
    let row = |(person, products): (&Person, BTreeSet<&str>)| HoldingRow {
        products: matches!(person, Person::User(_)).then(|| products.into_iter().map(str::to_owned).collect()),
    };
    people.iter().zip(products).map(row).collect()
}

/// Whether something with this last day still runs.
fn is_running(ends_on: Option<NaiveDate>, as_of: NaiveDate) -> bool {
    ends_on.is_none_or(|day| day >= as_of)
}

/// When what runs ends, and what ran has ended.
#[derive(Debug, Clone, Copy, Default)]
struct Ends {
    /// The nearest end on or after the day.
    nearest: Option<NaiveDate>,
    /// The latest end before the day.
    latest: Option<NaiveDate>,
    is_running: bool,
}

impl Ends {
    fn add(&mut self, ends_on: Option<NaiveDate>, as_of: NaiveDate) {
        if is_running(ends_on, as_of) {
            self.is_running = true;
            self.nearest = self.nearest.into_iter().chain(ends_on).min();
        } else {
            self.latest = self.latest.max(ends_on);
        }
    }

    /// The latest end before the day, where nothing runs now.
    fn ended(self) -> Option<NaiveDate> {
        self.latest.filter(|_| !self.is_running)
    }
}

fn ends(ends_on: &Numbers<NaiveDate>, claims: &[Claim], rows: usize, as_of: NaiveDate) -> impl Iterator<Item = Ends> {
    let mut ends = vec![Ends::default(); rows];
    let add = |claim: Claim, day: Option<i64>| {
        if let Some(ends) = ends.get_mut(claim.owner) {
            ends.add(day.and_then(NaiveDate::of), as_of);
        }
    };
    ends_on.of_each(claims, |claim| claim.row, add);
    ends.into_iter()
}
