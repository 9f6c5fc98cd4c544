"""Customer division over every kind of frame."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from lifestage import Engine, RequestError

POLICY = """
extends = "china-telecom"
[facts.spend]
type = "amount"
en = "spend"
zh = "消费"
[division.statistics]
rows = [{ when = { spend = ">= 100.00" }, then = "key_account" }, { when = { community = "c1" }, then = "public" }]
[division.marketing]
rows = [{ when = { community = ["c1", "c2"] }, then = "north" }]
"""
CUSTOMERS = [
    {"customer_id": "k1", "spend": "100.00", "community": "c2"},
    {"customer_id": "k2", "spend": "99.99", "community": "c1"},
    {"customer_id": "k3", "spend": None, "community": "c1"},
    {"customer_id": "k4", "spend": "1.234", "community": "c1"},
]
LEADS = [
    {"lead_id": "l1", "finder": "community", "statistics_attribute": "key_account", "community": "c1"},
    {"lead_id": "l2", "finder": "key_account", "statistics_attribute": "public", "community": "c1"},
    {"lead_id": "l3", "finder": "key_account", "statistics_attribute": "business", "community": "c1"},
]
KINDS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], list[dict[str, Any]]]]] = {
    "polars": (pl.DataFrame, lambda frame: frame.to_dicts()),
    "pandas": (pd.DataFrame, lambda frame: pa.Table.from_pandas(frame).to_pylist()),
    "pyarrow": (pa.Table.from_pylist, lambda table: table.to_pylist()),
}


@pytest.mark.parametrize("kind", KINDS)
def test_attributes_of_a_frame_are_those_of_records(kind: str) -> None:
    make, rows = KINDS[kind]
    engine = Engine(POLICY)
    assigned = engine.assign_attributes(make(CUSTOMERS))
    request = {"tables": {"customers": CUSTOMERS}, "params": {}}
    expected = engine.call("assign_attributes", request)["tables"]["attributes"]
    found = rows(assigned.attributes)
    for column in set(expected[0]) - {"error"}:
        assert [_plain(row[column]) for row in found] == [row[column] for row in expected], column
    assert [row["statistics_attribute"] for row in expected] == ["key_account", "public", None, None]
    assert [row["error"] and row["error"]["code"] for row in found] == [None, None, None, "INVALID"]
    assert [(row["rows"], row["errors"]) for row in rows(assigned.report)] == [(4, 1)]


@pytest.mark.parametrize("kind", KINDS)
def test_leads_of_a_frame_go_where_those_of_records_go(engine: Engine, kind: str) -> None:
    make, rows = KINDS[kind]
    routes = rows(engine.route_leads(make(LEADS)).routes)
    assert [row["target"] for row in routes] == ["key_account_department", "c1", None]
    assert [row["target_kind"] for row in routes] == ["unit", "community", None]
    assert routes[2]["routing_reason"] == "NO_ROW_MATCHES"


def test_integer_amounts_need_their_unit_and_misspelt_columns_a_look() -> None:
    engine = Engine(POLICY)
    customers = pl.DataFrame({"customer_id": ["k1"], "spend": [10_000], "community": ["c3"]})
    with pytest.raises(RequestError) as refused:
        engine.assign_attributes(customers)
    assert [fault.code for fault in refused.value.faults] == ["AMOUNT_WITHOUT_UNIT"]
    assigned = engine.assign_attributes(customers, money_unit="fen").attributes
    assert assigned["statistics_attribute"].to_list() == ["key_account"]
    with pytest.warns(UserWarning, match="did you mean `community`"):
        engine.assign_attributes(pl.DataFrame({"customer_id": ["k1"], "comunity": ["c1"]}))


def _plain(cell: Any) -> Any:
    """A cell as records have it; pandas has arrays for lists."""
    return cell if cell is None or isinstance(cell, str) else list(cell)
