"""Block Kit's pieces, as small as this program needs them; no place here parses its text.

Everything that takes words makes them inert, and cuts them to what the place holds.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any

from handlers.blocks import inert
from handlers.blocks.limits import most
from handlers.blocks.names import Button

Block = dict[str, Any]
Element = dict[str, Any]

# A text longer than this tells nothing more in a chat. Own choice.
PIECE_CHARS = 1_000
# Slack's display names have at most 80 characters. Source: Slack reference, users.profile.set.
NAME_CHARS = 80
# Links go to AWS's own pages, as the knowledge files name them, and nowhere else.
ADDRESS = re.compile(
    r"https://(?:docs\.aws\.amazon\.com|aws\.amazon\.com|health\.aws\.amazon\.com)"
    r"/[A-Za-z0-9./_#%?=~:-]{0,500}",
)
USER_ID = re.compile(r"[UW][A-Z0-9]{2,20}")


class Style(StrEnum):
    """How a stretch of rich text looks."""

    PLAIN = "plain"
    BOLD = "bold"
    ITALIC = "italic"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A line of rich text at the margin."""

    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullet:
    """A line of a list."""

    elements: tuple[Element, ...]
    indent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Copyable:
    """Lines to copy, in a block of their own."""

    text: str


Part = Sentence | Bullet | Copyable


def words(text: str, style: Style = Style.PLAIN, *, limit: int = PIECE_CHARS) -> Element:
    """Return a stretch of rich text; its text is empty where nothing is left to show."""
    element: Element = {"type": "text", "text": inert.line(text, limit)}
    return element if style is Style.PLAIN else {**element, "style": {str(style): True}}


def address(url: str) -> Element:
    """Return a link to a page of AWS; any other address is shown as words."""
    return {"type": "link", "url": url} if ADDRESS.fullmatch(url) else words(url)


def person(who: str) -> Element:
    """Return a person as Slack shows one; what is no user id is shown as words.

    Slack notifies a person whom a new message names, not one whom an edit or a Home tab names.
    """
    return (
        {"type": "user", "user_id": who} if USER_ID.fullmatch(who) else words(who, limit=NAME_CHARS)
    )


def spaced(*elements: Element) -> tuple[Element, ...]:
    """Return the elements that show something, a space between them."""
    shown = [element for element in elements if element.get("text") != ""]
    return tuple(_between(shown, " "))


def sentence(*elements: Element) -> Sentence:
    """Return a line at the margin."""
    return Sentence(elements=spaced(*elements))


def bullet(*elements: Element, indent: int = 0) -> Bullet:
    """Return a line of a list."""
    return Bullet(elements=spaced(*elements), indent=max(0, min(indent, most("list.indent"))))


def rich_text(parts: Iterable[Part]) -> tuple[Block, ...]:
    """Return one rich text block with these lines; none where there is nothing to show."""
    shown = [part for part in parts if isinstance(part, Copyable) or part.elements]
    elements = [_element(list(group)) for _, group in groupby(shown, key=_kind)]
    return ({"type": "rich_text", "elements": elements},) if elements else ()


def header(text: str) -> tuple[Block, ...]:
    """Return a title in large letters; none without words."""
    title = plain_text(text, "header.text")
    return ({"type": "header", "text": title},) if title["text"] else ()


def section(text: str) -> Block:
    """Return a paragraph of plain text, its lines kept; the caller gives words."""
    shown = inert.cut(inert.code(text), most("section.text"))
    return {"type": "section", "text": {"type": "plain_text", "text": shown, "emoji": False}}


def context(text: str) -> tuple[Block, ...]:
    """Return a line in small grey letters; none without words."""
    small = plain_text(text, "context.text")
    return ({"type": "context", "elements": [small]},) if small["text"] else ()


def actions(*buttons: Element) -> tuple[Block, ...]:
    """Return a row of buttons; none without one."""
    row = list(buttons[: most("actions.elements")])
    return ({"type": "actions", "elements": row},) if row else ()


def button(which: Button, label: str, value: str, *, style: str | None = None) -> Element:
    """Return a button that sends `value` back; `style` is Slack's "primary" or "danger".

    Raises:
        ValueError: a value Slack would refuse, a bug of ours.
    """
    if len(value) > most("button.value"):
        raise ValueError(f"the value of {which} has {len(value)} characters")
    made: Element = {
        "type": "button",
        "action_id": str(which),
        "text": plain_text(label, "button.text"),
        "value": value,
    }
    return {**made, "style": style} if style else made


def plain_text(text: str, limit: str) -> Element:
    """Return words on one line where Slack takes plain text; `limit` names the place."""
    return {"type": "plain_text", "text": inert.line(text, most(limit)), "emoji": False}


def _kind(part: Part) -> tuple[object, ...]:
    match part:
        case Sentence():
            return (Sentence,)
        case Bullet(indent=indent):
            return (Bullet, indent)
    return (Copyable, id(part))  # what is copied stands alone


def _element(parts: list[Part]) -> Element:
    match parts:
        case [Copyable(text=text)]:
            return {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}
        case [Bullet(indent=indent), *_]:
            lines = [_section(p.elements) for p in parts if isinstance(p, Bullet)]
            return {
                "type": "rich_text_list",
                "style": "bullet",
                "indent": indent,
                "elements": lines,
            }
    lines_of = [p.elements for p in parts if isinstance(p, Sentence)]
    flat = [
        e for place, es in enumerate(lines_of) for e in (*((_gap("\n"),) if place else ()), *es)
    ]
    return _section(tuple(flat))


def _section(elements: tuple[Element, ...]) -> Element:
    return {"type": "rich_text_section", "elements": list(elements)}


def _between(elements: list[Element], gap: str) -> Iterator[Element]:
    for place, element in enumerate(elements):
        if place:
            yield _gap(gap)
        yield element


def _gap(text: str) -> Element:
    return {"type": "text", "text": text}
