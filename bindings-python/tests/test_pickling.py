import multiprocessing
import pickle
from pathlib import Path

import pytest

from lifestage import Engine, LifestageError, Policy, PolicyError

BASE = 'extends = "china-telecom"\nname = "guangxi"\n'
OVER = 'extends = "guangxi"\nname = "nanning"\n'

SHARED = Engine(BASE)


def pickled(policy: Policy) -> Policy:
    copy = pickle.loads(pickle.dumps(policy))
    assert isinstance(copy, Policy)
    return copy


@pytest.mark.parametrize(
    "policy",
    [Policy("china-telecom"), Policy(BASE), Policy(BASE, file="guangxi.toml"), Policy(OVER, library={"guangxi": BASE})],
    ids=["name", "document", "named document", "document and what it extends"],
)
def test_a_policy_is_pickled_as_what_it_is_made_of(policy: Policy) -> None:
    copy = pickled(policy)
    assert copy == policy
    assert (copy.name, copy.version, copy.effective_from) == (policy.name, policy.version, policy.effective_from)
    assert pickle.loads(pickle.dumps(Engine(policy))).policy == policy


def test_a_policy_from_files_is_pickled_with_their_texts(policies: Path) -> None:
    policy = Policy.open(policies / "nanning.toml")
    state = pickle.dumps(policy)
    for file in policies.iterdir():
        file.unlink()
    assert pickle.loads(state) == policy


def test_a_policy_that_would_become_another_one_is_not_unpickled() -> None:
    policy = Policy("china-telecom")
    state = pickle.dumps(policy).replace(policy.digest.encode(), b"0" * 64)
    with pytest.raises(pickle.UnpicklingError, match="use the same version on both sides"):
        pickle.loads(state)


def digest_of(engine: Engine) -> str:
    digest = engine.call("version")["digest"]
    assert isinstance(digest, str)
    return digest


def digest_of_shared(_: int) -> str:
    return digest_of(SHARED)


def fail(engine: Engine) -> None:
    engine.call("versoin")


@pytest.mark.parametrize("start", ["spawn", "fork"])
def test_engines_and_errors_travel_between_processes(start: str) -> None:
    engine = Engine(Policy(OVER, library={"guangxi": BASE}))
    with multiprocessing.get_context(start).Pool(2) as pool:
        assert pool.map(digest_of, [engine] * 4) == [engine.policy_digest] * 4
        with pytest.raises(LifestageError) as raised:
            pool.apply(fail, [engine])
    assert raised.value.faults[0].code == "UNKNOWN_OPERATION"


def test_an_engine_that_a_process_inherits_answers_there() -> None:
    assert digest_of(SHARED) == SHARED.policy_digest
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(digest_of_shared, range(4)) == [SHARED.policy_digest] * 4


def test_a_faulty_policy_raises_the_same_error_in_a_worker() -> None:
    with multiprocessing.get_context("fork").Pool(1) as pool, pytest.raises(PolicyError) as raised:
        pool.apply(Policy, ["name = 7\n"])
    assert raised.value.faults == Policy.check("name = 7\n").faults
