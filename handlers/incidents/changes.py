"""Every change of an incident: pure functions from one value to the next.

What from which state:

acknowledge   open
mitigate      open, acknowledged
resolve       open, acknowledged, mitigated
reopen        mitigated, resolved
everything else until it is merged: a merged incident never changes again.

A delivery that already changed the incident changes nothing a second time.
"""

from dataclasses import replace
from datetime import datetime

from handlers.incidents import followed, people, work
from handlers.incidents.act import Act, graded, with_entry
from handlers.incidents.alert import AlertFacts, monitor, severity_of, subject_of, title_of
from handlers.incidents.commands import ByMonitors, ByPeople, Command, Declare
from handlers.incidents.model import (
    NO_SUBJECT,
    Incident,
    IncidentError,
    Kind,
    Known,
    MergedElsewhere,
    Moment,
    Origin,
    Place,
    Severity,
    State,
    Times,
)
from handlers.incidents.text import clean_line, clean_text

# Slack repeats a delivery up to three times within an hour; everything that changes one incident
# in that time fits in here many times over. Source: Slack Events API, "Retries".
DELIVERIES_KEPT = 256


def declare(
    command: Declare,
    *,
    incident_id: str,
    now: datetime,
    who: str,
    delivery: str | None = None,
) -> Incident:
    """Return the incident a person opens.

    Raises:
        IncidentError: the title is empty, or the start lies in the future.
    """
    title = clean_line(command.title)
    if not title:
        raise IncidentError("An incident needs a title: incident declare TITLE.")
    if command.started is not None and command.started > now:
        raise IncidentError(
            f"The impact cannot have started in the future ({command.started:%Y-%m-%d %H:%M} UTC).",
        )
    started = Moment(at=command.started, known=Known.STATED) if command.started else None
    act = Act(at=now, who=who)
    said = [act.entry(Kind.DECLARED, clean_text(command.title))]
    if command.severity is not None:  # graded by a person: no alert makes it worse by itself
        said.append(act.entry(Kind.SEVERITY, graded(command.severity)))
    return Incident(
        id=incident_id,
        title=title,
        severity=command.severity or Severity.SEV3,
        state=State.OPEN,
        origin=Origin.PERSON,
        times=Times(started=started, detected=Moment(at=now), reported=Moment(at=now)),
        timeline=tuple(said),
        drill=command.drill,
        subject=command.subject,
        place=command.place,
        opened_by=who,
        deliveries=(delivery,) if delivery else (),
    )


def open_for(
    alert: AlertFacts,
    *,
    incident_id: str,
    now: datetime,
    delivery: str | None = None,
    storm: int = 0,
) -> Incident:
    """Return the incident an alert opens; `storm`: it stands for that many different alerts."""
    detected = Moment(at=min(alert.at, now), known=Known.POSTED)
    title = "Alert storm" if storm else title_of(alert)
    said = f"{storm} different alerts began to fire together" if storm else title
    entry = Act(at=now, who=monitor(alert)).entry(Kind.DECLARED, said)
    incident = Incident(
        id=incident_id,
        title=title,
        severity=severity_of(alert),
        state=State.OPEN,
        origin=Origin.STORM if storm else Origin.ALERT,
        times=Times(detected=detected, reported=Moment(at=now)),
        timeline=(entry,),
        subject=NO_SUBJECT if storm else subject_of(alert),
        place=Place(channel=alert.channel, thread_ts=alert.thread_ts or alert.ts),
        opened_by=monitor(alert),
        deliveries=(delivery,) if delivery else (),
    )
    return followed.follow(incident, alert)


def apply(
    incident: Incident,
    command: Command,
    *,
    now: datetime,
    who: str,
    delivery: str | None = None,
) -> Incident:
    """Return the incident after `command`; the same value where there is nothing to change.

    A clock behind the last entry's is taken for the last entry's time.

    Raises:
        IncidentError: this cannot be done from its state; the sentence says what can.
        MergedElsewhere: it lives on in another incident; `into` names it.
    """
    if delivery is not None and delivery in incident.deliveries:
        return incident
    if incident.state is State.MERGED:
        raise _merged(incident)
    act = Act(at=max(now, incident.updated_at), who=who)
    changed = _changed(incident, command, act)
    if changed is incident:
        return incident
    return _stamped(changed, delivery)


def _changed(incident: Incident, command: Command, act: Act) -> Incident:
    if isinstance(command, ByPeople):
        return people.change(incident, command, act)
    if isinstance(command, ByMonitors):
        return followed.change(incident, command, act)
    return work.change(incident, command, act)


def _stamped(incident: Incident, delivery: str | None) -> Incident:
    kept = (*incident.deliveries, delivery) if delivery else incident.deliveries
    return replace(incident, deliveries=kept[-DELIVERIES_KEPT:], revision=incident.revision + 1)


def merge(
    incident: Incident,
    into: Incident,
    *,
    now: datetime,
    who: str,
) -> tuple[Incident, Incident]:
    """Return both after `incident` became part of `into`; done twice it changes nothing.

    Raises:
        IncidentError: the two cannot be one; the sentence says why.
        MergedElsewhere: one of them already lives on in a third.
    """
    if incident.state is State.MERGED and incident.merged_into != into.id:
        raise _merged(incident)
    if into.state is State.MERGED:
        raise _merged(into)
    _refuse_merge(incident, into)
    act = Act(at=max(now, incident.updated_at, into.updated_at), who=who)
    return _gone(incident, into, act), _grown(incident, into, act)


def _refuse_merge(incident: Incident, into: Incident) -> None:
    if incident.id == into.id:
        raise IncidentError(f"{incident.id} cannot be merged into itself.")
    if incident.drill != into.drill:
        drill, real = (incident, into) if incident.drill else (into, incident)
        raise IncidentError(
            f"{drill.id} is a drill and {real.id} is not; only alike incidents merge.",
        )
    if incident.is_live and not into.is_live:
        raise IncidentError(
            f"{into.id} is resolved and {incident.id} is not; "
            f"reopen {into.id} first, or merge it into {incident.id}.",
        )


def _gone(incident: Incident, into: Incident, act: Act) -> Incident:
    if incident.state is State.MERGED:
        return incident
    entry = act.entry(Kind.MERGED, f"Merged into {into.id}: {into.title}")
    changed = replace(incident, state=State.MERGED, merged_into=into.id)
    return _stamped(with_entry(changed, entry), None)


def _grown(incident: Incident, into: Incident, act: Act) -> Incident:
    if incident.id in into.merged_from:
        return into
    grown = followed.absorb(work.absorb(into, incident), incident)
    worse = incident.severity < into.severity
    raised = f"; {graded(incident.severity, into.severity)}" if worse else ""
    entry = act.entry(Kind.MERGED, f"{incident.id} merged into this: {incident.title}{raised}")
    return _stamped(
        replace(
            with_entry(grown, entry),
            severity=min(into.severity, incident.severity),
            merged_from=(*into.merged_from, incident.id),
        ),
        None,
    )


def _merged(incident: Incident) -> MergedElsewhere:
    into = incident.merged_into or "another incident"
    return MergedElsewhere(
        f"{incident.id} was merged into {into} and does not change any more; say it to {into}.",
        into=into,
    )
