from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest

from lifestage import Engine
from lifestage.cli.app import run_line

REAL_DATA = Path(__file__).parents[3] / "shared" / "data"
"""Data that is not part of the project; CI demands it, a user's checkout may lack it."""

collect_ignore = [] if REAL_DATA.is_dir() else ["test_real_data.py"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name in collect_ignore:
        terminalreporter.write_line(f"did not run: {name}, for there is no {REAL_DATA}")


@pytest.fixture
def engine() -> Engine:
    return Engine("china-telecom")


@pytest.fixture
def policies(tmp_path: Path) -> Iterator[Path]:
    """A folder with a policy and one that extends it, both saved as editors on Windows do."""
    base = 'extends = "china-telecom"\r\nname = "guangxi"\r\n'
    (tmp_path / "guangxi.toml").write_text(base, encoding="utf-8-sig", newline="")
    over = 'extends = "guangxi.toml"\r\nname = "南宁"\r\nversion = "7"\r\n'
    (tmp_path / "nanning.toml").write_text(over, encoding="utf-8-sig", newline="")
    yield tmp_path


class Ran(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


class Lifestage(Protocol):
    def __call__(self, *arguments: object) -> Ran: ...


@pytest.fixture
def lifestage(capsys: pytest.CaptureFixture[str]) -> Lifestage:
    """The command line, run in this process."""

    def call(*arguments: object) -> Ran:
        with pytest.raises(SystemExit) as end:
            run_line([str(argument) for argument in arguments])
        return Ran(int(end.value.code or 0), *capsys.readouterr())

    return call
