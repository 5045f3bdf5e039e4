"""The words of a diagnosis: what is asked, what is found, what is concluded."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from diagnostics.reader import Reader


class SymptomClass(StrEnum):
    """How a failure looked to the one who made the call."""

    REFUSED = "refused"  # AWS answered with an error of the 4xx family, throttles included
    ANSWERED = "answered"  # a 408, 413 or 5xx came back
    EXHAUSTED_RETRIES = "exhausted_retries"  # either of these, with the retries used up
    CONNECT = "connect"  # no connection
    READ = "read"  # connected, no answer in time
    RESET = "reset"  # the connection was closed or reset
    DEADLINE = "deadline"  # the caller's own deadline came first
    UNKNOWN = "unknown"  # nothing but the typed word


class EmittedBy(StrEnum):
    """Who spoke the error."""

    AWS = "aws"
    CLIENT = "client"
    MIDDLEBOX = "middlebox"
    UNKNOWN = "unknown"


class Strength(StrEnum):
    """What a finding does to its cause."""

    PROVES = "proves"
    SUGGESTS = "suggests"
    HINTS = "hints"
    AGAINST = "against"


class Confidence(StrEnum):
    """How sure a verdict is; the rules stand in `verdict`."""

    CONFIRMED = "confirmed"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Conclusion(StrEnum):
    """What the whole report amounts to."""

    CAUSE = "cause"
    CLEAR = "clear"
    INCONCLUSIVE = "inconclusive"


class Why(StrEnum):
    """Why a check could not be answered."""

    DENIED = "denied"
    THROTTLED = "throttled"
    MISSING = "missing"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    BROKEN = "broken"


class Judgement(StrEnum):
    """What a diagnosis says of a change."""

    IMPLICATED = "implicated"
    ACQUITTED = "acquitted"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to diagnose, where, and when it hurt; every default is filled in.

    Resources are names or ARNs as the person gave them; `diagnostics.arn` reads both.
    All times are aware UTC.
    """

    region: str
    since: datetime
    until: datetime
    now: datetime
    service: str = "dynamodb"
    error: str | None = None  # the code or word typed: "408", "ThrottlingException"
    text: str | None = None  # the error text pasted
    table: str | None = None
    index: str | None = None
    function: str | None = None
    ecs: str | None = None  # "cluster/service"
    role: str | None = None
    log_groups: tuple[str, ...] = ()
    subnets: tuple[str, ...] = ()
    lb: str | None = None
    account: str | None = None  # the caller's account id; None: the credentials' own
    regions: tuple[str, ...] = ()  # the configured regions, where a table may also live
    payload: str | None = None  # the request body given with --payload, never shown

    @property
    def has_caller(self) -> bool:
        """Whether anybody said who calls the table."""
        return bool(
            self.function or self.ecs or self.role or self.log_groups or self.subnets,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom:
    """What was seen, and who spoke."""

    symptom_class: SymptomClass
    emitted_by: EmittedBy
    says: str
    first_at: datetime | None = None  # None: the first failure is not known
    count: int | None = None  # None: nobody could count


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One reading with its source, so that a person can repeat it."""

    source: str  # "service:Operation", or a log group's name
    reading: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the facts say about one cause, and how strongly.

    `values` fill the `{names}` of the cause's remedies and prevention.
    """

    cause: str
    strength: Strength
    says: str  # the measured sentence, with values and units
    evidence: tuple[Evidence, ...] = ()
    scope: str | None = None  # the resource it is about; None: the request as a whole
    first_at: datetime | None = None  # when it began to hold, where that is known
    stated_by_aws: bool = False  # AWS itself named the reason (an exception that says it)
    off_path: bool = False  # true, but cannot be behind this symptom: prevention only
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One kind of failure seen in the window, counted."""

    symptom_class: SymptomClass
    emitted_by: EmittedBy
    says: str  # "412 times botocore's ReadTimeoutError ..."
    code: str | None = None
    count: int = 1
    first_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """How many calls the table answered in the window (all callers together)."""

    answered: float
    fresh: bool  # datapoints of the window's last minutes are there


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPath:
    """Resources of one kind that lie on this request's path; the list is complete."""

    kind: str  # "route-table", "role", "key", ...: the kinds of `knowledge/changes.toml`
    ids: frozenset[str]  # ids, names or ARNs


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A deployment or configuration change seen in the window or before it."""

    at: datetime
    what: str  # "UpdateTable: write capacity 400 -> 10"
    event: str  # AWS's event name, without API dates
    source: str  # where it was read: "cloudtrail:LookupEvents", ...
    who: str | None = None
    kind: str | None = None  # kind of the resource, as in OnPath
    resource: str | None = None
    resources: tuple[str, ...] = ()  # everything it touched
    causes: tuple[str, ...] = ()  # the causes it is able to bring about, direction considered
    harmless_because: str | None = None  # its direction cannot hurt: "it raised the capacity"
    lasting: bool = False  # its effect may appear hours later
    by_aws: bool = False  # made by AWS on the account's behalf, such as auto scaling
    failed: str | None = None  # the errorCode, where AWS refused it: it changed nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """An answer that does not reach as far as the question: what it leaves unseen."""

    why: Why
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Whose credentials ask: the account that is read where no other is named."""

    account: str
    arn: str


Said = Finding | Sighting | Traffic | OnPath | Change | Partial | Asker

Facts = TypeVar("Facts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Generic[Facts]):
    """One question, the AWS operations it may call, the causes it may name.

    `gather` reads AWS and catches nothing; `judge` is pure. A check speaks about the
    causes in `finds` and no others, for or against.
    """

    id: str
    asks: str
    reads: frozenset[str]  # "service:Operation", botocore's spelling
    finds: frozenset[str]
    gather: Callable[[Request, "Reader"], Facts]
    judge: Callable[[Facts], Iterator[Said]]
    needs_caller: bool = False  # unanswerable until somebody says who calls
    never_required_because: str | None = None  # the reason, where its silence hides nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The check ran to its end."""

    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotApplicable:
    """The question does not arise here."""

    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """The check could not look."""

    why: Why
    detail: str
    needs: tuple[str, ...] = ()  # IAM actions


Outcome = Answered | NotApplicable | Unanswered


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRun:
    """One check's outcome and how long it took."""

    id: str
    asks: str
    outcome: Outcome
    took_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What mends it: the commands of this incident, its risk and its undo."""

    title: str
    why: str
    commands: tuple[str, ...] = ()
    terraform: str | None = None
    code: str | None = None
    risk: str = ""
    undo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prevention:
    """What would have caught this earlier."""

    kind: str  # "alarm", "iac", "client", "limit", "misconfiguration"
    title: str
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One cause and how sure it is."""

    cause: str
    title: str
    confidence: Confidence
    says: tuple[str, ...]
    evidence: tuple[Evidence, ...] = ()
    against: tuple[str, ...] = ()
    consequence_of: str | None = None
    remedies: tuple[Remedy, ...] = ()
    docs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuledOut:
    """A cause the evidence speaks against, with nothing in support."""

    cause: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedChange:
    """A change with what implicates or acquits it."""

    change: Change
    judgement: Judgement
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One check in the report's list."""

    id: str
    asks: str
    required: bool
    outcome: str  # "problem", "ok", "unanswered", "not_applicable"
    took_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnansweredLine:
    """One check that could not look, in the report's list."""

    check: str
    why: Why
    detail: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything about one diagnosis; renderers need nothing else."""

    request: Request
    symptom: Symptom
    conclusion: Conclusion
    headline: str
    verdicts: tuple[Verdict, ...] = ()
    ruled_out: tuple[RuledOut, ...] = ()
    changes: tuple[JudgedChange, ...] = ()
    unanswered: tuple[UnansweredLine, ...] = ()
    checks: tuple[CheckLine, ...] = ()
    prevention: tuple[Prevention, ...] = ()
    took_ms: int = 0
    aws_calls: int = 0
