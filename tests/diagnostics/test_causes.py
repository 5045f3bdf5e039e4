"""Every cause: found where it is true, not taken for another, not blamed from afar."""

from functools import cache

import pytest

from diagnostics.checks import ALL
from diagnostics.knowledge import load
from diagnostics.model import Conclusion, Confidence, Report
from diagnostics.replay import replay
from tests.worlds.causes import CAUSES
from tests.worlds.causes.tricky import TRICKY, unnamed_at_maximum
from tests.worlds.causes.well import WELL

NAMES = sorted(CAUSES)


@cache
def report_of_truth(cause: str) -> Report:
    return replay(CAUSES[cause].truth())


def sure(report: Report) -> dict[str, Confidence]:
    return {
        v.cause: v.confidence for v in report.verdicts if v.confidence is not Confidence.POSSIBLE
    }


def first(report: Report) -> tuple[str, Confidence] | None:
    """Return the first cause that is at least likely, and how sure it is."""
    return next(iter(sure(report).items()), None)


def test_every_known_cause_has_its_three_worlds() -> None:
    assert set(CAUSES) == set(load().causes)


def test_every_known_cause_has_a_check_that_speaks_of_it() -> None:
    assert set(CAUSES) == set().union(*(check.finds for check in ALL))


@pytest.mark.parametrize("cause", NAMES)
def test_a_cause_is_found_where_it_is_true(cause: str) -> None:
    report, surest = report_of_truth(cause), CAUSES[cause].surest
    if surest in {Confidence.CONFIRMED, Confidence.LIKELY}:
        assert first(report) == (cause, surest)
        assert report.conclusion is Conclusion.CAUSE
        assert report.verdicts[0].remedies
    elif surest is Confidence.POSSIBLE:
        assert [v.cause for v in report.verdicts] == [cause]
        assert report.conclusion is Conclusion.INCONCLUSIVE
    else:
        assert report.verdicts == ()


@pytest.mark.parametrize("cause", NAMES)
def test_another_cause_of_the_same_symptom_is_not_taken_for_it(cause: str) -> None:
    near = CAUSES[cause].near
    report = report_of_truth(near)
    assert report.symptom.symptom_class in load().causes[cause].produces
    found = first(report)
    assert found is not None
    assert found[0] == near
    # What the other cause brings about may stand under it, and says so.
    behind = {v.consequence_of for v in report.verdicts if v.cause == cause}
    assert cause not in sure(report) or (behind == {near} and near in load().explained_by(cause))


@pytest.mark.parametrize("cause", NAMES)
def test_what_is_wrong_elsewhere_is_not_blamed(cause: str) -> None:
    three = CAUSES[cause]
    report = replay(three.innocent())
    found = first(report)
    assert (found[0] if found else None) == three.innocent_first
    assert cause not in {v.cause for v in report.verdicts}
    wanted = Conclusion.CAUSE if three.innocent_first else Conclusion.CLEAR
    assert report.conclusion is wanted


@pytest.mark.parametrize("name", TRICKY)
def test_what_only_looks_wrong_does_not_mislead(name: str) -> None:
    tricky = TRICKY[name]
    report = replay(tricky.world())
    found = first(report)
    assert found is not None
    assert found[0] == tricky.first
    assert not tricky.never & set(sure(report))


@pytest.mark.parametrize("name", WELL)
def test_settings_that_only_look_wrong_are_clear(name: str) -> None:
    report = replay(WELL[name]())
    assert report.verdicts == ()
    assert report.conclusion is Conclusion.CLEAR


def test_throttles_without_a_named_limit_leave_scaling_and_hot_keys_possible() -> None:
    report = replay(unnamed_at_maximum())
    possible = {v.cause for v in report.verdicts if v.confidence is Confidence.POSSIBLE}
    assert {"scaling.at_maximum", "scaling.suspended", "throttling.hot_key"} <= possible
    assert not {c for c in sure(report) if c.startswith(("scaling.", "throttling."))}
