"""Where it is known who leaves (a generated operator): who was warned of beforehand, which warnings were false."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lifestage.cycle.judgement import Judgement
from lifestage.operator.calendar import Calendar, date_of
from lifestage.operator.truth import day_of
from lifestage.report import Foresight, RuleCount
from lifestage.scores import Flags, score

TRUTH: Final = Path("truth") / "truth.parquet"
"""Where the generator says what becomes of each user in the months after `as_of`."""

IN_SERVICE: Final = ("active", "suspended")


def foresee(folder: Path, as_of: dt.date, judgement: Judgement, rules: Iterable[RuleCount]) -> Foresight | None:
    """Compares the warnings with what became of the users in service; None where that is not known as of this day."""
    if not (folder / TRUTH).is_file():
        return None
    truth = pq.read_table(folder / TRUTH, columns=["user_id", "leaves_on"])
    if day_of(truth.schema) != as_of:
        return None
    decisions = judgement.decisions
    place = pc.index_in(decisions["user_id"], truth["user_id"].combine_chunks()).combine_chunks()
    serving = pc.is_in(decisions["status"], value_set=pa.array(IN_SERVICE))
    watched = _flags(pc.and_(serving, pc.is_valid(place)))
    leaving = _flags(pc.is_valid(truth["leaves_on"].take(place)))
    moves_stage = {rule.code: rule.moves_stage for rule in rules if rule.fired and not rule.shadow}
    scores = score(decisions, moves_stage, watched, leaving)
    return Foresight(**vars(scores), horizon=date_of(Calendar(as_of, months=1).three_months_later()))


def _flags(values: pa.ChunkedArray) -> Flags:
    flags: Flags = np.asarray(values, dtype=np.bool_)
    return flags
