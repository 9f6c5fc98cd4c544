"""What is decided: each user's stage, tier and warnings, the customers made of them, and how the base moves."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from lifestage import Engine
from lifestage.decisions import without_dictionaries
from lifestage.records import MoneyUnit, given

BLOCK: Final = 10_000
"""Users handed to the handles at a time: as JSON, a block is some megabytes."""

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

FOR_HANDLES: Final = tuple(name for name in DECIDED if name not in ("reasons", "stage_since"))
"""What the handles read of a decision."""

CODES: Final = pa.list_(pa.utf8())

CUSTOMERS: Final = pa.schema(
    [
        pa.field("customer_id", pa.utf8()),
        pa.field("user_id", pa.utf8()),
        pa.field("stage", pa.utf8()),
        pa.field("tier", pa.utf8()),
        pa.field("warnings", CODES),
        pa.field("insufficient", CODES),
        pa.field("shadow", CODES),
        pa.field("users", pa.int64()),
        pa.field("rejected", pa.int64()),
    ]
)
"""The customers; `user_id` is set only for a user or prospect that is a customer of its own."""


@dataclass(frozen=True)
class Judgement:
    """The decisions, in the view's order, and what they come to."""

    decisions: pa.Table
    customers: pa.Table
    summary: dict[str, Any]
    """What the handle `stages` answers: stages, transitions, warnings and tiers, and the flap rate."""

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
    on_block: Callable[[int, int], None] | None = None,
) -> Judgement:
    """Decides about every row of a view.

    Args:
        engine: Whose policy decides.
        view: As `build_view` makes it.
        as_of: The day of the view.
        history: The rows of `stage_history` that count, for transitions and the flap rate.
        money_unit: What integer amounts of the view count; `build_view` leaves none.
        on_block: Told how many rows of how many the customers and the summary are made of so far.
    """
    params = given(as_of=as_of, money_unit=money_unit, columns=DECIDED)
    # Not by `Engine.classify`, which warns of misspelt columns: who judges says that in words of its own.
    decided = engine.call_batch("classify", {"view": view}, params)["decisions"]
    decisions = without_dictionaries(pa.table(decided.read_all()))
    with (
        engine.open_handle("customers") as customers,
        engine.open_handle("stages", {"as_of": as_of}) as stages,
    ):
        done = 0
        for block, earlier in _blocks(decisions, history):
            rows = block.select(FOR_HANDLES).to_pylist()
            customers.update({"tables": {"decisions": rows}})
            stages.update({"tables": {"decisions": rows, "stage_history": earlier}})
            done += len(rows)
            if on_block:
                on_block(done, len(decisions))
        combined = pa.Table.from_pylist(customers.query()["tables"]["customers"], schema=CUSTOMERS)
        return Judgement(decisions, combined, stages.query())


def _blocks(decisions: pa.Table, history: pa.Table | None) -> Iterator[tuple[pa.Table, list[dict[str, Any]] | None]]:
    """The decisions block by block, each with the earlier runs of its users."""
    if history is not None:
        history = history.select(["user_id", "as_of", "stage"])
        # The engine trims texts, so that an id means the same with a blank behind it.
        ids = pc.utf8_trim_whitespace(history["user_id"].cast(pa.utf8()))
        block_of = pc.divide(pc.index_in(ids, decisions["user_id"].combine_chunks()), BLOCK)
    for number in range(-(-len(decisions) // BLOCK)):
        earlier = None if history is None else history.filter(pc.equal(block_of, number)).to_pylist()
        yield decisions.slice(number * BLOCK, BLOCK), earlier
