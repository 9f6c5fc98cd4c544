"""Sheets with fixed columns: one description, by which they are written and read back."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from lifestage.csv_encoding import FileEncoding
from lifestage.errors import Fault
from lifestage.records import written
from lifestage.sheets.csv_file import write_csv
from lifestage.sheets.faults import Address, SheetError, cell_fault, file_fault
from lifestage.sheets.kinds import EXPECTED, Kind, in_csv, read_cell
from lifestage.sheets.sheet import SUFFIXES, Cell, Sheet, read_sheet
from lifestage.sheets.writer import MOST_ROWS, WorkbookColumn, check_text, write_workbook
from lifestage.texts import LANGUAGES, Language


@dataclass(frozen=True)
class Column:
    """A column of a layout."""

    name: str
    """What it is called in rows: the engine's own name."""
    en: str
    """Its heading in English."""
    zh: str
    """Its heading in Chinese."""
    kind: Kind = "text"
    """What its cells hold."""
    required: bool = False
    """Whether no cell may be blank."""
    fill_in: bool = False
    """Whether people fill this column in with yes or no: Excel then offers the words."""

    def heading(self, language: Language) -> str:
        """Its heading in one language."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True)
class LayoutRows:
    """What a sheet of a layout holds; every row is either among `rows` or has its faults among `rejects`."""

    rows: list[dict[str, Any]]
    """The good rows: values by column, None where blank; days are `date`, amounts `Decimal`, months `2024-05`."""
    shown_rows: list[int]
    """Where a spreadsheet program shows each of them."""
    rejects: list[Fault]
    """What is wrong with the others, cell by cell: `line` is the row as a spreadsheet program shows it."""
    notes: list[Fault]
    """What is odd about the file, as of any sheet."""

    @property
    def rejected(self) -> int:
        """How many rows are not good."""
        return len({fault.line for fault in self.rejects})


@dataclass(frozen=True)
class Layout:
    """A sheet with fixed columns, whose header is exactly its English or exactly its Chinese headings."""

    title_en: str
    """What its worksheet is called in English."""
    title_zh: str
    """What its worksheet is called in Chinese."""
    columns: tuple[Column, ...]
    """Its columns, in their order."""

    def header(self, language: Language = "en") -> list[str]:
        """Its headings in one language."""
        return [column.heading(language) for column in self.columns]

    def write(self, path: str | os.PathLike[str], rows: Any, language: Language = "en") -> int:
        """Writes rows to a file that Excel opens; one that is there is replaced.

        Texts stay texts, also those that look like numbers or formulas. A workbook has the header frozen and
        filtered, columns as wide as their values, days, months and amounts as such.

        Args:
            path: A file `.csv` or `.xlsx`.
            rows: A frame, or rows as mappings; what is no column of the layout is left out, what is missing is blank.
            language: Of the headings, and of yes and no.

        Returns:
            How many rows were written.

        Raises:
            SheetError: A value is not what its column holds, or no file can hold it; nothing is written.
            OSError: The file cannot be written.
        """
        file = Path(path)
        table = self._values(file, mappings(rows))
        if file.suffix.lower() == ".csv":
            write_csv(file, [self.header(language), *self._in_csv(table, language)])
        elif len(table) > MOST_ROWS:
            raise SheetError.of([file_fault("TOO_MANY_ROWS", file, len(table), f"<= {MOST_ROWS}")])
        else:
            title = self.title_en if language == "en" else self.title_zh
            columns = [WorkbookColumn(column.heading(language), column.kind, column.fill_in) for column in self.columns]
            write_workbook(file, title, columns, table, language)
        return len(table)

    def read(self, path: str | os.PathLike[str], *, encoding: FileEncoding = "auto") -> LayoutRows:
        """Reads a file of this layout, in either language and format.

        Args:
            path: A file `.csv` or `.xlsx`.
            encoding: Of CSV, as `read_sheet` takes it.

        Raises:
            SheetError: The file cannot be read as a sheet, or its header is another one.
        """
        return self.read_rows(read_sheet(path, encoding=encoding))

    def read_rows(self, sheet: Sheet) -> LayoutRows:
        """As `read`, of a sheet that has been read as it stands.

        Raises:
            SheetError: Its header is another one.
        """
        languages = [language for language in LANGUAGES if sheet.header == self.header(language)]
        if not languages:
            headers = " | ".join(", ".join(self.header(language)) for language in LANGUAGES)
            raise SheetError.of([file_fault("WRONG_HEADER", sheet.path, ", ".join(sheet.header), headers)])
        read = LayoutRows([], [], [], sheet.notes)
        for place, cells in enumerate(sheet.rows):
            row = _RowReading(sheet.path, Sheet.shown_row(place), languages[0])
            values = row.values(self.columns, cells)
            if row.faults:
                read.rejects.extend(row.faults)
            else:
                read.rows.append(values)
                read.shown_rows.append(row.shown_row)
        return read

    def _values(self, file: Path, rows: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
        """The values of the rows, in the columns' order, each checked."""
        if file.suffix.lower() not in SUFFIXES:
            raise SheetError.of([file_fault("UNKNOWN_FORMAT", file, file.suffix, ", ".join(SUFFIXES))])
        faults: list[Fault] = []
        table = []
        for place, row in enumerate(rows):
            reading = _RowReading(file, Sheet.shown_row(place), LANGUAGES[0], faults)
            table.append([reading.writable(number, column, row) for number, column in enumerate(self.columns, 1)])
        if faults:
            raise SheetError.of(faults)
        return table

    def _in_csv(self, table: list[list[Any]], language: Language) -> Iterator[Sequence[str]]:
        kinds = [column.kind for column in self.columns]
        for values in table:
            yield [
                "" if value is None else in_csv(kind, value, language)
                for kind, value in zip(kinds, values, strict=True)
            ]


@dataclass
class _RowReading:
    """The reading of one row, with what is wrong in it."""

    path: Path
    shown_row: int
    language: Language
    faults: list[Fault] = field(default_factory=list)

    def values(self, columns: tuple[Column, ...], cells: list[Cell]) -> dict[str, Any]:
        """The row's values by column."""
        if all(cell is None for cell in cells):
            self._blame("BLANK_ROW", 1, "", None, ", ".join(column.heading(self.language) for column in columns))
            return {}
        for number, cell in enumerate(cells[len(columns) :], len(columns) + 1):
            if cell is not None:
                self._blame("BEYOND_HEADER", number, "", cell, f"<= {len(columns)}")
        return {column.name: self._value(number, column, cells[number - 1]) for number, column in enumerate(columns, 1)}

    def writable(self, number: int, column: Column, row: Mapping[str, Any]) -> Any:
        """The value that is written into a cell."""
        value = row.get(column.name)
        if value is None or value == "":
            return None
        read = self._value(number, column, value if isinstance(value, (str, int, float)) else written(value))
        if isinstance(read, str):
            unfit = check_text(read)
            if unfit:
                self._blame(unfit.code, number, column.heading(self.language), read, unfit.expected)
        return read

    def _value(self, number: int, column: Column, cell: Any) -> Any:
        heading = column.heading(self.language)
        if cell is None:
            if column.required:
                self._blame("BLANK_CELL", number, heading, cell, EXPECTED[column.kind])
            return None
        try:
            return read_cell(column.kind, cell)
        except ValueError:
            self._blame("WRONG_VALUE", number, heading, cell, EXPECTED[column.kind])
            return None

    def _blame(self, code: str, number: int, heading: str, found: Any, expected: str) -> None:
        self.faults.append(cell_fault(code, self.path, Address(self.shown_row, number), heading, found, expected))


def mappings(rows: Any) -> Iterable[Mapping[str, Any]]:
    """The rows of a frame, or rows as they are given."""
    if hasattr(rows, "__arrow_c_stream__") or hasattr(rows, "__arrow_c_array__"):
        rows = pa.table(rows).to_pylist()
    table: Iterable[Mapping[str, Any]] = rows
    return table
