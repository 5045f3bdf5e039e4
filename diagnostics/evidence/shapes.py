"""The shapes of JSON in an evidence file, checked; each mistake is one sentence."""

from collections.abc import Mapping
from typing import Any, TypeVar

from diagnostics.errors import EvidenceError
from diagnostics.model import Why

T = TypeVar("T")


def as_object(given: Any, where: str) -> dict[str, Any]:  # noqa: ANN401 - unchecked JSON
    """Return what must be an object; each function here raises EvidenceError if it is not."""
    if not isinstance(given, dict):
        raise EvidenceError(f"{where[:80]} of the evidence is not an object")
    return given


def as_list(given: Any, where: str) -> list[Any]:  # noqa: ANN401 - as above
    """Return what must be a list."""
    if not isinstance(given, list):
        raise EvidenceError(f"{where[:80]} of the evidence is not a list")
    return given


def mapping(
    given: Mapping[str, Any], name: str, default: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return the object of that name, or the default where it is left out."""
    if name not in given and default is None:
        raise EvidenceError(f"{name} of the evidence is missing")
    return as_object(given.get(name, default), name)


def items(given: Mapping[str, Any], name: str) -> list[Any]:
    """Return the list of that name, empty where it is left out."""
    return as_list(given.get(name, []), name)


def strings(given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the texts of that name."""
    found = items(given, name)
    if not all(isinstance(one, str) for one in found):
        raise EvidenceError(f"{name} of the evidence is not a list of texts")
    return tuple(found)


def string_mapping(given: Mapping[str, Any], name: str) -> dict[str, str]:
    """Return the texts of that name, by name."""
    found = mapping(given, name, default={})
    if not all(isinstance(value, str) for value in found.values()):
        raise EvidenceError(f"{name} of the evidence does not hold texts")
    return found


def optional(given: Mapping[str, Any], name: str, kind: type[T]) -> T | None:
    """Return the value of that name, or None where it is left out."""
    value = given.get(name)
    right = value is None or (isinstance(value, kind) and not isinstance(value, bool))
    if not right:
        raise EvidenceError(f"{name[:80]} of the evidence has the wrong type")
    return value


def required(given: Mapping[str, Any], name: str, kind: type[T]) -> T:
    """Return the value of that name, which must be there."""
    value = optional(given, name, kind)
    if value is None:
        raise EvidenceError(f"{name} of the evidence is missing")
    return value


def positive(given: Mapping[str, Any], name: str) -> int | None:
    """Return the number of that name, above zero, or None where it is left out."""
    value: int | None = optional(given, name, int)
    if value is not None and value < 1:
        raise EvidenceError(f"{name} of the evidence is not a positive number")
    return value


def only(given: Mapping[str, Any], what: str, known: set[str]) -> None:
    """Refuse names that are not known."""
    unknown = sorted(set(given) - known)
    if unknown:
        raise EvidenceError(f"{what} of the evidence holds {unknown[0][:40]}, which is not known")


def reason(why: str) -> Why:
    """Return why a question was not answered."""
    try:
        return Why(why)
    except ValueError:
        raise EvidenceError(f'the evidence says "{why[:40]}" where a reason stands') from None
