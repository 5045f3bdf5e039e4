"""Slack's mrkdwn as plain text, with the links and emoji taken out of it."""

import re
from dataclasses import dataclass

# Longer strings hold nothing a reading needs: Slack asks for 4,000 characters and cuts at 40,000.
# Source: Slack's chat.postMessage reference, "Truncating content".
MAX_CHARS = 16_000

TOKEN = re.compile(r"<([^<>\n]{1,4000})>")
BARE_URL = re.compile(r"https?://[^\s<>|\"'`)\]]{1,4000}")
SHORTCODE = re.compile(r"(?<!\w):([a-z][a-z0-9_+'-]{0,60}):(?!\w)")
EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2139\u2049\u203c]\ufe0f?",
)
# Control, zero-width, bidirectional and tag characters: written, but not seen.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]",
)
BROKEN = re.compile("[\ud800-\udfff]")  # half a character: no encoder takes it
SPACES = re.compile("[ \t\u00a0\u2000-\u200a\u202f\u3000]+")
ITALIC = re.compile(r"(?<![\w])_([^_\n]{1,300})_(?![\w])")


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a message; the label is what a person sees."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Marked:
    """A string of a message, taken apart."""

    plain: str
    links: tuple[Link, ...]
    emoji: tuple[str, ...]  # characters, and names without their colons


def clean(text: str) -> str:
    """Return the text without unseen and broken characters, cut to what is worth reading."""
    text = text[:MAX_CHARS].replace("\r\n", "\n").replace("\r", "\n")
    return BROKEN.sub("\ufffd", UNSEEN.sub("", text))


def unescape(text: str) -> str:
    """Return the text with Slack's three entities undone.

    Source: Slack's "Formatting text for app surfaces", "Escaping text".
    """
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def read_markup(raw: str) -> Marked:
    """Return plain text, links and emoji of a string as Slack delivers it."""
    text = clean(raw)
    links: list[Link] = []
    text = TOKEN.sub(lambda match: _token(match.group(1), links), text)
    text = unescape(text)
    emoji = [match.group(1) for match in SHORTCODE.finditer(text)]
    emoji += [match.group(0)[0] for match in EMOJI.finditer(text)]
    text = EMOJI.sub(" ", SHORTCODE.sub(" ", text))
    links += _bare(text, links)
    return Marked(_without_marks(text), tuple(links), tuple(emoji))


def label_of(raw: str) -> str:
    """Return plain text on one line."""
    return " ".join(read_markup(raw).plain.split())


def _token(inside: str, links: list[Link]) -> str:
    target, _, label = inside.partition("|")
    if target.startswith(("@", "#")):
        return label or target
    if target.startswith("!"):
        return label or target.rpartition("^")[2].lstrip("!")
    if "://" not in target and not target.startswith(("mailto:", "tel:")):
        return f"<{inside}>"
    links.append(Link(unescape(target), SPACES.sub(" ", unescape(label)).strip()))
    return label or target


def _bare(text: str, known: list[Link]) -> list[Link]:
    urls = {link.url for link in known}
    found = (match.group(0).rstrip(".,;:!?") for match in BARE_URL.finditer(text))
    return [Link(url, "") for url in dict.fromkeys(found) if url not in urls]


def _without_marks(text: str) -> str:
    text = ITALIC.sub(r"\1", text.replace("`", "").replace("*", ""))
    lines = (SPACES.sub(" ", line).removeprefix("> ").strip() for line in text.split("\n"))
    return "\n".join(lines).strip()
