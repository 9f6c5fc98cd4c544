"""Random numbers that are the same on every machine.

The raw words of PCG64 are what numpy guarantees never to change, so everything is drawn from them, and with integers
only: neither a numpy release nor a processor's floating point can move a byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Integers: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Shape: TypeAlias = int | tuple[int, ...]

CERTAIN = 10_000
"""A probability of one: probabilities are integers in ten-thousandths."""

_SPREAD = 37_837
"""Standard deviation of a sum of four 16-bit numbers."""


class Stream:
    """One independent sequence of random numbers, told apart by seed, name and chunk."""

    def __init__(self, seed: int, name: str, chunk: int = 0) -> None:
        """The sequence of this seed, name and chunk; another in any of them has nothing to do with it."""
        self._bits = np.random.PCG64(np.random.SeedSequence([seed, chunk, *name.encode()]))

    def _words(self, size: Shape) -> npt.NDArray[np.uint64]:
        count = int(np.prod(size))
        return np.asarray(self._bits.random_raw(count), dtype=np.uint64).reshape(size)

    def below(self, bound: int | Integers, size: Shape) -> Integers:
        """Whole numbers from 0 up to, not including, `bound` (at most 2³²), equally likely."""
        words = self._words(size) >> np.uint64(32)
        return ((words * np.asarray(bound, dtype=np.uint64)) >> np.uint64(32)).astype(np.int64)

    def between(self, low: int, high: int, size: Shape) -> Integers:
        """Whole numbers from `low` to `high`, both included."""
        return self.below(high - low + 1, size) + low

    def chance(self, probability: int | Integers, size: Shape) -> Flags:
        """Yes with a probability in ten-thousandths."""
        return self.below(CERTAIN, size) < probability

    def pick(self, weights: Sequence[int], size: Shape) -> Integers:
        """Places in `weights`, each as likely as its weight."""
        edges = np.cumsum(np.asarray(weights, dtype=np.int64))
        return np.searchsorted(edges, self.below(int(edges[-1]), size), side="right").astype(np.int64)

    def around(self, middle: int, deviation: int | Integers, size: Shape) -> Integers:
        """Whole numbers in a bell round `middle`; never further from it than 3.4 times `deviation`."""
        words = self._words(size)
        total: Integers = np.full(words.shape, -2 * 0xFFFF, dtype=np.int64)
        for place in range(4):
            total += ((words >> np.uint64(16 * place)) & np.uint64(0xFFFF)).astype(np.int64)
        spread: Integers = total * deviation // _SPREAD
        return middle + spread
