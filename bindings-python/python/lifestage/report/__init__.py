"""The report of a run: one self-contained page, in English or Chinese, that needs no network and prints well."""

from lifestage.report.data import (
    REASONS,
    STAGES,
    Flaps,
    Foresight,
    Header,
    Heading,
    Report,
    RuleCount,
    TableRows,
    WarnedList,
)
from lifestage.report.division import DivisionReport
from lifestage.report.render import render
from lifestage.scores import Hits

__all__ = [
    "REASONS",
    "STAGES",
    "DivisionReport",
    "Flaps",
    "Foresight",
    "Header",
    "Heading",
    "Hits",
    "Report",
    "RuleCount",
    "TableRows",
    "WarnedList",
    "render",
]
