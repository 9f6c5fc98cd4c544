"""What a folder holds for division: `registry/` and `organisation/`, one file a table, and what is opened with them."""

from __future__ import annotations

import calendar
import datetime as dt
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from lifestage import Engine
from lifestage.cycle import NoDayError
from lifestage.fact_files import read_tables
from lifestage.handles import Organisation, Registry

REGISTRY: Final = "registry"
REGISTRY_TABLES: Final = ("contracts", "customers", "boxes", "segments", "billing_areas")
NEW_USERS: Final = "new_users"
ORGANISATION: Final = "organisation"
ORGANISATION_TABLES: Final = ("units", "links", "persons", "grants")


def open_registry(engine: Engine, tables: dict[str, pa.Table]) -> Registry:
    """A registry with its tables.

    Raises:
        RequestError: Keys repeat, segments overlap, a cell is no value; both rows are named.
    """
    registry = engine.registry()
    registry.load(**{name: tables[name] for name in REGISTRY_TABLES})
    return registry


def read_registry(folder: Path) -> dict[str, pa.Table]:
    """The tables of a registry and the new users.

    Raises:
        FactFilesError: A table is missing or cannot be read.
    """
    return read_tables(folder / REGISTRY, (*REGISTRY_TABLES, NEW_USERS))


def open_organisation(engine: Engine, folder: Path) -> Organisation[pa.Table]:
    """The organisation of a folder.

    Raises:
        FactFilesError: A table is missing or cannot be read.
        RequestError: Cycles, orphans, unknown levels and roles: the nodes are named.
    """
    organisation = engine.organisation(frames=pa.Table)
    organisation.load(**read_tables(folder / ORGANISATION, ORGANISATION_TABLES))
    return organisation


def newest_day(folder: Path, new_users: pa.Table | None = None) -> dt.date:
    """The last day of the month in which the newest of the new users joined.

    Args:
        folder: Whose new users are read, unless they are given.
        new_users: The new users.

    Raises:
        FactFilesError: The table of new users is missing or cannot be read.
        NoDayError: No new user says when it joined.
    """
    users = read_tables(folder / REGISTRY, [NEW_USERS])[NEW_USERS] if new_users is None else new_users
    days = users["activated_on"].cast(pa.date32()) if "activated_on" in users.column_names else pa.nulls(0, pa.date32())
    newest = pc.max(days).as_py()
    if newest is None:
        raise NoDayError
    day: dt.date = newest
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
