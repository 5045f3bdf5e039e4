"""Datadog monitors."""

import re

from handlers.alerts.facts import Scope, read_facts
from handlers.alerts.message import Message, query_of
from handlers.alerts.model import State
from handlers.alerts.pairs import Pair, Strength
from handlers.alerts.reading import Reading
from handlers.alerts.titles import BRACKET, LEADING
from handlers.alerts.words import priority_in

SOURCE = "datadog"

LINK = re.compile(
    r"https://[a-z0-9.-]{0,40}(?:datadoghq\.(?:com|eu)|ddog-gov\.com)/(?:monitors|event|synthetics)\b"
    r"(?:[/#](\d+))?",
)
HOST = re.compile(r"https://[a-z0-9.-]{0,40}(?:datadoghq\.(?:com|eu)|ddog-gov\.com)/")
# Title prefixes. Source: Datadog documentation, "Monitor notifications", and messages seen.
STATES = {
    "triggered": State.FIRING,
    "re-triggered": State.FIRING,
    "warn": State.FIRING,
    "re-warn": State.FIRING,
    "renotify": State.FIRING,
    "alert": State.FIRING,
    "recovered": State.RESOLVED,
    "warn recovered": State.RESOLVED,
    "no data recovered": State.RESOLVED,
    "no data": State.UNKNOWN,
    "re-no data": State.UNKNOWN,
}
WORDS = "|".join(sorted((re.escape(word) for word in STATES), key=len, reverse=True))
PREFIX = re.compile(
    rf"^(?:Monitor Alert\W+)?({WORDS})(?: on \{{([^{{}}\n]{{1,300}})\}})?:\s+(.+)$", re.IGNORECASE
)
IN_BRACKET = re.compile(rf"^({WORDS})(?: on \{{([^{{}}\n]{{1,300}})\}})?$", re.IGNORECASE)
SCOPE = re.compile(r"^(.*?) on ((?:[\w./-]+:[^\s,]+)(?:,[\w./-]+:[^\s,]+)*)$")
SCOPE_BRACES = re.compile(r"^(.*?) on \{([^{}]{1,300})\}$")
TEST = re.compile(r"\[TEST\]|\bTest notification triggered by\b", re.IGNORECASE)
SEVERITIES = {"warn": "Warn", "re-warn": "Warn"}


def recognise_datadog(message: Message) -> Reading | None:
    """Read a monitor's notification by its link and the word its title starts with."""
    if not any(message.urls(HOST)):
        return None
    titled = next(filter(None, map(_titled, message.headlines)), None)
    if titled is None:
        return None
    word, name, scope, priority = titled
    tags = _tags(scope)
    facts = read_facts(Scope(message=message, alarm=name, labels=tags))
    return Reading(
        source=SOURCE,
        why="a Datadog monitor's notification",
        state=STATES[word],
        alarm=name,
        severity=priority or message.value("priority", "severity") or SEVERITIES.get(word),
        key=_key(message, name, scope),
        quiet="it is a test" if TEST.search(message.visible) else None,
        repeats=word.startswith("re"),
        facts=facts,
    )


def _titled(line: str) -> tuple[str, str, str, str | None] | None:
    """Return state word, name, scope and priority of a title such as "[P2] [Warn] name on a:b"."""
    rest, priority, word, scope = LEADING.sub("", line), None, None, ""
    while bracket := BRACKET.match(rest):
        inside = bracket.group(1).strip()
        state = IN_BRACKET.match(inside)
        if state and word is None:
            word, scope = state.group(1).lower(), state.group(2) or ""
        elif priority_in(inside):
            priority = inside
        elif word is not None or inside.upper() != "TEST":
            break
        rest = rest[bracket.end() :]
    if word is None:
        prefixed = PREFIX.match(rest)
        if prefixed is None:
            return None
        word, scope, rest = prefixed.group(1).lower(), prefixed.group(2) or "", prefixed.group(3)
    scoped = SCOPE.match(rest) or SCOPE_BRACES.match(rest)
    name, tags = scoped.groups() if scoped else (rest, "")
    return word, name.strip(), scope or tags, priority


def _tags(scope: str) -> tuple[Pair, ...]:
    parts = (part.partition(":") for part in scope.split(","))
    return tuple(
        Pair(name.strip(), value.strip(), Strength.BOLD) for name, _, value in parts if value
    )


def _key(message: Message, name: str, scope: str) -> tuple[str, ...]:
    """Return monitor and group; the event's id in the link is new each time."""
    for link in message.links:
        match = LINK.match(link.url)
        monitor = query_of(link.url).get("linkmonitorid") or (match.group(1) if match else None)
        if monitor:
            group = query_of(link.url).get("group") or scope
            return ("datadog", monitor, *sorted(part.strip() for part in group.split(",")))
    return ("datadog", name, *sorted(part.strip() for part in scope.split(",")))
