"""Rows that do not count, as every real feed has them: a known number of each sort.

So what an engine returns can be checked to the row.

No sort touches another: the users among them are invented, and whatever is copied is copied from a row of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pyarrow as pa

from lifestage.fact_tables import FACT_TABLES
from lifestage.operator.calendar import Calendar
from lifestage.operator.columns import amounts, days, joined, padded
from lifestage.operator.stream import Integers, Stream

DUPLICATE: Final = 20
CONFLICT: Final = 10
ORPHAN: Final = 10
INVALID: Final = 10
LATE: Final = 10
"""Bad rows to ten thousand good ones (a conflict costs the good row, too); at least one of each a chunk."""

REASONS: Final = ("late", "invalid", "orphan", "duplicate", "conflict")
"""Why a row does not count, in the order in which the reasons are asked."""

SOON_DAYS: Final = 40
"""How long after `as_of` a late row is dated: in a month that is not over yet."""

Counts = dict[str, int]


class Soiler:
    """Adds bad rows to the tables of one chunk and keeps count."""

    def __init__(self, stream: Stream, calendar: Calendar, chunk: int) -> None:
        """For one chunk, out of a stream of its own."""
        self._stream = stream
        self._calendar = calendar
        self._chunk = chunk

    def soil(self, name: str, table: pa.Table) -> tuple[pa.Table, Counts]:
        """The table with its bad rows at the end, and how many rows are used and returned for which reason."""
        known = self._known(table)
        makers: dict[str, tuple[int, Callable[[str, pa.Table], pa.Table]]] = {
            "duplicate": (DUPLICATE, lambda _, rows: rows),
            "conflict": (CONFLICT, _contradict),
            "orphan": (ORPHAN, self._orphan),
            "invalid": (INVALID, self._spoil),
            "late": (LATE, self._postpone),
        }
        counts = dict.fromkeys(REASONS, 0)
        counts["late"] = len(table) - len(known)
        parts = [table]
        for place, (reason, (share, make)) in enumerate(makers.items()):
            rows = self._sample(table, known, share, place, len(makers))
            if not self._can(name, reason) or len(rows) == 0:
                continue
            bad = make(name, rows)
            parts.append(bad)
            counts[reason] += len(bad)
        if name in _REFERRED_TO:
            parts.append(self._invented_conflicts(name, table, counts))
        else:
            counts["conflict"] *= 2
        soiled = pa.concat_tables(parts)
        counts["used"] = len(soiled) - sum(counts[reason] for reason in REASONS)
        return soiled, counts

    def _known(self, table: pa.Table) -> Integers:
        """The rows recorded by `as_of`."""
        if "recorded_on" not in table.column_names:
            return np.arange(len(table))
        recorded = table["recorded_on"].combine_chunks().cast(pa.int32()).to_numpy()
        return np.flatnonzero(recorded <= self._calendar.today)

    def _sample(self, table: pa.Table, known: Integers, share: int, place: int, places: int) -> pa.Table:
        """Some rows, none of them sampled at another place: one of each of as many strata."""
        count = min(max(1, len(known) * share // 10_000), len(known) // places)
        width = len(known) // (count * places) if count else 0
        offsets = self._stream.below(width, count) if width else np.zeros(0, dtype=np.int64)
        strata = (np.arange(len(offsets)) * places + place) * width
        return table.take(pa.array(known[strata + offsets]))

    @staticmethod
    def _can(name: str, reason: str) -> bool:
        """Who is contradicted would orphan all rows about him; and who is referred to is no orphan himself."""
        return name not in _REFERRED_TO or reason not in ("conflict", "orphan")

    def _invented(self, kind: str, count: int) -> pa.Array:
        """Ids that no real row has."""
        return joined(kind, padded(np.full(count, self._chunk), 4), padded(np.arange(count), 6))

    def _invented_conflicts(self, name: str, table: pa.Table, counts: Counts) -> pa.Table:
        """People nobody has heard of, twice each, in different communities."""
        count = min(max(1, len(table) * CONFLICT // 10_000), len(table))
        rows = self._with_new_key(name, table.slice(0, count), "C")
        counts["conflict"] += 2 * count
        return pa.concat_tables([rows, _set(rows, "community", pa.array(["另一社区"] * count))])

    def _orphan(self, name: str, rows: pa.Table) -> pa.Table:
        rows = _set(rows, "user_id", self._invented("UX", len(rows)))
        return self._with_new_key(name, rows, "X")

    def _with_new_key(self, name: str, rows: pa.Table, kind: str) -> pa.Table:
        """Rows that are not taken for the ones they were copied from."""
        key = FACT_TABLES[name].key[0]
        return rows if key == "user_id" and name != "users" else _set(rows, key, self._invented(kind, len(rows)))

    def _spoil(self, name: str, rows: pa.Table) -> pa.Table:
        """Rows that contradict themselves."""
        if name == "prospects":
            return _set(rows, "prospect_id", pa.nulls(len(rows), pa.utf8()))
        rows = self._with_new_key(name, rows, "I")
        column, start = _ENDS.get(name, ("", ""))
        if column:
            begins = rows[start].combine_chunks().cast(pa.int32()).to_numpy().astype(np.int64)
            return _set(rows, column, days(begins - 1))
        column, value = _NONSENSE[name]
        return _set(rows, column, pa.array([value] * len(rows), type=rows.schema.field(column).type))

    def _postpone(self, name: str, rows: pa.Table) -> pa.Table:
        """Rows of which nobody can know yet."""
        count = len(rows)
        rows = self._with_new_key(name, rows, "L")
        soon = self._calendar.today + 1 + self._stream.below(SOON_DAYS, count)
        if name == "bills":
            month = self._calendar.name(self._calendar.current)
            return _set(rows, "month", pa.array([month] * count))
        for column in ("terminated_on", "suspended_on", "ends_on"):
            if column in rows.column_names:
                rows = _set(rows, column, pa.nulls(count, pa.date32()))
        return _set(rows, _DATES[name], days(soon))


_REFERRED_TO: Final = ("users", "prospects")
"""The tables whose keys other tables' rows name."""

_ENDS: Final = {
    "users": ("terminated_on", "activated_on"),
    "agreements": ("ends_on", "starts_on"),
    "promotions": ("ends_on", "starts_on"),
    "holdings": ("ends_on", "starts_on"),
}
"""The end that can be put before its beginning."""

_NONSENSE: Final = {"bills": ("minutes", -1), "events": ("kind", "投诉"), "stage_history": ("stage", "F")}
"""A value that a column cannot have."""

_DATES: Final = {
    "users": "activated_on",
    "events": "on",
    "agreements": "starts_on",
    "promotions": "starts_on",
    "holdings": "starts_on",
    "prospects": "recorded_on",
    "stage_history": "as_of",
}
"""The date that decides when a row is known."""


def _set(table: pa.Table, column: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.schema.get_field_index(column), table.schema.field(column), values)


def _contradict(name: str, rows: pa.Table) -> pa.Table:
    """The same keys with another value."""
    if name == "bills":
        return _set(rows, "fee", amounts(np.full(len(rows), 99_999)))
    if name == "events":
        return _set(rows, "cause", pa.array(["另一原因"] * len(rows)))
    if name == "stage_history":
        return _set(rows, "stage", pa.array(["E" if stage == "D" else "D" for stage in rows["stage"].to_pylist()]))
    return _set(rows, "ends_on", days(np.full(len(rows), _FAR_AWAY)))


_FAR_AWAY: Final = 40_000
"""An end in the year 2079, which no real row has."""
