"""One run of the cycle, from beginning to end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

from lifestage import Engine, Fault
from lifestage.csv_encoding import FileEncoding
from lifestage.cycle.intake import take_in
from lifestage.cycle.judgement import judge
from lifestage.cycle.lists import list_all
from lifestage.cycle.out_folder import ForeignFileError, OutFolder
from lifestage.cycle.policy_values import personal_facts
from lifestage.cycle.results import write_results
from lifestage.cycle.summary import summarise
from lifestage.operator.write import FORMATS, Format
from lifestage.report import DivisionReport, Report
from lifestage.texts import Language

STEPS: Final = ("intake", "judgement", "lists", "results")
"""What a run does, in order."""

OnStep: TypeAlias = Callable[[str, int, int], None]
"""Told the step, and how much of it is done of how much."""


@dataclass(frozen=True)
class Options:
    """How a run is made."""

    as_of: dt.date | None = None
    """The end of this day; unless given, the end of the newest month with its bills."""
    encoding: FileEncoding = "auto"
    """Of CSV files that are read."""
    formats: Collection[Format] = FORMATS
    """In which formats tables are written."""
    language: Language = "en"
    """Of the report, of headings and of reasons."""
    show: frozenset[str] = frozenset()
    """The personal columns that are shown, by name; the others are masked."""
    division: DivisionReport | None = None
    """A division of new customers that the report is to show."""


@dataclass(frozen=True)
class CycleRun:
    """What a run came to."""

    report: Report
    notes: tuple[Fault, ...] = field(default=())
    """What does no harm but may be a mistake."""


def run_cycle(engine: Engine, folder: Path, out: Path, options: Options, on_step: OnStep | None = None) -> CycleRun:
    """Makes a run over a folder of fact tables, and writes what it comes to.

    Args:
        engine: Whose policy decides.
        folder: Holds one file a table; see `read_fact_files`.
        out: The folder to write to; what an earlier run wrote there is replaced.
        options: How.
        on_step: Told of the progress.

    Raises:
        FactFilesError: The files cannot be read as fact tables.
        NoDayError: No day is given and there are no bills to tell it by.
        ForeignFileError: A file is in the way that no run wrote.
    """

    def tell(step: str, done: int = 0, of: int = 1) -> None:
        if on_step:
            on_step(step, done, of)

    if out.resolve() == folder.resolve():
        raise ForeignFileError(out)
    tell("intake")
    intake = take_in(engine, folder, options.as_of, options.encoding, options.language)
    tell("judgement")
    judgement = judge(engine, intake.view, intake.as_of, intake.history)
    tell("lists")
    lists = list_all(engine, intake.view, judgement, options.show)
    report = summarise(engine, folder, intake, judgement, lists, options.division)
    tell("results")
    hidden = personal_facts(engine) - options.show
    with OutFolder(out, options.formats) as folder_out:
        write_results(folder_out, engine.policy, intake.without(hidden), judgement, report, options.language)
    tell("results", 1)
    return CycleRun(report, intake.notes)
