"""Typed words cut into tokens: quotes, code marks, dashes and Slack's markup undone.

The terminal hands over words its shell has split, Slack one string; both become the same tokens.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from diagnostics import redact
from diagnostics.errors import UsageError

MAX_CHARS = 400_000  # ten times what Slack lets a message hold
SHOWN_CHARS = 60

QUOTES = dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02\u2033"), '"') | (
    dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u2032"), "'")
)
DASHES = dict.fromkeys(
    map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"), "-"
)
SPACES = dict.fromkeys(
    map(ord, "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
        "\u202f\u205f\u3000\t\v\f"),
    " ",
) | dict.fromkeys(map(ord, "\r\x85\u2028\u2029"), "\n")  # fmt: skip
SHELL_SPACES = " \t\n\r\v\f"  # a shell splits at these alone, so a word with one was quoted
PLAIN = QUOTES | DASHES | SPACES | {ord("\uff1d"): "="}
# Written, but not seen: control, zero-width, bidirectional and tag characters.
UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]",
)
BROKEN = re.compile("[\ud800-\udfff]")  # half a character: no encoder takes it
# Slack's own markup; HTML's tags are none of it. Source: Slack, "Formatting text for app surfaces".
MARKUP = re.compile(
    r"<((?:https?://|mailto:|tel:)[^<>|\n]{1,4000})(?:\|([^<>\n]{0,2000}))?>|"
    r"<([@#][A-Z0-9]{2,30})(?:\|([^<>\n]{0,200}))?>|"
    r"<!(?:here|channel|everyone|subteam\^[A-Z0-9]{2,30}|date\^[^<>|\n]{1,300})"
    r"(?:\|([^<>\n]{0,200}))?>",
)
ASSIGNED = re.compile(r"-{0,2}[A-Za-z][A-Za-z_-]{0,30}=")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One word, or one quoted text, and where it stands in the source."""

    value: str
    start: int
    end: int
    quoted: bool = False

    @property
    def is_text(self) -> bool:
        """Whether it is a pasted text rather than a word."""
        return self.quoted and any(sign.isspace() for sign in self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What was typed, made plain, and its tokens."""

    source: str
    tokens: tuple[Token, ...]


def read_line(words: str | Sequence[str]) -> Line:
    """Return the tokens of one string, or of words that a shell has split.

    Raises UsageError where it is longer than anything a person types.
    """
    whole = (words,) if isinstance(words, str) else tuple(words)
    if sum(map(len, whole)) > MAX_CHARS:
        raise UsageError(
            f"The text is longer than {MAX_CHARS} characters: paste the lines of the error only."
        )
    if isinstance(words, str):
        source = plain(words)
        return Line(source=source, tokens=_cut(source, {}))
    source, atoms = "", {}
    for word in whole:
        readable = plain(word)
        if any(sign in word for sign in SHELL_SPACES):
            atoms[len(source)] = len(source) + len(readable)
        source += readable + " "
    return Line(source=source, tokens=_cut(source, atoms))


def plain(text: str) -> str:
    """Return text with ASCII quotes, dashes and spaces, without Slack's markup."""
    text = BROKEN.sub("\ufffd", UNSEEN.sub("", text.replace("\r\n", "\n")))
    text = MARKUP.sub(_unmarked, text)
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    return text.replace("&amp;", "&").translate(PLAIN)


def shown(text: str) -> str:
    """Return somebody's words in quotes, on one line, short and without a secret."""
    line = " ".join(redact.text(text).split())
    if len(line) > SHOWN_CHARS:
        line = line[: SHOWN_CHARS - 3] + "..."
    return f'"{line}"'


def _unmarked(match: re.Match[str]) -> str:
    url, label, _mention, _name, fallback = match.groups()
    if url is None:
        return fallback or " "
    bare = url.removeprefix("http://").removeprefix("https://").removeprefix("mailto:")
    same = label is not None and bare.rstrip("/").endswith(label.rstrip("/"))
    return str(label) if same else str(url)


def _cut(source: str, atoms: dict[int, int]) -> tuple[Token, ...]:
    tokens = []
    hopeless: set[str] = set()  # quotes that nothing closes any more
    at, length = 0, len(source)
    while at < length:
        if at in atoms:
            token = _atom(source, at, atoms[at])
        elif source[at].isspace():
            at += 1
            continue
        else:
            token = _token(source, at, hopeless)
        tokens.append(token)
        at = max(token.end, at + 1)
    return tuple(tokens)


def _atom(source: str, start: int, end: int) -> Token:
    value = source[start:end].strip()
    for mark in ("```", "`", '"', "'"):
        if len(value) > 2 * len(mark) and value.startswith(mark) and value.endswith(mark):
            value = value.removeprefix(mark).removesuffix(mark).strip()
            break
    return Token(value=value, start=start, end=end, quoted=True)


def _token(source: str, at: int, hopeless: set[str]) -> Token:
    assigned = ASSIGNED.match(source, at)
    opening = assigned.end() if assigned else at
    for mark in ("```", "`", '"', "'"):
        if not source.startswith(mark, opening) or mark in hopeless:
            continue
        closing = _closing(source, opening, mark)
        if closing is None:
            hopeless.add(mark)
            continue
        inner = source[opening + len(mark) : closing]
        value = (assigned.group(0) if assigned else "") + inner.strip()
        return Token(value=value, start=at, end=closing + len(mark), quoted=True)
    end = at
    while end < len(source) and not source[end].isspace():
        end += 1
    return Token(value=source[at:end], start=at, end=end)


def _closing(source: str, opening: int, mark: str) -> int | None:
    """Return where a quotation ends: quotations inside it are counted, apostrophes are not."""
    if mark.startswith("`"):
        found = source.find(mark, opening + len(mark))
        return found if found >= 0 else None
    depth, last = 1, None
    at = source.find(mark, opening + 1)
    while at >= 0:
        before, after = source[at - 1], source[at + 1 : at + 2]
        ends = not after or after.isspace()
        if before == "\\":
            pass
        elif ends or after in ",.;:)]}" or after == mark:
            depth -= 1
            last = at if ends else last
            if depth <= 0 and ends:
                return at
        elif before.isspace() or before in "=([{:,":
            depth += 1
        at = source.find(mark, at + 1)
    return last
