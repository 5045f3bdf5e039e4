"""The morning digest: what was, what is, what is left to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from handlers.incidents.metrics import Stats, stats
from handlers.incidents.model import Action, Incident, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What the team should know in the morning."""

    since: datetime
    until: datetime
    live: tuple[Incident, ...]  # the worst first, then the oldest; drills marked by themselves
    unacknowledged: tuple[str, ...]  # ids
    resolved: tuple[Incident, ...]  # ended since `since`
    flapping: tuple[tuple[str, str], ...]  # incident, alarm
    actions: tuple[tuple[str, Action], ...]  # incident, work left, the oldest first
    stats: Stats

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.live or self.resolved or self.actions or self.stats.opened)


def morning_digest(incidents: Iterable[Incident], *, since: datetime, now: datetime) -> Digest:
    """Return what was, is and is left to do, from `since` to `now`."""
    known = tuple(incidents)
    live = sorted(
        (one for one in known if one.is_live),
        key=lambda one: (one.severity, one.times.reported.at),
    )
    left = ((one.id, action) for one in known for action in one.open_actions)
    return Digest(
        since=since,
        until=now,
        live=tuple(live),
        unacknowledged=tuple(one.id for one in live if one.state is State.OPEN),
        resolved=tuple(one for one in known if _ended_since(one, since)),
        flapping=tuple(
            (one.id, alert.alarm or alert.source)
            for one in live
            for alert in one.alerts
            if alert.flapping
        ),
        actions=tuple(sorted(left, key=lambda item: item[1].added_at)),
        stats=stats(known, since=since, now=now),
    )


def _ended_since(incident: Incident, since: datetime) -> bool:
    resolved = incident.times.resolved
    ended = incident.state is State.RESOLVED
    return ended and resolved is not None and resolved.at >= since and not incident.drill
