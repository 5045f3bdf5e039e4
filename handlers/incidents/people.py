"""What people do to an incident: acknowledge, assign, grade, note, mitigate, resolve, reopen."""

from dataclasses import replace

from handlers.incidents.act import Act, floor, graded, sentence, with_entry
from handlers.incidents.commands import (
    Acknowledge,
    Assign,
    ByPeople,
    Mitigate,
    Note,
    Reopen,
    Resolve,
    SetSeverity,
)
from handlers.incidents.model import (
    LIVE,
    Incident,
    IncidentError,
    Kind,
    Known,
    Moment,
    State,
    by_person,
)
from handlers.incidents.text import clean_line, clean_text

POSSIBLE = {
    State.OPEN: "acknowledge, mitigate or resolve it",
    State.ACKNOWLEDGED: "mitigate or resolve it",
    State.MITIGATED: "resolve it, or reopen it if the impact is back",
    State.RESOLVED: "reopen it, or add a note",
}

ENTERED = {
    State.ACKNOWLEDGED: Kind.ACKNOWLEDGED,
    State.MITIGATED: Kind.MITIGATED,
    State.RESOLVED: Kind.RESOLVED,
}


def change(incident: Incident, command: ByPeople, act: Act) -> Incident:
    """Return the incident after what a person did.

    Raises:
        IncidentError: not possible from this state.
    """
    match command:
        case Acknowledge():
            return _acknowledge(incident, command, act)
        case Assign():
            return _assign(incident, command, act)
        case SetSeverity():
            return _set_severity(incident, command, act)
        case Note():
            return _note(incident, command, act)
        case Mitigate():
            return _mitigate(incident, command, act)
        case Resolve():
            return _resolve(incident, command, act)
    return _reopen(incident, command, act)


def acknowledged(incident: Incident, act: Act, moment: Moment, text: str = "") -> Incident:
    """Return the open incident, acknowledged at `moment`; a first person takes it over."""
    entry = act.entry(Kind.ACKNOWLEDGED, sentence("Acknowledged", clean_text(text)))
    times = replace(incident.times, acknowledged=incident.times.acknowledged or moment)
    assignee = incident.assignee or (act.who if by_person(act.who) else None)
    changed = replace(incident, state=State.ACKNOWLEDGED, times=times, assignee=assignee)
    return with_entry(changed, entry)


def resolved(incident: Incident, act: Act, moment: Moment, said: str) -> Incident:
    """Return the live incident, resolved at `moment`, or as near to it as the order allows."""
    at = max(min(moment.at, act.at), floor(incident.times))
    kept = moment if at == moment.at else Moment(at=at, known=Known.ESTIMATED)
    changed = replace(incident, state=State.RESOLVED, times=replace(incident.times, resolved=kept))
    return with_entry(changed, act.entry(Kind.RESOLVED, said))


def _acknowledge(incident: Incident, command: Acknowledge, act: Act) -> Incident:
    if incident.state is State.ACKNOWLEDGED and incident.assignee == act.who:
        return incident
    _need(incident, {State.OPEN})
    return acknowledged(incident, act, Moment(at=act.at), command.text)


def _assign(incident: Incident, command: Assign, act: Act) -> Incident:
    user = clean_line(command.user, 60)
    if not user:
        raise IncidentError(f"Say who takes {incident.id}: incident assign {incident.id} @user.")
    if incident.assignee == user:
        return incident
    entry = act.entry(Kind.ASSIGNED, f"Assigned to {user}")
    return with_entry(replace(incident, assignee=user), entry)


def _set_severity(incident: Incident, command: SetSeverity, act: Act) -> Incident:
    if incident.severity == command.severity:
        return incident
    entry = act.entry(Kind.SEVERITY, graded(command.severity, incident.severity))
    return with_entry(replace(incident, severity=command.severity), entry)


def _note(incident: Incident, command: Note, act: Act) -> Incident:
    text = clean_text(command.text)
    if not text:
        raise IncidentError(f"A note needs words: incident note {incident.id} TEXT.")
    return with_entry(incident, act.entry(Kind.NOTE, text))


def _mitigate(incident: Incident, command: Mitigate, act: Act) -> Incident:
    _need(incident, {State.OPEN, State.ACKNOWLEDGED})
    entry = act.entry(Kind.MITIGATED, sentence("Mitigated", clean_text(command.text)))
    times = replace(incident.times, mitigated=Moment(at=act.at))
    return with_entry(replace(incident, state=State.MITIGATED, times=times), entry)


def _resolve(incident: Incident, command: Resolve, act: Act) -> Incident:
    _need(incident, LIVE)
    said = sentence("Resolved", clean_text(command.text))
    return resolved(incident, act, command.when or Moment(at=act.at), said)


def _reopen(incident: Incident, command: Reopen, act: Act) -> Incident:
    _need(incident, {State.MITIGATED, State.RESOLVED})
    works_on = incident.state is State.MITIGATED and incident.times.acknowledged is not None
    times = replace(incident.times, mitigated=None, resolved=None, reopened=Moment(at=act.at))
    entry = act.entry(Kind.REOPENED, sentence("Reopened", clean_text(command.text)))
    state = State.ACKNOWLEDGED if works_on else State.OPEN
    return with_entry(replace(incident, state=state, times=times), entry)


def _need(incident: Incident, states: frozenset[State] | set[State]) -> None:
    if incident.state in states:
        return
    kind = ENTERED.get(incident.state)
    last = next((entry for entry in reversed(incident.timeline) if entry.kind is kind), None)
    since = f" since {last.at:%Y-%m-%d %H:%M} UTC" if last else ""
    raise IncidentError(
        f"{incident.id} is {incident.state}{since}; you can {POSSIBLE[incident.state]}.",
    )
