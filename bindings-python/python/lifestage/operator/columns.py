"""Arrow columns out of whole numbers: amounts, days, codes and composed texts, never through Python objects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lifestage.fact_tables import HUNDREDTHS
from lifestage.operator.churn import NEVER
from lifestage.operator.stream import Flags, Integers


def amounts(fen: Integers, missing: Flags | None = None) -> pa.Array:
    """Amounts of fen as yuan with two places (and other hundredths likewise)."""
    words = np.empty((len(fen), 2), dtype=np.int64)
    words[:, 0] = fen
    words[:, 1] = fen >> 63
    validity = None if missing is None else pa.py_buffer(np.packbits(~missing, bitorder="little"))
    return pa.Decimal128Array.from_buffers(HUNDREDTHS, len(fen), [validity, pa.py_buffer(words)])


def days(numbers: Integers, missing: Flags | None = None) -> pa.Array:
    """Days since 1970-01-01 as dates; `NEVER` is null."""
    absent = numbers >= NEVER if missing is None else missing | (numbers >= NEVER)
    return pa.array(numbers.astype(np.int32), mask=absent).cast(pa.date32())


def flags(yes: Flags, missing: Flags | None = None) -> pa.Array:
    """Yes or no."""
    return pa.array(yes, mask=missing)


def texts(choices: Sequence[str], places: Integers, missing: Flags | None = None) -> pa.Array:
    """Texts by their places in a list."""
    indices = pa.array(places, mask=missing) if missing is not None else pa.array(places)
    return pa.array(choices, type=pa.utf8()).take(indices)


def padded(numbers: Integers, width: int) -> pa.Array:
    """Whole numbers as digits, padded with zeros."""
    return pc.utf8_lpad(pa.array(numbers).cast(pa.utf8()), width=width, padding="0")


def joined(*parts: Any) -> pa.Array:
    """Texts put together, row by row, from columns and constant texts; null where a part is."""
    scalars = [pa.scalar(part, pa.utf8()) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*scalars, "")
