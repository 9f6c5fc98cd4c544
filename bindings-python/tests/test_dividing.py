"""Divide, adjust and org, over a small operator: what comes out adds up, and what is refused has its reasons."""

import datetime as dt
import json
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from conftest import Lifestage

from lifestage import Engine, LifestageError
from lifestage.cycle import NoDayError
from lifestage.dividing import DivisionRun, open_organisation, place_new_users
from lifestage.operator import Operator, generate, market
from lifestage.operator.organisation import COMPANY
from lifestage.report import DivisionReport
from lifestage.sheets.division import ADJUSTMENTS, LOG, NEW_CUSTOMERS, REJECTED

AS_OF = dt.date(2024, 5, 31)

REFUSALS = {
    "wrong_actor": "NO_ROLE",
    "closed_window": "WINDOW_CLOSED",
    "locked_customer": "LOCKED",
    "unassigned_target": "TARGET_IS_UNASSIGNED",
    "no_second_approval": "SECOND_APPROVAL",
    "bad_header": "SHEET_HEADER",
    "duplicate_customer": "REPEATED_CUSTOMER",
    "unknown_unit": "TARGET_UNKNOWN",
    "illegal_transition": "ILLEGAL_TRANSITION",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("operator")
    generate(Operator(customers=6_000, months=2, seed=3), folder)
    return folder


@pytest.fixture(scope="module")
def out(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a round."""
    out = tmp_path_factory.mktemp("round")
    DivisionRun(Engine(), folder, out).adjust()
    return out


def read(folder: Path, name: str) -> pa.Table:
    return pq.read_table(folder / f"{name}.parquet")


def copy_of(folder: Path, to: Path) -> Path:
    for part in ("registry", "organisation"):
        shutil.copytree(folder / part, to / part)
    return to


def report_of(out: Path) -> DivisionReport:
    return DivisionReport.from_json((out / "division.json").read_text(encoding="utf-8"))


# ---- The operator ---------------------------------------------------------------------------------------------------


def test_the_new_users_are_those_of_the_month(folder: Path) -> None:
    users = {(row["user_id"], row["activated_on"]): row for row in read(folder, "users").to_pylist()}
    new = read(folder / "registry", "new_users").to_pylist()
    assert len(new) > 50
    for row in new:
        assert row["activated_on"].replace(day=31) == AS_OF
        known = users.get((row["user_id"], row["activated_on"]))
        assert known is None or known["account_id"] == row["account_id"]  # Some rows of users are dirty.


def test_who_is_placed_by_a_box_is_where_the_users_table_says(folder: Path) -> None:
    placing = place_new_users(Engine(), folder, None, "en")
    said = dict(zip(*(read(folder, "users")[name].to_pylist() for name in ("user_id", "community")), strict=True))
    placed = [
        row for row in placing.placements.to_pylist() if "BOX_KNOWN" in row["reasons"] and said.get(row["user_id"])
    ]
    agreeing = sum(row["community"] == said[row["user_id"]] for row in placed)
    assert len(placed) > 20
    assert agreeing >= len(placed) - 1  # A dirty row of users may say something else.


def test_the_organisation_holds_every_community_of_the_market(folder: Path) -> None:
    organisation = open_organisation(Engine(), folder)
    units = {unit["unit_id"]: unit for unit in organisation.units(as_of=AS_OF).to_pylist()}
    for community in (*market.COMMUNITIES, *market.CONTRACTED_AREAS, *market.UNASSIGNED_COMMUNITIES):
        assert units[community]["region_path"] and units[community]["channel_path"], community
    findings = Counter(finding["code"] for finding in organisation.findings(as_of=AS_OF).to_pylist())
    assert set(findings) == {"VACANT", "TOO_MANY_MANAGERS"}
    assert units[COMPANY]["region_parent"] is None


# ---- Placing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "total"), [("en", "Total"), ("zh", "合计")])
def test_divide_places_every_new_user_or_says_why_not(
    folder: Path, tmp_path: Path, lifestage: Lifestage, language: str, total: str
) -> None:
    run = lifestage("divide", folder, "--out", tmp_path / "out", "--lang", language)
    assert run.returncode == 0, run.stderr
    users = read(folder / "registry", "new_users").num_rows
    placements, errors, new = (
        read(tmp_path / "out", name) for name in ("placements", "placing_errors", "new_customers")
    )
    assert len(placements) + len(errors) == users
    kinds = Counter(placements["placement"].to_pylist())
    assert set(kinds) == {"merged", "community", "contracted_area", "unassigned"}
    assert len(new) == len(placements) - kinds["merged"]
    assert len(set(new["customer_id"].to_pylist())) == len(new)
    assert "REPEATED_USER" in errors["code"].to_pylist()
    assert all(errors["reason"].to_pylist())
    assert [total, str(users)] in [line.split() for line in run.stdout.splitlines()]
    counts = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["placing"]
    assert counts["placed"] == kinds and counts["errors"] == len(errors)


def test_divide_reads_csv_like_parquet(folder: Path, tmp_path: Path) -> None:
    generate(Operator(customers=6_000, months=2, seed=3), tmp_path, "csv", "gb18030")
    engine = Engine()
    parquet, csv = (place_new_users(engine, where, None, "en") for where in (folder, tmp_path))
    assert csv.counts == parquet.counts
    assert csv.placements.equals(parquet.placements)


def test_new_customers_get_ids_that_nobody_has(folder: Path, tmp_path: Path) -> None:
    copied = copy_of(folder, tmp_path / "operator")
    known = read(copied / "registry", "customers")
    before = place_new_users(Engine(), copied, None, "en").new_customers
    more = pa.concat_tables([known, before.select(known.column_names)])
    pq.write_table(more, copied / "registry" / "customers.parquet")
    again = place_new_users(Engine(), copied, None, "en").new_customers
    assert len(again) == len(before)
    assert set(again["customer_id"].to_pylist()).isdisjoint(more["customer_id"].to_pylist())


def test_a_registry_may_leave_out_where_its_customers_are(folder: Path, tmp_path: Path) -> None:
    copied = copy_of(folder, tmp_path / "operator")
    customers = read(copied / "registry", "customers")
    pq.write_table(customers.select(["customer_id"]), copied / "registry" / "customers.parquet")
    report = DivisionRun(Engine(), copied, tmp_path / "out").adjust()
    assert list(report.mismatches()) == []
    assert report.trees[0].outside == len(customers)


def test_divide_names_the_tables_that_are_missing(tmp_path: Path, lifestage: Lifestage) -> None:
    run = lifestage("divide", tmp_path, "--out", tmp_path / "out")
    assert run.returncode == 1
    assert run.stderr.count("MISSING_TABLE") == 6
    assert not (tmp_path / "out").exists()


def test_a_line_that_is_no_row_is_refused_with_its_place(tmp_path: Path) -> None:
    generate(Operator(customers=100, months=1), tmp_path, "csv")
    with (tmp_path / "registry" / "boxes.csv").open("a", encoding="utf-8") as boxes:
        boxes.write("J999,a,b,c\n")
    with pytest.raises(LifestageError) as error:
        place_new_users(Engine(), tmp_path, AS_OF, "en")
    assert [fault.code for fault in error.value.faults] == ["MALFORMED_LINE"]


def test_without_new_users_the_day_has_to_be_said(folder: Path, tmp_path: Path) -> None:
    copied = copy_of(folder, tmp_path / "operator")
    users = read(copied / "registry", "new_users")
    pq.write_table(users.slice(0, 0), copied / "registry" / "new_users.parquet")
    with pytest.raises(NoDayError):
        place_new_users(Engine(), copied, None, "en")
    assert place_new_users(Engine(), copied, AS_OF, "en").counts.users == 0


# ---- The round ------------------------------------------------------------------------------------------------------


def test_a_round_takes_the_unassigned_to_communities_and_adds_up(out: Path) -> None:
    report = report_of(out)
    assert list(report.mismatches()) == []
    assert report.refused == read(out, "cycle_errors").num_rows == 0
    assert [step.rejected for step in report.steps] == [0] * len(report.steps)
    unassigned = report.placings.placed["unassigned"]
    assert report.steps[0].rows == unassigned
    divided = sum(step.rows for step in report.steps if step.name == "assign_community")
    assert divided + report.undivided == unassigned
    assert 0 < report.undivided < divided
    assert len(NEW_CUSTOMERS.read(out / "sheets" / "new_customers.csv").rows) == unassigned
    assert read(out, "results").num_rows == report.log.entries == read(out, "log").num_rows


def test_each_kind_of_refusal_is_refused_for_its_own_reason(out: Path) -> None:
    attempts = report_of(out).attempts
    assert {attempt.name: [denial.code for denial in attempt.denials] for attempt in attempts} == {
        name: [code] for name, code in REFUSALS.items()
    }
    assert all(denial.en and denial.zh for attempt in attempts for denial in attempt.denials)
    # Of a customer that stands twice the first row counts; nothing else is accepted.
    assert {attempt.name: attempt.accepted for attempt in attempts if attempt.accepted} == {"duplicate_customer": 1}
    of_sheets = {row["code"] for row in REJECTED.read(out / "sheets" / "rejected.xlsx").rows}
    assert of_sheets == {"SECOND_APPROVAL", "SHEET_HEADER", "REPEATED_CUSTOMER", "TARGET_UNKNOWN"}


def test_the_log_is_verified_and_the_altered_copy_found_out(out: Path) -> None:
    log = report_of(out).log
    assert log.findings == 0
    assert log.found == log.altered is not None
    entries, altered = (LOG.read(out / "sheets" / f"{name}.xlsx").rows for name in ("log", "log_altered"))
    assert [row["seq"] for row, other in zip(entries, altered, strict=True) if row != other] == [log.altered]


def test_a_round_again_replaces_its_files_and_comes_to_the_same(folder: Path, out: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    for _ in range(2):
        DivisionRun(Engine(), folder, again).adjust()
    for name in ("division.json", "adjustments.state", "log.csv", "results.csv", "run.json"):
        assert (again / name).read_bytes() == (out / name).read_bytes(), name


def test_adjust_says_what_was_done_and_what_was_refused(folder: Path, tmp_path: Path, lifestage: Lifestage) -> None:
    run = lifestage("adjust", folder, "--out", tmp_path, "--lang", "zh")
    assert run.returncode == 0, run.stderr
    for text in ("导出待确认", "按表划入社区", "客户未在窗口期内划分，已锁定", "该操作需要另一人员复核"):
        assert text in run.stdout
    assert "客户编码" in (tmp_path / "sheets" / "refused_unknown_unit.csv").read_text(encoding="utf-8-sig")


def test_adjust_names_whom_the_organisation_lacks(folder: Path, tmp_path: Path, lifestage: Lifestage) -> None:
    copied = copy_of(folder, tmp_path / "operator")
    grants = read(copied / "organisation", "grants")
    others = grants.filter(pc.not_equal(grants["role"], "market_admin"))
    pq.write_table(others, copied / "organisation" / "grants.parquet")
    run = lifestage("adjust", copied, "--out", tmp_path / "out")
    assert run.returncode == 1
    assert "market_admin" in run.stderr


def test_a_month_without_new_customers_is_a_round_without_rows(
    folder: Path, tmp_path: Path, lifestage: Lifestage
) -> None:
    run = lifestage("adjust", folder, "--out", tmp_path, "--as-of", "2023-01-31")
    assert run.returncode == 0, run.stderr
    report = report_of(tmp_path)
    assert [step.rows for step in report.steps] == [0] * len(report.steps)
    assert (report.attempts, report.log.entries, report.log.altered) == ((), 0, None)
    assert list(report.mismatches()) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda report: replace(report, placings=replace(report.placings, users=1)), "new users 1 "),
        (lambda report: replace(report, placings=replace(report.placings, new_customers=1)), "new customers 1 "),
        (
            lambda report: replace(report, steps=(replace(report.steps[0], rejected=1), *report.steps[1:])),
            "export: rows",
        ),
        (lambda report: replace(report, steps=report.steps[1:]), "log entries"),
        (lambda report: replace(report, customers=1), "by channel: customers"),
        (
            lambda report: replace(
                report, trees=(replace(report.trees[0], root=replace(report.trees[0].root, own=1)),)
            ),
            "company: customers",
        ),
    ],
)
def test_a_division_that_does_not_add_up_is_told(out: Path, change: Any, told: str) -> None:
    assert any(sentence.startswith(told) for sentence in change(report_of(out)).mismatches())


CHANNELS = """extends = "china-telecom"
[division.cycle.channels]
key_account = "key_account"
business = "business-local"
contracted = "contracted"
"""


def test_claimed_customers_go_to_the_channels_that_the_policy_names(folder: Path, tmp_path: Path) -> None:
    report = DivisionRun(Engine(CHANNELS), folder, tmp_path).adjust()
    assert [step.rejected for step in report.steps] == [0] * len(report.steps)


def test_customers_in_a_unit_that_the_organisation_lacks_are_told(
    folder: Path, tmp_path: Path, lifestage: Lifestage
) -> None:
    copied = copy_of(folder, tmp_path / "operator")
    areas = read(copied / "registry", "billing_areas").to_pylist()
    for area in areas:
        area["unassigned_community"] = "nowhere"
    pq.write_table(pa.Table.from_pylist(areas), copied / "registry" / "billing_areas.parquet")
    run = lifestage("adjust", copied, "--out", tmp_path / "out")
    report, errors = report_of(tmp_path / "out"), read(tmp_path / "out", "cycle_errors").to_pylist()
    assert list(report.mismatches()) == []
    assert report.refused == len(errors) == report.placings.placed["unassigned"]
    assert {(error["code"], error["found"]) for error in errors} == {("UNKNOWN_UNIT", "nowhere")}
    assert f"{len(errors)} new customers cannot be in the cycle" in run.stdout


# ---- Sheets of the user's own ---------------------------------------------------------------------------------------


def left_over(out: Path) -> Path:
    return out / "sheets" / "left_public-local.xlsx"


def hand_in(lifestage: Lifestage, out: Path, sheet: Path, day: str, *more: str) -> tuple[int, str, str]:
    run = lifestage("adjust", out, "--sheet", sheet, "--actor", "public-admin-1", "--as-of", day, *more)
    return run.returncode, run.stdout, run.stderr


def test_a_sheet_of_ones_own_is_taken_and_kept(folder: Path, tmp_path: Path, lifestage: Lifestage) -> None:
    DivisionRun(Engine(), folder, tmp_path).adjust()
    rows, before = len(ADJUSTMENTS.read(left_over(tmp_path)).rows), read(tmp_path, "log").num_rows
    approved = ("--second-approver", "public-admin-2")
    code, said, _ = hand_in(lifestage, tmp_path, left_over(tmp_path), "2024-06-03", *approved)
    assert (code, said.splitlines()[0]) == (0, f"{rows} rows: {rows} accepted, 0 rejected.")
    assert read(tmp_path, "log").num_rows == before + rows
    # The customers are no longer where the sheet says.
    _, said, _ = hand_in(lifestage, tmp_path, left_over(tmp_path), "2024-06-03", *approved)
    assert said.splitlines()[0] == f"{rows} rows: 0 accepted, {rows} rejected."
    assert "SOURCE_DIFFERS" in said
    code, _, refused = hand_in(lifestage, tmp_path, left_over(tmp_path), "2024-06-02", *approved)
    assert (code, "BACKDATED" in refused) == (1, True)
    assert len(REJECTED.read(tmp_path / "sheets" / "left_public-local_rejected.xlsx").rows) == rows


def test_a_sheet_needs_a_round_an_actor_and_a_day(out: Path, tmp_path: Path, lifestage: Lifestage) -> None:
    assert hand_in(lifestage, tmp_path, left_over(out), "2024-06-03")[0] == 1
    nobody = lifestage("adjust", out, "--sheet", left_over(out))
    assert (nobody.returncode, "--actor" in nobody.stderr) == (2, True)
    nowhere = lifestage("adjust", out)
    assert (nowhere.returncode, "--out" in nowhere.stderr) == (2, True)


# ---- The organisation -----------------------------------------------------------------------------------------------


def test_org_shows_the_tree_and_what_is_odd(folder: Path, lifestage: Lifestage) -> None:
    run = lifestage("org", folder)
    assert run.returncode == 0, run.stderr
    assert "云溪市分公司" in run.stdout
    assert "(8 communities)" in run.stdout
    assert market.COMMUNITIES[0] not in run.stdout.partition("Odd on")[0]
    assert "the unit has fewer managers than the policy asks for" in run.stdout
    leaves = lifestage("org", folder, "--leaves", "--tree", "channel")
    assert market.COMMUNITIES[0] in leaves.stdout
    assert "公众客户渠道" in leaves.stdout


def test_org_shows_a_unit_and_a_person(folder: Path, lifestage: Lifestage) -> None:
    unit = lifestage("org", folder, "--unit", market.COMMUNITIES[0]).stdout
    assert f"电信有限公司/云溪市分公司/临江区中心/临江区公众客户部/临江一片/{market.COMMUNITIES[0]}" in unit
    assert "public-local" in unit
    person = lifestage("org", folder, "--person", "public-admin-1", "--lang", "zh").stdout
    assert "本地网渠道管理员" in person
    assert "批量调整" in person
    assert "社区 246 个" in person


@pytest.mark.parametrize("what", ["--unit", "--person"])
def test_org_refuses_whom_nobody_knows(folder: Path, lifestage: Lifestage, what: str) -> None:
    run = lifestage("org", folder, what, "nobody")
    assert run.returncode == 1
    assert "nobody" in run.stderr


# ---- The report -----------------------------------------------------------------------------------------------------


def test_the_report_shows_the_round_and_a_tree_that_opens(
    folder: Path, out: Path, tmp_path: Path, lifestage: Lifestage
) -> None:
    for language, texts in (("en", ("a locked customer", "by channel")), ("zh", ("调整已锁定的客户", "按渠道"))):
        target = tmp_path / language
        run = lifestage("run", folder, "--out", target, "--division", out, "--lang", language)
        assert run.returncode == 0, run.stderr
        page = (target / "report.html").read_text(encoding="utf-8")
        section = page.partition('<div class="tree">')[2]
        assert section.count("<details") > 2 * len(market.DISTRICTS) * len(market.PATCHES)
        for text in (*texts, market.COMMUNITIES[0], *REFUSALS.values()):
            assert text in section, text


def test_a_folder_without_a_round_is_no_division(folder: Path, tmp_path: Path, lifestage: Lifestage) -> None:
    run = lifestage("run", folder, "--out", tmp_path / "out", "--division", tmp_path)
    assert run.returncode == 2
    assert "division.json" in run.stderr.replace("\n", "").replace("│", "").replace(" ", "")
