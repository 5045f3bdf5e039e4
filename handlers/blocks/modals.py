"""The forms people fill in, and the one that stands there while Slack is still being asked."""

from typing import Any

from handlers.blocks.elements import Block, Element, context, plain_text, section
from handlers.blocks.limits import most
from handlers.blocks.names import Field, Form
from handlers.incidents.model import Severity
from handlers.incidents.text import TITLE_CHARS, clean_text

View = dict[str, Any]

# What each severity means, as people choose it. Own choice of words.
SEVERITIES = {
    Severity.SEV1: "SEV1: customers cannot work",
    Severity.SEV2: "SEV2: customers notice",
    Severity.SEV3: "SEV3: we notice",
    Severity.SEV4: "SEV4: it can wait",
}
# A table name has at most 255 characters, an ARN some more.
# Source: DynamoDB API reference, CreateTable, TableName.
TABLE_CHARS = 1024

OPTIONAL = {"optional": True}


def loading_modal(title: str = "One moment", *, metadata: str = "") -> View:
    """Return the modal to open at once, within the three seconds a trigger lives."""
    waiting = [section("Checking what you may do here…")]
    return _modal(Form.LOADING, title, waiting, metadata)


def saying_modal(title: str, text: str, *, metadata: str = "") -> View:
    """Return a modal that says something, such as why a form does not come."""
    return _modal(Form.SAYING, title, [section(text or "There is nothing to say.")], metadata)


def declare_modal(
    *,
    title: str = "",
    table: str = "",
    severity: Severity = Severity.SEV3,
    metadata: str = "",
) -> View:
    """Return the form that declares an incident; `metadata` comes back as it is, opaque ids only.

    The submission holds `Field.TITLE`, `SEVERITY` ("1" to "4"), `TABLE` and `DRILL` (["drill"]).
    """
    blocks = [
        _input(Field.TITLE, "What is wrong?", _line(Field.TITLE, title, TITLE_CHARS)),
        _input(Field.SEVERITY, "How bad is it?", _severities(severity)),
        _input(Field.TABLE, "DynamoDB table", _line(Field.TABLE, table, TABLE_CHARS)) | OPTIONAL,
        _input(Field.DRILL, "Is it real?", _drill()) | OPTIONAL,
    ]
    return _modal(Form.DECLARE, "Declare an incident", blocks, metadata, submit="Declare")


def note_modal(incident_id: str, *, text: str = "", metadata: str = "") -> View:
    """Return the form that adds a note; the submission holds `Field.TEXT`."""
    entry = _line(Field.TEXT, text, most("input.value")) | {"multiline": True}
    blocks = [
        _input(Field.TEXT, "What should be remembered?", entry),
        *context(f"It goes into the timeline of {incident_id}."),
    ]
    return _modal(Form.NOTE, f"Note on {incident_id}", blocks, metadata, submit="Add")


def _modal(
    form: Form, title: str, blocks: list[Block], metadata: str, *, submit: str | None = None
) -> View:
    if len(metadata) > most("view.private_metadata"):
        raise ValueError(f"the metadata of {form} has {len(metadata)} characters")
    view = {
        "type": "modal",
        "callback_id": str(form),
        "title": plain_text(title, "view.title"),
        "close": plain_text("Cancel" if submit else "Close", "view.button"),
        "private_metadata": metadata,
        "blocks": blocks,
    }
    return view | {"submit": plain_text(submit, "view.button")} if submit else view


def _input(field: Field, label: str, element: Element) -> Block:
    return {
        "type": "input",
        "block_id": str(field),
        "label": plain_text(label, "input.label"),
        "element": element,
    }


def _line(field: Field, value: str, limit: int) -> Element:
    element = {"type": "plain_text_input", "action_id": str(field), "max_length": limit}
    initial = clean_text(value, limit)
    return element | {"initial_value": initial} if initial else element


def _severities(chosen: Severity) -> Element:
    options = {one: _option(text, str(one.value)) for one, text in SEVERITIES.items()}
    return {
        "type": "static_select",
        "action_id": str(Field.SEVERITY),
        "options": list(options.values()),
        "initial_option": options[chosen],
    }


def _drill() -> Element:
    options = [_option("It is a drill: it stays out of every count", "drill")]
    return {"type": "checkboxes", "action_id": str(Field.DRILL), "options": options}


def _option(text: str, value: str) -> Element:
    return {"text": plain_text(text, "option.text"), "value": value}
