"""The organisation's trees with their customers."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, Final, get_args

import pyarrow as pa

from lifestage import Engine
from lifestage.dividing.placing import Placing
from lifestage.handles import Organisation
from lifestage.handles.organisation import Tree
from lifestage.report.division import OrganisationTree, Reason, TreeUnit
from lifestage.texts import LANGUAGES, Language

VALUES: Final = pa.schema([("unit_id", pa.utf8()), ("count", pa.int64())])

Customers = Mapping[str | None, int]
"""Customers by community; None is none."""


Names = dict[tuple[str, str], str]
"""What the policy calls things, by kind (`levels`, `roles`, …) and code."""


def names_of(engine: Engine, language: Language) -> Names:
    """What the policy calls levels, trees, roles, actions and menus."""
    shown = engine.call("show_policy", {"under": "organisation"})["values"]
    paths = ((value["path"].split("."), value["value"]) for value in shown)
    return {(path[1], path[2]): value for path, value in paths if len(path) == 4 and path[3] == language}


def customers_by_unit(placing: Placing, cohort: list[dict[str, Any]]) -> Counter[str | None]:
    """Customers at the end of the round, by community."""
    now = {customer["customer_id"]: customer["community"] for customer in cohort}
    new = placing.new_customers.select(["customer_id", "community"]).to_pylist()
    counted: Counter[str | None] = Counter(now.get(row["customer_id"], row["community"]) for row in new)
    known = placing.known_communities.value_counts().to_pylist()
    counted.update({community["values"]: community["counts"] for community in known})
    return counted


def trees(
    engine: Engine, organisation: Organisation[pa.Table], as_of: dt.date, customers: Customers
) -> tuple[OrganisationTree, ...]:
    """Each tree that has a root on the day; the sums are the engine's."""
    units = organisation.units(as_of=as_of).to_pylist()
    codes = {code["name"]: code["text"] for code in engine.call("list_codes")}
    findings: defaultdict[str, list[Reason]] = defaultdict(list)
    for finding in organisation.findings(as_of=as_of).to_pylist():
        code = finding["code"]
        findings[finding["unit_id"]].append(Reason(code, **codes[code]))
    names = {language: names_of(engine, language) for language in LANGUAGES}
    hanging = [tree for tree in get_args(Tree) if any(unit[f"{tree}_path"] for unit in units)]
    return tuple(_Tree(tree, units, organisation, as_of, customers, findings, names).whole() for tree in hanging)


class _Tree:
    """A tree under way."""

    def __init__(
        self,
        tree: Tree,
        units: list[dict[str, Any]],
        organisation: Organisation[pa.Table],
        as_of: dt.date,
        customers: Customers,
        findings: Mapping[str, list[Reason]],
        names: Mapping[Language, Names],
    ) -> None:
        self._findings, self._names, self._name = findings, names, tree
        placed = [unit for unit in units if unit[f"{tree}_path"] is not None]
        self._own = {unit["unit_id"]: customers.get(unit["unit_id"], 0) for unit in placed}
        self._outside = sum(customers.values()) - sum(self._own.values())
        self._below: defaultdict[str | None, list[dict[str, Any]]] = defaultdict(list)
        for unit in placed:
            self._below[unit[f"{tree}_parent"]].append(unit)
        values = pa.table({"unit_id": list(self._own), "count": list(self._own.values())}, schema=VALUES)
        totals = organisation.roll_up(values, as_of=as_of, tree=tree).totals.to_pylist()
        self._totals = {total["unit_id"]: total["count"] for total in totals}

    def whole(self) -> OrganisationTree:
        """The tree from its root; it has one."""
        title = {language: names["trees", self._name] for language, names in self._names.items()}
        return OrganisationTree(title["en"], title["zh"], root=self._unit(self._below[None][0]), outside=self._outside)

    def _unit(self, unit: dict[str, Any]) -> TreeUnit:
        unit_id = unit["unit_id"]
        return TreeUnit(
            unit_id=unit_id,
            name_en=unit["name"],
            name_zh=unit["name_zh"] or unit["name"],
            level_en=self._names["en"]["levels", unit["level"]],
            level_zh=self._names["zh"]["levels", unit["level"]],
            customers=self._totals.get(unit_id, 0),
            own=self._own[unit_id],
            findings=tuple(self._findings.get(unit_id, ())),
            below=tuple(self._unit(part) for part in self._below[unit_id]),
        )
