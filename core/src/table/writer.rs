//! Tables of Arrow as they go out: a column after the other, batch by batch.

use std::sync::Arc;

use arrow_array::builder::{ArrayBuilder, ListBuilder, StringBuilder};
use arrow_array::types::{Decimal128Type, UInt8Type, UInt16Type};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Int32Array, ListArray,
    PrimitiveArray, RecordBatch, RecordBatchIterator, StringArray, StructArray, UInt32Array, UInt64Array,
    new_null_array,
};
use arrow_buffer::{BooleanBufferBuilder, NullBuffer, OffsetBuffer};
use arrow_schema::{ArrowError, DataType, Field, Fields, Metadata, Schema};
use chrono::NaiveDate;

use super::cell::{PLACES, bits};
use crate::error::{Error, FAULT_COLUMNS, Fault, FaultText};
use crate::month::day_of;
use crate::operation::{Table, Tables};
use crate::ratio::{SHARE_PLACES, Share};

/// Digits of a decimal: enough for every number within the limit.
const DIGITS: u8 = 18;

/// The columns of a batch, in the order in which they are added.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    fields: Vec<Field>,
    arrays: Vec<ArrayRef>,
}

impl Writer {
    /// Adds a column.
    pub(crate) fn add(&mut self, name: &str, array: ArrayRef) {
        self.fields.push(Field::new(name, array.data_type().clone(), true));
        self.arrays.push(array);
    }

    /// Says what stands above the column that was added last, for people.
    pub(crate) fn head(&mut self, en: &str, zh: &str) {
        if let Some(field) = self.fields.pop() {
            let heading = [("lifestage.en", en), ("lifestage.zh", zh)];
            let mut metadata = Metadata::default();
            metadata.extend(heading.map(|(key, text)| (key, text.to_owned())));
            self.fields.push(field.with_metadata(metadata));
        }
    }

    /// Adds amounts, in fen.
    pub(crate) fn amounts(&mut self, name: &str, amounts: &[Option<i64>]) -> Result<(), Error> {
        let amounts = amounts.iter().map(|fen| fen.map(i128::from)).collect();
        self.add(name, Arc::new(decimals(amounts, PLACES)?));
        Ok(())
    }

    /// Adds shares.
    pub(crate) fn shares(&mut self, name: &str, shares: impl Iterator<Item = Option<Share>>) -> Result<(), Error> {
        let millionths = shares.map(|share| share.map(Share::millionths)).collect();
        self.add(name, Arc::new(decimals(millionths, SHARE_PLACES)?));
        Ok(())
    }

    /// Adds texts.
    pub(crate) fn texts<T: AsRef<str>>(&mut self, name: &str, texts: impl Iterator<Item = Option<T>>) {
        self.add(name, Arc::new(texts.collect::<StringArray>()));
    }

    /// Adds a column of texts that nobody has.
    pub(crate) fn no_texts(&mut self, name: &str, rows: usize) {
        self.add(name, new_null_array(&DataType::Utf8, rows));
    }

    /// Adds days.
    pub(crate) fn days(&mut self, name: &str, days: impl Iterator<Item = Option<NaiveDate>>) {
        self.add(name, Arc::new(days.map(|day| day.and_then(day_number)).collect::<Date32Array>()));
    }

    /// Adds what is counted of one user.
    pub(crate) fn counts(&mut self, name: &str, counts: impl Iterator<Item = Option<u32>>) {
        self.add(name, Arc::new(counts.collect::<UInt32Array>()));
    }

    /// Adds numbers of rows.
    pub(crate) fn rows(&mut self, name: &str, rows: impl Iterator<Item: TryInto<u64>>) {
        let rows = rows.map(|rows| rows.try_into().ok());
        self.add(name, Arc::new(rows.collect::<UInt64Array>()));
    }

    /// Adds numbers that some rows lack.
    pub(crate) fn maybe_rows(&mut self, name: &str, numbers: impl Iterator<Item = Option<u64>>) {
        self.add(name, Arc::new(numbers.collect::<UInt64Array>()));
    }

    /// Adds months of tenure.
    pub(crate) fn months(&mut self, name: &str, months: impl Iterator<Item = Option<i32>>) {
        self.add(name, Arc::new(months.collect::<Int32Array>()));
    }

    /// Adds answers of yes and no.
    pub(crate) fn yes_no(&mut self, name: &str, answers: impl Iterator<Item = Option<bool>>) {
        self.add(name, Arc::new(answers.collect::<BooleanArray>()));
    }

    /// Adds codes, each by its place among `names`.
    pub(crate) fn codes(
        &mut self,
        name: &str,
        codes: impl Iterator<Item = Option<u8>>,
        names: &[&str],
    ) -> Result<(), Error> {
        let places = codes.collect::<PrimitiveArray<UInt8Type>>();
        self.add(name, Arc::new(DictionaryArray::try_new(places, dictionary_of(names)).map_err(Error::internal)?));
        Ok(())
    }

    /// Adds lists of texts.
    pub(crate) fn text_lists<'a, T: AsRef<str> + 'a>(
        &mut self,
        name: &str,
        lists: impl Iterator<Item = Option<&'a [T]>>,
    ) {
        self.add(name, Arc::new(text_lists(lists)));
    }

    /// Adds lists of codes, each from the mask of its codes' places among `names`.
    pub(crate) fn code_lists(
        &mut self,
        name: &str,
        masks: impl Iterator<Item = u64>,
        names: &ArrayRef,
    ) -> Result<(), Error> {
        let mut lists = CodeLists::default();
        for mask in masks {
            bits(mask).for_each(|code| lists.push(code));
            lists.end_row();
        }
        self.add(name, lists.array(names)?);
        Ok(())
    }

    /// The batch.
    pub(crate) fn batch(self, metadata: Metadata) -> Result<RecordBatch, Error> {
        let schema = Schema::new_with_metadata(self.fields, metadata);
        RecordBatch::try_new(Arc::new(schema), self.arrays).map_err(Error::internal)
    }
}

/// Tables of some batches of one schema each; the first of them says which, so there is one at least.
pub(crate) fn tables<const N: usize>(answers: [(&str, Vec<RecordBatch>); N]) -> Tables {
    let answers = answers.into_iter().filter_map(|(name, batches)| {
        let schema = batches.first()?.schema();
        let batches = RecordBatchIterator::new(batches.into_iter().map(Ok::<_, ArrowError>), schema);
        Some((name.to_owned(), Box::new(batches) as Table))
    });
    answers.collect()
}

/// The columns of a fault.
pub(crate) fn fault_fields() -> Fields {
    FAULT_COLUMNS.iter().map(|(name, _)| Field::new(*name, DataType::Utf8, true)).collect()
}

/// The faults of rows, in the order of rows; null elsewhere.
pub(crate) fn errors(rows: usize, errors: &[(usize, Fault)]) -> ArrayRef {
    let mut is_error = BooleanBufferBuilder::new(rows);
    is_error.append_n(rows, false);
    let errors: Vec<_> = errors.iter().filter(|(row, _)| *row < rows).collect();
    errors.iter().for_each(|(row, _)| is_error.set_bit(*row, true));
    let texts = |of: FaultText| -> ArrayRef {
        let mut texts = StringBuilder::with_capacity(rows, 0);
        for (row, fault) in &errors {
            texts.append_nulls(row - texts.len());
            texts.append_option(of(fault));
        }
        texts.append_nulls(rows - texts.len());
        Arc::new(texts.finish())
    };
    let columns = match errors.as_slice() {
        // The same nulls serve all of them.
        [] => vec![new_null_array(&DataType::Utf8, rows); FAULT_COLUMNS.len()],
        _ => FAULT_COLUMNS.iter().map(|(_, of)| texts(*of)).collect(),
    };
    Arc::new(StructArray::new(fault_fields(), columns, Some(NullBuffer::new(is_error.finish()))))
}

/// Lists of faults.
pub(crate) fn fault_lists(lists: &[&[Fault]]) -> Result<ArrayRef, Error> {
    let faults = || lists.iter().copied().flatten();
    let texts = |of: FaultText| -> ArrayRef { Arc::new(faults().map(of).collect::<StringArray>()) };
    let columns = FAULT_COLUMNS.iter().map(|(_, of)| texts(*of)).collect();
    let items = StructArray::try_new(fault_fields(), columns, None).map_err(Error::internal)?;
    let item = Arc::new(Field::new("item", DataType::Struct(fault_fields()), false));
    let offsets = OffsetBuffer::from_lengths(lists.iter().map(|list| list.len()));
    Ok(Arc::new(ListArray::try_new(item, offsets, Arc::new(items), None).map_err(Error::internal)?))
}

/// Lists of texts.
pub(crate) fn text_lists<'a, T: AsRef<str> + 'a>(lists: impl Iterator<Item = Option<&'a [T]>>) -> ListArray {
    let mut builder = ListBuilder::new(StringBuilder::new());
    for list in lists {
        for text in list.into_iter().flatten() {
            builder.values().append_value(text);
        }
        builder.append(list.is_some());
    }
    builder.finish()
}

/// Decimals of so many places.
pub(crate) fn decimals(numbers: Decimal128Array, places: u8) -> Result<PrimitiveArray<Decimal128Type>, Error> {
    let places = i8::try_from(places).map_err(Error::internal)?;
    numbers.with_precision_and_scale(DIGITS, places).map_err(Error::internal)
}

/// A day as Arrow counts it.
pub(crate) fn day_number(day: NaiveDate) -> Option<i32> {
    i32::try_from(day_of(day)).ok()
}

/// The values of a dictionary.
pub(crate) fn dictionary_of(names: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(names))
}

/// The type of a dictionary of texts.
pub(crate) fn dictionary_type(keys: DataType) -> DataType {
    DataType::Dictionary(Box::new(keys), Box::new(DataType::Utf8))
}

/// Codes in lists. Hosts read lists of dictionaries everywhere, and two bytes a code are written faster than its text.
#[derive(Debug, Default)]
pub(crate) struct CodeLists {
    /// Where the list of each row ends.
    ends: Vec<usize>,
    codes: Vec<u16>,
}

impl CodeLists {
    /// Adds a code to the list in hand, by its place among the names.
    pub(crate) fn push(&mut self, code: usize) {
        self.codes.push(u16::try_from(code).unwrap_or(u16::MAX));
    }

    /// Ends the list in hand.
    pub(crate) fn end_row(&mut self) {
        self.ends.push(self.codes.len());
    }

    /// Adds the lists of the rows that follow.
    pub(crate) fn append(&mut self, next: Self) {
        if self.ends.is_empty() {
            *self = next;
            return;
        }
        let before = self.codes.len();
        self.codes.extend(next.codes);
        self.ends.extend(next.ends.into_iter().map(|end| before + end));
    }

    /// The lists, whose codes are places among `names`.
    pub(crate) fn array(self, names: &ArrayRef) -> Result<ArrayRef, Error> {
        let mut offsets = Vec::with_capacity(self.ends.len() + 1);
        offsets.push(0);
        for end in self.ends {
            offsets.push(i32::try_from(end).map_err(Error::internal)?);
        }
        let codes = PrimitiveArray::<UInt16Type>::new(self.codes.into(), None);
        let codes = DictionaryArray::try_new(codes, Arc::clone(names)).map_err(Error::internal)?;
        let offsets = OffsetBuffer::new(offsets.into());
        let lists = ListArray::try_new(Self::item(), offsets, Arc::new(codes), None).map_err(Error::internal)?;
        Ok(Arc::new(lists))
    }

    /// The item of such lists.
    pub(crate) fn item() -> Arc<Field> {
        Arc::new(Field::new("item", dictionary_type(DataType::UInt16), false))
    }
}
