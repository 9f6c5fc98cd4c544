"""The organisation: units in trees, people and their roles; who may do what, and who sees what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Literal, TypeAlias, get_args

from lifestage import frames
from lifestage.frames import Frame, Kind
from lifestage.handle import AnsweringHandle
from lifestage.records import MoneyUnit, given

Tree: TypeAlias = Literal["region", "channel", "operations"]
"""A way in which units lie above one another (ORG-01, ORG-02, ORG-09)."""


@dataclass(frozen=True)
class Decided(Generic[Frame]):
    """Who may do what."""

    decisions: Frame
    """A row a request, in the same order: `outcome`, one of allowed, needs_second_approval and denied, with everything
    that is missing (`reasons`) and the role that allows it."""
    rejects: Frame
    """The requests that cannot be read, each with its place and why; they are denied."""


@dataclass(frozen=True)
class RolledUp(Generic[Frame]):
    """What values sum up to along the trees."""

    totals: Frame
    """A row a unit and tree: the sums of everything at and below it; amounts in yuan."""
    unshared: Frame
    """The values of units that do not hang in every tree: by so much the trees' totals differ."""
    rejects: Frame
    """The values that do not count, each with its place and why."""


class Organisation(AnsweringHandle[Kind]):
    """Units in trees by date, the people in them, and their roles (ORG-01 to ORG-09).

    Opened by `Engine.organisation`. Answers about a frame are of its kind; the others are of the kind that was asked
    for at opening.

    >>> import polars as pl
    >>> from lifestage import Engine
    >>> organisation = Engine().organisation(frames=pl.DataFrame)
    >>> units = {"unit_id": ["gx", "nn"], "name": ["广西", "南宁"], "level": ["company", "city_branch"]}
    >>> organisation.load(
    ...     units=pl.DataFrame(units),
    ...     links=pl.DataFrame({"tree": ["region"] * 2, "unit_id": ["gx", "nn"], "parent_id": [None, "gx"]}),
    ...     persons=pl.DataFrame({"person_id": ["li"]}),
    ...     grants=pl.DataFrame({"person_id": ["li"], "role": ["province_data_query"], "unit_id": ["gx"]}),
    ... )
    >>> organisation.path("nn", as_of="2024-05-31")["region"]
    '广西/南宁'
    >>> organisation.sees("li", as_of="2024-05-31")["unit_id"].to_list()
    ['gx', 'nn']
    """

    __slots__ = ()

    def load(
        self,
        *,
        units: Frame | None = None,
        links: Frame | None = None,
        persons: Frame | None = None,
        grants: Frame | None = None,
    ) -> None:
        """Loads tables, on the host's own authority: all of what is given, or nothing.

        A row that was told before is nothing new. Bounds of validity are inclusive; null is open.

        Args:
            units: `unit_id`, `name`, `name_zh`, `level`, `is_unassigned`, `valid_from`, `valid_to`; of a unit that was
                renamed a row for each name.
            links: Which unit lies above which: `tree`, `unit_id`, `parent_id` (null: the root), `valid_from`,
                `valid_to`.
            persons: `person_id`, `unit_id`, `valid_from`, `valid_to`.
            grants: Roles: `person_id`, `role`, `unit_id`, `valid_from`, `valid_to`, `granted_by`.

        Raises:
            RequestError: Cycles, orphans, two parents in a tree, unknown levels and roles: the nodes are named. Nothing
                is loaded.
            TypeError: A frame offers no Arrow data.

        Warns:
            UserWarning: A column that is not read is named nearly like one that is missing.
        """
        self._tell(given(units=units, links=links, persons=persons, grants=grants), {})

    def change(self, changes: Frame) -> None:
        """Makes changes one after the other, all of them or none; history is kept.

        Args:
            changes: `change`, such as `move_unit`, `grant` or `deactivate_person`, `on`, the first day on which it is
                so, and what that kind of change speaks of. One made `by` a person is refused unless that person may
                make it; sensitive ones need a `second_approver`.

        Raises:
            RequestError: A change is not possible or not allowed; the error says every reason. Nothing is changed.
            TypeError: The frame offers no Arrow data.

        Warns:
            UserWarning: A column that is not read is named nearly like one that is missing.
        """
        self._tell({"changes": changes}, {})

    def can(
        self,
        person_id: str,
        action: str,
        target: str | None = None,
        *,
        source: str | None = None,
        as_of: date | str,
        second_approver: str | None = None,
    ) -> dict[str, Any]:
        """Whether a person may do something, and everything that is missing where not; denied unless it is allowed.

        >>> from lifestage import Engine
        >>> decision = Engine().organisation().can("nobody", "view", "nn", as_of="2024-05-31")
        >>> decision["outcome"], decision["reasons"][0]
        ('denied', 'UNKNOWN_PERSON')

        Args:
            person_id: Who.
            action: What: an action of the policy.
            target: The unit that it is done to, or into which something moves.
            source: The unit out of which something moves.
            as_of: The day.
            second_approver: Another person, who approves it; for sensitive actions.

        Returns:
            `outcome`, one of allowed, needs_second_approval and denied; `reasons`; the roles that allow it.

        Raises:
            RequestError: The question has faults.
        """
        request = given(
            person_id=person_id, action=action, source=source, target=target, second_approver=second_approver
        )
        asked = self.query({"tables": {"requests": [request]}, "params": {"as_of": as_of}})
        decision: dict[str, Any] = asked["tables"]["decisions"][0]
        return decision

    def decide(self, requests: Frame, *, as_of: date | str) -> Decided[Frame]:
        """As `can`, for many requests at once.

        Args:
            requests: `person_id`, `action`, `source`, `target`, `as_of`, `second_approver`.
            as_of: The day of those requests that do not say one.

        Returns:
            Frames of the same kind.

        Raises:
            RequestError: A column does not hold what it has to.
            TypeError: The frame offers no Arrow data.

        Warns:
            UserWarning: A column that is not read is named nearly like one that is missing.
        """
        return frames.answer(Decided, requests, self._ask({"requests": requests}, given(as_of=as_of)))

    def visible(
        self,
        rows: Frame,
        person_id: str,
        *,
        as_of: date | str,
        leaves_only: bool = False,
        under: str | None = None,
        tree: Tree | None = None,
    ) -> Frame:
        """Which rows a person may see, by their `community`: a million in well under a second.

        >>> import polars as pl
        >>> from lifestage import Engine
        >>> rows = pl.DataFrame({"customer_id": ["k1"], "community": ["c1"]})
        >>> rows.filter(Engine().organisation().visible(rows, "li", as_of="2024-05-31")["is_visible"]).rows()
        []

        Args:
            rows: Any table with a column `community`; no other is read. A row without is not seen.
            person_id: The person; one who is not active sees nothing.
            as_of: The day.
            leaves_only: Only rows at leaves.
            under: Only rows at and below this unit, too.
            tree: The tree in which `under` is meant: region unless given.

        Returns:
            A frame of the same kind, a row for each row, in the same order: `is_visible`.

        Raises:
            RequestError: A column does not hold what it has to.
            TypeError: The frame offers no Arrow data.
        """
        params = given(person_id=person_id, as_of=as_of, leaves_only=leaves_only, under=under, tree=tree)
        seen: Frame = frames.rows_like(rows, self._ask({"rows": rows}, params)["visible"], append=False)
        return seen

    def roll_up(
        self, values: Frame, *, as_of: date | str, tree: Tree | None = None, money_unit: MoneyUnit | None = None
    ) -> RolledUp[Frame]:
        """Sums values up along the trees: amounts exactly, counts too.

        Args:
            values: `unit_id`, `amount` in yuan, `count`.
            as_of: The day.
            tree: The tree along which; along region and channel unless given.
            money_unit: What integer amounts count; without it they are refused but for columns `<name>_minor`.

        Returns:
            Frames of the same kind.

        Raises:
            RequestError: A column does not hold what it has to.
            TypeError: The frame offers no Arrow data.

        Warns:
            UserWarning: A column that is not read is named nearly like one that is missing.
        """
        params = given(as_of=as_of, tree=tree, money_unit=money_unit)
        return frames.answer(RolledUp, values, self._ask({"values": values}, params))

    def path(self, unit_id: str, *, as_of: date | str) -> dict[Tree, str | None]:
        """The names from the root of each tree down to a unit, parted by `/`; None where it does not hang on the day.

        Raises:
            RequestError: There never was such a unit.
        """
        asked = self.query({"params": {"as_of": as_of, "ask": ["units"], "unit_ids": [unit_id]}})
        unit: dict[str, Any] = next(iter(asked["tables"]["units"]), {})
        return {tree: unit.get(f"{tree}_path") for tree in get_args(Tree)}

    def units(
        self,
        *,
        as_of: date | str,
        unit_ids: Sequence[str] | None = None,
        leaves_only: bool = False,
        under: str | None = None,
        tree: Tree | None = None,
    ) -> Kind:
        """The units of a day: names, levels, parents and paths in each tree, department, channel and managers.

        Args:
            as_of: The day.
            unit_ids: Only these; all unless given.
            leaves_only: Only leaves.
            under: Only units at and below this one.
            tree: The tree in which `under` is meant: region unless given.
        """
        return self._told("units", as_of=as_of, unit_ids=unit_ids, leaves_only=leaves_only, under=under, tree=tree)

    def sees(
        self,
        person_id: str,
        *,
        as_of: date | str,
        unit_ids: Sequence[str] | None = None,
        leaves_only: bool = False,
        under: str | None = None,
        tree: Tree | None = None,
    ) -> Kind:
        """The units that a person sees; none where the person is not active.

        Args:
            person_id: The person.
            as_of: The day.
            unit_ids: Only these; all unless given.
            leaves_only: Only leaves: communities.
            under: Only units at and below this one.
            tree: The tree in which `under` is meant: region unless given.
        """
        asked = given(unit_ids=unit_ids, leaves_only=leaves_only, under=under, tree=tree)
        return self._told("scope", as_of=as_of, person_id=person_id, **asked)

    def menu(self, person_id: str, *, as_of: date | str) -> Kind:
        """What a person finds in the menu: items, actions, and the role that allows each."""
        return self._told("menu", as_of=as_of, person_id=person_id)

    def persons(self, *, as_of: date | str) -> Kind:
        """The people active on a day, and where they work."""
        return self._told("persons", as_of=as_of)

    def grants(self, *, as_of: date | str) -> Kind:
        """The roles held on a day: by whom, at which unit, since when, until when and granted by whom."""
        return self._told("grants", as_of=as_of)

    def history(self, *, as_of: date | str, unit_ids: Sequence[str] | None = None) -> Kind:
        """The changes that hold on a day, in the order in which they were made; `unit_ids`: only those about them."""
        return self._told("history", as_of=as_of, unit_ids=unit_ids)

    def successions(self, *, as_of: date | str, unit_ids: Sequence[str] | None = None) -> Kind:
        """Which units took the place of which, up to a day; `unit_ids`: only those about them."""
        return self._told("successions", as_of=as_of, unit_ids=unit_ids)

    def findings(self, *, as_of: date | str, unit_ids: Sequence[str] | None = None) -> Kind:
        """What is odd on a day: skipped levels, units in no tree, vacant communities; `unit_ids`: only about them."""
        return self._told("findings", as_of=as_of, unit_ids=unit_ids)

    def _told(self, ask: str, **params: Any) -> Kind:
        """Something that the organisation tells of itself."""
        return self._tells(ask, **given(ask=[ask], **params))
