//! What is known of customers in the cycle: where they stand, who owned them when, who is overdue, late or locked (DIV-10 to DIV-14).

use std::collections::HashSet;

use chrono::NaiveDate;

use super::act::{Adjustments, AdjustmentsQueryParams, Read, unknown_customer};
use super::answer::{CohortReport, CycleRecord, OwnerRecord};
use super::book::Book;
use super::rows::OwnerRows;
use super::state::{Claim, Customer, State};
use super::{CyclePolicy, window};
use crate::engine::Engine;
use crate::month::Month;
use crate::organisation::OrganisationPolicy;
use crate::table::source::FromSource;

/// What a look at customers needs.
struct Look<'a> {
    held: &'a Adjustments,
    book: Book<'a>,
    cycle: &'a CyclePolicy,
    roles: &'a OrganisationPolicy,
    as_of: NaiveDate,
}

impl Adjustments {
    /// Who owned customers when.
    pub(super) fn owners(&self, asked: &Read<OwnerRows>) -> Vec<OwnerRecord> {
        let book = Book::new(&self.customers, &self.log);
        let record = |row: usize| {
            let (customer_id, on) = (asked.rows.customer_id.text(row), asked.rows.on.at(row));
            let customer = customer_id.and_then(|customer_id| self.customers.get(customer_id));
            let unknown = customer_id.filter(|_| customer.is_none());
            let unknown = unknown.map(|customer_id| unknown_customer(OwnerRows::NAME, row, customer_id));
            let error = asked.invalid.get(&row).cloned().or(unknown);
            let owner = customer.zip(on).and_then(|(customer, on)| customer.owner_on(on, |seq| book.entry(seq)));
            let (community, since) = owner.filter(|_| error.is_none()).unzip();
            OwnerRecord {
                customer_id: customer_id.map(str::to_owned),
                on,
                community: community.map(str::to_owned),
                since,
                error,
            }
        };
        (0..asked.count).map(record).collect()
    }

    /// The customers that are asked for, ordered by id.
    pub(super) fn records(
        &self,
        engine: &Engine,
        params: &AdjustmentsQueryParams,
        cohort: Option<Month>,
        as_of: NaiveDate,
    ) -> Vec<CycleRecord> {
        let look = self.look(engine, as_of);
        let asked: Option<HashSet<_>> =
            params.customers.as_ref().map(|asked| asked.iter().map(String::as_str).collect());
        let is_asked = |customer_id: &str| asked.as_ref().is_none_or(|asked| asked.contains(customer_id));
        let in_cohort = |customer: &Customer| cohort.is_none_or(|cohort| Month::of(customer.created_on) == cohort);
        let customers = self.customers.iter().filter(|(id, customer)| is_asked(id) && in_cohort(customer));
        let records = customers.map(|(customer_id, customer)| look.record(customer_id, customer));
        records.filter(|record| record.is_undivided || !params.undivided).collect()
    }

    /// What is known of a cohort; none outside the calendar.
    pub(super) fn cohort_report(&self, engine: &Engine, cohort: Month, as_of: NaiveDate) -> Option<CohortReport> {
        let look = self.look(engine, as_of);
        let window = look.cycle.window.window(cohort)?;
        let of_cohort = || self.customers.values().filter(|customer| Month::of(customer.created_on) == cohort);
        let count = |is: &dyn Fn(&Customer) -> bool| of_cohort().filter(|customer| is(customer)).count();
        Some(CohortReport {
            cohort: cohort.to_string(),
            window_opens: window.opens,
            window_closes: window.closes,
            is_open: window.contains(as_of),
            days_left: window::days_left(window, as_of),
            customers: of_cohort().count(),
            undivided: count(&|customer| !is_divided(customer.state)),
            overdue: count(&|customer| {
                as_of > window.closes && !is_divided(look.book.state_on(customer, window.closes))
            }),
            late: count(&|customer| look.is_late(customer)),
        })
    }

    fn look<'a>(&'a self, engine: &'a Engine, as_of: NaiveDate) -> Look<'a> {
        let document = engine.policy().document();
        let (cycle, roles) = (&document.division.cycle, &document.organisation);
        Look { held: self, book: Book::new(&self.customers, &self.log), cycle, roles, as_of }
    }
}

const fn is_divided(state: State) -> bool {
    matches!(state, State::CommunityAssigned)
}

impl Look<'_> {
    fn record(&self, customer_id: &str, customer: &Customer) -> CycleRecord {
        let standing = self.cycle.standing(customer, self.as_of, |day| self.book.state_on(customer, day));
        let lock = standing.lock();
        let channel = self.held.organisation.local_channel(self.roles, &customer.community, self.as_of);
        let claimed_by = match customer.claim(self.cycle.claim_priority) {
            Claim::By(department) => Some(department),
            Claim::Open | Claim::Nobody | Claim::Conflict => None,
        };
        CycleRecord {
            customer_id: customer_id.to_owned(),
            created_on: customer.created_on,
            cohort: Month::of(customer.created_on).to_string(),
            state: customer.state,
            community: customer.community.to_string(),
            channel: channel.map(str::to_owned),
            claimed_by,
            is_undivided: !is_divided(customer.state),
            is_late: self.is_late(customer),
            locked_from: lock.map(|lock| lock.from),
            locked_until: lock.and_then(|lock| lock.ends.pred_opt()),
            next_window: self.cycle.next_day(&standing, self.as_of),
        }
    }

    /// Whether line data was missing on the window's last day (row 26 of the decisions).
    fn is_late(&self, customer: &Customer) -> bool {
        let window = self.cycle.window.window(Month::of(customer.created_on));
        window.is_some_and(|window| self.as_of >= window.closes && customer.is_late(window.closes))
    }
}
