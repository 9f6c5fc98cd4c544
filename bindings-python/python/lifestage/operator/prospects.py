"""Those who are not customers yet."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from lifestage.operator import market
from lifestage.operator.calendar import Calendar
from lifestage.operator.columns import days, flags, joined, padded, texts
from lifestage.operator.stream import Stream
from lifestage.operator.subscribers import addresses, names, phones

SHARE: Final = 600
"""Prospects to ten thousand customers."""
USES_COMPETITOR: Final = 6_000
NOT_ASKED: Final = 2_000
"""Prospects of whom nobody knows whether they use a competitor."""


def prospects_table(stream: Stream, calendar: Calendar, chunk: int, customers: int) -> pa.Table:
    """One row a prospect, found within the last year."""
    count = max(1, customers * SHARE // 10_000)
    community = stream.below(len(market.COMMUNITIES), count)
    return pa.table(
        {
            "prospect_id": joined("P", padded(np.full(count, chunk), 4), padded(np.arange(count), 6)),
            "uses_competitor": flags(stream.chance(USES_COMPETITOR, count), stream.chance(NOT_ASKED, count)),
            "community": texts(market.COMMUNITIES, community),
            "name": names(stream, count),
            "phone": phones(stream, count),
            "address": addresses(stream, community),
            "recorded_on": days(calendar.today - stream.below(365, count)),
        }
    )
