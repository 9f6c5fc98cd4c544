"""`lifestage run`, `explain`, `classify` and `policy show`, in both languages."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import Lifestage

from lifestage import Engine
from lifestage.operator import Operator, generate

OVERLAY = 'extends = "china-telecom"\nname = "strict"\n\n[warning.foreign_ip]\nover = "10.00"\n'

DECLARED = '[facts]\nscore = { type = "number", places = 2, null = "unknown", en = "score", zh = "score" }\n'

MAPPING = """
as_of = 2024-05-31

[facts]
user_id = "id"
status = "'active'"
tenure_months = "days // 30"
fee = ["m1", "m2", "m3", "m4"]
local_fee = ["m1", "m2", "m3", "m4"]

[labels]
left = "gone = 'Yes'"
"""

FILE = "id,days,m1,m2,m3,m4,gone\nK1,400,100,79,60,40,Yes\nK2,500,100,100,100,100,No\nK3,90,10,10,10,10,NA\n"


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("operator")
    generate(Operator(customers=150, seed=3), folder)
    return folder


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "strict.toml"
    path.write_text(OVERLAY)
    return path


@pytest.fixture
def own_facts(tmp_path: Path) -> Path:
    """A policy that declares a fact."""
    folder = tmp_path / "policy"
    folder.mkdir()
    path = folder / "own.toml"
    path.write_text(f"{OVERLAY}{DECLARED}")
    return path


@pytest.fixture
def mapped(tmp_path: Path) -> tuple[Path, Path]:
    file, mapping = tmp_path / "file.csv", tmp_path / "mapping.toml"
    file.write_text(FILE)
    mapping.write_text(f'nulls = ["NA"]\nmoney_unit = "yuan"\n{MAPPING}')
    return file, mapping


# ---- run ------------------------------------------------------------------------------------------------------------


def test_run_writes_the_results_and_says_what_they_come_to(facts: Path, tmp_path: Path, lifestage: Lifestage) -> None:
    out = tmp_path / "out"
    english, chinese = (lifestage("run", facts, "--out", out, "--lang", language) for language in ("en", "zh"))
    assert (english.returncode, chinese.returncode) == (0, 0), english.stderr + chinese.stderr
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    rows = sum(table["rows"] for table in record["tables"].values())
    assert f"As of 2024-05-31: {rows:,} rows came in" in english.stdout
    assert f"截至 2024-05-31：输入 {rows:,} 行" in chinese.stdout.replace("\n", "")
    assert "D Decline" in english.stdout
    assert "D 衰退" in chinese.stdout
    leavers = record["foresight"]["leavers"]
    assert f"Of {leavers} users who really leave by 2024-08-31" in english.stdout
    assert f"Open {out / 'report.html'}" in english.stdout
    assert '<html lang="zh-CN">' in (out / "report.html").read_text(encoding="utf-8")


def test_run_decides_by_the_policy_of_a_file(facts: Path, tmp_path: Path, policy: Path, lifestage: Lifestage) -> None:
    arguments = ("run", facts, "--format", "parquet", "--as-of", "2024-05-31", "--out")
    default = lifestage(*arguments, tmp_path / "default")
    strict = lifestage(*arguments, tmp_path / "strict", "--policy", policy)
    assert (default.returncode, strict.returncode) == (0, 0), strict.stderr
    fired = [
        json.loads((tmp_path / name / "run.json").read_text())["warnings"]["EWS-04"] for name in ("default", "strict")
    ]
    assert fired[1] > fired[0]


def test_run_says_what_is_wrong_with_the_files(tmp_path: Path, lifestage: Lifestage) -> None:
    (tmp_path / "users.csv").write_text("user_id,actived_on\nU1,2020-01-31\n")
    run = lifestage("run", tmp_path, "--out", tmp_path / "out", "--lang", "zh")
    assert run.returncode == 1
    assert f"{tmp_path / 'users.csv'}：MISSING_COLUMN users.activated_on：缺少必需的列" in run.stderr
    assert "是否应为 actived_on" in run.stderr
    assert not (tmp_path / "out").exists()


def test_run_names_the_file_of_a_column_that_cannot_be_read(tmp_path: Path, lifestage: Lifestage) -> None:
    (tmp_path / "users.csv").write_text("user_id,activated_on\nU1,2020-01-31\n")
    bills = {"user_id": ["U1"], "month": ["2024-05"], "fee": [12]}
    pq.write_table(pa.table(bills), tmp_path / "bills.parquet")
    run = lifestage("run", tmp_path, "--out", tmp_path / "out")
    assert run.returncode == 1
    assert f"{tmp_path / 'bills.parquet'}: AMOUNT_WITHOUT_UNIT tables.bills" in run.stderr
    assert "fee_minor" in run.stderr


def test_run_refuses_what_cannot_be(facts: Path, tmp_path: Path, lifestage: Lifestage) -> None:
    strange = lifestage("run", facts, "--out", tmp_path / "out", "--show", "plan")
    assert strange.returncode == 2
    assert "found plan" in strange.stderr
    in_the_way = lifestage("run", facts, "--out", facts)
    assert in_the_way.returncode == 1
    assert "choose another folder" in in_the_way.stderr
    (tmp_path / "users.csv").write_text("user_id,activated_on\nU1,2020-01-31\n")
    no_day = lifestage("run", tmp_path, "--out", tmp_path / "out")
    assert no_day.returncode == 1
    assert "--as-of" in no_day.stderr
    faulty = tmp_path / "faulty.toml"
    faulty.write_text('extends = "china-telecom"\nvershun = "2"\n')
    assert "did you mean `version`" in lifestage("run", facts, "--out", tmp_path / "out", "--policy", faulty).stderr


def test_run_names_declared_facts_that_no_table_gives(tmp_path: Path, own_facts: Path, lifestage: Lifestage) -> None:
    (tmp_path / "users.csv").write_text("user_id,activated_on,scor\nU1,2020-01-31,0.85\n")
    arguments = ("run", tmp_path, "--out", tmp_path / "out", "--policy", own_facts, "--as-of", "2024-05-31")
    english, chinese = (lifestage(*arguments, "--lang", language) for language in ("en", "zh"))
    assert (english.returncode, chinese.returncode) == (0, 0), english.stderr
    (column, fact) = english.stderr.strip().splitlines()
    assert "ABSENT_FACT facts.score" in fact
    assert "users.score | prospects.score" in fact
    assert "UNKNOWN_COLUMN users.scor" in column
    assert column.endswith("; did you mean score?")
    assert "策略声明了该事实" in chinese.stderr


# ---- explain --------------------------------------------------------------------------------------------------------


def test_explain_says_the_same_of_facts_and_of_a_runs_view(facts: Path, tmp_path: Path, lifestage: Lifestage) -> None:
    out = tmp_path / "out"
    assert lifestage("run", facts, "--out", out).returncode == 0
    users = pq.read_table(out / "users.parquet").to_pylist()
    user = next(row for row in users if row["stage"] == "D")
    said = [lifestage("explain", where, user["user_id"]) for where in (facts, out, out / "view.parquet")]
    assert [run.returncode for run in said] == [0, 0, 0], said[0].stderr
    assert len({run.stdout for run in said}) == 1
    assert said[0].stdout.startswith(f"User {user['user_id']}: stage D (Decline)")
    for code in user["warnings"]:
        assert code in said[0].stdout
    assert "衰退" in lifestage("explain", out, user["user_id"], "--lang", "zh").stdout
    other_day = lifestage("explain", out, user["user_id"], "--as-of", "2024-04-30")
    assert other_day.returncode == 1
    assert "is the view of 2024-05-31: it says nothing of 2024-04-30" in other_day.stderr
    no_view = lifestage("explain", out / "users.csv", user["user_id"])
    assert no_view.stderr.strip() == f"{out / 'users.csv'} is no view in Parquet"


def test_explain_keeps_to_the_policy_of_the_run(
    facts: Path, tmp_path: Path, policy: Path, lifestage: Lifestage
) -> None:
    out = tmp_path / "out"
    assert lifestage("run", facts, "--out", out, "--policy", policy).returncode == 0
    users = pq.read_table(out / "users.parquet").to_pylist()
    user = next(row["user_id"] for row in users if "EWS-04" in row["warnings"])
    given = lifestage("explain", out, user, "--policy", policy)
    policy.unlink()
    for where in (out, out / "view.parquet"):
        assert lifestage("explain", where, user) == given
    assert given.returncode == 0, given.stderr
    assert "EWS-04" in given.stdout


def test_explain_refuses_another_policy_than_the_runs(
    facts: Path, tmp_path: Path, policy: Path, lifestage: Lifestage
) -> None:
    out = tmp_path / "out"
    assert lifestage("run", facts, "--out", out).returncode == 0
    other = lifestage("explain", out, "U1", "--policy", policy)
    assert other.returncode == 1
    assert Engine().policy_digest in other.stderr
    assert Engine.open(policy).policy_digest in other.stderr


def test_explain_shows_every_rule_that_was_considered(facts: Path, lifestage: Lifestage) -> None:
    user = pq.read_table(facts / "users.parquet")["user_id"][0].as_py()
    traced = lifestage("explain", facts, user, "--trace")
    assert traced.returncode == 0, traced.stderr
    shown = lifestage("explain", facts, user, "--json")
    trace = json.loads(shown.stdout)["trace"]
    assert all(rule["code"] in traced.stdout for rule in trace["rules"])
    assert len(trace["rules"]) == 15


def test_explain_names_a_user_who_is_not_there(facts: Path, lifestage: Lifestage) -> None:
    run = lifestage("explain", facts, "U-none")
    assert run.returncode == 1
    assert run.stderr.strip() == f"there is no user U-none in {facts}"


# ---- classify -------------------------------------------------------------------------------------------------------


def test_classify_turns_a_file_into_decisions(mapped: tuple[Path, Path], tmp_path: Path, lifestage: Lifestage) -> None:
    file, mapping = mapped
    out = tmp_path / "decisions.parquet"
    run = lifestage("classify", file, "--mapping", mapping, "--label", "left", "--out", out)
    assert run.returncode == 0, run.stderr
    assert "3 rows, as of 2024-05-31" in run.stdout
    assert "Against left: 1 of 2 rows" in run.stdout
    scores = [line.split() for line in run.stdout.splitlines() if line.startswith("EWS-01")][-1]
    assert scores == ["EWS-01", "1", "1", "100.0", "%", "100.0", "%", "2.00"]
    decisions = pq.read_table(out).to_pylist()
    assert [(row["user_id"], row["stage"]) for row in decisions] == [("K1", "D"), ("K2", "C"), ("K3", "B")]


def test_classify_names_declared_facts_that_the_mapping_lacks(
    mapped: tuple[Path, Path], own_facts: Path, lifestage: Lifestage
) -> None:
    file, mapping = mapped
    arguments = ("classify", file, "--mapping", mapping, "--policy", own_facts)
    assert f"{mapping}: ABSENT_FACT facts.score" in lifestage(*arguments).stderr
    mapping.write_text(mapping.read_text().replace("[labels]", 'score = "0.5"\n[labels]'))
    given = lifestage(*arguments)
    assert (given.returncode, given.stderr) == (0, "")
    mapping.write_text(mapping.read_text().replace("tenure_months =", "tenure_month ="))
    assert "did you mean tenure_months?" in lifestage(*arguments).stderr


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('as_of = 2024-05-31\n[facts]\nuser_id = "idd"\n', "INVALID_EXPRESSION facts.user_id"),
        ('as_of = 2024-05-31\n[fact]\nuser_id = "id"\n', "UNKNOWN_KEY fact"),
        ("as_of = 2024-05-31\n[facts]\nuser_id = 7\n", "WRONG_TYPE facts.user_id"),
        ('as_of = "May"\n[facts]\nuser_id = "id"\n', "WRONG_TYPE as_of"),
        ("as_of = 2024-05-31\nfacts = 7\n", "WRONG_TYPE facts"),
        ("as_of = 2024-05-31\n", "MISSING_KEY facts"),
        ('as_of = 2024-05-31\n[facts]\nuser_id = "unnest([id, id])"\n', "INVALID_EXPRESSION facts"),
        ('[facts]\nuser_id = "id"\n', "MISSING_KEY as_of"),
        ('as_of = 2024-05-31\n[facts]\nuser_id = "id"\nfea = "m1"\n', "UNKNOWN_FACT facts.fea"),
        ('as_of = 2024-05-31\nmoney_unit = "rupee"\n[facts]\nuser_id = "id"\n', "WRONG_TYPE money_unit"),
        ("as_of = \n", "SYNTAX"),
        ("as_of = 2024-05-31\n[facts]\nuser_id = \"(FROM read_text('/etc/hostname'))\"\n", "INVALID_EXPRESSION"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_with_its_place(
    wrong: str, said: str, mapped: tuple[Path, Path], lifestage: Lifestage
) -> None:
    file, mapping = mapped
    mapping.write_text(wrong)
    run = lifestage("classify", file, "--mapping", mapping)
    assert run.returncode == 1, run.stdout
    assert f"{mapping}: {said}" in run.stderr


def test_a_label_that_is_not_there_and_a_file_that_is_none_are_refused(
    mapped: tuple[Path, Path], lifestage: Lifestage
) -> None:
    file, mapping = mapped
    run = lifestage("classify", file, "--mapping", mapping, "--label", "churn")
    assert "MISSING_KEY labels.churn" in run.stderr
    assert "expected left" in run.stderr
    nowhere = lifestage("classify", file.with_name("nowhere.csv"), "--mapping", mapping)
    assert "UNREADABLE_FILE" in nowhere.stderr


# ---- policy show ----------------------------------------------------------------------------------------------------


def test_policy_show_gives_every_value_with_unit_and_source(policy: Path, lifestage: Lifestage) -> None:
    run = lifestage("policy", "show", policy, "--under", "warning.foreign_ip")
    assert run.returncode == 0, run.stderr
    cells = [line.split() for line in run.stdout.splitlines()]
    assert ["warning.foreign_ip.over", "10.00", "yuan", "ours", "strict.toml"] in cells
    assert ["warning.foreign_ip.months", "1", "months", "ours", "china-telecom"] in cells


def test_policy_show_as_json_is_the_operations_answer(lifestage: Lifestage) -> None:
    run = lifestage("policy", "show", "--json")
    assert json.loads(run.stdout) == Engine().call("show_policy")


def test_policy_show_refuses_a_path_that_is_not_there(lifestage: Lifestage) -> None:
    run = lifestage("policy", "show", "--under", "warning.none")
    assert run.returncode == 1
    assert "found warning.none" in run.stderr


@pytest.mark.parametrize("under", ["fee_drop", "fee_drp", "warnings.fee_drop"])
def test_policy_show_names_the_path_that_may_be_meant(under: str, lifestage: Lifestage) -> None:
    assert "did you mean `warning.fee_drop`" in lifestage("policy", "show", "--under", under).stderr
    assert "是否应为 `warning.fee_drop`" in lifestage("policy", "show", "--under", under, "--lang", "zh").stderr


def test_policy_show_takes_its_file_as_the_other_commands_do(policy: Path, lifestage: Lifestage) -> None:
    assert lifestage("policy", "show", "--policy", policy) == lifestage("policy", "show", policy)
    twice = lifestage("policy", "show", policy, "--policy", policy)
    assert twice.returncode == 2
    assert "given twice" in twice.stderr
