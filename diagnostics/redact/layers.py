"""One text under its escapes: JSON inside JSON, URL-encoded, HTML entities.

A secret is looked for in every layer, and its place mapped back to the text as it came.
"""

import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

MOST_LAYERS = 4  # JSON in JSON in a log line, URL-encoded: seen in practice are three
ESCAPE = re.compile(
    r"""\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\["'\\/bfnrt]|%[0-9a-fA-F]{2}"""
    r"""|&(?:quot|apos|amp|lt|gt|\#[0-9]{1,6}|\#x[0-9a-fA-F]{1,5});""",
)
CONTROLS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}

# Escapes that can break a word or a token in two, so that only decoding shows it.
_BREAKING = ("\\u", "\\x", "\\/", "&#")
_PERCENT = re.compile(r"%[0-9a-fA-F]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """The text with some escapes resolved, and where each stretch of it came from."""

    text: str
    starts: tuple[int, ...] = (0,)  # where a stretch begins here
    origins: tuple[int, ...] = (0,)  # where it begins in the layer outside
    outside: "Layer | None" = None  # None: this is the text as it came

    @property
    def depth(self) -> int:
        """How many escapes were resolved."""
        return 0 if self.outside is None else self.outside.depth + 1

    def origin(self, place: int) -> int:
        """Return where a place of this layer stands in the text as it came."""
        layer: Layer | None = self
        while layer is not None:
            stretch = bisect_right(layer.starts, place) - 1
            place = layer.origins[stretch] + place - layer.starts[stretch]
            layer = layer.outside
        return place


def is_broken_up(value: str) -> bool:
    """Tell whether escapes may cut words in two, so that only decoding shows them."""
    return any(map(value.__contains__, _BREAKING)) or (
        "%" in value and _PERCENT.search(value) is not None
    )


def layers(value: str) -> Iterator[Layer]:
    """Yield the text as it came, then with one escape after the other resolved."""
    layer = Layer(text=value)
    yield layer
    for _ in range(MOST_LAYERS):
        if not ESCAPE.search(layer.text):
            return
        layer = _resolved(layer)
        yield layer


def _resolved(outside: Layer) -> Layer:
    pieces: list[str] = []
    starts, origins = [0], [0]
    length = at = 0
    for escape in ESCAPE.finditer(outside.text):
        plain = outside.text[at : escape.start()]
        meant = _meant(escape[0])
        pieces += (plain, meant)
        length += len(plain)
        starts.append(length)
        origins.append(escape.start())
        length += len(meant)
        at = escape.end()
        starts.append(length)
        origins.append(at)
    pieces.append(outside.text[at:])
    return Layer(
        text="".join(pieces), starts=tuple(starts), origins=tuple(origins), outside=outside
    )


def _meant(escape: str) -> str:
    if escape[0] == "%":
        return chr(int(escape[1:], 16))
    if escape[0] == "&":
        return html.unescape(escape)
    if escape[1] in "ux":
        return chr(int(f"0x{escape[2:]}", base=0))
    return CONTROLS.get(escape[1], escape[1])


def lowered(value: str) -> str:
    """Return value in lower case, letter for letter: no letter may become two."""
    low = value.lower()
    return low if len(low) == len(value) else "".join(map(_lowered_letter, value))


def _lowered_letter(letter: str) -> str:
    low = letter.lower()
    return low if len(low) == 1 else letter
