//! The view in Arrow: a column a fact, a batch a block; the rows that do not count, and what became of the rows, as tables.

use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::types::{Decimal128Type, UInt8Type};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Int32Array, ListArray,
    PrimitiveArray, RecordBatch, RecordBatchIterator, StringArray, UInt32Array, UInt64Array, new_null_array,
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{ArrowError, DataType, Field, Metadata, Schema};
use chrono::NaiveDate;

use super::TableCounts;
use super::facts::{STAGES, STATUSES};
use super::own::own_column;
use super::people::Person;
use super::rejects::Reject;
use super::rows::{Block, Contact, user_text, user_yes_no};
use super::series::Series;
use crate::error::{Error, FAULT_COLUMNS};
use crate::fact::SERIES_MONTHS;
use crate::month::day_of;
use crate::operation::Table;
use crate::table::cell::PLACES;
use crate::table::columns::Texts;

/// Digits of a decimal: enough for every number within the limit.
const DIGITS: u8 = 18;

/// The columns of a batch, in the order in which they are added.
#[derive(Debug, Default)]
pub(super) struct Columns {
    fields: Vec<Field>,
    arrays: Vec<ArrayRef>,
}

impl Columns {
    /// Adds a column.
    pub(super) fn add(&mut self, name: &str, array: ArrayRef) {
        self.fields.push(Field::new(name, array.data_type().clone(), true));
        self.arrays.push(array);
    }

    /// A series as lists of decimals, without a copy of these.
    pub(super) fn series_array(&self, series: Series) -> Result<ArrayRef, Error> {
        let (months, nulls) = series.into_buffers();
        let rows = months.len() / SERIES_MONTHS;
        let months = decimals(Decimal128Array::new(months, nulls), PLACES)?;
        let item = Arc::new(Field::new("item", months.data_type().clone(), true));
        let offsets = OffsetBuffer::from_repeated_length(SERIES_MONTHS, rows);
        Ok(Arc::new(ListArray::try_new(item, offsets, Arc::new(months), None).map_err(Error::internal)?))
    }

    /// Adds amounts, in fen.
    pub(super) fn amounts(&mut self, name: &str, amounts: &[Option<i64>]) -> Result<(), Error> {
        let amounts = amounts.iter().map(|fen| fen.map(i128::from)).collect();
        self.add(name, Arc::new(decimals(amounts, PLACES)?));
        Ok(())
    }

    /// Adds a column of texts that nobody has.
    fn no_texts(&mut self, name: &str, rows: usize) {
        self.add(name, new_null_array(&DataType::Utf8, rows));
    }

    fn texts<'a>(&mut self, name: &str, texts: impl Iterator<Item = Option<&'a str>>) {
        self.add(name, Arc::new(texts.collect::<StringArray>()));
    }

    /// Adds a text of each user, of a column that `users` may lack.
    fn user_texts(&mut self, name: &str, texts: &Texts, people: &[Person]) {
        if texts.is_given() {
            self.texts(name, people.iter().map(|person| user_text(texts, *person)));
        } else {
            self.no_texts(name, people.len());
        }
    }

    fn days(&mut self, name: &str, days: impl Iterator<Item = Option<NaiveDate>>) {
        self.add(name, Arc::new(days.map(|day| day.and_then(day_number)).collect::<Date32Array>()));
    }

    fn counts(&mut self, name: &str, counts: impl Iterator<Item = Option<u32>>) {
        self.add(name, Arc::new(counts.collect::<UInt32Array>()));
    }

    fn months(&mut self, name: &str, months: impl Iterator<Item = Option<i32>>) {
        self.add(name, Arc::new(months.collect::<Int32Array>()));
    }

    fn yes_no(&mut self, name: &str, answers: impl Iterator<Item = Option<bool>>) {
        self.add(name, Arc::new(answers.collect::<BooleanArray>()));
    }

    /// Adds codes, each by its place among `names`.
    fn codes(&mut self, name: &str, codes: impl Iterator<Item = Option<u8>>, names: &[&str]) -> Result<(), Error> {
        let names: ArrayRef = Arc::new(StringArray::from_iter_values(names));
        let places = codes.collect::<PrimitiveArray<UInt8Type>>();
        self.add(name, Arc::new(DictionaryArray::try_new(places, names).map_err(Error::internal)?));
        Ok(())
    }

    /// Adds lists of texts.
    fn text_lists<'a>(&mut self, name: &str, lists: impl Iterator<Item = Option<&'a [String]>>) {
        self.add(name, Arc::new(text_lists(lists)));
    }

    fn batch(self, metadata: Metadata) -> Result<RecordBatch, Error> {
        let schema = Schema::new_with_metadata(self.fields, metadata);
        RecordBatch::try_new(Arc::new(schema), self.arrays).map_err(Error::internal)
    }
}

/// Lists of texts.
pub(super) fn text_lists<'a>(lists: impl Iterator<Item = Option<&'a [String]>>) -> ListArray {
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
pub(super) fn decimals(numbers: Decimal128Array, places: u8) -> Result<PrimitiveArray<Decimal128Type>, Error> {
    let places = i8::try_from(places).map_err(Error::internal)?;
    numbers.with_precision_and_scale(DIGITS, places).map_err(Error::internal)
}

/// A day as Arrow counts it.
pub(super) fn day_number(day: NaiveDate) -> Option<i32> {
    i32::try_from(day_of(day)).ok()
}

impl Block<'_> {
    /// The facts as columns, in the order in which a row has them.
    ///
    /// # Errors
    /// Only where Arrow refuses what is made here.
    pub(super) fn batch(mut self, metadata: Metadata) -> Result<RecordBatch, Error> {
        let mut columns = Columns::default();
        let bills = self.bills.take();
        self.who(&mut columns)?;
        if let Some(bills) = bills {
            bills.columns(&mut columns)?;
        }
        self.dated(&mut columns)?;
        for name in self.own_names() {
            let values: Vec<_> = self.persons().iter().map(|person| self.own(name, *person)).collect();
            if let Some(fact) = self.host.iter().find(|fact| fact.name == *name) {
                columns.add(name, own_column(&values, fact.kind)?);
            }
        }
        columns.batch(metadata)
    }

    /// Who it is, and the facts of `users`.
    fn who(&self, columns: &mut Columns) -> Result<(), Error> {
        let persons = || self.persons().iter().copied();
        columns.texts("user_id", self.rows.clone().map(|row| self.people.id(row)));
        if let Some(users) = self.people.users() {
            columns.user_texts("customer_id", &users.customer_id, self.persons());
        }
        columns.codes("status", persons().map(|person| Some(self.status(person) as u8)), STATUSES)?;
        if let Some(users) = self.people.users() {
            columns.months("tenure_months", persons().map(|person| self.tenure_months(person)));
            columns.months("months_since_exit", persons().map(|person| self.months_since_exit(person)));
            columns.user_texts("join_channel", &users.join_channel, self.persons());
            columns.user_texts("plan", &users.plan, self.persons());
            let answers = persons().map(|person| user_yes_no(&users.in_relocation_area, person));
            columns.yes_no("in_relocation_area", answers);
        }
        let contacts = [
            ("name", Contact::Name),
            ("phone", Contact::Phone),
            ("address", Contact::Address),
            ("community", Contact::Community),
        ];
        for (name, contact) in contacts {
            if self.knows(contact) {
                columns.texts(name, persons().map(|person| self.contact(person, contact)));
            } else {
                columns.no_texts(name, self.rows.len());
            }
        }
        Ok(())
    }

    /// The facts of what is dated: events, agreements, promotions, holdings, earlier results; and those of prospects.
    fn dated(&self, columns: &mut Columns) -> Result<(), Error> {
        if let Some(events) = &self.events {
            columns.counts("complaints_3m", events.iter().map(|row| row.complaints_3m));
            columns.counts("repeat_faults_3m", events.iter().map(|row| row.repeat_faults_3m));
            columns.counts("complaints_last_month", events.iter().map(|row| row.complaints_last_month));
            columns.counts("faults_last_month", events.iter().map(|row| row.faults_last_month));
            columns.text_lists("complaint_causes_3m", events.iter().map(|row| row.complaint_causes_3m.as_deref()));
        }
        if let Some(agreements) = &self.agreements {
            columns.days("agreement_ends_on", agreements.iter().map(|row| row.agreement_ends_on));
        }
        if let Some(promotions) = &self.promotions {
            columns.days("promotion_ends_on", promotions.iter().map(|row| row.promotion_ends_on));
            columns.days("promotion_ended_on", promotions.iter().map(|row| row.promotion_ended_on));
        }
        if let Some(holdings) = &self.holdings {
            columns.text_lists("products", holdings.iter().map(|row| row.products.as_deref()));
        }
        if self.people.prospects().is_some() {
            let answers = self.persons().iter().map(|person: &Person| self.uses_competitor(*person));
            columns.yes_no("uses_competitor", answers);
        }
        if let Some(previous) = &self.previous {
            let place = |code: &str| (0_u8..).zip(STAGES).find(|(_, stage)| **stage == code).map(|(place, _)| place);
            columns.codes("previous_stage", previous.iter().map(|row| place(row.previous_stage?)), STAGES)?;
            columns.days("previous_since", previous.iter().map(|row| row.previous_since));
        }
        Ok(())
    }
}

/// The rows that do not count, as a table.
pub(super) fn rejects(rejects: &[Reject], metadata: Metadata) -> Result<RecordBatch, Error> {
    let mut columns = Columns::default();
    columns.texts("table", rejects.iter().map(|reject| Some(reject.table)));
    let places = rejects.iter().map(|reject| u64::try_from(reject.row).ok());
    columns.add("row", Arc::new(places.collect::<UInt64Array>()));
    for (name, of) in FAULT_COLUMNS {
        let texts = rejects.iter().map(|reject| of(&reject.fault));
        columns.add(name, Arc::new(texts.collect::<StringArray>()));
    }
    columns.batch(metadata)
}

impl TableCounts {
    /// What became of the rows, a row a table.
    pub(super) fn batch(&self, metadata: Metadata) -> Result<RecordBatch, Error> {
        let tables: Vec<_> = self.iter().collect();
        let mut columns = Columns::default();
        columns.texts("table", tables.iter().map(|(name, _)| Some(*name)));
        let figures = [
            ("rows", tables.iter().map(|(_, counts)| counts.rows).collect::<Vec<_>>()),
            ("used", tables.iter().map(|(_, counts)| counts.used).collect()),
            ("late", tables.iter().map(|(_, counts)| counts.late).collect()),
            ("invalid", tables.iter().map(|(_, counts)| counts.invalid).collect()),
            ("orphan", tables.iter().map(|(_, counts)| counts.orphan).collect()),
            ("duplicate", tables.iter().map(|(_, counts)| counts.duplicate).collect()),
            ("conflict", tables.iter().map(|(_, counts)| counts.conflict).collect()),
        ];
        for (name, figures) in figures {
            let figures = figures.into_iter().map(|figure| u64::try_from(figure).ok());
            columns.add(name, Arc::new(figures.collect::<UInt64Array>()));
        }
        columns.text_lists("unread_columns", tables.iter().map(|(_, counts)| Some(counts.unread_columns.as_slice())));
        columns.batch(metadata)
    }
}

/// A table of some batches of one schema; the first of them says which.
pub(super) fn table(batches: Vec<RecordBatch>) -> Option<Table> {
    let schema = batches.first()?.schema();
    let batches = batches.into_iter().map(Ok::<_, ArrowError>);
    Some(Box::new(RecordBatchIterator::new(batches, schema)))
}
