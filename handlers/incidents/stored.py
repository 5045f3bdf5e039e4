"""Incidents as JSON: a schema version in each, older ones brought forward, newer ones refused."""

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from types import NoneType, UnionType
from typing import get_args, get_origin, get_type_hints

from handlers.incidents.model import SCHEMA, Incident


class StoredError(ValueError):
    """A stored incident cannot be read; the text says why and what to do."""


Json = dict[str, object]

# From schema n to n + 1: a function of the JSON object, without "schema". None was needed yet.
MIGRATIONS: Mapping[int, Callable[[Json], Json]] = {}


def to_json(incident: Incident) -> str:
    """Return the incident as one line of JSON; equal incidents give equal text."""
    return json.dumps(plain(incident), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def from_json(
    text: str | bytes,
    *,
    migrations: Mapping[int, Callable[[Json], Json]] = MIGRATIONS,
    current: int = SCHEMA,
) -> Incident:
    """Return the incident that `to_json` wrote, in this version or an older one.

    Raises:
        StoredError: no such JSON, or written by a newer version.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise StoredError("A stored incident is not JSON; restore it from a backup.") from error
    if not isinstance(value, dict):
        raise StoredError("A stored incident is not a JSON object; restore it from a backup.")
    incident = _read(Incident, _migrated(value, migrations, current), _name(value))
    assert isinstance(incident, Incident)  # noqa: S101 - for mypy: _read returns what it is told
    if not incident.timeline:
        raise StoredError(f"{incident.id} has no timeline; restore it from a backup.")
    return incident


def _name(value: Json) -> str:
    return str(value.get("id", "an incident"))[:40]


def _migrated(
    value: Json,
    migrations: Mapping[int, Callable[[Json], Json]],
    current: int,
) -> Json:
    schema = value.get("schema")
    if type(schema) is not int or schema < 1:
        raise StoredError(f"{_name(value)} has no schema version; restore it from a backup.")
    if schema > current:
        raise StoredError(
            f"{_name(value)} was written by a newer Paramedic (schema {schema}, this one reads "
            f"up to {current}); bring every process to the same version.",
        )
    for version in range(schema, current):
        if version not in migrations:
            raise StoredError(
                f"{_name(value)} has schema {schema}, and nothing leads from {version} to "
                f"{version + 1}; read it once with an older Paramedic.",
            )
        value = migrations[version](value)
    return {**value, "schema": current}


def plain(value: object, timespec: str = "microseconds") -> object:
    """Return a value of the model as JSON knows it; `timespec` as in datetime.isoformat."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name), timespec) for field in fields(value)}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")
    if isinstance(value, tuple):
        return [plain(item, timespec) for item in value]
    return value.value if isinstance(value, Enum) else value


@lru_cache
def _hints(kind: type) -> dict[str, object]:
    return get_type_hints(kind)


def _read(kind: object, value: object, where: str) -> object:
    """Return `value` as the type `kind` asks for; `where` names it in an error."""
    if get_origin(kind) is UnionType:
        wanted = next(one for one in get_args(kind) if one is not NoneType)
        return None if value is None else _read(wanted, value, where)
    if get_origin(kind) is tuple:
        return _read_tuple(get_args(kind)[0], value, where)
    assert isinstance(kind, type)  # noqa: S101 - for mypy: the model holds nothing else
    if is_dataclass(kind):
        return _read_fields(kind, value, where)
    if kind is datetime:
        return _read_time(value, where)
    if issubclass(kind, Enum):
        return _read_enum(kind, value, where)
    if type(value) is not kind:
        raise StoredError(f"{where} is not of type {kind.__name__}.")
    return value


def _read_tuple(kind: object, value: object, where: str) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise StoredError(f"{where} is not a list.")
    return tuple(_read(kind, item, f"{where}[{place}]") for place, item in enumerate(value))


def _read_fields(kind: type, value: object, where: str) -> object:
    if not isinstance(value, dict):
        raise StoredError(f"{where} is not an object.")
    hints = _hints(kind)
    unknown = sorted(str(name) for name in value if name not in hints)
    if unknown:
        raise StoredError(f"{where} has an unknown field, {unknown[0][:40]!r}.")
    for field in fields(kind):
        if field.name not in value and field.default is MISSING:
            raise StoredError(f"{where} lacks the field {field.name!r}.")
    read = {name: _read(hints[name], item, f"{where}.{name}") for name, item in value.items()}
    made: object = kind(**read)
    return made


def _read_time(value: object, where: str) -> datetime:
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise StoredError(f"{where} is not a time with a zone.")
    return time.astimezone(UTC)


def _read_enum(kind: type[Enum], value: object, where: str) -> Enum:
    try:
        return kind(value)
    except ValueError as error:
        known = ", ".join(str(one.value) for one in kind)
        raise StoredError(f"{where} is not one of {known}.") from error
