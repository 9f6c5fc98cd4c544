//! Customers as tables of Arrow, with the columns of the record form.

use std::iter::once;

use arrow_array::RecordBatch;

use super::super::decided::Told;
use super::{Customer, Customers, CustomersReport, CustomersUpdated, Key, RejectTables};
use crate::engine::Engine;
use crate::error::Error;
use crate::operation::Tables;
use crate::table::writer::{Writer, dictionary_of, tables};
use crate::threads::in_parallel;
use crate::value::Tier;
use crate::view::facts::STAGES;

/// Customers of a batch.
const ROWS_A_BATCH: usize = 1 << 16;

impl Customers {
    /// The customers, and the report in one row.
    pub(super) fn batches(&self, engine: &Engine) -> Result<Tables, Error> {
        let sorted = self.sorted();
        let parts: Vec<_> = sorted.chunks(ROWS_A_BATCH).collect();
        // One batch without rows says what columns there are.
        let write = |part: usize| customers(parts.get(part).copied().unwrap_or_default(), engine);
        let customers = in_parallel(engine.threads(), parts.len().max(1), write)?;
        let CustomersReport { rows, rejected, customers: count, digest: _ } = self.report(engine);
        let mut report = Writer::default();
        report.rows("rows", once(rows));
        report.rows("rejected", once(rejected));
        report.rows("customers", once(count));
        Ok(tables([("customers", customers), ("report", vec![report.batch(engine.signature())?])]))
    }
}

impl CustomersUpdated {
    /// The rows that do not count, and the report in one row; with how many customers there are, where that is reported.
    pub(super) fn batches(&self, customers: Option<usize>, engine: &Engine) -> Result<Tables, Error> {
        let Self { rows, rejected, unread, tables: RejectTables { rejects } } = self;
        Told { rows: *rows, rejects, unread, customers }.batches(*rejected, engine)
    }
}

fn customers(customers: &[(&Key, &Customer)], engine: &Engine) -> Result<RecordBatch, Error> {
    let each = || customers.iter().map(|(_, customer)| *customer);
    let mut columns = Writer::default();
    columns.texts("customer_id", customers.iter().map(|(key, _)| key.customer_id()));
    columns.texts("user_id", customers.iter().map(|(key, _)| key.user_id()));
    columns.codes("stage", each().map(|customer| Some(customer.stage()? as u8)), STAGES)?;
    columns.codes("tier", each().map(|customer| Some(customer.tier()? as u8)), Tier::CODES)?;
    let rules: Vec<_> = engine.policy().classifier().rules().map(|rule| rule.code.as_str()).collect();
    let rules = dictionary_of(&rules);
    columns.code_lists("warnings", each().map(|customer| customer.warnings), &rules)?;
    columns.code_lists("insufficient", each().map(Customer::insufficient), &rules)?;
    columns.code_lists("shadow", each().map(|customer| customer.shadow), &rules)?;
    columns.rows("users", each().map(|customer| customer.users));
    columns.rows("rejected", each().map(|customer| customer.rejected));
    columns.batch(engine.signature())
}
