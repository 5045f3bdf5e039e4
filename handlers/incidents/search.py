"""Finding incidents: filters of a list, and what happened before."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from handlers.incidents.model import Helped, Incident, Kind, State

# A person compares a handful. Own choice.
PREDECESSORS_SHOWN = 5


class Scope(StrEnum):
    """Which incidents a list starts from."""

    OPEN = "open"
    ALL = "all"
    MINE = "mine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which incidents a list shows; every one of `keys` must hold."""

    scope: Scope = Scope.OPEN
    keys: tuple[tuple[str, str], ...] = ()


def _of_actions(incident: Incident) -> str:
    return "yes" if incident.open_actions else "no"


KEYS: Mapping[str, Callable[[Incident], str | None]] = {
    "state": lambda incident: incident.state,
    "sev": lambda incident: str(incident.severity.value),
    "table": lambda incident: incident.subject.table,
    "index": lambda incident: incident.subject.index,
    "resource": lambda incident: incident.subject.resource,
    "service": lambda incident: incident.subject.service,
    "region": lambda incident: incident.subject.region,
    "account": lambda incident: incident.subject.account,
    "cause": lambda incident: incident.cause,
    "channel": lambda incident: incident.place.channel if incident.place else None,
    "assignee": lambda incident: incident.assignee,
    "drill": lambda incident: "yes" if incident.drill else "no",
    "actions": _of_actions,
}


def listed(
    incidents: Iterable[Incident],
    wanted: Filter,
    *,
    me: str | None = None,
) -> tuple[Incident, ...]:
    """Return the incidents the filter asks for: the worst first, then the newest.

    A state asked for by name is shown even where the scope would hide it.
    """
    by_state = any(key == "state" for key, _ in wanted.keys)
    scope = Scope.ALL if by_state and wanted.scope is Scope.OPEN else wanted.scope
    found = [
        one
        for one in incidents
        if _in_scope(one, scope, me) and all(_holds(one, key, value) for key, value in wanted.keys)
    ]
    return tuple(sorted(found, key=lambda one: (one.severity, -one.times.reported.at.timestamp())))


def _in_scope(incident: Incident, scope: Scope, me: str | None) -> bool:
    match scope:
        case Scope.ALL:
            return True
        case Scope.MINE:
            return incident.is_live and me is not None and incident.assignee == me
        case _:
            return incident.is_live


def _holds(incident: Incident, key: str, value: str) -> bool:
    has = KEYS[key](incident)
    return has is not None and has.casefold() == value.casefold()


class Alike(StrEnum):
    """What an earlier incident has in common."""

    ALERT = "alert"  # an alert with the same fingerprint
    CAUSE = "cause"  # the same cause on the same table


@dataclass(frozen=True, slots=True, kw_only=True)
class Predecessor:
    """An earlier incident of the same kind, and what mended it."""

    id: str
    title: str
    alike: Alike
    reported_at: datetime
    resolved_at: datetime | None  # None: it still goes on
    cause: str | None
    mended_by: tuple[str, ...]  # remedies that helped; else what was said at its end


def predecessors(incident: Incident, past: Iterable[Incident]) -> tuple[Predecessor, ...]:
    """Return what happened before and was the same, newest first.

    The same alert counts; only where there is none, the same cause on the same table.
    Drills are no experience with real trouble, and a merged incident is told by its other half.
    """
    earlier = sorted(
        (one for one in past if _is_earlier(one, incident)),
        key=lambda one: one.times.reported.at,
        reverse=True,
    )
    same = [one for one in earlier if set(one.fingerprints) & set(incident.fingerprints)]
    if same:
        return tuple(_told(one, Alike.ALERT) for one in same[:PREDECESSORS_SHOWN])
    alike = [one for one in earlier if _same_cause(one, incident)]
    return tuple(_told(one, Alike.CAUSE) for one in alike[:PREDECESSORS_SHOWN])


def _is_earlier(one: Incident, incident: Incident) -> bool:
    return (
        one.id != incident.id
        and one.id not in incident.merged_from
        and one.state is not State.MERGED
        and one.drill == incident.drill
        and one.times.reported.at <= incident.times.reported.at
    )


def _same_cause(one: Incident, incident: Incident) -> bool:
    if incident.cause is None or incident.subject.table is None:
        return False
    return one.cause == incident.cause and one.subject.table == incident.subject.table


def _told(incident: Incident, alike: Alike) -> Predecessor:
    resolved = incident.times.resolved
    return Predecessor(
        id=incident.id,
        title=incident.title,
        alike=alike,
        reported_at=incident.times.reported.at,
        resolved_at=resolved.at if resolved else None,
        cause=incident.cause,
        mended_by=mended_by(incident),
    )


def mended_by(incident: Incident) -> tuple[str, ...]:
    """Return the remedies that helped; else the words at its mitigation and its end."""
    helped = tuple(one.title for one in incident.remedies if one.helped is Helped.YES)
    if helped:
        return helped
    ends = {Kind.MITIGATED: "Mitigated", Kind.RESOLVED: "Resolved"}
    return tuple(
        entry.text
        for entry in incident.timeline
        if entry.kind in ends and entry.text != ends[entry.kind]
    )
