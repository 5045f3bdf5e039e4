"""AWS Health events, from Amazon Q, terraform-aws-notify-slack or aws-health-tools."""

import re

from handlers.alerts.aws_names import service_name
from handlers.alerts.aws_regions import region_of
from handlers.alerts.facts import Scope, read_facts
from handlers.alerts.message import Message
from handlers.alerts.model import Facts, Kind, State
from handlers.alerts.monitors.forwarders import HEALTH_TOOLS, forwarder_of
from handlers.alerts.reading import UNKNOWN_SOURCE, Reading
from handlers.alerts.resources import kind_of_id

CODE = re.compile(r"\bAWS_[A-Z0-9]{2,40}(?:_[A-Z0-9]{2,40}){1,12}\b")
EVENT_ARN = re.compile(
    r"arn:aws[a-z-]{0,20}:health:([a-z0-9-]{0,30}):(?:\d{12})?:event/([A-Z0-9]{2,40})/(AWS_[A-Z0-9_]{3,120})/"
    r"([\w-]{1,200})",
)
TITLE = re.compile(r"\bAWS Health Event\b")
# Events that announce and break nothing. Source: AWS Health user guide, event type categories
# scheduledChange and accountNotification, and the codes AWS gives them.
ANNOUNCES = re.compile(
    r"SCHEDULED|MAINTENANCE|NOTIFICATION|UPCOMING|PLANNED|RETIREMENT|LIFECYCLE|BILLING|"
    r"EXPIRATION|RENEWAL|REMINDER|END_OF|_EOL|SECURITY_UPDATE|DEPRECATION",
)
RESOLVED = re.compile(
    r"\[RESOLVED\]|\bservice is operating normally\b|\bissue has been resolved\b", re.IGNORECASE
)
CLOSED_WORDS = frozenset({"closed", "resolved"})


def recognise_health(message: Message) -> Reading | None:
    """Read an AWS Health event by its event code or the event's ARN."""
    arn = next((match for match in map(EVENT_ARN.search, _urls_and_text(message)) if match), None)
    code = arn.group(3) if arn else _code(message)
    if code is None:
        return None
    status = _status(message)
    announces = status == "upcoming" or bool(ANNOUNCES.search(code))
    return health_reading(
        message,
        source=forwarder_of(message) or (HEALTH_TOOLS if arn else UNKNOWN_SOURCE),
        code=code,
        state=_state(message, status),
        event=arn.group(0) if arn else None,
        announces=announces,
    )


def health_reading(
    message: Message,
    *,
    source: str,
    code: str,
    state: State,
    event: str | None,
    announces: bool,
) -> Reading:
    """Return the reading of a Health event whose code is known."""
    region = re.search(r":health:([a-z0-9-]{4,30}):", event) if event else None
    service = message.value("affectedservice", "service")
    affected = _affected(message)
    known = Facts(
        service=service_name(service) if service else _service(code),
        resource=affected,
        resource_type=kind_of_id(affected) if affected else None,
        region=region_of(region.group(1)) if region else None,
    )
    facts = read_facts(Scope(message=message, alarm=code, errors=False), known)
    key = (
        (event,) if event else (code, facts.region or "", facts.account or "", facts.resource or "")
    )
    return Reading(
        source=source,
        why="an AWS Health event that announces something" if announces else "an AWS Health event",
        kind=Kind.NOTICE if announces else Kind.ALERT,
        state=None if announces else state,
        alarm=code,
        key=("health", *key),
        facts=facts,
    )


def _urls_and_text(message: Message) -> tuple[str, ...]:
    return (*(link.url for link in message.links), message.visible)


def _code(message: Message) -> str | None:
    """Return the event's code where the message says that it is a Health event's."""
    stated = message.value("eventtypecode", "code", "eventcode")
    if stated and CODE.fullmatch(stated.strip()):
        return stated.strip()
    if not TITLE.search(message.visible):
        return None
    match = CODE.search(message.visible)
    return match.group(0) if match else None


def _status(message: Message) -> str | None:
    stated = message.value("statuscode", "eventstatus", "status")
    title = re.search(r"\|\s*(open|closed|upcoming)\s*$", message.visible, re.MULTILINE)
    word = stated or (title.group(1) if title else None)
    return word.lower() if word else None


def _state(message: Message, status: str | None) -> State:
    if status in CLOSED_WORDS or RESOLVED.search(message.visible):
        return State.RESOLVED
    ended = message.value("endtime")
    has_ended = bool(ended and re.search(r"\d{4}", ended))
    return State.RESOLVED if has_ended else State.FIRING


def _service(code: str) -> str | None:
    """Return the service of a code such as AWS_EC2_OPERATIONAL_ISSUE."""
    name = service_name(code.split("_")[1])
    return None if name in {"account", "billing", "multiple"} else name


def _affected(message: Message) -> str | None:
    stated = next(
        (pair.value for pair in message.pairs if pair.key.startswith("affectedresources")),
        None,
    )
    name = stated.split()[0].strip(",") if stated and stated.split() else None
    return name if name and re.search(r"\w", name) and name != "<unknown>" else None
