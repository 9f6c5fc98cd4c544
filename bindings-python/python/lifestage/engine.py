"""The engine: a policy made ready to decide."""

import json
import os
from typing import Any

from lifestage import _native
from lifestage.handle import Handle
from lifestage.policy import Policy
from lifestage.records import json_of


class Engine:
    r"""A policy made ready to decide. Immutable; share it between threads.

    Calls release the interpreter's lock. An engine is pickled as its policy's text and is safe after a fork, so it goes
    to the workers of multiprocessing and Spark as it is.

    >>> engine = Engine('extends = "china-telecom"\nname = "guangxi"\n')
    >>> engine.call("version")["policy"]
    'guangxi'
    """

    __slots__ = ("_core", "_policy")
    _core: _native.Engine
    _policy: Policy

    def __init__(self, policy: Policy | str = "china-telecom") -> None:
        """The engine of a policy.

        Args:
            policy: A `Policy`, a shipped policy's name, or a document's text (TOML or JSON).

        Raises:
            PolicyError: The policy has faults; the error has all of them.
        """
        self._policy = policy if isinstance(policy, Policy) else Policy(policy)
        self._core = _native.Engine(self._policy._core)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> "Engine":
        """The engine of a policy document in a file; see `Policy.open`.

        Raises:
            RequestError: A file cannot be read.
            PolicyError: The policy has faults; the error has all of them.
        """
        return cls(Policy.open(path))

    @property
    def policy(self) -> Policy:
        """The policy this engine decides by."""
        return self._policy

    @property
    def policy_name(self) -> str:
        """The policy's name."""
        return self._policy.name

    @property
    def policy_digest(self) -> str:
        """SHA-256 of the effective policy, in hexadecimal: every result carries it."""
        return self._policy.digest

    def call(self, operation: str, request: dict[str, Any] | list[Any] | str | bytes = "{}") -> Any:
        """Calls an operation by name: a record in, a record out.

        The operation `list_operations` lists all of them with the JSON Schemas of their requests and responses.

        >>> engine = Engine()
        >>> engine.call("check_policy", {"policy": "china-telecom"})["valid"]
        True

        Args:
            operation: The operation's name, such as `check_policy`.
            request: The request; a `Decimal` is written as text, a `date` as an ISO date. Or its JSON text, in UTF-8.

        Returns:
            The response: a dict, or a list where the operation answers with one. Amounts are texts, for `Decimal`.

        Raises:
            RequestError: There is no such operation, or the request has faults; the error has all of them.
            TypeError: The request holds an object that is no JSON value.
        """
        return json.loads(self._core.call(operation, json_of(request)))

    def call_json(self, operation: str, request: str | bytes) -> str:
        """Calls an operation by name: one JSON text in, one out, byte for byte the same as in every other language.

        >>> Engine().call_json("check_policy", '{"policy": "china-telecom"}')[:36]
        '{"valid":true,"name":"china-telecom"'

        Raises:
            RequestError: There is no such operation, or the request has faults; the error has all of them.
        """
        return self._core.call(operation, request)

    def open_handle(self, name: str, params: dict[str, Any] | str | bytes = "{}") -> Handle:
        """Opens a handle, which has state.

        The operation `list_handles` lists all kinds with the JSON Schemas of their parameters, updates and queries.

        >>> with Engine().open_handle("customers") as customers:
        ...     customers.update({"tables": {"decisions": [{"user_id": "u1", "stage": "C"}]}})["rows"]
        1

        Raises:
            RequestError: There is no such handle, or the parameters have faults.
        """
        return Handle(_native.Handle(self._core, name, json_of(params)), self)

    def restore_handle(self, state: str | bytes) -> Handle:
        """Opens a handle with a state that `Handle.serialise` gave; the state says what kind of handle it is.

        Raises:
            RequestError: The text is not a state of this version of lifestage, or another policy made it.
        """
        return Handle(_native.Handle.restore(self._core, state), self)

    def __repr__(self) -> str:
        return f"<Engine {self.policy_name} {self._policy.version} {self.policy_digest[:12]}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return Engine, (self._policy,)
