"""The handles with verbs of their own, over every kind of frame, and against what the engine lists of them."""

import inspect
import pickle
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from lifestage import Adjustments, ArrowStream, Engine, Organisation, Registry, RequestError
from lifestage.handles import CLASSES

DAY = "2024-05-31"
KINDS: dict[str, tuple[type[Any], Callable[[Any], Any], Callable[[Any], list[dict[str, Any]]]]] = {
    "polars": (pl.DataFrame, pl.DataFrame, lambda frame: frame.to_dicts()),
    "pandas": (pd.DataFrame, pd.DataFrame, lambda frame: pa.Table.from_pandas(frame, preserve_index=False).to_pylist()),
    "pyarrow": (pa.Table, pa.Table.from_pylist, lambda table: table.to_pylist()),
}
every_kind = pytest.mark.parametrize("kind", KINDS)

UNITS = [
    {"unit_id": "gx", "name": "广西", "level": "company"},
    {"unit_id": "pub", "name": "公众客户渠道", "level": "channel"},
    {"unit_id": "nn-pub", "name": "南宁公众客户渠道", "level": "local_channel"},
    {"unit_id": "qx-pub", "name": "青秀区公众客户部", "level": "department"},
    {"unit_id": "cd2", "name": "城东二片", "level": "patch"},
    {"unit_id": "cd2-1", "name": "城东二片1社区", "level": "community"},
    {"unit_id": "cd2-2", "name": "城东二片2社区", "level": "community"},
]
LINKS = [
    {"tree": "channel", "unit_id": unit, "parent_id": parent}
    for unit, parent in [
        ("gx", None),
        ("pub", "gx"),
        ("nn-pub", "pub"),
        ("qx-pub", "nn-pub"),
        ("cd2", "qx-pub"),
        ("cd2-1", "cd2"),
        ("cd2-2", "cd2"),
    ]
]
PERSONS = [{"person_id": "wang"}, {"person_id": "m1"}]
GRANTS = [
    {"person_id": "wang", "role": "group_head", "unit_id": "cd2"},
    {"person_id": "m1", "role": "account_manager", "unit_id": "cd2-1"},
]


def told(organisation: Organisation[Any], make: Callable[[Any], Any]) -> Organisation[Any]:
    organisation.load(units=make(UNITS), links=make(LINKS), persons=make(PERSONS), grants=make(GRANTS))
    return organisation


# ---- Against the registry --------------------------------------------------------------------------------------------

VERBS: dict[str, dict[str, list[Callable[..., Any]]]] = {
    "adjustments": {
        "update": [Adjustments.add, Adjustments.happen, Adjustments.sheet, Adjustments.reorganise],
        "query": [
            Adjustments.preview,
            Adjustments.owner_at,
            Adjustments.cohort,
            Adjustments.customers,
            Adjustments.undivided,
            Adjustments.log,
            Adjustments.verify,
        ],
    },
    "registry": {"update": [Registry.load, Registry.apply], "query": [Registry.place, Registry.boxes]},
    "organisation": {
        "update": [Organisation.load, Organisation.change],
        "query": [
            Organisation.can,
            Organisation.decide,
            Organisation.visible,
            Organisation.roll_up,
            Organisation.path,
            Organisation.units,
            Organisation.sees,
            Organisation.menu,
            Organisation.persons,
            Organisation.grants,
            Organisation.history,
            Organisation.successions,
            Organisation.findings,
        ],
    },
}
"""What each class makes of the two verbs."""


WITHOUT_A_CLASS = {"customers", "groups", "stages"}
"""Handles that are told and asked by the verbs of `Handle` alone."""


def test_a_handle_has_a_class_or_is_known_to_have_none() -> None:
    assert {handle["name"] for handle in Engine().call("list_handles")} == {*CLASSES, *WITHOUT_A_CLASS}


def described() -> list[tuple[dict[str, Any], str]]:
    listed = {handle["name"]: handle for handle in Engine().call("list_handles")}
    return [(listed[name], verb) for name in CLASSES for verb in ("update", "query")]


@pytest.mark.parametrize(
    ("handle", "verb"), described(), ids=lambda value: value if isinstance(value, str) else value["name"]
)
def test_everything_that_a_handle_takes_has_a_method(handle: dict[str, Any], verb: str) -> None:
    taken = {name for method in VERBS[handle["name"]][verb] for name in inspect.signature(method).parameters}
    batch = handle[verb]["batch"]
    tables = set(batch["tables"]) | set(batch["optional_tables"])
    # Each answer that an organisation is asked for is a method, and so is the log of adjustments.
    params = set(handle[verb]["params"].get("properties", {})) - {"ask", "log"}
    assert tables | params <= taken, "what the engine takes and no method does"


def test_a_log_is_asked_for_by_everything_that_the_engine_takes() -> None:
    (handle,) = (handle for handle in Engine().call("list_handles") if handle["name"] == "adjustments")
    taken = set(handle["query"]["params"]["$defs"]["LogQuery"]["properties"])
    # `from` is a word of Python's own.
    assert taken == set(inspect.signature(Adjustments.log).parameters) - {"self", "since", "until"} | {"from", "to"}


def test_everything_that_an_organisation_tells_has_a_method() -> None:
    (handle,) = (handle for handle in Engine().call("list_handles") if handle["name"] == "organisation")
    asked = {entry["const"] for entry in handle["query"]["params"]["$defs"]["Asked"]["oneOf"]}
    assert asked - {"scope"} <= set(dir(Organisation))
    assert "scope" in inspect.getsource(Organisation.sees)


@pytest.mark.parametrize("name", CLASSES)
def test_every_method_says_what_it_takes(name: str) -> None:
    for method in (method for methods in VERBS[name].values() for method in methods):
        text = inspect.getdoc(method)
        assert text
        if "Args:" in text:
            for parameter in set(inspect.signature(method).parameters) - {"self"}:
                assert f"\n    {parameter}: " in text, f"{method.__name__} does not describe {parameter}"


def test_a_handle_that_is_opened_or_restored_by_name_is_of_its_class(engine: Engine) -> None:
    for name, kind in CLASSES.items():
        params = {"organisation": engine.organisation().serialise()} if name == "adjustments" else {}
        handle = engine.open_handle(name, params)
        assert type(handle) is kind
        assert type(engine.restore_handle(handle.serialise())) is kind
        assert type(pickle.loads(pickle.dumps(handle))) is kind


def test_a_state_of_another_kind_is_refused(engine: Engine) -> None:
    with pytest.raises(RequestError) as refused:
        engine.registry(engine.organisation().serialise())
    (fault,) = refused.value.faults
    assert (fault.code, fault.found, fault.expected) == ("INVALID_STATE", "organisation", "registry")
    assert "句柄" in refused.value.message("zh")


# ---- The registry ----------------------------------------------------------------------------------------------------


@every_kind
def test_users_are_placed_and_what_comes_of_it_is_applied(engine: Engine, kind: str) -> None:
    frame, make, rows = KINDS[kind]
    with engine.registry() as registry:
        registry.load(
            contracts=make([{"account_id": "C1", "customer_id": "K1"}]),
            boxes=make([{"box": "J12", "community": "c1"}]),
            segments=make([{"prefix": "0771", "contracted_area": "t1"}]),
            billing_areas=make([{"billing_area": "b1", "unassigned_community": "u1"}]),
        )
        registry.load(customers=make([{"customer_id": "K1", "community": "c9", "box": "J12"}]))
        users = [
            {"user_id": "u1", "account_id": "C1", "box": "J12", "service_number": None, "billing_area": "b1"},
            {"user_id": "u2", "account_id": "C2", "box": "J12", "service_number": None, "billing_area": "b1"},
            {"user_id": "u3", "account_id": "C3", "box": None, "service_number": "07715551234", "billing_area": "b1"},
            {"user_id": "u4", "account_id": "C4", "box": None, "service_number": None, "billing_area": "b1"},
            {"user_id": "u5", "account_id": "C5", "box": None, "service_number": None, "billing_area": "b9"},
        ]
        placed = registry.place(make(users))
        assert isinstance(placed.placements, frame)
        found = [(row["placement"], row["community"]) for row in rows(placed.placements)]
        assert found == [
            ("merged", "c9"),
            ("community", "c1"),
            ("contracted_area", "t1"),
            ("unassigned", "u1"),
            (None, None),
        ]
        assert rows(placed.report)[0]["users"] == 5
        commands = [{**row, "customer_id": f"N{row['new_customer']}"} for row in rows(placed.commands)]
        applied = registry.apply(make(commands))
        assert (rows(applied.report)[0]["applied"], rows(applied.rejects)) == (3, [])
        again = rows(registry.place(make(users[:2])).placements)
        assert [row["customer_id"] for row in again] == ["K1", "N1"]
        known = registry.boxes(make([{"box": "J12"}, {"box": "J99"}]))
        assert [(row["community"], row["customers"]) for row in rows(known.boxes)] == [("c1", 2), (None, 0)]
        assert [row["customer_id"] for row in rows(known.affected)] == ["K1", "N1"]


def test_a_change_that_cannot_be_made_is_returned_and_a_moved_box_names_its_customers(engine: Engine) -> None:
    registry = engine.registry()
    registry.load(
        boxes=pl.DataFrame({"box": ["J12"], "community": ["c1"]}),
        customers=pl.DataFrame({"customer_id": ["K1"], "community": ["c1"], "box": ["J12"]}),
    )
    changes = [
        {"kind": "move_box", "box": "J12", "community": "c2", "customer_id": None},
        {"kind": "move_customer", "box": None, "community": "c3", "customer_id": "K9"},
    ]
    applied = registry.apply(pl.DataFrame(changes))
    assert applied.affected["customer_id"].to_list() == ["K1"]
    assert applied.rejects["code"].to_list() == ["UNKNOWN_CUSTOMER"]
    assert applied.report.select("applied", "rejected").row(0) == (1, 1)


def test_a_repeated_key_loads_nothing_and_a_misspelt_column_is_warned_of_where_it_is_given(engine: Engine) -> None:
    registry = engine.registry()
    before = registry.serialise()
    with pytest.raises(RequestError):
        registry.load(boxes=pl.DataFrame({"box": ["J1", "J1"], "community": ["c1", "c2"]}))
    assert registry.serialise() == before
    with pytest.warns(UserWarning, match="did you mean `account_id`") as warned:
        registry.place(pl.DataFrame({"user_id": ["u1"], "acount_id": ["C1"]}))
    with pytest.warns(UserWarning, match="did you mean `community`") as also_warned:
        registry.apply(pl.DataFrame({"kind": ["move_box"], "box": ["J1"], "comunity": ["c1"]}))
    assert {warning.filename for warning in (*warned, *also_warned)} == {__file__}


def test_a_restored_registry_places_as_the_one_it_was(engine: Engine) -> None:
    registry = engine.registry()
    registry.load(boxes=pl.DataFrame({"box": ["J12"], "community": ["c1"]}))
    users = pl.DataFrame({"user_id": ["u1"], "box": ["J12"]})
    restored = engine.registry(registry.serialise())
    assert restored.place(users).placements.equals(registry.place(users).placements)


# ---- The organisation ------------------------------------------------------------------------------------------------


@every_kind
def test_answers_are_of_the_kind_that_was_asked_for_or_came_in(engine: Engine, kind: str) -> None:
    frame, make, rows = KINDS[kind]
    organisation = told(engine.organisation(frames=frame), make)
    asked = {
        "units": organisation.units(as_of=DAY),
        "persons": organisation.persons(as_of=DAY),
        "grants": organisation.grants(as_of=DAY),
        "history": organisation.history(as_of=DAY),
        "successions": organisation.successions(as_of=DAY),
        "findings": organisation.findings(as_of=DAY, unit_ids=["cd2-2"]),
        "sees": organisation.sees("wang", as_of=DAY),
        "menu": organisation.menu("wang", as_of=DAY),
    }
    assert {type(answer) for answer in asked.values()} == {frame}
    assert [row["unit_id"] for row in rows(asked["sees"])] == ["cd2", "cd2-1", "cd2-2"]
    assert [row["person_id"] for row in rows(asked["persons"])] == ["m1", "wang"]
    assert "VACANT" in {row["code"] for row in rows(asked["findings"])}
    communities = [{"community": unit} for unit in ("cd2-1", "qx-pub", None)]
    seen = organisation.visible(make(communities), "wang", as_of=DAY)
    assert [row["is_visible"] for row in rows(seen)] == [True, False, False]
    summed = organisation.roll_up(
        make([{"unit_id": "cd2-1", "amount": "10.50"}, {"unit_id": "cd2-2", "amount": "1.00"}]),
        as_of=DAY,
        tree="channel",
    )
    totals = {row["unit_id"]: row["amount"] for row in rows(summed.totals)}
    assert totals["cd2-1"] == Decimal("10.50")
    assert totals["gx"] == Decimal("11.50")
    requests = [
        {"person_id": "wang", "action": "view", "target": "cd2-1"},
        {"person_id": "wang", "action": "view", "target": "qx-pub"},
    ]
    decided = organisation.decide(make(requests), as_of=DAY)
    assert [row["outcome"] for row in rows(decided.decisions)] == ["allowed", "denied"]
    assert rows(decided.rejects) == []


def test_answers_without_a_kind_are_streams(engine: Engine) -> None:
    organisation = told(engine.organisation(), pl.DataFrame)
    units = organisation.units(as_of=DAY, under="cd2", tree="channel", leaves_only=True)
    assert isinstance(units, ArrowStream)
    assert pl.DataFrame(units)["unit_id"].to_list() == ["cd2-1", "cd2-2"]


def test_one_person_is_asked_about_as_many_are(engine: Engine) -> None:
    organisation = told(engine.organisation(), pl.DataFrame)
    decision = organisation.can("wang", "view", "cd2-1", as_of=DAY)
    assert (decision["outcome"], decision["role"], decision["unit_id"]) == ("allowed", "group_head", "cd2")
    denied = organisation.can("m1", "assign_channel", "cd2-2", source="cd2-1", as_of=DAY, second_approver="wang")
    assert denied["outcome"] == "denied"
    assert denied["reasons"] == ["NO_ROLE"]


def test_a_path_is_given_in_each_tree_and_an_unknown_unit_has_none(engine: Engine) -> None:
    organisation = told(engine.organisation(), pl.DataFrame)
    path = organisation.path("cd2-1", as_of=DAY)
    assert path["region"] is None
    assert path["channel"] == "广西/公众客户渠道/南宁公众客户渠道/青秀区公众客户部/城东二片/城东二片1社区"
    organisation.load(units=pl.DataFrame([{**UNITS[-1], "unit_id": "cd2-3", "valid_from": "2024-06-01"}]))
    assert set(organisation.path("cd2-3", as_of=DAY).values()) == {None}
    with pytest.raises(RequestError, match="UNKNOWN_UNIT"):
        organisation.path("cd9", as_of=DAY)


def test_changes_are_all_made_or_none_and_are_kept(engine: Engine) -> None:
    organisation = told(engine.organisation(frames=pl.DataFrame), pl.DataFrame)
    renamed = {"change": "rename_unit", "on": "2024-06-01", "unit_id": "cd2", "name": "城东新片"}
    organisation.change(pl.DataFrame([renamed]))
    assert [str(organisation.path("cd2", as_of=day)["channel"])[-4:] for day in (DAY, "2024-06-01")] == [
        "城东二片",
        "城东新片",
    ]
    with pytest.raises(RequestError):
        organisation.change(pl.DataFrame([{**renamed, "name": "又名"}, {**renamed, "unit_id": "cd9"}]))
    assert organisation.history(as_of="2024-06-30")["name"].to_list() == ["城东新片"]


def test_an_organisation_keeps_its_kind_of_frames_when_it_is_pickled(engine: Engine) -> None:
    organisation = told(engine.organisation(frames=pl.DataFrame), pl.DataFrame)
    copy = pickle.loads(pickle.dumps(organisation))
    assert copy.units(as_of=DAY).equals(organisation.units(as_of=DAY))


def test_what_is_no_kind_of_frame_is_refused(engine: Engine) -> None:
    with pytest.raises(TypeError, match=r"polars\.DataFrame"):
        engine.organisation(frames=dict)
