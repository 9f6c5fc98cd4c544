//! The table `stage_history`, read for what earlier runs decided about each user.

use std::collections::HashMap;
use std::ops::Range;

use chrono::NaiveDate;

use super::Stage;
use super::decided::Decisions;
use crate::catalogue::{Code, Words};
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::table::columns::{Numbers, Texts};
use crate::table::source::{FromSource, Given, Source};
use crate::table::{Header, Reject, UnreadColumns};
use crate::view::facts::STAGES;
use crate::view::{CONFLICT, DUPLICATE, LATE, ORPHAN, until};

/// What earlier runs decided about the users of some decisions.
#[derive(Debug)]
pub(super) struct History<'d> {
    /// The users by number.
    users: HashMap<&'d str, usize>,
    /// Where the stages of each user stand, by its number.
    ranges: Vec<Range<usize>>,
    /// The stages of the runs before the day; of one user the newest first.
    stages: Vec<Stage>,
    pub rejects: Vec<Reject>,
    pub unread: UnreadColumns,
}

/// A row that counts: what a run decided about a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Run {
    user: usize,
    day: NaiveDate,
    row: usize,
    stage: Stage,
}

/// The table, column by column.
struct Columns {
    user_id: Texts,
    as_of: Numbers<NaiveDate>,
    recorded_on: Numbers<NaiveDate>,
    stage: Numbers<usize>,
}

impl<'d> History<'d> {
    /// Reads the table for a run as of `as_of` that made these decisions. Rows of that day itself are of the same run: not
    /// read.
    ///
    /// # Errors
    /// Columns of a type that holds no history.
    pub(super) fn read(
        given: Given<'_>,
        as_of: NaiveDate,
        decisions: &'d Decisions,
        engine: &Engine,
    ) -> Result<Self, Error> {
        let (columns, remarks) = given.read::<Columns>(&(), 0, None, engine.threads());
        if !remarks.refusals.is_empty() {
            return Err(Error::request(remarks.refusals));
        }
        let users = decisions.users();
        let (mut rejects, mut runs) = (Vec::new(), Vec::with_capacity(given.rows()));
        for row in 0..given.rows() {
            match columns.run(row, as_of, &users, remarks.invalid.get(&row)) {
                Ok(run) => runs.push(run),
                Err(fault) => rejects.push(Reject { table: Columns::NAME, row, fault }),
            }
        }
        runs.sort_unstable();
        let (mut ranges, mut stages) = (vec![0..0; users.len()], Vec::new());
        for of_day in runs.chunk_by(|one, other| (one.user, one.day) == (other.user, other.day)).rev() {
            let agreed = agreed(of_day, &mut rejects).filter(|run| run.day < as_of);
            if let Some((run, range)) = agreed.and_then(|run| Some((run, ranges.get_mut(run.user)?))) {
                let start = if range.start == range.end { stages.len() } else { range.start };
                stages.push(run.stage);
                *range = start..stages.len();
            }
        }
        rejects.sort_unstable_by_key(|reject| reject.row);
        Ok(Self { users, ranges, stages, rejects, unread: remarks.unread })
    }

    /// The stages of a user's earlier runs, the newest first.
    pub(super) fn of(&self, user_id: &str) -> &[Stage] {
        let range = self.users.get(user_id).and_then(|user| self.ranges.get(*user));
        range.and_then(|range| self.stages.get(range.clone())).unwrap_or_default()
    }
}

impl FromSource for Columns {
    const NAME: &'static str = "stage_history";
    type With = ();

    fn read(source: &mut impl Source, (): &()) -> Self {
        source.pass_over(&["stage_since"]);
        Self {
            user_id: source.text(Header::required("user_id")),
            as_of: source.date(Header::required("as_of")),
            recorded_on: source.date(Header { is_required: false, ..Header::required("recorded_on") }),
            stage: source.code(Header::required("stage"), STAGES),
        }
    }
}

impl Columns {
    /// A row that counts; otherwise the first reason that holds.
    fn run(
        &self,
        row: usize,
        as_of: NaiveDate,
        users: &HashMap<&str, usize>,
        invalid: Option<&Fault>,
    ) -> Result<Run, Fault> {
        for (column, days) in [("recorded_on", &self.recorded_on), ("as_of", &self.as_of)] {
            if let Some(day) = days.at(row).filter(|day| *day > as_of) {
                return Err(fault(&LATE, row, column).found(day).expecting(until(as_of)));
            }
        }
        if let Some(fault) = invalid {
            return Err(fault.clone());
        }
        let user_id = self.user_id.text(row).unwrap_or_default();
        let stage = self.stage.at(row).and_then(|place| Stage::ALL.get(place)).copied();
        match (users.get(user_id), self.as_of.at(row), stage) {
            (Some(user), Some(day), Some(stage)) => Ok(Run { user: *user, day, row, stage }),
            _ => Err(fault(&ORPHAN, row, "user_id")
                .found(user_id)
                .expecting(Words::new("a user of the decisions", "判定结果中的用户"))),
        }
    }
}

/// What the rows of one user and day agree on. Rows that say it again are duplicates; if the others say different stages, all
/// of them are rejected.
fn agreed(runs: &[Run], rejects: &mut Vec<Reject>) -> Option<Run> {
    let mut firsts: Vec<Run> = Vec::new();
    for run in runs {
        match firsts.iter().find(|first| first.stage == run.stage) {
            Some(first) => rejects.push(duplicate(run.row, first.row)),
            None => firsts.push(*run),
        }
    }
    if let [run] = firsts.as_slice() {
        return Some(*run);
    }
    rejects.extend(firsts.iter().map(|run| conflict(run.row, run.stage)));
    None
}

fn duplicate(row: usize, first: usize) -> Reject {
    let fault = fault(&DUPLICATE, row, "stage")
        .finding(Words::new(format!("the stage of row {first}"), format!("第 {first} 行的阶段")))
        .expecting(Words::new("each row once", "每行一次"));
    Reject { table: Columns::NAME, row, fault }
}

fn conflict(row: usize, stage: Stage) -> Reject {
    let fault = fault(&CONFLICT, row, "stage")
        .found(stage.code())
        .expecting(Words::new("one stage a user and day", "每个用户每天一个阶段"));
    Reject { table: Columns::NAME, row, fault }
}

fn fault(code: &'static Code, row: usize, column: &str) -> Fault {
    Fault::new(code, format!("tables.{}[{row}].{column}", Columns::NAME))
}
