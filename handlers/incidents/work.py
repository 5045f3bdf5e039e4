"""What diagnosing and mending add to an incident: diagnoses, remedies, actions, place, nudges."""

from dataclasses import replace

from handlers.incidents.act import Act, earlier_detected, sentence, with_entry
from handlers.incidents.commands import (
    AddAction,
    ByWork,
    CloseAction,
    Diagnosed,
    Move,
    RemedyDone,
)
from handlers.incidents.model import (
    Action,
    Diagnosis,
    Helped,
    Incident,
    IncidentError,
    Kind,
    Known,
    Moment,
    Nudged,
    Remedy,
    Times,
)
from handlers.incidents.text import clean_line, clean_text

HELPED = {Helped.YES: " (helped)", Helped.NO: " (did not help)", Helped.UNKNOWN: ""}


def change(incident: Incident, command: ByWork, act: Act) -> Incident:
    """Return the incident after what was found or done about it.

    Raises:
        IncidentError: a word is missing, or there is no such action.
    """
    match command:
        case Diagnosed():
            return _diagnosed(incident, command, act)
        case RemedyDone():
            return _remedy_done(incident, command, act)
        case AddAction():
            return _add_action(incident, command, act)
        case CloseAction():
            return _close_action(incident, command, act)
        case Move():
            return _move(incident, command)
    nudged = Nudged(nudge=command.nudge, at=act.at)
    return replace(incident, nudges=(*incident.nudges, nudged))


def absorb(into: Incident, other: Incident) -> Incident:
    """Return `into` with what was found, done and left to do in `other`."""
    known = {diagnosis.report_id for diagnosis in into.diagnoses}
    news = tuple(one for one in other.diagnoses if one.report_id not in known)
    left = tuple(
        replace(action, number=len(into.actions) + place)
        for place, action in enumerate(other.open_actions, start=1)
    )
    times = earlier_detected(into.times, other.times.detected)
    times = _started(times, other.times.started)
    return replace(
        into,
        diagnoses=tuple(sorted((*into.diagnoses, *news), key=lambda one: one.at)),
        remedies=tuple(sorted((*into.remedies, *other.remedies), key=lambda one: one.at)),
        actions=(*into.actions, *left),
        times=times,
    )


def _diagnosed(incident: Incident, command: Diagnosed, act: Act) -> Incident:
    if any(diagnosis.report_id == command.report_id for diagnosis in incident.diagnoses):
        return incident
    headline = clean_text(command.headline)
    diagnosis = Diagnosis(
        report_id=command.report_id,
        at=act.at,
        headline=headline,
        conclusion=command.conclusion,
        cause=command.cause,
        confidence=command.confidence,
    )
    measured = Moment(at=command.first_at, known=Known.MEASURED) if command.first_at else None
    changed = replace(
        incident,
        diagnoses=(*incident.diagnoses, diagnosis),
        times=_started(incident.times, measured),
    )
    return with_entry(changed, act.entry(Kind.DIAGNOSED, headline))


def _started(times: Times, started: Moment | None) -> Times:
    """Return the times with the better knowledge of the start, never after the detection."""
    if started is None or (times.detected is not None and started.at > times.detected.at):
        return times
    if times.started is None or _is_better(started, times.started):
        return replace(times, started=started)
    return times


def _is_better(news: Moment, old: Moment) -> bool:
    """Return whether `news` outranks `old`: a person saw the impact itself; else the earlier."""
    if (news.known is Known.STATED) != (old.known is Known.STATED):
        return news.known is Known.STATED
    return news.at < old.at


def _remedy_done(incident: Incident, command: RemedyDone, act: Act) -> Incident:
    title = clean_line(command.title)
    if not title:
        raise IncidentError("Say in a few words what was done.")
    remedy = Remedy(at=act.at, who=act.who, title=title, helped=command.helped)
    entry = act.entry(Kind.REMEDY, f"{title}{HELPED[command.helped]}")
    return with_entry(replace(incident, remedies=(*incident.remedies, remedy)), entry)


def _add_action(incident: Incident, command: AddAction, act: Act) -> Incident:
    text = clean_line(command.text, 500)
    if not text:
        raise IncidentError("Say in a few words what is left to do.")
    action = Action(
        number=len(incident.actions) + 1,
        text=text,
        added_at=act.at,
        added_by=act.who,
        owner=command.owner,
    )
    entry = act.entry(Kind.ACTION, sentence(f"Action {action.number} added", text))
    return with_entry(replace(incident, actions=(*incident.actions, action)), entry)


def _close_action(incident: Incident, command: CloseAction, act: Act) -> Incident:
    action = next((one for one in incident.actions if one.number == command.number), None)
    if action is None:
        raise IncidentError(f"{incident.id} has no action {command.number}.{_there_are(incident)}")
    if action.closed_at is not None:
        return incident
    closed = replace(action, closed_at=act.at, closed_by=act.who)
    actions = tuple(closed if one is action else one for one in incident.actions)
    entry = act.entry(Kind.ACTION, sentence(f"Action {action.number} closed", action.text))
    return with_entry(replace(incident, actions=actions), entry)


def _there_are(incident: Incident) -> str:
    numbers = ", ".join(str(action.number) for action in incident.open_actions)
    return f" Open are: {numbers}." if numbers else " None is open."


def _move(incident: Incident, command: Move) -> Incident:
    return incident if incident.place == command.place else replace(incident, place=command.place)
