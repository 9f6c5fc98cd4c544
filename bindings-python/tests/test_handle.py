import multiprocessing
import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pandas as pd
import polars as pl
import pytest

from lifestage import Engine, Handle, RequestError

GUANGXI = 'extends = "china-telecom"\nname = "guangxi"\n'


def told(number: int) -> dict[str, object]:
    return {"tables": {"decisions": [{"user_id": f"u{number}", "customer_id": f"k{number % 7}", "stage": "C"}]}}


def code(raised: pytest.ExceptionInfo[RequestError]) -> str:
    return raised.value.faults[0].code


def test_a_handle_is_told_asked_and_closed(engine: Engine) -> None:
    with engine.open_handle("customers") as customers:
        assert customers.update(told(1)) == {
            "tables": {"rejects": []},
            "rows": 1,
            "rejected": 0,
            "unread_columns": [],
        }
        assert customers.query()["report"]["digest"] == engine.policy_digest
        assert (customers.name, customers.engine) == ("customers", engine)
        assert repr(customers) == f"<Handle customers of {engine!r}>"
    for call in (lambda: customers.update(told(1)), customers.query, customers.serialise):
        with pytest.raises(RequestError) as raised:
            call()
        assert code(raised) == "CLOSED"
    customers.close()


def test_parameters_are_a_record_or_its_text(engine: Engine) -> None:
    states = [
        engine.open_handle("stages", params).serialise()
        for params in ({"as_of": "2024-05-31"}, '{"as_of":"2024-05-31"}')
    ]
    assert states[0] == states[1]
    with pytest.raises(RequestError) as raised:
        engine.open_handle("custmers")
    assert code(raised) == "UNKNOWN_HANDLE"


def test_an_update_with_faults_changes_nothing(engine: Engine) -> None:
    customers = engine.open_handle("customers")
    before = customers.serialise()
    with pytest.raises(RequestError):
        customers.update({"tables": {"decisions": [{"user_id": "u1"}]}, "states": ["not a state"]})
    assert customers.serialise() == before


def test_a_handle_is_pickled_as_its_state() -> None:
    handle = Engine(GUANGXI).open_handle("customers")
    handle.update(told(1))
    copy = pickle.loads(pickle.dumps(handle))
    assert isinstance(copy, Handle)
    assert copy.serialise() == handle.serialise()
    copy.update(told(2))
    assert (handle.query()["report"]["rows"], copy.query()["report"]["rows"]) == (1, 2)


def test_a_state_is_restored_by_its_policy_alone(engine: Engine) -> None:
    state = engine.open_handle("customers").serialise()
    assert engine.restore_handle(state.encode()).serialise() == state
    with pytest.raises(RequestError) as raised:
        Engine(GUANGXI).restore_handle(state)
    assert code(raised) == "OTHER_POLICY"


def part(numbers: range) -> Handle:
    handle = Engine().open_handle("customers")
    for number in numbers:
        handle.update(told(number))
    return handle


def test_parts_from_other_processes_merge_in_any_order(engine: Engine) -> None:
    whole = part(range(30))
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        parts = pool.map(part, [range(20, 30), range(10), range(10, 20)])
    merged = engine.open_handle("customers")
    merged.update({"states": [handle.serialise() for handle in parts]})
    assert merged.serialise() == whole.serialise()


def test_threads_share_a_handle_and_no_update_is_lost(engine: Engine) -> None:
    handle = engine.open_handle("customers")
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(handle.update, map(told, range(200))))
    assert handle.serialise() == part(range(200)).serialise()


def test_merging_handles_or_states_is_telling_their_states(engine: Engine) -> None:
    parts = [part(range(10)), part(range(10, 20))]
    merged, told_states = (engine.open_handle("customers") for _ in range(2))
    answer = merged.merge(parts[0], parts[1].serialise())
    assert answer == told_states.update({"states": [handle.serialise() for handle in parts]})
    assert merged.serialise() == told_states.serialise() == part(range(20)).serialise()


def test_a_part_that_is_merged_twice_counts_twice(engine: Engine) -> None:
    once, twice = (engine.open_handle("customers") for _ in range(2))
    once.merge(part(range(7)))
    twice.merge(part(range(7)), part(range(7)))
    counted = [[customer["users"] for customer in handle.query()["tables"]["customers"]] for handle in (once, twice)]
    assert counted == [[1] * 7, [2] * 7]


def test_parameters_may_be_keywords(engine: Engine) -> None:
    stages = engine.open_handle("stages", {"as_of": "2024-05-31"}).serialise()
    assert engine.open_handle("stages", as_of="2024-05-31").serialise() == stages
    assert engine.open_handle("stages", {}, as_of=date(2024, 5, 31)).serialise() == stages
    with pytest.raises(TypeError, match="JSON text already: write as_of into it"):
        engine.open_handle("stages", "{}", as_of="2024-05-31")


@pytest.mark.parametrize("frame", [pl.DataFrame({"user_id": ["u1"]}), pd.DataFrame({"user_id": ["u1"]})])
def test_a_frame_without_its_name_or_inside_a_record_is_told_how_to_pass(engine: Engine, frame: Any) -> None:
    customers = engine.open_handle("customers")
    for call in (customers.update_batch, customers.query_batch):
        with pytest.raises(TypeError, match=r'such as \{"decisions": frame\}, not DataFrame'):
            call(frame)
    with pytest.raises(TypeError, match=r'update_batch\(\{"decisions": frame\}\)'):
        customers.update({"tables": {"decisions": frame}})


def test_batches_take_the_parameters_of_the_handle_by_name(engine: Engine) -> None:
    organisation = engine.open_handle("organisation")
    unit = pl.DataFrame({"unit_id": ["gx"], "name": ["广西"], "level": ["company"]})
    organisation.update_batch({"units": unit})
    asked = organisation.query_batch(as_of=date(2024, 5, 31), ask=["units"])
    assert pl.DataFrame(asked["units"])["name"].to_list() == ["广西"]
    assert pl.DataFrame(asked["persons"]).is_empty()
    for call, wrong in ((organisation.query_batch, "MISSING_KEY"), (organisation.update_batch, "UNKNOWN_KEY")):
        with pytest.raises(RequestError) as raised:
            call({}, **({} if wrong == "MISSING_KEY" else {"as_of": "2024-05-31"}))
        assert code(raised) == wrong
