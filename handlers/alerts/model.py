"""The words of an alert channel: what a message is, and what it says."""

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a message is."""

    ALERT = "alert"
    NOTICE = "notice"  # a service's event with nothing to open
    CI = "ci"
    CHATTER = "chatter"
    COMMAND = "command"  # a person speaks to the bot
    OWN = "own"  # the bot's own post


class Action(StrEnum):
    """What an alert channel does about a message."""

    OPEN = "open"
    UPDATE = "update"
    RESOLVE = "resolve"
    IGNORE = "ignore"
    COMMAND = "command"


class State(StrEnum):
    """Where the problem stands, as the monitor tells it."""

    FIRING = "firing"
    RESOLVED = "resolved"
    ACKNOWLEDGED = "acknowledged"
    UNKNOWN = "unknown"  # no data, insufficient data, the monitor could not look


class Severity(StrEnum):
    """How bad it is, over all monitors' own words."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


class Delivery(StrEnum):
    """How the message came."""

    POST = "post"
    EDIT = "edit"  # an older message, changed
    REPLY = "reply"  # inside a thread
    BROADCAST = "broadcast"  # inside a thread, and shown in the channel


class Basis(StrEnum):
    """How well the resource is founded."""

    STATED = "stated"  # a dimension, an ARN, or a sentence names it
    NAMED = "named"  # read out of the alarm's name: to be confirmed before it is shown as fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """The bot's own Slack ids, by which it knows its own posts."""

    user: str | None = None
    bot: str | None = None
    app: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a message says about the resource in trouble; None where it does not say."""

    service: str | None = None
    resource_type: str | None = None
    resource: str | None = None
    basis: Basis | None = None
    resources: tuple[str, ...] = ()  # all of them, where a grouped alert names several
    region: str | None = None
    account: str | None = None
    metric: str | None = None
    error_code: str | None = None
    error_text: str | None = None  # the SDK's own line
    operation: str | None = None
    index: str | None = None
    function: str | None = None
    log_group: str | None = None
    dimensions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One message of an alert channel, read.

    The first fifteen fields are the reading as printed; the rest is what a bot needs to answer.
    All of it is untrusted text.
    """

    kind: Kind
    action: Action
    source: str
    state: State | None = None
    severity: Severity | None = None
    alarm: str | None = None
    service: str | None = None
    resource_type: str | None = None
    resource: str | None = None
    region: str | None = None
    account: str | None = None
    metric: str | None = None
    error_code: str | None = None
    fingerprint: str | None = None
    why: str

    channel: str | None = None
    ts: str | None = None  # the message's own, also when an edit of it arrives
    thread_ts: str | None = None  # None: not in a thread
    delivery: Delivery = Delivery.POST
    sender: str | None = None  # the name shown in Slack: anybody may choose any
    severity_raw: str | None = None
    facts: Facts = field(default_factory=Facts)
    links: tuple[str, ...] = ()
