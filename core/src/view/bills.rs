//! What was charged: the series, the fee of the customer, the first bill.

use std::borrow::Cow;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::{Array, new_null_array};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use schemars::{JsonSchema, SchemaGenerator};
use serde::{Serialize, Serializer};

use super::MissingBill;
use super::claims::{BLOCK, Claim, Claims, UNKNOWN, sift};
use super::columns::Columns;
use super::groups::Repeat;
use super::people::{People, Person};
use super::series::{Series, months_to, place_of};
use super::service::{Period, Service};
use super::tables::Bills;
use crate::document::text_of_form;
use crate::error::Error;
use crate::money::Money;
use crate::month::Month;
use crate::table::cell::PLACES;
use crate::table::columns::Numbers;

/// The facts of the bills, for each row of a block.
#[derive(Debug)]
pub(super) struct BillFacts {
    fee: Series,
    local_fee: Option<Series>,
    foreign_ip_fee: Option<Series>,
    minutes: Option<Series>,
    /// Where it is not the fee.
    customer_fee: Option<Series>,
    first_bill: Vec<Option<i64>>,
    expected_first_bill: Vec<Option<i64>>,
}

/// The facts of a user's bills. A series has twelve months, the newest last.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct BillRow {
    /// What it was charged.
    pub fee: Option<Vec<Option<Money>>>,
    /// What it was charged for local calls.
    pub local_fee: Option<Vec<Option<Money>>>,
    /// What it spent on a competitor's IP telephony.
    pub foreign_ip_fee: Option<Vec<Option<Money>>>,
    /// Minutes it talked.
    pub minutes: Option<Vec<Option<Quantity>>>,
    /// What its customer was charged: all users together, those who have left since included.
    pub customer_fee: Option<Vec<Option<Money>>>,
    /// Its first bill, where that is the reference month's; null: it is not.
    pub first_bill: Option<Money>,
    /// What the plan led to expect of the first bill.
    pub expected_first_bill: Option<Money>,
}

/// A quantity with two decimals, such as minutes; written as decimal text, such as `120.50`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantity(i64);

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Decimal::new(self.0, u32::from(PLACES)))
    }
}

impl JsonSchema for Quantity {
    fn schema_name() -> Cow<'static, str> {
        "Quantity".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> schemars::Schema {
        text_of_form("quantity", "A quantity with two decimals, such as \"120.50\".")
    }
}

/// What the used bills of a block say, bill by bill.
pub(super) struct BillNumbers {
    /// A day in the month.
    day: Vec<i64>,
    fee: Vec<i64>,
    local_fee: Option<Vec<i64>>,
    foreign_ip_fee: Option<Vec<i64>>,
    minutes: Option<Vec<i64>>,
}

impl BillNumbers {
    /// What the claimed bills say, for each of so many blocks in the order of its claims.
    pub(super) fn of_blocks(bills: &Bills, claims: &Claims, blocks: usize, threads: NonZeroUsize) -> Vec<Self> {
        let given = |column: &Numbers<i64>| {
            let of_blocks = column.is_given().then(|| claims.numbers(threads, blocks, column));
            of_blocks.into_iter().flatten()
        };
        let mut local_fee = given(&bills.local_fee);
        let mut foreign_ip_fee = given(&bills.foreign_ip_fee);
        let mut minutes = given(&bills.minutes);
        let (day, fee) = (claims.numbers(threads, blocks, &bills.month), claims.numbers(threads, blocks, &bills.fee));
        let of_block = |(day, fee)| Self {
            day,
            fee,
            local_fee: local_fee.next(),
            foreign_ip_fee: foreign_ip_fee.next(),
            minutes: minutes.next(),
        };
        day.into_iter().zip(fee).map(of_block).collect()
    }

    /// Keeps some of the bills.
    fn keep(&mut self, is_kept: &[bool]) {
        keep(&mut self.day, is_kept);
        keep(&mut self.fee, is_kept);
        for numbers in [&mut self.local_fee, &mut self.foreign_ip_fee, &mut self.minutes].into_iter().flatten() {
            keep(numbers, is_kept);
        }
    }
}

fn keep<T>(items: &mut Vec<T>, is_kept: &[bool]) {
    let mut is_kept = is_kept.iter();
    items.retain(|_| is_kept.next().is_some_and(|is_kept| *is_kept));
}

/// The number that stands in a column of [`BillNumbers`].
fn known(number: i64) -> Option<i64> {
    (number != UNKNOWN).then_some(number)
}

/// The used bills of a block, and how to read them.
pub(super) struct Book<'t> {
    bills: &'t Bills,
    people: &'t People<'t>,
    as_of: NaiveDate,
    missing: MissingBill,
    /// The rows of the view.
    block: Range<usize>,
    claims: Vec<Claim>,
    /// The month of each claim.
    months: Vec<Month>,
    numbers: BillNumbers,
}

/// Stands for the slot of a bill whose month no series shows: beyond all slots.
const NOWHERE: usize = usize::MAX;

/// Months before the reference month that are told apart when bills of one month are looked for.
const TOLD_APART: i32 = 64;

impl<'t> Book<'t> {
    /// Puts the bills of a block in the book; those that repeat one another are told.
    pub(super) fn of(
        bills: &'t Bills,
        people: &'t People<'t>,
        block: Range<usize>,
        (mut claims, mut numbers): (Vec<Claim>, BillNumbers),
        (as_of, missing): (NaiveDate, MissingBill),
        repeats: &mut Vec<Repeat>,
    ) -> Self {
        // A used bill has a month.
        let month = |day: &i64| Month::of_day(*day).unwrap_or(Month::of(as_of));
        let mut months: Vec<_> = numbers.day.iter().map(month).collect();
        let has_several = several_a_month(&claims, &months, Month::reference(as_of));
        let rejected = sift(bills, &claims, has_several, repeats);
        if !rejected.is_empty() {
            let is_kept: Vec<_> = claims.iter().map(|claim| rejected.binary_search(&claim.row).is_err()).collect();
            keep(&mut claims, &is_kept);
            keep(&mut months, &is_kept);
            numbers.keep(&is_kept);
        }
        Self { bills, people, as_of, missing, block, claims, months, numbers }
    }

    /// Each used bill and its month.
    fn iter(&self) -> impl Iterator<Item = (Claim, Month)> {
        self.claims.iter().copied().zip(self.months.iter().copied())
    }

    /// The service of each user of the block; none of a prospect.
    fn services(&self) -> impl Iterator<Item = Option<Service<'_>>> {
        self.block.clone().map(|row| self.people.service(row))
    }

    /// The latest period of each user of the block; none of a prospect.
    fn latest_periods(&self) -> impl Iterator<Item = Option<Period>> {
        self.people.some(self.block.clone()).iter().map(|person| match person {
            Person::User(latest) => Some(*latest),
            Person::Prospect(_) => None,
        })
    }

    /// The last month of each series of the block.
    fn last_months(&self) -> Vec<Option<Month>> {
        let reference = Month::reference(self.as_of);
        let last_month = |latest: Period| latest.to.map_or(reference, Month::reference);
        self.latest_periods().map(|latest| latest.map(last_month)).collect()
    }

    /// Where each bill belongs in the series of the block; [`NOWHERE`] where they do not show its month.
    fn slots(&self) -> Vec<usize> {
        let last_months = self.last_months();
        let slot = |(Claim { owner, .. }, month)| {
            Some(Series::slot(owner, place_of(month, last_months.get(owner).copied().flatten()?)?))
        };
        self.iter().map(|bill| slot(bill).unwrap_or(NOWHERE)).collect()
    }

    /// The series of one column; `slots` says where each number belongs.
    fn series(&self, numbers: &[i64], slots: &[usize]) -> Series {
        let mut series = Series::unknown(self.block.len());
        if self.missing == MissingBill::Zero {
            for (row, service) in self.services().enumerate() {
                let Some(service) = service else { continue };
                let months = months_to(service.last_month(self.as_of));
                for (place, _) in months.filter(|(_, month)| service.touches(*month)) {
                    series.set(Series::slot(row, place), Some(0));
                }
            }
        }
        // After the zeros: a value missing in a bill that is there stays unknown.
        for (slot, number) in slots.iter().zip(numbers) {
            series.set(*slot, known(*number));
        }
        series
    }

    /// The first bill of each user's latest period, where it is the reference month's.
    fn first_bills(&self) -> Vec<Option<usize>> {
        let reference = Month::reference(self.as_of);
        // Who was activated before the month before has had its first bill.
        let may_be_first = |month: Month| reference <= month.plus(1);
        let activation = |latest: Period| Some(Month::of(latest.from)).filter(|month| may_be_first(*month));
        let activations: Vec<_> = self.latest_periods().map(|latest| latest.and_then(activation)).collect();
        let mut first: Vec<Option<(Month, usize)>> = vec![None; self.block.len()];
        for (Claim { owner, row }, month) in self.iter().filter(|(_, month)| may_be_first(*month)) {
            let is_of_period = activations.get(owner).copied().flatten().is_some_and(|activation| month >= activation);
            if let Some(first) = first.get_mut(owner).filter(|_| is_of_period) {
                *first = (*first).into_iter().chain([(month, row)]).min();
            }
        }
        first.into_iter().map(|first| first.filter(|(month, _)| *month == reference).map(|(_, row)| row)).collect()
    }

    /// The facts of the block's bills.
    pub(super) fn facts(&self) -> BillFacts {
        let slots = self.slots();
        let optional = |numbers: &Option<Vec<i64>>| numbers.as_ref().map(|numbers| self.series(numbers, &slots));
        let first_bills = self.first_bills();
        let of_first = |column: &Numbers<i64>| first_bills.iter().map(|bill| column.number((*bill)?)).collect();
        BillFacts {
            fee: self.series(&self.numbers.fee, &slots),
            local_fee: optional(&self.numbers.local_fee),
            foreign_ip_fee: optional(&self.numbers.foreign_ip_fee),
            minutes: optional(&self.numbers.minutes),
            customer_fee: None,
            first_bill: of_first(&self.bills.fee),
            expected_first_bill: of_first(&self.bills.expected_fee),
        }
    }

    /// What users were charged that share their customer with others.
    pub(super) fn charges(&self, shares_customer: impl Fn(usize) -> bool) -> Vec<Charge> {
        let first = self.block.start;
        let bills = self.iter().zip(&self.numbers.fee);
        let shared = bills.filter(|((claim, _), _)| shares_customer(first + claim.owner));
        shared.map(|((claim, month), fee)| Charge { user: first + claim.owner, month, fee: known(*fee) }).collect()
    }
}

/// Which owners of a block may have more than one bill a month.
fn several_a_month(claims: &[Claim], months: &[Month], reference: Month) -> impl Fn(usize) -> bool + use<> {
    let mut seen = vec![0_u64; BLOCK];
    let mut has_several = vec![false; BLOCK];
    for (claim, month) in claims.iter().zip(months) {
        // The oldest are not told apart: who has two of them is looked at.
        let bit = 1_u64 << reference.since(*month).clamp(0, TOLD_APART - 1);
        if let (Some(seen), Some(has_several)) = (seen.get_mut(claim.owner), has_several.get_mut(claim.owner)) {
            *has_several |= *seen & bit != 0;
            *seen |= bit;
        }
    }
    move |owner| has_several.get(owner).is_some_and(|has_several| *has_several)
}

/// What a user was charged in a month.
#[derive(Debug, Clone, Copy)]
pub(super) struct Charge {
    /// Its row of the view.
    user: usize,
    month: Month,
    fee: Option<i64>,
}

impl BillFacts {
    /// Says what a user's customer was charged in a month.
    fn set_customer_fee(&mut self, row: usize, place: usize, fee: Option<i64>) {
        self.customer_fee.get_or_insert_with(|| self.fee.clone()).set(Series::slot(row, place), fee);
    }

    /// What each user's customer was charged.
    fn customer_fee(&self) -> &Series {
        self.customer_fee.as_ref().unwrap_or(&self.fee)
    }

    /// The facts of a row of the block.
    pub(super) fn row(&self, row: usize) -> BillRow {
        let amounts = |series: &Series| series.row(row).map(amount).collect();
        let quantities = |series: &Series| series.row(row).map(|value| value.map(Quantity)).collect();
        BillRow {
            fee: Some(amounts(&self.fee)),
            local_fee: self.local_fee.as_ref().map(amounts),
            foreign_ip_fee: self.foreign_ip_fee.as_ref().map(amounts),
            minutes: self.minutes.as_ref().map(quantities),
            customer_fee: Some(amounts(self.customer_fee())),
            first_bill: self.first_bill.get(row).copied().flatten().and_then(Money::from_minor),
            expected_first_bill: self.expected_first_bill.get(row).copied().flatten().and_then(Money::from_minor),
        }
    }

    /// The facts as columns, by name.
    pub(super) fn columns(self, columns: &mut Columns) -> Result<(), Error> {
        let fee = columns.series_array(self.fee)?;
        let customer_fee = match self.customer_fee {
            Some(series) => columns.series_array(series)?,
            // The same memory serves both.
            None => Arc::clone(&fee),
        };
        columns.add("fee", Arc::clone(&fee));
        for (name, series) in
            [("local_fee", self.local_fee), ("foreign_ip_fee", self.foreign_ip_fee), ("minutes", self.minutes)]
        {
            // A column that the bills do not have is one of nulls.
            let series = series.map_or_else(
                || Ok(new_null_array(fee.data_type(), fee.len())),
                |series| columns.series_array(series),
            )?;
            columns.add(name, series);
        }
        columns.add("customer_fee", customer_fee);
        columns.amounts("first_bill", &self.first_bill)?;
        columns.amounts("expected_first_bill", &self.expected_first_bill)
    }
}

fn amount(fen: Option<i64>) -> Option<Money> {
    fen.and_then(Money::from_minor)
}

/// The fee of the customers that have several users; any other customer's is its user's. `customers` are the rows of the view
/// in which the users of each stand, `blocks` the facts of all rows.
pub(super) fn sum_customers(
    customers: &[Vec<usize>],
    mut charges: Vec<Charge>,
    people: &People<'_>,
    (as_of, missing): (NaiveDate, MissingBill),
    blocks: &mut [BillFacts],
) {
    charges.sort_unstable_by_key(|charge| charge.user);
    for customer in customers {
        let members: Vec<_> = customer.iter().filter_map(|row| Some((*row, people.service(*row)?))).collect();
        let sums = CustomerSums::of(&members, &charges, (as_of, missing));
        for (row, service) in &members {
            let Some(facts) = blocks.get_mut(row / BLOCK) else { continue };
            for (place, month) in months_to(service.last_month(as_of)) {
                facts.set_customer_fee(row % BLOCK, place, sums.get(month));
            }
        }
    }
}

/// What the users of a customer were charged together, month by month.
struct CustomerSums {
    /// The months that any of them shows, in order.
    months: Vec<Month>,
    sums: Vec<Sum>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    fen: i128,
    /// Whether anybody was charged.
    is_charged: bool,
    /// Whether a bill is missing of a user in service for the whole month.
    is_incomplete: bool,
}

impl CustomerSums {
    fn of(members: &[(usize, Service<'_>)], charges: &[Charge], (as_of, missing): (NaiveDate, MissingBill)) -> Self {
        let shown = members.iter().flat_map(|(_, service)| months_to(service.last_month(as_of)));
        let mut months: Vec<_> = shown.map(|(_, month)| month).collect();
        months.sort_unstable();
        months.dedup();
        let mut customer = Self { sums: vec![Sum::default(); months.len()], months };
        for (row, service) in members {
            let mut has_bill = vec![false; customer.months.len()];
            let first = charges.partition_point(|charge| charge.user < *row);
            for charge in charges.iter().skip(first).take_while(|charge| charge.user == *row) {
                customer.add(charge.month, charge.fee, &mut has_bill);
            }
            let missed = customer.months.iter().zip(&mut customer.sums).zip(has_bill).filter(|(_, has_bill)| !has_bill);
            for ((month, sum), _) in missed {
                match missing {
                    MissingBill::Zero => sum.is_charged |= service.touches(*month),
                    MissingBill::Unknown => sum.is_incomplete |= service.covers(*month),
                }
            }
        }
        customer
    }

    fn add(&mut self, month: Month, fee: Option<i64>, has_bill: &mut [bool]) {
        let Ok(place) = self.months.binary_search(&month) else { return };
        let (Some(sum), Some(has_bill), Some(fee)) = (self.sums.get_mut(place), has_bill.get_mut(place), fee) else {
            return;
        };
        sum.fen += i128::from(fee);
        sum.is_charged = true;
        *has_bill = true;
    }

    /// The sum of a month; unknown also beyond the limit of amounts.
    fn get(&self, month: Month) -> Option<i64> {
        let sum = self.sums.get(self.months.binary_search(&month).ok()?)?;
        let fen = i64::try_from(sum.fen).ok().and_then(Money::from_minor)?.minor();
        (sum.is_charged && !sum.is_incomplete).then_some(fen)
    }
}
