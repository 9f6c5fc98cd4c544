"""How good warnings were, where it is known who left: precision, recall, lift."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lifestage.decisions import warned_of

Flags: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Hits:
    """How many users one rule warned of, and how many of those left."""

    code: str
    warned: int
    warned_leavers: int


@dataclass(frozen=True)
class Scores:
    """What became of users, and of whom among them was warned."""

    users: int
    leavers: int
    warned: int
    """Users of whom a rule that moves the stage warned."""
    warned_leavers: int
    rules: tuple[Hits, ...] = ()

    @property
    def base_rate(self) -> float | None:
        """Share of leavers among all; None of nobody."""
        return ratio(self.leavers, self.users)

    @property
    def recall(self) -> float | None:
        """Share of the leavers who were warned of."""
        return ratio(self.warned_leavers, self.leavers)

    @property
    def precision(self) -> float | None:
        """Share of the warned users who leave."""
        return ratio(self.warned_leavers, self.warned)

    def lift(self, warned: int, warned_leavers: int) -> float | None:
        """How much likelier the warned users are to leave than all."""
        precision, base = ratio(warned_leavers, warned), self.base_rate
        return None if precision is None or not base else precision / base


def score(decisions: pa.Table, moves_stage: Mapping[str, bool], watched: Flags, leaving: Flags) -> Scores:
    """Compares warnings with what became of users.

    Args:
        decisions: As `classify` gives them.
        moves_stage: The codes of the rules to score, and whether each moves the stage.
        watched: The rows whose end is known.
        leaving: The rows among them that left.
    """

    def hits(code: str, codes: Iterable[str]) -> Hits:
        warned = np.zeros(len(decisions), dtype=np.bool_)
        warned[warned_of(decisions, list(codes)).to_numpy()] = True
        return Hits(code, int((warned & watched).sum()), int((warned & watched & leaving).sum()))

    every = hits("", (code for code, moves in moves_stage.items() if moves))
    return Scores(
        users=int(watched.sum()),
        leavers=int((watched & leaving).sum()),
        warned=every.warned,
        warned_leavers=every.warned_leavers,
        rules=tuple(hits(code, [code]) for code in moves_stage),
    )


def ratio(part: int, whole: int) -> float | None:
    """A share; of nothing there is none."""
    return part / whole if whole else None
