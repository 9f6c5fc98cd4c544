"""Files of any shape into the customer view: a mapping says which expression over a file's columns is which fact.

A mapping is TOML; expressions are those of DuckDB's SQL, so a plain column is its name:

    as_of = 2024-05-31               # the end of this day
    money_unit = "yuan"              # what integer amounts count, or "fen"; without it they are refused
    nulls = ["NA"]                   # what stands for null in a CSV file, beside nothing

    [facts]
    user_id = "CustomerID"
    status = "'active'"
    tenure_months = "days_on_network // 30"
    fee = ["bill_march", "bill_april", "bill_may"]       # a series, the newest last

    [labels]
    churn = "left = 'Yes'"           # what became of the user: true, false, or null where nobody knows
"""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast, get_args

import duckdb
import pyarrow as pa

from lifestage.errors import Fault, RequestError
from lifestage.file_faults import told
from lifestage.records import MoneyUnit

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

KEYS: Final = ("as_of", "facts", "labels", "money_unit", "nulls")


class MappingError(RequestError):
    """A mapping cannot be read, or does not fit its file."""

    @classmethod
    def of(
        cls, path: Path, code: str, place: str, found: str, expected: str, suggestion: str | None = None
    ) -> MappingError:
        """The error of one fault, in a mapping or in the file that it is about."""
        faults = [Fault(code, place, found, expected, "", suggestion, str(path))]
        return cls(faults, *told(faults))


@dataclass(frozen=True)
class Mapping:
    """Which expression over a file's columns is which fact."""

    path: Path
    as_of: dt.date | None
    facts: dict[str, str]
    """The expression of each fact."""
    labels: dict[str, str]
    """The expression of each label."""
    nulls: tuple[str, ...] = ()
    money_unit: MoneyUnit | None = None

    @classmethod
    def open(cls, path: Path) -> Mapping:
        """Reads a mapping.

        Raises:
            MappingError: It is no TOML, or holds what no mapping holds.
        """
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise MappingError.of(path, "SYNTAX", "", str(error), "TOML") from error
        for key in document:
            if key not in KEYS:
                raise MappingError.of(path, "UNKNOWN_KEY", key, key, ", ".join(KEYS))
        if not document.get("facts"):
            raise MappingError.of(path, "MISSING_KEY", "facts", "", "[facts]")
        as_of = document.get("as_of")
        if not isinstance(as_of, dt.date | None):
            raise MappingError.of(path, "WRONG_TYPE", "as_of", str(as_of), "2024-05-31")
        return cls(
            path=path,
            as_of=as_of,
            facts=_expressions(path, document, "facts"),
            labels=_expressions(path, document, "labels"),
            nulls=tuple(document.get("nulls", ())),
            money_unit=_money_unit(path, document.get("money_unit")),
        )


@dataclass(frozen=True)
class Mapped:
    """A file's rows as a view, in the file's order, and the label of each row where one was asked for."""

    view: pa.Table
    label: pa.ChunkedArray | None


def map_file(mapping: Mapping, file: Path, label: str | None = None) -> Mapped:
    """Turns a file, CSV (also compressed) or Parquet, into a view.

    Raises:
        MappingError: An expression does not fit the file, there is no such label, or the file cannot be read.
    """
    if label is not None and label not in mapping.labels:
        raise MappingError.of(mapping.path, "MISSING_KEY", f"labels.{label}", "", ", ".join(mapping.labels))
    expressions = {f"facts.{name}": expression for name, expression in mapping.facts.items()}
    if label is not None:
        expressions[f"labels.{label}"] = f"({mapping.labels[label]})::BOOLEAN"
    with duckdb.connect() as connection:
        _read(connection, mapping, file)
        view = _select(connection, mapping, expressions)
    names = [name.partition(".")[2] for name in view.column_names]
    if label is None:
        return Mapped(view.rename_columns(names), None)
    return Mapped(view.rename_columns(names).select(range(len(names) - 1)), view[f"labels.{label}"])


def _read(connection: duckdb.DuckDBPyConnection, mapping: Mapping, file: Path) -> None:
    """Reads the file; after that, expressions reach nothing but its columns."""
    is_parquet = file.suffix == ".parquet"
    source = "read_parquet($file)" if is_parquet else "read_csv($file, header=true, nullstr=$nulls, sample_size=-1)"
    values: dict[str, Any] = {"file": str(file)}
    if not is_parquet:
        values["nulls"] = ["", *mapping.nulls]
    try:
        connection.execute(f"CREATE TABLE file AS FROM {source}", values)
    except duckdb.Error as error:
        raise MappingError.of(file, "UNREADABLE_FILE", "", _first_line(error), "CSV, Parquet") from error
    connection.execute("SET enable_external_access = false; SET lock_configuration = true")


def _select(connection: duckdb.DuckDBPyConnection, mapping: Mapping, expressions: dict[str, str]) -> pa.Table:
    columns = ", ".join(f'{expression} AS "{name}"' for name, expression in expressions.items())
    try:
        view = connection.sql(f"SELECT {columns} FROM file ORDER BY rowid").to_arrow_table()
    except duckdb.Error as error:
        place, columns = _faulty(connection, expressions), _columns(connection)
        raise MappingError.of(mapping.path, "INVALID_EXPRESSION", place, _first_line(error), columns) from error
    rows = connection.sql("SELECT count(*) FROM file").fetchall()[0][0]
    if len(view) != rows:
        raise MappingError.of(mapping.path, "INVALID_EXPRESSION", "facts", f"{len(view)} rows", f"{rows} rows")
    return view


def _faulty(connection: duckdb.DuckDBPyConnection, expressions: dict[str, str]) -> str:
    """The first expression that fails by itself."""
    for name, expression in expressions.items():
        try:
            connection.sql(f"SELECT {expression} FROM file").fetchall()
        except duckdb.Error:
            return name
    return ""


def _columns(connection: duckdb.DuckDBPyConnection) -> str:
    return ", ".join(row[0] for row in connection.sql("DESCRIBE file").fetchall())


def _money_unit(path: Path, written: object) -> MoneyUnit | None:
    for unit in (None, *get_args(MoneyUnit)):
        if written == unit:
            return cast(MoneyUnit | None, unit)
    raise MappingError.of(path, "WRONG_TYPE", "money_unit", str(written), " | ".join(get_args(MoneyUnit)))


def _expressions(path: Path, document: dict[str, Any], key: str) -> dict[str, str]:
    table = document.get(key, {})
    if not isinstance(table, dict):
        raise MappingError.of(path, "WRONG_TYPE", key, str(table), f"[{key}]")
    return {name: _expression(path, f"{key}.{name}", written) for name, written in table.items()}


def _expression(path: Path, place: str, written: object) -> str:
    if isinstance(written, str):
        return written
    if isinstance(written, list) and written and all(isinstance(month, str) for month in written):
        return f"[{', '.join(written)}]"
    raise MappingError.of(path, "WRONG_TYPE", place, str(written), '"…" | ["…", "…"]')


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
