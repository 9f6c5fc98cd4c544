"""Texts in CSV that no spreadsheet takes for formulas: an apostrophe stands before them, and is no part of them.

What begins with an apostrophe itself gets a second one, so that each text comes back as it was (decision 31).
"""

from __future__ import annotations

import re
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

ACTIVE: Final = r"['=+\-@\t\r]"
"""How a text begins that a spreadsheet may take for a formula, or for a text marked so."""


def marked(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts as they stand in a file."""
    return pc.replace_substring_regex(column, pattern=f"^({ACTIVE})", replacement=r"'\1")


def unmarked(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts as they were meant."""
    return pc.replace_substring_regex(column, pattern=f"^'({ACTIVE})", replacement=r"\1")


def marked_text(text: str) -> str:
    """A text as it stands in a file."""
    return f"'{text}" if _ACTIVE.match(text) else text


def unmarked_text(text: str) -> str:
    """A text as it was meant."""
    return text[1:] if text.startswith("'") and _ACTIVE.match(text, 1) else text


_ACTIVE: Final = re.compile(ACTIVE)
