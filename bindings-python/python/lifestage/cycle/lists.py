"""The lists of the policy (EWS-05): who is warned of, in each list's layout, community by community."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa

from lifestage import Engine
from lifestage.cycle.judgement import Judgement
from lifestage.cycle.policy_values import warning_lists
from lifestage.decisions import warned_of
from lifestage.fact_tables import PERSONAL_COLUMNS
from lifestage.report import Heading, WarnedList

LIST_FACTS: Final = ("user_id", "community", "name", "phone", "address", "fee", "complaint_causes_3m")
"""What `list_warned` reads of a row of the view."""


def list_all(engine: Engine, view: pa.Table, judgement: Judgement, show: frozenset[str]) -> tuple[WarnedList, ...]:
    """Every list of the policy, ordered by community, users placed in none last.

    Args:
        engine: Whose policy has the lists.
        view: What was decided about.
        judgement: What was decided, row by row of the view.
        show: The personal columns that are shown; the others are masked.
    """
    return tuple(_list(engine, view, judgement, name, codes, show) for name, codes in warning_lists(engine).items())


def _list(
    engine: Engine, view: pa.Table, judgement: Judgement, name: str, codes: list[str], show: frozenset[str]
) -> WarnedList:
    """Only rows with one of the list's warnings are handed over: the others cannot stand on it."""
    places = warned_of(judgement.decisions, codes)
    facts = [fact for fact in LIST_FACTS if fact in view.column_names]
    tables = {
        "view": view.select(facts).take(places).to_pylist(),
        "decisions": judgement.decisions.select(["user_id", "warnings"]).take(places).to_pylist(),
    }
    listed = engine.call(
        "list_warned", {"tables": tables, "params": {"list": name, "show": sorted(show & PERSONAL_COLUMNS)}}
    )
    columns = tuple(Heading(**heading) for heading in listed["columns"])
    return WarnedList(
        name=name,
        en=listed["report"]["en"],
        zh=listed["report"]["zh"],
        columns=columns,
        rows=tuple(sorted(listed["tables"]["warned"], key=_by_community)),
        masked=not PERSONAL_COLUMNS.intersection(column.name for column in columns) <= show,
    )


def _by_community(row: Mapping[str, Any]) -> tuple[bool, str]:
    community = row.get("community")
    return community is None, community or ""
