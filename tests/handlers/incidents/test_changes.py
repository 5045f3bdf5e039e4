from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.incidents.changes import DELIVERIES_KEPT, apply, declare, open_for
from handlers.incidents.commands import (
    Acknowledge,
    AddAction,
    Assign,
    CloseAction,
    Command,
    Declare,
    Mitigate,
    Note,
    Reopen,
    Resolve,
    SetSeverity,
)
from handlers.incidents.model import (
    NO_SUBJECT,
    Action,
    Entry,
    Incident,
    IncidentError,
    Kind,
    Known,
    MergedElsewhere,
    Moment,
    Origin,
    Place,
    Severity,
    State,
    Subject,
    Times,
    by_person,
)
from tests.handlers.incidents.samples import NOW, after, an_alert, declared, later, opened


def test_a_person_declares_an_incident() -> None:
    command = Declare(
        title=" Checkout is\nslow ",
        severity=Severity.SEV1,
        subject=Subject(table="orders"),
        place=Place(channel="C0WAR"),
        started=NOW - timedelta(minutes=20),
    )
    assert declare(command, incident_id="INC-12", now=NOW, who="U0ANN", delivery="Ev1") == Incident(
        id="INC-12",
        title="Checkout is slow",
        severity=Severity.SEV1,
        state=State.OPEN,
        origin=Origin.PERSON,
        times=Times(
            started=Moment(at=NOW - timedelta(minutes=20), known=Known.STATED),
            detected=Moment(at=NOW, known=Known.RECORDED),
            reported=Moment(at=NOW, known=Known.RECORDED),
        ),
        timeline=(
            Entry(at=NOW, who="U0ANN", kind=Kind.DECLARED, text="Checkout is\nslow"),
            Entry(at=NOW, who="U0ANN", kind=Kind.SEVERITY, text="Severity SEV1"),
        ),
        subject=Subject(table="orders"),
        place=Place(channel="C0WAR"),
        opened_by="U0ANN",
        deliveries=("Ev1",),
    )


def test_nobody_said_how_bad_means_sev3_and_an_unknown_start() -> None:
    incident = declared()
    assert (incident.severity, incident.times.started) == (Severity.SEV3, None)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (Declare(title=" \x00 "), "An incident needs a title: incident declare TITLE."),
        (
            Declare(title="x", started=later(1)),
            "The impact cannot have started in the future (2026-09-14 07:43 UTC).",
        ),
    ],
)
def test_what_cannot_be_declared_is_said(command: Declare, says: str) -> None:
    with pytest.raises(IncidentError) as refused:
        declare(command, incident_id="INC-12", now=NOW, who="U0ANN")
    assert str(refused.value) == says


def test_an_alert_opens_an_incident_with_the_monitors_clock() -> None:
    alert = an_alert(thread_ts=None)
    incident = open_for(alert, incident_id="INC-3", now=later(2), delivery="Ev1")
    assert incident.times == Times(
        detected=Moment(at=NOW, known=Known.POSTED), reported=Moment(at=later(2))
    )
    assert (incident.title, incident.severity) == ("orders-reads-throttled", Severity.SEV2)
    assert incident.place == Place(channel="C0ALERTS", thread_ts=alert.ts)
    assert incident.fingerprints == ("v1:reads",)
    assert incident.deliveries == ("Ev1",)


def test_an_alert_from_a_clock_ahead_of_ours_was_detected_now() -> None:
    incident = open_for(an_alert(after=5), incident_id="INC-3", now=NOW)
    assert incident.times.detected == Moment(at=NOW, known=Known.POSTED)


def test_a_storm_is_about_nothing_in_particular() -> None:
    storm = open_for(an_alert(), incident_id="INC-3", now=NOW, storm=12)
    assert (storm.origin, storm.title, storm.subject) == (Origin.STORM, "Alert storm", NO_SUBJECT)
    assert storm.timeline[0].text == "12 different alerts began to fire together"


ACTS: dict[str, Command] = {
    "ack": Acknowledge(),
    "mitigate": Mitigate(),
    "resolve": Resolve(),
    "reopen": Reopen(),
}


MITIGATED = (
    "INC-12 is mitigated since 2026-09-14 07:44 UTC; "
    "you can resolve it, or reopen it if the impact is back."
)


def _in(state: State) -> Incident:
    steps: dict[State, tuple[Command, ...]] = {
        State.OPEN: (),
        State.ACKNOWLEDGED: (Acknowledge(),),
        State.MITIGATED: (Acknowledge(), Mitigate()),
        State.RESOLVED: (Acknowledge(), Mitigate(), Resolve()),
    }
    return after(declared(), *steps[state])


@pytest.mark.parametrize(
    ("state", "act", "then"),
    [
        (State.OPEN, "ack", State.ACKNOWLEDGED),
        (State.OPEN, "mitigate", State.MITIGATED),
        (State.OPEN, "resolve", State.RESOLVED),
        (State.ACKNOWLEDGED, "mitigate", State.MITIGATED),
        (State.ACKNOWLEDGED, "resolve", State.RESOLVED),
        (State.MITIGATED, "resolve", State.RESOLVED),
        (State.MITIGATED, "reopen", State.ACKNOWLEDGED),
        (State.RESOLVED, "reopen", State.OPEN),
    ],
)
def test_the_state_follows_what_was_done(state: State, act: str, then: State) -> None:
    assert apply(_in(state), ACTS[act], now=later(9), who="U0BOB").state is then


@pytest.mark.parametrize(
    ("state", "act", "says"),
    [
        (
            State.OPEN,
            "reopen",
            "INC-12 is open; you can acknowledge, mitigate or resolve it.",
        ),
        (
            State.ACKNOWLEDGED,
            "ack",
            "INC-12 is acknowledged since 2026-09-14 07:43 UTC; you can mitigate or resolve it.",
        ),
        (
            State.ACKNOWLEDGED,
            "reopen",
            "INC-12 is acknowledged since 2026-09-14 07:43 UTC; you can mitigate or resolve it.",
        ),
        (
            State.MITIGATED,
            "ack",
            MITIGATED,
        ),
        (
            State.MITIGATED,
            "mitigate",
            MITIGATED,
        ),
        *(
            (
                State.RESOLVED,
                act,
                "INC-12 is resolved since 2026-09-14 07:45 UTC; you can reopen it, or add a note.",
            )
            for act in ("ack", "mitigate", "resolve")
        ),
    ],
)
def test_a_refusal_names_what_is_possible(state: State, act: str, says: str) -> None:
    with pytest.raises(IncidentError) as refused:
        apply(_in(state), ACTS[act], now=later(9), who="U0BOB")
    assert str(refused.value) == says


def test_the_times_of_a_whole_life_are_kept_apart() -> None:
    incident = after(opened(), Acknowledge(), Mitigate(text="more capacity"), Resolve())
    assert incident.times == Times(
        detected=Moment(at=NOW, known=Known.POSTED),
        reported=Moment(at=NOW),
        acknowledged=Moment(at=later(1)),
        mitigated=Moment(at=later(2)),
        resolved=Moment(at=later(3)),
    )
    assert [entry.text for entry in incident.timeline[1:]] == [
        "Acknowledged",
        "Mitigated: more capacity",
        "Resolved",
    ]


def test_the_first_to_acknowledge_takes_it_over() -> None:
    assert after(declared(), Acknowledge()).assignee == "U0ANN"
    assigned = after(declared(), Assign(user="U0BOB"), Acknowledge())
    assert assigned.assignee == "U0BOB"


def test_reopening_takes_the_end_back_and_keeps_the_first_acknowledgement() -> None:
    incident = after(
        declared(), Acknowledge(), Mitigate(), Resolve(), Reopen(text="again"), Acknowledge()
    )
    assert incident.times == Times(
        detected=Moment(at=NOW),
        reported=Moment(at=NOW),
        acknowledged=Moment(at=later(1)),
        reopened=Moment(at=later(4)),
    )


def test_a_mitigation_that_fails_before_anybody_acknowledged_is_open_again() -> None:
    assert after(declared(), Mitigate(), Reopen()).state is State.OPEN


def test_a_known_end_before_the_acknowledgement_moves_behind_it_and_says_so() -> None:
    resolve = Resolve(when=Moment(at=NOW, known=Known.POSTED))
    incident = after(declared(), Acknowledge(), resolve)
    assert incident.times.resolved == Moment(at=later(1), known=Known.ESTIMATED)


def test_an_end_in_the_future_is_now() -> None:
    resolve = Resolve(when=Moment(at=later(99), known=Known.STATED))
    incident = after(declared(), resolve)
    assert incident.times.resolved == Moment(at=later(1), known=Known.ESTIMATED)


@pytest.mark.parametrize(
    "command",
    [
        Acknowledge(),
        Assign(user="U0ANN"),
        SetSeverity(severity=Severity.SEV3),
        CloseAction(number=1),
    ],
)
def test_saying_what_is_so_already_changes_nothing(command: Command) -> None:
    incident = after(declared(), Acknowledge(), AddAction(text="alarm"), CloseAction(number=1))
    assert apply(incident, command, now=later(9), who="U0ANN") is incident


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (Note(text=" \n"), "A note needs words: incident note INC-12 TEXT."),
        (Assign(user=""), "Say who takes INC-12: incident assign INC-12 @user."),
        (AddAction(text=""), "Say in a few words what is left to do."),
        (CloseAction(number=7), "INC-12 has no action 7. None is open."),
    ],
)
def test_what_cannot_be_done_is_said(command: Command, says: str) -> None:
    with pytest.raises(IncidentError) as refused:
        apply(declared(), command, now=NOW, who="U0ANN")
    assert str(refused.value) == says


def test_an_unknown_action_is_answered_with_the_open_ones() -> None:
    incident = after(declared(), AddAction(text="a"), AddAction(text="b"), CloseAction(number=1))
    with pytest.raises(IncidentError, match=r"has no action 3\. Open are: 2\."):
        apply(incident, CloseAction(number=3), now=NOW, who="U0ANN")


def test_actions_are_numbered_and_closed() -> None:
    incident = after(declared(), AddAction(text="an alarm", owner="U0BOB"), CloseAction(number=1))
    assert incident.actions == (
        Action(
            number=1,
            text="an alarm",
            added_at=later(1),
            added_by="U0ANN",
            owner="U0BOB",
            closed_at=later(2),
            closed_by="U0ANN",
        ),
    )
    assert incident.open_actions == ()


def test_a_delivery_counts_once() -> None:
    once = apply(declared(), Note(text="a"), now=later(1), who="U0ANN", delivery="Ev7")
    assert apply(once, Note(text="a"), now=later(2), who="U0ANN", delivery="Ev7") is once
    other = apply(once, Note(text="a"), now=later(2), who="U0ANN", delivery="Ev8")
    assert len(other.timeline) == 3


def test_old_deliveries_are_forgotten_one_by_one() -> None:
    incident = declared()
    for number in range(DELIVERIES_KEPT + 1):
        incident = apply(incident, Note(text="a"), now=NOW, who="U0ANN", delivery=f"Ev{number}")
    assert len(incident.deliveries) == DELIVERIES_KEPT
    assert incident.deliveries[0] == "Ev1"


def test_a_clock_behind_cannot_write_into_the_past() -> None:
    incident = apply(
        after(declared(), Note(text="a"), minute=5), Acknowledge(), now=NOW, who="U0BOB"
    )
    assert incident.times.acknowledged == Moment(at=later(5))
    assert incident.timeline[-1].at == later(5)


def test_every_change_grows_the_revision() -> None:
    assert [declared().revision, after(declared(), Acknowledge(), Resolve()).revision] == [1, 3]


def test_a_severity_is_graded_by_hand() -> None:
    incident = after(declared(), SetSeverity(severity=Severity.SEV1))
    assert (incident.severity, incident.timeline[-1].text) == (
        Severity.SEV1,
        "Severity SEV3 -> SEV1",
    )


@pytest.mark.parametrize(
    ("who", "person"),
    [("U0ANN", True), ("monitor:zabbix", False), ("paramedic", False)],
)
def test_people_are_told_from_programs(*, who: str, person: bool) -> None:
    assert by_person(who) is person


def test_a_merged_incident_says_where_it_went() -> None:
    gone = replace(declared(), state=State.MERGED, merged_into="INC-7")
    commands: tuple[Callable[[], Command], ...] = (Reopen, Acknowledge, lambda: Note(text="a"))
    for command in commands:
        with pytest.raises(MergedElsewhere) as refused:
            apply(gone, command(), now=later(1), who="U0ANN")
        assert refused.value.into == "INC-7"
        assert str(refused.value) == (
            "INC-12 was merged into INC-7 and does not change any more; say it to INC-7."
        )
