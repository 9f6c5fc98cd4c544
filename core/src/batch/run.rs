//! `classify` over batches and streams of batches, on as many threads as the engine has.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_buffer::NullBuffer;
use arrow_schema::{ArrowError, Schema, SchemaRef};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Deserialize;

use super::MORE_ROWS;
use super::read::{self, View};
use super::schema::{Layout, Output};
use super::write::{Columns, Results, Written};
use crate::catalogue::Words;
use crate::condition::{BLOCK, LANES, Outcomes};
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::fact::{FactId, Value};
use crate::lifecycle::{
    Before, Classifier, Classify, Decision, DecisionColumns, Evidence, NO_CODE, Part, Reading, Stage, StageReason,
    ViewColumns, misspelt_columns, stage_reason,
};
use crate::month::day_of;
use crate::operation::{BatchOperation, Cancel, Table, Tables, read_request};
use crate::table::arrow::Held;
use crate::table::batches::input_failed;
use crate::table::cell::{MoneyUnit, bits};
use crate::value::Tier;

/// Rows that are read and decided at a time: what is converted of them stays in the processor's cache.
const SLICE: usize = 16 * BLOCK;
/// Fewer rows than these a thread are not worth one.
const ROWS_A_THREAD: usize = 4 * BLOCK;
/// Batches of a stream that have fewer rows are decided together.
const TINY: usize = BLOCK;
/// Faults that an error lists at most.
const MOST_FAULTS: usize = 100;

/// How to decide the rows of batches: as in the record form, and which columns the result has.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassifyBatchParams {
    /// The end of this day.
    pub as_of: NaiveDate,
    /// Refuse all rows if one breaks the contract, or if a column that is no fact is named nearly like one that is missing;
    /// otherwise such a row is returned with `error`, such a column is not read, and the others go on.
    #[serde(default)]
    pub strict: bool,
    /// What integer amounts count; without it they are refused.
    pub money_unit: Option<MoneyUnit>,
    /// The result's columns, in the contract's order; all but `evidence` unless given. What is not asked for is not computed.
    pub columns: Option<Vec<String>>,
    /// Give the view's own columns, all of them and as they are, before the result's; what the result only repeats of the
    /// view (`user_id`, `customer_id`, `status`, `months_since_exit`) is then left out.
    #[serde(default)]
    pub append: bool,
}

impl ClassifyBatchParams {
    /// Reads the parameters from a JSON text.
    ///
    /// # Errors
    /// Every fault of the text.
    pub fn read(text: &str) -> Result<Self, Error> {
        read_request(text)
    }
}

impl BatchOperation for Classify {
    type Params = ClassifyBatchParams;
    const TABLES: &'static [&'static str] = &["view"];
    const ANSWERED_TABLES: &'static [&'static str] = &["decisions"];

    fn open(engine: &Engine, mut tables: Tables, params: ClassifyBatchParams, cancel: Cancel) -> Result<Tables, Error> {
        let Some(view) = tables.remove("view") else { return Ok(Tables::new()) };
        let decisions = engine.classify_stream(view, &params, cancel)?;
        Ok(Tables::from([("decisions".to_owned(), decisions)]))
    }
}

impl Engine {
    /// Decides every row of a batch of the customer view: one row out for each row in, in the same order, with the columns
    /// of the data contract. The key columns are the given ones, not copied.
    ///
    /// Blocks until done, on as many threads as the engine has.
    ///
    /// # Errors
    /// Columns whose type does not hold their fact, facts given twice, unknown result columns; under `strict` the rows that
    /// break the contract.
    pub fn classify_batch(&self, view: &RecordBatch, params: &ClassifyBatchParams) -> Result<RecordBatch, Error> {
        Job::new(self, view.schema_ref(), params)?.run(self, view, 0, &Cancel::default())
    }

    /// Decides a stream of batches as they are asked for, so that data larger than memory flows through. Tiny batches are
    /// decided together: the rows are the same, in the same order, in fewer batches.
    ///
    /// The stream ends with its first error, an [`Error`] inside [`ArrowError::ExternalError`].
    ///
    /// # Errors
    /// As [`Engine::classify_batch`], as far as the schema shows it.
    pub fn classify_stream(&self, view: Table, params: &ClassifyBatchParams, cancel: Cancel) -> Result<Table, Error> {
        let job = Job::new(self, &view.schema(), params)?;
        Ok(Box::new(Decisions {
            engine: self.clone(),
            job,
            view,
            cancel,
            held_back: Vec::new(),
            rows: 0,
            is_over: false,
        }))
    }
}

/// A stream of decisions.
struct Decisions {
    engine: Engine,
    job: Job,
    view: Table,
    cancel: Cancel,
    /// Batches that were read and wait, the next one last.
    held_back: Vec<RecordBatch>,
    /// Rows decided so far.
    rows: usize,
    is_over: bool,
}

impl Decisions {
    /// The next batch; tiny ones joined.
    fn next_batch(&mut self) -> Result<Option<RecordBatch>, Error> {
        if let Some(batch) = self.held_back.pop() {
            return Ok(Some(batch));
        }
        let mut tiny = Vec::new();
        let mut rows = 0;
        while rows < TINY {
            self.cancel.check()?;
            let Some(batch) = self.view.next().transpose().map_err(|error| input_failed("view", error))? else { break };
            rows += batch.num_rows();
            tiny.push(batch);
        }
        let [first, _, ..] = tiny.as_slice() else { return Ok(tiny.pop()) };
        match arrow_select::concat::concat_batches(first.schema_ref(), &tiny) {
            Ok(joined) => Ok(Some(joined)),
            // Their dictionaries do not fit one.
            Err(_) => {
                tiny.reverse();
                self.held_back = tiny;
                Ok(self.held_back.pop())
            }
        }
    }

    fn decide_next(&mut self) -> Result<Option<RecordBatch>, Error> {
        self.cancel.check()?;
        let Some(batch) = self.next_batch()? else { return Ok(None) };
        let decided = self.job.run(&self.engine, &batch, self.rows, &self.cancel)?;
        self.rows += batch.num_rows();
        Ok(Some(decided))
    }
}

impl Iterator for Decisions {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let next = self.decide_next();
        self.is_over = !matches!(next, Ok(Some(_)));
        next.map_err(|error| ArrowError::ExternalError(Box::new(error))).transpose()
    }
}

impl RecordBatchReader for Decisions {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.job.results.schema)
    }
}

/// What is the same for all batches of a schema.
#[derive(Debug)]
pub(super) struct Job {
    as_of: NaiveDate,
    strict: bool,
    layout: Layout,
    results: Results,
    /// Whether earlier stages are given.
    has_before: bool,
}

impl Job {
    pub(super) fn new(engine: &Engine, schema: &Schema, params: &ClassifyBatchParams) -> Result<Self, Error> {
        let classifier = engine.policy().classifier();
        let given: Vec<_> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let misspelt = classifier.keys.misspelt(&given);
        let refused = if params.strict { misspelt_columns("view", &misspelt) } else { Vec::new() };
        let layout = match Layout::new(schema, classifier, params.money_unit) {
            Ok(layout) if refused.is_empty() => layout,
            Ok(_) => return Err(Error::request(refused)),
            Err(error) => return Err(Error::request([error.faults, refused].concat())),
        };
        let has_before = layout.column_of(classifier.keys.previous_stage).is_some();
        let mut outputs = Output::chosen(params.columns.as_deref(), has_before)?;
        if params.append {
            outputs.retain(|output| !output.is_repeated());
            Output::appended_to(schema, &outputs)?;
        }
        let results = Results::new(engine, schema, &layout, &misspelt, outputs, params);
        Ok(Self { as_of: params.as_of, strict: params.strict, layout, results, has_before })
    }

    fn asks(&self, outputs: &[Output]) -> bool {
        outputs.iter().any(|output| self.results.outputs.contains(output))
    }

    /// The buffers of what is asked for, or needed for it.
    fn buffers(&self) -> DecisionColumns {
        use Output::{
            Evidence, Insufficient, InsufficientMask, Reasons, Shadow, ShadowMask, StageSince, Warnings, WarningsMask,
        };
        let bytes = |outputs: &[Output]| self.asks(outputs).then(Vec::new);
        let masks = |outputs: &[Output]| self.asks(outputs).then(Vec::new);
        DecisionColumns {
            stage: bytes(&[Output::Stage, Reasons, StageSince]),
            tier: bytes(&[Output::Tier, Reasons, Evidence]),
            stage_step: bytes(&[Reasons]),
            warnings: masks(&[Warnings, WarningsMask, Reasons, Evidence]),
            insufficient: masks(&[Insufficient, InsufficientMask, Evidence]),
            shadow: masks(&[Shadow, ShadowMask, Evidence]),
            broken: Vec::new(),
        }
    }

    /// Decides a batch; `before` rows of its stream were decided already.
    fn run(&self, engine: &Engine, batch: &RecordBatch, before: usize, cancel: &Cancel) -> Result<RecordBatch, Error> {
        let mut decisions = self.buffers();
        let written = self.decide(engine, batch, before, decisions.whole(batch.num_rows()), cancel)?;
        self.results.batch(batch, self.columns(engine, batch, decisions, written)?)
    }

    /// Decides a batch into a part of as many rows.
    pub(super) fn decide(
        &self,
        engine: &Engine,
        batch: &RecordBatch,
        before: usize,
        whole: Part<'_>,
        cancel: &Cancel,
    ) -> Result<Written, Error> {
        let rows = batch.num_rows();
        let threads = engine.threads().get().min(rows / ROWS_A_THREAD).max(1);
        let share = rows.div_ceil(BLOCK).max(1).div_ceil(threads) * BLOCK;
        let mut parts = whole.split(share);
        let own = parts.pop();
        let worker = Worker { job: self, engine, batch, cancel };
        let written = std::thread::scope(|scope| {
            let first_of_own = parts.len() * share;
            let others: Vec<_> = parts
                .into_iter()
                .enumerate()
                .map(|(place, part)| scope.spawn(move || worker.run(place * share..(place + 1) * share, part)))
                .collect();
            let own = own.map_or_else(|| Ok(Written::default()), |part| worker.run(first_of_own..rows, part));
            let mut written = Written::default();
            for other in others {
                written.append(other.join().map_err(|_| Error::internal("a thread panicked"))??);
            }
            written.append(own?);
            Ok::<_, Error>(written)
        })?;
        if self.strict && !written.errors.is_empty() {
            return Err(refused(&written.errors, before));
        }
        Ok(written)
    }

    fn columns(
        &self,
        engine: &Engine,
        batch: &RecordBatch,
        decisions: DecisionColumns,
        written: Written,
    ) -> Result<Columns, Error> {
        let keys = &engine.policy().classifier().keys;
        let DecisionColumns { stage, tier, warnings, insufficient, shadow, .. } = decisions;
        let key = |output: Output| batch.column_by_name(output.name()).cloned();
        let months_since_exit = match self.layout.column_of(keys.months_since_exit) {
            Some(bound) if self.asks(&[Output::MonthsSinceExit]) => {
                read::held(batch, bound)?.map(|held| held.into_wide(batch.num_rows()))
            }
            _ => None,
        };
        Ok(Columns {
            user_id: key(Output::UserId),
            customer_id: key(Output::CustomerId),
            months_since_exit: months_since_exit
                .map(|(months, nulls)| (months, without(nulls, batch.num_rows(), &written.errors))),
            stage,
            tier,
            warnings,
            insufficient,
            shadow,
            written,
        })
    }
}

/// Which rows have a value, those in error having none.
fn without(nulls: Option<NullBuffer>, rows: usize, errors: &[(usize, Fault)]) -> Option<NullBuffer> {
    if errors.is_empty() {
        return nulls;
    }
    let mut has_value = vec![true; rows];
    for (row, _) in errors {
        has_value.get_mut(*row).into_iter().for_each(|has_value| *has_value = false);
    }
    NullBuffer::union(nulls.as_ref(), Some(&NullBuffer::from(has_value)))
}

/// The error of a batch under `strict`.
fn refused(errors: &[(usize, Fault)], before: usize) -> Error {
    let listed = errors.iter().take(MOST_FAULTS).map(|(row, fault)| {
        let path = format!("view[{}].{}", before + row, fault.path);
        Fault { path, ..fault.clone() }
    });
    Error::request(listed.chain(more_rows("view", errors.len())).collect())
}

/// No more faults than an error lists; what they are about is said of the rest.
pub(super) fn listed(mut faults: Vec<Fault>, path: &str) -> Vec<Fault> {
    let count = faults.len();
    faults.truncate(MOST_FAULTS);
    faults.extend(more_rows(path, count));
    faults
}

/// What is said of so many rows in error, if they are not all listed.
fn more_rows(path: &str, count: usize) -> Option<Fault> {
    let found = Words::new(format!("{count} rows in error"), format!("{count} 行有误"));
    let fault = || Fault::new(&MORE_ROWS, path).finding(found).expecting(Words::new("none", "无"));
    (count > MOST_FAULTS).then(fault)
}

/// One thread's work on a batch.
#[derive(Clone, Copy)]
struct Worker<'a> {
    job: &'a Job,
    engine: &'a Engine,
    batch: &'a RecordBatch,
    cancel: &'a Cancel,
}

impl Worker<'_> {
    fn run(&self, range: Range<usize>, mut part: Part<'_>) -> Result<Written, Error> {
        let mut written = Written::default();
        let end = range.end.min(self.batch.num_rows());
        for first in range.clone().step_by(SLICE).take_while(|first| *first < end) {
            self.cancel.check()?;
            let rows = SLICE.min(end - first);
            self.slice(first, part.of(first - range.start, rows), rows, &mut written)?;
        }
        Ok(written)
    }

    fn slice(&self, first: usize, mut part: Part<'_>, rows: usize, written: &mut Written) -> Result<(), Error> {
        let classifier = self.engine.policy().classifier();
        let batch = self.batch.slice(first, rows);
        let view = View::read(&batch, &self.job.layout, classifier)?;
        let columns = view.columns();
        classifier.decide_part(&columns, self.job.as_of, self.engine.machines(), part.of(0, rows));
        view.refused.iter().for_each(|row| part.mark_broken(*row));
        let slice = Slice { worker: *self, classifier, batch: &batch, view: &view, columns: &columns, first };
        slice.write(rows, &mut part, written);
        Ok(())
    }
}

/// Some rows that are decided, and the words for them.
struct Slice<'a> {
    worker: Worker<'a>,
    classifier: &'a Classifier,
    batch: &'a RecordBatch,
    view: &'a View,
    columns: &'a ViewColumns<'a>,
    first: usize,
}

/// What becomes of a row whose columns are not all in order.
enum Reread {
    Decided(Decision),
    Refused(Fault),
}

impl Slice<'_> {
    fn write(&self, rows: usize, part: &mut Part<'_>, written: &mut Written) {
        use Output::{Evidence, Insufficient, Reasons, Shadow, StageSince, Warnings};
        let job = self.worker.job;
        if job.asks(&[Output::Status]) {
            self.statuses(rows, &mut written.status);
        }
        let statuses = written.status.len().saturating_sub(rows);
        let is_by_row = job.has_before || job.asks(&[Reasons, Warnings, Insufficient, Shadow, StageSince, Evidence]);
        for word in 0..rows.div_ceil(LANES) {
            let broken = part.broken.get(word).copied().unwrap_or(0);
            if broken == 0 && !is_by_row {
                continue;
            }
            for row in word * LANES..rows.min((word + 1) * LANES) {
                if broken >> (row % LANES) & 1 == 0 {
                    if is_by_row {
                        let decision = self.decision(row, part);
                        self.write_row(row, &decision, written);
                    }
                    continue;
                }
                match self.reread(row) {
                    Reread::Decided(decision) => {
                        part.put(row, &decision);
                        self.write_row(row, &decision, written);
                    }
                    Reread::Refused(fault) => {
                        part.put(row, &Decision::default());
                        written.status.get_mut(statuses + row).into_iter().for_each(|status| *status = NO_CODE);
                        self.write_nothing(written);
                        written.errors.push((self.first + row, fault));
                    }
                }
            }
        }
    }

    fn statuses(&self, rows: usize, out: &mut Vec<u8>) {
        let place = |held: &Held, row| held.at(row).and_then(|place| u8::try_from(place).ok()).unwrap_or(NO_CODE);
        match self.view.get(self.classifier.keys.status) {
            Some(held) => out.extend((0..rows).map(|row| place(held, row))),
            None => out.extend(std::iter::repeat_n(NO_CODE, rows)),
        }
    }

    /// What the columns decided of a row, once what an earlier run decided is taken into account.
    fn decision(&self, row: usize, part: &mut Part<'_>) -> Decision {
        let mut decision = part.decision(row);
        if decision.tier.is_none() && self.worker.job.asks(&[Output::Reasons]) {
            decision.lacks_fees = self.classifier.lacks_fees_in(self.columns, row);
        }
        if self.worker.job.has_before {
            let at = |fact: Option<FactId>| self.view.get(fact).and_then(|held| held.at(row));
            let keys = &self.classifier.keys;
            let before = Before::new(true, at(keys.previous_stage), at(keys.previous_since));
            self.classifier.settle(before, self.worker.job.as_of, &mut decision);
            part.put(row, &decision);
        }
        decision
    }

    /// A row's facts, read as a record.
    fn facts(&self, row: usize) -> Result<(Reading<'_>, HashMap<FactId, Value>), Fault> {
        let layout = &self.worker.job.layout;
        let cells = read::record(self.batch, layout, row);
        let reading = Reading {
            classifier: self.classifier,
            money_unit: layout.money_unit,
            fee_is_customers: layout.fee_is_customers,
        };
        let values = reading.facts(&cells)?;
        Ok((reading, values))
    }

    /// A row that the columns call broken, read as a record.
    fn reread(&self, row: usize) -> Reread {
        match self.facts(row) {
            Err(fault) => Reread::Refused(fault),
            Ok((reading, values)) => {
                let mut view = reading.view_row(values);
                let (as_of, mut outcomes) = (self.worker.job.as_of, Outcomes::default());
                Reread::Decided(self.classifier.decide(&mut view.row, view.before, as_of, &mut outcomes))
            }
        }
    }

    /// Why each rule fired or cannot know; a row of which neither is said needs no look.
    fn evidence(&self, row: usize, decision: &Decision) -> Vec<Evidence> {
        let Decision { warnings, insufficient, shadow, .. } = decision;
        match self.facts(row) {
            Ok((_, values)) if warnings | insufficient | shadow != 0 => {
                let subject = self.classifier.subject(values, decision, self.worker.job.as_of);
                self.classifier.evidence(&subject)
            }
            _ => Vec::new(),
        }
    }

    fn write_row(&self, row: usize, decision: &Decision, written: &mut Written) {
        let job = self.worker.job;
        if job.asks(&[Output::Reasons]) {
            self.classifier.each_reason(decision, |reason| written.reasons.push(reason));
            written.reasons.end_row();
        }
        let lists = [
            (Output::Warnings, decision.warnings, &mut written.warnings),
            (Output::Insufficient, decision.insufficient, &mut written.insufficient),
            (Output::Shadow, decision.shadow, &mut written.shadow),
        ];
        for (output, mask, list) in lists {
            if job.asks(&[output]) {
                bits(mask).for_each(|rule| list.push(rule));
                list.end_row();
            }
        }
        if job.asks(&[Output::StageSince]) {
            let day = decision.stage_since.and_then(|since| i32::try_from(day_of(since)).ok());
            written.stage_since.push(day);
        }
        if job.asks(&[Output::Evidence]) {
            written.evidence.push(self.evidence(row, decision));
        }
    }

    /// A row in error: every list is empty.
    fn write_nothing(&self, written: &mut Written) {
        let lists = [
            (Output::Reasons, &mut written.reasons),
            (Output::Warnings, &mut written.warnings),
            (Output::Insufficient, &mut written.insufficient),
            (Output::Shadow, &mut written.shadow),
        ];
        for (output, list) in lists {
            if self.worker.job.asks(&[output]) {
                list.end_row();
            }
        }
        if self.worker.job.asks(&[Output::StageSince]) {
            written.stage_since.push(None);
        }
        if self.worker.job.asks(&[Output::Evidence]) {
            written.evidence.push(Vec::new());
        }
    }
}

impl Part<'_> {
    fn mark_broken(&mut self, row: usize) {
        if let Some(word) = self.broken.get_mut(row / LANES) {
            *word |= 1 << (row % LANES);
        }
    }

    /// What the columns say of a row.
    fn decision(&self, row: usize) -> Decision {
        fn at<T: Copy>(column: &Option<&mut [T]>, row: usize) -> Option<T> {
            column.as_ref().and_then(|column| column.get(row)).copied()
        }
        let stage = at(&self.stage, row).and_then(|code| Stage::ALL.get(usize::from(code)));
        let tier = at(&self.tier, row).and_then(|code| Tier::ALL.get(usize::from(code)));
        Decision {
            stage: stage.copied(),
            tier: tier.copied(),
            stage_reason: at(&self.stage_step, row).map_or(StageReason::Insufficient, stage_reason),
            lacks_fees: false,
            warnings: at(&self.warnings, row).unwrap_or(0),
            insufficient: at(&self.insufficient, row).unwrap_or(0),
            shadow: at(&self.shadow, row).unwrap_or(0),
            stage_since: None,
        }
    }

    /// Says what is decided of a row.
    fn put(&mut self, row: usize, decision: &Decision) {
        fn at<T>(column: &mut Option<&mut [T]>, row: usize, value: T) {
            if let Some(slot) = column.as_mut().and_then(|column| column.get_mut(row)) {
                *slot = value;
            }
        }
        at(&mut self.stage, row, decision.stage.map_or(NO_CODE, |stage| stage as u8));
        at(&mut self.tier, row, decision.tier.map_or(NO_CODE, |tier| tier as u8));
        at(&mut self.warnings, row, decision.warnings);
        at(&mut self.insufficient, row, decision.insufficient);
        at(&mut self.shadow, row, decision.shadow);
    }
}
