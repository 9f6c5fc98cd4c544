"""What comes in and what becomes of it: fact files into the view, and every row that does not count with its reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from lifestage import CustomerView, Engine, Fault, RequestError, newest_month_end
from lifestage.csv_encoding import FileEncoding
from lifestage.cycle.policy_values import own_facts
from lifestage.cycle.rejects import malformed_rejects, view_rejects
from lifestage.fact_files import FactFiles, read_fact_files
from lifestage.report import REASONS, TableRows
from lifestage.texts import Language, Texts

VIEW_REASONS: Final = tuple(reason for reason in REASONS if reason != "malformed")
"""The reasons for which the engine returns a row; what is malformed never reaches it."""


class NoDayError(Exception):
    """No day was named, and there are no bills to tell it by."""


@dataclass(frozen=True)
class Intake:
    """The view of a folder's facts, and what became of every row: in = used + returned, table by table."""

    as_of: dt.date
    view: pa.Table
    """One row a user or prospect, ordered by `user_id`."""
    history: pa.Table | None
    """The rows of `stage_history` that count; None without the table."""
    rejects: pa.Table
    """The rows that do not count; see `rejects.SCHEMA`."""
    rows: tuple[TableRows, ...]
    notes: tuple[Fault, ...]
    """What does no harm but may be a mistake."""

    def without(self, facts: Collection[str]) -> Intake:
        """The same without these facts in the view."""
        names = [name for name in self.view.column_names if name not in facts]
        return replace(self, view=self.view.select(names))


def take_in(
    engine: Engine,
    folder: Path,
    as_of: dt.date | None = None,
    encoding: FileEncoding = "auto",
    language: Language = "en",
) -> Intake:
    """Reads a folder's fact tables and builds the view.

    Args:
        engine: Whose policy says what is a fact.
        folder: Holds one file a table; see `read_fact_files`.
        as_of: The day at whose end the facts are seen; unless given, the end of the newest month with its bills.
        encoding: Of CSV files.
        language: Of the reasons.

    Raises:
        FactFilesError: The files cannot be read as fact tables, or a column cannot be what the contract wants.
        NoDayError: No day is given and there are no bills.
    """
    files = read_fact_files(folder, encoding, own_facts(engine))
    say = Texts(language)
    day = as_of or _newest_day(files)
    try:
        # Not by `Engine.build_view`, which warns of misspelt columns: the notes say that in words of their own.
        tables = engine.call_batch("build_view", files.tables, {"as_of": day})
        built = CustomerView(**{name: pa.table(table.read_all()) for name, table in tables.items()})
    except RequestError as error:
        raise files.blamed(error) from error
    return Intake(
        as_of=day,
        view=built.view,
        history=_counting(files.tables.get("stage_history"), built.rejects),
        rejects=pa.concat_tables(
            [view_rejects(engine, files, built.rejects, say), malformed_rejects(files.malformed, say)]
        ),
        rows=tuple(_table_rows(files, counts) for counts in built.counts.to_pylist()),
        notes=tuple(files.notes),
    )


def _newest_day(files: FactFiles) -> dt.date:
    bills = files.tables.get("bills")
    if bills is None:
        raise NoDayError
    try:
        return newest_month_end(bills)
    except RequestError as error:
        raise NoDayError from error


def _counting(table: pa.Table | None, rejects: pa.Table) -> pa.Table | None:
    """The rows of `stage_history` that were not returned."""
    if table is None:
        return None
    returned = rejects.filter(pc.equal(rejects["table"], "stage_history"))["row"]
    places = pa.array(range(len(table)), type=returned.type)
    return table.filter(pc.invert(pc.is_in(places, value_set=returned.combine_chunks())))


def _table_rows(files: FactFiles, counts: Mapping[str, Any]) -> TableRows:
    """What became of a table's rows, those among them that were no rows at all."""
    name = counts["table"]
    malformed = sum(line.table == name for line in files.malformed)
    returned = {reason: counts[reason] for reason in VIEW_REASONS}
    return TableRows(name, counts["rows"] + malformed, counts["used"], {**returned, "malformed": malformed})
