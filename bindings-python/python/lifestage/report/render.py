"""A report's data into its page."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal

import jinja2

from lifestage.masking import mask_address, mask_name, mask_phone
from lifestage.report.data import REASONS, STAGES, TIERS, CommunityLists, Report
from lifestage.texts import Language, Texts

UNKNOWN = "-"
"""Shown where there is no number."""


def render(report: Report, language: Language = "en", personal: bool = False, rows_shown: int = 20) -> str:
    """The page as HTML, complete in itself.

    Args:
        report: What to show.
        language: English or Chinese.
        personal: Whether names, phones and addresses are shown in full; otherwise they are masked.
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
        yuan=yuan,
        name=_masking(mask_name, personal),
        phone=_masking(mask_phone, personal),
        address=_masking(mask_address, personal),
    )
    page = environment.get_template("page.html.j2")
    return page.render(
        report=report,
        say=say,
        language=language,
        personal=personal,
        rows_shown=rows_shown,
        stages=[stage for stage in STAGES if stage or _uses_unknown_stage(report)],
        tiers=[tier for tier in TIERS if tier or any(tier is None for tier, _ in report.customer_tiers)],
        reasons=[reason for reason in REASONS if any(table.returned.get(reason) for table in report.rows)],
        lists=[lists for lists in report.lists if lists.fee_drop or lists.grievances],
        list_totals=_list_totals(report.lists),
        unknown=UNKNOWN,
    )


def _uses_unknown_stage(report: Report) -> bool:
    moved = any(None in move for move in report.moves)
    return moved or None in report.user_stages or None in report.customer_stages


def _list_totals(lists: tuple[CommunityLists, ...]) -> tuple[int, int]:
    return sum(len(part.fee_drop) for part in lists), sum(len(part.grievances) for part in lists)


def _masking(mask: Callable[[str], str], personal: bool) -> Callable[[str | None], str]:
    def shown(value: str | None) -> str:
        if not value:
            return UNKNOWN
        return value if personal else mask(value)

    return shown


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


def yuan(amount: Decimal | None) -> str:
    """An amount with its fen.

    >>> yuan(Decimal("1234.5"))
    '1,234.50'
    """
    return UNKNOWN if amount is None else f"{amount.quantize(Decimal('0.01'), ROUND_HALF_EVEN):,}"
