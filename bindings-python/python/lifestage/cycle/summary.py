"""A run in figures, as its report shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lifestage import Engine, __version__
from lifestage.cycle.foresight import foresee
from lifestage.cycle.intake import Intake
from lifestage.cycle.judgement import Judgement
from lifestage.report import DivisionReport, Flaps, Header, Report, RuleCount, WarnedList


def summarise(
    engine: Engine,
    folder: Path,
    intake: Intake,
    judgement: Judgement,
    lists: tuple[WarnedList, ...],
    division: DivisionReport | None = None,
) -> Report:
    """The report of a run over a folder."""
    policy, counts, [made_of] = engine.policy, judgement.summary, judgement.summary["report"]
    rules = rule_counts(engine, judgement.summary)
    stages, tiers = (judgement.customers[name].to_pylist() for name in ("stage", "tier"))
    return Report(
        header=Header(policy.name, policy.version, policy.digest, __version__, intake.as_of),
        rows=intake.rows,
        judged=made_of["rows"] - made_of["rejected"],
        user_stages={part["stage"]: part["rows"] for part in counts["stages"] if part["rows"]},
        customer_stages=Counter(stages),
        customer_tiers=Counter(zip(tiers, stages, strict=True)),
        moves={(part["previous_stage"], part["stage"]): part["rows"] for part in counts["transitions"]},
        rules=rules,
        lists=lists,
        flaps=Flaps(made_of["flapping"], made_of["comparable"]) if made_of["comparable"] else None,
        foresight=foresee(folder, intake.as_of, judgement, rules),
        division=division,
    )


def rule_counts(engine: Engine, summary: Mapping[str, list[dict[str, Any]]]) -> tuple[RuleCount, ...]:
    """How many users each rule warned of, with what the policy says of the rule."""
    return tuple(_rule(engine, counts) for counts in summary["warnings"])


def _rule(engine: Engine, counts: Mapping[str, Any]) -> RuleCount:
    rule = engine.call("describe_warning", {"code": counts["code"]})
    is_shadow = rule["state"] == "shadow"
    return RuleCount(
        code=rule["code"],
        en=rule["en"],
        zh=rule["zh"],
        fired=counts["shadow" if is_shadow else "fired"],
        insufficient=counts["insufficient"],
        moves_stage=rule["moves_stage"],
        shadow=is_shadow,
    )
