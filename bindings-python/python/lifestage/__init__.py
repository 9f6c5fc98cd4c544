"""Telecom customer lifecycle management: facts about customers and a policy in, decisions and reasons out.

>>> from lifestage import Engine
>>> engine = Engine("china-telecom")
>>> engine.call("version")["policy"]
'china-telecom'

An `Engine` decides by a `Policy`; both are immutable, shared between threads, safe after a fork and pickled as the
policy's text. What has state is a `Handle`, opened by an engine and pickled as its state:
`Registry`, `Organisation` and `Adjustments` have verbs of their own. What goes wrong is a
`LifestageError` with every fault that could be found in one pass.
"""

from lifestage._native import ArrowStream, ArrowTable, Decision, __version__
from lifestage.division import AssignedAttributes, RoutedLeads, VerifiedLog
from lifestage.engine import CombinedCustomers, CustomerView, Engine, StageSummary
from lifestage.errors import Fault, InternalError, LifestageError, PolicyError, RequestError
from lifestage.handle import Handle
from lifestage.handles import (
    Added,
    Adjusted,
    Adjustments,
    Applied,
    Boxes,
    Cohort,
    Decided,
    Organisation,
    Placed,
    Preview,
    Registry,
    RolledUp,
)
from lifestage.newest_month import newest_month_end
from lifestage.policy import Policy, PolicyCheck, PolicySource
from lifestage.prepared import Prepared

__all__ = [
    "Added",
    "Adjusted",
    "Adjustments",
    "Applied",
    "ArrowStream",
    "ArrowTable",
    "AssignedAttributes",
    "Boxes",
    "Cohort",
    "CombinedCustomers",
    "CustomerView",
    "Decided",
    "Decision",
    "Engine",
    "Fault",
    "Handle",
    "InternalError",
    "LifestageError",
    "Organisation",
    "Placed",
    "Policy",
    "PolicyCheck",
    "PolicyError",
    "PolicySource",
    "Prepared",
    "Preview",
    "Registry",
    "RequestError",
    "RolledUp",
    "RoutedLeads",
    "StageSummary",
    "VerifiedLog",
    "__version__",
    "newest_month_end",
]
