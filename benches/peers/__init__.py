"""The peers: the same work by hand, in their best form, one module a workload and one function a peer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa


@dataclass
class Peer:
    """A workload ready to be run again and again."""

    version: str
    run: Callable[[], Any]
    # What was computed: a table, or of records the stage, tier and warnings of each.
    result: Callable[[Any], pa.Table | list[dict]]
