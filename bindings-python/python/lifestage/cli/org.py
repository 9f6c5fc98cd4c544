"""`lifestage org`: the organisation of a folder: its trees, a unit, a person, and what is odd."""

from collections import defaultdict
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import typer
from rich.table import Table
from rich.text import Text
from rich.tree import Tree as TextTree

from lifestage.cli.output import console
from lifestage.cli.policy import open_engine
from lifestage.cli.refusal import refusals, refuse
from lifestage.dividing import names_of, newest_day, open_organisation
from lifestage.handles import Organisation
from lifestage.report.render import UNKNOWN, count
from lifestage.texts import Texts


class Tree(str, Enum):
    """In which order units lie above one another."""

    region = "region"
    channel = "channel"
    operations = "operations"


def add(app: typer.Typer, say: Texts) -> None:
    """Adds the command."""

    @app.command(help=say("org.about"))
    def org(
        folder: Annotated[Path, typer.Argument(help=say("org.folder"))],
        unit: Annotated[str | None, typer.Option(metavar="UNIT", help=say("org.unit"))] = None,
        person: Annotated[str | None, typer.Option(metavar="PERSON", help=say("org.person"))] = None,
        tree: Annotated[Tree, typer.Option(help=say("org.tree"))] = Tree.region,
        leaves: Annotated[bool, typer.Option(help=say("org.leaves"))] = False,
        policy: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help=say("run.policy"))] = None,
        as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=say("org.as_of"))] = None,
    ) -> None:
        with refusals(say):
            organisation = open_organisation(open_engine(policy, say), folder)
            day = as_of.date() if as_of else newest_day(folder)
            if unit:
                _show_unit(organisation, unit, day, say)
            if person:
                _show_person(organisation, person, day, say)
            if not unit and not person:
                _show_tree(organisation, tree.value, leaves, day, say)
                _show_findings(organisation, day, say)


def _named(unit: dict[str, Any], say: Texts, more: str = "") -> Text:
    name = unit["name_zh"] or unit["name"] if say.language == "zh" else unit["name"]
    unit_id = "" if name == unit["unit_id"] else f"  {unit['unit_id']}"
    return Text.assemble(name, (unit_id, "dim"), f"  {more}" if more else "")


def _show_tree(organisation: Organisation[pa.Table], tree: str, leaves: bool, day: date, say: Texts) -> None:
    """The tree as text: units with others below them, and how many leaves those hold."""
    below: defaultdict[str | None, list[dict[str, Any]]] = defaultdict(list)
    for unit in organisation.units(as_of=day).to_pylist():
        if unit[f"{tree}_path"] is not None:
            below[unit[f"{tree}_parent"]].append(unit)

    def grow(branch: TextTree, unit: dict[str, Any]) -> None:
        for part in below[unit["unit_id"]]:
            if below[part["unit_id"]] or leaves:
                held = len([leaf for leaf in below[part["unit_id"]] if not below[leaf["unit_id"]]])
                counted = say("org.leaves_below", count=count(held)) if held and not leaves else ""
                grow(branch.add(_named(part, say, counted)), part)

    for root in list(below[None]):
        branch = TextTree(_named(root, say))
        grow(branch, root)
        console().print(branch)


def _show_findings(organisation: Organisation[pa.Table], day: date, say: Texts) -> None:
    codes = {code["name"]: code["text"][say.language] for code in organisation.engine.call("list_codes")}
    findings = organisation.findings(as_of=day).to_pylist()
    console().print(say("org.findings", day=day, count=count(len(findings))))
    if findings:
        table = _table(say, "unit_id", "finding", "found")
        for finding in findings:
            table.add_row(finding["unit_id"], codes[finding["code"]], finding["found"])
        console().print(table)


def _show_unit(organisation: Organisation[pa.Table], unit_id: str, day: date, say: Texts) -> None:
    found = organisation.units(as_of=day, unit_ids=[unit_id]).to_pylist()
    if not found:
        refuse(say("org.no_unit", unit=unit_id, day=day))
    [unit] = found
    table = _table(say, "what", "value")
    for tree in Tree:
        table.add_row(say(f"org.path.{tree.value}"), unit[f"{tree.value}_path"] or UNKNOWN)
    for name in ("department", "local_channel"):
        table.add_row(say(f"org.{name}"), unit[name] or UNKNOWN)
    table.add_row(say("org.managers"), ", ".join(unit["managers"]) or UNKNOWN)
    console().print(_named(unit, say))
    console().print(table)


def _show_person(organisation: Organisation[pa.Table], person: str, day: date, say: Texts) -> None:
    """Roles, what the person finds in the menu, and how much the person sees."""
    if person not in organisation.persons(as_of=day)["person_id"].to_pylist():
        refuse(say("org.no_person", person=person, day=day))
    roles = [grant for grant in organisation.grants(as_of=day).to_pylist() if grant["person_id"] == person]
    names = names_of(organisation.engine, say.language)
    table = _table(say, "role", "at")
    for grant in roles:
        table.add_row(names["roles", grant["role"]], grant["unit_id"])
    console().print(table)
    menu = _table(say, "menu", "action", "role", "at")
    for item in organisation.menu(person, as_of=day).to_pylist():
        kinds = (("menus", "menu"), ("actions", "action"), ("roles", "role"))
        menu.add_row(*(names[kind, item[column]] for kind, column in kinds), item["unit_id"])
    console().print(menu)
    seen, communities = (len(organisation.sees(person, as_of=day, leaves_only=only)) for only in (False, True))
    console().print(say("org.sees", units=count(seen), communities=count(communities)))


def _table(say: Texts, *titles: str) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    for title in titles:
        table.add_column(say(f"org.column.{title}"))
    return table
