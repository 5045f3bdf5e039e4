"""Untrusted text made inert: nothing in it can ping, link, hide or turn what stands around it.

`line` and `code` are for the places Slack never parses (rich text, plain text); `mrkdwn` is for
the one it does, the fallback text of a message.
"""

import re

from diagnostics.text.clean import UNSAFE

CUT = "…"
# Shown as nothing at all, beside what `UNSAFE` holds: joiners and filler letters.
UNSEEN = re.compile(f"{UNSAFE.pattern}|[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]")
UNSEEN_IN_CODE = re.compile(rf"(?![\n\t])(?:{UNSEEN.pattern})")
# Slack's control characters, `&` first. Source: Slack, "Formatting text for app surfaces".
CONTROL = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
SPLIT_ENTITY = re.compile(r"&(?:a|am|amp|l|lt|g|gt)?\Z")
SHORTCODE = re.compile(r"(?<![\w:]):([a-z0-9_+'-]{1,100}):(?![\w:])")


def line(text: str, limit: int) -> str:
    """Return `text` as one line of at most `limit` characters."""
    return cut(UNSEEN.sub("", " ".join(text[: limit * 4].split())).strip(), limit)


def code(text: str) -> str:
    """Return `text` with its lines and tabs, otherwise likewise, and never cut."""
    return UNSEEN_IN_CODE.sub("", text.replace("\r\n", "\n")).strip("\n")


def mrkdwn(text: str, limit: int) -> str:
    """Return mrkdwn of at most `limit` characters that shows the lines of `text`.

    A bare address would become a link where `parse` is not "none", an emoji's name a picture:
    neither looks like itself here.
    """
    shown = SHORTCODE.sub(r"\1", code(text[: limit * 4])).replace("://", ": //")
    for character, entity in CONTROL:
        shown = shown.replace(character, entity)
    if len(shown) <= limit:
        return shown
    return SPLIT_ENTITY.sub("", shown[: limit - 1]).rstrip() + CUT


def cut(text: str, limit: int) -> str:
    """Return `text`, or as much of its beginning as the limit allows, with a sign that it ends."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + CUT
