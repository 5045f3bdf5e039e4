"""One name for one problem, the same when it fires, is updated and ends."""

import hashlib
import json
import re

from handlers.alerts.model import Facts, Kind
from handlers.alerts.reading import Reading

VERSION = "v1"
HASH_CHARS = 32  # 128 bits

VARYING = re.compile(r"\b(?=[\w-]*\d)[\w-]{8,}\b|\d+")  # ids, times, counts
# A measured value in a title: "at 93%", "= 2310 ms".
MEASURED = re.compile(
    r"\b\d+(?:\.\d+)?\s?(?:%|(?:ms|s|sec|seconds|min|minutes|h|hours|[KMGT]i?B)\b)"
)
SPACES = re.compile(r"\s+")


def fingerprint_of(reading: Reading) -> str | None:
    """Return the fingerprint of an alert's problem; None where there is no problem.

    It stands on the monitor's own key, else on what is in trouble; never on state, counts,
    times or severity.
    """
    if reading.kind is not Kind.ALERT:
        return None
    parts = reading.key or general_key(reading.facts, reading.alarm)
    text = json.dumps([_same_spelling(part) for part in parts], ensure_ascii=True)
    return f"{VERSION}:{hashlib.sha256(text.encode()).hexdigest()[:HASH_CHARS]}"


def general_key(facts: Facts, alarm: str | None) -> tuple[str, ...]:
    """Return the key of a problem whose monitor gives none."""
    name = MEASURED.sub("#", alarm) if alarm else None
    parts = (facts.service, facts.resource, facts.region, facts.metric, name)
    return ("facts", *(part or "" for part in parts))


def error_key(facts: Facts, says: str) -> tuple[str, ...]:
    """Return the key of an application's error: its code and where; else its words."""
    where = (facts.service, facts.resource, facts.region, facts.operation, facts.function)
    parts = (facts.error_code, *where, facts.log_group)
    words = "" if facts.error_code and facts.resource else without_numbers(says)
    return ("error", *(part or "" for part in parts), words)


def without_numbers(text: str) -> str:
    """Return a text's first line without what changes from one occurrence to the next."""
    line = next((line for line in text.split("\n") if line.strip()), "")
    return VARYING.sub("#", line[:120])


def _same_spelling(part: str) -> str:
    return SPACES.sub(" ", part).strip().lower()
