import json
from datetime import date, datetime
from decimal import Decimal

import pytest

import lifestage
from lifestage import Engine, Policy, RequestError

OVERLAY = 'extends = "china-telecom"\nname = "guangxi"\n'


def test_the_default_policy_is_the_shipped_one() -> None:
    assert Engine().policy_name == "china-telecom"


def test_an_engine_is_made_of_a_name_a_document_or_a_policy() -> None:
    policy = Policy(OVERLAY)
    assert Engine(OVERLAY).policy_digest == Engine(policy).policy_digest == policy.digest
    assert Engine(policy).policy is policy
    assert Engine("china-telecom").policy_digest != policy.digest


def test_results_carry_the_engines_version_and_digest() -> None:
    engine = Engine(OVERLAY)
    assert engine.call("version") == {
        "version": lifestage.__version__,
        "policy": "guangxi",
        "policy_version": "1.0.0",
        "digest": engine.policy_digest,
    }


def test_a_request_may_be_an_object_or_its_json_text(engine: Engine) -> None:
    request = {"policy": "extends = 'china-telecom'\nname = '广西'\n"}
    text = json.dumps(request, ensure_ascii=False)
    answers = [engine.call("check_policy", form) for form in (request, text, text.encode())]
    assert answers[0]["name"] == "广西"
    assert answers[0] == answers[1] == answers[2] == json.loads(engine.call_json("check_policy", text))


def test_an_operation_may_answer_with_a_list(engine: Engine) -> None:
    names = [operation["name"] for operation in engine.call("list_operations")]
    assert {"version", "check_policy"} <= set(names)


def test_the_response_is_canonical_json(engine: Engine) -> None:
    text = engine.call_json("version", "{}")
    assert text == json.dumps(json.loads(text), separators=(",", ":"))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("150.00"), "150.00"),
        (Decimal("1E+2"), "100"),
        (date(2024, 7, 31), "2024-07-31"),
        (datetime(2024, 7, 31, 12), "2024-07-31T12:00:00"),
    ],
)
def test_amounts_and_dates_are_written_as_text(engine: Engine, value: object, written: str) -> None:
    with pytest.raises(RequestError) as raised:
        engine.call("check_policy", {"policy": [value]})
    assert raised.value.faults[0].found == f'["{written}"]'


def test_an_object_that_is_no_json_value_is_refused(engine: Engine) -> None:
    with pytest.raises(TypeError, match="set is no JSON value"):
        engine.call("check_policy", {"policy": {"china-telecom"}})


@pytest.mark.parametrize("request_text", ["", "{", '{"policy": NaN}', "\0", "[1, 2]", '"text"', "null"])
def test_a_text_that_is_no_request_is_refused(engine: Engine, request_text: str) -> None:
    with pytest.raises(RequestError) as raised:
        engine.call("check_policy", request_text)
    assert raised.value.faults[0].code in ("SYNTAX", "WRONG_TYPE")


def test_a_number_that_is_none_is_refused(engine: Engine) -> None:
    with pytest.raises(RequestError):
        engine.call("check_policy", {"policy": float("nan")})


def test_bytes_that_are_not_utf8_are_refused(engine: Engine) -> None:
    with pytest.raises(RequestError) as raised:
        engine.call("check_policy", '{"policy": "广西"}'.encode("gb18030"))
    fault = raised.value.faults[0]
    assert (fault.code, fault.path, fault.expected) == ("INVALID_UTF8", "request", "UTF-8")


@pytest.mark.parametrize("argument", ["operation", "request"])
def test_half_a_surrogate_pair_is_refused(engine: Engine, argument: str) -> None:
    texts = {"operation": "version", "request": "{}", argument: "\ud800"}
    with pytest.raises(RequestError) as raised:
        engine.call_json(**texts)
    fault = raised.value.faults[0]
    assert (fault.code, fault.path) == ("INVALID_UTF8", argument)


def test_what_is_no_text_is_refused(engine: Engine) -> None:
    with pytest.raises(TypeError, match="operation must be str or bytes, not int"):
        engine.call(7)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="policy must be str or bytes, not NoneType"):
        Engine(None)  # type: ignore[arg-type]


def test_an_engine_shows_its_policy() -> None:
    engine = Engine(OVERLAY)
    assert repr(engine) == f"<Engine guangxi 1.0.0 {engine.policy_digest[:12]}>"
