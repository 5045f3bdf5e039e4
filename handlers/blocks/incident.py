"""An incident as one message that is edited as it goes on, and lists of incidents."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from handlers.blocks import inert
from handlers.blocks.elements import (
    Bullet,
    Element,
    Part,
    Sentence,
    Style,
    actions,
    bullet,
    button,
    context,
    header,
    person,
    rich_text,
    sentence,
    words,
)
from handlers.blocks.message import Message, message
from handlers.blocks.names import Button
from handlers.incidents.model import (
    Diagnosis,
    Entry,
    Followed,
    Incident,
    Known,
    Moment,
    State,
    Subject,
    by_person,
)
from handlers.incidents.search import Predecessor
from handlers.incidents.text import duration

# How much of each list one message shows. Own choice; `show`, `timeline` and `list` tell more.
MOST_ALERTS = 5
MOST_ENTRIES = 5
MOST_ACTIONS = 5
MOST_LISTED = 25
MOST_PREDECESSORS = 3
# What one line of such a list may take: all of them fit one message. Own choice.
LINE_CHARS = 200
NOTE_CHARS = 100

SURE_TIMES = frozenset({Known.RECORDED, Known.POSTED})
# What can be done next, in the order people do it.
BUTTONS = {
    State.OPEN: (Button.ACKNOWLEDGE, Button.MITIGATE, Button.RESOLVE, Button.NOTE),
    State.ACKNOWLEDGED: (Button.MITIGATE, Button.RESOLVE, Button.TAKE, Button.NOTE),
    State.MITIGATED: (Button.RESOLVE, Button.REOPEN, Button.NOTE),
    State.RESOLVED: (Button.REOPEN, Button.NOTE),
    State.MERGED: (),
}
LABELS = {
    Button.ACKNOWLEDGE: "Acknowledge",
    Button.TAKE: "Assign to me",
    Button.MITIGATE: "Mitigated",
    Button.RESOLVE: "Resolve",
    Button.REOPEN: "Reopen",
    Button.NOTE: "Add a note",
}


def incident_message(
    incident: Incident,
    *,
    predecessors: Sequence[Predecessor] = (),
) -> Message:
    """Return the message that follows one incident.

    Post it once and edit it from then on: an edit notifies nobody.
    """
    return message(
        *header(f"{incident.id}: {incident.title}"),
        *rich_text(_standing(incident)),
        *rich_text(_alerts(incident)),
        *rich_text(_diagnosis(incident.diagnosis)),
        *rich_text(_before(predecessors)),
        *rich_text(_history(incident)),
        *context(_foot(incident)),
        *actions(*_buttons(incident)),
    )


def incident_list(
    incidents: Sequence[Incident],
    *,
    now: datetime,
    title: str = "Open incidents",
    names: Mapping[str, str] | None = None,
) -> Message:
    """Return a list in the order given; `names` has the names of user ids, and none is pinged."""
    lines: list[Part] = [_listed(one, now, names or {}) for one in incidents[:MOST_LISTED]]
    if not incidents:
        lines.append(sentence(words("There is none.")))
    if (left := len(incidents) - MOST_LISTED) > 0:
        lines.append(sentence(words(f"… and {left:,} more: narrow it, such as by table=NAME.")))
    return message(*header(title), *rich_text(lines))


def summary(incident: Incident, now: datetime) -> str:
    """Return one line: id, severity, state, what it is about, for how long."""
    since = incident.times.reported.at
    until = incident.times.resolved.at if incident.times.resolved else now
    told = [f"{incident.id} SEV{incident.severity.value} {incident.state}"]
    told += ["drill"] if incident.drill else []
    told += [incident.title, duration(until - since)]
    return " · ".join(told)


def about(subject: Subject) -> str:
    """Return what an incident is about, in the words one would type; "" where nobody said."""
    other = subject.resource if subject.resource not in {subject.table, subject.index} else None
    named = (
        ("table", subject.table),
        ("index", subject.index),
        (subject.resource_type or "resource", other),
        ("region", subject.region),
        ("account", subject.account),
    )
    told = [subject.service or ""] + [f"{key}={value}" for key, value in named if value]
    return " ".join(filter(None, told))


def _standing(incident: Incident) -> Iterator[Part]:
    grade = f"SEV{incident.severity.value} · {incident.state}"
    drill = " · drill" if incident.drill else ""
    taken = (words("· taken by"), person(incident.assignee)) if incident.assignee else ()
    yield sentence(words(f"{grade}{drill}", Style.BOLD), *taken)
    if incident.merged_into:
        yield _labelled("Goes on in", incident.merged_into)
    if subject := about(incident.subject):
        yield _labelled("About", subject)
    times = incident.times
    named = (
        ("Started", times.started),
        ("Detected", times.detected),
        ("Reported", times.reported),
        ("Acknowledged", times.acknowledged),
        ("Mitigated", times.mitigated),
        ("Resolved", times.resolved),
        ("Reopened", times.reopened),
    )
    yield from (_labelled(label, _time(moment)) for label, moment in named if moment)


def _time(moment: Moment) -> str:
    how = "" if moment.known in SURE_TIMES else f" ({moment.known})"
    return f"{moment.at:%Y-%m-%d %H:%M} UTC{how}"


def _alerts(incident: Incident) -> Iterator[Part]:
    if incident.alerts:
        count = sum(alert.count for alert in incident.alerts) + incident.unfollowed
        messages = "message" if count == 1 else "messages"
        yield _labelled("Alerts", f"{len(incident.alerts):,}, in {count:,} {messages}")
    newest = sorted(incident.alerts, key=lambda alert: alert.last_at, reverse=True)
    yield from map(_alert, newest[:MOST_ALERTS])
    yield from _more(len(newest) - MOST_ALERTS, "alerts")


def _alert(alert: Followed) -> Bullet:
    flapping = "flapping" if alert.flapping else ""
    return bullet(
        words(alert.state.upper(), Style.BOLD),
        words(alert.alarm or "an alert without a name", Style.CODE, limit=LINE_CHARS),
        words(f"from {alert.source}", limit=NOTE_CHARS),
        words(f"{alert.count:,} times" if alert.count > 1 else ""),
        words(flapping, Style.ITALIC),
    )


def _diagnosis(diagnosis: Diagnosis | None) -> Iterator[Part]:
    if diagnosis is not None:
        sure = f"({diagnosis.confidence}, {diagnosis.cause})"
        headline = words(diagnosis.headline, limit=LINE_CHARS)
        yield sentence(words("Cause:", Style.BOLD), headline, words(sure, limit=NOTE_CHARS))


def _before(predecessors: Sequence[Predecessor]) -> Iterator[Part]:
    if predecessors:
        yield sentence(words("Seen before", Style.BOLD))
    for one in predecessors[:MOST_PREDECESSORS]:
        mended = f"mended by: {'; '.join(one.mended_by)}" if one.mended_by else ""
        yield bullet(
            words(f"{one.id} on {one.reported_at:%Y-%m-%d}, the same {one.alike}:"),
            words(one.title, limit=LINE_CHARS),
            words(mended, Style.BOLD, limit=LINE_CHARS),
        )


def _history(incident: Incident) -> Iterator[Part]:
    yield sentence(words("Last", Style.BOLD))
    yield from map(_entry, incident.timeline[-MOST_ENTRIES:])
    if incident.open_actions:
        yield sentence(words("Left to do", Style.BOLD))
    for action in incident.open_actions[:MOST_ACTIONS]:
        owner = (words("·"), person(action.owner)) if action.owner else ()
        yield bullet(words(f"{action.number}. {action.text}", limit=LINE_CHARS), *owner)
    yield from _more(len(incident.open_actions) - MOST_ACTIONS, "open actions")


def _entry(entry: Entry) -> Bullet:
    who = (
        person(entry.who)
        if by_person(entry.who)
        else words(entry.who, Style.ITALIC, limit=NOTE_CHARS)
    )
    said = words(entry.text, limit=LINE_CHARS)
    return bullet(words(f"{entry.at:%Y-%m-%d %H:%M} UTC", Style.CODE), who, said)


def _foot(incident: Incident) -> str:
    merged = f" · with {', '.join(incident.merged_from)}" if incident.merged_from else ""
    updated = f"{incident.updated_at:%Y-%m-%d %H:%M} UTC"
    return inert.cut(f"Opened by {incident.origin} · updated {updated}{merged}", LINE_CHARS)


def _buttons(incident: Incident) -> Iterator[Element]:
    for place, which in enumerate(BUTTONS[incident.state]):
        style = "primary" if place == 0 and incident.is_live else None
        yield button(which, LABELS[which], incident.id, style=style)
    if incident.is_live:
        yield button(Button.DIAGNOSE_INCIDENT, "Diagnose", incident.id)


def _listed(incident: Incident, now: datetime, names: Mapping[str, str]) -> Bullet:
    assignee = incident.assignee
    taken = f"taken by {names.get(assignee, assignee)}" if assignee else "taken by nobody"
    return bullet(
        words(summary(incident, now), limit=LINE_CHARS),
        words("·"),
        words(about(incident.subject), Style.CODE, limit=NOTE_CHARS),
        words(taken, limit=NOTE_CHARS),
    )


def _labelled(label: str, text: str) -> Sentence:
    return sentence(words(f"{label}:", Style.BOLD), words(text, limit=LINE_CHARS))


def _more(left: int, what: str) -> Iterator[Sentence]:
    if left > 0:
        yield sentence(words(f"… and {left:,} more {what}", Style.ITALIC))
