"""Customer division over frames: attributes of customers, and where leads go."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic

from lifestage import frames
from lifestage._native import ArrowStream
from lifestage.frames import Frame, Kind, warn_of_misspelt
from lifestage.records import MoneyUnit, given


@dataclass(frozen=True)
class AssignedAttributes(Generic[Frame]):
    """The attributes of customers."""

    attributes: Frame
    """A row a customer, in the same order: both attributes, each with the row that decided, or why there is none."""
    report: Frame
    """One row: how many rows came in and break the contract, and the columns that nobody reads."""


@dataclass(frozen=True)
class RoutedLeads(Generic[Frame]):
    """Where leads go."""

    routes: Frame
    """A row a lead, in the same order: its target, with the policy's row that decided, or why there is none."""
    report: Frame
    """One row: how many rows came in and break the contract, and the columns that nobody reads."""


@dataclass(frozen=True)
class VerifiedLog(Generic[Kind]):
    """Whether a log is as it was written."""

    findings: Kind
    """What is wrong first: the `finding`, and the number (`seq`) of the first entry that is concerned, null where the
    log was written anew to its end. No row where nothing is wrong."""
    report: Kind
    """One row: whether it is `valid`, how many `entries` came in, and the digest of the last one (`head`)."""


class DivisionMethods(ABC):
    """The operations of customer division that take frames."""

    __slots__ = ()

    @abstractmethod
    def call_batch(
        self, operation: str, tables: Mapping[str, Any], params: dict[str, Any] | str | bytes = "{}"
    ) -> dict[str, ArrowStream]:
        """Calls an operation's batch form by name."""

    def assign_attributes(self, customers: Frame, *, money_unit: MoneyUnit | None = None) -> AssignedAttributes[Frame]:
        r"""Finds the marketing and the statistics attribute of customers by the policy's criteria.

        The criteria are the decision tables of the policy's `[division]`, empty by default: docs/decision-tables.md.

        >>> import polars as pl
        >>> from lifestage import Engine
        >>> engine = Engine('extends = "china-telecom"\n[[division.statistics.rows]]\nthen = "public"\n')
        >>> engine.assign_attributes(pl.DataFrame({"customer_id": ["k1"]})).attributes["statistics_attribute"].to_list()
        ['public']

        Args:
            customers: A row a customer: `customer_id`, and the facts that the policy's criteria ask for.
            money_unit: What integer amounts count; without it they are refused but for columns `<name>_minor`.

        Returns:
            Frames of the same kind.

        Raises:
            RequestError: A column does not hold what it has to.
            TypeError: The frame offers no Arrow data.

        Warns:
            UserWarning: A column that is not read is named nearly like one that is missing.
        """
        assigned = self.call_batch("assign_attributes", {"customers": customers}, given(money_unit=money_unit))
        warn_of_misspelt(assigned["report"])
        return frames.answer(AssignedAttributes, customers, assigned)

    def route_leads(self, leads: Frame, *, money_unit: MoneyUnit | None = None) -> RoutedLeads[Frame]:
        """Says which unit each lead goes to, by who found it and whom it is about.

        >>> import polars as pl
        >>> from lifestage import Engine
        >>> lead = {"lead_id": "l1", "finder": "key_account", "statistics_attribute": "public", "community": "c7"}
        >>> Engine().route_leads(pl.DataFrame([lead])).routes.select("target", "target_kind").rows()
        [('c7', 'community')]

        Args:
            leads: A row a lead: `lead_id`, `finder`, `statistics_attribute`, `community`, and the host's own facts that
                the policy's rows ask for.
            money_unit: What integer amounts count; without it they are refused but for columns `<name>_minor`.

        Returns:
            Frames of the same kind.

        Raises:
            RequestError: A column does not hold what it has to.
            TypeError: The frame offers no Arrow data.

        Warns:
            UserWarning: A column that is not read is named nearly like one that is missing.
        """
        routed = self.call_batch("route_leads", {"leads": leads}, given(money_unit=money_unit))
        warn_of_misspelt(routed["report"])
        return frames.answer(RoutedLeads, leads, routed)

    def verify_log(self, log: Frame, *, count: int | None = None, head: str | None = None) -> VerifiedLog[Frame]:
        """Verifies an adjustment log, and names the first entry that was changed, removed, inserted or cut off.

        Args:
            log: The entries with all their fields, as `Adjustments.log` gave them, in their order.
            count: How many entries there have to be: without it, entries cut off at the end do not show.
            head: The digest of the last one: without it, a log that was written anew does not show.

        Returns:
            Frames of the same kind.

        Raises:
            RequestError: A column does not hold what it has to.
            TypeError: The frame offers no Arrow data.
        """
        return frames.answer(
            VerifiedLog, log, self.call_batch("verify_log", {"log": log}, given(count=count, head=head))
        )
