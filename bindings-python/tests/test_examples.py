import re
import subprocess
import sys
from pathlib import Path

from lifestage.operator import Operator, generate

SHEETS = ("新增客户", "已确认", "社区调整", "退回", "日志")
EXAMPLES = Path(__file__).parents[2] / "examples" / "python"


def run(name: str, *arguments: Path) -> str:
    command = [sys.executable, str(EXAMPLES / name), *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


def test_classify_record_decides_and_says_why() -> None:
    first, *trace = run("classify_record.py").splitlines()
    assert first == "D mid ['EWS-02']"
    assert any("EWS-02" in line for line in trace)
    assert any("阶段" in line for line in trace)


def test_the_notebook_runs_and_its_cells_are_marked() -> None:
    printed = run("notebook.py")
    assert "EWS-02" in printed
    assert re.search(r"u1 .*B .*D", printed)
    cells = (EXAMPLES / "notebook.py").read_text(encoding="utf-8").split("# %%")
    assert len(cells) > 8


def test_the_monthly_cycle_goes_from_fact_tables_to_lists_and_reasons(tmp_path: Path) -> None:
    generate(Operator(customers=600, seed=1), tmp_path)
    printed = run("monthly_cycle.py", tmp_path)
    assert re.search(r"stage_history +┆ \d+ +┆ \d+", printed)
    assert "in parts the same: True" in printed
    assert re.search(r"User U\d{9}: stage D", printed)
    assert re.search(r"2024-05-31 ┆ [A-E] ", printed)


def test_the_organisation_says_who_may_do_what_and_who_sees_what() -> None:
    printed = run("organisation.py")
    assert "广西区电信有限公司/公众客户渠道/南宁公众客户渠道/青秀区公众客户部/城东二片/城东二片1社区" in printed
    assert re.search(r"chen +┆ assign_community +┆ allowed", printed)
    assert re.search(r'chen +┆ assign_channel +┆ denied +┆ \["NO_ROLE"\]', printed)
    assert re.search(r"channel ┆ 240\.50", printed)


def test_customer_groups_are_filled_from_a_sheet_and_reported_on() -> None:
    printed = run("customer_groups.py")
    assert "stale: ['line'] touched: ['placing']" in printed
    assert re.search(r"imports +┆ 4 +┆ 1 +┆ 2 +┆ 2 ", printed)
    assert "row 3: k1: REPEATED_MEMBER." in printed
    assert "row 4: k9: NO_SUCH_CUSTOMER." in printed
    assert re.search(r"tower +┆ 2 +┆ 2 +┆ 270\.50 ", printed)


def test_the_division_goes_from_placing_over_sheets_to_a_log_in_which_changes_show(tmp_path: Path) -> None:
    printed = run("division.py", tmp_path)
    assert "{'rows': 3, 'accepted': 1, 'rejected': 2}" in printed
    assert "第3行 K3 原社区编码 SOURCE_OUT_OF_SCOPE" in printed
    assert re.search(r"4 +┆ CHANGED", printed)
    assert {path.name for path in tmp_path.iterdir()} == {f"{name}.xlsx" for name in SHEETS}
