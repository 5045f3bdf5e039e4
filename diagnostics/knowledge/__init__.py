"""What is known about each cause, read from the TOML files beside this one.

One file per group of causes (the part of an id before the dot); `changes.toml` says what
each kind of change can bring about.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from diagnostics.knowledge.fill import FORMS, fill, fill_prose
from diagnostics.model import Prevention, Remedy, SymptomClass

ANY = frozenset(SymptomClass) - {SymptomClass.UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A known way to go wrong. Remedies hold `{names}` still to be filled."""

    id: str
    title: str
    why: str
    produces: frozenset[SymptomClass]  # the symptom classes it is able to produce
    explains: frozenset[str]  # the causes it brings about
    outranks: frozenset[str]  # the causes it goes before at the same confidence
    docs: tuple[str, ...]
    remedies: tuple[Remedy, ...]
    prevention: tuple[Prevention, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeKind:
    """What a change event is and what it can bring about."""

    event: str  # AWS's event name, without API dates
    what: str  # in words: "changed the table's capacity or indexes"
    kind: str | None  # the kind of resource it touches
    parameters: tuple[str, ...]  # request parameters that name the resource
    causes: frozenset[str]
    lasting: bool  # its effect may appear hours later


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """Everything known."""

    causes: Mapping[str, Cause]
    changes: Mapping[str, ChangeKind]

    def explained_by(self, cause: str) -> frozenset[str]:
        """Return every cause that brings `cause` about, directly or through others."""
        found: set[str] = set()
        ahead = {cause}
        while ahead:
            ahead = {c.id for c in self.causes.values() if c.explains & ahead and c.id not in found}
            found |= ahead
        return frozenset(found)


@cache
def load() -> Knowledge:
    """Return what the TOML files say.

    Raises ValueError naming file and entry where one is malformed: a bug of ours.
    """
    causes: dict[str, Cause] = {}
    changes: dict[str, ChangeKind] = {}
    for path in sorted(resources.files(__name__).iterdir(), key=lambda entry: entry.name):
        if not path.name.endswith(".toml"):
            continue
        group = path.name.removesuffix(".toml")
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        for name, entry in content.pop("causes", {}).items():
            cause = _cause(group, name, entry)
            causes[cause.id] = cause
        for event, entry in content.pop("changes", {}).items():
            changes[event] = _change(event, entry)
        _nothing_left(content, path.name)
    return Knowledge(causes=causes, changes=changes)


def full_id(name: str, group: str) -> str:
    """Return the whole id of a name written in `group`'s file."""
    return name if "." in name else f"{group}.{name}"


def remedies_for(cause: Cause, values: Mapping[str, str]) -> tuple[Remedy, ...]:
    """Return the cause's remedies with this incident's values in them.

    A command or code block with a name nobody filled is left out: half a command is worse
    than none.
    """
    return tuple(
        Remedy(
            title=fill_prose(remedy.title, values),
            why=fill_prose(remedy.why, values),
            commands=_all_or_none(remedy.commands, values),
            terraform=_filled(remedy.terraform, values, "hcl"),
            code=_filled(remedy.code, values, "code"),
            risk=fill_prose(remedy.risk, values),
            undo=fill_prose(remedy.undo, values),
        )
        for remedy in cause.remedies
    )


def prevention_for(cause: Cause, values: Mapping[str, str]) -> tuple[Prevention, ...]:
    """Return what would have caught the cause earlier, for this resource."""
    return tuple(
        Prevention(
            kind=entry.kind,
            title=fill_prose(entry.title, values),
            code=_filled(entry.code, values, "shell" if entry.kind == "alarm" else "hcl"),
        )
        for entry in cause.prevention
    )


def _all_or_none(commands: tuple[str, ...], values: Mapping[str, str]) -> tuple[str, ...]:
    filled = tuple(fill(command, values, FORMS["shell"]) for command in commands)
    return tuple(c for c in filled if c is not None) if None not in filled else ()


def _filled(text: str | None, values: Mapping[str, str], form: str) -> str | None:
    return None if text is None else fill(text, values, FORMS[form])


def _cause(group: str, name: str, entry: dict[str, Any]) -> Cause:
    produces = entry.pop("produces")
    cause = Cause(
        id=full_id(name, group),
        title=entry.pop("title"),
        why=entry.pop("why"),
        produces=ANY if produces == "any" else frozenset(SymptomClass(c) for c in produces),
        explains=frozenset(full_id(c, group) for c in entry.pop("explains", ())),
        outranks=frozenset(full_id(c, group) for c in entry.pop("outranks", ())),
        docs=tuple(entry.pop("docs", ())),
        remedies=tuple(_remedy(r, f"{group}.{name}") for r in entry.pop("remedies", ())),
        prevention=tuple(_prevention(p, f"{group}.{name}") for p in entry.pop("prevention", ())),
    )
    _nothing_left(entry, cause.id)
    return cause


def _remedy(entry: dict[str, Any], where: str) -> Remedy:
    remedy = Remedy(
        title=entry.pop("title"),
        why=entry.pop("why"),
        commands=tuple(entry.pop("commands", ())),
        terraform=entry.pop("terraform", None),
        code=entry.pop("code", None),
        risk=entry.pop("risk"),
        undo=entry.pop("undo"),
    )
    _nothing_left(entry, where)
    return remedy


def _prevention(entry: dict[str, Any], where: str) -> Prevention:
    prevention = Prevention(
        kind=entry.pop("kind"),
        title=entry.pop("title"),
        code=entry.pop("code", None),
    )
    _nothing_left(entry, where)
    return prevention


def _change(event: str, entry: dict[str, Any]) -> ChangeKind:
    change = ChangeKind(
        event=event,
        what=entry.pop("what"),
        kind=entry.pop("kind", None),
        parameters=tuple(entry.pop("parameters", ())),
        causes=frozenset(entry.pop("causes", ())),
        lasting=entry.pop("lasting", False),
    )
    _nothing_left(entry, event)
    return change


def _nothing_left(entry: Mapping[str, Any], where: str) -> None:
    if entry:
        message = f"{where}: unknown key {next(iter(entry))!r}"
        raise ValueError(message)
