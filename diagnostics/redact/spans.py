"""A place in a text that holds a secret, and a text with such places masked."""

from collections.abc import Iterable
from dataclasses import dataclass

MARK = "[redacted:"  # every placeholder begins so; what begins so is masked already


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One secret: where it stands and of which kind it is."""

    start: int
    end: int
    kind: str
    quote: str = ""  # put around the placeholder, so that JSON stays JSON


def placeholder(kind: str) -> str:
    """Return what stands for a secret of this kind."""
    return f"{MARK}{kind}]"


def masked(value: str, spans: Iterable[Span]) -> str:
    """Return value with every span replaced, overlapping ones by one placeholder."""
    pieces: list[str] = []
    at = 0
    for span in joined(spans):
        pieces += (value[at : span.start], span.quote, placeholder(span.kind), span.quote)
        at = span.end
    return "".join((*pieces, value[at:]))


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans in order, overlapping ones as one; the first one given names it."""
    found: list[tuple[int, Span]] = []
    for rank, span in sorted(enumerate(spans), key=lambda ranked: ranked[1].start):
        if found and span.start < found[-1][1].end:
            found[-1] = _both(*found[-1], rank, span)
        else:
            found.append((rank, span))
    return tuple(span for _, span in found)


def _both(rank: int, span: Span, other_rank: int, other: Span) -> tuple[int, Span]:
    first = span if rank < other_rank else other
    end = max(span.end, other.end)
    whole = Span(start=span.start, end=end, kind=first.kind, quote=first.quote)
    return min(rank, other_rank), whole
