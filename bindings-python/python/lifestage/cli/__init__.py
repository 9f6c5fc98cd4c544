"""The command line: `lifestage generate`, `run`, `explain`, `classify` and `policy`. Each command is a file of its own.

`--lang zh` anywhere on the line makes every text Chinese. It needs the packages of `lifestage[cli]`.
"""

import sys


def main() -> None:
    """Runs the command line, or says what it lacks."""
    try:
        from lifestage.cli.app import run_line
    except ModuleNotFoundError as error:
        sys.exit(f'lifestage: no module {error.name} / 缺少模块 {error.name}; pip install "lifestage[cli]"')
    run_line(sys.argv[1:])


__all__ = ["main"]
