"""Batches and transactions: how many actions, how large together, none of them twice."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from diagnostics.payload.actions import action_problems, shape_of, table_name_problems
from diagnostics.payload.keys import item_problems, key_problems
from diagnostics.payload.members import (
    BATCH_STATEMENT,
    KEYS_AND_ATTRIBUTES,
    TRANSACT_READS,
    TRANSACT_STATEMENT,
    TRANSACT_WRITES,
    WRITES,
    Members,
    listing,
    mapping,
    member_problems,
    unknown_problems,
)
from diagnostics.payload.model import Cause, Problem, TableShape
from diagnostics.payload.partiql import statement_problems
from diagnostics.payload.problems import listed, shown, validation, wrong_type
from diagnostics.payload.values import comparable, item_size

# Source: DynamoDB API Reference, BatchWriteItem, BatchGetItem, TransactWriteItems,
# BatchExecuteStatement; Developer Guide, "Quotas": 4 MB a transaction.
MOST_WRITES = 25
MOST_READS = 100
MOST_STATEMENTS = 25
MOST_TRANSACTED = 100
MOST_TRANSACTED_BYTES = 4 * 1024 * 1024
_DUPLICATES = "Provided list of item keys contains duplicates"
_TWICE = "Transaction request cannot include multiple operations on one item"
Identity = tuple[object, ...]


def batch_write_problems(request: Mapping[str, Any], table: TableShape | None) -> Iterator[Problem]:
    """Yield what is wrong with a BatchWriteItem."""
    tables = mapping(request, "RequestItems") or {}
    total = 0
    for name, writes in tables.items():
        at = f"RequestItems.{shown(name)}"
        yield from table_name_problems(name, at)
        if not isinstance(writes, list):
            yield wrong_type(at, writes, "a list", "List")
            continue
        total += len(writes)
        yield from _write_problems(writes, at, shape_of(name, table))
    yield from _count_problems(
        total,
        MOST_WRITES,
        "RequestItems",
        "writes",
        "Too many items requested for the BatchWriteItem call",
    )


def batch_get_problems(request: Mapping[str, Any], table: TableShape | None) -> Iterator[Problem]:
    """Yield what is wrong with a BatchGetItem."""
    tables = mapping(request, "RequestItems") or {}
    total = 0
    for name, wanted in tables.items():
        at = f"RequestItems.{shown(name)}"
        yield from table_name_problems(name, at)
        if not isinstance(wanted, dict):
            yield wrong_type(at, wanted, "an object with Keys", "Map")
            continue
        yield from member_problems(wanted, KEYS_AND_ATTRIBUTES, f"{at}.")
        yield from action_problems(wanted, f"{at}.", shape_of(name, table))
        keys = listing(wanted, "Keys")
        total += len(keys)
        for place, key in enumerate(keys):
            yield from _object_problems(
                key, f"{at}.Keys[{place}]", shape_of(name, table), key_problems
            )
        yield from _duplicates([_whole(key) for key in keys], f"{at}.Keys", _DUPLICATES, "keys")
    yield from _count_problems(
        total,
        MOST_READS,
        "RequestItems",
        "keys",
        "Too many items requested for the BatchGetItem call",
    )


def transaction_problems(
    operation: str, request: Mapping[str, Any], table: TableShape | None
) -> Iterator[Problem]:
    """Yield what is wrong with a TransactWriteItems or TransactGetItems."""
    kinds = TRANSACT_WRITES if operation == "TransactWriteItems" else TRANSACT_READS
    actions = listing(request, "TransactItems")
    identities: list[Identity | None] = []
    size = 0
    for place, element in enumerate(actions):
        at = f"TransactItems[{place}]"
        yield from _one_of_problems(element, kinds, at)
        for kind, action in _actions(element, kinds):
            yield from member_problems(action, kinds[kind], f"{at}.{kind}.")
            yield from action_problems(action, f"{at}.{kind}.", table)
            identities.append(_identity(action, table))
            size += item_size(action.get("Item"))
    yield from _count_problems(
        len(actions),
        MOST_TRANSACTED,
        "TransactItems",
        "actions",
        "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member"
        " must have length less than or equal to 100",
    )
    yield from _duplicates(identities, "TransactItems", _TWICE, "actions")
    if size > MOST_TRANSACTED_BYTES:
        yield validation(
            "TransactItems",
            f"The items of the transaction have {size:,} bytes together;"
            f" {MOST_TRANSACTED_BYTES:,} is the most.",
            "The aggregate size of the items in the transaction exceeds 4 MB",
            Cause.SIZE,
        )


def statements_problems(operation: str, request: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with a BatchExecuteStatement or ExecuteTransaction."""
    is_batch = operation == "BatchExecuteStatement"
    member = "Statements" if is_batch else "TransactStatements"
    most = MOST_STATEMENTS if is_batch else MOST_TRANSACTED
    statements = listing(request, member)
    for place, statement in enumerate(statements):
        at = f"{member}[{place}]"
        if not isinstance(statement, dict):
            yield wrong_type(at, statement, "an object with Statement", "Map")
            continue
        yield from member_problems(
            statement, BATCH_STATEMENT if is_batch else TRANSACT_STATEMENT, f"{at}."
        )
        yield from statement_problems(statement, f"{at}.")
    yield from _count_problems(
        len(statements),
        most,
        member,
        "statements",
        f"1 validation error detected: Member must have length less than or equal to {most}",
    )


def _write_problems(writes: list[Any], at: str, table: TableShape | None) -> Iterator[Problem]:
    identities: list[Identity | None] = []
    for place, write in enumerate(writes):
        path = f"{at}[{place}]"
        yield from _one_of_problems(write, WRITES, path)
        for kind, action in _actions(write, WRITES):
            yield from member_problems(action, WRITES[kind], f"{path}.{kind}.")
            part, check = ("Item", item_problems) if kind == "PutRequest" else ("Key", key_problems)
            if isinstance(action.get(part), dict):
                yield from check(action[part], f"{path}.{kind}.{part}", table)
            identities.append(_identity(action, table))
    yield from _duplicates(identities, at, _DUPLICATES, "writes")


def _one_of_problems(element: object, kinds: Mapping[str, Members], at: str) -> Iterator[Problem]:
    if not isinstance(element, dict):
        yield wrong_type(at, element, f"an object with {' or '.join(kinds)}", "Map")
        return
    yield from unknown_problems(element, tuple(kinds), f"{at}.")
    given = [kind for kind in kinds if element.get(kind) is not None]
    for kind in given:
        if not isinstance(element[kind], dict):
            yield wrong_type(f"{at}.{kind}", element[kind], "an object", "Map")
    if len(given) != 1:
        kinds_text = ", ".join(kinds)
        yield validation(
            at,
            f"{at} holds {listed(given) or 'none'} of {kinds_text} and must hold exactly one.",
            f"An action can only contain one of {kinds_text}",
        )


def _actions(element: object, kinds: Mapping[str, Members]) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(element, dict):
        for kind in kinds:
            if isinstance(element.get(kind), dict):
                yield kind, element[kind]


def _object_problems(
    held: object,
    at: str,
    table: TableShape | None,
    check: Callable[[Mapping[str, Any], str, TableShape | None], Iterator[Problem]],
) -> Iterator[Problem]:
    if isinstance(held, dict):
        yield from check(held, at, table)
    else:
        yield wrong_type(at, held, "an object", "Map")


def _identity(action: Mapping[str, Any], table: TableShape | None) -> Identity | None:
    """Return what tells an item from others; None where that is not known.

    The key of an item to put is known only with the table's key schema.
    """
    name = action.get("TableName")
    key = action.get("Key")
    if isinstance(key, dict):
        return (name, *(_whole(key) or ()))
    item, shape = action.get("Item"), shape_of(name, table)
    if not isinstance(item, dict) or shape is None:
        return None
    names = [attribute.name for attribute in shape.keys]
    if not all(name in item for name in names):
        return None
    return (name, *(_whole({name: item[name] for name in names}) or ()))


def _whole(key: object) -> Identity | None:
    if not isinstance(key, dict):
        return None
    return tuple(sorted((str(name), str(comparable(value))) for name, value in key.items()))


def _duplicates(
    identities: list[Identity | None], at: str, message: str, what: str
) -> Iterator[Problem]:
    counted = Counter(identity for identity in identities if identity is not None)
    doubled = sum(count - 1 for count in counted.values())
    if doubled:
        says = (
            f"{at} has {doubled:,} of {len(identities):,} {what} on an item that another one is on."
        )
        yield validation(at, says, message)


def _count_problems(count: int, most: int, at: str, what: str, message: str) -> Iterator[Problem]:
    if count > most:
        yield validation(at, f"{at} holds {count:,} {what}; {most} are the most.", message)
    elif not count:
        yield validation(
            at,
            f"{at} holds no {what}; it must hold 1 to {most}.",
            "1 validation error detected: Member must have length greater than or equal to 1",
        )
