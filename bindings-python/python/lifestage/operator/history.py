"""The stages of earlier month-ends, as the operator kept them: what the default policy's words give on these facts."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from lifestage.operator.bills import Bills
from lifestage.operator.calendar import BEFORE, Calendar, add_months
from lifestage.operator.churn import Lives
from lifestage.operator.columns import days, texts
from lifestage.operator.events import Events
from lifestage.operator.stream import Flags, Integers
from lifestage.operator.subscribers import Subscribers

RUNS: Final = 3
"""Month-ends before the reference month whose stages were kept."""

STAGES: Final = ("A", "B", "C", "D", "E")
A, B, C, D, E = range(len(STAGES))
NOT_YET: Final = -1
"""No user yet."""

MATURE_MONTHS: Final = 12
FOREIGN_OVER: Final = 5_000
"""EWS-04, in fen."""


def declining(bills: Bills, events: Events, month: int) -> Flags:
    """Whether EWS-01 to EWS-04 warned of each user at the end of a month of the window."""
    foreign: Flags = bills.foreign_ip_fee[month] > FOREIGN_OVER
    if month < 3:
        return foreign
    steps = range(month - 2, month + 1)
    fading = [
        np.logical_and.reduce([series[step] * 100 < series[step - 1] * 80 for step in steps])
        for series in (bills.local_fee, bills.fee)
    ]
    # Bills for part of a month are no sign of anything.
    whole = np.logical_and.reduce([bills.served[step] >= 28 for step in range(month - 3, month + 1)])
    grievances = (events.complaints[steps].sum(axis=0) >= 2) | (events.repeat_faults[steps].sum(axis=0) >= 3)
    declining: Flags = ((fading[0] | fading[1]) & whole) | grievances | foreign
    return declining


def stages(calendar: Calendar, lives: Lives, bills: Bills, events: Events, month: int) -> Integers:
    """Each user's stage at the end of a month of the window."""
    end = int(calendar.first_day(BEFORE + month + 1)) - 1
    again = lives.activated_again <= end
    activated = np.where(again, lives.activated_again, lives.activated)
    terminated = np.where(again, lives.terminated_again, lives.terminated) <= end
    mature = add_months(activated, MATURE_MONTHS) <= end
    stage = np.select([terminated, declining(bills, events, month), mature], [E, D, C], B)
    return np.where(activated > end, NOT_YET, stage)


def stage_history_table(
    calendar: Calendar, who: Subscribers, lives: Lives, bills: Bills, events: Events, prospects: pa.Table
) -> pa.Table:
    """One row a user (or prospect) and month-end, the user's together."""
    months = range(max(0, calendar.months - 1 - RUNS), calendar.months - 1)
    ends = calendar.first_day(np.arange(BEFORE + months.start + 1, BEFORE + months.stop + 1)) - 1
    found = prospects["recorded_on"].combine_chunks().cast(pa.int32()).to_numpy()
    users = [stages(calendar, lives, bills, events, month) for month in months]
    strangers = [np.where(found <= end, A, NOT_YET) for end in ends]
    ids = pa.concat_arrays([who.ids, prospects["prospect_id"].combine_chunks()])
    runs = [np.concatenate(pair) for pair in zip(users, strangers, strict=True)]
    stage = np.stack(runs) if runs else np.empty((0, len(ids)), dtype=np.int64)
    since = _since(stage, ends)
    user, run = np.nonzero(stage.T != NOT_YET)
    return pa.table(
        {
            "user_id": ids.take(pa.array(user)),
            "as_of": days(ends[run]),
            "stage": texts(STAGES, stage[run, user]),
            "stage_since": days(since[run, user]),
        }
    )


def _since(stage: Integers, ends: Integers) -> Integers:
    """From which of the kept runs on each stage has held."""
    since = np.broadcast_to(ends[:, None], stage.shape).copy()
    for run in range(1, len(stage)):
        same = stage[run] == stage[run - 1]
        since[run, same] = since[run - 1, same]
    return since
