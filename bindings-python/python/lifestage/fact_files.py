"""Fact tables out of files: a folder with `users.csv`, `bills.parquet` and so on, one file a table.

CSV is UTF-8 (with or without a byte order mark), GB18030 or UTF-16; commas, semicolons and tabs separate. Its columns
are read as text, without the apostrophe that keeps spreadsheets from taking one for a formula, and left to the engine's
own typing. What is wrong with the files is said all at once, and a line that
is no row of its table is kept apart with its reason: what is read and what is kept apart make up the file.
"""

from __future__ import annotations

import csv
import re
import tempfile
from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, NamedTuple

import duckdb
import pyarrow as pa

from lifestage.csv_encoding import FileEncoding, WrongEncodingError, decoded, delimiter_of, detected
from lifestage.errors import Fault, RequestError
from lifestage.fact_tables import FACT_TABLES, FactTable
from lifestage.file_faults import nearest, told
from lifestage.spreadsheet import unmarked
from lifestage.texts import LANGUAGES

SUFFIXES: Final = (".parquet", ".csv")
OWN_FACTS_IN: Final = ("users", "prospects")
"""The tables whose columns may be facts that the policy declares."""


class FactFilesError(RequestError):
    """The files cannot be read as fact tables; the error has every fault, with file, column and nearest name."""


@dataclass(frozen=True)
class MalformedLine:
    """A line of a CSV file that is no row of its table: too few or too many values, a quote left open."""

    table: str
    file: str
    line: int
    """1-based; the header is line 1."""
    reason: str
    text: str


class _Read(NamedTuple):
    """What one file holds."""

    table: pa.Table
    malformed: Sequence[MalformedLine] = ()
    lines: array[int] | None = None


@dataclass
class FactFiles:
    """What a folder's files hold."""

    tables: dict[str, pa.Table] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)
    """The file of each table."""
    lines: dict[str, array[int]] = field(default_factory=dict)
    """The line of each row of a table out of CSV, the header being line 1; none where values hold line breaks."""
    malformed: list[MalformedLine] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    """What does no harm but may be a mistake: columns that nobody declared, declared facts that no column gives."""

    def rows(self, table: str) -> int:
        """How many rows the table's file has, malformed ones included."""
        read: int = self.tables[table].num_rows
        return read + sum(line.table == table for line in self.malformed)

    def line(self, table: str, row: int) -> int | None:
        """The line on which a row stands, where that is known."""
        lines = self.lines.get(table)
        return None if lines is None else lines[row]

    def blamed(self, error: RequestError) -> FactFilesError:
        """What the engine found wrong with the tables, with the file of each."""
        faults = [replace(fault, file=self._file(fault.path)) for fault in error.faults]
        english, chinese = (
            "\n".join(
                f"{fault.file}: {line}" if fault.file else line
                for fault, line in zip(faults, error.message(language).splitlines(), strict=True)
            )
            for language in LANGUAGES
        )
        return FactFilesError(faults, english, chinese)

    def _file(self, path: str) -> str | None:
        """The file of what stands at `tables.<table>…`."""
        _, _, place = path.partition("tables.")
        file = self.paths.get(re.split(r"[.\[]", place)[0])
        return str(file) if file else None


def read_fact_files(folder: Path, encoding: FileEncoding = "auto", declared: Collection[str] = ()) -> FactFiles:
    """Reads every fact table that the folder has.

    Args:
        folder: Holds one file a table, `<table>.csv` or `<table>.parquet`; `users` is always needed.
        encoding: Of the CSV files.
        declared: The columns beyond the contract that the policy declares as facts.

    Raises:
        FactFilesError: Files or columns are missing, unknown where that cannot be meant, or cannot be read.
    """
    found = FactFiles()
    faults: list[Fault] = []
    for name, path in _table_files(folder, faults).items():
        try:
            read = _read(name, path, encoding)
        except FactFilesError as error:
            faults += error.faults
            continue
        found.tables[name] = read.table
        found.paths[name] = path
        found.malformed += read.malformed
        if read.lines is not None:
            found.lines[name] = read.lines
        missing, unknown = _column_faults(FACT_TABLES[name], path, read.table.column_names, declared)
        faults += missing
        found.notes += unknown
    if faults:
        raise _error(faults)
    found.notes += _absent_facts(folder, found.tables, declared)
    return found


def read_tables(folder: Path, names: Collection[str], encoding: FileEncoding = "auto") -> dict[str, pa.Table]:
    """Reads tables that are no fact tables, each out of one file; their columns are the engine's to judge.

    Args:
        folder: Holds `<table>.csv` or `<table>.parquet`.
        names: The tables, all of which have to be there.
        encoding: Of the CSV files.

    Raises:
        FactFilesError: A table is missing or there twice, or a file cannot be read, to its last line.
    """
    tables, faults = {}, []
    for name in names:
        paths = [path for path in (folder / f"{name}{suffix}" for suffix in SUFFIXES) if path.is_file()]
        if len(paths) != 1:
            code = "REPEATED_TABLE" if paths else "MISSING_TABLE"
            expected = " | ".join(f"{name}{suffix}" for suffix in SUFFIXES)
            faults.append(_fault(code, folder, name, ", ".join(path.name for path in paths), expected))
            continue
        try:
            read = _read(name, paths[0], encoding)
        except FactFilesError as error:
            faults += error.faults
            continue
        tables[name] = read.table
        faults += [
            _fault("MALFORMED_LINE", paths[0], f"{name}:{bad.line}", bad.text, bad.reason) for bad in read.malformed
        ]
    if faults:
        raise _error(faults)
    return tables


def _absent_facts(folder: Path, tables: Mapping[str, pa.Table], declared: Collection[str]) -> Iterator[Fault]:
    """A note for each fact that the policy declares and no table gives."""
    given = {column for name in OWN_FACTS_IN if name in tables for column in tables[name].column_names}
    for fact in declared:
        if given.isdisjoint((fact, f"{fact}_minor")):
            looked_for = " | ".join(f"{name}.{fact}" for name in OWN_FACTS_IN)
            yield _fault("ABSENT_FACT", folder, f"facts.{fact}", "", looked_for)


def _error(faults: list[Fault]) -> FactFilesError:
    return FactFilesError(faults, *told(faults))


def _fault(code: str, path: Path, place: str, found: str, expected: str, suggestion: str | None = None) -> Fault:
    return Fault(code, place, found, expected, "", suggestion, str(path))


def _table_files(folder: Path, faults: list[Fault]) -> dict[str, Path]:
    """The file of each table, in the contract's order."""
    if not folder.is_dir():
        faults.append(_fault("NO_FOLDER", folder, "", "", "users.csv, bills.csv, …"))
        return {}
    files: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix not in SUFFIXES or not path.is_file():
            continue
        if path.stem not in FACT_TABLES:
            meant = nearest(path.stem, FACT_TABLES)
            faults.append(_fault("UNKNOWN_TABLE", path, "", path.stem, ", ".join(FACT_TABLES), meant))
        elif path.stem in files:
            faults.append(_fault("REPEATED_TABLE", path, path.stem, path.name, files[path.stem].name))
        else:
            files[path.stem] = path
    if "users" not in files:
        faults.append(_fault("MISSING_TABLE", folder, "users", "", "users.csv, users.parquet"))
    return {name: files[name] for name in FACT_TABLES if name in files}


def _column_faults(
    table: FactTable, path: Path, names: list[str], declared: Collection[str]
) -> tuple[list[Fault], list[Fault]]:
    """Columns that are missing, and columns nobody knows."""
    known = {spelling for column in table.columns for spelling in column.spellings}
    strangers = [name for name in names if name not in known and name not in declared]
    missing = []
    for column in table.columns:
        if column.required and not any(spelling in names for spelling in column.spellings):
            place, expected = f"{table.name}.{column.name}", " | ".join(column.spellings)
            meant = nearest(column.name, strangers)
            missing.append(_fault("MISSING_COLUMN", path, place, ", ".join(names), expected, meant))
    readable = (*table.column_names, *declared) if table.name in OWN_FACTS_IN else table.column_names
    absent = [name for name in readable if name not in names]
    expected = ", ".join(absent)
    unknown = [
        _fault("UNKNOWN_COLUMN", path, f"{table.name}.{name}", name, expected, nearest(name, absent))
        for name in strangers
    ]
    return missing, unknown


def _read(name: str, path: Path, encoding: FileEncoding) -> _Read:
    try:
        if path.suffix == ".parquet":
            with duckdb.connect() as connection:
                return _Read(connection.sql(f"FROM read_parquet({_quoted(path)})").to_arrow_table())
        with tempfile.TemporaryDirectory() as folder:
            return _read_csv(name, path, _as_utf8(path, encoding, Path(folder)))
    except WrongEncodingError as error:
        raise _error([_fault("WRONG_ENCODING", path, name, error.found, error.encoding)]) from error
    except (duckdb.Error, OSError) as error:
        reason = str(error).splitlines()[0]
        raise _error([_fault("UNREADABLE_FILE", path, name, reason, path.suffix[1:])]) from error


def _read_csv(name: str, path: Path, text: Path) -> _Read:
    delimiter, header = _header(path, text)
    types = ", ".join(f"{_quoted(column)}: 'VARCHAR'" for column in header)
    with duckdb.connect() as connection:
        table = connection.sql(
            f"""FROM read_csv({_quoted(text)}, auto_detect=false, header=true, delim={_quoted(delimiter)}, quote='"',
                escape='"', columns={{{types}}}, store_rejects=true, null_padding=false)"""
        ).to_arrow_table()
        rejects = connection.sql(
            "SELECT line, string_agg(error_message, '; ' ORDER BY column_idx), any_value(csv_line)"
            " FROM reject_errors GROUP BY line, line_byte_position ORDER BY line"
        ).fetchall()
    columns = [unmarked(column) for column in table.columns]
    malformed = [MalformedLine(name, str(path), *reject) for reject in rejects]
    lines = _lines(text, table.num_rows, {line.line for line in malformed})
    return _Read(pa.table(columns, names=table.column_names), malformed, lines)


def _lines(text: Path, rows: int, malformed: Collection[int]) -> array[int] | None:
    """The line of each row; None where a row may take more than one, for the counts differ then."""
    with text.open("rb") as file:
        filled = (number for number, line in enumerate(file, 1) if line.strip())
        next(filled)  # The header.
        lines = array("q", (number for number in filled if number not in malformed))
    return lines if len(lines) == rows else None


def _header(path: Path, text: Path) -> tuple[str, list[str]]:
    """What separates the values, and the columns' names."""
    with text.open(encoding="utf-8-sig", newline="") as lines:
        first = lines.readline()
    delimiter = delimiter_of(first)
    header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
    if not any(header):
        needed = FACT_TABLES[path.stem].required if path.stem in FACT_TABLES else ()
        raise _error([_fault("MISSING_HEADER", path, path.stem, "", ", ".join(needed))])
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        faults = [_fault("REPEATED_COLUMN", path, f"{path.stem}.{name}", name, name) for name in repeated]
        raise _error(faults)
    return delimiter, header


def _as_utf8(path: Path, encoding: FileEncoding, folder: Path) -> Path:
    """The file itself where it is UTF-8, otherwise a copy that is; DuckDB reads nothing else."""
    actual = detected(path) if encoding == "auto" else encoding
    if encoding == "auto" and actual == "utf-8":
        return path
    copy = folder / path.name
    with copy.open("w", encoding="utf-8", newline="") as out:
        for text in decoded(path, actual):
            out.write(text)
    return copy


def _quoted(text: object) -> str:
    """A text as SQL writes it."""
    return "'" + str(text).replace("'", "''") + "'"
