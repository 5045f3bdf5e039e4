"""What one recogniser makes of a message, before it is decided what to do about it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from handlers.alerts.message import Message
from handlers.alerts.model import Facts, Kind, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A message as one recogniser understands it."""

    source: str
    why: str  # what was recognised, in a few words
    kind: Kind = Kind.ALERT
    state: State | None = None
    alarm: str | None = None
    severity: str | None = None  # in the monitor's own word
    key: tuple[str, ...] | None = None  # the monitor's own identity of the problem
    quiet: str | None = None  # why this alert does not act
    repeats: bool = False  # tells again of a problem that is open already
    facts: Facts = field(default_factory=Facts)


Recogniser = Callable[[Message], Reading | None]

UNKNOWN_SOURCE = "unknown"
