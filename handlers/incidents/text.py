"""Text of people and monitors, made safe to keep; spans of time, made readable."""

import re
from datetime import timedelta

# Slack's header block holds 150 characters of plain text.
# Source: Slack Block Kit reference, "Header block".
TITLE_CHARS = 150

# Slack's section block holds 3,000 characters of text.
# Source: Slack Block Kit reference, "Section block".
TEXT_CHARS = 3000

# An ARN is the longest name there is; the names in it are far shorter.
# Source: IAM API reference, arnType, at most 2,048 characters.
FACT_CHARS = 2048

# Control characters but tab and line feed; marks that turn the direction of text or hide in it;
# lone surrogates, which no UTF-8 can carry.
UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]",
)


def clean_text(text: str, limit: int = TEXT_CHARS) -> str:
    """Return `text` without unsafe characters, of at most `limit` characters."""
    kept = UNSAFE.sub("", text[: limit * 4].replace("\r\n", "\n")).strip()
    return kept if len(kept) <= limit else kept[: limit - 1].rstrip() + "…"


def clean_line(text: str, limit: int = TITLE_CHARS) -> str:
    """Return `text` as one line, likewise."""
    return clean_text(" ".join(text[: limit * 4].split()), limit)


def duration(span: timedelta) -> str:
    """Return a span in the two largest units that say something: "2 h 5 min"."""
    minutes = max(0, int(span.total_seconds()) // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    units = ((days, "d"), (hours, "h"), (rest, "min"))
    first = next((place for place, (count, _) in enumerate(units) if count), len(units) - 1)
    told = [f"{count} {unit}" for count, unit in units[first : first + 2] if count]
    return " ".join(told) or "less than a minute"
