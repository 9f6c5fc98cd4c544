import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from lifestage import ArrowStream, ArrowTable, Engine, RequestError

AS_OF = date(2024, 5, 31)
DECIDED = [
    "stage",
    "tier",
    "reasons",
    "warnings",
    "insufficient",
    "shadow",
    "warnings_mask",
    "insufficient_mask",
    "shadow_mask",
    "error",
]
REPEATED = ["user_id", "customer_id", "status", "months_since_exit"]


def row(number: int) -> dict[str, Any]:
    return {
        "user_id": f"u{number}",
        "status": ["active", "terminated", "prospect"][number % 3],
        "tenure_months": number % 40,
        "fee": [Decimal(200 - number % 190).quantize(Decimal("0.01"))] * 11 + [Decimal("150.00")],
        "complaints_3m": number % 4,
        "community": None if number % 5 else f"c{number}",
    }


ROWS = [row(number) for number in range(60)]
TABLE = pa.Table.from_pylist(ROWS)


def stages(engine: Engine) -> list[str]:
    """What the record form says."""
    request = {"tables": {"view": ROWS}, "params": {"as_of": AS_OF}}
    return [decision["stage"] for decision in engine.call("classify", request)["tables"]["decisions"]]


def codes(fault: pytest.ExceptionInfo[RequestError]) -> list[tuple[str, str]]:
    return [(fault.code, fault.path) for fault in fault.value.faults]


class Stream:
    """A producer of a library that nobody knows."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)


class Array:
    """A producer of one array only."""

    def __init__(self, array: pa.Array | pa.RecordBatch) -> None:
        self.array = array

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]:
        capsules: tuple[object, object] = self.array.__arrow_c_array__(requested_schema)
        return capsules


Make = Callable[[], Any]
KINDS: dict[str, tuple[Make, type, Callable[[Any], list[str]]]] = {
    "polars": (lambda: pl.DataFrame(ROWS), pl.DataFrame, lambda frame: frame["stage"].to_list()),
    "pandas": (lambda: pd.DataFrame(ROWS), pd.DataFrame, lambda frame: frame["stage"].to_list()),
    "pyarrow table": (lambda: TABLE, pa.Table, lambda table: table["stage"].to_pylist()),
    "pyarrow table in chunks": (
        lambda: pa.concat_tables([TABLE.slice(0, 7), TABLE.slice(7, 0), TABLE.slice(7)]),
        pa.Table,
        lambda table: table["stage"].to_pylist(),
    ),
    "pyarrow batch": (lambda: TABLE.to_batches()[0], pa.RecordBatch, lambda batch: batch["stage"].to_pylist()),
    "pyarrow reader": (
        lambda: TABLE.to_reader(max_chunksize=7),
        pa.RecordBatchReader,
        lambda reader: reader.read_all()["stage"].to_pylist(),
    ),
    "duckdb": (
        lambda: duckdb.from_arrow(TABLE),
        duckdb.DuckDBPyRelation,
        lambda relation: [stage for (stage,) in relation.project("stage").fetchall()],
    ),
    "any stream": (lambda: Stream(TABLE), ArrowStream, lambda stream: pa.table(stream)["stage"].to_pylist()),
    "any array": (
        lambda: Array(TABLE.to_batches()[0]),
        ArrowStream,
        lambda stream: pa.table(stream)["stage"].to_pylist(),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_callers_kind_of_frame_comes_back_with_the_decisions_of_records(engine: Engine, kind: str) -> None:
    make, expected, stages_of = KINDS[kind]
    decided = engine.classify(make(), as_of=AS_OF)
    assert isinstance(decided, expected)
    assert stages_of(decided) == stages(engine)


@pytest.mark.parametrize("kind", KINDS)
def test_appended_columns_stand_behind_the_callers(engine: Engine, kind: str) -> None:
    make, expected, stages_of = KINDS[kind]
    decided: Any = engine.classify(make(), as_of=AS_OF, append=True)
    assert isinstance(decided, expected)
    names = pa.schema(decided).names if isinstance(decided, ArrowStream) else None
    if isinstance(decided, (pa.Table, pa.RecordBatch, pa.RecordBatchReader)):
        names = decided.schema.names
    assert (names or list(decided.columns)) == [*TABLE.schema.names, *DECIDED]
    assert stages_of(decided) == stages(engine)


def test_appending_leaves_the_callers_columns_as_they_are(engine: Engine) -> None:
    table: pa.Table = engine.classify(TABLE, as_of=AS_OF, append=True)
    assert table.select(TABLE.schema.names).equals(TABLE)
    polars = pl.DataFrame(ROWS)
    assert engine.classify(polars, as_of=AS_OF, append=True).select(polars.columns).equals(polars)
    pandas = pd.DataFrame(ROWS, index=pd.Index([7] * len(ROWS), name="district"))
    decided = engine.classify(pandas, as_of=AS_OF, append=True)
    pd.testing.assert_frame_equal(decided[pandas.columns], pandas)
    assert isinstance(decided["fee"].iloc[0], list)


@pytest.mark.parametrize(
    "index",
    [pd.RangeIndex(5, 5 + len(ROWS)), pd.Index([row["user_id"] for row in ROWS], name="key")],
    ids=["numbers", "names"],
)
def test_the_index_of_pandas_stays(engine: Engine, index: "pd.Index[Any]") -> None:
    for append in (False, True):
        decided = engine.classify(pd.DataFrame(ROWS, index=index), as_of=AS_OF, append=append)
        pd.testing.assert_index_equal(decided.index, index)


def test_facts_in_the_index_of_pandas_are_read(engine: Engine) -> None:
    decided = engine.classify(pd.DataFrame(ROWS).set_index("user_id"), as_of=AS_OF)
    assert decided["user_id"].to_list() == [row["user_id"] for row in ROWS]


def test_metadata_of_the_callers_columns_stays_when_appending(engine: Engine) -> None:
    table = TABLE.replace_schema_metadata({"owner": "guangxi"})
    metadata = engine.classify(table, as_of=AS_OF, append=True).schema.metadata
    assert (metadata[b"owner"], metadata[b"lifestage.digest"]) == (b"guangxi", engine.policy_digest.encode())


def test_a_column_that_the_result_has_too_is_refused_by_name(engine: Engine) -> None:
    table = TABLE.append_column("tier", [["x"] * len(ROWS)]).append_column("error", [[None] * len(ROWS)])
    with pytest.raises(RequestError, match="rename the column") as raised:
        engine.classify(table, as_of=AS_OF, append=True)
    assert codes(raised) == [("COLUMN_TAKEN", "view.tier"), ("COLUMN_TAKEN", "view.error")]
    columns = engine.classify(table, as_of=AS_OF, append=True, columns=["stage", "user_id"]).schema.names
    assert columns == [*table.schema.names, "stage"]


def test_only_the_columns_asked_for_come_back_in_the_contracts_order(engine: Engine) -> None:
    assert engine.classify(TABLE, as_of=AS_OF).schema.names == REPEATED + DECIDED
    columns = ("tier", "user_id", "stage")
    assert engine.classify(TABLE, as_of=AS_OF, columns=columns).schema.names == ["user_id", "stage", "tier"]
    with pytest.raises(RequestError, match="did you mean `stage`") as raised:
        engine.classify(TABLE, as_of=AS_OF, columns=["stge"])
    assert codes(raised) == [("UNKNOWN_COLUMN", "columns[0]")]


@pytest.mark.parametrize(("unit", "tier"), [("yuan", "high"), ("fen", "low")])
def test_integer_amounts_need_their_unit(engine: Engine, unit: Any, tier: str) -> None:
    table = pa.table({"status": ["active"], "fee": [[200] * 12]})
    with pytest.raises(RequestError, match="fee_minor") as raised:
        engine.classify(table, as_of=AS_OF)
    assert codes(raised) == [("AMOUNT_WITHOUT_UNIT", "view.fee")]
    assert engine.classify(table, as_of=AS_OF, money_unit=unit)["tier"].to_pylist() == [tier]


def bad(rows: int, number: int) -> pa.Table:
    return pa.table({"tenure_months": [-1 if number == place else 1 for place in range(rows)]})


def test_a_row_that_breaks_the_contract_says_why_and_the_others_go_on(engine: Engine) -> None:
    decided = engine.classify(bad(5, 3), as_of=AS_OF)["error"].to_pylist()
    assert [error and (error["code"], error["path"]) for error in decided] == [
        None,
        None,
        None,
        ("INVALID", "tenure_months"),
        None,
    ]


@pytest.mark.parametrize("read", ["frame", "reader", "stream"])
def test_what_a_stream_meets_is_raised_as_the_error_it_is(engine: Engine, read: str) -> None:
    table = pa.concat_tables([bad(5000, -1), bad(5000, 3)])
    with pytest.raises(RequestError) as raised:
        if read == "frame":
            engine.classify(table, as_of=AS_OF, strict=True)
        elif read == "reader":
            engine.classify(table.to_reader(), as_of=AS_OF, strict=True).read_all()
        else:
            list(engine.call_batch("classify", {"view": table}, {"as_of": AS_OF, "strict": True})["decisions"])
    assert codes(raised) == [("INVALID", "view[5003].tenure_months")]


def test_who_reads_the_capsule_sees_the_errors_text(engine: Engine) -> None:
    params = {"as_of": AS_OF, "strict": True}
    stream = engine.call_batch("classify", {"view": pa.table({"status": ["a\0b"]})}, params)["decisions"]
    with pytest.raises(pa.ArrowInvalid, match=r"INVALID view\[0\].status"):
        pa.table(stream)


def test_a_stream_is_decided_as_it_is_read(engine: Engine) -> None:
    read: list[int] = []

    def batches() -> Iterator[pa.RecordBatch]:
        for number in range(5):
            read.append(number)
            yield bad(5000, -1).to_batches()[0]

    source = pa.RecordBatchReader.from_batches(bad(1, -1).schema, batches())
    decided = engine.classify(source, as_of=AS_OF)
    assert read == []
    decided.read_next_batch()
    assert read == [0]
    assert sum(batch.num_rows for batch in decided) == 20_000


def test_a_producer_that_fails_is_named(engine: Engine) -> None:
    def batches() -> Iterator[pa.RecordBatch]:
        yield bad(5000, -1).to_batches()[0]
        raise ValueError("the disk is gone")

    source = pa.RecordBatchReader.from_batches(bad(1, -1).schema, batches())
    with pytest.raises(RequestError, match="the disk is gone") as raised:
        engine.classify(source, as_of=AS_OF).read_all()
    assert codes(raised) == [("INPUT_FAILED", "view")]


@pytest.mark.parametrize(
    ("frame", "error", "said"),
    [
        (ROWS, TypeError, "tables.view must offer __arrow_c_stream__ or __arrow_c_array__"),
        (Array(pa.array([1, 2])), RequestError, "INPUT_FAILED tables.view"),
        (Stream(pa.chunked_array([[1, 2]])), RequestError, "INPUT_FAILED tables.view"),
        (
            Array(pa.StructArray.from_arrays([pa.array([1, 2])], ["a"], mask=pa.array([True, False]))),
            RequestError,
            "null as a whole",
        ),
    ],
    ids=["rows", "numbers", "stream of numbers", "null rows"],
)
def test_what_is_no_table_is_refused(engine: Engine, frame: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        engine.classify(frame, as_of=AS_OF)


def test_tables_without_rows_and_without_columns_come_back_so(engine: Engine) -> None:
    for table in (TABLE.slice(0, 0), pa.table({})):
        assert engine.classify(table, as_of=AS_OF).num_rows == 0
    batch = TABLE.slice(0, 0).combine_chunks().to_batches() or [pa.RecordBatch.from_pylist([], schema=TABLE.schema)]
    assert engine.classify(batch[0], as_of=AS_OF).num_rows == 0
    assert len(engine.classify(pl.DataFrame(), as_of=AS_OF)) == 0


def test_a_stream_is_read_once_and_a_table_as_often_as_one_likes(engine: Engine) -> None:
    stream = engine.call_batch("classify", {"view": TABLE}, {"as_of": AS_OF})["decisions"]
    assert "stage" in pa.schema(stream).names
    table = stream.read_all()
    assert isinstance(table, ArrowTable)
    assert len(table) == len(ROWS)
    assert pa.table(table).equals(pa.table(table))
    for read in (stream.read_all, lambda: list(stream), lambda: pa.table(stream)):
        with pytest.raises(RequestError) as raised:
            read()
        assert codes(raised) == [("CLOSED", "stream")]


def test_a_result_is_itself_a_frame(engine: Engine) -> None:
    view = engine.call_batch("classify", {"view": TABLE}, {"as_of": AS_OF, "append": True})["decisions"]
    columns = ["stage"]
    again = engine.classify(view.read_all(), as_of=AS_OF, columns=columns)
    assert pa.table(again)["stage"].to_pylist() == stages(engine)


def test_tables_and_parameters_are_checked_together(engine: Engine) -> None:
    with pytest.raises(RequestError) as raised:
        engine.call_batch("classify", {"veiw": TABLE}, {"as_of": "today", "columms": []})
    assert {"tables.view", "tables.veiw", "as_of", "columms"} == {path for _, path in codes(raised)}
    with pytest.raises(RequestError) as raised:
        engine.call_batch("version", {})
    assert codes(raised) == [("UNKNOWN_OPERATION", "operation")]


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_results_do_not_depend_on_threads(engine: Engine, threads: int) -> None:
    table = pa.concat_tables([TABLE] * 1000).combine_chunks()
    decided = Engine(threads=threads).classify(table, as_of=AS_OF)
    assert decided.equals(engine.classify(table, as_of=AS_OF))
    assert decided["stage"].to_pylist() == stages(engine) * 1000


def test_the_number_of_threads_is_one_or_more() -> None:
    assert Engine(threads=3).threads == 3
    assert Engine().threads >= 1
    for threads in (0, -1):
        with pytest.raises(ValueError, match="threads must be 1 or more"):
            Engine(threads=threads)


def test_no_library_of_frames_is_imported() -> None:
    libraries = ("duckdb", "numpy", "pandas", "polars", "pyarrow")
    script = f"import sys, lifestage\nlifestage.Engine()\nprint([name for name in {libraries} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, encoding="utf-8")
    assert done.stdout == "[]\n"


USERS = [{"user_id": "u1", "activated_on": date(2023, 1, 5)}, {"user_id": "u2", "activated_on": date(2024, 2, 1)}]
BILLS = [
    {"user_id": "u1", "month": "2024-05", "fee": Decimal("88.50")},
    {"user_id": "u9", "month": "2024-05", "fee": None},
]


@pytest.mark.parametrize(
    ("frame", "rows"), [(pl.DataFrame, pl.DataFrame.to_dicts), (pa.Table.from_pylist, pa.Table.to_pylist)]
)
def test_a_view_is_built_in_the_kind_of_the_first_table(
    engine: Engine, frame: Callable[[Any], Any], rows: Callable[[Any], list[dict[str, Any]]]
) -> None:
    built = engine.build_view({"users": frame(USERS), "bills": pa.Table.from_pylist(BILLS)}, as_of=AS_OF)
    request = {"tables": {"users": USERS, "bills": BILLS}, "params": {"as_of": AS_OF}}
    by_record = engine.call("build_view", request)["tables"]["view"]
    assert [row["tenure_months"] for row in rows(built.view)] == [row["tenure_months"] for row in by_record] == [16, 3]
    assert [(row["table"], row["row"]) for row in rows(built.rejects)] == [("bills", 1)]
    assert {row["table"]: row["used"] for row in rows(built.counts)} == {"users": 2, "bills": 1}
    assert rows(engine.classify(built.view, as_of=AS_OF, columns=["user_id"]))[0] == {"user_id": "u1"}


def test_a_misspelt_column_is_warned_of_and_refused_under_strict() -> None:
    view = pl.DataFrame({"user_id": ["u1"], "status": ["active"], "tenure_month": [30], "ours": [1]})
    with pytest.warns(UserWarning, match="`tenure_month` is not read; did you mean `tenure_months`") as told:
        Engine().classify(view, as_of="2024-05-31")
    assert len(told) == 1
    with pytest.raises(RequestError) as refused:
        Engine().classify(view, as_of="2024-05-31", strict=True)
    assert [(fault.code, fault.suggestion) for fault in refused.value.faults] == [("MISSPELT_COLUMN", "tenure_months")]


def test_a_lazy_frame_is_to_be_collected() -> None:
    with pytest.raises(TypeError, match=r"tables\.view is a LazyFrame.*`\.collect\(\)`"):
        Engine().classify(pl.from_arrow(TABLE).lazy(), as_of=AS_OF)  # type: ignore[union-attr,type-var]


@pytest.mark.parametrize("frame", [pl.DataFrame({"user_id": ["u1"]}), pd.DataFrame({"user_id": ["u1"]})])
def test_a_frame_instead_of_frames_by_name_is_told_how_to_pass(engine: Engine, frame: Any) -> None:
    for call in (partial(engine.call_batch, "classify"), partial(engine.build_view, as_of=AS_OF)):
        with pytest.raises(TypeError, match=r"tables must be frames by name, .* not DataFrame"):
            call(frame)


def test_columns_of_polars_without_any_value_are_unknown(engine: Engine) -> None:
    frame = pl.DataFrame(
        {"user_id": ["u1"], "status": ["active"], "tenure_months": [30], "fee": [[]], "fee_12": [None]}
    )
    decided = engine.classify(frame.drop("fee"), as_of="2024-05-31")
    assert (
        decided["stage"].to_list()
        == engine.classify(frame.drop("fee", "fee_12"), as_of="2024-05-31")["stage"].to_list()
    )
    assert engine.classify(frame.drop("fee_12"), as_of="2024-05-31").height == 1
