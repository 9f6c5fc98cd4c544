"""A report's data into its page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, TypeAlias

import jinja2

from lifestage.report.data import REASONS, STAGES, TIERS, Report, WarnedList
from lifestage.report.division import PLACEMENTS
from lifestage.texts import Language, Texts

Row: TypeAlias = Mapping[str, Any]

UNKNOWN = "-"
"""Shown where there is no number."""


def render(report: Report, language: Language = "en", rows_shown: int = 20) -> str:
    """The page as HTML, complete in itself.

    Args:
        report: What to show.
        language: English or Chinese.
        rows_shown: How many rows of a community's list are shown; how many more there are is said.

    Raises:
        ValueError: The report's figures do not add up.
    """
    report.check()
    say = Texts(language)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("lifestage.report", ""),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        count=count,
        percent=percent,
        width=width,
        cell=cell,
    )
    page = environment.get_template("page.html.j2")
    return page.render(
        report=report,
        say=say,
        language=language,
        rows_shown=rows_shown,
        stages=[stage for stage in STAGES if stage or _uses_unknown_stage(report)],
        placements=PLACEMENTS,
        tiers=[tier for tier in TIERS if tier or any(tier is None for tier, _ in report.customer_tiers)],
        reasons=[reason for reason in REASONS if any(table.returned.get(reason) for table in report.rows)],
        communities=_communities(report.lists),
        unknown=UNKNOWN,
    )


def _uses_unknown_stage(report: Report) -> bool:
    moved = any(None in move for move in report.moves)
    return moved or None in report.user_stages or None in report.customer_stages


def _communities(lists: tuple[WarnedList, ...]) -> list[tuple[str | None, list[list[Row]]]]:
    """Each community with somebody on a list, by name, and its users list by list; those placed in none come last."""
    found: defaultdict[str | None, list[list[Row]]] = defaultdict(lambda: [[] for _ in lists])
    for place, warned in enumerate(lists):
        for row in warned.rows:
            found[row["community"]][place].append(row)
    return sorted(found.items(), key=lambda part: (part[0] is None, part[0] or ""))


def cell(value: object, language: Language = "en") -> str:
    """A value of a list as its cell shows it.

    >>> cell(["fees", "faults"]), cell(None)
    ('fees, faults', '-')
    """
    if isinstance(value, list):
        value = ("、" if language == "zh" else ", ").join(value)
    return str(value) if value else UNKNOWN


def count(number: int | None) -> str:
    """A count with its thousands apart.

    >>> count(50000)
    '50,000'
    """
    return UNKNOWN if number is None else f"{number:,}"


def percent(part: float | None, whole: float = 1) -> str:
    """A share with one decimal; of nothing there is none.

    >>> percent(1, 3), percent(None)
    ('33.3 %', '-')
    """
    return UNKNOWN if part is None or not whole else f"{100 * part / whole:.1f} %"


def width(part: float | None, whole: float = 1) -> str:
    """The length of a bar, as CSS wants it."""
    return "0%" if part is None or not whole else f"{100 * part / whole:.2f}%"
