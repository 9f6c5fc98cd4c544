import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from lifestage import Engine


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
