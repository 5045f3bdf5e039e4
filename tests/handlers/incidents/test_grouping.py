from dataclasses import replace

import pytest

from handlers.alerts.model import Action, State
from handlers.incidents.alert import AlertFacts
from handlers.incidents.changes import apply, merge
from handlers.incidents.commands import Resolve
from handlers.incidents.grouping import Decision, Does, Says, carry_out, decide, sighting
from handlers.incidents.model import Incident, IncidentError, Origin
from handlers.incidents.model import State as At
from tests.handlers.incidents.channel import OPENS, Channel
from tests.handlers.incidents.samples import (
    NOW,
    after,
    an_alert,
    declared,
    later,
    opened,
    over,
)


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
