"""W3: one decision after the other, by the rules of policies/w1a.toml; peers get the days until an agreement ends."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import datalogic_py
import zen

from data import AS_OF
from peers import Peer

STAGES = "ABCDE"
TIERS = ["high", "mid", "low"]
WARNINGS = ["D1", "D2", "D3", "D4", "D5", "EXPIRING"]


def _records(data: Path) -> list[dict]:
    records = [json.loads(text) for text in data.read_text().splitlines()]
    for record in records:
        ends_on = record.pop("agreement_ends_on")
        record["agreement_days"] = (date.fromisoformat(ends_on) - AS_OF).days if ends_on else -1
    return records


def _peer(version: str, inputs: list, decide: Callable, answer_of: Callable[[Any], dict[str, int]]) -> Peer:
    def decision(answer: dict[str, int]) -> dict:
        fired = int(answer["warnings"])
        return {
            "stage": STAGES[int(answer["stage"])],
            "tier": TIERS[int(answer["tier"])],
            "warnings": [code for bit, code in enumerate(WARNINGS) if fired >> bit & 1],
        }

    run = lambda: [decide(each) for each in inputs]  # noqa: E731
    return Peer(version, run, lambda answers: [decision(answer_of(answer)) for answer in answers])


RULES = {
    "d1": "local_fee_minor[9] < local_fee_minor[8] and local_fee_minor[10] < local_fee_minor[9]"
    " and local_fee_minor[11] < local_fee_minor[10] and local_fee_minor[11] * 5 < local_fee_minor[8] * 4",
    "d2": "complaints_3m > 2",
    "d3": "repeat_faults_3m > 3",
    "d4": "foreign_ip_fee_minor_12 > 5000",
    "d5": "arrears_months >= 2",
    "expiring": "agreement_days >= 0 and agreement_days <= 90",
    "total": "sum(fee_minor)",
    "newest": "fee_minor[9] + fee_minor[10] + fee_minor[11]",
    "before": "fee_minor[6] + fee_minor[7] + fee_minor[8]",
    "stage": "status == 'terminated' ? 4 : ($.d1 or $.d2 or $.d3 or $.d4 or $.d5) ? 3 : tenure_months < 3 ? 0 :"
    " (tenure_months < 12 or $.newest * 10 > $.before * 11) ? 1 : 2",
    "tier": "$.total >= 180000 ? 0 : $.total >= 72000 ? 1 : 2",
    "warnings": "status == 'terminated' ? 0 : ($.d1 ? 1 : 0) + ($.d2 ? 2 : 0) + ($.d3 ? 4 : 0) + ($.d4 ? 8 : 0)"
    " + ($.d5 ? 16 : 0) + ($.expiring ? 32 : 0)",
}


def with_zen(data: Path, _threads: int) -> Peer:
    """One node of expressions, compiled once; Python objects in and out."""
    expressions = [{"id": key, "key": key, "value": value} for key, value in RULES.items()]

    def node(name: str, kind: str, **content: object) -> dict:
        return {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}, **content}

    edge = lambda one, other: {"id": one + other, "type": "edge", "sourceId": one, "targetId": other}  # noqa: E731
    graph = {
        "nodes": [
            node("in", "inputNode"),
            node("rules", "expressionNode", content={"expressions": expressions}),
            node("out", "outputNode"),
        ],
        "edges": [edge("in", "rules"), edge("rules", "out")],
    }
    decision = zen.ZenEngine().create_decision(json.dumps(graph))
    return _peer("2.1.3", _records(data), decision.evaluate, lambda answer: answer["result"])


def with_datalogic(data: Path, _threads: int) -> Peer:
    """JSONLogic, compiled once; JSON text in and out, its faster form."""
    var = lambda name: {"var": name}  # noqa: E731
    local = [var(f"local_fee_minor.{month}") for month in range(8, 12)]
    fee = [var(f"fee_minor.{month}") for month in range(12)]
    rules = [
        {
            "and": [
                {"<": [local[1], local[0]]},
                {"<": [local[2], local[1]]},
                {"<": [local[3], local[2]]},
                {"<": [{"*": [local[3], 5]}, {"*": [local[0], 4]}]},
            ]
        },
        {">": [var("complaints_3m"), 2]},
        {">": [var("repeat_faults_3m"), 3]},
        {">": [var("foreign_ip_fee_minor_12"), 5000]},
        {">=": [var("arrears_months"), 2]},
        {"<=": [0, var("agreement_days"), 90]},
    ]
    growing = {">": [{"*": [{"+": fee[9:]}, 10]}, {"*": [{"+": fee[6:9]}, 11]}]}
    terminated = {"==": [var("status"), "terminated"]}
    bits = [{"if": [rule, 1 << place, 0]} for place, rule in enumerate(rules)]
    young = {"or": [{"<": [var("tenure_months"), 12]}, growing]}
    total = {"+": fee}
    answer = [
        {"if": [terminated, 4, {"or": rules[:5]}, 3, {"<": [var("tenure_months"), 3]}, 0, young, 1, 2]},
        {"if": [{">=": [total, 180_000]}, 0, {">=": [total, 72_000]}, 1, 2]},
        {"if": [terminated, 0, {"+": bits}]},
    ]
    rule = datalogic_py.Engine().compile(json.dumps(answer))
    texts = [json.dumps(record) for record in _records(data)]
    names = ["stage", "tier", "warnings"]
    return _peer("5.9.0", texts, rule.evaluate_str, lambda text: dict(zip(names, json.loads(text), strict=True)))
