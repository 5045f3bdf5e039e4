from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.alerts.model import State as AlertState
from handlers.incidents.changes import apply
from handlers.incidents.commands import (
    Acknowledge,
    JoinAlert,
    Mitigate,
    Note,
    RecordNudge,
    Reopen,
    Resolve,
    UpdateAlert,
)
from handlers.incidents.model import Incident, Known, Moment, Nudge, Severity, State
from handlers.incidents.reminders import Closing, Reminder, due_closings, due_reminders
from tests.handlers.incidents.samples import NOW, after, an_alert, declared, later, opened, over

DAY = 24 * 60


def graded(incident: Incident, severity: int) -> Incident:
    return replace(incident, severity=Severity(severity))


ACKED = after(declared(), Acknowledge(), minute=0)
MITIGATED = after(ACKED, Mitigate(), minute=0)


@pytest.mark.parametrize(
    ("incident", "minute", "nudge"),
    [
        (graded(declared(), 1), 4.9, None),
        (graded(declared(), 1), 5, Nudge.UNACKNOWLEDGED),
        (graded(declared(), 2), 5, Nudge.UNACKNOWLEDGED),
        (graded(declared(), 3), 29.9, None),
        (graded(declared(), 3), 30, Nudge.UNACKNOWLEDGED),
        (graded(declared(), 4), DAY - 1, None),
        (graded(declared(), 4), DAY, Nudge.UNACKNOWLEDGED),
        (graded(ACKED, 1), 29.9, None),
        (graded(ACKED, 1), 30, Nudge.SILENT),
        (graded(ACKED, 2), 60, Nudge.SILENT),
        (graded(ACKED, 3), 239, None),
        (graded(ACKED, 3), 240, Nudge.SILENT),
        (graded(ACKED, 4), DAY, Nudge.SILENT),
        (graded(after(ACKED, Note(text="a"), minute=20), 1), 49, None),
        (graded(after(ACKED, Note(text="a"), minute=20), 1), 50, Nudge.SILENT),
        (graded(MITIGATED, 1), DAY - 1, None),
        (graded(MITIGATED, 1), DAY, Nudge.MITIGATED),
        (after(ACKED, Resolve()), 99 * DAY, None),
    ],
)
def test_a_reminder_is_due_by_state_and_severity(
    incident: Incident,
    minute: float,
    nudge: Nudge | None,
) -> None:
    assert [one.nudge for one in due_reminders([incident], later(minute))] == [nudge] * bool(nudge)


def test_a_reminder_says_what_and_to_whom() -> None:
    drill = graded(declared(incident_id="INC-9", drill=True), 1)
    assert due_reminders([graded(ACKED, 3), drill, graded(MITIGATED, 2)], later(2 * DAY)) == (
        Reminder(
            incident_id="INC-9",
            nudge=Nudge.UNACKNOWLEDGED,
            since=NOW,
            whom=None,
            says="INC-9 (drill), SEV1: nobody has acknowledged it for 2 d.",
        ),
        Reminder(
            incident_id="INC-12",
            nudge=Nudge.MITIGATED,
            since=NOW,
            whom="U0ANN",
            says="INC-12, SEV2: mitigated 2 d ago; resolve it, or say what is left.",
        ),
        Reminder(
            incident_id="INC-12",
            nudge=Nudge.SILENT,
            since=NOW,
            whom="U0ANN",
            says="INC-12, SEV3: nothing new for 2 d; add a note, or resolve it.",
        ),
    )


def test_each_reminder_waits_twice_as_long_as_the_one_before() -> None:
    incident, sent = graded(declared(), 1), []
    for minute in range(3 * DAY):
        if due_reminders([incident], later(minute)):
            sent.append(minute)
            nudged = RecordNudge(nudge=Nudge.UNACKNOWLEDGED)
            incident = apply(incident, nudged, now=later(minute), who="paramedic")
    assert sent == [5, 15, 35, 75, 155, 315, 635, 1275, 2555, 3995]


def test_a_slow_reminder_does_not_come_faster_after_the_first() -> None:
    incident = graded(declared(), 4)
    nudged = RecordNudge(nudge=Nudge.UNACKNOWLEDGED)
    incident = apply(incident, nudged, now=later(DAY), who="paramedic")
    assert due_reminders([incident], later(2 * DAY - 1)) == ()
    assert len(due_reminders([incident], later(2 * DAY))) == 1


def test_what_came_back_waits_anew() -> None:
    incident = graded(after(declared(), Resolve(), Reopen(), minute=100), 1)
    assert due_reminders([incident], later(105)) == ()
    assert [one.since for one in due_reminders([incident], later(106))] == [later(101)]


def test_a_monitor_that_repeats_itself_is_no_news() -> None:
    acked = graded(after(opened(), Acknowledge(), minute=0), 1)
    join = JoinAlert(alert=an_alert(20, fingerprint="v1:b"))
    acked = apply(acked, join, now=later(20), who="monitor:datadog")
    assert len(due_reminders([acked], later(30))) == 1


def test_an_acknowledgement_by_a_monitor_counts_from_the_opening() -> None:
    update = UpdateAlert(alert=replace(an_alert(3), state=AlertState.ACKNOWLEDGED))
    incident = graded(apply(opened(), update, now=later(3), who="monitor:pagerduty"), 1)
    assert incident.state is State.ACKNOWLEDGED
    assert [one.nudge for one in due_reminders([incident], later(30))] == [Nudge.SILENT]


LOGGED = opened(an_alert(alarm=None, error_code="408", source="app-error-webhook"))


def flapped() -> Incident:
    """Return an incident whose flapping alert last said resolved."""
    incident = opened()
    alert = replace(incident.alerts[0], state=AlertState.RESOLVED, flapping=True, last_at=later(9))
    return replace(incident, alerts=(alert,))


def test_an_alert_that_flapped_and_is_calm_ends_its_incident() -> None:
    incident = flapped()
    assert due_closings([incident], later(9 + 104)) == ()
    (closing,) = due_closings([incident], later(9 + 105))
    assert closing == Closing(
        incident_id="INC-12",
        command=Resolve(
            text="nothing has fired for 1 h 45 min",
            when=Moment(at=later(9), known=Known.POSTED),
        ),
    )
    ended = apply(incident, closing.command, now=later(120), who="paramedic")
    assert ended.times.resolved == Moment(at=later(9), known=Known.POSTED)


def test_errors_that_stop_coming_are_over_and_the_end_is_an_estimate() -> None:
    assert due_closings([LOGGED], later(239)) == ()
    (closing,) = due_closings([LOGGED], later(240))
    assert closing.command == Resolve(
        text="no such error for 4 h; its poster never tells of an end",
        when=Moment(at=NOW, known=Known.ESTIMATED),
    )


@pytest.mark.parametrize(
    "incident",
    [
        opened(),
        declared(),
        after(LOGGED, Acknowledge()),
        after(LOGGED, Resolve()),
        after(flapped(), Resolve(), Reopen()),
        replace(LOGGED, unfollowed=1),
        replace(LOGGED, alerts=(*LOGGED.alerts, *opened().alerts)),
    ],
)
def test_nothing_ends_by_itself_that_may_go_on(incident: Incident) -> None:
    assert due_closings([incident], NOW + timedelta(days=30)) == ()


def test_an_alert_that_is_over_beside_errors_does_not_keep_them_open() -> None:
    ended = replace(opened().alerts[0], state=AlertState.RESOLVED)
    incident = replace(LOGGED, alerts=(*LOGGED.alerts, ended))
    assert [one.incident_id for one in due_closings([incident], later(240))] == ["INC-12"]
    assert over(an_alert(), 1).says is AlertState.RESOLVED
