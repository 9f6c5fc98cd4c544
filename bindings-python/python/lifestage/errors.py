"""What can go wrong, as exceptions that carry every fault with its place and its fix."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

Language = Literal["en", "zh"]
"""English or simplified Chinese."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a policy or a request."""

    code: str
    """What kind of fault: a name of the catalogue, never reused. The operation `list_codes` has the texts."""
    path: str
    """Where in the input, such as `warning.fee_drop.drop_over` or `tables.users[3].fee`; empty for the whole of it."""
    found: str
    """The value found."""
    expected: str
    """The value expected."""
    fix: str
    """What to do about it, in English."""
    suggestion: str | None = None
    """A name that was probably meant, or that the fix proposes; None where nothing is near."""
    file: str | None = None
    """Name of the document; None, like line and column, where its parser names no places."""
    line: int | None = None
    """Line in the document, 1-based."""
    column: int | None = None
    """Column in the document, 1-based, in characters."""
    span: tuple[int, int] | None = None
    """The part of a condition that is meant, in characters from its beginning: first, and one past the last."""

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "Fault":
        """The fault of its record in a response."""
        fields = dict(record)
        if span := fields.get("span"):
            fields["span"] = tuple(span)
        return cls(**fields)

    def __str__(self) -> str:
        """One line for people: place, code, path, what was found, what was expected and what to do."""
        place = f"{self.file}:{self.line}:{self.column}: " if self.file else ""
        path = f" {self.path}" if self.path else ""
        return f"{place}{self.code}{path}: found {self.found}, expected {self.expected}; {self.fix}"


class LifestageError(Exception):
    """Why there is no answer: at least one fault, and all that could be found in one pass.

    >>> from lifestage import Engine, LifestageError
    >>> try:
    ...     Engine("china-telcom")
    ... except LifestageError as error:
    ...     print(error.kind, error.faults[0].code, error.faults[0].fix.split("?")[0])
    POLICY UNKNOWN_POLICY did you mean `china-telecom`
    """

    kind: ClassVar[Literal["POLICY", "REQUEST", "INTERNAL"]]
    """Who has to act: the policy's author, the calling program, or the makers of lifestage."""

    faults: list[Fault]
    """What is wrong, in the order of the input."""

    def __init__(self, faults: Sequence[Fault], english: str, chinese: str) -> None:
        """The error of these faults, with its text in both languages."""
        super().__init__(faults, english, chinese)
        self.faults = list(faults)
        self._messages = {"en": english, "zh": chinese}

    def message(self, language: Language = "en") -> str:
        """The text for people, one line a fault.

        >>> from lifestage import Engine, RequestError
        >>> try:
        ...     Engine().call("versoin")
        ... except RequestError as error:
        ...     print(error.message(language="zh").split(" (")[0])
        UNKNOWN_OPERATION operation: 没有这个名称的操作

        Raises:
            ValueError: lifestage does not speak this language.
        """
        if language not in self._messages:
            raise ValueError(f"language must be one of {', '.join(self._messages)}, not {language!r}")
        return self._messages[language]

    def __str__(self) -> str:
        """The text in English."""
        return self.message()


class PolicyError(LifestageError):
    """The policy has faults: its author has to correct it."""

    kind = "POLICY"


class RequestError(LifestageError):
    """The request has faults, or there is no such operation: the calling program has to be corrected."""

    kind = "REQUEST"


class InternalError(LifestageError):
    """A bug in lifestage; the engine stays usable."""

    kind = "INTERNAL"


def exception_of(record: str, english: str, chinese: str) -> LifestageError:
    """The exception of an error's JSON record; the native module raises it."""
    error = json.loads(record)
    kinds: dict[str, type[LifestageError]] = {kind.kind: kind for kind in (PolicyError, RequestError, InternalError)}
    return kinds[error["kind"]]([Fault.of(fault) for fault in error["faults"]], english, chinese)
