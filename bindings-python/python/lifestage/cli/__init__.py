"""The command line: `lifestage generate`, `lifestage policy check`. Each command is a file of its own.

`--lang zh` anywhere on the line makes every text Chinese.
"""

from lifestage.cli.main import main

__all__ = ["main"]
