"""`lifestage divide`: the new users of a month, placed."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from lifestage.cli.output import console
from lifestage.cli.policy import open_engine
from lifestage.cli.refusal import refusals
from lifestage.dividing import DivisionRun
from lifestage.report.division import PLACEMENTS, Placings
from lifestage.report.render import count, percent
from lifestage.texts import Texts


def add(app: typer.Typer, say: Texts) -> None:
    """Adds the command."""

    @app.command(help=say("divide.about"))
    def divide(
        folder: Annotated[Path, typer.Argument(help=say("divide.folder"))],
        out: Annotated[Path, typer.Option(file_okay=False, help=say("run.out"))],
        policy: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help=say("run.policy"))] = None,
        as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=say("divide.as_of"))] = None,
    ) -> None:
        with refusals(say):
            day = as_of.date() if as_of else None
            placing = DivisionRun(open_engine(policy, say), folder, out, day, say.language).divide()
        show_placings(placing.counts, say)
        console().print(say("divide.done", folder=out), soft_wrap=True)


def show_placings(counts: Placings, say: Texts) -> None:
    """How many users ended where, and that it adds up."""
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column(say("division.placement"))
    for title in ("report.users", "report.share"):
        table.add_column(say(title), justify="right")
    for kind in PLACEMENTS:
        table.add_row(say(f"placement.{kind}"), count(counts.placed[kind]), percent(counts.placed[kind], counts.users))
    table.add_row(say("division.errors"), count(counts.errors), percent(counts.errors, counts.users))
    table.add_row(say("report.total"), count(counts.users), "")
    console().print(table)
    made = {name: count(getattr(counts, name)) for name in ("new_customers", "conflicts", "pending_line")}
    console().print(say("division.made", **made), soft_wrap=True)
