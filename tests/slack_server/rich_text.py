"""The shapes of a rich_text block, and rich text made from what a person typed."""

import re
from collections.abc import Mapping
from typing import Any, Final

from tests.slack_server.schema import Rule, choice, each, flag, shape, string, typed, whole

_WORD: Final = string()
_STYLE: Final = shape(
    optional=dict.fromkeys(("bold", "italic", "strike", "code", "underline"), flag),
)
_MENTION_STYLE: Final = shape(
    optional=dict.fromkeys(
        ("bold", "italic", "strike", "code", "highlight", "client_highlight", "unlink"),
        flag,
    ),
)
_BORDER: Final = choice(0, 1)


_TEXT: Final = shape({"text": string("rich_text.text")}, {"style": _STYLE})
_LINK: Final = shape({"url": _WORD}, {"text": _WORD, "unsafe": flag, "style": _STYLE})
INLINE: Final[Mapping[str, Rule]] = {
    "text": _TEXT,
    "link": _LINK,
    "user": shape({"user_id": _WORD}, {"style": _MENTION_STYLE}),
    "usergroup": shape({"usergroup_id": _WORD}, {"style": _MENTION_STYLE}),
    "channel": shape({"channel_id": _WORD}, {"style": _MENTION_STYLE}),
    "broadcast": shape(
        {"range": choice("here", "channel", "everyone")},
        {"style": _MENTION_STYLE},
    ),
    "emoji": shape(
        {"name": _WORD},
        {"unicode": _WORD, "skin_tone": whole(1, 6), "style": _STYLE},
    ),
    "color": shape({"value": _WORD}, {"style": _STYLE}),
    "date": shape(
        {"timestamp": whole(), "format": _WORD},
        {"url": _WORD, "fallback": _WORD, "style": _STYLE},
    ),
}
_SECTION: Final = shape({"elements": each(typed(INLINE))})
RICH_TEXT_ELEMENTS: Final[Mapping[str, Rule]] = {
    "rich_text_section": _SECTION,
    "rich_text_list": shape(
        {
            "style": choice("bullet", "ordered"),
            "elements": each(typed({"rich_text_section": _SECTION})),
        },
        {"indent": whole(0, 8), "offset": whole(), "border": _BORDER},
    ),
    "rich_text_preformatted": shape(
        {"elements": each(typed({"text": _TEXT, "link": _LINK}))},
        {"border": _BORDER, "language": _WORD},
    ),
    "rich_text_quote": shape({"elements": each(typed(INLINE))}, {"border": _BORDER}),
}
RICH_TEXT_FIELDS: Final[Mapping[str, Rule]] = {"elements": each(typed(RICH_TEXT_ELEMENTS))}

_TOKEN: Final = re.compile(r"<([^<>\n]{1,3000})>")


def typed_by_person(text: str) -> dict[str, Any]:
    """The rich_text block that Slack's composer stores beside a person's message."""
    elements: list[dict[str, Any]] = []
    end = 0
    for match in _TOKEN.finditer(text):
        if text[end : match.start()]:
            elements.append({"type": "text", "text": _unescaped(text[end : match.start()])})
        elements.append(_inline(match.group(1)))
        end = match.end()
    if text[end:]:
        elements.append({"type": "text", "text": _unescaped(text[end:])})
    section = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "block_id": "typed", "elements": [section]}


def _inline(token: str) -> dict[str, Any]:
    target, _, label = token.partition("|")
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]}
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]}
    if target.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": target.removeprefix("!subteam^")}
    if target.startswith("!"):
        return {"type": "broadcast", "range": target[1:]}
    link = {"type": "link", "url": _unescaped(target)}
    return {**link, "text": _unescaped(label)} if label else link


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
