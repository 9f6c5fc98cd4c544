import copy
import pickle

import pytest

from lifestage import Engine, Fault, InternalError, LifestageError, Policy, PolicyError, RequestError, _native
from lifestage.errors import exception_of

TWO_FAULTS = 'extends = "china-telecom"\nvershun = "2"\nname = 7\n'


def two_faults() -> PolicyError:
    with pytest.raises(PolicyError) as raised:
        Policy(TWO_FAULTS, file="guangxi.toml")
    return raised.value


def test_every_fault_of_a_policy_is_reported_with_its_place() -> None:
    error = two_faults()
    places = [(fault.code, fault.path, fault.file, fault.line, fault.column) for fault in error.faults]
    assert error.kind == "POLICY"
    assert places == [
        ("WRONG_TYPE", "name", "guangxi.toml", 3, 8),
        ("UNKNOWN_KEY", "vershun", "guangxi.toml", 2, 11),
    ]


def test_the_text_is_english_and_a_line_a_fault() -> None:
    error = two_faults()
    lines = str(error).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("guangxi.toml:3:8: WRONG_TYPE name: ")
    assert "did you mean `version`?" in lines[1]
    assert error.message("en") == str(error)


def test_the_message_speaks_chinese() -> None:
    message = two_faults().message(language="zh")
    assert "是否应为 `version`？" in message
    assert len(message.splitlines()) == 2


def test_a_language_that_is_not_spoken_is_refused() -> None:
    with pytest.raises(ValueError, match="language must be one of en, zh, not 'fr'"):
        two_faults().message("fr")  # type: ignore[arg-type]


def test_an_error_survives_pickling_and_copying() -> None:
    error = two_faults()
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(other) is PolicyError
        assert other.faults == error.faults
        assert (str(other), other.message("zh")) == (str(error), error.message("zh"))


def test_a_fault_carries_its_span() -> None:
    fault = '{"code": "C", "path": "p", "span": [2, 5], "found": "f", "expected": "e", "fix": "x"}'
    error = exception_of(f'{{"kind": "POLICY", "faults": [{fault}]}}', "english", "chinese")
    assert error.faults == [Fault(code="C", path="p", found="f", expected="e", fix="x", span=(2, 5))]


def test_a_fault_is_one_line_for_people() -> None:
    fault = two_faults().faults[0]
    assert str(fault) == (
        "guangxi.toml:3:8: WRONG_TYPE name: found 7, expected text; write a value of the expected type"
    )


def test_an_unknown_operation_names_the_nearest_one(engine: Engine) -> None:
    with pytest.raises(RequestError, match="did you mean `check_policy`") as raised:
        engine.call("check_polcy")
    assert raised.value.kind == "REQUEST"
    assert raised.value.faults[0].code == "UNKNOWN_OPERATION"


def test_every_exception_is_a_lifestage_error() -> None:
    for kind in (PolicyError, RequestError, InternalError):
        assert issubclass(kind, LifestageError)


def test_a_panic_is_an_internal_error_that_keeps_what_it_said(engine: Engine) -> None:
    with pytest.raises(InternalError) as raised:
        _native.panic_behind_guard("row 7")
    fault = raised.value.faults[0]
    assert (raised.value.kind, fault.code, fault.found) == ("INTERNAL", "BUG", "row 7")
    assert engine.call("version")["policy"] == "china-telecom"
