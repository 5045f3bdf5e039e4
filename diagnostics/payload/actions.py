"""One action of a request: a table, a key or an item, and the expressions about it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from diagnostics.payload.expressions import expression_problems
from diagnostics.payload.keyconditions import index_problems, missing_keys, queried_keys
from diagnostics.payload.keys import index_value_problems, item_problems, key_problems
from diagnostics.payload.members import listing, mapping
from diagnostics.payload.model import KeyAttribute, Problem, TableShape
from diagnostics.payload.problems import listed, shown, validation
from diagnostics.payload.values import type_of, value_problems

# Source: DynamoDB Developer Guide, "Supported data types and naming rules".
_TABLE_NAME = re.compile(r"[A-Za-z0-9_.-]{3,255}")
_TABLE_ARN = re.compile(
    r"arn:[\w-]{1,40}:dynamodb:[\w-]*:\d*:table/(?P<name>[A-Za-z0-9_.-]{3,255})"
)
_OPERATORS = {"EQ": "=", "LT": "<", "LE": "<=", "GT": ">", "GE": ">=", "BETWEEN": "BETWEEN"}
# How many values a comparison of the old style takes: at least, at most.
# Source: DynamoDB API Reference, Condition, "ComparisonOperator".
_VALUES_TAKEN = {
    **dict.fromkeys(("NULL", "NOT_NULL"), (0, 0)),
    **dict.fromkeys(("EQ", "NE", "LE", "LT", "GE", "GT", "CONTAINS"), (1, 1)),
    **dict.fromkeys(("NOT_CONTAINS", "BEGINS_WITH"), (1, 1)),
    "BETWEEN": (2, 2),
    "IN": (1, 100),
}


def action_problems(
    action: Mapping[str, Any], at: str, table: TableShape | None
) -> Iterator[Problem]:
    """Yield what is wrong with one action; `at` ends with a dot or is empty."""
    name = action.get("TableName")
    if isinstance(name, str):
        yield from table_name_problems(name, f"{at}TableName")
    shape = shape_of(name, table)
    key = mapping(action, "Key")
    if key is not None:
        yield from key_problems(key, f"{at}Key", shape)
    item = mapping(action, "Item")
    if item is not None:
        yield from item_problems(item, f"{at}Item", shape)
    yield from expression_problems(action, at, shape)
    yield from _legacy_problems(action, at, shape)


def page_problems(
    operation: str, request: Mapping[str, Any], table: TableShape | None
) -> Iterator[Problem]:
    """Yield what is wrong with a query or scan beyond its expressions."""
    shape = shape_of(request.get("TableName"), table)
    has_conditions = {"KeyConditionExpression", "KeyConditions"} & set(request)
    if operation == "Query" and not has_conditions:
        yield validation(
            "KeyConditionExpression",
            "The query has no KeyConditionExpression; it needs = on the partition key.",
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the"
            " request.",
        )
    yield from _segment_problems(request)
    yield from _start_problems(request, shape)
    if shape is not None:
        yield from index_problems(request, "", shape)


def table_name_problems(name: str, at: str) -> Iterator[Problem]:
    """Yield what keeps a text from being a table's name or ARN."""
    if _TABLE_NAME.fullmatch(name) or _TABLE_ARN.fullmatch(name):
        return
    yield validation(
        at,
        f"{at} has {len(name):,} letters; a table's name has 3 to 255 of a-z, A-Z, 0-9, _, - and"
        " the dot.",
        "Invalid table/index name. Table/index names must be between 3 and 255 characters long, and"
        " may contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'",
    )


def shape_of(name: object, table: TableShape | None) -> TableShape | None:
    """Return the table if that is the one named; None where another one is."""
    if table is None or not isinstance(name, str):
        return table
    found = _TABLE_ARN.fullmatch(name)
    return table if (found["name"] if found else name) == table.name else None


def _segment_problems(request: Mapping[str, Any]) -> Iterator[Problem]:
    segment, total = request.get("Segment"), request.get("TotalSegments")
    if (segment is None) != (total is None):
        given, missing = ("Segment", "TotalSegments")[:: 1 if total is None else -1]
        yield validation(
            missing,
            f"{given} is given without {missing}.",
            f"The {missing} parameter is required but was not present in the request when parameter"
            f" {given} is present",
        )
    elif isinstance(segment, int) and isinstance(total, int) and segment >= total:
        yield validation(
            "Segment",
            "Segment is not smaller than TotalSegments; segments count from 0.",
            "The Segment parameter is zero-based and must be less than parameter TotalSegments",
        )


def _start_problems(request: Mapping[str, Any], table: TableShape | None) -> Iterator[Problem]:
    start = mapping(request, "ExclusiveStartKey")
    if start is None:
        return
    for name, value in start.items():
        yield from value_problems(value, f"ExclusiveStartKey.{shown(name)}")
    keys = queried_keys(request, table) if table else None
    if table is None or keys is None:
        return
    wanted = {key.name: key for key in (*table.keys, *keys)}
    if set(start) != set(wanted):
        yield validation(
            "ExclusiveStartKey",
            f"ExclusiveStartKey holds {listed(start)} and must hold {listed(wanted)}: give the"
            " LastEvaluatedKey of the page before unchanged.",
            "The provided starting key is invalid",
        )
        return
    for name, key in wanted.items():
        if type_of(start[name]) not in {None, key.type}:
            yield validation(
                f"ExclusiveStartKey.{shown(name)}",
                f"ExclusiveStartKey.{shown(name)} is of type {type_of(start[name])} and the key is"
                f" of type {key.type}.",
                "The provided starting key is invalid",
            )


def _legacy_problems(
    action: Mapping[str, Any], at: str, table: TableShape | None
) -> Iterator[Problem]:
    """Yield what is wrong with parameters of the style before expressions."""
    for parameter in ("Expected", "KeyConditions", "QueryFilter", "ScanFilter"):
        for name, condition in (mapping(action, parameter) or {}).items():
            if isinstance(condition, Mapping):
                yield from _condition_problems(condition, f"{at}{parameter}.{shown(name)}")
    for name, update in (mapping(action, "AttributeUpdates") or {}).items():
        if isinstance(update, Mapping) and "Value" in update:
            yield from value_problems(update["Value"], f"{at}AttributeUpdates.{shown(name)}.Value")
        if table is not None:
            yield from _updated_problems(name, update, at, table)
    conditions = mapping(action, "KeyConditions")
    keys = queried_keys(action, table) if table else None
    if conditions and keys:
        yield from missing_keys(_compared(conditions), keys, f"{at}KeyConditions")


def _condition_problems(condition: Mapping[str, Any], at: str) -> Iterator[Problem]:
    values = listing(condition, "AttributeValueList")
    for place, value in enumerate(values):
        yield from value_problems(value, f"{at}.AttributeValueList[{place}]")
    if condition.get("Value") is not None:
        yield from value_problems(condition["Value"], f"{at}.Value")
        values = [condition["Value"]]
    operator = condition.get("ComparisonOperator")
    if not isinstance(operator, str):
        return
    if operator not in _VALUES_TAKEN:
        yield validation(
            at,
            f"{at} compares with an operator that is none of {', '.join(_VALUES_TAKEN)}.",
            "1 validation error detected: Member must satisfy enum value set",
        )
        return
    least, most = _VALUES_TAKEN[operator]
    if not least <= len(values) <= most:
        yield validation(
            at,
            f"{at} gives {operator} {len(values)} values; it takes"
            f" {least if least == most else f'{least} to {most}'}.",
            "One or more parameter values were invalid: Invalid number of argument(s) for the"
            f" {operator} ComparisonOperator",
        )


def _updated_problems(name: str, update: object, at: str, table: TableShape) -> Iterator[Problem]:
    if name in {key.name for key in table.keys}:
        yield validation(
            f"{at}AttributeUpdates",
            f"{at}AttributeUpdates writes {shown(name)}, which is part of the key; a key can not be"
            " updated, only deleted and put again.",
            f"One or more parameter values were invalid: Cannot update attribute {shown(name)}."
            " This attribute is part of the key",
        )
    value = update.get("Value") if isinstance(update, Mapping) else None
    for index in table.indexes:
        for key in index.keys:
            if key.name == name and not _is_table_key(key, table):
                yield from index_value_problems(index, key, value, f"{at}AttributeUpdates")


def _is_table_key(key: KeyAttribute, table: TableShape) -> bool:
    return key.name in {own.name for own in table.keys}


def _compared(conditions: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: _OPERATORS.get(str(condition.get("ComparisonOperator")), "?")
        for name, condition in conditions.items()
        if isinstance(condition, Mapping)
    }
