"""A run over a folder: placing alone, or with a round of the cycle, and the files that come of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from lifestage import Engine
from lifestage.cycle.out_folder import OutFolder
from lifestage.dividing.folder import open_organisation
from lifestage.dividing.placing import Placing, place_new_users, write_placing
from lifestage.dividing.round import divide_in_a_round
from lifestage.report.division import DivisionReport
from lifestage.texts import Language


@dataclass(frozen=True)
class DivisionRun:
    """What is run over, and where to.

    Both ways raise `FactFilesError` where a table is missing or cannot be read, `RequestError` where the tables have
    faults, `NoDayError` where no day is given and no new user says when it joined, and `ForeignFileError` where a file
    is in the way that no run wrote.
    """

    engine: Engine
    folder: Path
    """With the folders `registry` and, for a round, `organisation`."""
    out: Path
    """The folder to write to; what an earlier run wrote there is replaced."""
    as_of: dt.date | None = None
    """The day; the last one of the month of the newest user unless given."""
    language: Language = "en"
    """Of sheets and reasons."""

    def divide(self) -> Placing:
        """Places the new users."""
        placing = self._place()
        with OutFolder(self.out) as out:
            write_placing(out, self.engine, placing)
        return placing

    def adjust(self) -> DivisionReport:
        """Places the new users, and takes the new customers through the cycle.

        Raises:
            NobodyActsError: The organisation lacks somebody who has to act.
        """
        placing = self._place()
        with open_organisation(self.engine, self.folder) as organisation, OutFolder(self.out) as out:
            write_placing(out, self.engine, placing)
            return divide_in_a_round(self.engine, organisation, placing, out, self.language)

    def _place(self) -> Placing:
        return place_new_users(self.engine, self.folder, self.as_of, self.language)
