"""What is wrong with a file of the host's, told in both languages."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from lifestage.errors import Fault
from lifestage.texts import LANGUAGES, Texts


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The name that may have been meant."""
    return next(iter(difflib.get_close_matches(name, list(names), n=1)), None)


def describe(fault: Fault, say: Texts) -> str:
    """One line for people: file, code and place, what was found, what is expected and the nearest name."""
    return say(
        "files.line",
        file=fault.file,
        code=fault.code,
        path=fault.path,
        text=say(f"files.{fault.code}"),
        found=fault.found or say("files.nothing"),
        expected=fault.expected,
        hint=say("files.nearest", name=fault.suggestion) if fault.suggestion else "",
    )


def told(faults: Iterable[Fault]) -> tuple[str, str]:
    """The faults in English and in Chinese, a line each."""
    english, chinese = ("\n".join(describe(fault, Texts(language)) for fault in faults) for language in LANGUAGES)
    return english, chinese
