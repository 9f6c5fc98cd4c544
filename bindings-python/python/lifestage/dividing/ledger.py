"""The handle `adjustments`, told and asked: the one place that knows how its requests are written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from lifestage import Engine
from lifestage.handle import Handle
from lifestage.records import given
from lifestage.sheets import Sheet

Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Acting:
    """Who acts, when, and who approves."""

    actor: str
    day: dt.date
    second_approver: str | None = None

    def params(self) -> dict[str, Any]:
        """As the engine reads it."""
        return given(actor=self.actor, as_of=self.day, second_approver=self.second_approver)


@dataclass(frozen=True)
class Outcome:
    """What became of events, or of the rows of a sheet."""

    results: list[dict[str, Any]]

    @property
    def accepted(self) -> int:
        """Rows that happened."""
        return sum(result["accepted"] for result in self.results)

    @property
    def denials(self) -> list[dict[str, Any]]:
        """Everything that speaks against the others, in order."""
        return [denial for result in self.results for denial in result["denials"]]


class Ledger:
    """Customers in the cycle, and the log."""

    def __init__(self, handle: Handle) -> None:
        """Over a handle `adjustments`."""
        self._handle = handle

    @classmethod
    def opened(cls, engine: Engine, organisation: Handle) -> Ledger:
        """A new one, judged by an organisation."""
        return cls(engine.open_handle("adjustments", organisation=organisation.serialise()))

    def copy(self) -> Ledger:
        """One of its own with the same state: what happens to it does not happen here."""
        return Ledger(self._handle.engine.restore_handle(self.state()))

    def state(self) -> str:
        """All that it was told, as a text."""
        return self._handle.serialise()

    def add(self, customers: Rows) -> None:
        """Adds customers; those that the engine cannot take are a mistake of ours."""
        rejects = self._handle.update({"tables": {"customers": list(customers)}})["tables"]["rejects"]
        if rejects:
            raise AssertionError(f"the cycle refuses customers: {rejects[:3]}")

    def happen(self, events: Rows, acting: Acting) -> Outcome:
        """Lets events happen, each on what those before left."""
        return self._tell({"events": list(events)}, acting)

    def hand_in(self, sheet: Sheet, acting: Acting) -> Outcome:
        """Takes an adjustment sheet."""
        return self._tell({"sheet": sheet.record()}, acting)

    def effects(self, events: Rows, acting: Acting) -> list[dict[str, Any]]:
        """What events would take from each community and give to it; nothing happens."""
        asked = self._handle.query({"tables": {"events": list(events)}, "params": acting.params()})
        effects: list[dict[str, Any]] = asked["tables"]["effects"]
        return effects

    def cohort(self, month: str, day: dt.date) -> list[dict[str, Any]]:
        """The customers of a month, ordered by id."""
        asked = self._handle.query({"params": {"cohort": month, "as_of": day}})
        customers: list[dict[str, Any]] = asked["tables"]["customers"]
        return customers

    def log(self) -> pa.Table:
        """The log."""
        return pa.table(self._handle.query_batch(log={})["log"])

    def _tell(self, tables: dict[str, Any], acting: Acting) -> Outcome:
        told = self._handle.update({"tables": tables, "params": acting.params()})
        return Outcome(told["tables"]["results"])
