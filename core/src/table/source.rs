//! Where the columns of a table come from: rows of JSON, or batches of Arrow.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use chrono::NaiveDate;
use serde_json::Value as Json;

use super::batches::{BatchReader, BatchRemarks, Batches};
use super::cell::{self, MoneyUnit, Read};
use super::columns::{Numbers, Texts};
use super::{Column, Header, INVALID, Reader, Remarks, Row};
use crate::catalogue::Words;
use crate::error::{Error, Fault};
use crate::month::Month;
use crate::operation::{Cancel, Table, Tables};

/// A table as it came in.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Given<'a> {
    /// Rows of JSON.
    Rows(&'a [Row]),
    /// Batches of Arrow.
    Batches(&'a Batches),
}

/// Whole tables of Arrow, by name.
#[derive(Debug)]
pub(crate) struct Collected(BTreeMap<String, Batches>);

impl Collected {
    /// Reads tables to their ends.
    ///
    /// # Errors
    /// What a producer says, or that the call is cancelled.
    pub(crate) fn of(tables: Tables, cancel: &Cancel) -> Result<Self, Error> {
        let collect = |(name, table): (String, Table)| {
            let batches = Batches::collect(&name, table, cancel)?;
            Ok((name, batches))
        };
        tables.into_iter().map(collect).collect::<Result<_, _>>().map(Self)
    }

    /// A table, where it is given.
    pub(crate) fn get(&self, name: &str) -> Option<Given<'_>> {
        self.0.get(name).map(Given::Batches)
    }
}

/// A table, read column by column from wherever it comes.
pub(crate) trait FromSource: Sized {
    /// What requests call it.
    const NAME: &'static str;
    /// What else decides how it is read.
    type With: ?Sized;

    /// Reads its columns.
    fn read(source: &mut impl Source, with: &Self::With) -> Self;
}

impl Given<'_> {
    /// How many rows there are.
    pub(crate) fn rows(self) -> usize {
        match self {
            Self::Rows(rows) => rows.len(),
            Self::Batches(batches) => batches.rows(),
        }
    }

    /// Reads the table, the first of whose rows has the place `first`; `money_unit` is what its bare integer amounts count.
    /// Both forms say the same of a row that breaks the contract: one of Arrow is read once more, as a record.
    pub(crate) fn read<T: FromSource>(
        self,
        with: &T::With,
        first: usize,
        money_unit: Option<MoneyUnit>,
        threads: NonZeroUsize,
    ) -> (T, Remarks) {
        let batches = match self {
            Self::Rows(rows) => {
                let mut reader = Reader::new(T::NAME, rows, money_unit).beginning_at(first);
                let table = T::read(&mut reader, with);
                return (table, reader.finish());
            }
            Self::Batches(batches) => batches,
        };
        let mut reader = BatchReader::new(T::NAME, batches, money_unit, threads);
        let table = T::read(&mut reader, with);
        let BatchRemarks { broken, refusals, unread } = reader.finish();
        let words = |row: usize| {
            let record = [batches.record(row)];
            let mut reader = Reader::new(T::NAME, &record, money_unit).beginning_at(first + row);
            T::read(&mut reader, with);
            let fault = reader.first_fault();
            let path = || format!("tables.{}[{}]", T::NAME, first + row);
            (
                row,
                fault.unwrap_or_else(|| {
                    Fault::new(&INVALID, path()).expecting(Words::new("a row of the contract", "符合约定的行"))
                }),
            )
        };
        let invalid = if refusals.is_empty() { broken.into_iter().map(words).collect() } else { BTreeMap::new() };
        (table, Remarks { invalid, refusals, unread })
    }
}

/// What gives the columns of a table, one after the other.
pub(crate) trait Source {
    /// What bare integer amounts count.
    fn money_unit(&self) -> Option<MoneyUnit>;
    /// A column of texts.
    fn text(&mut self, header: Header<'_>) -> Texts;
    /// A column of dates.
    fn date(&mut self, header: Header<'_>) -> Numbers<NaiveDate>;
    /// A column of months.
    fn month(&mut self, header: Header<'_>) -> Numbers<Month>;
    /// A column of yes and no.
    fn yes_no(&mut self, header: Header<'_>) -> Numbers<bool>;
    /// A column of codes, each as its place among `codes`.
    fn code(&mut self, header: Header<'_>, codes: &'static [&'static str]) -> Numbers<usize>;
    /// A column of amounts in fen.
    fn amount(&mut self, header: Header<'_>) -> Numbers<i64>;
    /// A column of quantities in hundredths.
    fn quantity(&mut self, header: Header<'_>) -> Numbers<i64>;
    /// A column of counts.
    fn count(&mut self, header: Header<'_>) -> Numbers<i64>;
    /// A column of lists of codes, each list as the mask of its codes' places among `codes`, which are 64 at most. A table of
    /// Arrow may have the masks instead, in the column `<name>_mask`.
    fn mask(&mut self, header: Header<'_>, codes: &[&str]) -> Column<u64>;
    /// Knows these columns without reading them.
    fn pass_over(&mut self, names: &[&str]);
    /// A column of whatever `read` makes of its cells.
    fn column<T>(&mut self, header: Header<'_>, read: impl Fn(&Json) -> Read<T>) -> Column<T>;
    /// A column of what holds amounts, in yuan or in fen.
    fn money<T>(
        &mut self,
        header: Header<'_>,
        read_yuan: impl Fn(&Json) -> Read<T>,
        read_minor: impl Fn(&Json) -> Read<T>,
    ) -> Column<T>;
}

impl Source for Reader<'_> {
    fn money_unit(&self) -> Option<MoneyUnit> {
        self.money_unit()
    }

    fn text(&mut self, header: Header<'_>) -> Texts {
        self.text(header).into()
    }

    fn date(&mut self, header: Header<'_>) -> Numbers<NaiveDate> {
        self.date(header).into()
    }

    fn month(&mut self, header: Header<'_>) -> Numbers<Month> {
        self.month(header).into()
    }

    fn yes_no(&mut self, header: Header<'_>) -> Numbers<bool> {
        self.yes_no(header).into()
    }

    fn code(&mut self, header: Header<'_>, codes: &'static [&'static str]) -> Numbers<usize> {
        self.code(header, codes).into()
    }

    fn amount(&mut self, header: Header<'_>) -> Numbers<i64> {
        self.amount(header).into()
    }

    fn quantity(&mut self, header: Header<'_>) -> Numbers<i64> {
        self.quantity(header).into()
    }

    fn count(&mut self, header: Header<'_>) -> Numbers<i64> {
        self.column(header, cell::COUNT, cell::count).into()
    }

    fn mask(&mut self, header: Header<'_>, codes: &[&str]) -> Column<u64> {
        self.column(header, Words::default(), |cell| cell::mask(cell, codes))
    }

    fn pass_over(&mut self, names: &[&str]) {
        self.pass_over(names);
    }

    fn column<T>(&mut self, header: Header<'_>, read: impl Fn(&Json) -> Read<T>) -> Column<T> {
        self.column(header, Words::default(), read)
    }

    fn money<T>(
        &mut self,
        header: Header<'_>,
        read_yuan: impl Fn(&Json) -> Read<T>,
        read_minor: impl Fn(&Json) -> Read<T>,
    ) -> Column<T> {
        self.money(header, read_yuan, read_minor)
    }
}
