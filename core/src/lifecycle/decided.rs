//! The table `decisions`, read back: what `classify` decided about each row, as customers and summaries need it.

use std::collections::{BTreeMap, HashMap};
use std::iter::once;

use serde_json::Value as Json;

use super::{Classifier, Stage, UNDECIDED};
use crate::catalogue::{NOTHING, Words};
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::operation::Tables;
use crate::table::cell::{self, Read};
use crate::table::columns::{Numbers, Texts};
use crate::table::source::{FromSource, Given, Source};
use crate::table::writer::{Writer, tables};
use crate::table::{Column, Header, MISSING_COLUMN, Reject, Remarks, UnreadColumns};
use crate::value::Tier;
use crate::view::facts::{STAGES, STATUSES};

/// What else `classify` says.
const PASSED_OVER: [&str; 6] =
    ["reasons", "warnings_mask", "insufficient_mask", "shadow_mask", "stage_since", "evidence"];

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
    pub reject: Box<Reject>,
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

/// The table, or a part of it.
#[derive(Debug)]
pub(super) struct Decisions {
    /// The place of its first row in the table.
    first: usize,
    rows: usize,
    columns: Columns,
    /// The first fault of each row that has one.
    invalid: BTreeMap<usize, Fault>,
    unread: UnreadColumns,
}

/// The table, column by column.
#[derive(Debug)]
struct Columns {
    user_id: Texts,
    customer_id: Texts,
    status: Numbers<usize>,
    months_since_exit: Numbers<i64>,
    stage: Numbers<usize>,
    tier: Numbers<usize>,
    warnings: Column<u64>,
    insufficient: Column<u64>,
    shadow: Column<u64>,
    error: Column<String>,
}

impl FromSource for Columns {
    const NAME: &'static str = "decisions";
    type With = Classifier;

    fn read(source: &mut impl Source, classifier: &Classifier) -> Self {
        let codes: Vec<&str> = classifier.rules().map(|rule| rule.code.as_str()).collect();
        // Columns of `classify` that nothing here depends on are known all the same.
        source.pass_over(&PASSED_OVER);
        Self {
            user_id: source.text(Header::required("user_id")),
            customer_id: source.text(Header::optional("customer_id")),
            status: source.code(Header::optional("status"), STATUSES),
            months_since_exit: source.count(Header::optional("months_since_exit")),
            stage: source.code(Header::optional("stage"), STAGES),
            tier: source.code(Header::optional("tier"), Tier::CODES),
            warnings: source.mask(Header::optional("warnings"), &codes),
            insufficient: source.mask(Header::optional("insufficient"), &codes),
            shadow: source.mask(Header::optional("shadow"), &codes),
            error: source.column(Header::optional("error"), error),
        }
    }
}

impl Decisions {
    /// Reads the table, or the part of it that begins at the row `first`.
    ///
    /// # Errors
    /// Columns of a type that holds no decisions.
    pub(super) fn read(given: Given<'_>, first: usize, engine: &Engine) -> Result<Self, Error> {
        let (columns, remarks) = given.read::<Columns>(engine.policy().classifier(), first, None, engine.threads());
        let Remarks { invalid, mut refusals, unread } = remarks;
        if matches!(given, Given::Batches(_)) && given.rows() > 0 && !columns.stage.is_given() {
            let fault = Fault::new(&MISSING_COLUMN, format!("tables.{}.stage", Columns::NAME)).finding(NOTHING);
            refusals.push(fault.expecting(Words::new("a column", "一列")));
        }
        if !refusals.is_empty() {
            return Err(Error::request(refusals));
        }
        Ok(Self { first, rows: given.rows(), columns, invalid, unread })
    }

    /// What nobody reads of it.
    pub(super) fn unread(&self) -> &UnreadColumns {
        &self.unread
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.rows
    }

    /// The users that rows name, each with a number of its own.
    pub(super) fn users(&self) -> HashMap<&str, usize> {
        let mut users = HashMap::with_capacity(self.rows);
        for user in (0..self.rows).filter_map(|row| self.columns.user_id.text(row)) {
            let number = users.len();
            users.entry(user).or_insert(number);
        }
        users
    }

    /// Every row, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Result<Decided<'_>, Undecided<'_>>> {
        (0..self.rows).map(|row| self.row(row))
    }

    fn row(&self, row: usize) -> Result<Decided<'_>, Undecided<'_>> {
        let columns = &self.columns;
        let (user_id, customer_id) = (columns.user_id.text(row), columns.customer_id.text(row));
        match (self.fault(row), user_id) {
            (None, Some(user_id)) => Ok(Decided {
                user_id,
                customer_id,
                standing: Standing::of(columns.status.at(row)),
                months_since_exit: columns.months_since_exit.at(row),
                stage: columns.stage.at(row).and_then(|place| Stage::ALL.get(place)).copied(),
                tier: columns.tier.at(row).and_then(|place| Tier::ALL.get(place)).copied(),
                warnings: columns.warnings.at(row).unwrap_or_default(),
                insufficient: columns.insufficient.at(row).unwrap_or_default(),
                shadow: columns.shadow.at(row).unwrap_or_default(),
            }),
            (fault, _) => {
                let (user_id, customer_id) =
                    if self.names_no_customer(row) { (None, None) } else { (user_id, customer_id) };
                let fault = fault.unwrap_or_else(|| Fault::new(&UNDECIDED, self.path(row)));
                Err(Undecided {
                    user_id,
                    customer_id,
                    reject: Box::new(Reject { table: Columns::NAME, row: self.first + row, fault }),
                })
            }
        }
    }

    /// Whether nobody can tell whose a row is: its customer cannot be read.
    fn names_no_customer(&self, row: usize) -> bool {
        self.invalid.get(&row).is_some_and(|fault| fault.path.ends_with("].customer_id"))
    }

    /// Why a row does not count: `classify` could not decide it, or a cell is no value of its column.
    fn fault(&self, row: usize) -> Option<Fault> {
        let error = self.columns.error.get(row);
        let undecided = error
            .map(|error| Fault::new(&UNDECIDED, format!("{}.error", self.path(row))).found(error).expected("null"));
        undecided.or_else(|| self.invalid.get(&row).cloned())
    }

    fn path(&self, row: usize) -> String {
        format!("tables.{}[{}]", Columns::NAME, self.first + row)
    }
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

/// What became of decisions that were handed over.
pub(super) struct Told<'a> {
    pub rows: usize,
    pub rejects: &'a [Reject],
    pub unread: &'a UnreadColumns,
    /// How many customers there are, where that is reported.
    pub customers: Option<usize>,
}

impl Told<'_> {
    /// In Arrow: the rows that do not count, and the report in one row. `rejected` counts decisions, the rejects may be of
    /// other tables, too.
    pub(super) fn batches(&self, rejected: usize, engine: &Engine) -> Result<Tables, Error> {
        let mut report = Writer::default();
        report.rows("rows", once(self.rows));
        report.rows("rejected", once(rejected));
        if let Some(customers) = self.customers {
            report.rows("customers", once(customers));
        }
        report.text_lists("unread_columns", once(Some(self.unread.unread_columns.as_slice())));
        let mut metadata = engine.signature();
        metadata.extend([self.unread.metadata()]);
        let rejects = Reject::batch(self.rejects, metadata.clone())?;
        Ok(tables([("rejects", vec![rejects]), ("report", vec![report.batch(metadata)?])]))
    }
}
