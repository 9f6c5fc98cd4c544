//! The operation `verify_log`: whether an adjustment log is as it was written, and the first entry that is not (DIV-16).

use std::iter::once;
use std::sync::Arc;

use arrow_array::UInt64Array;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::log::{self, NO_DIGEST};
use crate::catalogue::Text;
use crate::engine::Engine;
use crate::error::Error;
use crate::operation::{BatchOperation, Cancel, RecordOperation, Tables};
use crate::table::Row;
use crate::table::batches::Batches;
use crate::table::writer::{Writer, tables};

/// The operation `verify_log`.
#[derive(Debug)]
pub struct VerifyLog;

/// A log, and what its keeper knows of it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyLogRequest {
    /// The tables.
    pub tables: VerifyLogTables,
    /// What is known of the log.
    pub params: VerifyLogParams,
}

/// The log.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyLogTables {
    /// The entries with all their fields, as the handle `adjustments` gave them, in their order. A field that is absent is null.
    pub log: Vec<Row>,
}

/// What is known of the log beside itself: without it, entries cut off at the end do not show.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyLogParams {
    /// How many entries there are.
    pub count: Option<u64>,
    /// The digest of the last one.
    pub head: Option<String>,
}

/// What is wrong with a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LogFinding {
    /// An entry says something else than it did.
    Changed,
    /// An entry is missing.
    Removed,
    /// An entry was not there.
    Inserted,
    /// Entries at the end are missing.
    Cut,
    /// The log is in itself right, but not the one that is known: it was written anew to its end.
    HeadMismatch,
}

impl LogFinding {
    const CODES: [&'static str; 5] = ["CHANGED", "REMOVED", "INSERTED", "CUT", "HEAD_MISMATCH"];
}

/// Whether a log is as it was written.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VerifyLogResponse {
    /// The tables.
    pub tables: VerifiedTables,
    /// The log as a whole.
    pub report: VerifyLogReport,
}

/// What is wrong.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VerifiedTables {
    /// What is wrong first; no row where nothing is.
    pub findings: Vec<FindingRecord>,
}

/// Something that is wrong with a log.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FindingRecord {
    /// The number of the first entry that is concerned: of a missing one, the number that it had. Null where the log was written
    /// anew to its end.
    pub seq: Option<u64>,
    /// What is wrong.
    pub finding: LogFinding,
}

/// The log as a whole.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VerifyLogReport {
    /// Whether nothing is wrong.
    pub valid: bool,
    /// How many entries came in.
    pub entries: u64,
    /// The digest of the last entry; null of a log without entries.
    pub head: Option<String>,
}

/// What the chain needs of an entry.
struct Link {
    /// None where it is no number.
    seq: Option<u64>,
    previous: String,
    digest: String,
    right_digest: String,
}

impl Link {
    fn of(entry: &Row) -> Result<Self, Error> {
        let text = |name: &str| entry.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
        Ok(Self {
            seq: entry.get("seq").and_then(Json::as_u64),
            previous: text("previous"),
            digest: text("digest"),
            right_digest: log::digest_of(entry.clone())?,
        })
    }
}

/// The first thing that is wrong with the links themselves, and the number of its entry.
fn first_break(links: &[Link]) -> Option<(LogFinding, u64)> {
    let mut previous = NO_DIGEST;
    for (seq, (place, link)) in (1..).zip(links.iter().enumerate()) {
        match link.seq {
            Some(found) if found > seq => return Some((LogFinding::Removed, seq)),
            Some(found) if found < seq => return Some((LogFinding::Inserted, found)),
            _ if link.right_digest != link.digest => return Some((LogFinding::Changed, seq)),
            _ if link.previous != previous => return Some((LogFinding::Changed, rewritten(links, place, seq))),
            _ => previous = &link.digest,
        }
    }
    None
}

/// Which entry was written anew, with its digest made right, where one is not chained to the one before: what follows chains on
/// the one that was not.
fn rewritten(links: &[Link], place: usize, seq: u64) -> u64 {
    let next = links.get(place + 1).zip(links.get(place));
    let is_followed = next.is_none_or(|(next, link)| next.previous == link.digest);
    if is_followed { (seq - 1).max(1) } else { seq }
}

fn verify(log: impl Iterator<Item = Row>, params: &VerifyLogParams) -> Result<VerifyLogResponse, Error> {
    let links = log.map(|entry| Link::of(&entry)).collect::<Result<Vec<_>, _>>()?;
    let entries = u64::try_from(links.len()).map_err(Error::internal)?;
    let head = links.last().map(|link| link.digest.clone());
    let found = match (first_break(&links), params.count) {
        (Some((finding, seq)), _) => Some((finding, Some(seq))),
        (None, Some(count)) if count > entries => Some((LogFinding::Cut, Some(entries + 1))),
        (None, Some(count)) if count < entries => Some((LogFinding::Inserted, Some(count + 1))),
        _ => {
            let is_known = params.head.as_ref().is_none_or(|known| head.as_deref().unwrap_or(NO_DIGEST) == known);
            (!is_known).then_some((LogFinding::HeadMismatch, None))
        }
    };
    let report = VerifyLogReport { valid: found.is_none(), entries, head };
    let findings = found.into_iter().map(|(finding, seq)| FindingRecord { seq, finding }).collect();
    Ok(VerifyLogResponse { tables: VerifiedTables { findings }, report })
}

impl VerifyLogResponse {
    fn batches(&self, engine: &Engine) -> Result<Tables, Error> {
        let (found, metadata) = (&self.tables.findings, engine.signature());
        let mut findings = Writer::default();
        findings.add("seq", Arc::new(found.iter().map(|found| found.seq).collect::<UInt64Array>()));
        findings.codes("finding", found.iter().map(|found| Some(found.finding as u8)), &LogFinding::CODES)?;
        let mut report = Writer::default();
        report.yes_no("valid", once(Some(self.report.valid)));
        report.rows("entries", once(self.report.entries));
        report.texts("head", once(self.report.head.as_ref()));
        let (findings, report) = (findings.batch(metadata.clone())?, report.batch(metadata)?);
        Ok(tables([("findings", vec![findings]), ("report", vec![report])]))
    }
}

impl RecordOperation for VerifyLog {
    const NAME: &'static str = "verify_log";
    const ABOUT: Text = Text {
        en: "Verifies an adjustment log, and names the first entry that was changed, removed, inserted or cut off.",
        zh: "校验客户调整日志，指出第一条被改动、删除、插入或截断的记录。",
    };
    type Request = VerifyLogRequest;
    type Response = VerifyLogResponse;

    fn run(_: &Engine, request: VerifyLogRequest) -> Result<VerifyLogResponse, Error> {
        verify(request.tables.log.into_iter(), &request.params)
    }
}

impl BatchOperation for VerifyLog {
    type Params = VerifyLogParams;
    const TABLES: &'static [&'static str] = &["log"];
    const ANSWERED_TABLES: &'static [&'static str] = &["findings", "report"];

    /// Answers with what is wrong first, and the report in one row.
    fn open(engine: &Engine, mut given: Tables, params: VerifyLogParams, cancel: Cancel) -> Result<Tables, Error> {
        let Some(log) = given.remove("log") else { return Ok(Tables::new()) };
        let log = Batches::collect("log", log, &cancel)?;
        verify((0..log.rows()).map(|row| log.record(row)), &params)?.batches(engine)
    }
}
