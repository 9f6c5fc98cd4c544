"""What the engine finds wrong with rows, as a table in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from lifestage import Engine
from lifestage.texts import Language


def in_words(engine: Engine, faults: Iterable[Mapping[str, Any]], key: str, language: Language) -> pa.Table:
    """A row a fault: its place, whom it is about, code, reason, what was found and expected, and what to do.

    Args:
        engine: Says the reasons.
        faults: Each with `row` and the key beside.
        key: The column that says whom it is about.
        language: Of reasons and fixes.
    """
    codes = {code["name"]: code for code in engine.call("list_codes")}
    names = (key, "code", "reason", "found", "expected", "fix")
    schema = pa.schema([("row", pa.int64()), *((name, pa.utf8()) for name in names)])
    rows = [
        {
            **fault,
            "reason": codes[fault["code"]]["text"][language],
            # The engine's own sentence is about this very value; in Chinese the catalogue speaks.
            "fix": fault["fix"] if language == "en" else codes[fault["code"]]["fix"]["zh"],
        }
        for fault in faults
    ]
    return pa.Table.from_pylist(rows, schema=schema)
