"""App Home: the open incidents, mine, the last diagnoses, and what this person may do."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from handlers.blocks import inert
from handlers.blocks.elements import (
    Block,
    Style,
    actions,
    bullet,
    button,
    context,
    header,
    rich_text,
    section,
    sentence,
    words,
)
from handlers.blocks.incident import summary
from handlers.blocks.names import Button, Form
from handlers.incidents.model import Diagnosis, Incident

# How much of each list stands there; together they stay far under Slack's 100 blocks. Own choice.
MOST_OPEN = 20
MOST_MINE = 10
MOST_RECENT = 10
MOST_ALLOWED = 15
LINE_CHARS = 200


def home_view(
    *,
    open_incidents: Sequence[Incident],
    mine: Sequence[Incident],
    recent: Sequence[Diagnosis],
    may: Sequence[str],
    now: datetime,
) -> dict[str, Any]:
    """Return the view for views.publish.

    The incidents come in the order given, `recent` newest first; `may` holds one sentence for
    each thing this person may do here. A Home tab names people without notifying them.
    """
    blocks = [
        *header("Open incidents"),
        *_incidents(open_incidents, MOST_OPEN, now),
        *actions(button(Button.DECLARE, "Declare an incident", "home", style="primary")),
        *header("Mine"),
        *_incidents(mine, MOST_MINE, now),
        *header("Recent diagnoses"),
        *_diagnoses(recent),
        *header("What I may do"),
        *_allowed(may),
        *context(f"As of {now:%Y-%m-%d %H:%M} UTC"),
    ]
    return {"type": "home", "callback_id": str(Form.HOME), "blocks": blocks}


def _incidents(incidents: Sequence[Incident], most: int, now: datetime) -> Iterator[Block]:
    if not incidents:
        yield from rich_text([sentence(words("None."))])
    for incident in incidents[:most]:
        show = button(Button.SHOW_INCIDENT, "Show", incident.id)
        yield {**section(inert.line(summary(incident, now), LINE_CHARS)), "accessory": show}
    if (left := len(incidents) - most) > 0:
        yield from context(f"and {left:,} more: /incident list")


def _diagnoses(recent: Sequence[Diagnosis]) -> Iterator[Block]:
    lines = [
        bullet(
            words(f"{one.at:%Y-%m-%d %H:%M} UTC"),
            words(one.headline, limit=LINE_CHARS),
            words(one.cause or "", Style.CODE),
        )
        for one in recent[:MOST_RECENT]
    ]
    yield from rich_text(lines or [sentence(words("None yet: /diagnose help says how."))])


def _allowed(may: Sequence[str]) -> Iterator[Block]:
    lines = [bullet(words(one, limit=LINE_CHARS)) for one in may[:MOST_ALLOWED]]
    yield from rich_text(lines or [sentence(words("Nothing here; ask whoever set Paramedic up."))])
