"""`lifestage run`: the monthly cycle over a folder of fact tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from lifestage import Engine
from lifestage.cli.generate import Format
from lifestage.cli.output import console
from lifestage.cli.policy import open_engine
from lifestage.cli.refusal import refusals
from lifestage.cycle import Options, run_cycle
from lifestage.cycle.policy_values import personal_facts
from lifestage.cycle.run import OnStep
from lifestage.dividing import REPORT
from lifestage.file_faults import describe
from lifestage.operator.write import FORMATS
from lifestage.report import STAGES, DivisionReport, Foresight, Report
from lifestage.report.render import count, percent
from lifestage.texts import Texts


class Encoding(str, Enum):
    """How the CSV files that are read are encoded."""

    auto = "auto"
    utf_8 = "utf-8"
    gb18030 = "gb18030"
    utf_16 = "utf-16"


def add(app: typer.Typer, say: Texts) -> None:
    """Adds the command."""

    @app.command(help=say("run.about"))
    def run(
        folder: Annotated[Path, typer.Argument(help=say("run.folder"))],
        out: Annotated[Path, typer.Option(file_okay=False, help=say("run.out"))],
        policy: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help=say("run.policy"))] = None,
        as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=say("run.as_of"))] = None,
        encoding: Annotated[Encoding, typer.Option(help=say("run.encoding"))] = Encoding.auto,
        formats: Annotated[list[Format] | None, typer.Option("--format", help=say("run.format"))] = None,
        division: Annotated[Path | None, typer.Option(exists=True, file_okay=False, help=say("run.division"))] = None,
        show: Annotated[list[str] | None, typer.Option(metavar="COLUMN", help=say("run.show"))] = None,
    ) -> None:
        engine = open_engine(policy, say)
        options = Options(
            as_of=as_of.date() if as_of else None,
            encoding=encoding.value,
            formats=[kind.value for kind in formats or ()] or FORMATS,
            language=say.language,
            show=_personal(engine, show or [], say),
            division=_division(division / REPORT, say) if division else None,
        )
        with refusals(say), _progress(say) as on_step:
            done = run_cycle(engine, folder, out, options, on_step)
        for note in done.notes:
            typer.echo(describe(note, say), err=True)
        _show_report(done.report, out, say)


def _division(file: Path, say: Texts) -> DivisionReport:
    """What `lifestage adjust` left."""
    try:
        return DivisionReport.from_json(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise typer.BadParameter(say("run.no_division", file=file, reason=error), param_hint="--division") from error


def _personal(engine: Engine, names: list[str], say: Texts) -> frozenset[str]:
    personal = personal_facts(engine)
    for name in names:
        if name not in personal:
            expected = ", ".join(sorted(personal))
            raise typer.BadParameter(say("run.not_personal", found=name, expected=expected), param_hint="--show")
    return frozenset(names)


@contextmanager
def _progress(say: Texts) -> Iterator[OnStep]:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)

        def advance(step: str, done: int, of: int) -> None:
            progress.update(task, description=say(f"run.step.{step}"), completed=done, total=of if done else None)

        yield advance


def _show_report(report: Report, out: Path, say: Texts) -> None:
    output = console()
    rows, used = (sum(getattr(table, name) for table in report.rows) for name in ("rows", "used"))
    output.print(say("run.rows", day=report.header.as_of, rows=count(rows), used=count(used), bad=count(rows - used)))
    output.print(_stages(report, say))
    if report.foresight:
        output.print(_foresight(report.foresight, say), soft_wrap=True)
    output.print(say("run.done", page=out / "report.html", folder=out), soft_wrap=True)


def _stages(report: Report, say: Texts) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column(say("stages.stage"))
    for title in ("users", "customers"):
        table.add_column(say(f"report.{title}"), justify="right")
    for stage in STAGES:
        users, customers = (counts.get(stage, 0) for counts in (report.user_stages, report.customer_stages))
        if stage or users or customers:
            name = f"{stage} {say(f'stage.{stage}')}" if stage else say("report.unknown")
            table.add_row(name, count(users), count(customers))
    return table


def _foresight(foresight: Foresight, say: Texts) -> str:
    return say(
        "run.foresight",
        leavers=count(foresight.leavers),
        horizon=foresight.horizon,
        warned_leavers=count(foresight.warned_leavers),
        recall=percent(foresight.recall),
        warned=count(foresight.warned),
        false=count(foresight.warned - foresight.warned_leavers),
        false_rate=percent(foresight.warned - foresight.warned_leavers, foresight.warned),
    )
