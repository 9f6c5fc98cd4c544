"""The operator's organisation: units by region and by channel, the people in them and their roles.

A company with one city branch: six districts with a department, patches and communities each; beside them the channels
of key-account, business and contracted customers, which answer for the whole city. Every channel has two
administrators, for sheets need a second one's approval; most communities have an account manager.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import pyarrow as pa

from lifestage.operator import market
from lifestage.operator.stream import Stream

COMPANY: Final = "company"
BRANCH: Final = "branch"
CENTRE: Final = "centre"
"""Where the departments hang that answer for the whole city."""

SPECIAL: Final = {"key_account": "大客户", "business": "商业客户"}
"""The channels beside the public's that have communities; contracted customers have areas."""
SPECIAL_COMMUNITIES: Final = 3

VACANT: Final = 400
"""Communities without a manager, in ten-thousandths."""
CROWDED: Final = 200
"""Communities with three."""

TREES: Final = ("region", "channel")


class Unit(NamedTuple):
    """A unit, and the unit above it in each tree where it hangs."""

    unit_id: str
    name: str
    level: str
    region: str | None = None
    channel: str | None = None
    is_unassigned: bool = False


def organisation_tables(seed: int) -> dict[str, pa.Table]:
    """The tables of the organisation: units, links, persons and grants."""
    units = list(_units())
    people = [*_administrators(), *_staff(Stream(seed, "managers"), units)]
    links = [
        {"tree": tree, "unit_id": unit.unit_id, "parent_id": getattr(unit, tree)}
        for tree in TREES
        for unit in units
        if unit.unit_id == COMPANY or getattr(unit, tree)
    ]
    return {
        "units": pa.Table.from_pylist([_row(unit) for unit in units]),
        "links": pa.Table.from_pylist(links),
        "persons": pa.table({"person_id": [who for who, _, _ in people], "unit_id": [unit for _, _, unit in people]}),
        "grants": pa.Table.from_pylist(
            [{"person_id": who, "role": role, "unit_id": unit} for who, role, unit in people]
        ),
    }


def _row(unit: Unit) -> dict[str, str | bool]:
    return {"unit_id": unit.unit_id, "name": unit.name, "level": unit.level, "is_unassigned": unit.is_unassigned}


def _units() -> Iterator[Unit]:
    yield Unit(COMPANY, "电信有限公司", "company")
    yield Unit(BRANCH, f"{market.CITY}分公司", "city_branch", region=COMPANY)
    yield Unit(CENTRE, f"{market.CITY}直属中心", "district_centre", region=BRANCH)
    yield from _channel("public", "公众客户")
    for code, name in SPECIAL.items():
        yield from _special(code, name)
    yield from _contracted()
    for place, district in enumerate(market.DISTRICTS):
        yield from _district(place, district)


def _channel(code: str, name: str) -> Iterator[Unit]:
    yield Unit(code, f"{name}渠道", "channel", channel=COMPANY)
    yield Unit(f"{code}-local", f"{market.CITY}{name}渠道", "local_channel", channel=code)


def _department(code: str, name: str, centre: str, channel: str) -> Iterator[Unit]:
    """A department with the patch that takes customers who are in no community yet."""
    yield Unit(f"{code}-dept", f"{name}部", "department", centre, channel)
    yield Unit(f"{code}-patch-0", f"{name}待分片", "patch", f"{code}-dept", f"{code}-dept")


def _below(parent: str, unit_id: str, name: str, level: str, is_unassigned: bool = False) -> Unit:
    """A unit that hangs below the same one in both trees."""
    return Unit(unit_id, name, level, parent, parent, is_unassigned)


def _special(code: str, name: str) -> Iterator[Unit]:
    yield from _channel(code, name)
    yield from _department(code, name, CENTRE, f"{code}-local")
    yield _below(f"{code}-patch-0", f"{name}未分配社区", f"{name}未分配社区", "community", is_unassigned=True)
    yield _below(f"{code}-dept", f"{code}-patch-1", f"{name}一片", "patch")
    for number in range(1, SPECIAL_COMMUNITIES + 1):
        community = f"{name}{number}社区"
        yield _below(f"{code}-patch-1", community, community, "community")


def _contracted() -> Iterator[Unit]:
    yield from _channel("contracted", "统包客户")
    yield from _department("contracted", "统包客户", CENTRE, "contracted-local")
    yield _below("contracted-patch-0", "统包客户未分配社区", "统包客户未分配社区", "community", is_unassigned=True)
    yield _below("contracted-dept", "contracted-patch-1", "统包客户一片", "patch")
    for area in market.CONTRACTED_AREAS:
        yield _below("contracted-patch-1", area, area, "contracted_area")


def _district(place: int, district: str) -> Iterator[Unit]:
    code = f"d{place + 1}"
    yield Unit(code, f"{district}区中心", "district_centre", region=BRANCH)
    yield from _department(code, f"{district}区公众客户", code, "public-local")
    unassigned = market.UNASSIGNED_COMMUNITIES[place]
    yield _below(f"{code}-patch-0", unassigned, unassigned, "community", is_unassigned=True)
    for number, patch in enumerate(market.PATCHES, 1):
        yield _below(f"{code}-dept", f"{code}-patch-{number}", f"{district}{patch}", "patch")
        for community in market.communities_of(district, patch):
            yield _below(f"{code}-patch-{number}", community, community, "community")


def _administrators() -> Iterator[tuple[str, str, str]]:
    """Who runs the cycle: person, role and unit."""
    for number in (1, 2):
        yield f"market-{number}", "market_admin", COMPANY
        for channel in ("public", *SPECIAL, "contracted"):
            yield f"{channel}-admin-{number}", "channel_admin", f"{channel}-local"
    for channel in (*SPECIAL, "contracted"):
        yield f"{channel}-confirmer", f"{channel}_confirmer", f"{channel}-local"
    yield "province-query", "province_data_query", COMPANY
    yield "local-query", "local_data_query", BRANCH


def _staff(stream: Stream, units: list[Unit]) -> Iterator[tuple[str, str, str]]:
    """Department administrators, group heads and account managers."""
    communities = [unit for unit in units if unit.level == "community" and not unit.is_unassigned]
    vacant, crowded = (stream.chance(share, len(communities)) for share in (VACANT, CROWDED))
    for unit in units:
        if unit.level == "department":
            yield f"{unit.unit_id}-admin", "department_admin", unit.unit_id
        elif unit.level == "patch":
            yield f"{unit.unit_id}-head", "group_head", unit.unit_id
    for place, unit in enumerate(communities):
        managers = 0 if vacant[place] else 3 if crowded[place] else 1
        for number in range(managers):
            yield f"manager-{place + 1:03}{'abc'[number]}", "account_manager", unit.unit_id
