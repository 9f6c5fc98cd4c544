//! Arrow as a host's columns, over the memory in which it lies; only bits become bytes, and codes of rows that have none
//! become `LIFESTAGE_NO_CODE`.

use std::ffi::CString;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt8Type;
use arrow_array::{Array, ArrayRef, FixedSizeListArray, ListArray, RecordBatch, StructArray, make_array};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Field};
use lifestage_core::batch::UNKNOWN_COLUMN;
use lifestage_core::catalogue::Words;
use lifestage_core::error::{Error, Fault};
use lifestage_core::table::COLUMN_TYPE;

use super::*;
use crate::decisions::LIFESTAGE_NO_CODE;

/// Columns of a batch, and what they point to.
#[derive(Debug, Default)]
pub(crate) struct Lent {
    columns: Vec<LifestageColumn>,
    /// The columns' names, in their order.
    names: Vec<CString>,
    // Kept for the pointers into them: what is pointed to does not move when these grow.
    bytes: Vec<Vec<u8>>,
    arrays: Vec<ArrayRef>,
    parts: Vec<Arc<LifestageColumn>>,
}

impl Lent {
    /// The columns of a batch, those of structs by field.
    ///
    /// # Errors
    /// A type that no plain column has.
    pub fn of(batch: &RecordBatch) -> Result<Self, Error> {
        let mut lent = Self::default();
        for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
            lent.add(field.name(), array, array.nulls())?;
        }
        Ok(lent)
    }

    pub fn columns(&self) -> &[LifestageColumn] {
        &self.columns
    }

    /// The column of this name.
    ///
    /// # Errors
    /// There is none: which there are, and which was probably meant.
    pub fn named(&self, name: &str) -> Result<&LifestageColumn, Error> {
        let place = self.names.iter().position(|given| given.to_bytes() == name.as_bytes());
        place.and_then(|place| self.columns.get(place)).ok_or_else(|| {
            let names: Vec<_> = self.names.iter().filter_map(|name| name.to_str().ok()).collect();
            let fault = Fault::new(&UNKNOWN_COLUMN, "name").found(name).expected(names.join(", "));
            Error::request(vec![fault.suggest(name, names)])
        })
    }

    /// Adds a column in which the rows of `nulls` have no value.
    fn add(&mut self, name: &str, array: &ArrayRef, nulls: Option<&NullBuffer>) -> Result<(), Error> {
        if let Some(structs) = array.as_struct_opt() {
            return self.add_fields(name, structs, nulls, Arc::clone);
        }
        if let Some(lists) = array.as_list_opt::<i32>()
            && let Some(structs) = lists.values().as_struct_opt()
        {
            return self.add_fields(name, structs, nulls, |items| list_of(lists, items));
        }
        let column = self.column(name, array, nulls)?;
        let name = CString::new(name).map_err(Error::internal)?;
        self.columns.push(LifestageColumn { name: name.as_ptr(), ..column });
        self.names.push(name);
        Ok(())
    }

    fn add_fields(
        &mut self,
        name: &str,
        structs: &StructArray,
        nulls: Option<&NullBuffer>,
        column_of: impl Fn(&ArrayRef) -> ArrayRef,
    ) -> Result<(), Error> {
        for (field, array) in structs.fields().iter().zip(structs.columns()) {
            let array = column_of(array);
            self.add(&format!("{name}.{}", field.name()), &array, NullBuffer::union(nulls, array.nulls()).as_ref())?;
        }
        Ok(())
    }

    /// The column of an array, without a name.
    fn column(&mut self, name: &str, array: &ArrayRef, nulls: Option<&NullBuffer>) -> Result<LifestageColumn, Error> {
        self.arrays.push(Arc::clone(array));
        let column = LifestageColumn { rows: array.len(), validity: self.validity(nulls), ..LifestageColumn::EMPTY };
        if let Some(texts) = array.as_string_opt::<i32>() {
            let (offsets, values) = (texts.offsets().as_ptr(), texts.values().as_ptr().cast());
            return Ok(LifestageColumn { r#type: LIFESTAGE_TYPE_UTF8, offsets, values, ..column });
        }
        if let Some(coded) = array.as_any_dictionary_opt() {
            let keys = self.column(name, &make_array(coded.keys().to_data()), None)?;
            let names = self.part(name, coded.values())?;
            let values = self.codes(coded.keys(), nulls).unwrap_or(keys.values);
            return Ok(LifestageColumn { validity: column.validity, values, names, ..keys });
        }
        if let Some(lists) = array.as_list_opt::<i32>() {
            let (offsets, items) = (lists.offsets().as_ptr(), self.part(name, lists.values())?);
            return Ok(LifestageColumn { r#type: LIFESTAGE_TYPE_LIST, offsets, items, ..column });
        }
        if let Some(lists) = array.as_fixed_size_list_opt() {
            let items = self.part(name, &items_of(lists))?;
            return Ok(LifestageColumn { r#type: LIFESTAGE_TYPE_LIST, items, ..column });
        }
        if let Some(answers) = array.as_boolean_opt() {
            let values = self.bytes(answers.values().iter().map(u8::from).collect()).cast();
            return Ok(LifestageColumn { r#type: LIFESTAGE_TYPE_BOOL, values, ..column });
        }
        primitive(column, array).ok_or_else(|| {
            let fault = Fault::new(&COLUMN_TYPE, name).found(array.data_type());
            Error::request(vec![fault.expecting(Words::new(
                "a type of plain columns; a stream gives this one",
                "普通列的类型；此类型请用流读取",
            ))])
        })
    }

    /// A column that another one points to.
    fn part(&mut self, name: &str, array: &ArrayRef) -> Result<*const LifestageColumn, Error> {
        let part = Arc::new(self.column(name, array, array.nulls())?);
        let pointer = Arc::as_ptr(&part);
        self.parts.push(part);
        Ok(pointer)
    }

    fn validity(&mut self, nulls: Option<&NullBuffer>) -> *const u8 {
        match nulls.filter(|nulls| nulls.null_count() > 0) {
            Some(nulls) => self.bytes(nulls.iter().map(u8::from).collect()),
            None => ptr::null(),
        }
    }

    /// Codes of a byte where some rows have none. Arrow keeps a valid code there, for hosts that look it up all the same; one
    /// who does not look at `validity` would take it for a decision, such as stage A.
    fn codes(&mut self, keys: &dyn Array, nulls: Option<&NullBuffer>) -> Option<*const c_void> {
        let codes = keys.as_primitive_opt::<UInt8Type>()?.values().iter();
        let nulls = nulls.filter(|nulls| nulls.null_count() > 0)?;
        let codes = codes.zip(nulls).map(|(code, has_value)| if has_value { *code } else { LIFESTAGE_NO_CODE });
        Some(self.bytes(codes.collect()).cast())
    }

    fn bytes(&mut self, bytes: Vec<u8>) -> *const u8 {
        let pointer = bytes.as_ptr();
        self.bytes.push(bytes);
        pointer
    }
}

/// Lists of one field of structs instead of the structs.
fn list_of(lists: &ListArray, items: &ArrayRef) -> ArrayRef {
    let field = Field::new("item", items.data_type().clone(), true);
    Arc::new(ListArray::new(Arc::new(field), lists.offsets().clone(), Arc::clone(items), None))
}

/// The items of lists of one length.
fn items_of(lists: &FixedSizeListArray) -> ArrayRef {
    let every = usize::try_from(lists.value_length()).unwrap_or(0);
    lists.values().slice(lists.value_offset_at(0), every * lists.len())
}

/// One value a row.
fn primitive(column: LifestageColumn, array: &ArrayRef) -> Option<LifestageColumn> {
    let (r#type, places) = match array.data_type() {
        DataType::Int8 => (LIFESTAGE_TYPE_INT8, 0),
        DataType::Int16 => (LIFESTAGE_TYPE_INT16, 0),
        DataType::Int32 => (LIFESTAGE_TYPE_INT32, 0),
        DataType::Int64 => (LIFESTAGE_TYPE_INT64, 0),
        DataType::UInt8 => (LIFESTAGE_TYPE_UINT8, 0),
        DataType::UInt16 => (LIFESTAGE_TYPE_UINT16, 0),
        DataType::UInt32 => (LIFESTAGE_TYPE_UINT32, 0),
        DataType::UInt64 => (LIFESTAGE_TYPE_UINT64, 0),
        DataType::Float32 => (LIFESTAGE_TYPE_FLOAT32, 0),
        DataType::Float64 => (LIFESTAGE_TYPE_FLOAT64, 0),
        DataType::Date32 => (LIFESTAGE_TYPE_DATE32, 0),
        DataType::Decimal64(_, places) => (LIFESTAGE_TYPE_DECIMAL64, u32::try_from(*places).ok()?),
        DataType::Decimal128(_, places) => (LIFESTAGE_TYPE_DECIMAL128, u32::try_from(*places).ok()?),
        _ => return None,
    };
    let data = array.to_data();
    let width = array.data_type().primitive_width()?;
    let values = data.buffers().first()?.as_ptr().wrapping_add(data.offset() * width).cast();
    Some(LifestageColumn { r#type, places, values, ..column })
}
