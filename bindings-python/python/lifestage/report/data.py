"""What a report shows, as plain data. Nothing here computes: whoever ran the engine fills it in.

`Report.check` refuses figures that do not add up, so a report that exists does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lifestage.report.division import DivisionReport
from lifestage.scores import Hits, Scores

STAGES: Final[tuple[str | None, ...]] = ("A", "B", "C", "D", "E", None)
"""The stages in order; None is unknown."""

TIERS: Final[tuple[str | None, ...]] = ("high", "mid", "low", None)
"""The value tiers from the highest; None is unknown."""

REASONS: Final = ("late", "invalid", "orphan", "duplicate", "conflict", "malformed")
"""Why a row is returned; malformed rows were never read as rows of a table."""


@dataclass(frozen=True)
class Header:
    """Which engine decided by which policy, as of when."""

    policy: str
    policy_version: str
    digest: str
    engine_version: str
    as_of: dt.date


@dataclass(frozen=True)
class TableRows:
    """What became of one fact table's rows."""

    table: str
    rows: int
    used: int
    returned: Mapping[str, int]
    """By reason; see `REASONS`."""


@dataclass(frozen=True)
class RuleCount:
    """How many users one rule warned of."""

    code: str
    en: str
    zh: str
    fired: int
    insufficient: int
    moves_stage: bool = False
    shadow: bool = False


@dataclass(frozen=True)
class Heading:
    """A column of a list, with what stands above it."""

    name: str
    en: str
    zh: str


@dataclass(frozen=True)
class WarnedList:
    """A list of the policy (EWS-05), as `list_warned` gives it: personal columns that were not asked for are masked."""

    name: str
    en: str
    zh: str
    columns: tuple[Heading, ...]
    rows: tuple[Mapping[str, Any], ...]
    """Users in the list's order; each row has `user_id`, `community` and the list's own columns."""
    masked: bool = True
    """Whether a personal column among them is masked."""


@dataclass(frozen=True)
class Foresight(Scores):
    """What became of the users in service within the three months after `as_of`, where that is known."""

    horizon: dt.date = field(kw_only=True)
    """The last day of the three months."""


@dataclass(frozen=True)
class Flaps:
    """Users whose stage is that of two or three runs ago with another in between, among those with the history."""

    flapped: int
    judged: int


@dataclass(frozen=True)
class Report:
    """One run over one operator."""

    header: Header
    rows: tuple[TableRows, ...]
    judged: int
    """Users and prospects in the view."""
    user_stages: Mapping[str | None, int]
    customer_stages: Mapping[str | None, int]
    customer_tiers: Mapping[tuple[str | None, str | None], int]
    """Customers by tier and stage."""
    moves: Mapping[tuple[str | None, str | None], int] = field(default_factory=dict)
    """Users by stage before and stage now; only those of whom a stage before is known."""
    rules: tuple[RuleCount, ...] = ()
    lists: tuple[WarnedList, ...] = ()
    flaps: Flaps | None = None
    foresight: Foresight | None = None
    division: DivisionReport | None = None

    def check(self) -> None:
        """Compares every total with its parts.

        Raises:
            ValueError: Figures that do not add up, all of them.
        """
        wrong = [sentence for sentence in self._mismatches() if sentence]
        if wrong:
            raise ValueError("; ".join(wrong))

    def _mismatches(self) -> Iterable[str | None]:
        for table in self.rows:
            returned = sum(table.returned.values())
            yield _unequal(f"rows of {table.table}", table.rows, "used + returned", table.used + returned)
            for reason in table.returned.keys() - set(REASONS):
                yield f"rows of {table.table}: unknown reason {reason}"
        yield _unequal("judged", self.judged, "users by stage", sum(self.user_stages.values()))
        customers = sum(self.customer_stages.values())
        yield _unequal("customers by stage", customers, "by tier and stage", sum(self.customer_tiers.values()))
        for stage in STAGES:
            by_tier = sum(count for (_, other), count in self.customer_tiers.items() if other == stage)
            name = f"customers in stage {stage}"
            yield _unequal(name, self.customer_stages.get(stage, 0), "by tier", by_tier)
            moved = sum(count for (_, now), count in self.moves.items() if now == stage)
            yield _exceeds(f"users moved to stage {stage}", moved, "users in it", self.user_stages.get(stage, 0))
        for rule in self.rules:
            yield _exceeds(f"{rule.code} fired or insufficient", rule.fired + rule.insufficient, "judged", self.judged)
        if self.flaps:
            yield _exceeds("flapped", self.flaps.flapped, "judged for it", self.flaps.judged)
        if self.foresight:
            yield from self._foresight_mismatches(self.foresight)
        if self.division:
            yield from self.division.mismatches()

    def _foresight_mismatches(self, foresight: Foresight) -> Iterable[str | None]:
        yield _exceeds("users in service", foresight.users, "judged", self.judged)
        every = Hits("all rules", foresight.warned, foresight.warned_leavers)
        for hits in (every, *foresight.rules):
            yield _exceeds(f"{hits.code}: warned leavers", hits.warned_leavers, "warned", hits.warned)
            yield _exceeds(f"{hits.code}: warned leavers", hits.warned_leavers, "leavers", foresight.leavers)
            stayers = foresight.users - foresight.leavers
            yield _exceeds(f"{hits.code}: false warnings", hits.warned - hits.warned_leavers, "stayers", stayers)


def _unequal(what: str, count: int, of_what: str, total: int) -> str | None:
    return None if count == total else f"{what} {count} is not {of_what} {total}"


def _exceeds(what: str, count: int, of_what: str, total: int) -> str | None:
    return None if count <= total else f"{what} {count} is more than {of_what} {total}"
