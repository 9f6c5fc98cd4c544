"""What new users are placed by: contracts, customers, boxes, number segments, billing areas; and the month's new users.

The registry knows the customers who were there before the month began. A new user ends where the users' table has it:
by its box or by its number. The others show what else there is: numbers of contracted areas, users of whom nobody knows
where they are, box and number that disagree, and rows that cannot be placed.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lifestage.operator import market
from lifestage.operator.calendar import Calendar, day_number
from lifestage.operator.churn import Lives
from lifestage.operator.columns import days, flags, joined, padded, texts
from lifestage.operator.stream import Flags, Integers, Stream
from lifestage.operator.subscribers import Subscribers

GROWING: Final = ("contracts", "customers", "new_users")
"""The tables that grow with the customers, chunk by chunk; the others are there once."""

CUSTOMERS_A_BOX: Final = 50
MOST_BOXES: Final = 1_000
"""In a community: what the digits of a box's code hold."""

BOX, BOX_ONLY, NUMBER_ONLY, NOWHERE, AT_ODDS, CONTRACTED, UNKNOWN_AREA, NO_AREA = range(8)
"""How a new user is located.

`BOX`: box and number agree; `BOX_ONLY`: the number is a mobile's; `NUMBER_ONLY`: its line data is still to come;
`NOWHERE`: no box, a mobile's number; `AT_ODDS`: the number is the next community's; `CONTRACTED`: the number is a
contracted area's; the last two: as `NOWHERE`, in a billing area that is unknown, or in none.
"""
LOCATED: Final = (34, 14, 14, 30, 3, 3, 1, 1)
"""How many new users of a hundred are located so."""


def boxes_a_community(customers: int) -> int:
    """How many boxes a community has, by the customers of the operator."""
    wanted = customers // (CUSTOMERS_A_BOX * len(market.COMMUNITIES))
    return min(max(wanted, 1), MOST_BOXES)


def standing_tables(customers: int) -> dict[str, pa.Table]:
    """The tables that are there once: boxes, segments and billing areas."""
    each = boxes_a_community(customers)
    community = np.repeat(np.arange(len(market.COMMUNITIES)), each)
    place = np.tile(np.arange(each), len(market.COMMUNITIES))
    return {
        "boxes": pa.table({"box": _boxes(community, place), "community": texts(market.COMMUNITIES, community)}),
        "segments": _segments(),
        "billing_areas": pa.table(
            {"billing_area": list(market.BILLING_AREAS), "unassigned_community": list(market.UNASSIGNED_COMMUNITIES)}
        ),
    }


def _segments() -> pa.Table:
    """Numbers of a community by their beginning, those of a contracted area from one to another."""
    communities = [
        {"prefix": f"{market.AREA_CODE}-0{place:03}", "community": community}
        for place, community in enumerate(market.COMMUNITIES)
    ]
    areas = [
        {
            "from": f"{market.AREA_CODE}-090{place}0000",
            "to": f"{market.AREA_CODE}-090{place}9999",
            "contracted_area": area,
        }
        for place, area in enumerate(market.CONTRACTED_AREAS)
    ]
    names = ("prefix", "from", "to", "community", "contracted_area")
    return pa.Table.from_pylist([*communities, *areas], schema=pa.schema([(name, pa.utf8()) for name in names]))


def growing_tables(
    stream: Stream, calendar: Calendar, who: Subscribers, lives: Lives, users: pa.Table, boxes: int
) -> dict[str, pa.Table]:
    """The tables of a chunk's customers.

    Args:
        stream: Where and how the new users are located.
        calendar: The month is that of its day.
        who: The customers.
        lives: What becomes of them.
        users: Their rows of the users' table.
        boxes: How many boxes a community has.
    """
    month = calendar.as_of.replace(day=1)
    accounts = users.group_by("account_id", use_threads=False).aggregate(
        [("activated_on", "min"), ("community", "min")]
    )
    known = accounts.filter(pc.less(accounts["activated_on_min"], pa.scalar(month)))
    account, community = (known[name].combine_chunks() for name in ("account_id", "community_min"))
    customer = pc.replace_substring(account, "A", "C")
    return {
        "contracts": pa.table({"account_id": account, "customer_id": customer}),
        "customers": pa.table(
            {"customer_id": customer, "community": community, "box": _customers_boxes(community, boxes)}
        ),
        "new_users": _new_users(stream, who, lives.activated, range(day_number(month), calendar.today + 1), boxes),
    }


def _customers_boxes(community: pa.Array, boxes: int) -> pa.Array:
    """The box of each customer's first user; who is in no community has none."""
    place = pc.index_in(community, pa.array(market.COMMUNITIES, pa.utf8()))
    missing = np.asarray(place.is_null())
    number = np.asarray(place.fill_null(0)).astype(np.int64)
    return pc.if_else(pa.array(missing), None, _boxes(number, np.arange(len(number)) % boxes))


def _new_users(stream: Stream, who: Subscribers, activated: Integers, month: range, boxes: int) -> pa.Table:
    """One row a user who joined in the month, by day; the first of them stands twice, as it happens in feeds."""
    new = np.flatnonzero((activated >= month.start) & (activated < month.stop))
    new = new[np.argsort(activated[new], kind="stable")]
    located, community = stream.pick(LOCATED, len(new)), who.community[new]
    has_box = np.isin(located, (BOX, BOX_ONLY, AT_ODDS))
    box = _boxes(community, stream.below(boxes, len(new)))
    table = pa.table(
        {
            "user_id": who.ids.take(pa.array(new)),
            "account_id": joined("A", padded(who.first_customer + who.household[new], 8)),
            "service_number": _numbers(stream, located, community),
            "box": pc.if_else(pa.array(has_box), box, None),
            "billing_area": _billing_areas(located, community),
            "activated_on": days(activated[new]),
            "has_line_data": flags(has_box),
        }
    )
    return pa.concat_tables([table, table.slice(0, 1)])


def _boxes(community: Integers, place: Integers) -> pa.Array:
    return joined("J", padded(community, 3), "-", padded(place, 3))


def _numbers(stream: Stream, located: Integers, community: Integers) -> pa.Array:
    """Nobody's numbers: of a community, of a contracted area, or of a mobile."""
    count = len(located)
    of_next = (community + 1) % len(market.COMMUNITIES)
    digits = padded(stream.below(10_000, count), 4)
    landline = joined(f"{market.AREA_CODE}-0", padded(np.where(located == AT_ODDS, of_next, community), 3), digits)
    contracted = joined(f"{market.AREA_CODE}-090", padded(market.district_of(community), 1), digits)
    mobile = joined("1000", padded(stream.below(10_000_000, count), 7))
    has_landline: Flags = np.isin(located, (BOX, NUMBER_ONLY, AT_ODDS))
    return pc.case_when(
        pc.make_struct(pa.array(has_landline), pa.array(located == CONTRACTED)), landline, contracted, mobile
    )


def _billing_areas(located: Integers, community: Integers) -> pa.Array:
    place = np.where(located == UNKNOWN_AREA, len(market.DISTRICTS), market.district_of(community))
    return texts((*market.BILLING_AREAS, market.UNKNOWN_BILLING_AREA), place, located == NO_AREA)
