"""Who may do what, who sees what, and totals along the trees of an organisation.

pip install lifestage polars && python organisation.py
"""

import polars as pl

from lifestage import Engine

UNITS = pl.DataFrame(
    {
        "unit_id": ["gx", "nn", "qx", "pub", "nn-pub", "qx-pub", "cd2", "cd2-1", "cd2-2", "nn-0"],
        "name": [
            "广西区电信有限公司",
            "南宁市电信分公司",
            "南宁市青秀中心",
            "公众客户渠道",
            "南宁公众客户渠道",
            "青秀区公众客户部",
            "城东二片",
            "城东二片1社区",
            "城东二片2社区",
            "南宁公众客户未分配社区",
        ],
        "level": ["company", "city_branch", "district_centre", "channel", "local_channel", "department", "patch"]
        + ["community"] * 3,
        "is_unassigned": [False] * 9 + [True],
    }
)
PARENTS = {
    "region": {"gx": None, "nn": "gx", "qx": "nn", "qx-pub": "qx", "nn-0": "nn"},
    "channel": {"gx": None, "pub": "gx", "nn-pub": "pub", "qx-pub": "nn-pub", "nn-0": "nn-pub"},
}
SHARED = {"cd2": "qx-pub", "cd2-1": "cd2", "cd2-2": "cd2"}
LINKS = pl.DataFrame(
    [(tree, unit, parent) for tree, parents in PARENTS.items() for unit, parent in {**parents, **SHARED}.items()],
    schema=["tree", "unit_id", "parent_id"],
    orient="row",
)
PERSONS = pl.DataFrame({"person_id": ["chen", "wang", "zhao"], "unit_id": ["nn-pub", "cd2", "cd2"]})
GRANTS = pl.DataFrame(
    {
        "person_id": ["chen", "wang"],
        "role": ["channel_admin", "group_head"],
        "unit_id": ["nn-pub", "cd2"],
    }
)

engine = Engine("china-telecom")
organisation = engine.organisation(frames=pl.DataFrame)
organisation.load(units=UNITS, links=LINKS, persons=PERSONS, grants=GRANTS)

# A community, by region and by channel.
units = organisation.units(as_of="2024-05-31", unit_ids=["cd2-1"])
print(units.select("region_path", "channel_path", "department").row(0))

# Who may do what: denied unless a role allows it, with every reason.
requests = pl.DataFrame(
    {
        "person_id": ["chen", "wang", "chen"],
        "action": ["assign_community", "assign_community", "assign_channel"],
        "source": ["nn-0", "nn-0", "nn-0"],
        "target": ["cd2-1", "cd2-1", "cd2-1"],
    }
)
decisions = organisation.decide(requests, as_of="2024-05-31").decisions
print(decisions.select("person_id", "action", "outcome", "reasons", "role"))

# A role is given within the giver's scope, and nobody gives more than he has.
grant = {"change": "grant", "on": "2024-06-01", "by": "chen", "person_id": "zhao"}
organisation.change(pl.DataFrame([{**grant, "role": "account_manager", "unit_id": "cd2-1"}]))

# The rows that somebody sees, and totals along both trees.
customers = pl.DataFrame({"community": ["cd2-1", "cd2-2", "nn-0"], "fee": ["150.00", "80.50", "10.00"]})
visible = organisation.visible(customers, "zhao", as_of="2024-06-01")
print(customers.filter(visible["is_visible"]))
values = customers.rename({"community": "unit_id", "fee": "amount"})
totals = organisation.roll_up(values, as_of="2024-06-01").totals
print(totals.filter(pl.col("unit_id") == "gx").select("tree", "amount"))
