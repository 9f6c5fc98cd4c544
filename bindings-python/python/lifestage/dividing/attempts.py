"""What the cycle refuses: one attempt of each kind, each on a copy of the state, so that nothing comes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lifestage import Engine
from lifestage.cycle.out_folder import OutFolder
from lifestage.dividing.ledger import Acting, Ledger, Outcome
from lifestage.dividing.people import CHANNEL, MARKET, People, by_channel, confirmer_of
from lifestage.report.division import Attempt, Reason
from lifestage.sheets import Sheet, read_sheet
from lifestage.sheets.division import ADJUSTMENTS, REJECTED, denied_rows
from lifestage.texts import Language

if TYPE_CHECKING:
    from lifestage.dividing.round import RoundDays

Try = Callable[[Ledger], Outcome]


def attempt_all(
    engine: Engine,
    people: People,
    ledger: Ledger,
    cohort: list[dict[str, Any]],
    days: RoundDays,
    out: OutFolder,
    language: Language,
) -> tuple[Attempt, ...]:
    """Tries everything that is to be refused; none where nobody is left over to try it on."""
    subjects = _subjects(cohort)
    if not subjects:
        return ()
    attempts = _Attempts(people, *subjects, days, _next_window(engine, days), out, language)
    codes = {code["name"]: code["text"] for code in engine.call("list_codes")}
    sheets, tried = [], []
    for name, acting, attempt in attempts.each():
        outcome = attempt(ledger.copy())
        sheet = attempts.sheets.get(name)
        if sheet:
            sheets += denied_rows(engine, sheet, outcome.results, language)
        denials = {denial["code"]: denial for denial in outcome.denials}
        told = tuple(Reason(code, **codes[code]) for code, denial in denials.items())
        tried.append(Attempt(name, acting.day, acting.actor, len(outcome.results), outcome.accepted, told))
    REJECTED.write(out.new_file("sheets/rejected.xlsx"), sheets, language)
    return tuple(tried)


def _subjects(cohort: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """A customer who is left over, and one of the same channel who is divided."""
    for customers in by_channel(cohort).values():
        by_state = {customer["state"]: customer for customer in reversed(customers)}
        if by_state.keys() >= {"channel_assigned", "community_assigned"}:
            return by_state["channel_assigned"], by_state["community_assigned"]
    return None


def _next_window(engine: Engine, days: RoundDays) -> dt.date:
    """The day on which the window of the month after the last day's opens: by then who was not divided is locked."""
    window = engine.call("division_window", {"as_of": days.after, "cohort": f"{days.after:%Y-%m}"})
    return max(dt.date.fromisoformat(window["opens"]), days.after)


@dataclass
class _Attempts:
    """Whom and what things are tried on."""

    people: People
    left: dict[str, Any]
    """A customer whose channel is assigned, and no community."""
    divided: dict[str, Any]
    """A customer who is divided."""
    days: RoundDays
    next_window: dt.date
    out: OutFolder
    language: Language

    def __post_init__(self) -> None:
        """Who would be in the right."""
        self.sheets: dict[str, Sheet] = {}
        channel = self.left["channel"]
        actor, approver = self.people.pair(CHANNEL, channel)
        self.admin = Acting(actor, self.days.last, approver)
        self.target = self.people.targets(self.left["community"], channel)[0]

    def each(self) -> Iterator[tuple[str, Acting, Try]]:
        """Name, who tries it, and the attempt."""
        admin = self.admin
        confirmer = Acting(self.people.holding(confirmer_of("key_account"))[0], self.days.last)
        yield "wrong_actor", confirmer, self._move(self.left, self.target, confirmer)
        closed = Acting(admin.actor, self.days.after)
        yield "closed_window", closed, self._move(self.divided, self.target, closed)
        locked = Acting(admin.actor, self.next_window)
        yield "locked_customer", locked, self._move(self.left, self.target, locked)
        yield "unassigned_target", admin, self._move(self.left, self.left["community"], admin)
        alone = Acting(admin.actor, admin.day)
        yield "no_second_approval", alone, self._sheet("no_second_approval", alone)
        yield "bad_header", admin, self._sheet("bad_header", admin, heading="customer")
        yield "duplicate_customer", admin, self._sheet("duplicate_customer", admin, times=2)
        yield "unknown_unit", admin, self._sheet("unknown_unit", admin, target="no-such-unit")
        market = Acting(self.people.holding(MARKET)[0], self.days.last)
        again = [{"customer_id": self.left["customer_id"], "event": "submit"}]
        yield "illegal_transition", market, lambda ledger: ledger.happen(again, market)

    def _move(self, customer: dict[str, Any], target: str, acting: Acting) -> Try:
        event = {"customer_id": customer["customer_id"], "event": "assign_community", "target": target}
        return lambda ledger: ledger.happen([event], acting)

    def _sheet(
        self, name: str, acting: Acting, *, target: str | None = None, times: int = 1, heading: str | None = None
    ) -> Try:
        """A sheet about the customer who is left over, with one thing wrong."""
        path = self.out.new_file(f"sheets/refused_{name}.csv")
        row = {
            "customer_id": self.left["customer_id"],
            "source": self.left["community"],
            "target": target or self.target,
            "effective_month": f"{acting.day:%Y-%m}",
        }
        ADJUSTMENTS.write(path, [row] * times, self.language)
        if heading:
            _rename_first_column(path, heading)
        sheet = self.sheets[name] = read_sheet(path)
        return lambda ledger: ledger.hand_in(sheet, acting)


def _rename_first_column(path: Path, heading: str) -> None:
    first, rest = path.read_text(encoding="utf-8-sig").split(",", 1)
    del first
    path.write_text(f"{heading},{rest}", encoding="utf-8-sig", newline="")
