//! The view in Arrow: a column a fact, a batch a block; the rows that do not count, and what became of the rows, as tables.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Decimal128Array, ListArray, RecordBatch};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{Field, Metadata};

use super::TableCounts;
use super::facts::{STAGES, STATUSES};
use super::own::own_column;
use super::people::Person;
use super::rows::{Block, Contact, user_text, user_yes_no};
use super::series::Series;
use crate::error::Error;
use crate::fact::SERIES_MONTHS;
use crate::table::cell::PLACES;
use crate::table::columns::Texts;
use crate::table::writer::{Writer, decimals};

/// Adds a text of each user, of a column that `users` may lack.
fn user_texts(columns: &mut Writer, name: &str, texts: &Texts, people: &[Person]) {
    if texts.is_given() {
        columns.texts(name, people.iter().map(|person| user_text(texts, *person)));
    } else {
        columns.no_texts(name, people.len());
    }
}

/// A series as lists of decimals, without a copy of these.
pub(super) fn series_array(series: Series) -> Result<ArrayRef, Error> {
    let (months, nulls) = series.into_buffers();
    let rows = months.len() / SERIES_MONTHS;
    let months = decimals(Decimal128Array::new(months, nulls), PLACES)?;
    let item = Arc::new(Field::new("item", months.data_type().clone(), true));
    let offsets = OffsetBuffer::from_repeated_length(SERIES_MONTHS, rows);
    Ok(Arc::new(ListArray::try_new(item, offsets, Arc::new(months), None).map_err(Error::internal)?))
}

impl Block<'_> {
    /// The facts as columns, in the order in which a row has them.
    ///
    /// # Errors
    /// Only where Arrow refuses what is made here.
    pub(super) fn batch(mut self, metadata: Metadata) -> Result<RecordBatch, Error> {
        let mut columns = Writer::default();
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
    fn who(&self, columns: &mut Writer) -> Result<(), Error> {
        let persons = || self.persons().iter().copied();
        columns.texts("user_id", self.rows.clone().map(|row| self.people.id(row)));
        if let Some(users) = self.people.users() {
            user_texts(columns, "customer_id", &users.customer_id, self.persons());
        }
        columns.codes("status", persons().map(|person| Some(self.status(person) as u8)), STATUSES)?;
        if let Some(users) = self.people.users() {
            columns.months("tenure_months", persons().map(|person| self.tenure_months(person)));
            columns.months("months_since_exit", persons().map(|person| self.months_since_exit(person)));
            user_texts(columns, "join_channel", &users.join_channel, self.persons());
            user_texts(columns, "plan", &users.plan, self.persons());
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
    fn dated(&self, columns: &mut Writer) -> Result<(), Error> {
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

impl TableCounts {
    /// What became of the rows, a row a table.
    pub(super) fn batch(&self, metadata: Metadata) -> Result<RecordBatch, Error> {
        let tables: Vec<_> = self.iter().collect();
        let mut columns = Writer::default();
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
            columns.rows(name, figures.into_iter());
        }
        columns.text_lists(
            "unread_columns",
            tables.iter().map(|(_, counts)| Some(counts.unread.unread_columns.as_slice())),
        );
        columns.batch(metadata)
    }
}
