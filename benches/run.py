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
# What of a decision about a record has to be equal.
DECISION = pa.schema({"stage": pa.string(), "tier": pa.string(), "warnings": pa.list_(pa.string())})
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
    result = folder / f"{workload}-{name}.result"
    result.unlink(missing_ok=True)
    arguments = [*map(str, command), str(path), str(threads), str(result)]
    environment = os.environ | {"POLARS_MAX_THREADS": str(threads)}
    pipe = subprocess.PIPE
    process = subprocess.Popen(arguments, stdin=pipe, stdout=pipe, text=True, env=environment)
    return Contestant(workload, process, result)


def computed(result: Path, rows: int) -> list[pa.Table]:
    """What a contestant computed: a table in Arrow; or each of its implementations a line of JSON for every record."""
    with pa.OSFile(str(result)) as file:
        if file.read(1) != b"{":
            return [pa.ipc.open_file(file).read_all().combine_chunks()]
    decisions = [json.loads(line) for line in result.read_text().splitlines()]
    starts = range(0, len(decisions), rows)
    return [pa.Table.from_pylist(decisions[start : start + rows], DECISION) for start in starts]


def compare(contestants: list[Contestant], rows: int) -> None:
    """Stops unless all implementations of a workload have the same result."""
    first: dict[str, pa.Table] = {}
    for contestant in contestants:
        for table in computed(contestant.result, rows):
            expected = first.setdefault(contestant.workload, table)
            for name in expected.column_names:
                if not expected[name].cast(table[name].type).equals(table[name]):
                    sys.exit(f"{contestant.process.args} computes another {name}: no time is reported")


def commands(ours: Path, folder: Path, workload: dict) -> dict[str, list]:
    """The contestants of a workload: our own program, those of the languages, the peers."""
    name = workload["name"]
    java = folder / "java"
    of_language = {
        "C": [folder / "c/one_decision"],
        "Python": [sys.executable, HERE / "languages/one_decision.py"],
        "Node": ["node", folder / "node/one_decision.mjs"],
        "Java": ["java", "-cp", f"{java}:{java}/*", "OneDecision"],
    }
    return {
        "lifestage": [ours, name],
        **{each: [*of_language[each], HERE.parent / workload["policy"]] for each in workload.get("languages", [])},
        **{peer: [sys.executable, HERE / "contestant.py", name, peer] for peer in workload.get("peers", [])},
    }


def compete(ours: Path, folder: Path, group: dict, rows: int, threads: int, rounds: int) -> Iterator[dict]:
    """The records of one group at one size and number of threads."""
    with ExitStack() as stack:
        contestants = []
        for workload in group["workloads"]:
            name = workload["name"]
            path = data.make(name, rows, folder / "data")
            for implementation, command in commands(ours, folder, workload).items():
                contestant = start(command, threads, folder / "data", name, implementation, path)
                stack.callback(contestant.process.communicate)
                contestant.started = contestant.answer()
                contestants.append(contestant)
        compare(contestants, rows)
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
    base = next(name for name in times if name.startswith("lifestage"))

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
                "peak_extra_mb": None if peak is None else round(peak, 1),
                "ratio_to_lifestage": ratio(name, base),
                "of_bandwidth": ratio(FLOOR, name) if FLOOR in times else None,
                **({"about": contestant.started["about"]} if name == base else {}),
            }


def show(record: dict) -> None:
    """A line of the table."""
    floor, peak = record["of_bandwidth"], record["peak_extra_mb"]
    print(
        f"{record['workload']:<10} {record['rows']:>10,} {record['threads']:>2} {record['implementation']:<37}"
        f" {record['median_ms']:>12.6f} {record['min_ms']:>12.6f} {'' if peak is None else peak:>8}"
        f" {record['ratio_to_lifestage']:>8.2f} {f'{floor:.0%}' if floor else '':>6}",
        flush=True,
    )


def goals(report: list[dict], wanted: list[dict]) -> Iterator[str]:
    """Which goals are met, at the largest size at which both that are compared ran."""
    at = {(r["workload"], r["implementation"], r["rows"], r["threads"]): r for r in report}
    for goal in wanted:
        for implementation in goal.get("implementations", ["lifestage"]):
            key = (goal["workload"], implementation)
            other, whom = goal.get("of", goal["workload"]), goal.get("against", implementation)
            ours = [record for record in report if (record["workload"], record["implementation"]) == key]
            compared = [(each, at.get((other, whom, each["rows"], each["threads"]))) for each in ours]
            largest = max((record["rows"] for record, against in compared if against), default=0)
            for record, against in compared:
                if against and record["rows"] == largest:
                    is_met, what = reached(goal, record, against)
                    where = f"{', '.join(key)}, {largest:,} rows, {record['threads']} threads"
                    yield f"{'met   ' if is_met else 'MISSED'} {where}: {what}"


def reached(goal: dict, record: dict, against: dict) -> tuple[bool, str]:
    """Whether a goal is met by what was measured of lifestage, and what was reached."""
    if "figure" in goal:
        figure, wanted = record["about"][goal["figure"]], goal["at_most"]
        return figure <= wanted, f"{goal['figure']} {figure:.1f}, wanted {wanted}"
    if "rows_a_second" in goal:
        each_second = record["rows"] / record["median_ms"] * 1e3 / record["threads"]
        return each_second >= goal["rows_a_second"], f"{each_second:,.0f} rows a second and thread"
    if "at_most_us" in goal:
        beyond = "against" in goal
        spent = (record["median_ms"] - (against["median_ms"] if beyond else 0)) * 1e3
        more = f" more than {against['implementation']}" if beyond else ""
        return spent <= goal["at_most_us"], f"{spent:.3f} µs a call{more}, wanted {goal['at_most_us']}"
    if against["workload"] == record["workload"]:
        ratio, whom = against["ratio_to_lifestage"] / record["ratio_to_lifestage"], against["implementation"]
    else:
        ratio, whom = against["median_ms"] / record["median_ms"], against["workload"]
    return ratio >= goal["reach"], f"{ratio:.2f} of {whom}, wanted {goal['reach']}"


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
        f" {'median ms':>12} {'min ms':>12} {'extra MB':>8} {'ratio':>8} {'of bw':>6}"
    )
    report = []
    for group in manifest["group"]:
        if given.only and given.only not in group["name"]:
            continue
        for rows in group["rows"][size]:
            for threads in group["threads"]:
                rounds = group.get("rounds", manifest["rounds"][size])
                for record in compete(given.ours, given.folder, group, rows, threads, rounds):
                    show(record)
                    report.append(record)
    (given.folder / "report.json").write_text(json.dumps(report, indent=1) + "\n")
    print("", *goals(report, manifest["goal"]), *growth(report), sep="\n")


if __name__ == "__main__":
    main()
