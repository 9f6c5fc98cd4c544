"""The engine on real customers. Needs `../shared/data` beside the checkout; conftest says so where it is missing."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from conftest import REAL_DATA

STUDIES = Path(__file__).parents[2] / "studies"


@pytest.fixture(scope="module")
def studies() -> ModuleType:
    spec = importlib.util.spec_from_file_location("real_data", STUDIES / "real_data.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_says_what_the_engine_says(studies: ModuleType) -> None:
    page: Path = studies.PAGE
    assert page.read_text(encoding="utf-8") == studies.page(REAL_DATA), "refresh: make -C bindings-python studies"


def test_every_row_of_the_files_is_decided_about(studies: ModuleType) -> None:
    for name, file, rows in (
        ("prepaid", "prepaid_three_months.csv.gz", 2_960),
        ("cell2cell", "cell2cell.csv.gz", 25_518),
    ):
        studied = studies.run_study(REAL_DATA, name, file, None)
        assert len(studied.judgement.decisions) == rows
        assert studied.judgement.decisions["error"].null_count == rows
        assert studied.judgement.summary["report"][0]["rejected"] == 0


def test_the_ranking_of_a_feature_is_measured_right(studies: ModuleType) -> None:
    np = studies.np
    values = np.asarray([0.1, 0.2, 0.3, 0.4, 0.4, 0.6])
    left = np.asarray([False, True, False, True, False, True])
    # Of nine pairs: 0.2 beats one, 0.4 beats two and ties with one, 0.6 beats three.
    assert studies.area_under_curve(values, left) == pytest.approx(6.5 / 9)
