"""Secrets in AWS's JSON: masked by form, by the name of a member, by its place."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from diagnostics.redact.environment import DROPPED, environment
from diagnostics.redact.names import Family, SecretName, mentions_secrets, secret_name
from diagnostics.redact.pairs import holds
from diagnostics.redact.scan import text
from diagnostics.redact.spans import placeholder

# Members that stand side by side as name and value.
_NAMES = ("Name", "name", "Key", "key", "ParameterKey", "OutputKey", "parameterKey")
_VALUES = frozenset({"Value", "value", "ParameterValue", "OutputValue", "parameterValue"})
_TYPES = frozenset({"S", "N", "B", "SS", "NS", "BS"})

# Members whose content no diagnosis needs and that may well be or hold a secret.
# Source: API references of EC2 (user data), STS and IAM (credentials), KMS, Secrets
# Manager, RDS, Lambda (code), EventBridge (connections).
_NEVER = frozenset(
    {
        *("secretstring", "secretbinary", "masteruserpassword", "newpassword", "oldpassword"),
        *("userdata", "privatekey", "plaintext", "ciphertextblob", "zipfile", "keymaterial"),
        *("credentials", "clientsecret", "authparameters"),
    },
)
Walk = Callable[[Any], Any]


def value(obj: Any) -> Any:  # noqa: ANN401 - AWS's own JSON
    """Return the same answer with every secret in its texts masked."""
    return _walked(obj, value, _as_is)


def structured(obj: Any) -> Any:  # noqa: ANN401 - AWS's own JSON
    """Return the answer as `value` does, and without environments, user data, credentials."""
    return _walked(obj, structured, _placed)


def names_only(obj: Any) -> Any:  # noqa: ANN401 - AWS's own JSON
    """Return an object's names with every value dropped."""
    if isinstance(obj, Mapping):
        return {text(str(name)): DROPPED for name in obj}
    return DROPPED


def _walked(obj: Any, walk: Walk, place: Callable[[str, Any], Any]) -> Any:  # noqa: ANN401 - likewise
    if isinstance(obj, str):
        return text(obj)
    if isinstance(obj, Mapping):
        return {
            text(name) if isinstance(name, str) else name: _member(obj, name, held, walk, place)
            for name, held in obj.items()
        }
    if isinstance(obj, (list, tuple)):
        return _like(obj, [_element(obj, at, walk) for at in range(len(obj))])
    if isinstance(obj, bytes):
        return text(obj.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
    return obj


def _like(obj: Sequence[Any], elements: list[Any]) -> Any:  # noqa: ANN401 - list or tuple
    return tuple(elements) if isinstance(obj, tuple) else elements


def _element(obj: Sequence[Any], at: int, walk: Walk) -> Any:  # noqa: ANN401 - likewise
    """Return one element; after a command's `--password` stands a secret."""
    flag = obj[at - 1] if at else None
    if isinstance(flag, str) and flag.startswith("-") and "=" not in flag:
        name = _promise(flag)
        if name and not str(obj[at]).startswith("-"):
            return _masked(obj[at], flag, name, walk)
    return walk(obj[at])


def _member(
    around: Mapping[Any, Any],
    name: Any,  # noqa: ANN401 - a key of AWS's own JSON
    held: Any,  # noqa: ANN401 - AWS's own JSON
    walk: Walk,
    place: Callable[[str, Any], Any],
) -> Any:  # noqa: ANN401 - AWS's own JSON
    if not isinstance(name, str):
        return walk(held)
    placed = place(name, held)
    if placed is not None:
        return placed
    called = next(_beside(around), name) if name in _VALUES else name
    promise = _promise(called)
    return _masked(held, called, promise, walk) if promise else walk(held)


def _beside(around: Mapping[Any, Any]) -> Iterator[str]:
    """Yield the names that stand beside a value: {"Name": ..., "Value": ...}."""
    return (around[name] for name in _NAMES if isinstance(around.get(name), str))


def _promise(name: str) -> SecretName | None:
    return secret_name(name) if mentions_secrets(name.lower()) else None


def _masked(held: Any, called: str, name: SecretName, walk: Walk) -> Any:  # noqa: ANN401 - likewise
    """Return what stands under a secret's name, masked whole where it is a text."""
    if isinstance(held, str):
        return placeholder(name.kind) if holds(held, called, name) else walk(held)
    if isinstance(held, (int, float)) and not isinstance(held, bool):
        return placeholder(name.kind) if name.family is Family.PASSWORD else held
    if isinstance(held, (list, tuple)):
        return _like(held, [_masked(element, called, name, walk) for element in held])
    if isinstance(held, Mapping) and held and set(held) <= _TYPES:
        return {kind: _masked(element, called, name, walk) for kind, element in held.items()}
    return walk(held)


def _as_is(_name: str, _held: object) -> None:
    """Nothing is dropped for its place alone."""


def _placed(name: str, held: Any) -> Any:  # noqa: ANN401 - AWS's own JSON
    """Return what is left of a member whose place alone says what it holds; else None."""
    plain = name.lower()
    if plain in _NEVER and held is not None:
        return DROPPED
    if plain in {"environment", "environmentvariables"} and isinstance(held, (list, tuple)):
        return _like(held, [_variable(element) for element in held])
    if plain in {"variables", "environment", "environmentvariables"} and _is_flat(held):
        return environment(held)
    if plain in {"secrets", "secretoptions"} and isinstance(held, (list, tuple)):
        return _like(held, [_reference(element) for element in held])
    return None


def _is_flat(held: Any) -> bool:  # noqa: ANN401 - likewise
    return isinstance(held, Mapping) and not any(
        isinstance(inner, (Mapping, list, tuple)) for inner in held.values()
    )


def _variable(element: Any) -> Any:  # noqa: ANN401 - likewise
    """Return {"name": ..., "value": ...} as `environment` keeps it."""
    if not isinstance(element, Mapping):
        return DROPPED
    name = next((element[key] for key in ("name", "Name") if key in element), "")
    return {
        key: environment({str(name): held})[text(str(name))] if key in _VALUES else structured(held)
        for key, held in element.items()
    }


def _reference(element: Any) -> Any:  # noqa: ANN401 - likewise
    """Return a reference to a secret without what it refers to."""
    if not isinstance(element, Mapping):
        return DROPPED
    return {
        key: text(held) if key in {"name", "Name"} and isinstance(held, str) else DROPPED
        for key, held in element.items()
    }
