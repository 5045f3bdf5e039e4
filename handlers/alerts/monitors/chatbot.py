"""AWS Chatbot, since 2025 called Amazon Q Developer in chat applications."""

import re
from dataclasses import replace

from handlers.alerts.aws_links import alarm_of
from handlers.alerts.aws_regions import region_of
from handlers.alerts.facts import Scope, read_facts
from handlers.alerts.message import Message, Place
from handlers.alerts.model import Kind, State
from handlers.alerts.monitors.aws_events import recognise_aws_event
from handlers.alerts.monitors.cloudwatch import FoundAlarm, alarm_reading, find_alarm
from handlers.alerts.monitors.general import recognise_general
from handlers.alerts.monitors.health import recognise_health
from handlers.alerts.reading import Reading

SOURCE = "aws-chatbot-amazon-q"
APP = "A6L22LZNH"  # the app's id, the same in every workspace

TITLE = re.compile(
    r"^\W*((?:AWS |Amazon |CloudWatch )[A-Z][A-Za-z0-9 .&()-]{2,60}?|"
    r"[A-Z][A-Za-z0-9 ]{2,40}) \| (.+)$",
)
STATUS = frozenset({"open", "closed", "upcoming"})
ACCOUNT = re.compile(r"^Account: ?(\d{4,14})$")

# Cards that tell of money, changes and tidiness. Source: AWS Chatbot administrator guide,
# "Monitoring AWS services"; their layouts are not documented, their titles are.
NOTICES = re.compile(
    r"Cost|Budget|Billing|Trusted Advisor|Config|CloudFormation|Notification", re.IGNORECASE
)
PIPELINES = re.compile(
    r"CodePipeline|CodeBuild|CodeDeploy|CodeCommit|Pipeline|Elastic Container Registry"
)
FINDINGS = re.compile(r"GuardDuty|Security Hub|DevOps Guru|Inspector|Macie")


def recognise_chatbot(message: Message) -> Reading | None:
    """Read a card of the Amazon Q app; what it says in conversation is chatter."""
    if message.app != APP:
        return None
    title = card_title(message)
    if title is None:
        return _untitled(message)
    what, parts = title
    if what == "CloudWatch Alarm":
        return _alarm(message, parts)
    if what == "AWS Health Event":
        return _renamed(recognise_health(message)) or _card(message, what, parts)
    return _card(message, what, parts)


def card_title(message: Message) -> tuple[str, list[str]] | None:
    """Return what a card is about and the parts of its title after that."""
    labels = [link.label for link in message.links]
    for text in (*labels, *message.headlines, *message.at(Place.FALLBACK)):
        match = TITLE.match(re.sub(r":[a-z_0-9]+:", "", text).strip(" *"))
        if match:
            return match.group(1).strip(), [part.strip() for part in match.group(2).split(" | ")]
    return None


def alarm_of_title(parts: list[str]) -> FoundAlarm:
    """Return the alarm of "name | region | Account: 1234"; a name may hold bars itself."""
    rest, region, account = list(parts), None, None
    while len(rest) > 1:
        owner = ACCOUNT.match(rest[-1]) or re.fullmatch(r"(\d{12})", rest[-1])
        if owner and account is None:
            account = owner.group(1)
        elif region is None and region_of(rest[-1]) == rest[-1]:
            region = rest[-1]
        else:
            break
        rest.pop()
    return FoundAlarm(name=" | ".join(rest), region=region, account=account)


def _alarm(message: Message, parts: list[str]) -> Reading:
    titled, linked = alarm_of_title(parts), alarm_of(message)
    alarm = FoundAlarm(
        name=linked.name if linked else titled.name,
        region=titled.region or (linked.region if linked else None),
        account=titled.account,
    )
    return alarm_reading(message, alarm, source=SOURCE, why="an alarm card of Amazon Q")


def _card(message: Message, what: str, parts: list[str]) -> Reading | None:
    facts = read_facts(Scope(message=message, errors=False))
    if PIPELINES.search(what):
        return Reading(source=SOURCE, why=f"a card of {what}", kind=Kind.CI, facts=facts)
    if FINDINGS.search(what) and not NOTICES.search(what):
        name = next((part for part in parts if not _is_place(part)), what)
        return Reading(
            source=SOURCE,
            why=f"a card of {what}",
            state=State.FIRING,
            alarm=name,
            severity=message.value("severity"),
            facts=facts,
        )
    return Reading(
        source=SOURCE, why=f"a card of {what}, nothing to open", kind=Kind.NOTICE, facts=facts
    )


def _is_place(part: str) -> bool:
    return bool(ACCOUNT.match(part) or region_of(part) == part or part in STATUS)


def _untitled(message: Message) -> Reading | None:
    """Read a custom notification, whose words are anybody's; an answer in a thread is talk."""
    if message.thread_ts is None and _is_card(message):
        for recognise in (recognise_health, recognise_aws_event, recognise_general):
            reading = recognise(message)
            if reading:
                return _renamed(reading)
    return Reading(source=SOURCE, why="Amazon Q talks", kind=Kind.CHATTER)


def _is_card(message: Message) -> bool:
    return bool(message.colours or message.at(Place.HEADER) or find_alarm(message))


def _renamed(reading: Reading | None) -> Reading | None:
    return replace(reading, source=SOURCE) if reading else None
