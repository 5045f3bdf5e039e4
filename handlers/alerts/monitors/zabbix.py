"""Zabbix's Slack media type."""

import re

from handlers.alerts.facts import Scope, read_facts
from handlers.alerts.message import Message, query_of
from handlers.alerts.model import State
from handlers.alerts.reading import Reading

SOURCE = "zabbix"

LINK = re.compile(r"https?://[^\s]+/tr_events\.php\?")
# Source: Zabbix 6.0, the default message templates of the Slack media type.
TITLE = re.compile(
    r"^\W*(Problem(?: started)?|Resolved|Updated problem|PROBLEM|OK|Recovery)"
    r"(?: in (?:\d+[a-z]+ ?)+)?:\s*(.+)$",
)
ACKNOWLEDGED = re.compile(
    r"\backnowledged problem\b|\backnowledged: Yes\b|\backnowledged\b(?!: No)"
)
UNACKNOWLEDGED = re.compile(r"\bunacknowledged problem\b|\backnowledged: No\b")
UPDATE = "Updated problem"
TYPED_TAGS = ("awsservice", "service")


def recognise_zabbix(message: Message) -> Reading | None:
    """Read a problem by its title and its link to the trigger."""
    link = next((link.url for link in message.links if LINK.match(link.url)), None)
    titled = next(filter(None, map(TITLE.match, message.headlines)), None)
    if titled is None or not (link or (message.value("eventtime") and message.value("host"))):
        return None
    word, name = titled.group(1), titled.group(2).strip()
    query = query_of(link) if link else {}
    facts = read_facts(Scope(message=message, alarm=name))
    return Reading(
        source=SOURCE,
        why="a Zabbix problem",
        state=_state(message, word),
        alarm=name,
        severity=message.value("severity"),
        key=_key(query, message.value("host") or "", name),
        repeats=word == UPDATE,
        facts=facts,
    )


def _key(query: dict[str, str], host: str, name: str) -> tuple[str, ...]:
    """Return the trigger: a recovery in a new message may carry an event id of its own."""
    trigger = query.get("triggerid") or query.get("eventid")
    return ("zabbix", trigger) if trigger else ("zabbix", host, name)


def _state(message: Message, word: str) -> State:
    if word in {"Resolved", "OK", "Recovery"}:
        return State.RESOLVED
    details = message.value("details") or message.visible
    if word == UPDATE and ACKNOWLEDGED.search(details) and not UNACKNOWLEDGED.search(details):
        return State.ACKNOWLEDGED
    return State.FIRING
