"""A payload's file read as JSON, and the request found in it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from diagnostics.payload.members import OPERATIONS
from diagnostics.payload.model import PayloadError
from diagnostics.payload.problems import hint, json_type, shown
from diagnostics.payload.values import type_of

MOST_LETTERS = 32 * 1024 * 1024  # twice what DynamoDB takes; more is another file
DEEPEST_JSON = 200  # DynamoDB's 32 levels take about 70 in JSON
_LONGEST_WHOLE = 18  # digits; longer numbers are wrong in any case
_WRAPPERS = ("request", "params", "input", "body", "parameters", "api_params")
_OPERATION_NAMES = (
    *("operation", "operation_name", "operationname", "action", "command", "x-amz-target"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a payload turned out to be."""

    operation: str | None  # None: an item alone
    request: Mapping[str, Any]
    is_guessed: bool  # nobody named the operation; its members gave it away


def load(text: str) -> object:
    """Return the JSON in the text of a payload's file.

    Raises PayloadError where it holds none, or more than anybody could send.
    """
    if len(text) > MOST_LETTERS:
        raise PayloadError(
            f"The payload has {len(text):,} letters; DynamoDB takes requests of 16 MB at the most.",
        )
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise PayloadError("The payload is empty; give the JSON body of one DynamoDB request.")
    try:
        payload: object = json.loads(text, parse_int=_whole, parse_constant=_refused)
    except json.JSONDecodeError as error:
        raise PayloadError(_not_json(text, error)) from None
    except RecursionError:
        raise PayloadError(_TOO_DEEP) from None
    require_shallow(payload)
    return payload


def require_shallow(payload: object) -> None:
    """Raise PayloadError where objects and lists are nested too deeply to be read."""
    level: list[object] = [payload]
    for _ in range(DEEPEST_JSON):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise PayloadError(_TOO_DEEP)


def find(payload: object) -> Found:
    """Return the request in a payload: bare, named by its operation, or an item alone.

    Raises PayloadError where there is none.
    """
    if not isinstance(payload, dict):
        raise PayloadError(
            f"The payload is {json_type(payload)[0]}; give one request or one item as an object.",
        )
    if not payload:
        raise PayloadError("The payload is an empty object; give one request or one item.")
    named = _named(payload)
    if named is not None:
        return named
    operation = _detected(payload)
    if operation is not None:
        return Found(operation=operation, request=payload, is_guessed=True)
    return Found(operation=None, request={"Item": payload}, is_guessed=True)


_TOO_DEEP = (
    f"The payload is nested more than {DEEPEST_JSON} levels deep; DynamoDB takes 32 levels of"
    " lists and maps."
)


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_WHOLE else float(digits)


def _refused(name: str) -> object:
    raise PayloadError(f"The payload holds {name}, which JSON does not know.")


def _not_json(text: str, error: json.JSONDecodeError) -> str:
    place = f"line {error.lineno:,}, column {error.colno:,}"
    if text.lstrip().startswith(("{'", "['", "{u'")):
        return (
            f"The payload is not JSON ({place}): it uses single quotes, as Python prints objects;"
            " write it with json.dumps."
        )
    return f"The payload is not JSON: {error.msg} at {place}."


def _inside(outer: object) -> Iterator[object]:
    if isinstance(outer, dict):
        yield from outer.values()
    elif isinstance(outer, list):
        yield from outer


def _named(payload: dict[str, Any]) -> Found | None:
    lowered = {name.lower(): name for name in payload}
    inner = next((lowered[name] for name in _WRAPPERS if name in lowered), None)
    name = next((lowered[name] for name in _OPERATION_NAMES if name in lowered), None)
    if inner is None or name is None or type_of(payload[name]) is not None:
        return None
    if not isinstance(payload[name], str) or not isinstance(payload[inner], dict):
        raise PayloadError(
            f'"{name}" must be the name of an operation and "{inner}" the request as an object.',
        )
    return Found(operation=_operation(payload[name]), request=payload[inner], is_guessed=False)


def _operation(written: str) -> str:
    """Return the operation that some SDK's spelling means: put_item, PutItemCommand."""
    plain = written.rpartition(".")[2].rpartition(":")[2]
    flat = plain.replace("_", "").replace("-", "").lower().removesuffix("command")
    flat = flat.removesuffix("request").removesuffix("input")
    for operation in OPERATIONS:
        if operation.lower() == flat:
            return operation
    raise PayloadError(
        f"No operation of those that can be checked has the name given{hint(plain, OPERATIONS)};"
        f" they are {', '.join(map(shown, OPERATIONS))}.",
    )


def _detected(payload: dict[str, Any]) -> str | None:
    """Return the operation whose members these are; None where they are an item's."""
    if all(type_of(value) is not None for value in payload.values()):
        return None
    members = {name.lower(): held for name, held in payload.items()}
    tables, actions = members.get("requestitems"), members.get("transactitems")
    if isinstance(tables, dict):
        writes = any(isinstance(held, list) for held in tables.values())
        return "BatchWriteItem" if writes else "BatchGetItem"
    if isinstance(actions, list):
        reads = any(isinstance(held, dict) and "Get" in held for held in actions)
        return "TransactGetItems" if reads else "TransactWriteItems"
    for member, operation in _SIGNS:
        if member in members:
            return operation
    has_table = isinstance(members.get("tablename"), str)
    if "key" in members and (has_table or _is_untyped_object(members["key"])):
        return _by_key(set(members))
    if "item" in members and (has_table or _is_untyped_object(members["item"])):
        return "PutItem"
    return "Scan" if has_table else None


def _is_untyped_object(held: object) -> bool:
    return isinstance(held, dict) and type_of(held) is None


def _by_key(members: set[str]) -> str:
    deletes = {"conditionexpression", "expected", "returnvalues", "returnitemcollectionmetrics"}
    return "DeleteItem" if deletes & members else "GetItem"


_SIGNS = (
    ("requestitems", "BatchWriteItem"),
    ("transactitems", "TransactWriteItems"),
    ("transactstatements", "ExecuteTransaction"),
    ("statements", "BatchExecuteStatement"),
    ("statement", "ExecuteStatement"),
    ("keyconditionexpression", "Query"),
    ("keyconditions", "Query"),
    ("scanfilter", "Scan"),
    ("totalsegments", "Scan"),
    ("segment", "Scan"),
    ("filterexpression", "Scan"),
    ("updateexpression", "UpdateItem"),
    ("attributeupdates", "UpdateItem"),
)
