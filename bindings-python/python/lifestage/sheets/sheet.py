"""A sheet as it stands in a file: its header, its rows, and what is odd about it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from lifestage.csv_encoding import FileEncoding
from lifestage.errors import Fault
from lifestage.sheets.csv_file import read_csv
from lifestage.sheets.faults import SheetError, file_fault
from lifestage.sheets.workbook import read_workbook

Cell: TypeAlias = str | int | float | bool | None
"""A cell: a text, in CSV always; a number; yes or no; None where it is blank. Days are texts, `2024-05-31`."""

SUFFIXES: Final = (".csv", ".xlsx")


@dataclass(frozen=True)
class Sheet:
    """What a file holds."""

    path: Path
    """The file."""
    header: list[str]
    """Its first row, without blank cells at the end."""
    rows: list[list[Cell]]
    """The others, each at least as long as the header. Blank rows at the end are none; those inside stay."""
    notes: list[Fault] = field(default_factory=list)
    """What does no harm but may be a mistake: further worksheets, merged cells, formulas, numbers cut to 15 digits."""

    def record(self) -> dict[str, Any]:
        """The sheet as a record: what the handle `adjustments` takes as its table `sheet`."""
        return {"header": self.header, "rows": self.rows}

    @staticmethod
    def shown_row(row: int) -> int:
        """Where a spreadsheet program shows a row, whose place in `rows` is counted from 0."""
        return row + 2


def read_sheet(path: str | os.PathLike[str], *, encoding: FileEncoding = "auto") -> Sheet:
    """Reads a sheet: CSV, or the first visible worksheet of a workbook.

    In CSV commas, semicolons or tabs separate, and an apostrophe that keeps a text from being a formula is no part of
    it. In workbooks a formula counts as the value that was last computed of it. Time and memory are linear in cells.

    Args:
        path: A file `.csv` or `.xlsx`.
        encoding: Of CSV; `auto` is UTF-16 if the file begins so, UTF-8 if it is that, and GB18030 otherwise.

    Raises:
        SheetError: The file is not there, is none of these, is encrypted or damaged, or has no header.
    """
    file = Path(path)
    rows, notes = _read(file, encoding)
    header = [_heading(cell) for cell in _filled(rows[0])] if rows else []
    if not header:
        raise SheetError.of([file_fault("MISSING_HEADER", file, None, "A1")])
    return Sheet(file, header, [_fitted(row, len(header)) for row in rows[1:]], notes)


@dataclass(frozen=True)
class Members:
    """The first column of a group's import (SEG-16)."""

    cells: list[Cell]
    """Every cell, the first row's among them: whether that is a heading is the engine's to say."""
    notes: list[Fault]
    """As of a sheet."""


def read_members(path: str | os.PathLike[str], *, encoding: FileEncoding = "auto") -> Members:
    """Reads the import of a customer group: the first column has the customer codes (SEG-16).

    Args:
        path: A file `.csv` or `.xlsx`.
        encoding: Of CSV, as `read_sheet` takes it.

    Raises:
        SheetError: The file is not there, is none of these, is encrypted or damaged, or is empty.
    """
    file = Path(path)
    rows, notes = _read(file, encoding)
    if not rows:
        raise SheetError.of([file_fault("EMPTY_SHEET", file, None, "A1")])
    return Members([row[0] if row else None for row in rows], notes)


def _read(path: Path, encoding: FileEncoding) -> tuple[list[list[Cell]], list[Fault]]:
    """Every row to the last one that is not blank."""
    readers: dict[str, Callable[[], tuple[list[list[Cell]], list[Fault]]]] = {
        ".csv": lambda: (read_csv(path, encoding), []),
        ".xlsx": lambda: read_workbook(path),
    }
    read = readers.get(path.suffix.lower())
    if read is None:
        raise SheetError.of([file_fault("UNKNOWN_FORMAT", path, path.suffix, ", ".join(SUFFIXES))])
    try:
        rows, notes = read()
    except OSError as error:
        raise SheetError.of([file_fault("UNREADABLE_FILE", path, error.strerror, path.suffix[1:])]) from error
    while rows and not _filled(rows[-1]):
        rows.pop()
    return rows, notes


def _filled(row: list[Cell]) -> list[Cell]:
    """A row without the blank cells at its end."""
    filled = next((place for place in range(len(row), 0, -1) if row[place - 1] is not None), 0)
    return row[:filled]


def _fitted(row: list[Cell], width: int) -> list[Cell]:
    """A row as long as the header; a value beyond it stays, for somebody meant something by it."""
    filled = _filled(row)
    return filled + [None] * (width - len(filled))


def _heading(cell: Cell) -> str:
    return "" if cell is None else str(cell)
