"""A whole request checked: every reason why DynamoDB, or the SDK, would refuse it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from diagnostics.payload.actions import action_problems, page_problems, shape_of
from diagnostics.payload.batches import (
    batch_get_problems,
    batch_write_problems,
    statements_problems,
    transaction_problems,
)
from diagnostics.payload.keys import MOST_ITEM_BYTES
from diagnostics.payload.loading import Found, find, require_shallow
from diagnostics.payload.members import OPERATIONS, member_problems
from diagnostics.payload.model import (
    Cause,
    Measured,
    MeasuredAttribute,
    PayloadError,
    PayloadReport,
    Problem,
    TableShape,
)
from diagnostics.payload.partiql import statement_problems
from diagnostics.payload.problems import shown, validation
from diagnostics.payload.values import size_of, type_of

# Source: DynamoDB API Reference, BatchWriteItem: 16 MB a request.
MOST_BODY_BYTES = 16 * 1024 * 1024
_MOST_PROBLEMS = 100  # a person reads the first ten
_MOST_ATTRIBUTES = 10
_PAGES = frozenset({"Query", "Scan"})
_ACTIONS = frozenset({"GetItem", "PutItem", "UpdateItem", "DeleteItem", *_PAGES})


def validate(payload: object, table: TableShape | None) -> PayloadReport:
    """Return everything that is wrong with a request, against the table's shape if known.

    The report holds names, types and sizes, and no value of any attribute. Raises
    PayloadError where the payload is no request and no item.
    """
    require_shallow(payload)
    found = find(payload)
    plain = found.operation is None and _is_plain(found.request["Item"])
    request = {"Item": _marshalled(found.request["Item"])} if plain else found.request
    size = _body_size(found.request)
    problems = list(islice(_problems(found.operation, request, size, table), _MOST_PROBLEMS + 1))
    measured = tuple(_measured(request))
    notes = _notes(found, request, table, plain=plain, problems=len(problems), measured=measured)
    return PayloadReport(
        operation=found.operation,
        body_bytes=size,
        problems=tuple(problems[:_MOST_PROBLEMS]),
        measured=measured,
        notes=tuple(notes),
    )


def _problems(
    operation: str | None, request: Mapping[str, Any], size: int, table: TableShape | None
) -> Iterator[Problem]:
    if operation is None:
        yield from action_problems(request, "", table)
        return
    if size > MOST_BODY_BYTES:
        yield validation(
            operation,
            f"The body has {size:,} bytes; a request may have {MOST_BODY_BYTES:,}.",
            "Request body exceeds the maximum size (HTTP 413)",
            Cause.SIZE,
        )
    yield from member_problems(request, OPERATIONS[operation], "")
    if operation in _ACTIONS:
        yield from action_problems(request, "", table)
    if operation in _PAGES:
        yield from page_problems(operation, request, table)
    elif operation == "BatchWriteItem":
        yield from batch_write_problems(request, table)
    elif operation == "BatchGetItem":
        yield from batch_get_problems(request, table)
    elif operation in {"TransactWriteItems", "TransactGetItems"}:
        yield from transaction_problems(operation, request, table)
    elif operation == "ExecuteStatement":
        yield from statement_problems(request, "")
    elif operation in {"BatchExecuteStatement", "ExecuteTransaction"}:
        yield from statements_problems(operation, request)


def _body_size(request: Mapping[str, Any]) -> int:
    try:
        body = json.dumps(request, separators=(",", ":"), ensure_ascii=False)
    except (TypeError, ValueError) as error:
        raise PayloadError("The payload holds something that JSON cannot.") from error
    return len(body.encode("utf-8", "surrogatepass"))


def _is_plain(item: Mapping[str, Any]) -> bool:
    """Tell whether an item is written without types, as document clients take it."""
    return not any(type_of(value) for value in item.values())


def _marshalled(held: Mapping[str, Any]) -> dict[str, Any]:
    """Return an untyped item's attributes as a document client would send them."""
    return {name: _typed(value) for name, value in held.items()}


def _typed(value: object) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, (int, float)):
        return {"N": repr(value)}
    if isinstance(value, Mapping):
        return {"M": _marshalled(value)}
    if isinstance(value, list):
        return {"L": [_typed(element) for element in value]}
    return {"NULL": True} if value is None else {"S": str(value)}


def _items(request: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every item to be written, with its path."""
    if isinstance(request.get("Item"), Mapping):
        yield "Item", request["Item"]
    tables = request.get("RequestItems")
    for name, writes in tables.items() if isinstance(tables, Mapping) else ():
        for place, write in enumerate(writes if isinstance(writes, list) else ()):
            yield from _inner_items(write, f"RequestItems.{shown(name)}[{place}]", ("PutRequest",))
    actions = request.get("TransactItems")
    for place, action in enumerate(actions if isinstance(actions, list) else ()):
        yield from _inner_items(action, f"TransactItems[{place}]", ("Put",))


def _inner_items(
    element: object, at: str, kinds: tuple[str, ...]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for kind in kinds:
        part = element.get(kind) if isinstance(element, Mapping) else None
        item = part.get("Item") if isinstance(part, Mapping) else None
        if isinstance(item, Mapping):
            yield f"{at}.{kind}.Item", item


def _measured(request: Mapping[str, Any]) -> Iterator[Measured]:
    for at, item in islice(_items(request), _MOST_PROBLEMS):
        attributes = sorted(
            (
                MeasuredAttribute(
                    name=name,
                    type=type_of(value) or "?",
                    size_bytes=len(name.encode("utf-8", "surrogatepass")) + size_of(value),
                )
                for name, value in item.items()
            ),
            key=lambda attribute: (-attribute.size_bytes, attribute.name),
        )
        yield Measured(
            path=at,
            size_bytes=sum(attribute.size_bytes for attribute in attributes),
            attributes=tuple(
                replace(attribute, name=shown(attribute.name))
                for attribute in attributes[:_MOST_ATTRIBUTES]
            ),
        )


def _notes(
    found: Found,
    request: Mapping[str, Any],
    table: TableShape | None,
    *,
    plain: bool,
    problems: int,
    measured: tuple[Measured, ...],
) -> Iterator[str]:
    if plain:
        yield (
            "The item is written without types; it was read as a document client would send it. A"
            ' low-level client needs {"S": ...} and the like.'
        )
    elif found.operation is not None and found.is_guessed:
        yield f"The operation was taken to be {found.operation} from the members of the request."
    if table is None:
        yield "No table is known, so keys and indexes were not checked against its schema."
    others = sorted(name for name in _table_names(request) if shape_of(name, table) is None)
    if table is not None and others:
        yield (
            f"Keys of {', '.join(map(shown, others))} were not checked: only the schema of"
            f" {shown(table.name)} is known."
        )
    largest = max((item.size_bytes for item in measured), default=0)
    if table is not None and table.has_lsi and largest * 2 > MOST_ITEM_BYTES:
        yield (
            "The table has local secondary indexes: an item and its entries in each of them share"
            f" {MOST_ITEM_BYTES:,} bytes."
        )
    if problems > _MOST_PROBLEMS:
        yield f"Only the first {_MOST_PROBLEMS} problems are listed."


def _table_names(request: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(request.get("TableName"), str):
        yield request["TableName"]
    tables = request.get("RequestItems")
    if isinstance(tables, Mapping):
        yield from tables
    actions = request.get("TransactItems")
    for element in actions if isinstance(actions, list) else ():
        for action in element.values() if isinstance(element, Mapping) else ():
            if isinstance(action, Mapping) and isinstance(action.get("TableName"), str):
                yield action["TableName"]
