"""What Slack refuses in messages and views: limits, unknown fields, wrong places."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from tests.slack_server.elements import (
    IMAGE,
    IMAGE_SOURCE,
    IN_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    element,
    elements,
)
from tests.slack_server.limits import LIMITS
from tests.slack_server.rich_text import RICH_TEXT_FIELDS
from tests.slack_server.schema import (
    Json,
    Problem,
    Rule,
    choice,
    each,
    flag,
    shape,
    string,
    text_object,
    typed,
    url,
    whole,
    within,
)
from tests.slack_server.tables import CHART, data_table, table

_WORD: Final = string()
_RICH_TEXT: Final = typed({"rich_text": shape(RICH_TEXT_FIELDS, {"block_id": string("block_id")})})


def _context(value: object, pointer: str) -> Iterator[Problem]:
    words = {kind: text_object("context.text", kind) for kind in ("plain_text", "mrkdwn")}
    yield from each(typed({**words, "image": IMAGE}), "context.elements")(value, pointer)


def _block(
    required: Mapping[str, Rule] | None = None,
    optional: Mapping[str, Rule] | None = None,
    *,
    any_of: tuple[str, ...] = (),
) -> Rule:
    return shape(
        required,
        {"block_id": string("block_id"), **(optional or {})},
        any_of=any_of,
    )


_CARD: Final = _block(
    None,
    {
        "hero_image": typed({"image": IMAGE}),
        "icon": typed({"image": IMAGE}),
        "title": text_object("card.title"),
        "subtitle": text_object("card.subtitle"),
        "body": text_object("card.body"),
        "actions": elements({"button"}, "card.actions"),
    },
    any_of=("hero_image", "title", "body", "actions"),
)
_TASK: Final = _block(
    {
        "task_id": _WORD,
        "title": _WORD,
        "status": choice("pending", "in_progress", "complete", "error"),
    },
    {
        "details": _RICH_TEXT,
        "output": _RICH_TEXT,
        "sources": each(element({"url_source"})),
    },
)
_ANYWHERE: Final[Mapping[str, Rule]] = {
    "actions": _block({"elements": elements(IN_ACTIONS, "actions.elements")}),
    "context": _block({"elements": _context}),
    "divider": _block(),
    "header": _block({"text": text_object("header.text", "plain_text")}),
    "image": _block(
        {"alt_text": string("image.alt_text")},
        {**IMAGE_SOURCE, "title": text_object("image.title", "plain_text")},
        any_of=("image_url", "slack_file"),
    ),
    "input": _block(
        {"label": text_object("input.label", "plain_text"), "element": element(IN_INPUT)},
        {
            "hint": text_object("input.hint", "plain_text"),
            "optional": flag,
            "dispatch_action": flag,
        },
    ),
    "rich_text": _block(RICH_TEXT_FIELDS),
    "section": _block(
        None,
        {
            "text": text_object("section.text"),
            "fields": each(text_object("section.field"), "section.fields"),
            "accessory": element(IN_SECTION),
            "expand": flag,
        },
        any_of=("text", "fields"),
    ),
    "video": _block(
        {
            "alt_text": _WORD,
            "title": text_object("video.title", "plain_text"),
            "thumbnail_url": url("button.url"),
            "video_url": url("button.url", "https"),
        },
        {
            "author_name": string("video.author_name"),
            "description": text_object("video.title", "plain_text"),
            "provider_icon_url": _WORD,
            "provider_name": _WORD,
            "title_url": url("button.url", "https"),
        },
    ),
}


def _children(value: object, pointer: str) -> Iterator[Problem]:
    """Blocks of a container; a container holds no container."""
    table_of_kinds = {kind: rule for kind, rule in MESSAGE_BLOCKS.items() if kind != "container"}
    yield from each(typed(table_of_kinds), "container.child_blocks")(value, pointer)


MESSAGE_BLOCKS: Final[Mapping[str, Rule]] = {
    **_ANYWHERE,
    "card": _CARD,
    "carousel": _block({"elements": each(typed({"card": _CARD}), "carousel.elements")}),
    "container": _block(
        {"child_blocks": _children},
        {
            "title": text_object("container.title", "plain_text"),
            "rich_text_title": _RICH_TEXT,
            "subtitle": text_object("container.subtitle"),
            "width": choice("narrow", "standard", "wide", "full"),
            "icon": typed({"image": IMAGE}),
            "is_collapsible": flag,
            "default_collapsed": flag,
            "has_header_divider": flag,
        },
        any_of=("title", "rich_text_title"),
    ),
    "context_actions": _block(
        {"elements": elements({"feedback_buttons", "icon_button"}, "context_actions.elements")},
    ),
    "data_table": _block(
        {"rows": data_table(_RICH_TEXT), "caption": _WORD},
        {
            "page_size": whole(1, LIMITS["data_table.page_size"].most),
            "row_header_column_index": whole(0, LIMITS["data_table.columns"].most - 1),
        },
    ),
    "data_visualization": _block({"title": string("chart.title"), "chart": CHART}),
    "markdown": _block({"text": string("markdown.text")}),
    "plan": _block({"title": _WORD}, {"tasks": each(typed({"task_card": _TASK}), "plan.tasks")}),
    "table": _block(
        {"rows": table(_RICH_TEXT)},
        {
            "column_settings": each(
                lambda value, pointer: (
                    iter(())
                    if value is None
                    else shape(
                        optional={"align": choice("left", "center", "right"), "is_wrapped": flag},
                    )(value, pointer)
                ),
                "table.column_settings",
            ),
        },
    ),
    "task_card": _TASK,
}
MODAL_BLOCKS: Final[Mapping[str, Rule]] = {
    **_ANYWHERE,
    "alert": _block(
        {"text": text_object("alert.text")},
        {"level": choice("default", "info", "warning", "error", "success")},
    ),
}
HOME_BLOCKS: Final[Mapping[str, Rule]] = _ANYWHERE


_UNCOUNTED: Final = ("data_table", "data_visualization")  # these have limits of their own


def validate_message(
    blocks: Sequence[object] | None,
    text: str = "",
    *,
    attachments: Sequence[object] | None = None,
    update: bool = False,
) -> list[Problem]:
    """Everything Slack refuses in such a message, worst offence of each place first; [] is fine.

    `update` judges it as chat.update does, whose text may be shorter. The one problem Slack itself
    passes over is `text_truncated`: it cuts such a text instead of refusing it.
    """
    problems = [
        *validate_blocks(blocks or [], "/blocks", MESSAGE_BLOCKS),
        *_attachments(attachments or []),
        *_text(text, update=update),
    ]
    if not (text.strip() or blocks or attachments):
        problems.append(Problem(says="no message text provided", pointer="/text", error="no_text"))
    return problems


def validate_view(view: object) -> list[Problem]:
    """Everything Slack refuses in such a modal or Home tab; [] is fine."""
    if not isinstance(view, dict):
        return [Problem(says="must provide an object", pointer="/view", error="invalid_arguments")]
    problems = [*typed({"modal": _MODAL, "home": _HOME})(view, "/view"), *_submit(view)]
    if len(json.dumps(view, ensure_ascii=False).encode()) > LIMITS["view.bytes"].most:
        says = f"must be smaller than {LIMITS['view.bytes'].most} bytes"
        problems.append(Problem(says=says, pointer="/view", error="view_too_large"))
    return [
        problem
        if problem.error == "view_too_large"
        else Problem(says=problem.says, pointer=problem.pointer, error="invalid_arguments")
        for problem in problems
    ]


def validate_blocks(
    blocks: object,
    pointer: str,
    kinds: Mapping[str, Rule],
    limit: str = "message.blocks",
) -> Iterator[Problem]:
    """What is wrong with the blocks of one surface, block by block and as a whole."""
    yield from each(typed(kinds), limit)(blocks, pointer)
    listed = [b for b in blocks if isinstance(b, dict)] if isinstance(blocks, list) else []
    yield from _repeated_block_ids(listed, pointer)
    yield from _together(listed, pointer)


def text_length(value: object) -> int:
    """Characters under every `text` key of these blocks, data tables and charts left out."""
    length, left = 0, [value]
    while left:
        item = left.pop()
        if isinstance(item, list):
            left += item
        elif isinstance(item, dict) and item.get("type") not in _UNCOUNTED:
            own = item.get("text")
            length += len(own) if isinstance(own, str) else 0
            left += item.values()
    return length


def _modal_blocks(value: object, pointer: str) -> Iterator[Problem]:
    yield from validate_blocks(value, pointer, MODAL_BLOCKS, "view.blocks")


def _home_blocks(value: object, pointer: str) -> Iterator[Problem]:
    yield from validate_blocks(value, pointer, HOME_BLOCKS, "view.blocks")


_VIEW: Final[Mapping[str, Rule]] = {
    "private_metadata": string("view.private_metadata"),
    "callback_id": string("view.callback_id"),
    "external_id": string("view.external_id"),
}
_MODAL: Final = shape(
    {"title": text_object("view.title", "plain_text"), "blocks": _modal_blocks},
    {
        **_VIEW,
        "submit": text_object("view.submit", "plain_text"),
        "close": text_object("view.close", "plain_text"),
        "clear_on_close": flag,
        "notify_on_close": flag,
        "submit_disabled": flag,
    },
)
_HOME: Final = shape({"blocks": _home_blocks}, _VIEW)


def _submit(view: Mapping[str, Any]) -> Iterator[Problem]:
    blocks = view.get("blocks")
    listed = blocks if isinstance(blocks, list) else []
    asks = any(isinstance(block, dict) and block.get("type") == "input" for block in listed)
    if view.get("type") == "modal" and asks and "submit" not in view:
        yield Problem(says="missing required field: submit", pointer="/view")


def _text(text: str, *, update: bool) -> Iterator[Problem]:
    if update and len(text) > LIMITS["message.update_text"].most:
        yield Problem(says="message text is too long", pointer="/text", error="msg_too_long")
    elif len(text) > LIMITS["message.text"].most:
        yield Problem(says="Slack cuts this text", pointer="/text", error="text_truncated")


def _attachments(attachments: Sequence[object]) -> Iterator[Problem]:
    if len(attachments) > LIMITS["message.attachments"].most:
        says = f"no more than {LIMITS['message.attachments'].most} items allowed"
        yield Problem(says=says, pointer="/attachments", error="too_many_attachments")
    for index, attachment in enumerate(attachments):
        pointer = f"/attachments/{index}"
        if not isinstance(attachment, dict):
            says = "must provide an object"
            yield Problem(says=says, pointer=pointer, error="invalid_attachments")
        elif attachment.get("blocks"):
            yield from validate_blocks(attachment["blocks"], f"{pointer}/blocks", MESSAGE_BLOCKS)


def _repeated_block_ids(blocks: Sequence[Json], pointer: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        block_id = block.get("block_id")
        if not isinstance(block_id, str):
            continue
        if block_id in seen:
            says = f"block_id already exists: {block_id}"
            yield Problem(says=says, pointer=f"{pointer}/{index}/block_id")
        seen.add(block_id)


def _together(blocks: Sequence[Json], pointer: str) -> Iterator[Problem]:
    """The limits that count over all blocks of a message."""
    kinds = Counter(str(block.get("type")) for block in blocks)
    if kinds["table"] > LIMITS["message.tables"].most:
        yield Problem(says="only_one_table_allowed", pointer=pointer, error="invalid_attachments")
    charts = LIMITS["message.data_visualizations"]
    yield from within(kinds["data_visualization"], charts, "items", pointer)
    markdown = sum(text_length(block) for block in blocks if block.get("type") == "markdown")
    yield from within(markdown, LIMITS["message.markdown"], "characters", pointer)
    if text_length(list(blocks)) > LIMITS["message.block_text"].most:
        says = "the text of all blocks together is too long"
        yield Problem(says=says, pointer=pointer, error="msg_blocks_too_long")
