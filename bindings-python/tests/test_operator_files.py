"""Reading fact tables: every encoding gives the same rows, and what is wrong with a file is said with its place."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from lifestage import Fault, LifestageError
from lifestage.fact_files import FactFiles, FactFilesError, read_fact_files
from lifestage.fact_tables import FACT_TABLES
from lifestage.file_faults import describe
from lifestage.operator import Operator, generate
from lifestage.operator.write import FORMATS
from lifestage.spreadsheet import marked, unmarked
from lifestage.texts import Texts

USERS = "user_id,activated_on,name,community\nU1,2020-01-31,王怡,临江一片1社区\nU2,2021-05-01,,\n"
ROWS = [
    {"user_id": "U1", "activated_on": "2020-01-31", "name": "王怡", "community": "临江一片1社区"},
    {"user_id": "U2", "activated_on": "2021-05-01", "name": None, "community": None},
]


def folder(path: Path, **tables: str | bytes) -> Path:
    for name, text in tables.items():
        (path / f"{name}.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def faults(path: Path, **options: Any) -> list[Fault]:
    with pytest.raises(FactFilesError) as error:
        read_fact_files(path, **options)
    return error.value.faults


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_usual_csv_gives_the_same_rows(tmp_path: Path, encoding: str, newline: str, delimiter: str) -> None:
    text = USERS.replace("\n", newline).replace(",", delimiter)
    found = read_fact_files(folder(tmp_path, users=text.encode(encoding)))
    assert found.tables["users"].to_pylist() == ROWS
    assert not found.malformed
    assert not found.notes


def test_csv_values_stay_text(tmp_path: Path) -> None:
    bills = 'user_id,month,fee\nU1,2024-05,007.50\n"U1",2024-04,"1,5"\n'
    table = read_fact_files(folder(tmp_path, users=USERS, bills=bills)).tables["bills"]
    assert all(column.type == pa.utf8() for column in table.schema)
    assert table["fee"].to_pylist() == ["007.50", "1,5"]


def test_texts_marked_for_spreadsheets_are_read_as_they_were_meant(tmp_path: Path) -> None:
    meant = ["=1+1", "+86", "-", "@x", "'", "'=", "a'b", "", "x"]
    column = pa.chunked_array([meant])
    assert marked(column).to_pylist() == ["'=1+1", "'+86", "'-", "'@x", "''", "''=", "a'b", "", "x"]
    assert unmarked(marked(column)).to_pylist() == meant
    users = "user_id,activated_on,name\n'=1,2020-01-31,'乐\n"
    assert read_fact_files(folder(tmp_path, users=users)).tables["users"].to_pylist() == [
        {"user_id": "=1", "activated_on": "2020-01-31", "name": "'乐"}
    ]


def test_a_named_encoding_is_believed(tmp_path: Path) -> None:
    path = folder(tmp_path, users=USERS.encode("gb18030"))
    assert read_fact_files(path, encoding="gb18030").tables["users"].to_pylist() == ROWS
    (fault,) = faults(path, encoding="utf-8")
    start = USERS.encode("gb18030").index("王".encode("gb18030"))
    assert (fault.code, fault.path, fault.expected) == ("WRONG_ENCODING", "users", "utf-8")
    assert fault.found == f"0x{'王'.encode('gb18030')[0]:02x} @ {start}"


def test_the_place_of_a_wrong_byte_counts_from_the_files_beginning(tmp_path: Path) -> None:
    start = (USERS + "U3,2020-01-01,赵,\n" * 200_000).encode()
    (fault,) = faults(folder(tmp_path, users=start + b"\xff\xff"), encoding="utf-8")
    assert fault.found == f"0xff @ {len(start)}"


def test_lines_that_are_no_rows_are_kept_apart_and_counts_add_up(tmp_path: Path) -> None:
    users = "user_id,activated_on\nU1,2020-01-31\nU2\nU3,2020-01-01,x\nU4,2020-02-01\n"
    found = read_fact_files(folder(tmp_path, users=users))
    assert found.tables["users"]["user_id"].to_pylist() == ["U1", "U4"]
    assert [(line.table, line.line, line.text) for line in found.malformed] == [
        ("users", 3, "U2"),
        ("users", 4, "U3,2020-01-01,x"),
    ]
    assert all(line.reason for line in found.malformed)
    assert found.rows("users") == 4


@pytest.mark.parametrize("file_format", ["parquet", "csv"])
def test_what_the_generator_writes_is_read_whole(tmp_path: Path, file_format: Any) -> None:
    encoding: Any = {"csv": "gb18030", "parquet": "utf-8"}[file_format]
    generated = generate(Operator(customers=200, months=6), tmp_path, file_format, encoding)
    found = read_fact_files(tmp_path)
    assert list(found.tables) == list(FACT_TABLES)
    assert {name: found.rows(name) for name in found.tables} == {name: generated.rows(name) for name in FACT_TABLES}
    assert not found.malformed
    assert not found.notes


def test_parquet_and_csv_of_one_operator_hold_the_same_values(tmp_path: Path) -> None:
    tables = []
    for file_format in FORMATS:
        generate(Operator(customers=100, months=6), tmp_path / file_format, file_format)
        tables.append(read_fact_files(tmp_path / file_format).tables)
    for name, table in tables[0].items():
        as_text = [
            [None if value is None else text(value) for value in column] for column in table.to_pydict().values()
        ]
        assert as_text == list(tables[1][name].to_pydict().values()), name


def text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_a_missing_column_names_file_table_and_the_one_that_was_meant(tmp_path: Path) -> None:
    path = folder(tmp_path, users="user_id,actived_on\nU1,2020-01-31\n", bills="user_id,month\nU1,2024-05\n")
    first, second = faults(path)
    assert (first.code, first.path, first.file) == ("MISSING_COLUMN", "users.activated_on", str(path / "users.csv"))
    assert (first.found, first.expected, first.suggestion) == ("user_id, actived_on", "activated_on", "actived_on")
    assert (second.path, second.expected, second.suggestion) == ("bills.fee", "fee | fee_minor", None)


def test_an_amount_may_come_in_fen(tmp_path: Path) -> None:
    found = read_fact_files(folder(tmp_path, users=USERS, bills="user_id,month,fee_minor\nU1,2024-05,750\n"))
    assert found.tables["bills"].column_names == ["user_id", "month", "fee_minor"]
    assert not found.notes


def test_a_column_nobody_declared_is_noted_with_the_nearest_name(tmp_path: Path) -> None:
    path = folder(tmp_path, users="user_id,activated_on,comunity,churn_score\nU1,2020-01-31,x,0.4\n")
    notes = read_fact_files(path, declared=["churn_score"]).notes
    assert [(note.code, note.path, note.suggestion) for note in notes] == [
        ("UNKNOWN_COLUMN", "users.comunity", "community")
    ]


@pytest.mark.parametrize(
    ("tables", "code", "path", "suggestion"),
    [
        ({"bills": "user_id,month,fee\n"}, "MISSING_TABLE", "users", None),
        ({"users": USERS, "bill": "user_id,month,fee\n"}, "UNKNOWN_TABLE", "", "bills"),
        ({"users": ""}, "MISSING_HEADER", "users", None),
        ({"users": "user_id,activated_on,user_id\n"}, "REPEATED_COLUMN", "users.user_id", None),
    ],
)
def test_files_that_cannot_be_meant_are_faults(
    tmp_path: Path, tables: dict[str, str], code: str, path: str, suggestion: str | None
) -> None:
    (fault,) = faults(folder(tmp_path, **tables))
    assert (fault.code, fault.path, fault.suggestion) == (code, path, suggestion)


def test_a_table_in_two_formats_is_a_fault(tmp_path: Path) -> None:
    generate(Operator(customers=10, months=4), tmp_path)
    (fault,) = faults(folder(tmp_path, users=USERS))
    assert (fault.code, fault.found, fault.expected) == ("REPEATED_TABLE", "users.parquet", "users.csv")


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    assert [fault.code for fault in faults(tmp_path / "nowhere")] == ["NO_FOLDER"]


def test_a_file_that_is_no_parquet_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "users.parquet").write_text("no")
    (fault,) = faults(tmp_path)
    assert (fault.code, fault.expected) == ("UNREADABLE_FILE", "parquet")
    assert "parquet" in fault.found.lower()


def test_a_quote_in_a_path_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "it's"
    path.mkdir()
    assert isinstance(read_fact_files(folder(path, users=USERS)), FactFiles)


def test_faults_are_told_in_both_languages(tmp_path: Path) -> None:
    path = folder(tmp_path, users="user_id,actived_on\nU1,2020-01-31\n")
    with pytest.raises(LifestageError) as error:
        read_fact_files(path)
    line = describe(error.value.faults[0], Texts("zh"))
    assert error.value.message("zh") == line
    assert line == (
        f"{path / 'users.csv'}：MISSING_COLUMN users.activated_on：缺少必需的列"
        "（实际 user_id, actived_on，应为 activated_on）；是否应为 actived_on？"
    )
    assert str(error.value).endswith("(found user_id, actived_on, expected activated_on); did you mean actived_on?")
