"""The command line: `lifestage generate`, `lifestage policy check`. Each command is a file of its own.

`--lang zh` anywhere on the line makes every text Chinese. It needs the packages of `lifestage[cli]`.
"""

import sys


def main() -> None:
    """Runs the command line, or says what it lacks."""
    try:
        from lifestage.cli.app import run
    except ModuleNotFoundError as error:
        sys.exit(f'lifestage: no module {error.name} / 缺少模块 {error.name}; pip install "lifestage[cli]"')
    run(sys.argv[1:])


__all__ = ["main"]
