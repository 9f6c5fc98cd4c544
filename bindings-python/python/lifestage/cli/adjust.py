"""`lifestage adjust`: a round of the monthly cycle over the placed new customers, and sheets of the user's own."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from lifestage.cli.divide import show_placings
from lifestage.cli.output import console
from lifestage.cli.policy import open_engine
from lifestage.cli.refusal import refusals, refuse
from lifestage.dividing import Acting, DivisionRun, HandedIn, hand_in
from lifestage.report.division import Attempt, DivisionReport, LogCheck, Step
from lifestage.report.render import count
from lifestage.texts import Texts


def add(app: typer.Typer, say: Texts) -> None:
    """Adds the command."""

    @app.command(help=say("adjust.about"))
    def adjust(
        folder: Annotated[Path, typer.Argument(help=say("adjust.folder"))],
        out: Annotated[Path | None, typer.Option(file_okay=False, help=say("adjust.out"))] = None,
        policy: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help=say("run.policy"))] = None,
        as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=say("adjust.as_of"))] = None,
        sheet: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help=say("adjust.sheet"))] = None,
        actor: Annotated[str | None, typer.Option(metavar="PERSON", help=say("adjust.actor"))] = None,
        second_approver: Annotated[
            str | None, typer.Option(metavar="PERSON", help=say("adjust.second_approver"))
        ] = None,
    ) -> None:
        with refusals(say):
            engine = open_engine(policy, say)
            if sheet is None:
                if out is None:
                    raise typer.BadParameter(say("adjust.no_out"), param_hint="--out")
                day = as_of.date() if as_of else None
                _show_round(DivisionRun(engine, folder, out, day, say.language).adjust(), out, say)
                return
            if actor is None or as_of is None:
                raise typer.BadParameter(say("adjust.nobody"), param_hint="--actor, --as-of")
            try:
                handed = hand_in(engine, sheet, Acting(actor, as_of.date(), second_approver), folder, say.language)
            except FileNotFoundError as error:
                refuse(say("adjust.no_round", file=error.filename))
        _show_sheet(handed, folder, say)


def _show_round(report: DivisionReport, out: Path, say: Texts) -> None:
    show_placings(report.placings, say)
    output = console()
    output.print()
    output.print(_steps(report.steps, say))
    output.print()
    output.print(_attempts(report.attempts, say))
    output.print(_log(report.log, say), soft_wrap=True)
    if report.refused:
        output.print(say("division.refused_customers", count=count(report.refused)), soft_wrap=True)
    output.print(say("adjust.done", folder=out, undivided=count(report.undivided)), soft_wrap=True)


def _log(log: LogCheck, say: Texts) -> str:
    if not log.entries:
        return say("division.no_log")
    counts = {"entries": count(log.entries), "findings": count(log.findings)}
    return say("division.log", **counts, altered=log.altered, found=log.found)


def _steps(steps: tuple[Step, ...], say: Texts) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    for title in ("step", "day", "actor"):
        table.add_column(say(f"division.{title}"))
    for title in ("rows", "accepted", "rejected"):
        table.add_column(say(f"division.{title}"), justify="right")
    for step in steps:
        who = f"{step.actor} + {step.second_approver}" if step.second_approver else step.actor
        counts = (step.rows, step.accepted, step.rejected)
        table.add_row(say(f"step.{step.name}"), f"{step.day}", who, *map(count, counts))
    return table


def _attempts(attempts: tuple[Attempt, ...], say: Texts) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    for title in ("attempt", "day", "actor", "refused"):
        table.add_column(say(f"division.{title}"))
    for attempt in attempts:
        reasons = "; ".join(getattr(denial, say.language) for denial in attempt.denials)
        table.add_row(say(f"attempt.{attempt.name}"), f"{attempt.day}", attempt.actor, reasons)
    return table


def _show_sheet(handed: HandedIn, folder: Path, say: Texts) -> None:
    rejected = handed.rows - handed.accepted
    output = console()
    counts = {"rows": count(handed.rows), "accepted": count(handed.accepted), "rejected": count(rejected)}
    output.print(say("adjust.handed_in", **counts), soft_wrap=True)
    for row in handed.denied:
        output.print(say("adjust.denied", **row), soft_wrap=True)
    output.print(say("adjust.kept", folder=folder), soft_wrap=True)
