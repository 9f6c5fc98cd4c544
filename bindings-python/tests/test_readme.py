"""Every block of the README runs, one after the other, and does what the page says."""

import re
import shlex
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from conftest import Lifestage

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lifestage: Lifestage) -> dict[str, Any]:
    """What the names of the page stand for when all of its blocks have run."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for kind, text in BLOCK.findall(README.read_text(encoding="utf-8")):
        if kind == "python":
            exec(compile(text, README.name, "exec"), names)
        else:
            assert kind == "sh"
            for line in text.splitlines():
                command, *arguments = shlex.split(line)
                assert command == "lifestage"
                ran = lifestage(*arguments)
                assert ran.returncode == 0, ran.stderr
    return names


def test_the_page_runs_and_decides_as_a_run_does(page: dict[str, Any], tmp_path: Path) -> None:
    decision = page["decision"]
    assert (decision["stage"], decision["tier"], decision["warnings"]) == ("D", "mid", ["EWS-02"])
    run = {name: pl.read_parquet(tmp_path / "results" / f"{name}.parquet") for name in ("users", "transitions")}
    assert page["decisions"]["stage"].cast(pl.String).to_list() == run["users"]["stage"].to_list()
    moves = ["previous_stage", "stage", "rows"]
    assert page["summary"].transitions.select(moves).rows() == run["transitions"].select(moves).rows()
    assert page["customers"].equals(page["combined"].customers)
    assert len(page["parts"]) > 1
    assert [fault["path"] for fault in page["checked"]["faults"]] == ["vershon"]


def test_names_are_shown_as_the_page_asks(page: dict[str, Any]) -> None:
    shown = page["called_on"]
    assert not shown["name"].str.contains("*", literal=True).any()
    assert set(shown["phone"]) == {"***"}
