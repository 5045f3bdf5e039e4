"""What is done to botocore's answers before anybody reads them."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.utils import parse_timestamp

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ROOT = re.compile(rb"\s*(?:<\?[^>]{0,200}\?>\s*)?<([A-Za-z]{1,100})")


class UnreadableAnswer(ValueError):  # noqa: N818 - as the words of diagnostics.errors
    """An answer of success that holds nothing botocore could read."""


def moment(told: object) -> datetime:
    """Return a time of AWS's, of any wire format, as UTC cut to milliseconds.

    Raises ValueError or OverflowError for what is no time.
    """
    if isinstance(told, str):
        seconds = _number(told)
        return _cut(_iso(told)) if seconds is None else moment(seconds)
    if isinstance(told, int | float):
        return EPOCH + timedelta(milliseconds=round(told * 1000))
    raise ValueError(f"{type(told).__name__} is no time")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _iso(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        parsed: datetime = parse_timestamp(text)
        return parsed


def _cut(at: datetime) -> datetime:
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def refuse_empty(
    response_dict: dict[str, Any] | None,
    parsed_response: dict[str, Any] | None,
    **_: object,
) -> None:
    """Raise UnreadableAnswer where nothing was read because the body is no answer.

    For botocore's event "response-received". botocore reads half a JSON answer, an empty
    body or a web page of status 200 as an answer with nothing in it, and nobody could
    tell it from "there is nothing".
    """
    if response_dict is None or parsed_response is None or response_dict["status_code"] >= 300:  # noqa: PLR2004 - HTTP's successes end there
        return
    if any(held for name, held in parsed_response.items() if name != "ResponseMetadata"):
        return
    body = response_dict["body"]
    told = response_dict["headers"].get("content-length")
    if told is not None and told.strip() != str(len(body)):
        raise UnreadableAnswer(f"{len(body)} bytes of {told} came")
    if _is_xml_of(body, response_dict["context"]["operation_name"]):
        return
    if not isinstance(json.loads(body), dict):
        raise UnreadableAnswer("the answer is no JSON object")


def _is_xml_of(body: bytes, operation: str) -> bool:
    root = _ROOT.match(body)
    if root is None:
        return False
    if root[1].decode() != f"{operation}Response":
        raise UnreadableAnswer(f"the answer is <{root[1].decode()}>")
    return True
