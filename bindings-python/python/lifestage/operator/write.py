"""Fact tables into files: Parquet, or CSV as UTF-8 or GB18030."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Literal, TypeAlias

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

Format: TypeAlias = Literal["parquet", "csv"]
FORMATS: Final[tuple[Format, ...]] = ("parquet", "csv")
Encoding: TypeAlias = Literal["utf-8", "gb18030"]


def write_tables(folder: Path, tables: Mapping[str, pa.Table], file_format: Format, encoding: Encoding) -> None:
    """Writes tables that are there as a whole into a folder, which is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        with TableWriter(folder, name, file_format, encoding) as writer:
            writer.write(table)


class TableWriter:
    """One table's file, written a chunk at a time."""

    def __init__(self, folder: Path, name: str, file_format: Format, encoding: Encoding) -> None:
        """A file of the table's name in a folder; what was there is overwritten."""
        if file_format == "parquet" and encoding != "utf-8":
            raise ValueError(f"encoding: found {encoding}, expected utf-8: Parquet knows no other")
        self._path = folder / f"{name}.{file_format}"
        self._format = file_format
        self._encoding = encoding
        self._parquet: pq.ParquetWriter | None = None
        self._csv: BinaryIO | None = None

    def write(self, table: pa.Table) -> None:
        """Adds rows."""
        if self._format == "parquet":
            self._write_parquet(table)
        else:
            self._write_csv(table)

    def _write_parquet(self, table: pa.Table) -> None:
        if self._parquet is None:
            self._parquet = pq.ParquetWriter(self._path, table.schema, compression="zstd", compression_level=1)
        self._parquet.write_table(table, row_group_size=max(1, len(table)))

    def _write_csv(self, table: pa.Table) -> None:
        first = self._csv is None
        if self._csv is None:
            self._csv = self._path.open("wb")
        options = pyarrow.csv.WriteOptions(include_header=first, quoting_style="needed")
        if self._encoding == "utf-8":
            pyarrow.csv.write_csv(table, self._csv, options)
            return
        text = io.BytesIO()
        pyarrow.csv.write_csv(table, text, options)
        self._csv.write(text.getvalue().decode("utf-8").encode(self._encoding))

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in (self._parquet, self._csv):
            if file is not None:
                file.close()
