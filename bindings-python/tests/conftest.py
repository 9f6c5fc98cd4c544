from collections.abc import Iterator
from pathlib import Path

import pytest

from lifestage import Engine


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
