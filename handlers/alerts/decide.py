"""What is to be done about a message, from what it says and how it came."""

from handlers.alerts.fingerprint import fingerprint_of
from handlers.alerts.message import Message
from handlers.alerts.model import Action, Alert, Delivery, Kind, Severity, State
from handlers.alerts.reading import Reading
from handlers.alerts.words import severity_of

MAX_NAME = 512  # CloudWatch allows 255 characters, Slack's own titles are cut long before this
MAX_LINKS = 20

DOES = {
    Action.OPEN: "opens an incident",
    Action.UPDATE: "updates an incident",
    Action.RESOLVE: "resolves an incident",
    Action.IGNORE: "is left alone",
    Action.COMMAND: "is answered as a command",
}


def decide(message: Message, reading: Reading) -> Alert:
    """Return the alert that a reading of a message amounts to."""
    action, because = _action(message, reading)
    is_alert = reading.kind is Kind.ALERT
    facts = reading.facts
    return Alert(
        kind=reading.kind,
        action=action,
        source=reading.source,
        state=reading.state if is_alert else None,
        severity=_severity(reading) if is_alert else None,
        alarm=_short(reading.alarm),
        service=_short(facts.service),
        resource_type=facts.resource_type,
        resource=_short(facts.resource),
        region=facts.region,
        account=facts.account,
        metric=_short(facts.metric),
        error_code=_short(facts.error_code),
        fingerprint=fingerprint_of(reading),
        why=f"{reading.why}; {because or DOES[action]}",
        channel=message.channel,
        ts=message.ts,
        thread_ts=message.thread_ts,
        delivery=message.delivery,
        sender=message.sender,
        severity_raw=_short(reading.severity) if is_alert else None,
        facts=facts,
        links=tuple(link.url for link in message.links[:MAX_LINKS]),
    )


def _action(message: Message, reading: Reading) -> tuple[Action, str | None]:
    """Return the action, with the reason where it is not the plain one."""
    if reading.kind is Kind.COMMAND:
        return Action.COMMAND, None
    if reading.kind is not Kind.ALERT:
        return Action.IGNORE, None
    if reading.quiet:
        return Action.IGNORE, reading.quiet
    if message.unchanged:
        return Action.IGNORE, "only a link preview was added to it"
    return _by_state(message, reading)


def _by_state(message: Message, reading: Reading) -> tuple[Action, str | None]:
    if reading.state is State.RESOLVED:
        return Action.RESOLVE, None
    if reading.state is not State.FIRING:
        return Action.UPDATE, None
    if message.delivery is not Delivery.POST:
        return Action.UPDATE, "an edit or a reply in a thread never opens an incident"
    if reading.repeats:
        return Action.UPDATE, "the monitor tells of it again"
    return Action.OPEN, None


def _severity(reading: Reading) -> Severity | None:
    return severity_of(reading.severity)


def _short(text: str | None) -> str | None:
    text = text.strip() if text else None
    return text[:MAX_NAME] if text else None
