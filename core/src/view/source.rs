//! Where the columns of a fact table come from: rows of JSON, or batches of Arrow.

use chrono::NaiveDate;
use serde_json::Value as Json;

use crate::month::Month;
use crate::table::batches::{BatchReader, Batches};
use crate::table::cell::{MoneyUnit, Read};
use crate::table::columns::{Numbers, Texts};
use crate::table::{Column, Header, Reader, Row};

/// A fact table as it came in.
#[derive(Debug, Clone, Copy)]
pub(super) enum Given<'a> {
    /// Rows of JSON.
    Rows(&'a [Row]),
    /// Batches of Arrow.
    Batches(&'a Batches),
}

/// What gives the columns of a table, one after the other.
pub(super) trait Source {
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

    fn column<T>(&mut self, header: Header<'_>, read: impl Fn(&Json) -> Read<T>) -> Column<T> {
        self.column(header, "", read)
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

impl Source for BatchReader<'_> {
    fn money_unit(&self) -> Option<MoneyUnit> {
        self.money_unit()
    }

    fn text(&mut self, header: Header<'_>) -> Texts {
        self.text(header)
    }

    fn date(&mut self, header: Header<'_>) -> Numbers<NaiveDate> {
        self.date(header)
    }

    fn month(&mut self, header: Header<'_>) -> Numbers<Month> {
        self.month(header)
    }

    fn yes_no(&mut self, header: Header<'_>) -> Numbers<bool> {
        self.yes_no(header)
    }

    fn code(&mut self, header: Header<'_>, codes: &'static [&'static str]) -> Numbers<usize> {
        self.code(header, codes)
    }

    fn amount(&mut self, header: Header<'_>) -> Numbers<i64> {
        self.amount(header)
    }

    fn quantity(&mut self, header: Header<'_>) -> Numbers<i64> {
        self.quantity(header)
    }

    fn column<T>(&mut self, header: Header<'_>, read: impl Fn(&Json) -> Read<T>) -> Column<T> {
        self.column(header, read)
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
