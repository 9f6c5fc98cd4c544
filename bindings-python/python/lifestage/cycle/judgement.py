"""What is decided: each user's stage, tier and warnings, the customers made of them, and how the base moves."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from lifestage import Engine
from lifestage.decisions import without_dictionaries
from lifestage.records import MoneyUnit, given

DECIDED: Final = (
    "user_id",
    "customer_id",
    "status",
    "months_since_exit",
    "stage",
    "tier",
    "reasons",
    "warnings",
    "insufficient",
    "shadow",
    "stage_since",
    "error",
)
"""The columns of the decisions; codes as lists, so that no masks are needed."""

COUNTED: Final = ("stages", "transitions", "warnings", "tiers", "report")
"""The tables of a summary that say how the base stands."""


@dataclass(frozen=True)
class Judgement:
    """The decisions, in the view's order, and what they come to."""

    decisions: pa.Table
    customers: pa.Table
    summary: dict[str, list[dict[str, Any]]]
    """The tables of `summarise_stages` as rows, by name: stages, transitions, warnings, tiers, and the report."""

    @property
    def unread(self) -> list[str]:
        """Columns of the view that are no facts, by name."""
        names: list[str] = json.loads(self.decisions.schema.metadata[b"lifestage.unread_columns"])
        return names

    @property
    def misspelt(self) -> dict[str, str]:
        """Those among them whose name is nearly a fact's, with the fact."""
        meant: dict[str, str] = json.loads(self.decisions.schema.metadata[b"lifestage.misspelt_columns"])
        return meant


def judge(
    engine: Engine,
    view: pa.Table,
    as_of: dt.date,
    history: pa.Table | None = None,
    money_unit: MoneyUnit | None = None,
) -> Judgement:
    """Decides about every row of a view.

    Args:
        engine: Whose policy decides.
        view: As `build_view` makes it.
        as_of: The day of the view.
        history: The rows of `stage_history` that count, for transitions and the flap rate.
        money_unit: What integer amounts of the view count; `build_view` leaves none.
    """
    params = given(as_of=as_of, money_unit=money_unit, columns=DECIDED)
    # Not by `Engine.classify`, which warns of misspelt columns: who judges says that in words of its own.
    decided = engine.call_batch("classify", {"view": view}, params)["decisions"]
    decisions = without_dictionaries(pa.table(decided.read_all()))
    customers = engine.combine_customers(decisions).customers
    summary = engine.summarise_stages(decisions, history, as_of=as_of)
    counted = {name: getattr(summary, name).to_pylist() for name in COUNTED}
    return Judgement(decisions, without_dictionaries(customers), counted)
