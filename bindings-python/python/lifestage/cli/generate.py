"""`lifestage generate`: an operator that does not exist, to try everything on."""

from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from lifestage.cli.output import console
from lifestage.operator import MOST_CUSTOMERS, MOST_MONTHS, Generated, Operator
from lifestage.operator import generate as generate_operator
from lifestage.texts import Texts

DEFAULT = Operator()
DEFAULT_DAY = datetime.combine(DEFAULT.as_of, datetime.min.time())


class Format(str, Enum):
    """How the tables are written."""

    parquet = "parquet"
    csv = "csv"


class Encoding(str, Enum):
    """How CSV is encoded."""

    utf_8 = "utf-8"
    gb18030 = "gb18030"


def add(app: typer.Typer, say: Texts) -> None:
    """Adds the command."""

    @app.command(help=say("generate.about"))
    def generate(
        out: Annotated[Path, typer.Argument(file_okay=False, help=say("generate.out"))],
        customers: Annotated[
            int, typer.Option(min=1, max=MOST_CUSTOMERS, help=say("generate.customers"))
        ] = DEFAULT.customers,
        months: Annotated[int, typer.Option(min=1, max=MOST_MONTHS, help=say("generate.months"))] = DEFAULT.months,
        seed: Annotated[int, typer.Option(min=0, help=say("generate.seed"))] = DEFAULT.seed,
        as_of: Annotated[
            datetime,
            typer.Option(formats=["%Y-%m-%d"], show_default=f"{DEFAULT.as_of}", help=say("generate.as_of")),
        ] = DEFAULT_DAY,
        file_format: Annotated[Format, typer.Option("--format", help=say("generate.format"))] = Format.parquet,
        encoding: Annotated[Encoding, typer.Option(help=say("generate.encoding"))] = Encoding.utf_8,
    ) -> None:
        if file_format is Format.parquet and encoding is not Encoding.utf_8:
            raise typer.BadParameter(say("generate.parquet_encoding"), param_hint="--encoding")
        operator = Operator(customers, months, seed, as_of.date())
        try:
            written = _write(operator, out, file_format, encoding, say)
        except FileExistsError as error:
            raise typer.BadParameter(say("generate.in_the_way", file=error.filename), param_hint="out") from error
        _show(written, operator, say)


def _write(operator: Operator, out: Path, file_format: Format, encoding: Encoding, say: Texts) -> Generated:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(say("generate.progress"), total=operator.customers)

        def advance(done: int, total: int) -> None:
            progress.update(task, completed=operator.customers * done // total)

        return generate_operator(operator, out, file_format.value, encoding.value, advance)


def _show(written: Generated, operator: Operator, say: Texts) -> None:
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column(say("generate.table"))
    for title in ("rows", "good", "bad"):
        table.add_column(say(f"generate.{title}"), justify="right")
    for name, counts in written.counts.items():
        rows = written.rows(name)
        table.add_row(name, f"{rows:,}", f"{counts['used']:,}", f"{rows - counts['used']:,}")
    output = console()
    output.print(table)
    total = sum(written.rows(name) for name in written.counts)
    done = say("generate.done", rows=f"{total:,}", folder=written.folder, truth=written.folder / "truth")
    output.print(done, soft_wrap=True)
    output.print(say("generate.division"), soft_wrap=True)
    output.print(say("generate.reading", day=operator.as_of), soft_wrap=True)
