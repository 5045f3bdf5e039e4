from dataclasses import replace

from handlers.incidents.alert import AlertFacts
from handlers.incidents.flapping import STORM_ALERTS
from handlers.incidents.grouping import Does, Says
from handlers.incidents.model import Origin
from handlers.incidents.model import State as At
from tests.handlers.incidents.channel import OPENS, Channel
from tests.handlers.incidents.samples import an_alert, over


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
