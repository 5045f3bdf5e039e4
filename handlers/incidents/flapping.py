"""Does an alert flap, and does a channel drown: judged from what was seen lately."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.alerts.model import State as AlertState

# Nagios judges by the last 21 checks, 20 possible changes of state, one check in 5 minutes.
# Monitors post their changes and not their checks, so the same span is taken as a time.
# Source: Nagios Core manual, "Detection and Handling of State Flapping"; main configuration
# file, interval_length 60 s; sample template generic-service, check_interval 5.
FLAP_WINDOW = timedelta(minutes=21 * 5)

# Flapping begins at 20 % of 20 possible changes and ends at 5 %.
# Source: Nagios Core sample configuration, high_service_flap_threshold=20.0 and
# low_service_flap_threshold=5.0.
FLAP_BEGINS_CHANGES = 4
FLAP_ENDS_CHANGES = 1

# New alerts that belong to one notification.
# Source: Alertmanager configuration, <route>, group_interval, default 5m.
STORM_WINDOW = timedelta(minutes=5)

# Different alerts in that window that are one piece of news. Own choice: a channel and its
# people take in two a minute, one by one; beyond that nobody reads them.
STORM_ALERTS = 10

# How far back sightings are needed: a firing that a monitor repeats is not a new alert.
# Source: Alertmanager configuration, <route>, repeat_interval, default 4h; and the window above.
SIGHTINGS_KEPT = timedelta(hours=4) + FLAP_WINDOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One message of an alert, as remembered."""

    fingerprint: str
    state: AlertState
    at: datetime
    channel: str


def is_flapping(sightings: Iterable[Sighting], fingerprint: str) -> bool:
    """Return whether the alert flaps after its last sighting; begun, it lasts until it is calm."""
    flapping = False
    changes: list[datetime] = []
    last: AlertState | None = None
    for seen in _of(sightings, fingerprint):
        if last is not None and seen.state is not last:
            changes.append(seen.at)
        last = seen.state
        recent = sum(1 for at in changes if at > seen.at - FLAP_WINDOW)
        flapping = recent >= FLAP_BEGINS_CHANGES or (flapping and recent > FLAP_ENDS_CHANGES)
    return flapping


def newly_firing(sightings: Iterable[Sighting], channel: str, at: datetime) -> frozenset[str]:
    """Return the alerts that began to fire in the channel in the storm window up to `at`."""
    began: dict[str, datetime] = {}
    firing: set[str] = set()
    for seen in sorted(sightings, key=lambda one: one.at):
        if seen.channel != channel or seen.at > at:
            continue
        if seen.state is AlertState.RESOLVED:
            firing.discard(seen.fingerprint)
        elif seen.state is AlertState.FIRING and seen.fingerprint not in firing:
            firing.add(seen.fingerprint)
            began[seen.fingerprint] = seen.at
    return frozenset(name for name, when in began.items() if when > at - STORM_WINDOW)


def _of(sightings: Iterable[Sighting], fingerprint: str) -> list[Sighting]:
    """Return the alert's own sightings that say firing or resolved, oldest first."""
    told = {AlertState.FIRING, AlertState.RESOLVED}
    own = (one for one in sightings if one.fingerprint == fingerprint and one.state in told)
    return sorted(own, key=lambda one: one.at)
