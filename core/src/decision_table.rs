//! Decision tables: rows in order, each with cells by fact and a result; the first row that matches decides (the hit policy
//! "first" of DMN).
//!
//! A table is policy data. Each row becomes one test of the condition engine, so cells have the types, the units and the
//! three-valued logic of conditions: a row that is unknown before the first match ends the list, and nobody guesses. A table is
//! checked when its policy is read: cells against their facts, and rows that can never match against the rows that hide them.

mod cell;
mod columns;
mod hidden;
mod tables;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Code, Text};

pub(crate) use columns::FactColumns;
pub use tables::{DecisionTables, Judgement, PolicyTable};

/// A decision table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionTable {
    /// The rows: the first that matches decides; one that is unknown before that ends the list without a result. Each has to be
    /// able to match.
    pub rows: Vec<DecisionRow>,
}

/// A row of a decision table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionRow {
    /// What the row asks, by fact; a fact that it does not name may be anything, unknown too.
    #[serde(default)]
    pub when: BTreeMap<String, DecisionCell>,
    /// What the row decides.
    pub then: String,
}

/// What a row asks of a fact. No cell is met where there is none of what the fact tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum DecisionCell {
    /// Of a yes-or-no fact: which it has to be.
    YesNo(bool),
    /// Of a number or a date an interval: `>= 10`, `< 150.00`, `[10..20)`, `[2024-01-01..2024-06-30]`, or one value; amounts in
    /// yuan have two decimals. A round bracket leaves the bound out. Of a text or a code: that one.
    Text(String),
    /// Of a text or a code: one of these.
    Texts(Vec<String>),
}

/// A cell that takes no value at all.
pub static EMPTY_CELL: Code = Code {
    number: 1150,
    name: "EMPTY_CELL",
    text: Text { en: "the cell takes no value of its fact", zh: "该单元格不包含其事实的任何取值" },
    fix: Text { en: "widen the cell, or remove its row", zh: "请放宽该单元格，或删除该行" },
};
/// A row that earlier rows keep from ever matching.
pub static HIDDEN_ROW: Code = Code {
    number: 1151,
    name: "HIDDEN_ROW",
    text: Text {
        en: "the row can never match: earlier rows take all that it asks for",
        zh: "该行永远不会命中：前面的行已覆盖其全部条件",
    },
    fix: Text {
        en: "move the row before those that hide it, narrow these, or remove it",
        zh: "请将该行移到遮蔽它的行之前，或收窄那些行，或删除该行",
    },
};
/// A table of which nobody can say in reasonable time whether each row can match.
pub static TABLE_TOO_LARGE: Code = Code {
    number: 1152,
    name: "TABLE_TOO_LARGE",
    text: Text {
        en: "the table is too large to be checked for rows that can never match",
        zh: "决策表过大，无法检查永远不会命中的行",
    },
    fix: Text {
        en: "list the values that lead to one result in one row, or use fewer rows and columns",
        zh: "请将结果相同的取值合并到同一行，或减少行与列",
    },
};
/// There is no result: the policy has no rows.
pub static NO_ROWS: Code = Code {
    number: 1153,
    name: "NO_ROWS",
    text: Text { en: "the policy's table has no rows", zh: "策略中的决策表没有任何行" },
    fix: Text { en: "add rows to the table", zh: "请在决策表中添加行" },
};
/// There is no result: no row matches.
pub static NO_ROW_MATCHES: Code = Code {
    number: 1154,
    name: "NO_ROW_MATCHES",
    text: Text { en: "no row of the table matches", zh: "决策表中没有命中的行" },
    fix: Text {
        en: "add a row for these facts, if there should be a result", zh: "如应有结果，请为这些事实添加一行"
    },
};
/// There is no result: a row that comes before any match is unknown.
pub static ROW_UNKNOWN: Code = Code {
    number: 1155,
    name: "ROW_UNKNOWN",
    text: Text {
        en: "nobody knows whether a row matches that comes before any match",
        zh: "在命中之前的某一行，因事实未知而无法判断",
    },
    fix: Text { en: "give the facts that are unknown", zh: "请补充未知的事实" },
};

/// This module's codes.
pub const CODES: &[&Code] = &[&EMPTY_CELL, &HIDDEN_ROW, &TABLE_TOO_LARGE, &NO_ROWS, &NO_ROW_MATCHES, &ROW_UNKNOWN];
