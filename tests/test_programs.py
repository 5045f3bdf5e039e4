"""Which tests run, and what a missing program means for them."""

from pathlib import Path

import pytest

from tests import conftest
from tests.programs import needs_program

pytest_plugins = ["pytester"]

ONE_HEAVY_OF_TWO = """
import pytest

def test_light():
    pass

@pytest.mark.heavy
def test_heavy():
    pass
"""


def test_a_program_that_is_there_is_its_path() -> None:
    assert Path(needs_program("make")).name == "make"


def test_a_missing_program_skips_and_names_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("PARAMEDIC_TEST", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"\(Debian: apt-get install python3-pip\)"):
        needs_program("pip3")


def test_a_missing_program_fails_where_everything_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("PARAMEDIC_TEST", "all")
    with pytest.raises(pytest.fail.Exception, match="pip3 is not installed"):
        needs_program("pip3")


def test_a_program_no_machine_would_install_is_a_mistake() -> None:
    with pytest.raises(LookupError, match="frobnicate is not listed"):
        needs_program("frobnicate")


@pytest.mark.parametrize(
    ("asked", "arguments", "passed", "deselected"),
    [
        ("", [], 1, 1),
        ("all", [], 2, 0),
        ("", ["-m", "heavy"], 1, 1),
    ],
)
def test_heavy_tests_run_when_asked_for(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    asked: str,
    arguments: list[str],
    passed: int,
    deselected: int,
) -> None:
    monkeypatch.setenv("PARAMEDIC_TEST", asked)
    pytester.makeini("[pytest]\nmarkers = heavy: takes long")
    pytester.makeconftest(Path(conftest.__file__).read_text())
    pytester.makepyfile(ONE_HEAVY_OF_TWO)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", *arguments)
    result.assert_outcomes(passed=passed, deselected=deselected)
    said = "Heavy tests are left out" in result.stdout.str()
    assert said is (asked == "" and not arguments)


def test_an_unknown_selection_is_refused(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARAMEDIC_TEST", "some")
    pytester.makeconftest(Path(conftest.__file__).read_text())
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*PARAMEDIC_TEST knows one value: all*"])
