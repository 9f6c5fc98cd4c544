"""Replays the shared vectors and compares bytes.

cases.tsv: a first line `cases`, tab, their number; then a case a line, separated by tabs: id, policy, operation,
outcome (`ok` or `error`), request, expected response or error. Steps of a handle have a verb for an operation: `open`
with the handle's name, `restore`, `update`, `query`, `serialise`, `close`; the handle that `open` or `restore` gave is
that of the lines that follow. The ids of the cases that passed are written to ran-python.txt beside it.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from lifestage import Engine, Handle, LifestageError

CHECKOUT = Path(__file__).parents[2]
VECTORS = Path(os.environ.get("LIFESTAGE_VECTORS", CHECKOUT / "target" / "vectors"))


class Case(NamedTuple):
    id: str
    policy: str
    operation: str
    outcome: str
    request: str
    expected: str


HEADER, *LINES = (VECTORS / "cases.tsv").read_text(encoding="utf-8").removesuffix("\n").split("\n")
CASES = [Case(*line.split("\t")) for line in LINES]


@pytest.fixture(scope="module")
def ran() -> Iterator[list[str]]:
    ids: list[str] = []
    yield ids
    (VECTORS / "ran-python.txt").write_text("".join(f"{id_}\n" for id_ in ids), encoding="utf-8")


@cache
def opened(policy: str) -> Engine | LifestageError:
    try:
        return Engine(policy)
    except LifestageError as error:
        return error


@pytest.fixture(scope="module")
def handles() -> list[Handle]:
    """The handle that the last `open` or `restore` gave, if any."""
    return []


def answer(case: Case, handles: list[Handle]) -> tuple[str, str]:
    engine = opened(case.policy)
    if isinstance(engine, LifestageError):
        return "error", record(engine)
    try:
        return "ok", called(engine, case, handles)
    except LifestageError as error:
        return "error", record(error)


def called(engine: Engine, case: Case, handles: list[Handle]) -> str:
    match case.operation.split(" "):
        case ["open", name]:
            handles.clear()
            handles.append(engine.open_handle(name, case.request))
            return ""
        case ["restore"]:
            handles.clear()
            handles.append(engine.restore_handle(case.request))
            return ""
        case ["update"]:
            return handles[0].update_json(case.request)
        case ["query"]:
            return handles[0].query_json(case.request)
        case ["serialise"]:
            return handles[0].serialise()
        case ["close"]:
            handles.pop().close()
            return ""
        case _:
            return engine.call_json(case.operation, case.request)


def record(error: LifestageError) -> str:
    """The error in the bytes of every language, from what its exception carries."""
    order = ["code", "path", "file", "line", "column", "span", "found", "expected", "fix", "suggestion"]
    faults = [asdict(fault) for fault in error.faults]
    faults = [{key: fault[key] for key in order if fault[key] is not None} for fault in faults]
    return json.dumps({"kind": error.kind, "faults": faults}, ensure_ascii=False, separators=(",", ":"))


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_case_is_answered_with_the_bytes_of_every_language(case: Case, ran: list[str], handles: list[Handle]) -> None:
    assert answer(case, handles) == (case.outcome, case.expected)
    ran.append(case.id)


def test_as_many_cases_ran_as_there_are(ran: list[str]) -> None:
    label, count = HEADER.split("\t")
    assert label == "cases"
    assert len(ran) == len(set(ran)) == len(CASES) == int(count) > 0
