from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lifestage import Engine, Policy, PolicyError, RequestError

BASE = 'extends = "china-telecom"\nname = "guangxi"\n'
OVER = 'extends = "guangxi"\nname = "nanning"\neffective_from = 2024-07-01\n'


def test_a_policy_says_what_it_is() -> None:
    policy = Policy(OVER, library={"guangxi": BASE})
    assert (policy.name, policy.version, policy.effective_from) == ("nanning", "1.0.0", date(2024, 7, 1))
    assert repr(policy) == f"<Policy nanning 1.0.0 {policy.digest[:12]}>"


def test_policies_of_the_same_content_are_equal() -> None:
    toml, json = Policy(BASE), Policy('{"name": "guangxi", "extends": "china-telecom"}')
    assert toml == json
    assert len({toml, json}) == 1
    assert toml != Policy("china-telecom")
    assert toml != toml.digest


def test_a_checked_policy_says_what_a_policy_would() -> None:
    check, policy = Policy.check(OVER, library={"guangxi": BASE}), Policy(OVER, library={"guangxi": BASE})
    assert (check.valid, check.faults) == (True, [])
    assert (check.name, check.version, check.effective_from, check.digest) == (
        policy.name,
        policy.version,
        policy.effective_from,
        policy.digest,
    )


def test_a_checked_policy_has_the_faults_that_its_error_would_have() -> None:
    text = OVER + "vershun = 2\n"
    check = Policy.check(text, file="nanning.toml", library={"guangxi": "nam = 1\n" + BASE})
    with pytest.raises(PolicyError) as raised:
        Policy(text, file="nanning.toml", library={"guangxi": "nam = 1\n" + BASE})
    assert not check.valid
    assert (check.name, check.digest) == (None, None)
    assert check.faults == raised.value.faults
    assert {(fault.path, fault.file) for fault in check.faults} == {("vershun", "nanning.toml"), ("nam", "guangxi")}


def test_a_shipped_policy_can_be_checked_by_name() -> None:
    assert Policy.check("china-telecom").digest == Policy("china-telecom").digest


def test_a_file_extends_a_file_beside_it(policies: Path) -> None:
    engine = Engine.open(policies / "nanning.toml")
    assert engine.policy == Policy('extends = "china-telecom"\nname = "南宁"\nversion = "7"\n')
    assert Policy.open(str(policies / "nanning.toml")) == engine.policy


def test_a_file_that_is_not_there_is_refused(policies: Path) -> None:
    with pytest.raises(RequestError) as raised:
        Engine.open(policies / "nannin.toml")
    (fault,) = raised.value.faults
    assert (fault.code, fault.path) == ("UNREADABLE_FILE", str(policies / "nannin.toml"))
    assert fault.found.startswith("No such file")


def test_a_folder_is_refused(policies: Path) -> None:
    with pytest.raises(RequestError) as raised:
        Policy.open(policies)
    assert raised.value.faults[0].code == "UNREADABLE_FILE"


def test_a_file_that_extends_one_that_is_not_there_is_refused(policies: Path) -> None:
    (policies / "guangxi.toml").unlink()
    with pytest.raises(PolicyError) as raised:
        Policy.open(policies / "nanning.toml")
    (fault,) = raised.value.faults
    assert (fault.code, fault.path, fault.found) == ("UNKNOWN_POLICY", "extends", "guangxi.toml")
    assert (fault.file, fault.line) == (str(policies / "nanning.toml"), 1)


def test_a_file_does_not_extend_one_in_another_folder(policies: Path) -> None:
    folder = policies / "south"
    folder.mkdir()
    (folder / "nanning.toml").write_text('extends = "../guangxi.toml"\n', encoding="utf-8")
    with pytest.raises(PolicyError) as raised:
        Policy.open(folder / "nanning.toml")
    assert raised.value.faults[0].code == "UNKNOWN_POLICY"


@pytest.mark.parametrize("file", ["nanning.toml", "guangxi.toml"])
def test_a_file_in_gb18030_is_refused_at_its_first_foreign_byte(policies: Path, file: str) -> None:
    text = 'extends = "china-telecom"\nname = "广西"\n'
    (policies / file).write_text(text, encoding="gb18030")
    with pytest.raises(PolicyError) as raised:
        Policy.open(policies / "nanning.toml")
    (fault,) = raised.value.faults
    assert (fault.code, fault.expected, fault.found) == ("INVALID_UTF8", "UTF-8", "byte 0xb9")
    assert (fault.file, fault.line, fault.column) == (str(policies / file), 2, 9)
    assert "编码" in raised.value.message("zh")


@pytest.mark.parametrize("make", [Policy, Engine])
def test_a_file_that_is_not_opened_is_refused_with_how_to_open_it(make: Callable[[Any], object]) -> None:
    with pytest.raises(PolicyError, match=r"Engine\.open or Policy\.open") as error:
        make("guangxi.toml")
    assert "Engine.open" in error.value.faults[0].fix
    assert "打开文件请用 Engine.open" in error.value.message("zh")
    with pytest.raises(TypeError, match=r"Engine\.open or Policy\.open"):
        make(Path("guangxi.toml"))
