"""The fact tables: what a host hands over, one row a fact, dated and keyed.

Amounts are yuan, dates civil, months `YYYY-MM`. A host may add columns of its own; they are facts once its policy
declares them. `users` alone is always needed; every other table may be absent, and its facts are then unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

HUNDREDTHS = pa.decimal128(12, 2)
"""Amounts in yuan, minutes and other quantities: exact to two places."""

TEXT = pa.utf8()
DATE = pa.date32()
YES_NO = pa.bool_()


@dataclass(frozen=True)
class Column:
    """One column: its Arrow type, whether every row needs it, and whether it identifies a person or is an amount."""

    name: str
    type: pa.DataType
    required: bool = False
    personal: bool = False
    amount: bool = False

    @property
    def spellings(self) -> tuple[str, ...]:
        """The names under which a table may carry it: an amount may also come in fen."""
        return (self.name, f"{self.name}_minor") if self.amount else (self.name,)


@dataclass(frozen=True)
class FactTable:
    """One table: the columns that identify a row, and all columns in order."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the table with every column."""
        return pa.schema([pa.field(column.name, column.type) for column in self.columns])

    @property
    def column_names(self) -> tuple[str, ...]:
        """Every column's name, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """The columns without which the table cannot be read."""
        return tuple(column.name for column in self.columns if column.required)


RECORDED_ON = Column("recorded_on", DATE)
"""When the host learnt of the row; every table may carry it."""


def _needs(name: str, kind: pa.DataType) -> Column:
    return Column(name, kind, required=True)


def _amount(name: str, required: bool = False) -> Column:
    return Column(name, HUNDREDTHS, required=required, amount=True)


def _personal(name: str) -> Column:
    return Column(name, TEXT, personal=True)


def _table(name: str, key: str, *columns: Column) -> FactTable:
    return FactTable(name, tuple(key.split()), (*columns, RECORDED_ON))


FACT_TABLES: dict[str, FactTable] = {
    table.name: table
    for table in (
        _table(
            "users",
            "user_id activated_on",
            _needs("user_id", TEXT),
            _needs("activated_on", DATE),
            Column("customer_id", TEXT),
            Column("account_id", TEXT),
            Column("terminated_on", DATE),
            Column("suspended_on", DATE),
            Column("join_channel", TEXT),
            Column("community", TEXT),
            Column("plan", TEXT),
            Column("in_relocation_area", YES_NO),
            _personal("name"),
            _personal("phone"),
            _personal("address"),
        ),
        _table(
            "bills",
            "user_id month",
            _needs("user_id", TEXT),
            _needs("month", TEXT),
            _amount("fee", required=True),
            _amount("local_fee"),
            _amount("foreign_ip_fee"),
            Column("minutes", HUNDREDTHS),
            _amount("expected_fee"),
        ),
        _table(
            "events",
            "event_id",
            _needs("event_id", TEXT),
            _needs("user_id", TEXT),
            _needs("on", DATE),
            _needs("kind", TEXT),
            Column("cause", TEXT),
            Column("is_repeat", YES_NO),
        ),
        _table(
            "agreements",
            "agreement_id",
            _needs("agreement_id", TEXT),
            _needs("user_id", TEXT),
            _needs("starts_on", DATE),
            Column("ends_on", DATE),
        ),
        _table(
            "promotions",
            "user_id promotion starts_on",
            _needs("user_id", TEXT),
            _needs("promotion", TEXT),
            _needs("starts_on", DATE),
            Column("ends_on", DATE),
        ),
        _table(
            "holdings",
            "user_id product starts_on",
            _needs("user_id", TEXT),
            _needs("product", TEXT),
            _needs("starts_on", DATE),
            Column("ends_on", DATE),
        ),
        _table(
            "prospects",
            "prospect_id",
            _needs("prospect_id", TEXT),
            Column("uses_competitor", YES_NO),
            Column("community", TEXT),
            _personal("name"),
            _personal("phone"),
            _personal("address"),
        ),
        _table(
            "stage_history",
            "user_id as_of",
            _needs("user_id", TEXT),
            _needs("as_of", DATE),
            _needs("stage", TEXT),
            _needs("stage_since", DATE),
        ),
    )
}
"""Every fact table, by name."""


PERSONAL_COLUMNS = frozenset(
    column.name for table in FACT_TABLES.values() for column in table.columns if column.personal
)
"""The columns that identify a person: masked unless the caller asks for them by name."""
