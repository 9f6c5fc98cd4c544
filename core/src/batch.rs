//! Arrow in, Arrow out: the customer view in record batches, decisions in record batches, in parallel.
//!
//! Columns of native types (integers, decimals of the fact's own places, days, codes of 8 bits, lists of twelve months) are
//! read where they lie; others are converted a slice of rows at a time, so memory stays bounded whatever the batch. A row
//! that breaks the contract is read once more as a record, whose words its error has; so both forms say the same.

mod into;
mod read;
mod run;
mod schema;
mod warned;
mod write;

use crate::catalogue::{Code, Text};

pub use run::ClassifyBatchParams;

/// A fact is given by more than one column.
pub static FACT_TWICE: Code = Code {
    number: 2102,
    name: "FACT_TWICE",
    text: Text { en: "the fact is given by more than one column", zh: "同一事实由多列给出" },
    fix: Text { en: "keep one of the columns", zh: "请只保留其中一列" },
};
/// There is no such result column.
pub static UNKNOWN_COLUMN: Code = Code {
    number: 2103,
    name: "UNKNOWN_COLUMN",
    text: Text { en: "there is no result column of this name", zh: "没有这个名称的结果列" },
    fix: Text { en: "name columns of the result", zh: "请写结果中的列名" },
};
/// More rows break the contract than are listed.
pub static MORE_ROWS: Code = Code {
    number: 2104,
    name: "MORE_ROWS",
    text: Text { en: "more rows break the contract than are listed", zh: "不符合约定的行多于所列" },
    fix: Text {
        en: "correct the rows, or call without `strict` and read the column `error`",
        zh: "请修正这些行，或不使用 `strict` 并查看 `error` 列",
    },
};

/// The view has a column of a name that the result gives to one of its own.
pub static COLUMN_TAKEN: Code = Code {
    number: 2106,
    name: "COLUMN_TAKEN",
    text: Text { en: "the result has a column of this name, too", zh: "结果中也有同名的列" },
    fix: Text {
        en: "rename the column, or name in `columns` the result's columns without it",
        zh: "请重命名该列，或在 `columns` 中只列出结果的其他列",
    },
};

/// This room's codes.
pub const CODES: &[&Code] = &[&FACT_TWICE, &UNKNOWN_COLUMN, &MORE_ROWS, &COLUMN_TAKEN];
