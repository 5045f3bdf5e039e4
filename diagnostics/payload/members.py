"""The members of DynamoDB's requests: which exist, which are required, of which JSON type."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from diagnostics.payload.model import Problem
from diagnostics.payload.problems import client, hint, shown, validation, wrong_type


class Json(StrEnum):
    """The JSON type of a member, in the words of DynamoDB's parser."""

    STRING = "String"
    BOOLEAN = "Boolean"
    INTEGER = "Integer"
    MAP = "Map"
    LIST = "List"


_PYTHON: Mapping[Json, tuple[type, str]] = {
    Json.STRING: (str, "a string"),
    Json.BOOLEAN: (bool, "true or false"),
    Json.INTEGER: (int, "a whole number"),
    Json.MAP: (dict, "an object"),
    Json.LIST: (list, "a list"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What a member may hold."""

    json: Json
    is_required: bool = False
    values: tuple[str, ...] = ()  # the only ones; empty: any
    least: int | None = None
    most: int | None = None  # of an integer's value, of a string's length


Members = Mapping[str, Member]


def _strings(*names: str) -> dict[str, Member]:
    return {name: Member(json=Json.STRING) for name in names}


def _of(json: Json, *names: str) -> dict[str, Member]:
    return {name: Member(json=json) for name in names}


def _required(json: Json, *names: str) -> dict[str, Member]:
    return {name: Member(json=json, is_required=True) for name in names}


def _one_of(name: str, *values: str) -> dict[str, Member]:
    return {name: Member(json=Json.STRING, values=values)}


_TABLE = _required(Json.STRING, "TableName")
_CAPACITY = _one_of("ReturnConsumedCapacity", "INDEXES", "TOTAL", "NONE")
_COLLECTIONS = _one_of("ReturnItemCollectionMetrics", "SIZE", "NONE")
_OLD = _one_of("ReturnValuesOnConditionCheckFailure", "ALL_OLD", "NONE")
_NAMES = _of(Json.MAP, "ExpressionAttributeNames")
_PLACEHOLDERS = {**_NAMES, **_of(Json.MAP, "ExpressionAttributeValues")}
_CONDITION = {**_strings("ConditionExpression"), **_PLACEHOLDERS}
_PROJECTION = {
    **_strings("ProjectionExpression"),
    **_of(Json.LIST, "AttributesToGet"),
    **_of(Json.BOOLEAN, "ConsistentRead"),
    **_NAMES,
}
_OPERATOR = _one_of("ConditionalOperator", "AND", "OR")
_LEGACY_WRITE = {**_of(Json.MAP, "Expected"), **_OPERATOR}
_RETURNED = _one_of("ReturnValues", "NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW")
_RETURNED_OLD = _one_of("ReturnValues", "NONE", "ALL_OLD")
_WRITE = {**_CONDITION, **_LEGACY_WRITE, **_CAPACITY, **_COLLECTIONS, **_OLD}
_PAGE = {
    **_of(Json.MAP, "ExclusiveStartKey"),
    "Limit": Member(json=Json.INTEGER, least=1),
    "IndexName": Member(json=Json.STRING),
    "Select": Member(
        json=Json.STRING,
        values=("ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "COUNT"),
    ),
    **_strings("FilterExpression"),
    **_PROJECTION,
    **_PLACEHOLDERS,
    **_OPERATOR,
    **_CAPACITY,
}
_IDEMPOTENCY = {"ClientRequestToken": Member(json=Json.STRING, least=1, most=36)}
_STATEMENT: Members = {
    "Statement": Member(json=Json.STRING, is_required=True, least=1, most=8192),
    **_of(Json.LIST, "Parameters"),
    **_OLD,
}

# Source: the request shapes of the DynamoDB API Reference.
OPERATIONS: Mapping[str, Members] = {
    "GetItem": {**_TABLE, **_required(Json.MAP, "Key"), **_PROJECTION, **_CAPACITY},
    "PutItem": {**_TABLE, **_required(Json.MAP, "Item"), **_WRITE, **_RETURNED_OLD},
    "DeleteItem": {**_TABLE, **_required(Json.MAP, "Key"), **_WRITE, **_RETURNED_OLD},
    "UpdateItem": {
        **_TABLE,
        **_required(Json.MAP, "Key"),
        **_of(Json.MAP, "AttributeUpdates"),
        **_strings("UpdateExpression"),
        **_WRITE,
        **_RETURNED,
    },
    "Query": {
        **_TABLE,
        **_strings("KeyConditionExpression"),
        **_of(Json.MAP, "KeyConditions", "QueryFilter"),
        **_of(Json.BOOLEAN, "ScanIndexForward"),
        **_PAGE,
    },
    "Scan": {
        **_TABLE,
        **_of(Json.MAP, "ScanFilter"),
        "TotalSegments": Member(json=Json.INTEGER, least=1, most=1_000_000),
        "Segment": Member(json=Json.INTEGER, least=0, most=999_999),
        **_PAGE,
    },
    "BatchGetItem": {**_required(Json.MAP, "RequestItems"), **_CAPACITY},
    "BatchWriteItem": {**_required(Json.MAP, "RequestItems"), **_CAPACITY, **_COLLECTIONS},
    "TransactGetItems": {**_required(Json.LIST, "TransactItems"), **_CAPACITY},
    "TransactWriteItems": {
        **_required(Json.LIST, "TransactItems"),
        **_CAPACITY,
        **_COLLECTIONS,
        **_IDEMPOTENCY,
    },
    "ExecuteStatement": {
        **_STATEMENT,
        **_of(Json.BOOLEAN, "ConsistentRead"),
        "NextToken": Member(json=Json.STRING, least=1, most=32_768),
        "Limit": Member(json=Json.INTEGER, least=1),
        **_CAPACITY,
    },
    "BatchExecuteStatement": {**_required(Json.LIST, "Statements"), **_CAPACITY},
    "ExecuteTransaction": {
        **_required(Json.LIST, "TransactStatements"),
        **_CAPACITY,
        **_IDEMPOTENCY,
    },
}
# The parts of batches and transactions.
KEYS_AND_ATTRIBUTES: Members = {**_required(Json.LIST, "Keys"), **_PROJECTION}
PUT_REQUEST: Members = _required(Json.MAP, "Item")
DELETE_REQUEST: Members = _required(Json.MAP, "Key")
BATCH_STATEMENT: Members = {**_STATEMENT, **_of(Json.BOOLEAN, "ConsistentRead")}
TRANSACT_STATEMENT: Members = _STATEMENT
WRITES: Mapping[str, Members] = {"PutRequest": PUT_REQUEST, "DeleteRequest": DELETE_REQUEST}
TRANSACT_READS: Mapping[str, Members] = {
    "Get": {
        **_TABLE,
        **_required(Json.MAP, "Key"),
        **_strings("ProjectionExpression"),
        **_NAMES,
    },
}
TRANSACT_WRITES: Mapping[str, Members] = {
    "ConditionCheck": {
        **_TABLE,
        **_required(Json.MAP, "Key"),
        **_CONDITION,
        **_required(Json.STRING, "ConditionExpression"),
        **_OLD,
    },
    "Put": {**_TABLE, **_required(Json.MAP, "Item"), **_CONDITION, **_OLD},
    "Delete": {**_TABLE, **_required(Json.MAP, "Key"), **_CONDITION, **_OLD},
    "Update": {
        **_TABLE,
        **_required(Json.MAP, "Key"),
        **_required(Json.STRING, "UpdateExpression"),
        **_CONDITION,
        **_OLD,
    },
}


def member_problems(held: Mapping[str, Any], members: Members, at: str) -> Iterator[Problem]:
    """Yield unknown, missing and wrongly typed members; `at` ends with a dot or is empty."""
    yield from unknown_problems(held, tuple(members), at)
    for name, value in held.items():
        if name in members and value is not None:
            yield from _value_problems(members[name], value, f"{at}{name}")
    for name, member in members.items():
        if member.is_required and held.get(name) is None:
            yield validation(
                f"{at}{name}",
                f"{at}{name} is missing.",
                f"1 validation error detected: Value null at '{_camel(name)}' failed to satisfy"
                " constraint: Member must not be null",
            )


def unknown_problems(held: Mapping[str, Any], known: tuple[str, ...], at: str) -> Iterator[Problem]:
    """Yield the members that no SDK would send."""
    unset = [name for name in known if name not in held]
    for name in held:
        if name not in known:
            yield client(
                f"{at}{shown(name)}",
                f"{at}{shown(name)} is no parameter here{hint(name, unset)}.",
                f'Parameter validation failed: Unknown parameter in input: "{shown(name)}"',
            )


def mapping(held: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """Return the object a member holds; None where it holds none."""
    value = held.get(name)
    return value if isinstance(value, dict) else None


def listing(held: Mapping[str, Any], name: str) -> list[Any]:
    """Return the list a member holds; empty where it holds none."""
    value = held.get(name)
    return value if isinstance(value, list) else []


def _value_problems(member: Member, value: object, at: str) -> Iterator[Problem]:
    kind, wanted = _PYTHON[member.json]
    is_boolean = isinstance(value, bool) and member.json is not Json.BOOLEAN
    if is_boolean or not isinstance(value, kind):
        yield wrong_type(at, value, wanted, member.json.value)
    elif member.values and value not in member.values:
        yield validation(
            at,
            f"{at} is none of {', '.join(member.values)}.",
            "1 validation error detected: Value failed to satisfy constraint: Member must satisfy"
            f" enum value set: [{', '.join(member.values)}]",
        )
    else:
        yield from _range_problems(member, value, at)


def _range_problems(member: Member, value: object, at: str) -> Iterator[Problem]:
    size = len(value) if isinstance(value, str) else value
    is_text = isinstance(value, str)
    if not isinstance(size, int):
        return
    if member.least is not None and size < member.least:
        says = f"has {size:,} letters; at least" if is_text else "is too small; at least"
        yield validation(
            at,
            f"{at} {says} {member.least:,} is allowed.",
            f"1 validation error detected: Member must be greater than or equal to {member.least}",
        )
    if member.most is not None and size > member.most:
        says = f"has {size:,} letters; at most" if is_text else "is too large; at most"
        yield validation(
            at,
            f"{at} {says} {member.most:,} is allowed.",
            f"1 validation error detected: Member must be less than or equal to {member.most}",
        )


def _camel(name: str) -> str:
    return name[0].lower() + name[1:]
