"""What a request is checked against, and what the check says: names, types, sizes, no values."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class PayloadError(ValueError):
    """A payload that cannot be checked at all; its text is one sentence for the person."""


class KeyRole(StrEnum):
    """What an attribute is in a key schema, in DynamoDB's words."""

    HASH = "HASH"
    RANGE = "RANGE"


class IndexKind(StrEnum):
    """Which of the two kinds of secondary index."""

    GLOBAL = "global"
    LOCAL = "local"


class Code(StrEnum):
    """Who would refuse the request, and with which error."""

    VALIDATION = "ValidationException"
    SERIALIZATION = "SerializationException"
    CLIENT = "client"  # the SDK, before anything is sent


class Cause(StrEnum):
    """The causes a payload can prove."""

    VALIDATION = "payload.validation"
    SIZE = "payload.size"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAttribute:
    """One attribute of a key schema."""

    name: str
    role: KeyRole
    type: str  # "S", "N" or "B"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexShape:
    """A secondary index as far as requests must fit it."""

    name: str
    keys: tuple[KeyAttribute, ...]
    kind: IndexKind = IndexKind.GLOBAL


@dataclass(frozen=True, slots=True, kw_only=True)
class TableShape:
    """A table as far as requests must fit it."""

    name: str
    keys: tuple[KeyAttribute, ...]
    indexes: tuple[IndexShape, ...] = ()

    @classmethod
    def described(cls, table: Mapping[str, Any]) -> "TableShape":
        """Return the shape of DescribeTable's `Table`."""
        types = {
            attribute.get("AttributeName"): attribute.get("AttributeType")
            for attribute in table.get("AttributeDefinitions", ())
        }
        return cls(
            name=table.get("TableName", ""),
            keys=_keys(table, types),
            indexes=tuple(
                IndexShape(name=index.get("IndexName", ""), keys=_keys(index, types), kind=kind)
                for member, kind in (
                    ("GlobalSecondaryIndexes", IndexKind.GLOBAL),
                    ("LocalSecondaryIndexes", IndexKind.LOCAL),
                )
                for index in table.get(member, ())
            ),
        )

    @property
    def has_lsi(self) -> bool:
        """Whether item collections are limited to 10 GB and entries of indexes count."""
        return any(index.kind is IndexKind.LOCAL for index in self.indexes)

    def index(self, name: str) -> IndexShape | None:
        """Return the index of that name; None: there is none."""
        return next((index for index in self.indexes if index.name == name), None)


def _keys(described: Mapping[str, Any], types: Mapping[Any, Any]) -> tuple[KeyAttribute, ...]:
    return tuple(
        KeyAttribute(
            name=element.get("AttributeName", ""),
            role=KeyRole(element.get("KeyType", "HASH")),
            type=types.get(element.get("AttributeName")) or "S",
        )
        for element in described.get("KeySchema", ())
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One reason why the request is refused."""

    code: Code
    path: str  # names of members and attributes: "Item.address"
    says: str  # one sentence with names, types and sizes
    message: str  # what the server answers, in general form
    cause: Cause = Cause.VALIDATION


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredAttribute:
    """The name, type and size of one attribute of an item."""

    name: str
    type: str  # "S", "M", ...; "?" where it is none of DynamoDB's
    size_bytes: int  # of name and value together


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The size of one item, by DynamoDB's formula."""

    path: str
    size_bytes: int
    attributes: tuple[MeasuredAttribute, ...]  # the largest first, at most ten


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadReport:
    """Everything that is wrong with a request, and how large it is."""

    operation: str | None  # None: an item alone
    body_bytes: int
    problems: tuple[Problem, ...] = ()
    measured: tuple[Measured, ...] = ()
    notes: tuple[str, ...] = ()  # what could not be checked, and what is only unwise
