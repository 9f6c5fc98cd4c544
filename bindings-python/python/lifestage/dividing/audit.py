"""The log as auditors get it: written to a sheet, read back, verified; and a copy with one entry altered, found out."""

from __future__ import annotations

from typing import Any, Final

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
    """Writes the log, verifies what is read back of it, and an altered copy."""
    out.write_table("log", without_dictionaries(log))
    path = out.new_file("sheets/log.xlsx")
    LOG.write(path, log, language)
    entries = LOG.read(path).rows
    head = entries[-1]["digest"] if entries else NO_ENTRY
    known = {"count": len(log), "head": log["digest"][-1].as_py() if len(log) else NO_ENTRY}
    findings = _verify(engine, entries, known)
    if not entries:
        return LogCheck(0, head, len(findings), None, None)
    altered = [dict(entry) for entry in entries]
    altered[len(altered) // 2]["actor"] += "?"
    LOG.write(out.new_file("sheets/log_altered.xlsx"), altered, language)
    found = _verify(engine, altered, known)
    return LogCheck(
        len(entries), head, len(findings), altered[len(altered) // 2]["seq"], found[0]["seq"] if found else None
    )


def _verify(engine: Engine, entries: list[dict[str, Any]], known: dict[str, Any]) -> list[dict[str, Any]]:
    verified = engine.call("verify_log", {"tables": {"log": entries}, "params": known})
    findings: list[dict[str, Any]] = verified["tables"]["findings"]
    return findings
