"""Interactive elements and composition objects of Block Kit, and where each may stand."""

from collections.abc import Iterator, Mapping
from typing import Final

from tests.slack_server.limits import LIMITS
from tests.slack_server.schema import (
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
)

_WORD: Final = string()
_ICONS: Final = choice("trash")  # docs.slack.dev, icon-button-element

CONFIRM: Final = shape(
    {
        "title": text_object("confirm.title", "plain_text"),
        "text": text_object("confirm.text"),
        "confirm": text_object("confirm.confirm", "plain_text"),
        "deny": text_object("confirm.deny", "plain_text"),
    },
    {"style": choice("primary", "danger")},
)
_SLACK_FILE: Final = shape(optional={"id": _WORD, "url": _WORD}, any_of=("id", "url"))
IMAGE_SOURCE: Final[Mapping[str, Rule]] = {
    "image_url": url("image.url"),
    "slack_file": _SLACK_FILE,
}
IMAGE: Final = shape(
    {"alt_text": string("image.alt_text")},
    IMAGE_SOURCE,
    any_of=("image_url", "slack_file"),
)


def _option(*kinds: str) -> Rule:
    return shape(
        {"text": text_object("option.text", *kinds), "value": string("option.value")},
        {"description": text_object("option.description", *kinds), "url": url("option.url")},
    )


_PLAIN_OPTION: Final = _option("plain_text")
_OPTIONS: Final = each(_PLAIN_OPTION, "select.options")
_GROUPS: Final = each(
    shape({"label": text_object("option_group.label", "plain_text"), "options": _OPTIONS}),
    "select.option_groups",
)
_FILTER: Final = shape(
    optional={
        "include": each(choice("im", "mpim", "private", "public")),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)
_DISPATCH: Final = shape(
    optional={"trigger_actions_on": each(choice("on_enter_pressed", "on_character_entered"))},
)
_FEEDBACK: Final = shape(
    {"text": text_object("button.text", "plain_text"), "value": string("button.value")},
    {"accessibility_label": string("button.accessibility_label")},
)


def _element(
    required: Mapping[str, Rule] | None = None,
    optional: Mapping[str, Rule] | None = None,
    *,
    any_of: tuple[str, ...] = (),
) -> Rule:
    return shape(
        required,
        {"action_id": string("action_id"), **(optional or {})},
        any_of=any_of,
    )


def _field(optional: Mapping[str, Rule] | None = None, *, confirm: bool = True) -> Rule:
    """An element that a person fills in."""
    common: dict[str, Rule] = {
        "placeholder": text_object("placeholder", "plain_text"),
        "focus_on_load": flag,
    }
    if confirm:
        common["confirm"] = CONFIRM
    return _element(None, {**common, **(optional or {})})


def _picker(optional: Mapping[str, Rule], *, any_of: tuple[str, ...] = ()) -> Rule:
    common: dict[str, Rule] = {
        "placeholder": text_object("placeholder", "plain_text"),
        "focus_on_load": flag,
        "confirm": CONFIRM,
    }
    return _element(None, {**common, **optional}, any_of=any_of)


_MANY: Final[Mapping[str, Rule]] = {"max_selected_items": whole(1)}
_STATIC: Final[Mapping[str, Rule]] = {"options": _OPTIONS, "option_groups": _GROUPS}
_EXTERNAL: Final[Mapping[str, Rule]] = {"min_query_length": whole()}
_HERE: Final[Mapping[str, Rule]] = {"default_to_current_conversation": flag, "filter": _FILTER}
_RESPONDS: Final[Mapping[str, Rule]] = {"response_url_enabled": flag}
_LENGTHS: Final[Mapping[str, Rule]] = {
    "min_length": whole(0, LIMITS["plain_text_input.length"].most),
    "max_length": whole(1, LIMITS["plain_text_input.length"].most),
    "multiline": flag,
    "dispatch_action_config": _DISPATCH,
}


def _boxes(name: str, initial: Mapping[str, Rule]) -> Rule:
    return _element(
        {"options": each(_option(), f"{name}.options")},
        {**initial, "confirm": CONFIRM, "focus_on_load": flag},
    )


_WORKFLOW: Final = shape(
    {
        "trigger": shape(
            {"url": _WORD},
            {"customizable_input_parameters": each(shape({"name": _WORD, "value": _WORD}))},
        ),
    },
)

ELEMENTS: Final[Mapping[str, Rule]] = {
    "button": _element(
        {"text": text_object("button.text", "plain_text")},
        {
            "url": url("button.url", "https", "http", "mailto", "slack"),
            "value": string("button.value"),
            "style": choice("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string("button.accessibility_label"),
        },
    ),
    "workflow_button": _element(
        {"text": text_object("button.text", "plain_text"), "workflow": _WORKFLOW},
        {
            "style": choice("primary", "danger"),
            "accessibility_label": string("button.accessibility_label"),
        },
    ),
    "icon_button": _element(
        {"icon": _ICONS, "text": text_object("button.text", "plain_text")},
        {
            "value": string("button.value"),
            "accessibility_label": string("button.accessibility_label"),
            "visible_to_user_ids": each(_WORD),
            "confirm": CONFIRM,
        },
    ),
    "feedback_buttons": _element({"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}),
    "overflow": _element(
        {"options": each(_PLAIN_OPTION, "overflow.options")},
        {"confirm": CONFIRM},
    ),
    "checkboxes": _boxes("checkboxes", {"initial_options": each(_option())}),
    "radio_buttons": _boxes("radio_buttons", {"initial_option": _option()}),
    "datepicker": _picker({"initial_date": _WORD}),
    "timepicker": _picker({"initial_time": _WORD, "timezone": _WORD}),
    "datetimepicker": _element(
        None,
        {"initial_date_time": whole(), "confirm": CONFIRM, "focus_on_load": flag},
    ),
    "static_select": _picker(
        {**_STATIC, "initial_option": _PLAIN_OPTION},
        any_of=("options", "option_groups"),
    ),
    "multi_static_select": _picker(
        {**_STATIC, **_MANY, "initial_options": each(_PLAIN_OPTION)},
        any_of=("options", "option_groups"),
    ),
    "external_select": _picker({**_EXTERNAL, "initial_option": _PLAIN_OPTION}),
    "multi_external_select": _picker(
        {**_EXTERNAL, **_MANY, "initial_options": each(_PLAIN_OPTION)},
    ),
    "users_select": _picker({"initial_user": _WORD}),
    "multi_users_select": _picker({**_MANY, "initial_users": each(_WORD)}),
    "conversations_select": _picker({**_HERE, **_RESPONDS, "initial_conversation": _WORD}),
    "multi_conversations_select": _picker(
        {**_HERE, **_MANY, "initial_conversations": each(_WORD)},
    ),
    "channels_select": _picker({**_RESPONDS, "initial_channel": _WORD}),
    "multi_channels_select": _picker({**_MANY, "initial_channels": each(_WORD)}),
    "plain_text_input": _field(
        {**_LENGTHS, "initial_value": string("plain_text_input.length")},
        confirm=False,
    ),
    "email_text_input": _field(
        {"initial_value": _WORD, "dispatch_action_config": _DISPATCH},
        confirm=False,
    ),
    "url_text_input": _field(
        {"initial_value": _WORD, "dispatch_action_config": _DISPATCH},
        confirm=False,
    ),
    "number_input": _element(
        {"is_decimal_allowed": flag},
        {
            "initial_value": _WORD,
            "min_value": _WORD,
            "max_value": _WORD,
            "dispatch_action_config": _DISPATCH,
            "focus_on_load": flag,
            "placeholder": text_object("placeholder", "plain_text"),
        },
    ),
    "rich_text_input": _field(
        {"initial_value": shape(optional={"elements": each(lambda _value, _at: iter(()))})},
        confirm=False,
    ),
    "file_input": _element(
        None, {"filetypes": each(_WORD), "max_files": whole(1, LIMITS["file_input.files"].most)}
    ),
    "image": IMAGE,
    "url_source": shape({"url": url("button.url"), "text": _WORD}, {"icon_url": _WORD}),
}

_SELECTS: Final = ("static", "external", "users", "conversations", "channels")
SELECTS: Final = frozenset(f"{kind}_select" for kind in _SELECTS)
MULTI_SELECTS: Final = frozenset(f"multi_{kind}_select" for kind in _SELECTS)
_PICKERS: Final = frozenset({"datepicker", "timepicker", "checkboxes", "radio_buttons"})

# Each element's page in docs.slack.dev/reference/block-kit/block-elements names its blocks.
IN_ACTIONS: Final = SELECTS | _PICKERS | {"button", "datetimepicker", "overflow", "workflow_button"}
IN_SECTION: Final = (
    SELECTS | MULTI_SELECTS | _PICKERS | {"button", "image", "overflow", "workflow_button"}
)
IN_INPUT: Final = (
    SELECTS
    | MULTI_SELECTS
    | _PICKERS
    | {
        "datetimepicker",
        "email_text_input",
        "file_input",
        "number_input",
        "plain_text_input",
        "rich_text_input",
        "url_text_input",
    }
)


def element(kinds: frozenset[str] | set[str]) -> Rule:
    """One of these elements."""
    return typed({kind: ELEMENTS[kind] for kind in kinds})


def elements(kinds: frozenset[str] | set[str], limit: str) -> Rule:
    """An array of these elements with an action_id of its own each."""
    items = each(element(kinds), limit)

    def check(value: object, pointer: str) -> Iterator[Problem]:
        yield from items(value, pointer)
        yield from _repeated_action_ids(value, pointer)

    return check


def _repeated_action_ids(value: object, pointer: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, item in enumerate(value if isinstance(value, list) else ()):
        action_id = item.get("action_id") if isinstance(item, dict) else None
        if not isinstance(action_id, str):
            continue
        if action_id in seen:
            says = f"`action_id` {action_id} already exists for another element"
            yield Problem(says=says, pointer=f"{pointer}/{index}/action_id")
        seen.add(action_id)
