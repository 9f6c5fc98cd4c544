"""Spreadsheets of customer division, CSV and XLSX: read into rows, and written so that Excel opens them.

`read_sheet` gives the header and the rows of any sheet as they stand, `read_members` the first column of a group's
import (SEG-16). A `Layout` is a sheet with fixed columns, whose headings are in English or Chinese: those of the
monthly cycle stand in `lifestage.sheets.division`. Texts are never formulas, codes keep their leading zeros, and what
is written is read back as it was. What is wrong with a file is a `SheetError`; what is odd about it stands in `notes`.
"""

from lifestage.sheets.faults import SheetError
from lifestage.sheets.layout import Column, Layout, LayoutRows
from lifestage.sheets.sheet import Cell, Members, Sheet, read_members, read_sheet

__all__ = ["Cell", "Column", "Layout", "LayoutRows", "Members", "Sheet", "SheetError", "read_members", "read_sheet"]
