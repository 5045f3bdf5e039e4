"""Logs Insights queries: the part of the language that a diagnosis uses.

Source: CloudWatch Logs user guide, "CloudWatch Logs Insights language query syntax":
fields, display, filter, parse with a regular expression, stats, sort, limit.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from diagnostics.evidence.place import LogEvent
from diagnostics.evidence.times import epoch_ms, from_epoch_ms

Row = dict[str, str]
Query = Callable[[list[Row], int | None], list[Row]]
Step = Callable[[list[Row]], list[Row]]
Test = Callable[[Row], bool]

DEFAULT_LIMIT = 1000  # rows. Source: API reference, StartQuery, limit.
LONGEST = 10_000  # characters. Source: as above, queryString.
TOKEN = re.compile(
    r"""\s*(?:(?P<regex>/(?:[^/\\\n]|\\.)+/)|(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    r"""|(?P<op>=~|!=|<=|>=|[=<>(),|*\[\]])|(?P<word>`[^`]+`|[@\w.$:-]+))""",
)
NAMED = re.compile(r"\(\?<([A-Za-z]\w*)>")
BIN = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class _Unread(Exception):  # noqa: N818 - not an error of anybody: this form is not understood
    """A form of the language that is not understood here."""


@dataclass(slots=True)
class _Words:
    """The words of one query, taken one after the other."""

    words: list[tuple[str, str]]
    at: int = 0

    def peek(self) -> str:
        return self.words[self.at][1] if self.at < len(self.words) else ""

    def kind(self) -> str:
        return self.words[self.at][0] if self.at < len(self.words) else ""

    def take(self, *wanted: str) -> str:
        word = self.peek()
        if not word or (wanted and word.lower() not in wanted):
            raise _Unread(word)
        self.at += 1
        return word

    def takes(self, *wanted: str) -> bool:
        if self.peek().lower() in wanted and self.kind() in ("word", "op"):
            self.at += 1
            return True
        return False


def row(at: int, log: str, line: LogEvent) -> Row:
    """Return a log line as the fields that a query sees."""
    return {
        "@timestamp": _shown_time(at),
        "@message": line.message,
        "@log": log,
        "@logStream": line.stream,
        "@ptr": f"{log}/{line.stream}/{at}",
    }


def parsed(text: str) -> Query | None:
    """Return what a query does to rows; None: a form that is not understood here."""
    if len(text) > LONGEST:
        return None
    try:
        words = _Words(list(_tokens(text)))
        steps = [_command(words)]
        while words.takes("|"):
            steps.append(_command(words))
        if words.peek():
            return None
    except (_Unread, re.error, ValueError):
        return None
    shows = [step.shows for step in steps if step.shows is not None]
    named = shows[-1] if shows else ("@timestamp", "@message")
    limited = any(step.limits for step in steps)

    def run(rows: list[Row], limit: int | None) -> list[Row]:
        rows = sorted(rows, key=lambda one: one["@timestamp"], reverse=True)
        for step in steps:
            rows = step.does(rows)
        if not limited:
            rows = rows[: limit or DEFAULT_LIMIT]
        kept = (*named, "@ptr")
        return [{name: one[name] for name in kept if name in one} for one in rows]

    return run


@dataclass(frozen=True, slots=True, kw_only=True)
class _Does:
    does: Step
    shows: tuple[str, ...] | None = None
    limits: bool = False


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    text = "\n".join(line for line in text.splitlines() if not line.strip().startswith("#"))
    at = 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise _Unread(text[at : at + 10])
        yield match.lastgroup, match[match.lastgroup]
        at = match.end()


def _command(words: _Words) -> _Does:
    match words.take().lower():
        case "fields" | "display":
            return _fields(words)
        case "filter":
            test = _either(words)
            return _Does(does=lambda rows: [one for one in rows if test(one)])
        case "parse":
            return _parse(words)
        case "stats":
            return _stats(words)
        case "sort":
            return _sort(words)
        case "limit":
            most = int(words.take())
            return _Does(does=lambda rows: rows[:most], limits=True)
        case other:
            raise _Unread(other)


def _fields(words: _Words) -> _Does:
    names = [_name(words)]
    while words.takes(","):
        names.append(_name(words))
    return _Does(does=lambda rows: rows, shows=tuple(names))


def _name(words: _Words) -> str:
    if words.kind() != "word":
        raise _Unread(words.peek())
    return words.take().strip("`")


def _parse(words: _Words) -> _Does:
    name = _name(words)
    pattern = _regex(words)

    def extract(rows: list[Row]) -> list[Row]:
        matches = [(one, pattern.search(one.get(name, ""))) for one in rows]
        return [
            one | {k: v for k, v in (found.groupdict() if found else {}).items() if v is not None}
            for one, found in matches
        ]

    return _Does(does=extract)


def _sort(words: _Words) -> _Does:
    keys = []
    while True:
        name = _name(words)
        keys.append((name, words.takes("desc")))
        words.takes("asc")
        if not words.takes(","):
            break

    def order(rows: list[Row]) -> list[Row]:
        for name, down in reversed(keys):
            rows = sorted(rows, key=lambda one, name=name: _sortable(one.get(name)), reverse=down)  # type: ignore[misc]  # mypy cannot type a default here
        return rows

    return _Does(does=order)


def _either(words: _Words) -> Test:
    tests = [_both(words)]
    while words.takes("or"):
        tests.append(_both(words))
    return lambda one: any(test(one) for test in tests)


def _both(words: _Words) -> Test:
    tests = [_single(words)]
    while words.takes("and"):
        tests.append(_single(words))
    return lambda one: all(test(one) for test in tests)


def _single(words: _Words) -> Test:
    if words.takes("not"):
        inner = _single(words)
        return lambda one: not inner(one)
    if words.takes("("):
        inner = _either(words)
        words.take(")")
        return inner
    return _comparison(words)


def _comparison(words: _Words) -> Test:
    name = _name(words)
    negative = words.takes("not")
    if words.takes("like", "=~"):
        pattern = _regex(words)
        return lambda one: bool(pattern.search(one.get(name, ""))) != negative
    if words.takes("in"):
        words.take("[")
        allowed = [_value(words)]
        while words.takes(","):
            allowed.append(_value(words))
        words.take("]")
        return lambda one: (one.get(name) in allowed) != negative
    operator = words.take("=", "!=", "<", "<=", ">", ">=")
    wanted = _value(words)
    return lambda one: name in one and _compares(one[name], operator, wanted)


def _value(words: _Words) -> str:
    return words.take()[1:-1] if words.kind() == "text" else words.take()


def _regex(words: _Words) -> re.Pattern[str]:
    kind, word = words.kind(), words.take()
    if kind == "regex":
        return re.compile(NAMED.sub(r"(?P<\1>", word[1:-1].replace(r"\/", "/")))
    if kind == "text":
        return re.compile(re.escape(word[1:-1]))
    raise _Unread(word)


def _compares(left: str, operator: str, right: str) -> bool:
    a, b = _sortable(left), _sortable(right)
    if a[0] != b[0]:
        return operator == "!="
    return {
        "=": a == b,
        "!=": a != b,
        "<": a < b,
        "<=": a <= b,
        ">": a > b,
        ">=": a >= b,
    }[operator]


def _sortable(value: str | None) -> tuple[int, Any]:
    if value is None:
        return (0, 0)
    try:
        return (1, float(value))
    except ValueError:
        return (2, value)


Aggregate = Callable[[list[Row]], str]


def _stats(words: _Words) -> _Does:
    wanted = [_aggregate(words)]
    while words.takes(","):
        wanted.append(_aggregate(words))
    by: list[tuple[str, Callable[[Row], str]]] = []
    if words.takes("by"):
        by.append(_group(words))
        while words.takes(","):
            by.append(_group(words))

    def summarise(rows: list[Row]) -> list[Row]:
        groups: dict[tuple[str, ...], list[Row]] = {} if by else {(): []}
        for one in rows:
            groups.setdefault(tuple(value(one) for _, value in by), []).append(one)
        return [
            {name: value for (name, _), value in zip(by, key, strict=True) if value}
            | {name: value for name, value in ((n, f(held)) for n, f in wanted) if value}
            for key, held in groups.items()
        ]

    names = (*(name for name, _ in by), *(name for name, _ in wanted))
    return _Does(does=summarise, shows=names)


def _aggregate(words: _Words) -> tuple[str, Aggregate]:
    function = words.take().lower()
    words.take("(")
    field = "*" if words.takes("*") else "" if words.peek() == ")" else _name(words)
    words.take(")")
    name = _name(words) if words.takes("as") else f"{function}({field})"
    return name, _aggregates(function, field)


def _aggregates(function: str, field: str) -> Aggregate:
    def held(rows: list[Row]) -> list[str]:
        return [one[field] for one in rows if field in one]

    def number(value: float) -> str:
        return str(int(value)) if value == int(value) else repr(value)

    table: dict[str, Aggregate] = {
        "count": lambda rows: str(len(rows) if field in ("", "*") else len(held(rows))),
        "count_distinct": lambda rows: str(len(set(held(rows)))),
        "sum": lambda rows: number(sum(float(v) for v in held(rows))),
        "avg": lambda rows: (
            number(sum(map(float, held(rows))) / len(held(rows))) if held(rows) else ""
        ),
        "min": lambda rows: min(held(rows), key=_sortable, default=""),
        "max": lambda rows: max(held(rows), key=_sortable, default=""),
        "earliest": lambda rows: held(rows)[-1] if held(rows) else "",
        "latest": lambda rows: held(rows)[0] if held(rows) else "",
    }
    if function not in table:
        raise _Unread(function)
    return table[function]


def _group(words: _Words) -> tuple[str, Callable[[Row], str]]:
    word = _name(words)
    if word.lower() != "bin" or not words.takes("("):
        name = _name(words) if words.takes("as") else word
        return name, lambda one: one.get(word, "")
    span = words.take()
    words.take(")")
    seconds = int(span[:-1]) * BIN.get(span[-1], 0)
    if seconds < 1:
        raise _Unread(span)
    name = _name(words) if words.takes("as") else f"bin({span})"
    return name, lambda one: _binned(one["@timestamp"], seconds)


def _binned(shown: str, seconds: int) -> str:
    at = _epoch_ms(shown)
    return _shown_time(at - at % (seconds * 1000))


def _shown_time(at: int) -> str:
    return f"{from_epoch_ms(at):%Y-%m-%d %H:%M:%S}.{at % 1000:03d}"


def _epoch_ms(shown: str) -> int:
    return epoch_ms(datetime.fromisoformat(shown + "+00:00"))
