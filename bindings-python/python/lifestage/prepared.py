"""Records of fields fixed once, for hosts that decide about one customer at a time and often."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from lifestage import _native
from lifestage.records import MoneyUnit, given, json_of

if TYPE_CHECKING:
    from lifestage.engine import Engine


class Prepared(_native.Prepared):
    """Decides records of the same fields: `Engine.prepare` makes it, and it is called with a value for each field.

    What it decides is what `Engine.classify_record` decides, about a microsecond a record in an optimised build (`make
    package`). Threads may share it: their calls follow one another. It is pickled as its engine and fields.

    >>> from lifestage import Engine
    >>> prepared = Engine().prepare(["status", "tenure_months"], as_of="2024-05-31")
    >>> prepared(("terminated", 7)).stage, prepared(status="prospect").stage
    ('E', 'A')
    >>> prepared(["active", -1]).error.expected
    'a whole number of 0 or more'
    """

    __slots__ = ("_made_of",)
    _made_of: tuple[Any, ...]

    def __new__(
        cls, engine: "Engine", fields: Sequence[str], as_of: date | str, money_unit: MoneyUnit | None = None
    ) -> "Prepared":
        """Made by `Engine.prepare`."""
        fields = list(fields)
        params = given(fields=fields, as_of=as_of, money_unit=money_unit)
        prepared = super().__new__(cls, engine._core, json_of(params))
        prepared._made_of = (engine, fields, as_of, money_unit)
        return prepared

    def __reduce__(self) -> tuple[Any, ...]:
        return Prepared, self._made_of

    def __repr__(self) -> str:
        return f"<Prepared {', '.join(self.fields)}>"
