"""The folder that a run writes to: tables as Parquet and CSV, texts, and `run.json`, which says what was written."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from lifestage.operator.write import FORMATS, Format
from lifestage.spreadsheet import marked

RECORD: Final = "run.json"

VIEW: Final = "view.parquet"
"""The view that a run leaves for `lifestage explain`."""

MARK: Final = "\ufeff".encode()
"""Spreadsheets take CSV for UTF-8 by it."""


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

    def __init__(self, path: Path, formats: Collection[Format] = FORMATS, *, adds: bool = False) -> None:
        """A folder, made if it is not there, and the formats of its tables.

        Args:
            path: The folder.
            formats: Of its tables.
            adds: Whether the files of an earlier run stay, but for those that are written anew.
        """
        self._path = path
        self._adds = adds
        self._formats = [kind for kind in FORMATS if kind in formats]
        self._written: list[str] = []
        self._record: dict[str, Any] = {}

    def __enter__(self) -> OutFolder:
        self._path.mkdir(parents=True, exist_ok=True)
        record = self._path / RECORD
        if record.is_file():
            earlier = json.loads(record.read_text(encoding="utf-8"))
            files = earlier.pop("files")
            if self._adds:
                self._written, self._record = files, earlier
                return self
            for name in files:
                self._remove(self._path / name)
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
            path = self.new_file(f"{name}.{kind}")
            if kind == "parquet":
                pq.write_table(table, path, compression="zstd")
            else:
                _write_csv(table, headings or table.column_names, path)

    def write_view(self, view: pa.Table, as_of: dt.date) -> None:
        """Writes the view for `lifestage explain`, with its day; only as Parquet, for CSV has no lists."""
        metadata = {**(view.schema.metadata or {}), b"lifestage.as_of": as_of.isoformat()}
        pq.write_table(view.replace_schema_metadata(metadata), self.new_file(VIEW), compression="zstd")

    def write_text(self, name: str, text: str) -> None:
        """Writes a text."""
        self.new_file(name).write_text(text, encoding="utf-8")

    def new_file(self, name: str) -> Path:
        """The path of a file that is about to be written."""
        path = self._path / name
        if name not in self._written:
            if path.exists():
                raise ForeignFileError(path)
            self._written.append(name)
        path.parent.mkdir(exist_ok=True)
        return path

    def record(self, figures: dict[str, Any]) -> None:
        """Has `run.json` say this, beside the files that were written."""
        self._record = figures

    def _remove(self, path: Path) -> None:
        """Removes a file of an earlier run; a record that names one elsewhere is not believed."""
        if path.resolve().is_relative_to(self._path.resolve()):
            path.unlink(missing_ok=True)


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
        return marked(column)
    return column
