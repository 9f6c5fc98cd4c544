"""The monthly cycle: a folder of fact tables in; stages, warnings, customers, lists and a report out.

`intake` turns the files into the view, `judgement` decides, `lists` and `foresight` look at what was decided, `results`
writes it.
"""

from lifestage.cycle.decided_by import DecidedBy
from lifestage.cycle.intake import Intake, NoDayError, take_in
from lifestage.cycle.out_folder import VIEW, ForeignFileError
from lifestage.cycle.run import STEPS, CycleRun, Options, run_cycle

__all__ = [
    "STEPS",
    "VIEW",
    "CycleRun",
    "DecidedBy",
    "ForeignFileError",
    "Intake",
    "NoDayError",
    "Options",
    "run_cycle",
    "take_in",
]
