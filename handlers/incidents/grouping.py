"""Which incident an alert belongs to, and how loudly that is said: pure decisions.

In this order: what nobody asked about is ignored; what is older than what is known is recorded;
an alert an incident already follows is counted, resolved or damped there; one that came back
reopens it; one about the same alarm or resource joins; in a storm it joins the storm; else it
opens an incident.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from handlers.alerts.model import Action
from handlers.alerts.model import State as AlertState
from handlers.incidents.alert import AlertFacts, monitor
from handlers.incidents.changes import apply, open_for
from handlers.incidents.commands import JoinAlert, Reopen, ResolveAlert, UpdateAlert
from handlers.incidents.flapping import (
    FLAP_WINDOW,
    STORM_ALERTS,
    STORM_WINDOW,
    Sighting,
    is_flapping,
    newly_firing,
)
from handlers.incidents.model import Followed, Incident, State
from handlers.incidents.related import ended_within, goes_on, related, storm_in

# A firing this soon after the end is the same trouble come back, not a new one: the span in
# which flapping is judged, so that an alert that flaps stays with one incident.
REOPEN_WINDOW = FLAP_WINDOW

# A monitor still repeats a firing for a while after a person said that it is over.
# Source: Alertmanager configuration, <global>, resolve_timeout, default 5m.
AFTERMATH = timedelta(minutes=5)


class Does(StrEnum):
    """What happens with the alert."""

    OPEN = "open"  # a new incident
    JOIN = "join"  # another alert of an incident
    COUNT = "count"  # the same alert again
    RESOLVE = "resolve"  # the alert is over
    REOPEN = "reopen"  # it is back
    DAMP = "damp"  # it flaps: kept quiet
    STORM = "storm"  # one of many: the storm's incident takes it, or is opened for it
    RECORD = "record"  # remembered, nothing else
    IGNORE = "ignore"  # not an alert


# What still opens an incident where the one it was meant for is gone.
OPENING = frozenset({Does.OPEN, Does.JOIN, Does.REOPEN, Does.STORM})


class Says(StrEnum):
    """How loudly it is told."""

    ANSWER = "answer"  # a message in the thread
    EDIT = "edit"  # the incident's own message is brought up to date
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What happens with an alert, to which incident, and why."""

    does: Does
    says: Says
    because: str
    incident_id: str | None = None  # None: none, or one to be opened
    flapping: bool = False
    storm: int = 0  # different alerts of the storm, where there is one


def decide(
    alert: AlertFacts,
    incidents: Iterable[Incident],
    sightings: Iterable[Sighting],
    *,
    now: datetime,
) -> Decision:
    """Return what to do with one alert.

    Args:
        alert: the message.
        incidents: the live ones, and those that ended within REOPEN_WINDOW.
        sightings: the alerts seen within SIGHTINGS_KEPT; this message may be among them.
        now: no message is taken to be later than this.
    """
    own = sighting(alert, now=now)
    if own is None or alert.action in {Action.IGNORE, Action.COMMAND}:
        return Decision(does=Does.IGNORE, says=Says.NOTHING, because="not an alert")
    fingerprint, at, seen = own.fingerprint, own.at, _with(own, sightings)
    home = _home(tuple(incidents), fingerprint)
    if _is_stale(fingerprint, at, home, seen):
        return _stale(home)
    flapping = is_flapping(seen, fingerprint)
    if alert.says is AlertState.RESOLVED:
        return _resolved(home, flapping=flapping)
    if alert.says is not AlertState.FIRING:
        return _updated(home)
    if home is not None and home.is_live:
        return _again(home, fingerprint, flapping=flapping)
    if home is not None and ended_within(home, REOPEN_WINDOW, at):
        return _back(home, fingerprint, at, flapping=flapping)
    return _placed(alert, at, tuple(incidents), seen)


def sighting(alert: AlertFacts, *, now: datetime) -> Sighting | None:
    """Return what is to be remembered of the alert; None: it has no fingerprint."""
    if alert.fingerprint is None:
        return None
    return Sighting(
        fingerprint=alert.fingerprint,
        state=alert.says,
        at=min(alert.at, now),
        channel=alert.channel,
    )


def carry_out(
    decision: Decision,
    alert: AlertFacts,
    incident: Incident | None,
    *,
    new_id: str,
    now: datetime,
    delivery: str | None = None,
) -> Incident | None:
    """Return the incident after the decision; None: there is none to keep.

    `incident` is the one the decision names, and `new_id` the name of one to be opened.

    Raises:
        IncidentError: the incident changed since the decision was made; decide again.
    """
    who = monitor(alert)
    if decision.does in {Does.IGNORE, Does.RECORD} or _is_done(incident, delivery):
        return incident
    if incident is None:
        if decision.does not in OPENING:
            return None
        storm = decision.storm if decision.does is Does.STORM else 0
        return open_for(alert, incident_id=new_id, now=now, delivery=delivery, storm=storm)
    if decision.does in {Does.JOIN, Does.STORM}:
        command = JoinAlert(alert=alert, because=decision.because)
        return apply(incident, command, now=now, who=who, delivery=delivery)
    if decision.does is Does.REOPEN:
        incident = apply(incident, Reopen(text=decision.because), now=now, who=who)
    kind = ResolveAlert if alert.says is AlertState.RESOLVED else UpdateAlert
    said = kind(alert=alert, flapping=decision.flapping)
    return apply(incident, said, now=now, who=who, delivery=delivery)


def _is_done(incident: Incident | None, delivery: str | None) -> bool:
    return incident is not None and delivery is not None and delivery in incident.deliveries


def _with(own: Sighting, sightings: Iterable[Sighting]) -> tuple[Sighting, ...]:
    """Return the sightings with this message among them once."""
    known = tuple(sightings)
    return known if own in known else (*known, own)


def _home(incidents: tuple[Incident, ...], fingerprint: str) -> Incident | None:
    """Return the incident that follows the alert, a live one first, then the newest."""
    found = [
        one
        for one in incidents
        if fingerprint in one.fingerprints and one.state is not State.MERGED
    ]
    return max(found, key=lambda one: (one.is_live, one.times.reported.at), default=None)


def _followed(incident: Incident, fingerprint: str) -> Followed | None:
    return next((one for one in incident.alerts if one.fingerprint == fingerprint), None)


def _is_stale(
    fingerprint: str,
    at: datetime,
    home: Incident | None,
    seen: tuple[Sighting, ...],
) -> bool:
    """Return whether something later is already known of this alert."""
    followed = _followed(home, fingerprint) if home else None
    if followed is not None and followed.last_at > at:
        return True
    return any(one.fingerprint == fingerprint and one.at > at for one in seen)


def _stale(home: Incident | None) -> Decision:
    return Decision(
        does=Does.RECORD,
        says=Says.NOTHING,
        because="something later is already known of this alert",
        incident_id=home.id if home else None,
    )


def _resolved(home: Incident | None, *, flapping: bool) -> Decision:
    if home is None:
        because = "resolved, and no incident follows it"
        return Decision(does=Does.RECORD, says=Says.NOTHING, because=because)
    if flapping:
        return Decision(
            does=Does.DAMP,
            says=Says.EDIT,
            because="resolved, but it flaps",
            incident_id=home.id,
            flapping=True,
        )
    return Decision(
        does=Does.RESOLVE, says=Says.EDIT, because="the alert is resolved", incident_id=home.id
    )


def _updated(home: Incident | None) -> Decision:
    if home is None:
        because = "an update about an alert that no incident follows"
        return Decision(does=Does.RECORD, says=Says.NOTHING, because=because)
    because = "an update about an alert it follows"
    return Decision(does=Does.COUNT, says=Says.EDIT, because=because, incident_id=home.id)


def _again(home: Incident, fingerprint: str, *, flapping: bool) -> Decision:
    if flapping:
        return Decision(
            does=Does.DAMP,
            says=Says.EDIT,
            because="firing again, and it flaps",
            incident_id=home.id,
            flapping=True,
        )
    followed = _followed(home, fingerprint)
    ended = followed is not None and followed.state is AlertState.RESOLVED
    return Decision(
        does=Does.COUNT,
        says=Says.EDIT,
        because="it fires again" if ended else "it still fires",
        incident_id=home.id,
    )


def _back(home: Incident, fingerprint: str, at: datetime, *, flapping: bool) -> Decision:
    followed = _followed(home, fingerprint)
    resolved = home.times.resolved
    still = followed is not None and followed.state is not AlertState.RESOLVED
    if still and resolved is not None and at - resolved.at < AFTERMATH:
        because = "a repetition right after it was resolved"
        return Decision(does=Does.COUNT, says=Says.EDIT, because=because, incident_id=home.id)
    return Decision(
        does=Does.REOPEN,
        says=Says.EDIT if flapping else Says.ANSWER,
        because="the alert still fires" if still else "the alert is back",
        incident_id=home.id,
        flapping=flapping,
    )


def _placed(
    alert: AlertFacts,
    at: datetime,
    incidents: tuple[Incident, ...],
    seen: tuple[Sighting, ...],
) -> Decision:
    """Return where an alert goes that no incident follows yet."""
    news = newly_firing(seen, alert.channel, at)
    storm = storm_in(incidents, alert.channel)
    storming = len(news) >= STORM_ALERTS or goes_on(storm, at)
    found = related(alert, at, incidents)
    if found is not None:
        incident, because = found
        back = not incident.is_live
        return Decision(
            does=Does.REOPEN if back else Does.JOIN,
            says=Says.EDIT if storming else Says.ANSWER,
            because=because,
            incident_id=incident.id,
        )
    if storming:
        return Decision(
            does=Does.STORM,
            says=Says.EDIT if storm else Says.ANSWER,
            because=f"{len(news)} different alerts began within {_minutes(STORM_WINDOW)}",
            incident_id=storm.id if storm else None,
            storm=len(news),
        )
    return Decision(does=Does.OPEN, says=Says.ANSWER, because="nothing open is about this")


def _minutes(window: timedelta) -> str:
    return f"{window // timedelta(minutes=1)} minutes"
