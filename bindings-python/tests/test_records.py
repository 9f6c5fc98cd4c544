"""Records of Python: what numpy and pandas hold is taken, what cannot be meant is named by its place."""

import json
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from lifestage import Engine, RequestError
from lifestage.records import json_of

AS_OF = "2024-05-31"


def test_a_row_of_pandas_is_decided_as_its_plain_values(engine: Engine) -> None:
    plain = {"user_id": "u1", "status": "active", "tenure_months": 30, "fee": [100.0] * 11 + [40.5], "community": None}
    row = {**plain, "tenure_months": np.int64(30), "fee": np.array(plain["fee"]), "community": pd.NaT}
    frame = pd.DataFrame([row])
    decided = engine.classify_record(frame.iloc[0].to_dict(), as_of=AS_OF)
    assert decided == engine.classify_record(plain, as_of=AS_OF)
    assert decided["tier"] == "low"


def test_values_of_numpy_and_pandas_are_what_they_are_in_python() -> None:
    record = {
        "flag": np.bool_(True),
        "score": np.float32(0.5),
        "amounts": np.array([Decimal("1.10")], dtype=object),
        "series": pd.Series([1, 2]),
        "missing": [pd.NaT, pd.NA, None],
        "day": date(2024, 5, 31),
        "timestamp": pd.Timestamp("2024-05-31"),
    }
    assert json.loads(json_of(record)) == {
        "flag": True,
        "score": 0.5,
        "amounts": ["1.10"],
        "series": [1, 2],
        "missing": [None, None, None],
        "day": "2024-05-31",
        "timestamp": "2024-05-31",
    }


def test_numbers_that_are_not_finite_are_refused_with_their_places(engine: Engine) -> None:
    record = {"user_id": "u1", "status": "active", "fee": np.array([1.0, np.nan]), "first_bill": float("-inf")}
    with pytest.raises(RequestError) as error:
        engine.classify_record(record, as_of=AS_OF)
    assert [(fault.code, fault.path, fault.found) for fault in error.value.faults] == [
        ("INVALID_VALUE", "record.fee[1]", "NaN"),
        ("INVALID_VALUE", "record.first_bill", "-inf"),
    ]
    assert "record.fee[1] is NaN: pass None where nothing is known" in str(error.value)
    assert "record.fee[1] 为 NaN" in error.value.message("zh")


def test_what_is_no_json_value_is_refused(engine: Engine) -> None:
    with pytest.raises(TypeError, match="object is no JSON value"):
        engine.call("version", {"user": object()})
    circle: list[object] = []
    circle.append(circle)
    with pytest.raises(ValueError, match="Circular"):
        engine.call("version", circle)
