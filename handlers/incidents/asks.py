"""What a person asked for, once the words are understood."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from handlers.incidents.commands import ByPeople, Declare
from handlers.incidents.search import Filter

EVERYTHING_OPEN = Filter()

# The span the grammar itself shows: "incident stats [since=30d]".
DEFAULT_SPAN = timedelta(days=30)


class Format(StrEnum):
    """How an export looks."""

    MARKDOWN = "markdown"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something is done to one incident."""

    incident_id: str
    command: ByPeople


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """One incident becomes part of another."""

    incident_id: str
    into: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """One incident is looked at."""

    incident_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What happened to it, line by line."""

    incident_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Its postmortem."""

    incident_id: str
    form: Format = Format.MARKDOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSome:
    """Some incidents are listed."""

    wanted: Filter = EVERYTHING_OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowStats:
    """The figures of the last `span`."""

    span: timedelta = DEFAULT_SPAN


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowHelp:
    """What can be typed."""


Ask = Declare | Change | Merge | Show | Timeline | Export | ListSome | ShowStats | ShowHelp
