"""Times in evidence: kept as milliseconds from `now`, so that moving `now` moves them all.

The marked form of a value is plain JSON in which `{"$t": offset_ms}` stands for a time,
`{"$t": offset_ms, "as": FORM}` for a time AWS writes in another form, and
`{"$json": value}` for a value AWS writes as a string of JSON.
"""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from diagnostics.errors import EvidenceError

TIME = "$t"
FORM = "as"
JSON = "$json"
RAW = "$raw"  # a mapping whose own keys look like a mark
BYTES = "$bytes"
MARKS = frozenset({TIME, JSON, RAW, BYTES})

MS = timedelta(milliseconds=1)
# Nothing AWS dates lies further away; a bigger number in a file is a mistake or an attack.
FARTHEST_MS = int(timedelta(days=365 * 100) / MS)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

FORMS = frozenset({"datetime", "iso", "iso_ms", "lambda", "ms", "s"})


def offset_ms(at: datetime, now: datetime) -> int:
    """Return how many milliseconds `at` lies after `now` (before: negative)."""
    return (at - now) // MS


def mark(value: Any, now: datetime) -> Any:  # noqa: ANN401 - AWS's own JSON
    """Return `value` in marked form: every datetime in it becomes an offset from `now`.

    Marks already in it stay; a mapping with other keys that look like marks is quoted.
    """
    if isinstance(value, datetime):
        return {TIME: offset_ms(value, now)}
    if isinstance(value, bytes):
        return {BYTES: base64.b64encode(value).decode()}
    if isinstance(value, Mapping):
        return _marked_mapping(value, now)
    if isinstance(value, list | tuple | set | frozenset):
        return [mark(inner, now) for inner in value]
    return value


def _marked_mapping(value: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    if is_mark(value):
        return dict(value) if JSON not in value else {JSON: mark(value[JSON], now)}
    quoted = set(value) == {RAW} and isinstance(value[RAW], Mapping)
    inside = value[RAW] if quoted else value
    marked = {str(key): mark(inner, now) for key, inner in inside.items()}
    return {RAW: marked} if quoted or MARKS & marked.keys() else marked


def is_mark(value: Mapping[str, Any]) -> bool:
    """Whether a mapping is one of the marks."""
    keys = set(value)
    if keys in ({TIME}, {TIME, FORM}):
        return _is_offset(value[TIME]) and value.get(FORM, "datetime") in FORMS
    return keys == {JSON} or (keys == {BYTES} and isinstance(value[BYTES], str))


def resolve(value: Any, now: datetime) -> Any:  # noqa: ANN401 - AWS's own JSON
    """Return what a marked value means at `now`."""
    if isinstance(value, Mapping):
        return _resolved_mapping(value, now)
    if isinstance(value, list | tuple):
        return [resolve(inner, now) for inner in value]
    return value


def _resolved_mapping(value: Mapping[str, Any], now: datetime) -> Any:  # noqa: ANN401 - as above
    if is_mark(value):
        return _meaning(value, now)
    if set(value) == {RAW} and isinstance(value[RAW], Mapping):
        value = value[RAW]
    return {key: resolve(inner, now) for key, inner in value.items()}


def _meaning(value: Mapping[str, Any], now: datetime) -> Any:  # noqa: ANN401 - as above
    if TIME in value:
        return written(now + value[TIME] * MS, value.get(FORM, "datetime"))
    if BYTES in value:
        return base64.b64decode(value[BYTES])
    return json.dumps(resolve(value[JSON], now), default=str)


def written(at: datetime, form: str) -> Any:  # noqa: ANN401 - a datetime, a string or a number
    """Return a time as AWS writes it in one of FORMS, cut to milliseconds."""
    millis = at.microsecond // 1000
    at = at.astimezone(UTC).replace(microsecond=millis * 1000)
    match form:
        case "iso":
            return f"{at:%Y-%m-%dT%H:%M:%S}Z"
        case "iso_ms":
            return f"{at:%Y-%m-%dT%H:%M:%S}.{millis:03d}Z"
        case "lambda":
            return f"{at:%Y-%m-%dT%H:%M:%S}.{millis:03d}+0000"
        case "ms":
            return epoch_ms(at)
        case "s":
            return epoch_ms(at) // 1000
        case _:
            return at


def epoch_ms(at: datetime) -> int:
    """Return a time as milliseconds since 1970."""
    return (at - EPOCH) // MS


def from_epoch_ms(millis: float) -> datetime:
    """Return the time that milliseconds since 1970 mean."""
    return EPOCH + millis * MS


def check_offset(value: object, where: str) -> int:
    """Return an offset read from a file.

    Raises EvidenceError where it is none.
    """
    if not _is_offset(value):
        raise EvidenceError(f"{where} of the evidence is not a time offset in milliseconds")
    return int(value)  # type: ignore[call-overload, no-any-return]  # checked the line above


def _is_offset(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return -FARTHEST_MS <= value <= FARTHEST_MS
