"""Runs the benchmarks of manifest.toml and says what was reached: `run.py <lifestage-bench> <folder> [--quick]`.

Every contestant is a process of its own that loads the same file. Their results are compared before any time is taken;
then all run in turn, round by round. Only ratios within one run mean anything: the machine may be shared.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

import data

HERE = Path(__file__).parent
FLOOR = "bandwidth (one column at a time)"
# Time per row may rise by so much from one size to the next ones.
GROWTH = 1.2


@dataclass
class Contestant:
    """A process that runs one workload, in one or several implementations."""

    workload: str
    process: subprocess.Popen[str]
    result: Path
    started: dict = field(default_factory=dict)
    rounds: list[dict[str, float]] = field(default_factory=list)

    def answer(self) -> dict:
        """The next line that the process says."""
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{' '.join(self.process.args)} ended")
        return json.loads(line)

    def run(self) -> None:
        """One more round."""
        self.process.stdin.write("run\n")
        self.process.stdin.flush()
        self.rounds.append(self.answer())


def start(command: list, threads: int, folder: Path, workload: str, name: str, path: Path) -> Contestant:
    """Starts a contestant; it loads and warms up meanwhile."""
    result = folder / f"{workload}-{name}.result.arrow"
    result.unlink(missing_ok=True)
    arguments = [*map(str, command), str(path), str(threads), str(result)]
    environment = os.environ | {"POLARS_MAX_THREADS": str(threads)}
    pipe = subprocess.PIPE
    process = subprocess.Popen(arguments, stdin=pipe, stdout=pipe, text=True, env=environment)
    return Contestant(workload, process, result)


def compare(contestants: list[Contestant]) -> None:
    """Stops unless all contestants of a workload have the same result."""
    first: dict[str, pa.Table] = {}
    for contestant in (each for each in contestants if each.result.exists()):
        with pa.OSFile(str(contestant.result)) as file:
            table = pa.ipc.open_file(file).read_all().combine_chunks()
        expected = first.setdefault(contestant.workload, table)
        for name in expected.column_names:
            if not expected[name].cast(table[name].type).equals(table[name]):
                sys.exit(f"{contestant.process.args} computes another {name}: no time is reported")


def compete(ours: Path, folder: Path, group: dict, rows: int, threads: int, rounds: int) -> Iterator[dict]:
    """The records of one group at one size and number of threads."""
    with ExitStack() as stack:
        contestants = []
        for workload in group["workloads"]:
            name = workload["name"]
            path = data.make(workload.get("data", name), rows, folder)
            commands = {"lifestage": [ours, name]}
            for peer in workload.get("peers", []):
                commands[peer] = [sys.executable, HERE / "contestant.py", name, peer]
            for implementation, command in commands.items():
                contestant = start(command, threads, folder, name, implementation, path)
                stack.callback(contestant.process.communicate)
                contestant.started = contestant.answer()
                contestants.append(contestant)
        compare(contestants)
        for _ in range(rounds):
            for contestant in contestants:
                contestant.run()
    for workload in group["workloads"]:
        of_workload = [contestant for contestant in contestants if contestant.workload == workload["name"]]
        yield from records(of_workload, rows, threads, rows if group.get("per_call") else 1)


def records(contestants: list[Contestant], rows: int, threads: int, calls: int) -> Iterator[dict]:
    """What is reported of one workload; of calls, the time of one."""
    times = {name: [each[name] / calls for each in c.rounds] for c in contestants for name in c.rounds[0]}
    medians = {name: statistics.median(each) for name, each in times.items()}

    def ratio(one: str, other: str) -> float:
        """Round by round: what slows the machine down slows both."""
        return round(statistics.median(a / b for a, b in zip(times[one], times[other], strict=True)), 3)

    for contestant in contestants:
        for name, peak in contestant.started["peak_extra_mb"].items():
            yield {
                "workload": contestant.workload,
                "rows": rows,
                "threads": threads,
                "implementation": name,
                "version": contestant.started["version"],
                "median_ms": round(medians[name], 6),
                "min_ms": round(min(times[name]), 6),
                "peak_extra_mb": round(peak, 1),
                "ratio_to_lifestage": ratio(name, "lifestage"),
                "of_bandwidth": ratio(FLOOR, name) if FLOOR in times else None,
                **({"about": contestant.started["about"]} if name == "lifestage" else {}),
            }


def show(record: dict) -> None:
    """A line of the table."""
    floor = record["of_bandwidth"]
    print(
        f"{record['workload']:<10} {record['rows']:>10,} {record['threads']:>2} {record['implementation']:<37}"
        f" {record['median_ms']:>10.4f} {record['min_ms']:>10.4f} {record['peak_extra_mb']:>8.1f}"
        f" {record['ratio_to_lifestage']:>8.2f} {f'{floor:.0%}' if floor else '':>6}",
        flush=True,
    )


def goals(report: list[dict], wanted: list[dict]) -> Iterator[str]:
    """Which goals are met, at the largest size that ran."""
    for goal in wanted:
        ours = [r for r in report if r["workload"] == goal["workload"] and r["implementation"] == "lifestage"]
        other = goal.get("of", goal["workload"])
        for record in ours:
            where = (record["rows"], record["threads"])
            against = [r for r in report if (r["rows"], r["threads"]) == where and r["workload"] == other]
            against = [r for r in against if r["implementation"] == goal["against"]]
            if record["rows"] == max(each["rows"] for each in ours) and against:
                reached = against[0]["ratio_to_lifestage"]
                if other != goal["workload"]:
                    reached = against[0]["median_ms"] / record["median_ms"]
                verdict = "met   " if reached >= goal["reach"] else "MISSED"
                whom = goal["against"] if other == goal["workload"] else other
                size = f"{record['rows']:,} rows, {record['threads']} threads"
                yield f"{verdict} {goal['workload']}, {size}: {reached:.2f} of {whom}, wanted {goal['reach']}"


def growth(report: list[dict]) -> Iterator[str]:
    """Whether the time per row rises with the number of rows, from a million on: fewer may fit the caches."""
    ours = [record for record in report if record["implementation"] == "lifestage" and record["rows"] >= 1_000_000]
    for workload, threads in sorted({(record["workload"], record["threads"]) for record in ours}):
        same = [r for r in ours if (r["workload"], r["threads"]) == (workload, threads)]
        a_row = {record["rows"]: record["median_ms"] / record["rows"] * 1e6 for record in same}
        if len(a_row) > 1:
            verdict = "met   " if max(a_row.values()) <= GROWTH * a_row[min(a_row)] else "MISSED"
            sizes = ", ".join(f"{rows:,}: {each:.1f}" for rows, each in sorted(a_row.items()))
            yield f"{verdict} {workload} {threads} threads, nanoseconds a row: {sizes}"


def main() -> None:
    """Runs every group, prints the table and the goals, and writes the report."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("ours", type=Path)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--quick", action="store_true")
    arguments.add_argument("--only", help="part of a group's name")
    given = arguments.parse_args()
    size = "quick" if given.quick else "full"
    manifest = tomllib.loads((HERE / "manifest.toml").read_text())
    (given.folder / "data").mkdir(parents=True, exist_ok=True)
    print(
        f"{'workload':<10} {'rows':>10} {'t':>2} {'implementation':<37}"
        f" {'median ms':>10} {'min ms':>10} {'extra MB':>8} {'ratio':>8} {'of bw':>6}"
    )
    report = []
    for group in manifest["group"]:
        if given.only and given.only not in group["name"]:
            continue
        for rows in group["rows"][size]:
            for threads in group["threads"]:
                rounds = group.get("rounds", manifest["rounds"][size])
                for record in compete(given.ours, given.folder / "data", group, rows, threads, rounds):
                    show(record)
                    report.append(record)
    (given.folder / "report.json").write_text(json.dumps(report, indent=1) + "\n")
    print("", *goals(report, manifest["goal"]), *growth(report), sep="\n")


if __name__ == "__main__":
    main()
