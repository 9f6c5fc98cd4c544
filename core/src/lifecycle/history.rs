//! The table `stage_history`, read for what earlier runs decided about each user.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;

use super::Stage;
use crate::catalogue::Code;
use crate::error::Fault;
use crate::table::{Column, Header, Reader, Remarks, Row};
use crate::view::facts::STAGES;
use crate::view::{CONFLICT, DUPLICATE, LATE, ORPHAN, Reject};

/// What it is called where it comes in.
const TABLE: &str = "stage_history";

/// What earlier runs decided.
#[derive(Debug)]
pub(super) struct History {
    /// By user: the stages of the runs before the day, the newest first.
    earlier: HashMap<String, Vec<Stage>>,
    pub rejects: Vec<Reject>,
    pub unread_columns: Vec<String>,
}

/// The table, column by column.
struct Columns<'a> {
    user_id: Column<Cow<'a, str>>,
    as_of: Column<NaiveDate>,
    recorded_on: Column<NaiveDate>,
    stage: Column<usize>,
    remarks: Remarks,
}

impl History {
    /// Reads the table for a run as of `as_of` about these users. Rows of that day itself are of the same run: not read.
    pub(super) fn read(rows: &[Row], as_of: NaiveDate, users: &HashSet<&str>) -> Self {
        let columns = Columns::read(rows);
        let (mut rejects, mut runs) = (Vec::new(), BTreeMap::new());
        for row in 0..rows.len() {
            match columns.run(row, as_of, users) {
                Ok((user, day, stage)) => runs.entry((user, day)).or_insert_with(Vec::new).push((row, stage)),
                Err(fault) => rejects.push(Reject { table: TABLE, row, fault }),
            }
        }
        let mut earlier: HashMap<String, Vec<Stage>> = HashMap::new();
        for ((user, day), found) in runs.into_iter().rev() {
            let stage = agreed(&found, &mut rejects);
            if let Some(stage) = stage.filter(|_| day < as_of) {
                earlier.entry(user.to_owned()).or_default().push(stage);
            }
        }
        rejects.sort_by_key(|reject| reject.row);
        Self { earlier, rejects, unread_columns: columns.remarks.unread_columns }
    }

    /// The stages of a user's earlier runs, the newest first.
    pub(super) fn of(&self, user_id: &str) -> &[Stage] {
        self.earlier.get(user_id).map_or(&[], Vec::as_slice)
    }
}

impl<'a> Columns<'a> {
    fn read(rows: &'a [Row]) -> Self {
        let mut reader = Reader::new(TABLE, rows, None);
        reader.pass_over(&["stage_since"]);
        let required = |name| Header { name, is_required: true, is_personal: false };
        Self {
            user_id: reader.text(required("user_id")),
            as_of: reader.date(required("as_of")),
            recorded_on: reader.date(Header { is_required: false, ..required("recorded_on") }),
            stage: reader.code(required("stage"), STAGES),
            remarks: reader.finish(),
        }
    }

    /// The user, the day and the stage of a row that counts; otherwise the first reason that holds.
    fn run(&self, row: usize, as_of: NaiveDate, users: &HashSet<&str>) -> Result<(&str, NaiveDate, Stage), Fault> {
        for (column, days) in [("recorded_on", &self.recorded_on), ("as_of", &self.as_of)] {
            if let Some(day) = days.at(row).filter(|day| *day > as_of) {
                return Err(fault(&LATE, row, column).found(day).expected(format!("on or before {as_of}")));
            }
        }
        if let Some(fault) = self.remarks.invalid.get(&row) {
            return Err(fault.clone());
        }
        let stage = self.stage.at(row).and_then(|place| Stage::ALL.get(place)).copied();
        match (self.user_id.text(row), self.as_of.at(row), stage) {
            (Some(user), Some(day), Some(stage)) if users.contains(user) => Ok((user, day, stage)),
            (user, ..) => {
                Err(fault(&ORPHAN, row, "user_id").found(user.unwrap_or_default()).expected("a user of the decisions"))
            }
        }
    }
}

/// The stage of one user on one day. Rows that say it again are duplicates; if the others say different ones, all of them
/// are rejected.
fn agreed(found: &[(usize, Stage)], rejects: &mut Vec<Reject>) -> Option<Stage> {
    let mut firsts: Vec<(usize, Stage)> = Vec::new();
    for (row, stage) in found {
        match firsts.iter().find(|(_, said)| said == stage) {
            Some((first, _)) => rejects.push(duplicate(*row, *first)),
            None => firsts.push((*row, *stage)),
        }
    }
    if let [(_, stage)] = firsts.as_slice() {
        return Some(*stage);
    }
    rejects.extend(firsts.iter().map(|(row, stage)| conflict(*row, *stage)));
    None
}

fn duplicate(row: usize, first: usize) -> Reject {
    let fault = fault(&DUPLICATE, row, "stage").found(format!("the stage of row {first}")).expected("each row once");
    Reject { table: TABLE, row, fault }
}

fn conflict(row: usize, stage: Stage) -> Reject {
    let fault = fault(&CONFLICT, row, "stage").found(stage.code()).expected("one stage a user and day");
    Reject { table: TABLE, row, fault }
}

fn fault(code: &'static Code, row: usize, column: &str) -> Fault {
    Fault::new(code, format!("tables.{TABLE}[{row}].{column}"))
}
