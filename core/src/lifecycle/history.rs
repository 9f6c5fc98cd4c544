//! The table `stage_history`, read for what earlier runs decided about each user.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;

use super::Stage;
use crate::error::Fault;
use crate::table::{Column, Header, INVALID, Reader, Reject, Remarks, Row};
use crate::view::facts::STAGES;

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
            match agreed(&found) {
                Some(stage) if day < as_of => earlier.entry(user.to_owned()).or_default().push(stage),
                Some(_) => {}
                None => rejects.extend(found.into_iter().map(|(row, stage)| conflict(row, stage))),
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
            stage: reader.code(required("stage"), STAGES),
            remarks: reader.finish(),
        }
    }

    /// The user, the day and the stage of a row that counts.
    fn run(&self, row: usize, as_of: NaiveDate, users: &HashSet<&str>) -> Result<(&str, NaiveDate, Stage), Fault> {
        if let Some(fault) = self.remarks.invalid.get(&row) {
            return Err(fault.clone());
        }
        let stage = self.stage.at(row).and_then(|place| Stage::ALL.get(place)).copied();
        let (Some(user), Some(day), Some(stage)) = (self.user_id.text(row), self.as_of.at(row), stage) else {
            return Err(refused(row, "stage"));
        };
        if day > as_of {
            return Err(refused(row, "as_of").found(day).expected(format!("on or before {as_of}")));
        }
        if !users.contains(user) {
            return Err(refused(row, "user_id").found(user).expected("a user of the table decisions"));
        }
        Ok((user, day, stage))
    }
}

/// The stage of one user on one day, unless rows say different ones.
fn agreed(found: &[(usize, Stage)]) -> Option<Stage> {
    let (_, first) = found.first()?;
    found.iter().all(|(_, stage)| stage == first).then_some(*first)
}

fn conflict(row: usize, stage: Stage) -> Reject {
    let fault = refused(row, "stage").found(stage.code()).expected("one stage a user and day");
    Reject { table: TABLE, row, fault }
}

fn refused(row: usize, column: &str) -> Fault {
    Fault::new(&INVALID, format!("tables.{TABLE}[{row}].{column}"))
}
