"""What no engine is told: what each user is up to, and who really leaves in the three months after `as_of`."""

from __future__ import annotations

import datetime as dt
from typing import Final

import numpy as np
import pyarrow as pa

from lifestage.operator.calendar import Calendar
from lifestage.operator.churn import NEVER, SIGNS, STATES, Lives, shows
from lifestage.operator.columns import days, texts
from lifestage.operator.stream import Integers
from lifestage.operator.subscribers import Subscribers

SCHEMA: Final = pa.schema(
    [
        pa.field("user_id", pa.utf8()),
        pa.field("state", pa.utf8()),
        *(pa.field(sign.name, pa.bool_()) for sign in SIGNS),
        pa.field("leaves_on", pa.date32()),
    ]
)
"""`state` and the signs are those of `as_of`'s month; `leaves_on` is null for whoever stays three months more."""

AS_OF: Final = b"as_of"
"""Where the table's metadata names the day."""


def truth_table(calendar: Calendar, who: Subscribers, lives: Lives) -> pa.Table:
    """One row a user."""
    here = int(calendar.position(np.asarray([calendar.today]))[0])
    horizon = calendar.three_months_later()
    leaves: Integers = np.full(len(who), NEVER, dtype=np.int64)
    periods = ((lives.activated, lives.terminated), (lives.activated_again, lives.terminated_again))
    for begin, end in periods:
        served = (begin <= calendar.today) & (end > calendar.today)
        leaves = np.where(served & (end <= horizon), end, leaves)
    signs = lives.signs[here]
    columns = [
        who.ids,
        texts(STATES, lives.states[here].astype(np.int64)),
        *(pa.array(shows(signs, bit)) for bit in range(len(SIGNS))),
        days(leaves),
    ]
    return pa.table(columns, schema=SCHEMA.with_metadata({AS_OF: calendar.as_of.isoformat()}))


def day_of(schema: pa.Schema) -> dt.date:
    """The day after which a table of the truth begins."""
    return dt.date.fromisoformat(schema.metadata[AS_OF].decode())
