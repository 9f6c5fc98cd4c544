//! A host's columns as Arrow, over the memory in which they lie.

use std::sync::Arc;

use arrow_array::types::{
    ArrowDictionaryKeyType, ArrowPrimitiveType, Date32Type, Decimal64Type, Decimal128Type, DecimalType, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, BooleanArray, DictionaryArray, FixedSizeListArray, ListArray, PrimitiveArray, RecordBatch,
    RecordBatchOptions, StringArray, StructArray,
};
use arrow_buffer::{ArrowNativeType, BooleanBuffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, Field, Schema};
use lifestage_core::catalogue::Words;
use lifestage_core::error::{Error, Fault, INVALID_COLUMN, INVALID_UTF8};

use super::parts::Parts;
use super::*;

/// The columns as one batch of the table `table`.
///
/// # Errors
/// A fault of each column that has one, by its name.
///
/// # Safety
/// The columns are as [`LifestageColumn`] says, and stay so as long as anything that is made of them.
pub(crate) unsafe fn batch_of(table: &str, columns: &[LifestageColumn]) -> Result<RecordBatch, Error> {
    let rows = columns.first().map_or(0, |column| column.rows);
    let (mut whole, mut faults) = (Vec::new(), Vec::new());
    for (place, column) in columns.iter().enumerate() {
        // SAFETY: the caller's contract.
        let parts = unsafe { Parts::of(table, place, column) };
        match parts.and_then(|(name, parts)| Ok((name, array_of(&parts, rows)?))) {
            Ok((name, array)) => put(&mut whole, name, array),
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(Error::request(faults));
    }
    let field_of = |(name, column): (String, Whole)| {
        let array = column.into_array()?;
        Ok((Field::new(name, array.data_type().clone(), true), array))
    };
    let columns: Result<(Vec<_>, Vec<_>), ArrowError> = whole.into_iter().map(field_of).collect();
    let (fields, arrays) = columns.map_err(Error::internal)?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options).map_err(Error::internal)
}

/// A column of the table.
enum Whole {
    Array(ArrayRef),
    /// A struct, by its fields.
    Struct(Vec<Field>, Vec<ArrayRef>),
}

/// Adds a column; one named `error.code` is a field of the struct `error`, as a result names it.
fn put(columns: &mut Vec<(String, Whole)>, name: String, array: ArrayRef) {
    let (structure, field) = match name.split_once('.') {
        Some((structure, field)) if !structure.is_empty() && !field.is_empty() => (structure, field),
        _ => return columns.push((name, Whole::Array(array))),
    };
    let field = Field::new(field, array.data_type().clone(), true);
    let given = columns.iter_mut().find_map(|(name, column)| match column {
        Whole::Struct(fields, arrays) if name == structure => Some((fields, arrays)),
        _ => None,
    });
    match given {
        Some((fields, arrays)) => {
            fields.push(field);
            arrays.push(array);
        }
        None => columns.push((structure.to_owned(), Whole::Struct(vec![field], vec![array]))),
    }
}

impl Whole {
    fn into_array(self) -> Result<ArrayRef, ArrowError> {
        match self {
            Self::Array(array) => Ok(array),
            Self::Struct(fields, arrays) => {
                let nulls = where_none(&arrays);
                Ok(Arc::new(StructArray::try_new(fields.into(), arrays, nulls)?))
            }
        }
    }
}

/// The rows in which none of the arrays has a value.
fn where_none(arrays: &[ArrayRef]) -> Option<NullBuffer> {
    let values: Option<Vec<_>> = arrays.iter().map(|array| array.nulls().map(NullBuffer::inner)).collect();
    let values = values?.into_iter().cloned().reduce(|any, values| &any | &values);
    values.map(NullBuffer::new)
}

fn array_of(parts: &Parts, rows: usize) -> Result<ArrayRef, Fault> {
    if parts.rows != rows {
        return Err(parts.invalid("rows", parts.rows, format!("{rows}, as many as the first column has")));
    }
    match parts.r#type {
        LIFESTAGE_TYPE_LIST => lists(parts),
        _ => items(parts),
    }
}

/// What a row or an item is, if it is no list.
fn items(parts: &Parts) -> Result<ArrayRef, Fault> {
    match parts.r#type {
        LIFESTAGE_TYPE_BOOL => Ok(Arc::new(BooleanArray::new(bits(&parts.values), nulls(parts)))),
        LIFESTAGE_TYPE_INT8 => whole::<Int8Type>(parts),
        LIFESTAGE_TYPE_INT16 => whole::<Int16Type>(parts),
        LIFESTAGE_TYPE_INT32 => whole::<Int32Type>(parts),
        LIFESTAGE_TYPE_INT64 => whole::<Int64Type>(parts),
        LIFESTAGE_TYPE_UINT8 => whole::<UInt8Type>(parts),
        LIFESTAGE_TYPE_UINT16 => whole::<UInt16Type>(parts),
        LIFESTAGE_TYPE_UINT32 => whole::<UInt32Type>(parts),
        LIFESTAGE_TYPE_UINT64 => whole::<UInt64Type>(parts),
        LIFESTAGE_TYPE_FLOAT32 => Ok(Arc::new(primitive::<Float32Type>(parts))),
        LIFESTAGE_TYPE_FLOAT64 => Ok(Arc::new(primitive::<Float64Type>(parts))),
        LIFESTAGE_TYPE_DATE32 => Ok(Arc::new(primitive::<Date32Type>(parts))),
        LIFESTAGE_TYPE_DECIMAL64 => decimals::<Decimal64Type>(parts),
        LIFESTAGE_TYPE_DECIMAL128 => decimals::<Decimal128Type>(parts),
        LIFESTAGE_TYPE_UTF8 => Ok(Arc::new(texts(parts)?)),
        LIFESTAGE_TYPE_LIST => Err(parts.invalid("type", "a list in a list", "items that are no lists")),
        other => Err(parts.invalid("type", other, "one of LIFESTAGE_TYPE_...")),
    }
}

fn nulls(parts: &Parts) -> Option<NullBuffer> {
    let nulls = parts.validity.as_ref().map(|bytes| NullBuffer::new(bits(bytes)));
    nulls.filter(|nulls| nulls.null_count() > 0)
}

/// Bytes as bits: set where a byte is not 0.
fn bits(bytes: &[u8]) -> BooleanBuffer {
    bytes.iter().map(|byte| *byte != 0).collect()
}

fn primitive<T: ArrowPrimitiveType>(parts: &Parts) -> PrimitiveArray<T> {
    PrimitiveArray::new(ScalarBuffer::new(parts.values.clone(), 0, parts.rows), nulls(parts))
}

/// Whole numbers, or the codes of names.
fn whole<T: ArrowDictionaryKeyType>(parts: &Parts) -> Result<ArrayRef, Fault> {
    let Some(names) = &parts.names else { return Ok(Arc::new(primitive::<T>(parts))) };
    if names.r#type != LIFESTAGE_TYPE_UTF8 {
        return Err(names.invalid("type", names.r#type, "LIFESTAGE_TYPE_UTF8"));
    }
    let codes = DictionaryArray::try_new(primitive::<T>(parts), Arc::new(texts(names)?));
    Ok(Arc::new(codes.map_err(|error| parts.invalid("values", error, "places among the names"))?))
}

fn decimals<T: DecimalType>(parts: &Parts) -> Result<ArrayRef, Fault> {
    let places = i8::try_from(parts.places).unwrap_or(i8::MAX);
    let decimals = primitive::<T>(parts).with_precision_and_scale(T::MAX_PRECISION, places);
    Ok(Arc::new(decimals.map_err(|_| parts.invalid("places", parts.places, format!("at most {}", T::MAX_SCALE)))?))
}

/// Where each row begins and ends; of no rows, nowhere.
fn offsets(parts: &Parts) -> OffsetBuffer<i32> {
    parts.offsets.clone().map_or_else(OffsetBuffer::new_empty, OffsetBuffer::new)
}

fn texts(parts: &Parts) -> Result<StringArray, Fault> {
    StringArray::try_new(offsets(parts), parts.values.clone(), nulls(parts))
        .map_err(|error| Fault::new(&INVALID_UTF8, format!("{}.values", parts.path)).found(error).expected("UTF-8"))
}

fn lists(parts: &Parts) -> Result<ArrayRef, Fault> {
    let Some(given) = &parts.items else { return Err(parts.invalid("items", "NULL", "the items of the lists")) };
    let array = items(given)?;
    let field = Arc::new(Field::new("item", array.data_type().clone(), true));
    let contradiction =
        |error| Fault::new(&INVALID_COLUMN, &parts.path).found(error).expecting(Words::new("lists", "列表"));
    if parts.offsets.is_some() || parts.rows == 0 {
        let offsets = offsets(parts);
        let end = offsets.last().as_usize();
        if end > given.rows {
            let last = format!("offsets[{}]", parts.rows);
            return Err(parts.invalid(&last, end, format!("at most the {} items", given.rows)));
        }
        return Ok(Arc::new(ListArray::try_new(field, offsets, array, nulls(parts)).map_err(contradiction)?));
    }
    let every = given.rows / parts.rows;
    if every * parts.rows != given.rows {
        return Err(given.invalid("rows", given.rows, format!("a multiple of the {} rows, or offsets", parts.rows)));
    }
    let every = i32::try_from(every).map_err(|_| given.invalid("rows", given.rows, "shorter lists"))?;
    let lists = FixedSizeListArray::try_new_with_length(field, every, array, nulls(parts), parts.rows);
    Ok(Arc::new(lists.map_err(contradiction)?))
}
