"""The view of fact tables, by the record form of `build_view`; to be `engine.build_view` once it takes batches."""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

import pyarrow as pa

from lifestage import Engine

REJECTS: Final = pa.schema(
    [("table", pa.utf8()), ("row", pa.int64())]
    + [(name, pa.utf8()) for name in ("code", "path", "found", "expected", "fix")]
)
COUNTS: Final = ("rows", "used", "late", "invalid", "orphan", "duplicate", "conflict")


class Built(NamedTuple):
    """The view, the rows that do not count, and how many rows of each table count or do not."""

    view: pa.Table
    rejects: pa.Table
    counts: pa.Table


def build_view(engine: Engine, tables: dict[str, pa.Table], as_of: dt.date) -> Built:
    """Builds the view as of a day."""
    rows = {name: table.to_pylist() for name, table in tables.items()}
    built = engine.call("build_view", {"tables": rows, "params": {"as_of": as_of}})
    counts = [
        {"table": name, **{key: counted[key] for key in COUNTS}} for name, counted in built["report"]["tables"].items()
    ]
    return Built(
        pa.Table.from_pylist(built["tables"]["view"]),
        pa.Table.from_pylist(built["tables"]["rejects"], schema=REJECTS),
        pa.Table.from_pylist(counts),
    )
