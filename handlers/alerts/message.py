"""A Slack message made plain, so that recognisers read facts and not layouts."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from handlers.alerts.markup import Link
from handlers.alerts.model import Delivery
from handlers.alerts.pairs import Pair, key_of


class Place(StrEnum):
    """Where in a message a string stood."""

    TEXT = "text"
    HEADER = "header"
    PRETEXT = "pretext"
    AUTHOR = "author"
    TITLE = "title"
    BODY = "body"
    FIELD = "field"
    CONTEXT = "context"
    FOOTER = "footer"
    FALLBACK = "fallback"


TITLE_ORDER = (Place.HEADER, Place.TITLE, Place.TEXT, Place.PRETEXT, Place.BODY)
VISIBLE = tuple(place for place in Place if place not in {Place.FALLBACK, Place.FOOTER})


class Tone(StrEnum):
    """What a colour hints at. A hint, never a state."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"


@dataclass(frozen=True, slots=True)
class Piece:
    """One string of a message."""

    place: Place
    raw: str
    plain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What stands in a message, wherever it stood."""

    channel: str | None
    ts: str | None
    thread_ts: str | None
    delivery: Delivery
    unchanged: bool  # an edit that only added a link preview
    sender: str | None
    app: str | None
    pieces: tuple[Piece, ...]
    pairs: tuple[Pair, ...]
    links: tuple[Link, ...]
    emoji: tuple[str, ...]
    colours: tuple[str, ...]
    documents: tuple[Mapping[str, Any], ...]

    def at(self, *places: Place) -> tuple[str, ...]:
        """Return the plain strings of these places, in the order of the message."""
        return tuple(piece.plain for piece in self.pieces if piece.place in places and piece.plain)

    @property
    def visible(self) -> str:
        """Return all a person sees, but for footers."""
        return "\n".join(self.at(*VISIBLE))

    @property
    def readable(self) -> str:
        """Return what facts are read from; the fallback comes last, the delivering topic never."""
        footers = (text for text in self.at(Place.FOOTER) if "SNS" not in text)
        return "\n".join((*self.at(*VISIBLE), *footers, *self.at(Place.FALLBACK)))

    @property
    def headlines(self) -> tuple[str, ...]:
        """Return the lines that may be a title, likeliest first."""
        lines = [
            first_line(piece.plain)
            for place in TITLE_ORDER
            for piece in self.pieces
            if piece.place is place
        ]
        return tuple(dict.fromkeys(line for line in lines if line))

    @property
    def tones(self) -> frozenset[Tone]:
        return frozenset(tone for tone in map(tone_of, self.colours) if tone)

    def value(self, *keys: str) -> str | None:
        """Return the value of the first of these names that has one, the surest pair first."""
        for key in keys:
            found = [pair for pair in self.pairs if pair.key == key and pair.value.strip()]
            if found:
                return max(found, key=lambda pair: pair.strength).value.strip()
        return None

    def urls(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Yield the matches of a pattern at the start of each link."""
        yield from filter(None, (pattern.match(link.url) for link in self.links))


def first_line(text: str) -> str:
    """Return the first line with something on it."""
    return next((line.strip() for line in text.split("\n") if line.strip()), "")


def query_of(url: str) -> dict[str, str]:
    """Return the query of a URL, first values only; nothing where it is not a URL."""
    try:
        parts = urlsplit(url)
        fields = parse_qs(parts.query, max_num_fields=100)
    except ValueError:
        return {}
    return {key_of(name): values[0] for name, values in fields.items()}


NAMED_TONES = {"danger": Tone.RED, "warning": Tone.YELLOW, "good": Tone.GREEN}
DARK = 0x70  # of 0xff: browns and greys hint at nothing
HEX = re.compile(r"[0-9a-f]{6}")


@lru_cache(maxsize=256)
def tone_of(colour: str) -> Tone | None:
    """Return what a colour hints at: hue by hue, since every monitor has its own shades."""
    colour = colour.lower().lstrip("#")
    if not HEX.fullmatch(colour):
        return NAMED_TONES.get(colour)
    red, green, blue = (int(colour[i : i + 2], 16) for i in (0, 2, 4))
    if green > 1.25 * red and green > 1.15 * blue:
        return Tone.GREEN
    if red < 1.5 * blue or red < DARK:
        return None
    return Tone.RED if green < 0.45 * red else Tone.YELLOW
