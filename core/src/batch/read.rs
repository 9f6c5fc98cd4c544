//! The columns of a batch as the plan reads them: in place where their type allows it, otherwise converted.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type,
    DecimalType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, OffsetSizeTrait, RecordBatch};
use arrow_buffer::{NullBuffer, ScalarBuffer};
use arrow_schema::DataType;
use chrono::NaiveDate;
use serde_json::{Map, Value as Json};

use super::schema::{Bound, How, Layout, Scale};
use crate::condition::{Column, Numbers, Validity, Values};
use crate::error::Error;
use crate::fact::{FactId, SERIES_MONTHS};
use crate::lifecycle::{Classifier, ViewColumns, date_of, day_of};
use crate::table::cell;

/// Stands for a number that is none: beyond every limit, so that the plan finds the row broken.
const BEYOND: i64 = i64::MAX;

/// A cell's value, null, or that it is none.
type Told<T> = Result<Option<T>, Refused>;

/// The cell is no value of the column's type; the record form says why.
#[derive(Debug, Clone, Copy)]
struct Refused;

/// Numbers of a column, held while the plan reads them.
#[derive(Debug, Clone)]
pub(super) struct Held {
    values: HeldValues,
    nulls: Option<NullBuffer>,
}

#[derive(Debug, Clone)]
enum HeldValues {
    I64(ScalarBuffer<i64>),
    I32(ScalarBuffer<i32>),
    I16(ScalarBuffer<i16>),
    I8(ScalarBuffer<i8>),
    U32(ScalarBuffer<u32>),
    U16(ScalarBuffer<u16>),
    U8(ScalarBuffer<u8>),
    I128(ScalarBuffer<i128>),
    /// One month of lists of twelve.
    ListI64(ScalarBuffer<i64>, usize),
    ListI128(ScalarBuffer<i128>, usize),
}

impl Held {
    fn new(values: HeldValues, nulls: Option<&NullBuffer>) -> Self {
        Self { values, nulls: nulls.filter(|nulls| nulls.null_count() > 0).cloned() }
    }

    /// Converted numbers; those of null rows become 0, so that garbage does not slow the plan down.
    fn converted(mut values: Vec<i64>, nulls: Option<&NullBuffer>) -> Self {
        if let Some(nulls) = nulls.filter(|nulls| nulls.null_count() > 0) {
            for (value, is_valid) in values.iter_mut().zip(nulls) {
                *value = if is_valid { *value } else { 0 };
            }
        }
        Self::new(HeldValues::I64(values.into()), nulls)
    }

    fn told(cells: Vec<Option<i64>>) -> Self {
        let nulls = NullBuffer::from_iter(cells.iter().map(Option::is_some));
        let values: Vec<i64> = cells.into_iter().map(Option::unwrap_or_default).collect();
        Self::new(HeldValues::I64(values.into()), Some(&nulls))
    }

    fn nobody(rows: usize) -> Self {
        Self::new(HeldValues::U8(vec![0; rows].into()), Some(&NullBuffer::new_null(rows)))
    }

    fn numbers(&self) -> Numbers<'_> {
        let values = match &self.values {
            HeldValues::I64(values) => Values::I64(values),
            HeldValues::I32(values) => Values::I32(values),
            HeldValues::I16(values) => Values::I16(values),
            HeldValues::I8(values) => Values::I8(values),
            HeldValues::U32(values) => Values::U32(values),
            HeldValues::U16(values) => Values::U16(values),
            HeldValues::U8(values) => Values::U8(values),
            HeldValues::I128(values) => Values::I128(values),
            HeldValues::ListI64(values, month) => Values::ListI64(values, *month),
            HeldValues::ListI128(values, month) => Values::ListI128(values, *month),
        };
        let validity = self.nulls.as_ref().map(|nulls| Validity { bytes: nulls.validity(), offset: nulls.offset() });
        Numbers { values, validity }
    }

    /// The number of a row, if it has one.
    pub fn at(&self, row: usize) -> Option<i64> {
        if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return None;
        }
        let list = |month: usize| row * SERIES_MONTHS + month;
        match &self.values {
            HeldValues::I64(values) => values.get(row).copied(),
            HeldValues::I32(values) => values.get(row).copied().map(i64::from),
            HeldValues::I16(values) => values.get(row).copied().map(i64::from),
            HeldValues::I8(values) => values.get(row).copied().map(i64::from),
            HeldValues::U32(values) => values.get(row).copied().map(i64::from),
            HeldValues::U16(values) => values.get(row).copied().map(i64::from),
            HeldValues::U8(values) => values.get(row).copied().map(i64::from),
            HeldValues::I128(values) => values.get(row).copied().map(saturated),
            HeldValues::ListI64(values, month) => values.get(list(*month)).copied(),
            HeldValues::ListI128(values, month) => values.get(list(*month)).copied().map(saturated),
        }
    }

    /// The numbers as 64 bits each, without a copy where they are so already, and which rows have one.
    pub fn into_wide(self, rows: usize) -> (ScalarBuffer<i64>, Option<NullBuffer>) {
        let values = match &self.values {
            HeldValues::I64(values) => values.clone(),
            _ => (0..rows).map(|row| self.at(row).unwrap_or(0)).collect::<Vec<_>>().into(),
        };
        (values, self.nulls)
    }
}

fn saturated(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(BEYOND)
}

/// A fact's column, held.
#[derive(Debug, Clone)]
enum HeldColumn {
    One(Held),
    Months(Box<[Option<Held>; SERIES_MONTHS]>),
}

/// The facts of some rows, held.
#[derive(Debug, Default)]
pub(super) struct View {
    rows: usize,
    columns: Vec<(FactId, HeldColumn)>,
    /// Rows that break the contract in a way that their numbers do not show.
    pub refused: Vec<usize>,
    fee_for_customer_fee: Option<(FactId, FactId)>,
}

impl View {
    /// Reads the rows of a batch.
    ///
    /// # Errors
    /// Only where Arrow's own kernels fail.
    pub fn read(batch: &RecordBatch, layout: &Layout, classifier: &Classifier) -> Result<Self, Error> {
        let keys = &classifier.keys;
        let stands = keys.fee.zip(keys.customer_fee).filter(|_| layout.fee_is_customers);
        let mut view = Self { rows: batch.num_rows(), fee_for_customer_fee: stands, ..Self::default() };
        for bound in &layout.bound {
            let Some(array) = batch.columns().get(bound.column) else { continue };
            view.add(bound, &plain(array)?)?;
        }
        Ok(view)
    }

    fn add(&mut self, bound: &Bound, array: &ArrayRef) -> Result<(), Error> {
        let column = match &bound.how {
            How::Ignored => return Ok(()),
            How::Number(scale) => HeldColumn::One(numbers(array, *scale)),
            How::Series(scale) => HeldColumn::Months(self.series(array, *scale)?),
            How::Date => HeldColumn::One(self.dates(array)),
            How::YesNo => HeldColumn::One(self.yes_no(array)),
            How::Code(codes) => HeldColumn::One(self.codes(array, codes)),
            How::Text(known) => HeldColumn::One(self.told(texts(array, |text| {
                Ok(cell_text(text).map(|text| known.get(text).map_or(0, |place| i64::from(*place) + 1)))
            }))),
            How::Texts(known) => HeldColumn::One(self.sets(array, |text| {
                cell_text(text).and_then(|text| known.get(text)).map_or(0, |place| 1_i64 << (place % 64))
            })?),
        };
        match (bound.month, column) {
            (Some(month), HeldColumn::One(held)) => self.set_month(bound.fact, month, held),
            (_, column) => self.columns.push((bound.fact, column)),
        }
        Ok(())
    }

    fn set_month(&mut self, fact: FactId, month: usize, held: Held) {
        if !self.columns.iter().any(|(present, _)| *present == fact) {
            self.columns.push((fact, HeldColumn::Months(Box::default())));
        }
        for (present, column) in &mut self.columns {
            if let HeldColumn::Months(months) = column
                && *present == fact
                && let Some(slot) = months.get_mut(month)
            {
                *slot = Some(held);
                return;
            }
        }
    }

    /// The columns, for the plan to read.
    pub fn columns(&self) -> ViewColumns<'_> {
        let mut columns = ViewColumns::new(self.rows);
        for (fact, held) in &self.columns {
            columns.set(*fact, held.column());
        }
        if let Some((fee, customer_fee)) = self.fee_for_customer_fee
            && let Some(own) = columns.get(fee).cloned()
        {
            columns.set(customer_fee, own);
        }
        columns
    }

    /// A fact's column, if it is one number a row.
    pub fn get(&self, fact: Option<FactId>) -> Option<&Held> {
        self.columns.iter().find(|(present, _)| Some(*present) == fact).and_then(|(_, column)| match column {
            HeldColumn::One(held) => Some(held),
            HeldColumn::Months(_) => None,
        })
    }

    /// What was told of each cell; the rows of refused ones are noted.
    fn told(&mut self, cells: Vec<Told<i64>>) -> Held {
        let mut values = Vec::with_capacity(cells.len());
        for (row, cell) in cells.into_iter().enumerate() {
            values.push(cell.unwrap_or_else(|Refused| {
                self.refused.push(row);
                None
            }));
        }
        Held::told(values)
    }

    fn dates(&mut self, array: &ArrayRef) -> Held {
        if let Some(days) = array.as_primitive_opt::<Date32Type>() {
            let (first, last) = (day_of(NaiveDate::MIN), day_of(NaiveDate::MAX));
            let is_date = |day: i32| (first..=last).contains(&i64::from(day));
            if !days.values().iter().all(|day| is_date(*day)) {
                let rows = days.iter().enumerate();
                self.refused.extend(rows.filter(|(_, day)| day.is_some_and(|day| !is_date(day))).map(|(row, _)| row));
            }
            return Held::new(HeldValues::I32(days.values().clone()), days.nulls());
        }
        if let Some(times) = array.as_primitive_opt::<Date64Type>() {
            let date = |time: Option<i64>| match time.map(|time| time.div_euclid(MILLISECONDS)) {
                Some(day) if date_of(day).is_none() => Err(Refused),
                day => Ok(day),
            };
            return self.told(times.iter().map(date).collect());
        }
        self.told(texts(array, |text| cell::date(&text.into()).map(|date| date.map(day_of)).map_err(|_| Refused)))
    }

    fn yes_no(&mut self, array: &ArrayRef) -> Held {
        if let Some(answers) = array.as_boolean_opt() {
            let values: Vec<u8> = answers.values().iter().map(u8::from).collect();
            return Held::new(HeldValues::U8(values.into()), answers.nulls());
        }
        self.told(texts(array, |text| {
            cell::yes_no(&text.into()).map(|answer| answer.map(i64::from)).map_err(|_| Refused)
        }))
    }

    fn codes(&mut self, array: &ArrayRef, codes: &[&str]) -> Held {
        if let Some(places) = array.as_primitive_opt::<UInt8Type>() {
            if !places.values().iter().all(|place| usize::from(*place) < codes.len()) {
                let is_none = |place: Option<u8>| place.is_some_and(|place| usize::from(place) >= codes.len());
                self.refused.extend(places.iter().enumerate().filter(|(_, place)| is_none(*place)).map(|(row, _)| row));
            }
            return Held::new(HeldValues::U8(places.values().clone()), places.nulls());
        }
        if array.data_type().is_integer() {
            let held = numbers(array, Scale::WHOLE);
            let is_code = |place: i64| usize::try_from(place).is_ok_and(|place| place < codes.len());
            self.refused.extend((0..array.len()).filter(|row| held.at(*row).is_some_and(|place| !is_code(place))));
            return held;
        }
        self.told(texts(array, |text| match cell_text(text) {
            None => Ok(None),
            Some(text) => match (0..).zip(codes).find(|(_, code)| **code == text) {
                Some((place, _)) => Ok(Some(place)),
                None => Err(Refused),
            },
        }))
    }

    /// Sets of texts as bits.
    fn sets(&mut self, array: &ArrayRef, bit: impl Fn(&str) -> i64) -> Result<Held, Error> {
        let Some(lists) = Lists::of(array) else { return Ok(Held::nobody(array.len())) };
        let bits = texts(&plain(&lists.items)?, |text| Ok(Some(bit(text))));
        let set = |(first, end): (usize, usize)| {
            let items = bits.get(first..end).unwrap_or_default();
            items.iter().fold(0, |set, bit| set | bit.ok().flatten().unwrap_or(0))
        };
        Ok(Held::told((0..array.len()).map(|row| lists.get(row).map(set)).collect()))
    }

    /// Lists of months.
    fn series(&mut self, array: &ArrayRef, scale: Scale) -> Result<Box<[Option<Held>; SERIES_MONTHS]>, Error> {
        let rows = array.len();
        let Some(lists) = Lists::of(array) else {
            return Ok(Box::new(std::array::from_fn(|_| Some(Held::nobody(rows)))));
        };
        let flat = numbers(&plain(&lists.items)?, scale);
        if flat.nulls.is_none() && lists.all_hold_twelve() {
            let month = |month| match &flat.values {
                HeldValues::I64(values) => Some(HeldValues::ListI64(values.clone(), month)),
                HeldValues::I128(values) => Some(HeldValues::ListI128(values.clone(), month)),
                _ => None,
            };
            if month(0).is_some() {
                let held = |values| Held::new(values, array.nulls());
                return Ok(Box::new(std::array::from_fn(|place| month(place).map(held))));
            }
        }
        Ok(self.gathered(rows, &lists, &flat))
    }

    /// The months of lists as twelve columns.
    fn gathered(&mut self, rows: usize, lists: &Lists, flat: &Held) -> Box<[Option<Held>; SERIES_MONTHS]> {
        let mut months: [Vec<Option<i64>>; SERIES_MONTHS] = std::array::from_fn(|_| vec![None; rows]);
        for row in 0..rows {
            let Some((first, end)) = lists.get(row) else { continue };
            let Some(older) = SERIES_MONTHS.checked_sub(end - first) else {
                self.refused.push(row);
                continue;
            };
            for (month, item) in months.iter_mut().skip(older).zip(first..end) {
                if let Some(slot) = month.get_mut(row) {
                    *slot = flat.at(item);
                }
            }
        }
        Box::new(months.map(|month| Some(Held::told(month))))
    }
}

const MILLISECONDS: i64 = 86_400_000;

impl HeldColumn {
    fn column(&self) -> Column<'_> {
        match self {
            Self::One(held) => Column::One(held.numbers()),
            Self::Months(months) => Column::Months(Box::new(std::array::from_fn(|month| {
                months.get(month).and_then(Option::as_ref).map(Held::numbers)
            }))),
        }
    }
}

/// The array without a dictionary.
fn plain(array: &ArrayRef) -> Result<ArrayRef, Error> {
    match array.as_any_dictionary_opt() {
        Some(dictionary) if !is_text(dictionary.values().data_type()) => {
            arrow_select::take::take(dictionary.values(), dictionary.keys(), None).map_err(Error::internal)
        }
        _ => Ok(Arc::clone(array)),
    }
}

fn is_text(column: &DataType) -> bool {
    matches!(column, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

/// Text without blanks around it, if anything is left.
fn cell_text(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// What is told of each text; those of a dictionary are looked at once each. Integers are their digits.
fn texts<T: Copy>(array: &ArrayRef, mut of: impl FnMut(&str) -> Told<T>) -> Vec<Told<T>> {
    fn each<'a, T>(texts: impl Iterator<Item = Option<&'a str>>, of: impl FnMut(&str) -> Told<T>) -> Vec<Told<T>> {
        let mut of = of;
        texts.map(|text| text.map_or(Ok(None), &mut of)).collect()
    }
    if let Some(dictionary) = array.as_any_dictionary_opt() {
        let values = texts(dictionary.values(), of);
        if values.is_empty() {
            return vec![Ok(None); array.len()];
        }
        let keys = dictionary.normalized_keys().into_iter().enumerate();
        let value = |key: usize| values.get(key).copied().unwrap_or(Ok(None));
        return keys.map(|(row, key)| if array.is_null(row) { Ok(None) } else { value(key) }).collect();
    }
    match array.data_type() {
        DataType::Utf8 => each(array.as_string::<i32>().iter(), of),
        DataType::LargeUtf8 => each(array.as_string::<i64>().iter(), of),
        DataType::Utf8View => each(array.as_string_view().iter(), of),
        _ => (0..array.len())
            .map(|row| match cell(array.as_ref(), row) {
                Json::Null => Ok(None),
                cell => of(&cell.to_string()),
            })
            .collect(),
    }
}

/// The numbers of a column.
fn numbers(array: &ArrayRef, scale: Scale) -> Held {
    match array.data_type() {
        DataType::Int64 => integers::<Int64Type>(array, scale, Some(HeldValues::I64)),
        DataType::Int32 => integers::<Int32Type>(array, scale, Some(HeldValues::I32)),
        DataType::Int16 => integers::<Int16Type>(array, scale, Some(HeldValues::I16)),
        DataType::Int8 => integers::<Int8Type>(array, scale, Some(HeldValues::I8)),
        DataType::UInt64 => integers::<UInt64Type>(array, scale, None),
        DataType::UInt32 => integers::<UInt32Type>(array, scale, Some(HeldValues::U32)),
        DataType::UInt16 => integers::<UInt16Type>(array, scale, Some(HeldValues::U16)),
        DataType::UInt8 => integers::<UInt8Type>(array, scale, Some(HeldValues::U8)),
        DataType::Decimal32(_, decimals) => decimals_of::<Decimal32Type>(array, *decimals, scale),
        DataType::Decimal64(_, decimals) => decimals_of::<Decimal64Type>(array, *decimals, scale),
        DataType::Decimal128(_, decimals) if i16::from(*decimals) == i16::from(scale.places) => {
            let decimals = array.as_primitive::<Decimal128Type>();
            Held::new(HeldValues::I128(decimals.values().clone()), decimals.nulls())
        }
        DataType::Decimal128(_, decimals) => decimals_of::<Decimal128Type>(array, *decimals, scale),
        DataType::Float64 => floats::<Float64Type>(array, scale, |float| float, |float| float, 1e15),
        // Its own shortest text counts, not that of the double nearest to it.
        DataType::Float32 => {
            floats::<Float32Type>(array, scale, f64::from, |float| float.to_string().parse().unwrap_or(f64::NAN), 1e6)
        }
        _ => written(array, scale),
    }
}

/// Numbers that stand as text, or in an encoding that is read as text.
fn written(array: &ArrayRef, scale: Scale) -> Held {
    let read = |cell: &Json| scale.read(cell).unwrap_or(Some(BEYOND));
    if is_text(array.data_type()) || array.as_any_dictionary_opt().is_some() {
        let told = texts(array, |text| Ok(read(&text.into())));
        return Held::told(told.into_iter().map(|cell| cell.ok().flatten()).collect());
    }
    Held::told((0..array.len()).map(|row| read(&cell(array.as_ref(), row))).collect())
}

/// How the plan reads a type's values where they stand.
type InPlace<T> = fn(ScalarBuffer<<T as ArrowPrimitiveType>::Native>) -> HeldValues;

/// Integers, in place where they count what the fact counts.
fn integers<T: ArrowPrimitiveType>(array: &ArrayRef, scale: Scale, native: Option<InPlace<T>>) -> Held
where
    T::Native: TryInto<i64>,
{
    let integers = array.as_primitive::<T>();
    if let Some(native) = native.filter(|_| scale.factor == 1) {
        return Held::new(native(integers.values().clone()), integers.nulls());
    }
    let scaled = |value: &T::Native| (*value).try_into().ok().and_then(|value: i64| value.checked_mul(scale.factor));
    let values = integers.values().iter().map(|value| scaled(value).unwrap_or(BEYOND)).collect();
    Held::converted(values, integers.nulls())
}

/// Decimals of other places than the fact's; a digit that would be lost is refused.
fn decimals_of<T: DecimalType>(array: &ArrayRef, decimals: i8, scale: Scale) -> Held
where
    T::Native: Into<i128>,
{
    let array = array.as_primitive::<T>();
    let more = i16::from(decimals) - i16::from(scale.places);
    let power = 10_i128.checked_pow(more.unsigned_abs().into());
    let scaled = |value: i128| match power {
        Some(power) if more > 0 => (value % power == 0).then_some(value / power),
        Some(power) => value.checked_mul(power),
        None => (value == 0).then_some(0),
    };
    let number = |value: &T::Native| scaled((*value).into()).map_or(BEYOND, saturated);
    Held::converted(array.values().iter().map(number).collect(), array.nulls())
}

/// Floats, from their shortest decimal text.
///
/// Decimals of so few digits that each is a float of its own (`unique` bounds them) need not be written out: one that gives
/// the float back is its shortest text.
fn floats<T: ArrowPrimitiveType>(
    array: &ArrayRef,
    scale: Scale,
    widen: fn(T::Native) -> f64,
    written: fn(T::Native) -> f64,
    unique: f64,
) -> Held
where
    T::Native: PartialEq + FromDouble,
{
    /// Adding and subtracting it rounds to a whole number.
    const ROUNDER: f64 = 6_755_399_441_055_744.0;
    let floats = array.as_primitive::<T>();
    let power = f64::from(10_u32.pow(scale.places.into()));
    let number = |float: &T::Native| {
        let scaled = (widen(*float) * power + ROUNDER) - ROUNDER;
        if scaled.abs() < unique && T::Native::of(scaled / power) == *float {
            #[allow(clippy::cast_possible_truncation, reason = "whole, and below 10^15")]
            return scaled as i64;
        }
        match serde_json::Number::from_f64(written(*float)) {
            Some(number) => scale.read(&Json::Number(number)).ok().flatten().unwrap_or(BEYOND),
            None => BEYOND,
        }
    };
    match floats.nulls().filter(|nulls| nulls.null_count() > 0) {
        None => Held::converted(floats.values().iter().map(number).collect(), None),
        Some(nulls) => {
            let cells = floats.values().iter().zip(nulls);
            let values = cells.map(|(float, is_valid)| if is_valid { number(float) } else { 0 }).collect();
            Held::converted(values, Some(nulls))
        }
    }
}

/// The nearest float of its kind.
trait FromDouble {
    fn of(double: f64) -> Self;
}

impl FromDouble for f64 {
    fn of(double: f64) -> Self {
        double
    }
}

impl FromDouble for f32 {
    #[allow(clippy::cast_possible_truncation, reason = "to the nearest")]
    fn of(double: f64) -> Self {
        double as Self
    }
}

/// Lists of some rows: where each begins and ends among the items.
struct Lists {
    items: ArrayRef,
    bounds: Bounds,
    nulls: Option<NullBuffer>,
}

enum Bounds {
    Offsets(Vec<usize>),
    Every(usize),
}

impl Lists {
    fn of(array: &ArrayRef) -> Option<Self> {
        if let Some(lists) = array.as_list_opt::<i32>() {
            return Some(Self::between(lists.offsets(), lists.values(), array));
        }
        if let Some(lists) = array.as_list_opt::<i64>() {
            return Some(Self::between(lists.offsets(), lists.values(), array));
        }
        let lists = array.as_fixed_size_list_opt()?;
        let every = usize::try_from(lists.value_length()).ok()?;
        let items = lists.values().slice(lists.value_offset_at(0), every * lists.len());
        Some(Self { items, bounds: Bounds::Every(every), nulls: array.nulls().cloned() })
    }

    fn between<O: OffsetSizeTrait>(offsets: &[O], values: &ArrayRef, array: &ArrayRef) -> Self {
        let first = offsets.first().map_or(0, |first| first.as_usize());
        let offsets: Vec<_> = offsets.iter().map(|offset| offset.as_usize() - first).collect();
        let items = values.slice(first, offsets.last().copied().unwrap_or(0));
        Self { items, bounds: Bounds::Offsets(offsets), nulls: array.nulls().cloned() }
    }

    /// The items of a row: the first, and one past the last; `None` where there is no list.
    fn get(&self, row: usize) -> Option<(usize, usize)> {
        if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return None;
        }
        match &self.bounds {
            Bounds::Offsets(offsets) => Some((*offsets.get(row)?, *offsets.get(row + 1)?)),
            Bounds::Every(every) => Some((row * every, (row + 1) * every)),
        }
    }

    fn all_hold_twelve(&self) -> bool {
        match &self.bounds {
            Bounds::Offsets(offsets) => (0..).step_by(SERIES_MONTHS).zip(offsets).all(|(at, offset)| at == *offset),
            Bounds::Every(every) => *every == SERIES_MONTHS,
        }
    }
}

/// The numbers of one column of a batch, if it is one of numbers.
///
/// # Errors
/// Only where Arrow's own kernels fail.
pub(super) fn held(batch: &RecordBatch, bound: &Bound) -> Result<Option<Held>, Error> {
    let (Some(array), How::Number(scale)) = (batch.columns().get(bound.column), &bound.how) else { return Ok(None) };
    Ok(Some(numbers(&plain(array)?, *scale)))
}

/// A row as the record form has it.
pub(super) fn record(batch: &RecordBatch, layout: &Layout, row: usize) -> Map<String, Json> {
    let cells = layout.bound.iter().filter_map(|bound| {
        let array = batch.columns().get(bound.column)?.slice(row, 1);
        Some((bound.name.clone(), cell(array.as_ref(), 0)))
    });
    cells.collect()
}

/// A cell as the record form has it: decimals and dates as text; a float that is no number as its name.
fn cell(array: &dyn Array, row: usize) -> Json {
    if array.is_null(row) {
        return Json::Null;
    }
    if let Some(dictionary) = array.as_any_dictionary_opt() {
        let key = dictionary.normalized_keys().get(row).copied().unwrap_or(0);
        return cell(dictionary.values().as_ref(), key);
    }
    fn number<T: ArrowPrimitiveType>(array: &dyn Array, row: usize) -> T::Native {
        array.as_primitive::<T>().value(row)
    }
    fn decimal<T: DecimalType>(array: &dyn Array, row: usize, decimals: i8) -> Json {
        T::format_decimal(number::<T>(array, row), T::MAX_PRECISION, decimals).into()
    }
    fn float(float: f64) -> Json {
        serde_json::Number::from_f64(float).map_or_else(|| float.to_string().into(), Json::Number)
    }
    fn date(day: i64) -> Json {
        date_of(day).map_or_else(|| format!("day {day} since 1970-01-01"), |date| date.to_string()).into()
    }
    match array.data_type() {
        DataType::Int64 => number::<Int64Type>(array, row).into(),
        DataType::Int32 => number::<Int32Type>(array, row).into(),
        DataType::Int16 => number::<Int16Type>(array, row).into(),
        DataType::Int8 => number::<Int8Type>(array, row).into(),
        DataType::UInt64 => number::<UInt64Type>(array, row).into(),
        DataType::UInt32 => number::<UInt32Type>(array, row).into(),
        DataType::UInt16 => number::<UInt16Type>(array, row).into(),
        DataType::UInt8 => number::<UInt8Type>(array, row).into(),
        DataType::Decimal32(_, decimals) => decimal::<Decimal32Type>(array, row, *decimals),
        DataType::Decimal64(_, decimals) => decimal::<Decimal64Type>(array, row, *decimals),
        DataType::Decimal128(_, decimals) => decimal::<Decimal128Type>(array, row, *decimals),
        DataType::Decimal256(_, decimals) => decimal::<Decimal256Type>(array, row, *decimals),
        DataType::Float64 => float(number::<Float64Type>(array, row)),
        DataType::Float32 => float(number::<Float32Type>(array, row).to_string().parse().unwrap_or(f64::NAN)),
        DataType::Date32 => date(number::<Date32Type>(array, row).into()),
        DataType::Date64 => date(number::<Date64Type>(array, row).div_euclid(MILLISECONDS)),
        DataType::Boolean => array.as_boolean().value(row).into(),
        DataType::Utf8 => array.as_string::<i32>().value(row).into(),
        DataType::LargeUtf8 => array.as_string::<i64>().value(row).into(),
        DataType::Utf8View => array.as_string_view().value(row).into(),
        DataType::List(_) => items(&array.as_list::<i32>().value(row)),
        DataType::LargeList(_) => items(&array.as_list::<i64>().value(row)),
        DataType::FixedSizeList(..) => items(&array.as_fixed_size_list().value(row)),
        _ => Json::Null,
    }
}

fn items(array: &ArrayRef) -> Json {
    (0..array.len()).map(|row| cell(array.as_ref(), row)).collect()
}
