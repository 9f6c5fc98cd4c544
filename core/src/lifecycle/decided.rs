//! The table `decisions`, read back: what `classify` decided about each row, as customers and summaries need it.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::{Classifier, Stage, UNDECIDED};
use crate::error::Fault;
use crate::table::cell::{self, Read, Refusal};
use crate::table::{Column, Header, Reader, Reject, Remarks, Row};
use crate::value::Tier;
use crate::view::facts::{STAGES, STATUSES};

/// What `decisions` is called where it comes in.
const TABLE: &str = "decisions";

/// A row that counts. Bits of the masks are the policy's rules in order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decided<'a> {
    pub user_id: &'a str,
    /// None for a customer of its own.
    pub customer_id: Option<&'a str>,
    pub standing: Standing,
    pub months_since_exit: Option<i64>,
    pub stage: Option<Stage>,
    pub tier: Option<Tier>,
    pub warnings: u64,
    pub insufficient: u64,
    pub shadow: u64,
}

/// A row that does not count.
#[derive(Debug)]
pub(super) struct Undecided<'a> {
    pub user_id: Option<&'a str>,
    pub customer_id: Option<&'a str>,
    pub fault: Fault,
}

/// A user's status, in the order in which users speak for their customer's tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// Active, or suspended.
    InService,
    /// Nobody knows.
    Unknown,
    /// Terminated.
    Left,
    /// Not a user yet.
    Prospect,
}

impl Standing {
    /// The standing of a status, by its place among the statuses.
    fn of(status: Option<usize>) -> Self {
        match status.and_then(|place| STATUSES.get(place)).copied() {
            Some("active" | "suspended") => Self::InService,
            Some("terminated") => Self::Left,
            Some("prospect") => Self::Prospect,
            _ => Self::Unknown,
        }
    }
}

/// The table, column by column.
#[derive(Debug)]
pub(super) struct Decisions<'a> {
    rows: usize,
    user_id: Column<Cow<'a, str>>,
    customer_id: Column<Cow<'a, str>>,
    status: Column<usize>,
    months_since_exit: Column<i64>,
    stage: Column<usize>,
    tier: Column<usize>,
    warnings: Column<u64>,
    insufficient: Column<u64>,
    shadow: Column<u64>,
    error: Column<String>,
    remarks: Remarks,
}

impl<'a> Decisions<'a> {
    pub(super) fn read(rows: &'a [Row], classifier: &Classifier) -> Self {
        let codes: Vec<&str> = classifier.rules().map(|rule| rule.code.as_str()).collect();
        let mut reader = Reader::new(TABLE, rows, None);
        let optional = |name| Header { name, is_required: false, is_personal: false };
        // Columns of `classify` that nothing here depends on are known all the same.
        reader.pass_over(&["reasons", "stage_since"]);
        Self {
            rows: rows.len(),
            user_id: reader.text(Header { name: "user_id", is_required: true, is_personal: false }),
            customer_id: reader.text(optional("customer_id")),
            status: reader.code(optional("status"), STATUSES),
            months_since_exit: reader.count(optional("months_since_exit")),
            stage: reader.code(optional("stage"), STAGES),
            tier: reader.code(optional("tier"), Tier::CODES),
            warnings: reader.column(optional("warnings"), "", |cell| mask(cell, &codes)),
            insufficient: reader.column(optional("insufficient"), "", |cell| mask(cell, &codes)),
            shadow: reader.column(optional("shadow"), "", |cell| mask(cell, &codes)),
            error: reader.column(optional("error"), "", error),
            remarks: reader.finish(),
        }
    }

    /// Columns that nobody reads, sorted.
    pub(super) fn unread_columns(&self) -> &[String] {
        &self.remarks.unread_columns
    }

    /// The user of a row, if the row says so.
    pub(super) fn user_id(&self, row: usize) -> Option<&str> {
        self.user_id.text(row)
    }

    /// Every row, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Result<Decided<'_>, Undecided<'_>>> {
        (0..self.rows).map(|row| self.row(row))
    }

    fn row(&self, row: usize) -> Result<Decided<'_>, Undecided<'_>> {
        let (user_id, customer_id) = (self.user_id.text(row), self.customer_id.text(row));
        match (self.fault(row), user_id) {
            (None, Some(user_id)) => Ok(Decided {
                user_id,
                customer_id,
                standing: Standing::of(self.status.at(row)),
                months_since_exit: self.months_since_exit.at(row),
                stage: self.stage.at(row).and_then(|place| Stage::ALL.get(place)).copied(),
                tier: self.tier.at(row).and_then(|place| Tier::ALL.get(place)).copied(),
                warnings: self.warnings.at(row).unwrap_or_default(),
                insufficient: self.insufficient.at(row).unwrap_or_default(),
                shadow: self.shadow.at(row).unwrap_or_default(),
            }),
            (fault, _) => {
                let (user_id, customer_id) =
                    if self.names_no_customer(row) { (None, None) } else { (user_id, customer_id) };
                let fault = fault.unwrap_or_else(|| Fault::new(&UNDECIDED, format!("tables.{TABLE}[{row}]")));
                Err(Undecided { user_id, customer_id, fault })
            }
        }
    }

    /// Whether nobody can tell whose a row is: its customer cannot be read.
    fn names_no_customer(&self, row: usize) -> bool {
        self.remarks.invalid.get(&row).is_some_and(|fault| fault.path.ends_with("].customer_id"))
    }

    /// Why a row does not count: `classify` could not decide it, or a cell is no value of its column.
    fn fault(&self, row: usize) -> Option<Fault> {
        let undecided = self
            .error
            .get(row)
            .map(|error| Fault::new(&UNDECIDED, format!("tables.{TABLE}[{row}].error")).found(error).expected("null"));
        undecided.or_else(|| self.remarks.invalid.get(&row).cloned())
    }
}

/// A row of the table as a reject.
pub(super) fn reject(row: usize, fault: Fault) -> Reject {
    Reject { table: TABLE, row, fault }
}

/// Rules' codes, as the mask of their bits.
fn mask(cell: &Json, codes: &[&str]) -> Read<u64> {
    let items = match cell {
        Json::Null => return Ok(None),
        Json::Array(items) => items,
        _ => return Err(Refusal::Invalid("a list of codes".into())),
    };
    let mut mask = 0;
    for item in items {
        let text = cell::text(item).ok().flatten();
        let bit = text.and_then(|text| codes.iter().position(|code| *code == text));
        mask |= 1_u64 << bit.ok_or_else(|| Refusal::Invalid("codes of the policy's rules".into()))?;
    }
    Ok(Some(mask))
}

/// The fault that `classify` found with a row, in short; the value that it found is not repeated.
fn error(cell: &Json) -> Read<String> {
    Ok(match cell {
        Json::Null => None,
        Json::Object(fault) => {
            let part = |key: &str| fault.get(key).map(cell::shown).unwrap_or_default();
            Some(format!("{} {}", part("code"), part("path")).trim().to_owned())
        }
        other => Some(cell::shown(other)),
    })
}
