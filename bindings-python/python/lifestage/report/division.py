"""What a report shows of the division of new customers, as plain data that is kept as JSON."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

PLACEMENTS: Final = ("merged", "community", "contracted_area", "unassigned")
"""Where a new user ends (DIV-05)."""


@dataclass(frozen=True)
class Placings:
    """Where the new users of a month ended."""

    users: int
    placed: Mapping[str, int]
    """By placement; see `PLACEMENTS`."""
    errors: int
    new_customers: int
    conflicts: int
    """Users whose box and number disagree."""
    pending_line: int
    """New customers whose line data is still to come."""


@dataclass(frozen=True)
class Reason:
    """What is odd, or speaks against something, in words."""

    code: str
    en: str
    zh: str


@dataclass(frozen=True)
class TreeUnit:
    """A unit of the organisation, with everything below it."""

    unit_id: str
    name_en: str
    name_zh: str
    level_en: str
    level_zh: str
    customers: int
    """At and below it."""
    own: int
    """At itself."""
    findings: tuple[Reason, ...]
    """What is odd about it."""
    below: tuple[TreeUnit, ...]


@dataclass(frozen=True)
class OrganisationTree:
    """A tree, from its root."""

    en: str
    zh: str
    root: TreeUnit
    outside: int
    """Customers in no community of the tree."""


@dataclass(frozen=True)
class Step:
    """A step of the round: who did what, and what became of the rows."""

    name: str
    day: dt.date
    actor: str
    second_approver: str | None
    rows: int
    accepted: int
    rejected: int


@dataclass(frozen=True)
class Attempt:
    """Something that was tried on a copy of the state, and what was said to it."""

    name: str
    day: dt.date
    actor: str
    rows: int
    accepted: int
    denials: tuple[Reason, ...]


@dataclass(frozen=True)
class LogCheck:
    """The log, verified, and what verifying a copy said in which one entry had been altered."""

    entries: int
    head: str
    findings: int
    altered: int | None
    """The number of the entry that was altered in the copy; None where the log has no entries."""
    found: int | None
    """The number of the entry that verifying named."""


@dataclass(frozen=True)
class DivisionReport:
    """One round of dividing a month's new customers."""

    as_of: dt.date
    placings: Placings
    customers: int
    """All that the registry knows, the new ones among them."""
    trees: tuple[OrganisationTree, ...]
    steps: tuple[Step, ...]
    attempts: tuple[Attempt, ...]
    log: LogCheck
    refused: int
    """New customers whom the cycle cannot take: they are in a unit that the organisation lacks, or came on no day."""
    undivided: int
    """New customers who are not divided at the end of the round."""

    def to_json(self) -> str:
        """The text that `from_json` reads."""
        return json.dumps(asdict(self), ensure_ascii=False, default=str)

    @classmethod
    def from_json(cls, text: str) -> DivisionReport:
        """What `to_json` wrote.

        Raises:
            ValueError: The text is no JSON.
            KeyError: A part is missing.
            TypeError: A part is another one.
        """
        kept = json.loads(text)
        return cls(
            as_of=dt.date.fromisoformat(kept["as_of"]),
            placings=Placings(**kept["placings"]),
            customers=kept["customers"],
            trees=tuple(OrganisationTree(**{**tree, "root": _unit(tree["root"])}) for tree in kept["trees"]),
            steps=tuple(Step(**_dated(step)) for step in kept["steps"]),
            attempts=tuple(_attempt(attempt) for attempt in kept["attempts"]),
            log=LogCheck(**kept["log"]),
            refused=kept["refused"],
            undivided=kept["undivided"],
        )

    def mismatches(self) -> Iterable[str]:
        """What does not add up."""
        placings = self.placings
        placed, merged = sum(placings.placed.values()), placings.placed["merged"]
        if placed + placings.errors != placings.users:
            yield f"new users {placings.users} are not placed {placed} + errors {placings.errors}"
        if placings.new_customers != placed - merged:
            yield f"new customers {placings.new_customers} are not placed {placed} - merged {merged}"
        for step in self.steps:
            if step.rows != step.accepted + step.rejected:
                yield f"{step.name}: rows {step.rows} are not accepted {step.accepted} + rejected {step.rejected}"
        accepted = sum(step.accepted for step in self.steps)
        if accepted != self.log.entries:
            yield f"log entries {self.log.entries} are not accepted rows {accepted}"
        for tree in self.trees:
            if tree.root.customers + tree.outside != self.customers:
                yield f"{tree.en}: customers {tree.root.customers} + outside {tree.outside} are not {self.customers}"
            yield from _unit_mismatches(tree.root)


def _unit(kept: Mapping[str, Any]) -> TreeUnit:
    below, findings = tuple(map(_unit, kept["below"])), tuple(Reason(**finding) for finding in kept["findings"])
    return TreeUnit(**{**kept, "below": below, "findings": findings})


def _attempt(kept: Mapping[str, Any]) -> Attempt:
    return Attempt(**{**_dated(kept), "denials": tuple(Reason(**denial) for denial in kept["denials"])})


def _dated(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {**kept, "day": dt.date.fromisoformat(kept["day"])}


def _unit_mismatches(unit: TreeUnit) -> Iterable[str]:
    below = sum(part.customers for part in unit.below)
    if unit.customers != unit.own + below:
        yield f"{unit.unit_id}: customers {unit.customers} are not its own {unit.own} + below {below}"
    for part in unit.below:
        yield from _unit_mismatches(part)
