"""An alert as the incident core needs it: the facts a recogniser read from one message."""

from dataclasses import dataclass
from datetime import datetime

from handlers.alerts.model import Action, Alert, State
from handlers.alerts.model import Severity as Word
from handlers.incidents.model import MONITOR, Severity, Subject
from handlers.incidents.text import FACT_CHARS, clean_line

# A monitor that names no severity is taken for the third of four: looked at, nobody woken.
UNSTATED = Severity.SEV3

SEVERITIES = {
    Word.CRITICAL: Severity.SEV1,
    Word.HIGH: Severity.SEV2,
    Word.MEDIUM: Severity.SEV3,
    Word.LOW: Severity.SEV4,
    Word.INFO: Severity.SEV4,
}

# Posters that tell of single errors and never of an end, although they name a rule.
# Source: their code (a CloudWatch Logs subscription function; Falcosidekick's Slack output).
ONE_WAY_SOURCES = frozenset({"cwlogs-subscription-lambda", "falcosidekick"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFacts:
    """What one message of a monitor says; None where it does not say."""

    action: Action
    source: str
    at: datetime  # when the message was posted, or edited
    channel: str
    ts: str  # of the message itself, also when it was edited later
    thread_ts: str | None = None
    state: State = State.FIRING
    fingerprint: str | None = None
    severity: Word | None = None
    alarm: str | None = None
    service: str | None = None
    resource_type: str | None = None
    resource: str | None = None
    region: str | None = None
    account: str | None = None
    metric: str | None = None
    error_code: str | None = None
    index: str | None = None

    @property
    def says(self) -> State:
        """What it says of the trouble: a message that resolves says resolved in any words."""
        return State.RESOLVED if self.action is Action.RESOLVE else self.state

    @property
    def is_one_way(self) -> bool:
        """Whether its poster tells of errors and never of their end: no rule stands behind it."""
        ruleless = self.alarm is None or self.alarm == self.error_code
        return ruleless or self.source in ONE_WAY_SOURCES


def facts_of(alert: Alert, *, at: datetime, channel: str, ts: str) -> AlertFacts:
    """Return what the incident core needs of an alert.

    Args:
        alert: as read from the message.
        at: when it was posted, or edited (the event's own time).
        channel: where, unless the alert knows.
        ts: the message, likewise.
    """
    return AlertFacts(
        action=alert.action,
        source=alert.source,
        at=at,
        channel=alert.channel or channel,
        ts=alert.ts or ts,
        thread_ts=alert.thread_ts,
        state=alert.state or State.UNKNOWN,
        fingerprint=alert.fingerprint,
        severity=alert.severity,
        alarm=alert.alarm,
        service=alert.service,
        resource_type=alert.resource_type,
        resource=alert.resource,
        region=alert.region,
        account=alert.account,
        metric=alert.metric,
        error_code=alert.error_code,
        index=alert.facts.index,
    )


def severity_of(alert: AlertFacts) -> Severity:
    """Return how bad the monitor says it is."""
    return UNSTATED if alert.severity is None else SEVERITIES[alert.severity]


def subject_of(alert: AlertFacts) -> Subject:
    """Return what the alert is about; a DynamoDB table is named as a table."""
    resource = _fact(alert.resource)
    is_table = alert.resource_type == "table" and alert.service in {"dynamodb", None}
    return Subject(
        service=_fact(alert.service),
        table=resource if is_table else None,
        index=_fact(alert.index),
        region=_fact(alert.region),
        account=_fact(alert.account),
        resource_type=_fact(alert.resource_type),
        resource=resource,
    )


def _fact(text: str | None) -> str | None:
    return clean_line(text, FACT_CHARS) or None if text else None


def title_of(alert: AlertFacts) -> str:
    """Return one line that names the alert: its alarm, else what failed and where."""
    where = f" on {alert.resource}" if alert.resource else ""
    named = alert.alarm or f"{alert.error_code or alert.metric or 'Alert'}{where}"
    return clean_line(named) or f"Alert from {clean_line(alert.source)}"


def monitor(alert: AlertFacts) -> str:
    """Return the `who` of what this monitor did."""
    return f"{MONITOR}{clean_line(alert.source, 60)}"
