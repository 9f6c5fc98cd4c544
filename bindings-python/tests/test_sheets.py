"""Sheets, CSV and XLSX: what is written is read back as it was; what is wrong with a file is said with its place."""

import csv
import datetime as dt
import re
import string
import time
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook

from lifestage import Fault
from lifestage.file_faults import describe
from lifestage.sheets import Column, Layout, SheetError, read_members, read_sheet
from lifestage.sheets.division import ADJUSTMENTS, EFFECTS, LOG, NEW_CUSTOMERS, REJECTED, claims, refused_rows
from lifestage.sheets.writer import UNFIT
from lifestage.texts import LANGUAGES, TEXTS, Language, Texts

FORMATS = ("csv", "xlsx")
BOTH = pytest.mark.parametrize("suffix", FORMATS)
HEADER = "customer_code,source_community_code,target_community_code,effective_month"
CHINESE_HEADER = "客户编码,原社区编码,目标社区编码,生效月份"
EVERY_KIND = Layout(
    "All",
    "全部",
    (
        Column("text", "text", "文本"),
        Column("day", "day", "日期", "day"),
        Column("month", "month", "月份", "month"),
        Column("amount", "amount", "金额", "amount"),
        Column("count", "count", "数量", "count"),
        Column("yes_no", "yes_no", "是否", "yes_no"),
    ),
)
MOVE = {"customer_id": "0017", "source": "c1", "target": "c2", "effective_month": "2024-05"}

texts = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\ufffe\uffff")) | st.sampled_from(
    [
        "=1+1",
        "+86",
        "-5",
        "@x",
        "\t",
        "\r",
        "'",
        "''",
        "'=",
        "007",
        "1e5",
        "a\r\nb",
        '"',
        ";",
        ",",
        "_x0041_",
        "客户",
        " ",
    ]
)
rows = st.fixed_dictionaries(
    {
        "text": st.none() | texts.filter(bool),
        "day": st.none() | st.dates(),
        "month": st.none() | st.dates().map(lambda day: day.isoformat()[:7]),
        "amount": st.none()
        | st.decimals(allow_nan=False, allow_infinity=False, places=2, max_value=10**16, min_value=-(10**16)),
        "count": st.none() | st.integers(0, 10**18),
        "yes_no": st.none() | st.booleans(),
    }
)


def workbook(path: Path, *sheets: list[list[Any]], **options: Any) -> Path:
    """A workbook that another program wrote."""
    with xlsxwriter.Workbook(path, options) as book:
        for cells in sheets:
            sheet = book.add_worksheet()
            for place, row in enumerate(cells):
                sheet.write_row(place, 0, row)
    return path


def text_file(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def faults(path: Path, **options: Any) -> list[Fault]:
    with pytest.raises(SheetError) as error:
        read_sheet(path, **options)
    for language in LANGUAGES:
        assert path.name in error.value.message(language)
    return error.value.faults


def code(path: Path, **options: Any) -> str:
    (fault,) = faults(path, **options)
    assert fault.file == str(path)
    return fault.code


# ---- What is written is read back ------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.lists(rows, max_size=6), suffix=st.sampled_from(FORMATS), language=st.sampled_from(LANGUAGES))
def test_every_value_comes_back_as_it_was(tmp_path: Path, table: Any, suffix: str, language: Language) -> None:
    assume(not any(UNFIT.search(row["text"] or "") for row in table))
    while table and all(value is None for value in table[-1].values()):
        table.pop()
    path = tmp_path / f"all.{suffix}"
    assert EVERY_KIND.write(path, table, language) == len(table)
    read = EVERY_KIND.read(path)
    blank = [place for place, row in enumerate(table) if all(value is None for value in row.values())]
    assert read.rows == [row for place, row in enumerate(table) if place not in blank]
    assert [(fault.code, fault.line) for fault in read.rejects] == [("BLANK_ROW", place + 2) for place in blank]
    assert read.rejected + len(read.rows) == len(table)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=texts.filter(bool), suffix=st.sampled_from(FORMATS))
def test_a_text_is_the_same_text_in_any_sheet(tmp_path: Path, text: str, suffix: str) -> None:
    assume(not UNFIT.search(text))
    path = tmp_path / f"one.{suffix}"
    ADJUSTMENTS.write(path, [{**MOVE, "customer_id": text}])
    assert read_sheet(path).rows[0][0] == text


@BOTH
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_is_read_in_the_language_it_was_written_in(tmp_path: Path, suffix: str, language: Language) -> None:
    path = tmp_path / f"moves.{suffix}"
    ADJUSTMENTS.write(path, [MOVE], language)
    header = (HEADER if language == "en" else CHINESE_HEADER).split(",")
    assert read_sheet(path).header == header
    read = ADJUSTMENTS.read(path)
    assert (read.rows, read.shown_rows, read.rejects, read.notes) == ([MOVE], [2], [], [])


@BOTH
def test_the_record_of_a_sheet_is_what_the_handle_takes(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"moves.{suffix}"
    ADJUSTMENTS.write(path, [MOVE])
    month = {"csv": "2024-05", "xlsx": "2024-05-01"}[suffix]
    assert read_sheet(path).record() == {"header": HEADER.split(","), "rows": [["0017", "c1", "c2", month]]}


@BOTH
def test_frames_are_written_as_rows_are(tmp_path: Path, suffix: str) -> None:
    effects = pl.DataFrame(
        {
            "community": ["c1", "c2"],
            "customers_out": [3, 0],
            "customers_in": [0, 3],
            "revenue_out": [Decimal("1234.50"), None],
            "revenue_in": [Decimal("0.00"), Decimal("99.99")],
            "unlisted": ["left", "out"],
        }
    )
    path = tmp_path / f"effects.{suffix}"
    assert EFFECTS.write(path, effects, "zh") == 2
    assert EFFECTS.read(path).rows == effects.drop("unlisted").to_dicts()


def test_texts_in_csv_are_marked_and_numbers_are_not(tmp_path: Path) -> None:
    path = tmp_path / "all.csv"
    EVERY_KIND.write(path, [{"text": "=1+1", "amount": Decimal("-5.00")}, {"text": "'x"}])
    written = path.read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(written.decode("utf-8-sig").splitlines()))
    assert lines[1] == ["'=1+1", "", "", "-5.00", "", ""]
    assert lines[2][0] == "''x"


def test_a_workbook_holds_typed_cells_a_frozen_header_and_a_filter(tmp_path: Path) -> None:
    path = tmp_path / "all.xlsx"
    row = {
        "text": "=1+1",
        "day": dt.date(2024, 5, 31),
        "month": "2024-05",
        "amount": Decimal("12.50"),
        "count": 3,
        "yes_no": True,
    }
    EVERY_KIND.write(path, [row, {"text": "一个相当长的社区名称", "yes_no": False}], "zh")
    with load_workbook(path) as book:
        (cells,) = book.get_sheet_by_name("全部").to_python()[1:2]
    assert cells == ["=1+1", dt.date(2024, 5, 31), dt.date(2024, 5, 1), 12.5, 3.0, "是"]
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:F3"/>' in sheet
    assert "<f>" not in sheet
    assert {"yyyy-mm-dd", "yyyy-mm"} <= set(styles.split('"'))
    assert 'min="1" max="1" width="21.7' in sheet


def test_claims_are_offered_as_yes_and_no_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "new.xlsx"
    customers = [
        {"customer_id": f"k{number}", "created_on": dt.date(2024, 5, 2), "community": "u1", "is_late": number == 2}
        for number in range(3)
    ]
    NEW_CUSTOMERS.write(path, customers, "zh")
    with zipfile.ZipFile(path) as archive:
        assert '<formula1>"是,否"</formula1>' in archive.read("xl/worksheets/sheet1.xml").decode()
    answered = NEW_CUSTOMERS.read(path)
    assert claims(answered) == []
    filled_in = [{**answered.rows[0], "key_account": True}, {**answered.rows[1], "business": False}, answered.rows[2]]
    NEW_CUSTOMERS.write(path, filled_in, "zh")
    answered = NEW_CUSTOMERS.read(path)
    event = {"event": "confirm"}
    key_account = {"customer_id": "k0", **event, "department": "key_account", "claims": True}
    business = {"customer_id": "k1", **event, "department": "business", "claims": False}
    assert claims(answered) == [key_account, business]
    assert claims(answered, "business") == [business]
    assert [row["is_late"] for row in answered.rows] == [False, False, True]


def test_the_members_of_a_group_are_the_first_column_heading_and_all(tmp_path: Path) -> None:
    cells: list[list[Any]] = [["客户编码", "x"], ["001"], [None, "y"], [1002], [None]]
    members = read_members(workbook(tmp_path / "group.xlsx", cells))
    assert members.cells == ["客户编码", "001", None, 1002]
    assert read_members(text_file(tmp_path / "group.csv", "001\n\n1002,x\n\n")).cells == ["001", None, "1002"]


# ---- What other programs write ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_usual_csv_gives_the_same_rows(tmp_path: Path, encoding: str, delimiter: str, newline: str) -> None:
    text = f"{CHINESE_HEADER}\n001,社区一,社区二,2024-05\n".replace(",", delimiter).replace("\n", newline)
    sheet = read_sheet(text_file(tmp_path / "moves.csv", text, encoding))
    assert sheet.header == CHINESE_HEADER.split(",")
    assert sheet.rows == [["001", "社区一", "社区二", "2024-05"]]


@BOTH
def test_blank_rows_inside_stay_and_those_at_the_end_are_none(tmp_path: Path, suffix: str) -> None:
    cells: list[list[Any]] = [["a", "b", None], ["1", None, None], [None], ["2", "3", None], [None, None, None], [None]]
    path = tmp_path / f"blank.{suffix}"
    if suffix == "csv":
        text_file(path, "".join(",".join(cell or "" for cell in row) + "\n" for row in cells))
    else:
        workbook(path, cells)
    sheet = read_sheet(path)
    assert sheet.header == ["a", "b"]
    assert sheet.rows == [["1", None], [None, None], ["2", "3"]]


def test_cells_of_a_workbook_are_what_the_engine_reads(tmp_path: Path) -> None:
    path = tmp_path / "typed.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        day, moment = (book.add_format({"num_format": shape}) for shape in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"))
        sheet.write_row(0, 0, ["code", "month", "at", "amount", "yes"])
        sheet.write_number(1, 0, 10017)
        sheet.write_datetime(1, 1, dt.datetime(2024, 5, 1), day)
        sheet.write_datetime(1, 2, dt.datetime(2024, 5, 1, 8, 30), moment)
        sheet.write_number(1, 3, 12.5)
        sheet.write_boolean(1, 4, True)
    assert read_sheet(path).rows == [[10017, "2024-05-01", "2024-05-01T08:30:00", 12.5, True]]


def test_what_is_odd_about_a_workbook_is_said_and_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "odd.xlsx"
    with xlsxwriter.Workbook(path) as book:
        hidden, first, other = (book.add_worksheet(name) for name in ("暗", "甲", "乙"))
        first.write_row(0, 0, ["code", "value"])
        first.write_formula("A2", '="k"&"1"', None, "k1")
        first.write_formula("B2", "=1+1", None, 2)
        first.merge_range("A3:A4", "k2")
        first.write_number("A5", 1234567890123456)
        other.write_row(0, 0, ["not", "read"])
        first.activate()
        first.set_first_sheet()
        hidden.hide()
    sheet = read_sheet(path)
    assert sheet.rows[:3] == [["k1", 2], ["k2", None], [None, None]]
    notes = {note.code: (note.path, note.found) for note in sheet.notes}
    assert notes == {
        "OTHER_WORKSHEETS": ("", "暗, 乙"),
        "MERGED_CELLS": ("A3", "A3:A4"),
        "FORMULA_CELLS": ("A2", "A2, … (2)"),
        "LONG_NUMBER": ("A5", "1234567890123456"),
    }
    assert "公式" in "".join(describe(note, Texts("zh")) for note in sheet.notes)


# ---- What is wrong is said -------------------------------------------------------------------------------------------


def test_a_file_that_is_no_sheet_is_refused_by_what_it_is(tmp_path: Path) -> None:
    assert code(tmp_path / "none.csv") == "UNREADABLE_FILE"
    assert code(tmp_path / "none.xlsx") == "UNREADABLE_FILE"
    assert code(text_file(tmp_path / "moves.txt", HEADER)) == "UNKNOWN_FORMAT"
    assert code(text_file(tmp_path / "text.xlsx", HEADER)) == "NO_WORKBOOK"
    assert code(text_file(tmp_path / "empty.xlsx", "")) == "NO_WORKBOOK"
    (tmp_path / "secret.xlsx").write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600))
    assert code(tmp_path / "secret.xlsx") == "ENCRYPTED_WORKBOOK"
    (tmp_path / "cut.xlsx").write_bytes(workbook(tmp_path / "whole.xlsx", [["a"]]).read_bytes()[:900])
    assert code(tmp_path / "cut.xlsx") == "DAMAGED_WORKBOOK"
    for empty in (text_file(tmp_path / "empty.csv", ""), workbook(tmp_path / "blank.xlsx", [])):
        assert code(empty) == "MISSING_HEADER"
        with pytest.raises(SheetError) as error:
            read_members(empty)
        assert error.value.faults[0].code == "EMPTY_SHEET"


def test_csv_in_another_encoding_or_with_an_open_quote_is_refused_with_its_place(tmp_path: Path) -> None:
    path = text_file(tmp_path / "gb.csv", CHINESE_HEADER, "gb18030")
    assert code(path, encoding="utf-8") == "WRONG_ENCODING"
    (fault,) = faults(text_file(tmp_path / "open.csv", f'{HEADER}\n"k1,c1,c2,2024-05\nk2,c1,c2,2024-05\n'))
    assert fault.code == "MALFORMED_CSV"
    assert fault.found.startswith("3: ")


@pytest.mark.parametrize("damage", range(40))
def test_a_damaged_workbook_is_read_or_refused_but_never_fails_otherwise(tmp_path: Path, damage: int) -> None:
    path = tmp_path / "moves.xlsx"
    ADJUSTMENTS.write(path, [MOVE])
    content = bytearray(path.read_bytes())
    for step in range(8):
        content[(damage * 7919 + step * 104_729) % len(content)] ^= 1 << damage % 8
    path.write_bytes(bytes(content))
    try:
        assert len(read_sheet(path).rows) <= 1
    except SheetError as error:
        assert error.faults[0].code in ("DAMAGED_WORKBOOK", "NO_WORKBOOK", "NO_WORKSHEET", "MISSING_HEADER")


def test_another_header_refuses_the_file_and_says_both(tmp_path: Path) -> None:
    path = text_file(tmp_path / "moves.csv", f"{HEADER.replace('target', 'new')}\n")
    with pytest.raises(SheetError) as error:
        ADJUSTMENTS.read(path)
    (fault,) = error.value.faults
    assert (fault.code, fault.expected.split(" | ")) == (
        "WRONG_HEADER",
        [HEADER.replace(",", ", "), CHINESE_HEADER.replace(",", ", ")],
    )


def test_bad_cells_are_said_with_row_column_value_and_what_is_expected(tmp_path: Path) -> None:
    lines = ["k1,u1,2024-05-02,maybe", "k2,,,", "", ",u1,,yes,x"]
    layout = Layout(
        "Some",
        "若干",
        (NEW_CUSTOMERS.columns[0], NEW_CUSTOMERS.columns[2], NEW_CUSTOMERS.columns[1], NEW_CUSTOMERS.columns[5]),
    )
    path = text_file(tmp_path / "some.csv", "\n".join([",".join(layout.header("zh")), *lines]), "gb18030")
    read = layout.read(path)
    assert [row["customer_id"] for row in read.rows] == ["k2"]
    assert read.rejected == 3
    assert [(fault.code, fault.path, fault.line, fault.column, fault.found) for fault in read.rejects] == [
        ("WRONG_VALUE", "D2 大客户部认领", 2, 4, "maybe"),
        ("BLANK_ROW", "A4", 4, 1, ""),
        ("BEYOND_HEADER", "E5", 5, 5, "x"),
        ("BLANK_CELL", "A5 客户编码", 5, 1, ""),
    ]
    assert read.rejects[0].expected == "yes, no, 是, 否"
    path = tmp_path / "rejected.xlsx"
    REJECTED.write(path, refused_rows(read.rejects, "zh"), "zh")
    back = REJECTED.read(path).rows
    assert [(row["file"], row["row"], row["reason"]) for row in back[:2]] == [
        ("some.csv", 2, "单元格的值不符合该列"),
        ("some.csv", 4, "空行"),
    ]


@BOTH
def test_what_no_file_can_hold_is_refused_before_anything_is_written(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"moves.{suffix}"
    unfit = ["a\0", "\ud800", "x" * 32_768, "_x005F_x0041_"]
    with pytest.raises(SheetError) as error:
        ADJUSTMENTS.write(
            path, [MOVE, *({**MOVE, "target": text} for text in unfit), {**MOVE, "effective_month": "May"}]
        )
    assert [(fault.code, fault.line) for fault in error.value.faults] == [
        ("UNFIT_TEXT", 3),
        ("UNFIT_TEXT", 4),
        ("LONG_TEXT", 5),
        ("UNFIT_TEXT", 6),
        ("WRONG_VALUE", 7),
    ]
    assert not path.exists()


def test_a_file_of_no_known_kind_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(SheetError) as error:
        ADJUSTMENTS.write(tmp_path / "moves.xls", [MOVE])
    assert error.value.faults[0].code == "UNKNOWN_FORMAT"


def test_headings_are_unique_and_titles_are_ones_that_excel_takes() -> None:
    for layout in (ADJUSTMENTS, NEW_CUSTOMERS, REJECTED, EFFECTS, LOG):
        for language in LANGUAGES:
            assert len(set(layout.header(language))) == len(layout.columns)
        for title in (layout.title_en, layout.title_zh):
            assert len(title) < 32
            assert not set(title) & set("[]:*?/\\")
        assert not set("".join(layout.header("en"))) - set(string.ascii_lowercase + "_")


def test_every_fault_of_a_sheet_has_its_texts() -> None:
    folder = Path(__file__).parents[1] / "python" / "lifestage" / "sheets"
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    codes = set(re.findall(r'(?:file_fault|cell_fault|_blame|Unfit)\(\s*"([A-Z_]+)"', source))
    assert len(codes) > 15
    assert {f"files.{code}" for code in codes} <= set(TEXTS)


@BOTH
def test_a_hundred_thousand_rows_take_seconds(tmp_path: Path, suffix: str) -> None:
    moves = [{**MOVE, "customer_id": f"{number:09d}"} for number in range(100_000)]
    path = tmp_path / f"moves.{suffix}"
    begin = time.perf_counter()
    ADJUSTMENTS.write(path, moves)
    written = time.perf_counter()
    sheet = read_sheet(path)
    read = time.perf_counter()
    print(f"{suffix}: written in {written - begin:.1f} s, read in {read - written:.1f} s")
    assert len(sheet.rows) == 100_000
    assert sheet.rows[-1][0] == "000099999"
    assert read - begin < 60
