"""How long incidents take: MTTA, MTTR and their kin, over the incidents of a span."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from handlers.incidents.model import Incident, Kind, Moment, Origin, State, by_person


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """How long one step took, over the incidents whose two times are known."""

    measured: int
    pending: int  # live incidents that have not come so far
    unknown: int  # over, and one of the two times is not known
    mean: timedelta | None  # None: nothing was measured
    median: timedelta | None
    longest: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """What happened between two instants; drills and merged incidents stay out."""

    since: datetime
    until: datetime
    opened: int
    resolved: int  # of those opened in the span
    live: int
    reopened: int  # came back at least once
    by_monitor: int  # resolved by their monitor alone
    drills: int  # left out
    merged: int  # left out
    to_detect: Span  # the impact began -> somebody noticed (MTTD)
    to_acknowledge: Span  # noticed -> acknowledged (MTTA)
    to_mitigate: Span  # noticed -> mitigated (MTTM)
    to_resolve: Span  # noticed -> resolved (MTTR)
    by_severity: tuple[tuple[int, int], ...]  # severity, incidents
    by_cause: tuple[tuple[str, int], ...]  # the most frequent first; "unknown" without one


End = Callable[[Incident], Moment | None]


def stats(incidents: Iterable[Incident], *, since: datetime, now: datetime) -> Stats:
    """Return the figures of the incidents reported from `since` to `now`.

    A time that nobody knows is never filled in: the incident is left out of that figure alone
    and counted there.
    """
    span = [one for one in incidents if since <= one.times.reported.at <= now]
    counted = [one for one in span if not one.drill and one.state is not State.MERGED]
    severities = Counter(int(one.severity) for one in counted)
    causes = Counter(one.cause or "unknown" for one in counted)
    return Stats(
        since=since,
        until=now,
        opened=len(counted),
        resolved=sum(one.state is State.RESOLVED for one in counted),
        live=sum(one.is_live for one in counted),
        reopened=sum(one.times.reopened is not None for one in counted),
        by_monitor=sum(_ended_by_monitor(one) for one in counted),
        drills=sum(one.drill for one in span),
        merged=sum(one.state is State.MERGED and not one.drill for one in span),
        to_detect=_span(counted, lambda one: one.times.started, lambda one: one.times.detected),
        to_acknowledge=_from_detection(counted, lambda one: one.times.acknowledged),
        to_mitigate=_from_detection(counted, lambda one: one.times.mitigated),
        to_resolve=_from_detection(counted, lambda one: one.times.resolved),
        by_severity=tuple(sorted(severities.items())),
        by_cause=tuple(sorted(causes.items(), key=lambda item: (-item[1], item[0]))),
    )


def _from_detection(incidents: list[Incident], end: End) -> Span:
    return _span(incidents, lambda one: one.times.detected, end)


def _span(incidents: list[Incident], start: End, end: End) -> Span:
    took = [took for one in incidents if (took := _between(start(one), end(one))) is not None]
    missing = [one for one in incidents if _between(start(one), end(one)) is None]
    pending = sum(one.is_live and start(one) is not None for one in missing)
    return Span(
        measured=len(took),
        pending=pending,
        unknown=len(missing) - pending,
        mean=sum(took, timedelta()) / len(took) if took else None,
        median=_median(took),
        longest=max(took, default=None),
    )


def _median(took: list[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(one.total_seconds() for one in took)) if took else None


def _between(start: Moment | None, end: Moment | None) -> timedelta | None:
    return None if start is None or end is None else end.at - start.at


def _ended_by_monitor(incident: Incident) -> bool:
    """Return whether a monitor ended it, and no person ever did anything about it."""
    ended = incident.state is State.RESOLVED and incident.origin is not Origin.PERSON
    touched = any(
        by_person(entry.who) for entry in incident.timeline if entry.kind is not Kind.DIAGNOSED
    )
    return ended and not touched
