"""What can be done to an incident, one value each."""

from dataclasses import dataclass
from datetime import datetime

from diagnostics.model import Conclusion, Confidence
from handlers.incidents.alert import AlertFacts
from handlers.incidents.model import NO_SUBJECT, Helped, Moment, Nudge, Place, Severity, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Declare:
    """A person opens an incident."""

    title: str
    severity: Severity | None = None  # None: nobody said, SEV3
    drill: bool = False
    subject: Subject = NO_SUBJECT
    place: Place | None = None
    started: datetime | None = None  # when the impact began, as the person says


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    """Somebody looks after it."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    """It is this person's."""

    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSeverity:
    """It is this bad."""

    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something to remember."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mitigate:
    """The impact has ended, the cause may not have."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    """It is over."""

    text: str = ""
    when: Moment | None = None  # None: now


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen:
    """It is not over, or it came back."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """It is talked about here."""

    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinAlert:
    """Another alert belongs to it."""

    alert: AlertFacts
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateAlert:
    """A followed alert spoke again."""

    alert: AlertFacts
    flapping: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveAlert:
    """A followed alert is over."""

    alert: AlertFacts
    flapping: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosed:
    """A diagnosis ended."""

    report_id: str
    headline: str
    conclusion: Conclusion
    cause: str | None = None
    confidence: Confidence | None = None
    first_at: datetime | None = None  # the first failure it measured


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyDone:
    """A person applied a remedy."""

    title: str
    helped: Helped = Helped.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAction:
    """Work is left to do."""

    text: str
    owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseAction:
    """That work is done."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordNudge:
    """People were reminded."""

    nudge: Nudge


ByPeople = Acknowledge | Assign | SetSeverity | Note | Mitigate | Resolve | Reopen
ByMonitors = JoinAlert | UpdateAlert | ResolveAlert
ByWork = Diagnosed | RemedyDone | AddAction | CloseAction | Move | RecordNudge
Command = ByPeople | ByMonitors | ByWork
