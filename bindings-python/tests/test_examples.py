import re
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples" / "python"


def run(name: str) -> str:
    command = [sys.executable, str(EXAMPLES / name)]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


def test_classify_record_decides_and_says_why() -> None:
    first, *trace = run("classify_record.py").splitlines()
    assert first == "D mid ['EWS-02']"
    assert any("EWS-02" in line for line in trace)
    assert any("阶段" in line for line in trace)


def test_the_notebook_runs_and_its_cells_are_marked() -> None:
    printed = run("notebook.py")
    assert "EWS-02" in printed
    assert re.search(r"u1 .*B .*D", printed)
    cells = (EXAMPLES / "notebook.py").read_text(encoding="utf-8").split("# %%")
    assert len(cells) > 8
