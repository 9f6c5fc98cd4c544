"""XLSX as it is read: cells as they stand, and what a reader should know about the workbook."""

from __future__ import annotations

import datetime as dt
import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from lifestage.errors import Fault
from lifestage.sheets.faults import Address, SheetError, cell_fault, file_fault

ZIP: Final = b"PK\x03\x04"
COMPOUND: Final = bytes.fromhex("D0CF11E0A1B11AE1")
"""How encrypted workbooks begin, and those of Excel 97."""

EXACT_DIGITS: Final = 15
"""Digits of a number that Excel keeps: of a longer code that was typed as a number the rest is lost."""

FORMULA: Final = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]+[0-9]+)"[^>]*>\s*<(?:\w+:)?f[\s/>]')
"""A cell with a formula; calamine gives its value alone."""


def read_workbook(path: Path) -> tuple[list[list[Any]], list[Fault]]:
    """The rows of the first visible worksheet, and what is odd about the workbook; blank cells are None.

    Raises:
        SheetError: It is no workbook, is encrypted or damaged, or has no worksheet that shows.
        OSError: It cannot be read.
    """
    _check_begin(path)
    try:
        with load_workbook(path) as book:
            name = _first(path, book)
            sheet = book.get_sheet_by_name(name)
            notes = [*_other_sheets(path, book, name), *_merged(path, sheet), *_formulas(path, name)]
            rows = [[_cell(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    except (CalamineError, zipfile.BadZipFile, ElementTree.ParseError, KeyError, ValueError) as error:
        raise SheetError.of([file_fault("DAMAGED_WORKBOOK", path, str(error).splitlines()[0], "xlsx")]) from error
    return rows, [*notes, *_long_numbers(path, rows)]


def _check_begin(path: Path) -> None:
    """Tells what is no workbook by its first bytes, whatever its name says."""
    with path.open("rb") as file:
        begin = file.read(len(COMPOUND))
    if begin == COMPOUND:
        raise SheetError.of([file_fault("ENCRYPTED_WORKBOOK", path, "OLE2", "xlsx")])
    if not begin.startswith(ZIP):
        found = f"0x{begin[:4].hex()}" if begin else None
        raise SheetError.of([file_fault("NO_WORKBOOK", path, found, "xlsx")])


def _first(path: Path, book: CalamineWorkbook) -> str:
    for sheet in book.sheets_metadata:
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible:
            return sheet.name
    raise SheetError.of([file_fault("NO_WORKSHEET", path, ", ".join(book.sheet_names), "1")])


def _other_sheets(path: Path, book: CalamineWorkbook, first: str) -> Iterator[Fault]:
    others = [name for name in book.sheet_names if name != first]
    if others:
        yield file_fault("OTHER_WORKSHEETS", path, ", ".join(others), first)


def _merged(path: Path, sheet: CalamineSheet) -> Iterator[Fault]:
    """Of merged cells the first one has the value, and the others are blank."""
    for first, last in sheet.merged_cell_ranges or ():
        start, end = (Address(row + 1, column + 1) for row, column in (first, last))
        yield file_fault("MERGED_CELLS", path, f"{start}:{end}", str(start), str(start))


def _formulas(path: Path, name: str) -> Iterator[Fault]:
    """The cells with formulas, in one note."""
    with zipfile.ZipFile(path) as archive:
        cells = FORMULA.findall(archive.read(_part(archive, name)))
    if cells:
        first = cells[0].decode()
        found = first if len(cells) == 1 else f"{first}, … ({len(cells)})"
        yield file_fault("FORMULA_CELLS", path, found, "", first)


def _part(archive: zipfile.ZipFile, name: str) -> str:
    """The part of the archive that holds a worksheet."""
    sheets = ElementTree.fromstring(archive.read("xl/workbook.xml")).iter()
    relation = {sheet.get("name"): _relation(sheet) for sheet in sheets}[name]
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    target = {part.get("Id"): part.attrib["Target"] for part in relations}[relation]
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _relation(sheet: ElementTree.Element) -> str | None:
    """The id of its part; its namespace is one of two, as the file was saved."""
    return next((value for name, value in sheet.attrib.items() if name.endswith("}id")), None)


def _cell(cell: Any) -> Any:
    """A cell without what Excel adds: whole numbers are whole, days are ISO texts."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    if isinstance(cell, dt.timedelta):
        return str(cell)
    return None if cell == "" else cell


def _long_numbers(path: Path, rows: list[list[Any]]) -> Iterator[Fault]:
    for row, cells in enumerate(rows, 1):
        for column, cell in enumerate(cells, 1):
            if type(cell) is int and abs(cell) >= 10**EXACT_DIGITS:
                address = Address(row, column)
                yield cell_fault("LONG_NUMBER", path, address, "", cell, f"<= {EXACT_DIGITS}")
