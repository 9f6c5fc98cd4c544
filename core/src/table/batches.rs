//! A table of Arrow, read column by column; a row that breaks the contract is read once more as a record, for its words.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::ops::RangeInclusive;

use arrow_array::{ArrayRef, RecordBatch, new_null_array};
use arrow_schema::{DataType, SchemaRef};
use chrono::NaiveDate;
use serde_json::Value as Json;

use super::arrow::{self, BEYOND, Held, Scale, item_type, value_type};
use super::cell::{AMOUNT_WITH_UNIT, MoneyUnit, PLACES, Read};
use super::columns::{Number, Numbers, Places, Texts};
use super::source::Source;
use super::{AMOUNT_WITHOUT_UNIT, COLUMN_TYPE, Column, Header, INPUT_FAILED, MISSING_COLUMN, Row, UnreadColumns};
use crate::catalogue::{NOTHING, Text, Words};
use crate::error::{Error, Fault};
use crate::money::Money;
use crate::month::Month;
use crate::operation::{Cancel, Table};

/// The batches of a table.
#[derive(Debug)]
pub(crate) struct Batches {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
    places: Places,
}

impl Batches {
    /// Takes in every batch of the table of this name.
    ///
    /// # Errors
    /// What its producer says, or that the call is cancelled.
    pub(crate) fn collect(name: &str, table: Table, cancel: &Cancel) -> Result<Self, Error> {
        let schema = table.schema();
        let mut batches = Vec::new();
        for batch in table {
            cancel.check()?;
            batches.push(batch.map_err(|error| input_failed(&format!("tables.{name}"), error))?);
        }
        let places = Places::of(batches.iter().map(RecordBatch::num_rows));
        Ok(Self { schema, batches, places })
    }

    /// The one batch of a table, or of a part of it.
    pub(crate) fn of(batch: RecordBatch) -> Self {
        let places = Places::of([batch.num_rows()]);
        Self { schema: batch.schema(), batches: vec![batch], places }
    }

    /// The names of the columns.
    pub(crate) fn columns(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        self.places.rows()
    }

    /// The arrays of a column, one a batch; those of an absent one hold nulls. And whether there is such a column.
    fn arrays(&self, name: &str) -> (Vec<ArrayRef>, Option<&DataType>) {
        match self.schema.column_with_name(name) {
            Some((place, field)) => {
                let arrays = self.batches.iter().filter_map(|batch| batch.columns().get(place));
                (arrays.cloned().collect(), Some(field.data_type()))
            }
            None => {
                let nulls = |batch: &RecordBatch| new_null_array(&DataType::Null, batch.num_rows());
                (self.batches.iter().map(nulls).collect(), None)
            }
        }
    }

    /// A row as the record form has it.
    pub(crate) fn record(&self, row: usize) -> Row {
        let Some((part, row)) = self.places.locate(row) else { return Row::new() };
        let Some(batch) = self.batches.get(part) else { return Row::new() };
        let cells = self.schema.fields().iter().zip(batch.columns());
        cells.map(|(field, array)| (field.name().clone(), arrow::cell(array.slice(row, 1).as_ref(), 0))).collect()
    }
}

/// The error of a stream that failed.
pub(crate) fn input_failed(path: &str, error: impl std::fmt::Display) -> Error {
    Error::request(vec![
        Fault::new(&INPUT_FAILED, path).found(error).expecting(Words::new("record batches", "记录批次")),
    ])
}

/// Reads a table of Arrow.
#[derive(Debug)]
pub(crate) struct BatchReader<'a> {
    table: &'static str,
    batches: &'a Batches,
    money_unit: Option<MoneyUnit>,
    threads: NonZeroUsize,
    names: BTreeSet<String>,
    broken: BTreeSet<usize>,
    refusals: Vec<Fault>,
}

/// What is left to say of a table of Arrow once its columns are read.
#[derive(Debug)]
pub(crate) struct BatchRemarks {
    /// The rows that break the contract.
    pub(crate) broken: BTreeSet<usize>,
    /// What speaks against the request as a whole.
    pub(crate) refusals: Vec<Fault>,
    /// The columns that nobody read.
    pub(crate) unread: UnreadColumns,
}

// What types are called in a fault.
pub(crate) const TEXT_TYPES: Text =
    Text { en: "text, a dictionary of text, or integers", zh: "文本、文本字典或整数" };
pub(crate) const DATE_TYPES: Text = Text {
    en: "date32, date64, timestamps of midnight without a zone, or text",
    zh: "date32、date64、无时区的零点时间戳或文本",
};
pub(crate) const YES_NO_TYPES: Text = Text { en: "boolean or text", zh: "布尔或文本" };
pub(crate) const CODE_TYPES: Text =
    Text { en: "text, a dictionary of text, or uint8", zh: "文本、文本字典或 uint8" };
const ANY: Text = Text { en: "", zh: "" };
const CODES_TYPES: Text =
    Text { en: "a list of text, or of a dictionary of text", zh: "文本或文本字典的列表" };
pub(crate) const NUMBER_TYPES: Text =
    Text { en: "an integer, decimal, float or text type", zh: "整数、小数、浮点或文本类型" };

/// Types of columns, and what they are called in a fault.
type Types = (fn(&DataType) -> bool, Text);

const TEXT: Types = (arrow::is_code, TEXT_TYPES);
const DATE: Types = (arrow::is_date, DATE_TYPES);
const YES_NO: Types = (arrow::is_yes_no, YES_NO_TYPES);
const CODE: Types = (arrow::is_code, CODE_TYPES);
const CODES: Types = (arrow::is_codes, CODES_TYPES);
const MASKS: Types = (arrow::is_mask, Text { en: "uint64", zh: "uint64" });
const NUMBER: Types = (arrow::is_number, NUMBER_TYPES);

/// Every day of the calendar.
fn days() -> RangeInclusive<i64> {
    NaiveDate::MIN.number()..=NaiveDate::MAX.number()
}

/// Numbers from this one on, within the limit of all.
fn numbers_from(least: i64) -> RangeInclusive<i64> {
    least..=Money::LIMIT_MINOR - 1
}

impl<'a> BatchReader<'a> {
    /// Begins to read `tables.<table>`; `money_unit` is what its bare integer amounts count.
    pub(crate) fn new(
        table: &'static str,
        batches: &'a Batches,
        money_unit: Option<MoneyUnit>,
        threads: NonZeroUsize,
    ) -> Self {
        let (names, broken, refusals) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        Self { table, batches, money_unit, threads, names, broken, refusals }
    }

    /// How many rows there are.
    fn rows(&self) -> usize {
        self.batches.rows()
    }

    /// Amounts that stand in one of two columns, not in both.
    fn either(&mut self, yuan: &Numbers<i64>, minor: &Numbers<i64>, is_required: bool) -> Numbers<i64> {
        let mut told = Vec::with_capacity(self.rows());
        for row in 0..self.rows() {
            let (yuan, minor) = (yuan.number(row), minor.number(row));
            if (yuan.is_some() && minor.is_some()) || (is_required && yuan.is_none() && minor.is_none()) {
                self.broken.insert(row);
            }
            told.push(yuan.or(minor));
        }
        Numbers::new(Places::of([told.len()]), vec![Held::told(told)], true)
    }

    /// Whether a column of integer amounts does not say what they count, which is refused.
    fn lacks_unit(&mut self, name: &str) -> bool {
        let Ok(field) = self.batches.schema.field_with_name(name) else { return false };
        let item = item_type(field.data_type()).unwrap_or(field.data_type());
        if self.money_unit.is_some() || !value_type(item).is_integer() {
            return false;
        }
        let fault = Fault::new(&AMOUNT_WITHOUT_UNIT, self.path(name)).found(field.data_type());
        let mut fault = fault.expecting(AMOUNT_WITH_UNIT);
        fault.suggestion = Some(format!("{name}_minor"));
        self.refusals.push(fault);
        true
    }

    /// Ends the reading.
    pub(crate) fn finish(self) -> BatchRemarks {
        let columns = self.batches.schema.fields().iter().map(|field| field.name().as_str()).collect();
        let unread = UnreadColumns::of(&columns, &self.names);
        BatchRemarks { unread, broken: self.broken, refusals: self.refusals }
    }

    fn numbers<T: Number>(
        &mut self,
        header: Header<'_>,
        types: Types,
        numbers: &RangeInclusive<i64>,
        read: impl Fn(&ArrayRef, &mut Vec<usize>) -> Held,
    ) -> Numbers<T> {
        let (arrays, is_given) = self.arrays(header, header.name, types);
        if !is_given {
            // A column of no parts has no number in any row, and costs nothing.
            return Numbers::new(self.batches.places.clone(), Vec::new(), header.is_required);
        }
        let (mut parts, mut first) = (Vec::with_capacity(arrays.len()), 0);
        for array in &arrays {
            let mut refused = Vec::new();
            parts.push(read(array, &mut refused));
            self.broken.extend(refused.into_iter().map(|row| first + row));
            first += array.len();
        }
        let column = Numbers::new(self.batches.places.clone(), parts, true);
        self.broken.extend(column.broken(numbers, header.is_required, self.threads));
        column
    }

    /// The arrays of a column without the dictionaries of numbers, and whether it is given; one of another type is refused
    /// and read as null, and so is a required one that is absent.
    fn arrays(&mut self, header: Header<'_>, name: &str, (is_type, expected): Types) -> (Vec<ArrayRef>, bool) {
        self.names.insert(name.to_owned());
        let batches = self.batches;
        let (arrays, column) = batches.arrays(name);
        let refusal = match column {
            Some(column) if !is_type(value_type(column)) => {
                Some(Fault::new(&COLUMN_TYPE, self.path(name)).found(column).expecting(expected))
            }
            None if header.is_required && self.rows() > 0 => Some(
                Fault::new(&MISSING_COLUMN, self.path(name)).finding(NOTHING).expecting(Words::new("a column", "一列")),
            ),
            _ => None,
        };
        let plain: Option<Vec<_>> = arrays.iter().map(|array| arrow::plain(array).ok()).collect();
        match (refusal, plain) {
            (None, Some(arrays)) => (arrays, column.is_some()),
            (refusal, _) => {
                self.refusals.extend(refusal);
                let nulls = |array: &ArrayRef| new_null_array(&DataType::Null, array.len());
                (arrays.iter().map(nulls).collect(), column.is_some())
            }
        }
    }

    /// Masks that stand as such, of so many bits.
    fn bits(&mut self, header: Header<'_>, count: usize) -> Column<u64> {
        let (arrays, is_given) = self.arrays(header, header.name, MASKS);
        let beyond = u64::MAX.checked_shl(u32::try_from(count).unwrap_or(u32::MAX)).unwrap_or(0);
        let mut values = Vec::with_capacity(self.rows());
        for mask in arrays.iter().flat_map(arrow::masks_of_bits) {
            if mask.is_some_and(|mask| mask & beyond != 0) {
                self.broken.insert(values.len());
            }
            values.push(mask);
        }
        Column { values, is_given }
    }

    fn path(&self, name: &str) -> String {
        format!("tables.{}.{name}", self.table)
    }
}

impl Source for BatchReader<'_> {
    fn money_unit(&self) -> Option<MoneyUnit> {
        self.money_unit
    }

    fn text(&mut self, header: Header<'_>) -> Texts {
        let (arrays, is_given) = self.arrays(header, header.name, TEXT);
        let texts = Texts::new(self.batches.places.clone(), &arrays, is_given);
        if header.is_required {
            self.broken.extend(texts.missing(self.threads));
        }
        texts
    }

    fn date(&mut self, header: Header<'_>) -> Numbers<NaiveDate> {
        self.numbers(header, DATE, &days(), arrow::dates)
    }

    fn month(&mut self, header: Header<'_>) -> Numbers<Month> {
        self.numbers(header, DATE, &days(), arrow::months)
    }

    fn yes_no(&mut self, header: Header<'_>) -> Numbers<bool> {
        self.numbers(header, YES_NO, &(0..=1), arrow::yes_no)
    }

    fn code(&mut self, header: Header<'_>, codes: &'static [&'static str]) -> Numbers<usize> {
        let places = 0..=i64::try_from(codes.len()).unwrap_or(BEYOND) - 1;
        self.numbers(header, CODE, &places, |array, refused| arrow::codes(array, codes, refused))
    }

    fn quantity(&mut self, header: Header<'_>) -> Numbers<i64> {
        self.numbers(header, NUMBER, &numbers_from(0), |array, _| arrow::numbers(array, Scale::quantity(PLACES)))
    }

    fn count(&mut self, header: Header<'_>) -> Numbers<i64> {
        self.numbers(header, NUMBER, &numbers_from(0), |array, _| arrow::numbers(array, Scale::WHOLE))
    }

    fn mask(&mut self, header: Header<'_>, codes: &[&str]) -> Column<u64> {
        let as_bits = format!("{}_mask", header.name);
        let has = |name: &str| self.batches.schema.column_with_name(name).is_some();
        if !has(header.name) && has(&as_bits) {
            return self.bits(Header { name: &as_bits, ..header }, codes.len());
        }
        let (arrays, is_given) = self.arrays(header, header.name, CODES);
        let mut values = Vec::with_capacity(self.rows());
        for array in &arrays {
            let (first, mut refused) = (values.len(), Vec::new());
            values.extend(arrow::masks(array, codes, &mut refused));
            self.broken.extend(refused.into_iter().map(|row| first + row));
        }
        Column { values, is_given }
    }

    fn pass_over(&mut self, names: &[&str]) {
        self.names.extend(names.iter().map(|name| (*name).to_owned()));
    }

    fn amount(&mut self, header: Header<'_>) -> Numbers<i64> {
        let minor_name = format!("{}_minor", header.name);
        let limits = numbers_from(1 - Money::LIMIT_MINOR);
        let has = |name: &str| self.batches.schema.column_with_name(name).is_some();
        let (has_yuan, has_minor) = (has(header.name), has(&minor_name));
        self.names.extend([header.name.to_owned(), minor_name.clone()]);
        let optional = Header { is_required: header.is_required && !has_minor, ..header };
        let fen = |array: &ArrayRef, _: &mut Vec<usize>| arrow::numbers(array, Scale::MINOR);
        if has_minor && !has_yuan {
            return self.numbers(Header { name: &minor_name, ..header }, NUMBER, &limits, fen);
        }
        if has_yuan && self.lacks_unit(header.name) {
            return Numbers::new(self.batches.places.clone(), Vec::new(), true);
        }
        let scale = Scale::amount(PLACES, self.money_unit);
        let yuan = self.numbers(optional, NUMBER, &limits, |array, _| arrow::numbers(array, scale));
        if !has_minor {
            return yuan;
        }
        let minor = self.numbers(Header { name: &minor_name, is_required: false, ..header }, NUMBER, &limits, fen);
        self.either(&yuan, &minor, header.is_required)
    }

    fn column<T>(&mut self, header: Header<'_>, read: impl Fn(&Json) -> Read<T>) -> Column<T> {
        let (arrays, is_given) = self.arrays(header, header.name, (|_| true, ANY));
        let mut values = Vec::with_capacity(self.rows());
        for array in arrays {
            for row in 0..array.len() {
                let value = read(&arrow::cell(array.as_ref(), row)).unwrap_or_else(|_| {
                    self.broken.insert(values.len());
                    None
                });
                values.push(value);
            }
        }
        Column { values, is_given }
    }

    fn money<T>(
        &mut self,
        header: Header<'_>,
        read_yuan: impl Fn(&Json) -> Read<T>,
        read_minor: impl Fn(&Json) -> Read<T>,
    ) -> Column<T> {
        let minor_name = format!("{}_minor", header.name);
        if self.lacks_unit(header.name) {
            return Column { values: Vec::new(), is_given: true };
        }
        let yuan = self.column(header, read_yuan);
        let minor = self.column(Header { name: &minor_name, ..header }, read_minor);
        let is_given = yuan.is_given || minor.is_given;
        let either = |(row, (yuan, minor)): (usize, (Option<T>, Option<T>))| {
            if yuan.is_some() && minor.is_some() {
                self.broken.insert(row);
            }
            yuan.or(minor)
        };
        let values = yuan.values.into_iter().zip(minor.values).enumerate().map(either).collect();
        Column { values, is_given }
    }
}
