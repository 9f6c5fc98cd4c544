import pickle
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lifestage import Engine, Fault, Prepared, RequestError

AS_OF = date(2024, 5, 31)
FIELDS = [
    "user_id",
    "status",
    "tenure_months",
    "fee",
    "local_fee_12",
    "complaints_3m",
    "agreement_ends_on",
    "previous_stage",
    "previous_since",
    "in_relocation_area",
]
ROWS: list[tuple[Any, ...]] = [
    ("u1", "active", 30, [Decimal("120.00")] * 12, 80.5, 0, date(2024, 6, 15), None, None, True),
    ("u2", "terminated", 3, [], "1.00", 7, "2024-06-15", "D", date(2023, 1, 31), False),
    (3, "active", 30, (200.0, None, 199.99), None, 9, None, "C", "2024-01-31", None),
    ("u4", None, None, None, None, None, None, None, None, None),
    ("u5", "active", -1, [1.0] * 12, 1.0, 0, None, None, None, True),
    ("u6", "gone", 1, [1.0] * 12, 1.0, 0, None, None, None, True),
    ("u7", "active", 1, [1.0] * 13, 1.0, 0, None, None, None, True),
    ("u8", "active", 10**30, [float("inf")], 1e300, True, None, None, None, "yes"),
    ("u9", "active", True, "120.00", 1.0, 2.0, date(2024, 6, 15), None, None, 1),
]
DECIDED = ["stage", "tier", "reasons", "warnings", "insufficient", "shadow", "stage_since"]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.fixture(scope="module")
def prepared(engine: Engine) -> Prepared:
    return engine.prepare(FIELDS, as_of=AS_OF)


def by_record(engine: Engine, values: Sequence[Any]) -> dict[str, Any]:
    """What `classify_record` says; a float that JSON cannot hold is named, as in a column."""
    named = {"inf": "inf"}
    shown = [[named.get(str(item), item) for item in value] if isinstance(value, list) else value for value in values]
    return dict(engine.call("classify_record", {"record": dict(zip(FIELDS, shown, strict=True)), "as_of": AS_OF}))


def by_prepared(prepared: Prepared, values: Any) -> dict[str, Any]:
    decision = prepared(values)
    decided = {name: getattr(decision, name) for name in DECIDED}
    return {
        name: list(value) if isinstance(value, tuple) else value and str(value) for name, value in decided.items()
    } | {"error": decision.error}


@pytest.mark.parametrize("values", ROWS, ids=[str(row[0]) for row in ROWS])
def test_a_prepared_record_decides_as_a_record_does(
    engine: Engine, prepared: Prepared, values: tuple[Any, ...]
) -> None:
    expected = by_record(engine, values)
    fault = expected["error"]
    wanted = {name: expected[name] for name in DECIDED} | {"error": fault and Fault.of(fault)}
    assert by_prepared(prepared, values) == by_prepared(prepared, list(values)) == wanted


def test_values_come_by_name_too(prepared: Prepared) -> None:
    assert prepared(status="terminated").stage == "E"
    assert by_prepared(prepared, ROWS[0])["stage"] == prepared(**dict(zip(FIELDS, ROWS[0], strict=True))).stage
    assert prepared().stage is None


def test_the_fields_are_told(engine: Engine) -> None:
    prepared = engine.prepare(("status", "note"), as_of="2024-05-31")
    assert (prepared.fields, prepared.unread_fields) == (("status", "note"), ("note",))
    assert repr(prepared) == "<Prepared status, note>"


def test_a_decision_shows_itself(prepared: Prepared) -> None:
    assert repr(prepared(ROWS[1])) == "<Decision E None ()>"
    assert repr(prepared(ROWS[4])) == "<Decision error INVALID tenure_months>"


def test_integer_amounts_need_their_unit(engine: Engine) -> None:
    months = ([200] * 12,)
    with pytest.raises(RequestError, match="fee_minor"):
        engine.prepare(["fee"], as_of=AS_OF)(months)
    tiers = {unit: engine.prepare(["fee"], as_of=AS_OF, money_unit=unit)(months).tier for unit in ("yuan", "fen")}
    assert tiers == {"yuan": "high", "fen": "low"}
    assert engine.prepare(["fee_minor"], as_of=AS_OF)(([20_000] * 12,)).tier == "high"


@pytest.mark.parametrize(
    ("values", "error", "said"),
    [
        ((), RequestError, "found 0 values, expected 10, one for each field"),
        ([None] * 11, RequestError, "found 11 values"),
        ("u1", TypeError, "values must be a tuple or a list, not str"),
        ([{1}] + [None] * 9, TypeError, "set is no JSON value"),
        (["\ud800"] + [None] * 9, RequestError, "INVALID_UTF8 values"),
    ],
)
def test_a_wrong_call_is_refused(prepared: Prepared, values: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        prepared(values)


def test_a_name_that_is_no_field_is_refused(prepared: Prepared) -> None:
    with pytest.raises(TypeError, match="no fields of this record: statsu"):
        prepared(statsu="active")
    with pytest.raises(TypeError, match="either values in the fields' order, or by name"):
        prepared(ROWS[0], status="active")


def test_parameters_are_checked_together(engine: Engine) -> None:
    with pytest.raises(RequestError) as raised:
        engine.prepare(["status", 7], as_of="today", money_unit="jiao")  # type: ignore[list-item, arg-type]
    assert {fault.path for fault in raised.value.faults} == {"fields[1]", "as_of", "money_unit"}
    with pytest.raises(RequestError, match="either `fee` or `fee_minor`"):
        engine.prepare(["fee", "fee_minor"], as_of=AS_OF)


def test_it_is_pickled_as_its_engine_and_fields(prepared: Prepared) -> None:
    copy = pickle.loads(pickle.dumps(prepared))
    assert isinstance(copy, Prepared)
    assert copy.fields == prepared.fields
    assert by_prepared(copy, ROWS[2]) == by_prepared(prepared, ROWS[2])


def test_threads_share_it(prepared: Prepared) -> None:
    alone = [by_prepared(prepared, row) for row in ROWS]
    with ThreadPoolExecutor(8) as threads:
        for together in threads.map(lambda _: [by_prepared(prepared, row) for row in ROWS], range(50)):
            assert together == alone
