"""`docs/run.md` says of every file, column and key of a run what it means, and of no others."""

import json
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from lifestage import Engine
from lifestage.cycle import VIEW, Options, run_cycle
from lifestage.operator import Operator, generate

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    facts, out = (tmp_path_factory.mktemp(name) for name in ("operator", "out"))
    generate(Operator(customers=150, seed=3), facts)
    run_cycle(Engine(), facts, out, Options())
    return out


@pytest.fixture(scope="module")
def sections() -> dict[str, list[str]]:
    """What stands in the first column of each section's table; the first section is the list of files."""
    page = (DOCS / "run.md").read_text(encoding="utf-8").replace("&lt;name&gt;", "<name>")
    parts = re.split(r"^#+ (.+)$", page, flags=re.MULTILINE)[1:]
    return {
        title: re.findall(r"^\| \[?`([^`]+)`", text, flags=re.MULTILINE)
        for title, text in zip(parts[::2], parts[1::2], strict=True)
    }


def test_every_file_of_a_run_stands_in_the_page(out: Path, sections: dict[str, list[str]]) -> None:
    written = [*json.loads((out / "run.json").read_text(encoding="utf-8"))["files"], "run.json"]
    named = {re.sub(r"^lists/[^.]+", "lists/<name>", name) for name in written}
    tables = {name.removesuffix(".csv") for name in named if name.endswith(".csv")}
    others = {name for name in named if name.rpartition(".")[0] not in tables}
    assert set(sections["What a run writes"]) == tables | others


def test_every_column_of_a_run_stands_in_the_page(out: Path, sections: dict[str, list[str]]) -> None:
    columns: dict[str, set[str]] = {}
    for path in out.rglob("*.parquet"):
        title = "lists/<name>" if path.parent.name == "lists" else path.stem
        columns.setdefault(title, set()).update(pq.read_schema(path).names)
    facts = set(re.findall(r"^\| `([^`]+)`", (DOCS / "facts.md").read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert columns.pop(Path(VIEW).stem) <= facts
    assert columns == {title: set(sections[title]) for title in columns}
    assert columns.keys() == sections.keys() - {"What a run writes", "run.json"}


def test_every_key_of_the_record_stands_in_the_page(out: Path, sections: dict[str, list[str]]) -> None:
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert set(sections["run.json"]) == record.keys()
    page = (DOCS / "run.md").read_text(encoding="utf-8")
    inner = [record["policy_source"], record["flaps"], record["foresight"], record["tables"]["users"]]
    assert all(f"`{key}`" in page for part in inner for key in part)
