"""Update expressions: clauses once each, no key updated, values an index can take."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from diagnostics.payload.keys import MOST_ITEM_BYTES, index_value_problems
from diagnostics.payload.model import Cause, Problem, TableShape
from diagnostics.payload.problems import shown, validation
from diagnostics.payload.tokens import Kind, Token, resolved
from diagnostics.payload.values import size_of, type_of

_INVALID = "Invalid UpdateExpression:"
_LONG_TYPES = {"S": "STRING", "N": "NUMBER", "B": "BINARY", "M": "MAP", "L": "LIST"}
_ADDED = frozenset({"N", "SS", "NS", "BS"})
_DELETED = frozenset({"SS", "NS", "BS"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One path an update writes to."""

    clause: str
    path: tuple[str, ...]  # placeholders resolved, indexes as [n]
    value: str | None  # the placeholder written there; None: something computed, or removed


def update_problems(
    parts: tuple[Token, ...],
    names: Mapping[str, Any],
    values: Mapping[str, Any],
    at: str,
    table: TableShape | None,
) -> Iterator[Problem]:
    """Yield what keeps an update from being carried out."""
    yield from _clause_problems(parts, at)
    yield from _arithmetic_problems(parts, values, at)
    found = tuple(targets(parts, names))
    paths = Counter(target.path for target in found)
    for path, count in paths.items():
        if count > 1:
            yield validation(
                at,
                f"{at} writes {shown('.'.join(path))} {count} times.",
                f"{_INVALID} Two document paths overlap with each other; must remove or rewrite one"
                " of these paths",
            )
    for target in found:
        value = values.get(target.value or "")
        yield from _operand_problems(target, value, at)
        if table is not None:
            yield from _table_problems(target, value, at, table)
    size = sum(size_of(values.get(target.value or "")) for target in found)
    if size > MOST_ITEM_BYTES:
        yield validation(
            at,
            f"{at} writes values of {size:,} bytes; an item may have {MOST_ITEM_BYTES:,}.",
            "Item size to update has exceeded the maximum allowed size",
            Cause.SIZE,
        )


def targets(parts: tuple[Token, ...], names: Mapping[str, Any]) -> Iterator[Target]:
    """Yield every path that the clauses write to."""
    for clause, members in _clauses(parts):
        for member in _split(members):
            path = tuple(_path(member, names))
            if path:
                yield Target(clause=clause, path=path, value=_written(clause, member))


def _clauses(parts: tuple[Token, ...]) -> Iterator[tuple[str, list[Token]]]:
    clause, members = "", list[Token]()
    for part in parts:
        if part.kind is Kind.KEYWORD:
            if clause:
                yield clause, members
            clause, members = part.text.upper(), []
        else:
            members.append(part)
    if clause:
        yield clause, members


def _split(members: list[Token]) -> Iterator[list[Token]]:
    """Yield what stands between the commas outside brackets."""
    depth, piece = 0, list[Token]()
    for part in members:
        depth += (part.text == "(") - (part.text == ")")
        if part.text == "," and depth == 0:
            yield piece
            piece = []
        else:
            piece.append(part)
    yield piece


def _path(member: list[Token], names: Mapping[str, Any]) -> Iterator[str]:
    for part in member:
        if part.kind in {Kind.ATTRIBUTE, Kind.NAME}:
            yield resolved(part, names)
        elif part.kind is Kind.INDEX:
            yield part.text
        elif part.text != ".":
            return


def _written(clause: str, member: list[Token]) -> str | None:
    if clause == "SET":
        equals = next((at for at, part in enumerate(member) if part.text == "="), len(member))
        member = member[equals + 1 :]
        return member[0].text if [part.kind for part in member] == [Kind.VALUE] else None
    last = member[-1]
    return last.text if clause in {"ADD", "DELETE"} and last.kind is Kind.VALUE else None


def _clause_problems(parts: tuple[Token, ...], at: str) -> Iterator[Problem]:
    if parts and parts[0].kind is not Kind.KEYWORD:
        says = f"{at} does not begin with SET, REMOVE, ADD or DELETE."
        yield validation(at, says, f"{_INVALID} Syntax error")
    clauses = Counter(part.text.upper() for part in parts if part.kind is Kind.KEYWORD)
    for clause, count in clauses.items():
        if count > 1:
            yield validation(
                at,
                f"{at} has {count} {clause} clauses; put their members into one.",
                f'{_INVALID} The "{clause}" section can only be used once in an update expression;',
            )


def _arithmetic_problems(
    parts: tuple[Token, ...], values: Mapping[str, Any], at: str
) -> Iterator[Problem]:
    for place, part in enumerate(parts):
        if part.kind is not Kind.SIGN or part.text not in {"+", "-"}:
            continue
        for beside in (*parts[max(0, place - 1) : place], *parts[place + 1 : place + 2]):
            kind = type_of(values.get(beside.text)) if beside.kind is Kind.VALUE else None
            if kind not in {None, "N"}:
                yield validation(
                    at,
                    f"{at} calculates with {shown(beside.text)} of type {kind}; only N can be.",
                    f"{_INVALID} Incorrect operand type for operator or function; operator or"
                    f" function: {part.text}, operand type: {kind}",
                )


def _operand_problems(target: Target, value: object, at: str) -> Iterator[Problem]:
    kind = type_of(value)
    takes = {"ADD": _ADDED, "DELETE": _DELETED}.get(target.clause)
    if kind is None or takes is None or kind in takes:
        return
    yield validation(
        at,
        f"{at} gives {target.clause} a value of type {kind} for {shown(target.path[0])}; it takes"
        f" {', '.join(sorted(takes))}.",
        f"{_INVALID} Incorrect operand type for operator or function; operator:"
        f" {target.clause}, operand type: {_LONG_TYPES.get(kind, kind)}",
    )


def _table_problems(target: Target, value: object, at: str, table: TableShape) -> Iterator[Problem]:
    name = target.path[0]
    if name in {key.name for key in table.keys}:
        yield validation(
            at,
            f"{at} writes {shown(name)}, which is part of the key; a key can not be updated, only"
            " deleted and put again.",
            f"One or more parameter values were invalid: Cannot update attribute {shown(name)}."
            " This attribute is part of the key",
        )
        return
    if len(target.path) > 1:
        return
    for index in table.indexes:
        for key in index.keys:
            if key.name == name:
                yield from index_value_problems(index, key, value, at)
