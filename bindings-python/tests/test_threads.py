import collections
import itertools
import json
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest

from lifestage import Engine, RequestError


def test_threads_share_an_engine(engine: Engine) -> None:
    names = [f"district-{number}" for number in range(64)]

    def name_of(name: str) -> str:
        response = engine.call("check_policy", {"policy": f'extends = "china-telecom"\nname = "{name}"\n'})
        return str(response["name"])

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(name_of, names)) == names


def test_other_threads_run_during_a_call(engine: Engine) -> None:
    # A policy with so many faults that the call lasts a good while.
    policy = "".join(f"key_{number} = {number}\n" for number in range(20_000))
    request = json.dumps({"policy": policy})
    span: list[float] = []

    def call() -> None:
        span.append(time.perf_counter())
        engine.call_json("check_policy", request)
        span.append(time.perf_counter())

    caller = threading.Thread(target=call)
    caller.start()
    awake = []
    while caller.is_alive():
        awake.append(time.perf_counter())
        time.sleep(0.001)
    start, end = span
    quarter = (end - start) / 4
    assert quarter > 0.01, "the call is too short to tell"
    assert [moment for moment in awake if start + quarter < moment < end - quarter]


def unending() -> pa.RecordBatchReader:
    batch = pa.record_batch({"status": ["active"] * 10_000, "tenure_months": pa.array([7] * 10_000, pa.int64())})
    return pa.RecordBatchReader.from_batches(batch.schema, itertools.repeat(batch))


def huge() -> pa.Table:
    """One batch that takes long."""
    status = pa.DictionaryArray.from_arrays(pa.array(bytes(4_000_000), pa.uint8()), ["active"])
    return pa.table({"status": status, "tenure_months": pa.array(bytes(4_000_000), pa.uint8())})


@pytest.mark.parametrize("read", ["stream", "reader", "frame"])
def test_ctrl_c_ends_a_long_call(engine: Engine, read: str) -> None:
    view = huge() if read == "frame" else unending()
    with pytest.raises(KeyboardInterrupt):
        threading.Timer(0.2, os.kill, [os.getpid(), signal.SIGINT]).start()
        if read == "stream":
            engine.call_batch("classify", {"view": view}, {"as_of": "2024-05-31"})["decisions"].read_all()
        elif read == "reader":
            collections.deque(engine.classify(view, as_of="2024-05-31"), maxlen=0)
        else:
            while True:
                engine.classify(view, as_of="2024-05-31")
    assert engine.call("version")["policy"] == "china-telecom"


def test_a_call_that_was_interrupted_is_over(engine: Engine) -> None:
    stream = engine.call_batch("classify", {"view": unending()}, {"as_of": "2024-05-31"})["decisions"]
    with pytest.raises(KeyboardInterrupt):
        threading.Timer(0.1, os.kill, [os.getpid(), signal.SIGINT]).start()
        collections.deque(stream, maxlen=0)
    with pytest.raises(RequestError):
        next(stream)


def test_a_handler_of_the_hosts_own_may_let_the_call_go_on(engine: Engine) -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        threading.Timer(0.05, os.kill, [os.getpid(), signal.SIGINT]).start()
        decided = engine.classify(huge(), as_of="2024-05-31", columns=["stage"])
        deadline = time.monotonic() + 5
        while not heard and time.monotonic() < deadline:
            time.sleep(0.01)
    finally:
        signal.signal(signal.SIGINT, before)
    assert (heard, decided.num_rows) == ([signal.SIGINT], 4_000_000)


def test_other_threads_run_during_a_batch(engine: Engine) -> None:
    counted = 0
    is_over = threading.Event()

    def count() -> None:
        nonlocal counted
        while not is_over.is_set():
            counted += 1
            time.sleep(0.001)

    counter = threading.Thread(target=count)
    counter.start()
    try:
        before = counted
        started = time.perf_counter()
        engine.classify(huge(), as_of="2024-05-31")
        took = time.perf_counter() - started
        assert took > 0.05, "the call is too short to tell"
        assert counted - before > 5
    finally:
        is_over.set()
        counter.join()


def test_threads_share_an_engine_for_batches(engine: Engine) -> None:
    table = pa.table({"status": ["active", "terminated", "prospect"] * 5000})
    alone = engine.classify(table, as_of="2024-05-31")
    with ThreadPoolExecutor(8) as threads:
        together = threads.map(lambda _: engine.classify(table, as_of="2024-05-31"), range(16))
        assert all(decided.equals(alone) for decided in together)
