"""What a run writes: tables as Parquet and CSV, the report, and `run.json`, which says what was written and by what.

Personal columns that were not asked for are in none of them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from lifestage.cycle.intake import Intake
from lifestage.cycle.judgement import CODES, Judgement
from lifestage.cycle.rejects import undecided_rejects
from lifestage.decisions import without_dictionaries
from lifestage.operator.write import FORMATS, Format
from lifestage.report import Report, WarnedList, render
from lifestage.texts import Language, Texts

RECORD: Final = "run.json"

MARK: Final = "\ufeff".encode()
"""Spreadsheets take CSV for UTF-8 by it."""

ACTIVE: Final = r"^(['=+\-@\t\r])"
"""How a text begins that a spreadsheet may take for a formula; a leading apostrophe keeps it a text (decision 31)."""


TRANSITIONS: Final = pa.schema(
    [
        pa.field("previous_stage", pa.utf8()),
        pa.field("stage", pa.utf8()),
        pa.field("rows", pa.int64()),
        pa.field("share", pa.utf8()),
    ]
)
"""Users by the stage of the run before and the stage now; `share` is of those with the same stage before."""

HOLDING_LISTS: Final = ("warnings", "actions", "complaint_causes")
"""The columns of a list of users that hold lists themselves."""


class ForeignFileError(Exception):
    """A file is in the way that no run wrote: what it holds would be lost."""

    def __init__(self, path: Path) -> None:
        """The file."""
        super().__init__(str(path))
        self.path = path


class OutFolder:
    """The folder of a run's results: what an earlier run wrote there is replaced, anything else is left alone.

    Raises:
        ForeignFileError: On writing, a file is in the way that no run wrote.
    """

    def __init__(self, path: Path, formats: Collection[Format] = FORMATS) -> None:
        """A folder, made if it is not there, and the formats of its tables."""
        self._path = path
        self._formats = [kind for kind in FORMATS if kind in formats]
        self._written: list[str] = []
        self._record: dict[str, Any] = {}

    def __enter__(self) -> OutFolder:
        self._path.mkdir(parents=True, exist_ok=True)
        record = self._path / RECORD
        if record.is_file():
            for name in json.loads(record.read_text(encoding="utf-8"))["files"]:
                (self._path / name).unlink(missing_ok=True)
            record.unlink()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        record = {**self._record, "files": self._written}
        text = json.dumps(record, ensure_ascii=False, indent=2, default=str)
        (self._path / RECORD).write_text(text + "\n", encoding="utf-8")

    def write_table(self, name: str, table: pa.Table, headings: Sequence[str] = ()) -> None:
        """Writes a table in every format asked for; `headings` stand above the columns of the CSV file."""
        for kind in self._formats:
            path = self._new(f"{name}.{kind}")
            if kind == "parquet":
                pq.write_table(table, path, compression="zstd")
            else:
                _write_csv(table, headings or table.column_names, path)

    def write_view(self, view: pa.Table, as_of: dt.date) -> None:
        """Writes the view for `lifestage explain`, with its day; only as Parquet, for CSV has no lists."""
        metadata = {**(view.schema.metadata or {}), b"lifestage.as_of": as_of.isoformat()}
        pq.write_table(view.replace_schema_metadata(metadata), self._new("view.parquet"), compression="zstd")

    def write_text(self, name: str, text: str) -> None:
        """Writes a text."""
        self._new(name).write_text(text, encoding="utf-8")

    def record(self, figures: dict[str, Any]) -> None:
        """Has `run.json` say this, beside the files that were written."""
        self._record = figures

    def _new(self, name: str) -> Path:
        path = self._path / name
        if path.exists():
            raise ForeignFileError(path)
        path.parent.mkdir(exist_ok=True)
        self._written.append(name)
        return path


def _write_csv(table: pa.Table, headings: Sequence[str], path: Path) -> None:
    columns = pa.table([_for_csv(column) for column in table.columns], names=list(headings))
    with path.open("wb") as file:
        file.write(MARK)
        pyarrow.csv.write_csv(columns, file, pyarrow.csv.WriteOptions(quoting_style="needed"))


def _for_csv(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Lists as one text, and texts that no spreadsheet takes for formulas."""
    if pa.types.is_list(column.type):
        column = pc.binary_join(column.cast(pa.list_(pa.utf8())), "; ")
    if pa.types.is_string(column.type):
        return pc.replace_substring_regex(column, pattern=ACTIVE, replacement=r"'\1")
    return column


def write_results(out: OutFolder, intake: Intake, judgement: Judgement, report: Report, language: Language) -> None:
    """Writes everything that a run came to."""
    out.write_table("users", _users(intake, judgement))
    out.write_table("stage_history", _history(intake, judgement))
    out.write_table("customers", judgement.customers)
    out.write_table("transitions", pa.Table.from_pylist(judgement.summary["tables"]["transitions"], schema=TRANSITIONS))
    undecided = undecided_rejects(judgement.decisions, Texts(language))
    out.write_table("rejects", pa.concat_tables([intake.rejects, undecided]))
    for warned in report.lists:
        headings = [getattr(heading, language) for heading in warned.columns]
        out.write_table(f"lists/{warned.name}", _list_table(warned), headings)
    out.write_view(without_dictionaries(intake.view), intake.as_of)
    out.write_text("report.html", render(report, language))
    out.record(_figures(report))


def _users(intake: Intake, judgement: Judgement) -> pa.Table:
    """The decisions, with the community by which they are handed out."""
    users = judgement.decisions.drop_columns(["error"])
    if "community" not in intake.view.column_names:
        return users
    return users.add_column(2, "community", intake.view["community"].cast(pa.utf8()))


def _history(intake: Intake, judgement: Judgement) -> pa.Table:
    """This run as rows of the fact table `stage_history`: what the next run wants to know of it."""
    decided = judgement.decisions.select(["user_id", "stage", "stage_since"])
    decided = decided.filter(pc.is_valid(decided["stage"]))
    as_of = pa.repeat(pa.scalar(intake.as_of, pa.date32()), len(decided))
    # Without earlier runs the engine does not say since when a stage holds: it is seen for the first time.
    since = pc.coalesce(decided["stage_since"].cast(pa.date32()), as_of)
    columns = {"user_id": decided["user_id"], "as_of": as_of, "stage": decided["stage"], "stage_since": since}
    return pa.table(columns)


def _list_table(warned: WarnedList) -> pa.Table:
    names = [heading.name for heading in warned.columns]
    schema = pa.schema([pa.field(name, CODES if name in HOLDING_LISTS else pa.utf8()) for name in names])
    return pa.Table.from_pylist([dict(row) for row in warned.rows], schema=schema)


def _figures(report: Report) -> dict[str, Any]:
    """The run in figures: what decided, what became of the rows, and how many stand where."""
    return {
        **asdict(report.header),
        "tables": {table.table: {"rows": table.rows, "used": table.used, **table.returned} for table in report.rows},
        "users": {stage or "unknown": count for stage, count in report.user_stages.items()},
        "customers": {stage or "unknown": count for stage, count in report.customer_stages.items()},
        "warnings": {rule.code: rule.fired for rule in report.rules},
        "listed": {warned.name: len(warned.rows) for warned in report.lists},
        "flaps": asdict(report.flaps) if report.flaps else None,
        "foresight": asdict(report.foresight) if report.foresight else None,
    }
