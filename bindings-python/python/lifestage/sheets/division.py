"""The sheets of the monthly cycle (DIV-07 to DIV-16): what departments, administrators and auditors are handed.

| Sheet | Goes to | Comes back as |
|---|---|---|
| `NEW_CUSTOMERS` | the three departments, who fill in what they claim | events of confirmation, by `claims` |
| `ADJUSTMENTS` | the channels' administrators | rows of an adjustment sheet, by `read_sheet` |
| `REJECTED` | whoever sent a sheet in | |
| `EFFECTS` | whoever decides on a set of moves | |
| `LOG` | auditors | the log, for `Engine.verify_log` |
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

from lifestage import Engine
from lifestage.errors import Fault
from lifestage.sheets.layout import Column, Layout, LayoutRows, mappings
from lifestage.sheets.sheet import Sheet
from lifestage.texts import Language, Texts

Department: TypeAlias = Literal["key_account", "business", "contracted"]
"""A department that confirms new customers (DIV-08)."""

CUSTOMER: Final = Column("customer_id", "customer_code", "客户编码", required=True)

ADJUSTMENTS: Final = Layout(
    "Adjustments",
    "社区调整",
    (
        CUSTOMER,
        Column("source", "source_community_code", "原社区编码", required=True),
        Column("target", "target_community_code", "目标社区编码", required=True),
        Column("effective_month", "effective_month", "生效月份", "month", required=True),
    ),
)
"""The adjustment sheet (DIV-15), with the headers of the default policy; `adjustments_of` has those of another one."""

NEW_CUSTOMERS: Final = Layout(
    "New customers",
    "新增客户",
    (
        CUSTOMER,
        Column("created_on", "created_on", "建立日期", "day"),
        Column("community", "community_code", "社区编码"),
        Column("channel", "channel_code", "渠道编码"),
        Column("is_late", "line_data_missing", "缺线路资料", "yes_no"),
        Column("key_account", "claimed_by_key_account", "大客户部认领", "yes_no", fill_in=True),
        Column("business", "claimed_by_business", "商业客户部认领", "yes_no", fill_in=True),
        Column("contracted", "claimed_by_contracted", "统包客户部认领", "yes_no", fill_in=True),
    ),
)
"""The new customers of a month (DIV-07), as a query for a cohort gives them, with a column for each department's claim.

A department writes yes or no; a blank cell is no answer.
"""

REJECTED: Final = Layout(
    "Rejected",
    "退回",
    (
        Column("file", "file", "文件"),
        Column("row", "row", "行号", "count"),
        Column("customer_id", "customer_code", "客户编码"),
        Column("column", "column", "列"),
        Column("found", "value", "值"),
        Column("code", "code", "代码"),
        Column("reason", "reason", "原因"),
        Column("expected", "expected", "应为"),
        Column("fix", "fix", "处理办法"),
    ),
)
"""Rows that were not accepted, one row a reason; `row` is where a spreadsheet program shows it, the header being 1."""

EFFECTS: Final = Layout(
    "Effects",
    "调整影响",
    (
        Column("community", "community_code", "社区编码", required=True),
        Column("customers_out", "customers_out", "调出客户数", "count"),
        Column("customers_in", "customers_in", "调入客户数", "count"),
        Column("revenue_out", "revenue_out", "调出收入", "amount"),
        Column("revenue_in", "revenue_in", "调入收入", "amount"),
    ),
)
"""What a preview says that a set of moves takes from each community and gives to it; revenue in yuan."""

LOG: Final = Layout(
    "Adjustment log",
    "客户调整日志",
    (
        Column("seq", "seq", "序号", "count", required=True),
        Column("at", "at", "时间"),
        Column("as_of", "as_of", "业务日期", "day", required=True),
        Column("customer_id", "customer_code", "客户编码", required=True),
        Column("event", "event", "步骤", required=True),
        Column("from_state", "from_state", "原状态", required=True),
        Column("to_state", "to_state", "新状态", required=True),
        Column("from_community", "from_community", "原社区", required=True),
        Column("to_community", "to_community", "新社区", required=True),
        Column("from_channel", "from_channel", "原渠道"),
        Column("to_channel", "to_channel", "新渠道"),
        Column("effective_on", "effective_on", "生效日期", "day"),
        Column("department", "department", "部门"),
        Column("claims", "claims", "是否认领", "yes_no"),
        Column("actor", "actor", "操作人", required=True),
        Column("role", "role", "角色", required=True),
        Column("second_approver", "second_approver", "复核人"),
        Column("reason", "reason", "原因"),
        Column("batch_id", "batch_id", "批次"),
        Column("previous", "previous_digest", "前条摘要", required=True),
        Column("digest", "digest", "摘要", required=True),
    ),
)
"""The log (DIV-16), every field of an entry: what is read back is verified as the log itself."""


def adjustments_of(engine: Engine) -> Layout:
    """The adjustment sheet with the headers of the engine's policy."""
    values = {value["path"]: value["value"] for value in engine.call("show_policy")["values"]}
    english, chinese = (values[f"division.cycle.sheet.{header}"] for header in ("header", "header_zh"))
    columns = zip(ADJUSTMENTS.columns, english, chinese, strict=True)
    return replace(ADJUSTMENTS, columns=tuple(replace(column, en=en, zh=zh) for column, en, zh in columns))


def claims(read: LayoutRows, department: Department | None = None) -> list[dict[str, Any]]:
    """What departments have filled in, as `events` for the handle `adjustments`.

    Args:
        read: What `NEW_CUSTOMERS.read` gave.
        department: The department whose column counts, for an actor answers for its own; all three unless given.

    Returns:
        A row an answer: `customer_id`, `event`, `department`, `claims`. A blank cell is none.
    """
    departments = get_args(Department) if department is None else (department,)
    return [
        {"customer_id": row["customer_id"], "event": "confirm", "department": department, "claims": row[department]}
        for row in read.rows
        for department in departments
        if row[department] is not None
    ]


def denied_rows(engine: Engine, sheet: Sheet, results: Any, language: Language = "en") -> list[dict[str, Any]]:
    """What speaks against the rows of an adjustment sheet, for `REJECTED`: one row a reason.

    Args:
        engine: Says the reasons in words.
        sheet: The sheet that was handed in.
        results: The table `results` of the answer: a frame or rows. Those that were accepted are left out.
        language: Of the reasons, and of what to do.
    """
    codes = {code["name"]: code for code in engine.call("list_codes")}
    return [
        {
            "file": sheet.path.name,
            "row": Sheet.shown_row(result["row"]),
            "customer_id": result["customer_id"],
            "column": denial["path"].partition("].")[2],
            "found": denial["found"],
            "code": denial["code"],
            "reason": codes[denial["code"]]["text"][language],
            "expected": denial["expected"],
            # The engine's own sentence is about this very value; in Chinese the catalogue speaks.
            "fix": denial["fix"] if language == "en" else codes[denial["code"]]["fix"]["zh"],
        }
        for result in mappings(results)
        for denial in result["denials"]
    ]


def refused_rows(faults: Iterable[Fault], language: Language = "en") -> Iterator[Mapping[str, Any]]:
    """What is wrong with the cells of a sheet that was read back, for `REJECTED`.

    Args:
        faults: The `rejects` of a layout's rows.
        language: Of the reasons.
    """
    say = Texts(language)
    for fault in faults:
        yield {
            "file": Path(fault.file or "").name,
            "row": fault.line,
            "column": fault.path,
            "found": fault.found,
            "code": fault.code,
            "reason": say(f"files.{fault.code}"),
            "expected": fault.expected,
        }
