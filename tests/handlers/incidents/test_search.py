from dataclasses import replace

import pytest

from diagnostics.model import Conclusion, Confidence
from handlers.incidents.changes import merge
from handlers.incidents.commands import (
    Acknowledge,
    AddAction,
    Assign,
    Diagnosed,
    Mitigate,
    RemedyDone,
    Resolve,
    SetSeverity,
)
from handlers.incidents.model import Helped, Incident, Place, Severity, Subject
from handlers.incidents.search import (
    KEYS,
    PREDECESSORS_SHOWN,
    Alike,
    Filter,
    Predecessor,
    Scope,
    listed,
    mended_by,
    predecessors,
)
from tests.handlers.incidents.samples import NOW, after, an_alert, declared, later, opened

THROTTLED = Diagnosed(
    report_id="r1",
    headline="Reads are throttled.",
    conclusion=Conclusion.CAUSE,
    cause="dynamodb.read_throttled",
    confidence=Confidence.LIKELY,
)

MINE = after(declared(incident_id="INC-1"), Acknowledge(), AddAction(text="alarm"))
WORST = after(
    opened(incident_id="INC-2"), SetSeverity(severity=Severity.SEV1), THROTTLED, who="U0BOB"
)
DONE = after(declared(incident_id="INC-3", after=1, drill=True), Resolve(), minute=2)
NEWER = declared(incident_id="INC-4", after=2)
ALL = (MINE, WORST, DONE, NEWER)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(), ["INC-2", "INC-4", "INC-1"]),
        (Filter(scope=Scope.ALL), ["INC-2", "INC-4", "INC-3", "INC-1"]),
        (Filter(scope=Scope.MINE), ["INC-1"]),
        (Filter(keys=(("state", "resolved"),)), ["INC-3"]),
        (Filter(scope=Scope.MINE, keys=(("state", "open"),)), []),
        (Filter(keys=(("sev", "1"),)), ["INC-2"]),
        (Filter(keys=(("table", "Orders"),)), ["INC-2"]),
        (Filter(keys=(("cause", "dynamodb.read_throttled"),)), ["INC-2"]),
        (Filter(keys=(("channel", "C0ALERTS"),)), ["INC-2"]),
        (Filter(keys=(("assignee", "U0ANN"),)), ["INC-1"]),
        (Filter(keys=(("actions", "yes"),)), ["INC-1"]),
        (Filter(scope=Scope.ALL, keys=(("drill", "yes"),)), ["INC-3"]),
        (Filter(keys=(("table", "orders"), ("sev", "2"))), []),
        (Filter(keys=(("index", "by-customer"),)), []),
    ],
)
def test_a_list_holds_what_was_asked_for_the_worst_first(
    wanted: Filter,
    found: list[str],
) -> None:
    assert [one.id for one in listed(ALL, wanted, me="U0ANN")] == found


def test_nobody_has_nothing() -> None:
    assert listed(ALL, Filter(scope=Scope.MINE)) == ()


def test_every_key_reads_something_off_an_incident() -> None:
    incident = replace(
        WORST,
        subject=Subject(
            service="dynamodb",
            table="orders",
            index="by-customer",
            region="eu-west-1",
            account="prod",
            resource="orders",
        ),
        assignee="U0ANN",
        place=Place(channel="C0WAR"),
    )
    assert {key: read(incident) for key, read in KEYS.items()} == {
        "state": "open",
        "sev": "1",
        "table": "orders",
        "index": "by-customer",
        "resource": "orders",
        "service": "dynamodb",
        "region": "eu-west-1",
        "account": "prod",
        "cause": "dynamodb.read_throttled",
        "channel": "C0WAR",
        "assignee": "U0ANN",
        "drill": "no",
        "actions": "no",
    }


def past(number: int, *, fingerprint: str = "v1:reads", resource: str = "orders") -> Incident:
    """Return an incident of some hours ago, ended."""
    alert = an_alert(-60 * number, fingerprint=fingerprint, resource=resource)
    incident = opened(alert, incident_id=f"INC-{number}")
    return after(incident, THROTTLED, Resolve(text="capacity raised"), minute=1 - 60 * number)


NOW_ONE = after(opened(incident_id="INC-100"), THROTTLED)


def test_the_same_alert_was_seen_before() -> None:
    assert predecessors(NOW_ONE, [past(2), past(1), NOW_ONE]) == (
        Predecessor(
            id="INC-1",
            title="orders-reads-throttled",
            alike=Alike.ALERT,
            reported_at=later(-60),
            resolved_at=later(-58),
            cause="dynamodb.read_throttled",
            mended_by=("Resolved: capacity raised",),
        ),
        Predecessor(
            id="INC-2",
            title="orders-reads-throttled",
            alike=Alike.ALERT,
            reported_at=later(-120),
            resolved_at=later(-118),
            cause="dynamodb.read_throttled",
            mended_by=("Resolved: capacity raised",),
        ),
    )


def test_without_the_same_alert_the_same_cause_on_the_same_table_counts() -> None:
    alike = past(1, fingerprint="v1:other")
    elsewhere = past(2, fingerprint="v1:other", resource="carts")
    assert [(one.id, one.alike) for one in predecessors(NOW_ONE, [alike, elsewhere])] == [
        ("INC-1", Alike.CAUSE)
    ]


def test_without_a_cause_only_the_alert_counts() -> None:
    undiagnosed = opened(incident_id="INC-100")
    assert predecessors(undiagnosed, [past(1, fingerprint="v1:other")]) == ()
    nowhere = replace(NOW_ONE, subject=Subject())
    assert predecessors(nowhere, [past(1, fingerprint="v1:other")]) == ()


def test_drills_merged_and_later_incidents_are_no_predecessors() -> None:
    gone, into = merge(past(3), past(2), now=NOW, who="U0ANN")
    future = replace(past(-5), id="INC-200")
    assert [one.id for one in predecessors(NOW_ONE, [gone, into, future])] == ["INC-2"]
    assert predecessors(NOW_ONE, [replace(past(1), drill=True)]) == ()
    assert predecessors(replace(NOW_ONE, merged_from=("INC-1",)), [past(1)]) == ()


def test_one_that_still_goes_on_is_told() -> None:
    before = predecessors(NOW_ONE, [opened(incident_id="INC-1")])
    assert [one.resolved_at for one in before] == [None]


def test_a_handful_is_shown() -> None:
    assert len(predecessors(NOW_ONE, [past(one) for one in range(1, 20)])) == PREDECESSORS_SHOWN


@pytest.mark.parametrize(
    ("incident", "mended"),
    [
        (
            after(
                declared(),
                RemedyDone(title="restart", helped=Helped.NO),
                RemedyDone(title="capacity", helped=Helped.YES),
                Resolve(text="done"),
            ),
            ("capacity",),
        ),
        (
            after(declared(), Mitigate(text="traffic moved"), Resolve()),
            ("Mitigated: traffic moved",),
        ),
        (after(declared(), Assign(user="U0BOB"), Resolve()), ()),
    ],
)
def test_what_mended_it_is_what_helped_else_the_last_words(
    incident: Incident,
    mended: tuple[str, ...],
) -> None:
    assert mended_by(incident) == mended
