"""Who is about to leave: a frame of customers in, the same frame with decisions out."""

# %% [markdown]
# # Who is about to leave?
# Open this file as a notebook (VS Code, Jupyter with
# jupytext), or run it: `pip install lifestage polars && python notebook.py`.

# %%
import polars as pl

from lifestage import Engine

engine = Engine("china-telecom")

# %% [markdown]
# The customer view: a row a user, facts by name. What nobody knows is left out: a rule that cannot know says so.

# %%
users = pl.DataFrame(
    {
        "user_id": ["u1", "u2", "u3", "u4"],
        "status": ["active", "active", "active", "terminated"],
        "tenure_months": [2, 26, 61, 40],
        "fee": [[88.0], [120.0, 92.0, 74.0], [168.0] * 12, [35.0] * 3],
        "complaints_3m": [1, 3, 0, 0],
        "community": ["east", "east", "west", "west"],
    }
)
decided = engine.classify(users, as_of="2024-05-31", append=True)
print(decided.select("user_id", "stage", "tier", "reasons", "warnings"))

# %% [markdown]
# It is a frame like any other: the stages of each community, for instance.

# %%
print(decided.group_by("community", "stage").len().sort("community", "stage"))

# %% [markdown]
# What if complaints counted sooner? A policy of three lines lies over the shipped one.

# %%
strict = Engine('extends = "china-telecom"\nname = "what-if"\n[warning.grievances]\ncomplaints_at_least = 1\n')
after = strict.classify(users, as_of="2024-05-31", columns=["user_id", "stage"])
print(decided.select("user_id", before="stage").join(after, on="user_id").filter(pl.col("before") != pl.col("stage")))

# %% [markdown]
# Why is u2 where it is?

# %%
print(engine.explain(users.filter(pl.col("user_id") == "u2").to_dicts()[0], as_of="2024-05-31")["text"])
