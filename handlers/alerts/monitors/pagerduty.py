"""PagerDuty's incident cards. Their titles are what another monitor sent."""

import re

from handlers.alerts.facts import Scope, read_facts
from handlers.alerts.message import Message
from handlers.alerts.model import Facts, Kind, State
from handlers.alerts.monitors.alertmanager import rule_name, subject_in
from handlers.alerts.monitors.cloudwatch import alarm_in_subject
from handlers.alerts.reading import Reading

SOURCE = "pagerduty"

INCIDENT = re.compile(
    r"https://[a-z0-9-]{1,63}(?:\.eu)?\.pagerduty\.com/incidents/([A-Z0-9]{5,30})\b"
)
HOST = re.compile(r"https://[a-z0-9-]{1,63}(?:\.eu)?\.pagerduty\.com/")
STATUS = re.compile(
    r"^\W*(?:Incident )?(Triggered|Acknowledged|Resolved|Unacknowledged|Reopened|Escalated|"
    r"Reassigned|Delegated|Snoozed|High[- ]urgency incident triggered|"
    r"Low[- ]urgency incident triggered)\b:?\s*(?:<?#?\d+>?)?\s*:?\s*(.*)$",
    re.IGNORECASE,
)
AGAIN = frozenset({"escalated", "reassigned", "delegated", "unacknowledged", "reopened", "snoozed"})
BY_SOMEBODY = re.compile(
    r"\b(?:was|is|been) (acknowledged|resolved)\b|\b(acknowledged|resolved) (?:by|the incident)\b",
    re.IGNORECASE,
)
NOTE = re.compile(r"\badded a note\b|\bposted a status update\b|\bon[- ]call\b", re.IGNORECASE)
URGENCY = re.compile(r"urgency", re.IGNORECASE)


def recognise_pagerduty(message: Message) -> Reading | None:
    """Read a card by its link to an incident; notes and handovers are talk."""
    incident = next((match.group(1) for match in message.urls(INCIDENT)), None)
    is_app = (message.sender or "").lower() == "pagerduty"
    if incident is None and not (is_app or any(message.urls(HOST))):
        return None
    if NOTE.search(message.visible) and not any(map(STATUS.match, message.headlines)):
        return _talk()
    titled = next(filter(None, map(STATUS.match, message.headlines)), None)
    word, title = (titled.group(1).lower(), titled.group(2)) if titled else (_word(message), "")
    if word is None or incident is None:
        return _talk() if is_app else None
    return _card(message, incident, word, title)


def _card(message: Message, incident: str, word: str, title: str) -> Reading:
    name, facts = _wrapped(message, title.strip().strip("*").strip())
    state = State.FIRING
    if "acknowledged" in word and not word.startswith("un"):
        state = State.ACKNOWLEDGED
    elif word == "resolved":
        state = State.RESOLVED
    return Reading(
        source=SOURCE,
        why="a PagerDuty incident",
        state=state,
        alarm=name or None,
        severity=message.value("priority", "severity", "urgency"),
        key=("pagerduty", incident),
        repeats=word in AGAIN,
        facts=facts,
    )


def _wrapped(message: Message, title: str) -> tuple[str, Facts]:
    """Read the title with the recogniser of the monitor that wrote it."""
    alarm = alarm_in_subject(title)
    subject = subject_in(title)
    name = alarm.name if alarm else rule_name(subject, subject) if subject else title
    scope = Scope(message=message, alarm=name)
    return name, read_facts(scope, Facts(region=alarm.region if alarm else None))


def _word(message: Message) -> str | None:
    match = BY_SOMEBODY.search(message.visible)
    return (match.group(1) or match.group(2)).lower() if match else None


def _talk() -> Reading:
    return Reading(
        source=SOURCE, why="PagerDuty tells of a note or of who is on call", kind=Kind.CHATTER
    )
