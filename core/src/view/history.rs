//! The previous stage: the newest result of an earlier day.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::claims::Claim;
use super::facts::STAGES;
use super::tables::StageHistory;

/// The facts of earlier results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct PreviousRow {
    /// The stage of the newest result before the day; null: there is none.
    pub previous_stage: Option<&'static str>,
    /// The day since when that stage held; null: there is none.
    pub previous_since: Option<NaiveDate>,
}

/// The newest result before the day, for each row of a block.
pub(super) fn previous(history: &StageHistory, claims: &[Claim], rows: usize, as_of: NaiveDate) -> Vec<PreviousRow> {
    let mut newest = vec![None; rows];
    for claim in claims {
        if let (Some(newest), Some(made)) = (newest.get_mut(claim.owner), history.as_of.at(claim.row))
            && made < as_of
        {
            *newest = (*newest).max(Some((made, claim.row)));
        }
    }
    let row = |newest: Option<(NaiveDate, usize)>| {
        let (_, row) = newest?;
        let stage = STAGES.get(history.stage.at(row)?).copied();
        Some(PreviousRow { previous_stage: stage, previous_since: history.stage_since.at(row) })
    };
    newest.into_iter().map(|newest| row(newest).unwrap_or_default()).collect()
}
