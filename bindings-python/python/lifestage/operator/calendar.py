"""The months an operator lives through: some before the window handed over, the window, and what comes after."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from lifestage.operator.stream import Integers

BEFORE = 12
"""Months lived before the window, so that it opens on an operator in full swing."""

AFTER = 4
"""Months lived after the reference month, the current one included: what no engine is told."""

EPOCH_YEAR = 1970


def day_number(day: dt.date) -> int:
    """Days since 1970-01-01."""
    return (day - dt.date(EPOCH_YEAR, 1, 1)).days


def date_of(number: int) -> dt.date:
    """The day of its number."""
    return dt.date(EPOCH_YEAR, 1, 1) + dt.timedelta(days=number)


def month_number(day: dt.date) -> int:
    """Months since 1970-01."""
    return (day.year - EPOCH_YEAR) * 12 + day.month - 1


def first_day(month: Integers | int) -> Integers:
    """The first day of months since 1970-01, as days since 1970-01-01."""
    months = np.asarray(month, dtype=np.int64).astype("datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int64)


def add_months(days: Integers, months: Integers | int) -> Integers:
    """The same day `months` later, clamped to the month's length."""
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    later = month + months
    last = first_day(later + 1) - 1
    return np.minimum(first_day(later) + (days - first_day(month)), last)


@dataclass(frozen=True)
class Calendar:
    """Time as positions: 0 is the first month lived, `window` those handed over, `span` one past the last."""

    as_of: dt.date
    months: int

    @property
    def today(self) -> int:
        """`as_of` as days since 1970-01-01."""
        return day_number(self.as_of)

    @property
    def span(self) -> int:
        """How many months are lived."""
        return BEFORE + self.months + AFTER

    @property
    def window(self) -> range:
        """Positions of the complete months that are handed over, the newest last."""
        return range(BEFORE, BEFORE + self.months)

    @property
    def current(self) -> int:
        """Position of the month after the reference month: the day after `as_of` lies in it."""
        return BEFORE + self.months

    @property
    def first_month(self) -> int:
        """The month at position 0, in months since 1970-01."""
        reference = month_number(self.as_of + dt.timedelta(days=1)) - 1
        return reference - self.months + 1 - BEFORE

    def first_day(self, position: Integers | int) -> Integers:
        """The first day of a position's month, in days since 1970-01-01."""
        return first_day(np.asarray(position, dtype=np.int64) + self.first_month)

    def length(self, position: Integers | int) -> Integers:
        """How many days a position's month has."""
        return self.first_day(np.asarray(position) + 1) - self.first_day(position)

    def position(self, days: Integers) -> Integers:
        """The position of the month in which days lie; negative before the first."""
        month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        return month - self.first_month

    def month_of_year(self, position: int) -> int:
        """1 to 12."""
        return (self.first_month + position) % 12 + 1

    def name(self, position: int) -> str:
        """`YYYY-MM`."""
        month = self.first_month + position
        return f"{EPOCH_YEAR + month // 12:04d}-{month % 12 + 1:02d}"

    def three_months_later(self) -> int:
        """The last day of the three months after `as_of`, in days since 1970-01-01."""
        return int(add_months(np.asarray([self.today]), 3)[0])
