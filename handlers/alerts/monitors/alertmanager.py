"""Prometheus Alertmanager: the default template, custom ones, and edits of either."""

import re
from dataclasses import dataclass

from handlers.alerts.aws_regions import regions_in
from handlers.alerts.facts import Scope, read_facts
from handlers.alerts.markup import SHORTCODE
from handlers.alerts.message import Message, Place
from handlers.alerts.model import State
from handlers.alerts.pairs import Pair, Strength
from handlers.alerts.reading import Reading
from handlers.alerts.titles import read_title, state_in_prose
from handlers.alerts.words import severity_of

SOURCE = "prometheus-alertmanager"

# "[FIRING:2] name other (common label values)", "[RESOLVED] ...", "[FIRING:1, RESOLVED:1] ...".
# Source: Alertmanager's template/default.tmpl, `__subject`.
TITLE = re.compile(
    r"^\W*\[(FIRING|RESOLVED)(?::\s?\d+)?(?:,\s*RESOLVED:\s?\d+)?\]\s*(.*)$", re.IGNORECASE
)
COUNTED = re.compile(r"^\W*\[(?:(?:FIRING|RESOLVED): ?\d|RESOLVED\].* \(.+\)$)")
LINK = re.compile(r"https?://[^\s]+/#/(?:alerts|silences)\b")
COMMON = re.compile(r"^(.*?) \((.*)\)$")
IDENTIFIER = re.compile(r"[A-Za-z][a-z0-9]*(?:[A-Z_][A-Za-z0-9]*)+")
# "High error rate - critical": how common templates end an alert's line.
ENDING = re.compile(r"\s-\s(critical|error|warning|info|high|medium|low)$", re.MULTILINE)
POD = re.compile(r"^[a-z0-9-]{1,200}-[a-f0-9]{8,10}-[a-z0-9]{5}$")

# Alerts that fire on purpose. Source: kube-prometheus's general.rules (Watchdog, InfoInhibitor).
ON_PURPOSE = frozenset({"watchdog", "deadmansswitch", "deadmanswitch", "infoinhibitor"})
TEST_NAMES = frozenset({"testalert", "test", "testing"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A notification's title: what Alertmanager grouped by, and the labels all alerts share."""

    state: State
    group: str
    common: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        return (*self.group.split(), *self.common)


def subject_in(text: str) -> Subject | None:
    """Return the subject a title or fallback holds, or None."""
    match = TITLE.match(SHORTCODE.sub(" ", text.split("\n", maxsplit=1)[0]))
    if match is None:
        return None
    rest = match.group(2).split(" | http")[0].strip()
    split = COMMON.match(rest)
    group, common = split.groups() if split else (rest, "")
    state = State.FIRING if match.group(1).upper() == "FIRING" else State.RESOLVED
    return Subject(state=state, group=group.strip(), common=tuple(common.split()))


def recognise_alertmanager(message: Message) -> Reading | None:
    """Read a notification by its `[FIRING:n]`, or by its link to Alertmanager."""
    if not _is_alertmanagers(message):
        return None
    shown = next(filter(None, map(subject_in, message.headlines)), None)
    full = next(filter(None, map(subject_in, message.at(Place.FALLBACK))), None) or shown
    if full is None:
        return _templated(message)
    shown = shown or full
    labels = _labels(message, full)
    scope = Scope(message=message, labels=labels)
    alarm = scope.value("alertname") or rule_name(shown, full)
    return _reading(message, full.state, alarm, labels, _key(full), severity=_severity(scope, full))


def _is_alertmanagers(message: Message) -> bool:
    """Whether link, poster, count or labels show the template; "[RESOLVED]" alone does not."""
    if any(message.urls(LINK)) or "alertmanager" in (message.sender or "").lower():
        return True
    return any(map(COUNTED.match, (*message.headlines, *message.at(Place.FALLBACK))))


def _reading(
    message: Message,
    state: State,
    alarm: str,
    labels: tuple[Pair, ...],
    key: tuple[str, ...],
    *,
    severity: str | None,
) -> Reading:
    facts = read_facts(Scope(message=message, alarm=alarm, labels=labels))
    return Reading(
        source=SOURCE,
        why="an Alertmanager notification",
        state=state,
        alarm=alarm,
        severity=severity,
        key=key,
        quiet=_quiet(alarm),
        facts=facts,
    )


def _templated(message: Message) -> Reading | None:
    """Read a template of somebody's own that dropped the `[FIRING]`: its words tell the state."""
    titled = next(filter(lambda title: title.state, map(read_title, message.headlines)), None)
    state = titled.state if titled else state_in_prose(message.visible)
    first = titled.name if titled else next(iter(message.headlines), None)
    alarm = message.value("alertname", "alert", "alarm") or first
    if state is None or alarm is None:
        return None
    return _reading(
        message,
        state,
        alarm,
        (),
        ("alertmanager", alarm),
        severity=message.value("severity") or (titled.severity if titled else None),
    )


def _labels(message: Message, subject: Subject) -> tuple[Pair, ...]:
    """Return named labels of the body, then the title's values that their form alone names."""
    listed = [pair for pair in message.pairs if pair.strength >= Strength.LINE]
    typed = []
    for word in subject.words:
        if re.fullmatch(r"\d{12}", word):
            typed.append(Pair("account", word, Strength.FIELD))
        elif POD.match(word):
            typed.append(Pair("pod", word, Strength.FIELD))
        elif regions_in(word) == (word,):
            typed.append(Pair("region", word, Strength.FIELD))
    return (*listed, *typed)


def _severity(scope: Scope, subject: Subject) -> str | None:
    stated = scope.value("severity")
    if stated:
        return stated
    labelled = next((word for word in subject.words if _is_severity(word)), None)
    ending = ENDING.search(scope.message.visible)
    return labelled or (ending.group(1) if ending else None)


def _is_severity(word: str) -> bool:
    """Whether a label's value is a severity: "critical" and "P1", but not the "High" of a name."""
    if word == "none":
        return True
    return (word.islower() or word.isupper() or word[1:].isdigit()) and bool(severity_of(word))


def rule_name(shown: Subject, full: Subject) -> str:
    """Return the rule's name: the whole title where a template shows that alone.

    In the default title the other group labels' values follow it; a name without blanks is the
    first word, one with blanks is told only by the severity after it.
    """
    if shown.group != full.group:
        return shown.group or full.group
    words = full.group.split()
    if words and IDENTIFIER.fullmatch(words[0]):
        return words[0]
    while len(words) > 1 and _is_severity(words[-1]):
        words.pop()
    return " ".join(words)


def _key(subject: Subject) -> tuple[str, ...]:
    """Return the title without state, count and severity."""
    return ("alertmanager", *(word for word in subject.words if not _is_severity(word)))


def _quiet(alarm: str) -> str | None:
    name = re.sub(r"[^a-z]", "", alarm.lower())
    if name in ON_PURPOSE:
        return "it fires all the time, to show that alerting works"
    return "it is a test" if name in TEST_NAMES else None
