"""What monitors do to an incident: alerts join it, speak again, are over."""

from dataclasses import replace

from handlers.alerts.model import State as AlertState
from handlers.incidents.act import Act, earlier_detected, graded, sentence, with_entry
from handlers.incidents.alert import AlertFacts, severity_of, subject_of, title_of
from handlers.incidents.commands import ByMonitors, JoinAlert, ResolveAlert, UpdateAlert
from handlers.incidents.model import (
    Followed,
    Incident,
    IncidentError,
    Kind,
    Known,
    Moment,
    Origin,
    State,
    Subject,
    by_person,
)
from handlers.incidents.people import acknowledged, resolved
from handlers.incidents.text import clean_line

# An incident that follows this many alerts is a storm; those beyond are counted only, and it is
# left to a person to say when it is over. Own choice: about 60 kB of JSON.
FOLLOWED_AT_MOST = 200


def change(incident: Incident, command: ByMonitors, act: Act) -> Incident:
    """Return the incident after what a monitor said.

    Raises:
        IncidentError: an alert without a fingerprint, or one that joins a resolved incident.
    """
    match command:
        case JoinAlert():
            return _join(incident, command, act)
        case UpdateAlert():
            return _update(incident, command, act)
    return _resolve(incident, command, act)


def follow(incident: Incident, alert: AlertFacts, *, flapping: bool = False) -> Incident:
    """Return the incident with what the alert said last; quietly, without a line.

    A message older than the last one is counted, and changes nothing else.
    """
    fingerprint = _fingerprint(alert)
    old = next((one for one in incident.alerts if one.fingerprint == fingerprint), None)
    if old is None:
        return _follow_new(incident, alert, fingerprint)
    new = replace(old, count=old.count + 1, first_at=min(old.first_at, alert.at))
    if alert.at >= old.last_at:
        new = replace(new, last_at=alert.at, state=alert.says, flapping=flapping)
    alerts = tuple(new if one is old else one for one in incident.alerts)
    return replace(incident, alerts=alerts)


def absorb(into: Incident, other: Incident) -> Incident:
    """Return `into` with the alerts of `other`."""
    known = {alert.fingerprint for alert in into.alerts}
    news = tuple(alert for alert in other.alerts if alert.fingerprint not in known)
    room = max(0, FOLLOWED_AT_MOST - len(into.alerts))
    return replace(
        into,
        alerts=(*into.alerts, *news[:room]),
        fingerprints=_union(into.fingerprints, other.fingerprints),
        unfollowed=into.unfollowed + other.unfollowed + len(news[room:]),
        subject=filled(into.subject, other.subject),
    )


def filled(subject: Subject, other: Subject) -> Subject:
    """Return the subject with its gaps filled from another one about the same resource."""
    alike = other.resource in {None, subject.resource} or subject.resource is None
    if not alike:
        return subject
    return Subject(
        service=subject.service or other.service,
        table=subject.table or other.table,
        index=subject.index or other.index,
        region=subject.region or other.region,
        account=subject.account or other.account,
        resource_type=subject.resource_type or other.resource_type,
        resource=subject.resource or other.resource,
    )


def _fingerprint(alert: AlertFacts) -> str:
    if alert.fingerprint is None:
        raise IncidentError("An alert without a fingerprint cannot be followed.")
    return alert.fingerprint


def _follow_new(incident: Incident, alert: AlertFacts, fingerprint: str) -> Incident:
    if len(incident.alerts) >= FOLLOWED_AT_MOST:
        return replace(incident, unfollowed=incident.unfollowed + 1)
    new = Followed(
        fingerprint=fingerprint,
        source=clean_line(alert.source, 60),
        alarm=clean_line(alert.alarm) if alert.alarm else None,
        state=alert.says,
        one_way=alert.is_one_way,
        first_at=alert.at,
        last_at=alert.at,
        channel=alert.channel,
        ts=alert.ts,
    )
    return replace(
        incident,
        alerts=(*incident.alerts, new),
        fingerprints=_union(incident.fingerprints, (fingerprint,)),
        subject=incident.subject
        if incident.origin is Origin.STORM
        else filled(incident.subject, subject_of(alert)),
    )


def _join(incident: Incident, command: JoinAlert, act: Act) -> Incident:
    alert = command.alert
    if not incident.is_live:
        raise IncidentError(f"{incident.id} is resolved; reopen it before an alert joins it.")
    joined = follow(incident, alert)
    if len(joined.alerts) == len(incident.alerts):
        return joined
    detected = Moment(at=min(alert.at, act.at), known=Known.POSTED)
    joined = replace(joined, times=earlier_detected(joined.times, detected))
    joined = _graver(joined, alert, act)
    if incident.origin is Origin.STORM:  # its list of alerts tells; a line each would bury it
        return joined
    said = sentence(f"Alert joined: {title_of(alert)}", clean_line(command.because))
    return with_entry(joined, act.entry(Kind.ALERT, said))


def _graver(incident: Incident, alert: AlertFacts, act: Act) -> Incident:
    """Return the incident with the alert's severity where that is worse and nobody graded it."""
    by_hand = any(
        entry.kind is Kind.SEVERITY and by_person(entry.who) for entry in incident.timeline
    )
    worse = severity_of(alert)
    if by_hand or alert.severity is None or worse >= incident.severity:
        return incident
    entry = act.entry(Kind.SEVERITY, graded(worse, incident.severity))
    return with_entry(replace(incident, severity=worse), entry)


def _update(incident: Incident, command: UpdateAlert, act: Act) -> Incident:
    alert = command.alert
    before = _state_of(incident, alert)
    changed = follow(incident, alert, flapping=command.flapping)
    changed = _told_of_flapping(changed, incident, command.alert, act)
    after = _state_of(changed, alert)
    if after is before or command.flapping:
        return changed
    if after is AlertState.ACKNOWLEDGED and changed.state is State.OPEN:
        at = max(min(alert.at, act.at), incident.times.reported.at)
        return acknowledged(changed, act, Moment(at=at, known=Known.POSTED), title_of(alert))
    return with_entry(changed, act.entry(Kind.ALERT, f"{title_of(alert)} is {after}"))


def _resolve(incident: Incident, command: ResolveAlert, act: Act) -> Incident:
    alert = command.alert
    before = _state_of(incident, alert)
    changed = follow(incident, alert, flapping=command.flapping)
    changed = _told_of_flapping(changed, incident, alert, act)
    if command.flapping or _state_of(changed, alert) is before:
        return changed
    said = f"{title_of(alert)} is resolved"
    if not resolves_itself(changed):
        return with_entry(changed, act.entry(Kind.ALERT, said))
    moment = Moment(at=min(alert.at, act.at), known=Known.POSTED)
    return resolved(changed, act, moment, f"{said}; nothing else fires")


def may_end_itself(incident: Incident) -> bool:
    """Return whether the incident may end without a person.

    Not where a person declared it or reopened it: people who say that something is wrong
    are not contradicted by a monitor that no longer sees it.
    """
    reopened = any(
        entry.kind is Kind.REOPENED and by_person(entry.who) for entry in incident.timeline
    )
    alone = incident.origin is not Origin.PERSON and not reopened
    return incident.is_live and alone and incident.unfollowed == 0 and bool(incident.alerts)


def resolves_itself(incident: Incident) -> bool:
    """Return whether it is over because all of its alerts are, and none of them flaps."""
    return may_end_itself(incident) and all(
        alert.state is AlertState.RESOLVED and not alert.flapping for alert in incident.alerts
    )


def _told_of_flapping(
    changed: Incident,
    before: Incident,
    alert: AlertFacts,
    act: Act,
) -> Incident:
    """Return the incident with a line where the flapping began or ended."""
    was, now = _is_flapping(before, alert), _is_flapping(changed, alert)
    if was == now:
        return changed
    said = "is flapping; it is kept quiet until it settles" if now else "no longer flaps"
    return with_entry(changed, act.entry(Kind.ALERT, f"{title_of(alert)} {said}"))


def _is_flapping(incident: Incident, alert: AlertFacts) -> bool:
    return any(one.flapping for one in incident.alerts if one.fingerprint == alert.fingerprint)


def _state_of(incident: Incident, alert: AlertFacts) -> AlertState | None:
    found = (one.state for one in incident.alerts if one.fingerprint == alert.fingerprint)
    return next(found, None)


def _union(known: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return (*known, *(one for one in more if one not in known))
