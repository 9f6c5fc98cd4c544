"""A file of any shape, decided about row by row; and where it says who left, how good the warnings were."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.compute as pc

from lifestage import Engine, Fault
from lifestage.cycle.judgement import Judgement, judge
from lifestage.cycle.policy_values import own_facts
from lifestage.cycle.summary import rule_counts
from lifestage.mapping import Mapping, MappingError, map_file
from lifestage.report import RuleCount
from lifestage.scores import Scores, score


@dataclass(frozen=True)
class Study:
    """What was decided about a file's rows."""

    as_of: dt.date
    judgement: Judgement
    """The decisions, in the file's order."""
    rules: tuple[RuleCount, ...]
    scores: Scores | None
    """How good the warnings were; None where no label was asked for."""
    notes: tuple[Fault, ...] = ()
    """What does no harm but may be a mistake: facts that the policy declares and the mapping does not give."""


def study(engine: Engine, file: Path, mapping: Mapping, label: str | None = None) -> Study:
    """Turns a file into a view by a mapping, and decides about every row.

    Raises:
        MappingError: The mapping does not fit the file, names no day, or a fact that nobody reads.
        RequestError: A column cannot be what the view wants.
    """
    if mapping.as_of is None:
        raise MappingError.of(mapping.path, "MISSING_KEY", "as_of", "", "2024-05-31")
    mapped = map_file(mapping, file, label)
    judgement = judge(engine, mapped.view, mapping.as_of, money_unit=mapping.money_unit)
    for fact in judgement.unread:
        meant = judgement.misspelt.get(fact)
        raise MappingError.of(mapping.path, "UNKNOWN_FACT", f"facts.{fact}", fact, "docs/facts.md", meant)
    rules = rule_counts(engine, judgement.summary)
    scores = None
    if mapped.label is not None:
        moves_stage = {rule.code: rule.moves_stage for rule in rules if rule.fired and not rule.shadow}
        known = np.asarray(pc.is_valid(mapped.label))
        left = np.asarray(pc.fill_null(mapped.label, False))
        scores = score(judgement.decisions, moves_stage, known, left)
    return Study(mapping.as_of, judgement, rules, scores, tuple(_absent_facts(engine, mapping)))


def _absent_facts(engine: Engine, mapping: Mapping) -> Iterator[Fault]:
    for fact in own_facts(engine):
        if mapping.facts.keys().isdisjoint((fact, f"{fact}_minor")):
            yield Fault("ABSENT_FACT", f"facts.{fact}", "", f"facts.{fact}", "", file=str(mapping.path))
