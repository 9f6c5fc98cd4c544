"""The rules of policies/w1a.toml by hand, for the peers of W1a."""

from datetime import timedelta
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa

from data import AS_OF
from peers import Peer

# The bits of the policy's own rules follow those of the shipped ones.
FIRST_BIT = 15
SOON = AS_OF + timedelta(days=90)


def with_polars(data: Path, _threads: int) -> Peer:
    """One lazy query; the thread pool is set by the environment."""
    frame = pl.read_ipc(data).rechunk().lazy()
    fee = [pl.col(f"fee_minor_{month}") for month in range(1, 13)]
    local = [pl.col(f"local_fee_minor_{month}") for month in range(9, 13)]
    total = sum(fee[1:], fee[0])
    newest, before = fee[9] + fee[10] + fee[11], fee[6] + fee[7] + fee[8]
    active = pl.col("status") != 3
    rules = [
        (local[1] < local[0]) & (local[2] < local[1]) & (local[3] < local[2]) & (local[3] * 5 < local[0] * 4),
        pl.col("complaints_3m") > 2,
        pl.col("repeat_faults_3m") > 3,
        pl.col("foreign_ip_fee_minor_12") > 50_00,
        pl.col("arrears_months") >= 2,
        (pl.col("agreement_ends_on") >= AS_OF).and_(pl.col("agreement_ends_on") <= SOON).fill_null(False),
    ]
    bit = lambda place: pl.lit(1 << (FIRST_BIT + place), pl.UInt64)  # noqa: E731
    none = pl.lit(0, pl.UInt64)
    mask = sum((pl.when(rule).then(bit(place)).otherwise(none) for place, rule in enumerate(rules)), none)
    code = lambda code: pl.lit(code, pl.UInt8)  # noqa: E731
    declining = pl.any_horizontal(rules[:5])
    growing = (pl.col("tenure_months") < 12) | (newest * 10 > before * 11)
    stage = (
        pl.when(~active)
        .then(code(4))
        .when(declining)
        .then(code(3))
        .when(pl.col("tenure_months") < 3)
        .then(code(0))
        .when(growing)
        .then(code(1))
        .otherwise(code(2))
    )
    tier = pl.when(total >= 12 * 150_00).then(code(0)).when(total >= 12 * 60_00).then(code(1)).otherwise(code(2))
    warnings = pl.when(active).then(mask).otherwise(none)
    query = frame.select(stage=stage, tier=tier, warnings=warnings)
    return Peer(pl.__version__, query.collect, pl.DataFrame.to_arrow)


SQL = f"""
SELECT
    CASE
        WHEN status = 3 THEN 4
        WHEN d1 OR d2 OR d3 OR d4 OR d5 THEN 3
        WHEN tenure_months < 3 THEN 0
        WHEN tenure_months < 12 OR newest * 10 > before * 11 THEN 1
        ELSE 2
    END::UTINYINT AS stage,
    CASE WHEN total >= 180000 THEN 0 WHEN total >= 72000 THEN 1 ELSE 2 END::UTINYINT AS tier,
    CASE WHEN status = 3 THEN 0 ELSE
        (d1::UBIGINT + d2::UBIGINT * 2 + d3::UBIGINT * 4 + d4::UBIGINT * 8 + d5::UBIGINT * 16
        + coalesce(expiring, false)::UBIGINT * 32) * {1 << FIRST_BIT}
    END::UBIGINT AS warnings
FROM (
    SELECT
        status, tenure_months,
        local_fee_minor_10 < local_fee_minor_9 AND local_fee_minor_11 < local_fee_minor_10
            AND local_fee_minor_12 < local_fee_minor_11 AND local_fee_minor_12 * 5 < local_fee_minor_9 * 4 AS d1,
        complaints_3m > 2 AS d2,
        repeat_faults_3m > 3 AS d3,
        foreign_ip_fee_minor_12 > 5000 AS d4,
        arrears_months >= 2 AS d5,
        agreement_ends_on BETWEEN DATE '{AS_OF}' AND DATE '{SOON}' AS expiring,
        fee_minor_10 + fee_minor_11 + fee_minor_12 AS newest,
        fee_minor_7 + fee_minor_8 + fee_minor_9 AS before,
        {" + ".join(f"fee_minor_{month}" for month in range(1, 13))} AS total
    FROM customers
)
"""


def with_duckdb(data: Path, threads: int) -> Peer:
    """The customers in a table of DuckDB's own, the result in Arrow."""
    connection = duckdb.connect(config={"threads": threads})
    with pa.memory_map(str(data)) as file:
        given = pa.ipc.open_file(file).read_all()
        connection.execute("CREATE TABLE customers AS SELECT * FROM given")
        del given
    return Peer(duckdb.__version__, lambda: connection.sql(SQL).to_arrow_table(), lambda table: table)
