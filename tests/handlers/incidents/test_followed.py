from dataclasses import replace

import pytest

from handlers.alerts.model import Action, Severity, State
from handlers.incidents.alert import AlertFacts
from handlers.incidents.changes import apply, declare, open_for
from handlers.incidents.commands import (
    Command,
    Declare,
    JoinAlert,
    Reopen,
    Resolve,
    ResolveAlert,
    SetSeverity,
    UpdateAlert,
)
from handlers.incidents.followed import FOLLOWED_AT_MOST, filled
from handlers.incidents.model import (
    Followed,
    Incident,
    IncidentError,
    Known,
    Moment,
    Origin,
    Subject,
)
from handlers.incidents.model import Severity as Sev
from handlers.incidents.model import State as At
from tests.handlers.incidents.samples import NOW, after, an_alert, declared, later, opened, over

MONITOR = "monitor:datadog"
WRITES = an_alert(1, fingerprint="v1:writes", alarm="orders-writes-throttled")


def told(incident: Incident, *commands: Command) -> Incident:
    return after(incident, *commands, minute=1, who=MONITOR)


def test_a_repetition_is_counted_and_not_written_down() -> None:
    incident = told(opened(), UpdateAlert(alert=an_alert(1)), UpdateAlert(alert=an_alert(2)))
    assert incident.alerts == (
        Followed(
            fingerprint="v1:reads",
            source="datadog",
            alarm="orders-reads-throttled",
            state=State.FIRING,
            first_at=NOW,
            last_at=later(2),
            count=3,
            channel="C0ALERTS",
            ts=an_alert().ts,
        ),
    )
    assert len(incident.timeline) == 1


def test_another_alert_joins_and_says_so() -> None:
    incident = told(opened(), JoinAlert(alert=WRITES, because="about orders, like INC-12"))
    assert incident.fingerprints == ("v1:reads", "v1:writes")
    assert incident.timeline[-1].text == (
        "Alert joined: orders-writes-throttled: about orders, like INC-12"
    )
    again = told(incident, JoinAlert(alert=replace(WRITES, at=later(3))))
    assert (len(again.timeline), again.alerts[1].count) == (2, 2)


def test_an_alert_that_joins_was_the_first_to_notice() -> None:
    incident = told(declared(after=5), JoinAlert(alert=an_alert()))
    assert incident.times.detected == Moment(at=NOW, known=Known.POSTED)


def test_an_alert_fills_in_what_nobody_said() -> None:
    incident = told(declared(), JoinAlert(alert=an_alert()))
    assert (incident.subject.table, incident.subject.region) == ("orders", "eu-west-1")


@pytest.mark.parametrize(
    ("graded", "word", "severity"),
    [
        (None, Severity.CRITICAL, Sev.SEV1),
        (None, Severity.LOW, Sev.SEV2),
        (None, None, Sev.SEV2),
        (Sev.SEV3, Severity.CRITICAL, Sev.SEV3),
    ],
)
def test_a_worse_alert_makes_it_worse_unless_a_person_graded_it(
    graded: Sev | None,
    word: Severity | None,
    severity: Sev,
) -> None:
    incident = opened()
    if graded:
        incident = after(incident, SetSeverity(severity=graded))
    incident = told(incident, JoinAlert(alert=replace(WRITES, severity=word)))
    assert incident.severity is severity


@pytest.mark.parametrize(("said", "severity"), [(Sev.SEV4, Sev.SEV4), (None, Sev.SEV2)])
def test_a_severity_said_at_the_declaration_is_kept(said: Sev | None, severity: Sev) -> None:
    command = Declare(title="Checkout is slow", severity=said)
    incident = declare(command, incident_id="INC-12", now=NOW, who="U0ANN")
    assert told(incident, JoinAlert(alert=an_alert())).severity is severity


def test_nothing_joins_a_resolved_incident() -> None:
    with pytest.raises(IncidentError, match="INC-12 is resolved; reopen it"):
        told(after(opened(), Resolve()), JoinAlert(alert=WRITES))


def test_an_alert_without_fingerprint_cannot_be_followed() -> None:
    with pytest.raises(IncidentError, match="without a fingerprint"):
        told(opened(), JoinAlert(alert=an_alert(fingerprint=None)))


def test_the_last_alert_to_end_ends_the_incident() -> None:
    incident = told(opened(), JoinAlert(alert=WRITES))
    incident = told(incident, ResolveAlert(alert=over(WRITES, 5)))
    assert (incident.state, incident.times.resolved) == (At.OPEN, None)
    incident = told(incident, ResolveAlert(alert=over(an_alert(), 6)))
    assert incident.state is At.RESOLVED
    assert [entry.text for entry in incident.timeline[-2:]] == [
        "orders-writes-throttled is resolved",
        "orders-reads-throttled is resolved; nothing else fires",
    ]


def test_the_end_has_the_monitors_clock() -> None:
    end = ResolveAlert(alert=over(an_alert(), 8))
    incident = apply(opened(), end, now=later(10), who=MONITOR)
    assert incident.times.resolved == Moment(at=later(8), known=Known.POSTED)


def test_an_end_that_lay_before_the_acknowledgement_is_estimated() -> None:
    acked = UpdateAlert(alert=an_alert(9, action=Action.UPDATE, state=State.ACKNOWLEDGED))
    incident = apply(opened(), acked, now=later(9), who=MONITOR)
    other = an_alert(1, fingerprint="v1:writes")
    incident = apply(incident, JoinAlert(alert=other), now=later(9), who=MONITOR)
    for end in (over(an_alert(), 10), over(other, 2)):
        incident = apply(incident, ResolveAlert(alert=end), now=later(11), who=MONITOR)
    assert incident.times.resolved == Moment(at=later(9), known=Known.ESTIMATED)


@pytest.mark.parametrize(
    "incident",
    [
        told(declared(), JoinAlert(alert=an_alert())),
        after(opened(), Resolve(), Reopen()),
        replace(opened(), unfollowed=1),
    ],
)
def test_people_are_not_contradicted_and_what_is_not_followed_may_still_fire(
    incident: Incident,
) -> None:
    incident = apply(incident, ResolveAlert(alert=over(an_alert(), 9)), now=later(9), who=MONITOR)
    assert incident.state is At.OPEN
    assert incident.timeline[-1].text == "orders-reads-throttled is resolved"


def test_a_monitor_that_reopened_it_may_end_it() -> None:
    incident = told(opened(), ResolveAlert(alert=over(an_alert(), 1)), Reopen())
    incident = told(incident, UpdateAlert(alert=an_alert(3)))
    assert told(incident, ResolveAlert(alert=over(an_alert(), 4))).state is At.RESOLVED


def test_an_end_after_a_person_ended_it_is_written_down() -> None:
    incident = after(opened(), Resolve())
    incident = apply(incident, ResolveAlert(alert=over(an_alert(), 9)), now=later(9), who=MONITOR)
    assert incident.times.resolved == Moment(at=later(1))
    assert incident.timeline[-1].text == "orders-reads-throttled is resolved"
    again = ResolveAlert(alert=over(an_alert(), 12))
    assert len(apply(incident, again, now=later(12), who=MONITOR).timeline) == 3


def test_what_was_acknowledged_at_the_monitor_is_acknowledged_here() -> None:
    acked = an_alert(3, action=Action.UPDATE, state=State.ACKNOWLEDGED, source="pagerduty")
    incident = apply(opened(), UpdateAlert(alert=acked), now=later(4), who="monitor:pagerduty")
    assert incident.state is At.ACKNOWLEDGED
    assert incident.times.acknowledged == Moment(at=later(3), known=Known.POSTED)
    assert incident.assignee is None


def test_a_monitor_that_cannot_look_is_written_down_once() -> None:
    blind = an_alert(1, action=Action.UPDATE, state=State.UNKNOWN)
    incident = told(opened(), UpdateAlert(alert=blind), UpdateAlert(alert=replace(blind)))
    assert [entry.text for entry in incident.timeline[1:]] == ["orders-reads-throttled is unknown"]


def test_an_older_message_is_counted_and_changes_nothing_else() -> None:
    incident = opened(an_alert(5))
    incident = apply(incident, ResolveAlert(alert=over(an_alert(), 2)), now=later(6), who=MONITOR)
    assert incident.state is At.OPEN
    assert (incident.alerts[0].count, incident.alerts[0].state) == (2, State.FIRING)
    assert incident.alerts[0].first_at == later(2)


def test_flapping_is_told_at_its_beginning_and_its_end_only() -> None:
    incident = told(
        opened(),
        UpdateAlert(alert=an_alert(1), flapping=True),
        ResolveAlert(alert=over(an_alert(), 2), flapping=True),
        UpdateAlert(alert=an_alert(3), flapping=True),
        ResolveAlert(alert=over(an_alert(), 200)),
    )
    assert [entry.text for entry in incident.timeline[1:]] == [
        "orders-reads-throttled is flapping; it is kept quiet until it settles",
        "orders-reads-throttled no longer flaps",
        "orders-reads-throttled is resolved; nothing else fires",
    ]


def test_a_storm_lists_its_alerts_and_writes_no_line_for_each() -> None:
    storm = open_for(an_alert(), incident_id="INC-12", now=NOW, storm=10)
    storm = told(storm, JoinAlert(alert=an_alert(1, fingerprint="v1:2", resource="carts")))
    assert (len(storm.alerts), len(storm.timeline)) == (2, 1)
    assert storm.subject.table is None


def test_beyond_the_limit_messages_are_counted() -> None:
    alert = opened().alerts[0]
    many = tuple(replace(alert, fingerprint=f"v1:{one}") for one in range(FOLLOWED_AT_MOST))
    incident = replace(opened(), alerts=many, origin=Origin.ALERT)
    incident = told(incident, JoinAlert(alert=an_alert(1, fingerprint="v1:new")))
    assert (len(incident.alerts), incident.unfollowed) == (FOLLOWED_AT_MOST, 1)
    assert len(incident.timeline) == 1


def test_an_alert_nobody_followed_may_end_an_incident_that_follows_it_now() -> None:
    incident = told(opened(), ResolveAlert(alert=over(WRITES, 2)))
    assert incident.state is At.OPEN
    assert incident.timeline[-1].text == "orders-writes-throttled is resolved"


@pytest.mark.parametrize(
    ("subject", "other", "then"),
    [
        (Subject(table="orders"), Subject(region="r"), Subject(table="orders", region="r")),
        (Subject(resource="a"), Subject(resource="b", region="r"), Subject(resource="a")),
        (
            Subject(resource="a"),
            Subject(resource="a", region="r"),
            Subject(resource="a", region="r"),
        ),
        (Subject(region="r"), Subject(resource="b"), Subject(region="r", resource="b")),
    ],
)
def test_facts_of_another_resource_do_not_mix_in(
    subject: Subject,
    other: Subject,
    then: Subject,
) -> None:
    assert filled(subject, other) == then


def test_alerts_are_kept_as_one_short_line_each() -> None:
    hostile: AlertFacts = an_alert(alarm="x\n" * 10_000, source="y" * 10_000)
    alert = opened(hostile).alerts[0]
    assert len(alert.alarm or "") <= 150
    assert "\n" not in (alert.alarm or "")
    assert len(alert.source) <= 60
