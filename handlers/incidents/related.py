"""Which incident a new alert could belong to: its storm, the same alarm, the same resource."""

from datetime import datetime, timedelta

from handlers.incidents.alert import AlertFacts
from handlers.incidents.flapping import STORM_WINDOW
from handlers.incidents.model import Incident, Origin, State

# Two monitors tell of the same alarm this far apart: one asks CloudWatch every ten minutes
# (Datadog, AWS integration, "Cloud metric delay"), and the metric itself takes some more.
SAME_ALARM_WINDOW = timedelta(minutes=15)

# Alerts about one resource belong together while the last one is not older than this.
# Source: PagerDuty, "Time-Based Alert Grouping", the longest rolling window, 60 minutes.
SAME_RESOURCE_WINDOW = timedelta(hours=1)


def storm_in(incidents: tuple[Incident, ...], channel: str) -> Incident | None:
    """Return the channel's live storm."""
    storms = (
        one
        for one in incidents
        if one.is_live and one.origin is Origin.STORM and one.place and one.place.channel == channel
    )
    return next(storms, None)


def goes_on(storm: Incident | None, at: datetime) -> bool:
    """Return whether the storm still takes in new alerts: the last came within its window."""
    if storm is None:
        return False
    last = max((alert.first_at for alert in storm.alerts), default=storm.times.reported.at)
    return at - last < STORM_WINDOW


def related(
    alert: AlertFacts,
    at: datetime,
    incidents: tuple[Incident, ...],
) -> tuple[Incident, str] | None:
    """Return the incident about the same alarm, else about the same resource, and why.

    A drill takes no real alert in: it stays out of every count.
    """
    real = sorted(
        (one for one in incidents if not one.drill and one.origin is not Origin.STORM),
        key=lambda one: one.updated_at,
        reverse=True,
    )
    for incident in real:
        if _same_alarm(alert, at, incident):
            return incident, f"the same alarm as in {incident.id}, told by another monitor"
    for incident in real:
        if _same_resource(alert, at, incident):
            return incident, f"about {alert.resource}, like {incident.id}"
    return None


def _same_alarm(alert: AlertFacts, at: datetime, incident: Incident) -> bool:
    if alert.alarm is None or alert.region is None or not _may_be(alert, incident):
        return False
    if not incident.is_live and not ended_within(incident, SAME_ALARM_WINDOW, at):
        return False
    name = alert.alarm.casefold()
    return incident.subject.region == alert.region and any(
        one.alarm is not None
        and one.alarm.casefold() == name
        and abs(at - one.last_at) < SAME_ALARM_WINDOW
        for one in incident.alerts
    )


def _same_resource(alert: AlertFacts, at: datetime, incident: Incident) -> bool:
    subject = incident.subject
    if alert.resource is None or not incident.is_live or not _may_be(alert, incident):
        return False
    last = incident.last_alert_at or incident.times.reported.at
    named = (
        {subject.resource, subject.table} if alert.resource_type == "table" else {subject.resource}
    )
    return (
        alert.resource in named
        and _agree(alert.service, subject.service)
        and _agree(alert.resource_type, subject.resource_type)
        and _agree(alert.region, subject.region)
        and at - last < SAME_RESOURCE_WINDOW
    )


def _may_be(alert: AlertFacts, incident: Incident) -> bool:
    """Return whether account and merging do not speak against it."""
    merged = incident.state is State.MERGED
    return not merged and _agree(alert.account, incident.subject.account)


def _agree(one: str | None, other: str | None) -> bool:
    """Return whether two facts can be the same; what is not known contradicts nothing."""
    return one is None or other is None or one == other


def ended_within(incident: Incident, window: timedelta, at: datetime) -> bool:
    """Return whether it is resolved, and that is not longer ago than `window`."""
    resolved = incident.times.resolved
    return resolved is not None and abs(at - resolved.at) <= window
