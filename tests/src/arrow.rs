//! Rows of JSON as tables of Arrow and back, so that what a record is told can be told a batch.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Decimal128Type, DecimalType, Float64Type, Int32Type, Int64Type, UInt8Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int64Array,
    LargeStringArray, ListArray, NullArray, RecordBatch, RecordBatchIterator, StringArray, StringViewArray,
    StructArray, UInt64Array,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field, Schema};
use chrono::NaiveDate;
use lifestage_core::operation::Table;
use serde_json::{Map, Value};

/// A row of JSON.
pub type Row = Map<String, Value>;

/// How texts, days and amounts are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// As JSON has them: text.
    Text,
    /// Text with 64-bit offsets.
    LargeText,
    /// Text views.
    TextView,
    /// Text in a dictionary.
    Dictionary,
    /// Days as `date32`, amounts as `decimal128`, where every text of the column is one.
    Native,
}

impl Encoding {
    /// Every encoding.
    pub const ALL: [Self; 5] = [Self::Text, Self::LargeText, Self::TextView, Self::Dictionary, Self::Native];
}

/// The rows as one batch, whose columns are those that any row has; `None` where the cells of a column have no common type.
pub fn batch(rows: &[Row], encoding: Encoding) -> Option<RecordBatch> {
    let mut names: Vec<_> = rows.iter().flat_map(Map::keys).map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    batch_of(rows, &names, encoding)
}

/// The rows as one batch of these columns.
pub fn batch_of(rows: &[Row], names: &[&str], encoding: Encoding) -> Option<RecordBatch> {
    let (mut fields, mut columns) = (Vec::new(), Vec::new());
    for name in names {
        let cells: Vec<_> = rows.iter().map(|row| row.get(*name).unwrap_or(&Value::Null)).collect();
        let column = column(&cells, encoding)?;
        fields.push(Field::new(*name, column.data_type().clone(), true));
        columns.push(column);
    }
    let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(rows.len()));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options).ok()
}

/// A table of the rows of a batch, so many a batch.
pub fn table(batch: &RecordBatch, rows_a_batch: usize) -> Table {
    let starts = (0..batch.num_rows()).step_by(rows_a_batch.max(1));
    let parts = starts.map(|start| batch.slice(start, rows_a_batch.min(batch.num_rows() - start)));
    table_of(batch, parts.collect())
}

/// A table of some parts of a batch.
pub fn table_of(batch: &RecordBatch, parts: Vec<RecordBatch>) -> Table {
    Box::new(RecordBatchIterator::new(parts.into_iter().map(Ok), batch.schema()))
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Null,
    YesNo,
    Integer,
    Unsigned,
    Float,
    Text,
    List(Box<Kind>),
    Record(BTreeMap<String, Kind>),
}

impl Kind {
    fn of(cell: &Value) -> Option<Self> {
        Some(match cell {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::YesNo,
            Value::Number(number) if number.is_f64() => Self::Float,
            Value::Number(number) if number.is_i64() => Self::Integer,
            Value::Number(_) => Self::Unsigned,
            Value::String(_) => Self::Text,
            Value::Array(items) => Self::List(Box::new(Self::common(items)?)),
            Value::Object(cells) => {
                let kinds = cells.iter().map(|(name, cell)| Some((name.clone(), Self::of(cell)?)));
                Self::Record(kinds.collect::<Option<_>>()?)
            }
        })
    }

    fn common<'a>(cells: impl IntoIterator<Item = &'a Value>) -> Option<Self> {
        cells.into_iter().try_fold(Self::Null, |kind, cell| kind.or(Self::of(cell)?))
    }

    fn or(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Null, kind) | (kind, Self::Null) => Some(kind),
            (Self::List(one), Self::List(other)) => Some(Self::List(Box::new(one.or(*other)?))),
            (Self::Record(mut one), Self::Record(other)) => {
                for (name, kind) in other {
                    let kind = one.remove(&name).unwrap_or(Self::Null).or(kind)?;
                    one.insert(name, kind);
                }
                Some(Self::Record(one))
            }
            (one, other) => (one == other).then_some(one),
        }
    }
}

fn column(cells: &[&Value], encoding: Encoding) -> Option<ArrayRef> {
    let kind = Kind::common(cells.iter().copied())?;
    Some(array(cells, &kind, encoding))
}

fn array(cells: &[&Value], kind: &Kind, encoding: Encoding) -> ArrayRef {
    match kind {
        Kind::Null => Arc::new(NullArray::new(cells.len())),
        Kind::YesNo => Arc::new(cells.iter().map(|cell| cell.as_bool()).collect::<BooleanArray>()),
        Kind::Integer => Arc::new(cells.iter().map(|cell| cell.as_i64()).collect::<Int64Array>()),
        Kind::Unsigned => Arc::new(cells.iter().map(|cell| cell.as_u64()).collect::<UInt64Array>()),
        Kind::Float => Arc::new(cells.iter().map(|cell| cell.as_f64()).collect::<Float64Array>()),
        Kind::Text => texts(&cells.iter().map(|cell| cell.as_str()).collect::<Vec<_>>(), encoding),
        Kind::List(item) => {
            let lists: Vec<_> = cells.iter().map(|cell| cell.as_array()).collect();
            let items: Vec<_> = lists.iter().copied().flatten().flatten().collect();
            let items = array(&items, item, encoding);
            let lengths = lists.iter().map(|list| list.map_or(0, Vec::len));
            let nulls = NullBuffer::from_iter(lists.iter().map(Option::is_some));
            let field = Arc::new(Field::new("item", items.data_type().clone(), true));
            Arc::new(ListArray::new(field, OffsetBuffer::from_lengths(lengths), items, Some(nulls)))
        }
        Kind::Record(kinds) => {
            let column = |(name, kind): (&String, &Kind)| {
                let cells: Vec<_> = cells.iter().map(|cell| cell.get(name).unwrap_or(&Value::Null)).collect();
                let array = array(&cells, kind, encoding);
                (Arc::new(Field::new(name, array.data_type().clone(), true)), array)
            };
            let (fields, arrays): (Vec<_>, Vec<_>) = kinds.iter().map(column).unzip();
            let nulls = NullBuffer::from_iter(cells.iter().map(|cell| cell.is_object()));
            Arc::new(StructArray::try_new_with_length(fields.into(), arrays, Some(nulls), cells.len()).unwrap())
        }
    }
}

fn texts(texts: &[Option<&str>], encoding: Encoding) -> ArrayRef {
    let plain = || -> ArrayRef { Arc::new(texts.iter().copied().collect::<StringArray>()) };
    match encoding {
        Encoding::Text => plain(),
        Encoding::LargeText => Arc::new(texts.iter().copied().collect::<LargeStringArray>()),
        Encoding::TextView => Arc::new(texts.iter().copied().collect::<StringViewArray>()),
        Encoding::Dictionary => Arc::new(texts.iter().copied().collect::<DictionaryArray<Int32Type>>()),
        Encoding::Native => days(texts).or_else(|| amounts(texts)).unwrap_or_else(plain),
    }
}

fn days(texts: &[Option<&str>]) -> Option<ArrayRef> {
    let day = |text: &str| {
        let date: NaiveDate = text.parse().ok().filter(|date: &NaiveDate| date.to_string() == text)?;
        i32::try_from(date.signed_duration_since(NaiveDate::default()).num_days()).ok()
    };
    let days: Option<Vec<_>> = texts.iter().map(|text| text.map_or(Some(None), |text| day(text).map(Some))).collect();
    Some(Arc::new(Date32Array::from(days?)))
}

fn amounts(texts: &[Option<&str>]) -> Option<ArrayRef> {
    let amount = |text: &str| {
        let (whole, decimals) = text.split_once('.')?;
        let is_amount = decimals.len() == 2 && !whole.starts_with('+');
        format!("{whole}{decimals}").parse::<i128>().ok().filter(|_| is_amount)
    };
    let amounts: Option<Vec<_>> =
        texts.iter().map(|text| text.map_or(Some(None), |text| amount(text).map(Some))).collect();
    Some(Arc::new(Decimal128Array::from(amounts?).with_precision_and_scale(38, 2).ok()?))
}

/// The rows of some batches: decimals and days as text, as a record has them.
pub fn rows(batches: &[RecordBatch]) -> Vec<Row> {
    let rows = |batch: &RecordBatch| -> Vec<Row> { (0..batch.num_rows()).map(|row| self::row(batch, row)).collect() };
    batches.iter().flat_map(rows).collect()
}

fn row(batch: &RecordBatch, row: usize) -> Row {
    let schema = batch.schema();
    let cells = schema.fields().iter().zip(batch.columns());
    cells.map(|(field, column)| (field.name().clone(), cell(column.as_ref(), row))).collect()
}

fn cell(array: &dyn Array, row: usize) -> Value {
    if array.is_null(row) || *array.data_type() == DataType::Null {
        return Value::Null;
    }
    let list = |items: ArrayRef| (0..items.len()).map(|row| cell(items.as_ref(), row)).collect();
    match array.data_type() {
        DataType::Boolean => array.as_boolean().value(row).into(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).into(),
        DataType::Int32 => array.as_primitive::<Int32Type>().value(row).into(),
        DataType::UInt64 => array.as_primitive::<UInt64Type>().value(row).into(),
        DataType::UInt32 => array.as_primitive::<UInt32Type>().value(row).into(),
        DataType::UInt8 => array.as_primitive::<UInt8Type>().value(row).into(),
        DataType::Float64 => array.as_primitive::<Float64Type>().value(row).into(),
        DataType::Date32 => Date32Type::to_naive_date_opt(array.as_primitive::<Date32Type>().value(row))
            .map_or(Value::Null, |date| date.to_string().into()),
        DataType::Decimal128(precision, scale) => {
            Decimal128Type::format_decimal(array.as_primitive::<Decimal128Type>().value(row), *precision, *scale).into()
        }
        DataType::Utf8 => array.as_string::<i32>().value(row).into(),
        DataType::LargeUtf8 => array.as_string::<i64>().value(row).into(),
        DataType::Utf8View => array.as_string_view().value(row).into(),
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            cell(dictionary.values().as_ref(), dictionary.normalized_keys()[row])
        }
        DataType::List(_) => list(array.as_list::<i32>().value(row)),
        DataType::Struct(fields) => {
            let columns = fields.iter().zip(array.as_struct().columns());
            Value::Object(columns.map(|(field, column)| (field.name().clone(), cell(column.as_ref(), row))).collect())
        }
        other => panic!("no cell of {other} is expected"),
    }
}
