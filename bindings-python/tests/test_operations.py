"""The methods of an engine against the registry: no operation, parameter or text is missing."""

import inspect
from datetime import date
from typing import Any

import pytest

from lifestage import Engine

OPERATIONS: list[dict[str, Any]] = Engine().call("list_operations")
FRAMES = {
    "classify": {"frame"},
    "build_view": {"tables"},
    "combine_customers": {"decisions"},
    "summarise_stages": {"decisions", "stage_history"},
    "list_warned": {"view", "decisions"},
    "assign_attributes": {"customers"},
    "route_leads": {"leads"},
    "verify_log": {"log"},
}
"""What takes frames, and what it calls them."""


def parameters(operation: dict[str, Any]) -> set[str]:
    """What the registry says a call takes; parameters stand beside tables."""
    if operation["name"] in FRAMES:
        return FRAMES[operation["name"]] | set(operation["params"].get("properties", {}))
    fields = set(operation["request"].get("properties", {}))
    if "params" in fields:
        reference = operation["request"]["properties"]["params"]["$ref"].rpartition("/")[2]
        fields = fields - {"params"} | set(operation["request"]["$defs"][reference].get("properties", {}))
    return fields


@pytest.mark.parametrize("operation", OPERATIONS, ids=[operation["name"] for operation in OPERATIONS])
def test_an_operation_is_a_method_that_says_and_takes_what_the_registry_says(operation: dict[str, Any]) -> None:
    method = getattr(Engine, operation["name"])
    assert set(inspect.signature(method).parameters) - {"self"} == parameters(operation)
    text = inspect.getdoc(method)
    assert text
    assert text.startswith(operation["about"]["en"])
    for parameter in parameters(operation):
        assert f"\n    {parameter}: " in text, f"{parameter} is not described"


def test_operations_with_batches_take_frames() -> None:
    assert {operation["name"] for operation in OPERATIONS if operation["form"] == "batch"} == set(FRAMES)


def test_methods_answer_as_calls_by_name(engine: Engine) -> None:
    record = {"status": "terminated", "tenure_months": 3}
    as_of = date(2024, 5, 31)
    assert engine.classify_record(record, as_of=as_of)["stage"] == "E"
    explained = engine.explain(record, as_of="2024-05-31", language="zh")
    assert explained == engine.call("explain", {"record": record, "as_of": as_of, "language": "zh"})
    with_evidence = engine.classify_record(record, as_of=as_of, evidence=True)
    assert with_evidence == engine.call("classify_record", {"record": record, "as_of": as_of, "evidence": True})
    assert engine.version() == engine.call("version")
    assert engine.check_policy("china-telecom")["valid"]
    assert engine.describe_stage("D") == engine.call("describe_stage", {"stage": "D"})
