"""The division of a month's new customers: placing, sheets, moves, what is refused and why, and the log."""

# %% [markdown]
# # New customers of a month, from their first line to their community
#
# Placing, the sheets that go to the departments and come back, the moves of the channels' administrators, what is
# refused and why, and the log. Run it as a script, or cell by cell; the sheets are written to a folder that is gone
# afterwards unless one is named: `python division.py sheets`.

# %%
import sys
import tempfile
from pathlib import Path

import polars as pl

from lifestage import Engine
from lifestage.sheets import read_sheet
from lifestage.sheets.division import ADJUSTMENTS, LOG, NEW_CUSTOMERS, REJECTED, Department, claims, denied_rows

folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())
folder.mkdir(exist_ok=True)
engine = Engine("china-telecom")

# %% [markdown]
# ## Who there is
#
# Two channels of a city, each with its unassigned community, and the people who act.

# %%
organisation = engine.organisation(frames=pl.DataFrame)
organisation.load(
    units=pl.DataFrame(
        [
            ("gx", "广西区电信有限公司", "company", False),
            ("pub", "公众客户渠道", "channel", False),
            ("key", "大客户渠道", "channel", False),
            ("nn-pub", "南宁公众客户渠道", "local_channel", False),
            ("nn-key", "南宁大客户渠道", "local_channel", False),
            ("nn-pub-0", "南宁公众客户未分配社区", "community", True),
            ("nn-pub-1", "城东二片1社区", "community", False),
            ("nn-key-0", "大客户未分配社区", "community", True),
            ("nn-key-1", "大客户1社区", "community", False),
        ],
        schema=["unit_id", "name", "level", "is_unassigned"],
        orient="row",
    ),
    links=pl.DataFrame(
        [
            ("channel", "gx", None),
            ("channel", "pub", "gx"),
            ("channel", "key", "gx"),
            ("channel", "nn-pub", "pub"),
            ("channel", "nn-key", "key"),
            ("channel", "nn-pub-0", "nn-pub"),
            ("channel", "nn-pub-1", "nn-pub"),
            ("channel", "nn-key-0", "nn-key"),
            ("channel", "nn-key-1", "nn-key"),
        ],
        schema=["tree", "unit_id", "parent_id"],
        orient="row",
    ),
)
people = pl.DataFrame(
    [
        ("market", "market_admin", "gx"),
        ("market-2", "market_admin", "gx"),
        ("for-key-account", "key_account_confirmer", "gx"),
        ("for-business", "business_confirmer", "gx"),
        ("for-contracted", "contracted_confirmer", "gx"),
        ("chan-pub", "channel_admin", "nn-pub"),
        ("chan-pub-2", "channel_admin", "nn-pub"),
        ("chan-key", "channel_admin", "nn-key"),
    ],
    schema=["person_id", "role", "unit_id"],
    orient="row",
)
organisation.load(persons=people.select("person_id"), grants=people)

# %% [markdown]
# ## New users are placed
#
# By their contract, their box, or the billing area, whose unassigned community takes the rest.

# %%
registry = engine.registry()
registry.load(
    boxes=pl.DataFrame({"box": ["J12"], "community": ["nn-pub-1"]}),
    billing_areas=pl.DataFrame({"billing_area": ["0771"], "unassigned_community": ["nn-pub-0"]}),
)
users = pl.DataFrame(
    {
        "user_id": ["u1", "u2", "u3", "u4", "u5"],
        "account_id": ["C1", "C1", "C2", "C3", "C4"],
        "box": ["J12", None, None, None, None],
        "billing_area": ["0771"] * 5,
        "activated_on": ["2024-05-02"] * 5,
    }
)
placed = registry.place(users)
print(placed.placements.select("user_id", "placement", "community", "new_customer"))
made = placed.commands.with_columns(customer_id=pl.format("K{}", "new_customer"))
registry.apply(made)

# %% [markdown]
# ## The sheet for the departments
#
# Customers in an unassigned community are exported, with a second person's approval; each department writes yes or no
# into its column.

# %%
adjustments = engine.adjustments(organisation, frames=pl.DataFrame)
adjustments.add(made.select("customer_id", "community", created_on="activated_on"))
undivided = adjustments.cohort("2024-05", as_of="2024-05-09", undivided=True)
print(undivided.report.select("window_opens", "window_closes", "days_left", "customers", "undivided"))

to_export = undivided.customers.select("customer_id", event=pl.lit("export"))
adjustments.happen(to_export, as_of="2024-05-09", actor="market", second_approver="market-2")
NEW_CUSTOMERS.write(folder / "新增客户.xlsx", undivided.customers, "zh")

# What comes back, as if each department had filled its column in: the key-account department claims K3.
answers = undivided.customers.with_columns(
    key_account=pl.col("customer_id") == "K3", business=pl.lit(False), contracted=pl.lit(False)
)
NEW_CUSTOMERS.write(folder / "已确认.xlsx", answers, "zh")
answered = NEW_CUSTOMERS.read(folder / "已确认.xlsx")
print(f"{len(answered.rows)} rows, {answered.rejected} of them rejected")
confirmers: dict[Department, str] = {
    "key_account": "for-key-account",
    "business": "for-business",
    "contracted": "for-contracted",
}
for department, person in confirmers.items():
    adjustments.happen(pl.DataFrame(claims(answered, department)), as_of="2024-05-10", actor=person)

# %% [markdown]
# ## Into the channels
#
# The market department's administrator moves claimed customers to their department's channel; the others stay.

# %%
customers = adjustments.cohort("2024-05", as_of="2024-05-11", undivided=True).customers
adjustments.happen(
    customers.select("customer_id", event=pl.lit("submit")), as_of="2024-05-11", actor="market", batch_id="2024-05"
)
moves = customers.select(
    "customer_id",
    event=pl.lit("assign_channel"),
    target=pl.when(pl.col("claimed_by") == "key_account").then(pl.lit("nn-key-0")),
)
seen = adjustments.preview(moves.with_columns(revenue=pl.lit("88.50")), as_of="2024-05-11", actor="market")
print(seen.effects)
adjustments.happen(moves, as_of="2024-05-11", actor="market", batch_id="2024-05")

# %% [markdown]
# ## Into the communities, by sheet
#
# The administrator of the public channel hands a sheet in. A row of another channel's customer, and one that is no
# community, are refused with every reason; the others go on.

# %%
rows = pl.DataFrame(
    {
        "customer_id": ["K2", "K3", "K4"],
        "source": ["nn-pub-0", "nn-key-0", "nn-pub-0"],
        "target": ["nn-pub-1", "nn-pub-1", "nn-pub-9"],
        "effective_month": ["2024-06"] * 3,
    }
)
ADJUSTMENTS.write(folder / "社区调整.xlsx", rows, "zh")
sheet = read_sheet(folder / "社区调整.xlsx")
adjusted = adjustments.sheet(
    sheet.record(), as_of="2024-05-13", actor="chan-pub", second_approver="chan-pub-2", batch_id="社区调整.xlsx"
)
print({name: adjusted.report[0][name] for name in ("rows", "accepted", "rejected")})
denied = denied_rows(engine, sheet, adjusted.results, "zh")
REJECTED.write(folder / "退回.xlsx", denied, "zh")
for row in denied:
    print(f"第{row['row']}行 {row['customer_id']} {row['column']} {row['code']}：{row['reason']}")

# %% [markdown]
# ## Who owned a customer when, and the log
#
# Moves count from a day; the log is a chain in which every change shows.

# %%
asked = pl.DataFrame({"customer_id": ["K2", "K2"], "on": ["2024-05-31", "2024-06-01"]})
print(adjustments.owner_at(asked).select("on", "community"))

LOG.write(folder / "日志.xlsx", adjustments.log(), "zh")
entries = pl.DataFrame(LOG.read(folder / "日志.xlsx").rows, infer_schema_length=None)
print(engine.verify_log(entries).report.select("valid", "entries"))
altered = entries.with_columns(actor=pl.when(pl.col("seq") == 4).then(pl.lit("nobody")).otherwise("actor"))
print(engine.verify_log(altered).findings)
