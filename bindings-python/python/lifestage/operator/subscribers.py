"""Who the operator's customers are, and which services they hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from lifestage.operator import market
from lifestage.operator.calendar import Calendar, add_months
from lifestage.operator.churn import CONTENT, GONE, NEVER, RELOCATION, RISKY_CHANNEL, Lives
from lifestage.operator.columns import days, flags, joined, padded, texts
from lifestage.operator.stream import Flags, Integers, Stream

LINES: Final = (72, 20, 6, 2)
"""How many customers of a hundred have one service, two, three, four."""
NO_CUSTOMER: Final = 150
"""Users whom the host cannot tie to a customer, in ten-thousandths."""
NO_COMMUNITY: Final = 300
"""Customers not yet placed in a community."""
NEWCOMERS: Final = 1_500
"""Users who joined within a year."""
PROMOTED: Final = 4_500
"""Users with a promotion, running or over."""
SUSPENDED: Final = 100
"""Content users suspended at present."""
DUNNED: Final = 5_000
"""Users gone without a sign who had been suspended thirty days before: they left for their debts."""
SUSPENDED_DAYS: Final = 30


@dataclass(frozen=True)
class Subscribers:
    """The users of one chunk of customers, one a place; `household` is a user's place among the customers."""

    customers: int
    first_customer: int
    household: Integers
    line: Integers
    ids: pa.Array
    channel: Integers
    community: Integers
    plan: Integers
    activated: Integers
    promoted: Flags
    promotion_starts: Integers
    promotion_ends: Integers
    risk: Integers
    relocation: Flags

    def __len__(self) -> int:
        return len(self.household)


def relocation_communities(seed: int) -> Integers:
    """The communities being pulled down, the same for every chunk: one in each of as many parts of the city."""
    part = len(market.COMMUNITIES) // market.RELOCATION_COMMUNITIES
    parts = np.arange(market.RELOCATION_COMMUNITIES)
    return parts * part + Stream(seed, "relocation").below(part, market.RELOCATION_COMMUNITIES)


def subscribe(stream: Stream, calendar: Calendar, seed: int, first_customer: int, customers: int) -> Subscribers:
    """Draws the customers from `first_customer` on, with their users."""
    lines = stream.pick(LINES, customers) + 1
    household = np.repeat(np.arange(customers), lines)
    count = len(household)
    line = np.arange(count) - np.repeat(np.cumsum(lines) - lines, lines) + 1
    community = stream.below(len(market.COMMUNITIES), customers)[household]
    channel = stream.pick(market.CHANNEL_WEIGHTS, count)
    activated = _activations(stream, calendar, count)
    starts, ends = _terms(stream, calendar, activated, months=12, earliest=-300, latest=365)
    risky = np.isin(channel, [market.CHANNELS.index(name) for name in market.RISKY_CHANNELS])
    relocation = np.isin(community, relocation_communities(seed))
    risk = np.where(risky, RISKY_CHANNEL, 100) * np.where(relocation, RELOCATION, 100) // 100
    return Subscribers(
        customers=customers,
        first_customer=first_customer,
        household=household,
        line=line,
        ids=joined("U", padded(first_customer + household, 8), padded(line, 1)),
        channel=channel,
        community=community,
        plan=stream.pick(market.PLAN_WEIGHTS, count),
        activated=activated,
        promoted=stream.chance(PROMOTED, count),
        promotion_starts=starts,
        promotion_ends=ends,
        risk=risk,
        relocation=relocation,
    )


def _activations(stream: Stream, calendar: Calendar, count: int) -> Integers:
    """Some joined within a year; of the others, the longer ago the fewer, up to fifteen years."""
    new = stream.below(365, count)
    old = 365 + np.minimum(stream.below(5_100, count), stream.below(5_100, count))
    return calendar.today - np.where(stream.chance(NEWCOMERS, count), new, old)


def _terms(
    stream: Stream, calendar: Calendar, activated: Integers, months: int, earliest: int, latest: int
) -> tuple[Integers, Integers]:
    """Terms of so many months that end so many days from `as_of`, moved up to where they begin with the service."""
    ends = calendar.today + stream.between(earliest, latest, len(activated))
    starts = np.maximum(add_months(ends, -months) + 1, activated)
    return starts, add_months(starts, months) - 1


def agreement_terms(stream: Stream, calendar: Calendar, activated: Integers) -> tuple[Integers, Integers]:
    """Service contracts of two years."""
    return _terms(stream, calendar, activated, months=24, earliest=-200, latest=720)


def phones(stream: Stream, count: int) -> pa.Array:
    """Landlines and mobiles: nobody's, by construction."""
    prefix = texts((f"{market.AREA_CODE}-0", "1000"), np.where(stream.chance(6_000, count), 0, 1))
    return joined(prefix, padded(stream.below(10_000_000, count), 7))


def names(stream: Stream, count: int) -> pa.Array:
    """Surnames as frequent as in life, with one or two characters behind."""
    given, second = (stream.below(len(market.GIVEN), count) for _ in range(2))
    second = np.where(stream.chance(2_500, count), len(market.GIVEN), second)
    surname = texts(market.SURNAMES, stream.pick(market.SURNAME_WEIGHTS, count))
    return joined(surname, texts(market.GIVEN, given), texts((*market.GIVEN, ""), second))


def addresses(stream: Stream, community: Integers) -> pa.Array:
    """Addresses in the communities' districts."""
    count = len(community)
    district = market.district_of(community)
    flat = stream.between(1, 18, count) * 100 + stream.between(1, 4, count)
    return joined(
        market.CITY,
        texts(market.DISTRICTS, district),
        "区",
        texts(market.ROADS, stream.below(len(market.ROADS), count)),
        padded(stream.between(1, 280, count), 1),
        "号",
        padded(stream.between(1, 24, count), 1),
        "栋",
        padded(flat, 1),
        "室",
    )


def users_table(stream: Stream, calendar: Calendar, who: Subscribers, lives: Lives) -> pa.Table:
    """One row a period of service that has begun by `as_of`."""
    count = len(who)
    customer = joined("C", padded(who.first_customer + who.household, 8))
    unplaced = stream.chance(NO_COMMUNITY, who.customers)[who.household]
    home = who.community[np.searchsorted(who.household, np.arange(who.customers))]
    household = pa.array(who.household)
    suspended = _suspensions(stream, calendar, lives)
    first = pa.table(
        {
            "user_id": who.ids,
            "activated_on": days(lives.activated),
            "customer_id": texts_or_null(customer, stream.chance(NO_CUSTOMER, count)),
            "account_id": joined("A", padded(who.first_customer + who.household, 8)),
            "terminated_on": days(lives.terminated, lives.terminated > calendar.today),
            "suspended_on": days(suspended),
            "join_channel": texts(market.CHANNELS, who.channel),
            "community": texts(market.COMMUNITIES, who.community, unplaced),
            "plan": texts(market.PLANS, who.plan),
            "in_relocation_area": flags(who.relocation),
            "name": names(stream, who.customers).take(household),
            "phone": phones(stream, count),
            "address": addresses(stream, home).take(household),
        }
    )
    return _with_returns(first, calendar, lives)


def texts_or_null(column: pa.Array, missing: Flags) -> pa.Array:
    """A column with some of its texts taken away."""
    return column.take(pa.array(np.arange(len(column)), mask=missing))


def _with_returns(first: pa.Table, calendar: Calendar, lives: Lives) -> pa.Table:
    """Adds the second periods, each after its user's first."""
    back = np.flatnonzero(lives.activated_again <= calendar.today)
    again = first.take(pa.array(back))
    ends = lives.terminated_again[back]
    for name, column in (
        ("activated_on", days(lives.activated_again[back])),
        ("terminated_on", days(ends, ends > calendar.today)),
        ("suspended_on", pa.nulls(len(back), pa.date32())),
    ):
        again = again.set_column(again.schema.get_field_index(name), name, column)
    order = np.argsort(np.concatenate([np.arange(len(first)), back]), kind="stable")
    return pa.concat_tables([first, again]).take(pa.array(order))


def _suspensions(stream: Stream, calendar: Calendar, lives: Lives) -> Integers:
    """Some are suspended at present; half of those who go without a sign were, thirty days before."""
    count = len(lives.activated)
    here = calendar.position(np.asarray([calendar.today]))[0]
    content = (lives.states[here] == CONTENT) & (lives.terminated == NEVER)
    now = content & stream.chance(SUSPENDED, count)
    exit_month = np.clip(calendar.position(lives.terminated), 1, calendar.span - 1)
    everyone = np.arange(count)
    sudden = (lives.states[exit_month, everyone] == GONE) & (lives.states[exit_month - 1, everyone] == CONTENT)
    dunned = sudden & (lives.terminated < NEVER) & stream.chance(DUNNED, count)
    since = np.where(dunned, lives.terminated - SUSPENDED_DAYS, calendar.today - stream.below(40, count))
    since = np.maximum(since, lives.activated)
    return np.where((now | dunned) & (since <= calendar.today), since, NEVER)
