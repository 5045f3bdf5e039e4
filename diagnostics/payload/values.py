"""AttributeValues as they go over the wire: exactly one type each, and the size they count."""

import base64
import binascii
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from diagnostics.payload.model import Problem
from diagnostics.payload.numerals import MOST_DIGITS, Flaw, Numeral, flaw, numeral
from diagnostics.payload.problems import (
    hint,
    json_type,
    listed,
    nearest,
    serialization,
    shown,
    validation,
    wrong_type,
)

TYPES = ("S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS")
_SPELLED = {
    "String": "S",
    "Str": "S",
    "Number": "N",
    "Binary": "B",
    "Bytes": "B",
    "Boolean": "BOOL",
    "List": "L",
    "Map": "M",
    "StringSet": "SS",
    "NumberSet": "NS",
    "BinarySet": "BS",
}
SETS = {"SS": "S", "NS": "N", "BS": "B"}
_SET_NAMES = {"SS": "string", "NS": "number", "BS": "binary"}

# Source: DynamoDB Developer Guide, "Quotas": nested attributes up to 32 levels deep.
DEEPEST_NESTING = 32
# Source: DynamoDB Developer Guide, "DynamoDB item sizes and formats": a list or map costs
# 3 bytes, each of its elements 1 more; null and boolean 1.
CONTAINER_BYTES = 3
ELEMENT_BYTES = 1
_MOST_NAMES = 3  # shown of an untyped object
_EMPTY = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
_SEVERAL = (
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the"
    " supported datatypes"
)


def type_of(value: object) -> str | None:
    """Return the type of an AttributeValue; None where it has none or several."""
    if not isinstance(value, Mapping):
        return None
    types = _types(value)
    return types[0] if len(types) == 1 else None


def _types(value: Mapping[Any, Any]) -> list[str]:
    if len(value) == 1:
        ((kind, held),) = value.items()
        return [kind] if kind in TYPES and held is not None else []
    return [kind for kind in TYPES if value.get(kind) is not None]


def value_problems(value: object, at: str, depth: int = 1) -> Iterator[Problem]:
    """Yield what is wrong with an AttributeValue and with everything inside it."""
    if not isinstance(value, Mapping):
        yield serialization(
            at,
            f"{at} is {json_type(value)[0]} and must be an object that names its type, such as"
            ' {"S": "..."}: the request was not marshalled.',
            "Unexpected value type in payload",
        )
        return
    types = _types(value)
    if len(types) > 1:
        says = f"{at} carries {len(types)} types ({', '.join(types)}) and must carry one."
        yield validation(at, says, _SEVERAL)
    elif not types:
        yield validation(at, _without_type(value, at), _EMPTY)
    for kind in types:
        yield from _content_problems(kind, value[kind], at, depth)


def is_fine(value: object) -> bool:
    """Tell quickly whether a value is a scalar in order, so that it needs no path; most are."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return False
    ((kind, held),) = value.items()
    if kind == "N":
        return isinstance(held, str) and flaw(numeral(held)) is None
    return (kind == "S" and isinstance(held, str)) or (kind == "BOOL" and isinstance(held, bool))


def size_of(value: object) -> int:
    """Return the bytes a value counts, without its name; 0 for what is no AttributeValue."""
    kind = type_of(value)
    if kind is None or not isinstance(value, Mapping):
        return 0
    held = value[kind]
    if kind in {"BOOL", "NULL"}:
        return 1
    if kind in SETS:
        return sum(_scalar_size(SETS[kind], element) for element in _elements(held))
    if kind == "L":
        inside = sum(size_of(element) + ELEMENT_BYTES for element in _elements(held))
        return CONTAINER_BYTES + inside
    if kind == "M":
        return CONTAINER_BYTES + item_size(held) + ELEMENT_BYTES * _count(held)
    return _scalar_size(kind, held)


def item_size(item: object) -> int:
    """Return the bytes an item counts: each name and each value."""
    if not isinstance(item, Mapping):
        return 0
    return sum(_bytes(str(name)) + size_of(value) for name, value in item.items())


def comparable(value: object) -> object:
    """Return a hashable form in which equal key values are equal: 1 and 1.0 are one number."""
    kind = type_of(value)
    if kind is None or not isinstance(value, Mapping):
        return None
    return kind, _same(kind, value[kind])


def _same(kind: str, held: object) -> object:
    if kind != "N" or not isinstance(held, str):
        return str(held)
    return numeral(held) or held


def _without_type(value: Mapping[Any, Any], at: str) -> str:
    if not value:
        return f'{at} is an empty object and must carry one type, such as {{"S": "..."}}.'
    name = str(next(iter(value)))
    if len(value) == 1 and hint(name, (*TYPES, *_SPELLED)):
        return f'{at} carries "{shown(name)}", which is no type{_type_hint(name)}.'
    rest = ", ..." if len(value) > _MOST_NAMES else ""
    return (
        f"{at} is an object ({listed(list(value)[:_MOST_NAMES])}{rest}) and carries no type: a map"
        ' is written {"M": {...}}.'
    )


def _type_hint(name: str) -> str:
    spelled = nearest(name, _SPELLED)
    return f' (did you mean "{_SPELLED[spelled]}"?)' if spelled else hint(name, TYPES)


def _content_problems(kind: str, held: object, at: str, depth: int) -> Iterator[Problem]:
    if kind in {"S", "N", "B"}:
        yield from _scalar_problems(kind, held, at)
    elif kind in SETS:
        yield from _set_problems(kind, held, at)
    elif kind in {"L", "M"}:
        yield from _container_problems(kind, held, at, depth)
    elif kind == "NULL":
        yield from _null_problems(held, at)
    elif not isinstance(held, bool):
        yield wrong_type(at, held, "true or false", "Boolean")


def _scalar_problems(kind: str, held: object, at: str) -> Iterator[Problem]:
    if not isinstance(held, str):
        wanted = "a string that holds the number" if kind == "N" else "a string"
        yield wrong_type(at, held, wanted, "String")
    elif kind == "N":
        yield from _number_problems(held, at)
    elif kind == "B" and _binary_size(held) is None:
        yield serialization(
            at,
            f"{at} is of type B and its {len(held):,} letters are not base64.",
            "The value of a binary attribute is not valid base64",
        )


def _number_problems(held: str, at: str) -> Iterator[Problem]:
    read = numeral(held)
    found = flaw(read)
    if found:
        yield validation(at, f"{at} is of type N and {_about(found, read, held)}.", found.value)


def _about(found: Flaw, read: Numeral | None, held: str) -> str:
    if found is Flaw.SYNTAX or read is None:
        return "empty" if not held else f"its {len(held):,} letters are no number"
    if found is Flaw.DIGITS:
        return f"has {len(read.digits):,} significant digits; {MOST_DIGITS} are the most"
    if found is Flaw.OVERFLOW:
        return "is larger than 9.99E+125, the greatest number DynamoDB stores"
    return "is closer to zero than 1E-130, the smallest number DynamoDB stores"


def _set_problems(kind: str, held: object, at: str) -> Iterator[Problem]:
    if not isinstance(held, list):
        yield wrong_type(at, held, "a list", "List")
        return
    if not held:
        yield validation(
            at,
            f"{at} is an empty {_set_names(kind)} set; leave the attribute out instead.",
            f"One or more parameter values were invalid: An {_set_names(kind)} set  may not be"
            " empty",
        )
    for place, element in enumerate(held):
        yield from _scalar_problems(SETS[kind], element, f"{at}[{place}]")
    counted = Counter(_same(SETS[kind], element) for element in held)
    doubled = sum(count - 1 for count in counted.values())
    if doubled:
        yield validation(
            at,
            f"{at} is a {_set_names(kind)} set of {len(held):,} elements, {doubled:,} of them"
            " more than once.",
            "One or more parameter values were invalid: Input collection contains duplicates",
        )


def _set_names(kind: str) -> str:
    return _SET_NAMES[kind]


def _null_problems(held: object, at: str) -> Iterator[Problem]:
    if not isinstance(held, bool):
        yield wrong_type(at, held, "true", "Boolean")
    elif not held:
        yield validation(
            at,
            f"{at} is of type NULL with false; NULL knows only true.",
            "One or more parameter values were invalid: Null attribute value types must have the"
            " value of true",
        )


def _container_problems(kind: str, held: object, at: str, depth: int) -> Iterator[Problem]:
    if kind == "L" and isinstance(held, list):
        yield from _inner_problems(enumerate(held), at, depth)
    elif kind == "M" and isinstance(held, dict):
        yield from _inner_problems(held.items(), at, depth)
    elif kind == "L":
        yield wrong_type(at, held, "a list", "List")
    else:
        yield wrong_type(at, held, "an object", "Map")


def _inner_problems(
    inner: Iterable[tuple[str | int, object]], at: str, depth: int
) -> Iterator[Problem]:
    if depth > DEEPEST_NESTING:
        yield validation(
            at,
            f"{at} is a list or map more than {DEEPEST_NESTING} levels deep.",
            "Nesting Levels have exceeded supported limits",
        )
        return
    for name, element in inner:
        if name == "":
            yield validation(
                at,
                f"{at} is a map with an attribute whose name is empty.",
                "One or more parameter values were invalid: an attribute name may not be empty",
            )
        if not is_fine(element):
            yield from value_problems(element, f"{at}{_step(name)}", depth + 1)


def _step(name: str | int) -> str:
    return f"[{name}]" if isinstance(name, int) else f".{shown(name)}"


def _scalar_size(kind: str, held: object) -> int:
    if not isinstance(held, str):
        return 0
    if kind == "N":
        read = numeral(held)
        return read.size_bytes if read else len(held)
    if kind == "B":
        return _binary_size(held) or 0
    return _bytes(held)


def _binary_size(held: str) -> int | None:
    try:
        return len(base64.b64decode(held, validate=True))
    except (binascii.Error, ValueError):
        return None


def _bytes(letters: str) -> int:
    return len(letters.encode("utf-8", "surrogatepass"))


def _elements(held: object) -> list[object]:
    return held if isinstance(held, list) else []


def _count(held: object) -> int:
    return len(held) if isinstance(held, Mapping) else 0
