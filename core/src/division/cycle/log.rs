//! The adjustment log (客户调整日志, DIV-16): append-only, each entry chained to the one before by its digest, so that whoever keeps
//! it can prove that nothing was changed, removed, inserted or cut off.

use std::fmt::Write as _;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

use super::state::{Department, EventKind, State};
use crate::error::Error;
use crate::table::Row;

/// What stands for the digest of the entry before the first.
pub(super) const NO_DIGEST: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogEntry {
    /// Its number, from 1.
    pub seq: u64,
    /// When, as the host says it; null where it does not.
    pub at: Option<String>,
    /// The day on which it was judged.
    pub as_of: NaiveDate,
    /// The customer.
    pub customer_id: String,
    /// What happened.
    pub event: EventKind,
    /// The customer's state before.
    pub from_state: State,
    /// The customer's state after.
    pub to_state: State,
    /// Its community before.
    pub from_community: String,
    /// Its community after.
    pub to_community: String,
    /// The local-network channel of the community before; null where it hangs in none.
    pub from_channel: Option<String>,
    /// The local-network channel of the community after; null where it hangs in none.
    pub to_channel: Option<String>,
    /// The day from which the community after owns the customer; null where it does not move.
    pub effective_on: Option<NaiveDate>,
    /// The department that answered; null of other events.
    pub department: Option<Department>,
    /// Whether that department claims the customer; null of other events.
    pub claims: Option<bool>,
    /// Who did it.
    pub actor: String,
    /// The role that allowed it.
    pub role: String,
    /// Who approved; null where nobody did.
    pub second_approver: Option<String>,
    /// Why, as the actor says; null where he does not.
    pub reason: Option<String>,
    /// The set that it belongs to; null where it is none.
    pub batch_id: Option<String>,
    /// The digest of the entry before; 64 zeros of the first.
    pub previous: String,
    /// SHA-256, in hexadecimal, of this entry's canonical JSON without `digest`: keys sorted, no spaces, nulls written.
    pub digest: String,
}

impl LogEntry {
    /// Chains the entry to the one before.
    ///
    /// # Errors
    /// Only where serde refuses what is made here.
    pub(super) fn chained(self, previous: &str) -> Result<Self, Error> {
        let entry = Self { previous: previous.to_owned(), ..self };
        let Json::Object(fields) = serde_json::to_value(&entry).map_err(Error::internal)? else {
            return Err(Error::internal("an entry has fields"));
        };
        Ok(Self { digest: digest_of(fields)?, ..entry })
    }
}

/// The fields of an entry: one that is absent counts as null.
const FIELDS: [&str; 20] = [
    "seq",
    "at",
    "as_of",
    "customer_id",
    "event",
    "from_state",
    "to_state",
    "from_community",
    "to_community",
    "from_channel",
    "to_channel",
    "effective_on",
    "department",
    "claims",
    "actor",
    "role",
    "second_approver",
    "reason",
    "batch_id",
    "previous",
];

/// The digest that an entry has to have.
pub(super) fn digest_of(mut entry: Row) -> Result<String, Error> {
    entry.remove("digest");
    for field in FIELDS {
        if !entry.contains_key(field) {
            entry.insert(field.to_owned(), Json::Null);
        }
    }
    // A row's keys are sorted.
    let canonical = serde_json::to_string(&entry).map_err(Error::internal)?;
    let mut hexadecimal = String::with_capacity(64);
    for byte in Sha256::digest(canonical.as_bytes()) {
        write!(hexadecimal, "{byte:02x}").map_err(Error::internal)?;
    }
    Ok(hexadecimal)
}
