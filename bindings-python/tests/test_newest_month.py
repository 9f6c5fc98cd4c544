import datetime as dt
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from lifestage import RequestError, newest_month_end

MONTHS = ["2024-01"] * 2 + ["2024-02"] * 4 + ["2024-03"] * 2 + ["2024-04", "May", None]
MARCH = dt.date(2024, 3, 31)
TABLE = pa.table({"month": MONTHS, "fee": ["1.00"] * len(MONTHS)})


@pytest.mark.parametrize(
    "bills",
    [
        TABLE,
        TABLE.to_batches()[0],
        pa.RecordBatchReader.from_batches(TABLE.schema, TABLE.to_batches()),
        pl.DataFrame(TABLE),
        pl.DataFrame({"month": pl.Series(MONTHS, dtype=pl.Categorical)}),
        pd.DataFrame({"month": MONTHS}),
        duckdb.from_arrow(TABLE),
    ],
    ids=["table", "batch", "reader", "polars", "categories", "pandas", "duckdb"],
)
def test_the_newest_month_has_half_the_bills_of_the_fullest(bills: Any) -> None:
    assert newest_month_end(bills) == MARCH


def test_less_than_half_the_bills_are_bills_that_came_early() -> None:
    assert newest_month_end(pa.table({"month": ["2024-02"] * 5 + ["2024-03"] * 2})) == dt.date(2024, 2, 29)


@pytest.mark.parametrize("kind", [dt.date, dt.datetime])
def test_any_day_of_a_month_stands_for_it(kind: type[dt.date]) -> None:
    days = [kind(2024, 3, 1), kind(2024, 3, 7), kind(2024, 2, 28), kind(2024, 2, 29), kind(2024, 2, 1), None]
    assert newest_month_end(pa.table({"month": days})) == MARCH


@pytest.mark.parametrize("columns", [{"fee": ["1.00"]}, {"month": ["May", None]}, {"month": pa.nulls(0, pa.utf8())}])
def test_bills_without_a_month_are_refused(columns: dict[str, Any]) -> None:
    with pytest.raises(RequestError) as raised:
        newest_month_end(pa.table(columns))
    assert [(fault.code, fault.path) for fault in raised.value.faults] == [("INVALID_VALUE", "bills.month")]
    assert "或自行指定日期" in raised.value.message("zh")


def test_what_is_no_frame_is_refused() -> None:
    with pytest.raises(TypeError, match=r"\.collect\(\)"):
        newest_month_end(pl.LazyFrame({"month": MONTHS}))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="__arrow_c_stream__"):
        newest_month_end([{"month": "2024-05"}])  # type: ignore[arg-type]
