"""The policy: every threshold, window and stage rule, as one versioned document."""

import functools
import json
import os
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from lifestage import _native
from lifestage.errors import Fault, PolicyError


@dataclass(frozen=True)
class PolicyCheck:
    """What a policy is, or everything that is wrong with it."""

    valid: bool
    """Whether an engine can be made of it."""
    faults: list[Fault]
    """Every fault, in the order of the document's keys; none where it is valid."""
    name: str | None = None
    """The policy's name; like all that follows, None where it is not valid."""
    version: str | None = None
    """The policy's version."""
    effective_from: date | None = None
    """The day from which it applies."""
    digest: str | None = None
    """The digest that its results carry."""


class PolicySource(NamedTuple):
    """What makes the same policy again: `Policy(*source)`."""

    text: str
    """A shipped policy's name, or a document's text."""
    file: str | None
    """The document's name in faults; None of a shipped policy."""
    library: dict[str, str]
    """Texts of the documents that it may extend, by name, beside the shipped ones."""


class Policy:
    r"""A valid policy. Immutable; equal to every policy of the same effective content.

    >>> guangxi = Policy('extends = "china-telecom"\nname = "guangxi"\n')
    >>> guangxi.name, guangxi.version, guangxi.effective_from
    ('guangxi', '1.0.0', datetime.date(2024, 1, 1))
    """

    __slots__ = ("_core",)
    _core: _native.Policy

    def __init__(self, policy: str, file: str | None = None, library: Mapping[str, str] | None = None) -> None:
        """A shipped policy by its name, or the policy of a document.

        Args:
            policy: A shipped policy's name, such as `china-telecom`, or a document's text, TOML or JSON. With `file` or
                `library` it is always a document.
            file: The document's name in faults; `policy` unless given.
            library: Texts of the documents it may extend, by name, beside the shipped ones.

        Raises:
            PolicyError: The policy has faults; the error has all of them.
            TypeError: The policy is a path; the error names `Policy.open`.
        """
        if isinstance(policy, os.PathLike):
            raise TypeError("policy is a path, not a document: open the file with Engine.open or Policy.open")
        try:
            self._core = _native.Policy(policy, file, None if library is None else dict(library))
        except PolicyError as error:
            raise _naming_open(error) from None

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> "Policy":
        """The policy of a document in a file (TOML or JSON, UTF-8).

        What the document extends is a shipped policy or a file in the same directory, by its file name.

        Raises:
            RequestError: A file cannot be read.
            PolicyError: The policy has faults; the error has all of them.
        """
        return cls._of(_native.Policy.open(path))

    @classmethod
    def _of(cls, native: _native.Policy) -> "Policy":
        policy = cls.__new__(cls)
        policy._core = native
        return policy

    @staticmethod
    def check(policy: str, file: str | None = None, library: Mapping[str, str] | None = None) -> PolicyCheck:
        r"""Checks a policy and reports all its faults at once; takes what `Policy` takes, and raises nothing of them.

        >>> check = Policy.check('extends = "china-telecom"\nvershun = "2"\n', file="guangxi.toml")
        >>> for fault in check.faults:
        ...     print(fault.code, fault.file, fault.line, fault.fix.split("?")[0])
        UNKNOWN_KEY guangxi.toml 2 did you mean `version`
        """
        request: dict[str, Any] = {"policy": policy, "library": dict(library or {})}
        if file is not None:
            request["file"] = file
        response = json.loads(_checking_engine().call("check_policy", json.dumps(request)))
        response["faults"] = [Fault.of(fault) for fault in response["faults"]]
        if response["valid"]:
            response["effective_from"] = date.fromisoformat(response["effective_from"])
        return PolicyCheck(**response)

    @property
    def name(self) -> str:
        """The policy's name."""
        return self._core.name

    @property
    def version(self) -> str:
        """The policy's version; the author's own numbering."""
        return self._core.version

    @property
    def effective_from(self) -> date:
        """The day from which the operator applies it."""
        return date.fromisoformat(self._core.effective_from)

    @property
    def digest(self) -> str:
        """SHA-256 of the effective policy in canonical form, in hexadecimal: every result carries it."""
        return self._core.digest

    @property
    def source(self) -> PolicySource:
        r"""The texts it was made of, to keep with results and make it again elsewhere.

        >>> guangxi = Policy('extends = "china-telecom"\nname = "guangxi"\n')
        >>> Policy(*guangxi.source) == guangxi
        True
        """
        return PolicySource(*self._core.source)

    def __repr__(self) -> str:
        return f"<Policy {self.name} {self.version} {self.digest[:12]}>"

    def __eq__(self, other: object) -> bool:
        return self.digest == other.digest if isinstance(other, Policy) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.digest)

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickled, (*self.source, self.digest)


def _unpickled(text: str, file: str | None, library: dict[str, str], digest: str) -> Policy:
    """The policy of its texts; where another version of lifestage makes another one of them, results would differ."""
    policy = Policy(text, file, library)
    if policy.digest != digest:
        raise pickle.UnpicklingError(
            f"the policy {policy.name} was pickled with digest {digest}; "
            f"lifestage {_native.__version__} here makes {policy.digest} of it: use the same version on both sides"
        )
    return policy


def _naming_open(error: PolicyError) -> PolicyError:
    """The same error; where a file's name was taken for a policy's, it says how files are opened."""
    fault = error.faults[0]
    if fault.code != "UNKNOWN_POLICY" or fault.path or not fault.found.endswith((".toml", ".json")):
        return error
    fix = "open a file with Engine.open or Policy.open"
    chinese = f"{error.message('zh')}；打开文件请用 Engine.open 或 Policy.open"
    return PolicyError([replace(fault, fix=fix)], f"{error.message()}; {fix}", chinese)


@functools.cache
def _checking_engine() -> _native.Engine:
    """Any engine can check any policy."""
    return _native.Engine(_native.Policy("china-telecom"))
