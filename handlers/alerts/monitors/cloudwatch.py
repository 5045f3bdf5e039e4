"""CloudWatch alarms, in whatever dress a forwarding function puts them.

Covers AWS's blueprint, terraform-aws-notify-slack, assertible's and arabold's functions, SNS's own
e-mail and JSON, and home-made ones: the console link, the alarm's ARN, the reason sentence and the
state pairs are the same in all of them.
"""

import re
from dataclasses import dataclass

from handlers.alerts.aws_links import alarm_of, arns_in
from handlers.alerts.aws_regions import region_of
from handlers.alerts.facts import Scope, read_facts
from handlers.alerts.message import Message, Place, Tone
from handlers.alerts.model import Facts, State
from handlers.alerts.monitors.forwarders import forwarder_of
from handlers.alerts.reading import Reading
from handlers.alerts.titles import read_title
from handlers.alerts.words import priority_in, state_of

CUSTOM = "custom-cloudwatch-lambdas"
BLUEPRINT = "aws-lambda-blueprint"

STATE_KEYS = (
    "alarmstate",
    "currentstate",
    "newstatevalue",
    "newstate",
    "statechange",
    "statevalue",
    "newstatus",
)
LOOSE_STATE_KEYS = (*STATE_KEYS, "state", "status", "alarmstatus")
NAME_KEYS = ("alarmname", "alarm", "cloudwatchalarm")
STATES = {"ALARM": State.FIRING, "OK": State.RESOLVED, "INSUFFICIENT_DATA": State.UNKNOWN}
STATE = r"(ALARM|OK|INSUFFICIENT_DATA)"
NAME = r"(?:\"(?P<quoted>[^\"\n]{1,255})\"|(?P<bare>[^\s\"]{1,255}?))"

# 'ALARM: "name" in US East (N. Virginia)': the subject SNS gives an alarm's message.
SUBJECT = re.compile(STATE + r": \"(?P<quoted>[^\"\n]{1,255})\" in (?P<region>[^\n]{2,60})")
# "name state is now ALARM: reason", "The alarm name changed state to ALARM: reason".
SENTENCE = re.compile(r"(?P<bare>[^\s:][^\n]{0,255}?) state is now " + STATE + r"\b")
CHANGED = re.compile(
    r"\b[Aa]larm:? " + NAME + r" (?:has )?(?:changed|transitioned)(?: its)?(?: state)?"
    r"(?: from \w{1,20})? to " + STATE + r"\b"
)
IS_IN = re.compile(
    r"\b[Aa]larm:? " + NAME + r" (?:is|went|entered|is now)(?: in| into)?(?: the)? " + STATE + r"\b"
)
FIRED = re.compile(
    r"\b[Aa]larm:? " + NAME + r" (?:has |was |is )?(?:now )?"
    r"(?:fired|triggered|resolved|recovered|cleared|in alarm)\b"
)
SENTENCES = (SUBJECT, SENTENCE, CHANGED, IS_IN, FIRED)
LEAD_IN = re.compile(
    r"[\W_]*(?:(?:the|aws|amazon|your|cloudwatch|alert|alarm|notification)[\W_]*){0,4}",
    re.IGNORECASE,
)

# The reason CloudWatch writes. Source: CloudWatch's DescribeAlarmHistory, `stateReason`.
REASON = re.compile(
    r"\b(?:Threshold Crossed|Insufficient Data|Unchecked: Initial alarm creation)\b"
)
TRANSITION = re.compile(STATE + r" (?:->|\u2192) " + STATE)
COMPOSITE = re.compile(r"arn:\S{1,80}:alarm:\S{1,255} transitioned to " + STATE)
NOT_CROSSED = re.compile(r"\b(?:was|were) not (?:greater|less|lower) than\b")
CROSSED = re.compile(r"\b(?:was|were) (?:greater|less|lower) than\b")
GOOD_EMOJI = frozenset({"white_check_mark", "\u2705", "large_green_circle", "\U0001f7e2"})

TARGET_TRACKING = re.compile(r"^TargetTracking-")
MANAGED = "DO NOT EDIT OR DELETE"  # how Application Auto Scaling describes its alarms


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAlarm:
    """The alarm a message tells of."""

    name: str
    region: str | None = None
    account: str | None = None


def recognise_cloudwatch(message: Message) -> Reading | None:
    """Read an alarm by what CloudWatch itself writes."""
    found = find_alarm(message)
    if found is None:
        return None
    return alarm_reading(
        message,
        found,
        source=forwarder_of(message) or (BLUEPRINT if _is_bare_sentence(message) else CUSTOM),
        why="a CloudWatch alarm, told by its own words",
    )


def find_alarm(message: Message) -> FoundAlarm | None:
    """Return the alarm a message tells of: by sentence, by pairs, by link or ARN with a state."""
    linked = alarm_of(message)
    region = linked.region if linked else None
    spoken = _spoken(message)
    if spoken:
        return FoundAlarm(name=spoken.name, region=spoken.region or region)
    text = message.visible
    told = bool(REASON.search(text) or TRANSITION.search(text) or _stated(message))
    named = message.value(*NAME_KEYS)
    if named and told:
        return FoundAlarm(name=_clean(named), region=region)
    if linked and (told or any(read_title(line).state for line in message.headlines[:3])):
        return FoundAlarm(name=linked.name, region=region)
    alarm = next((thing for thing in arns_in(text) if thing.service == "cloudwatch"), None)
    if alarm and told:
        return FoundAlarm(name=alarm.name, region=alarm.region, account=alarm.account)
    return None


def alarm_in_subject(text: str) -> FoundAlarm | None:
    """Return the alarm of an SNS subject or a blueprint sentence that another tool repeats."""
    match = SUBJECT.search(text)
    if match:
        return FoundAlarm(name=match["quoted"], region=region_of(match["region"]))
    match = SENTENCE.search(text)
    return FoundAlarm(name=_clean(match["bare"])) if match else None


def alarm_reading(message: Message, alarm: FoundAlarm, *, source: str, why: str) -> Reading:
    """Return the reading of a CloudWatch alarm whose name is known."""
    body = COMPOSITE.sub(" ", message.readable)
    owners = (thing.account for thing in arns_in(message.readable) if thing.service == "cloudwatch")
    facts = read_facts(
        Scope(message=message, alarm=alarm.name, text=body),
        Facts(region=alarm.region, account=alarm.account or next(owners, None)),
    )
    return Reading(
        source=source,
        why=why,
        state=alarm_state(message),
        alarm=alarm.name,
        severity=message.value("severity", "priority") or priority_in(_description(message)),
        key=alarm_key(facts, alarm.name),
        quiet=_quiet(alarm.name, message),
        facts=facts,
    )


def alarm_key(facts: Facts, name: str) -> tuple[str, ...]:
    """Return what identifies a CloudWatch alarm, whoever forwards it."""
    return ("cloudwatch", facts.account or "", facts.region or "", name)


def alarm_state(message: Message) -> State:
    """Return an alarm's state: stated pair, sentence, transition, comparison, title, looks."""
    stated = message.value(*STATE_KEYS) or _stated(message)
    state = state_of(stated) if stated else None
    if state:
        return state
    text = message.visible
    for pattern in (SUBJECT, SENTENCE, CHANGED, IS_IN, COMPOSITE, TRANSITION):
        match = pattern.search(text)
        if match:
            return STATES[[word for word in match.groups() if word in STATES][-1]]
    return _state_by_reason(text) or _state_by_looks(message)


def _state_by_reason(text: str) -> State | None:
    if "Insufficient Data" in text:
        return State.UNKNOWN
    if NOT_CROSSED.search(text):
        return State.RESOLVED
    return State.FIRING if CROSSED.search(text) else None


def _state_by_looks(message: Message) -> State:
    titled = next(filter(None, (read_title(line).state for line in message.headlines[:3])), None)
    if titled:
        return titled
    good = Tone.GREEN in message.tones or not GOOD_EMOJI.isdisjoint(message.emoji)
    return State.RESOLVED if good else State.FIRING


def _spoken(message: Message) -> FoundAlarm | None:
    """Find a sentence where a text begins: further in, another tool quotes it."""
    places = (Place.TEXT, Place.HEADER, Place.TITLE, Place.PRETEXT, Place.BODY)
    for text in message.at(*places):
        for pattern in SENTENCES:
            match = pattern.search(text[:2_000])
            if match and pattern is FIRED and not _is_cloudwatch(text):
                continue
            if match and LEAD_IN.fullmatch(text[: match.start()]):
                named = match.groupdict()
                name = named.get("quoted") or named.get("bare") or ""
                return FoundAlarm(name=_clean(name), region=region_of(named.get("region")))
    return None


def _is_cloudwatch(text: str) -> bool:
    """Whether a text is CloudWatch's: others' alarms are triggered too."""
    return bool(REASON.search(text)) or "cloudwatch" in text.lower()


def _stated(message: Message) -> str | None:
    """Return a state pair's value where it holds CloudWatch's own words."""
    stated = message.value(*LOOSE_STATE_KEYS)
    return stated if stated and re.search(rf"(?<![A-Z_]){STATE}(?![A-Z_])", stated) else None


def _is_bare_sentence(message: Message) -> bool:
    texts = message.at(Place.TEXT, Place.BODY)
    return len(message.pieces) == 1 and bool(texts) and bool(SENTENCE.match(texts[0]))


def _description(message: Message) -> str:
    return message.value("alarmdescription", "description") or ""


def _quiet(name: str, message: Message) -> str | None:
    if TARGET_TRACKING.match(name) or MANAGED in message.readable:
        return "it drives auto scaling and is no problem by itself"
    return None


def _clean(name: str) -> str:
    return name.strip().strip("\"'*").strip()
