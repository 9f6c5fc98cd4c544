"""`lifestage explain`: why a user or prospect stands where it stands."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import typer
from rich.table import Table
from rich.text import Text

from lifestage import Engine
from lifestage.cli.output import console
from lifestage.cli.policy import open_engine
from lifestage.cli.refusal import refusals, refuse
from lifestage.cycle import VIEW, DecidedBy, NoDayError, take_in
from lifestage.texts import Texts


def add(app: typer.Typer, say: Texts) -> None:
    """Adds the command."""

    @app.command(help=say("explain.about"))
    def explain(
        facts: Annotated[Path, typer.Argument(help=say("explain.facts"))],
        user_id: Annotated[str, typer.Argument(help=say("explain.user_id"))],
        policy: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help=say("explain.policy"))] = None,
        as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=say("run.as_of"))] = None,
        trace: Annotated[bool, typer.Option(help=say("explain.trace"))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=say("explain.json"))] = False,
    ) -> None:
        with refusals(say):
            engine = _engine(facts, policy, say)
            view, day = _view(engine, facts, as_of.date() if as_of else None, say)
            found = view.filter(pc.equal(view["user_id"].cast(pa.utf8()), user_id)).to_pylist()
            if not found:
                refuse(say("explain.unknown_user", user_id=user_id, facts=facts))
            request = {"record": found[0], "as_of": day, "language": say.language}
            explained = engine.call("explain", request)
        if as_json:
            typer.echo(json.dumps(explained, ensure_ascii=False, indent=2))
            return
        typer.echo(explained["text"])
        if trace and explained["trace"]:
            console().print(_rules(explained["trace"]["rules"], say))


def _engine(facts: Path, policy: Path | None, say: Texts) -> Engine:
    """The engine of the policy by which a run decided; where there was no run, that of the policy that is given."""
    view = facts / VIEW if facts.is_dir() else facts
    run = DecidedBy.of_run(view.parent) if view.name == VIEW and view.is_file() else None
    engine = Engine(run.policy) if run and not policy else open_engine(policy, say)
    if run and engine.policy_digest != run.digest:
        refuse(say("explain.other_policy", facts=facts, run=run.digest, given=engine.policy_digest))
    return engine


def _view(engine: Engine, facts: Path, as_of: date | None, say: Texts) -> tuple[pa.Table, date]:
    """The view in a file, the view that a run left in its folder, or that of a folder's fact tables."""
    file = facts / VIEW if facts.is_dir() else facts
    if not file.is_file():
        intake = take_in(engine, facts, as_of)
        return intake.view, intake.as_of
    try:
        view = pq.read_table(file)
    except pa.ArrowInvalid:
        refuse(say("explain.no_view", facts=file))
    day_of_view = _day_of(view.schema)
    day = as_of or day_of_view
    if day is None:
        raise NoDayError
    if day_of_view and day != day_of_view:
        refuse(say("explain.other_day", facts=file, day=day_of_view, as_of=day))
    return view, day


def _day_of(schema: pa.Schema) -> date | None:
    written = (schema.metadata or {}).get(b"lifestage.as_of")
    return date.fromisoformat(written.decode()) if written else None


def _rules(rules: list[Mapping[str, Any]], say: Texts) -> Table:
    """Every rule that was considered, comparison by comparison."""
    table = Table(box=None, header_style="dim", pad_edge=False)
    for title in ("rule", "comparison", "outcome", "observed", "threshold", "path"):
        table.add_column(say(f"explain.{title}"), overflow="fold")
    for rule in rules:
        table.add_row(Text(rule["code"], "bold"), "", Text(say(f"outcome.{rule['outcome']}"), "bold"))
        for test in rule["tests"]:
            cells = (test["expression"], say(f"outcome.{test['outcome']}"), test["observed"], test["threshold"])
            table.add_row("", *(Text(cell or "") for cell in (*cells, test["path"])))
    return table
