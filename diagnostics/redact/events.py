"""Log messages: secrets and item values masked, also where events cut them in two."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from diagnostics.redact.items import item_values
from diagnostics.redact.pem import closes_key, is_body_line, opens_key
from diagnostics.redact.scan import may_hold_secret, secrets
from diagnostics.redact.spans import Span, masked

# A token cut in two by a log agent: long enough for a session token's visible ends.
_EDGE = 600
_NEW_RECORD = re.compile(
    r"\s|[\[{<(\"']|\d{4}[-/]\d\d[-/]\d\d|\d{1,2}:\d\d|[A-Z]?[a-z]{1,15}[ :]"
    r"|(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|START|END|REPORT)[\s:|\]]"
    r"|INIT_START|Traceback|[A-Za-z_$][\w.$]{1,200}(?:Exception|Error|Warning)\b"
    r"|[A-Za-z_][\w.-]{1,40}[=:][^=\s]",
)


def log_line(message: str) -> str:
    """Return one log message with its secrets and the values of logged items masked."""
    return masked(message, _spans(message))


def log_lines(messages: Sequence[str]) -> tuple[str, ...]:
    """Return consecutive messages of one log stream masked.

    A secret that begins in one message and ends in the next is masked in both.
    """
    spans = [list(_spans(message)) for message in messages]
    for place, (before, after) in enumerate(pairwise(messages)):
        for left, right in _crossing(before, after):
            spans[place].append(left)
            spans[place + 1].append(right)
    for place in _inside_keys(messages):
        spans[place].append(Span(start=0, end=len(messages[place]), kind="private-key"))
    return tuple(masked(message, found) for message, found in zip(messages, spans, strict=True))


def _spans(message: str) -> Iterator[Span]:
    if may_hold_secret(message):
        yield from secrets(message)
    yield from item_values(message)


def _crossing(before: str, after: str) -> Iterator[tuple[Span, Span]]:
    if not before or not after or before[-1].isspace() or _NEW_RECORD.match(after):
        return
    left = before[-_EDGE:]
    both = left + after[:_EDGE]
    if not may_hold_secret(both):
        return
    for span in secrets(both):
        if span.start < len(left) < span.end:
            start = len(before) - len(left) + span.start
            yield (
                Span(start=start, end=len(before), kind=span.kind),
                Span(start=0, end=span.end - len(left), kind=span.kind),
            )


def _inside_keys(messages: Sequence[str]) -> Iterator[int]:
    """Yield the places of messages that are lines of a PEM block begun in an earlier one."""
    is_inside = False
    for place, message in enumerate(messages):
        if is_inside and (is_body_line(message) or closes_key(message)):
            yield place
            is_inside = not closes_key(message)
        else:
            is_inside = opens_key(message)
