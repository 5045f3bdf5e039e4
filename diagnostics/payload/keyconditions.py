"""Key conditions of a query: equality on the partition key, and nothing but keys."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from diagnostics.payload.keys import ROLES, is_empty, schema_text
from diagnostics.payload.model import IndexKind, KeyAttribute, KeyRole, Problem, TableShape
from diagnostics.payload.problems import hint, listed, shown, validation
from diagnostics.payload.tokens import Kind, Token, top_names
from diagnostics.payload.values import type_of

KEY_CONDITION = "KeyConditionExpression"
_MISSED = "Query condition missed key schema element"
_UNSUPPORTED = "Query key condition not supported"
_COMPARED = frozenset({"=", "<", ">", "<=", ">=", "<>"})
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_FORBIDDEN_WORDS = frozenset({"OR", "NOT", "IN"})
_FORBIDDEN_FUNCTIONS = frozenset(
    {"contains", "attribute_exists", "attribute_not_exists", "attribute_type", "size"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition: attribute, operator, and the placeholder compared with."""

    name: str
    operator: str  # "=", "<", "BETWEEN", "begins_with", "?" where it is none of these
    value: str | None


def key_condition_problems(
    pieces: Mapping[str, tuple[Token, ...]],
    names: Mapping[str, Any],
    values: Mapping[str, Any],
    at: str,
    action: Mapping[str, Any],
    table: TableShape,
) -> Iterator[Problem]:
    """Yield what keeps a query's key condition from selecting by the key."""
    keys = queried_keys(action, table)
    if keys is None:
        return
    path = f"{at}{KEY_CONDITION}"
    parts = pieces[KEY_CONDITION]
    yield from _operator_problems(parts, path)
    found = tuple(conditions(parts, names))
    yield from missing_keys({c.name: c.operator for c in found}, keys, path)
    for condition in found:
        key = next((key for key in keys if key.name == condition.name), None)
        if key is not None:
            yield from _value_problems(condition, key, values.get(condition.value or ""), path)
    if "FilterExpression" in pieces:
        filtered = {name for _, name in top_names(pieces["FilterExpression"], names)}
        yield from _filter_problems(filtered, keys, f"{at}FilterExpression")


def untabled_problems(parts: tuple[Token, ...], at: str) -> Iterator[Problem]:
    """Yield what no key condition can be, whatever the key."""
    path = f"{at}{KEY_CONDITION}"
    yield from _operator_problems(parts, path)
    if not any(part.text == "=" for part in parts):
        yield validation(path, f"{path} has no =; a partition key needs one.", _UNSUPPORTED)


def queried_keys(action: Mapping[str, Any], table: TableShape) -> tuple[KeyAttribute, ...] | None:
    """Return the keys a query selects by; None where its index does not exist."""
    name = action.get("IndexName")
    if not isinstance(name, str):
        return table.keys
    index = table.index(name)
    return index.keys if index else None


def index_problems(action: Mapping[str, Any], at: str, table: TableShape) -> Iterator[Problem]:
    """Yield what is wrong with the index a query or scan names."""
    name = action.get("IndexName")
    if not isinstance(name, str):
        return
    index = table.index(name)
    path = f"{at}IndexName"
    if index is None:
        known = [index.name for index in table.indexes]
        has = f"its indexes are {listed(known)}" if known else "it has no index"
        yield validation(
            path,
            f"{shown(table.name)} has no index {shown(name)}; {has}.",
            f"The table does not have the specified index: {shown(name)}",
        )
    elif index.kind is IndexKind.GLOBAL and action.get("ConsistentRead") is True:
        yield validation(
            f"{at}ConsistentRead",
            f"{shown(name)} is a global secondary index and can not be read consistently.",
            "Consistent reads are not supported on global secondary indexes",
        )


def missing_keys(
    given: Mapping[str, str], keys: tuple[KeyAttribute, ...], path: str
) -> Iterator[Problem]:
    """Yield what is missing from, or too much in, conditions given by attribute."""
    names = [key.name for key in keys]
    for key in keys:
        operator = given.get(key.name)
        if key.role is not KeyRole.HASH or operator == "=":
            continue
        if operator is not None:
            says = f"{path} compares {shown(key.name)} other than by =; a partition key needs =."
            yield validation(path, says, _UNSUPPORTED)
            continue
        others = [name for name in given if name not in names]
        yield validation(
            path,
            f"{path} has no condition on {shown(key.name)}, the partition key"
            f"{hint(key.name, others, ask='perhaps')}.",
            f"{_MISSED}: {shown(key.name)}",
        )
    for name in given:
        if name not in names:
            yield validation(
                path,
                f"{path} has a condition on {shown(name)}; the key is {schema_text(keys)}, and"
                " other attributes belong into FilterExpression.",
                _MISSED,
            )


def conditions(parts: tuple[Token, ...], names: Mapping[str, Any]) -> Iterator[Condition]:
    """Yield every condition, whichever side of its operator the attribute stands on."""
    for place, name in top_names(parts, names):
        before = [part.text for part in parts[max(0, place - 2) : place]]
        after = parts[place + 1 : place + 3]
        operator = after[0].text if after else ""
        if operator in _COMPARED:
            yield Condition(name=name, operator=operator, value=_placeholder(after[1:]))
        elif operator.upper() == "BETWEEN":
            yield Condition(name=name, operator="BETWEEN", value=_placeholder(after[1:]))
        elif before == ["begins_with", "("]:
            yield Condition(name=name, operator="begins_with", value=_placeholder(after[1:]))
        elif before and before[-1] in _COMPARED:
            mirrored = _MIRRORED.get(before[-1], before[-1])
            yield Condition(name=name, operator=mirrored, value=before[0])
        else:
            yield Condition(name=name, operator="?", value=None)


def _placeholder(parts: tuple[Token, ...]) -> str | None:
    return parts[0].text if parts and parts[0].kind is Kind.VALUE else None


def _operator_problems(parts: tuple[Token, ...], path: str) -> Iterator[Problem]:
    for part in dict.fromkeys(parts):
        is_word = part.kind is Kind.KEYWORD and part.text.upper() in _FORBIDDEN_WORDS
        is_function = part.kind is Kind.FUNCTION and part.text in _FORBIDDEN_FUNCTIONS
        if is_word or is_function or part.text == "<>":
            yield validation(
                path,
                f"{path} uses {part.text}; a key condition knows AND, =, <, <=, >, >=, BETWEEN and"
                " begins_with.",
                f"Invalid operator used in {KEY_CONDITION}: {part.text}",
            )


def _value_problems(
    condition: Condition, key: KeyAttribute, value: object, path: str
) -> Iterator[Problem]:
    kind = type_of(value)
    if kind is None:
        return
    if kind != key.type:
        yield validation(
            path,
            f"{path} compares {shown(key.name)} with a value of type {kind}; the"
            f" {ROLES[key.role]} key is of type {key.type}.",
            "One or more parameter values were invalid: Condition parameter type does not match"
            " schema type",
        )
    elif is_empty(value) and condition.operator != "begins_with":
        yield validation(
            path,
            f"{path} compares {shown(key.name)} with an empty value, which no key can have.",
            "One or more parameter values are not valid. The AttributeValue for a key attribute"
            f" cannot contain an empty string value. Key: {shown(key.name)}",
        )


def _filter_problems(
    filtered: set[str], keys: tuple[KeyAttribute, ...], path: str
) -> Iterator[Problem]:
    for key in keys:
        if key.name in filtered:
            yield validation(
                path,
                f"{path} filters by {shown(key.name)}, a key of what is queried; that belongs into"
                f" {KEY_CONDITION}.",
                "Filter Expression can only contain non-primary key attributes: Primary key"
                f" attribute: {shown(key.name)}",
            )
