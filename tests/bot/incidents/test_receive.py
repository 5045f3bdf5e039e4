"""Alerts over a real Redis: one trouble opens one incident, whoever hears of it first."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest
import redis

import bot.redis
from bot import keys
from bot.incidents.receive import Received, receive, remember, sightings
from bot.incidents.store import IncidentStore
from bot.redis import ConflictError, connect
from handlers.alerts.model import Action
from handlers.incidents.alert import AlertFacts
from handlers.incidents.flapping import SIGHTINGS_KEPT, STORM_ALERTS
from handlers.incidents.grouping import Does, sighting
from handlers.incidents.model import Origin, State
from tests.handlers.incidents.samples import an_alert, later, over


@pytest.fixture
def store(client: redis.Redis) -> IncidentStore:
    return IncidentStore(client=client)


def heard(
    store: IncidentStore, alert: AlertFacts, delivery: str, now: datetime | None = None
) -> Received:
    return receive(store, alert, delivery=delivery, now=now or alert.at)


def test_an_alert_opens_counts_resolves_and_comes_back(store: IncidentStore) -> None:
    alert = an_alert()
    does = [
        heard(store, alert, "E1").decision.does,
        heard(store, an_alert(1), "E2").decision.does,
        heard(store, over(alert, 10), "E3").decision.does,
        heard(store, an_alert(20), "E4").decision.does,
    ]
    assert does == [Does.OPEN, Does.COUNT, Does.RESOLVE, Does.REOPEN]
    incident = store.get("INC-1")
    assert incident is not None
    assert incident.state is State.OPEN
    assert store.new_id() == "INC-2"  # no number was spent on what opened nothing


def test_the_same_delivery_gets_the_same_answer(store: IncidentStore) -> None:
    first = heard(store, an_alert(), "E1")
    assert heard(store, an_alert(), "E1") == first
    heard(store, over(an_alert(), 5), "E2")
    again = heard(store, an_alert(), "E1", later(6))
    assert again.decision == first.decision
    assert again.incident == store.get("INC-1")
    assert len(store.history("INC-1")) == 2


@pytest.mark.parametrize(
    "alert", [an_alert(action=Action.IGNORE), an_alert(fingerprint=None)], ids=["ignored", "none"]
)
def test_what_is_no_alert_leaves_only_the_decision(store: IncidentStore, alert: AlertFacts) -> None:
    first = heard(store, alert, "E1")
    assert (first.decision.does, first.incident) == (Does.IGNORE, None)
    assert heard(store, alert, "E1") == first
    assert [str(key) for key in store.client.scan_iter()] == [keys.decided("E1")]


def test_many_workers_with_one_trouble_open_one_incident(redis_url: str) -> None:
    stores = [IncidentStore(client=connect(redis_url)) for _ in range(8)]

    def hear(number: int) -> Received:
        alert = replace(an_alert(), ts=f"{number}.0")
        return heard(stores[number % 8], alert, f"E{number}")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(hear, range(24)))
    assert sum(one.decision.does is Does.OPEN for one in answers) == 1
    assert {one.incident.id for one in answers if one.incident} == {
        one.id for one in stores[0].live()
    }
    (incident,) = stores[0].live()
    assert [one.count for one in incident.alerts] == [24]
    for store in stores:
        store.client.close()


def test_one_delivery_at_many_workers_is_counted_once(redis_url: str) -> None:
    stores = [IncidentStore(client=connect(redis_url)) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda store: heard(store, an_alert(), "E1"), stores))
    assert {one.decision.does for one in answers} == {Does.OPEN}
    (incident,) = stores[0].live()
    assert [one.count for one in incident.alerts] == [1]
    for store in stores:
        store.client.close()


def test_a_storm_at_many_workers_is_one_more_incident_at_most(redis_url: str) -> None:
    stores = [IncidentStore(client=connect(redis_url)) for _ in range(4)]
    alerts = [
        an_alert(n / 60, fingerprint=f"v1:{n}", alarm=f"alarm-{n}", resource=f"table-{n}")
        for n in range(STORM_ALERTS * 3)
    ]

    def hear(number: int) -> Received:
        return heard(stores[number % 4], alerts[number], f"E{number}", alerts[-1].at)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(hear, range(len(alerts))))
    live = stores[0].live()
    assert len([one for one in live if one.origin is Origin.STORM]) == 1
    assert len(live) <= STORM_ALERTS
    followed = [name for one in live for name in one.fingerprints]
    assert sorted(followed) == sorted(f"v1:{n}" for n in range(len(alerts)))
    for store in stores:
        store.client.close()


def test_sightings_come_back_and_old_ones_go(store: IncidentStore) -> None:
    old, new = an_alert(), an_alert(60, fingerprint="v1:writes")
    for alert in (old, new, new):
        remember(store.client, alert, now=alert.at)
    both = tuple(sighting(alert, now=alert.at) for alert in (old, new))
    assert sightings(store.client, now=new.at) == both
    assert sightings(store.client, now=old.at + SIGHTINGS_KEPT + (new.at - old.at) / 2) == both[1:]
    remember(store.client, new, now=new.at + SIGHTINGS_KEPT)
    assert store.client.zcard(keys.INCIDENT_SIGHTINGS) == 1


def test_who_is_never_fast_enough_is_told(
    store: IncidentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.redis, "ATTEMPTS_AT_MOST", 2)
    monkeypatch.setattr(IncidentStore, "generation", lambda _: "-1")
    with pytest.raises(ConflictError, match="Incidents are being changed by others"):
        heard(store, an_alert(), "E1")
    assert store.live() == ()
