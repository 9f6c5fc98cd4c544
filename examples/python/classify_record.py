"""Decides about one customer, and says why."""

from lifestage import Engine

engine = Engine("china-telecom")
customer = {"status": "active", "tenure_months": 26, "fee_11": "92.00", "fee_12": "74.00", "complaints_3m": 3}
decision = engine.classify_record(customer, as_of="2024-05-31")
print(decision["stage"], decision["tier"], decision["warnings"])  # D mid ['EWS-02']
print(engine.explain(customer, as_of="2024-05-31", language="zh")["text"])
