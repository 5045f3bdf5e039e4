"""Sentry's issue alerts and metric alerts."""

import re
from dataclasses import replace

from handlers.alerts.facts import Scope, read_facts
from handlers.alerts.message import Message, Place, query_of
from handlers.alerts.model import Facts, Kind, State
from handlers.alerts.reading import Reading
from handlers.alerts.words import state_of

SOURCE = "sentry"

ISSUE = re.compile(r"https?://[^\s/]+/(?:organizations/[^\s/]+/)?issues/(\d+)\b")
METRIC = re.compile(
    r"https?://[^\s/]+/organizations/[^\s/]+/(?:alerts|issues/alerts)/"
    r"(?:rules/details/(\d+)|metric-rules/[^\s/]+/(\d+)|(\d+))\b"
)
HOST = re.compile(r"https?://[^\s/]*sentry[^\s/]*/")
METRIC_TITLE = re.compile(r"^\W*(Critical|Warning|Resolved|Info):\s*(.+)$")
RESOLVED = re.compile(
    r"\b(?:was|has been|marked (?:this issue )?as|Issue) resolved\b|\bresolved (?:this )?(?:issue|"
    r"by)\b|"
    r"\bresolved [A-Z][A-Z0-9-]{2,40}\b|\bauto-?resolved\b",
    re.IGNORECASE,
)
HANDLED = re.compile(
    r"\b(?:archived|ignored|was assigned|assigned (?:this )?(?:issue|to)|Issue assigned)\b",
    re.IGNORECASE,
)
REPORT = re.compile(r"\b(?:weekly|daily) (?:report|summary|digest)\b", re.IGNORECASE)

# The dot before a title. Source: Sentry's slack message_builder/issues.py, LEVEL_TO_EMOJI.
LEVELS = {
    "red_circle": "error",
    "large_yellow_circle": "warning",
    "large_blue_circle": "info",
    "large_orange_circle": "warning",
    "\U0001f534": "error",
    "\U0001f7e1": "warning",
}
# Classes that wrap what went wrong and do not say it.
WRAPPER_NAMES = (
    "AxiosError ClientError Error Exception HTTPError HttpException OperationError ResponseError "
    "SerializationError Unknown UnknownError"
)
WRAPPERS = frozenset(WRAPPER_NAMES.split())
CLASS = re.compile(r"[A-Z]\w{1,80}(?:Exception|Error|Fault|Exceeded|Timeout)")


def recognise_sentry(message: Message) -> Reading | None:
    """Read an alert by its link to an issue or a metric rule."""
    if not any(message.urls(HOST)):
        return None
    metric = next(
        ((link.url, match) for link in message.links if (match := METRIC.match(link.url))), None
    )
    if metric:
        return _metric(message, *metric)
    issue = next(
        (
            (link.label, match.group(1))
            for link in message.links
            if (match := ISSUE.match(link.url))
        ),
        None,
    )
    if issue is None:
        return None
    if REPORT.search(message.visible):
        return Reading(source=SOURCE, why="a Sentry report", kind=Kind.NOTICE)
    return _issue(message, *issue)


def _metric(message: Message, url: str, rule: re.Match[str]) -> Reading | None:
    titled = next(filter(None, map(METRIC_TITLE.match, message.headlines)), None)
    if titled is None:
        return None
    word, name = titled.groups()
    state = state_of(word) or State.FIRING
    return Reading(
        source=SOURCE,
        why="a Sentry metric alert",
        state=state,
        alarm=name.strip(),
        severity=None if state is State.RESOLVED else word,
        key=("sentry-metric", next(filter(None, rule.groups())), query_of(url).get("alert", "")),
        facts=read_facts(Scope(message=message, alarm=name.strip())),
    )


def _issue(message: Message, label: str, issue: str) -> Reading:
    title = label.strip().strip("*").strip() or next(iter(message.headlines), "")
    facts = read_facts(Scope(message=message, alarm=title, text=_error_text(message)))
    return Reading(
        source=SOURCE,
        why="a Sentry issue",
        state=_state(message),
        alarm=title or None,
        severity=message.value("level") or _level(message),
        key=("sentry", issue),
        facts=_with_class(facts, title),
    )


def _error_text(message: Message) -> str:
    """Return the error's own words: title and value, not the names around them."""
    keep = (
        text for text in message.at(Place.TEXT, Place.BODY) if not text.startswith("environment:")
    )
    return "\n".join(keep)


def _with_class(facts: Facts, title: str) -> Facts:
    code = facts.error_code
    if code and code not in WRAPPERS:
        return facts
    named = CLASS.fullmatch(title)
    return replace(facts, error_code=title if named and title not in WRAPPERS else None)


def _state(message: Message) -> State:
    told = "\n".join(message.at(Place.TEXT, Place.BODY, Place.CONTEXT))
    if RESOLVED.search(told):
        return State.RESOLVED
    return State.ACKNOWLEDGED if HANDLED.search(told) else State.FIRING


def _level(message: Message) -> str | None:
    return next((LEVELS[emoji] for emoji in message.emoji if emoji in LEVELS), None)
