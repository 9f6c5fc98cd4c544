"""Who acts in a round, and where customers go: found in the organisation by roles, levels and channels."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

import pyarrow as pa

from lifestage.handles import Organisation
from lifestage.sheets.division import Department

MARKET: Final = "market_admin"
CHANNEL: Final = "channel_admin"


def confirmer_of(department: Department) -> str:
    """The role that confirms for a department."""
    return f"{department}_confirmer"


class NobodyActsError(Exception):
    """A step of the round needs somebody, or somewhere to go, and the organisation has none."""

    def __init__(self, needed: str) -> None:
        """What is needed: a role, with its unit."""
        super().__init__(needed)
        self.needed = needed


class People:
    """The organisation as the round sees it on a day."""

    def __init__(self, organisation: Organisation[pa.Table], as_of: dt.date) -> None:
        """Asked once."""
        self._grants = organisation.grants(as_of=as_of).to_pylist()
        self._units = organisation.units(as_of=as_of).to_pylist()
        self._by_id = {unit["unit_id"]: unit for unit in self._units}
        shown = organisation.engine.call("show_policy", {"under": "division.cycle"})["values"]
        self._policy = {value["path"]: value["value"] for value in shown}

    def holding(self, role: str, unit_id: str | None = None) -> list[str]:
        """Who holds a role, at a unit where one is named.

        Raises:
            NobodyActsError: Nobody does.
        """
        held = [
            grant["person_id"]
            for grant in self._grants
            if grant["role"] == role and unit_id in (None, grant["unit_id"])
        ]
        if not held:
            raise NobodyActsError(f"{role} {unit_id or ''}".strip())
        return held

    def pair(self, role: str, unit_id: str | None = None) -> tuple[str, str | None]:
        """Who acts, and another who may approve; None where there is no other."""
        actor, *others = self.holding(role, unit_id)
        return actor, next(iter(others), None)

    def department_target(self, department: Department) -> str:
        """The unassigned community of a department's channel (DIV-07).

        Its channel is the one that the policy names, or else the one in which its confirmers have their role.

        Raises:
            NobodyActsError: There is none.
        """
        role = confirmer_of(department)
        named = self._policy.get(f"division.cycle.channels.{department}")
        places = {named} if named else {grant["unit_id"] for grant in self._grants if grant["role"] == role}
        for unit in self._units:
            if unit["is_unassigned"] and not places.isdisjoint(self._above(unit)):
                target: str = unit["unit_id"]
                return target
        raise NobodyActsError(f"{role}: is_unassigned")

    def _above(self, unit: dict[str, Any]) -> Iterator[str]:
        """The units above one in the channel tree."""
        while (parent := unit["channel_parent"]) is not None:
            yield parent
            unit = self._by_id[parent]

    def targets(self, source: str, channel: str) -> list[str]:
        """The communities into which an unassigned one's customers may go: its department's, or else its channel's.

        Raises:
            NobodyActsError: There are none.
        """
        department = self._by_id[source]["department"]
        near = self._communities[channel, department]
        anywhere = [unit for (place, _), units in self._communities.items() if place == channel for unit in units]
        if not anywhere:
            raise NobodyActsError(f"{channel}: community")
        return near or anywhere

    @cached_property
    def _communities(self) -> defaultdict[tuple[str, str | None], list[str]]:
        """The communities that are not unassigned, by channel and department."""
        found: defaultdict[tuple[str, str | None], list[str]] = defaultdict(list)
        parents = {unit["channel_parent"] for unit in self._units}
        for unit in self._units:
            if unit["unit_id"] not in parents and not unit["is_unassigned"]:
                found[unit["local_channel"], unit["department"]].append(unit["unit_id"])
        return found


def by_channel(customers: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Customers by the channel that they are in; those in none are left out."""
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for customer in customers:
        if customer["channel"] is not None:
            found[customer["channel"]].append(customer)
    return dict(sorted(found.items()))
