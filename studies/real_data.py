"""Writes docs/real-data.md: the engine on the real data of `../shared/data`, and beside it the best single features.

python studies/real_data.py [FOLDER_OF_DATA]
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt

from lifestage import Engine
from lifestage.mapping import Mapping
from lifestage.scores import Scores, ratio
from lifestage.study import Study, study

STUDIES = Path(__file__).resolve().parent
CHECKOUT = STUDIES.parent
PAGE = CHECKOUT / "docs" / "real-data.md"
DATA = CHECKOUT.parent / "shared" / "data"

WARNINGS_OF_CHURN = ("EWS-01", "EWS-03", "EWS-06")
"""The rules that three months of fees and minutes let decide; EWS-16, loyalty, fires too but warns of nothing."""

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

INTRODUCTION = """# Real data

<!-- Generated: edit studies/ and run `make -C bindings-python studies`. -->

What the engine says of real customers. Mappings (which column is which fact) and policies stand in
[studies](../studies); every value that differs from the default policy is ours, and none was chosen by looking at who
left. The data itself is not part of this project: `../shared/data` beside the checkout.

引擎在真实数据上的结果。列与事实的对应关系及策略见 [studies](../studies)；与默认策略不同的取值均为自定，
未参照离网标签调整。数据本身不属于本项目。
"""

PREPAID_READING = """
`EWS-01` is the fee-drop rule on `arpu`, `EWS-03` the same on outgoing minutes, both over two steps, for the file has
three months; `EWS-06` takes the two months before for its mean and watches only the high tier. A rule names users, a
feature ranks them: of each feature as many users are taken as the rule names, those where it is greatest. A feature is
the drop of month 8 below the mean of months 6 and 7, as a share of that mean (all of it where the mean is 0); AUC is
that of its ranking of all users.

A drop in each of two steps comes late: who stops within month 8 has fallen in one step only. So the rules find users
who leave two to three times as often as all do, and a ranking by one drop finds more of them among as many users.
"""

CELL2CELL_READING = """
The file has means over months and one change, no monthly series: two months follow from them only where the change is
0, and only there is the tier known. The default policy needs four months for a drop and dated events for complaints;
nothing is guessed in their place, so no user is in decline, and the rules say what they could not know.
"""


def main(data: Path) -> None:
    """Writes the page."""
    PAGE.write_text(page(data), encoding="utf-8")


def page(data: Path) -> str:
    """The page as it ought to be."""
    return "".join(f"{line}\n" for line in (INTRODUCTION.rstrip(), *prepaid(data), *cell2cell(data)))


def run_study(data: Path, name: str, file: str, label: str | None) -> Study:
    """A study by its files in this folder."""
    engine = Engine.open(STUDIES / f"{name}_policy.toml")
    return study(engine, data / file, Mapping.open(STUDIES / f"{name}.toml"), label)


def command(name: str, file: str, label: str = "") -> Iterator[str]:
    """How to see the same in a terminal."""
    yield "\n```sh"
    yield f"lifestage classify ../shared/data/{file} \\"
    yield f"    --mapping studies/{name}.toml --policy studies/{name}_policy.toml{label}"
    yield "```"


# ---- Prepaid, three months ------------------------------------------------------------------------------------------


def prepaid(data: Path) -> Iterator[str]:
    """The rules against the label, beside the best single features."""
    file = "prepaid_three_months.csv.gz"
    scores = run_study(data, "prepaid", file, "churn").scores
    assert scores
    yield "\n## High-value prepaid customers, three months"
    yield (
        f"\n{scores.users:,} users of whom {scores.leavers:,} ({percent(scores.leavers, scores.users)}) do not use the"
        " service in month 9."
    )
    yield from command("prepaid", file, " --label churn")
    yield PREPAID_READING
    yield from table(
        "Rule or feature",
        "AUC",
        "Warned of",
        "of whom leave",
        "Precision",
        "Recall",
        "Lift",
    )
    every = ("all that move the stage", scores.warned, scores.warned_leavers)
    features = drops(data / file)
    rules = ((rule.code, rule.warned, rule.warned_leavers) for rule in scores.rules if rule.code in WARNINGS_OF_CHURN)
    for name, warned, hits in (*rules, every):
        yield scored(scores, f"**{name}**", "", warned, hits)
        for feature, (values, left) in features.items():
            best = np.argsort(-values, kind="stable")[:warned]
            area = f"{area_under_curve(values, left):.3f}"
            yield scored(scores, feature, area, warned, int(left[best].sum()))


def drops(file: Path) -> dict[str, tuple[Numbers, Flags]]:
    """The best single features of the file, by name, each with the label."""
    features = {"drop of outgoing minutes": "total_og_mou", "drop of arpu": "arpu"}
    with duckdb.connect() as connection:
        rows = connection.execute("FROM read_csv(?, sample_size = -1)", [str(file)]).fetchnumpy()
    left = np.asarray(rows["churn"] == 1)
    return {
        name: (_drop(*(rows[f"{column}_{month}"] for month in (6, 7, 8))), left) for name, column in features.items()
    }


def _drop(first: Numbers, second: Numbers, last: Numbers) -> Numbers:
    before = (first + second) / 2
    drop: Numbers = np.divide(before - last, before, out=np.ones_like(before), where=before > 0)
    return drop


def area_under_curve(values: Numbers, left: Flags) -> float:
    """The share of pairs, one who left and one who stayed, that the values put right; ties count half."""
    stayed = np.sort(values[~left])
    below = np.searchsorted(stayed, values[left], side="left")
    up_to = np.searchsorted(stayed, values[left], side="right")
    return float((below + up_to).sum() / 2 / len(stayed) / left.sum())


def scored(scores: Scores, name: str, area: str, warned: int, hits: int) -> str:
    """A row of the table of scores."""
    lift = scores.lift(warned, hits)
    shown = "-" if lift is None else f"{lift:.2f}"
    cells = (
        name,
        area,
        f"{warned:,}",
        f"{hits:,}",
        percent(hits, warned),
        percent(hits, scores.leavers),
        shown,
    )
    return f"| {' | '.join(cells)} |"


# ---- Cell2Cell ------------------------------------------------------------------------------------------------------


def cell2cell(data: Path) -> Iterator[str]:
    """Stages by tenure, tiers where they can be known, and how much stays unknown."""
    file = "cell2cell.csv.gz"
    studied = run_study(data, "cell2cell", file, None)
    rows = len(studied.judgement.decisions)
    counts = studied.judgement.summary
    yield "\n## Cell2Cell, wireless customers of the United States"
    yield f"\n{rows:,} users, each decided about; none breaks the contract of the view."
    yield from command("cell2cell", file)
    yield CELL2CELL_READING
    yield from table("Stage or tier", "Users", "Share")
    for what in ("stage", "tier"):
        for part in counts[f"{what}s"]:
            yield f"| {what} {part[what] or 'unknown'} | {part['rows']:,} | {percent(part['rows'], rows)} |"
    yield ""
    yield from table("Rule", "Warned of", "Insufficient", "Share of all")
    for rule in studied.rules:
        yield f"| {rule.code} | {rule.fired:,} | {rule.insufficient:,} | {percent(rule.insufficient, rows)} |"


def table(*titles: str) -> Iterator[str]:
    """The head of a table: the first column is text, the others are numbers."""
    yield f"| {' | '.join(titles)} |"
    yield f"|---|{'---:|' * (len(titles) - 1)}"


def percent(part: int, whole: int) -> str:
    """A share with one decimal."""
    share = ratio(part, whole)
    return "-" if share is None else f"{100 * share:.1f} %"


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA)
