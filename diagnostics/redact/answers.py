"""AWS's answers, redacted operation by operation before anything looks at them."""

import hashlib
import hmac
import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from diagnostics.redact.environment import DROPPED
from diagnostics.redact.events import log_line, log_lines
from diagnostics.redact.structure import names_only, structured, value

_SHORTEST_SALT = 16  # bytes; less could be tried out
_HASHED = re.compile(r"key:[0-9a-f]{12}")

# What CloudTrail writes of a request and no diagnosis needs, by the event's source.
# Source: CloudTrail's record of each API, "requestParameters".
_DATA_OF = {
    "dynamodb.amazonaws.com": frozenset(
        {
            *("key", "keys", "item", "items", "expressionAttributeValues", "attributeUpdates"),
            *("expected", "exclusiveStartKey", "keyConditions", "scanFilter", "queryFilter"),
            *("parameters", "statement", "statements", "lastEvaluatedKey", "attributes"),
            *("requestItems", "transactItems", "responses", "unprocessedItems"),
        },
    ),
    "ssm.amazonaws.com": frozenset({"value", "parameters", "overrides"}),
    "secretsmanager.amazonaws.com": frozenset({"secretString", "secretBinary"}),
    "lambda.amazonaws.com": frozenset({"payload", "zipFile"}),
}


def answer(op: str, body: Mapping[str, Any], *, salt: bytes) -> dict[str, Any]:
    """Return AWS's answer to `op` ("service:Operation") with nothing secret left in it.

    Give it all pages together: what a page boundary cuts in two is recognised only whole.
    `salt` keys the hashes that stand for partition keys; equal keys get equal hashes
    under one salt. Raises ValueError where it is shorter than 16 bytes.
    """
    _require_salt(salt)
    redact = _SPECIAL.get(op)
    return redact(body, salt) if redact else dict(structured(body))


def keyed_hash(secret: bytes, key: str) -> str:
    """Return a short name for a key: the same each time, and no way back to it."""
    _require_salt(secret)
    if _HASHED.fullmatch(key):
        return key
    digest = hmac.new(secret, key.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return f"key:{digest.hexdigest()[:12]}"


def _require_salt(salt: bytes) -> None:
    if len(salt) < _SHORTEST_SALT:
        raise ValueError(f"The salt of keyed hashes needs at least {_SHORTEST_SALT} bytes.")


def _insight_report(body: Mapping[str, Any], salt: bytes) -> dict[str, Any]:
    contributors = [
        {
            **structured(contributor),
            "Keys": [keyed_hash(salt, str(key)) for key in contributor.get("Keys", ())],
        }
        for contributor in body.get("Contributors", ())
    ]
    return {**structured(body), "Contributors": contributors}


def _log_events(body: Mapping[str, Any], _salt: bytes) -> dict[str, Any]:
    """Return the events with each stream's messages masked as one text."""
    events = [dict(event) for event in body.get("events", ())]
    streams: defaultdict[Any, list[dict[str, Any]]] = defaultdict(list)
    for event in events:
        if isinstance(event.get("message"), str):
            streams[event.get("logStreamName")].append(event)
    messages: dict[int, str] = {}
    for stream in streams.values():
        for event, message in zip(
            stream,
            log_lines([event["message"] for event in stream]),
            strict=True,
        ):
            messages[id(event)] = message
    kept = [{**structured(event), "message": messages.get(id(event), DROPPED)} for event in events]
    return {**structured(_without(body, "events")), "events": kept}


def _query_results(body: Mapping[str, Any], _salt: bytes) -> dict[str, Any]:
    rows = [[_cell(cell) for cell in row] for row in body.get("results", ())]
    return {**structured(_without(body, "results")), "results": rows}


def _cell(cell: Mapping[str, Any]) -> dict[str, Any]:
    field, held = cell.get("field"), cell.get("value")
    if not isinstance(held, str):
        return dict(value(cell))
    named = value({"Name": field, "Value": held})["Value"]
    return {**value(cell), "value": log_line(named)}


def _log_record(body: Mapping[str, Any], _salt: bytes) -> dict[str, Any]:
    record = {
        name: log_line(held) if isinstance(held, str) else DROPPED
        for name, held in value(body.get("logRecord", {})).items()
    }
    return {**structured(_without(body, "logRecord")), "logRecord": record}


def _events(body: Mapping[str, Any], _salt: bytes) -> dict[str, Any]:
    events = [_trail_event(event) for event in body.get("Events", ())]
    return {**structured(_without(body, "Events")), "Events": events}


def _trail_event(event: Mapping[str, Any]) -> dict[str, Any]:
    kept = dict(structured(_without(event, "CloudTrailEvent")))
    if "CloudTrailEvent" in event:
        kept["CloudTrailEvent"] = _json_text(event["CloudTrailEvent"], _without_data)
    return kept


def _stack_events(body: Mapping[str, Any], _salt: bytes) -> dict[str, Any]:
    events = [_stack_event(event) for event in body.get("StackEvents", ())]
    return {**structured(_without(body, "StackEvents")), "StackEvents": events}


def _stack_event(event: Mapping[str, Any]) -> dict[str, Any]:
    kept = dict(structured(_without(event, "ResourceProperties")))
    if "ResourceProperties" in event:
        kept["ResourceProperties"] = _json_text(event["ResourceProperties"], structured)
    return kept


def _json_text(document: object, redact: Callable[[Any], Any]) -> str:
    """Return a JSON text with its content redacted; of one cut short nothing is kept."""
    if not isinstance(document, str):
        return DROPPED
    try:
        read = json.loads(document)
        return json.dumps(redact(read), separators=(",", ":"), ensure_ascii=False)
    except (ValueError, RecursionError):
        return DROPPED


def _without_data(event: Any) -> Any:  # noqa: ANN401 - CloudTrail's own JSON
    if not isinstance(event, Mapping):
        return structured(event)
    data = _DATA_OF.get(str(event.get("eventSource")), frozenset())
    kept = dict(event)
    for part in ("requestParameters", "responseElements"):
        if isinstance(event.get(part), Mapping):
            kept[part] = {
                name: names_only(held) if name in data else held
                for name, held in event[part].items()
            }
    return structured(kept)


def _without(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: held for key, held in body.items() if key != name}


_SPECIAL: Mapping[str, Callable[[Mapping[str, Any], bytes], dict[str, Any]]] = {
    "cloudformation:DescribeStackEvents": _stack_events,
    "cloudtrail:LookupEvents": _events,
    "cloudwatch:GetInsightRuleReport": _insight_report,
    "logs:FilterLogEvents": _log_events,
    "logs:GetLogEvents": _log_events,
    "logs:GetLogRecord": _log_record,
    "logs:GetQueryResults": _query_results,
}
