"""The words of an incident: what it is, what happened to it, and when.

A time is a `Moment`: the instant and how it is known. A time nobody knows is None, never a guess.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from diagnostics.errors import UsageError
from diagnostics.model import Conclusion, Confidence
from handlers.alerts.model import State as AlertState

SCHEMA = 1

PARAMEDIC = "paramedic"  # who: this program itself
MONITOR = "monitor:"  # who: begins so, the monitor's name follows


class IncidentError(UsageError):
    """What was asked cannot be done to this incident now; one sentence says what can."""


class MergedElsewhere(IncidentError):  # noqa: N818 - it names what happened to the incident
    """The incident lives on in another one, `into`."""

    def __init__(self, sentence: str, *, into: str) -> None:
        """Keep the sentence and the id to follow."""
        super().__init__(sentence)
        self.into = into


class State(StrEnum):
    """Where an incident stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
    MERGED = "merged"  # lives on in another incident; final


LIVE = frozenset({State.OPEN, State.ACKNOWLEDGED, State.MITIGATED})


class Severity(IntEnum):
    """How bad it is; 1 is the worst."""

    SEV1 = 1
    SEV2 = 2
    SEV3 = 3
    SEV4 = 4


class Origin(StrEnum):
    """What opened the incident."""

    PERSON = "person"
    ALERT = "alert"
    STORM = "storm"  # many different alerts in a short time


class Known(StrEnum):
    """How a time is known."""

    RECORDED = "recorded"  # the instant Paramedic was told
    POSTED = "posted"  # when the monitor's message was posted
    STATED = "stated"  # a person said so
    MEASURED = "measured"  # read from the service's metrics or logs
    ESTIMATED = "estimated"  # nobody said; the nearest known instant stands in


class Kind(StrEnum):
    """What an entry of the timeline tells."""

    DECLARED = "declared"
    ACKNOWLEDGED = "acknowledged"
    ASSIGNED = "assigned"
    SEVERITY = "severity"
    NOTE = "note"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    MERGED = "merged"
    ALERT = "alert"
    DIAGNOSED = "diagnosed"
    REMEDY = "remedy"
    ACTION = "action"


class Helped(StrEnum):
    """Whether a remedy that was applied did anything."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Nudge(StrEnum):
    """Why people are reminded of an incident."""

    UNACKNOWLEDGED = "unacknowledged"
    SILENT = "silent"  # nothing new was written for long
    MITIGATED = "mitigated"  # mitigated, and never resolved


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An instant (aware UTC) and how it is known."""

    at: datetime
    known: Known = Known.RECORDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """The times of an incident, kept apart; None is unknown, or has not happened.

    started <= detected <= reported <= acknowledged, mitigated, resolved, reopened.
    """

    reported: Moment  # Paramedic opened the incident
    started: Moment | None = None  # the impact began
    detected: Moment | None = None  # a monitor or a person first noticed
    acknowledged: Moment | None = None  # the first acknowledgement
    mitigated: Moment | None = None  # None again once it was reopened
    resolved: Moment | None = None  # likewise
    reopened: Moment | None = None  # the last time


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the timeline; never changed, never removed."""

    at: datetime
    who: str  # a Slack user id, "monitor:<source>" or "paramedic"
    kind: Kind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The Slack channel, and the thread's first message where there is one."""

    channel: str
    thread_ts: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What the incident is about; None where nobody said."""

    service: str | None = None
    table: str | None = None
    index: str | None = None
    region: str | None = None
    account: str | None = None  # id or alias, as given
    resource_type: str | None = None
    resource: str | None = None


NO_SUBJECT = Subject()


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """One alert the incident follows, and what it last said."""

    fingerprint: str
    source: str
    alarm: str | None
    state: AlertState
    first_at: datetime
    last_at: datetime
    count: int = 1  # messages about it
    flapping: bool = False
    one_way: bool = False  # its poster never tells of an end
    channel: str | None = None
    ts: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What one diagnosis concluded; the report is kept under its id."""

    report_id: str
    at: datetime
    headline: str
    conclusion: Conclusion
    cause: str | None = None
    confidence: Confidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """Something a person did about it."""

    at: datetime
    who: str
    title: str
    helped: Helped = Helped.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Work that is left to do."""

    number: int
    text: str
    added_at: datetime
    added_by: str
    owner: str | None = None
    closed_at: datetime | None = None  # None: still open
    closed_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudged:
    """A reminder that was sent."""

    nudge: Nudge
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One incident, from its opening to its end."""

    id: str
    title: str
    severity: Severity
    state: State
    origin: Origin
    times: Times
    timeline: tuple[Entry, ...]
    drill: bool = False
    subject: Subject = NO_SUBJECT
    place: Place | None = None
    opened_by: str = PARAMEDIC
    assignee: str | None = None
    fingerprints: tuple[str, ...] = ()
    alerts: tuple[Followed, ...] = ()
    unfollowed: int = 0  # messages of alerts that joined when `alerts` was full
    diagnoses: tuple[Diagnosis, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    actions: tuple[Action, ...] = ()
    merged_into: str | None = None
    merged_from: tuple[str, ...] = ()
    nudges: tuple[Nudged, ...] = ()
    deliveries: tuple[str, ...] = ()  # the last ones that changed it
    revision: int = 1  # grows with every change, for writers that compare and set
    schema: int = SCHEMA

    @property
    def is_live(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state in LIVE

    @property
    def updated_at(self) -> datetime:
        """When the timeline last grew."""
        return self.timeline[-1].at

    @property
    def diagnosis(self) -> Diagnosis | None:
        """The last diagnosis that named a cause: a later silence takes nothing back."""
        named = (one for one in reversed(self.diagnoses) if one.cause is not None)
        return next(named, None)

    @property
    def cause(self) -> str | None:
        """The id of the cause last named."""
        return self.diagnosis.cause if self.diagnosis else None

    @property
    def confidence(self) -> Confidence | None:
        """How sure that cause is."""
        return self.diagnosis.confidence if self.diagnosis else None

    @property
    def open_actions(self) -> tuple[Action, ...]:
        """The work that is left."""
        return tuple(action for action in self.actions if action.closed_at is None)

    @property
    def last_alert_at(self) -> datetime | None:
        """When a followed alert last spoke; None: it follows none."""
        return max((alert.last_at for alert in self.alerts), default=None)


def by_person(who: str) -> bool:
    """Return whether a person did it, not a monitor or this program."""
    return who != PARAMEDIC and not who.startswith(MONITOR)
