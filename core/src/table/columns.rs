//! Columns of a whole table in the parts in which it came, read where they lie.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::marker::PhantomData;
use std::num::NonZeroUsize;
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayAccessor, ArrayRef, LargeStringArray, StringArray, StringViewArray, UInt32Array};
use arrow_schema::DataType;
use arrow_select::take::take;
use chrono::NaiveDate;

use super::Column;
use super::arrow::{self, BEYOND, Held, HeldValues, Scale, cell_text};
use crate::month::{Month, date_of_day, day_of};
use crate::threads::shared_out;

/// Where the parts of a table begin, and where the last one ends.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    starts: Arc<[usize]>,
    /// How long the first part is; most others are as long.
    size: usize,
}

impl Places {
    /// Of parts of so many rows each.
    pub(crate) fn of(lengths: impl IntoIterator<Item = usize>) -> Self {
        let mut starts = vec![0];
        let mut end = 0;
        for length in lengths {
            end += length;
            starts.push(end);
        }
        let size = starts.get(1).copied().unwrap_or(0).max(1);
        Self { starts: starts.into(), size }
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    /// The part that a row lies in, and its place there.
    pub(crate) fn locate(&self, row: usize) -> Option<(usize, usize)> {
        if self.starts.len() == 2 {
            return Some((0, row));
        }
        let holds = |part: usize| self.starts.get(part).zip(self.starts.get(part + 1));
        let holds = |part: usize| holds(part).is_some_and(|(start, end)| (*start..*end).contains(&row));
        let guess = row / self.size;
        let part =
            if holds(guess) { guess } else { self.starts.partition_point(|start| *start <= row).checked_sub(1)? };
        Some((part, row - self.starts.get(part)?))
    }

    /// The rows of each part.
    fn ranges(&self) -> impl Iterator<Item = Range<usize>> {
        self.starts.iter().zip(self.starts.iter().skip(1)).map(|(start, end)| *start..*end)
    }

    /// The rows of the part that a row lies in, and which part it is.
    fn range_about(&self, row: usize) -> Option<(usize, Range<usize>)> {
        let (part, place) = self.locate(row)?;
        Some((part, row - place..*self.starts.get(part + 1)?))
    }
}

/// What a number of a column stands for.
pub(crate) trait Number: Copy + Ord {
    /// The value that the number stands for.
    fn of(number: i64) -> Option<Self>;
    /// The number that stands for the value.
    fn number(self) -> i64;
}

impl Number for i64 {
    fn of(number: i64) -> Option<Self> {
        Some(number)
    }

    fn number(self) -> i64 {
        self
    }
}

/// The place of a code among its codes.
impl Number for usize {
    fn of(number: i64) -> Option<Self> {
        Self::try_from(number).ok()
    }

    fn number(self) -> i64 {
        i64::try_from(self).unwrap_or(BEYOND)
    }
}

impl Number for bool {
    fn of(number: i64) -> Option<Self> {
        Some(number != 0)
    }

    fn number(self) -> i64 {
        self.into()
    }
}

/// Days since 1970-01-01.
impl Number for NaiveDate {
    fn of(number: i64) -> Option<Self> {
        date_of_day(number)
    }

    fn number(self) -> i64 {
        day_of(self)
    }
}

/// Any day of the month.
impl Number for Month {
    fn of(number: i64) -> Option<Self> {
        Self::of_day(number)
    }

    fn number(self) -> i64 {
        self.first_day().map_or(BEYOND, day_of)
    }
}

/// A column of numbers, or of what numbers stand for.
#[derive(Debug, Clone)]
pub(crate) struct Numbers<T> {
    places: Places,
    parts: Vec<Held>,
    is_given: bool,
    of: PhantomData<fn() -> T>,
}

impl<T: Number> Numbers<T> {
    /// A column in as many parts as the table has.
    pub(crate) fn new(places: Places, parts: Vec<Held>, is_given: bool) -> Self {
        Self { places, parts, is_given, of: PhantomData }
    }

    /// Whether the table has the column at all; an optional one may be missing.
    pub(crate) fn is_given(&self) -> bool {
        self.is_given
    }

    /// The same numbers, whatever they stand for.
    pub(crate) fn into_numbers(self) -> Numbers<i64> {
        Numbers::new(self.places, self.parts, self.is_given)
    }

    /// The number in a row.
    pub(crate) fn number(&self, row: usize) -> Option<i64> {
        let (part, row) = self.places.locate(row)?;
        self.parts.get(part)?.at(row)
    }

    /// Tells `each` of the items in their order, with the number in its row. Where many items follow one another whose rows
    /// lie in one part, the type of the numbers is looked at but once.
    pub(crate) fn of_each<I: Copy>(
        &self,
        items: &[I],
        row_of: impl Fn(I) -> usize,
        mut each: impl FnMut(I, Option<i64>),
    ) {
        if self.parts.is_empty() {
            return items.iter().for_each(|item| each(*item, None));
        }
        let mut rest = items;
        while let Some(first) = rest.first() {
            let Some((part, rows)) = self.places.range_about(row_of(*first)) else { return };
            let Some(part) = self.parts.get(part) else { return };
            let count = rest.iter().take_while(|item| rows.contains(&row_of(**item))).count();
            let (these, others) = rest.split_at(count);
            part.of_each(these, |item| row_of(item) - rows.start, &mut each);
            rest = others;
        }
    }

    /// The value in a row.
    pub(crate) fn at(&self, row: usize) -> Option<T> {
        T::of(self.number(row)?)
    }

    /// Orders two rows by their values, null first.
    pub(crate) fn compare(&self, one: usize, other: usize) -> Ordering {
        self.at(one).cmp(&self.at(other))
    }

    /// Makes null of each number above this one.
    pub(crate) fn forget_above(&mut self, most: i64) {
        for part in &mut self.parts {
            let rows = part.len();
            if (0..rows).any(|row| part.at(row).is_some_and(|number| number > most)) {
                *part = Held::told((0..rows).map(|row| part.at(row).filter(|number| *number <= most)).collect());
            }
        }
    }

    /// The rows that have a number outside of these, or none where there has to be one.
    pub(crate) fn broken(&self, numbers: &RangeInclusive<i64>, is_required: bool, threads: NonZeroUsize) -> Vec<usize> {
        if self.parts.iter().all(|part| part.is_within(numbers, is_required, threads)) {
            return Vec::new();
        }
        let is_broken = |row| self.number(row).map_or(is_required, |number| !numbers.contains(&number));
        rows_where(self.places.rows(), threads, is_broken)
    }

    /// The rows with a number above this one.
    pub(crate) fn above(&self, most: i64, threads: NonZeroUsize) -> Vec<usize> {
        if self.parts.iter().all(|part| part.is_within(&(i64::MIN..=most), false, threads)) {
            return Vec::new();
        }
        rows_where(self.places.rows(), threads, |row| self.number(row).is_some_and(|number| number > most))
    }
}

impl Held {
    /// How many numbers there are.
    pub(crate) fn len(&self) -> usize {
        match &self.values {
            HeldValues::I64(values) => values.len(),
            HeldValues::I32(values) => values.len(),
            HeldValues::I16(values) => values.len(),
            HeldValues::I8(values) => values.len(),
            HeldValues::U32(values) => values.len(),
            HeldValues::U16(values) => values.len(),
            HeldValues::U8(values) => values.len(),
            HeldValues::I128(values) => values.len(),
            HeldValues::ListI64(values, _) => values.len() / crate::fact::SERIES_MONTHS,
            HeldValues::ListI128(values, _) => values.len() / crate::fact::SERIES_MONTHS,
        }
    }

    /// Whether a look at the numbers alone, null or not, shows that all are in order.
    fn is_within(&self, numbers: &RangeInclusive<i64>, is_required: bool, threads: NonZeroUsize) -> bool {
        if is_required && self.nulls.is_some() {
            return false;
        }
        let (least, most) = (*numbers.start(), *numbers.end());
        match &self.values {
            HeldValues::I64(values) => all(values, threads, |value| (value >= least) & (value <= most)),
            HeldValues::I32(values) => {
                all(values, threads, |value| (i64::from(value) >= least) & (i64::from(value) <= most))
            }
            HeldValues::I128(values) => all(values, threads, |value| (value >= least.into()) & (value <= most.into())),
            _ => (0..self.len()).all(|row| self.at(row).is_none_or(|number| numbers.contains(&number))),
        }
    }
}

/// Whether something holds of all values. It is asked of each before anything is decided, so that the processor may ask it of
/// several at a time.
fn all<V: Copy + Sync>(values: &[V], threads: NonZeroUsize, holds: impl Fn(V) -> bool + Sync) -> bool {
    let runs: Vec<_> = values.chunks(RUN).collect();
    let holds_of = |values: &[V]| values.iter().fold(true, |all, value| all & holds(*value));
    shared_out(threads, runs.len(), |run| runs.get(run).is_none_or(|run| holds_of(run))).into_iter().all(|all| all)
}

/// A column of texts, each without blanks around it; empty is null.
#[derive(Debug, Clone)]
pub(crate) struct Texts {
    places: Places,
    parts: Vec<TextPart>,
    is_given: bool,
}

#[derive(Debug, Clone)]
enum TextPart {
    Text(StringArray),
    LargeText(LargeStringArray),
    TextView(StringViewArray),
    /// Places among texts.
    Dictionary(Held, Box<TextPart>),
    Nothing,
}

impl TextPart {
    /// The texts of an array; integers are their digits: hosts hold ids so.
    fn of(array: &ArrayRef) -> Self {
        match array.data_type() {
            DataType::Utf8 => Self::Text(array.as_string().clone()),
            DataType::LargeUtf8 => Self::LargeText(array.as_string().clone()),
            DataType::Utf8View => Self::TextView(array.as_string_view().clone()),
            DataType::Dictionary(..) => {
                let dictionary = array.as_any_dictionary();
                let keys = arrow::numbers(&dictionary.keys().slice(0, array.len()), Scale::WHOLE);
                Self::Dictionary(keys, Box::new(Self::of(dictionary.values())))
            }
            integers if integers.is_integer() => {
                let digits = |row| array.is_valid(row).then(|| arrow::cell(array.as_ref(), row).to_string());
                Self::Text((0..array.len()).map(digits).collect())
            }
            _ => Self::Nothing,
        }
    }

    fn get(&self, row: usize) -> Option<&str> {
        fn value<'a, A: Array>(array: &'a A, row: usize, value: impl Fn(&'a A, usize) -> &'a str) -> Option<&'a str> {
            (row < array.len() && array.is_valid(row)).then(|| value(array, row)).and_then(cell_text)
        }
        match self {
            Self::Text(texts) => value(texts, row, StringArray::value),
            Self::LargeText(texts) => value(texts, row, LargeStringArray::value),
            Self::TextView(texts) => value(texts, row, StringViewArray::value),
            Self::Dictionary(keys, texts) => texts.get(usize::try_from(keys.at(row)?).ok()?),
            Self::Nothing => None,
        }
    }

    /// Tells `each` the texts of some rows one after the other; the encoding is looked at but once.
    fn each<'t>(&'t self, rows: Range<usize>, mut each: impl FnMut(Option<&'t str>)) {
        fn texts<'t>(
            texts: impl ArrayAccessor<Item = &'t str>,
            rows: Range<usize>,
            mut each: impl FnMut(Option<&'t str>),
        ) {
            let rows = rows.start..rows.end.min(texts.len());
            match texts.nulls().filter(|nulls| nulls.null_count() > 0) {
                None => rows.for_each(|row| each(cell_text(texts.value(row)))),
                Some(nulls) => {
                    rows.for_each(|row| each(nulls.is_valid(row).then(|| texts.value(row)).and_then(cell_text)));
                }
            }
        }
        match self {
            Self::Text(array) => texts(array, rows, each),
            Self::LargeText(array) => texts(array, rows, each),
            Self::TextView(array) => texts(array, rows, each),
            Self::Dictionary(..) | Self::Nothing => rows.for_each(|row| each(self.get(row))),
        }
    }

    /// Some of its rows as they lie there, where that is Arrow's usual encoding and there is no blank to be taken away.
    fn as_they_lie(&self, rows: Range<usize>) -> Option<ArrayRef> {
        let Self::Text(texts) = self else { return None };
        without_blanks(Arc::new(texts.slice(rows.start, rows.len())))
    }

    /// The same of rows that do not follow one another.
    fn taken(&self, rows: impl Iterator<Item = usize>) -> Option<ArrayRef> {
        let Self::Text(texts) = self else { return None };
        let rows = rows.map(|row| u32::try_from(row).ok()).collect::<Option<Vec<_>>>()?;
        without_blanks(take(texts, &UInt32Array::from(rows), None).ok()?)
    }
}

/// Texts of Arrow's usual encoding, unless there is a blank to be taken away.
fn without_blanks(texts: ArrayRef) -> Option<ArrayRef> {
    let is_whole = |text: &str| cell_text(text).is_some_and(|cell| cell.len() == text.len());
    texts.as_string::<i32>().iter().flatten().all(is_whole).then_some(texts)
}

/// Rows that a thread looks at at a time.
const RUN: usize = 1 << 18;

/// The rows of which something holds, in order.
pub(crate) fn rows_where(rows: usize, threads: NonZeroUsize, holds: impl Fn(usize) -> bool + Sync) -> Vec<usize> {
    rows_of_runs(rows, threads, |run| run.filter(|row| holds(*row)).collect())
}

/// The rows that are found in each run of rows, in order.
fn rows_of_runs(
    rows: usize,
    threads: NonZeroUsize,
    found_in: impl Fn(Range<usize>) -> Vec<usize> + Sync,
) -> Vec<usize> {
    let of_run = |run: usize| found_in(run * RUN..rows.min((run + 1) * RUN));
    shared_out(threads, rows.div_ceil(RUN), of_run).into_iter().flatten().collect()
}

impl Texts {
    /// A column in as many parts as the table has.
    pub(crate) fn new(places: Places, parts: &[ArrayRef], is_given: bool) -> Self {
        Self { places, parts: parts.iter().map(TextPart::of).collect(), is_given }
    }

    /// Whether the table has the column at all; an optional one may be missing.
    pub(crate) fn is_given(&self) -> bool {
        self.is_given
    }

    /// The text in a row.
    pub(crate) fn text(&self, row: usize) -> Option<&str> {
        let (part, row) = self.places.locate(row)?;
        self.parts.get(part)?.get(row)
    }

    /// Tells `each` some rows that follow one another, and their texts.
    pub(crate) fn each<'t>(&'t self, rows: Range<usize>, mut each: impl FnMut(usize, Option<&'t str>)) {
        let Some((first, _)) = self.places.locate(rows.start) else { return };
        for (range, part) in self.places.ranges().zip(&self.parts).skip(first) {
            let mut row = rows.start.max(range.start);
            if row >= rows.end {
                return;
            }
            part.each(row - range.start..rows.end.min(range.end) - range.start, |text| {
                each(row, text);
                row += 1;
            });
        }
    }

    /// The texts of some rows that follow one another.
    pub(crate) fn texts(&self, rows: Range<usize>) -> Vec<Option<&str>> {
        let mut texts = Vec::with_capacity(rows.len());
        self.each(rows.clone(), |_, text| texts.push(text));
        // A column that is not given may have no parts.
        texts.resize(rows.len(), None);
        texts
    }

    /// The same as an array: without a copy, where they lie in one part as they are to be.
    pub(crate) fn array(&self, rows: Range<usize>) -> ArrayRef {
        let as_they_lie = || {
            let (part, around) = self.places.range_about(rows.start)?;
            let rows = rows.start - around.start..rows.end.min(around.end) - around.start;
            self.parts.get(part)?.as_they_lie(rows)
        };
        let array = as_they_lie().filter(|array| array.len() == rows.len());
        array.unwrap_or_else(|| Arc::new(StringArray::from(self.texts(rows.clone()))))
    }

    /// The texts of some rows in their order, as an array: copied at once, where they lie in one part as they are to be.
    pub(crate) fn array_of(&self, rows: &[usize]) -> ArrayRef {
        let taken = || {
            let (part, around) = self.places.range_about(*rows.first()?)?;
            let part = self.parts.get(part).filter(|_| rows.iter().all(|row| around.contains(row)))?;
            part.taken(rows.iter().map(|row| row - around.start))
        };
        taken().unwrap_or_else(|| Arc::new(rows.iter().map(|row| self.text(*row)).collect::<StringArray>()))
    }

    /// The rows without a text.
    pub(crate) fn missing(&self, threads: NonZeroUsize) -> Vec<usize> {
        rows_of_runs(self.places.rows(), threads, |run| {
            let mut missing = Vec::new();
            self.each(run, |row, text| {
                if text.is_none() {
                    missing.push(row);
                }
            });
            missing
        })
    }

    /// Orders two rows by their texts, null first.
    pub(crate) fn compare(&self, one: usize, other: usize) -> Ordering {
        self.text(one).cmp(&self.text(other))
    }
}

impl<T: Number> From<Column<T>> for Numbers<T> {
    fn from(column: Column<T>) -> Self {
        let numbers: Vec<_> = column.values.into_iter().map(|value| value.map(T::number)).collect();
        Self::new(Places::of([numbers.len()]), vec![Held::told(numbers)], column.is_given)
    }
}

impl From<Column<Cow<'_, str>>> for Texts {
    fn from(column: Column<Cow<'_, str>>) -> Self {
        let texts: ArrayRef = Arc::new(column.values.into_iter().collect::<StringArray>());
        Self::new(Places::of([texts.len()]), &[texts], column.is_given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(parts: &[&[Option<&str>]]) -> Texts {
        let arrays: Vec<ArrayRef> =
            parts.iter().map(|part| Arc::new(StringArray::from(part.to_vec())) as ArrayRef).collect();
        Texts::new(Places::of(parts.iter().map(|part| part.len())), &arrays, true)
    }

    #[test]
    fn an_array_of_texts_is_the_tables_own_unless_blanks_are_taken_away_or_parts_are_joined() {
        let texts = texts(&[&[Some("U1"), None, Some("南宁J1")], &[Some(" U2"), Some(""), Some("U3")]]);
        let own = |rows: Range<usize>| {
            let array = texts.array(rows.clone());
            assert_eq!(array.as_string::<i32>().iter().collect::<Vec<_>>(), texts.texts(rows), "{array:?}");
            let bytes = |texts: &StringArray| texts.values().as_ptr();
            let parts = texts.parts.iter().map(|part| match part {
                TextPart::Text(texts) => bytes(texts),
                other => panic!("{other:?}"),
            });
            parts.collect::<Vec<_>>().contains(&bytes(array.as_string()))
        };
        assert!(own(0..3) && own(1..3) && own(5..6));
        assert!(!own(3..6) && !own(2..4));
        let taken = |rows: &[usize]| {
            texts.array_of(rows).as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect::<Vec<_>>()
        };
        for rows in [&[0, 1, 2][..], &[1, 5], &[3, 4], &[5], &[]] {
            let expected: Vec<_> = rows.iter().map(|row| texts.text(*row).map(str::to_owned)).collect();
            assert_eq!(taken(rows), expected, "{rows:?}");
        }
        assert_eq!(texts.texts(2..6), [Some("南宁J1"), Some("U2"), None, Some("U3")]);
    }

    #[test]
    fn a_column_that_is_not_given_has_no_text_in_any_row() {
        let texts = Texts::new(Places::of([2, 1]), &[], false);
        assert_eq!(texts.texts(1..3), [None, None]);
        assert_eq!(texts.array(0..3).null_count(), 3);
    }
}
