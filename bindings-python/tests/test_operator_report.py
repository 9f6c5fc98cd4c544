"""The report: complete in itself, in both languages, every figure shown and adding up, people masked."""

import dataclasses
import datetime as dt
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from lifestage.report import (
    Flaps,
    Foresight,
    Header,
    Heading,
    Hits,
    Report,
    RuleCount,
    TableRows,
    WarnedList,
    render,
)
from lifestage.texts import LANGUAGES, TEXTS, Language, Texts

WANG = {"user_id": "U1", "community": "临江一片1社区", "name": "王怡然", "phone": "***", "arpu": "1234.50"}
LI = {"user_id": "U2", "community": "临江一片1社区", "name": "李军", "phone": "***", "arpu": "88.005"}
NOBODY = {"user_id": "U3", "community": None, "name": None, "phone": None, "arpu": None}
CAUSES = ["账单错误", "资费争议"]

COLUMNS = (
    Heading("user_id", "User", "用户编号"),
    Heading("community", "Community", "社区"),
    Heading("name", "Name", "姓名"),
    Heading("phone", "Phone", "电话"),
    Heading("arpu", "ARPU (yuan)", "ARPU（元）"),
)
FEE_DROP = WarnedList("fee_drop", "Fees that drop", "话费下降", COLUMNS, (WANG, LI, NOBODY))
GRIEVANCES = WarnedList(
    "grievances",
    "Complaints",
    "投诉",
    (*COLUMNS, Heading("complaint_causes", "Causes", "原因")),
    ({**WANG, "complaint_causes": CAUSES},),
)

HORIZON = dt.date(2024, 8, 31)

REPORT = Report(
    header=Header("guangxi", "7", "a" * 64, "0.1.0", dt.date(2024, 5, 31)),
    rows=(
        TableRows("users", 1_210, 1_200, {"duplicate": 4, "late": 6}),
        TableRows("bills", 14_003, 14_000, {"malformed": 3}),
    ),
    judged=1_200,
    user_stages={"A": 50, "B": 200, "C": 800, "D": 60, "E": 80, None: 10},
    customer_stages={"A": 50, "B": 150, "C": 600, "D": 55, "E": 70, None: 5},
    customer_tiers={
        ("high", "C"): 100,
        ("high", "D"): 11,
        ("mid", "C"): 200,
        ("mid", "B"): 150,
        ("low", "C"): 300,
        ("low", "D"): 44,
        (None, "A"): 50,
        (None, "E"): 70,
        (None, None): 5,
    },
    moves={("C", "C"): 700, ("C", "D"): 40, ("D", "E"): 13, ("B", "C"): 60},
    rules=(
        RuleCount("EWS-01", "Fees <fall>", "话费下降", 36, 7, moves_stage=True),
        RuleCount("NN-01", "Ours", "自定义", 5, 0, shadow=True),
    ),
    lists=(FEE_DROP, GRIEVANCES),
    flaps=Flaps(21, 1_000),
    foresight=Foresight(1_000, 40, 60, 24, (Hits("EWS-01", 36, 18),), horizon=HORIZON),
)


class Page(HTMLParser):
    """The page as a browser sees it: its text, its tables and what it would load."""

    VOID = frozenset({"meta", "link", "img", "br", "hr", "input"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.rows: list[list[str]] = []
        self.loads: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open, "every element is closed"

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.loads += [str(value) for name, value in attributes if name in ("src", "href")]
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("style", "script"):
            return
        self.words.append(data)
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def row(self, start: str) -> list[str]:
        """The cells of the one row that starts so."""
        cleaned = [[" ".join(cell.split()) for cell in row] for row in self.rows]
        return next(row for row in cleaned if row and row[0] == start)


@pytest.fixture(params=LANGUAGES)
def language(request: Any) -> Language:
    value: Language = request.param
    return value


def test_the_page_needs_no_network_and_closes_every_element(language: Language) -> None:
    html = render(REPORT, language)
    assert Page(html).loads == []
    assert not re.search(r"https?://|url\(|@import", html)


def test_the_header_says_what_decided(language: Language) -> None:
    text = Page(render(REPORT, language)).text
    for word in ("guangxi 7", "a" * 64, "lifestage 0.1.0", "2024-05-31"):
        assert word in text


def test_every_count_is_shown_and_adds_up(language: Language) -> None:
    page = Page(render(REPORT, language))
    say = Texts(language)
    assert page.row(f"D {say('stage.D')}")[1:] == ["60", "5.0 %", "", "55", "5.9 %"]
    stages = [page.row(f"{stage} {say(f'stage.{stage}')}") for stage in "ABCDE"]
    stages.append(page.row(f"? {say('report.unknown')}"))
    total = page.row(say("report.total"))
    for column in (1, 4):
        assert sum(number(row[column]) for row in stages) == number(total[column])
    users = page.row(say("table.users"))
    assert users[1:] == ["1,210", "1,200", "6", "4", "0"]
    assert number(users[1]) == sum(map(number, users[2:]))


def number(text: str) -> int:
    return int(text.replace(",", ""))


def test_moves_are_shown_with_their_share_of_the_row(language: Language) -> None:
    html = render(REPORT, language)
    cells = re.findall(r'style="--share:([\d.]+)%">([\d,]+)<small>([\d.]+) %', html)
    assert ("94.59", "700", "94.6") in cells
    assert ("5.41", "40", "5.4") in cells


def test_foresight_is_recall_precision_and_lift(language: Language) -> None:
    page = Page(render(REPORT, language))
    assert page.row("EWS-01")[1:] == ["36", "18", "45.0 %", "", "50.0 %", "", "12.5"]
    every = page.row(Texts(language)("foresight.all_rules"))
    assert every[1:] == ["60", "24", "60.0 %", "", "40.0 %", "", "10.0"]


def test_a_rules_text_is_escaped() -> None:
    html = render(REPORT, "en")
    assert "Fees &lt;fall&gt;" in html
    assert "<fall>" not in html


def test_the_page_says_whether_people_are_masked(language: Language) -> None:
    notice = Texts(language)("lists.masked")
    assert notice in render(REPORT, language)
    shown = tuple(dataclasses.replace(warned, masked=False) for warned in REPORT.lists)
    assert notice not in render(dataclasses.replace(REPORT, lists=shown), language)


def test_a_list_has_the_columns_of_its_layout(language: Language) -> None:
    say = Texts(language)
    page = Page(render(REPORT, language))
    wang = [[" ".join(cell.split()) for cell in row] for row in page.rows if row and row[0] == "U1"]
    assert wang == [
        ["U1", "王怡然", "***", "1234.50"],
        ["U1", "王怡然", "***", "1234.50", ("、" if language == "zh" else ", ").join(CAUSES)],
    ]
    heads = [row for row in page.rows if row and row[0] == getattr(COLUMNS[0], language)]
    assert [len(head) for head in heads] == [4, 5, 4]
    assert say("lists.no_community") in page.text
    assert page.row("U3")[1:] == ["-", "-", "-"]


def test_a_long_list_says_how_many_more_there_are(language: Language) -> None:
    page = Page(render(REPORT, language, rows_shown=1))
    assert page.text.count(Texts(language)("lists.more", count=1)) == 1


def test_what_is_not_known_is_left_out(language: Language) -> None:
    say = Texts(language)
    bare = dataclasses.replace(REPORT, moves={}, rules=(), lists=(), flaps=None, foresight=None)
    text = Page(render(bare, language)).text
    assert say("foresight.title") not in text
    assert say("moves.no_flap") in text
    assert say("lists.nobody") in text


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"rows": (TableRows("users", 10, 8, {"late": 1}),)}, "rows of users 10 is not used"),
        ({"rows": (TableRows("users", 10, 9, {"lost": 1}),)}, "unknown reason lost"),
        ({"judged": 1_201}, "judged 1201 is not users by stage 1200"),
        ({"customer_tiers": {("high", "C"): 930}}, "customers in stage D 55 is not by tier 0"),
        ({"moves": {("C", "D"): 61}}, "users moved to stage D 61 is more than users in it 60"),
        ({"rules": (RuleCount("EWS-01", "", "", 1_200, 1),)}, "EWS-01 fired or insufficient 1201"),
        ({"flaps": Flaps(2, 1)}, "flapped 2 is more"),
        ({"foresight": Foresight(100, 5, 3, 4, horizon=HORIZON)}, "warned leavers 4 is more than warned 3"),
        ({"foresight": Foresight(10, 5, 9, 2, horizon=HORIZON)}, "false warnings 7 is more than stayers 5"),
    ],
)
def test_figures_that_do_not_add_up_make_no_report(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        render(dataclasses.replace(REPORT, **wrong))


def test_shares_of_nobody_are_no_numbers(language: Language) -> None:
    nobody = Foresight(0, 0, 0, 0, (Hits("EWS-01", 0, 0),), horizon=HORIZON)
    page = Page(render(dataclasses.replace(REPORT, foresight=nobody), language))
    assert page.row("EWS-01")[1:] == ["0", "0", "-", "", "-", "", "-"]


@pytest.mark.parametrize("key", TEXTS)
def test_a_text_has_both_languages_and_the_same_values(key: str) -> None:
    english, chinese = TEXTS[key]
    assert english
    assert chinese
    assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", chinese))
