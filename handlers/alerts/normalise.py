"""Turns a Slack event into a `Message`, whatever shape it came in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from handlers.alerts.markup import Link, clean, label_of, read_markup, unescape
from handlers.alerts.message import Message, Piece, Place
from handlers.alerts.model import Delivery
from handlers.alerts.pairs import (
    MAX_PAIRS,
    Pair,
    Strength,
    documents_in,
    field_pair,
    pairs_of_json,
    pairs_of_text,
)

MAX_PIECES = 300
MAX_TOTAL_CHARS = 48_000
MAX_DEPTH = 12

NO_PREVIEW = "[no preview available]"  # Slack's own words where an attachment has no fallback
UNFURL_KEYS = frozenset({"from_url", "original_url", "is_msg_unfurl", "is_app_unfurl"})
BLOCK_PLACES = {"header": Place.HEADER, "context": Place.CONTEXT}


@dataclass(slots=True)
class _Gathered:
    """The strings, links and colours met so far."""

    pieces: list[Piece] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    emoji: list[str] = field(default_factory=list)
    colours: list[str] = field(default_factory=list)
    documents: list[Mapping[str, Any]] = field(default_factory=list)
    chars: int = 0

    def add(self, place: Place, value: object) -> None:
        if not isinstance(value, str) or not value.strip() or value == NO_PREVIEW:
            return
        if len(self.pieces) >= MAX_PIECES or self.chars >= MAX_TOTAL_CHARS:
            return
        marked = read_markup(value)
        self.chars += len(marked.plain)
        repeated = any(piece.plain == marked.plain for piece in self.pieces)
        self.links.extend(link for link in marked.links if link not in self.links)
        if repeated and place is not Place.TITLE:
            return
        self.pieces.append(Piece(place, value, marked.plain))
        self.emoji.extend(marked.emoji)
        self._add_inside(place, value)

    def link(self, url: object, label: object = "") -> None:
        if isinstance(url, str) and url:
            text = label_of(label) if isinstance(label, str) else ""
            self.links.append(Link(unescape(clean(url)), text))

    def _add_inside(self, place: Place, value: str) -> None:
        found = list(documents_in(value)) if "{" in value else []
        self.documents.extend(found)
        room = MAX_PAIRS - len(self.pairs)
        inside = [pair for document in found for pair in pairs_of_json(document)]
        if place is not Place.FALLBACK:
            inside += pairs_of_text(value)
        self.pairs.extend(inside[:room])


def message_of(event: Mapping[str, Any]) -> Message:
    """Return the message an event carries; an edit carries the message it edits."""
    inner = _mapping(event.get("message")) if is_edit(event) else event
    before = _mapping(event.get("previous_message"))
    gathered = _Gathered()
    _gather(inner, gathered)
    thread_ts = _string(inner.get("thread_ts"))
    ts = _string(inner.get("ts")) or _string(event.get("ts"))
    return Message(
        channel=_string(event.get("channel")),
        ts=ts,
        thread_ts=thread_ts if thread_ts != ts else None,
        delivery=_delivery(event, inner, ts, thread_ts),
        unchanged=bool(is_edit(event) and before and _same(inner, before)),
        sender=_sender(inner),
        app=_string(inner.get("app_id"))
        or _string(_mapping(inner.get("bot_profile")).get("app_id")),
        pieces=tuple(gathered.pieces),
        pairs=tuple(gathered.pairs),
        links=tuple(gathered.links),
        emoji=tuple(gathered.emoji),
        colours=tuple(gathered.colours),
        documents=tuple(gathered.documents),
    )


def is_edit(event: Mapping[str, Any]) -> bool:
    return event.get("subtype") == "message_changed"


def _delivery(
    event: Mapping[str, Any],
    inner: Mapping[str, Any],
    ts: str | None,
    thread_ts: str | None,
) -> Delivery:
    if is_edit(event):
        return Delivery.EDIT
    if inner.get("subtype") == "thread_broadcast":
        return Delivery.BROADCAST
    return Delivery.REPLY if thread_ts and thread_ts != ts else Delivery.POST


def _same(inner: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether nothing but link previews differs."""
    return _seen(inner) == _seen(before)


def _seen(message: Mapping[str, Any]) -> tuple[object, ...]:
    own = [item for item in _mappings(message.get("attachments")) if not _is_unfurl(item)]
    return message.get("text") or "", message.get("blocks") or [], own


def _sender(inner: Mapping[str, Any]) -> str | None:
    name = _string(inner.get("username")) or _string(_mapping(inner.get("bot_profile")).get("name"))
    return label_of(name)[:100] if name else None


def _gather(inner: Mapping[str, Any], gathered: _Gathered) -> None:
    gathered.add(Place.TEXT, inner.get("text"))
    for block in _mappings(inner.get("blocks")):
        _add_block(block, gathered, 0)
    for attachment in _mappings(inner.get("attachments")):
        if not _is_unfurl(attachment):
            _add_attachment(attachment, gathered)
    for file in _mappings(inner.get("files")):
        _add_email(file, gathered)


def _is_unfurl(attachment: Mapping[str, Any]) -> bool:
    return any(attachment.get(key) for key in UNFURL_KEYS)


def _add_attachment(attachment: Mapping[str, Any], gathered: _Gathered) -> None:
    gathered.add(Place.PRETEXT, attachment.get("pretext"))
    gathered.add(Place.AUTHOR, attachment.get("author_name"))
    gathered.add(Place.TITLE, attachment.get("title"))
    gathered.link(attachment.get("title_link"), attachment.get("title"))
    gathered.link(attachment.get("author_link"), attachment.get("author_name"))
    gathered.add(Place.BODY, attachment.get("text"))
    _add_fields(list(_mappings(attachment.get("fields"))), gathered)
    for block in _mappings(attachment.get("blocks")):
        _add_block(block, gathered, 0)
    gathered.add(Place.FOOTER, attachment.get("footer"))
    gathered.add(Place.FALLBACK, attachment.get("fallback"))
    for button in _mappings(attachment.get("actions")):
        gathered.link(button.get("url"), button.get("text"))
    colour = _string(attachment.get("color"))
    if colour:
        gathered.colours.append(clean(colour)[:20])


def _add_fields(fields: list[Mapping[str, Any]], gathered: _Gathered) -> None:
    """Add fields; a name in one untitled field and its value in the next are a pair too.

    Source: terraform-aws-notify-slack 7.5.0 posts AWS Backup messages so.
    """
    waiting = ""
    for item in fields[:100]:
        name, value = label_of(_text(item.get("title"))), _text(item.get("value"))
        plain = read_markup(value).plain
        if not name and waiting and value.strip().startswith("`"):
            name = waiting
        waiting = plain if not name and plain else ""
        gathered.add(Place.FIELD, item.get("title"))
        gathered.add(Place.FIELD, value)
        if name and plain and len(gathered.pairs) < MAX_PAIRS:
            gathered.pairs.append(Pair(name, plain, Strength.FIELD))


def _add_block(block: Mapping[str, Any], gathered: _Gathered, depth: int) -> None:
    if depth > MAX_DEPTH:
        return
    kind = _string(block.get("type"))
    if kind == "rich_text":
        gathered.add(Place.BODY, _rich_text(block, 0))
        return
    place = BLOCK_PLACES.get(kind or "", Place.BODY)
    _add_text(block.get("text"), place, gathered)
    _add_section_fields(
        [_text(item.get("text")) for item in _mappings(block.get("fields"))], gathered
    )
    for item in (*_mappings(block.get("elements")), _mapping(block.get("accessory"))):
        _add_element(item, place, gathered, depth + 1)
    for row in block.get("rows") or () if isinstance(block.get("rows"), list) else ():
        for cell in _mappings(row):
            _add_block(cell, gathered, depth + 1)


def _add_section_fields(texts: list[str], gathered: _Gathered) -> None:
    """Add a section's fields; a bold name alone belongs to the field after it."""
    waiting = ""
    for text in texts:
        gathered.add(Place.FIELD, text)
        pair = field_pair(text) or Pair(waiting, label_of(text), Strength.FIELD)
        if pair.name and pair.value and len(gathered.pairs) < MAX_PAIRS:
            gathered.pairs.append(pair)
        waiting = pair.name if not pair.value else ""


def _add_element(item: Mapping[str, Any], place: Place, gathered: _Gathered, depth: int) -> None:
    if item.get("type") in ("mrkdwn", "plain_text"):
        gathered.add(place, item.get("text"))
    elif item.get("url"):
        gathered.link(item.get("url"), _mapping(item.get("text")).get("text"))
    elif item.get("elements"):
        _add_block(item, gathered, depth)


def _add_text(value: object, place: Place, gathered: _Gathered) -> None:
    gathered.add(place, value if isinstance(value, str) else _mapping(value).get("text"))


def _rich_text(element: Mapping[str, Any], depth: int) -> str:
    """Return the leaves of a rich text block as mrkdwn; lists and sections on their own lines."""
    if depth > MAX_DEPTH:
        return ""
    kind = _string(element.get("type")) or ""
    if kind == "link":
        url, label = _text(element.get("url")), _text(element.get("text"))
        return f"<{url}|{label}>" if label else f"<{url}>"
    if kind == "emoji":
        return f":{_text(element.get('name'))}:"
    if kind == "text":
        return _text(element.get("text"))
    inner = "".join(_rich_text(item, depth + 1) for item in _mappings(element.get("elements")))
    return inner + "\n" if kind.startswith("rich_text_") else inner


def _add_email(file: Mapping[str, Any], gathered: _Gathered) -> None:
    """Add an e-mail that was sent to the channel: Slack delivers it as a file.

    Source: Slack's file object reference, `filetype` "email".
    """
    if file.get("filetype") != "email" and file.get("mode") != "email":
        return
    gathered.add(Place.TITLE, file.get("subject") or file.get("title"))
    gathered.add(Place.BODY, file.get("plain_text") or file.get("preview_plain_text"))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: object) -> Iterator[Mapping[str, Any]]:
    items = value if isinstance(value, list | tuple) else ()
    return (item for item in items[:200] if isinstance(item, Mapping))


def _string(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
