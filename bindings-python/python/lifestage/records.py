"""Records of Python, as the JSON texts that the engine reads."""

import json
import math
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal

from lifestage.errors import Fault, RequestError

MoneyUnit = Literal["yuan", "fen"]
"""What integer amounts count."""

PersonalColumn = Literal["name", "phone", "address"]
"""A column that identifies a person."""


def given(**params: Any) -> dict[str, Any]:
    """The parameters that are given."""
    return {name: value for name, value in params.items() if value is not None}


def json_of(record: dict[str, Any] | list[Any] | str | bytes) -> str | bytes:
    """A record as its JSON text; a text stays as it is.

    Values are written as `written` says, so a row of pandas is a record: `frame.iloc[0].to_dict()`.

    Raises:
        RequestError: Numbers are NaN or infinite; the error has the place of each.
        TypeError: The record holds an object that is no JSON value.
    """
    if isinstance(record, (str, bytes)):
        return record
    try:
        return _ENCODER.encode(record)
    except ValueError:
        faults = list(_not_finite(json.loads(json.dumps(record, default=written)), ""))
        if not faults:
            raise
    english, chinese = ("\n".join(lines) for lines in zip(*map(_told, faults), strict=True))
    raise RequestError(faults, english, chinese)


def written(value: object) -> Any:
    """What records write for a value that JSON lacks.

    A `Decimal` is its text and a `date` its ISO form; what numpy and pandas hold is what it is in Python; the `NaT` and
    `NA` of pandas are null, and midnight, with which its columns hold dates, is the date.

    Raises:
        TypeError: Records hold no such value.
    """
    if isinstance(value, Decimal):
        return format(value, "f")
    if type(value).__name__ in ("NaTType", "NAType"):
        return None
    if isinstance(value, datetime) and value.timetz() == time():
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "__arrow_c_stream__"):
        raise TypeError(
            f"{type(value).__name__} is no JSON value: a record holds a table as a list of dicts, a row each; frames "
            'go by name to Engine.call_batch and Handle.update_batch: update_batch({"decisions": frame})'
        )
    raise TypeError(
        f"{type(value).__name__} is no JSON value: a request holds dict, list, str, numbers, Decimal, date and what "
        "numpy and pandas make of them"
    )


# Made once: `json.dumps` makes one a call, which takes as long as a small record does.
_ENCODER = json.JSONEncoder(default=written, allow_nan=False)


def _not_finite(value: object, path: str) -> Iterator[Fault]:
    """A fault for each number that is NaN or infinite."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _not_finite(part, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from _not_finite(part, f"{path}[{place}]")
    elif isinstance(value, float) and not math.isfinite(value):
        found = "NaN" if math.isnan(value) else str(value)
        yield Fault("INVALID_VALUE", path, found, "a finite number", "pass None where nothing is known")


def _told(fault: Fault) -> tuple[str, str]:
    """The fault in English and in Chinese."""
    return (
        f"{fault.code} {fault.path} is {fault.found}: {fault.fix}",
        f"{fault.code} {fault.path} 为 {fault.found}：未知的值请传 None",
    )
