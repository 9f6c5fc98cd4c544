"""The known churn process: what every user is up to, month by month, and what of it can be seen.

A user is content, drifting or leaving. Who is leaving goes three to six months later, unless he thinks better of it;
some content users go all of a sudden. Who is leaving, and less often who is merely drifting, gives signs; each state
gives each sign with the probability stated in `SIGNS`, independently of the others, so that some leave in silence and
some who show signs stay. What an engine can be told is therefore bounded, and known: see `truth`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from lifestage.operator.calendar import Calendar
from lifestage.operator.stream import CERTAIN, Flags, Integers, Stream

ABSENT, CONTENT, DRIFTING, LEAVING, GONE = range(5)
"""What a user is up to in a month; absent before joining."""

STATES: Final = ("absent", "content", "drifting", "leaving", "gone")

DRIFT: Final = 180
"""Content users who begin to drift, a month, in ten-thousandths; times the user's own risk."""
SUDDEN: Final = 22
"""Content users who go at once and without a sign, a month."""
CALM: Final = 2_000
"""Drifting users who are content again, a month."""
RESOLVE: Final = 1_500
"""Drifting users who decide to leave, a month."""
CHANGE_OF_MIND: Final = 1_500
"""Leaving users who stay after all when the day comes."""

RISKY_CHANNEL: Final = 150
"""How likelier users from a risky channel begin to drift, in hundredths."""
RELOCATION: Final = 300
"""The same for users in a relocation area."""
PROMOTION_END: Final = 400
"""The same in the month in which a promotion ends and in the next."""

NOTICE_MONTHS: Final = (3, 4, 5, 6)
NOTICE_WEIGHTS: Final = (40, 30, 20, 10)
"""How many months pass between the decision and the day."""

RETURN: Final = 1_200
"""Leavers who come back (a re-entry)."""
HOPPER_RETURN: Final = 3_000
"""The same for those who left within two months of a promotion's end."""
RETURN_WITHIN: Final = 6
"""Months after which they come back: one to this many, equally likely."""


@dataclass(frozen=True)
class Sign:
    """What can be seen of a user's mind, with its probability in either state, in ten-thousandths."""

    name: str
    leaving: int
    drifting: int


FADING, COMPLAINING, FAULTY, FOREIGN, QUIET = range(5)
"""Places in `SIGNS`."""

SIGNS: Final = (
    Sign("fading", 4_500, 1_000),  # each month's fee is 50 % to 72 % of the last's
    Sign("complaining", 2_500, 800),  # a complaint in eight of ten months
    Sign("faulty", 1_500, 500),  # one or two repeated faults a month
    Sign("foreign", 2_500, 800),  # 55 to 140 yuan a month on a competitor's IP service
    Sign("quiet", 2_500, 800),  # minutes fall to a fifth to two fifths, and stay there
)
"""The signs, by bit."""


def shows(signs: npt.NDArray[np.uint8], sign: int) -> Flags:
    """Whether a sign is among those given."""
    return (signs >> sign & 1).astype(np.bool_)


@dataclass(frozen=True)
class Lives:
    """What became of each user: states and signs by position and user, and the dates of up to two periods of service.

    Days are since 1970-01-01; `NEVER` where something does not happen.
    """

    states: npt.NDArray[np.int8]
    signs: npt.NDArray[np.uint8]
    activated: Integers
    terminated: Integers
    activated_again: Integers
    terminated_again: Integers


NEVER: Final = 1_000_000
"""A day that does not come."""


@dataclass
class _Now:
    """Where everybody stands while the months pass."""

    state: npt.NDArray[np.int8]
    signs: npt.NDArray[np.uint8]
    due: Integers
    returns: Integers
    left: Integers
    came_back: Integers
    left_again: Integers


def live(stream: Stream, calendar: Calendar, activated: Integers, risk: Integers, promotion_end: Integers) -> Lives:
    """Lets everybody live.

    `activated` is the day each joins, `risk` how much likelier than others each begins to drift (hundredths), and
    `promotion_end` the position in which the promotion of each ends (negative for none).
    """
    count = len(activated)
    joined = calendar.position(activated)
    nobody = np.full(count, calendar.span + RETURN_WITHIN + 1, dtype=np.int64)
    now = _Now(
        state=np.where(joined < 0, CONTENT, ABSENT).astype(np.int8),
        signs=np.zeros(count, dtype=np.uint8),
        due=nobody.copy(),
        returns=nobody.copy(),
        left=nobody.copy(),
        came_back=nobody.copy(),
        left_again=nobody.copy(),
    )
    states = np.empty((calendar.span, count), dtype=np.int8)
    signs = np.empty((calendar.span, count), dtype=np.uint8)
    for position in range(calendar.span):
        _pass_a_month(stream, now, position, risk, promotion_end)
        now.state[joined == position] = CONTENT
        states[position], signs[position] = now.state, now.signs
    return Lives(
        states,
        signs,
        activated,
        _some_day(stream, calendar, now.left),
        _some_day(stream, calendar, now.came_back),
        _some_day(stream, calendar, now.left_again),
    )


def _pass_a_month(stream: Stream, now: _Now, position: int, risk: Integers, promotion_end: Integers) -> None:
    count = len(risk)
    dice = stream.below(CERTAIN * 100, count)
    just_ended = (position - promotion_end >= 0) & (position - promotion_end <= 1) & (promotion_end >= 0)
    hazard = DRIFT * risk * np.where(just_ended, PROMOTION_END, 100) // 100

    content, drifting = now.state == CONTENT, now.state == DRIFTING
    drifts = content & (dice < hazard)
    sudden = content & (dice >= (CERTAIN - SUDDEN) * 100)
    calms = drifting & (dice < CALM * 100)
    resolves = drifting & (dice >= (CERTAIN - RESOLVE) * 100)
    decides = (now.state == LEAVING) & (now.due == position)
    stays = decides & (dice < CHANGE_OF_MIND * 100)
    goes = sudden | (decides & ~stays)
    returns = (now.state == GONE) & (now.returns == position)

    now.state[drifts] = DRIFTING
    now.state[resolves] = LEAVING
    now.state[calms | stays | returns] = CONTENT
    now.signs[calms | stays | goes] = 0
    now.signs[drifts] = _give_signs(stream, [sign.drifting for sign in SIGNS], count)[drifts]
    now.signs[resolves] = _give_signs(stream, [sign.leaving for sign in SIGNS], count)[resolves]
    notice = np.asarray(NOTICE_MONTHS)[stream.pick(NOTICE_WEIGHTS, count)]
    now.due[resolves] = position + notice[resolves]
    now.came_back[returns] = position
    _go(stream, now, goes, position, just_ended)


def _go(stream: Stream, now: _Now, goes: Flags, position: int, just_ended: Flags) -> None:
    """Ends a period of service; who leaves for the first time may come back."""
    count = len(goes)
    first = goes & (now.left > position)
    now.left_again[goes & ~first] = position
    now.left[first] = position
    now.state[goes] = GONE
    back = stream.chance(np.where(just_ended, HOPPER_RETURN, RETURN), count)
    gap = stream.between(1, RETURN_WITHIN, count)
    returns = first & back
    now.returns[returns] = position + gap[returns]


def _give_signs(stream: Stream, probabilities: list[int], count: int) -> npt.NDArray[np.uint8]:
    given = np.zeros(count, dtype=np.uint8)
    for bit, probability in enumerate(probabilities):
        given |= stream.chance(probability, count).astype(np.uint8) << np.uint8(bit)
    return given


def _some_day(stream: Stream, calendar: Calendar, position: Integers) -> Integers:
    """A day of the position's month, never its last three; `NEVER` past the months lived."""
    day = calendar.first_day(np.minimum(position, calendar.span)) + stream.below(28, len(position))
    return np.where(position < calendar.span, day, NEVER)
