"""`lifestage policy`: what is wrong with a policy and what to do (`check`), and every value of one (`show`)."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lifestage import Engine, Fault, LifestageError, Policy
from lifestage.cli.output import console
from lifestage.cli.refusal import refuse
from lifestage.file_faults import nearest
from lifestage.texts import Texts


def add(app: typer.Typer, say: Texts) -> None:
    """Adds the command."""
    commands = typer.Typer(help=say("policy.about"), no_args_is_help=True)
    app.add_typer(commands, name="policy")

    @commands.command(help=say("policy.check.about"))
    def check(
        file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=say("policy.check.file"))],
    ) -> None:
        valid = open_policy(file, say)
        described = {"name": valid.name, "version": valid.version, "effective_from": valid.effective_from}
        typer.echo(say("policy.check.valid", **described))
        typer.echo(f"{say('report.digest')} {valid.digest}")

    @commands.command(help=say("policy.show.about"))
    def show(
        file: Annotated[Path | None, typer.Argument(exists=True, dir_okay=False, help=say("policy.show.file"))] = None,
        policy: Annotated[
            Path | None, typer.Option(exists=True, dir_okay=False, help=say("policy.show.policy"))
        ] = None,
        under: Annotated[str | None, typer.Option(metavar="PATH", help=say("policy.show.under"))] = None,
        as_json: Annotated[bool, typer.Option("--json", help=say("policy.show.json"))] = False,
    ) -> None:
        if file and policy:
            raise typer.BadParameter(say("policy.show.twice"), param_hint="--policy")
        engine = open_engine(file or policy, say)
        try:
            shown = engine.call("show_policy", {"under": under} if under else {})
        except LifestageError as error:
            refuse(error.message(say.language) + _meant(engine, error, say))
        if as_json:
            typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        else:
            _show_values(shown, say)


def _meant(engine: Engine, error: LifestageError, say: Texts) -> str:
    """Names the path that may be meant, where the error does not: the shortest one that ends so, or nearly so."""
    fault = error.faults[0]
    if fault.suggestion:
        return ""
    whole = [value["path"].split(".") for value in engine.call("show_policy")["values"]]
    paths = {tuple(parts[:length]) for parts in whole for length in range(1, len(parts) + 1)}
    ends: dict[str, str] = {}
    for parts in sorted(paths, key=lambda parts: (len(parts), parts)):
        for start in range(len(parts)):
            ends.setdefault(".".join(parts[start:]), ".".join(parts))
    end = fault.found if fault.found in ends else nearest(fault.found, ends)
    return "\n" + say("fault.meant", name=ends[end]).strip() if end else ""


def _show_values(shown: Mapping[str, Any], say: Texts) -> None:
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column(say("policy.show.path"), overflow="fold", style="cyan")
    for title in ("value", "unit", "source", "set_by"):
        table.add_column(say(f"policy.show.{title}"), overflow="fold")
    for value in shown["values"]:
        written = value["value"] if isinstance(value["value"], str) else json.dumps(value["value"], ensure_ascii=False)
        file = Path(value["file"]).name if value["file"] else say("policy.show.default")
        table.add_row(value["path"], Text(written), value["unit"], value["source"], file)
    output = console()
    output.print(f"{shown['name']} {shown['version']} · {shown['effective_from']} · {shown['digest']}", soft_wrap=True)
    output.print(table)


def open_engine(file: Path | None, say: Texts) -> Engine:
    """The engine of a policy file, or of the shipped policy where there is none.

    Raises:
        typer.Exit: The policy has faults; they are shown.
    """
    return Engine(open_policy(file, say)) if file else Engine()


def open_policy(file: Path, say: Texts) -> Policy:
    """The policy of a file.

    Raises:
        typer.Exit: It has faults; they are shown.
    """
    try:
        return Policy.open(file)
    except LifestageError as error:
        show_faults(error.faults, file.parent, say)
        raise typer.Exit(1) from None


def show_faults(faults: list[Fault], folder: Path, say: Texts) -> None:
    """Shows each fault with its line, what was found and expected, and what to do."""
    console = Console(stderr=True, highlight=False)
    codes = {code["name"]: code for code in Engine().call("list_codes")}
    for fault in faults:
        for line in _fault_lines(fault, codes[fault.code], folder, say):
            console.print(line, soft_wrap=True)
        console.print()
    console.print(say("policy.check.faults", count=len(faults)), style="bold red")


def _fault_lines(fault: Fault, code: Mapping[str, Any], folder: Path, say: Texts) -> Iterator[Text]:
    place = f"{fault.file}:{fault.line}:{fault.column}" if fault.line else (fault.file or "")
    yield Text.assemble((place, "bold"), "  " if place else "", (fault.code, "red"), "  ", (fault.path, "cyan"))
    yield Text(f"  {code['text'][say.language]}")
    yield from _excerpt(fault, folder)
    for key, value in (("found", fault.found), ("expected", fault.expected)):
        if value:
            yield Text.assemble((f"  {say(f'fault.{key}')}  ", "dim"), value)
    fix = fault.fix if say.language == "en" else _chinese_fix(fault, code["fix"]["zh"], say)
    if fix:
        yield Text.assemble((f"  {say('fault.fix')}  ", "dim"), fix)


def _chinese_fix(fault: Fault, fix: str, say: Texts) -> str:
    """What to do in Chinese: the fault itself says it in English only."""
    name = fault.suggestion
    if name is None or "{name}" in fix:
        return fix.replace("{name}", name or "")
    return say("fault.meant", name=name) + fix


def _excerpt(fault: Fault, folder: Path) -> Iterator[Text]:
    """The line of the document that is meant, with a mark under the place."""
    source = folder / Path(fault.file).name if fault.file else None
    if source is None or not fault.line or not fault.column or not source.is_file():
        return
    lines = source.read_text(encoding="utf-8", errors="replace").splitlines()
    if fault.line <= len(lines):
        line = lines[fault.line - 1]
        number = f"{fault.line:>6} │ "
        before = Text(line[: fault.column - 1])
        yield Text.assemble((number, "dim"), line)
        yield Text.assemble((" " * 6 + " │ ", "dim"), " " * before.cell_len, ("^", "red"))
