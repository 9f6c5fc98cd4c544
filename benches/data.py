"""The data of the benchmarks, seeded: two runs see the same rows. Tables in Arrow IPC, records as lines of JSON."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

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


W6_REGISTRY = ("contracts", "customers", "boxes", "segments", "billing_areas")
CONTRACTS, CUSTOMERS, BOXES, SEGMENTS, BILLING_AREAS = 5_000_000, 4_000_000, 200_000, 50_000, 110
CITIES = ["南宁", "柳州", "桂林", "梧州", "北海", "玉林", "百色", "河池", "钦州", "贵港"]


def _codes(prefix: str, numbers: np.ndarray, digits: int, missing: np.ndarray | None = None) -> pa.Array:
    """Codes such as `S00042`, null where they are missing."""
    codes = pc.utf8_lpad(pa.array(numbers, mask=missing).cast(pa.string()), digits, "0")
    return pc.binary_join_element_wise(prefix, codes, "")


def _communities(random: np.random.Generator, rows: int) -> pa.Array:
    return _codes("S", random.integers(0, 4_000, rows), 5)


def _contracted_areas(random: np.random.Generator, rows: int) -> pa.Array:
    return _codes("T", random.integers(0, 300, rows), 4)


def _boxes(numbers: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    """Boxes such as `南宁J000120`."""
    cities = pa.array(CITIES).take(pa.array(numbers % len(CITIES)))
    return pc.binary_join_element_wise(cities, _codes("J", numbers, 6, missing), "")


def _segments(random: np.random.Generator) -> pa.Table:
    """Number segments, nested: 4 area codes, 700 exchanges in each of 10, thousands of these, ranges in thousands."""
    codes = np.arange(770, 774)
    exchanges = (np.arange(770, 780)[:, None] * 1_000 + np.arange(200, 900)).ravel()
    thousands = (exchanges[:, None] * 10 + np.arange(10)).ravel()
    prefixes = np.concatenate([codes, exchanges, random.choice(thousands, 23_000, replace=False)])
    ranges = SEGMENTS - len(prefixes)
    firsts = random.choice(thousands, ranges, replace=False) * 1_000 + random.integers(0, 600, ranges)
    lasts = firsts + random.integers(10, 400, ranges)
    is_range = np.arange(SEGMENTS) >= len(prefixes)
    is_contracted = random.random(SEGMENTS) < 0.3
    is_contracted[: len(codes)] = True
    placed = lambda numbers: np.concatenate([prefixes, numbers])  # noqa: E731
    return pa.table(
        {
            "prefix": _codes("0", placed(firsts), 3, is_range),
            "from": _codes("0", placed(firsts), 10, ~is_range),
            "to": _codes("0", placed(lasts), 10, ~is_range),
            "community": pc.if_else(pa.array(is_contracted), None, _communities(random, SEGMENTS)),
            "contracted_area": pc.if_else(pa.array(is_contracted), _contracted_areas(random, SEGMENTS), None),
        }
    )


def _registry(random: np.random.Generator, accounts: pa.Array) -> dict[str, pa.Table]:
    """What new users are placed against; every customer has a contract, the others are anyone's."""
    owners = np.concatenate([random.permutation(CUSTOMERS), random.integers(0, CUSTOMERS, CONTRACTS - CUSTOMERS)])
    is_contracted = pa.array(random.random(CUSTOMERS) < 0.1)
    areas = np.arange(BILLING_AREAS)
    customers = {
        "customer_id": _codes("2771", np.arange(CUSTOMERS), 9),
        "community": pc.if_else(is_contracted, _contracted_areas(random, CUSTOMERS), _communities(random, CUSTOMERS)),
        "box": _boxes(random.integers(0, BOXES, CUSTOMERS), random.random(CUSTOMERS) < 0.15),
    }
    return {
        "contracts": pa.table({"account_id": accounts, "customer_id": _codes("2771", owners, 9)}),
        "customers": pa.table(customers),
        "boxes": pa.table({"box": _boxes(np.arange(BOXES)), "community": _communities(random, BOXES)}),
        "segments": _segments(random),
        "billing_areas": pa.table(
            {"billing_area": _codes("B", areas, 3), "unassigned_community": _codes("U", areas, 3, areas < 2)}
        ),
    }


def _new_users(random: np.random.Generator, accounts: pa.Array, rows: int) -> pa.Table:
    """New users: 35 % have a contract that is known, 50 % a new one (every ninth of them an earlier user's), 15 % none.

    60 % have a box that is known, 5 % another, 35 % none; 63 % a number of the region, 27 % a mobile one, 10 % none;
    2 % no billing area, 1 % an unknown one. Whether line data has come, 30 % say.
    """
    contract = np.where(
        random.random(rows) < 35 / 85,
        random.integers(0, CONTRACTS, rows),
        random.integers(CONTRACTS, len(accounts), rows),
    )
    box = np.where(random.random(rows) < 60 / 65, 0, BOXES) + random.integers(0, BOXES, rows)
    has_no_box, has_no_number = random.random(rows) < 0.35, random.random(rows) < 0.1
    region = 770 + random.integers(0, 10, rows)
    local = region * 10_000_000 + random.integers(1_000_000, 10_000_000, rows)
    mobile = random.integers(3_000_000_000, 10_000_000_000, rows)
    is_mobile = pa.array(random.random(rows) < 0.3)
    return pa.table(
        {
            "user_id": _codes("U", np.arange(rows), 9),
            "account_id": accounts.take(pa.array(contract, mask=random.random(rows) < 0.15)),
            "service_number": pc.if_else(
                is_mobile, _codes("1", mobile, 10, has_no_number), _codes("0", local, 10, has_no_number)
            ),
            "box": _boxes(box, has_no_box),
            "billing_area": _codes("B", random.integers(0, BILLING_AREAS + 1, rows), 3, random.random(rows) < 0.02),
            "activated_on": _days(TODAY - random.integers(0, 31, rows)),
            "has_line_data": pa.array(~has_no_box, mask=random.random(rows) < 0.7),
        }
    )


def w6(rows: int) -> dict[str, pa.Table]:
    """New users, and the registry that they are placed against."""
    random = np.random.default_rng(SEED)
    accounts = 771_000_000_000 + np.cumsum(random.integers(1, 2_000, CONTRACTS + 2 * rows))
    accounts = pa.array(random.permutation(accounts)).cast(pa.string())
    return {**_registry(random, accounts[:CONTRACTS]), "users": _new_users(random, accounts, rows)}


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
    f.__name__: f for f in (w1a, w1a_nulls, w1a_wide, w1a_lists, w1b, w3, w3_default, w6, w7)
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
