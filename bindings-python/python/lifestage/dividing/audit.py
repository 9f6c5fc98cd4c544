"""The log as auditors get it: written to a sheet, read back, verified; and a copy with one entry altered, found out."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from lifestage import Engine
from lifestage.cycle.out_folder import OutFolder
from lifestage.decisions import without_dictionaries
from lifestage.report.division import LogCheck
from lifestage.sheets.division import LOG
from lifestage.texts import Language

NO_ENTRY: Final = "0" * 64
"""The head of a log without entries."""


def audit(engine: Engine, log: pa.Table, out: OutFolder, language: Language) -> LogCheck:
    """Writes the log, verifies what is read back of it, and a copy with the entry in the middle altered."""
    log = without_dictionaries(log)
    out.write_table("log", log)
    head = log["digest"][-1].as_py() if len(log) else NO_ENTRY
    entries = _through_a_sheet(log, out, "log", language)
    findings = len(_findings(engine, entries, head, len(log)))
    if not len(log):
        return LogCheck(0, head, findings, None, None)
    middle = len(log) // 2
    rows = log.to_pylist()
    rows[middle]["actor"] += "?"
    altered = _through_a_sheet(pa.Table.from_pylist(rows, schema=log.schema), out, "log_altered", language)
    found = _findings(engine, altered, head, len(log))
    return LogCheck(len(log), head, findings, rows[middle]["seq"], found[0] if found else None)


def _through_a_sheet(log: pa.Table, out: OutFolder, name: str, language: Language) -> pa.Table:
    """A log, written to a sheet and read back."""
    path = out.new_file(f"sheets/{name}.xlsx")
    LOG.write(path, log, language)
    return pa.Table.from_pylist(LOG.read(path).rows, schema=log.schema)


def _findings(engine: Engine, log: pa.Table, head: str, count: int) -> list[int | None]:
    """The entries that are wrong, by number."""
    numbers: list[int | None] = engine.verify_log(log, count=count, head=head).findings["seq"].to_pylist()
    return numbers
