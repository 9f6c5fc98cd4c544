"""W3: one decision after the other, by the rules of policies/w1a.toml; peers get the days until an agreement ends."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import datalogic_py
import lifestage
import pyarrow as pa
import zen

from data import AS_OF
from peers import Peer
from peers.w1a import FIRST_BIT

SCHEMA = pa.schema({"stage": pa.uint8(), "tier": pa.uint8(), "warnings": pa.uint64()})
Answer = dict[str, int]


def _records(data: Path) -> list[dict]:
    with pa.OSFile(str(data)) as file:
        texts = pa.ipc.open_file(file).read_all()["record"].to_pylist()
    records = [json.loads(text) for text in texts]
    for record in records:
        ends_on = record.pop("agreement_ends_on")
        record["agreement_days"] = (date.fromisoformat(ends_on) - AS_OF).days if ends_on else -1
    return records


def _peer(version: str, inputs: list, decide: Callable, answer_of: Callable[..., Answer]) -> Peer:
    def table(answers: list) -> pa.Table:
        rows = [answer_of(answer) for answer in answers]
        shifts = {"stage": 0, "tier": 0, "warnings": FIRST_BIT}
        columns = {name: [int(row[name]) << shift for row in rows] for name, shift in shifts.items()}
        return pa.table(columns, SCHEMA)

    return Peer(version, lambda: [decide(each) for each in inputs], table)


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
    names = SCHEMA.names
    return _peer("5.9.0", texts, rule.evaluate_str, lambda text: dict(zip(names, json.loads(text), strict=True)))


def with_lifestage_python(data: Path, _threads: int) -> Peer:
    """Our own Python package, from JSON text to JSON text."""
    engine = lifestage.Engine((Path(__file__).parents[1] / "policies/w1a.toml").read_text())
    with pa.OSFile(str(data)) as file:
        texts = pa.ipc.open_file(file).read_all()["record"].to_pylist()
    requests = [f'{{"record": {text}, "as_of": "{AS_OF}"}}' for text in texts]
    rules = [f"D{number}" for number in range(1, 6)] + ["EXPIRING"]

    def answer(text: str) -> Answer:
        decision = json.loads(text)
        bits = sum(1 << rules.index(code) for code in decision["warnings"])
        tier = ["high", "mid", "low"].index(decision["tier"])
        return {"stage": "ABCDE".index(decision["stage"]), "tier": tier, "warnings": bits}

    return _peer(lifestage.__version__, requests, lambda text: engine.call_json("classify_record", text), answer)


def with_json(data: Path, _threads: int) -> Peer:
    """No decision: the record from text to Python objects, and an answer to text."""
    texts = [json.dumps(record) for record in _records(data)]
    answer = {"stage": "C", "tier": "mid", "warnings": ["D2"]}

    def round_trip(text: str) -> str:
        json.loads(text)
        return json.dumps(answer)

    return Peer("", lambda: [round_trip(text) for text in texts], lambda _: None)
