import re
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples" / "python"


def run(name: str) -> str:
    command = [sys.executable, str(EXAMPLES / name)]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


def test_check_policy_opens_an_engine_of_the_policy() -> None:
    assert re.fullmatch(
        r"\{'version': '[^']+', 'policy': 'guangxi', 'policy_version': '2025-07', 'digest': '[0-9a-f]{64}'\}\n",
        run("check_policy.py"),
    )
