//! What was charged: the series, the fee of the customer, the first bill.

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use schemars::{JsonSchema, SchemaGenerator};
use serde::{Serialize, Serializer};

use super::MissingBill;
use super::groups::Groups;
use super::people::{Owners, People};
use super::series::{Series, months_to, place_of};
use super::service::Service;
use super::tables::{Bills, Users};
use crate::document::text_of_form;
use crate::money::Money;
use crate::month::Month;
use crate::table::Column;
use crate::table::cell::PLACES;

/// The facts of the bills, for each row of the view.
#[derive(Debug)]
pub(super) struct BillFacts {
    fee: Series,
    local_fee: Option<Series>,
    foreign_ip_fee: Option<Series>,
    minutes: Option<Series>,
    customer_fee: Series,
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

/// The used bills of each user, and how to read them.
struct Book<'t> {
    bills: &'t Bills<'t>,
    groups: Groups,
    people: &'t People<'t>,
    as_of: NaiveDate,
    missing: MissingBill,
}

impl Book<'_> {
    /// The bills of a user: row and month.
    fn of(&self, row: usize) -> impl Iterator<Item = (usize, Month)> {
        self.groups.rows(row).iter().filter_map(|bill| Some((*bill, self.bills.month.at(*bill)?)))
    }

    /// The series of one column.
    fn series(&self, column: &Column<i64>) -> Series {
        let mut series = Series::unknown(self.people.len());
        for row in 0..self.people.len() {
            let Some(service) = self.people.service(row) else { continue };
            let last = service.last_month(self.as_of);
            if self.missing == MissingBill::Zero {
                for (place, _) in months_to(last).filter(|(_, month)| service.touches(*month)) {
                    series.set(row, place, Some(0));
                }
            }
            // After the zeros: a value missing in a bill that is there stays unknown.
            for (bill, month) in self.of(row) {
                if let Some(place) = place_of(month, last) {
                    series.set(row, place, column.at(bill));
                }
            }
        }
        series
    }

    /// The first bill of a user's latest period, where it is the reference month's.
    fn first_bill(&self, row: usize) -> Option<usize> {
        let activation = Month::of(self.people.service(row)?.latest.from);
        let bills = self.of(row).filter(|(_, month)| *month >= activation);
        let (bill, month) = bills.min_by_key(|(_, month)| *month)?;
        let is_first = month == Month::reference(self.as_of) && month <= activation.plus(1);
        is_first.then_some(bill)
    }

    /// The users of each customer, by the customer of their latest period; users without one are left out.
    fn customers<'b>(&'b self, users: &'b Users<'_>) -> HashMap<&'b str, Vec<(usize, &'b Service)>> {
        let mut customers: HashMap<_, Vec<_>> = HashMap::new();
        for row in 0..self.people.len() {
            let Some(service) = self.people.service(row) else { continue };
            if let Some(customer) = users.customer_id.text(service.latest.row) {
                customers.entry(customer).or_default().push((row, service));
            }
        }
        customers
    }
}

impl BillFacts {
    /// Works out the facts; `users` gives each user's customer.
    pub(super) fn of(
        bills: &Bills<'_>,
        owners: &Owners<'_>,
        users: Option<&Users<'_>>,
        as_of: NaiveDate,
        missing: MissingBill,
    ) -> Self {
        let people = owners.people();
        let book = Book { bills, groups: owners.groups(), people, as_of, missing };
        let optional = |column: &Column<i64>| column.is_given().then(|| book.series(column));
        let fee = book.series(&bills.fee);
        let first_bills: Vec<_> = (0..people.len()).map(|row| book.first_bill(row)).collect();
        let of_first = |column: &Column<i64>| first_bills.iter().map(|bill| column.at((*bill)?)).collect();
        let mut facts = Self {
            local_fee: optional(&bills.local_fee),
            foreign_ip_fee: optional(&bills.foreign_ip_fee),
            minutes: optional(&bills.minutes),
            customer_fee: fee.clone(),
            fee,
            first_bill: of_first(&bills.fee),
            expected_first_bill: of_first(&bills.expected_fee),
        };
        let customers = users.map(|users| book.customers(users)).unwrap_or_default();
        for members in customers.into_values().filter(|members| members.len() > 1) {
            facts.sum_customer(&members, &book);
        }
        facts
    }

    /// The fee of a customer that has several users; any other customer's is its user's.
    fn sum_customer(&mut self, members: &[(usize, &Service)], book: &Book<'_>) {
        let sums = CustomerSums::of(members, book);
        for (row, service) in members {
            for (place, month) in months_to(service.last_month(book.as_of)) {
                self.customer_fee.set(*row, place, sums.get(month));
            }
        }
    }

    /// The facts of a row of the view.
    pub(super) fn row(&self, row: usize) -> BillRow {
        let amounts = |series: &Series| series.row(row).map(amount).collect();
        let quantities = |series: &Series| series.row(row).map(|value| value.map(Quantity)).collect();
        BillRow {
            fee: Some(amounts(&self.fee)),
            local_fee: self.local_fee.as_ref().map(amounts),
            foreign_ip_fee: self.foreign_ip_fee.as_ref().map(amounts),
            minutes: self.minutes.as_ref().map(quantities),
            customer_fee: Some(amounts(&self.customer_fee)),
            first_bill: self.first_bill.get(row).copied().and_then(amount),
            expected_first_bill: self.expected_first_bill.get(row).copied().and_then(amount),
        }
    }
}

fn amount(fen: Option<i64>) -> Option<Money> {
    fen.and_then(Money::from_minor)
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
    fn of(members: &[(usize, &Service)], book: &Book<'_>) -> Self {
        let shown = members.iter().flat_map(|(_, service)| months_to(service.last_month(book.as_of)));
        let mut months: Vec<_> = shown.map(|(_, month)| month).collect();
        months.sort_unstable();
        months.dedup();
        let mut customer = Self { sums: vec![Sum::default(); months.len()], months };
        for (row, service) in members {
            let mut has_bill = vec![false; customer.months.len()];
            for (bill, month) in book.of(*row) {
                customer.add(month, book.bills.fee.at(bill), &mut has_bill);
            }
            let missed = customer.months.iter().zip(&mut customer.sums).zip(has_bill).filter(|(_, has_bill)| !has_bill);
            for ((month, sum), _) in missed {
                match book.missing {
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
