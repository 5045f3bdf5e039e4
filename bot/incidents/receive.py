"""What an alert does to the incidents: decided and written so that two workers agree."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import redis

from bot import keys
from bot.incidents.store import IncidentStore, Noted
from bot.redis import ConflictError, attempts, texts
from handlers.alerts.model import Action
from handlers.alerts.model import State as AlertState
from handlers.incidents import grouping
from handlers.incidents.alert import AlertFacts
from handlers.incidents.flapping import SIGHTINGS_KEPT, Sighting
from handlers.incidents.grouping import OPENING, REOPEN_WINDOW, Decision, Does, Says
from handlers.incidents.model import Incident
from handlers.incidents.stored import plain

SCHEMA = 1

# Sightings are read at every alert; in a storm that lasts for hours the oldest go first.
# Own choice: about 1 MB.
SIGHTINGS_AT_MOST = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What was decided about an alert, and the incident as it is now; None: there is none."""

    decision: Decision
    incident: Incident | None


def receive(store: IncidentStore, alert: AlertFacts, *, delivery: str, now: datetime) -> Received:
    """Decide about an alert and write what follows; the same again for the same delivery.

    Two workers with two alerts of one trouble open one incident: the second finds that another
    was opened since it looked, and decides again.

    Raises:
        ConflictError: others were faster every time.
    """
    remember(store.client, alert, now=now)
    new_id = ""
    for _ in attempts():
        noted = store.decision(delivery)
        if noted is not None:
            return _as_noted(store, noted)
        generation = store.generation()
        known = _known(store, now)
        seen = sightings(store.client, now=now)
        decision = grouping.decide(alert, known, seen, now=now)
        home = next((one for one in known if one.id == decision.incident_id), None)
        opens = home is None and decision.does in OPENING
        new_id = new_id or (store.new_id() if opens else "")
        after = grouping.carry_out(decision, alert, home, new_id=new_id, now=now, delivery=delivery)
        note = Noted(delivery=delivery, decision=_noted(decision, after))
        pairs = [] if after is None or after is home else [(home, after)]
        if store.write(pairs, noted=note, generation=generation if opens else ""):
            return Received(decision=decision, incident=after)
    raise ConflictError("Incidents are being changed by others all the time; nothing was written.")


def remember(client: redis.Redis, alert: AlertFacts, *, now: datetime) -> None:
    """Keep that an alert was seen; what is too old to matter is forgotten."""
    own = grouping.sighting(alert, now=now)
    if own is None or alert.action in {Action.IGNORE, Action.COMMAND}:
        return
    pipe = client.pipeline()
    pipe.zadd(keys.INCIDENT_SIGHTINGS, {_sighted(own): int(own.at.timestamp() * 1000)})
    oldest_ms = int((now - SIGHTINGS_KEPT).timestamp() * 1000)
    pipe.zremrangebyscore(keys.INCIDENT_SIGHTINGS, "-inf", f"({oldest_ms}")
    pipe.zremrangebyrank(keys.INCIDENT_SIGHTINGS, 0, -SIGHTINGS_AT_MOST - 1)
    pipe.execute()


def sightings(client: redis.Redis, *, now: datetime) -> tuple[Sighting, ...]:
    """Return the alerts seen within SIGHTINGS_KEPT, oldest first."""
    oldest_ms = int((now - SIGHTINGS_KEPT).timestamp() * 1000)
    lines = texts(client.zrangebyscore(keys.INCIDENT_SIGHTINGS, oldest_ms, "+inf"))
    return tuple(_sighting(line) for line in lines)


def _known(store: IncidentStore, now: datetime) -> tuple[Incident, ...]:
    """Return the live incidents, and those that ended lately."""
    lately = store.updated_since(now - REOPEN_WINDOW)
    return tuple({one.id: one for one in (*store.live(), *lately)}.values())


def _sighted(seen: Sighting) -> str:
    return json.dumps({"schema": SCHEMA, **_object(plain(seen))}, sort_keys=True)


def _sighting(line: str) -> Sighting:
    read = json.loads(line)
    return Sighting(
        fingerprint=read["fingerprint"],
        state=AlertState(read["state"]),
        at=datetime.fromisoformat(read["at"]).astimezone(UTC),
        channel=read["channel"],
    )


def _noted(decision: Decision, incident: Incident | None) -> str:
    named = incident.id if incident else None
    return json.dumps({"schema": SCHEMA, "decision": plain(decision), "incident": named})


def _as_noted(store: IncidentStore, noted: str) -> Received:
    read = json.loads(noted)
    told = read["decision"]
    decision = Decision(**{**told, "does": Does(told["does"]), "says": Says(told["says"])})
    incident = None if read["incident"] is None else store.get(read["incident"])
    return Received(decision=decision, incident=incident)


def _object(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, dict) else {}
