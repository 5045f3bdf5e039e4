"""Private keys in PEM form: whole blocks, a header alone, or the rest of a block."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from diagnostics.redact.spans import Span

_BEGIN = re.compile(r"-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}(?: ?-{4,5})?")
_END = re.compile(r"-{4,5} ?END [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}(?: ?-{4,5})?")
_BODY = re.compile(
    r"\s*(?:(?:Proc-Type|DEK-Info|Version|Comment|Subject):[^\n]{0,120}\n\s*)*"
    r"(?:[A-Za-z0-9+/=]{16,}+\s*)*(?:[A-Za-z0-9+/]*=+)?",
)
_BODY_LINE = re.compile(r"[A-Za-z0-9+/=]+")
_LONGEST_KEY = 16_384  # characters of a block's body; RSA with 8,192 bits has about 6,400
_PUTTY = re.compile(r"Private-Lines: \d{1,4}\s+(?P<body>[A-Za-z0-9+/=\s]+)")


def private_keys(text: str) -> Iterator[Span]:
    """Yield every private key, however little of its block is there."""
    begins = list(_BEGIN.finditer(text))
    ends = list(_END.finditer(text))
    if ends and not (begins and begins[0].start() < ends[0].start()):
        start = _rest_start(text, ends[0].start())
        yield Span(start=start, end=ends[0].end(), kind="private-key")
    end_starts = [end.start() for end in ends]
    for place, begin in enumerate(begins):
        limit = begins[place + 1].start() if place + 1 < len(begins) else len(text)
        found = bisect_left(end_starts, begin.end())
        if found < len(ends) and ends[found].start() < limit:
            end = ends[found].end()
        else:
            end = _body_end(text, begin.end())
        yield Span(start=begin.start(), end=end, kind="private-key")
    for putty in _PUTTY.finditer(text):
        yield Span(start=putty.start("body"), end=putty.end("body"), kind="private-key")


def is_body_line(line: str) -> bool:
    """Tell whether a line may be one of a PEM block's body."""
    return _BODY_LINE.fullmatch(line.strip()) is not None


def opens_key(text: str) -> bool:
    """Tell whether a private key begins in the text and does not end there."""
    begins = list(_BEGIN.finditer(text))
    return bool(begins) and not _END.search(text, begins[-1].end())


def closes_key(text: str) -> bool:
    """Tell whether a private key's end stands in the text."""
    return _END.search(text) is not None


def _body_end(text: str, start: int) -> int:
    body = _BODY.match(text, start, start + _LONGEST_KEY)
    return body.end() if body else start


def _rest_start(text: str, end: int) -> int:
    """Return where the lines of a body begin that stand before an END line."""
    start = end
    for line in reversed(text[max(0, end - _LONGEST_KEY) : end].splitlines(keepends=True)):
        if not is_body_line(line):
            break
        start -= len(line)
    return start
