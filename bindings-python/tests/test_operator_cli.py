"""The command line, in both languages."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Lifestage

from lifestage import Policy, __version__
from lifestage.fact_files import read_fact_files
from lifestage.fact_tables import FACT_TABLES

FAULTY = 'extends = "china-telecom"\nname = "广西"\nvershun = "2"\n\n[warning.fee_drop]\ndrop_ovr = "0.3"\n'


def test_generate_writes_an_operator_and_says_what(tmp_path: Path, lifestage: Lifestage) -> None:
    out = tmp_path / "operator"
    run = lifestage("generate", out, "--customers", 200, "--months", 6, "--as-of", "2024-02-29", "--format", "csv")
    assert run.returncode == 0, run.stderr
    found = read_fact_files(out)
    for name in FACT_TABLES:
        assert [name, f"{found.rows(name):,}"] in [line.split()[:2] for line in run.stdout.splitlines()]
    total = sum(found.rows(name) for name in FACT_TABLES)
    assert f"Wrote {total:,} rows to {out}." in run.stdout
    assert "end of 2024-02-29" in run.stdout
    assert "no customer_id" in run.stdout
    assert (out / "truth" / "truth.parquet").is_file()


def test_generate_refuses_what_cannot_be(tmp_path: Path, lifestage: Lifestage) -> None:
    wrong = lifestage("generate", tmp_path, "--encoding", "gb18030", "--lang", "zh")
    assert wrong.returncode == 2
    assert "Parquet 只用 utf-8" in wrong.stderr
    (tmp_path / "users.csv").write_text("user_id,activated_on\n")
    in_the_way = lifestage("generate", tmp_path, "--customers", 10)
    assert in_the_way.returncode == 2
    assert "users.csv" in in_the_way.stderr.replace("\n", "")


@pytest.mark.parametrize("arguments", [["--lang", "zh", "generate", "--help"], ["generate", "--help", "--lang=zh"]])
def test_the_language_may_stand_anywhere_on_the_line(arguments: list[str], lifestage: Lifestage) -> None:
    run = lifestage(*arguments)
    assert run.returncode == 0
    assert "客户数" in run.stdout
    assert "How many customers" in lifestage("generate", "--help").stdout


COMMANDS = [
    "",
    "generate",
    "divide",
    "adjust",
    "org",
    "run",
    "explain",
    "classify",
    "policy",
    "policy check",
    "policy show",
]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("language", "text"), [("en", "en or zh"), ("zh", "en 或 zh")])
def test_the_help_of_every_command_names_the_language(
    command: str, language: str, text: str, lifestage: Lifestage
) -> None:
    shown = lifestage(*command.split(), "--help", "--lang", language)
    assert shown.returncode == 0
    assert "--lang" in shown.stdout
    assert text in " ".join(shown.stdout.split())


def test_an_unknown_language_is_refused(lifestage: Lifestage) -> None:
    run = lifestage("generate", "--lang", "fr")
    assert run.returncode == 2
    assert "found fr, expected en or zh" in run.stderr


def test_the_version_is_the_engines() -> None:
    command = [sys.executable, "-m", "lifestage.cli", "--version"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == __version__


def test_policy_check_reports_every_fault_with_its_line(tmp_path: Path, lifestage: Lifestage) -> None:
    policy = tmp_path / "guangxi.toml"
    policy.write_text(FAULTY, encoding="utf-8")
    english, chinese = (lifestage("policy", "check", policy, "--lang", language) for language in ("en", "zh"))
    assert (english.returncode, chinese.returncode) == (1, 1)
    lines = english.stderr.splitlines()
    assert [line for line in lines if "UNKNOWN_KEY" in line] == [
        f"{policy}:3:11  UNKNOWN_KEY  vershun",
        f"{policy}:6:12  UNKNOWN_KEY  warning.fee_drop.drop_ovr",
    ]
    mark = lines.index('     6 │ drop_ovr = "0.3"') + 1
    assert lines[mark].index("^") == lines[mark - 1].index('"0.3"')
    assert "did you mean `drop_over`" in english.stderr
    assert "2 fault(s)" in english.stderr
    assert "此处没有这个键" in chinese.stderr
    assert "是否应为 `drop_over`" in chinese.stderr
    assert "共 2 处错误" in chinese.stderr


def test_policy_check_names_a_valid_policy_and_its_digest(tmp_path: Path, lifestage: Lifestage) -> None:
    policy = tmp_path / "guangxi.toml"
    policy.write_text('extends = "china-telecom"\nname = "广西"\nversion = "2"\n', encoding="utf-8")
    run = lifestage("policy", "check", policy)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == [
        "广西 2 is valid, effective from 2024-01-01",
        f"Digest {Policy.open(policy).digest}",
    ]
