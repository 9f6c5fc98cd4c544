//! What the handle `adjustments` answers, as tables of Arrow with the columns of the record form.

use std::iter::once;
use std::sync::Arc;

use arrow_array::{Int64Array, RecordBatch, UInt64Array};
use arrow_schema::Metadata;

use super::CLAIM_CONFLICT;
use super::answer::{
    AdjustmentsAnswer, AdjustmentsUpdated, CohortReport, CycleRecord, EffectRecord, OwnerRecord, ResultRecord,
};
use super::log::LogEntry;
use super::state::{Department, EventKind, State};
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::money::Money;
use crate::operation::Tables;
use crate::table::Reject;
use crate::table::writer::{Writer, dictionary_of, errors, fault_lists, tables};

impl AdjustmentsUpdated {
    /// The same in Arrow, the counts in one row.
    pub(super) fn batches(&self, engine: &Engine) -> Result<Tables, Error> {
        let report = &self.report;
        let mut metadata = engine.signature();
        metadata.extend([report.unread.metadata()]);
        let mut counts = Writer::default();
        counts.rows("rows", once(report.rows));
        counts.rows("accepted", once(report.accepted));
        counts.rows("rejected", once(report.rejected));
        counts.rows("customers", once(report.customers));
        counts.rows("lines", once(report.lines));
        counts.rows("log_entries", once(report.log_entries));
        counts.texts("head", once(Some(&report.head)));
        counts.text_lists("unread_columns", once(Some(report.unread.unread_columns.as_slice())));
        Ok(tables([
            ("results", vec![results(self.tables.results.as_deref().unwrap_or_default(), metadata.clone())?]),
            ("log", vec![log(&self.tables.log, metadata.clone())?]),
            ("rejects", vec![Reject::batch(&self.tables.rejects, metadata.clone())?]),
            ("report", vec![counts.batch(metadata)?]),
        ]))
    }
}

impl AdjustmentsAnswer {
    /// The same in Arrow; of what was not asked, tables without rows.
    pub(super) fn batches(&self, engine: &Engine) -> Result<Tables, Error> {
        let (tables_asked, metadata) = (&self.tables, engine.signature());
        Ok(tables([
            ("owners", vec![owners(tables_asked.owners.as_deref().unwrap_or_default(), metadata.clone())?]),
            ("results", vec![results(tables_asked.results.as_deref().unwrap_or_default(), metadata.clone())?]),
            ("effects", vec![effects(tables_asked.effects.as_deref().unwrap_or_default(), metadata.clone())?]),
            ("customers", vec![customers(tables_asked.customers.as_deref().unwrap_or_default(), metadata.clone())?]),
            ("log", vec![log(tables_asked.log.as_deref().unwrap_or_default(), metadata.clone())?]),
            ("report", vec![cohort(self.report.as_ref(), metadata)?]),
        ]))
    }
}

fn results(results: &[ResultRecord], metadata: Metadata) -> Result<RecordBatch, Error> {
    let mut columns = Writer::default();
    columns.rows("row", results.iter().map(|result| result.row));
    columns.texts("customer_id", results.iter().map(|result| result.customer_id.as_ref()));
    columns.yes_no("accepted", results.iter().map(|result| Some(result.accepted)));
    columns.codes("state", results.iter().map(|result| result.state.map(|state| state as u8)), &State::CODES)?;
    columns.add("seq", Arc::new(results.iter().map(|result| result.seq).collect::<UInt64Array>()));
    let denials: Vec<&[Fault]> = results.iter().map(|result| result.denials.as_slice()).collect();
    columns.add("denials", fault_lists(&denials)?);
    let remarks = results.iter().map(|result| u64::from(!result.remarks.is_empty()));
    columns.code_lists("remarks", remarks, &dictionary_of(&[CLAIM_CONFLICT.name]))?;
    columns.batch(metadata)
}

fn log(entries: &[LogEntry], metadata: Metadata) -> Result<RecordBatch, Error> {
    let mut columns = Writer::default();
    columns.rows("seq", entries.iter().map(|entry| entry.seq));
    columns.texts("at", entries.iter().map(|entry| entry.at.as_ref()));
    columns.days("as_of", entries.iter().map(|entry| Some(entry.as_of)));
    columns.texts("customer_id", entries.iter().map(|entry| Some(&entry.customer_id)));
    columns.codes("event", entries.iter().map(|entry| Some(entry.event as u8)), EventKind::CODES)?;
    columns.codes("from_state", entries.iter().map(|entry| Some(entry.from_state as u8)), &State::CODES)?;
    columns.codes("to_state", entries.iter().map(|entry| Some(entry.to_state as u8)), &State::CODES)?;
    columns.texts("from_community", entries.iter().map(|entry| Some(&entry.from_community)));
    columns.texts("to_community", entries.iter().map(|entry| Some(&entry.to_community)));
    columns.texts("from_channel", entries.iter().map(|entry| entry.from_channel.as_ref()));
    columns.texts("to_channel", entries.iter().map(|entry| entry.to_channel.as_ref()));
    columns.days("effective_on", entries.iter().map(|entry| entry.effective_on));
    let departments = entries.iter().map(|entry| entry.department.map(|department| department as u8));
    columns.codes("department", departments, Department::CODES)?;
    columns.yes_no("claims", entries.iter().map(|entry| entry.claims));
    columns.texts("actor", entries.iter().map(|entry| Some(&entry.actor)));
    columns.texts("role", entries.iter().map(|entry| Some(&entry.role)));
    columns.texts("second_approver", entries.iter().map(|entry| entry.second_approver.as_ref()));
    columns.texts("reason", entries.iter().map(|entry| entry.reason.as_ref()));
    columns.texts("batch_id", entries.iter().map(|entry| entry.batch_id.as_ref()));
    columns.texts("previous", entries.iter().map(|entry| Some(&entry.previous)));
    columns.texts("digest", entries.iter().map(|entry| Some(&entry.digest)));
    columns.batch(metadata)
}

fn owners(owners: &[OwnerRecord], metadata: Metadata) -> Result<RecordBatch, Error> {
    let failed: Vec<_> =
        owners.iter().enumerate().filter_map(|(row, owner)| Some((row, owner.error.clone()?))).collect();
    let mut columns = Writer::default();
    columns.texts("customer_id", owners.iter().map(|owner| owner.customer_id.as_ref()));
    columns.days("on", owners.iter().map(|owner| owner.on));
    columns.texts("community", owners.iter().map(|owner| owner.community.as_ref()));
    columns.days("since", owners.iter().map(|owner| owner.since));
    columns.add("error", errors(owners.len(), &failed));
    columns.batch(metadata)
}

fn effects(effects: &[EffectRecord], metadata: Metadata) -> Result<RecordBatch, Error> {
    let fen = |revenue: fn(&EffectRecord) -> Option<Money>| -> Vec<_> {
        effects.iter().map(|effect| revenue(effect).map(Money::minor)).collect()
    };
    let mut columns = Writer::default();
    columns.texts("community", effects.iter().map(|effect| Some(&effect.community)));
    columns.rows("customers_out", effects.iter().map(|effect| effect.customers_out));
    columns.rows("customers_in", effects.iter().map(|effect| effect.customers_in));
    columns.amounts("revenue_out", &fen(|effect| effect.revenue_out))?;
    columns.amounts("revenue_in", &fen(|effect| effect.revenue_in))?;
    columns.batch(metadata)
}

fn customers(customers: &[CycleRecord], metadata: Metadata) -> Result<RecordBatch, Error> {
    let mut columns = Writer::default();
    columns.texts("customer_id", customers.iter().map(|customer| Some(&customer.customer_id)));
    columns.days("created_on", customers.iter().map(|customer| Some(customer.created_on)));
    columns.texts("cohort", customers.iter().map(|customer| Some(&customer.cohort)));
    columns.codes("state", customers.iter().map(|customer| Some(customer.state as u8)), &State::CODES)?;
    columns.texts("community", customers.iter().map(|customer| Some(&customer.community)));
    columns.texts("channel", customers.iter().map(|customer| customer.channel.as_ref()));
    let departments = customers.iter().map(|customer| customer.claimed_by.map(|department| department as u8));
    columns.codes("claimed_by", departments, Department::CODES)?;
    columns.yes_no("is_undivided", customers.iter().map(|customer| Some(customer.is_undivided)));
    columns.yes_no("is_late", customers.iter().map(|customer| Some(customer.is_late)));
    columns.days("locked_from", customers.iter().map(|customer| customer.locked_from));
    columns.days("locked_until", customers.iter().map(|customer| customer.locked_until));
    columns.days("next_window", customers.iter().map(|customer| customer.next_window));
    columns.batch(metadata)
}

/// The report of a cohort in one row, or none.
fn cohort(report: Option<&CohortReport>, metadata: Metadata) -> Result<RecordBatch, Error> {
    let mut columns = Writer::default();
    let report = || report.into_iter();
    columns.texts("cohort", report().map(|report| Some(&report.cohort)));
    columns.days("window_opens", report().map(|report| Some(report.window_opens)));
    columns.days("window_closes", report().map(|report| Some(report.window_closes)));
    columns.yes_no("is_open", report().map(|report| Some(report.is_open)));
    columns.add("days_left", Arc::new(report().map(|report| report.days_left).collect::<Int64Array>()));
    columns.rows("customers", report().map(|report| report.customers));
    columns.rows("undivided", report().map(|report| report.undivided));
    columns.rows("overdue", report().map(|report| report.overdue));
    columns.rows("late", report().map(|report| report.late));
    columns.batch(metadata)
}
