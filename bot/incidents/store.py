"""Incidents in Redis: no update is lost, whoever else writes; found by what they are about."""

import json
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import redis

from bot import keys
from bot.incidents.scripts import FORGET, WRITE
from bot.redis import ConflictError, attempts, run, texts
from handlers.incidents import changes
from handlers.incidents.model import LIVE, Incident
from handlers.incidents.search import Filter, Scope
from handlers.incidents.stored import from_json, plain, to_json

HISTORY_SCHEMA = 1

# What was decided about an alert is remembered this long, for a worker that resumes. Own choice.
DECISION_KEPT_S = 7 * 24 * 3600


class Index(StrEnum):
    """What incidents are found by; the values as `handlers.incidents.search.KEYS` names them."""

    STATE = "state"
    TABLE = "table"
    CAUSE = "cause"
    CHANNEL = "channel"
    ASSIGNEE = "assignee"
    FINGERPRINT = "fingerprint"
    THREAD = "thread"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What was decided about a delivery, written together with what came of it."""

    delivery: str
    decision: str  # JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentStore:
    """The incidents in Redis."""

    client: redis.Redis

    def get(self, incident_id: str) -> Incident | None:
        """Return an incident; None: there is none of this name.

        Raises:
            StoredError: it cannot be read by this version.
        """
        text = self.client.hget(keys.incident(incident_id), "json")
        return None if text is None else from_json(text)

    def new_id(self) -> str:
        """Return the next name, `INC-12`; one that is not used leaves a gap."""
        return f"INC-{self.client.incr(keys.INCIDENT_NEXT)}"

    def create(self, make: Callable[[str], Incident], *, delivery: str | None = None) -> Incident:
        """Return the incident that `make` builds under a new name, kept.

        A `delivery` that opened one before gets that one, whatever became of it.

        Raises:
            IncidentError: from `make`.
        """
        before = None if delivery is None else self._opened(delivery)
        if before is not None:
            return before
        incident = make(self.new_id())
        opened = json.dumps({"schema": 1, "incident": incident.id})
        noted = None if delivery is None else Noted(delivery=delivery, decision=opened)
        if self.write([(None, incident)], noted=noted):
            return incident
        before = None if delivery is None else self._opened(delivery)
        if before is None:
            raise ConflictError(f"{incident.id} exists already; nothing was written.")
        return before

    def update(self, incident_id: str, change: Callable[[Incident], Incident]) -> Incident:
        """Return the incident after `change`, which is asked again if somebody else was faster.

        Raises:
            KeyError: there is no such incident.
            IncidentError: from `change`; nothing is written.
            ConflictError: others were faster every time.
        """
        for _ in attempts():
            before = self._known(incident_id)
            after = change(before)
            if after is before or self.write([(before, after)]):
                return after
        raise _conflict(incident_id)

    def merge(
        self, incident_id: str, into_id: str, *, now: datetime, who: str
    ) -> tuple[Incident, Incident]:
        """Return both after the one became part of the other; both are written in one step.

        Raises:
            KeyError: one of them does not exist.
            IncidentError: they cannot be one.
            ConflictError: others were faster every time.
        """
        for _ in attempts():
            gone, grown = self._known(incident_id), self._known(into_id)
            after = changes.merge(gone, grown, now=now, who=who)
            pairs = [
                (before, one)
                for before, one in zip((gone, grown), after, strict=True)
                if one is not before
            ]
            if not pairs or self.write(pairs):
                return after
        raise _conflict(incident_id)

    def write(
        self,
        pairs: Sequence[tuple[Incident | None, Incident]],
        *,
        noted: Noted | None = None,
        generation: str = "",
    ) -> bool:
        """Write all if each still is as it was read (None: not there), else nothing: False.

        Args:
            pairs: before and after.
            noted: a decision to keep beside; False where that delivery has one already.
            generation: as `generation()` said before anything was read; "" for any.
        """
        decided = () if noted is None else (keys.decided(noted.delivery),)
        written = run(
            self.client,
            WRITE,
            keys=(
                keys.INCIDENT_GENERATION,
                keys.INCIDENT_REPORTED,
                keys.INCIDENT_UPDATED,
                *decided,
            ),
            args=(
                keys.incident(""),
                keys.incident_history(""),
                keys.incident_indexes(""),
                uuid.uuid4().hex,
                generation,
                noted.decision if noted else "",
                DECISION_KEPT_S,
                json.dumps([_write(before, after) for before, after in pairs]),
            ),
        )
        return written == 1

    def generation(self) -> str:
        """Return a number that grows whenever an incident opens, ends, or gets other facts."""
        return str(self.client.get(keys.INCIDENT_GENERATION) or "0")

    def decision(self, delivery: str) -> str | None:
        """Return what was noted about a delivery; None: nothing."""
        noted = self.client.get(keys.decided(delivery))
        return None if noted is None else str(noted)

    def by(self, index: Index, *values: str) -> tuple[Incident, ...]:
        """Return the incidents that have one of the values, the oldest first."""
        named = [keys.incidents_by(index, value) for value in values]
        return self._all(self.client.sunion(named)) if named else ()

    def live(self) -> tuple[Incident, ...]:
        """Return the incidents that somebody still has to do something about."""
        return self.by(Index.STATE, *sorted(LIVE))

    def in_thread(self, channel: str, thread_ts: str) -> Incident | None:
        """Return the incident whose thread this is; of several the newest, a live one first."""
        found = self.by(Index.THREAD, f"{channel}:{thread_ts}")
        return max(found, key=lambda one: (one.is_live, one.times.reported.at), default=None)

    def reported_since(self, since: datetime) -> tuple[Incident, ...]:
        """Return the incidents reported since then."""
        ids = self.client.zrangebyscore(keys.INCIDENT_REPORTED, _ms(since), "+inf")
        return self._all(ids)

    def updated_since(self, since: datetime) -> tuple[Incident, ...]:
        """Return the incidents in which something happened since then."""
        ids = self.client.zrangebyscore(keys.INCIDENT_UPDATED, _ms(since), "+inf")
        return self._all(ids)

    def candidates(self, wanted: Filter) -> tuple[Incident, ...]:
        """Return at least all incidents that the filter asks for, by the indexes there are."""
        known = {index.value for index in Index}
        named = [keys.incidents_by(key, value) for key, value in wanted.keys if key in known]
        if named:
            return self._all(self.client.sinter(named))
        if wanted.scope is Scope.ALL:
            return self._all(self.client.zrange(keys.INCIDENT_REPORTED, 0, -1))
        return self.live()

    def past(self, incident: Incident) -> tuple[Incident, ...]:
        """Return the incidents with one of its fingerprints or its cause, itself included."""
        named = [keys.incidents_by(Index.FINGERPRINT, one) for one in incident.fingerprints]
        if incident.cause is not None:
            named.append(keys.incidents_by(Index.CAUSE, incident.cause))
        return self._all(self.client.sunion(named)) if named else ()

    def history(self, incident_id: str) -> tuple[dict[str, object], ...]:
        """Return what each revision added to the timeline, as it was written then."""
        lines = texts(self.client.lrange(keys.incident_history(incident_id), 0, -1))
        return tuple(json.loads(line) for line in lines)

    def forget(self, before: datetime) -> int:
        """Forget what ended and was last touched before then; return how many that were."""
        ids = self.client.zrangebyscore(keys.INCIDENT_UPDATED, "-inf", f"({_ms(before)}")
        return sum(self._forget(one) for one in self._all(ids) if not one.is_live)

    def _forget(self, incident: Incident) -> int:
        gone = run(
            self.client,
            FORGET,
            keys=(
                keys.INCIDENT_GENERATION,
                keys.INCIDENT_REPORTED,
                keys.INCIDENT_UPDATED,
                keys.incident(incident.id),
                keys.incident_history(incident.id),
                keys.incident_indexes(incident.id),
            ),
            args=(incident.id, incident.revision),
        )
        return 1 if gone == 1 else 0

    def _known(self, incident_id: str) -> Incident:
        incident = self.get(incident_id)
        if incident is None:
            raise KeyError(incident_id)
        return incident

    def _opened(self, delivery: str) -> Incident | None:
        noted = self.decision(delivery)
        return None if noted is None else self._known(json.loads(noted)["incident"])

    def _all(self, ids: Iterable[object]) -> tuple[Incident, ...]:
        pipe = self.client.pipeline(transaction=False)
        for incident_id in ids:
            pipe.hget(keys.incident(str(incident_id)), "json")
        found = [from_json(text) for text in pipe.execute() if text is not None]
        return tuple(sorted(found, key=lambda one: (one.times.reported.at, len(one.id), one.id)))


def _conflict(incident_id: str) -> ConflictError:
    return ConflictError(
        f"{incident_id} is being changed by others all the time; nothing was written, try again."
    )


def _write(before: Incident | None, after: Incident) -> dict[str, object]:
    """Return one write as the script takes it."""
    added = after.timeline[len(before.timeline) if before else 0 :]  # it only grows
    line = {"schema": HISTORY_SCHEMA, "revision": after.revision, "entries": plain(added)}
    return {
        "id": after.id,
        "expected": str(before.revision) if before else "0",
        "revision": str(after.revision),
        "json": to_json(after),
        "history": json.dumps(line, ensure_ascii=False, separators=(",", ":")),
        "reported": str(_ms(after.times.reported.at)),
        "updated": str(_ms(after.updated_at)),
        "indexes": sorted(_indexes(after)),
    }


def _indexes(incident: Incident) -> set[str]:
    """Return the keys of the indexes an incident belongs in."""
    place = incident.place
    values = {
        Index.STATE: incident.state.value,
        Index.TABLE: incident.subject.table,
        Index.CAUSE: incident.cause,
        Index.CHANNEL: place.channel if place else None,
        Index.ASSIGNEE: incident.assignee,
        Index.THREAD: f"{place.channel}:{place.thread_ts}" if place and place.thread_ts else None,
    }
    single = {keys.incidents_by(index, value) for index, value in values.items() if value}
    return single | {keys.incidents_by(Index.FINGERPRINT, one) for one in incident.fingerprints}


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
