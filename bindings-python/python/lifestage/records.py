"""Records of Python, as the JSON texts that the engine reads."""

import json
from datetime import date
from decimal import Decimal
from typing import Any


def json_of(record: dict[str, Any] | list[Any] | str | bytes) -> str | bytes:
    """A record as its JSON text: a `Decimal` is written as text, a `date` as an ISO date; a text stays as it is."""
    return record if isinstance(record, (str, bytes)) else json.dumps(record, default=_written)


def _written(value: object) -> str:
    """What the records of lifestage write as text."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(
        f"{type(value).__name__} is no JSON value: a request holds dict, list, str, numbers, Decimal and date"
    )
