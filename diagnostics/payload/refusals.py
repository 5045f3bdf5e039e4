"""What a refusal by DynamoDB means against the table's key schema; the data is a TOML file."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from diagnostics.payload.keys import ROLES, schema_text
from diagnostics.payload.model import Cause, KeyAttribute, TableShape
from diagnostics.payload.problems import hint, shown

# Letters kept of a message that repeats the request: what it says stands at either end.
_LONGEST_START, _LONGEST_END = 8_000, 2_000
# The forms that a pattern names in braces.
_FORMS = {
    "{name}": r"[A-Za-z0-9_.#:-]{1,255}",
    "{path}": r"[A-Za-z0-9_.\[\]-]{1,255}",
    "{type}": r"[A-Z]{1,4}",
    "{count}": r"\d{1,9}",
}
_CAUSES = {"validation": Cause.VALIDATION, "size": Cause.SIZE}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A message of the server and what it means."""

    pattern: re.Pattern[str]
    cause: Cause
    says: str
    with_table: str | None  # None: the table's shape adds nothing


def explain_refusal(message: str, table: TableShape | None) -> tuple[str, str] | None:
    """Return the cause's id and what the refusal means; None for a message nobody knows.

    Values that the message repeats are left out of the sentence.
    """
    if len(message) > _LONGEST_START + _LONGEST_END:
        message = f"{message[:_LONGEST_START]} ... {message[-_LONGEST_END:]}"
    for refusal in refusals():
        found = refusal.pattern.search(message)
        if found:
            return refusal.cause.value, _sentence(refusal, found, table)
    return None


@cache
def refusals() -> tuple[Refusal, ...]:
    """Return every refusal known, in the order in which they are tried."""
    path = resources.files("diagnostics.payload").joinpath("refusals.toml")
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["refusals"]
    return tuple(
        Refusal(
            pattern=re.compile(_filled(entry["pattern"]), re.IGNORECASE | re.DOTALL),
            cause=_CAUSES[entry["cause"]],
            says=entry["says"],
            with_table=entry.get("with_table"),
        )
        for entry in entries
    )


def _filled(pattern: str) -> str:
    for form, expression in _FORMS.items():
        pattern = pattern.replace(form, expression)
    return pattern


def _sentence(refusal: Refusal, found: re.Match[str], table: TableShape | None) -> str:
    words = {name: shown(held.rstrip(".")) for name, held in found.groupdict().items() if held}
    says = _with(refusal.says, words)
    if table is None or refusal.with_table is None:
        return says
    words |= {
        "table": shown(table.name),
        "key_schema": schema_text(table.keys),
        "indexes": _indexes_text(table),
    }
    return f"{says} {_with(refusal.with_table, words)}{_key_text(words.get('key'), table)}"


def _with(sentence: str, words: Mapping[str, str]) -> str:
    """Return the sentence with its names filled in one pass; braces of JSON stay."""
    return _PLACEHOLDER.sub(lambda name: words.get(name[1], name[0]), sentence)


def _indexes_text(table: TableShape) -> str:
    if not table.indexes:
        return "it has no index"
    return "; ".join(f"index {shown(i.name)} has {schema_text(i.keys)}" for i in table.indexes)


def _key_text(name: str | None, table: TableShape) -> str:
    """Return one more sentence on the attribute the message names."""
    if name is None:
        return ""
    keys = [*table.keys, *(key for index in table.indexes for key in index.keys)]
    known: KeyAttribute | None = next((key for key in keys if key.name == name), None)
    if known is not None:
        return f" {name} is a {ROLES[known.role]} key of type {known.type}."
    return f" {name} is no key here{hint(name, [key.name for key in keys])}."
