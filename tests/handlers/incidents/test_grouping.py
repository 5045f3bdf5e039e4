from dataclasses import replace

import pytest

from handlers.alerts.model import Action, State
from handlers.incidents.alert import AlertFacts
from handlers.incidents.changes import apply, merge
from handlers.incidents.commands import Resolve
from handlers.incidents.flapping import STORM_ALERTS
from handlers.incidents.grouping import Decision, Does, Says, carry_out, decide, sighting
from handlers.incidents.model import Incident, IncidentError, Origin
from handlers.incidents.model import State as At
from tests.handlers.incidents.samples import (
    NOW,
    after,
    an_alert,
    declared,
    later,
    opened,
    over,
)


class Channel:
    """A channel with its incidents and its memory, as the bot would keep them."""

    def __init__(self, *incidents: Incident) -> None:
        self.incidents = {incident.id: incident for incident in incidents}
        self.seen = [
            one
            for incident in incidents
            for alert in incident.alerts
            if (one := sighting(an_alert(fingerprint=alert.fingerprint), now=alert.first_at))
        ]
        self.decisions: list[Decision] = []

    def hear(self, alert: AlertFacts, *, delivery: str | None = None) -> Decision:
        now = max([alert.at, *(one.at for one in self.seen)])
        decision = decide(alert, self.incidents.values(), self.seen, now=now)
        incident = self.incidents.get(decision.incident_id or "")
        new_id = f"INC-{len(self.incidents) + 1}"
        then = carry_out(decision, alert, incident, new_id=new_id, now=now, delivery=delivery)
        if then is not None:
            self.incidents[then.id] = then
        own = sighting(alert, now=now)
        self.seen += [own] if own else []
        self.decisions.append(decision)
        return decision

    @property
    def told(self) -> list[tuple[Does, Says]]:
        return [(one.does, one.says) for one in self.decisions]

    @property
    def states(self) -> list[At]:
        return [incident.state for incident in self.incidents.values()]


OPENS = (Does.OPEN, Says.ANSWER)


@pytest.mark.parametrize(
    "alert",
    [
        an_alert(action=Action.IGNORE),
        an_alert(action=Action.COMMAND),
        an_alert(fingerprint=None),
    ],
)
def test_what_is_no_alert_is_ignored(alert: AlertFacts) -> None:
    channel = Channel()
    decision = channel.hear(alert)
    assert decision == Decision(does=Does.IGNORE, says=Says.NOTHING, because="not an alert")
    assert channel.incidents == {}


def test_an_alert_opens_repeats_and_ends() -> None:
    channel = Channel()
    for alert in (an_alert(), an_alert(5), over(an_alert(), 9)):
        channel.hear(alert)
    assert channel.told == [OPENS, (Does.COUNT, Says.EDIT), (Does.RESOLVE, Says.EDIT)]
    assert channel.states == [At.RESOLVED]


def test_a_falling_count_of_a_group_is_no_end() -> None:
    channel = Channel()
    for alert in (an_alert(), an_alert(5, action=Action.UPDATE)):
        channel.hear(alert)
    assert channel.told[-1] == (Does.COUNT, Says.EDIT)
    assert channel.states == [At.OPEN]


def test_an_end_without_an_incident_is_recorded_only() -> None:
    channel = Channel()
    assert channel.hear(over(an_alert(), 1)) == Decision(
        does=Does.RECORD, says=Says.NOTHING, because="resolved, and no incident follows it"
    )
    assert channel.incidents == {}


def test_an_end_that_comes_before_its_firing_is_believed() -> None:
    channel = Channel()
    channel.hear(over(an_alert(), 2))
    assert channel.hear(an_alert()).does is Does.RECORD
    assert channel.incidents == {}


def test_a_firing_told_late_does_not_reopen() -> None:
    channel = Channel()
    for alert in (an_alert(), over(an_alert(), 9), an_alert(5)):
        channel.hear(alert)
    assert channel.told[-1] == (Does.RECORD, Says.NOTHING)
    assert channel.states == [At.RESOLVED]


@pytest.mark.parametrize("state", [State.ACKNOWLEDGED, State.UNKNOWN])
def test_an_update_belongs_to_its_incident_or_to_none(state: State) -> None:
    update = an_alert(3, action=Action.UPDATE, state=state)
    channel = Channel(opened())
    assert (channel.hear(update).does, channel.hear(update).says) == (Does.COUNT, Says.EDIT)
    assert Channel().hear(update).does is Does.RECORD


def test_an_update_that_fires_opens_what_was_missed() -> None:
    assert Channel().hear(an_alert(action=Action.UPDATE)).does is Does.OPEN


def test_the_same_delivery_counts_once() -> None:
    channel = Channel()
    for _ in range(4):
        channel.hear(an_alert(), delivery="Ev1")
    assert len(channel.incidents) == 1
    assert channel.incidents["INC-1"].alerts[0].count == 1


def test_what_comes_back_soon_reopens_and_later_opens_anew() -> None:
    channel = Channel()
    for alert in (an_alert(), over(an_alert(), 5), an_alert(60)):
        channel.hear(alert)
    assert channel.told[-1] == (Does.REOPEN, Says.ANSWER)
    assert channel.states == [At.OPEN]
    channel.hear(over(an_alert(), 65))
    channel.hear(an_alert(300))
    assert channel.told[-1] == OPENS
    assert channel.states == [At.RESOLVED, At.OPEN]


def test_a_reopening_told_twice_counts_once() -> None:
    back = an_alert(60)
    ended = apply(opened(), Resolve(), now=later(5), who="monitor:datadog")
    decision = decide(back, [ended], [], now=back.at)
    once = carry_out(decision, back, ended, new_id="INC-2", now=back.at, delivery="Ev1")
    assert once is not None
    assert once.state is At.OPEN
    assert carry_out(decision, back, once, new_id="INC-2", now=back.at, delivery="Ev1") is once


@pytest.mark.parametrize(
    ("minute", "does"),
    [(1.0, Does.COUNT), (4.9, Does.COUNT), (6.0, Does.REOPEN), (110, Does.OPEN)],
)
def test_a_monitor_may_still_repeat_itself_after_a_person_ended_it(
    minute: float,
    does: Does,
) -> None:
    channel = Channel(after(opened(), Resolve(), minute=0))
    assert channel.hear(an_alert(minute)).does is does


def test_an_alert_that_flaps_is_kept_quiet_on_one_incident() -> None:
    channel = Channel()
    for minute in range(0, 50, 5):
        firing = an_alert(minute)
        channel.hear(over(firing, minute) if minute % 10 else firing)
    assert channel.told == [
        OPENS,
        (Does.RESOLVE, Says.EDIT),
        (Does.REOPEN, Says.ANSWER),
        (Does.RESOLVE, Says.EDIT),
        (Does.REOPEN, Says.EDIT),
        *[(Does.DAMP, Says.EDIT)] * 5,
    ]
    assert channel.states == [At.OPEN]


def test_an_end_reads_normal_again_once_the_alert_is_calm() -> None:
    channel = Channel()
    for minute in (0, 10, 20):
        channel.hear(an_alert(minute))
        channel.hear(over(an_alert(), minute + 5))
    channel.hear(an_alert(30))
    assert channel.decisions[-1].flapping
    channel.hear(over(an_alert(), 300))
    assert channel.told[-1] == (Does.RESOLVE, Says.EDIT)
    assert channel.states == [At.RESOLVED]


def test_a_flapping_alert_whose_other_alerts_fire_is_damped_too() -> None:
    incident = after(opened())
    seen = [
        one
        for minute in (0, 10, 20)
        for alert in (an_alert(minute), over(an_alert(), minute + 5))
        if (one := sighting(alert, now=alert.at))
    ]
    decision = decide(an_alert(30), [incident], seen, now=later(30))
    assert (decision.does, decision.flapping) == (Does.DAMP, True)


def test_it_fires_again_while_another_alert_keeps_the_incident_open() -> None:
    channel = Channel()
    writes = an_alert(1, fingerprint="v1:writes", alarm="orders-writes")
    for alert in (an_alert(), writes, over(an_alert(), 2), an_alert(3)):
        channel.hear(alert)
    assert channel.decisions[-1] == Decision(
        does=Does.COUNT, says=Says.EDIT, because="it fires again", incident_id="INC-1"
    )


def test_the_same_alarm_from_two_monitors_is_one_incident() -> None:
    channel = Channel()
    first = an_alert(resource=None, resource_type=None)
    second = replace(first, at=later(9), source="grafana", fingerprint="v1:grafana")
    channel.hear(first)
    decision = channel.hear(replace(second, alarm="Orders-Reads-Throttled", account=None))
    assert (decision.does, decision.says) == (Does.JOIN, Says.ANSWER)
    assert decision.because == "the same alarm as in INC-1, told by another monitor"
    channel.hear(over(first, 12))
    assert channel.states == [At.OPEN]
    channel.hear(over(second, 13))
    assert channel.states == [At.RESOLVED]


@pytest.mark.parametrize(
    "change",
    [
        {"region": "us-east-1"},
        {"region": None},
        {"account": "999999999999"},
        {"alarm": "another"},
        {"alarm": None},
        {"at": later(16)},
    ],
)
def test_another_region_account_name_or_hour_is_another_alarm(change: dict[str, object]) -> None:
    first = an_alert(resource=None, resource_type=None)
    second = replace(first, at=later(9), fingerprint="v1:grafana", source="grafana")
    channel = Channel(opened(first))
    assert channel.hear(replace(second, **change)).does is Does.OPEN  # type: ignore[arg-type] # a table of changes


def test_the_other_monitor_may_come_after_the_end() -> None:
    channel = Channel()
    channel.hear(an_alert())
    channel.hear(over(an_alert(), 5))
    late = an_alert(9, fingerprint="v1:grafana", source="grafana")
    assert channel.hear(late).does is Does.REOPEN
    assert len(channel.incidents["INC-1"].alerts) == 2


def test_alerts_about_one_resource_are_one_incident() -> None:
    channel = Channel()
    channel.hear(an_alert())
    decision = channel.hear(an_alert(30, fingerprint="v1:writes", alarm="orders-writes"))
    assert (decision.does, decision.because) == (Does.JOIN, "about orders, like INC-1")


def test_an_alert_joins_what_a_person_declared_about_its_table() -> None:
    human = declared()
    human = replace(human, subject=replace(human.subject, table="orders"))
    assert Channel(human).hear(an_alert(5)).does is Does.JOIN


@pytest.mark.parametrize(
    ("incident", "alert"),
    [
        (opened(), an_alert(61, fingerprint="v1:b", alarm="b")),
        (opened(), an_alert(5, fingerprint="v1:b", alarm="b", region="us-east-1")),
        (opened(), an_alert(5, fingerprint="v1:b", alarm="b", account="999999999999")),
        (opened(), an_alert(5, fingerprint="v1:b", alarm="b", service="rds")),
        (opened(), an_alert(5, fingerprint="v1:b", alarm="b", resource_type="index")),
        (opened(), an_alert(5, fingerprint="v1:b", alarm="b", resource="carts")),
        (opened(), an_alert(5, fingerprint="v1:b", alarm="b", resource=None)),
        (after(opened(), Resolve()), an_alert(5, fingerprint="v1:b", alarm="b")),
        (replace(opened(), drill=True), an_alert(5, fingerprint="v1:b", alarm="b")),
        (replace(opened(), origin=Origin.STORM), an_alert(5, fingerprint="v1:b", alarm="b")),
        (
            opened(an_alert(resource_type="function", service="lambda")),
            an_alert(5, fingerprint="v1:b", alarm="b", service="lambda", resource_type="queue"),
        ),
    ],
)
def test_what_differs_or_is_over_takes_no_alert_in(incident: Incident, alert: AlertFacts) -> None:
    assert Channel(incident).hear(alert).does is Does.OPEN


def test_an_alert_of_a_merged_incident_goes_to_the_other() -> None:
    gone, into = merge(opened(), declared(incident_id="INC-7"), now=later(1), who="U0ANN")
    decision = Channel(gone, into).hear(an_alert(5))
    assert (decision.does, decision.incident_id) == (Does.COUNT, "INC-7")


def many(count: int, *, first: int = 0, minute: float = 0) -> list[AlertFacts]:
    return [
        an_alert(
            minute + number / 60,
            fingerprint=f"v1:{first + number}",
            alarm=f"alarm-{first + number}",
            resource=f"table-{first + number}",
        )
        for number in range(count)
    ]


def test_a_storm_becomes_one_message_with_a_count() -> None:
    channel = Channel()
    for alert in many(100):
        channel.hear(alert)
    assert channel.told == [
        *[OPENS] * (STORM_ALERTS - 1),
        (Does.STORM, Says.ANSWER),
        *[(Does.STORM, Says.EDIT)] * (100 - STORM_ALERTS),
    ]
    assert len(channel.incidents) == STORM_ALERTS
    storm = channel.incidents[f"INC-{STORM_ALERTS}"]
    assert (storm.origin, len(storm.alerts)) == (Origin.STORM, 100 - STORM_ALERTS + 1)
    assert channel.decisions[-1].because == "100 different alerts began within 5 minutes"


def test_a_storm_goes_on_while_alerts_come_and_then_alerts_stand_alone_again() -> None:
    channel = Channel()
    for alert in many(STORM_ALERTS):
        channel.hear(alert)
    for alert in (*many(1, first=200, minute=4), *many(1, first=300, minute=8)):
        assert channel.hear(alert).says is Says.EDIT
    assert channel.hear(*many(1, first=400, minute=20)).does is Does.OPEN


def test_a_storm_in_one_channel_is_none_in_another() -> None:
    channel = Channel()
    for alert in many(STORM_ALERTS + 5):
        channel.hear(alert)
    elsewhere = an_alert(1, fingerprint="v1:carts", resource="carts", channel="C0OTHER")
    assert channel.hear(elsewhere).does is Does.OPEN


def test_a_second_storm_joins_the_one_that_is_still_open() -> None:
    channel = Channel()
    for alert in (*many(STORM_ALERTS), *many(STORM_ALERTS, first=100, minute=60)):
        channel.hear(alert)
    assert channel.told[-1] == (Does.STORM, Says.EDIT)
    storms = [one for one in channel.incidents.values() if one.origin is Origin.STORM]
    assert len(storms) == 1


def test_a_storm_about_one_table_edits_its_one_message() -> None:
    channel = Channel()
    for number, alert in enumerate(many(STORM_ALERTS + 2)):
        channel.hear(replace(alert, resource="orders"))
        assert (channel.decisions[-1].does is Does.OPEN) == (number == 0)
    assert channel.told[1] == (Does.JOIN, Says.ANSWER)
    assert channel.told[-1] == (Does.JOIN, Says.EDIT)


def test_a_repetition_in_a_storm_is_counted() -> None:
    channel = Channel()
    for alert in (*many(20), *many(20, minute=2)):
        channel.hear(alert)
    assert channel.told[-20:] == [(Does.COUNT, Says.EDIT)] * 20


def test_a_storm_ends_with_its_last_alert() -> None:
    channel = Channel()
    alerts = many(STORM_ALERTS + 3)
    for alert in (*alerts, *(over(alert, 3) for alert in alerts)):
        channel.hear(alert)
    assert set(channel.states) == {At.RESOLVED}


def test_an_incident_that_is_gone_is_opened_anew_only_for_what_fires() -> None:
    for alert in (over(an_alert(), 5), an_alert(5)):
        decision = decide(alert, [opened()], [], now=alert.at)
        assert carry_out(decision, alert, None, new_id="INC-2", now=alert.at) is None
    back = decide(an_alert(30), [after(opened(), Resolve())], [], now=later(30))
    then = carry_out(back, an_alert(30), None, new_id="INC-2", now=later(30))
    assert then is not None
    assert then.id == "INC-2"


def test_an_incident_that_changed_meanwhile_asks_for_another_decision() -> None:
    join = an_alert(5, fingerprint="v1:writes", alarm="orders-writes")
    decision = decide(join, [opened()], [], now=join.at)
    with pytest.raises(IncidentError, match="INC-12 is resolved"):
        carry_out(decision, join, after(opened(), Resolve()), new_id="INC-2", now=join.at)


def test_a_clock_ahead_of_ours_is_now() -> None:
    ahead = an_alert(5)
    seen = sighting(ahead, now=NOW)
    assert seen is not None
    assert seen.at == NOW
    assert sighting(an_alert(fingerprint=None), now=NOW) is None
    assert decide(ahead, [], [seen], now=NOW).does is Does.OPEN
