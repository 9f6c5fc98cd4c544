"""A peer as a process of its own: `contestant.py <workload> <implementation> <data> <threads> <result>`.

It loads, runs once to warm up, writes its result, and answers one line of JSON; then it runs once more for every line
`run` that it reads, and answers the milliseconds. `lifestage-bench` and the programs of `languages` do the same for our
side, for several implementations at once; the result of each record of W3 is a line of JSON, and the memory that one
decision takes is not measured.
"""

import importlib
import json
import sys
import time
from pathlib import Path

import pyarrow as pa

from peers import Peer


def memory_mb(name: str) -> float:
    """What Linux says of this process's memory."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    raise LookupError(name)


def main() -> None:
    """Says what this process is, and runs as often as it is told to."""
    workload, implementation, data, threads, result = sys.argv[1:]
    load = getattr(importlib.import_module(f"peers.{workload}"), f"with_{implementation.split()[0]}")
    peer: Peer = load(Path(data), int(threads))
    Path("/proc/self/clear_refs").write_text("5")
    before = memory_mb("VmRSS")
    answer = peer.run()
    extra = memory_mb("VmHWM") - before
    computed = peer.result(answer)
    if isinstance(computed, pa.Table):
        with pa.OSFile(result, "wb") as file, pa.ipc.new_file(file, computed.schema) as writer:
            writer.write_table(computed)
    else:
        Path(result).write_text("".join(f"{json.dumps(decision)}\n" for decision in computed))
    del answer, computed
    print(json.dumps({"version": peer.version, "peak_extra_mb": {implementation: extra}}), flush=True)
    for line in sys.stdin:
        if line.strip() == "run":
            start = time.perf_counter()
            answer = peer.run()
            elapsed = time.perf_counter() - start
            del answer
            print(json.dumps({implementation: elapsed * 1e3}), flush=True)


if __name__ == "__main__":
    main()
