//! Adjustment sheets (DIV-15): a fixed header, a customer a row. A bad header, or a sheet without a second approver, rejects the
//! file; a bad row is rejected with its column, its value and the reason, and the good ones go on.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::book::{Book, Outcome};
use super::judge::{Event, Judge, Place};
use super::state::EventKind;
use super::{BLANK_ROW, REPEATED_CUSTOMER, SHEET_HEADER};
use crate::catalogue::{NOTHING, Text, Words};
use crate::error::{Error, Fault};
use crate::month::Month;
use crate::organisation::Request;
use crate::table::INVALID;
use crate::table::batches::Batches;
use crate::table::cell::{self, Refusal};

pub(super) const TABLE: &str = "sheet";
/// What the organisation calls it.
const BULK_ADJUST: &str = "bulk_adjust";

/// The headers that adjustment sheets may have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SheetPolicy {
    /// In English: customer, community that it is in, community that it goes to, month from which that counts.
    pub header: [String; 4],
    /// The same in Chinese.
    pub header_zh: [String; 4],
}

/// A sheet as it was read.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    /// Its first row.
    pub header: Vec<String>,
    /// The others, each as long as the header; cells are texts, numbers or null.
    pub rows: Vec<Vec<Json>>,
}

impl Sheet {
    /// A table of Arrow as a sheet: its columns are the header.
    pub(super) fn of_batches(batches: &Batches) -> Self {
        let header = batches.columns();
        let cells = |row: usize| {
            let mut record = batches.record(row);
            header.iter().map(|column| record.remove(column).unwrap_or_default()).collect()
        };
        Self { rows: (0..batches.rows()).map(cells).collect(), header }
    }

    /// Its rows without the blank ones at the end, which are none.
    pub(super) fn rows(&self) -> &[Vec<Json>] {
        let last = self.rows.iter().rposition(|row| !is_blank(row)).map_or(0, |place| place + 1);
        self.rows.get(..last).unwrap_or_default()
    }
}

fn is_blank(row: &[Json]) -> bool {
    row.iter().all(|cell| cell::text(cell).is_ok_and(|text| text.is_none()))
}

/// A row that was read.
struct SheetRow {
    customer_id: String,
    source: String,
    target: Option<String>,
    effective_month: Month,
}

/// The reading of a sheet with a header that is one.
struct Reading<'s> {
    columns: [&'s str; 4],
    /// Whether each row has to say where the customer goes: one that no department claims stays where it is.
    needs_target: bool,
}

impl Reading<'_> {
    fn read(&self, row: usize, cells: &[Json]) -> Result<SheetRow, Fault> {
        if is_blank(cells) {
            return Err(Fault::new(&BLANK_ROW, path(row, "")).finding(NOTHING).expecting(FOUR_CELLS));
        }
        if cells.len() > self.columns.len() {
            return Err(Fault::new(&INVALID, path(row, "")).found(cells.len()).expecting(FOUR_CELLS));
        }
        let text = |column: usize| {
            let cell = cells.get(column).unwrap_or(&Json::Null);
            let text = cell::text(cell).map_err(|refusal| self.refused(row, column, cell, refusal))?;
            text.map(std::borrow::Cow::into_owned)
                .ok_or_else(|| self.refused(row, column, cell, Refusal::of(cell::TEXT)))
        };
        let month = cells.get(3).unwrap_or(&Json::Null);
        let read_month = || {
            let read = cell::month(month).map_err(|refusal| self.refused(row, 3, month, refusal))?;
            read.ok_or_else(|| self.refused(row, 3, month, Refusal::of(cell::MONTH)))
        };
        let stays = !self.needs_target && is_blank(cells.get(2..3).unwrap_or_default());
        let target = if stays { None } else { Some(text(2)?) };
        Ok(SheetRow { customer_id: text(0)?, source: text(1)?, target, effective_month: read_month()? })
    }

    fn refused(&self, row: usize, column: usize, cell: &Json, refusal: Refusal) -> Fault {
        let column = self.columns.get(column).copied().unwrap_or_default();
        refusal.fault(path(row, column), column, cell)
    }
}

fn path(row: usize, column: &str) -> String {
    let point = if column.is_empty() { "" } else { "." };
    format!("tables.{TABLE}[{row}]{point}{column}")
}

/// What speaks against a file that has no rows to tell it.
pub(super) fn empty_file_faults(sheet: &Sheet, policy: &SheetPolicy, judge: &Judge<'_>) -> Vec<Fault> {
    if !sheet.rows().is_empty() {
        return Vec::new();
    }
    match header(&sheet.header, policy) {
        Ok(_) => file_faults(judge),
        Err(fault) => vec![fault],
    }
}

/// Lets the rows of a sheet happen, each of them this kind of event; of a file that is rejected, none.
///
/// # Errors
/// Only where an entry cannot be written.
pub(super) fn happen(
    sheet: &Sheet,
    kind: EventKind,
    policy: &SheetPolicy,
    judge: &Judge<'_>,
    book: &mut Book<'_>,
) -> Result<Vec<Outcome>, Error> {
    let rows = sheet.rows();
    let columns = match header(&sheet.header, policy) {
        Ok(columns) => columns,
        // Nobody knows which column names the customers.
        Err(fault) => {
            return Ok((0..rows.len()).map(|row| Outcome::denied(row, None, None, vec![fault.clone()])).collect());
        }
    };
    let faults = file_faults(judge);
    if !faults.is_empty() {
        return Ok(rows.iter().enumerate().map(|(row, cells)| denied(row, cells, faults.clone(), book)).collect());
    }
    let reading = Reading { columns, needs_target: kind == EventKind::AssignCommunity };
    let (mut outcomes, mut accepted) = (Vec::with_capacity(rows.len()), HashMap::new());
    for (row, cells) in rows.iter().enumerate() {
        let outcome = match reading.read(row, cells) {
            Ok(read) => one(&read, row, kind, columns, judge, book, &accepted)?,
            Err(fault) => denied(row, cells, vec![fault], book),
        };
        if let Some(customer_id) = outcome.customer_id.clone().filter(|_| outcome.is_accepted()) {
            accepted.insert(customer_id, row);
        }
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

fn one(
    read: &SheetRow,
    row: usize,
    kind: EventKind,
    [customer, source, target, _]: [&str; 4],
    judge: &Judge<'_>,
    book: &mut Book<'_>,
    accepted: &HashMap<String, usize>,
) -> Result<Outcome, Error> {
    if let Some(first) = accepted.get(&read.customer_id) {
        let fault = Fault::new(&REPEATED_CUSTOMER, path(row, customer)).found(&read.customer_id);
        let expected = Words::new(format!("a customer other than row {first}'s"), format!("与第 {first} 行不同的客户"));
        let state = book.state(&read.customer_id);
        return Ok(Outcome::denied(row, Some(&read.customer_id), state, vec![fault.expecting(expected)]));
    }
    let place = Place { table: TABLE, row, customer, event: "", source, target };
    let event = Event {
        kind,
        department: None,
        claims: false,
        source: Some(&read.source),
        target: read.target.as_deref(),
        effective_month: Some(read.effective_month),
        reason: None,
        is_approved: true,
        place,
    };
    book.happen(judge, &read.customer_id, &event)
}

/// The columns of a sheet whose header is one of the two.
fn header<'p>(header: &[String], policy: &'p SheetPolicy) -> Result<[&'p str; 4], Fault> {
    let headers = [&policy.header, &policy.header_zh];
    let own = headers.into_iter().find(|own| header == own.as_slice());
    own.map(|own| own.each_ref().map(String::as_str)).ok_or_else(|| {
        let fault = Fault::new(&SHEET_HEADER, "tables.sheet.header").found(header.join(", "));
        let [en, zh] = headers.map(|own| own.join(", "));
        fault.expecting(Words::new(format!("{en}; or {zh}"), format!("{zh}；或 {en}")))
    })
}

/// What speaks against the file as a whole: a sheet is a bulk adjustment, which a second person approves (row 32).
fn file_faults(judge: &Judge<'_>) -> Vec<Fault> {
    let acting = judge.acting;
    let request = Request {
        person_id: &acting.actor,
        action: BULK_ADJUST,
        source: None,
        target: None,
        tree: None,
        as_of: acting.as_of,
        second_approver: acting.second_approver.as_deref(),
    };
    let decision = judge.organisation.can(judge.roles, &request);
    decision.reasons.iter().map(|reason| judge.denial(reason, BULK_ADJUST)).collect()
}

/// A row that did not happen, of the customer that its first cell names.
fn denied(row: usize, cells: &[Json], denials: Vec<Fault>, book: &Book<'_>) -> Outcome {
    let customer_id = cells.first().and_then(|cell| cell::text(cell).ok().flatten());
    let state = customer_id.as_deref().and_then(|customer_id| book.state(customer_id));
    Outcome::denied(row, customer_id.as_deref(), state, denials)
}

const FOUR_CELLS: Text = Text { en: "a customer, two communities and a month", zh: "客户、两个社区与月份" };
