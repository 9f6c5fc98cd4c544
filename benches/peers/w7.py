"""W7 by hand: bills pivoted to twelve months, events counted in a window, the nearest end of an agreement."""

from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa

from data import AS_OF, BILL_MONTHS, W7_TABLES, WINDOW_BEGINS
from peers import Peer

SERIES = ("fee", "local_fee")


def with_polars(data: Path, _threads: int) -> Peer:
    """Aggregates a user, joined; the months by conditions within one group, which beats `pivot` and joins a month."""
    users, bills, events, agreements = (pl.read_ipc(data / f"{name}.arrow").rechunk().lazy() for name in W7_TABLES)
    months = [
        pl.col(f"{series}_minor").filter(pl.col("month") == month).first().alias(f"{series}_{place}")
        for series in SERIES
        for place, month in enumerate(BILL_MONTHS, 1)
    ]
    in_window = events.filter(pl.col("on") >= WINDOW_BEGINS, pl.col("on") <= AS_OF)
    counted = in_window.group_by("user_id").agg(
        complaints_3m=(pl.col("kind") == "complaint").sum().cast(pl.Int64),
        repeat_faults_3m=((pl.col("kind") == "fault") & pl.col("is_repeat")).sum().cast(pl.Int64),
    )
    nearest = (
        agreements.filter(pl.col("starts_on") <= AS_OF, pl.col("ends_on") >= AS_OF)
        .group_by("user_id")
        .agg(agreement_ends_on=pl.col("ends_on").min())
    )
    query = (
        users.select("user_id")
        .join(bills.group_by("user_id").agg(months), on="user_id", how="left")
        .join(counted, on="user_id", how="left")
        .join(nearest, on="user_id", how="left")
        .with_columns(pl.col("complaints_3m", "repeat_faults_3m").fill_null(0))
        .sort("user_id")
    )
    return Peer(pl.__version__, query.collect, pl.DataFrame.to_arrow)


MONTHS = ",\n".join(
    f"        max({series}_minor) FILTER (month = DATE '{month}') AS {series}_{place}"
    for series in SERIES
    for place, month in enumerate(BILL_MONTHS, 1)
)
SQL = f"""
WITH billed AS (
    SELECT user_id,
{MONTHS}
    FROM bills GROUP BY user_id
), counted AS (
    SELECT user_id,
        count(*) FILTER (kind = 'complaint') AS complaints_3m,
        count(*) FILTER (kind = 'fault' AND is_repeat) AS repeat_faults_3m
    FROM events WHERE "on" BETWEEN DATE '{WINDOW_BEGINS}' AND DATE '{AS_OF}' GROUP BY user_id
), nearest AS (
    SELECT user_id, min(ends_on) AS agreement_ends_on
    FROM agreements WHERE starts_on <= DATE '{AS_OF}' AND ends_on >= DATE '{AS_OF}' GROUP BY user_id
)
SELECT users.user_id, billed.* EXCLUDE (user_id),
    coalesce(complaints_3m, 0) AS complaints_3m, coalesce(repeat_faults_3m, 0) AS repeat_faults_3m, agreement_ends_on
FROM users LEFT JOIN billed USING (user_id) LEFT JOIN counted USING (user_id) LEFT JOIN nearest USING (user_id)
ORDER BY users.user_id
"""


def with_duckdb(data: Path, threads: int) -> Peer:
    """Aggregates a user, joined, over tables of DuckDB's own; the result in Arrow."""
    connection = duckdb.connect(config={"threads": threads})
    for name in W7_TABLES:
        with pa.memory_map(str(data / f"{name}.arrow")) as file:
            connection.register("given", pa.ipc.open_file(file).read_all())
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
            connection.unregister("given")
    return Peer(duckdb.__version__, lambda: connection.sql(SQL).to_arrow_table(), lambda table: table)
