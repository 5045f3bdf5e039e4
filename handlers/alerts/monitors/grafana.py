"""Grafana Alerting, and Grafana's alerts before version 11."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from handlers.alerts.facts import Scope, read_facts
from handlers.alerts.message import Message, Place, query_of
from handlers.alerts.model import State
from handlers.alerts.monitors.alertmanager import TEST_NAMES, subject_in
from handlers.alerts.pairs import Pair, Strength, pairs_of_text
from handlers.alerts.reading import Reading

UNIFIED = "grafana-alerting"
LEGACY = "grafana-legacy"

FOOTER = re.compile(r"^Grafana v\d")
RULE = re.compile(r"https?://[^\s]+?/alerting/(?:grafana/)?([\w-]{1,80})/(?:view|edit)\b")
LIST = re.compile(r"https?://[^\s]+?/alerting/(?:list|silence|groups)\b")
SECTION = re.compile(r"^\**(Firing|Resolved|Alerting|Normal)\**$")
LABEL = re.compile(r"^- ([\w.:/ -]{1,120}?) = (.*)$")
VOLATILE = frozenset({"severity", "datasourceuid", "refid"})

# Rules Grafana makes up when it cannot evaluate one. Source: Grafana documentation, "No data and
# error states".
NO_DATA = "DatasourceNoData"
ERROR = "DatasourceError"

LEGACY_TITLE = re.compile(r"^\W*\[(Alerting|OK|No Data|NoData|Pending|Paused|Unknown)\]\s*(.+)$")
LEGACY_STATES = {
    "Alerting": State.FIRING,
    "OK": State.RESOLVED,
    "No Data": State.UNKNOWN,
    "NoData": State.UNKNOWN,
    "Pending": State.UNKNOWN,
    "Unknown": State.UNKNOWN,
    "Paused": State.UNKNOWN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One alert of a notification: its section's state, labels and annotations."""

    firing: bool
    labels: tuple[Pair, ...]
    text: str


def recognise_grafana(message: Message) -> Reading | None:
    """Read a notification by Grafana's footer, its rule link or its label lists."""
    is_grafana = any(map(FOOTER.match, message.at(Place.FOOTER)))
    legacy = next(filter(None, map(LEGACY_TITLE.match, message.headlines)), None)
    if legacy and is_grafana:
        return _legacy(message, LEGACY_STATES[legacy.group(1)], legacy.group(2).strip())
    titles = (*message.headlines, *message.at(Place.FALLBACK))
    subject = next(filter(None, map(subject_in, titles)), None)
    instances = tuple(_instances(message))
    if subject is None or not (
        is_grafana or instances or _rule(message) or any(message.urls(LIST))
    ):
        return None
    return _unified(message, subject.state, subject.group, instances)


def _unified(
    message: Message,
    state: State,
    title: str,
    instances: tuple[Instance, ...],
) -> Reading:
    """Read the alerts that fire; where none does, all of them."""
    live = tuple(item for item in instances if item.firing) or instances
    labels = tuple(pair for item in live for pair in item.labels)
    name = _value(labels, "alertname") or title
    is_made_up = name in {NO_DATA, ERROR}
    alarm = _value(labels, "rulename") or name if is_made_up else name
    text = "\n".join((title, *(item.text for item in live)))
    scope = Scope(message=message, alarm=alarm, errors=not is_made_up)
    if live:
        pairs = (*labels, *pairs_of_text(text))
        scope = replace(scope, labels=pairs, others=False, text=text)
    facts = read_facts(scope)
    return Reading(
        source=UNIFIED,
        why=f"a Grafana notification ({name})" if is_made_up else "a Grafana notification",
        state=State.UNKNOWN if is_made_up and state is State.FIRING else state,
        alarm=alarm,
        severity=_value(labels, "severity"),
        key=("grafana", _rule(message) or alarm, *_identity(instances)),
        quiet="it is a test" if alarm.lower().replace(" ", "") in TEST_NAMES else None,
        facts=facts,
    )


def _legacy(message: Message, state: State, alarm: str) -> Reading:
    link = next((link.url for link in message.links if "panelId=" in link.url), "")
    panel = query_of(link).get("panelid", "")
    return Reading(
        source=LEGACY,
        why="an alert of a Grafana before version 11",
        state=state,
        alarm=alarm,
        key=("grafana-legacy", link.partition("?")[0], panel, alarm),
        quiet="it is a test" if alarm.lower().startswith("test notification") else None,
        facts=read_facts(Scope(message=message, alarm=alarm)),
    )


def _rule(message: Message) -> str | None:
    """Return the rule's uid, from a link to its view."""
    return next((match.group(1) for match in message.urls(RULE)), None)


def _identity(instances: tuple[Instance, ...]) -> tuple[str, ...]:
    """Return the labels all alerts share, but for those that tell how bad or how measured."""
    sets = [
        {f"{pair.name}={pair.value}" for pair in item.labels if pair.key not in VOLATILE}
        for item in instances
    ]
    return tuple(sorted(set.intersection(*sets))) if sets else ()


def _instances(message: Message) -> Iterator[Instance]:
    """Yield the alerts of the default template, section by section."""
    for body in message.at(Place.BODY, Place.TEXT):
        if "\nLabels:" not in f"\n{body}":
            continue
        firing = True
        for chunk in re.split(
            r"\n(?=Value: )|\n(?=Resolved$)|\n(?=Firing$)", body, flags=re.MULTILINE
        ):
            section = SECTION.match(chunk.split("\n")[0].strip())
            if section:
                firing = section.group(1) in {"Firing", "Alerting"}
            labels = tuple(_labels(chunk))
            if labels:
                yield Instance(firing=firing, labels=labels, text=_prose(chunk))


def _labels(chunk: str) -> Iterator[Pair]:
    listed = chunk.partition("Labels:")[2].partition("Annotations:")[0]
    for line in listed.split("\n"):
        match = LABEL.match(line.strip())
        if match:
            yield Pair(match.group(1), match.group(2).strip(), Strength.JSON)


def _prose(chunk: str) -> str:
    """Return the alert without its links."""
    keep = (
        line
        for line in chunk.split("\n")
        if not re.match(r"(?:Source|Silence|Dashboard|Panel):", line)
    )
    return "\n".join(keep)


def _value(labels: tuple[Pair, ...], key: str) -> str | None:
    return next((pair.value for pair in labels if pair.key == key and pair.value), None)
