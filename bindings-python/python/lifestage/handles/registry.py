"""The registry of customer division: it places new users, and takes what comes of it."""

from dataclasses import dataclass
from typing import Generic

from lifestage import frames
from lifestage.frames import Frame
from lifestage.handle import Handle
from lifestage.records import given


@dataclass(frozen=True)
class Placed(Generic[Frame]):
    """Where new users belong."""

    placements: Frame
    """A row a user, in the same order: `placement`, one of merged, community, contracted_area and unassigned, with the
    customer, the community and the `reasons`; or why there is none (`error`)."""
    commands: Frame
    """A row a new customer: with the host's `customer_id` beside, what `Registry.apply` takes."""
    report: Frame
    """One row: how many users ended where."""


@dataclass(frozen=True)
class Applied(Generic[Frame]):
    """What became of changes."""

    affected: Frame
    """The customers whose first user's box was moved, each with the change's row; they stay where they are (DIV-20)."""
    rejects: Frame
    """The changes that were not made, each with its place and why."""
    report: Frame
    """One row: how many changes were made, and how many were not."""


@dataclass(frozen=True)
class Boxes(Generic[Frame]):
    """What is known of boxes."""

    boxes: Frame
    """A row a box, in the same order: its community, null where it has none, and how many customers it has."""
    affected: Frame
    """The customers whose first user's box it is."""


class Registry(Handle):
    """Contracts, customers, boxes, number segments and billing areas, by which new users are placed (DIV-01 to DIV-06).

    Opened by `Engine.registry`; share it between threads: placing does not change it. Frames come back as the kind that
    went in.

    >>> import polars as pl
    >>> from lifestage import Engine
    >>> registry = Engine().registry()
    >>> registry.load(boxes=pl.DataFrame({"box": ["J12"], "community": ["c1"]}))
    >>> placed = registry.place(pl.DataFrame({"user_id": ["u1"], "account_id": ["C9"], "box": ["J12"]}))
    >>> placed.placements.select("placement", "community").rows()
    [('community', 'c1')]
    >>> applied = registry.apply(placed.commands.with_columns(customer_id=pl.lit("K1")))
    >>> registry.place(pl.DataFrame({"user_id": ["u2"], "account_id": ["C9"]})).placements["customer_id"].to_list()
    ['K1']
    """

    __slots__ = ()

    def load(
        self,
        *,
        contracts: Frame | None = None,
        customers: Frame | None = None,
        boxes: Frame | None = None,
        segments: Frame | None = None,
        billing_areas: Frame | None = None,
    ) -> None:
        """Loads tables: all of what is given, or nothing.

        Time and memory are linear in rows. A table may come in parts, over several calls.

        Args:
            contracts: `account_id`, the contract number, and the `customer_id` that owns it.
            customers: `customer_id`; `community` and `box`, that of its first user, may be null.
            boxes: `box` and its `community`.
            segments: Either `prefix`, or `from` and `to`, both included; either `community` or `contracted_area`.
            billing_areas: `billing_area` and its `unassigned_community`, null where it has none.

        Raises:
            RequestError: A key repeats, segments overlap, a cell is no value: both rows are named. Nothing is loaded.
            TypeError: A frame offers no Arrow data.

        Warns:
            UserWarning: A column that is not read is named nearly like one that is missing.
        """
        tables = given(
            contracts=contracts, customers=customers, boxes=boxes, segments=segments, billing_areas=billing_areas
        )
        self._tell(tables, {})

    def apply(self, changes: Frame) -> Applied[Frame]:
        """Makes changes one after the other; one that cannot be made is returned, and the others go on.

        Args:
            changes: `kind`, and what it needs of `customer_id`, `account_id`, `community` and `box`: `new_customer`,
                `new_contract`, `move_box`, `move_customer`. `Placed.commands` with the host's `customer_id` is such a
                table.

        Returns:
            Frames of the same kind.

        Raises:
            RequestError: A column does not hold what it has to; nothing is changed.
            TypeError: The frame offers no Arrow data.

        Warns:
            UserWarning: A column that is not read is named nearly like one that is missing.
        """
        return frames.answer(Applied, changes, self._tell({"changes": changes}, {}))

    def place(self, users: Frame) -> Placed[Frame]:
        """Says where new users belong, in their order; the registry stays as it is.

        Every user ends in exactly one of four placements or in an error of its row. About a million a second a core.

        Args:
            users: `user_id`; `account_id`, without which the user is a customer of its own; `service_number` (personal:
                it is not repeated in answers), `box`, `billing_area`, `activated_on`, and `has_line_data`: where null,
                line data has come if there is a box.

        Returns:
            Frames of the same kind.

        Raises:
            RequestError: A column does not hold what it has to.
            TypeError: The frame offers no Arrow data.

        Warns:
            UserWarning: A column that is not read is named nearly like one that is missing.
        """
        return frames.answer(Placed, users, self._ask({"users": users}, {}))

    def boxes(self, boxes: Frame) -> Boxes[Frame]:
        """Looks boxes up: where they lead, and whose first user's box they are.

        Args:
            boxes: `box`; one that is not known has neither community nor customers.

        Returns:
            Frames of the same kind.

        Raises:
            RequestError: A column does not hold what it has to.
            TypeError: The frame offers no Arrow data.
        """
        return frames.answer(Boxes, boxes, self._ask({"boxes": boxes}, {}))
