"""What has state: opened by an engine, told, asked, serialised, closed."""

import json
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic

from lifestage import _native
from lifestage._native import ArrowStream
from lifestage.errors import Fault, RequestError
from lifestage.frames import Kind, known_kind, of_kind, producers, warn_of_misspelt
from lifestage.records import json_of

if TYPE_CHECKING:
    from typing_extensions import Self

    from lifestage.engine import Engine


class Handle:
    """State that an engine opened: `Engine.open_handle`, or `Engine.restore_handle` for one that was serialised.

    Threads may share a handle: their calls follow one another. It is pickled as its state, which holds what it was
    told, ids of customers among it; so the parts of a pool come back and are merged:

    >>> from lifestage import Engine
    >>> engine = Engine()
    >>> with engine.open_handle("customers") as north, engine.open_handle("customers") as south:
    ...     _ = north.update({"tables": {"decisions": [{"user_id": "u1", "customer_id": "k1", "stage": "E"}]}})
    ...     _ = south.update({"tables": {"decisions": [{"user_id": "u2", "customer_id": "k1", "stage": "B"}]}})
    ...     _ = north.merge(south)
    ...     [customer["stage"] for customer in north.query()["tables"]["customers"]]
    ['B']
    """

    __slots__ = ("_core", "_engine")
    _core: _native.Handle
    _engine: "Engine"

    def __init__(self, core: _native.Handle, engine: "Engine") -> None:
        """Made by `Engine.open_handle` and `Engine.restore_handle`."""
        self._core = core
        self._engine = engine

    @property
    def name(self) -> str:
        """What kind of handle it is."""
        return self._core.name

    @property
    def engine(self) -> "Engine":
        """The engine that opened it."""
        return self._engine

    def update(self, update: dict[str, Any] | str | bytes) -> Any:
        """Tells it something, as a record; frames are for `update_batch`, and other handles for `merge`.

        What it is told twice counts twice, as in `update_batch`.

        Args:
            update: A record, or its JSON text in UTF-8.

        Returns:
            What became of it: the rows that do not count are among it.

        Raises:
            RequestError: The update has faults, or the handle is closed; the state is as before.
            TypeError: The record holds a frame, or another object that is no JSON value.
        """
        return json.loads(self._core.update(json_of(update)))

    def merge(self, *others: "Handle | str") -> Any:
        """Tells it what other handles of the same kind and policy were told; they stay as they are.

        The order makes no difference. A part that is merged twice counts twice.

        >>> from lifestage import Engine
        >>> engine = Engine()
        >>> north, south, whole = (engine.open_handle("customers") for _ in range(3))
        >>> _ = north.update({"tables": {"decisions": [{"user_id": "u1", "stage": "C"}]}})
        >>> _ = south.update({"tables": {"decisions": [{"user_id": "u2", "stage": "D"}]}})
        >>> _ = whole.merge(north, south.serialise())
        >>> [customer["stage"] for customer in whole.query()["tables"]["customers"]]
        ['C', 'D']

        Args:
            others: Handles, or states that `serialise` gave.

        Returns:
            As `update({"states": [...]})`, for which it stands.

        Raises:
            RequestError: A state is of another kind or policy, or a handle is closed; the state is as before.
        """
        return self.update({"states": [other if isinstance(other, str) else other.serialise() for other in others]})

    def query(self, query: dict[str, Any] | str | bytes = "{}") -> Any:
        """Asks what it knows.

        Raises:
            RequestError: The query has faults, or the handle is closed.
        """
        return json.loads(self._core.query(json_of(query)))

    def update_batch(self, tables: Mapping[str, Any], **params: Any) -> dict[str, ArrowStream]:
        """Tells it named tables: frames of polars, pandas, pyarrow or duckdb, streams, whatever offers Arrow data.

        The operation `list_handles` says which tables a handle takes. A user that is handed over twice counts twice,
        for nothing remembers who was told: a notebook's cell that may be run again opens the handle anew.

        >>> import pyarrow as pa
        >>> from lifestage import Engine
        >>> with Engine().open_handle("customers") as customers:
        ...     _ = customers.update_batch({"decisions": pa.table({"user_id": ["u1", "u2"], "stage": ["C", "D"]})})
        ...     pa.table(customers.query_batch()["customers"])["user_id"].to_pylist()
        ['u1', 'u2']

        Args:
            tables: Frames by name.
            params: The parameters, by name, where the handle takes any.

        Returns:
            What became of the rows, as tables by name: `report` and, where rows may be rejected one by one, `rejects`;
            each to be read once.

        Raises:
            RequestError: Tables have faults, a stream failed, or the handle is closed; the state is as before.
            TypeError: A table offers no Arrow data, or what is given is a frame instead of `{"decisions": frame}`.

        Warns:
            UserWarning: A column that is not read is named nearly like one that is missing.
        """
        return self._tell(tables, params)

    def query_batch(self, tables: Mapping[str, Any] | None = None, **params: Any) -> dict[str, ArrowStream]:
        """Asks what it knows, as tables by name, each to be read once.

        Args:
            tables: Frames by name, about which it is asked.
            params: The parameters, by name, where the handle takes any: `query_batch(as_of=date(2024, 5, 31))`.

        Raises:
            RequestError: Tables have faults, or the handle is closed.
            TypeError: A table offers no Arrow data, or what is given is a frame instead of frames by name.

        Warns:
            UserWarning: A column that is not read is named nearly like one that is missing.
        """
        return self._ask({} if tables is None else tables, params)

    def _tell(self, tables: Mapping[str, Any], params: dict[str, Any]) -> dict[str, ArrowStream]:
        """What every verb that tells goes through, called by the host's code or by one function of ours."""
        told = self._core.update_batch(producers(tables), json_of(params))
        warn_of_misspelt(told["report"], callers=2)
        return told

    def _ask(self, tables: Mapping[str, Any], params: dict[str, Any]) -> dict[str, ArrowStream]:
        """What every verb that asks goes through."""
        known = self._core.query_batch(producers(tables), json_of(params))
        warn_of_misspelt(known["report"], callers=2)
        return known

    def update_json(self, update: str | bytes) -> str:
        """As `update`: one JSON text in, one out, byte for byte the same as in every other language."""
        return self._core.update(update)

    def query_json(self, query: str | bytes) -> str:
        """As `query`: one JSON text in, one out, byte for byte the same as in every other language."""
        return self._core.query(query)

    def serialise(self) -> str:
        """The state as a text, for `Engine.restore_handle` or another handle's `update`; equal states are equal texts.

        Raises:
            RequestError: The handle is closed.
        """
        return self._core.serialise()

    def close(self) -> None:
        """Lets go of the state; later calls are refused as `CLOSED`. Closing again does nothing."""
        self._core.close()

    def __enter__(self) -> "Self":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Handle {self.name} of {self._engine!r}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickled, (self._engine, self.serialise())


class AnsweringHandle(Handle, Generic[Kind]):
    """A handle that is also asked without frames: it then answers with those of a class chosen at opening."""

    __slots__ = ("_kind",)
    _kind: type[Any]

    def __init__(self, core: _native.Handle, engine: "Engine") -> None:
        """Made by the engine."""
        super().__init__(core, engine)
        self._kind = ArrowStream

    def _answers_with(self, kind: type[Any]) -> "Self":
        """Has it answer with frames of this class.

        Raises:
            TypeError: No such frames are known.
        """
        self._kind = known_kind(kind)
        return self

    def _tells(self, table: str, **params: Any) -> Kind:
        """A table that it is asked for without frames."""
        told: Kind = of_kind(self._kind, self._ask({}, params)[table])
        return told

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickled_answering, (self.engine, self.serialise(), self._kind)


def _unpickled_answering(engine: "Engine", state: str, kind: type[Any]) -> "AnsweringHandle[Any]":
    handle = engine.restore_handle(state)
    assert isinstance(handle, AnsweringHandle)
    return handle._answers_with(kind)


def other_kind(found: str, expected: str) -> RequestError:
    """The error of a state that is one of another kind of handle."""
    fault = Fault("INVALID_STATE", "state.handle", found, expected, "pass what `serialise` gave of such a handle")
    chinese = f"INVALID_STATE state.handle：实际 {found}，应为 {expected}；请传入此类句柄的 serialise 文本"
    return RequestError([fault], str(fault), chinese)


def _unpickled(engine: "Engine", state: str) -> Handle:
    return engine.restore_handle(state)
