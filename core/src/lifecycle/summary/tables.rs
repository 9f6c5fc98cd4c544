//! A summary as tables of Arrow, with the columns of the record form.

use std::iter::once;

use arrow_array::RecordBatch;
use arrow_schema::Metadata;

use super::super::decided::Told;
use super::{
    RuleCount, StageCount, StagesAnswer, StagesRejects, StagesReport, StagesUpdated, TierCount, TransitionCount,
};
use crate::engine::Engine;
use crate::error::Error;
use crate::operation::Tables;
use crate::table::UnreadColumns;
use crate::table::writer::{Writer, tables};
use crate::value::Tier;
use crate::view::facts::STAGES;

impl StagesAnswer {
    /// The counts and the report; with the columns that nobody reads, where they are reported.
    pub(super) fn batches(&self, unread: Option<&UnreadColumns>, engine: &Engine) -> Result<Tables, Error> {
        let counts = &self.tables;
        let mut signature = engine.signature();
        signature.extend([("lifestage.as_of", self.report.as_of.to_string())]);
        signature.extend(unread.map(UnreadColumns::metadata));
        Ok(tables([
            ("stages", vec![stages(&counts.stages, signature.clone())?]),
            ("transitions", vec![transitions(&counts.transitions, signature.clone())?]),
            ("warnings", vec![warnings(&counts.warnings, signature.clone())?]),
            ("tiers", vec![tiers(&counts.tiers, signature.clone())?]),
            ("report", vec![report(&self.report, unread, signature)?]),
        ]))
    }
}

impl StagesUpdated {
    /// The rows that do not count, and the report in one row.
    pub(super) fn batches(&self, engine: &Engine) -> Result<Tables, Error> {
        let Self { rows, rejected, unread, tables: StagesRejects { rejects } } = self;
        Told { rows: *rows, rejects, unread, customers: None }.batches(*rejected, engine)
    }
}

fn stages(counts: &[StageCount], metadata: Metadata) -> Result<RecordBatch, Error> {
    let mut columns = Writer::default();
    columns.codes("stage", counts.iter().map(|count| Some(count.stage? as u8)), STAGES)?;
    columns.rows("rows", counts.iter().map(|count| count.rows));
    columns.shares("share", counts.iter().map(|count| count.share))?;
    columns.batch(metadata)
}

fn tiers(counts: &[TierCount], metadata: Metadata) -> Result<RecordBatch, Error> {
    let mut columns = Writer::default();
    columns.codes("tier", counts.iter().map(|count| Some(count.tier? as u8)), Tier::CODES)?;
    columns.rows("rows", counts.iter().map(|count| count.rows));
    columns.shares("share", counts.iter().map(|count| count.share))?;
    columns.batch(metadata)
}

fn transitions(counts: &[TransitionCount], metadata: Metadata) -> Result<RecordBatch, Error> {
    let mut columns = Writer::default();
    columns.codes("previous_stage", counts.iter().map(|count| Some(count.previous_stage? as u8)), STAGES)?;
    columns.codes("stage", counts.iter().map(|count| Some(count.stage? as u8)), STAGES)?;
    columns.rows("rows", counts.iter().map(|count| count.rows));
    columns.shares("share", counts.iter().map(|count| count.share))?;
    columns.batch(metadata)
}

fn warnings(counts: &[RuleCount], metadata: Metadata) -> Result<RecordBatch, Error> {
    let mut columns = Writer::default();
    columns.texts("code", counts.iter().map(|count| Some(&count.code)));
    columns.rows("fired", counts.iter().map(|count| count.fired));
    columns.rows("insufficient", counts.iter().map(|count| count.insufficient));
    columns.rows("shadow", counts.iter().map(|count| count.shadow));
    columns.batch(metadata)
}

/// The report, in one row; with the columns that nobody reads, where they are reported.
fn report(report: &StagesReport, unread: Option<&UnreadColumns>, metadata: Metadata) -> Result<RecordBatch, Error> {
    let mut columns = Writer::default();
    columns.days("as_of", once(Some(report.as_of)));
    let figures = [
        ("rows", report.rows),
        ("rejected", report.rejected),
        ("followed", report.followed),
        ("comparable", report.comparable),
        ("flapping", report.flapping),
    ];
    for (name, figure) in figures {
        columns.rows(name, once(figure));
    }
    columns.shares("flap_rate", once(report.flap_rate))?;
    if let Some(unread) = unread {
        columns.text_lists("unread_columns", once(Some(unread.unread_columns.as_slice())));
    }
    columns.batch(metadata)
}
