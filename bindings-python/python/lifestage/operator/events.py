"""Complaints and faults: a few of everybody's, and the many of those who are about to have had enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from lifestage.operator import market
from lifestage.operator.bills import days_served
from lifestage.operator.calendar import Calendar
from lifestage.operator.churn import COMPLAINING, FAULTY, Lives, shows
from lifestage.operator.columns import days, flags, joined, padded, texts
from lifestage.operator.stream import CERTAIN, Integers, Stream
from lifestage.operator.subscribers import Subscribers

COMPLAINTS: Final = 100
"""Users with a complaint in a month without being on the way out, in ten-thousandths."""
PLAIN_FAULTS: Final = 200
"""Users with a fault that is marked as no repeat."""
UNMARKED_FAULTS: Final = 60
"""Users with a fault of which the host does not say whether it is a repeat."""
SIGN_COMPLAINTS: Final = 8_000
"""Months in which a complaining user complains."""
REPORTING_DELAYS: Final = (70, 20, 7, 3)
"""How many of a hundred events are recorded on the same day, one, two and three days later."""

COMPLAINT, PLAIN_FAULT, UNMARKED_FAULT, REPEATED_FAULT = range(4)
"""Sorts of events."""


@dataclass(frozen=True)
class Events:
    """How many events of each sort each user had, by sort, month (the window's and the current one) and user."""

    counts: Integers

    @property
    def complaints(self) -> Integers:
        """Complaints by month and user."""
        return np.asarray(self.counts[COMPLAINT])

    @property
    def repeat_faults(self) -> Integers:
        """Faults that count as repeated (those not marked as none), by month and user."""
        return np.asarray(self.counts[UNMARKED_FAULT] + self.counts[REPEATED_FAULT])


def happen(stream: Stream, calendar: Calendar, who: Subscribers, lives: Lives) -> Events:
    """Lets things happen to the users in each whole month in service, from the window's first to the current."""
    count = len(who)
    months = []
    for position in (*calendar.window, calendar.current):
        signs = lives.signs[position]
        whole = days_served(calendar, lives, position) == int(calendar.length(position))
        complains = stream.chance(np.where(shows(signs, COMPLAINING), SIGN_COMPLAINTS, COMPLAINTS), count)
        repeated = np.where(shows(signs, FAULTY), stream.between(1, 2, count), 0)
        plain = stream.chance(PLAIN_FAULTS, count)
        unmarked = stream.chance(UNMARKED_FAULTS, count)
        months.append(np.stack([complains, plain, unmarked, repeated]) * whole)
    return Events(np.stack(months, axis=1).astype(np.int64))


def events_table(stream: Stream, calendar: Calendar, who: Subscribers, events: Events, chunk: int) -> pa.Table:
    """One row an event that happened by `as_of`."""
    user, month, sort = np.nonzero(events.counts.transpose(2, 1, 0))
    times = events.counts[sort, month, user]
    user, month, sort = (np.repeat(places, times) for places in (user, month, sort))
    count = len(user)
    position = calendar.window.start + month
    on = calendar.first_day(position) + stream.below(calendar.length(position), count)
    happened = np.flatnonzero(on <= calendar.today)
    delay = stream.pick(REPORTING_DELAYS, count)
    complaint = sort == COMPLAINT
    causes = (*market.COMPLAINT_CAUSES, *market.FAULT_CAUSES)
    cause = np.where(
        complaint,
        stream.below(len(market.COMPLAINT_CAUSES), count),
        len(market.COMPLAINT_CAUSES) + stream.below(len(market.FAULT_CAUSES), count),
    )
    table = pa.table(
        {
            "event_id": joined("E", padded(np.full(count, chunk), 4), padded(np.arange(count), 7)),
            "user_id": who.ids.take(pa.array(user)),
            "on": days(on),
            "kind": texts(("complaint", "fault"), np.where(complaint, 0, 1)),
            "cause": texts(causes, cause, stream.chance(CERTAIN // 20, count)),
            "is_repeat": flags(sort == REPEATED_FAULT, complaint | (sort == UNMARKED_FAULT)),
            "recorded_on": days(on + delay),
        }
    )
    return table.take(pa.array(happened))
