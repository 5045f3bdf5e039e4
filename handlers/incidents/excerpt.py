"""What a postmortem takes from a stored report: the cause's evidence, and what prevents it.

The report is the JSON object a diagnosis prints; a part that is missing there is missing here.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One piece of evidence, so that a person can repeat it."""

    source: str
    reading: str
    at: str | None  # RFC 3339, as in the report


@dataclass(frozen=True, slots=True, kw_only=True)
class ImplicatedChange:
    """A change that the diagnosis holds responsible."""

    at: str
    what: str
    who: str | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreventionIdea:
    """What would have caught it earlier."""

    title: str
    code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """The parts of one report that a postmortem tells."""

    title: str | None = None
    says: tuple[str, ...] = ()
    evidence: tuple[Reading, ...] = ()
    against: tuple[str, ...] = ()
    ruled_out: tuple[str, ...] = ()
    changes: tuple[ImplicatedChange, ...] = ()
    not_looked_at: tuple[str, ...] = ()
    prevention: tuple[PreventionIdea, ...] = ()


Json = Mapping[str, object]


def excerpt(report: Json, cause: str | None) -> Excerpt:
    """Return what the report says about `cause`, and around it."""
    verdicts = _objects(report, "verdicts")
    verdict: Json = next((one for one in verdicts if one.get("cause") == cause), {})
    return Excerpt(
        title=_text(verdict, "title") or None,
        says=_texts(verdict, "says"),
        evidence=tuple(_reading(one) for one in _objects(verdict, "evidence")),
        against=_texts(verdict, "against"),
        ruled_out=tuple(_ruled_out(one) for one in _objects(report, "ruled_out")),
        changes=tuple(
            _change(one) for one in _objects(report, "changes") if one.get("implicated") is True
        ),
        not_looked_at=tuple(_unanswered(one) for one in _objects(report, "unanswered")),
        prevention=tuple(_idea(one) for one in _objects(report, "prevention")),
    )


def _reading(one: Json) -> Reading:
    return Reading(
        source=_text(one, "source"), reading=_text(one, "reading"), at=_text(one, "at") or None
    )


def _ruled_out(one: Json) -> str:
    return f"{_text(one, 'cause')}: {_text(one, 'says')}"


def _change(one: Json) -> ImplicatedChange:
    return ImplicatedChange(
        at=_text(one, "at"),
        what=_text(one, "what"),
        who=_text(one, "who") or None,
        why=_text(one, "why"),
    )


def _unanswered(one: Json) -> str:
    return f"{_text(one, 'check')} ({_text(one, 'why')}): {_text(one, 'detail')}"


def _idea(one: Json) -> PreventionIdea:
    return PreventionIdea(title=_text(one, "title"), code=_text(one, "code") or None)


def _objects(value: Json, key: str) -> tuple[Json, ...]:
    found = value.get(key)
    return tuple(one for one in found if isinstance(one, dict)) if isinstance(found, list) else ()


def _texts(value: Json, key: str) -> tuple[str, ...]:
    found = value.get(key)
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


def _text(value: Json, key: str) -> str:
    found = value.get(key)
    return found if isinstance(found, str) else ""
