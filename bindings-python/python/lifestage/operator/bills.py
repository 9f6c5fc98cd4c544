"""What each user is billed, month by month: habit, season, chance, and what shows of his mind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from lifestage.operator import market
from lifestage.operator.calendar import Calendar
from lifestage.operator.churn import FADING, FOREIGN, QUIET, Lives, shows
from lifestage.operator.columns import amounts, texts
from lifestage.operator.stream import Integers, Stream
from lifestage.operator.subscribers import Subscribers

WHOLE: Final = 10_000
"""The level of a user who does not fade."""
FADING_TO: Final = (500, 720)
"""What a fading month keeps of the month before, in thousandths."""
QUIET_AT: Final = (200, 400)
"""What a quiet user keeps of his minutes."""
FOREIGN_SIGN: Final = (5_500, 14_000)
"""Fen a month on a competitor's IP service, as a sign."""
FOREIGN_HABIT: Final = (500, 3_500)
"""The same as a harmless habit, of one user in ten."""
HABITUALLY_FOREIGN: Final = 1_000
BILL_SHOCK: Final = 300
"""Newcomers whose first bill is far above what the plan led to expect."""
MISSING_BILLS: Final = 20
"""Bills that never arrive, in ten-thousandths."""
MISSING_MINUTES: Final = 50
"""Bills whose minutes the feed lost."""


@dataclass(frozen=True)
class Bills:
    """The bills as numbers, by position in the window and user: fen, hundredths of a minute, days served."""

    fee: Integers
    local_fee: Integers
    foreign_ip_fee: Integers
    minutes: Integers
    expected_fee: Integers
    served: Integers


@dataclass(frozen=True)
class _Habits:
    """What a user spends while content."""

    fee: Integers
    volatility: Integers
    local_share: Integers
    foreign_ip_fee: Integers
    minutes: Integers
    quiet: Integers
    first_bill: Integers


def bill(stream: Stream, calendar: Calendar, who: Subscribers, lives: Lives) -> Bills:
    """Bills every user for every month of the window in which the user was in service."""
    count = len(who)
    habits = _habits(stream, who)
    prices = np.asarray(market.PLAN_PRICES)[who.plan]
    joined = calendar.position(lives.activated)
    level: Integers = np.full(count, WHOLE, dtype=np.int64)
    months = []
    for position in range(calendar.current):
        fading = shows(lives.signs[position], FADING)
        kept = stream.between(*FADING_TO, count)
        level = np.where(fading, level * kept // 1_000, level + (WHOLE - level) // 2)
        if position in calendar.window:
            served = days_served(calendar, lives, position)
            months.append(_month(stream, calendar, position, habits, lives, level, prices, served, joined))
    return Bills(*(np.stack(column) for column in zip(*months, strict=True)))


def _habits(stream: Stream, who: Subscribers) -> _Habits:
    count = len(who)
    prices = np.asarray(market.PLAN_PRICES)[who.plan]
    fee = prices * stream.between(850, 1_500, count) // 1_000
    volatile = stream.chance(1_000, count)
    foreign = stream.between(*FOREIGN_HABIT, count)
    shocked = stream.chance(BILL_SHOCK, count)
    return _Habits(
        fee=fee,
        volatility=np.where(volatile, 200, stream.between(15, 60, count)),
        local_share=stream.between(350, 650, count),
        foreign_ip_fee=np.where(stream.chance(HABITUALLY_FOREIGN, count), foreign, 0),
        minutes=5_000 + fee * stream.between(200, 700, count) // 100,
        quiet=stream.between(*QUIET_AT, count),
        first_bill=np.where(shocked, stream.between(2_100, 3_200, count), 1_000),
    )


def _month(
    stream: Stream,
    calendar: Calendar,
    position: int,
    habits: _Habits,
    lives: Lives,
    level: Integers,
    prices: Integers,
    served: Integers,
    joined: Integers,
) -> tuple[Integers, ...]:
    """One month's columns, in the order of `Bills`."""
    count = len(level)
    signs = lives.signs[position]
    length = int(calendar.length(position))
    season = market.SEASON[calendar.month_of_year(position) - 1]
    share = level * season // 1_000 * served // length
    noise = np.maximum(stream.around(1_000, habits.volatility, count), 100)
    first = np.where(joined == position, habits.first_bill, 1_000)
    fee = habits.fee * share // WHOLE * noise // 1_000 * first // 1_000
    local_fee = fee * habits.local_share // 1_000 * stream.around(1_000, 15, count) // 1_000
    seen = stream.between(*FOREIGN_SIGN, count)
    foreign = np.where(shows(signs, FOREIGN), seen, habits.foreign_ip_fee * noise // 1_000)
    foreign = foreign * served // length
    quiet = np.where(shows(signs, QUIET), habits.quiet, 1_000)
    minutes = habits.minutes * share // WHOLE * noise // 1_000 * quiet // 1_000
    return fee, local_fee, foreign, minutes, prices * served // length, served


def days_served(calendar: Calendar, lives: Lives, position: int) -> Integers:
    """On how many days of a month each user was in service; on the day of termination no more."""
    start, after = int(calendar.first_day(position)), int(calendar.first_day(position + 1))
    periods = ((lives.activated, lives.terminated), (lives.activated_again, lives.terminated_again))
    first, second = (np.maximum(np.minimum(end, after) - np.maximum(begin, start), 0) for begin, end in periods)
    served: Integers = first + second
    return served


def bills_table(stream: Stream, calendar: Calendar, who: Subscribers, bills: Bills) -> pa.Table:
    """One row a user and month with a day in service, the user's months together."""
    arrived = (bills.served > 0) & ~stream.chance(MISSING_BILLS, bills.served.shape)
    user, month = np.nonzero(arrived.T)
    names = [calendar.name(position) for position in calendar.window]
    return pa.table(
        {
            "user_id": who.ids.take(pa.array(user)),
            "month": texts(names, month),
            "fee": amounts(bills.fee[month, user]),
            "local_fee": amounts(bills.local_fee[month, user]),
            "foreign_ip_fee": amounts(bills.foreign_ip_fee[month, user]),
            "minutes": amounts(bills.minutes[month, user], stream.chance(MISSING_MINUTES, len(user))),
            "expected_fee": amounts(bills.expected_fee[month, user]),
        }
    )
