"""The operator's market: a city that does not exist, its communities, plans, channels, products and causes.

Names are composed at random; a local number that begins with 0 and a mobile number that begins with 100 belong to
nobody, so no row can be taken for a person.
"""

from __future__ import annotations

from typing import Final

from lifestage.operator.stream import Integers

CITY: Final = "云溪市"
AREA_CODE: Final = "0999"

DISTRICTS: Final = ("临江", "松湖", "北桥", "梧岭", "新港", "青屏")
PATCHES: Final = ("一片", "二片", "三片", "四片", "五片")
COMMUNITIES_A_PATCH: Final = 8


def communities_of(district: str, patch: str) -> tuple[str, ...]:
    """The communities of a patch."""
    return tuple(f"{district}{patch}{number}社区" for number in range(1, COMMUNITIES_A_PATCH + 1))


COMMUNITIES: Final = tuple(
    community for district in DISTRICTS for patch in PATCHES for community in communities_of(district, patch)
)
"""By district, patch and number."""

CONTRACTED_AREAS: Final = tuple(f"{district}统包区" for district in DISTRICTS)
BILLING_AREAS: Final = tuple(f"{district}计费区" for district in DISTRICTS)
UNASSIGNED_COMMUNITIES: Final = tuple(f"{district}未分配社区" for district in DISTRICTS)
"""Of each billing area, one a district."""
UNKNOWN_BILLING_AREA: Final = "旧城计费区"
"""No district's."""

RELOCATION_COMMUNITIES: Final = 6
"""How many communities are being pulled down (拆迁)."""

ROADS: Final = (
    "梧桐路", "望江街", "榕荫巷", "白鹭路", "长堤路", "和顺街", "文澜路", "金桂路",
    "清风里", "永宁街", "石桥路", "丹枫路", "书院路", "银杏街", "春晖路", "流云巷",
)  # fmt: skip

SURNAMES: Final = (
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "周", "吴", "徐", "孙", "马", "朱", "胡", "郭",
    "何", "林", "高", "罗", "梁", "宋", "韦", "覃", "莫", "欧阳", "司徒", "上官",
)  # fmt: skip
SURNAME_WEIGHTS: Final = (
    70, 70, 66, 52, 45, 31, 30, 22, 20, 20, 19, 17, 15, 14, 13, 12,
    12, 11, 11, 10, 10, 8, 8, 7, 6, 2, 1, 1,
)  # fmt: skip
GIVEN: Final = tuple("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建文宁欣怡子轩浩然雨桐思远佳琪一诺")

CHANNELS: Final = ("hall", "community_manager", "agent", "online", "retailer", "telesales")
CHANNEL_WEIGHTS: Final = (34, 18, 16, 14, 10, 8)
RISKY_CHANNELS: Final = ("agent", "retailer", "telesales")
"""The channels of EWS-13; their users drift away more easily."""

PLANS: Final = ("固话套餐25", "准E8套餐49", "E8套餐69", "E8套餐89", "E9套餐129", "E9套餐169", "尊享E8套餐239")
PLAN_PRICES: Final = (2_500, 4_900, 6_900, 8_900, 12_900, 16_900, 23_900)
"""Fen a month."""
PLAN_WEIGHTS: Final = (28, 22, 24, 12, 8, 4, 2)

PRODUCTS: Final = ("broadband", "caller_id", "three_way_call", "tianyi", "itv")
PRODUCT_CHANCES: Final = (4_800, 6_000, 900, 2_600, 1_500)
"""How many users hold each, in ten-thousandths."""

PROMOTIONS: Final = ("存话费送话费", "宽带提速半年", "来显免费体验", "老用户回馈")

COMPLAINT_CAUSES: Final = ("资费争议", "账单错误", "服务态度", "装移机超时", "上网速度慢", "业务未经同意开通")
FAULT_CAUSES: Final = ("线路中断", "杂音", "无法上网", "频繁掉线")

SEASON: Final = (1_040, 1_070, 980, 985, 1_000, 990, 1_010, 1_005, 1_000, 1_015, 985, 1_005)
"""The months of the year, January first, to the year's mean, in thousandths: the Spring Festival is loud."""


def district_of(community: Integers) -> Integers:
    """The places of communities' districts."""
    return community // (len(PATCHES) * COMMUNITIES_A_PATCH)
