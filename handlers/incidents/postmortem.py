"""The postmortem of an incident, as a value: what both exports tell.

Clocks are honest: each time says how it is known, and one that nobody knows stays unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from diagnostics.model import Confidence
from handlers.incidents.excerpt import Excerpt, PreventionIdea, excerpt
from handlers.incidents.model import (
    Action,
    Diagnosis,
    Entry,
    Followed,
    Incident,
    Kind,
    Known,
    Moment,
    Remedy,
    Subject,
)
from handlers.incidents.search import Predecessor
from handlers.incidents.stored import plain
from handlers.incidents.text import duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """What belongs to a postmortem beside the incident itself."""

    reports: Mapping[str, Mapping[str, object]] = field(default_factory=dict)  # by report id
    merged: tuple[Incident, ...] = ()
    predecessors: tuple[Predecessor, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)  # of people, by Slack id


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One of the incident's times."""

    step: str
    at: datetime | None  # None: unknown, or it has not happened
    known: Known | None
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """How long it hurt, and what showed it."""

    lasted_s: int | None  # None: it has not ended
    at_least: bool  # the start is not known: it lasted that long or longer
    says: str
    alerts: tuple[Followed, ...]
    further_messages: int  # of alerts beyond those


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseFound:
    """The cause and what supports it."""

    id: str
    confidence: Confidence | None
    headline: str
    report_id: str
    report_kept: bool  # False: it has expired, the evidence with it
    excerpt: Excerpt


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the timeline, the merged incidents' lines among them."""

    at: datetime
    who: str
    kind: str
    text: str
    incident: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Postmortem:
    """Everything an export tells."""

    schema: int = 1
    id: str
    title: str
    severity: int
    state: str
    drill: bool
    subject: Subject
    opened_by: str
    assignee: str | None
    merged_into: str | None
    merged_from: tuple[str, ...]
    summary: str
    impact: Impact
    clocks: tuple[Clock, ...]
    timeline: tuple[Line, ...]
    cause: CauseFound | None
    diagnoses: tuple[Diagnosis, ...]
    remedies: tuple[Remedy, ...]
    prevention: tuple[PreventionIdea, ...]
    open_actions: tuple[Action, ...]
    closed_actions: tuple[Action, ...]
    predecessors: tuple[Predecessor, ...]


NOTHING_RELATED = Related()

KNOWN = {
    Known.RECORDED: "recorded here",
    Known.POSTED: "posted by the monitor",
    Known.STATED: "stated by a person",
    Known.MEASURED: "measured by a diagnosis",
    Known.ESTIMATED: "estimated from the nearest known time",
}


def postmortem_json(
    incident: Incident,
    related: Related = NOTHING_RELATED,
) -> dict[str, object]:
    """Return the postmortem as a JSON object; times are UTC with milliseconds."""
    told = plain(postmortem(incident, related), "milliseconds")
    assert isinstance(told, dict)  # noqa: S101 - for mypy: a dataclass becomes an object
    return told


def postmortem(incident: Incident, related: Related = NOTHING_RELATED) -> Postmortem:
    """Return what there is to tell about the incident."""
    impact, cause = _impact(incident), _cause(incident, related)
    return Postmortem(
        id=incident.id,
        title=incident.title,
        severity=int(incident.severity),
        state=incident.state,
        drill=incident.drill,
        subject=incident.subject,
        opened_by=_named(incident.opened_by, related),
        assignee=_named(incident.assignee, related) if incident.assignee else None,
        merged_into=incident.merged_into,
        merged_from=incident.merged_from,
        summary=_summary(incident, impact, cause),
        impact=impact,
        clocks=_clocks(incident),
        timeline=_timeline(incident, related),
        cause=cause,
        diagnoses=incident.diagnoses,
        remedies=incident.remedies,
        prevention=cause.excerpt.prevention if cause else (),
        open_actions=incident.open_actions,
        closed_actions=tuple(one for one in incident.actions if one.closed_at is not None),
        predecessors=related.predecessors,
    )


def _named(who: str, related: Related) -> str:
    return related.names.get(who, who)


def _summary(incident: Incident, impact: Impact, cause: CauseFound | None) -> str:
    drill = "Drill: " if incident.drill else ""
    about = f" on {incident.subject.table}" if incident.subject.table else ""
    found = (
        f"The cause is {cause.confidence or 'named'}: {cause.headline}"
        if cause
        else "No cause has been found."
    )
    return (
        f"{drill}{incident.title} (SEV{incident.severity}{about}) is {incident.state}. "
        f"{impact.says} {found}"
    )


def _impact(incident: Incident) -> Impact:
    times = incident.times
    begin = times.started or times.detected or times.reported
    end = times.mitigated or times.resolved
    lasted = end.at - begin.at if end else None
    at_least = times.started is None
    if lasted is None:
        says = "It has not ended."
    else:
        says = f"It lasted {'at least ' if at_least else ''}{duration(lasted)}."
    return Impact(
        lasted_s=int(lasted.total_seconds()) if lasted is not None else None,
        at_least=at_least,
        says=says,
        alerts=incident.alerts,
        further_messages=incident.unfollowed,
    )


def _clocks(incident: Incident) -> tuple[Clock, ...]:
    times = incident.times
    first = times.detected or times.reported
    no_start = f"unknown; no later than {first.at:%H:%M:%S} UTC, when it was noticed"
    not_yet = "has not happened" if incident.is_live else "unknown; nobody recorded it"
    return (
        _clock("Impact began", times.started, no_start),
        _clock("Detected", times.detected, "unknown"),
        _clock("Reported", times.reported, "unknown"),
        _clock("Acknowledged", times.acknowledged, not_yet),
        _clock("Mitigated", times.mitigated, not_yet),
        _clock("Resolved", times.resolved, not_yet),
        *((_clock("Reopened (last)", times.reopened, ""),) if times.reopened else ()),
    )


def _clock(step: str, moment: Moment | None, otherwise: str) -> Clock:
    if moment is None:
        return Clock(step=step, at=None, known=None, says=otherwise)
    return Clock(step=step, at=moment.at, known=moment.known, says=KNOWN[moment.known])


def _timeline(incident: Incident, related: Related) -> tuple[Line, ...]:
    lines = (
        Line(
            at=entry.at,
            who=_named(entry.who, related),
            kind=entry.kind,
            text=_with_name(entry, related),
            incident=one.id,
        )
        for one in (incident, *related.merged)
        for entry in one.timeline
    )
    return tuple(sorted(lines, key=lambda line: line.at))


def _with_name(entry: Entry, related: Related) -> str:
    """Return the line's text; an assignment ends with a person's id, for which the name stands."""
    if entry.kind is not Kind.ASSIGNED:
        return entry.text
    said, _, user = entry.text.rpartition(" ")
    return f"{said} {_named(user, related)}"


def _cause(incident: Incident, related: Related) -> CauseFound | None:
    diagnosis = incident.diagnosis
    if diagnosis is None or diagnosis.cause is None:
        return None
    report = related.reports.get(diagnosis.report_id)
    return CauseFound(
        id=diagnosis.cause,
        confidence=diagnosis.confidence,
        headline=diagnosis.headline,
        report_id=diagnosis.report_id,
        report_kept=report is not None,
        excerpt=excerpt(report or {}, diagnosis.cause),
    )
