"""W3 in Python: `one_decision.py <policy> <records> <threads> <result>`, a contestant as contestant.py says.

Its result is a line of JSON for each record, by one implementation after the other. Beside them runs the plain round
through JSON that a host has anyway: a record read, an answer written, nothing decided.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lifestage import Engine

AS_OF = "2024-05-31"
ANSWER = {"stage": "C", "tier": "mid", "warnings": ["D2"]}


def main() -> None:
    """Says what this process is, and runs as often as it is told to."""
    policy, data, _threads, result = sys.argv[1:]
    engine = Engine.open(policy)
    texts = Path(data).read_text().splitlines()
    records = [json.loads(text) for text in texts]
    prepared = engine.prepare(list(records[0]), as_of=AS_OF)

    def by_text(request: str) -> str:
        return engine.call_json("classify_record", request)

    def by_object(record: dict[str, Any]) -> dict[str, Any]:
        return engine.classify_record(record, as_of=AS_OF)

    def by_values(values: tuple[Any, ...]) -> tuple[str | None, str | None, tuple[str, ...]]:
        decision = prepared(values)
        return decision.stage, decision.tier, decision.warnings

    def plain_round(text: str) -> str:
        json.loads(text)
        return json.dumps(ANSWER)

    # What each is called with, and how its answers become lines.
    implementations: dict[str, tuple[Callable[[Any], Any], list, Callable[[Any], str] | None]] = {
        "lifestage (Python, JSON)": (by_text, [f'{{"as_of": "{AS_OF}", "record": {text}}}' for text in texts], str),
        "lifestage (Python, objects)": (by_object, records, json.dumps),
        "lifestage (Python, prepared)": (
            by_values,
            [tuple(record.values()) for record in records],
            lambda decided: json.dumps(dict(zip(ANSWER, decided, strict=True))),
        ),
        "json (Python)": (plain_round, texts, None),
    }
    with Path(result).open("w") as file:
        for decide, inputs, line_of in implementations.values():
            if line_of:
                file.writelines(f"{line_of(decide(each))}\n" for each in inputs)
    version = engine.call("version")["version"]
    print(json.dumps({"version": version, "peak_extra_mb": dict.fromkeys(implementations)}), flush=True)
    for _run in sys.stdin:
        times = {}
        for name, (decide, inputs, _line_of) in implementations.items():
            start = time.perf_counter()
            for each in inputs:
                decide(each)
            times[name] = (time.perf_counter() - start) * 1e3
        print(json.dumps(times), flush=True)


if __name__ == "__main__":
    main()
