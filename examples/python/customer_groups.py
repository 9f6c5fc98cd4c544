"""Gathers the customers of a building in a group, from the first column of a sheet, and reports on them.

Usage: python customer_groups.py
"""

import polars as pl

from lifestage import Engine

engine = Engine("china-telecom")

# Is the data fresh enough? The line data is three weeks old: nobody should be placed by it; stages and tiers are sound.
loaded: dict[str, str | None] = {"user": "2024-05-31", "fee": "2024-05", "line": "2024-05-10", "arrears": "2024-05-31"}
feeds = engine.check_feeds(as_of="2024-05-31", feeds=loaded)
touched = [result["code"] or result["result"] for result in feeds["results"] if result["stale_feeds"]]
print("stale:", feeds["stale_feeds"], "touched:", touched)

# The first column of the sheet, its heading among it, as a reader of spreadsheets gives it.
first_column = ["客户编码", "k1", "k2", "k1", "k9"]
customers = pl.DataFrame({"customer_id": ["k1", "k2", "k3"]})

with engine.open_handle("groups") as groups:
    tower = {"kind": "create", "group_id": "tower", "type": "building", "name": "东方大厦"}
    imports = pl.DataFrame({"group_id": "tower", "customer_id": first_column})
    told = groups.update_batch({"customers": customers, "changes": pl.DataFrame([tower]), "imports": imports})
    print(pl.DataFrame(told["counts"]))
    for row in pl.DataFrame(told["rejects"]).iter_rows(named=True):
        print(f"row {row['row']}: {row['found']}: {row['code']}. {row['fix']}")

    # What the host knows of its customers: decisions as `combine_customers` gives them, and revenue.
    decisions = pl.DataFrame({"customer_id": ["k1", "k2"], "stage": ["D", "C"], "tier": ["high", "mid"]})
    revenue = pl.DataFrame({"customer_id": ["k1", "k2", "k3"], "revenue_minor": [18_000, 9_050, 4_000]})
    report = groups.query_batch({"decisions": decisions, "revenue": revenue})
    print(pl.DataFrame(report["stages"]))
    print(pl.DataFrame(report["revenue"]))
