"""What a person can press, pick and fill in, and how Slack tells the app."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from tests.slack_server.schema import Json

# element type -> the field that holds what was chosen; docs.slack.dev, block-elements, each page
_CHOSEN: Final = {
    "static_select": "selected_option",
    "external_select": "selected_option",
    "overflow": "selected_option",
    "radio_buttons": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
}
_PRESSED: Final = frozenset({"button", "icon_button", "workflow_button", "feedback_buttons"})


def placed_elements(blocks: Sequence[Json]) -> Iterator[tuple[str, Json]]:
    """Every interactive element with the id of its block, in the order people see them."""
    for block in blocks:
        block_id = str(block.get("block_id", ""))
        inside = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
        inside += block.get("actions", ())
        for element in inside:
            if isinstance(element, dict) and element.get("type") in _PRESSED | _CHOSEN.keys():
                yield block_id, element
        nested = [*block.get("child_blocks", ())]
        nested += block.get("elements", ()) if block.get("type") == "carousel" else ()
        yield from placed_elements([item for item in nested if isinstance(item, dict)])


def find_element(blocks: Sequence[Json], action_id: str) -> tuple[str, Json]:
    """The element with this action_id, and its block's id.

    Raises:
        LookupError: nobody could press it, because it is not there.
    """
    seen = []
    for block_id, element in placed_elements(blocks):
        if element.get("action_id") == action_id:
            return block_id, element
        seen.append(str(element.get("action_id")))
    raise LookupError(f"no element {action_id!r} here; there are: {', '.join(seen) or 'none'}")


def action(block_id: str, element: Json, chosen: object, ts: str) -> Json:
    """The entry in `actions` when a person uses an element; `chosen` is what they picked."""
    named = {
        "type": element["type"],
        "action_id": element.get("action_id", ""),
        "block_id": block_id,
        "action_ts": ts,
    }
    if element["type"] in _PRESSED:
        kept = {
            name: element[name] for name in ("text", "value", "style", "url") if name in element
        }
        return named | kept | ({"value": chosen} if chosen is not None else {})
    return named | filled(element, chosen)


def filled(element: Json, chosen: object) -> Json:
    """What an element holds after a person chose: options go by their values.

    Raises:
        ValueError: an option it does not offer, or a text of the wrong length.
    """
    kind = str(element["type"])
    name = _CHOSEN[kind]
    if name == "selected_option":
        return {"type": kind, name: None if chosen is None else _option(element, chosen)}
    if name == "selected_options":
        values = chosen if isinstance(chosen, list | tuple) else []
        return {"type": kind, name: [_option(element, value) for value in values]}
    if kind == "plain_text_input" and isinstance(chosen, str):
        _check_length(element, chosen)
    return {"type": kind, name: list(chosen) if isinstance(chosen, tuple) else chosen}


def initial(element: Json) -> Json:
    """What an element holds before a person touched it."""
    kind = str(element["type"])
    name = _CHOSEN[kind]
    before = element.get("initial_" + name.removeprefix("selected_"))
    if before is None and name.endswith("s"):
        return {"type": kind, name: []}
    return {"type": kind, name: before}


def state_of(blocks: Sequence[Json], actions: Sequence[Json] = ()) -> Json:
    """`state.values` of a message or view: what its elements hold, after these actions."""
    values: dict[str, dict[str, Any]] = {}
    for block_id, element in placed_elements(blocks):
        if element["type"] in _CHOSEN and element["type"] != "overflow":
            values.setdefault(block_id, {})[str(element.get("action_id"))] = initial(element)
    for done in actions:
        name = _CHOSEN.get(done["type"])
        if name is not None and done["action_id"] in values.get(done["block_id"], {}):
            held = {"type": done["type"], name: done[name]}
            values[done["block_id"]][done["action_id"]] = held
    return values


def submitted(blocks: Sequence[Json], given: Mapping[str, object]) -> Json:
    """`state.values` of a modal that was filled in; keys are block_ids or action_ids.

    Raises:
        LookupError: a key that names no input.
        ValueError: a required input was left empty, or holds what it can not hold.
    """
    values = state_of(blocks)
    unused = set(given)
    for block in blocks:
        element = block.get("element")
        if not isinstance(element, dict) or element.get("type") not in _CHOSEN:
            continue
        block_id, action_id = str(block.get("block_id")), str(element.get("action_id"))
        key = block_id if block_id in given else action_id
        if key in given:
            unused.discard(key)
            values[block_id][action_id] = filled(element, given[key])
        held = values[block_id][action_id][_CHOSEN[element["type"]]]
        if held in (None, "", []) and not block.get("optional"):
            raise ValueError(f"the input {block_id}/{action_id} is required")
    if unused:
        raise LookupError(f"no such inputs: {', '.join(sorted(unused))}")
    return values


def _option(element: Json, value: object) -> Json:
    options = [*element.get("options", ())]
    for group in element.get("option_groups", ()):
        options += group["options"]
    for option in options:
        if option["value"] == value:
            return dict(option)
    if str(element["type"]).endswith("external_select"):
        return {"text": {"type": "plain_text", "text": str(value)}, "value": str(value)}
    offered = ", ".join(str(option["value"]) for option in options)
    raise ValueError(f"{element.get('action_id')} does not offer {value!r}, only: {offered}")


def _check_length(element: Json, text: str) -> None:
    least, most = element.get("min_length", 0), element.get("max_length", 3_000)
    if not least <= len(text) <= most:
        raise ValueError(f"{element.get('action_id')} takes {least} to {most} characters")
