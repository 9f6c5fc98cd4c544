"""The month of an operator: fact tables in; stages, customers, lists and reasons out.

pip install 'lifestage[cli]' polars && lifestage generate operator && python monthly_cycle.py operator
"""

import sys
from pathlib import Path

import polars as pl

from lifestage import Engine, newest_month_end

tables = {path.stem: pl.read_parquet(path) for path in Path(sys.argv[1]).glob("*.parquet")}  # users, bills, events, …
as_of = newest_month_end(tables["bills"])
engine = Engine("china-telecom")

# The facts, dated and keyed, become one row a user; what does not count comes back with its place and reason.
built = engine.build_view(tables, as_of=as_of)
print(built.counts.select("table", "rows", "used"))
bad = built.rejects.filter(pl.col("table") == "stage_history").select(pl.col("row").cast(pl.UInt32))
history = tables["stage_history"].with_row_index("row").join(bad, on="row", how="anti").drop("row")

# Each row is decided, then the users of a customer are combined.
decisions = engine.classify(built.view, as_of=as_of)
customers = engine.combine_customers(decisions).customers
print(customers.group_by("stage").len().sort("stage", nulls_last=True))

# Where they came from: the history is what earlier runs decided.
summary = engine.summarise_stages(decisions, history, as_of=as_of)
print(summary.transitions.filter(pl.col("previous_stage") != pl.col("stage")))

# Who is to be called on, personal columns masked unless asked for by name; and why the first of them.
called_on = engine.list_warned(built.view, decisions, list="fee_drop")
print(called_on)
first = built.view.row(by_predicate=pl.col("user_id") == called_on["user_id"][0], named=True)
print(engine.explain(first, as_of=as_of)["text"])

# The customers again, in parts that other processes or machines might have been told.
parts = [engine.open_handle("customers") for _ in range(3)]
for number, part in enumerate(parts):
    part.update_batch({"decisions": decisions.gather_every(len(parts), number)})
with engine.open_handle("customers") as whole:
    whole.merge(*parts)
    print("in parts the same:", pl.DataFrame(whole.query_batch()["customers"]).equals(customers))

# This month joins the history that the next one is given.
stage_since = pl.coalesce("stage_since", pl.lit(as_of))
this_month = decisions.filter(pl.col("stage").is_not_null()).select(
    "user_id", pl.lit(as_of).alias("as_of"), pl.col("stage").cast(pl.String), stage_since
)
print(pl.concat([history.select(this_month.columns), this_month]).tail())
