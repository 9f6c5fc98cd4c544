//! What follows from warnings: the lists of those warned of (EWS-05), and the actions that answer a warning (EWS-26).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{TRIGGERS, WarningPolicy};
use crate::catalogue::{Text, one_of};
use crate::document::INVALID_VALUE;
use crate::error::Fault;

/// A list of those whom some rules warn of (EWS-05).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WarningList {
    /// Its title, in English.
    pub en: String,
    /// Its title, in Chinese.
    pub zh: String,
    /// The codes it collects: whoever one of them warns of stands on it.
    #[schemars(length(min = 1))]
    pub warnings: Vec<String>,
    /// What it says of each user, beside `user_id` and `community`.
    pub columns: Vec<ListColumn>,
    /// The newest months whose mean fee is the ARPU; a mean that does not come out is rounded half-even to three decimals.
    #[schemars(range(min = 1, max = 12), extend("x-unit" = "months"))]
    pub arpu_months: u8,
}

/// What a list says of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ListColumn {
    /// The name; personal.
    Name,
    /// The phone number; personal.
    Phone,
    /// The address; personal.
    Address,
    /// Mean of the newest months of `fee`, in yuan.
    Arpu,
    /// Causes of the complaints in the last three months.
    ComplaintCauses,
    /// The warnings that fired, all of them.
    Warnings,
    /// What to do about these warnings.
    Actions,
}

impl ListColumn {
    /// The column as policies and lists write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::Arpu => "arpu",
            Self::ComplaintCauses => "complaint_causes",
            Self::Warnings => "warnings",
            Self::Actions => "actions",
        }
    }

    /// What stands above the column, for people.
    pub const fn heading(self) -> Text {
        match self {
            Self::Name => Text { en: "Name", zh: "姓名" },
            Self::Phone => Text { en: "Phone", zh: "电话" },
            Self::Address => Text { en: "Address", zh: "地址" },
            Self::Arpu => Text { en: "ARPU (yuan)", zh: "ARPU（元）" },
            Self::ComplaintCauses => Text { en: "Complaint causes", zh: "投诉原因" },
            Self::Warnings => Text { en: "Warnings", zh: "预警" },
            Self::Actions => Text { en: "Actions", zh: "应对动作" },
        }
    }
}

/// What to do about users whom some rules warn of (EWS-26).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// The codes of the warnings that it answers.
    #[schemars(length(min = 1))]
    pub warnings: Vec<String>,
    /// What to do, in English.
    pub en: String,
    /// What to do, in Chinese.
    pub zh: String,
}

impl WarningPolicy {
    /// The codes of all rules.
    pub fn codes(&self) -> impl Iterator<Item = &str> + Clone {
        TRIGGERS.iter().map(|code| code.name).chain(self.conditions.keys().map(String::as_str))
    }

    /// Every code of a list or an action that is no rule's, and every column that a list has twice.
    pub fn list_faults(&self) -> Vec<Fault> {
        let actions = self.actions.iter().map(|(name, action)| (format!("warning.actions.{name}"), &action.warnings));
        let lists = self.lists.iter().map(|(name, list)| (format!("warning.lists.{name}"), &list.warnings));
        let mut faults = Vec::new();
        for (path, codes) in actions.chain(lists) {
            let unknown = codes.iter().enumerate().filter(|(_, code)| self.codes().all(|known| known != *code));
            faults.extend(unknown.map(|(index, code)| self.unknown_warning(format!("{path}.warnings[{index}]"), code)));
        }
        for (name, list) in &self.lists {
            let repeated = (0..list.columns.len()).filter_map(|index| {
                let (before, rest) = list.columns.split_at_checked(index)?;
                rest.first().filter(|column| before.contains(column)).map(|column| (index, column))
            });
            faults.extend(repeated.map(|(index, column)| {
                let path = format!("warning.lists.{name}.columns[{index}]");
                Fault::new(&INVALID_VALUE, path)
                    .found(column.name())
                    .expecting(Text { en: "each column once", zh: "每列一次" })
            }));
        }
        faults
    }

    /// The fault of a code that is no rule's.
    pub fn unknown_warning(&self, path: impl Into<String>, code: &str) -> Fault {
        let known: Vec<_> = self.codes().collect();
        let expected = one_of(&known);
        Fault::new(&INVALID_VALUE, path).found(code).expecting(expected).suggest(code, known)
    }
}
