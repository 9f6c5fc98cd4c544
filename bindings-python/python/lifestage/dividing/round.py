"""One round of the monthly cycle (DIV-07 to DIV-16), from the export to the communities, with sheets as files.

The answers of the departments are made up: whose customer somebody is, no folder says. Everything else is the engine's.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, get_args

import pyarrow as pa

from lifestage import Engine
from lifestage.cycle.out_folder import OutFolder
from lifestage.dividing.attempts import attempt_all
from lifestage.dividing.audit import audit
from lifestage.dividing.ledger import Acting, Ledger, Outcome
from lifestage.dividing.people import CHANNEL, MARKET, People, by_channel, confirmer_of
from lifestage.dividing.placing import Placing
from lifestage.dividing.tree import customers_by_unit, trees
from lifestage.dividing.words import in_words
from lifestage.handles import Organisation
from lifestage.report.division import DivisionReport, Step
from lifestage.sheets import read_sheet
from lifestage.sheets.division import ADJUSTMENTS, EFFECTS, NEW_CUSTOMERS, Department, claims
from lifestage.texts import Language

REPORT: Final = "division.json"
"""What `lifestage run --division` shows."""

STATE: Final = "adjustments.state"
"""The state of the cycle, for sheets that are handed in later."""

DEPARTMENTS: Final[tuple[Department, ...]] = get_args(Department)

LEFT_OVER: Final = 8
"""One of so many customers of each channel is on no sheet, so that there is somebody to try things on."""

RESULTS: Final = pa.schema(
    [
        *((name, pa.utf8()) for name in ("step", "customer_id")),
        ("accepted", pa.bool_()),
        ("state", pa.utf8()),
        ("seq", pa.int64()),
        *((name, pa.list_(pa.utf8())) for name in ("denials", "remarks")),
    ]
)


def divide_in_a_round(
    engine: Engine, organisation: Organisation[pa.Table], placing: Placing, out: OutFolder, language: Language
) -> DivisionReport:
    """Takes the placed new customers through the cycle; writes sheets, results, the log and the state.

    Raises:
        NobodyActsError: The organisation lacks somebody who has to act.
        SheetError: A sheet cannot be written or read back.
    """
    made = _Round(
        engine, People(organisation, placing.as_of), Ledger.opened(engine, organisation), placing, out, language
    )
    made.run()
    attempts = attempt_all(engine, made.people, made.ledger, made.cohort(), made.days, out, language)
    out.write_table("results", pa.Table.from_pylist(made.results, schema=RESULTS))
    log = audit(engine, made.ledger.log(), out, language)
    out.write_text(STATE, made.ledger.state())
    counted = customers_by_unit(placing, made.cohort())
    report = DivisionReport(
        as_of=placing.as_of,
        placings=placing.counts,
        customers=sum(counted.values()),
        trees=trees(engine, organisation, placing.as_of, counted),
        steps=tuple(made.steps),
        attempts=attempts,
        log=log,
        refused=made.refused,
        undivided=sum(customer["is_undivided"] for customer in made.cohort()),
    )
    out.write_text(REPORT, report.to_json())
    return report


@dataclass
class _Round:
    """The round under way."""

    engine: Engine
    people: People
    ledger: Ledger
    placing: Placing
    out: OutFolder
    language: Language
    refused: int = 0
    """New customers whom the cycle cannot take."""
    steps: list[Step] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Asks for the days on which the month's new customers are divided."""
        self.month = f"{self.placing.as_of:%Y-%m}"
        window = self.engine.call("division_window", {"as_of": self.placing.as_of, "cohort": self.month})
        self.days = RoundDays.of(window, self.placing.as_of)

    def run(self) -> None:
        """Every step, in order."""
        new = [_customer(customer) for customer in self.placing.new_customers.to_pylist()]
        refused = [{**fault, "customer_id": new[fault["row"]]["customer_id"]} for fault in self.ledger.add(new)]
        self.refused = len({fault["row"] for fault in refused})
        self.out.write_table("cycle_errors", in_words(self.engine, refused, "customer_id", self.language))
        self._export()
        for department in DEPARTMENTS:
            self._answer(department)
        self._settle()
        self._submit()
        self._assign_channels()
        self._assign_communities()

    def cohort(self, state: str | None = None) -> list[dict[str, Any]]:
        """The month's new customers; those in a state where one is named."""
        customers = self.ledger.cohort(self.month, self.days.last)
        return [customer for customer in customers if state in (None, customer["state"])]

    def _export(self) -> None:
        new = self.cohort("new")
        market = self._acting(MARKET, self.days.on(0))
        self._happen(
            "export", [{"customer_id": customer["customer_id"], "event": "export"} for customer in new], market
        )
        for suffix in ("xlsx", "csv"):
            NEW_CUSTOMERS.write(self.out.new_file(f"sheets/new_customers.{suffix}"), new, self.language)

    def _answer(self, department: Department) -> None:
        """A department fills in its column, and hands the sheet in."""
        exported = enumerate(self.cohort("exported"))
        filled = [{**customer, department: department in _claimants(place)} for place, customer in exported]
        path = self.out.new_file(f"sheets/answers_{department}.xlsx")
        NEW_CUSTOMERS.write(path, filled, self.language)
        confirmer = self.people.holding(confirmer_of(department))[0]
        answers = claims(NEW_CUSTOMERS.read(path), department)
        self._happen(f"answer_{department}", answers, Acting(confirmer, self.days.on(1)))

    def _settle(self) -> None:
        """Where departments claim a customer against one another, the later one gives way."""
        answer = {"event": "confirm", "department": "business", "claims": False}
        again = [{"customer_id": customer["customer_id"], **answer} for customer in self.cohort("exported")]
        if again:
            self._happen("settle", again, Acting(self.people.holding(confirmer_of("business"))[0], self.days.on(1)))

    def _submit(self) -> None:
        events = [{"customer_id": customer["customer_id"], "event": "submit"} for customer in self.cohort("confirmed")]
        self._happen("submit", events, Acting(self.people.holding(MARKET)[0], self.days.on(2)))

    def _assign_channels(self) -> None:
        """Who is claimed goes to the claiming department's channel; the others stay in theirs."""
        market = Acting(self.people.holding(MARKET)[0], self.days.on(2))
        events = [
            {
                "customer_id": customer["customer_id"],
                "event": "assign_channel",
                "target": customer["claimed_by"] and self.people.department_target(customer["claimed_by"]),
            }
            for customer in self.cohort("submitted")
        ]
        self._happen("assign_channel", events, market)

    def _assign_communities(self) -> None:
        """Each channel's administrator hands a sheet in; some customers are on a sheet that nobody hands in yet."""
        for channel, customers in by_channel(self.cohort("channel_assigned")).items():
            name = file_name(channel)
            acting = self._acting(CHANNEL, self.days.on(3), channel)
            rows = [self._adjustment(place, customer, channel) for place, customer in enumerate(customers)]
            left, handed = rows[::LEFT_OVER], [row for place, row in enumerate(rows) if place % LEFT_OVER]
            events = [
                {"customer_id": row["customer_id"], "event": "assign_community", "target": row["target"]}
                for row in handed
            ]
            effects = self.ledger.effects(events, acting)
            EFFECTS.write(self.out.new_file(f"sheets/effects_{name}.xlsx"), effects, self.language)
            ADJUSTMENTS.write(self.out.new_file(f"sheets/left_{name}.xlsx"), left, self.language)
            path = self.out.new_file(f"sheets/communities_{name}.xlsx")
            ADJUSTMENTS.write(path, handed, self.language)
            self._keep("assign_community", self.ledger.hand_in(read_sheet(path), acting), acting)

    def _adjustment(self, place: int, customer: dict[str, Any], channel: str) -> dict[str, Any]:
        targets = self.people.targets(customer["community"], channel)
        return {
            "customer_id": customer["customer_id"],
            "source": customer["community"],
            "target": targets[place % len(targets)],
            "effective_month": f"{self.days.on(3):%Y-%m}",
        }

    def _acting(self, role: str, day: dt.date, unit_id: str | None = None) -> Acting:
        actor, second_approver = self.people.pair(role, unit_id)
        return Acting(actor, day, second_approver)

    def _happen(self, step: str, events: Sequence[dict[str, Any]], acting: Acting) -> None:
        self._keep(step, self.ledger.happen(events, acting), acting)

    def _keep(self, step: str, outcome: Outcome, acting: Acting) -> None:
        rows, accepted = len(outcome.results), outcome.accepted
        self.steps.append(Step(step, acting.day, acting.actor, acting.second_approver, rows, accepted, rows - accepted))
        for result in outcome.results:
            denials = [denial["code"] for denial in result["denials"]]
            self.results.append({**result, "step": step, "denials": denials})


@dataclass(frozen=True)
class RoundDays:
    """The days of a round: inside the month's window, as far as there are any."""

    first: dt.date
    last: dt.date

    @classmethod
    def of(cls, window: dict[str, Any], as_of: dt.date) -> RoundDays:
        """From a day on, or from the opening of the window."""
        opens, closes = (dt.date.fromisoformat(window[name]) for name in ("opens", "closes"))
        return cls(max(as_of, opens), closes)

    def on(self, number: int) -> dt.date:
        """The day of a part of the round, the last one at the latest."""
        return min(self.first + dt.timedelta(days=number), self.last)

    @property
    def after(self) -> dt.date:
        """The first day on which the window is closed."""
        return self.last + dt.timedelta(days=1)


def file_name(unit_id: str) -> str:
    """A unit's id as a part of a file's name, another one for each.

    >>> file_name("南宁/公众-1")
    '南宁%2f公众-1'
    """
    return re.sub(r"[^\w-]", lambda sign: f"%{ord(sign[0]):02x}", unit_id)


def _customer(new: dict[str, Any]) -> dict[str, Any]:
    return {
        "customer_id": new["customer_id"],
        "created_on": new["activated_on"],
        "community": new["community"],
        "line_data_on": None if new["pending_line"] else new["activated_on"],
    }


def _claimants(place: int) -> tuple[str, ...]:
    """Who claims the customer at a place of the sheet: mostly nobody, of forty one two departments."""
    by_digit: dict[int, tuple[str, ...]] = {0: ("key_account",), 1: ("business",), 2: ("contracted",)}
    return ("key_account", "business") if place % 40 == 5 else by_digit.get(place % 10, ())
