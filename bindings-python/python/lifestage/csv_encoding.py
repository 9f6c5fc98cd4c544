"""How CSV files are encoded: what their encoding is, and their text."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal, TypeAlias

FileEncoding: TypeAlias = Literal["auto", "utf-8", "gb18030", "utf-16"]
"""How CSV is encoded; `auto` is UTF-16 if the file begins so, UTF-8 if it is that, and GB18030 otherwise."""

DELIMITERS: Final = ",;\t"
BLOCK: Final = 1 << 20
"""Bytes read at a time."""


class WrongEncodingError(ValueError):
    """A file is not in the encoding that it is said to have."""

    def __init__(self, found: str, encoding: str) -> None:
        """The first byte that is not, with its place, and the encoding."""
        super().__init__(found, encoding)
        self.found = found
        self.encoding = encoding


def detected(path: Path) -> Literal["utf-8", "gb18030", "utf-16"]:
    """The encoding of a file of which nobody says it."""
    with path.open("rb") as file:
        start = file.read(3)
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    try:
        for _ in decoded(path, "utf-8"):
            pass
    except WrongEncodingError:
        return "utf-8" if start == codecs.BOM_UTF8 else "gb18030"
    return "utf-8"


def decoded(path: Path, encoding: str) -> Iterator[str]:
    """The file's text, a block at a time; a byte order mark of UTF-8 is a part of it.

    Raises:
        WrongEncodingError: It is not in this encoding.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    done = 0
    with path.open("rb") as file:
        while True:
            block = file.read(BLOCK)
            pending = len(decoder.getstate()[0])
            try:
                yield decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                place = done - pending + error.start
                raise WrongEncodingError(f"0x{error.object[error.start]:02x} @ {place}", encoding) from error
            if not block:
                return
            done += len(block)


def delimiter_of(line: str) -> str:
    """What separates the values of a file with this first line."""
    return max(DELIMITERS, key=line.count)
