"""What is overdue: reminders, and incidents that end by themselves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.alerts.model import State as AlertState
from handlers.incidents.commands import Resolve
from handlers.incidents.flapping import FLAP_WINDOW
from handlers.incidents.followed import may_end_itself
from handlers.incidents.model import (
    Entry,
    Incident,
    Kind,
    Known,
    Moment,
    Nudge,
    Severity,
    State,
    by_person,
)
from handlers.incidents.text import duration

# How long an incident may wait for somebody to take it. Five minutes for what users feel at
# once, thirty for what is less urgent. Source: Site Reliability Engineering, chapter 11
# "Being On-Call", response times. SEV4 waits for the working day: the digest shows it.
ACKNOWLEDGE_WITHIN = {
    Severity.SEV1: timedelta(minutes=5),
    Severity.SEV2: timedelta(minutes=5),
    Severity.SEV3: timedelta(minutes=30),
    Severity.SEV4: timedelta(days=1),
}

# How long an incident somebody took may go without a word. Half an hour is also the time after
# which PagerDuty takes an acknowledgement back (service, acknowledgement_timeout, default 1800 s);
# the slower ones are an own choice: an hour, half a working day, a day.
SPEAK_WITHIN = {
    Severity.SEV1: timedelta(minutes=30),
    Severity.SEV2: timedelta(hours=1),
    Severity.SEV3: timedelta(hours=4),
    Severity.SEV4: timedelta(days=1),
}

# A mitigated incident that nobody ends. Own choice: the next working day looks at it.
RESOLVE_WITHIN = timedelta(days=1)

# A poster of single errors has nothing more to say. Source: PagerDuty, service
# auto_resolve_timeout, default 14400 s.
QUIET_AFTER = timedelta(hours=4)

# Each further reminder waits twice as long as the one before, up to this. Own choice.
NUDGE_AT_LEAST_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """What to tell people about one incident."""

    incident_id: str
    nudge: Nudge
    since: datetime  # the wait began
    whom: str | None  # the assignee; None: the channel
    says: str


def due_reminders(incidents: Iterable[Incident], now: datetime) -> tuple[Reminder, ...]:
    """Return what is overdue now, the worst first; each is recorded once it was sent."""
    live = sorted((one for one in incidents if one.is_live), key=lambda one: one.severity)
    return tuple(due for one in live if (due := _due(one, now)) is not None)


def _due(incident: Incident, now: datetime) -> Reminder | None:
    match incident.state:
        case State.OPEN:
            nudge, since = Nudge.UNACKNOWLEDGED, _entered(incident)
            within = ACKNOWLEDGE_WITHIN[incident.severity]
        case State.ACKNOWLEDGED:
            nudge, since = Nudge.SILENT, _last_word(incident)
            within = SPEAK_WITHIN[incident.severity]
        case _:
            nudge, since = Nudge.MITIGATED, _last_word(incident)
            within = RESOLVE_WITHIN
    if now < _next(incident, nudge, since, within):
        return None
    return Reminder(
        incident_id=incident.id,
        nudge=nudge,
        since=since,
        whom=incident.assignee,
        says=_says(incident, nudge, now - since),
    )


def _next(incident: Incident, nudge: Nudge, since: datetime, within: timedelta) -> datetime:
    """Return when the next reminder is due: the first after `within`, then ever more slowly."""
    sent = [one.at for one in incident.nudges if one.nudge is nudge and one.at >= since]
    if not sent:
        return since + within
    wait = within * (1 << min(len(sent), 10))
    return max(sent) + max(within, min(wait, NUDGE_AT_LEAST_EVERY))


def _entered(incident: Incident) -> datetime:
    """Return since when it waits for somebody: its opening, or the last time it came back."""
    back = incident.times.reopened
    return back.at if back else incident.times.reported.at


def _last_word(incident: Incident) -> datetime:
    """Return when a person or a diagnosis last told something new."""
    told = (entry.at for entry in reversed(incident.timeline) if _is_news(entry))
    return next(told, incident.times.reported.at)


def _is_news(entry: Entry) -> bool:
    return by_person(entry.who) or entry.kind is Kind.DIAGNOSED


def _says(incident: Incident, nudge: Nudge, waited: timedelta) -> str:
    drill = " (drill)" if incident.drill else ""
    name = f"{incident.id}{drill}, SEV{incident.severity}"
    match nudge:
        case Nudge.UNACKNOWLEDGED:
            return f"{name}: nobody has acknowledged it for {duration(waited)}."
        case Nudge.SILENT:
            return f"{name}: nothing new for {duration(waited)}; add a note, or resolve it."
        case _:
            return f"{name}: mitigated {duration(waited)} ago; resolve it, or say what is left."


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """An incident that ends by itself, and the command that ends it."""

    incident_id: str
    command: Resolve


def due_closings(incidents: Iterable[Incident], now: datetime) -> tuple[Closing, ...]:
    """Return the incidents that are over although no monitor said so.

    An alert that flapped has been calm and resolved for the flap window; or all posters are of
    the kind that never tells of an end, they are silent, and no person is at it.
    """
    due = ((one, _over(one, now)) for one in incidents)
    return tuple(Closing(incident_id=one.id, command=over) for one, over in due if over)


def _over(incident: Incident, now: datetime) -> Resolve | None:
    last = incident.last_alert_at
    if last is None or not may_end_itself(incident):
        return None
    if all(one.state is AlertState.RESOLVED for one in incident.alerts):
        text = f"nothing has fired for {duration(now - last)}"
        when = Moment(at=last, known=Known.POSTED)
        return Resolve(text=text, when=when) if now - last >= FLAP_WINDOW else None
    touched = any(by_person(entry.who) for entry in incident.timeline)
    silent = all(one.one_way or one.state is AlertState.RESOLVED for one in incident.alerts)
    if touched or not silent or now - last < QUIET_AFTER:
        return None
    text = f"no such error for {duration(now - last)}; its poster never tells of an end"
    return Resolve(text=text, when=Moment(at=last, known=Known.ESTIMATED))
