"""The new users of a month, placed, and the customers that come of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from lifestage import Engine
from lifestage.cycle.out_folder import OutFolder
from lifestage.decisions import without_dictionaries
from lifestage.dividing.folder import NEW_USERS, newest_day, open_registry, read_registry
from lifestage.dividing.words import in_words
from lifestage.report.division import PLACEMENTS, Placings
from lifestage.texts import Language


@dataclass(frozen=True)
class Placing:
    """Where the new users of a month ended."""

    as_of: dt.date
    placements: pa.Table
    """A row a user that could be placed."""
    errors: pa.Table
    """A row a user that could not, with why; `row` is its place among the new users, from 0."""
    new_customers: pa.Table
    """A row a new customer, with its id."""
    known_communities: pa.ChunkedArray
    """The community of each customer of the registry before."""
    counts: Placings


def place_new_users(engine: Engine, folder: Path, as_of: dt.date | None, language: Language) -> Placing:
    """Places the new users of a folder, and has the registry take the customers that come of it.

    Args:
        engine: Whose policy decides.
        folder: With the folder `registry`.
        as_of: The day; the last one of the month of the newest user unless given.
        language: Of the reasons.

    Raises:
        FactFilesError: A table is missing or cannot be read.
        RequestError: The registry's tables have faults.
        NoDayError: No day is given, and no new user says when it joined.
    """
    tables = read_registry(folder)
    day = as_of or newest_day(folder, tables[NEW_USERS])
    with open_registry(engine, tables) as registry:
        placed = registry.place(tables[NEW_USERS])
        new_customers = _with_ids(
            without_dictionaries(placed.commands), day, tables["customers"]["customer_id"].cast(pa.utf8())
        )
        applied = registry.apply(new_customers)
    if len(applied.rejects):
        raise AssertionError(f"the registry refuses its own commands: {applied.rejects.to_pylist()[:3]}")
    [report] = placed.report.to_pylist()
    return Placing(
        as_of=day,
        placements=_placed(placed.placements),
        errors=_errors(engine, placed.placements, language),
        new_customers=new_customers,
        known_communities=_communities(tables["customers"]),
        counts=Placings(
            users=report["users"],
            placed={kind: report[kind] for kind in PLACEMENTS},
            errors=report["errors"],
            new_customers=report["new_customers"],
            conflicts=report["conflicts"],
            pending_line=report["pending_line"],
        ),
    )


def write_placing(out: OutFolder, engine: Engine, placing: Placing) -> None:
    """Writes placements, errors and new customers; the counts, and which policy decided, into `run.json`."""
    out.write_table("placements", placing.placements)
    out.write_table("placing_errors", placing.errors)
    out.write_table("new_customers", placing.new_customers)
    policy = {"policy": engine.policy.name, "policy_version": engine.policy.version, "digest": engine.policy.digest}
    out.record({**policy, "as_of": placing.as_of, "placing": asdict(placing.counts)})


def _with_ids(commands: pa.Table, as_of: dt.date, known: pa.ChunkedArray) -> pa.Table:
    """The commands with ids, as a host gives them: the month, and a number; none that a customer has already."""
    month = f"N{as_of:%Y%m}"
    prefixes = (f"{month}-", *(f"{month}.{more}-" for more in range(2, len(known) + 3)))
    prefix = next(prefix for prefix in prefixes if not pc.any(pc.starts_with(known, prefix)).as_py())
    number = pc.utf8_lpad(commands["new_customer"].cast(pa.utf8()), width=6, padding="0")
    return commands.append_column("customer_id", pc.binary_join_element_wise(prefix, number, ""))


def _communities(customers: pa.Table) -> pa.ChunkedArray:
    """The customers' communities; the column may be left out."""
    if "community" not in customers.column_names:
        return pa.chunked_array([pa.nulls(len(customers), pa.utf8())])
    return customers["community"].cast(pa.utf8())


def _placed(placements: pa.Table) -> pa.Table:
    return without_dictionaries(placements.filter(pc.is_valid(placements["placement"])).drop_columns(["error"]))


def _errors(engine: Engine, placements: pa.Table, language: Language) -> pa.Table:
    """The users in error, each with its place and reason."""
    numbered = placements.select(["user_id", "error"]).append_column("row", pa.array(range(len(placements))))
    failed = numbered.filter(pc.is_valid(placements["error"])).to_pylist()
    rows = [{**user["error"], "row": user["row"], "user_id": user["user_id"]} for user in failed]
    return in_words(engine, rows, "user_id", language)
