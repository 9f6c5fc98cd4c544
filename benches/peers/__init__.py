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
    # None for what decides nothing.
    to_arrow: Callable[[Any], pa.Table | None]
