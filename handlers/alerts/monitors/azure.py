"""Azure Monitor: the logic app's "rule: Fired", and the common alert schema as JSON."""

import re

from handlers.alerts.facts import Scope, read_facts
from handlers.alerts.message import Message, Place
from handlers.alerts.model import State
from handlers.alerts.reading import UNKNOWN_SOURCE, Reading

SOURCE = "azure-monitor"

LINE = re.compile(r"^([^\n:]{1,200}|[^\n]{1,200}?): (Fired|Resolved|Activated|Deactivated)$")
STATES = {
    "Fired": State.FIRING,
    "Activated": State.FIRING,
    "Resolved": State.RESOLVED,
    "Deactivated": State.RESOLVED,
}


def recognise_azure(message: Message) -> Reading | None:
    """Read an alert rule's change."""
    rule, condition = message.value("alertrule"), message.value("monitorcondition")
    line = next(filter(None, map(LINE.match, message.at(Place.TEXT))), None)
    if rule and condition in STATES:
        name, word = rule, condition
    elif line:
        name, word = line.groups()
    else:
        return None
    is_azure = "azure" in (message.sender or "").lower() or bool(rule)
    return Reading(
        source=SOURCE if is_azure else UNKNOWN_SOURCE,
        why="an Azure Monitor rule's change" if is_azure else "a rule's change",
        state=STATES[word or ""],
        alarm=name.strip(),
        severity=message.value("severity"),
        key=("azure", name.strip()) if is_azure else None,
        facts=read_facts(
            Scope(message=message, alarm=name.strip(), errors=word in {"Fired", "Activated"})
        ),
    )
