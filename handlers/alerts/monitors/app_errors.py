"""Errors that applications, loggers and log subscriptions post themselves."""

import re

from handlers.alerts.facts import Scope, read_facts
from handlers.alerts.fingerprint import error_key
from handlers.alerts.message import Message, Place
from handlers.alerts.model import Facts, Kind, State
from handlers.alerts.monitors.chatbot import alarm_of_title
from handlers.alerts.reading import Reading
from handlers.alerts.sdk_errors import read_sdk_error

SOURCE = "app-error-webhook"
CWLOGS = "cwlogs-subscription-lambda"

# A log level where a log line has one: first, bracketed, or as `level=`.
LEVEL = r"(TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|ERR|CRITICAL|CRIT|FATAL|PANIC|EMERG(?:ENCY)?)"
LEVEL_FIRST = re.compile(rf"^[\s*_\[(]*{LEVEL}[\s*_\])]*(?:\s[|-]|[:|-]|\s|$)")
LEVEL_LOWER = re.compile(r"^\[(trace|debug|info|notice|warn(?:ing)?|error|crit(?:ical)?|fatal)\]\s")
LEVEL_AFTER_TIME = re.compile(
    rf"^\[?\d{{4}}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?\]?[\s|-]+\[?{LEVEL}\b"
)
LEVEL_KEYS = ("level", "loglevel", "severity", "levelname", "lvl")
ALARMING = re.compile(r"^(?:warn|err|crit|fatal|panic|emerg)", re.IGNORECASE)

TIMED_OUT = re.compile(r"\bTask timed out after \d+(?:\.\d+)? seconds\b")
TRACEBACK = re.compile(
    r"\bTraceback \(most recent call last\)|^\s*at [\w$.<>]+\([^)\n]{0,200}:\d+\)|"
    r"^\s*at (?:async )?[\w$.<> \[\]]{0,120}\(?/?[^()\n]{0,300}:\d+:\d+\)?|\bgoroutine \d+ \[|"
    r"^panic: |\bException in thread \"|\bUnhandled(?:Promise)?Rejection|\bunhandledRejection\b|"
    r"\bunhandled exception\b|\bOOMKilled\b|\bout of memory\b",
    re.MULTILINE | re.IGNORECASE,
)
LAMBDA_LINE = re.compile(
    r"\b(?:Runtime exited with error|Process exited before completing request)\b"
)

LOG_LINK = re.compile(
    r"https://[^\s]{0,60}console\.aws\.amazon\.com/cloudwatch/[^\s]{0,60}#logsV2:log-groups/log-group/([^/&?\s]+)",
)
LOG_TITLE = re.compile(r"CloudWatch Alarm \| ([^\n]+)")


def recognise_log_subscription(message: Message) -> Reading | None:
    """Read a log line that a subscription on a log group forwarded under an alarm's title."""
    linked = next((match for match in message.urls(LOG_LINK)), None)
    titled = LOG_TITLE.search(message.visible)
    if linked is None or titled is None:
        return None
    alarm = alarm_of_title([part.strip() for part in titled.group(1).split(" | ")])
    known = Facts(region=alarm.region, account=alarm.account, log_group=_decoded(linked.group(1)))
    facts = read_facts(Scope(message=message, alarm=alarm.name), known)
    return Reading(
        source=CWLOGS,
        why="a log line that a CloudWatch Logs subscription forwarded",
        state=State.FIRING,
        alarm=alarm.name,
        severity=message.value(*LEVEL_KEYS),
        key=(
            "log-subscription",
            facts.account or "",
            facts.region or "",
            alarm.name,
            facts.error_code or "",
            facts.resource or "",
        ),
        facts=facts,
    )


def recognise_app_error(message: Message) -> Reading | None:
    """Read an error by its log level, its stack trace or an AWS SDK's own sentence."""
    text = "\n".join(message.at(Place.TEXT, Place.PRETEXT, Place.TITLE, Place.HEADER, Place.BODY))
    level = log_level(message)
    sdk = read_sdk_error(text)
    told = _told(text)
    if level and not ALARMING.match(level) and not (sdk and told):
        return Reading(source=SOURCE, why=f"a log line of level {level}", kind=Kind.CHATTER)
    if not (level or told or _is_error_sentence(text)):
        return None
    facts = read_facts(Scope(message=message))
    return Reading(
        source=SOURCE,
        why=f"an application's error{f' of level {level}' if level else ''}",
        state=State.FIRING,
        severity=level,
        key=error_key(facts, text),
        facts=facts,
    )


def log_level(message: Message) -> str | None:
    """Return the log level a message starts with or states."""
    for piece in message.pieces:
        if piece.place not in {Place.TEXT, Place.TITLE, Place.HEADER, Place.PRETEXT}:
            continue
        for pattern in (LEVEL_FIRST, LEVEL_LOWER, LEVEL_AFTER_TIME):
            match = pattern.match(piece.plain)
            if match and _is_log(piece.plain, match):
                return match.group(1)
    stated = message.value("level", "loglevel", "levelname", "lvl")
    return stated if stated and re.fullmatch(LEVEL, stated.strip(), re.IGNORECASE) else None


def _is_log(line: str, match: re.Match[str]) -> bool:
    """Whether a level begins a log line; "CRITICAL: x" and "WARNING | x" are a title's words."""
    return not re.search(r"[:|-]\s*$", match.group(0)) and bool(line[match.end() :].strip())


def _told(text: str) -> bool:
    return bool(TIMED_OUT.search(text) or TRACEBACK.search(text) or LAMBDA_LINE.search(text))


def _is_error_sentence(text: str) -> bool:
    """Whether a text is an SDK's error, and not prose that mentions one."""
    return bool(
        re.search(
            r"An error occurred \([^()\s]{1,100}\) when calling the \w+ operation|"
            r"\boperation error \w+: \w+,|\(Service: \w+[;,] Status Code: \d{3}|"
            r"\bendpoint URL: |\bapi error \w+: |"
            r"^(?:[\w.]{0,120}\.)?[A-Z]\w{2,80}(?:Exception|Error): \S",
            text,
            re.MULTILINE,
        )
    )


def _decoded(name: str) -> str:
    return name.replace("$252F", "/").replace("%2F", "/").replace("$2F", "/")
