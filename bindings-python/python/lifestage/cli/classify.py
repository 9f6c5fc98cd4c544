"""`lifestage classify`: a file of any shape, decided about row by row, and scored where it says who left."""

from pathlib import Path
from typing import Annotated

import pyarrow.parquet as pq
import typer
from rich.table import Table

from lifestage.cli.output import console
from lifestage.cli.policy import open_engine
from lifestage.cli.refusal import refusals
from lifestage.file_faults import describe
from lifestage.mapping import Mapping
from lifestage.report.render import UNKNOWN, count, percent
from lifestage.scores import Scores
from lifestage.study import Study, study
from lifestage.texts import Texts


def add(app: typer.Typer, say: Texts) -> None:
    """Adds the command."""

    @app.command(help=say("classify.about"))
    def classify(
        file: Annotated[Path, typer.Argument(help=say("classify.file"))],
        mapping: Annotated[Path, typer.Option(exists=True, dir_okay=False, help=say("classify.mapping"))],
        policy: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help=say("run.policy"))] = None,
        label: Annotated[str | None, typer.Option(help=say("classify.label"))] = None,
        out: Annotated[Path | None, typer.Option(dir_okay=False, help=say("classify.out"))] = None,
    ) -> None:
        engine = open_engine(policy, say)
        with refusals(say):
            studied = study(engine, file, Mapping.open(mapping), label)
        for note in studied.notes:
            typer.echo(describe(note, say), err=True)
        output = console()
        output.print(say("classify.rows", rows=count(len(studied.judgement.decisions)), day=studied.as_of))
        for counts in ("stages", "tiers"):
            output.print(_counts(studied, counts, say), end="\n\n")
        output.print(_rules(studied, say))
        if studied.scores:
            output.print(_scores(studied.scores, label or "", say))
        if out:
            pq.write_table(studied.judgement.decisions, out)


def _counts(studied: Study, what: str, say: Texts) -> Table:
    """How many rows are in each stage or tier."""
    table = _table(say(f"classify.{what}"), say("classify.rows_in"), say("report.share"))
    rows = len(studied.judgement.decisions)
    for part in studied.judgement.summary[what]:
        name = part[what.removesuffix("s")]
        if name or part["rows"]:
            table.add_row(name or say("report.unknown"), count(part["rows"]), percent(part["rows"], rows))
    return table


def _rules(studied: Study, say: Texts) -> Table:
    table = _table(say("foresight.rule"), say("warnings.fired"), say("warnings.insufficient"))
    for rule in studied.rules:
        table.add_row(rule.code, count(rule.fired), count(rule.insufficient))
    return table


def _scores(scores: Scores, label: str, say: Texts) -> Table:
    """How good the warnings were, rule by rule."""
    titles = ("warnings.fired", "foresight.hits", "foresight.precision", "foresight.recall", "foresight.lift")
    table = _table(say("foresight.rule"), *(say(title) for title in titles))
    every = (say("foresight.all_rules"), scores.warned, scores.warned_leavers)
    for name, warned, hits in (*((hits.code, hits.warned, hits.warned_leavers) for hits in scores.rules), every):
        lift = scores.lift(warned, hits)
        shown = UNKNOWN if lift is None else f"{lift:.2f}"
        table.add_row(name, count(warned), count(hits), percent(hits, warned), percent(hits, scores.leavers), shown)
    table.title = say("classify.scores", label=label, leavers=count(scores.leavers), users=count(scores.users))
    table.title_justify = "left"
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column(first)
    for title in others:
        table.add_column(title, justify="right")
    return table
