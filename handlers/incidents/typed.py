"""Typed words: Slack's markup, quotes and dashes undone, cut into tokens that keep their place."""

import re
from dataclasses import dataclass
from datetime import timedelta

from handlers.incidents.text import clean_line

# Quotes and dashes that phones and word processors put in place of ASCII's.
QUOTES = str.maketrans(
    dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02", '"')
    | dict.fromkeys("\u2018\u2019\u201a\u201b", "'"),
)
DASHES = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
)

# A quoted run, Slack's own <markup>, or anything else without a space; each alternative begins
# with another character, so that nothing is ever tried twice.
TOKEN = re.compile(r'(?:"[^"]*"|<[^<>]*>|[^\s"<])+|["<]')

MARKUP = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
USER = re.compile(r"<@([UW][A-Z0-9]{2,20})(?:\|[^<>]*)?>")
CHANNEL = re.compile(r"<#([CGD][A-Z0-9]{2,20})(?:\|[^<>]*)?>")
KEY = re.compile(r"([A-Za-z][A-Za-z_-]{0,30})=(.*)", re.DOTALL)
ID = re.compile(r"#?INC[-_#]?0{0,9}([1-9][0-9]{0,8})[:,.;]?", re.IGNORECASE)
SPAN = re.compile(r"([1-9][0-9]{0,3})([mhdw])")

UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}

SHOWN_CHARS = 40  # as much of somebody's words as a sentence can quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One word as typed, and where it stands."""

    raw: str
    start: int
    end: int

    @property
    def text(self) -> str:
        """The word without quotes, code marks and typographic dashes."""
        return self.raw.replace('"', "").strip("`").translate(DASHES)

    @property
    def is_quoted(self) -> bool:
        """Whether quotes keep it from being anything but text."""
        return self.raw.startswith('"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What was typed, and its words."""

    said: str
    tokens: tuple[Token, ...]

    def after(self, tokens: tuple[Token, ...]) -> str:
        """Return the text from the first of the last `tokens` on, as plain text."""
        if not tokens:
            return ""
        if len(tokens) == 1 and tokens[0].is_quoted:
            return flat(tokens[0].raw.strip('"')).strip()
        return flat(self.said[tokens[0].start :]).strip()


def line_of(text: str) -> Line:
    """Return the typed text cut into words."""
    said = text.translate(QUOTES)
    tokens = tuple(
        Token(raw=match.group(), start=match.start(), end=match.end())
        for match in TOKEN.finditer(said)
    )
    return Line(said=said, tokens=tokens)


def flat(text: str) -> str:
    """Return Slack's markup as plain text: no mention and no link is left in it.

    It is text, no longer markup: whoever shows it in Slack escapes it.
    """
    plain = MARKUP.sub(_unmarked, text)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _unmarked(match: re.Match[str]) -> str:
    target, label = match.group(1), match.group(2)
    if target.startswith(("@", "#")):
        return target[0] + (label or target[1:]).lstrip("@#")
    if target.startswith("!"):
        return label or "@" + target[1:].split("^")[-1]
    if not label or target.endswith(label):
        return label or target
    return f"{label} ({target})"


def incident_id(token: Token) -> str | None:
    """Return the ID the word is, as "INC-12"; None: it is none."""
    match = ID.fullmatch(token.text)
    return f"INC-{match.group(1)}" if match else None


def key_and_value(token: Token) -> tuple[str, str] | None:
    """Return both sides of key=value, the key in lower case; None: it is something else."""
    match = None if token.is_quoted else KEY.fullmatch(token.text)
    return (match.group(1).casefold(), match.group(2).strip("`")) if match else None


def user_in(text: str) -> str | None:
    """Return the user id in a mention."""
    match = USER.fullmatch(text)
    return match.group(1) if match else None


def channel_in(text: str) -> str | None:
    """Return the channel id in a channel link."""
    match = CHANNEL.fullmatch(text)
    return match.group(1) if match else None


def span_in(text: str) -> timedelta | None:
    """Return a span such as 30m, 2h, 30d or 4w."""
    match = SPAN.fullmatch(text.casefold())
    return int(match.group(1)) * UNITS[match.group(2)] if match else None


def quoted(word: str) -> str:
    """Return a person's word between quotes, cut to a length a sentence can carry."""
    return f"“{clean_line(flat(word[: SHOWN_CHARS * 4]), SHOWN_CHARS)}”"
