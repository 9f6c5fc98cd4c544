//! Tables from outside: rows become typed columns, and a cell that is no value becomes a fault of its row, never a failure.
//!
//! A reader is asked for one column after the other; rules see columns only, wherever these come from.

pub(crate) mod arrow;
pub(crate) mod batches;
pub(crate) mod cell;
pub(crate) mod columns;
pub(crate) mod directory;
mod reject;
pub(crate) mod source;
pub(crate) mod writer;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::catalogue::{Code, Text, Words, one_of};
use crate::error::{Fault, nearest};
use crate::month::Month;
pub use cell::{Cell, MoneyUnit};
use cell::{Read, Refusal};
pub use reject::Reject;

/// One row of a table in JSON: its cells by column.
pub(crate) type Row = Map<String, Json>;

/// What stands for a personal value that a fault must not show.
pub(crate) const MASKED: &str = "***";

/// The values of a column by row; a null, and a cell that is no value, is `None`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Column<T> {
    values: Vec<Option<T>>,
    is_given: bool,
}

impl<T> Column<T> {
    /// Whether any row has the column at all; an optional one may be missing.
    pub(crate) fn is_given(&self) -> bool {
        self.is_given
    }

    /// The value in a row.
    pub(crate) fn get(&self, row: usize) -> Option<&T> {
        self.values.get(row)?.as_ref()
    }
}

impl<T: Copy> Column<T> {
    /// The value in a row.
    pub(crate) fn at(&self, row: usize) -> Option<T> {
        self.get(row).copied()
    }
}

impl<T: Ord> Column<T> {
    /// Orders two rows by their values, null first.
    pub(crate) fn compare(&self, one: usize, other: usize) -> Ordering {
        self.get(one).cmp(&self.get(other))
    }
}

/// What a table says of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header<'n> {
    /// Its name.
    pub(crate) name: &'n str,
    /// Whether a null is a fault of the row.
    pub(crate) is_required: bool,
    /// Whether it identifies a person.
    pub(crate) is_personal: bool,
}

impl<'n> Header<'n> {
    /// Of a column without which a row is none.
    pub(crate) const fn required(name: &'n str) -> Self {
        Self { name, is_required: true, is_personal: false }
    }

    /// Of a column that may be null or missing.
    pub(crate) const fn optional(name: &'n str) -> Self {
        Self { name, is_required: false, is_personal: false }
    }
}

/// Reads a table of JSON rows, column by column.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    table: &'static str,
    rows: &'a [Row],
    /// The place of the first row in its table.
    first: usize,
    money_unit: Option<MoneyUnit>,
    names: BTreeSet<String>,
    invalid: BTreeMap<usize, Fault>,
    refusals: Vec<Fault>,
}

/// What is left to say of a table once its columns are read.
#[derive(Debug)]
pub(crate) struct Remarks {
    /// The first fault of each row that has one, by row.
    pub(crate) invalid: BTreeMap<usize, Fault>,
    /// What speaks against the request as a whole.
    pub(crate) refusals: Vec<Fault>,
    /// The columns that nobody read.
    pub(crate) unread: UnreadColumns,
}

/// The columns of a table that nobody reads.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct UnreadColumns {
    /// Columns that nobody reads, sorted.
    pub unread_columns: Vec<String>,
    /// Those of them that are named nearly like a column that is missing, each with that one's name; absent where there are
    /// none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub misspelt_columns: BTreeMap<String, String>,
}

impl UnreadColumns {
    /// Of a table with these columns, of which these were asked for.
    fn of(given: &BTreeSet<&str>, asked: &BTreeSet<String>) -> Self {
        // An amount stands in one of two columns.
        let has_other = |name: &str| match name.strip_suffix("_minor") {
            Some(yuan) => given.contains(yuan),
            None => given.contains(format!("{name}_minor").as_str()),
        };
        let missing = asked.iter().map(String::as_str).filter(|name| !given.contains(name) && !has_other(name));
        let missing: Vec<_> = missing.collect();
        let unread: Vec<_> =
            given.iter().filter(|name| !asked.contains(**name)).map(|name| (*name).to_owned()).collect();
        let meant = |name: &String| Some((name.clone(), nearest(name, missing.iter().copied())?.to_owned()));
        Self { misspelt_columns: unread.iter().filter_map(meant).collect(), unread_columns: unread }
    }

    /// Adds those of a table, each with the table's name before it.
    pub(crate) fn extend(&mut self, table: &str, others: &Self) {
        let of_table = |column: &String| format!("{table}.{column}");
        self.unread_columns.extend(others.unread_columns.iter().map(of_table));
        let misspelt = others.misspelt_columns.iter();
        self.misspelt_columns.extend(misspelt.map(|(name, meant)| (of_table(name), meant.clone())));
    }

    /// What rides in the schema's metadata of a table that is answered.
    pub(crate) fn metadata(&self) -> (&'static str, String) {
        ("lifestage.misspelt_columns", serde_json::json!(self.misspelt_columns).to_string())
    }
}

impl<'a> Reader<'a> {
    /// Begins to read `tables.<table>`; `money_unit` is what its bare integer amounts count.
    pub(crate) fn new(table: &'static str, rows: &'a [Row], money_unit: Option<MoneyUnit>) -> Self {
        Self {
            table,
            rows,
            first: 0,
            money_unit,
            names: BTreeSet::new(),
            invalid: BTreeMap::new(),
            refusals: Vec::new(),
        }
    }

    /// The same, of rows the first of which has this place in the table.
    pub(crate) fn beginning_at(self, first: usize) -> Self {
        Self { first, ..self }
    }

    /// What bare integer amounts count.
    pub(crate) fn money_unit(&self) -> Option<MoneyUnit> {
        self.money_unit
    }

    /// A column of texts.
    pub(crate) fn text(&mut self, header: Header<'_>) -> Column<Cow<'a, str>> {
        self.column(header, cell::TEXT, cell::text)
    }

    /// A column of dates.
    pub(crate) fn date(&mut self, header: Header<'_>) -> Column<NaiveDate> {
        self.column(header, cell::DATE, cell::date)
    }

    /// A column of months.
    pub(crate) fn month(&mut self, header: Header<'_>) -> Column<Month> {
        self.column(header, cell::MONTH, cell::month)
    }

    /// A column of yes and no.
    pub(crate) fn yes_no(&mut self, header: Header<'_>) -> Column<bool> {
        self.column(header, cell::YES_NO, cell::yes_no)
    }

    /// A column of codes, each as its place among `codes`.
    pub(crate) fn code(&mut self, header: Header<'_>, codes: &'static [&'static str]) -> Column<usize> {
        self.column(header, one_of(codes), |cell| cell::code(cell, codes))
    }

    /// A column of quantities in hundredths.
    pub(crate) fn quantity(&mut self, header: Header<'_>) -> Column<i64> {
        self.column(header, cell::QUANTITY, cell::quantity)
    }

    /// Knows these columns without reading them.
    pub(crate) fn pass_over(&mut self, names: &[&str]) {
        self.names.extend(names.iter().map(|name| (*name).to_owned()));
    }

    /// A column of amounts in fen, from the column of this name or the one in fen, `<name>_minor`.
    pub(crate) fn amount(&mut self, header: Header<'_>) -> Column<i64> {
        let unit = self.money_unit;
        self.money(header, |cell| cell::amount(cell, unit), cell::minor)
    }

    /// A column of what holds amounts, from the column of this name, or the one in fen, `<name>_minor`.
    pub(crate) fn money<T>(
        &mut self,
        header: Header<'_>,
        read_yuan: impl Fn(&'a Json) -> Read<T>,
        read_minor: impl Fn(&'a Json) -> Read<T>,
    ) -> Column<T> {
        let minor_name = format!("{}_minor", header.name);
        let (yuan_expected, minor_expected) = (cell::AMOUNT.into(), cell::MINOR.into());
        let mut column = Column { values: Vec::with_capacity(self.rows.len()), is_given: header.is_required };
        for (row, cells) in self.rows.iter().enumerate() {
            let (yuan, minor) = (cells.get(header.name), cells.get(&minor_name));
            column.is_given |= yuan.is_some() || minor.is_some();
            let value = match (yuan.unwrap_or(&Json::Null), minor) {
                (Json::Null, Some(cell)) => {
                    self.checked(row, header, &minor_name, cell, &minor_expected, read_minor(cell))
                }
                (cell, None | Some(Json::Null)) => {
                    self.checked(row, header, header.name, cell, &yuan_expected, read_yuan(cell))
                }
                (_, Some(cell)) => {
                    let refusal = Refusal::Invalid(either_or(header.name, &minor_name));
                    self.checked(row, header, &minor_name, cell, &Words::default(), Err(refusal))
                }
            };
            column.values.push(value);
        }
        self.names.insert(header.name.to_owned());
        self.names.insert(minor_name);
        column
    }

    /// Ends the reading of rows whose columns are known already: the first fault of the first row that has one.
    pub(crate) fn first_fault(self) -> Option<Fault> {
        self.invalid.into_values().next()
    }

    /// Ends the reading.
    pub(crate) fn finish(self) -> Remarks {
        let columns = self.rows.iter().flat_map(Row::keys).map(String::as_str).collect();
        let unread = UnreadColumns::of(&columns, &self.names);
        Remarks { unread, invalid: self.invalid, refusals: self.refusals }
    }

    /// A column of whatever `read` makes of its cells; a null in a required one is told what was `expected`.
    pub(crate) fn column<T>(
        &mut self,
        header: Header<'_>,
        expected: impl Into<Words>,
        read: impl Fn(&'a Json) -> Read<T>,
    ) -> Column<T> {
        let expected = expected.into();
        let mut column = Column { values: Vec::with_capacity(self.rows.len()), is_given: header.is_required };
        for (row, cells) in self.rows.iter().enumerate() {
            let cell = cells.get(header.name);
            column.is_given |= cell.is_some();
            let cell = cell.unwrap_or(&Json::Null);
            column.values.push(self.checked(row, header, header.name, cell, &expected, read(cell)));
        }
        self.names.insert(header.name.to_owned());
        column
    }

    /// What was read of a cell; a refusal, or a null where there must be none, is noted and read as null.
    fn checked<T>(
        &mut self,
        row: usize,
        header: Header<'_>,
        name: &str,
        cell: &Json,
        expected: &Words,
        read: Read<T>,
    ) -> Option<T> {
        let path = || format!("tables.{}[{}].{name}", self.table, self.first + row);
        let refusal = match read {
            Ok(None) if header.is_required => {
                let null = Fault::new(&INVALID, path()).found("null").expecting(expected.clone());
                self.invalid.entry(row).or_insert(null);
                return None;
            }
            Ok(value) => return value,
            Err(refusal) => refusal,
        };
        let concerns_request = refusal == Refusal::WithoutUnit;
        let mut fault = refusal.fault(path(), name, cell);
        if header.is_personal {
            fault = fault.found(MASKED);
        }
        match concerns_request {
            // The column lacks its unit, in every row: once is enough.
            true if self.refusals.iter().any(|known| known.suggestion == fault.suggestion) => {}
            true => self.refusals.push(fault),
            false => {
                self.invalid.entry(row).or_insert(fault);
            }
        }
        None
    }
}

/// One of two columns.
pub(crate) fn either_or(one: &str, other: &str) -> Words {
    Words::new(format!("either `{one}` or `{other}`"), format!("`{one}` 与 `{other}` 二者之一"))
}

/// A cell, or a row, breaks the contract of its table.
pub static INVALID: Code = Code {
    number: 501,
    name: "INVALID",
    text: Text { en: "the row breaks the contract of its table", zh: "该行不符合表的约定" },
    fix: Text { en: "correct the value", zh: "请修正该值" },
};
/// An integer amount, and nobody says whether of yuan or of fen.
pub static AMOUNT_WITHOUT_UNIT: Code = Code {
    number: 502,
    name: "AMOUNT_WITHOUT_UNIT",
    text: Text {
        en: "an integer amount does not say whether it counts yuan or fen",
        zh: "整数金额未说明单位是元还是分",
    },
    fix: Text {
        en: "name the column `{name}` for fen, or pass `money_unit` (yuan or fen)",
        zh: "请将列名改为 `{name}`（单位为分），或传入参数 `money_unit`（yuan 或 fen）",
    },
};
/// A column's Arrow type does not hold its fact.
pub static COLUMN_TYPE: Code = Code {
    number: 503,
    name: "COLUMN_TYPE",
    text: Text { en: "the column's type does not hold this fact", zh: "该列的类型无法表示此事实" },
    fix: Text { en: "cast the column to one of the expected types", zh: "请将该列转换为所列类型之一" },
};
/// A table of Arrow lacks a column that every row has to have.
pub static MISSING_COLUMN: Code = Code {
    number: 504,
    name: "MISSING_COLUMN",
    text: Text { en: "the table lacks a column", zh: "该表缺少一列" },
    fix: Text {
        en: "add the column, or rename the one that holds it", zh: "请补充该列，或将存有此内容的列改为此名"
    },
};
/// The input stream failed.
pub static INPUT_FAILED: Code = Code {
    number: 505,
    name: "INPUT_FAILED",
    text: Text { en: "the input stream failed", zh: "输入流出错" },
    fix: Text { en: "see what its producer says", zh: "请查看数据提供方的说明" },
};

/// This room's codes.
pub const CODES: &[&Code] = &[&INVALID, &AMOUNT_WITHOUT_UNIT, &COLUMN_TYPE, &MISSING_COLUMN, &INPUT_FAILED];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FEE: Header<'static> = Header { name: "fee", is_required: true, is_personal: false };

    fn rows(rows: Json) -> Vec<Row> {
        serde_json::from_value(rows).unwrap()
    }

    fn paths(remarks: &Remarks) -> Vec<&str> {
        remarks.invalid.values().map(|fault| fault.path.as_str()).collect()
    }

    #[test]
    fn an_amount_comes_in_yuan_or_in_fen_but_not_in_both() {
        let rows = rows(json!([{"fee": "1.50"}, {"fee_minor": 2}, {"fee": "1.00", "fee_minor": 100}, {"fee": null}]));
        let mut reader = Reader::new("bills", &rows, None);
        let fee = reader.amount(FEE);
        assert_eq!((0..4).map(|row| fee.at(row)).collect::<Vec<_>>(), [Some(150), Some(2), None, None]);
        let remarks = reader.finish();
        assert_eq!(paths(&remarks), ["tables.bills[2].fee_minor", "tables.bills[3].fee"]);
        assert_eq!(remarks.invalid[&2].expected, either_or("fee", "fee_minor"));
    }

    #[test]
    fn a_column_without_its_unit_is_refused_once_and_says_both_ways_out() {
        let rows = rows(json!([{"fee": 150}, {"fee": 160}]));
        let mut reader = Reader::new("bills", &rows, None);
        reader.amount(FEE);
        let refusals = reader.finish().refusals;
        assert_eq!(refusals.len(), 1);
        let fix = refusals[0].fix(crate::catalogue::Language::En);
        assert_eq!(fix, "name the column `fee_minor` for fen, or pass `money_unit` (yuan or fen)");
    }

    #[test]
    fn of_two_bad_cells_the_first_column_read_is_named_and_the_others_stay_readable() {
        let rows = rows(json!([{"on": "2024-02-30", "name": 1.5, "note": "kept", "more": 1}]));
        let mut reader = Reader::new("events", &rows, None);
        let on = reader.date(Header { name: "on", ..FEE });
        reader.text(Header { name: "name", is_required: false, is_personal: true });
        let note = reader.text(Header { name: "note", ..FEE });
        assert_eq!((on.at(0), note.get(0).map(AsRef::as_ref)), (None, Some("kept")));
        let remarks = reader.finish();
        assert_eq!(paths(&remarks), ["tables.events[0].on"]);
        assert_eq!(remarks.unread.unread_columns, ["more"]);
    }

    #[test]
    fn a_personal_value_is_not_shown() {
        let rows = rows(json!([{"name": ["王芳"]}]));
        let mut reader = Reader::new("users", &rows, None);
        reader.text(Header { name: "name", is_required: false, is_personal: true });
        assert_eq!(reader.finish().invalid[&0].found, Words::value(MASKED));
    }

    #[test]
    fn an_optional_column_that_no_row_has_is_not_given() {
        let rows = rows(json!([{"a": null}, {}]));
        let mut reader = Reader::new("bills", &rows, None);
        let optional = |name| Header { name, is_required: false, is_personal: false };
        assert!(reader.quantity(optional("a")).is_given());
        assert!(!reader.quantity(optional("b")).is_given());
        assert!(reader.amount(FEE).is_given());
    }
}
