"""What is wrong with a sheet, and where: file, row and column as a spreadsheet program shows them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from lifestage.errors import Fault, RequestError
from lifestage.file_faults import told

LONGEST = 80
"""Characters of a value that a fault shows."""


class SheetError(RequestError):
    """A file cannot be read or written as a sheet; the error has every fault."""

    @classmethod
    def of(cls, faults: Sequence[Fault]) -> SheetError:
        """The error of these faults."""
        return cls(faults, *told(faults))


class Address(NamedTuple):
    """A cell's place."""

    row: int
    """From 1, the header being row 1."""
    column: int
    """From 1."""

    def __str__(self) -> str:
        """As spreadsheets name it.

        >>> str(Address(row=7, column=28))
        'AB7'
        """
        letters, rest = "", self.column
        while rest:
            rest, letter = divmod(rest - 1, 26)
            letters = chr(ord("A") + letter) + letters
        return f"{letters}{self.row}"


def file_fault(code: str, path: Path, found: object, expected: str, place: str = "") -> Fault:
    """What is wrong with a file, or with a part of it."""
    return Fault(code, place, shown(found), expected, "", file=str(path))


def cell_fault(code: str, path: Path, address: Address, heading: str, found: object, expected: str) -> Fault:
    """What is wrong with a cell."""
    place = f"{address} {heading}".rstrip()
    return Fault(code, place, shown(found), expected, "", None, str(path), address.row, address.column)


def shown(value: object) -> str:
    """A value as a fault shows it: nothing long."""
    text = "" if value is None else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
