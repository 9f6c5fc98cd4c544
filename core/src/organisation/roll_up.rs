//! Totals along the trees (ORG-03): exact, and the same along two trees wherever both hold the leaf.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::tree::Tree;
use super::{Organisation, TOTAL_TOO_LARGE};
use crate::catalogue::Words;
use crate::error::Fault;
use crate::money::Money;
use crate::table::Header;
use crate::table::columns::{Numbers, Texts};
use crate::table::source::{FromSource, Source};

/// What a unit's subtree sums up to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Total {
    /// The tree.
    pub tree: Tree,
    /// The unit; its own values and those of everything below it count.
    pub unit_id: String,
    /// The sum of the amounts; null where the table has none.
    pub amount: Option<Money>,
    /// The sum of the counts; null where the table has none.
    pub count: Option<u64>,
    /// The rows that count.
    pub rows: u64,
}

/// Values of a unit that does not hang in every tree that was asked for: by so much the totals of the trees differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Unshared {
    /// The unit.
    pub unit_id: String,
    /// The trees in which it hangs, of those that were asked for.
    pub trees: Vec<Tree>,
    /// The sum of its amounts; null where the table has none.
    pub amount: Option<Money>,
    /// The sum of its counts; null where the table has none.
    pub count: Option<u64>,
    /// Its rows.
    pub rows: u64,
}

/// The table `values`.
#[derive(Debug)]
pub(super) struct ValueRows {
    pub(super) unit_id: Texts,
    amount: Numbers<i64>,
    count: Numbers<i64>,
}

impl FromSource for ValueRows {
    const NAME: &'static str = "values";
    type With = ();

    fn read(source: &mut impl Source, (): &()) -> Self {
        Self {
            unit_id: source.text(Header::required("unit_id")),
            amount: source.amount(Header::optional("amount")),
            count: source.count(Header::optional("count")),
        }
    }
}

/// Sums that no number of rows overflows.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    amount: i128,
    count: i128,
    rows: u64,
}

impl Sum {
    fn add(&mut self, other: Self) {
        self.amount += other.amount;
        self.count += other.count;
        self.rows += other.rows;
    }
}

/// The values of units, by place.
#[derive(Debug)]
pub(super) struct Values {
    by_unit: BTreeMap<usize, Sum>,
    has_amounts: bool,
    has_counts: bool,
}

impl Values {
    /// The values of rows, whose units' places are given; a row of no unit that is there on the day is told to `refuse`.
    pub(super) fn of(
        organisation: &Organisation,
        values: &ValueRows,
        places: &[Option<usize>],
        day: NaiveDate,
        mut refuse: impl FnMut(usize),
    ) -> Self {
        let mut sums = vec![Sum::default(); organisation.units.len()];
        let is_there: Vec<_> = organisation.units.iter().map(|unit| unit.exists_on(day)).collect();
        for (row, place) in places.iter().enumerate() {
            let there = place.filter(|place| is_there.get(*place) == Some(&true));
            match there.and_then(|place| sums.get_mut(place)) {
                Some(sum) => sum.add(Sum {
                    amount: values.amount.at(row).unwrap_or_default().into(),
                    count: values.count.at(row).unwrap_or_default().into(),
                    rows: 1,
                }),
                None => refuse(row),
            }
        }
        let by_unit = sums.into_iter().enumerate().filter(|(_, sum)| sum.rows > 0).collect();
        Self { by_unit, has_amounts: values.amount.is_given(), has_counts: values.count.is_given() }
    }

    fn amount(&self, unit_id: &str, sum: Sum) -> Result<Option<Money>, Fault> {
        if !self.has_amounts {
            return Ok(None);
        }
        let minor = i64::try_from(sum.amount).ok().and_then(Money::from_minor);
        minor.map(Some).ok_or_else(|| too_large(unit_id, "amount", sum.amount))
    }

    fn count(&self, unit_id: &str, sum: Sum) -> Result<Option<u64>, Fault> {
        if !self.has_counts {
            return Ok(None);
        }
        u64::try_from(sum.count).map(Some).map_err(|_| too_large(unit_id, "count", sum.count))
    }
}

fn too_large(unit_id: &str, column: &str, total: i128) -> Fault {
    let fault = Fault::new(&TOTAL_TOO_LARGE, format!("totals.{unit_id}.{column}")).found(total);
    let most = Money::LIMIT_MINOR - 1;
    fault.expecting(Words::new(format!("at most {most}"), format!("不超过 {most}")))
}

impl Organisation {
    /// What every unit's subtree sums up to, tree by tree, in the order of the units' ids; units without a value are left out.
    ///
    /// # Errors
    /// [`TOTAL_TOO_LARGE`].
    pub(super) fn totals(&self, values: &Values, trees: &[Tree], day: NaiveDate) -> Result<Vec<Total>, Fault> {
        let mut totals = Vec::new();
        for tree in trees {
            let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
            for (place, sum) in &values.by_unit {
                for above in self.units.upwards(*place, *tree, day) {
                    sums.entry(self.units.id(above)).or_default().add(*sum);
                }
            }
            for (unit_id, sum) in sums {
                let (amount, count) = (values.amount(unit_id, sum)?, values.count(unit_id, sum)?);
                totals.push(Total { tree: *tree, unit_id: unit_id.to_owned(), amount, count, rows: sum.rows });
            }
        }
        Ok(totals)
    }

    /// The values of units that do not hang in every one of the trees, in the order of the units' ids.
    ///
    /// # Errors
    /// [`TOTAL_TOO_LARGE`].
    pub(super) fn unshared(&self, values: &Values, trees: &[Tree], day: NaiveDate) -> Result<Vec<Unshared>, Fault> {
        let mut unshared = Vec::new();
        for (place, sum) in &values.by_unit {
            let unit_id = self.units.id(*place);
            let hangs: Vec<_> = trees.iter().copied().filter(|tree| self.units.hangs_in(*place, *tree, day)).collect();
            if hangs.len() < trees.len() {
                let (amount, count) = (values.amount(unit_id, *sum)?, values.count(unit_id, *sum)?);
                unshared.push(Unshared { unit_id: unit_id.to_owned(), trees: hangs, amount, count, rows: sum.rows });
            }
        }
        unshared.sort_by(|one, other| one.unit_id.cmp(&other.unit_id));
        Ok(unshared)
    }
}
