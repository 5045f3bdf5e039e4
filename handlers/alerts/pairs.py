"""Names with values: the fields, bold labels, lines, assignments and JSON of a message."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from handlers.alerts.markup import BARE_URL, clean, read_markup, unescape

MAX_PAIRS = 600
MAX_DOCUMENTS = 6
MAX_DEPTH = 12
MAX_VALUE = 4_000

NOT_LETTERS = re.compile(r"[^a-z0-9]+")
BOLD_LABEL = re.compile(r"\*([^*\n]{1,60})\*(:|\t|) *([^*\n]{0,2000})")
LABEL_LINE = re.compile(
    r"^[ \t>]*[-\u2022\u25cf\u2013\u2014]?[ \t]*"
    r"([A-Za-z][A-Za-z0-9 _./()-]{0,40}?)[ \t]*(?::|=|:=)[ \t]+(\S.{0,2000})$",
)
ASSIGNMENT = re.compile(
    r"(?<![\w./?&-])([A-Za-z][\w.-]{0,40})=(\"[^\"\n]{0,500}\"|[^\s,;&(){}\[\]\"'<>]{1,300})",
)
TAG = re.compile(r"(?<![\w./:-])([a-z][a-z0-9_.]{1,40}):([A-Za-z0-9_.*/-]{1,200})(?![\w:/])")
# "HOST: web-1 STATE: DOWN" on one line.
CAPITALS = re.compile(r"(?<![\w:])([A-Z]{3,20}): {1,3}([^\s:]{1,200})(?!\S*:)")
# "name: value" within a sentence, for the names an AWS resource has.
MENTION = re.compile(
    r"\b(table|function|queue|bucket|stream|region|account|cluster|pod|host|level|severity|"
    r"priority|urgency|status|state): "
    r"([A-Za-z0-9][\w.-]{1,200})(?![\w:/])",
    re.IGNORECASE,
)
# A traceback's lines of source code: their names are the program's, not the problem's.
SOURCE_LINE = re.compile(
    r"^[ \t]*File \"[^\"\n]{1,300}\", line \d+[^\n]*\n[^\n]*$|^[ \t]+at [^\n]*$",
    re.MULTILINE,
)


class Strength(IntEnum):
    """How surely a name and a value belong together; the highest is asked first."""

    TAG = 0  # name:value within a sentence
    ASSIGNMENT = 1  # name=value
    LINE = 2  # a line of its own
    BOLD = 3
    FIELD = 4  # Slack's own fields
    JSON = 5


@dataclass(frozen=True, slots=True)
class Pair:
    """A name and its value, both as plain text."""

    name: str
    value: str
    strength: Strength

    @property
    def key(self) -> str:
        return key_of(self.name)


def key_of(name: str) -> str:
    """Return the name for comparing: `Table Name`, `table_name` and `TableName` are one."""
    return NOT_LETTERS.sub("", name.lower()).removeprefix("dimension")


def pairs_of_text(raw: str) -> Iterator[Pair]:
    """Yield the pairs of a text as Slack delivers it, surest first."""
    text = SOURCE_LINE.sub("", clean(raw))
    yield from _of_bold(text)
    plain = BARE_URL.sub(" ", read_markup(text).plain)
    for line in plain.split("\n"):
        match = LABEL_LINE.match(line)
        if match:
            yield Pair(match.group(1), match.group(2).strip(), Strength.LINE)
    for match in ASSIGNMENT.finditer(plain):
        yield Pair(match.group(1), match.group(2).strip('"'), Strength.ASSIGNMENT)
    for match in (*TAG.finditer(plain), *MENTION.finditer(plain), *CAPITALS.finditer(plain)):
        yield Pair(match.group(1), match.group(2).rstrip("."), Strength.TAG)


def field_pair(raw: str) -> Pair | None:
    """Return the pair a section field holds: a bold name, then the value."""
    text = clean(raw).strip()
    match = re.match(r"\*([^*\n]{1,80})\*:?[ \t]*\n?(.*)", text, re.DOTALL)
    if match is None:
        return None
    name = read_markup(match.group(1)).plain.rstrip(":").strip()
    return Pair(name, read_markup(match.group(2)).plain[:MAX_VALUE], Strength.FIELD)


def documents_in(raw: str) -> Iterator[Mapping[str, Any]]:
    """Yield the JSON objects written out in a text, a few of them, also within `` ` `` marks."""
    text = unescape(clean(raw).replace("```", " ").replace("`", " "))
    decoder = json.JSONDecoder()
    start, found = text.find("{"), 0
    while start >= 0 and found < MAX_DOCUMENTS:
        found += 1
        try:
            value, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            end = start + 1
        else:
            if value:
                yield value
        start = text.find("{", end)


def pairs_of_json(value: object, parent: str = "", depth: int = 0) -> Iterator[Pair]:
    """Yield name and value of every leaf, also with its parent's name before its own.

    JSON that is written inside a string is gone into.
    """
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value[:50]:
            yield from pairs_of_json(item, parent, depth + 1)
    if not isinstance(value, Mapping):
        return
    yield from _named_value(value)
    for name, inner in list(value.items())[:100]:
        if isinstance(inner, str | int | float) and not isinstance(inner, bool):
            text = clean(str(inner))[:MAX_VALUE]
            yield Pair(str(name)[:100], text, Strength.JSON)
            if parent:
                yield Pair(f"{parent} {name}"[:100], text, Strength.JSON)
        yield from pairs_of_json(_unpacked(inner), str(name), depth + 1)


def _named_value(value: Mapping[str, Any]) -> Iterator[Pair]:
    """Yield the pair of an object such as {"name": "TableName", "value": "orders"}."""
    name, inner = value.get("name"), value.get("value")
    if isinstance(name, str) and isinstance(inner, str):
        yield Pair(clean(name)[:100], clean(inner)[:MAX_VALUE], Strength.JSON)


def _unpacked(value: object) -> object:
    if not isinstance(value, str) or not value.lstrip().startswith("{"):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _of_bold(text: str) -> Iterator[Pair]:
    for match in BOLD_LABEL.finditer(text):
        label, colon, value = match.groups()
        if not (colon or label.rstrip().endswith(":")):
            continue
        name = read_markup(label).plain.rstrip(": ")
        value = read_markup(value).plain
        if name and value:
            yield Pair(name, value[:MAX_VALUE], Strength.BOLD)
