"""What binds users: service contracts, promotions and the products they hold."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lifestage.operator import market
from lifestage.operator.calendar import Calendar
from lifestage.operator.churn import NEVER
from lifestage.operator.columns import days, joined, texts
from lifestage.operator.stream import Stream
from lifestage.operator.subscribers import Subscribers, agreement_terms

BOUND: Final = 4_000
"""Users with a service contract, in ten-thousandths."""
OPEN_ENDED: Final = 500
"""Contracts without an end."""
GIVEN_UP: Final = 800
"""Products no longer held."""


def agreements_table(stream: Stream, calendar: Calendar, who: Subscribers) -> pa.Table:
    """One row a service contract: two years, or without an end."""
    count = len(who)
    starts, ends = agreement_terms(stream, calendar, who.activated)
    ends = np.where(stream.chance(OPEN_ENDED, count), NEVER, ends)
    bound = stream.chance(BOUND, count) & (starts <= calendar.today)
    table = pa.table(
        {
            "agreement_id": joined("G", padded_ids(who)),
            "user_id": who.ids,
            "starts_on": days(starts),
            "ends_on": days(ends),
        }
    )
    return table.filter(pa.array(bound))


def padded_ids(who: Subscribers) -> pa.Array:
    """The digits of the users' ids."""
    return pc.utf8_slice_codeunits(who.ids, 1)


def promotions_table(stream: Stream, calendar: Calendar, who: Subscribers) -> pa.Table:
    """One row a promotion, running or over; its end is where users begin to look round (EWS-28)."""
    table = pa.table(
        {
            "user_id": who.ids,
            "promotion": texts(market.PROMOTIONS, stream.below(len(market.PROMOTIONS), len(who))),
            "starts_on": days(who.promotion_starts),
            "ends_on": days(who.promotion_ends),
        }
    )
    return table.filter(pa.array(who.promoted & (who.promotion_starts <= calendar.today)))


def holdings_table(stream: Stream, calendar: Calendar, who: Subscribers) -> pa.Table:
    """One row a user and product; some have been given up."""
    size = (len(who), len(market.PRODUCTS))
    held = stream.chance(np.asarray(market.PRODUCT_CHANCES), size)
    user, product = np.nonzero(held)
    known = calendar.today - who.activated[user] + 1
    starts = who.activated[user] + stream.below(known, len(user))
    ended = starts + stream.below(calendar.today - starts + 1, len(user))
    given_up = stream.chance(GIVEN_UP, len(user))
    return pa.table(
        {
            "user_id": who.ids.take(pa.array(user)),
            "product": texts(market.PRODUCTS, product),
            "starts_on": days(starts),
            "ends_on": days(np.where(given_up, ended, NEVER)),
        }
    )
