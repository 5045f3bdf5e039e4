"""Which words of a message Slack would bring to life: pings, links, broadcasts."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class LiveToken:
    """One thing a reader can click or is pinged by."""

    kind: str  # broadcast, group, user, channel, link, date, special, auto_link, auto_mention, url
    target: str  # a user, group or channel id, here/channel/everyone, or a URL
    label: str  # what the reader sees instead of the target; "" where the target is shown
    at: str  # where it stands, such as blocks/0/text

    @property
    def hides_target(self) -> bool:
        """Whether the words on the screen are not the address behind them."""
        return bool(self.label) and self.label != self.target


# docs.slack.dev/messaging/formatting-message-text, advanced formatting. A `<` inside a token
# starts a new one.
_TOKEN: Final = re.compile(r"<([^<>]+)>")
_BARE_URL: Final = re.compile(r"\bhttps?://[^\s<>|]+", re.IGNORECASE)
# Where a link of Markdown, or a picture, turns from its label to its address; then the
# definitions that labels elsewhere refer to.
_MARKDOWN_LINK: Final = re.compile(r"(?<!\\)\]\(\s*<?([^\s()<>]{1,3000})")
_MARKDOWN_REFERENCE: Final = re.compile(r"^ {0,3}\[([^\[\]\n]{1,1000})\]:[ \t]*(\S+)", re.MULTILINE)
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:\S")
_NAME: Final = re.compile(r"(?<![\w<@#!^])([@#])([a-z0-9][a-z0-9._-]{0,80})")
_BROADCASTS: Final = frozenset({"here", "channel", "everyone", "group"})
_LINK_FIELDS: Final = ("title_link", "author_link", "from_url", "image_url", "thumb_url")
# The parts of a legacy attachment that take mrkdwn, and those that show text as it is; Slack
# resolves the tokens of the first kind, and of `fallback`, which is what notifications show.
_ATTACHMENT_TEXTS: Final = ("fallback", "pretext", "text", "title", "footer", "author_name")


def live_tokens(message: object) -> list[LiveToken]:
    """Everything alive in a stored message, a view, or the arguments of a chat method.

    Strict in doubt: code spans protect nothing, because a backtick in the data ends them. `text`
    counts beside blocks, since notifications show it. Bare URLs that Slack links by itself are
    `auto_link`; `@name` and `#name` that `parse` or `link_names` resolve are `auto_mention`; the
    address of a button or picture, which its author chose on purpose, is `url`.
    """
    given = _as_mapping(message)
    parse = str(given.get("parse") or "none")
    names = parse == "full" or given.get("link_names") in (True, 1, "1", "true")
    tokens: list[LiveToken] = []
    text = str(given.get("text") or "")
    tokens += _mrkdwn(text, "text", urls=parse != "none")
    tokens += _names(text, "text") if names else ()
    tokens += _markdown(str(given.get("markdown_text") or ""), "markdown_text")
    tokens += _walk(given.get("blocks") or (), "blocks")
    for index, attachment in enumerate(given.get("attachments") or ()):
        tokens += _attachment(attachment, f"attachments/{index}")
    for name in ("title", "submit", "close"):
        tokens += _walk(given.get(name), name)
    return tokens


def live_in_text(text: str) -> list[LiveToken]:
    """Everything alive in one piece of mrkdwn."""
    return list(_mrkdwn(text, "text", urls=True))


def _as_mapping(message: object) -> Mapping[str, Any]:
    if isinstance(message, Mapping):
        return message
    names = ("text", "blocks", "attachments", "parse", "link_names")
    return {name: getattr(message, name) for name in names if hasattr(message, name)}


def _mrkdwn(text: str, at: str, *, urls: bool) -> Iterator[LiveToken]:
    for match in _TOKEN.finditer(text):
        yield from _token(match.group(1), at)
    if urls:
        for match in _BARE_URL.finditer(_TOKEN.sub(" ", text)):
            yield LiveToken("auto_link", match.group(), "", at)


def _token(token: str, at: str) -> Iterator[LiveToken]:
    target, _, label = token.partition("|")
    if target.startswith("@"):
        yield LiveToken("user", target[1:], label, at)
    elif target.startswith("#"):
        yield LiveToken("channel", target[1:], label, at)
    elif target.startswith("!"):
        yield from _special(target[1:], label, at)
    elif _SCHEME.match(target) or label:
        yield LiveToken("link", target, label, at)


def _special(name: str, label: str, at: str) -> Iterator[LiveToken]:
    if name in _BROADCASTS:
        yield LiveToken("broadcast", name, label, at)
    elif name.startswith("subteam^"):
        yield LiveToken("group", name.removeprefix("subteam^"), label, at)
    elif name.startswith("date^"):
        parts = name.split("^", 3)
        yield LiveToken("date", parts[3] if len(parts) > 3 else "", label, at)
    else:
        yield LiveToken("special", name, label, at)


def _names(text: str, at: str) -> Iterator[LiveToken]:
    for match in _NAME.finditer(_TOKEN.sub(" ", text)):
        yield LiveToken("auto_mention", match.group(1) + match.group(2), "", at)


def _markdown(text: str, at: str) -> Iterator[LiveToken]:
    """A markdown block: Markdown's own links, and Slack's tokens as well."""
    yield from _mrkdwn(text, at, urls=True)
    for match in _MARKDOWN_LINK.finditer(text):
        before = text[max(0, match.start() - 300) : match.start()]
        yield LiveToken("link", match.group(1), before[before.find("[") + 1 :], at)
    for match in _MARKDOWN_REFERENCE.finditer(text):
        yield LiveToken("link", match.group(2), match.group(1), at)


def _walk(value: object, at: str) -> Iterator[LiveToken]:
    if isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _walk(item, f"{at}/{index}")
    elif isinstance(value, Mapping):
        yield from _object(value, at)


def _object(value: Mapping[str, Any], at: str) -> Iterator[LiveToken]:
    kind = value.get("type")
    text = str(value.get("text") or "") if isinstance(value.get("text"), str) else ""
    if kind == "mrkdwn":
        yield from _mrkdwn(text, f"{at}/text", urls=value.get("verbatim") is not True)
        yield from () if value.get("verbatim") is True else _channel_names(text, f"{at}/text")
        return
    if kind == "markdown":
        yield from _markdown(text, f"{at}/text")
        return
    yield from _rich(value, at)
    for name in ("url", "image_url", "video_url", "title_url"):
        if kind not in ("link", "date") and isinstance(value.get(name), str):
            yield LiveToken("url", value[name], "", f"{at}/{name}")
    for name, item in value.items():
        if not isinstance(item, str):
            yield from _walk(item, f"{at}/{name}")


def _channel_names(text: str, at: str) -> Iterator[LiveToken]:
    """Without `verbatim`, Slack links the names of conversations in a text object by itself."""
    return (token for token in _names(text, at) if token.target.startswith("#"))


def _rich(value: Mapping[str, Any], at: str) -> Iterator[LiveToken]:
    """The elements of rich text that are alive by their type; their texts never are."""
    match value:
        case {"type": "user", "user_id": str(target)}:
            yield LiveToken("user", target, "", at)
        case {"type": "usergroup", "usergroup_id": str(target)}:
            yield LiveToken("group", target, "", at)
        case {"type": "channel", "channel_id": str(target)}:
            yield LiveToken("channel", target, "", at)
        case {"type": "broadcast", "range": str(target)}:
            yield LiveToken("broadcast", target, "", at)
        case {"type": "link", "url": str(target)}:
            yield LiveToken("link", target, str(value.get("text") or ""), at)
        case {"type": "date", "url": str(target)}:
            yield LiveToken("date", target, str(value.get("fallback") or ""), at)


def _attachment(attachment: object, at: str) -> Iterator[LiveToken]:
    if not isinstance(attachment, Mapping):
        return
    for name in _ATTACHMENT_TEXTS:
        yield from _mrkdwn(str(attachment.get(name) or ""), f"{at}/{name}", urls=True)
    for index, field in enumerate(_fields(attachment)):
        for name in ("title", "value"):
            place = f"{at}/fields/{index}/{name}"
            yield from _mrkdwn(str(field.get(name) or ""), place, urls=True)
    for name in _LINK_FIELDS:
        if attachment.get(name):
            yield LiveToken("url", str(attachment[name]), "", f"{at}/{name}")
    yield from _walk(attachment.get("blocks") or (), f"{at}/blocks")


def _fields(attachment: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return (field for field in attachment.get("fields") or () if isinstance(field, Mapping))
