"""The generated operator: the same for the same seed, true to the contract, its churn process as stated."""

import datetime as dt
import hashlib
import json
import math
from collections import Counter, defaultdict
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from lifestage.fact_tables import FACT_TABLES
from lifestage.operator import Operator, generate
from lifestage.operator.churn import COMPLAINING, FADING, FOREIGN, SIGNS
from lifestage.operator.dirt import REASONS
from lifestage.operator.generate import CHUNK, Chunk, chunk

Row = dict[str, Any]

AS_OF = dt.date(2024, 5, 31)
SMALL = Operator(customers=1_500, seed=7)


@pytest.fixture(scope="module")
def small() -> Chunk:
    return chunk(SMALL, 0)


@pytest.fixture(scope="module")
def whole() -> Chunk:
    """As many customers as one chunk has, for rates."""
    return chunk(Operator(customers=CHUNK), 0)


def digest(tables: dict[str, pa.Table]) -> str:
    text = "".join(repr(table.to_pylist()) for table in tables.values())
    return hashlib.sha256(text.encode()).hexdigest()


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


# ---- The same for the same seed -----------------------------------------------------------------------------------


def test_the_operator_is_the_same_on_every_machine(small: Chunk) -> None:
    known = "03ab05ed9b8147dd5dac030a162a3d02d98626f8084d476b682ea46550dd068a"
    assert digest({**small.tables, "truth": small.truth}) == known


@pytest.mark.parametrize(("file_format", "encoding"), [("parquet", "utf-8"), ("csv", "utf-8"), ("csv", "gb18030")])
def test_the_same_seed_writes_the_same_bytes(tmp_path: Path, file_format: Any, encoding: Any) -> None:
    operator = Operator(customers=300, months=6, seed=3)
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        generate(operator, folder, file_format, encoding)
    assert files(first) == files(second)
    others = {name for name in files(first) if "/" in name}
    assert len(files(first)) == len(FACT_TABLES) + len(others)
    folders = Counter(name.partition("/")[0] for name in others)
    assert folders == {"truth": 2, "registry": 6, "organisation": 4}


def test_another_seed_is_another_operator() -> None:
    tables = [chunk(Operator(customers=300, seed=seed), 0).tables for seed in (1, 2)]
    for name in FACT_TABLES:
        assert not tables[0][name].equals(tables[1][name]), name


def test_a_chunk_does_not_depend_on_how_many_follow() -> None:
    alone, first_of_two = (chunk(Operator(customers=customers), 0) for customers in (CHUNK, CHUNK + 1))
    assert all(alone.tables[name].equals(first_of_two.tables[name]) for name in FACT_TABLES)


def test_chunks_share_no_user_and_no_prospect() -> None:
    first, second = (chunk(Operator(customers=CHUNK + 100), number) for number in (0, 1))
    for table, column in (("users", "user_id"), ("prospects", "prospect_id"), ("events", "event_id")):
        ids = [set(part.tables[table][column].drop_null().to_pylist()) for part in (first, second)]
        assert not ids[0] & ids[1]


def test_csv_holds_what_parquet_holds(tmp_path: Path) -> None:
    operator = Operator(customers=50, months=6)
    generate(operator, tmp_path / "csv", "csv", "gb18030")
    text = (tmp_path / "csv" / "users.csv").read_bytes().decode("gb18030")
    users = chunk(operator, 0).tables["users"]
    assert text.count("\n") == users.num_rows + 1
    assert all(name in text for name in users["name"].to_pylist())


def test_a_table_is_not_written_beside_itself_in_another_format(tmp_path: Path) -> None:
    generate(Operator(customers=10, months=4), tmp_path, "parquet")
    with pytest.raises(FileExistsError) as error:
        generate(Operator(customers=10, months=4), tmp_path, "csv")
    assert error.value.filename == str(tmp_path / "users.parquet")


@pytest.mark.parametrize("wrong", [{"customers": 0}, {"months": 0}, {"seed": -1}, {"customers": 10**9}])
def test_an_operator_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Operator(**wrong)


@pytest.mark.parametrize("as_of", [dt.date(2024, 2, 29), dt.date(2024, 5, 15), dt.date(2023, 12, 31)])
@pytest.mark.parametrize("months", [1, 3, 24])
def test_any_day_and_any_number_of_months_make_an_operator(as_of: dt.date, months: int) -> None:
    made = chunk(Operator(customers=400, months=months, as_of=as_of), 0)
    next_day = as_of + dt.timedelta(days=1)
    whole_months = {month for month in set(made.tables["bills"]["month"].to_pylist()) if month < f"{next_day:%Y-%m}"}
    assert len(whole_months) == months
    assert recount(made.tables, as_of) == made.counts


# ---- True to the contract -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FACT_TABLES)
def test_columns_have_the_contracts_types(small: Chunk, name: str) -> None:
    table, contract = small.tables[name], FACT_TABLES[name].schema
    for column in table.schema:
        assert column.type == contract.field(column.name).type
    assert set(table.column_names) - {"recorded_on"} == set(contract.names) - {"recorded_on"}


def test_every_row_counts_or_is_bad_for_the_reason_counted(small: Chunk) -> None:
    assert recount(small.tables, AS_OF) == small.counts


def test_every_table_has_bad_rows_of_every_sort_it_can_have(small: Chunk) -> None:
    for name, counts in small.counts.items():
        possible = set(REASONS) - ({"orphan"} if name in ("users", "prospects") else set())
        assert all(counts[reason] > 0 for reason in possible), name


def test_counts_and_truth_are_written_apart_from_the_facts(tmp_path: Path) -> None:
    generated = generate(SMALL, tmp_path)
    assert json.loads((tmp_path / "truth" / "counts.json").read_text()) == generated.counts
    for name in FACT_TABLES:
        table = pq.read_table(tmp_path / f"{name}.parquet")
        assert table.num_rows == generated.rows(name)
        assert not {"state", "leaves_on"} & set(table.column_names)
    truth = pq.read_table(tmp_path / "truth" / "truth.parquet")
    assert truth.schema.names == ["user_id", "state", *(sign.name for sign in SIGNS), "leaves_on"]


def test_the_facts_know_nothing_of_the_days_after(small: Chunk) -> None:
    for column in ("terminated_on", "suspended_on"):
        assert pc.max(small.tables["users"][column]).as_py() <= AS_OF


def test_people_are_nobody(small: Chunk) -> None:
    for table in ("users", "prospects"):
        for phone in small.tables[table]["phone"].to_pylist():
            assert phone.startswith(("0999-0", "1000")), "a local number never begins with 0, a mobile never with 100"


def test_some_customers_have_several_users_and_some_users_several_periods(whole: Chunk) -> None:
    users = whole.tables["users"].filter(pc.less_equal(whole.tables["users"]["activated_on"], pa.scalar(AS_OF)))
    by_customer = defaultdict(set)
    periods: defaultdict[str, set[dt.date]] = defaultdict(set)
    for row in users.select(["user_id", "customer_id", "activated_on"]).to_pylist():
        by_customer[row["customer_id"]].add(row["user_id"])
        periods[row["user_id"]].add(row["activated_on"])
    assert sum(len(ids) > 1 for ids in by_customer.values()) > len(by_customer) / 5
    assert sum(len(starts) > 1 for starts in periods.values()) > 100


# ---- The churn process --------------------------------------------------------------------------------------------


def share_is(rows: list[Row], condition: Any, stated: float) -> bool:
    """Whether as many rows fulfil a condition as stated, within four standard deviations."""
    share = sum(map(bool, map(condition, rows))) / len(rows)
    return abs(share - stated) < 4 * math.sqrt(stated * (1 - stated) / len(rows))


def test_users_show_each_sign_as_often_as_stated(whole: Chunk) -> None:
    truth = whole.truth.to_pylist()
    for state in ("leaving", "drifting"):
        users = [row for row in truth if row["state"] == state]
        assert len(users) > 500
        for sign in SIGNS:
            assert share_is(users, lambda row, sign=sign: row[sign.name], getattr(sign, state) / 10_000), sign


def test_some_leave_in_silence_and_some_who_show_signs_stay(whole: Chunk) -> None:
    truth = whole.truth.to_pylist()

    def shows(row: Row) -> bool:
        return any(row[sign.name] for sign in SIGNS)

    leaving = [row for row in truth if row["state"] == "leaving"]
    silent = math.prod(1 - sign.leaving / 10_000 for sign in SIGNS)
    assert share_is(leaving, lambda row: not shows(row), silent)
    assert sum(row["leaves_on"] is not None and row["state"] == "content" for row in truth) > 50
    assert sum(row["leaves_on"] is None and shows(row) for row in truth) > 300
    assert not any(shows(row) for row in truth if row["state"] in ("content", "gone"))


def test_leavers_leave_within_three_months_after(whole: Chunk) -> None:
    days = [day for day in whole.truth["leaves_on"].to_pylist() if day]
    in_service = sum(state != "gone" for state in whole.truth["state"].to_pylist())
    assert min(days) > AS_OF
    assert max(days) <= dt.date(2024, 8, 31)
    assert 0.02 < len(days) / in_service < 0.05


def test_signs_can_be_seen_in_the_facts(whole: Chunk) -> None:
    """Of users who leave in the month after, and have thus been leaving for three months at least."""
    soon = [row for row in whole.truth.to_pylist() if row["leaves_on"] and row["leaves_on"].month == 6]
    by_sign = [{row["user_id"] for row in soon if row[sign.name]} for sign in SIGNS]
    bills: defaultdict[str, dict[str, Row]] = defaultdict(dict)
    for row in whole.tables["bills"].to_pylist():
        if row["minutes"] != Decimal(-1) and row["fee"] != Decimal("999.99"):
            bills[row["user_id"]][row["month"]] = row
    complaints = Counter(
        row["user_id"]
        for row in whole.tables["events"].to_pylist()
        if row["kind"] == "complaint" and dt.date(2024, 2, 29) < row["on"] <= AS_OF
    )

    def fades(user: str, column: str) -> bool:
        fees = [bills[user].get(f"2024-0{month}", {}).get(column) for month in (2, 3, 4, 5)]
        return all(old and new is not None and new < old * Decimal("0.8") for old, new in pairwise(fees))

    assert all(len(by_sign[sign]) > 30 for sign in (FADING, COMPLAINING, FOREIGN))
    assert sum(fades(user, "fee") for user in by_sign[FADING]) > 0.9 * len(by_sign[FADING])
    assert sum(fades(user, "local_fee") for user in by_sign[FADING]) > 0.9 * len(by_sign[FADING])
    assert sum(complaints[user] >= 2 for user in by_sign[COMPLAINING]) > 0.8 * len(by_sign[COMPLAINING])
    for user in by_sign[FOREIGN]:
        bill = bills[user].get("2024-05")
        assert bill is None or bill["foreign_ip_fee"] > 50


# ---- Counting bad rows a second time, by the contract's words ------------------------------------------------------


def recount(tables: dict[str, pa.Table], as_of: dt.date) -> dict[str, dict[str, int]]:
    """How many rows of each table are late, invalid, orphans, duplicates, conflicts and used."""
    overlapping = overlapping_periods(tables["users"].to_pylist(), as_of)
    counts: dict[str, dict[str, int]] = {}
    people: dict[str, set[Any]] = {"users": set(), "prospects": set()}
    for name in sorted(tables, key=lambda name: name not in people):
        table = tables[name]
        reasons: Counter[str] = Counter()
        values: defaultdict[tuple[Any, ...], Counter[tuple[Any, ...]]] = defaultdict(Counter)
        for row in table.to_pylist():
            if late(name, row, as_of):
                reasons["late"] += 1
            elif invalid(name, row) or (name == "users" and id_of(row) in overlapping):
                reasons["invalid"] += 1
            elif name not in people and not is_about(row["user_id"], name, people):
                reasons["orphan"] += 1
            else:
                key = tuple(row[column] for column in FACT_TABLES[name].key)
                values[key][tuple(value for column, value in row.items() if column != "recorded_on")] += 1
        for key, rows in values.items():
            if len(rows) > 1:
                reasons["conflict"] += rows.total()
                continue
            reasons["duplicate"] += rows.total() - 1
            reasons["used"] += 1
            if name in people:
                people[name].add(key[0])
        counts[name] = {reason: reasons[reason] for reason in (*REASONS, "used")}
    return counts


def is_about(user: str, name: str, people: dict[str, set[Any]]) -> bool:
    """Whether the user is there; a history may be about a prospect."""
    return user in people["users"] or (name == "stage_history" and user in people["prospects"])


def id_of(row: Row) -> tuple[Any, ...]:
    return row["user_id"], row["activated_on"]


def overlapping_periods(users: list[Row], as_of: dt.date) -> set[tuple[Any, ...]]:
    periods = defaultdict(set)
    for row in users:
        if not late("users", row, as_of) and not invalid("users", row):
            periods[row["user_id"]].add((row["activated_on"], row["terminated_on"] or dt.date.max))
    overlapping = set()
    for user, spans in periods.items():
        for start, end in spans:
            if any(other != start and other < end and start < other_end for other, other_end in spans):
                overlapping.add((user, start))
    return overlapping


DATES = {
    "users": "activated_on",
    "events": "on",
    "agreements": "starts_on",
    "promotions": "starts_on",
    "holdings": "starts_on",
    "stage_history": "as_of",
}


def late(name: str, row: Row, as_of: dt.date) -> bool:
    if (recorded := row.get("recorded_on")) and recorded > as_of:
        return True
    if name == "bills":
        year, month = map(int, row["month"].split("-"))
        return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1) > as_of
    return name in DATES and row[DATES[name]] > as_of


def invalid(name: str, row: Row) -> bool:
    if any(row[column] is None for column in FACT_TABLES[name].key):
        return True
    if name == "users":
        return bool(row["terminated_on"] and row["terminated_on"] < row["activated_on"])
    if "ends_on" in row:
        return bool(row["ends_on"] and row["ends_on"] < row["starts_on"])
    if name == "bills":
        return row["minutes"] is not None and row["minutes"] < 0
    if name == "events":
        return row["kind"] not in ("complaint", "fault")
    return name == "stage_history" and (row["stage"] not in "ABCDE" or row["stage_since"] is None)
