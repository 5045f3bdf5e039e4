"""Keys and items against a table's key schema and those of its indexes."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from diagnostics.payload.model import Cause, IndexShape, KeyAttribute, KeyRole, Problem, TableShape
from diagnostics.payload.problems import hint, listed, shown, validation
from diagnostics.payload.values import is_fine, item_size, size_of, type_of, value_problems

# Source: DynamoDB Developer Guide, "Quotas": partition key 1 to 2,048 bytes, sort key 1 to
# 1,024 bytes, item 400 KB with its attribute names.
MOST_KEY_BYTES = {KeyRole.HASH: 2048, KeyRole.RANGE: 1024}
MOST_ITEM_BYTES = 400 * 1024
MOST_NAME_BYTES = 65_535
KEY_TYPES = frozenset({"S", "N", "B"})
ROLES = {KeyRole.HASH: "partition", KeyRole.RANGE: "sort"}
_INVALID = "One or more parameter values were invalid:"
_NO_MATCH = "The provided key element does not match the schema"
_EMPTY_KEY = (
    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot"
    " contain an empty string value. Key:"
)
_EMPTY_INDEX_KEY = (
    "One or more parameter values are not valid. A value specified for a secondary index key is"
    " not supported. The AttributeValue for a key attribute cannot contain an empty string value."
)
_TOO_LARGE = {
    KeyRole.HASH: f"{_INVALID} Size of hashkey has exceeded the maximum size limit of2048 bytes",
    KeyRole.RANGE: (
        f"{_INVALID} Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
    ),
}


def schema_text(keys: Iterable[KeyAttribute]) -> str:
    """Return a key schema for a sentence: order_id (S, partition), at (N, sort)."""
    return ", ".join(f"{shown(key.name)} ({key.type}, {ROLES[key.role]})" for key in keys)


def key_problems(key: Mapping[str, Any], at: str, table: TableShape | None) -> Iterator[Problem]:
    """Yield what keeps an object from being a primary key of the table."""
    for name, value in key.items():
        if not is_fine(value):
            yield from value_problems(value, f"{at}.{shown(name)}")
    if table is None:
        yield from _untabled_problems(key, at)
        return
    names = [attribute.name for attribute in table.keys]
    for attribute in table.keys:
        if attribute.name not in key:
            says = (
                f"{at} lacks {shown(attribute.name)}, the {ROLES[attribute.role]} key of"
                f" {shown(table.name)}{_instead(attribute.name, key, names)}."
            )
            yield validation(at, says, _NO_MATCH)
            continue
        yield from _attribute_problems(attribute, key[attribute.name], at, _NO_MATCH)
    extra = [name for name in key if name not in names and not hint(name, _missing(names, key))]
    if extra:
        yield validation(
            at,
            f"{at} holds {listed(extra)} besides the key; the key of {shown(table.name)} is"
            f" {schema_text(table.keys)}.",
            _NO_MATCH,
        )


def item_problems(item: Mapping[str, Any], at: str, table: TableShape | None) -> Iterator[Problem]:
    """Yield what keeps an item from being stored in the table."""
    for name, value in item.items():
        yield from _name_problems(name, at)
        if not is_fine(value):
            yield from value_problems(value, f"{at}.{shown(name)}")
    yield from _size_problems(item, at)
    if table is None:
        return
    names = [attribute.name for attribute in table.keys]
    for attribute in table.keys:
        if attribute.name in item:
            message = (
                f"{_INVALID} Type mismatch for key {shown(attribute.name)} expected:"
                f" {attribute.type} actual: {type_of(item[attribute.name])}"
            )
            yield from _attribute_problems(attribute, item[attribute.name], at, message)
            continue
        yield validation(
            at,
            f"{at} lacks {shown(attribute.name)}, the {ROLES[attribute.role]} key of"
            f" {shown(table.name)}{_instead(attribute.name, item, names)}.",
            f"{_INVALID} Missing the key {shown(attribute.name)} in the item",
        )
    for index in table.indexes:
        yield from _index_problems(index, item, at, names)


def index_value_problems(
    index: IndexShape, key: KeyAttribute, value: object, at: str
) -> Iterator[Problem]:
    """Yield what keeps a value from being a key of an index: the whole write is refused."""
    where = f"the {ROLES[key.role]} key of index {shown(index.name)}"
    path = f"{at}.{shown(key.name)}"
    actual = type_of(value)
    if actual is None:
        return
    if actual != key.type:
        says = f"{path} is of type {actual} and {where} must be of type {key.type}."
        yield validation(
            path,
            says,
            f"{_INVALID} Type mismatch for Index Key {shown(key.name)} Expected: {key.type}"
            f" Actual: {actual} IndexName: {shown(index.name)}",
        )
    elif is_empty(value):
        yield validation(
            path,
            f"{path} is empty and {where} may not be; leave it out, and the item stays out of the"
            " index.",
            f"{_EMPTY_INDEX_KEY} IndexName: {shown(index.name)}, IndexKey: {shown(key.name)}",
        )
    else:
        yield from _key_size_problems(key, value, path, where)


def is_empty(value: object) -> bool:
    """Tell whether a value is a string or binary of length zero."""
    kind = type_of(value)
    return kind in {"S", "B"} and isinstance(value, Mapping) and value[kind] == ""


def _untabled_problems(key: Mapping[str, Any], at: str) -> Iterator[Problem]:
    """Yield what no table's key can be."""
    if not 1 <= len(key) <= len(KeyRole):
        says = f"{at} holds {len(key)} attributes; a primary key has one or two."
        yield validation(at, says, _NO_MATCH)
    for name, value in key.items():
        kind = type_of(value)
        path = f"{at}.{shown(name)}"
        if kind is not None and kind not in KEY_TYPES:
            says = f"{path} is of type {kind}; a key is of type S, N or B."
            yield validation(path, says, _NO_MATCH)
        elif is_empty(value):
            says = f"{path} is empty; no key attribute may be."
            yield validation(path, says, f"{_EMPTY_KEY} {shown(name)}")


def _attribute_problems(
    key: KeyAttribute, value: object, at: str, mismatch: str
) -> Iterator[Problem]:
    path = f"{at}.{shown(key.name)}"
    where = f"the {ROLES[key.role]} key"
    actual = type_of(value)
    if actual is None:
        return
    if actual != key.type:
        says = f"{path} is of type {actual} and {where} is of type {key.type}."
        yield validation(path, says, mismatch)
    elif is_empty(value):
        says = f"{path} is empty and {where} may not be."
        yield validation(path, says, f"{_EMPTY_KEY} {shown(key.name)}")
    else:
        yield from _key_size_problems(key, value, path, where)


def _key_size_problems(
    key: KeyAttribute, value: object, path: str, where: str
) -> Iterator[Problem]:
    size, most = size_of(value), MOST_KEY_BYTES[key.role]
    if size > most:
        says = f"{path} has {size:,} bytes; {where} may have {most:,}."
        yield validation(path, says, _TOO_LARGE[key.role])


def _index_problems(
    index: IndexShape, item: Mapping[str, Any], at: str, table_keys: list[str]
) -> Iterator[Problem]:
    for key in index.keys:
        if key.name in item and key.name not in table_keys:
            yield from index_value_problems(index, key, item[key.name], at)


def _size_problems(item: Mapping[str, Any], at: str) -> Iterator[Problem]:
    size = item_size(item)
    if size <= MOST_ITEM_BYTES:
        return
    name = max(item, key=lambda name: size_of(item[name]))
    yield validation(
        at,
        f"{at} has {size:,} bytes, {size - MOST_ITEM_BYTES:,} over the {MOST_ITEM_BYTES:,} an item"
        f" may have; {shown(name)} ({type_of(item[name]) or '?'}) alone has"
        f" {size_of(item[name]):,}.",
        "Item size has exceeded the maximum allowed size",
        Cause.SIZE,
    )


def _name_problems(name: str, at: str) -> Iterator[Problem]:
    size = len(name.encode("utf-8", "surrogatepass"))
    if 1 <= size <= MOST_NAME_BYTES:
        return
    says = f"{at} has an attribute whose name has {size:,} bytes; it may have 1 to 65,535."
    yield validation(at, says, f"{_INVALID} the length of an attribute name is out of range")


def _instead(wanted: str, held: Mapping[str, Any], known: list[str]) -> str:
    """Return "; it holds X, which is spelled differently" where X was meant."""
    others = [name for name in held if name not in known]
    flat = [name for name in others if name.lower() == wanted.lower()]
    if flat:
        return f"; it holds {shown(flat[0])}, and names are case-sensitive"
    return hint(wanted, others, ask="perhaps")


def _missing(names: list[str], key: Mapping[str, Any]) -> list[str]:
    return [name for name in names if name not in key]
