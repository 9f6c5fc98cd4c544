"""Records of Python, as the JSON texts that the engine reads."""

import json
from datetime import date
from decimal import Decimal
from typing import Any, Literal

MoneyUnit = Literal["yuan", "fen"]
"""What integer amounts count."""


def given(**params: Any) -> dict[str, Any]:
    """The parameters that are given."""
    return {name: value for name, value in params.items() if value is not None}


def json_of(record: dict[str, Any] | list[Any] | str | bytes) -> str | bytes:
    """A record as its JSON text: a `Decimal` is written as text, a `date` as an ISO date; a text stays as it is."""
    return record if isinstance(record, (str, bytes)) else json.dumps(record, default=written)


def written(value: object) -> str:
    """A value that records write as text: a `Decimal`, or a `date` in ISO form.

    Raises:
        TypeError: Records hold no such value.
    """
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(
        f"{type(value).__name__} is no JSON value: a request holds dict, list, str, numbers, Decimal and date"
    )
