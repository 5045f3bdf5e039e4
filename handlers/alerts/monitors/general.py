"""A careful reading of monitors nobody described."""

import re
from collections.abc import Iterator

from handlers.alerts.facts import Scope, read_facts
from handlers.alerts.message import Message
from handlers.alerts.model import Facts, State
from handlers.alerts.monitors.cloudwatch import alarm_in_subject
from handlers.alerts.names import problem_name, says_nothing
from handlers.alerts.pairs import key_of
from handlers.alerts.reading import UNKNOWN_SOURCE, Reading
from handlers.alerts.signs import (
    ENOUGH,
    EVENT_KEYS,
    LOOSE_STATE_KEYS,
    MAX_STATE_CHARS,
    SEVERITY_KEYS,
    STATE_KEYS,
    SURE,
    signs_of,
    state_by_looks,
    weight_of,
)
from handlers.alerts.titles import Title, read_title, state_in_prose
from handlers.alerts.words import priority_in, severity_of, state_of

MAX_NAME_CHARS = 200
MAX_TITLES = 6

RULE_NAMES = (
    "alertname alarmname alertrule rulename alerttitle monitorname checkname triggername "
    "conditionname incidenttitle problemtitle issuetitle policyname alert alarm rule monitor check "
    "trigger problem incident condition policy"
)
RULE_KEYS = tuple(RULE_NAMES.split())
HOST_KEYS = ("host", "hostname", "hostalias")
CHECK_KEYS = ("service", "servicedesc")
TITLE_KEYS = ("title", "summary", "subject", "name", "message")

SAYS_HOW_BAD = re.compile(
    r"\b(?:is|state:?) (?:now )?(critical|warning)\b|"
    r"\b(critical|warning|error|major|minor) (?:incident|alert|alarm|problem|priority|severity)\b",
    re.IGNORECASE,
)
QUESTION = re.compile(r"\?\s*$")


def recognise_general(message: Message) -> Reading | None:
    """Read an alert of a monitor nobody described, or return None."""
    titles = tuple(map(read_title, message.headlines[:MAX_TITLES]))
    signs = signs_of(message, titles)
    asks = bool(QUESTION.search(next(iter(message.headlines), "")))
    if weight_of(signs) < ENOUGH or (asks and not any(sign.weight == SURE for sign in signs)):
        return None
    state = next((sign.state for sign in signs if sign.state), None) or state_by_looks(
        message, signs
    )
    if state is None:
        return None
    wrapped = alarm_in_subject(message.visible)
    alarm = wrapped.name if wrapped else _name(message, titles)
    scope = Scope(message=message, alarm=alarm, errors=state is not State.RESOLVED)
    return Reading(
        source=UNKNOWN_SOURCE,
        why="an alert of a monitor nobody described: " + ", ".join(sign.says for sign in signs),
        state=state,
        alarm=alarm,
        severity=_severity(message, titles),
        facts=read_facts(scope, Facts(region=wrapped.region if wrapped else None)),
    )


def _severity(message: Message, titles: tuple[Title, ...]) -> str | None:
    stated = (message.value(key) for key in SEVERITY_KEYS)
    rated = next((value for value in stated if value and severity_of(value)), None)
    titled = next((title.severity for title in titles if title.severity), None)
    lines = "\n".join((*message.headlines[:3], f"is {message.value('state', 'servicestate')}"))
    told = SAYS_HOW_BAD.search(lines)
    return (
        rated or titled or priority_in(lines) or (told.group(1) or told.group(2) if told else None)
    )


def _name(message: Message, titles: tuple[Title, ...]) -> str | None:
    """Return the rule's name: stated, a host's check, or what a title holds besides its state."""
    stated = (message.value(key) for key in RULE_KEYS)
    named = next((value for value in stated if value and _is_name(value)), None)
    if named:
        titled = read_title(named)
        return titled.name if titled.state else named
    checked = message.value(*CHECK_KEYS) if message.value(*HOST_KEYS) else None
    if checked and _is_name(checked):
        return checked
    sender = (message.sender or "").lower()
    return next(
        (name for name in _titled(message, titles) if not sender.startswith(name.lower())), None
    )


def _titled(message: Message, titles: tuple[Title, ...]) -> Iterator[str]:
    """Yield names out of titles: first of those that tell the state, then of the others."""
    yield from _names((title.name for title in titles if title.state), told=True)
    yield from _names(line for line in message.headlines[:MAX_TITLES] if state_in_prose(line))
    stated = (message.value(key) or "" for key in TITLE_KEYS)
    yield from _names(value for value in stated if "\n" not in value)
    yield from _names(title.name for title in titles)


def _names(lines: Iterator[str], *, told: bool = False) -> Iterator[str]:
    for line in lines:
        name = "" if says_nothing(line) or _is_field(line) else problem_name(line, told=told)
        if name and not says_nothing(name):
            yield name


def _is_name(value: str) -> bool:
    return len(value) <= MAX_NAME_CHARS and "\n" not in value and state_of(value) is None


def _is_field(line: str) -> bool:
    """Whether a line is no title but a field, as in "State: DOWN"."""
    key, colon, value = line.partition(":")
    if not colon or len(value) >= MAX_STATE_CHARS:
        return False
    return key_of(key) in {*STATE_KEYS, *LOOSE_STATE_KEYS, *EVENT_KEYS, *SEVERITY_KEYS}
