"""By which policy a run decided, as its folder says: what it decided is explained by no other."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from lifestage import Policy, PolicySource
from lifestage.cycle.out_folder import RECORD


@dataclass(frozen=True)
class DecidedBy:
    """The policy of a run."""

    policy: Policy
    """Made again of the texts that the run left."""
    digest: str
    """The digest of the policy when it decided; another version of lifestage may make another one of the same texts."""

    @classmethod
    def of_run(cls, folder: Path) -> DecidedBy | None:
        """The policy of the run that wrote to a folder; None where its record does not say.

        Raises:
            PolicyError: This version of lifestage can make no policy of its texts.
        """
        record = folder / RECORD
        if not record.is_file():
            return None
        figures = json.loads(record.read_text(encoding="utf-8"))
        source = figures.get("policy_source")
        return cls(Policy(*PolicySource(**source)), figures["digest"]) if source else None
