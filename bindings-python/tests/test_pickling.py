import multiprocessing
import pickle
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
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


TABLE = pa.table({"user_id": [f"u{number}" for number in range(30_000)], "status": ["active", "terminated"] * 15_000})


def decided(engine: Engine, batch: pa.RecordBatch) -> pa.RecordBatch:
    return engine.classify(batch, as_of="2024-05-31")


def decided_by_shared(batch: pa.RecordBatch) -> pa.RecordBatch:
    return decided(SHARED, batch)


@pytest.mark.parametrize("start", ["spawn", "fork"])
def test_batches_are_decided_in_other_processes(start: str) -> None:
    engine = Engine(BASE, threads=2)
    whole = engine.classify(TABLE, as_of="2024-05-31")
    with multiprocessing.get_context(start).Pool(2) as pool:
        parts = pool.starmap(decided, [(engine, batch) for batch in TABLE.to_batches(max_chunksize=9_000)])
    assert pa.Table.from_batches(parts).equals(whole)


def test_an_engine_that_decided_batches_decides_them_after_a_fork() -> None:
    whole = SHARED.classify(TABLE, as_of="2024-05-31")
    with multiprocessing.get_context("fork").Pool(2) as pool:
        parts = pool.map(decided_by_shared, TABLE.to_batches(max_chunksize=9_000))
    assert pa.Table.from_batches(parts).equals(whole)


def test_the_number_of_threads_is_pickled() -> None:
    copy = pickle.loads(pickle.dumps(Engine(BASE, threads=3)))
    assert (copy.threads, copy.policy_digest) == (3, Engine(BASE).policy_digest)
    assert pickle.loads(pickle.dumps(Engine(BASE))).threads == Engine(BASE).threads


def test_sparks_map_in_arrow_decides_its_batches() -> None:
    """Spark pickles the function, hands its worker an iterator of batches and takes an iterator of batches."""

    def in_worker(function: bytes, engine: bytes, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from pickle.loads(function)(pickle.loads(engine), batches)

    function, engine = pickle.dumps(decide_in_arrow), pickle.dumps(Engine(BASE, threads=1))
    parts = list(in_worker(function, engine, iter(TABLE.to_batches(max_chunksize=10_000))))
    assert [part.num_rows for part in parts] == [10_000] * 3
    assert pa.Table.from_batches(parts).equals(Engine(BASE).classify(TABLE, as_of="2024-05-31", append=True))


def decide_in_arrow(engine: Engine, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield engine.classify(batch, as_of="2024-05-31", append=True)
