"""The monthly cycle over frames and sheets, from Python."""

import pickle
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from lifestage import Adjustments, Engine, RequestError
from lifestage.sheets import read_sheet
from lifestage.sheets.division import ADJUSTMENTS, EFFECTS, LOG, REJECTED, adjustments_of, denied_rows

UNITS = [
    ("gx", "company", None),
    ("pub", "channel", "gx"),
    ("nn", "local_channel", "pub"),
    ("lz", "local_channel", "pub"),
    ("nn-0", "community", "nn"),
    ("nn-1", "community", "nn"),
    ("nn-2", "community", "nn"),
    ("lz-0", "community", "lz"),
]
ROLES = [
    ("market", "market_admin", "gx"),
    ("market-2", "market_admin", "gx"),
    ("chan", "channel_admin", "nn"),
    ("chan-2", "channel_admin", "nn"),
]
MOVE = {"source": "nn-1", "target": "nn-2", "effective_month": "2024-06"}
ACTING: dict[str, Any] = {"as_of": "2024-05-13", "actor": "chan", "second_approver": "chan-2"}


def opened(engine: Engine, customers: int = 3, community: str = "nn-1") -> Adjustments[pl.DataFrame]:
    """The cycle with customers k0, k1, … who are in a community."""
    organisation = engine.organisation()
    units = [
        {"unit_id": unit, "name": unit, "level": level, "is_unassigned": unit.endswith("-0")}
        for unit, level, _ in UNITS
    ]
    links = [{"tree": "channel", "unit_id": unit, "parent_id": parent} for unit, _, parent in UNITS]
    grants = [{"person_id": person, "role": role, "unit_id": unit} for person, role, unit in ROLES]
    organisation.load(
        units=pl.DataFrame(units),
        links=pl.DataFrame(links),
        persons=pl.DataFrame(grants).select("person_id"),
        grants=pl.DataFrame(grants),
    )
    adjustments = engine.adjustments(organisation, frames=pl.DataFrame)
    ids = [f"k{number}" for number in range(customers)]
    new = {"customer_id": ids, "created_on": ["2024-05-02"] * customers, "community": [community] * customers}
    assert adjustments.add(pl.DataFrame(new)).report["customers"].item() == customers
    return adjustments


def test_rows_that_do_not_count_are_returned_and_line_data_comes(engine: Engine) -> None:
    adjustments = opened(engine, community="nn-0")
    again = pl.DataFrame({"customer_id": ["k0", "k9"], "created_on": ["2024-05-02"] * 2, "community": ["nn-0", "nn-9"]})
    added = adjustments.add(again, pl.DataFrame({"customer_id": ["k0"], "line_data_on": ["2024-05-20"]}))
    assert added.rejects["code"].to_list() == ["CUSTOMER_EXISTS", "UNKNOWN_UNIT"]
    assert added.report.select("customers", "lines").row(0) == (0, 1)
    cohort = adjustments.cohort("2024-05", as_of="2024-06-04")
    assert cohort.customers.select("customer_id", "is_late").rows() == [("k0", False), ("k1", True), ("k2", True)]
    assert cohort.report.select("undivided", "late", "is_open").row(0) == (3, 2, False)


def test_events_happen_or_are_denied_with_every_reason(engine: Engine) -> None:
    adjustments = opened(engine, community="nn-0")
    exports = pl.DataFrame({"customer_id": ["k0", "k9"], "event": ["export", "export"]})
    exported = adjustments.happen(exports, as_of="2024-05-10", actor="market", second_approver="market-2", at="09:30")
    assert exported.results["accepted"].to_list() == [True, False]
    assert exported.results["denials"][1][0]["code"] == "UNKNOWN_CUSTOMER"
    assert exported.log.select("seq", "customer_id", "at").rows() == [(1, "k0", "09:30")]
    assert exported.report.select("rows", "accepted", "rejected").row(0) == (2, 1, 1)
    alone = adjustments.happen(exports.tail(1), as_of="2024-05-10", actor="market")
    assert not alone.results["accepted"].item()
    with pytest.raises(RequestError, match="BACKDATED"):
        adjustments.happen(exports, as_of="2024-05-09", actor="market")


def test_a_preview_says_what_moves_and_nothing_happens(engine: Engine, tmp_path: Path) -> None:
    adjustments = opened(engine)
    before = adjustments.serialise()
    events = pl.DataFrame(
        {
            "customer_id": ["k0", "k1"],
            "event": ["assign_community"] * 2,
            "target": ["nn-2", "nn-2"],
            "revenue": [Decimal("10.50"), Decimal("1.00")],
        }
    )
    seen = adjustments.preview(events, as_of="2024-05-13", actor="chan")
    assert adjustments.serialise() == before
    assert seen.results["accepted"].to_list() == [True, True]
    assert seen.effects.rows() == [
        ("nn-1", 2, 0, Decimal("11.50"), Decimal("0.00")),
        ("nn-2", 0, 2, Decimal("0.00"), Decimal("11.50")),
    ]
    EFFECTS.write(tmp_path / "effects.xlsx", seen.effects, "zh")
    assert pl.DataFrame(EFFECTS.read(tmp_path / "effects.xlsx").rows).rows() == seen.effects.rows()


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_sheet_goes_from_a_file_to_the_log_and_its_rejected_rows_to_a_file(
    engine: Engine, tmp_path: Path, suffix: str, language: Any
) -> None:
    adjustments = opened(engine)
    path = tmp_path / f"moves.{suffix}"
    moves: list[dict[str, Any]] = [
        {**MOVE, "customer_id": "k0"},
        {**MOVE, "customer_id": "k0"},
        {**MOVE, "customer_id": "=k1"},
        {},
        {**MOVE, "customer_id": "k2", "target": "lz-0"},
    ]
    ADJUSTMENTS.write(path, moves, language)
    sheet = read_sheet(path)
    adjusted = adjustments.sheet(sheet.record(), **ACTING, batch_id=path.name)
    (report,) = adjusted.report
    assert (report["rows"], report["accepted"], report["rejected"]) == (5, 1, 4)
    denied = denied_rows(engine, sheet, adjusted.results, language)
    assert {row["row"] for row in denied} == {3, 4, 5, 6}
    customer, _, target, _ = sheet.header
    repeated = next(row for row in denied if row["row"] == 3)
    assert (repeated["column"], repeated["found"], repeated["code"]) == (customer, "k0", "REPEATED_CUSTOMER")
    assert next(row for row in denied if row["row"] == 4)["found"] == "=k1"
    assert target in {row["column"] for row in denied if row["row"] == 6}
    back = tmp_path / f"rejected.{suffix}"
    REJECTED.write(back, denied, language)
    assert REJECTED.read(back).rows == [{**row, "column": row["column"] or None} for row in denied]
    assert adjustments.log(batch_id=path.name)["customer_id"].to_list() == ["k0"]


def test_a_frame_is_a_sheet_if_its_columns_are_the_header(engine: Engine) -> None:
    adjustments = opened(engine)
    columns = ADJUSTMENTS.header("zh")
    sheet = pl.DataFrame([["k0"], ["nn-1"], ["nn-2"], ["2024-06"]], schema=columns)
    adjusted = adjustments.sheet(sheet, **ACTING)
    assert adjusted.results["accepted"].to_list() == [True]
    other = adjustments.sheet(sheet.rename({columns[0]: "客户"}), **ACTING)
    assert other.results["denials"][0][0]["code"] == "SHEET_HEADER"


def test_the_policy_says_what_the_header_is(tmp_path: Path) -> None:
    policy = 'extends = "china-telecom"\n[division.cycle.sheet]\nheader = ["code", "from", "to", "month"]\n'
    engine = Engine(policy)
    layout = adjustments_of(engine)
    assert layout.header("zh") == ADJUSTMENTS.header("zh")
    layout.write(tmp_path / "moves.csv", [{**MOVE, "customer_id": "k0"}])
    adjusted = opened(engine).sheet(read_sheet(tmp_path / "moves.csv").record(), **ACTING)
    assert adjusted.report[0]["accepted"] == 1
    assert adjustments_of(Engine()) == ADJUSTMENTS


def test_owners_are_told_by_day(engine: Engine) -> None:
    adjustments = opened(engine)
    adjustments.sheet(pl.DataFrame([{"customer_id": "k0", **MOVE}]).rename(HEADINGS), **ACTING)
    asked = pl.DataFrame(
        {"customer_id": ["k0", "k0", "k0", "k9"], "on": ["2024-05-01", "2024-05-31", "2024-06-01", "2024-06-01"]}
    )
    owned = adjustments.owner_at(asked)
    assert owned["community"].to_list() == [None, "nn-1", "nn-2", None]
    assert owned["error"].struct.field("code").to_list() == [None, None, None, "UNKNOWN_CUSTOMER"]


HEADINGS = dict(zip((column.name for column in ADJUSTMENTS.columns), ADJUSTMENTS.header(), strict=True))


def test_customers_are_asked_for_by_id_or_because_they_are_undivided(engine: Engine) -> None:
    adjustments = opened(engine)
    new = pl.DataFrame({"customer_id": ["n1"], "created_on": ["2024-04-02"], "community": ["nn-0"]})
    adjustments.add(new)
    assert adjustments.customers(["k1"], as_of="2024-05-13")["customer_id"].to_list() == ["k1"]
    with pytest.raises(RequestError, match="UNKNOWN_CUSTOMER"):
        adjustments.customers(["k1", "k9"], as_of="2024-05-13")
    assert adjustments.undivided(as_of="2024-05-13")["customer_id"].to_list() == ["n1"]


def test_a_log_that_was_written_to_a_sheet_is_verified_as_the_log_itself(engine: Engine, tmp_path: Path) -> None:
    adjustments = opened(engine)
    moves = pl.DataFrame([{"customer_id": f"k{number}", **MOVE} for number in range(3)]).rename(HEADINGS)
    adjusted = adjustments.sheet(moves, **ACTING, at="2024-05-13 09:30 =1+1")
    head = adjusted.report["head"].item()
    verified = adjustments.verify(count=3, head=head)
    assert verified.report.row(0) == (True, 3, head)
    assert verified.findings.height == 0
    assert adjustments.verify(count=4).findings.rows() == [(4, "CUT")]
    for suffix in ("csv", "xlsx"):
        LOG.write(tmp_path / f"log.{suffix}", adjustments.log(), "zh")
        rows = LOG.read(tmp_path / f"log.{suffix}").rows
        log = pa.Table.from_pylist(rows)
        assert engine.verify_log(log, count=3, head=head).report["valid"].to_pylist() == [True]
        changed = pa.Table.from_pylist([{**rows[0], "actor": "nobody"}, *rows[1:]])
        found = engine.verify_log(changed, count=3, head=head).findings.to_pylist()
        assert found == [{"seq": 1, "finding": "CHANGED"}]
    assert adjustments.log(from_seq=2, since="2024-05-13", until="2024-05-13", actor="chan").height == 2
    assert adjustments.log(customer_id="k0", until="2024-05-12").height == 0


def test_adjustments_are_pickled_and_restored_with_their_organisation(engine: Engine) -> None:
    adjustments = opened(engine)
    for copy in (pickle.loads(pickle.dumps(adjustments)), engine.adjustments(state=adjustments.serialise())):
        assert isinstance(copy, Adjustments)
        assert copy.serialise() == adjustments.serialise()
    with pytest.raises(TypeError, match="with an organisation, or with a state"):
        engine.adjustments()


def test_a_newer_organisation_counts_from_now_on(engine: Engine) -> None:
    adjustments = opened(engine)
    organisation = engine.organisation()
    adjustments.reorganise(organisation)
    moved = adjustments.happen(
        pl.DataFrame({"customer_id": ["k0"], "event": ["assign_community"], "target": ["nn-2"]}),
        as_of="2024-05-13",
        actor="chan",
    )
    assert moved.results["accepted"].to_list() == [False]


def test_a_sheet_of_many_rows_takes_seconds(engine: Engine, tmp_path: Path) -> None:
    rows = 20_000
    adjustments = opened(engine, customers=rows)
    moves = pl.DataFrame({"customer_id": [f"k{number}" for number in range(rows)]})
    path = tmp_path / "moves.csv"
    ADJUSTMENTS.write(path, moves.with_columns(pl.lit(value).alias(name) for name, value in MOVE.items()))
    begin = time.perf_counter()
    adjusted = adjustments.sheet(read_sheet(path).record(), **ACTING)
    assert adjusted.report[0]["accepted"] == rows
    assert time.perf_counter() - begin < 60
