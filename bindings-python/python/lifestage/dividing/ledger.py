"""The month's new customers in the cycle, told and asked in rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from lifestage import Engine
from lifestage.handles import Adjustments, Organisation
from lifestage.sheets import Sheet

Rows = Sequence[dict[str, Any]]

CUSTOMERS: Final = pa.schema(
    [
        ("customer_id", pa.utf8()),
        ("created_on", pa.date32()),
        ("community", pa.utf8()),
        ("line_data_on", pa.date32()),
    ]
)
EVENTS: Final = pa.schema(
    [
        ("customer_id", pa.utf8()),
        ("event", pa.utf8()),
        ("department", pa.utf8()),
        ("claims", pa.bool_()),
        ("target", pa.utf8()),
    ]
)


@dataclass(frozen=True)
class Acting:
    """Who acts, when, and who approves."""

    actor: str
    day: dt.date
    second_approver: str | None = None

    def params(self) -> dict[str, Any]:
        """As the verbs of the handle take it."""
        return {"actor": self.actor, "as_of": self.day, "second_approver": self.second_approver}


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

    def __init__(self, adjustments: Adjustments[pa.Table]) -> None:
        """Over a handle."""
        self._adjustments = adjustments

    @classmethod
    def opened(cls, engine: Engine, organisation: Organisation[pa.Table]) -> Ledger:
        """A new one, judged by an organisation."""
        return cls(engine.adjustments(organisation, frames=pa.Table))

    @classmethod
    def restored(cls, engine: Engine, state: str) -> Ledger:
        """One with a state.

        Raises:
            RequestError: The text is not a state of adjustments under this policy and version.
        """
        return cls(engine.adjustments(state=state, frames=pa.Table))

    def copy(self) -> Ledger:
        """One of its own with the same state: what happens to it does not happen here."""
        return Ledger.restored(self._adjustments.engine, self.state())

    def state(self) -> str:
        """All that it was told, as a text."""
        return self._adjustments.serialise()

    def add(self, customers: Rows) -> list[dict[str, Any]]:
        """Adds customers.

        Returns:
            What is wrong with those that cannot be added, each with its `row`: in a unit that the organisation lacks.
        """
        added = self._adjustments.add(pa.Table.from_pylist(customers, schema=CUSTOMERS))
        rejects: list[dict[str, Any]] = added.rejects.to_pylist()
        return rejects

    def happen(self, events: Rows, acting: Acting) -> Outcome:
        """Lets events happen, each on what those before left."""
        adjusted = self._adjustments.happen(_events(events), **acting.params())
        return Outcome(adjusted.results.to_pylist())

    def hand_in(self, sheet: Sheet, acting: Acting) -> Outcome:
        """Takes an adjustment sheet."""
        return Outcome(self._adjustments.sheet(sheet.record(), **acting.params()).results)

    def effects(self, events: Rows, acting: Acting) -> pa.Table:
        """What events would take from each community and give to it; nothing happens."""
        return self._adjustments.preview(_events(events), **acting.params()).effects

    def cohort(self, month: str, day: dt.date) -> list[dict[str, Any]]:
        """The customers of a month, ordered by id."""
        customers: list[dict[str, Any]] = self._adjustments.cohort(month, as_of=day).customers.to_pylist()
        return customers

    def log(self) -> pa.Table:
        """The log."""
        return self._adjustments.log()


def _events(rows: Rows) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=EVENTS)
