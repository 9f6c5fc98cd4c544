"""The rows that do not count, as people look for them: which file, which row or line, which value, and why."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from lifestage import Engine
from lifestage.fact_files import FactFiles, MalformedLine
from lifestage.fact_tables import FACT_TABLES
from lifestage.texts import Texts

MALFORMED: Final = "MALFORMED"
"""The code of a line that is no row of its table."""

SCHEMA: Final = pa.schema(
    [
        pa.field("table", pa.utf8()),
        pa.field("row", pa.int64()),
        pa.field("line", pa.int64()),
        pa.field("key", pa.utf8()),
        pa.field("code", pa.utf8()),
        pa.field("reason", pa.utf8()),
        pa.field("column", pa.utf8()),
        pa.field("found", pa.utf8()),
        pa.field("expected", pa.utf8()),
        pa.field("fix", pa.utf8()),
    ]
)
"""`row` is the place among the rows of the table, from 0 as everywhere in lifestage; a line that is no row has none.
`line` is the place in a CSV file, the header being line 1; null where that is not known (see `FactFiles.lines`). `key`
has the values of the table's key. What identifies a person does not stand here."""


def view_rejects(engine: Engine, files: FactFiles, rejects: pa.Table, say: Texts) -> pa.Table:
    """The rows that the engine returned, with their keys and in the reader's language."""
    codes = {code["name"]: code for code in engine.call("list_codes")}
    keys = _keys(files.tables, rejects)
    rows = [
        {**_view_reject(reject, codes, say), "key": key, "line": files.line(reject["table"], reject["row"])}
        for reject, key in zip(rejects.to_pylist(), keys, strict=True)
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _view_reject(reject: dict[str, Any], codes: dict[str, Any], say: Texts) -> dict[str, Any]:
    code = codes[reject["code"]]
    return {
        "table": reject["table"],
        "row": reject["row"],
        "code": reject["code"],
        "reason": code["text"][say.language],
        "column": reject["path"].partition("].")[2],
        "found": reject["found"],
        "expected": reject["expected"],
        # The engine's own sentence is about this very value; in Chinese the catalogue speaks.
        "fix": reject["fix"] if say.language == "en" else code["fix"]["zh"],
    }


def _keys(tables: dict[str, pa.Table], rejects: pa.Table) -> list[str]:
    """The key of each row that was returned."""
    keys: list[str] = [""] * len(rejects)
    names = rejects["table"].to_pylist()
    for name in dict.fromkeys(names):
        places = [place for place, table in enumerate(names) if table == name]
        rows = tables[name].select(FACT_TABLES[name].key).take(rejects["row"].take(pa.array(places)))
        for place, row in zip(places, rows.to_pylist(), strict=True):
            keys[place] = " ".join("-" if value is None else str(value) for value in row.values())
    return keys


def malformed_rejects(lines: Iterable[MalformedLine], say: Texts) -> pa.Table:
    """The lines that are no rows. Their text is not repeated: it may identify a person."""
    rows = [
        {
            "table": line.table,
            "line": line.line,
            "code": MALFORMED,
            "reason": line.reason,
            "fix": say("run.malformed.fix", file=Path(line.file).name, line=line.line),
        }
        for line in lines
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def undecided_rejects(decisions: pa.Table, say: Texts) -> pa.Table:
    """The rows of the view about which nothing could be decided."""
    wrong = decisions.filter(pc.is_valid(decisions["error"]))
    rows = [
        {
            "table": "view",
            "key": row["user_id"],
            "code": row["error"]["code"],
            "reason": say("run.undecided"),
            "column": row["error"]["path"],
            "found": row["error"]["found"],
            "expected": row["error"]["expected"],
            "fix": row["error"]["fix"],
        }
        for row in wrong.select(["user_id", "error"]).to_pylist()
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)
