"""One message: its blocks, the text that stands in for them, and its plainer versions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.blocks import inert
from handlers.blocks.elements import Block, Element, section
from handlers.blocks.limits import most

PLAIN_BLOCKS = frozenset({"section", "actions"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What Slack is sent: blocks, and a fallback text that tells the same.

    The text serves notifications and screen readers, and is all there is without blocks.
    """

    text: str
    blocks: tuple[Block, ...] = ()

    @property
    def posted(self) -> dict[str, Any]:
        """The arguments of chat.postMessage: no unfurls, and no words made into links."""
        return {**self.updated, "unfurl_links": False, "unfurl_media": False}

    @property
    def updated(self) -> dict[str, Any]:
        """The arguments of chat.update, which would parse the text if nothing was said."""
        return {
            "text": self.text,
            "blocks": list(self.blocks),
            "parse": "none",
            "link_names": False,
        }


def message(*blocks: Block) -> Message:
    """Return the message with these blocks; the text tells what they show."""
    return Message(text=_fallback(blocks), blocks=blocks)


def plainer(sent: Message) -> Message:
    """Return the next plainer version of a message that Slack refused.

    Rich blocks become sections of plain text, then only the text is left; that one is its own
    plainer version, so that a caller knows where the ladder ends.
    """
    if all(block["type"] in PLAIN_BLOCKS for block in sent.blocks):
        return Message(text=sent.text)
    buttons = tuple(block for block in sent.blocks if block["type"] == "actions")
    room = most("message.block_text") - text_length(buttons)
    told = inert.cut("\n".join(_lines(sent.blocks)), room)
    sections = tuple(section(piece) for piece in _pieces(told, most("section.text")))
    return Message(text=sent.text, blocks=sections + buttons)


def text_length(blocks: Sequence[Block]) -> int:
    """Return how many characters Slack counts in these blocks, all of them together."""
    return sum(_length(block) for block in blocks)


def _length(value: object) -> int:
    if isinstance(value, dict):
        own = value.get("text")
        return (len(own) if isinstance(own, str) else 0) + sum(map(_length, value.values()))
    return sum(map(_length, value)) if isinstance(value, list) else 0


def _fallback(blocks: Sequence[Block]) -> str:
    text = inert.mrkdwn("\n".join(_lines(blocks)), most("message.text"))
    return text or "(nothing to show)"


def _lines(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case {"type": "rich_text", "elements": elements}:
                for element in elements:
                    yield from _rich(element)
            case {"type": "header" | "section", "text": {"text": text}}:
                yield text
            case {"type": "context", "elements": elements}:
                yield from (element["text"] for element in elements)


def _rich(element: Element) -> Iterator[str]:
    if element["type"] == "rich_text_list":
        indent = "  " * element["indent"]
        yield from (f"{indent}• {_inline(line)}" for line in element["elements"])
    else:
        yield _inline(element)


def _inline(element: Element) -> str:
    return "".join(
        part.get("text") or part.get("url") or part.get("user_id") for part in element["elements"]
    )


def _pieces(text: str, size: int) -> Iterator[str]:
    """Yield `text` in pieces of at most `size` characters, cut between lines where possible."""
    while text:
        end = len(text) if len(text) <= size else text.rfind("\n", 0, size) + 1 or size
        piece, text = text[:end], text[end:]
        if piece.strip():
            yield piece.strip("\n")
