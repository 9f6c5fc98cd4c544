"""What a run writes. Personal columns that were not asked for are in none of the files."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from lifestage import Policy
from lifestage.cycle.intake import Intake
from lifestage.cycle.judgement import Judgement
from lifestage.cycle.out_folder import OutFolder
from lifestage.cycle.rejects import undecided_rejects
from lifestage.decisions import without_dictionaries
from lifestage.report import Report, WarnedList, render
from lifestage.texts import Language, Texts

TRANSITIONS: Final = pa.schema(
    [
        pa.field("previous_stage", pa.utf8()),
        pa.field("stage", pa.utf8()),
        pa.field("rows", pa.int64()),
        pa.field("share", pa.decimal128(18, 6)),
    ]
)
"""Users by the stage of the run before and the stage now; `share` is of those with the same stage before."""

HOLDING_LISTS: Final = ("warnings", "actions", "complaint_causes")
"""The columns of a list of users that hold lists themselves."""


def write_results(
    out: OutFolder, policy: Policy, intake: Intake, judgement: Judgement, report: Report, language: Language
) -> None:
    """Writes everything that a run came to, and what makes its policy again."""
    out.write_table("users", _users(intake, judgement))
    out.write_table("stage_history", _history(intake, judgement))
    out.write_table("customers", judgement.customers)
    out.write_table("transitions", pa.Table.from_pylist(judgement.summary["transitions"], schema=TRANSITIONS))
    undecided = undecided_rejects(judgement.decisions, Texts(language))
    out.write_table("rejects", pa.concat_tables([intake.rejects, undecided]))
    for warned in report.lists:
        headings = [getattr(heading, language) for heading in warned.columns]
        out.write_table(f"lists/{warned.name}", _list_table(warned), headings)
    out.write_view(without_dictionaries(intake.view), intake.as_of)
    out.write_text("report.html", render(report, language))
    out.record({**_figures(report), "policy_source": policy.source._asdict()})


def _users(intake: Intake, judgement: Judgement) -> pa.Table:
    """The decisions, with the community by which they are handed out."""
    users = judgement.decisions.drop_columns(["error"])
    if "community" not in intake.view.column_names:
        return users
    return users.add_column(2, "community", intake.view["community"].cast(pa.utf8()))


def _history(intake: Intake, judgement: Judgement) -> pa.Table:
    """This run as rows of the fact table `stage_history`: what the next run wants to know of it."""
    decided = judgement.decisions.select(["user_id", "stage", "stage_since"])
    decided = decided.filter(pc.is_valid(decided["stage"]))
    as_of = pa.repeat(pa.scalar(intake.as_of, pa.date32()), len(decided))
    # Without earlier runs the engine does not say since when a stage holds: it is seen for the first time.
    since = pc.coalesce(decided["stage_since"].cast(pa.date32()), as_of)
    columns = {"user_id": decided["user_id"], "as_of": as_of, "stage": decided["stage"], "stage_since": since}
    return pa.table(columns)


def _list_table(warned: WarnedList) -> pa.Table:
    names = [heading.name for heading in warned.columns]
    schema = pa.schema([pa.field(name, pa.list_(pa.utf8()) if name in HOLDING_LISTS else pa.utf8()) for name in names])
    return pa.Table.from_pylist([dict(row) for row in warned.rows], schema=schema)


def _figures(report: Report) -> dict[str, Any]:
    """The run in figures: what decided, what became of the rows, and how many stand where."""
    return {
        **asdict(report.header),
        "tables": {table.table: {"rows": table.rows, "used": table.used, **table.returned} for table in report.rows},
        "users": {stage or "unknown": count for stage, count in report.user_stages.items()},
        "customers": {stage or "unknown": count for stage, count in report.customer_stages.items()},
        "warnings": {rule.code: rule.fired for rule in report.rules if not rule.shadow},
        "shadow": {rule.code: rule.fired for rule in report.rules if rule.shadow},
        "listed": {warned.name: len(warned.rows) for warned in report.lists},
        "flaps": asdict(report.flaps) if report.flaps else None,
        "foresight": asdict(report.foresight) if report.foresight else None,
    }
