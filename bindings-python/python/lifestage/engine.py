"""The engine: a policy made ready to decide."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic

from lifestage import _native, frames
from lifestage._native import ArrowStream
from lifestage.division import DivisionMethods
from lifestage.frames import Frame, producers, warn_of_misspelt
from lifestage.handle import Handle
from lifestage.handles import CLASSES, HandleOpeners
from lifestage.operations import Operations
from lifestage.policy import Policy
from lifestage.prepared import Prepared
from lifestage.records import MoneyUnit, PersonalColumn, given, json_of


@dataclass(frozen=True)
class CustomerView(Generic[Frame]):
    """The customer view as of a date, and what became of the rows that it was made of."""

    view: Frame
    """A row a user or prospect, sorted by `user_id`: what `Engine.classify` takes."""
    rejects: Frame
    """The rows that do not count, each with its table, its place and why."""
    counts: Frame
    """A row a table: how many of its rows were used, and how many were not for which reason."""


@dataclass(frozen=True)
class CombinedCustomers(Generic[Frame]):
    """Customers, made of the decisions about their users."""

    customers: Frame
    """A row a customer, ordered by `customer_id`; users that are customers of their own follow."""
    rejects: Frame
    """The decisions that do not count, each with its place and why."""
    report: Frame
    """One row: how many decisions came in and do not count, and how many customers there are."""


@dataclass(frozen=True)
class StageSummary(Generic[Frame]):
    """How many rows are in which stage, and where they came from."""

    stages: Frame
    """A row a stage, and one for rows without."""
    transitions: Frame
    """A row for each stage of the run before and stage now that occur together; only where a history is given."""
    warnings: Frame
    """A row a warning rule: how often it fired, cannot know, or fired in the shadow."""
    tiers: Frame
    """A row a value tier, and one for rows without."""
    rejects: Frame
    """The rows of either table that do not count, each with its place and why."""
    report: Frame
    """One row: how many decisions came in and do not count, and the flap rate."""


class Engine(DivisionMethods, HandleOpeners, Operations):
    r"""A policy made ready to decide. Immutable; share it between threads.

    Calls release the interpreter's lock. An engine is pickled as its policy's text and is safe after a fork, so it goes
    to the workers of multiprocessing and Spark as it is.

    >>> engine = Engine('extends = "china-telecom"\nname = "guangxi"\n')
    >>> engine.call("version")["policy"]
    'guangxi'
    """

    __slots__ = ("_core", "_policy", "_threads")
    _core: _native.Engine
    _policy: Policy
    _threads: int | None

    def __init__(self, policy: Policy | str = "china-telecom", threads: int | None = None) -> None:
        """The engine of a policy.

        Args:
            policy: A `Policy`, a shipped policy's name, or a document's text (TOML or JSON). A file is opened by
                `Engine.open`.
            threads: How many threads a batch runs on, the calling one included; results do not depend on it. As many as
                the process may use unless given.

        Raises:
            PolicyError: The policy has faults; the error has all of them.
            TypeError: The policy is a path; the error names `Engine.open`.
            ValueError: Less than one thread.
        """
        if threads is not None and threads < 1:
            raise ValueError(f"threads must be 1 or more, not {threads}")
        self._policy = policy if isinstance(policy, Policy) else Policy(policy)
        self._threads = threads
        self._core = _native.Engine(self._policy._core, threads)

    @classmethod
    def open(cls, path: str | os.PathLike[str], threads: int | None = None) -> "Engine":
        """The engine of a policy document in a file; see `Policy.open`.

        Raises:
            RequestError: A file cannot be read.
            PolicyError: The policy has faults; the error has all of them.
            ValueError: Less than one thread.
        """
        return cls(Policy.open(path), threads)

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

    @property
    def threads(self) -> int:
        """How many threads a batch runs on, the calling one included."""
        return self._core.threads

    def classify(
        self,
        frame: Frame,
        *,
        as_of: date | str,
        append: bool = False,
        strict: bool = False,
        money_unit: MoneyUnit | None = None,
        columns: Sequence[str] | None = None,
    ) -> Frame:
        """Decides value tier, warnings and lifecycle stage of each row of the customer view.

        One row out for each row in, in the same order. The columns of `frame` are facts by name, as `build_view` makes
        them; what is no fact is not read. Amounts are decimals, decimal text or floats in yuan, or integers whose unit
        is said. Codes come back as dictionaries (categories), several of them as lists; where a row breaks the
        contract, `error` says why and nothing is decided. Time is linear in rows; columns of native types are not
        copied.

        >>> import polars as pl
        >>> frame = pl.DataFrame({"user_id": ["u1", "u2"], "status": ["prospect", "terminated"]})
        >>> Engine().classify(frame, as_of="2024-05-31", columns=["user_id", "stage"]).rows()
        [('u1', 'A'), ('u2', 'E')]

        Args:
            frame: The view: a frame of polars, pandas, pyarrow or duckdb, a stream, or whatever else offers
                `__arrow_c_stream__` or `__arrow_c_array__`.
            as_of: The end of this day.
            append: Give the frame's own columns first, all of them and as they are; what the result only repeats of
                them is then left out.
            strict: Refuse the whole frame if one row breaks the contract, or if a column that is no fact is named
                nearly like one that is missing.
            money_unit: What integer amounts count; without it they are refused but for columns `<name>_minor`.
            columns: The result's columns; all unless given. What is not asked for is not computed.

        Returns:
            A frame of the same kind: polars.DataFrame, pandas.DataFrame (with the same index), pyarrow.Table or
            RecordBatch, a duckdb relation of the default connection. A pyarrow.RecordBatchReader gives another one, and
            any other producer an `ArrowStream`: both decide as they are read, so data larger than memory flows through.

        Raises:
            RequestError: A column does not hold its fact, the result has no column of a name or the frame has one, too,
                or rows break the contract under `strict`. A stream raises what is wrong with rows when they are read.
            TypeError: The frame offers no Arrow data.

        Warns:
            UserWarning: A column that is no fact is named nearly like one that is missing.
        """
        params = given(as_of=as_of, strict=strict, money_unit=money_unit, columns=columns, append=append)
        decisions = self.call_batch("classify", {"view": frame}, params)["decisions"]
        warn_of_misspelt(decisions)
        decided: Frame = frames.rows_like(frame, decisions, append=append)
        return decided

    def prepare(self, fields: Sequence[str], *, as_of: date | str, money_unit: MoneyUnit | None = None) -> Prepared:
        """Prepares to decide records of these fields one at a time, with no JSON in between.

        >>> prepared = Engine().prepare(["status", "tenure_months", "fee"], as_of="2024-05-31")
        >>> decision = prepared(("active", 30, [120.0] * 12))
        >>> decision.stage, decision.tier, decision.reasons
        ('C', 'mid', ('LCY-05',))

        Args:
            fields: The fields, named as in a record or a frame: `fee` takes a list of months, `fee_12` the newest one.
            as_of: The end of this day.
            money_unit: What integer amounts count; without it only fields `<name>_minor` take integers.

        Returns:
            What is called with a tuple or list of values in the fields' order, or with values by name, of which those
            not given are None. A value is None, a bool, int, float, str, Decimal, date or a list of them. It returns a
            `Decision`, whose `error` is what is wrong with the record, and raises `RequestError` where the call is
            wrong: another number of values, integer amounts without their unit.

        Raises:
            RequestError: The parameters have faults, or two fields give the same fact.
        """
        return Prepared(self, fields, as_of, money_unit)

    def build_view(
        self,
        tables: Mapping[str, Frame],
        *,
        as_of: date | str,
        events_since: date | str | None = None,
        money_unit: MoneyUnit | None = None,
    ) -> CustomerView[Frame]:
        """Turns dated, keyed fact tables into the customer view as of a date.

        Args:
            tables: The fact tables by name (`users`, `bills`, `events`, …), each a frame as `classify` takes them. The
                facts of a table that is not given are unknown.
            as_of: The end of this day is the moment of the view.
            events_since: The first day from which `events` is complete; its earliest used row unless given.
            money_unit: What integer amounts count; without it they are refused but for columns `<name>_minor`.

        Returns:
            The view, the rows that do not count and the counts, each a frame of the first table's kind.

        Raises:
            RequestError: A table or column is not what it has to be.
            TypeError: A frame offers no Arrow data.

        Warns:
            UserWarning: A column that is not read is named nearly like one that is missing.
        """
        params = given(as_of=as_of, events_since=events_since, money_unit=money_unit)
        built = self.call_batch("build_view", tables, params)
        warn_of_misspelt(built["counts"])
        first = next(iter(tables.values()), None)
        return frames.answer(CustomerView, first, built)

    def combine_customers(self, decisions: Frame) -> CombinedCustomers[Frame]:
        """Combines the decisions about users into one row a customer.

        A customer's stage is the first of D, C, B, none, A, E found among its users; a user without `customer_id` is a
        customer of its own. Memory grows with the customers, not with the decisions.

        >>> import polars as pl
        >>> users = pl.DataFrame({"user_id": ["u1", "u2"], "customer_id": ["k1", "k1"], "stage": ["E", "B"]})
        >>> Engine().combine_customers(users).customers["stage"].to_list()
        ['B']

        Args:
            decisions: As `classify` gives them, in any order; each user once: one that is there twice counts twice.

        Returns:
            Frames of the same kind.

        Raises:
            RequestError: A column does not hold what it has to.
            TypeError: The frame offers no Arrow data.

        Warns:
            UserWarning: A column that is not read is named nearly like one that is missing.
        """
        combined = self.call_batch("combine_customers", {"decisions": decisions})
        warn_of_misspelt(combined["report"])
        return frames.answer(CombinedCustomers, decisions, combined)

    def summarise_stages(
        self, decisions: Frame, stage_history: Frame | None = None, *, as_of: date | str
    ) -> StageSummary[Frame]:
        """Counts stages, transitions between runs, warnings and tiers, and says how often stages flap.

        Transitions and flaps need the history.

        >>> import polars as pl
        >>> users = pl.DataFrame({"user_id": ["u1", "u2"], "stage": ["C", "D"]})
        >>> earlier = pl.DataFrame({"user_id": ["u1", "u2"], "as_of": ["2024-04-30"] * 2, "stage": ["C", "C"]})
        >>> summary = Engine().summarise_stages(users, earlier, as_of="2024-05-31")
        >>> summary.transitions.select("previous_stage", "stage", "rows").rows()
        [('C', 'C', 1), ('C', 'D', 1)]

        Args:
            decisions: As `classify` gives them, in any order; each user once: one that is there twice counts twice.
            stage_history: What earlier runs decided about the same users: `user_id`, `as_of`, `stage`.
            as_of: The day as of which was decided.

        Returns:
            Frames of the first one's kind.

        Raises:
            RequestError: A column does not hold what it has to.
            TypeError: A frame offers no Arrow data.

        Warns:
            UserWarning: A column that is not read is named nearly like one that is missing.
        """
        tables = given(decisions=decisions, stage_history=stage_history)
        summary = self.call_batch("summarise_stages", tables, given(as_of=as_of))
        warn_of_misspelt(summary["report"])
        return frames.answer(StageSummary, decisions, summary)

    def list_warned(
        self,
        view: Frame,
        decisions: Frame,
        *,
        list: str,  # noqa: A002
        show: Sequence[PersonalColumn] | None = None,
        money_unit: MoneyUnit | None = None,
    ) -> Frame:
        """Lists the users whom the rules of a list warn of, in the list's layout; personal columns are masked.

        >>> import polars as pl
        >>> view = pl.DataFrame({"user_id": ["u1", "u2"], "status": ["active"] * 2, "name": ["王芳", "李明"]})
        >>> view = view.with_columns(complaints_3m=pl.Series([3, 0]))
        >>> engine = Engine()
        >>> decisions = engine.classify(view, as_of="2024-05-31")
        >>> engine.list_warned(view, decisions, list="grievances").select("user_id", "name").rows()
        [('u1', '***')]

        Args:
            view: The customer view, as `classify` was given it.
            decisions: What `classify` gave for these rows, in the same order.
            list: The list's name in the policy: `fee_drop`, `grievances`, or one of the operator's own.
            show: The personal columns that are shown; the others are masked.
            money_unit: What integer amounts count; without it they are refused but for columns `<name>_minor`.

        Returns:
            A frame of the view's kind: the users on the list, in the view's order. In Arrow the schema's metadata and
            that of the fields have the title and the headings in English and Chinese (`lifestage.en`, `lifestage.zh`).

        Raises:
            RequestError: There is no such list, the decisions are not those of the view's rows, or a row on the list
                breaks the contract.
            TypeError: A frame offers no Arrow data.
        """
        params = given(list=list, show=show, money_unit=money_unit)
        warned = self.call_batch("list_warned", {"view": view, "decisions": decisions}, params)["warned"]
        listed: Frame = frames.like(view, warned)
        return listed

    def call_batch(
        self, operation: str, tables: Mapping[str, Any], params: dict[str, Any] | str | bytes = "{}"
    ) -> dict[str, ArrowStream]:
        """Calls an operation's batch form by name: named tables in, named tables out.

        The operation `list_operations` says which operations have one, with their tables and parameters.

        >>> import pyarrow as pa
        >>> view = pa.table({"user_id": ["u1"], "status": ["prospect"]})
        >>> answer = Engine().call_batch("classify", {"view": view}, {"as_of": "2024-05-31"})
        >>> pa.table(answer["decisions"])["stage"].to_pylist()
        ['A']

        Args:
            operation: The operation's name, such as `classify`.
            tables: Its tables by name: whatever offers `__arrow_c_stream__` or `__arrow_c_array__`.
            params: Its parameters, or their JSON text in UTF-8.

        Returns:
            The tables by name. They are computed as they are read, once; whatever reads Arrow streams reads them.

        Raises:
            RequestError: There is no such operation, or it takes records only; tables or parameters have faults.
            TypeError: A table offers no Arrow data, or what is given is a frame instead of frames by name.
        """
        return self._core.call_batch(operation, producers(tables), json_of(params))

    def call(self, operation: str, request: dict[str, Any] | list[Any] | str | bytes = "{}") -> Any:
        """Calls an operation by name: a record in, a record out.

        The operation `list_operations` lists all of them with the JSON Schemas of their requests and responses.

        >>> engine = Engine()
        >>> engine.call("check_policy", {"policy": "china-telecom"})["valid"]
        True

        Args:
            operation: The operation's name, such as `check_policy`.
            request: The request; a `Decimal` is written as text, a `date` as an ISO date, values of numpy and pandas as
                what they are in Python. Or its JSON text, in UTF-8.

        Returns:
            The response: a dict, or a list where the operation answers with one. Amounts are texts, for `Decimal`.

        Raises:
            RequestError: There is no such operation, or the request has faults, a number that is NaN or infinite among
                them; the error has all of them.
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

    def open_handle(self, name: str, params: dict[str, Any] | str | bytes | None = None, **more: Any) -> Handle:
        """Opens a handle, which has state.

        The operation `list_handles` lists all kinds with the JSON Schemas of their parameters, updates and queries.

        >>> with Engine().open_handle("customers") as customers:
        ...     customers.update({"tables": {"decisions": [{"user_id": "u1", "stage": "C"}]}})["rows"]
        1
        >>> Engine().open_handle("stages", as_of="2024-05-31").name
        'stages'

        Args:
            name: What kind of handle: `customers`, `stages`; `adjustments`, `organisation`, `registry` have methods of
                their own.
            params: Its parameters, or their JSON text in UTF-8.
            **more: Parameters by keyword, beside those of a dict.

        Raises:
            RequestError: There is no such handle, or the parameters have faults.
            TypeError: Parameters by keyword stand beside a JSON text.
        """
        if isinstance(params, (str, bytes)):
            if more:
                raise TypeError(f"the parameters are a JSON text already: write {', '.join(more)} into it")
        else:
            params = {**(params or {}), **more}
        return CLASSES.get(name, Handle)(_native.Handle(self._core, name, json_of(params)), self)

    def restore_handle(self, state: str | bytes) -> Handle:
        """Opens a handle with a state that `Handle.serialise` gave; the state says what kind of handle it is.

        Raises:
            RequestError: The text is not a state of this version of lifestage, or another policy made it.
        """
        core = _native.Handle.restore(self._core, state)
        return CLASSES.get(core.name, Handle)(core, self)

    def __repr__(self) -> str:
        return f"<Engine {self.policy_name} {self._policy.version} {self.policy_digest[:12]}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return Engine, (self._policy, self._threads)
