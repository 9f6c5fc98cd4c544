"""The data of the benchmarks, seeded: two runs see the same rows. Tables in Arrow IPC, records as lines of JSON."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

SEED = 20_240_531
AS_OF = date(2024, 5, 31)
TODAY = (AS_OF - date(1970, 1, 1)).days
MONTHS = range(1, 13)
YUAN = 100
# What a month's fee is of the month before it, by kind of customer.
TRENDS = np.array([0.80, 0.95, 1.00, 1.04, 1.12])
CHANNELS = ["hall", "online", "agent", "retailer", "telesales", "manager"]


def _fees(random: np.random.Generator, rows: int) -> np.ndarray:
    """Twelve months of fees in fen, the oldest first: log-normal around 73 yuan, five classes of trend."""
    level = random.lognormal(np.log(73 * YUAN), 0.6, rows)
    trend = TRENDS[random.choice(5, rows, p=[0.08, 0.22, 0.40, 0.20, 0.10])]
    fees = np.empty((12, rows), np.int64)
    for month in range(12):
        noise = random.normal(1, 0.05, rows)
        fees[month] = level * trend ** ((month - 6) / 2) * noise
    return np.maximum(fees, 1)


def _series(name: str, months: np.ndarray, newest: int = 12) -> dict[str, pa.Array]:
    """The newest months of a series as columns of their own, numbered so that 12 is the newest."""
    return {f"{name}_{month}": pa.array(months[month - 1]) for month in MONTHS if month > 12 - newest}


def _some(random: np.random.Generator, values: np.ndarray, missing: float, kind: pa.DataType) -> pa.Array:
    """Values of which a share is null; what lies in the place of a null is 0."""
    mask = random.random(len(values)) < missing
    return pa.array(np.where(mask, 0, values).astype(np.int32), mask=mask).cast(kind)


def _service(random: np.random.Generator, rows: int) -> dict[str, pa.Array]:
    """What W1a and W1b know of a customer besides its bills."""
    return {
        "tenure_months": pa.array(random.geometric(1 / 40, rows).astype(np.int32) - 1),
        "complaints_3m": pa.array(np.minimum(random.poisson(0.25, rows), 255).astype(np.uint8)),
        "repeat_faults_3m": pa.array(np.minimum(random.poisson(0.35, rows), 255).astype(np.uint8)),
        "agreement_ends_on": _some(random, TODAY + random.integers(0, 720, rows), 0.3, pa.date32()),
        "status": pa.array(np.where(random.random(rows) < 0.04, 3, 1).astype(np.uint8)),
    }


def _small(rows: int, local_months: int) -> dict[str, pa.Array]:
    random = np.random.default_rng(SEED)
    fees = _fees(random, rows)
    local = (fees * random.uniform(0.3, 0.7, rows)).astype(np.int64)
    foreign = np.where(random.random(rows) < 0.1, random.lognormal(np.log(40 * YUAN), 0.5, rows), 0)
    return {
        **_series("fee_minor", fees),
        **_series("local_fee_minor", local, newest=local_months),
        "foreign_ip_fee_minor_12": pa.array(foreign.astype(np.int64)),
        **_service(random, rows),
        "arrears_months": pa.array(np.minimum(random.geometric(0.85, rows) - 1, 255).astype(np.uint8)),
    }


def w1a(rows: int) -> pa.Table:
    """Customers as the small rule set reads them: 148 bytes each."""
    return pa.table(_small(rows, local_months=4))


def w1a_wide(rows: int) -> pa.Table:
    """The same customers with all months of both series: 212 bytes each."""
    return pa.table(_small(rows, local_months=12))


def w1a_nulls(rows: int) -> pa.Table:
    """The same customers, 1 % of every column null."""
    random = np.random.default_rng(SEED + 1)
    table = w1a(rows)
    columns = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        values = column.combine_chunks()
        known = values.is_valid().to_numpy(zero_copy_only=False) & (random.random(rows) >= 0.01)
        plain = values.cast(pa.int32()) if pa.types.is_date(values.type) else values
        columns[name] = pa.array(plain.fill_null(0).to_numpy(), mask=~known).cast(values.type)
    return pa.table(columns)


def w1a_lists(rows: int) -> pa.Table:
    """The customers of `w1a_wide`, each series a column of lists of twelve months."""
    columns = _small(rows, local_months=12)
    lists = {}
    for series in ("fee_minor", "local_fee_minor"):
        months = np.stack([columns.pop(f"{series}_{month}").to_numpy() for month in MONTHS], axis=1)
        lists[series] = pa.FixedSizeListArray.from_arrays(pa.array(months.ravel()), 12)
    return pa.table(lists | columns)


def _full(rows: int, **newest: int) -> dict[str, pa.Array]:
    """What the default policy reads of a customer: of each series as many months as are asked for, else all twelve."""
    random = np.random.default_rng(SEED)
    fees = _fees(random, rows)
    local = (fees * random.uniform(0.3, 0.7, rows)).astype(np.int64)
    minutes = (fees * random.uniform(0.02, 0.04, rows) * random.lognormal(0, 0.2, (12, rows))).astype(np.int64)
    foreign = np.where(random.random(rows) < 0.1, random.lognormal(np.log(40 * YUAN), 0.5, rows), 0)
    terminated = random.random(rows) < 0.04
    first = random.random(rows) < 0.02
    expected = fees[11] * random.uniform(0.3, 1.2, rows)
    days = lambda low, high: TODAY + random.integers(low, high, rows)  # noqa: E731
    series = {"fee_minor": fees, "local_fee_minor": local, "customer_fee_minor": fees, "minutes": minutes}
    months = (_series(name, values, newest.get(name, 12)) for name, values in series.items())
    return {
        **{name: values for columns in months for name, values in columns.items()},
        "foreign_ip_fee_minor_12": pa.array(foreign.astype(np.int64)),
        **_service(random, rows),
        "status": pa.array(np.where(terminated, 3, 1).astype(np.uint8)),
        "months_since_exit": pa.array(
            np.where(terminated, random.integers(0, 30, rows), 0), pa.int32(), mask=~terminated
        ),
        "complaints_last_month": pa.array(random.poisson(0.08, rows).astype(np.uint8)),
        "faults_last_month": pa.array(random.poisson(0.3, rows).astype(np.uint8)),
        "promotion_ends_on": _some(random, days(0, 360), 0.5, pa.date32()),
        "promotion_ended_on": _some(random, days(-360, 0), 0.7, pa.date32()),
        "first_bill_minor": pa.array(np.where(first, fees[11], 0), mask=~first),
        "expected_first_bill_minor": pa.array(expected.astype(np.int64)),
        "join_channel": pa.DictionaryArray.from_arrays(random.integers(0, 6, rows).astype(np.int8), CHANNELS),
        "in_relocation_area": pa.array(random.random(rows) < 0.01),
    }


def w1b(rows: int) -> pa.Table:
    """Customers with the columns that the default policy reads."""
    return pa.table(_full(rows, fee_minor=4, local_fee_minor=4, customer_fee_minor=2, minutes=6))


def _records(columns: dict[str, pa.Array], series: list[str]) -> list[str]:
    """Customers as records in JSON, each series a list of twelve months."""
    cells = {name: column.to_pylist() for name, column in columns.items()}
    for name in series:
        cells[name] = list(zip(*(cells.pop(f"{name}_{month}") for month in MONTHS), strict=True))
    statuses = ["prospect", "active", "suspended", "terminated"]
    cells["status"] = [statuses[code] for code in cells["status"]]
    rows = zip(*cells.values(), strict=True)
    return [json.dumps(dict(zip(cells, row, strict=True)), default=date.isoformat) for row in rows]


def w3(rows: int) -> list[str]:
    """Records of what the small rule set reads: about 350 bytes each."""
    return _records(_small(rows, local_months=12), ["fee_minor", "local_fee_minor"])


def w3_default(rows: int) -> list[str]:
    """Records of what the default policy reads: about 760 bytes each."""
    return _records(_full(rows), ["fee_minor", "local_fee_minor", "customer_fee_minor", "minutes"])


W7_TABLES = ("users", "bills", "events", "agreements")
# The twelve months before AS_OF's is over, the oldest first; and the first day of the three months before AS_OF.
BILL_MONTHS = [date(2023, 6 + month, 1) for month in range(7)] + [date(2024, 1 + month, 1) for month in range(5)]
WINDOW_BEGINS = date(2024, 3, 1)


def _days(days: np.ndarray) -> pa.Array:
    return pa.array(days.astype(np.int32)).cast(pa.date32())


def w7(rows: int) -> dict[str, pa.Table]:
    """Users with twelve bills each in any order, one and a half events and one agreement."""
    random = np.random.default_rng(SEED)
    ids = pa.array([f"U{user:09}" for user in range(rows)])
    of_users = lambda users: ids.take(pa.array(users))  # noqa: E731
    fees = _fees(random, rows)
    bills = random.permutation(12 * rows)
    months = pa.array(BILL_MONTHS, pa.date32())
    events = 3 * rows // 2
    kinds = pa.array(["complaint", "fault"])
    starts = TODAY - random.integers(1, 700, rows)
    return {
        "users": pa.table({"user_id": ids, "activated_on": _days(TODAY - random.integers(400, 4000, rows))}),
        "bills": pa.table(
            {
                "user_id": of_users(bills // 12),
                "month": months.take(pa.array(bills % 12)),
                "fee_minor": pa.array(fees[bills % 12, bills // 12]),
                "local_fee_minor": pa.array(fees[bills % 12, bills // 12] // 2),
            }
        ),
        "events": pa.table(
            {
                "event_id": pa.array([f"E{event:09}" for event in range(events)]),
                "user_id": of_users(random.integers(0, rows, events)),
                "on": _days(TODAY - random.integers(0, 365, events)),
                "kind": kinds.take(pa.array(random.integers(0, 2, events))),
                "is_repeat": pa.array(random.random(events) < 0.2),
            }
        ),
        "agreements": pa.table(
            {
                "agreement_id": pa.array([f"A{agreement:09}" for agreement in range(rows)]),
                "user_id": of_users(random.permutation(rows)),
                "starts_on": _days(starts),
                "ends_on": _days(starts + 365),
            }
        ),
    }


GENERATORS: dict[str, Callable[[int], pa.Table | dict[str, pa.Table] | list[str]]] = {
    f.__name__: f for f in (w1a, w1a_nulls, w1a_wide, w1a_lists, w1b, w3, w3_default, w7)
}


def make(name: str, rows: int, folder: Path) -> Path:
    """The file of so many rows or records, or the folder of several tables; made unless it is there."""
    path = folder / f"{name}-{rows}"
    if not path.exists():
        made = GENERATORS[name](rows)
        part = path.with_suffix(".part")
        if isinstance(made, dict):
            part.mkdir(exist_ok=True)
            for table in made:
                _write(made[table], part / f"{table}.arrow")
        elif isinstance(made, list):
            part.write_text("".join(f"{record}\n" for record in made))
        else:
            _write(made, part)
        part.rename(path)
    return path


def _write(table: pa.Table, path: Path) -> None:
    """Writes a table as one batch."""
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table.combine_chunks())
