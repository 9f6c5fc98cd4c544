"""The report of a run: one self-contained page, in English or Chinese, that needs no network and prints well."""

from lifestage.report.data import (
    CommunityLists,
    Flaps,
    Foresight,
    Header,
    Hits,
    ListRow,
    Report,
    RuleCount,
    TableRows,
)
from lifestage.report.render import render

__all__ = [
    "CommunityLists",
    "Flaps",
    "Foresight",
    "Header",
    "Hits",
    "ListRow",
    "Report",
    "RuleCount",
    "TableRows",
    "render",
]
