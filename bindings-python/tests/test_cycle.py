"""The monthly cycle: counts add up, blocks decide as records do, people stay masked, files say what was decided."""

import datetime as dt
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lifestage import Engine, Policy, PolicySource
from lifestage.cycle import CycleRun, ForeignFileError, NoDayError, Options, run_cycle, take_in
from lifestage.cycle.judgement import judge
from lifestage.fact_tables import FACT_TABLES
from lifestage.operator import Operator, generate

Row = dict[str, Any]

AS_OF = dt.date(2024, 5, 31)
SMALL = Operator(customers=400, seed=11)

OWN_FACTS = """
extends = "china-telecom"
name = "host"

[facts]
score = { type = "number", places = 2, null = "unknown", en = "score", zh = "评分" }
mail = { type = "text", null = "unknown", personal = true, en = "mail", zh = "邮箱" }

[warning.conditions.HOST-1]
state = "shadow"
moves_stage = false
tiers = []
en = "a high score"
zh = "评分高"
when = "score >= 0.80"
"""


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("operator")
    generate(SMALL, folder)
    return folder


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("out")


@pytest.fixture(scope="module")
def ran(facts: Path, out: Path) -> CycleRun:
    return run_cycle(Engine(), facts, out, Options())


def rows(path: Path) -> list[Row]:
    found: list[Row] = pq.read_table(path).to_pylist()
    return found


@pytest.fixture(scope="module")
def users(ran: CycleRun, out: Path) -> dict[str, Row]:
    assert ran
    return {row["user_id"]: row for row in rows(out / "users.parquet")}


@pytest.fixture(scope="module")
def by_records(facts: Path) -> tuple[list[Row], list[Row], Row]:
    """The view, the decisions and the summary that the record forms give for the whole operator at once."""
    engine = Engine()
    tables = {name: rows(facts / f"{name}.parquet") for name in FACT_TABLES}
    params = {"as_of": AS_OF}
    view = engine.call("build_view", {"tables": tables, "params": params})["tables"]["view"]
    decisions = engine.call("classify", {"tables": {"view": view}, "params": params})["tables"]["decisions"]
    history = {"decisions": decisions, "stage_history": tables["stage_history"]}
    summary = engine.call("summarise_stages", {"tables": history, "params": params})
    return view, decisions, summary


# ---- Rows in and out ----------------------------------------------------------------------------------------------


def test_every_row_is_used_or_returned_for_the_reason_it_was_made_bad(ran: CycleRun, facts: Path) -> None:
    known = json.loads((facts / "truth" / "counts.json").read_text())
    for table in ran.report.rows:
        returned = {reason: count for reason, count in table.returned.items() if reason != "malformed"}
        assert {"used": table.used, **returned} == known[table.table], table.table
    assert [table.table for table in ran.report.rows] == list(FACT_TABLES)


def test_every_returned_row_stands_in_the_rejects_with_its_key(ran: CycleRun, facts: Path, out: Path) -> None:
    rejects = rows(out / "rejects.parquet")
    counts = Counter((row["table"], row["code"].lower()) for row in rejects)
    assert counts == Counter(
        {(t.table, reason): count for t in ran.report.rows for reason, count in t.returned.items() if count}
    )
    bills = rows(facts / "bills.parquet")
    for reject in (row for row in rejects if row["table"] == "bills"):
        bill = bills[reject["row"]]
        assert reject["key"] == f"{bill['user_id']} {bill['month']}"
        assert reject["reason"]


def test_lines_that_are_no_rows_are_returned_with_their_line(tmp_path: Path) -> None:
    facts = tmp_path / "facts"
    facts.mkdir()
    (facts / "users.csv").write_text("user_id,activated_on,name\nU1,2020-01-31,王怡\nU2\nU3,2021-01-31,李军\n")
    run = run_cycle(Engine(), facts, tmp_path / "out", Options(as_of=AS_OF, language="zh"))
    (table,) = run.report.rows
    assert (table.rows, table.used, table.returned["malformed"]) == (3, 2, 1)
    (reject,) = rows(tmp_path / "out" / "rejects.parquet")
    assert (reject["table"], reject["line"], reject["code"], reject["row"]) == ("users", 3, "MALFORMED", None)
    assert reject["fix"] == "更正 users.csv 第 3 行"


def test_a_returned_row_of_csv_is_found_by_its_place_and_its_line(tmp_path: Path) -> None:
    facts = tmp_path / "facts"
    facts.mkdir()
    users = ["user_id,activated_on,name", "U1,2020-01-31,a", "", "U2", "U3,31/01/2020,b", ""]
    (facts / "users.csv").write_text("\n".join(users))
    (facts / "bills.csv").write_text("user_id,month,fee\nU1,2024-05,1.00\nU1,2024-05,2.00\n")
    rejects = take_in(Engine(), facts, AS_OF).rejects.to_pylist()
    places = [(reject["table"], reject["code"], reject["row"], reject["line"]) for reject in rejects]
    assert sorted(places, key=str) == [
        ("bills", "CONFLICT", 0, 2),
        ("bills", "CONFLICT", 1, 3),
        ("users", "INVALID", 1, 5),
        ("users", "MALFORMED", None, 4),
    ]
    assert [reject["found"] for reject in rejects if reject["table"] == "bills"] == [
        "other values in row 1",
        "other values in row 0",
    ]


def test_where_values_hold_line_breaks_no_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text('user_id,activated_on,name\nU1,2020-01-31,"a\nb"\nU3,31/01/2020,b\n')
    (reject,) = take_in(Engine(), tmp_path, AS_OF).rejects.to_pylist()
    assert (reject["row"], reject["line"]) == (1, None)


def test_reasons_are_in_the_readers_language(facts: Path) -> None:
    english, chinese = (take_in(Engine(), facts, language=language).rejects for language in ("en", "zh"))
    assert len(english) == len(chinese)
    assert not any(re.search(r"[一-鿿]", reason) for reason in english["reason"].to_pylist())
    assert all(re.search(r"[一-鿿]", reason) for reason in chinese["reason"].to_pylist())


# ---- Decisions ------------------------------------------------------------------------------------------------------


def test_decisions_are_those_of_the_record_form(users: dict[str, Row], by_records: tuple[Any, ...]) -> None:
    view, decisions, _ = by_records
    assert list(users) == [row["user_id"] for row in decisions]
    for record, facts in zip(decisions, view, strict=True):
        user = users[record["user_id"]]
        since = user["stage_since"]
        assert {**user, "stage_since": since and str(since)} == {
            **{name: value for name, value in record.items() if name != "error"},
            "community": facts["community"],
        }


def test_customers_and_summary_are_those_of_the_records(facts: Path, by_records: tuple[Any, ...]) -> None:
    _, decisions, summary = by_records
    engine = Engine()
    intake = take_in(engine, facts)
    judged = judge(engine, intake.view, intake.as_of, intake.history)
    combined = engine.call("combine_customers", {"tables": {"decisions": decisions}, "params": {}})
    assert judged.customers.to_pylist() == combined["tables"]["customers"]
    for name in ("stages", "transitions", "warnings", "tiers"):
        assert json.loads(json.dumps(judged.summary[name], default=str)) == summary["tables"][name]
    assert str(judged.summary["report"][0]["flap_rate"]) == summary["report"]["flap_rate"]
    assert summary["report"]["flap_rate"] is not None


def test_the_report_counts_what_the_files_hold(ran: CycleRun, users: dict[str, Row], out: Path) -> None:
    report = ran.report
    report.check()
    assert report.user_stages == Counter(user["stage"] for user in users.values())
    customers = rows(out / "customers.parquet")
    assert report.customer_tiers == Counter((row["tier"], row["stage"]) for row in customers)
    for rule in report.rules:
        assert rule.fired == sum(rule.code in user["warnings"] for user in users.values()), rule.code
        assert rule.insufficient == sum(rule.code in user["insufficient"] for user in users.values()), rule.code
    moves = {(row["previous_stage"], row["stage"]): row["rows"] for row in rows(out / "transitions.parquet")}
    assert moves == report.moves
    assert report.flaps and 0 < report.flaps.judged < len(users)


def test_foresight_is_what_became_of_the_users_in_service(ran: CycleRun, users: dict[str, Row], facts: Path) -> None:
    leaves = {row["user_id"]: row["leaves_on"] for row in rows(facts / "truth" / "truth.parquet")}
    served = [
        user for user in users.values() if user["status"] in ("active", "suspended") and user["user_id"] in leaves
    ]
    leavers = [user for user in served if leaves[user["user_id"]]]
    movers = {rule.code for rule in ran.report.rules if rule.moves_stage}
    foresight = ran.report.foresight
    assert foresight
    assert (foresight.users, foresight.leavers) == (len(served), len(leavers))
    assert foresight.warned == sum(bool(movers & set(user["warnings"])) for user in served)
    assert foresight.warned_leavers == sum(bool(movers & set(user["warnings"])) for user in leavers) > 0
    for hits in foresight.rules:
        assert hits.warned == sum(hits.code in user["warnings"] for user in served)
        assert hits.warned_leavers == sum(hits.code in user["warnings"] for user in leavers)
    assert foresight.horizon == dt.date(2024, 8, 31)


def test_of_another_day_nothing_is_foreseen(facts: Path, tmp_path: Path) -> None:
    earlier = run_cycle(Engine(), facts, tmp_path, Options(as_of=dt.date(2024, 4, 30)))
    assert earlier.report.foresight is None


# ---- Lists and people -----------------------------------------------------------------------------------------------


def test_a_list_names_those_warned_of_community_by_community(ran: CycleRun, users: dict[str, Row], out: Path) -> None:
    for name, codes in (("fee_drop", {"EWS-01", "EWS-03"}), ("grievances", {"EWS-02"})):
        listed = rows(out / "lists" / f"{name}.parquet")
        assert {row["user_id"] for row in listed} == {
            user["user_id"] for user in users.values() if codes & set(user["warnings"])
        }
        communities = [row["community"] for row in listed]
        placed = [community for community in communities if community]
        assert communities == sorted(placed) + [None] * (len(communities) - len(placed))
        assert all(row["community"] == users[row["user_id"]]["community"] for row in listed)
    assert [warned.name for warned in ran.report.lists] == ["fee_drop", "grievances"]


def test_the_lists_have_the_two_layouts(ran: CycleRun, out: Path) -> None:
    assert ran
    layout = ["user_id", "community", "name", "phone", "address", "arpu"]
    assert pq.read_schema(out / "lists" / "fee_drop.parquet").names == layout
    assert pq.read_schema(out / "lists" / "grievances.parquet").names == [*layout, "complaint_causes"]


def everything_written(folder: Path) -> str:
    """All files as text, Parquet as its values."""
    texts = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        texts.append(repr(rows(path)) if path.suffix == ".parquet" else path.read_text(encoding="utf-8-sig"))
    return "\n".join(texts)


def test_people_are_masked_unless_asked_for_by_name(ran: CycleRun, facts: Path, out: Path, tmp_path: Path) -> None:
    assert ran
    people = [row for name in ("users", "prospects") for row in rows(facts / f"{name}.parquet")]
    phones = {row["phone"] for row in people}
    addresses = {row["address"] for row in people}
    masked = everything_written(out)
    assert not any(value in masked for value in phones | addresses)
    assert "***" in masked
    run_cycle(Engine(), facts, tmp_path, Options(show=frozenset({"phone"})))
    shown = everything_written(tmp_path)
    assert any(phone in shown for phone in phones)
    assert not any(address in shown for address in addresses)


def test_the_hosts_own_facts_are_read_and_its_personal_ones_hidden(tmp_path: Path) -> None:
    facts = tmp_path / "facts"
    facts.mkdir()
    (facts / "users.csv").write_text(
        "user_id,activated_on,score,mail,colour\nU1,2020-01-31,0.85,wang@example.org,red\nU2,2021-01-31,0.10,,\n"
    )
    run = run_cycle(Engine(OWN_FACTS), facts, tmp_path / "out", Options(as_of=AS_OF))
    assert [note.path for note in run.notes] == ["users.colour"]
    (rule,) = (rule for rule in run.report.rules if rule.code == "HOST-1")
    assert (rule.fired, rule.shadow) == (1, True)
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert record["shadow"] == {"HOST-1": 1}
    assert "HOST-1" not in record["warnings"]
    assert "score" in pq.read_schema(tmp_path / "out" / "view.parquet").names
    assert "wang@example.org" not in everything_written(tmp_path / "out")
    asked = Options(as_of=AS_OF, show=frozenset({"mail"}))
    run_cycle(Engine(OWN_FACTS), facts, tmp_path / "out", asked)
    assert "wang@example.org" in everything_written(tmp_path / "out")


# ---- Files ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_csv_gives_what_parquet_gives(facts: Path, out: Path, ran: CycleRun, tmp_path: Path, encoding: Any) -> None:
    assert ran
    generate(SMALL, tmp_path / "csv", "csv", encoding)
    run_cycle(Engine(), tmp_path / "csv", tmp_path / "out", Options())
    for name in ("users", "customers", "transitions", "view", "lists/fee_drop", "lists/grievances"):
        ours, theirs = (pq.read_table(folder / f"{name}.parquet") for folder in (out, tmp_path / "out"))
        assert ours.equals(theirs), name
    ours, theirs = (json.loads((folder / "run.json").read_text()) for folder in (out, tmp_path / "out"))
    assert ours == theirs
    assert facts


def test_csv_is_written_for_spreadsheets(tmp_path: Path) -> None:
    facts = tmp_path / "facts"
    facts.mkdir()
    users = "user_id,activated_on,community\n=1+1,2020-01-31,@here\n'U2,2021-01-31,\n"
    (facts / "users.csv").write_text(users)
    run_cycle(Engine(), facts, tmp_path / "out", Options(as_of=AS_OF, formats=["csv"]))
    text = (tmp_path / "out" / "users.csv").read_bytes()
    assert text.startswith("\ufeff".encode())
    assert b"\n\"''U2\"," in text
    assert b'\n"\'=1+1",,"\'@here",' in text
    assert not (tmp_path / "out" / "users.parquet").exists()


def test_a_list_as_csv_has_headings_in_the_readers_language(facts: Path, tmp_path: Path) -> None:
    run_cycle(Engine(), facts, tmp_path, Options(language="zh", formats=["csv"]))
    heading = (tmp_path / "lists" / "grievances.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert heading == '"用户编号","社区","姓名","电话","地址","ARPU（元）","投诉原因"'


def test_a_run_replaces_what_an_earlier_run_wrote_and_nothing_else(facts: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    run_cycle(Engine(), facts, tmp_path, Options())
    run_cycle(Engine(), facts, tmp_path, Options(formats=["csv"]))
    assert (tmp_path / "users.csv").exists()
    assert not (tmp_path / "users.parquet").exists()
    assert (tmp_path / "notes.txt").read_text() == "mine"
    written = json.loads((tmp_path / "run.json").read_text())["files"]
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert found - {"run.json", "notes.txt"} == set(written)


def test_a_file_that_no_run_wrote_is_not_overwritten(facts: Path, tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text("mine")
    with pytest.raises(ForeignFileError) as error:
        run_cycle(Engine(), facts, tmp_path, Options())
    assert error.value.path == tmp_path / "customers.csv"
    assert (tmp_path / "customers.csv").read_text() == "mine"
    with pytest.raises(ForeignFileError):
        run_cycle(Engine(), facts, facts, Options())


def test_a_record_that_names_files_elsewhere_is_not_believed(facts: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.txt"
    elsewhere.write_text("mine")
    out = tmp_path / "out"
    out.mkdir()
    (out / "run.json").write_text(json.dumps({"files": ["../elsewhere.txt"]}))
    run_cycle(Engine(), facts, out, Options())
    assert elsewhere.read_text() == "mine"


def test_the_record_of_a_run_says_what_decided(ran: CycleRun, out: Path) -> None:
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    engine = Engine()
    assert (record["digest"], record["as_of"]) == (engine.policy_digest, "2024-05-31")
    assert Policy(*PolicySource(**record["policy_source"])).digest == record["digest"]
    assert record["users"] == ran.report.user_stages
    assert sum(record["customers"].values()) == len(rows(out / "customers.parquet"))


def test_a_run_leaves_what_the_next_one_wants_to_know(tmp_path: Path, facts: Path) -> None:
    month = tmp_path / "month"
    month.mkdir()
    for name in ("users", "bills", "events"):
        (month / f"{name}.parquet").write_bytes((facts / f"{name}.parquet").read_bytes())
    first = run_cycle(Engine(), month, tmp_path / "first", Options(as_of=dt.date(2024, 4, 30), formats=["csv"]))
    assert first.report.flaps is None
    (month / "stage_history.csv").write_bytes((tmp_path / "first" / "stage_history.csv").read_bytes())
    second = run_cycle(Engine(), month, tmp_path / "second", Options())
    (history,) = (table for table in second.report.rows if table.table == "stage_history")
    assert history.rows == history.used == sum(first.report.user_stages.values())
    before = Counter[str | None]()
    for (stage, _), count in second.report.moves.items():
        before[stage] += count
    del before[None]
    assert before == first.report.user_stages


# ---- The day --------------------------------------------------------------------------------------------------------


def test_the_day_is_the_end_of_the_newest_month_with_its_bills(facts: Path, ran: CycleRun) -> None:
    months = Counter(row["month"] for row in rows(facts / "bills.parquet"))
    assert max(months) == "2024-06", "some bills come early"
    assert ran.report.header.as_of == AS_OF


def test_without_bills_a_day_has_to_be_named(tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text("user_id,activated_on\nU1,2020-01-31\n")
    with pytest.raises(NoDayError):
        take_in(Engine(), tmp_path)
    (tmp_path / "bills.csv").write_text("user_id,month,fee\nU1,May,1.00\nU1,,1.00\n")
    with pytest.raises(NoDayError):
        take_in(Engine(), tmp_path)


def test_bills_dated_by_a_day_tell_the_month(tmp_path: Path) -> None:
    pq.write_table(pa.table({"user_id": ["U1"], "activated_on": [dt.date(2020, 1, 31)]}), tmp_path / "users.parquet")
    bills = {"user_id": ["U1", "U1"], "month": [dt.date(2024, 2, 7), dt.date(2024, 1, 7)], "fee": ["1.00", "2.00"]}
    pq.write_table(pa.table(bills), tmp_path / "bills.parquet")
    assert take_in(Engine(), tmp_path).as_of == dt.date(2024, 2, 29)
