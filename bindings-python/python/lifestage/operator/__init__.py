"""An operator that does not exist, seeded: all fact tables, with a churn process that is known.

It looks like a Chinese fixed-line operator: a city of communities, several users a customer, channels, plans,
promotions and contracts, a loud Spring Festival, suspended users and re-entries, late and dirty rows. `churn` states
the process, `market` the market, `dirt` the bad rows.
"""

from lifestage.operator.generate import MOST_CUSTOMERS, MOST_MONTHS, Generated, Operator, generate

__all__ = ["MOST_CUSTOMERS", "MOST_MONTHS", "Generated", "Operator", "generate"]
