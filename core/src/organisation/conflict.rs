//! Two channels that claim one sale (ORG-12): inside the company or not, and whose it is.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Text, one_of};
use crate::document::INVALID_VALUE;
use crate::engine::Engine;
use crate::error::{Error, Fault};
use crate::operation::RecordOperation;

/// A kind of sales channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelKind {
    /// What it is called in English.
    pub en: String,
    /// What it is called in Chinese.
    pub zh: String,
    /// Whether the company owns it; a social agent it does not.
    pub is_owned: bool,
}

/// The operation `judge_channel_conflict`.
#[derive(Debug)]
pub struct JudgeChannelConflict;

/// Who claims a sale.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JudgeChannelConflictRequest {
    /// The claims, in the order in which they came in.
    #[schemars(length(min = 2))]
    pub claims: Vec<ChannelClaim>,
}

/// A claim of one channel.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelClaim {
    /// The order.
    pub order_id: String,
    /// A kind of channel of the policy's `organisation.channel_kinds`.
    pub channel_kind: String,
    /// The day of the order.
    pub ordered_on: NaiveDate,
    /// Whether the order is valid.
    pub is_valid: bool,
}

/// Between whom channels are in conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChannelConflict {
    /// Between channels that the company owns.
    Internal,
    /// With at least one that it does not.
    External,
}

/// What kind of conflict it is, and whose the sale is.
#[derive(Debug, Serialize, JsonSchema)]
pub struct JudgeChannelConflictResponse {
    /// What kind of conflict it is.
    pub conflict: ChannelConflict,
    /// The first valid order, of one day the one that came in first; null where none is valid.
    pub order_id: Option<String>,
}

impl RecordOperation for JudgeChannelConflict {
    const NAME: &'static str = "judge_channel_conflict";
    const ABOUT: Text = Text {
        en: "Says whether channels that claim one sale are in internal or external conflict, and whose the sale is.",
        zh: "判断渠道冲突属于内部还是外部，并确定销售归属。",
    };
    type Request = JudgeChannelConflictRequest;
    type Response = JudgeChannelConflictResponse;

    fn run(engine: &Engine, request: JudgeChannelConflictRequest) -> Result<JudgeChannelConflictResponse, Error> {
        let kinds = &engine.policy().document().organisation.channel_kinds;
        let mut faults = Vec::new();
        let mut is_external = false;
        if request.claims.len() < 2 {
            let fault = Fault::new(&INVALID_VALUE, "claims").found(request.claims.len());
            faults.push(fault.expecting(Text { en: "two claims or more", zh: "两个或更多主张" }));
        }
        for (index, claim) in request.claims.iter().enumerate() {
            match kinds.get(&claim.channel_kind) {
                Some(kind) => is_external |= !kind.is_owned,
                None => {
                    let names = || kinds.keys().map(String::as_str);
                    let fault = Fault::new(&INVALID_VALUE, format!("claims[{index}].channel_kind"));
                    let fault = fault.found(&claim.channel_kind).expecting(one_of(names()));
                    faults.push(fault.suggest(&claim.channel_kind, names()));
                }
            }
        }
        if !faults.is_empty() {
            return Err(Error::request(faults));
        }
        let first = request.claims.into_iter().filter(|claim| claim.is_valid).min_by_key(|claim| claim.ordered_on);
        let conflict = if is_external { ChannelConflict::External } else { ChannelConflict::Internal };
        Ok(JudgeChannelConflictResponse { conflict, order_id: first.map(|claim| claim.order_id) })
    }
}
