"""What is made of decisions: customers, summaries and lists, of every kind of frame; handles told in frames."""

import pickle
from collections.abc import Callable
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from lifestage import ArrowStream, Engine, RequestError

AS_OF = "2024-05-31"
VIEW = [
    {
        "user_id": f"u{number:02}",
        "customer_id": None if number % 4 == 0 else f"k{number // 3:02}",
        "status": ["active", "terminated", "active"][number % 3],
        "tenure_months": number,
        "complaints_3m": number % 5,
        "name": f"王{number}",
    }
    for number in range(40)
]
HISTORY = [{"user_id": row["user_id"], "as_of": "2024-04-30", "stage": "C"} for row in VIEW]

Make = Callable[[list[dict[str, Any]]], Any]
KINDS: dict[str, tuple[Make, Callable[[Any], list[dict[str, Any]]]]] = {
    "polars": (pl.DataFrame, lambda frame: frame.to_dicts()),
    "pandas": (pd.DataFrame, lambda frame: pa.Table.from_pandas(frame).to_pylist()),
    "pyarrow": (pa.Table.from_pylist, lambda table: table.to_pylist()),
    "reader": (
        lambda rows: pa.Table.from_pylist(rows).to_reader(max_chunksize=7),
        lambda reader: reader.read_all().to_pylist(),
    ),
    "duckdb": (
        lambda rows: duckdb.from_arrow(pa.Table.from_pylist(rows)),
        lambda relation: table(relation).to_pylist(),
    ),
}


def table(relation: Any) -> pa.Table:
    made: pa.Table = pa.table(relation)
    return made


@pytest.fixture(scope="module")
def by_records() -> dict[str, Any]:
    """What the record forms say."""
    engine = Engine()
    request = {"tables": {"view": VIEW}, "params": {"as_of": AS_OF}}
    decisions = engine.call("classify", request)["tables"]["decisions"]
    told = {"decisions": decisions, "stage_history": HISTORY}
    listed = {"tables": {"view": VIEW, "decisions": decisions}, "params": {"list": "grievances"}}
    return {
        "customers": engine.call("combine_customers", {"tables": {"decisions": decisions}, "params": {}}),
        "summary": engine.call("summarise_stages", {"tables": told, "params": {"as_of": AS_OF}}),
        "warned": engine.call("list_warned", listed),
    }


@pytest.mark.parametrize("kind", KINDS)
def test_decisions_of_a_frame_become_customers_of_the_same_kind(
    engine: Engine, kind: str, by_records: dict[str, Any]
) -> None:
    make, rows = KINDS[kind]
    combined = engine.combine_customers(engine.classify(make(VIEW), as_of=AS_OF))
    expected = by_records["customers"]
    assert [row["customer_id"] for row in rows(combined.customers)] == [
        row["customer_id"] for row in expected["tables"]["customers"]
    ]
    [report] = rows(combined.report)
    assert report["customers"] == expected["report"]["customers"]
    assert rows(combined.rejects) == []


@pytest.mark.parametrize("kind", KINDS)
def test_decisions_and_history_are_counted(engine: Engine, kind: str, by_records: dict[str, Any]) -> None:
    make, rows = KINDS[kind]
    decisions = engine.classify(make(VIEW), as_of=AS_OF)
    summary = engine.summarise_stages(decisions, make(HISTORY), as_of=AS_OF)
    expected = by_records["summary"]["tables"]
    for name in ("stages", "transitions", "warnings", "tiers"):
        found = rows(getattr(summary, name))
        for column in expected[name][0]:
            assert [_plain(row[column]) for row in found] == [row[column] for row in expected[name]], (name, column)


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_masks_personal_columns_unless_they_are_asked_for(
    engine: Engine, kind: str, by_records: dict[str, Any]
) -> None:
    make, rows = KINDS[kind]
    decisions = engine.classify(make(VIEW), as_of=AS_OF)
    expected = by_records["warned"]["tables"]["warned"]
    assert len(expected) > 3
    if kind != "reader":
        masked = rows(engine.list_warned(make(VIEW), decisions, list="grievances"))
        assert [(row["user_id"], row["name"]) for row in masked] == [(row["user_id"], "***") for row in expected]
    shown = rows(engine.list_warned(make(VIEW), decisions, list="grievances", show=["name"]))
    assert [row["name"] for row in shown] == [f"王{int(row['user_id'][1:])}" for row in expected]


def test_a_handle_told_in_frames_is_in_the_state_of_one_told_in_records(engine: Engine) -> None:
    decisions = engine.classify(pa.Table.from_pylist(VIEW), as_of=AS_OF)
    rows = engine.call("classify", {"tables": {"view": VIEW}, "params": {"as_of": AS_OF}})["tables"]["decisions"]
    with engine.open_handle("customers") as told, engine.open_handle("customers") as by_records:
        for part in (decisions.slice(0, 11), decisions.slice(11)):
            answered = told.update_batch({"decisions": part})
            assert {name: type(stream) for name, stream in answered.items()} == {
                "rejects": ArrowStream,
                "report": ArrowStream,
            }
        by_records.update({"tables": {"decisions": rows}})
        assert told.serialise() == by_records.serialise()
        customers = pa.table(told.query_batch()["customers"]).to_pylist()
        assert customers == by_records.query()["tables"]["customers"]
        assert pickle.loads(pickle.dumps(told)).serialise() == told.serialise()
        with pytest.raises(RequestError) as fault:
            told.update_batch({"decision": decisions})
        assert [(fault.code, fault.path) for fault in fault.value.faults] == [
            ("MISSING_KEY", "tables.decisions"),
            ("UNKNOWN_KEY", "tables.decision"),
        ]


def test_decisions_of_other_rows_are_refused(engine: Engine) -> None:
    view = pl.DataFrame(VIEW)
    decisions = engine.classify(view, as_of=AS_OF)
    with pytest.raises(RequestError) as fault:
        engine.list_warned(view, decisions.reverse(), list="grievances")
    assert fault.value.faults[0].path == "tables.decisions[0].user_id"


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, (int, str)) else str(value)


def test_a_misspelt_column_of_any_table_is_warned_of(engine: Engine) -> None:
    users = pl.DataFrame({"user_id": ["u1"], "activated_on": ["2020-01-01"], "terminate_on": ["2024-01-01"]})
    with pytest.warns(UserWarning, match="`users.terminate_on` is not read; did you mean `terminated_on`"):
        engine.build_view({"users": users}, as_of=AS_OF)
    decisions = pl.DataFrame({"user_id": ["u1"], "customerid": ["k1"], "stage": ["C"]})
    for tell in (engine.combine_customers, lambda frame: engine.summarise_stages(frame, as_of=AS_OF)):
        with pytest.warns(UserWarning, match="`customerid` is not read; did you mean `customer_id`"):
            tell(decisions)
    with (
        engine.open_handle("customers") as customers,
        pytest.warns(UserWarning, match="did you mean `customer_id`"),
    ):
        customers.update_batch({"decisions": decisions})


def test_decisions_without_stages_are_refused(engine: Engine) -> None:
    with pytest.raises(RequestError) as fault:
        engine.combine_customers(pl.DataFrame({"user_id": ["u1"], "stages": ["C"]}))
    assert [(fault.code, fault.path) for fault in fault.value.faults] == [("MISSING_COLUMN", "tables.decisions.stage")]


def test_days_of_pandas_are_dates(engine: Engine) -> None:
    days = ["2024-06-15", None]
    frame = pd.DataFrame(
        {"user_id": ["u1", "u2"], "status": ["active"] * 2, "promotion_ends_on": days, "fee_12": 200.0}
    )
    columns = ["warnings", "insufficient", "error"]
    expected = pl.from_pandas(engine.classify(frame, as_of=AS_OF, columns=columns)).to_dicts()
    frame["promotion_ends_on"] = pd.to_datetime(frame["promotion_ends_on"])
    assert pl.from_pandas(engine.classify(frame, as_of=AS_OF, columns=columns)).to_dicts() == expected
    assert expected[0] != expected[1]
    frame["promotion_ends_on"] += pd.Timedelta(hours=3)
    error = engine.classify(frame, as_of=AS_OF)["error"].iloc[0]
    assert (error["code"], error["found"]) == ("INVALID", "2024-06-15 03:00:00")
