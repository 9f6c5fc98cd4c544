"""The monthly cycle: new customers on their way from placing to their communities, and the log of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Literal, TypeAlias, overload

from lifestage import frames
from lifestage.division import VerifiedLog
from lifestage.frames import Frame, Kind
from lifestage.handle import AnsweringHandle
from lifestage.handles.organisation import Organisation
from lifestage.records import MoneyUnit, given

Move: TypeAlias = Literal["assign_channel", "assign_community"]
"""What the rows of an adjustment sheet are."""


@dataclass(frozen=True)
class Added(Generic[Frame]):
    """What became of customers and line data."""

    rejects: Frame
    """The rows that do not count, each with its table, its place and why."""
    report: Frame
    """One row: how many customers were added, and to how many line data came."""


@dataclass(frozen=True)
class Adjusted(Generic[Kind]):
    """What became of events, or of the rows of a sheet."""

    results: Kind
    """A row an event or row, in the same order: whether it was `accepted`, the customer's `state`, the number of its
    entry in the log (`seq`), or everything that speaks against it (`denials`)."""
    log: Kind
    """The entries that were written."""
    report: Kind
    """One row: rows = accepted + rejected; the log's length, and the digest of its last entry (`head`)."""


@dataclass(frozen=True)
class Preview(Generic[Frame]):
    """What would become of events; nothing has happened."""

    results: Frame
    """As of `Adjusted`, without entries."""
    effects: Frame
    """A row a community that the moves touch: customers and revenue out and in."""


@dataclass(frozen=True)
class Cohort(Generic[Kind]):
    """The customers of a month."""

    customers: Kind
    """A row a customer, ordered by id: where it stands, who claims it, whether it is late, locked, and until when."""
    report: Kind
    """One row: the window and what is left of it, and how many customers are undivided, overdue and late."""


class Adjustments(AnsweringHandle[Kind]):
    """The monthly cycle (DIV-07 to DIV-16): who may do which step when, where each customer belongs, and the log.

    Opened by `Engine.adjustments`. Answers about a frame are of its kind; the others are of the kind that was asked
    for at opening. Steps are judged one after the other, each on what those before left; one that is denied says every
    reason, and the others go on.
    """

    __slots__ = ()

    def add(self, customers: Frame | None = None, lines: Frame | None = None) -> Added[Frame]:
        """Adds new customers, and line data that came later (DAT-06).

        Args:
            customers: `customer_id`; `created_on`, whose month is the cohort; `community`, where placing put it;
                `line_data_on`, null where the line data of its first user has not come.
            lines: `customer_id`, `line_data_on`.

        Returns:
            Frames of the kind of the first table.

        Raises:
            RequestError: A column does not hold what it has to; nothing is added.
            TypeError: A frame offers no Arrow data.

        Warns:
            UserWarning: A column that is not read is named nearly like one that is missing.
        """
        tables = given(customers=customers, lines=lines)
        return frames.answer(Added, next(iter(tables.values()), None), self._tell(tables, {}))

    def happen(
        self,
        events: Frame,
        *,
        as_of: date | str,
        actor: str,
        second_approver: str | None = None,
        at: str | None = None,
        batch_id: str | None = None,
        atomic: bool = False,
    ) -> Adjusted[Frame]:
        """Lets events happen: exports, confirmations, submissions and moves.

        Args:
            events: `customer_id`; `event`: export, confirm, submit, assign_channel or assign_community; `claims` and,
                where the actor has roles of several, `department` of confirmations; `target`, `effective_month` and
                `reason` of moves.
            as_of: The day, not before that of the newest entry of the log.
            actor: The person who does it.
            second_approver: Another person, allowed the same: exports need one.
            at: When, for the log, as the host writes it.
            batch_id: What the log calls the set.
            atomic: Whether one event that is denied leaves all of them undone.

        Returns:
            Frames of the same kind.

        Raises:
            RequestError: A column does not hold what it has to, or the day is before the log's; nothing happens.
            TypeError: The frame offers no Arrow data.

        Warns:
            UserWarning: A column that is not read is named nearly like one that is missing.
        """
        params = given(
            as_of=as_of, actor=actor, second_approver=second_approver, at=at, batch_id=batch_id, atomic=atomic
        )
        return frames.answer(Adjusted, events, self._tell({"events": events}, params))

    @overload
    def sheet(
        self,
        sheet: Mapping[str, Any],
        *,
        as_of: date | str,
        actor: str,
        second_approver: str | None = None,
        at: str | None = None,
        batch_id: str | None = None,
        atomic: bool = False,
        strict: bool = False,
        event: Move | None = None,
    ) -> Adjusted[list[dict[str, Any]]]: ...
    @overload
    def sheet(
        self,
        sheet: Frame,
        *,
        as_of: date | str,
        actor: str,
        second_approver: str | None = None,
        at: str | None = None,
        batch_id: str | None = None,
        atomic: bool = False,
        strict: bool = False,
        event: Move | None = None,
    ) -> Adjusted[Frame]: ...
    def sheet(
        self,
        sheet: Any,
        *,
        as_of: date | str,
        actor: str,
        second_approver: str | None = None,
        at: str | None = None,
        batch_id: str | None = None,
        atomic: bool = False,
        strict: bool = False,
        event: Move | None = None,
    ) -> Adjusted[Any]:
        """Takes an adjustment sheet (DIV-15): its header is exactly the policy's, in English or in Chinese.

        Args:
            sheet: What `lifestage.sheets.read_sheet(path).record()` gives; or a frame whose columns are the header.
            as_of: As of `happen`.
            actor: As of `happen`.
            second_approver: Another person, allowed the same: a sheet without one is rejected.
            at: As of `happen`.
            batch_id: As of `happen`.
            atomic: Whether one row that is denied leaves all of them undone.
            strict: Whether one bad row rejects the sheet.
            event: What its rows are: assign_community unless given.

        Returns:
            Frames of the same kind; rows as dicts for a sheet that is a record. A bad header rejects every row.

        Raises:
            RequestError: The parameters have faults; nothing happens.
            TypeError: The frame offers no Arrow data.
        """
        params = given(
            as_of=as_of,
            actor=actor,
            second_approver=second_approver,
            at=at,
            batch_id=batch_id,
            atomic=atomic,
            strict=strict,
            event=event,
        )
        if not isinstance(sheet, Mapping):
            return frames.answer(Adjusted, sheet, self._tell({"sheet": sheet}, params))
        told = self.update({"tables": {"sheet": dict(sheet)}, "params": params})
        return Adjusted(told["tables"]["results"], told["tables"]["log"], [told["report"]])

    def reorganise(self, organisation: Organisation[Any] | str) -> None:
        """Has a newer state of the organisation count from now on.

        Raises:
            RequestError: The text is not a state of an organisation under this policy and version.
        """
        state = organisation.serialise() if isinstance(organisation, Organisation) else organisation
        self._tell({}, {"organisation": state})

    def preview(
        self,
        events: Frame,
        *,
        as_of: date | str,
        actor: str,
        second_approver: str | None = None,
        atomic: bool = False,
        money_unit: MoneyUnit | None = None,
    ) -> Preview[Frame]:
        """Says what would become of events, and what they would move, without letting them happen.

        Args:
            events: As of `happen`; `revenue`, an amount of the customer, for the effects.
            as_of: The day.
            actor: The person who would do it.
            second_approver: Another person, who would approve.
            atomic: Whether one event that is denied would leave all of them undone.
            money_unit: What integer amounts count; without it they are refused but for columns `<name>_minor`.

        Returns:
            Frames of the same kind; revenue in yuan, null where an event of the community does not say.

        Raises:
            RequestError: A column does not hold what it has to.
            TypeError: The frame offers no Arrow data.

        Warns:
            UserWarning: A column that is not read is named nearly like one that is missing.
        """
        params = given(as_of=as_of, actor=actor, second_approver=second_approver, atomic=atomic, money_unit=money_unit)
        return frames.answer(Preview, events, self._ask({"events": events}, params))

    def owner_at(self, owners: Frame) -> Frame:
        """Which community owned customers on days.

        Args:
            owners: `customer_id` and `on`, the day.

        Returns:
            A frame of the same kind, a row for each row, in the same order: `community`, null before the customer was
            created, `since` when, and `error` where nobody knows the customer.

        Raises:
            RequestError: A column does not hold what it has to.
            TypeError: The frame offers no Arrow data.
        """
        owned: Frame = frames.rows_like(owners, self._ask({"owners": owners}, {})["owners"], append=False)
        return owned

    def cohort(self, cohort: str, *, as_of: date | str, undivided: bool = False) -> Cohort[Kind]:
        """The customers who were created in a month, and the state of their window.

        Args:
            cohort: The month, `2024-05`.
            as_of: The day.
            undivided: Only those that are not divided yet (DIV-14).

        Raises:
            RequestError: It is no month.
        """
        asked = self._ask({}, given(cohort=cohort, as_of=as_of, undivided=undivided))
        return frames.answer_in(Cohort, self._kind, asked)

    def customers(self, customers: Sequence[str], *, as_of: date | str, undivided: bool = False) -> Kind:
        """Where some customers stand, as `Cohort.customers` says it.

        Args:
            customers: Their ids.
            as_of: The day.
            undivided: Only those that are not divided yet.

        Raises:
            RequestError: Nobody knows one of them; the error names all of those.
        """
        return self._tells("customers", customers=list(customers), as_of=as_of, undivided=undivided)

    def undivided(self, *, as_of: date | str) -> Kind:
        """The customers of every cohort that are not divided yet (DIV-14), as `Cohort.customers` says it."""
        return self._tells("customers", as_of=as_of, undivided=True)

    def log(
        self,
        *,
        customer_id: str | None = None,
        actor: str | None = None,
        batch_id: str | None = None,
        from_seq: int | None = None,
        since: date | str | None = None,
        until: date | str | None = None,
    ) -> Kind:
        """The entries of the log that are all of this (DIV-16); all of it unless anything is given.

        Args:
            customer_id: Of this customer.
            actor: Of this person.
            batch_id: Of this set.
            from_seq: From this number on.
            since: From this day on.
            until: Until this day, included.
        """
        asked = given(customer_id=customer_id, actor=actor, batch_id=batch_id, from_seq=from_seq)
        return self._tells("log", log={**asked, **given(**{"from": since, "to": until})})

    def verify(self, *, count: int | None = None, head: str | None = None) -> VerifiedLog[Kind]:
        """Verifies the log, as `Engine.verify_log` does one that lies elsewhere.

        Args:
            count: How many entries there have to be.
            head: The digest of the last one.
        """
        log = self._ask({}, {"log": {}})["log"]
        verified = self.engine.call_batch("verify_log", {"log": log}, given(count=count, head=head))
        return frames.answer_in(VerifiedLog, self._kind, verified)
