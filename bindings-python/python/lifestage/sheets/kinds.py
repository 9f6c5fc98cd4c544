"""What the columns of a layout hold: how each kind of value is read out of a cell, and written into one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal, TypeAlias

from lifestage.spreadsheet import marked_text
from lifestage.texts import LANGUAGES, Language, Texts

Kind: TypeAlias = Literal["text", "day", "month", "amount", "count", "yes_no"]
"""`text`; `day`, a date; `month`, `2024-05`; `amount` in yuan, exact to fen; `count`, a whole number; `yes_no`."""

FEN: Final = Decimal("0.01")
DAY_LENGTH: Final = len("2024-05-31")

EXPECTED: Final[dict[Kind, str]] = {
    "text": "text",
    "day": "2024-05-31",
    "month": "2024-05",
    "amount": "1234.50",
    "count": "0, 1, 2, …",
    "yes_no": ", ".join(Texts(language)(f"sheet.{word}") for language in LANGUAGES for word in ("yes", "no")),
}
"""What a cell of each kind looks like."""


def read_cell(kind: Kind, cell: Any) -> Any:
    """The value of a cell that is not blank.

    >>> read_cell("month", "2024-05-01"), read_cell("amount", 12.5), read_cell("yes_no", "是"), read_cell("text", 1001)
    ('2024-05', Decimal('12.50'), True, '1001')

    Raises:
        ValueError: The cell holds no such value.
    """
    return _READ[kind](cell)


def _text(cell: Any) -> str:
    if isinstance(cell, (bool, float)):
        raise ValueError(cell)
    return str(cell)


def _day(cell: Any) -> dt.date:
    text = _text(cell)
    if len(text) != DAY_LENGTH:
        raise ValueError(cell)
    return dt.date.fromisoformat(text)


def _month(cell: Any) -> str:
    """A month, or a day in it: Excel makes days of months that are typed."""
    text = _text(cell)
    day = _day(text if len(text) == DAY_LENGTH else f"{text}-01")
    return day.isoformat()[:7]


def _amount(cell: Any) -> Decimal:
    """A float is the shortest decimal that stands for it."""
    if isinstance(cell, bool):
        raise ValueError(cell)
    try:
        amount = Decimal(str(cell))
        exact = amount.quantize(FEN)
    except InvalidOperation as error:
        raise ValueError(cell) from error
    if exact != amount:
        raise ValueError(cell)
    return exact


def _count(cell: Any) -> int:
    text = _text(cell)
    if not (text.isascii() and text.isdigit()):
        raise ValueError(cell)
    return int(text)


def _yes_no(cell: Any) -> bool:
    if isinstance(cell, bool):
        return cell
    word = _text(cell).strip().lower()
    if word not in _YES_NO:
        raise ValueError(cell)
    return _YES_NO[word]


_YES_NO: Final = {
    **{Texts(language)("sheet.yes"): True for language in LANGUAGES},
    **{Texts(language)("sheet.no"): False for language in LANGUAGES},
    "true": True,
    "false": False,
}

_READ: Final[dict[Kind, Callable[[Any], Any]]] = {
    "text": _text,
    "day": _day,
    "month": _month,
    "amount": _amount,
    "count": _count,
    "yes_no": _yes_no,
}


def in_csv(kind: Kind, value: Any, language: Language) -> str:
    """A value as it stands in CSV."""
    if kind == "text":
        return marked_text(value)
    if kind == "yes_no":
        return yes_no_word(value, language)
    return str(value)


def yes_no_word(value: bool, language: Language) -> str:
    """Yes or no in words."""
    return Texts(language)("sheet.yes" if value else "sheet.no")
