"""The division of a month's new customers, over a folder: placing, the organisation, and a round through the cycle.

The rules are the engine's: handles `registry`, `organisation` and `adjustments`. Here stand the files that they are
told of, and who acts in which order in a round that shows all of it.
"""

from lifestage.dividing.folder import newest_day, open_organisation
from lifestage.dividing.handed_in import HandedIn, hand_in
from lifestage.dividing.ledger import Acting
from lifestage.dividing.people import NobodyActsError
from lifestage.dividing.placing import Placing, place_new_users
from lifestage.dividing.round import REPORT
from lifestage.dividing.run import DivisionRun
from lifestage.dividing.tree import names_of

__all__ = [
    "REPORT",
    "Acting",
    "DivisionRun",
    "HandedIn",
    "NobodyActsError",
    "Placing",
    "hand_in",
    "names_of",
    "newest_day",
    "open_organisation",
    "place_new_users",
]
