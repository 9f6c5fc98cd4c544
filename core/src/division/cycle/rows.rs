//! The tables that the handle `adjustments` takes, column by column.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::act::Read;
use super::answer::EffectRecord;
use super::book::{Book, Outcome};
use super::judge::{Event, Judge, Place};
use super::state::{Department, EventKind};
use crate::error::{Error, Fault};
use crate::money::Money;
use crate::month::Month;
use crate::table::cell::YES_NO;
use crate::table::columns::{Numbers, Texts};
use crate::table::source::{FromSource, Source};
use crate::table::{Header, INVALID};

/// New customers.
pub(super) struct CustomerRows {
    customer_id: Texts,
    created_on: Numbers<NaiveDate>,
    community: Texts,
    line_data_on: Numbers<NaiveDate>,
}

impl FromSource for CustomerRows {
    const NAME: &'static str = "customers";
    type With = ();

    fn read(source: &mut impl Source, (): &()) -> Self {
        Self {
            customer_id: source.text(Header::required("customer_id")),
            created_on: source.date(Header::required("created_on")),
            community: source.text(Header::required("community")),
            line_data_on: source.date(Header::optional("line_data_on")),
        }
    }
}

impl CustomerRows {
    /// Customer, day of its creation, community.
    pub(super) fn row(&self, row: usize) -> (Option<&str>, Option<NaiveDate>, Option<&str>) {
        (self.customer_id.text(row), self.created_on.at(row), self.community.text(row))
    }

    pub(super) fn line_data_on(&self, row: usize) -> Option<NaiveDate> {
        self.line_data_on.at(row)
    }
}

/// Line data that came.
pub(super) struct LineRows {
    customer_id: Texts,
    line_data_on: Numbers<NaiveDate>,
}

impl FromSource for LineRows {
    const NAME: &'static str = "lines";
    type With = ();

    fn read(source: &mut impl Source, (): &()) -> Self {
        Self {
            customer_id: source.text(Header::required("customer_id")),
            line_data_on: source.date(Header::required("line_data_on")),
        }
    }
}

impl LineRows {
    pub(super) fn row(&self, row: usize) -> Option<(&str, NaiveDate)> {
        self.customer_id.text(row).zip(self.line_data_on.at(row))
    }
}

/// Who owned a customer when.
pub(super) struct OwnerRows {
    pub(super) customer_id: Texts,
    pub(super) on: Numbers<NaiveDate>,
}

impl FromSource for OwnerRows {
    const NAME: &'static str = "owners";
    type With = ();

    fn read(source: &mut impl Source, (): &()) -> Self {
        Self { customer_id: source.text(Header::required("customer_id")), on: source.date(Header::required("on")) }
    }
}

/// What happens.
pub(super) struct EventRows {
    customer_id: Texts,
    event: Numbers<usize>,
    claims: Numbers<bool>,
    department: Numbers<usize>,
    target: Texts,
    effective_month: Numbers<Month>,
    reason: Texts,
    revenue: Numbers<i64>,
}

impl FromSource for EventRows {
    const NAME: &'static str = "events";
    type With = ();

    fn read(source: &mut impl Source, (): &()) -> Self {
        Self {
            customer_id: source.text(Header::required("customer_id")),
            event: source.code(Header::required("event"), EventKind::CODES),
            claims: source.yes_no(Header::optional("claims")),
            department: source.code(Header::optional("department"), Department::CODES),
            target: source.text(Header::optional("target")),
            effective_month: source.month(Header::optional("effective_month")),
            reason: source.text(Header::optional("reason")),
            revenue: source.amount(Header::optional("revenue")),
        }
    }
}

impl EventRows {
    /// The event of a row whose cells are all right.
    ///
    /// # Errors
    /// An answer that does not say whether the department claims the customer.
    fn event(&self, row: usize) -> Result<Event<'_>, Fault> {
        let kind = self.event.at(row).and_then(|place| EventKind::ALL.get(place)).copied().unwrap_or(EventKind::Export);
        if kind == EventKind::Confirm && self.claims.at(row).is_none() {
            let fault = Fault::new(&INVALID, format!("tables.{}[{row}].claims", Self::NAME)).found("null");
            return Err(fault.expecting(YES_NO));
        }
        let place = Place {
            table: Self::NAME,
            row,
            customer: "customer_id",
            event: "event",
            source: "customer_id",
            target: "target",
        };
        Ok(Event {
            kind,
            department: self.department.at(row).and_then(|place| Department::ALL.get(place).copied()),
            claims: self.claims.at(row).unwrap_or(false),
            source: None,
            target: self.target.text(row),
            effective_month: self.effective_month.at(row),
            reason: self.reason.text(row),
            is_approved: false,
            place,
        })
    }
}

impl Read<EventRows> {
    /// Lets the events happen, one after the other.
    ///
    /// # Errors
    /// Only where an entry cannot be written.
    pub(super) fn happen(&self, judge: &Judge<'_>, book: &mut Book<'_>) -> Result<Vec<Outcome>, Error> {
        let mut outcomes = Vec::with_capacity(self.count);
        for row in 0..self.count {
            let customer_id = self.rows.customer_id.text(row);
            let event = self.invalid.get(&row).map_or_else(|| self.rows.event(row), |fault| Err(fault.clone()));
            let outcome = match (event, customer_id) {
                (Ok(event), Some(customer_id)) => book.happen(judge, customer_id, &event)?,
                (event, _) => {
                    let state = customer_id.and_then(|customer_id| book.state(customer_id));
                    Outcome::denied(row, customer_id, state, event.err().into_iter().collect())
                }
            };
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }

    /// What the events that may happen take from each community and give to it.
    pub(super) fn effects(&self, outcomes: &[Outcome], book: &Book<'_>) -> Vec<EffectRecord> {
        let mut effects: BTreeMap<&str, [Side; 2]> = BTreeMap::new();
        for outcome in outcomes {
            let Some(entry) = outcome.seq.and_then(|seq| book.entry(seq)) else { continue };
            if entry.effective_on.is_none() || entry.from_community == entry.to_community {
                continue;
            }
            let revenue = self.rows.revenue.at(outcome.row);
            for (side, community) in [&entry.from_community, &entry.to_community].into_iter().enumerate() {
                let sides = effects.entry(community).or_default();
                sides.get_mut(side).into_iter().for_each(|side| side.add(revenue));
            }
        }
        let record = |(community, [out, into]): (&str, [Side; 2])| EffectRecord {
            community: community.to_owned(),
            customers_out: out.customers,
            customers_in: into.customers,
            revenue_out: out.revenue(),
            revenue_in: into.revenue(),
        };
        effects.into_iter().map(record).collect()
    }
}

/// Customers that leave a community, or enter it.
#[derive(Debug, Clone, Copy, Default)]
struct Side {
    customers: u64,
    revenue: i128,
    /// Customers of whom nobody says what they are worth.
    unknown: u64,
}

impl Side {
    fn add(&mut self, revenue: Option<i64>) {
        self.customers += 1;
        match revenue {
            Some(revenue) => self.revenue += i128::from(revenue),
            None => self.unknown += 1,
        }
    }

    fn revenue(&self) -> Option<Money> {
        let known = i64::try_from(self.revenue).ok().filter(|_| self.unknown == 0);
        known.and_then(Money::from_minor)
    }
}
