"""The times that AWS writes as plain numbers: CloudWatch Logs' alone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from diagnostics.evidence.times import FARTHEST_MS, FORM, TIME, from_epoch_ms, offset_ms

# Source: API reference of CloudWatch Logs: milliseconds since 1970, and seconds in StartQuery.
PARAMS = {
    "logs:FilterLogEvents": ({"startTime", "endTime"}, "ms"),
    "logs:GetLogEvents": ({"startTime", "endTime"}, "ms"),
    "logs:StartQuery": ({"startTime", "endTime"}, "s"),
}
ANSWERS = frozenset(
    {
        "creationTime",
        "firstEventTimestamp",
        "ingestionTime",
        "lastEventTimestamp",
        "lastIngestionTime",
        "timestamp",
    },
)


def marked_params(op: str, params: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return marked parameters whose plain numbers of time are marked too."""
    names, form = PARAMS.get(op, (set(), "ms"))
    return {
        name: _mark(value, form, now) if name in names else value for name, value in params.items()
    }


def marked_answer(op: str, answer: Any, now: datetime) -> Any:  # noqa: ANN401 - AWS's own JSON
    """Return a marked answer whose plain numbers of time are marked too."""
    if not op.startswith("logs:"):
        return answer
    if isinstance(answer, Mapping):
        return {
            key: _mark(value, "ms", now)
            if key in ANSWERS and isinstance(value, int)
            else marked_answer(op, value, now)
            for key, value in answer.items()
        }
    if isinstance(answer, list):
        return [marked_answer(op, value, now) for value in answer]
    return answer


def _mark(value: Any, form: str, now: datetime) -> Any:  # noqa: ANN401 - as above
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    millis = value * 1000 if form == "s" else value
    if not 0 <= millis <= FARTHEST_MS:
        return value
    return {TIME: offset_ms(from_epoch_ms(millis), now), FORM: form}
