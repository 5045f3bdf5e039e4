from dataclasses import replace
from datetime import timedelta

from diagnostics.model import Conclusion, Confidence
from handlers.incidents.changes import apply, merge
from handlers.incidents.commands import (
    Acknowledge,
    Diagnosed,
    Mitigate,
    Reopen,
    Resolve,
    ResolveAlert,
)
from handlers.incidents.metrics import Span, Stats, stats
from handlers.incidents.model import Incident
from tests.handlers.incidents.samples import (
    NOW,
    after,
    an_alert,
    declared,
    later,
    minutes,
    opened,
    over,
)

NONE = Span(measured=0, pending=0, unknown=0, mean=None, median=None, longest=None)

FOUND = Diagnosed(
    report_id="r1",
    headline="Reads are throttled.",
    conclusion=Conclusion.CAUSE,
    cause="dynamodb.read_throttled",
    confidence=Confidence.LIKELY,
    first_at=later(-4),
)


def lived(number: int, ack: float, end: float) -> Incident:
    """Return an incident acknowledged and resolved so many minutes after its opening."""
    incident = declared(incident_id=f"INC-{number}")
    incident = after(incident, Acknowledge(), minute=ack)
    return after(incident, Resolve(), minute=end)


def test_nothing_happened_is_no_figure() -> None:
    assert stats([], since=NOW, now=later(1)) == Stats(
        since=NOW,
        until=later(1),
        opened=0,
        resolved=0,
        live=0,
        reopened=0,
        by_monitor=0,
        drills=0,
        merged=0,
        to_detect=NONE,
        to_acknowledge=NONE,
        to_mitigate=NONE,
        to_resolve=NONE,
        by_severity=(),
        by_cause=(),
    )


def test_means_and_medians_come_from_what_is_known() -> None:
    told = stats([lived(1, 1, 10), lived(2, 2, 20), lived(3, 9, 90)], since=NOW, now=later(99))
    assert told.to_acknowledge == Span(
        measured=3, pending=0, unknown=0, mean=minutes(4), median=minutes(2), longest=minutes(9)
    )
    assert told.to_resolve == Span(
        measured=3, pending=0, unknown=0, mean=minutes(40), median=minutes(20), longest=minutes(90)
    )


def test_what_is_unknown_is_counted_and_never_filled_in() -> None:
    ended_alone = apply(
        opened(incident_id="INC-4"),
        ResolveAlert(alert=over(an_alert(), 6)),
        now=later(6),
        who="monitor:datadog",
    )
    still = after(opened(incident_id="INC-5"), FOUND)
    told = stats([lived(1, 1, 10), ended_alone, still], since=NOW, now=later(99))
    assert told.to_acknowledge == Span(
        measured=1, pending=1, unknown=1, mean=minutes(1), median=minutes(1), longest=minutes(1)
    )
    assert told.to_detect == Span(
        measured=1, pending=0, unknown=2, mean=minutes(4), median=minutes(4), longest=minutes(4)
    )
    assert told.to_mitigate == Span(
        measured=0, pending=1, unknown=2, mean=None, median=None, longest=None
    )
    assert (told.opened, told.resolved, told.live, told.by_monitor) == (3, 2, 1, 1)
    assert told.by_cause == (("unknown", 2), ("dynamodb.read_throttled", 1))
    assert told.by_severity == ((2, 2), (3, 1))


def test_drills_and_merged_incidents_stay_out_and_are_counted() -> None:
    gone, into = merge(lived(2, 1, 5), lived(1, 1, 10), now=later(20), who="U0ANN")
    told = stats([gone, into, replace(lived(3, 1, 99), drill=True)], since=NOW, now=later(99))
    assert (told.opened, told.drills, told.merged) == (1, 1, 1)
    assert told.to_resolve.mean == minutes(10)


def test_only_what_was_reported_in_the_span_counts() -> None:
    early, late = declared(incident_id="INC-1", after=-1), declared(incident_id="INC-2", after=9)
    inside = declared(incident_id="INC-3", after=5)
    assert stats([early, late, inside], since=NOW, now=later(8)).opened == 1


def test_a_reopened_incident_lasts_until_its_last_end() -> None:
    incident = after(declared(), Acknowledge(), Resolve(), Reopen(), Mitigate(), Resolve())
    told = stats([incident], since=NOW, now=later(9))
    assert (told.reopened, told.to_acknowledge.mean) == (1, minutes(1))
    assert told.to_resolve.mean == minutes(5)
    assert told.to_mitigate.mean == timedelta(minutes=4)
