"""The generator: chunk by chunk of customers, each out of streams of its own, so that millions need no more memory."""

from __future__ import annotations

import datetime as dt
import errno
import json
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from lifestage.fact_tables import FACT_TABLES
from lifestage.operator.bills import bill, bills_table
from lifestage.operator.calendar import Calendar
from lifestage.operator.churn import live
from lifestage.operator.contracts import agreements_table, holdings_table, promotions_table
from lifestage.operator.dirt import Counts, Soiler
from lifestage.operator.events import events_table, happen
from lifestage.operator.history import stage_history_table
from lifestage.operator.organisation import organisation_tables
from lifestage.operator.prospects import prospects_table
from lifestage.operator.registry import GROWING, boxes_a_community, growing_tables, standing_tables
from lifestage.operator.stream import Stream
from lifestage.operator.subscribers import subscribe, users_table
from lifestage.operator.truth import truth_table
from lifestage.operator.write import FORMATS, Encoding, Format, TableWriter, write_tables

CHUNK: Final = 20_000
"""Customers generated at a time."""

MOST_CUSTOMERS: Final = 99_999_999
MOST_MONTHS: Final = 120


@dataclass(frozen=True)
class Operator:
    """Which operator: the same one for the same values, on any machine."""

    customers: int = 50_000
    months: int = 12
    seed: int = 1
    as_of: dt.date = dt.date(2024, 5, 31)

    def __post_init__(self) -> None:
        """Refuses an operator that cannot be."""
        if not 1 <= self.customers <= MOST_CUSTOMERS:
            raise ValueError(f"customers: found {self.customers}, expected 1 to {MOST_CUSTOMERS}")
        if not 1 <= self.months <= MOST_MONTHS:
            raise ValueError(f"months: found {self.months}, expected 1 to {MOST_MONTHS}")
        if self.seed < 0:
            raise ValueError(f"seed: found {self.seed}, expected 0 or more")

    @property
    def chunks(self) -> int:
        """How many chunks it takes."""
        return -(-self.customers // CHUNK)


@dataclass(frozen=True)
class Chunk:
    """The tables of some customers, what is true of their users, and how many rows of each table count or do not."""

    tables: dict[str, pa.Table]
    registry: dict[str, pa.Table]
    truth: pa.Table
    counts: dict[str, Counts]


def chunk(operator: Operator, number: int) -> Chunk:
    """One chunk, by number from 0: it depends on nothing but the operator and its number."""

    def stream(name: str) -> Stream:
        return Stream(operator.seed, name, number)

    calendar = Calendar(operator.as_of, operator.months)
    first = number * CHUNK
    customers = min(CHUNK, operator.customers - first)
    who = subscribe(stream("subscribers"), calendar, operator.seed, first, customers)
    promotion_end = np.where(who.promoted, calendar.position(who.promotion_ends), -1)
    lives = live(stream("lives"), calendar, who.activated, who.risk, promotion_end)
    bills = bill(stream("amounts"), calendar, who, lives)
    events = happen(stream("happenings"), calendar, who, lives)
    prospects = prospects_table(stream("prospects"), calendar, number, customers)
    clean = {
        "users": users_table(stream("users"), calendar, who, lives),
        "bills": bills_table(stream("bills"), calendar, who, bills),
        "events": events_table(stream("events"), calendar, who, events, number),
        "agreements": agreements_table(stream("agreements"), calendar, who),
        "promotions": promotions_table(stream("promotions"), calendar, who),
        "holdings": holdings_table(stream("holdings"), calendar, who),
        "prospects": prospects,
        "stage_history": stage_history_table(calendar, who, lives, bills, events, prospects),
    }
    boxes = boxes_a_community(operator.customers)
    registry = growing_tables(stream("registry"), calendar, who, lives, clean["users"], boxes)
    soiler = Soiler(stream("dirt"), calendar, number)
    soiled = {name: soiler.soil(name, clean[name]) for name in FACT_TABLES}
    return Chunk(
        tables={name: table for name, (table, _) in soiled.items()},
        registry=registry,
        truth=truth_table(calendar, who, lives),
        counts={name: counts for name, (_, counts) in soiled.items()},
    )


@dataclass(frozen=True)
class Generated:
    """What was written: rows by table, and how many of them count or do not, by reason."""

    folder: Path
    counts: dict[str, Counts]

    def rows(self, table: str) -> int:
        """Rows of one table."""
        return sum(self.counts[table].values())


def _refuse_other_formats(folder: Path, file_format: Format) -> None:
    for other in FORMATS:
        for name in FACT_TABLES:
            path = folder / f"{name}.{other}"
            if other != file_format and path.exists():
                raise FileExistsError(errno.EEXIST, "the table is there in another format", str(path))


def generate(
    operator: Operator,
    folder: Path,
    file_format: Format = "parquet",
    encoding: Encoding = "utf-8",
    on_chunk: Callable[[int, int], None] | None = None,
) -> Generated:
    """Writes the operator's fact tables into a folder, and what is true into its folder `truth`.

    Its folder `registry` holds what new users are placed by, and those of the month; `organisation` who may do what.
    `truth/truth.parquet` says who really leaves in the three months after `as_of`; `truth/counts.json` how many rows
    of each table are good, late, invalid, orphans, duplicates and conflicts. No engine is to read either.

    Raises:
        FileExistsError: The folder holds one of the tables in another format; a table may be there only once.
    """
    _refuse_other_formats(folder, file_format)
    truth = folder / "truth"
    truth.mkdir(parents=True, exist_ok=True)
    registry = folder / "registry"
    write_tables(registry, standing_tables(operator.customers), file_format, encoding)
    write_tables(folder / "organisation", organisation_tables(operator.seed), file_format, encoding)
    total: dict[str, Counter[str]] = {name: Counter() for name in FACT_TABLES}
    with ExitStack() as open_files:
        writers = {
            name: open_files.enter_context(TableWriter(folder, name, file_format, encoding)) for name in FACT_TABLES
        }
        growing = {
            name: open_files.enter_context(TableWriter(registry, name, file_format, encoding)) for name in GROWING
        }
        truth_writer = open_files.enter_context(TableWriter(truth, "truth", "parquet", "utf-8"))
        for number in range(operator.chunks):
            part = chunk(operator, number)
            for name, table in part.tables.items():
                writers[name].write(table)
                total[name].update(part.counts[name])
            for name, table in part.registry.items():
                growing[name].write(table)
            truth_writer.write(part.truth)
            if on_chunk:
                on_chunk(number + 1, operator.chunks)
    counts = {name: dict(counter) for name, counter in total.items()}
    (truth / "counts.json").write_text(json.dumps(counts, indent=2) + "\n", encoding="utf-8")
    return Generated(folder, counts)
