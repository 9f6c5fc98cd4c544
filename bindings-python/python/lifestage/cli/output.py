"""Where commands print to."""

import sys
from typing import Final

from rich.console import Console

WIDE: Final = 240
"""Characters a line where nobody looks: what is read by programs is not folded."""


def console() -> Console:
    """The standard output, as wide as the terminal is; brackets in names are brackets."""
    return Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else WIDE)
