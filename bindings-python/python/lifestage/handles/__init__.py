"""Handles with verbs of their own: thin classes over `Handle`, each verb one question or one thing that is told."""

from lifestage.handle import Handle
from lifestage.handles.adjustments import Added, Adjusted, Adjustments, Cohort, Preview
from lifestage.handles.opening import HandleOpeners
from lifestage.handles.organisation import Decided, Organisation, RolledUp
from lifestage.handles.registry import Applied, Boxes, Placed, Registry

CLASSES: dict[str, type[Handle]] = {"adjustments": Adjustments, "organisation": Organisation, "registry": Registry}
"""The class of each kind of handle that has one of its own."""

__all__ = [
    "CLASSES",
    "Added",
    "Adjusted",
    "Adjustments",
    "Applied",
    "Boxes",
    "Cohort",
    "Decided",
    "HandleOpeners",
    "Organisation",
    "Placed",
    "Preview",
    "Registry",
    "RolledUp",
]
