"""The day a month's run is made for, as the bills tell it."""

import calendar
from collections import Counter
from collections.abc import Iterator
from datetime import date

from lifestage.errors import Fault, RequestError
from lifestage.frames import OffersStream, producers


def newest_month_end(bills: OffersStream) -> date:
    """The last day of the newest month that has its bills: at least half as many as the fullest month.

    A month of which a few bills came early is not over yet. It is how `lifestage run` finds its day. Time is linear in
    rows. It needs pyarrow, which `lifestage[cli]` brings.

    >>> import polars as pl
    >>> newest_month_end(pl.DataFrame({"month": ["2024-04"] * 4 + ["2024-05"] * 4 + ["2024-06"]}))
    datetime.date(2024, 5, 31)

    Args:
        bills: The fact table `bills`, a frame as `Engine.build_view` takes it. Of its columns only `month` is read, a
            text `YYYY-MM` or a date in it; what is no month, null included, does not count.

    Raises:
        RequestError: No bill has a month.
        TypeError: The frame offers no Arrow data.
    """
    counts: Counter[date] = Counter()
    for value, count in _months(bills):
        day = _month_end(str(value)[:7])
        if day:
            counts[day] += count
    if not counts:
        raise _no_month()
    return max(day for day, count in counts.items() if 2 * count >= max(counts.values()))


def _months(bills: OffersStream) -> Iterator[tuple[object, int]]:
    """What the column `month` holds, and how often."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = pa.RecordBatchReader.from_stream(producers({"bills": bills})["bills"]).read_all()
    if "month" in table.column_names:
        yield from ((pair["values"], pair["counts"]) for pair in pc.value_counts(table["month"]).to_pylist())


def _month_end(month: str) -> date | None:
    """The last day of a month `YYYY-MM`; None of what is no month."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        return None
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _no_month() -> RequestError:
    fix = "give each bill its month, or name the day yourself"
    fault = Fault("INVALID_VALUE", "bills.month", "no month", "YYYY-MM, or a date in it", fix)
    chinese = "INVALID_VALUE bills.month：实际没有月份，应为 YYYY-MM 或其中的日期；请为每张账单填写月份，或自行指定日期"
    return RequestError([fault], str(fault), chinese)
