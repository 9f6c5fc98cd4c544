//! The columns of a batch as the plan reads them: in place where their type allows it, otherwise converted.

use arrow_array::{ArrayRef, RecordBatch};
use serde_json::{Map, Value as Json};

use super::schema::{Bound, How, Layout};
use crate::condition::{Column, Numbers, Validity, Values};
use crate::error::Error;
use crate::fact::{FactId, SERIES_MONTHS};
use crate::lifecycle::{Classifier, ViewColumns};
use crate::table::arrow::{self, Held, HeldValues, Lists, Scale, cell, cell_text, numbers, plain, texts};

impl Held {
    /// The numbers, as the plan reads them.
    pub(super) fn numbers(&self) -> Numbers<'_> {
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
            How::Date => HeldColumn::One(arrow::dates(array, &mut self.refused)),
            How::YesNo => HeldColumn::One(arrow::yes_no(array, &mut self.refused)),
            How::Code(codes) => HeldColumn::One(arrow::codes(array, codes, &mut self.refused)),
            How::Text(known) => HeldColumn::One(arrow::told(
                texts(array, |text| {
                    Ok(cell_text(text).map(|text| known.get(text).map_or(0, |place| i64::from(*place) + 1)))
                }),
                &mut self.refused,
            )),
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
