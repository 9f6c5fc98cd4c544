"""Every text of the command line and the report, in English and Chinese: one catalogue, by key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

Language: TypeAlias = Literal["en", "zh"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")


class Text(NamedTuple):
    """One text for people."""

    en: str
    zh: str


TEXTS: Final[dict[str, Text]] = {
    # ---- The command line ---------------------------------------------------------------------------------------
    "cli.about": Text(
        "Telecom customer lifecycle management: who stands where, who is about to leave, and why.",
        "电信客户生命周期管理：客户处于哪个阶段、谁将离网、原因何在。",
    ),
    "cli.language": Text("Language of all texts: en or zh.", "全部文字的语言：en 或 zh。"),
    "cli.language_anywhere": Text(
        "--lang LANG, anywhere on the line: the language of all texts, en or zh.",
        "--lang LANG，可写在命令行任意位置：全部文字的语言，en 或 zh。",
    ),
    "cli.unknown_language": Text("--lang: found {found}, expected en or zh", "--lang：实际为 {found}，应为 en 或 zh"),
    "cli.version": Text("Show the version and stop.", "显示版本后退出。"),
    "generate.about": Text(
        "Writes the fact tables of an operator that does not exist, with a known churn process.",
        "生成一家虚构运营商的全部事实表，其离网过程是已知的。",
    ),
    "generate.out": Text("Folder to write to; made if it is not there.", "输出文件夹；不存在则新建。"),
    "generate.customers": Text("How many customers.", "客户数。"),
    "generate.months": Text("How many complete months of bills.", "账单的完整月数。"),
    "generate.seed": Text("The same seed gives the same bytes.", "种子相同，生成的字节就相同。"),
    "generate.as_of": Text("The day at whose end the facts are known.", "数据截止日（含当天）。"),
    "generate.format": Text("parquet or csv.", "parquet 或 csv。"),
    "generate.encoding": Text("Of CSV: utf-8 or gb18030.", "CSV 编码：utf-8 或 gb18030。"),
    "generate.parquet_encoding": Text("Parquet is always utf-8", "Parquet 只用 utf-8"),
    "generate.in_the_way": Text(
        "{file} is there already, in the other format: choose another folder",
        "{file} 已存在，且格式不同：请另选文件夹",
    ),
    "generate.progress": Text("Customers", "客户"),
    "generate.table": Text("Table", "表"),
    "generate.rows": Text("Rows", "行数"),
    "generate.good": Text("Good", "有效"),
    "generate.bad": Text("Bad on purpose", "有意为之的坏行"),
    "generate.done": Text(
        "Wrote {rows} rows to {folder}. What is true is in {truth}; no engine is to read it.",
        "已写入 {rows} 行到 {folder}。真实去向在 {truth}，引擎不应读取。",
    ),
    "generate.division": Text(
        "registry/ has the month's new users and what they are placed by, organisation/ who may do what: "
        "try lifestage divide, adjust and org.",
        "registry/ 含当月新增用户及其归属依据，organisation/ 含组织与权限：可试用 lifestage divide、adjust、org。",
    ),
    "generate.reading": Text(
        "The facts are those at the end of {day}. Some users have no customer_id, on purpose: each of them is a "
        "customer of its own, so there are more customers than --customers says.",
        "数据截至 {day}（含当天）。有些用户有意不带 customer_id，各自成为一个客户，因此客户总数多于 --customers 的值。",
    ),
    "policy.about": Text("Checks policies.", "检查策略文件。"),
    "policy.check.about": Text(
        "Checks a policy file and reports every fault at once.", "检查策略文件，一次报告全部错误。"
    ),
    "policy.check.file": Text("The policy: TOML or JSON.", "策略文件：TOML 或 JSON。"),
    "policy.check.valid": Text(
        "{name} {version} is valid, effective from {effective_from}",
        "{name} {version} 有效，自 {effective_from} 起生效",
    ),
    "policy.check.faults": Text("{count} fault(s)", "共 {count} 处错误"),
    "policy.show.about": Text(
        "Shows every value of a policy with its unit and where it comes from.", "列出策略的全部取值、单位及出处。"
    ),
    "policy.show.file": Text(
        "The policy: TOML or JSON; china-telecom unless given.", "策略文件：TOML 或 JSON；默认为 china-telecom。"
    ),
    "policy.show.twice": Text("the policy is given twice: as FILE and as --policy", "策略给了两次：FILE 与 --policy"),
    "policy.show.policy": Text("The same as FILE, as the other commands take it.", "与 FILE 相同，写法同其他命令。"),
    "policy.show.under": Text("Only what stands at this path or below.", "只列出该路径及其下的取值。"),
    "policy.show.json": Text("As JSON.", "以 JSON 输出。"),
    "policy.show.path": Text("Path", "路径"),
    "policy.show.value": Text("Value", "取值"),
    "policy.show.unit": Text("Unit", "单位"),
    "policy.show.source": Text("Source", "出处"),
    "policy.show.set_by": Text("Set by", "所在文件"),
    "policy.show.default": Text("default", "默认值"),
    "classify.about": Text(
        "Decides about every row of a file, CSV or Parquet, whose columns a mapping turns into facts.",
        "按映射把 CSV 或 Parquet 文件的列变为事实，逐行判定。",
    ),
    "classify.file": Text("CSV, also compressed, or Parquet.", "CSV（可压缩）或 Parquet。"),
    "classify.mapping": Text(
        "TOML: which expression over the file's columns is which fact.", "TOML：文件各列的表达式与事实的对应关系。"
    ),
    "classify.label": Text(
        "A label of the mapping that says who left: scores the warnings by it.",
        "映射中表示谁已离网的标签：据此评价预警。",
    ),
    "classify.out": Text("Parquet file to write the decisions to.", "判定结果写入的 Parquet 文件。"),
    "classify.rows": Text("{rows} rows, as of {day}", "{rows} 行，截至 {day}"),
    "classify.rows_in": Text("Rows", "行数"),
    "classify.stages": Text("Stage", "阶段"),
    "classify.tiers": Text("Tier", "层级"),
    "classify.scores": Text("Against {label}: {leavers} of {users} rows", "对照 {label}：{users} 行中有 {leavers} 行"),
    "explain.about": Text(
        "Says why a user or prospect stands where it stands.", "说明某个用户或潜在客户为何处于当前阶段。"
    ),
    "explain.facts": Text(
        "Folder of fact tables, the output folder of a run, or a view as Parquet.",
        "事实表文件夹、某次运行的输出文件夹，或 Parquet 格式的视图。",
    ),
    "explain.policy": Text(
        "The policy: TOML or JSON; unless given, that of the run, or china-telecom for fact tables.",
        "策略文件：TOML 或 JSON；默认为该次运行的策略，事实表则为 china-telecom。",
    ),
    "explain.user_id": Text("The user or prospect.", "用户或潜在客户编号。"),
    "explain.trace": Text("Show every rule that was considered, too.", "同时列出考察过的全部规则。"),
    "explain.json": Text("Everything that was considered, as JSON.", "以 JSON 输出完整判定过程。"),
    "explain.unknown_user": Text("there is no user {user_id} in {facts}", "{facts} 中没有用户 {user_id}"),
    "explain.no_view": Text("{facts} is no view in Parquet", "{facts} 不是 Parquet 格式的视图"),
    "explain.other_day": Text(
        "{facts} is the view of {day}: it says nothing of {as_of}", "{facts} 是 {day} 的视图，不能说明 {as_of} 的情况"
    ),
    "explain.other_policy": Text(
        "{facts} was decided by the policy with digest {run}; the one here has {given}: "
        "leave --policy out, or make the run again",
        "{facts} 由摘要为 {run} 的策略判定，而此处策略的摘要为 {given}：请去掉 --policy，或重新运行",
    ),
    "explain.rule": Text("Rule", "规则"),
    "explain.outcome": Text("Outcome", "结果"),
    "explain.comparison": Text("Comparison", "比较"),
    "explain.observed": Text("Observed", "观测值"),
    "explain.threshold": Text("Threshold", "门限"),
    "explain.path": Text("Policy path", "策略路径"),
    "outcome.fired": Text("fired", "触发"),
    "outcome.not_fired": Text("not fired", "未触发"),
    "outcome.insufficient": Text("insufficient", "数据不足"),
    "outcome.holds": Text("holds", "成立"),
    "outcome.fails": Text("fails", "不成立"),
    "outcome.unknown": Text("unknown", "未知"),
    "outcome.draft": Text("draft", "草稿"),
    "fault.found": Text("found", "实际"),
    "fault.expected": Text("expected", "应为"),
    "fault.fix": Text("fix", "修正"),
    "fault.meant": Text("did you mean `{name}`? ", "是否应为 `{name}`？"),
    # ---- Reading fact tables ------------------------------------------------------------------------------------
    "files.NO_FOLDER": Text("there is no such folder", "没有这个文件夹"),
    "files.MISSING_TABLE": Text("a table that is always needed is missing", "缺少必需的表"),
    "files.UNKNOWN_TABLE": Text("no fact table has this name", "没有这个名称的事实表"),
    "files.REPEATED_TABLE": Text("the table is there more than once", "同一张表出现多次"),
    "files.MALFORMED_LINE": Text("the line is no row of its table", "该行不是该表的有效行"),
    "files.UNREADABLE_FILE": Text("the file cannot be read", "文件无法读取"),
    "files.WRONG_ENCODING": Text("the file is not in this encoding", "文件不是这种编码"),
    "files.MISSING_HEADER": Text("the file has no header", "文件没有表头"),
    "files.REPEATED_COLUMN": Text("the column is there more than once", "同一列出现多次"),
    "files.MISSING_COLUMN": Text("a column that every row needs is missing", "缺少必需的列"),
    "files.UNKNOWN_COLUMN": Text(
        "the column counts only if the policy declares it as a fact",
        "只有策略将该列声明为事实，它才起作用",
    ),
    "files.ABSENT_FACT": Text(
        "the policy declares this fact and no column gives it, so it is unknown of everyone",
        "策略声明了该事实，但没有任何列提供，因此对所有人均未知",
    ),
    "files.UNKNOWN_FORMAT": Text("sheets are no files of this kind", "不支持这种表格文件"),
    "files.NO_WORKBOOK": Text("the file is no workbook, whatever its name says", "文件不是工作簿"),
    "files.ENCRYPTED_WORKBOOK": Text(
        "the workbook is encrypted, or of Excel 97: save it anew without a password",
        "工作簿已加密或为 Excel 97 格式：请去掉密码后另存为 xlsx",
    ),
    "files.DAMAGED_WORKBOOK": Text("the workbook is damaged", "工作簿已损坏"),
    "files.NO_WORKSHEET": Text("the workbook has no worksheet that shows", "工作簿没有可见的工作表"),
    "files.EMPTY_SHEET": Text("the sheet is empty", "表格为空"),
    "files.MALFORMED_CSV": Text("the file is no CSV from this line on", "从这一行起不是有效的 CSV"),
    "files.WRONG_HEADER": Text("the header is not the one that is fixed", "表头与规定不符"),
    "files.OTHER_WORKSHEETS": Text(
        "only the first worksheet counts; the others are not read", "只读取第一个工作表，其余不读"
    ),
    "files.MERGED_CELLS": Text(
        "of merged cells the first has the value, the others are blank", "合并单元格只有第一格有值，其余为空"
    ),
    "files.FORMULA_CELLS": Text("of formulas the value counts that was last computed", "公式以最近一次计算的结果为准"),
    "files.LONG_NUMBER": Text(
        "Excel keeps 15 digits of a number, so this may have been another one: write long codes as text",
        "Excel 的数字只保留 15 位，此值可能已失真：长编码请以文本录入",
    ),
    "files.BLANK_ROW": Text("the row is blank", "空行"),
    "files.BLANK_CELL": Text("the cell is blank", "单元格为空"),
    "files.BEYOND_HEADER": Text("the cell stands beyond the header", "单元格超出表头"),
    "files.WRONG_VALUE": Text("the cell does not hold what its column does", "单元格的值不符合该列"),
    "files.TOO_MANY_ROWS": Text("a worksheet has not as many rows: write CSV", "超过工作表的最大行数：请改用 CSV"),
    "files.LONG_TEXT": Text("a cell does not hold a text as long", "文本超过单元格的最大长度"),
    "files.UNFIT_TEXT": Text("the text cannot be read back from a file", "文本写入文件后无法原样读回"),
    "files.SYNTAX": Text("the file cannot be parsed", "文件无法解析"),
    "files.UNKNOWN_KEY": Text("there is no such key here", "此处没有这个键"),
    "files.MISSING_KEY": Text("a key that is needed is missing", "缺少必需的键"),
    "files.WRONG_TYPE": Text("the value has the wrong type", "值的类型不对"),
    "files.UNKNOWN_FACT": Text("no fact of the view has this name", "视图中没有这个事实"),
    "files.INVALID_EXPRESSION": Text("the expression does not fit the file's columns", "表达式与文件的列不符"),
    "files.line": Text(
        "{file}: {code} {path}: {text} (found {found}, expected {expected}){hint}",
        "{file}：{code} {path}：{text}（实际 {found}，应为 {expected}）{hint}",
    ),
    "files.nothing": Text("nothing", "无"),
    "files.nearest": Text("; did you mean {name}?", "；是否应为 {name}？"),
    # ---- Spreadsheets -------------------------------------------------------------------------------------------
    "sheet.yes": Text("yes", "是"),
    "sheet.no": Text("no", "否"),
    # ---- The monthly cycle ---------------------------------------------------------------------------------------
    "run.about": Text(
        "Runs the monthly cycle over a folder of fact tables: stages, warnings, customers, lists and a report.",
        "对一个事实表文件夹执行月度运行：阶段、预警、客户、名单与报告。",
    ),
    "run.folder": Text(
        "Folder with users.csv, bills.parquet and so on: one file a table.",
        "事实表文件夹，每表一个文件：users.csv、bills.parquet 等。",
    ),
    "run.out": Text(
        "Folder to write to; what an earlier run wrote there is replaced.", "输出文件夹；之前运行写入的文件会被替换。"
    ),
    "run.policy": Text(
        "The policy, TOML or JSON; china-telecom unless given.", "策略文件，TOML 或 JSON；默认为 china-telecom。"
    ),
    "run.as_of": Text(
        "The end of this day; unless given, the end of the newest month that has at least half as many bills as the "
        "fullest month.",
        "以该日结束为准；默认为账单数不少于账单最多月份一半的最近一个月的月末。",
    ),
    "run.encoding": Text("Of CSV files: auto, utf-8, gb18030 or utf-16.", "CSV 编码：auto、utf-8、gb18030 或 utf-16。"),
    "run.format": Text(
        "Write tables as parquet or csv; may be repeated. Both unless given.",
        "表的输出格式 parquet 或 csv，可重复指定；默认两种都写。",
    ),
    "run.show": Text(
        "A personal column to show, such as name; may be repeated. All are masked unless named.",
        "要显示的个人信息列，如 name，可重复指定；未指名的一律掩码。",
    ),
    "run.division": Text(
        "A folder that `lifestage adjust` wrote: the report shows it.",
        "由 `lifestage adjust` 写出的文件夹，在报告中展示。",
    ),
    "run.no_division": Text("{file} is no report of a division: {reason}", "{file} 不是划分报告：{reason}"),
    "run.not_personal": Text("found {found}, expected one of {expected}", "实际为 {found}，应为 {expected} 之一"),
    "run.no_day": Text(
        "no day is given and there are no bills to tell it by: name it with --as-of",
        "未指定日期，且没有账单可供推断：请用 --as-of 指定",
    ),
    "run.in_the_way": Text(
        "{file} is in the way, and no run wrote it: choose another folder",
        "{file} 已存在且并非由运行写入：请另选文件夹",
    ),
    "run.step.intake": Text("Reading facts, building the view", "读取事实、生成视图"),
    "run.step.judgement": Text("Deciding stages and warnings", "判定阶段与预警"),
    "run.step.lists": Text("Making lists", "生成名单"),
    "run.step.results": Text("Writing files", "写出文件"),
    "run.rows": Text(
        "As of {day}: {rows} rows came in, {used} were used, {bad} were returned with a reason.",
        "截至 {day}：输入 {rows} 行，使用 {used} 行，附原因退回 {bad} 行。",
    ),
    "run.foresight": Text(
        "Of {leavers} users who really leave by {horizon}, {warned_leavers} ({recall}) were warned of beforehand; "
        "of {warned} users whom a rule that moves the stage warns of {false} ({false_rate}) stay.",
        "至 {horizon} 实际离网 {leavers} 户，其中 {warned_leavers} 户（{recall}）已事先预警；"
        "使阶段变动的规则所预警的 {warned} 户中有 {false} 户（{false_rate}）未离网。",
    ),
    "run.done": Text("Open {page}; tables and lists are in {folder}.", "请打开 {page}；表与名单在 {folder}。"),
    "run.malformed.fix": Text("correct line {line} of {file}", "更正 {file} 第 {line} 行"),
    "run.undecided": Text("the row breaks the contract of the view", "该行不符合视图约定"),
    "divide.about": Text(
        "Places the new users of a month: in a customer, a community, a contracted area or an unassigned community.",
        "为当月新增用户确定归属：并入客户、社区、统包区或未分配社区。",
    ),
    "divide.folder": Text(
        "Folder with registry/ (contracts, customers, boxes, segments, billing_areas, new_users; CSV or Parquet).",
        "含 registry/ 的文件夹（contracts、customers、boxes、segments、billing_areas、new_users，CSV 或 Parquet）。",
    ),
    "divide.as_of": Text(
        "The day; the last one of the month of the newest user unless given.", "日期；默认为最新用户所在月的最后一天。"
    ),
    "divide.done": Text(
        "Placements, new customers and errors with their reasons are in {folder}.",
        "归属、新客户及附原因的错误在 {folder}。",
    ),
    "adjust.about": Text(
        "Takes a month's new customers through the cycle, in sheets, with answers of the departments that are made up; "
        "or hands one sheet of your own in.",
        "让当月新增客户以表格走完划分流程（各部门的答复为虚构）；或提交您自己的一份调整表。",
    ),
    "adjust.folder": Text(
        "Folder with registry/ and organisation/; with --sheet, the folder that an earlier round wrote.",
        "含 registry/ 与 organisation/ 的文件夹；与 --sheet 同用时为先前一轮写出的文件夹。",
    ),
    "adjust.out": Text("Folder to write to; needed without --sheet.", "输出文件夹；不带 --sheet 时必需。"),
    "adjust.as_of": Text(
        "The day: of the sheet, or on which the round begins (the last one of the month of the newest user unless "
        "given).",
        "日期：提交调整表的日期，或本轮开始的日期（默认为最新用户所在月的最后一天）。",
    ),
    "adjust.sheet": Text("An adjustment sheet, .xlsx or .csv.", "调整表，.xlsx 或 .csv。"),
    "adjust.actor": Text("Who hands the sheet in.", "提交人。"),
    "adjust.second_approver": Text("Who approves it; another person.", "复核人，须为另一人。"),
    "adjust.no_out": Text("say where to write to", "请指定输出文件夹"),
    "adjust.nobody": Text("a sheet needs who hands it in, and the day", "提交调整表须指明提交人与日期"),
    "adjust.no_round": Text("{file}: no round was made here", "{file}：此处没有划分记录"),
    "adjust.nobody_acts": Text(
        "the round needs {needed}, and nobody in the organisation is that", "本轮需要 {needed}，组织中没有"
    ),
    "adjust.done": Text(
        "Results, log and sheets are in {folder}; {undivided} customers are not divided yet: sheets/left_*.xlsx can be "
        "handed in with --sheet. Show all of it with: lifestage run … --division {folder}",
        "结果、日志与表格在 {folder}；尚有 {undivided} 个客户未划分，可用 --sheet 提交 sheets/left_*.xlsx。"
        "在报告中展示：lifestage run … --division {folder}",
    ),
    "adjust.handed_in": Text(
        "{rows} rows: {accepted} accepted, {rejected} rejected.",
        "共 {rows} 行：接受 {accepted} 行，退回 {rejected} 行。",
    ),
    "adjust.denied": Text(
        "{file}:{row}  {customer_id}  {code}: {reason}; found {found}, expected {expected}; {fix}",
        "{file}:{row}  {customer_id}  {code}：{reason}；实际 {found}，应为 {expected}；{fix}",
    ),
    "adjust.kept": Text("State, log and rejected rows are in {folder}.", "状态、日志与退回行在 {folder}。"),
    "org.about": Text(
        "Shows an organisation: its trees, a unit, what a person may do and see, and what is odd.",
        "查看组织：组织树、单位、人员的权限与可见范围，以及异常之处。",
    ),
    "org.folder": Text(
        "Folder with organisation/ (units, links, persons, grants; CSV or Parquet).",
        "含 organisation/ 的文件夹（units、links、persons、grants，CSV 或 Parquet）。",
    ),
    "org.unit": Text("A unit: its path in each tree and who manages it.", "某单位：其在各树中的路径与客户经理。"),
    "org.person": Text("A person: roles, menu and how much it sees.", "某人员：角色、菜单与可见范围。"),
    "org.tree": Text("Which tree is shown.", "显示哪一棵树。"),
    "org.leaves": Text("Show communities, too.", "同时显示社区。"),
    "org.as_of": Text(
        "The day; the last one of the month of the newest user of registry/ unless given.",
        "日期；默认为 registry/ 中最新用户所在月的最后一天。",
    ),
    "org.leaves_below": Text("({count} communities)", "（{count} 个社区）"),
    "org.findings": Text("Odd on {day}: {count}", "{day} 的异常：{count} 项"),
    "org.no_unit": Text("there is no unit {unit} on {day}", "{day} 没有单位 {unit}"),
    "org.no_person": Text("nobody is called {person} on {day}", "{day} 没有人员 {person}"),
    "org.path.region": Text("by region", "按行政区域"),
    "org.path.channel": Text("by channel", "按渠道"),
    "org.path.operations": Text("in operations", "营维合一"),
    "org.department": Text("department", "部门"),
    "org.local_channel": Text("local-network channel", "本地网渠道"),
    "org.managers": Text("managers", "客户经理"),
    "org.sees": Text(
        "Sees {units} units, {communities} communities among them.", "可见 {units} 个单位，其中社区 {communities} 个。"
    ),
    "org.column.unit_id": Text("Unit", "单位"),
    "org.column.finding": Text("Finding", "异常"),
    "org.column.found": Text("Found", "实际"),
    "org.column.what": Text("What", "项目"),
    "org.column.value": Text("Value", "值"),
    "org.column.role": Text("Role", "角色"),
    "org.column.at": Text("At", "所在单位"),
    "org.column.menu": Text("Menu", "菜单"),
    "org.column.action": Text("Action", "操作"),
    # ---- The report ---------------------------------------------------------------------------------------------
    "report.title": Text("Customer lifecycle", "客户生命周期"),
    "report.as_of": Text("As of {day}", "截至 {day}"),
    "report.policy": Text("Policy", "策略"),
    "report.digest": Text("Digest", "摘要"),
    "report.engine": Text("Engine", "引擎"),
    "report.contents": Text("Contents", "目录"),
    "report.unknown": Text("unknown", "未知"),
    "report.none": Text("none", "无"),
    "report.total": Text("Total", "合计"),
    "report.share": Text("Share", "占比"),
    "report.users": Text("Users", "用户"),
    "report.customers": Text("Customers", "客户"),
    "figures.users": Text("users and prospects judged", "已判定的用户与潜在客户"),
    "figures.declining": Text("users in decline (D)", "衰退期（D）用户"),
    "figures.high_declining": Text("high-value customers in decline", "衰退期的高价值客户"),
    "figures.recall": Text("of real leavers were warned of beforehand", "实际离网用户中已事先预警"),
    "figures.precision": Text("of the warnings were right", "预警命中"),
    "figures.flap": Text("of the stages went back and forth", "阶段来回反复"),
    "figures.returned": Text("rows returned with a reason", "附原因退回的数据行"),
    "stages.title": Text("Where customers stand", "客户所处阶段"),
    "stages.about": Text(
        "Every user is in exactly one stage; a customer takes the first of D, C, B, unknown, A and E found among its "
        "users.",
        "每个用户恰好处于一个阶段；客户取其用户中按 D、C、B、未知、A、E 顺序最先出现的阶段。",
    ),
    "stages.stage": Text("Stage", "阶段"),
    "stage.A": Text("Acquisition", "获取"),
    "stage.B": Text("Build-up", "提升"),
    "stage.C": Text("Climax", "成熟"),
    "stage.D": Text("Decline", "衰退"),
    "stage.E": Text("Exit", "离网"),
    "moves.title": Text("How users moved", "阶段转移"),
    "moves.about": Text(
        "Rows: the stage in the run before; columns: the stage now. Shaded by share of the row.",
        "行为上期阶段，列为本期阶段；底色深浅表示占该行的比例。",
    ),
    "moves.before": Text("Before", "上期"),
    "moves.now": Text("Now", "本期"),
    "moves.new": Text("new", "新增"),
    "moves.flap": Text(
        "Flap rate: {flapped} of {judged} users with enough history ({rate}) are back in the stage they were in two or "
        "three runs ago.",
        "反复率：历史足够的 {judged} 个用户中有 {flapped} 个（{rate}）回到两三期之前的阶段。",
    ),
    "moves.no_flap": Text(
        "Flap rate: unknown, for there is no history to judge by.", "反复率：未知，没有可供判断的历史。"
    ),
    "warnings.title": Text("Warnings", "预警"),
    "warnings.about": Text(
        "Users each rule warns of. Insufficient: what the rule reads is not all known, so it did not decide.",
        "各规则预警的用户数。数据不足：规则所需数据不全，未作判定。",
    ),
    "warnings.code": Text("Code", "编号"),
    "warnings.meaning": Text("What it says", "含义"),
    "warnings.fired": Text("Warned of", "预警"),
    "warnings.insufficient": Text("Insufficient", "数据不足"),
    "warnings.moves_stage": Text("moves the stage to D", "使阶段变为 D"),
    "warnings.shadow": Text("shadow: reported apart, warns nobody", "影子：另行统计，不发出预警"),
    "tiers.title": Text("Value and stage", "价值与阶段"),
    "tiers.about": Text("Customers by value tier and stage.", "按价值层级与阶段统计的客户数。"),
    "tiers.tier": Text("Tier", "层级"),
    "tier.high": Text("high", "高"),
    "tier.mid": Text("mid", "中"),
    "tier.low": Text("low", "低"),
    "foresight.title": Text("Were the warnings right?", "预警是否准确"),
    "foresight.about": Text(
        "In this operator it is known who leaves: {leavers} of {users} users in service ({base}) within the three "
        "months to {horizon}. The engine was not told. A user counts as warned of where a rule that moves the stage "
        "fired.",
        "这家运营商的离网情况是已知的：至 {horizon} 的三个月内，在网的 {users} 个用户中有 {leavers} 个离网（{base}）。"
        "引擎事先并不知情。凡使阶段变为 D 的规则触发，即计为已预警。",
    ),
    "foresight.left": Text("Users who leave", "离网用户"),
    "foresight.warned": Text("Users warned of", "被预警用户"),
    "foresight.warned_before": Text("warned of beforehand", "事先预警"),
    "foresight.missed": Text("not warned of", "未预警"),
    "foresight.right": Text("really leave", "确实离网"),
    "foresight.false": Text("stay", "仍在网"),
    "foresight.rule": Text("Rule", "规则"),
    "foresight.all_rules": Text("All that move the stage", "全部使阶段变动的规则"),
    "foresight.recall": Text("Recall", "召回率"),
    "foresight.precision": Text("Precision", "精确率"),
    "foresight.lift": Text("Lift", "提升度"),
    "foresight.hits": Text("of whom leave", "其中离网"),
    "foresight.reading": Text(
        "Recall: leavers who were warned of. Precision: warned users who leave. Lift: precision over the share of "
        "leavers among all.",
        "召回率：离网用户中被预警的比例。精确率：被预警用户中离网的比例。提升度：精确率与总体离网率之比。",
    ),
    "lists.title": Text("Lists by community", "分社区名单"),
    "lists.about": Text(
        "Who is to be called on: the users whom the policy's lists name, community by community.",
        "走访名单：策略所列各名单中的用户，按社区划分。",
    ),
    "lists.masked": Text(
        "Personal columns that were not asked for are masked.", "未按名称要求显示的个人信息列已脱敏。"
    ),
    "lists.community": Text("Community", "社区"),
    "lists.no_community": Text("not placed", "未划分"),
    "lists.more": Text("and {count} more, in the list files", "另有 {count} 人，见名单文件"),
    "lists.nobody": Text("Nobody is on a list.", "名单为空。"),
    # ---- Division of new customers --------------------------------------------------------------------------------
    "division.title": Text("New customers, divided", "新增客户划分"),
    "division.about": Text(
        "Every new user ends in exactly one place or in an error; {new_customers} new customers come of it. Box and "
        "number disagree for {conflicts} users; line data is still to come of {pending_line} new customers.",
        "每个新增用户恰有一个归属或一项错误；由此产生新客户 {new_customers} 个，交接箱与号码段不一致 {conflicts} 户，"
        "线路数据未到的新客户 {pending_line} 个。",
    ),
    "division.made": Text(
        "{new_customers} new customers; box and number disagree for {conflicts} users; line data is still to come of "
        "{pending_line} new customers.",
        "新客户 {new_customers} 个；交接箱与号码段不一致 {conflicts} 户；线路数据未到的新客户 {pending_line} 个。",
    ),
    "division.placement": Text("Ends", "归属"),
    "placement.merged": Text("in a customer that is known", "并入已有客户"),
    "placement.community": Text("in a community", "社区"),
    "placement.contracted_area": Text("in a contracted area", "统包区"),
    "placement.unassigned": Text("in an unassigned community", "未分配社区"),
    "division.errors": Text("in error", "错误"),
    "division.tree": Text("The organisation {name}", "组织：{name}"),
    "division.tree_about": Text(
        "Customers at and below each unit at the end of the round; open a unit to see those below it. {outside} of "
        "{customers} customers are in no community of this tree.",
        "本轮结束时各单位及其下级的客户数；点开单位可见下级。{customers} 个客户中有 {outside} 个不在此树的任何社区。",
    ),
    "division.unit": Text("Unit", "单位"),
    "division.level": Text("Level", "层级"),
    "division.round": Text("A round of the cycle", "一轮划分流程"),
    "division.round_about": Text(
        "The customers in unassigned communities, from the export to their communities; each step is an entry of the "
        "log for each customer. The departments' answers are made up. {undivided} are not divided yet.",
        "未分配社区中的客户，从导出到划入社区；每一步为每个客户记一条日志。各部门的答复为虚构。"
        "尚有 {undivided} 个未划分。",
    ),
    "division.step": Text("Step", "步骤"),
    "division.day": Text("Day", "日期"),
    "division.actor": Text("Who", "操作人"),
    "division.rows": Text("Rows", "行数"),
    "division.accepted": Text("Accepted", "接受"),
    "division.rejected": Text("Rejected", "退回"),
    "step.export": Text("Export for confirmation", "导出待确认"),
    "step.answer_key_account": Text("Key-account department answers", "大客户部确认"),
    "step.answer_business": Text("Business-customer department answers", "商业客户部确认"),
    "step.answer_contracted": Text("Contracted-customer department answers", "统包客户部确认"),
    "step.settle": Text("Conflicting claims settled", "认领冲突解决"),
    "step.submit": Text("Submitted", "提交"),
    "step.assign_channel": Text("Moved between channels", "跨渠道调整"),
    "step.assign_community": Text("Moved to communities, by a sheet", "按表划入社区"),
    "division.attempts": Text("What was refused", "被拒绝的尝试"),
    "division.attempts_about": Text(
        "One attempt of each kind, on a copy of the state.", "每类各一次，均在状态副本上进行。"
    ),
    "division.attempt": Text("Attempt", "尝试"),
    "division.refused": Text("Refused, for", "拒绝原因"),
    "division.not_refused": Text("not refused", "未被拒绝"),
    "attempt.wrong_actor": Text("by somebody without the role", "无相应角色的人员操作"),
    "attempt.closed_window": Text("outside the window", "窗口期外调整"),
    "attempt.locked_customer": Text("a locked customer", "调整已锁定的客户"),
    "attempt.unassigned_target": Text("into an unassigned community", "划入未分配社区"),
    "attempt.no_second_approval": Text("a sheet without a second approver", "调整表无复核人"),
    "attempt.bad_header": Text("a sheet with another header", "调整表表头不符"),
    "attempt.duplicate_customer": Text("a customer twice on a sheet", "调整表中客户重复"),
    "attempt.unknown_unit": Text("into a unit that is not there", "划入不存在的单位"),
    "attempt.illegal_transition": Text("a step that was taken before", "重复已完成的步骤"),
    "division.log": Text(
        "The log: {entries} entries, verified as read back from its sheet, findings: {findings}. In a copy entry "
        "{altered} was altered; verifying named entry {found}.",
        "日志共 {entries} 条，从表格读回后校验，异常 {findings} 项。"
        "副本中第 {altered} 条被改动，校验指出第 {found} 条。",
    ),
    "division.refused_customers": Text(
        "{count} new customers cannot be in the cycle: cycle_errors says why.",
        "{count} 个新客户无法进入流程，原因见 cycle_errors。",
    ),
    "division.no_log": Text("The log has no entries.", "日志为空。"),
    "rows.title": Text("Rows in and out", "数据行去向"),
    "rows.about": Text(
        "Every row handed in is either used or returned with a reason.", "每一行输入要么被使用，要么附原因退回。"
    ),
    "rows.table": Text("Table", "表"),
    "rows.in": Text("Handed in", "输入"),
    "rows.used": Text("Used", "使用"),
    "reason.late": Text("late", "迟到"),
    "reason.invalid": Text("invalid", "无效"),
    "reason.orphan": Text("orphan", "无主"),
    "reason.duplicate": Text("duplicate", "重复"),
    "reason.conflict": Text("conflict", "冲突"),
    "reason.malformed": Text("malformed", "格式错误"),
    "table.users": Text("users", "用户"),
    "table.bills": Text("bills", "账单"),
    "table.events": Text("events", "事件"),
    "table.agreements": Text("agreements", "服务合同"),
    "table.promotions": Text("promotions", "优惠"),
    "table.holdings": Text("holdings", "产品"),
    "table.prospects": Text("prospects", "潜在客户"),
    "table.stage_history": Text("stage history", "历史阶段"),
}
"""Every text, by key."""


@dataclass(frozen=True)
class Texts:
    """The catalogue in one language.

    >>> Texts("zh")("report.as_of", day="2024-05-31")
    '截至 2024-05-31'
    """

    language: Language = "en"

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key, with its values filled in."""
        text: str = getattr(TEXTS[key], self.language)
        return text.format(**values)
