"""The shapes of JSON in an evidence file, checked; each mistake is one sentence."""

from collections.abc import Mapping
from typing import Any, TypeVar

from diagnostics.errors import EvidenceError

T = TypeVar("T")


def as_object(given: Any, where: str) -> dict[str, Any]:  # noqa: ANN401 - as above
    if not isinstance(given, dict):
        raise EvidenceError(f"{where[:80]} of the evidence is not an object")
    return given


def as_list(given: Any, where: str) -> list[Any]:  # noqa: ANN401 - as above
    if not isinstance(given, list):
        raise EvidenceError(f"{where[:80]} of the evidence is not a list")
    return given


def mapping(
    given: Mapping[str, Any], name: str, default: dict[str, Any] | None = None
) -> dict[str, Any]:
    if name not in given and default is None:
        raise EvidenceError(f"{name} of the evidence is missing")
    return as_object(given.get(name, default), name)


def items(given: Mapping[str, Any], name: str) -> list[Any]:
    return as_list(given.get(name, []), name)


def strings(given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = items(given, name)
    if not all(isinstance(one, str) for one in found):
        raise EvidenceError(f"{name} of the evidence is not a list of texts")
    return tuple(found)


def string_mapping(given: Mapping[str, Any], name: str) -> dict[str, str]:
    found = mapping(given, name, default={})
    if not all(isinstance(value, str) for value in found.values()):
        raise EvidenceError(f"{name} of the evidence does not hold texts")
    return found


def optional(given: Mapping[str, Any], name: str, kind: type[T]) -> T | None:
    value = given.get(name)
    right = value is None or (isinstance(value, kind) and not isinstance(value, bool))
    if not right:
        raise EvidenceError(f"{name[:80]} of the evidence has the wrong type")
    return value


def required(given: Mapping[str, Any], name: str, kind: type[T]) -> T:
    value = optional(given, name, kind)
    if value is None:
        raise EvidenceError(f"{name} of the evidence is missing")
    return value


def positive(given: Mapping[str, Any], name: str) -> int | None:
    value: int | None = optional(given, name, int)
    if value is not None and value < 1:
        raise EvidenceError(f"{name} of the evidence is not a positive number")
    return value


def only(given: Mapping[str, Any], what: str, known: set[str]) -> None:
    unknown = sorted(set(given) - known)
    if unknown:
        raise EvidenceError(f"{what} of the evidence holds {unknown[0][:40]}, which is not known")
