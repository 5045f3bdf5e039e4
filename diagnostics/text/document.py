"""A report as neutral blocks, in the order a person reads it; each sink renders the blocks."""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What a piece of text is to its reader; sinks choose colours."""

    PLAIN = "plain"
    STRONG = "strong"
    QUIET = "quiet"
    BAD = "bad"
    DOUBTFUL = "doubtful"
    GOOD = "good"
    NAME = "name"  # an id, a resource, an operation
    LINK = "link"  # an address of our own knowledge, never of what was read


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of clean text on one line."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The answer."""

    label: str  # "cause found"
    text: str
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The title of a section."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The title of one numbered thing in a section."""

    number: int
    title: str
    note: str  # what it belongs to
    badge: Piece | None = None  # how sure it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One sentence or a few, wrapped to fit; `depth` 0 is the margin."""

    pieces: tuple[Piece, ...]
    depth: int = 1
    bullet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Something to copy; never wrapped."""

    text: str
    language: str
    depth: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of cells; every row has a cell for every column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Footer:
    """What the answer cost."""

    text: str


Block = Headline | Heading | Entry | Paragraph | Code | Table | Footer
