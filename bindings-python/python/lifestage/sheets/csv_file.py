"""CSV: cells are texts, none of which a spreadsheet takes for a formula (decision 31)."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from lifestage.csv_encoding import FileEncoding, WrongEncodingError, decoded, delimiter_of, detected
from lifestage.sheets.faults import SheetError, file_fault
from lifestage.spreadsheet import unmarked_text


def read_csv(path: Path, encoding: FileEncoding) -> list[list[Any]]:
    """The rows of a file; blank cells are None.

    Raises:
        SheetError: It is not in this encoding, or is no CSV: a quote left open must not swallow the rows after it.
        OSError: It cannot be read.
    """
    try:
        actual = detected(path) if encoding == "auto" else encoding
        text = "".join(decoded(path, actual)).removeprefix(codecs.BOM_UTF8.decode())
    except WrongEncodingError as error:
        raise SheetError.of([file_fault("WRONG_ENCODING", path, error.found, error.encoding)]) from error
    delimiter = delimiter_of(text[: text.find("\n") + 1] or text)
    lines = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return [[unmarked_text(cell) if cell else None for cell in row] for row in lines]
    except csv.Error as error:
        line = f"{lines.line_num}: {error}"
        raise SheetError.of([file_fault("MALFORMED_CSV", path, line, "RFC 4180")]) from error


def write_csv(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """Writes rows of texts, of which those that need it are marked already.

    Raises:
        OSError: The file cannot be written.
    """
    # Spreadsheets take CSV for UTF-8 by its byte order mark.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
