"""XLSX as it is written: typed cells, a header that stays in sight and filters, columns as wide as their values."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lifestage.sheets.kinds import Kind, yes_no_word
from lifestage.texts import Language

MOST_ROWS: Final = 1_048_575
"""Rows of a worksheet, without its header."""

LONGEST_TEXT: Final = 32_767
"""Characters of a cell."""

UNFIT: Final = re.compile(r"[\x00\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_x[0-9A-Fa-f]{4}_")
"""What no file holds so that it is read back: what is no character, and what looks like an escape of an escape."""

FORMATS: Final[dict[Kind, str]] = {
    "text": "@",
    "day": "yyyy-mm-dd",
    "month": "yyyy-mm",
    "amount": "#,##0.00",
    "count": "0",
    "yes_no": "@",
}
"""How Excel shows the cells of a column, and takes what is typed into them."""

NARROWEST, WIDEST = 8, 48
"""Characters of a column's width."""
MEASURED: Final = 1_000
"""Rows by which the width is chosen."""
EXACT: Final = 10**13
"""From here on Excel, which keeps 15 digits, would lose fen: such numbers are written as texts."""
FIRST_YEAR: Final = 1901
"""Days before are texts: Excel counts from 1900, which it takes for a leap year."""


class WorkbookColumn(NamedTuple):
    """A column of a worksheet."""

    heading: str
    kind: Kind
    fill_in: bool
    """Whether Excel offers what may stand there."""


class Unfit(NamedTuple):
    """Why a text cannot be written."""

    code: str
    expected: str


def check_text(text: str) -> Unfit | None:
    """Why a text cannot be written so that it is read back, or None where it can."""
    if len(text) > LONGEST_TEXT:
        return Unfit("LONG_TEXT", f"<= {LONGEST_TEXT}")
    if UNFIT.search(text):
        return Unfit("UNFIT_TEXT", "Unicode")
    return None


def write_workbook(
    path: Path, title: str, columns: Sequence[WorkbookColumn], rows: Sequence[Sequence[Any]], language: Language
) -> None:
    """Writes one worksheet; the values are of the columns' kinds, or None.

    Raises:
        OSError: The file cannot be written.
    """
    try:
        with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
            sheet = book.add_worksheet(title)
            formats = {kind: book.add_format({"num_format": shape}) for kind, shape in FORMATS.items()}
            for number, column in enumerate(columns):
                sheet.set_column(number, number, _width(number, column, rows), formats[column.kind])
            _set_up(sheet, columns, len(rows), language)
            bold = book.add_format({"bold": True, "num_format": "@", "bottom": 1})
            for number, column in enumerate(columns):
                sheet.write_string(0, number, column.heading, bold)
            writers = [_writer(sheet, column.kind, formats[column.kind], language) for column in columns]
            _write_rows(writers, rows)
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error


def _set_up(sheet: Worksheet, columns: Sequence[WorkbookColumn], rows: int, language: Language) -> None:
    """Keeps the header in sight, has it filter, and has Excel offer yes and no where people fill them in."""
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, rows, len(columns) - 1)
    words = [yes_no_word(value, language) for value in (True, False)]
    for number, column in enumerate(columns):
        if column.fill_in and rows:
            sheet.data_validation(1, number, rows, number, {"validate": "list", "source": words})


def _write_rows(writers: Sequence[Callable[[int, int, Any], object]], rows: Sequence[Sequence[Any]]) -> None:
    for place, values in enumerate(rows, 1):
        for number, value in enumerate(values):
            if value is not None:
                writers[number](place, number, value)


def _writer(sheet: Worksheet, kind: Kind, shape: Format, language: Language) -> Callable[[int, int, Any], object]:
    """What writes the cells of a column."""
    text = sheet.write_string

    def day(row: int, column: int, value: dt.date) -> object:
        if value.year < FIRST_YEAR:
            return text(row, column, value.isoformat(), shape)
        return sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), shape)

    def number(row: int, column: int, value: Decimal | int) -> object:
        if not -EXACT < value < EXACT:
            return text(row, column, str(value), shape)
        return sheet.write_number(row, column, value, shape)

    writers: dict[Kind, Callable[[int, int, Any], object]] = {
        "text": lambda row, column, value: text(row, column, value, shape),
        "day": day,
        "month": lambda row, column, value: day(row, column, dt.date.fromisoformat(f"{value}-01")),
        "amount": number,
        "count": number,
        "yes_no": lambda row, column, value: text(row, column, yes_no_word(value, language), shape),
    }
    return writers[kind]


def _width(number: int, column: WorkbookColumn, rows: Sequence[Sequence[Any]]) -> int:
    """As wide as its heading, with room for the filter's button, and the first values."""
    values = (str(row[number]) for row in rows[:MEASURED] if row[number] is not None)
    widest = max(_shown_width(column.heading) + 3, *(_shown_width(value) + 1 for value in values), NARROWEST)
    return min(widest, WIDEST)


def _shown_width(text: str) -> int:
    """Characters of Latin width; those of Chinese are twice as wide."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
