"""One act on an incident: when and by whom; how it enters timeline and times."""

from dataclasses import dataclass, replace
from datetime import datetime

from handlers.incidents.model import Entry, Incident, Kind, Moment, Severity, Times


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """When something was done, and by whom."""

    at: datetime
    who: str

    def entry(self, kind: Kind, text: str) -> Entry:
        """Return the timeline's line about it."""
        return Entry(at=self.at, who=self.who, kind=kind, text=text)


def with_entry(incident: Incident, entry: Entry) -> Incident:
    """Return the incident with one line more."""
    return replace(incident, timeline=(*incident.timeline, entry))


def graded(severity: Severity, before: Severity | None = None) -> str:
    """Return what the timeline says of a severity."""
    was = f"SEV{before:d} -> " if before else ""
    return f"Severity {was}SEV{severity:d}"


def sentence(said: str, text: str) -> str:
    """Return what happened, and a person's own words after it."""
    return f"{said}: {text}" if text else said


def floor(times: Times) -> datetime:
    """Return the latest of the times that an end must not lie before."""
    known = (times.reported, times.acknowledged, times.mitigated, times.reopened)
    return max(one.at for one in known if one is not None)


def earlier_detected(times: Times, detected: Moment | None) -> Times:
    """Return the times with the earlier of both detections.

    A start measured after somebody already noticed cannot be right: it is unknown again.
    """
    if detected is None or (times.detected is not None and times.detected.at <= detected.at):
        return times
    late = times.started is not None and times.started.at > detected.at
    return replace(times, detected=detected, started=None if late else times.started)
