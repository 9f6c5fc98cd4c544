//! Columns of Arrow as numbers and texts: in place where their type allows it, otherwise converted.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type,
    DecimalType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use arrow_array::{Array, ArrayRef, OffsetSizeTrait};
use arrow_buffer::{NullBuffer, ScalarBuffer};
use arrow_schema::{DataType, TimeUnit};
use chrono::NaiveDate;
use serde_json::Value as Json;

use super::cell::{self, MoneyUnit, Read};
use crate::error::Error;
use crate::fact::SERIES_MONTHS;
use crate::month::{Month, date_of_day, day_of};

/// How the numbers of a column become those of its fact.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    /// Decimal places that the fact keeps.
    pub(crate) places: u8,
    /// What integers are multiplied by.
    pub(crate) factor: i64,
    meaning: Meaning,
}

#[derive(Debug, Clone, Copy)]
enum Meaning {
    /// Yuan, which round to fen where they are floats.
    Amount,
    /// Fen.
    Minor,
    Quantity,
}

impl Scale {
    /// Whole numbers of anything.
    pub(crate) const WHOLE: Self = Self { places: 0, factor: 1, meaning: Meaning::Quantity };

    /// Whole numbers of fen.
    pub(crate) const MINOR: Self = Self { places: 0, factor: 1, meaning: Meaning::Minor };

    /// Yuan of so many places; integers are of this unit, those of none are refused elsewhere.
    pub(crate) fn amount(places: u8, integers: Option<MoneyUnit>) -> Self {
        let factor = if integers == Some(MoneyUnit::Fen) { 1 } else { power_of_ten(places) };
        Self { places, factor, meaning: Meaning::Amount }
    }

    /// Exact numbers of so many places.
    pub(crate) fn quantity(places: u8) -> Self {
        Self { places, factor: power_of_ten(places), meaning: Meaning::Quantity }
    }

    /// A number that stands as text or as a float, read as the record form reads it.
    pub(crate) fn read(self, cell: &Json) -> Read<i64> {
        match self.meaning {
            Meaning::Amount => cell::amount(cell, None),
            Meaning::Minor => cell::minor(cell),
            Meaning::Quantity => cell::number(cell, self.places),
        }
    }
}

fn power_of_ten(places: u8) -> i64 {
    10_i64.checked_pow(places.into()).unwrap_or(i64::MAX)
}

/// Stands for a number that is none: beyond every limit, so that whoever reads it finds the row broken.
pub(crate) const BEYOND: i64 = i64::MAX;

/// A cell's value, null, or that it is none.
pub(crate) type Told<T> = Result<Option<T>, Refused>;

/// The cell is no value of the column's type; the record form says why.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refused;

/// Numbers of a column, held while somebody reads them.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) values: HeldValues,
    pub(crate) nulls: Option<NullBuffer>,
}

#[derive(Debug, Clone)]
pub(crate) enum HeldValues {
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
    pub(crate) fn new(values: HeldValues, nulls: Option<&NullBuffer>) -> Self {
        Self { values, nulls: nulls.filter(|nulls| nulls.null_count() > 0).cloned() }
    }

    /// Converted numbers; those of null rows become 0, so that garbage does not slow the plan down.
    pub(crate) fn converted(mut values: Vec<i64>, nulls: Option<&NullBuffer>) -> Self {
        if let Some(nulls) = nulls.filter(|nulls| nulls.null_count() > 0) {
            for (value, is_valid) in values.iter_mut().zip(nulls) {
                *value = if is_valid { *value } else { 0 };
            }
        }
        Self::new(HeldValues::I64(values.into()), nulls)
    }

    pub(crate) fn told(cells: Vec<Option<i64>>) -> Self {
        let nulls = NullBuffer::from_iter(cells.iter().map(Option::is_some));
        let values: Vec<i64> = cells.into_iter().map(Option::unwrap_or_default).collect();
        Self::new(HeldValues::I64(values.into()), Some(&nulls))
    }

    /// Nothing known of so many rows.
    pub(crate) fn nobody(rows: usize) -> Self {
        Self::new(HeldValues::U8(vec![0; rows].into()), Some(&NullBuffer::new_null(rows)))
    }

    /// The number of a row, if it has one.
    #[inline]
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

    /// Tells `each` of the items in their order, with the number in its row; the type is looked at but once.
    pub fn of_each<I: Copy>(&self, items: &[I], row_of: impl Fn(I) -> usize, mut each: impl FnMut(I, Option<i64>)) {
        match (&self.values, &self.nulls) {
            (HeldValues::I64(values), None) => {
                items.iter().for_each(|item| each(*item, values.get(row_of(*item)).copied()));
            }
            (HeldValues::I32(values), None) => {
                items.iter().for_each(|item| each(*item, values.get(row_of(*item)).copied().map(i64::from)));
            }
            (HeldValues::I128(values), None) => {
                items.iter().for_each(|item| each(*item, values.get(row_of(*item)).copied().map(saturated)));
            }
            _ => items.iter().for_each(|item| each(*item, self.at(row_of(*item)))),
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

/// What was told of each cell; the rows of refused ones are noted.
pub(crate) fn told(cells: Vec<Told<i64>>, refused: &mut Vec<usize>) -> Held {
    let mut values = Vec::with_capacity(cells.len());
    for (row, cell) in cells.into_iter().enumerate() {
        values.push(cell.unwrap_or_else(|Refused| {
            refused.push(row);
            None
        }));
    }
    Held::told(values)
}

/// Days since 1970-01-01; the rows of those beyond the calendar are noted.
pub(crate) fn dates(array: &ArrayRef, refused: &mut Vec<usize>) -> Held {
    if let Some(days) = array.as_primitive_opt::<Date32Type>() {
        let (first, last) = (day_of(NaiveDate::MIN), day_of(NaiveDate::MAX));
        let is_date = |day: i32| (first..=last).contains(&i64::from(day));
        if !days.values().iter().all(|day| is_date(*day)) {
            let rows = days.iter().enumerate();
            refused.extend(rows.filter(|(_, day)| day.is_some_and(|day| !is_date(day))).map(|(row, _)| row));
        }
        return Held::new(HeldValues::I32(days.values().clone()), days.nulls());
    }
    if let Some(times) = array.as_primitive_opt::<Date64Type>() {
        let date = |time: Option<i64>| match time.map(|time| time.div_euclid(MILLISECONDS)) {
            Some(day) if date_of_day(day).is_none() => Err(Refused),
            day => Ok(day),
        };
        return told(times.iter().map(date).collect(), refused);
    }
    if let Some(days) = midnights(array) {
        return told(days, refused);
    }
    told(texts(array, |text| cell::date(&text.into()).map(|date| date.map(day_of)).map_err(|_| Refused)), refused)
}

/// Units of time in a day.
const fn units_in_day(unit: TimeUnit) -> i64 {
    const SECONDS: i64 = 24 * 60 * 60;
    match unit {
        TimeUnit::Second => SECONDS,
        TimeUnit::Millisecond => SECONDS * 1_000,
        TimeUnit::Microsecond => SECONDS * 1_000_000,
        TimeUnit::Nanosecond => SECONDS * 1_000_000_000,
    }
}

/// Points in time as days: only midnight is one. None where the column has no such type.
fn midnights(array: &ArrayRef) -> Option<Vec<Told<i64>>> {
    let DataType::Timestamp(unit, None) = array.data_type() else { return None };
    let units = units_in_day(*unit);
    let day = |time: Option<i64>| match time {
        Some(time) if time % units != 0 || date_of_day(time / units).is_none() => Err(Refused),
        time => Ok(time.map(|time| time / units)),
    };
    // Whatever the unit, 64 bits a point.
    Some(times(array.as_ref(), *unit).iter().map(|time| day(*time)).collect())
}

/// The points in time of a column, in its unit.
fn times(array: &dyn Array, unit: TimeUnit) -> Vec<Option<i64>> {
    match unit {
        TimeUnit::Second => array.as_primitive::<TimestampSecondType>().iter().collect(),
        TimeUnit::Millisecond => array.as_primitive::<TimestampMillisecondType>().iter().collect(),
        TimeUnit::Microsecond => array.as_primitive::<TimestampMicrosecondType>().iter().collect(),
        TimeUnit::Nanosecond => array.as_primitive::<TimestampNanosecondType>().iter().collect(),
    }
}

/// A point in time as people write it; midnight is a day.
fn time_text(time: i64, unit: TimeUnit) -> String {
    let units = units_in_day(unit);
    let Some(date) = date_of_day(time.div_euclid(units)) else { return format!("{time} since 1970-01-01") };
    match time.rem_euclid(units) / (units / (24 * 60 * 60)) {
        0 if time % units == 0 => date.to_string(),
        second => format!("{date} {:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60),
    }
}

/// Months, each as a day in it; the rows of those beyond the calendar are noted.
pub(crate) fn months(array: &ArrayRef, refused: &mut Vec<usize>) -> Held {
    if !is_text(value_type(array.data_type())) {
        return dates(array, refused);
    }
    // Rows of one month follow one another, or there are few months: most texts are the one before.
    let mut last = (String::new(), Ok(None));
    let mut month = |text: &str| {
        if last.0 != text {
            let read = cell::month(&text.into()).map_err(|_| Refused);
            last = (text.to_owned(), read.map(|month| month.and_then(Month::first_day).map(day_of)));
        }
        last.1
    };
    told(texts(array, |text| month(text)), refused)
}

/// Yes and no, as 1 and 0.
pub(crate) fn yes_no(array: &ArrayRef, refused: &mut Vec<usize>) -> Held {
    if let Some(answers) = array.as_boolean_opt() {
        let values: Vec<u8> = answers.values().iter().map(u8::from).collect();
        return Held::new(HeldValues::U8(values.into()), answers.nulls());
    }
    told(
        texts(array, |text| cell::yes_no(&text.into()).map(|answer| answer.map(i64::from)).map_err(|_| Refused)),
        refused,
    )
}

/// Codes as their places among these.
pub(crate) fn codes(array: &ArrayRef, codes: &[&str], refused: &mut Vec<usize>) -> Held {
    if let Some(places) = array.as_primitive_opt::<UInt8Type>() {
        if !places.values().iter().all(|place| usize::from(*place) < codes.len()) {
            let is_none = |place: Option<u8>| place.is_some_and(|place| usize::from(place) >= codes.len());
            refused.extend(places.iter().enumerate().filter(|(_, place)| is_none(*place)).map(|(row, _)| row));
        }
        return Held::new(HeldValues::U8(places.values().clone()), places.nulls());
    }
    if array.data_type().is_integer() {
        let held = numbers(array, Scale::WHOLE);
        let is_code = |place: i64| usize::try_from(place).is_ok_and(|place| place < codes.len());
        refused.extend((0..array.len()).filter(|row| held.at(*row).is_some_and(|place| !is_code(place))));
        return held;
    }
    told(
        texts(array, |text| match cell_text(text) {
            None => Ok(None),
            Some(text) => match (0..).zip(codes).find(|(_, code)| **code == text) {
                Some((place, _)) => Ok(Some(place)),
                None => Err(Refused),
            },
        }),
        refused,
    )
}

const MILLISECONDS: i64 = 86_400_000;

/// The array without a dictionary.
pub(crate) fn plain(array: &ArrayRef) -> Result<ArrayRef, Error> {
    match array.as_any_dictionary_opt() {
        Some(dictionary) if !is_text(dictionary.values().data_type()) => {
            arrow_select::take::take(dictionary.values(), dictionary.keys(), None).map_err(Error::internal)
        }
        _ => Ok(Arc::clone(array)),
    }
}

pub(crate) fn is_text(column: &DataType) -> bool {
    matches!(column, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

/// Text without blanks around it, if anything is left.
#[inline]
pub(crate) fn cell_text(text: &str) -> Option<&str> {
    match text.as_bytes() {
        // Nothing to trim, as in nearly every text: trimming decodes characters, a fifth of the time of a view.
        // A letter that begins with 0xE4 or more, as Chinese ones do, is no blank either.
        [b'!'..=b'~' | 0xE4.., .., b'!'..=b'~'] => Some(text),
        _ => Some(text.trim()).filter(|text| !text.is_empty()),
    }
}

/// What is told of each text; those of a dictionary are looked at once each. Integers are their digits.
pub(crate) fn texts<T: Copy>(array: &ArrayRef, mut of: impl FnMut(&str) -> Told<T>) -> Vec<Told<T>> {
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
pub(crate) fn numbers(array: &ArrayRef, scale: Scale) -> Held {
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
        DataType::Decimal64(_, decimals) if i16::from(*decimals) == i16::from(scale.places) => {
            let decimals = array.as_primitive::<Decimal64Type>();
            Held::new(HeldValues::I64(decimals.values().clone()), decimals.nulls())
        }
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

/// Lists of codes, each as the mask of its codes' places among `codes`; the rows of lists that hold anything else are refused.
pub(crate) fn masks(array: &ArrayRef, codes: &[&str], refused: &mut Vec<usize>) -> Vec<Option<u64>> {
    let Some(lists) = Lists::of(array) else { return vec![None; array.len()] };
    let bits = texts(&lists.items, |text| {
        let place = cell_text(text).and_then(|text| codes.iter().position(|code| *code == text));
        place.map(|place| Some(1_u64 << place)).ok_or(Refused)
    });
    let mask = |(first, end): (usize, usize)| {
        let bits = bits.get(first..end)?.iter();
        bits.map(|bit| bit.ok().flatten()).try_fold(0, |mask, bit| Some(mask | bit?))
    };
    let mut read = |row: usize| {
        let bounds = lists.get(row)?;
        let mask = mask(bounds);
        if mask.is_none() {
            refused.push(row);
        }
        mask
    };
    (0..array.len()).map(&mut read).collect()
}

/// Masks that stand as such.
pub(crate) fn masks_of_bits(array: &ArrayRef) -> Vec<Option<u64>> {
    array.as_primitive_opt::<UInt64Type>().map_or_else(|| vec![None; array.len()], |masks| masks.iter().collect())
}

/// Lists of some rows: where each begins and ends among the items.
pub(crate) struct Lists {
    pub(crate) items: ArrayRef,
    bounds: Bounds,
    nulls: Option<NullBuffer>,
}

enum Bounds {
    Offsets(Vec<usize>),
    Every(usize),
}

impl Lists {
    pub(crate) fn of(array: &ArrayRef) -> Option<Self> {
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
    pub(crate) fn get(&self, row: usize) -> Option<(usize, usize)> {
        if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return None;
        }
        match &self.bounds {
            Bounds::Offsets(offsets) => Some((*offsets.get(row)?, *offsets.get(row + 1)?)),
            Bounds::Every(every) => Some((row * every, (row + 1) * every)),
        }
    }

    pub(crate) fn all_hold_twelve(&self) -> bool {
        match &self.bounds {
            Bounds::Offsets(offsets) => (0..).step_by(SERIES_MONTHS).zip(offsets).all(|(at, offset)| at == *offset),
            Bounds::Every(every) => *every == SERIES_MONTHS,
        }
    }
}

/// A cell as the record form has it: decimals and dates as text; a float that is no number as its name.
pub(crate) fn cell(array: &dyn Array, row: usize) -> Json {
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
        date_of_day(day).map_or_else(|| format!("day {day} since 1970-01-01"), |date| date.to_string()).into()
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
        DataType::Timestamp(unit, _) => {
            let time = times(array.slice(row, 1).as_ref(), *unit).first().copied().flatten();
            time.map_or(Json::Null, |time| time_text(time, *unit).into())
        }
        DataType::Boolean => array.as_boolean().value(row).into(),
        DataType::Utf8 => array.as_string::<i32>().value(row).into(),
        DataType::LargeUtf8 => array.as_string::<i64>().value(row).into(),
        DataType::Utf8View => array.as_string_view().value(row).into(),
        DataType::List(_) => items(&array.as_list::<i32>().value(row)),
        DataType::LargeList(_) => items(&array.as_list::<i64>().value(row)),
        DataType::FixedSizeList(..) => items(&array.as_fixed_size_list().value(row)),
        DataType::Struct(fields) => {
            let columns = fields.iter().zip(array.as_struct().columns());
            columns.map(|(field, column)| (field.name().clone(), cell(column.as_ref(), row))).collect()
        }
        _ => Json::Null,
    }
}

fn items(array: &ArrayRef) -> Json {
    (0..array.len()).map(|row| cell(array.as_ref(), row)).collect()
}

/// The type of the values, be they encoded as a dictionary or not.
pub(crate) fn value_type(column: &DataType) -> &DataType {
    match column {
        DataType::Dictionary(_, values) => values,
        other => other,
    }
}

/// The type of a list's items; a column of nulls is one of lists, too.
pub(crate) fn item_type(column: &DataType) -> Option<&DataType> {
    match column {
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => Some(item.data_type()),
        DataType::Null => Some(column),
        _ => None,
    }
}

pub(crate) fn is_number(column: &DataType) -> bool {
    column.is_integer()
        || matches!(column, DataType::Float32 | DataType::Float64)
        || column.is_decimal()
        || (is_text(column) || *column == DataType::Null)
}

pub(crate) fn is_date(column: &DataType) -> bool {
    (is_text(column) || *column == DataType::Null)
        || matches!(column, DataType::Date32 | DataType::Date64 | DataType::Timestamp(_, None))
}

pub(crate) fn is_yes_no(column: &DataType) -> bool {
    (is_text(column) || *column == DataType::Null) || *column == DataType::Boolean
}

pub(crate) fn is_mask(column: &DataType) -> bool {
    matches!(column, DataType::UInt64 | DataType::Null)
}

/// Whether the items of its lists are codes.
pub(crate) fn is_codes(column: &DataType) -> bool {
    item_type(column).map(value_type).is_some_and(|item| is_text(item) || *item == DataType::Null)
}

pub(crate) fn is_code(column: &DataType) -> bool {
    (is_text(column) || *column == DataType::Null) || column.is_integer()
}
