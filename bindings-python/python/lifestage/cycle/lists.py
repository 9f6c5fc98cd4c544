"""The lists of the policy (EWS-05): who is warned of, in each list's layout, community by community."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args

import pyarrow as pa

from lifestage import Engine
from lifestage.cycle.judgement import Judgement
from lifestage.cycle.policy_values import warning_lists
from lifestage.decisions import warned_of
from lifestage.fact_tables import PERSONAL_COLUMNS
from lifestage.records import PersonalColumn
from lifestage.report import Heading, WarnedList

PERSONAL: Final[tuple[PersonalColumn, ...]] = get_args(PersonalColumn)

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
    facts = view.select([fact for fact in LIST_FACTS if fact in view.column_names]).take(places)
    decisions = judgement.decisions.select(["user_id", "warnings"]).take(places)
    listed = engine.list_warned(facts, decisions, list=name, show=[column for column in PERSONAL if column in show])
    columns = tuple(Heading(field.name, *_in_words(field.metadata)) for field in listed.schema)
    return WarnedList(
        name,
        *_in_words(listed.schema.metadata),
        columns=columns,
        rows=tuple(sorted(map(_row, listed.to_pylist()), key=_by_community)),
        masked=not PERSONAL_COLUMNS.intersection(column.name for column in columns) <= show,
    )


def _in_words(metadata: Mapping[bytes, bytes]) -> tuple[str, str]:
    """What a title or heading says in English and in Chinese."""
    return metadata[b"lifestage.en"].decode(), metadata[b"lifestage.zh"].decode()


def _row(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its ARPU as people write it: two decimals, or three where it needs them."""
    arpu = row.get("arpu")
    return row if arpu is None else {**row, "arpu": str(arpu).removesuffix("0")}


def _by_community(row: Mapping[str, Any]) -> tuple[bool, str]:
    community = row.get("community")
    return community is None, community or ""
