"""A sheet of the user's own, handed in where an earlier round stopped."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lifestage import Engine
from lifestage.cycle.out_folder import OutFolder
from lifestage.decisions import without_dictionaries
from lifestage.dividing.ledger import Acting, Ledger
from lifestage.dividing.round import STATE
from lifestage.sheets import read_sheet
from lifestage.sheets.division import REJECTED, denied_rows
from lifestage.texts import Language


@dataclass(frozen=True)
class HandedIn:
    """What became of a sheet."""

    rows: int
    accepted: int
    denied: list[dict[str, Any]]
    """One row a reason, in words."""


def hand_in(engine: Engine, sheet: Path, acting: Acting, out: Path, language: Language) -> HandedIn:
    """Hands a sheet in, and keeps what came of it: the state, the log and the rows that were refused.

    Raises:
        FileNotFoundError: No round was made in the folder.
        RequestError: The state is another policy's, or the day is before the log's; nothing happens.
        SheetError: The file cannot be read as a sheet.
    """
    ledger = Ledger.restored(engine, (out / STATE).read_text(encoding="utf-8"))
    read = read_sheet(sheet)
    outcome = ledger.hand_in(read, acting)
    denied = denied_rows(engine, read, outcome.results, language)
    with OutFolder(out, adds=True) as folder:
        REJECTED.write(folder.new_file(f"sheets/{sheet.stem}_rejected.xlsx"), denied, language)
        folder.write_table("log", without_dictionaries(ledger.log()))
        folder.write_text(STATE, ledger.state())
    return HandedIn(len(outcome.results), outcome.accepted, denied)
