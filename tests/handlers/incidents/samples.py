"""Incidents and alerts for the tests; every test names only what it is about."""

from datetime import UTC, datetime, timedelta

from handlers.alerts.model import Action, Severity, State
from handlers.incidents.alert import AlertFacts
from handlers.incidents.changes import apply, declare, open_for
from handlers.incidents.commands import Command, Declare
from handlers.incidents.model import Incident

NOW = datetime(2026, 9, 14, 7, 42, 31, tzinfo=UTC)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def later(count: float) -> datetime:
    """Return the instant so many minutes after NOW."""
    return NOW + minutes(count)


def an_alert(
    after: float = 0,
    *,
    fingerprint: str | None = "v1:reads",
    action: Action = Action.OPEN,
    state: State = State.FIRING,
    severity: Severity | None = Severity.HIGH,
    source: str = "datadog",
    alarm: str | None = "orders-reads-throttled",
    service: str | None = "dynamodb",
    resource_type: str | None = "table",
    resource: str | None = "orders",
    region: str | None = "eu-west-1",
    account: str | None = "123456789012",
    error_code: str | None = None,
    metric: str | None = None,
    channel: str = "C0ALERTS",
    thread_ts: str | None = None,
) -> AlertFacts:
    at = later(after)
    return AlertFacts(
        action=action,
        source=source,
        at=at,
        channel=channel,
        ts=f"{at.timestamp():.6f}",
        thread_ts=thread_ts,
        state=state,
        fingerprint=fingerprint,
        severity=severity,
        alarm=alarm,
        service=service,
        resource_type=resource_type,
        resource=resource,
        region=region,
        account=account,
        error_code=error_code,
        metric=metric,
    )


def over(alert: AlertFacts, after: float) -> AlertFacts:
    """Return the message with which the monitor ends an alert."""
    return an_alert(
        after,
        fingerprint=alert.fingerprint,
        action=Action.RESOLVE,
        state=State.RESOLVED,
        alarm=alert.alarm,
        source=alert.source,
        channel=alert.channel,
    )


def declared(
    title: str = "Checkout is slow",
    *,
    incident_id: str = "INC-12",
    after: float = 0,
    drill: bool = False,
) -> Incident:
    command = Declare(title=title, drill=drill)
    return declare(command, incident_id=incident_id, now=later(after), who="U0ANN")


def opened(alert: AlertFacts | None = None, *, incident_id: str = "INC-12") -> Incident:
    alert = alert or an_alert()
    return open_for(alert, incident_id=incident_id, now=alert.at)


def after(
    incident: Incident, *commands: Command, minute: float = 1, who: str = "U0ANN"
) -> Incident:
    """Return the incident after these commands, one a minute."""
    for number, command in enumerate(commands):
        incident = apply(incident, command, now=later(minute + number), who=who)
    return incident
