"""What the policy of an engine says, where the cycle has to know it."""

from __future__ import annotations

from typing import Any

from lifestage import Engine
from lifestage.fact_tables import PERSONAL_COLUMNS


def own_facts(engine: Engine) -> dict[str, bool]:
    """The facts that the policy declares beyond the contract, and whether each identifies a person."""
    return {name: fields["personal"] for name, fields in _entries(engine, "facts.").items()}


def personal_facts(engine: Engine) -> frozenset[str]:
    """The facts that identify a person, the host's own among them."""
    return PERSONAL_COLUMNS.union(name for name, is_personal in own_facts(engine).items() if is_personal)


def warning_lists(engine: Engine) -> dict[str, list[str]]:
    """The lists (EWS-05), each with the codes of the warnings that it is about."""
    return {name: fields["warnings"] for name, fields in _entries(engine, "warning.lists.").items()}


def _entries(engine: Engine, under: str) -> dict[str, dict[str, Any]]:
    """The tables that stand under a path, by name; there may be none."""
    entries: dict[str, dict[str, Any]] = {}
    for value in engine.call("show_policy")["values"]:
        if value["path"].startswith(under):
            name, _, field = value["path"].removeprefix(under).rpartition(".")
            entries.setdefault(name, {})[field] = value["value"]
    return entries
