//! Decisions by columns: the view's facts in, codes and masks out.

use std::sync::Mutex;

use chrono::NaiveDate;

use super::classifier::Classifier;
use super::decision::StageReason;
use crate::condition::{self, BLOCK, Codes, Column, Instructions, LANES, Machine, Masks, Numbers, Program, Work};
use crate::fact::FactId;
use crate::month::day_of;
use crate::warning::RuleState;

/// A code where there is none.
pub const NO_CODE: u8 = u8::MAX;

/// The facts of a batch of rows, by columns.
#[derive(Debug, Default)]
pub struct ViewColumns<'a> {
    columns: Vec<(FactId, Column<'a>)>,
    rows: usize,
}

impl<'a> ViewColumns<'a> {
    /// Columns for so many rows.
    pub fn new(rows: usize) -> Self {
        Self { columns: Vec::new(), rows }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Adds a fact's column; every column has a number for each row.
    pub fn set(&mut self, fact: FactId, column: Column<'a>) {
        match self.columns.iter_mut().find(|(present, _)| *present == fact) {
            Some((_, present)) => *present = column,
            None => self.columns.push((fact, column)),
        }
    }

    /// A fact's column, if it is given.
    pub fn get(&self, fact: FactId) -> Option<&Column<'a>> {
        self.columns.iter().find(|(present, _)| *present == fact).map(|(_, column)| column)
    }

    /// The plan's program for these columns; what no rule reads is checked all the same.
    fn program(&self, classifier: &'a Classifier, as_of: NaiveDate) -> Program<'a> {
        let plan = classifier.plan();
        let read: Vec<_> = plan.facts().map(|fact| self.get(fact).cloned().unwrap_or(Column::Missing)).collect();
        let mut program = Program::new(plan, &read, self.rows, day_of(as_of));
        for (fact, column) in &self.columns {
            if !plan.facts().any(|read| read == *fact) {
                let may_be_negative = classifier.facts().get(*fact).is_none_or(|fact| fact.may_be_negative);
                program.also_check(column, may_be_negative);
            }
        }
        program
    }
}

/// The decisions of a batch, by columns: buffers of one entry a row, which a caller may keep for the next batch. What is
/// switched off stays empty.
#[derive(Debug, Default)]
pub struct DecisionColumns {
    /// Stages by index (A is 0), [`NO_CODE`] where null.
    pub stage: Option<Vec<u8>>,
    /// Tiers by index (high is 0), [`NO_CODE`] where null.
    pub tier: Option<Vec<u8>>,
    /// What decided the stage: the step of the policy, [`NO_CODE`] where none could.
    pub stage_step: Option<Vec<u8>>,
    /// The active rules that fired; bits are the policy's rules in order.
    pub warnings: Option<Vec<u64>>,
    /// The active and shadow rules that cannot know.
    pub insufficient: Option<Vec<u64>>,
    /// The shadow rules that fired.
    pub shadow: Option<Vec<u64>>,
    /// Rows that break the contract, 64 a word: their decisions say nothing.
    pub broken: Vec<u64>,
}

impl DecisionColumns {
    /// Every column.
    pub fn all() -> Self {
        Self {
            stage: Some(Vec::new()),
            tier: Some(Vec::new()),
            stage_step: Some(Vec::new()),
            warnings: Some(Vec::new()),
            insufficient: Some(Vec::new()),
            shadow: Some(Vec::new()),
            broken: Vec::new(),
        }
    }

    fn resize(&mut self, rows: usize) {
        for codes in [&mut self.stage, &mut self.tier, &mut self.stage_step].into_iter().flatten() {
            codes.resize(rows, NO_CODE);
        }
        for masks in [&mut self.warnings, &mut self.insufficient, &mut self.shadow].into_iter().flatten() {
            masks.resize(rows, 0);
        }
        self.broken.resize(rows.div_ceil(LANES), 0);
    }

    /// The decisions of so many rows, to be written in place.
    pub(crate) fn whole(&mut self, rows: usize) -> Part<'_> {
        self.resize(rows);
        Part {
            stage: self.stage.as_deref_mut(),
            tier: self.tier.as_deref_mut(),
            stage_step: self.stage_step.as_deref_mut(),
            warnings: self.warnings.as_deref_mut(),
            insufficient: self.insufficient.as_deref_mut(),
            shadow: self.shadow.as_deref_mut(),
            broken: &mut self.broken,
        }
    }
}

/// A host's own arrays for the decisions of a batch, of one entry a row; what is `None` is not computed.
#[derive(Debug, Default)]
pub struct DecisionBuffers<'a> {
    /// Stages by index (A is 0), [`NO_CODE`] where null.
    pub stage: Option<&'a mut [u8]>,
    /// Tiers by index (high is 0), [`NO_CODE`] where null.
    pub tier: Option<&'a mut [u8]>,
    /// The active rules that fired; bits are the policy's rules in order.
    pub warnings: Option<&'a mut [u64]>,
    /// The active and shadow rules that cannot know.
    pub insufficient: Option<&'a mut [u64]>,
    /// The shadow rules that fired.
    pub shadow: Option<&'a mut [u64]>,
}

/// Some of the rows of a batch, such as those of one thread.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    pub stage: Option<&'a mut [u8]>,
    pub tier: Option<&'a mut [u8]>,
    pub stage_step: Option<&'a mut [u8]>,
    pub warnings: Option<&'a mut [u64]>,
    pub insufficient: Option<&'a mut [u64]>,
    pub shadow: Option<&'a mut [u64]>,
    pub broken: &'a mut [u64],
}

impl<'a> Part<'a> {
    /// Parts of so many rows each, a multiple of [`LANES`].
    pub fn split(self, rows: usize) -> Vec<Part<'a>> {
        fn cut<T>(column: Option<&mut [T]>, rows: usize) -> std::vec::IntoIter<&mut [T]> {
            column.map_or_else(Vec::new, |column| column.chunks_mut(rows).collect()).into_iter()
        }
        let (mut stage, mut tier) = (cut(self.stage, rows), cut(self.tier, rows));
        let (mut stage_step, mut warnings) = (cut(self.stage_step, rows), cut(self.warnings, rows));
        let (mut insufficient, mut shadow) = (cut(self.insufficient, rows), cut(self.shadow, rows));
        let broken = self.broken.chunks_mut(rows.div_ceil(LANES));
        broken
            .map(|broken| Part {
                stage: stage.next(),
                tier: tier.next(),
                stage_step: stage_step.next(),
                warnings: warnings.next(),
                insufficient: insufficient.next(),
                shadow: shadow.next(),
                broken,
            })
            .collect()
    }

    /// Some of these rows; the first is a multiple of [`LANES`].
    pub fn of(&mut self, first: usize, rows: usize) -> Part<'_> {
        fn cut<'a, T>(column: &'a mut Option<&mut [T]>, first: usize, rows: usize) -> Option<&'a mut [T]> {
            column.as_mut().and_then(|column| column.get_mut(first..first + rows))
        }
        let words = first / LANES..(first + rows).div_ceil(LANES);
        Part {
            stage: cut(&mut self.stage, first, rows),
            tier: cut(&mut self.tier, first, rows),
            stage_step: cut(&mut self.stage_step, first, rows),
            warnings: cut(&mut self.warnings, first, rows),
            insufficient: cut(&mut self.insufficient, first, rows),
            shadow: cut(&mut self.shadow, first, rows),
            broken: self.broken.get_mut(words).unwrap_or_default(),
        }
    }
}

/// Machines that wait for the next batch.
#[derive(Debug, Default)]
pub struct Machines(Mutex<Vec<Machine>>);

impl Machines {
    /// Never waits: the lock of a forked process may be held by a thread that it does not have.
    fn take(&self) -> Machine {
        self.0.try_lock().ok().and_then(|mut waiting| waiting.pop()).unwrap_or_default()
    }

    fn give_back(&self, machine: Machine) {
        if let Ok(mut waiting) = self.0.try_lock() {
            waiting.push(machine);
        }
    }
}

impl Classifier {
    /// Decides every row of a view on this thread; the dwell of earlier stages is left to the caller.
    pub fn decide_columns(
        &self,
        view: &ViewColumns<'_>,
        as_of: NaiveDate,
        machines: &Machines,
        decisions: &mut DecisionColumns,
    ) {
        self.decide_part(view, as_of, machines, decisions.whole(view.rows()));
    }

    /// Decides every row of a view into a part of as many rows, on this thread.
    pub(crate) fn decide_part(&self, view: &ViewColumns<'_>, as_of: NaiveDate, machines: &Machines, part: Part<'_>) {
        let program = view.program(self, as_of);
        Writer::new(self).decide(&program, part, machines);
    }

    /// Whether the view says nothing of any month of the series that the tiers read, in a row (SEG-02).
    pub(crate) fn lacks_fees_in(&self, view: &ViewColumns<'_>, row: usize) -> bool {
        let knows = |month: &Option<Numbers<'_>>| month.is_some_and(|numbers| numbers.has_value(row));
        let knows_none = |series: &FactId| match view.get(*series) {
            Some(Column::Months(months)) => !months.iter().any(knows),
            _ => true,
        };
        !self.tier_series.is_empty() && self.tier_series.iter().all(knows_none)
    }
}

impl Numbers<'_> {
    fn has_value(&self, row: usize) -> bool {
        self.validity.is_none_or(|validity| {
            let bit = validity.offset + row;
            validity.bytes.get(bit / 8).is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
        })
    }
}

/// What becomes of the outcomes.
struct Writer {
    stage: Codes,
    tier: Codes,
    stage_step: Codes,
    active: Masks,
    shadow: Masks,
    evaluated: Masks,
}

impl Writer {
    fn new(classifier: &Classifier) -> Self {
        let place = |index: usize| u8::try_from(index).unwrap_or(NO_CODE);
        let (stages, tiers, rules) = (&classifier.stages, &classifier.tiers, &classifier.rules);
        let in_state = |state: RuleState| -> Vec<_> {
            rules.iter().map(|step| step.node.filter(|_| step.rule.state == state)).collect()
        };
        let stage: Vec<_> = stages.iter().map(|step| (step.decides, step.stage as u8)).collect();
        let tier: Vec<_> = tiers.iter().map(|step| (step.decides, step.tier as u8)).collect();
        let stage_step: Vec<_> = stages.iter().enumerate().map(|(index, step)| (step.decides, place(index))).collect();
        let evaluated: Vec<_> = rules.iter().map(|step| step.node).collect();
        Self {
            stage: Codes::new(&stage),
            tier: Codes::new(&tier),
            stage_step: Codes::new(&stage_step),
            active: Masks::new(&in_state(RuleState::Active)),
            shadow: Masks::new(&in_state(RuleState::Shadow)),
            evaluated: Masks::new(&evaluated),
        }
    }

    fn decide(&self, program: &Program<'_>, part: Part<'_>, machines: &Machines) {
        let mut machine = machines.take();
        condition::run(Deciding { writer: self, program, part, machine: &mut machine });
        machines.give_back(machine);
    }

    #[inline(always)]
    fn write(&self, machine: &Machine, start: usize, part: &mut Part<'_>) {
        self.stage.write(machine, block(&mut part.stage, start));
        self.tier.write(machine, block(&mut part.tier, start));
        self.stage_step.write(machine, block(&mut part.stage_step, start));
        self.active.write(machine, block(&mut part.warnings, start));
        self.shadow.write(machine, block(&mut part.shadow, start));
        self.evaluated.write_unknown(machine, block(&mut part.insufficient, start));
        let broken = part.broken.iter_mut().skip(start / LANES);
        broken.zip(machine.broken()).for_each(|(slot, word)| *slot = *word);
    }
}

/// The rows of a program.
struct Deciding<'a> {
    writer: &'a Writer,
    program: &'a Program<'a>,
    part: Part<'a>,
    machine: &'a mut Machine,
}

impl Work for Deciding<'_> {
    #[inline(always)]
    fn run<I: Instructions>(mut self) {
        let rows = self.part.broken.len() * LANES;
        for start in (0..rows).step_by(BLOCK) {
            self.program.run::<I>(start, self.machine);
            self.writer.write(self.machine, start, &mut self.part);
        }
    }
}

/// The rows of one block.
fn block<'a, T>(column: &'a mut Option<&mut [T]>, start: usize) -> &'a mut [T] {
    let rows = column.as_mut().and_then(|column| column.get_mut(start..)).unwrap_or_default();
    let end = rows.len().min(BLOCK);
    rows.get_mut(..end).unwrap_or_default()
}

/// What decided the stage, from the step that [`DecisionColumns::stage_step`] names.
pub(crate) fn stage_reason(step: u8) -> StageReason {
    if step == NO_CODE { StageReason::Insufficient } else { StageReason::Step(step.into()) }
}
