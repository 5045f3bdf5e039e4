"""A change is implicated or acquitted by time, mechanism and scope."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from diagnostics import changes, knowledge
from diagnostics.model import Change, Confidence, OnPath, Verdict

FAILED_AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
KNOWN = knowledge.load()
PATH = OnPath(kind="table", ids=frozenset({"orders", "arn:aws:dynamodb:eu-west-1:1:table/orders"}))


def verdict(cause: str, confidence: Confidence = Confidence.CONFIRMED) -> Verdict:
    return Verdict(cause=cause, title="", confidence=confidence, says=())


PROVISIONED = verdict("throttling.provisioned")


def change(minutes_before: float, **more: Any) -> Change:  # noqa: ANN401 - Change's fields
    given: dict[str, Any] = {
        "what": "UpdateTable",
        "event": "UpdateTable",
        "source": "cloudtrail:LookupEvents",
        "kind": "table",
        "resource": "orders",
        "causes": ("throttling.provisioned",),
    }
    return Change(at=FAILED_AT - timedelta(minutes=minutes_before), **(given | more))


@pytest.mark.parametrize(
    ("given", "verdicts", "judgement", "why"),
    [
        (change(2), (PROVISIONED,), "implicated", "2 min before the failure"),
        (change(-1), (PROVISIONED,), "implicated", "1 min after the failure"),
        (change(-3), (PROVISIONED,), "acquitted", "3 min after the first failure"),
        (change(31), (PROVISIONED,), "acquitted", "too early"),
        (change(180, lasting=True), (PROVISIONED,), "implicated", "3.0 h before"),
        (change(400, lasting=True), (PROVISIONED,), "acquitted", "too early"),
        (change(2, resource="bills"), (PROVISIONED,), "acquitted", "not on this request's path"),
        (change(2, causes=()), (PROVISIONED,), "acquitted", "cannot bring about"),
        (change(2, harmless_because="it raised it"), (PROVISIONED,), "acquitted", "it raised it"),
        (change(2, failed="AccessDenied"), (PROVISIONED,), "acquitted", "AWS refused it"),
        (change(2, kind=None), (PROVISIONED,), "undecided", "Nothing links"),
        (change(2, kind="role"), (PROVISIONED,), "undecided", "Nothing links"),
        (change(2), (), "undecided", "Nothing links"),
        (
            change(2),
            (verdict("throttling.provisioned", Confidence.POSSIBLE),),
            "undecided",
            "Nothing links",
        ),
        (
            change(2, causes=()),
            (verdict("throttling.provisioned", Confidence.LIKELY),),
            "undecided",
            "Nothing links",
        ),
        (
            change(2, causes=("scaling.failed",)),
            (verdict("scaling.failed"), PROVISIONED),
            "implicated",
            "scaling.failed",
        ),
    ],
)
def test_a_change_is_judged(
    given: Change, verdicts: tuple[Verdict, ...], judgement: str, why: str
) -> None:
    (judged,) = changes.judge((given,), verdicts, (PATH,), FAILED_AT, KNOWN)
    assert judged.judgement.value == judgement
    assert why in judged.why


def test_nothing_is_acquitted_while_the_first_failure_is_unknown() -> None:
    (judged,) = changes.judge((change(-60),), (PROVISIONED,), (PATH,), None, KNOWN)
    assert judged.judgement.value == "undecided"


def test_a_change_without_a_resource_is_not_judged_by_scope() -> None:
    given = change(2, resource=None)
    (judged,) = changes.judge((given,), (PROVISIONED,), (PATH,), FAILED_AT, KNOWN)
    assert judged.judgement.value == "undecided"


def test_the_newest_change_comes_first() -> None:
    judged = changes.judge((change(9), change(1)), (), (PATH,), FAILED_AT, KNOWN)
    assert [j.change for j in judged] == [change(1), change(9)]
