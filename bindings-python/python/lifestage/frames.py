"""Frames: the kinds of table that analysts hold, and how a result becomes one of the caller's own kind.

Every kind comes in by Arrow's PyCapsule protocol, so none of these libraries is needed, and none is imported that the
caller has not imported already.
"""

import inspect
import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

from lifestage._native import ArrowStream


class OffersStream(Protocol):
    """What offers a table as an Arrow stream: frames of polars, pandas, pyarrow, duckdb and many more."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """A capsule that holds the stream."""
        ...


class OffersArray(Protocol):
    """What offers a table as one Arrow array of its rows: a record batch."""

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]:
        """Capsules that hold the schema and the array."""
        ...


Frame = TypeVar("Frame", bound=OffersStream | OffersArray)
"""A frame of any kind."""

Kind = TypeVar("Kind")
"""The kind of frame that a handle answers with where it is asked without one."""

Answer = TypeVar("Answer")
"""What a call answers with: a class whose fields are frames."""


def producers(tables: Mapping[str, Any]) -> dict[str, Any]:
    """The tables, ready to be read side by side.

    A connection of duckdb has one open result at a time: where there are several tables, its relations are read first.

    Raises:
        TypeError: What is given is one frame instead of frames by name, or a table is a frame of polars that holds a
            plan instead of data; the error says what to pass.
    """
    if not isinstance(tables, Mapping):
        raise TypeError(f'tables must be frames by name, such as {{"decisions": frame}}, not {type(tables).__name__}')
    for name, table in tables.items():
        if type(table).__name__ == "LazyFrame":
            raise TypeError(f"tables.{name} is a LazyFrame, which has no rows yet: pass `.collect()` of it")
    return {name: _producer(table, is_alone=len(tables) == 1) for name, table in tables.items()}


def _producer(table: Any, *, is_alone: bool) -> Any:
    kind = _kind(table)
    if kind == _RELATION and not is_alone:
        return table.to_arrow_table()
    return _with_typed_nulls(table) if kind == _POLARS else table


def _with_typed_nulls(frame: Any) -> Any:
    """A frame of polars whose columns without any value are of text: those of its type `Null` it hands on malformed."""
    import polars

    typed = {polars.Null(): polars.String(), polars.List(polars.Null): polars.List(polars.String)}
    nulls = {name: typed[dtype] for name, dtype in frame.schema.items() if dtype in typed}
    return frame.cast(nulls) if nulls else frame


def warn_of_misspelt(told: ArrowStream, callers: int = 1) -> None:
    """Warns of columns named nearly like missing ones: a typing error must not look like missing data.

    Args:
        told: A result that says which they are.
        callers: How many functions of ours lie between this one and the host's code, which the warning points to.
    """
    for name, meant in json.loads(told.metadata.get("lifestage.misspelt_columns", "{}")).items():
        warnings.warn(f"the column `{name}` is not read; did you mean `{meant}`?", stacklevel=2 + callers)


def like(frame: object, result: ArrowStream) -> Any:
    """The result as a frame of the same kind as `frame`; the stream itself where the kind is not known."""
    return of_kind(type(frame), result)


def of_kind(kind: type, result: ArrowStream) -> Any:
    """The result as a frame of this kind; the stream itself where the kind is not known."""
    made = _MADE.get(_name(kind))
    return result if made is None else made(result)


def known_kind(kind: type) -> type:
    """A class of frames that results can be made of, or that of streams.

    Raises:
        TypeError: It is another class, or none; the error says which may be.
    """
    if kind is not ArrowStream and not (isinstance(kind, type) and _name(kind)):
        raise TypeError(f"frames must be a class of frames, one of {', '.join(_MADE)}, not {kind!r}")
    return kind


def answer(kind: Callable[..., Answer], frame: object, results: Mapping[str, ArrowStream]) -> Answer:
    """Of several results those that a class of answers has fields for, as frames of the same kind as `frame`."""
    return answer_in(kind, type(frame), results)


def answer_in(kind: Callable[..., Answer], frames: type, results: Mapping[str, ArrowStream]) -> Answer:
    """As `answer`, as frames of this class."""
    names = inspect.signature(kind).parameters
    return kind(**{name: of_kind(frames, results[name]) for name in names})


def rows_like(frame: Any, result: ArrowStream, *, append: bool) -> Any:
    """As `like`, for a result with a row for each row of the frame, and, where it is appended, its columns as well.

    The index of pandas stays, and so do its own columns, which hold more than Arrow can.
    """
    made = like(frame, result)
    if _kind(frame) == "pandas.DataFrame":
        import pandas

        made.index = frame.index
        if append:
            decided = made.columns.difference(frame.columns, sort=False)
            made = pandas.concat([frame, made[decided]], axis=1)
    return made


def _kind(frame: object) -> str:
    return _name(type(frame))


def _name(frame: type) -> str:
    """The library and the class of a frame, without the modules between, which are the library's own affair."""
    for kind in frame.__mro__:
        name = f"{kind.__module__.partition('.')[0].lstrip('_')}.{kind.__name__}"
        if name in _MADE:
            return name
    return ""


def _polars(result: ArrowStream) -> Any:
    import polars

    return polars.DataFrame(result.read_all())


def _pandas(result: ArrowStream) -> Any:
    return _table(result).to_pandas()


def _table(result: ArrowStream) -> Any:
    import pyarrow

    return pyarrow.table(result.read_all())


def _batch(result: ArrowStream) -> Any:
    import pyarrow

    table = _table(result)
    return pyarrow.record_batch([column.combine_chunks() for column in table.columns], schema=table.schema)


def _reader(result: ArrowStream) -> Any:
    """Reads on as it is read. The generator is what keeps our exceptions: pyarrow passes on those of Python."""
    import pyarrow

    def batches() -> Iterator[Any]:
        for part in result:
            yield from pyarrow.table(part).to_batches()

    return pyarrow.RecordBatchReader.from_batches(pyarrow.schema(result), batches())


def _relation(result: ArrowStream) -> Any:
    """A relation may be read more than once, so it is made of a table."""
    import duckdb

    return duckdb.from_arrow(_table(result))


_RELATION = "duckdb.DuckDBPyRelation"
_POLARS = "polars.DataFrame"

_MADE: dict[str, Callable[[ArrowStream], Any]] = {
    _POLARS: _polars,
    "pandas.DataFrame": _pandas,
    "pyarrow.Table": _table,
    "pyarrow.RecordBatch": _batch,
    "pyarrow.RecordBatchReader": _reader,
    _RELATION: _relation,
}
"""How a result becomes a frame, by the kind of frame."""
