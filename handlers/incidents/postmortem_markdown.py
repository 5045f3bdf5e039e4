"""The postmortem as Markdown; every word of people, monitors and logs is escaped."""

from collections.abc import Mapping
from datetime import datetime

from handlers.incidents.markdown import escaped, fenced, row
from handlers.incidents.model import Action, Followed, Helped, Incident
from handlers.incidents.postmortem import (
    NOTHING_RELATED,
    CauseFound,
    Impact,
    Postmortem,
    Related,
    postmortem,
)
from handlers.incidents.search import Predecessor

HELPED = {Helped.YES: "helped", Helped.NO: "did not help", Helped.UNKNOWN: "effect not recorded"}

Names = Mapping[str, str]  # of people, by Slack id


def postmortem_markdown(incident: Incident, related: Related = NOTHING_RELATED) -> str:
    """Return the postmortem as a Markdown document; times are UTC."""
    told, names = postmortem(incident, related), related.names
    sections = (
        _head(told),
        _section("Summary", [escaped(told.summary)]),
        _section("Impact", _impact(told.impact)),
        _section("Times", _clocks(told)),
        _section("Cause", _cause(told.cause)),
        _section("Remedies done", _remedies(told, names), nothing="None was recorded."),
        _section("Prevention", _prevention(told), nothing="No diagnosis proposed any."),
        _section("Open actions", _actions(told.open_actions, names), nothing="None."),
        _section("Actions done", _actions(told.closed_actions, names)),
        _section("Seen before", [_before(one) for one in told.predecessors]),
        _section("Timeline", _timeline(told)),
    )
    return "\n\n".join(section for section in sections if section) + "\n"


def _section(title: str, lines: list[str], *, nothing: str = "") -> str:
    """Return a headed section; without lines what `nothing` says, or no section at all."""
    body = "\n".join(lines) or nothing
    return f"## {title}\n\n{body}" if body else ""


def _head(told: Postmortem) -> str:
    drill = " (drill)" if told.drill else ""
    subject = told.subject
    facts = (
        ("Severity", f"SEV{told.severity}"),
        ("State", told.state),
        ("Service", subject.service),
        ("Table", subject.table),
        ("Index", subject.index),
        ("Resource", None if subject.table else subject.resource),
        ("Region", subject.region),
        ("Account", subject.account),
        ("Opened by", told.opened_by),
        ("Assignee", told.assignee),
        ("Merged into", told.merged_into),
        ("Merged from", ", ".join(told.merged_from)),
    )
    rows = [row(name, escaped(value)) for name, value in facts if value]
    return "\n".join(
        [f"# {told.id}{drill}: {escaped(told.title)}", "", row("", ""), row("---", "---"), *rows],
    )


def _impact(impact: Impact) -> list[str]:
    lines = [impact.says, "", *(_alert(alert) for alert in impact.alerts)]
    if impact.further_messages:
        lines.append(f"- {impact.further_messages} more messages, of alerts not followed singly")
    return lines if len(lines) > len(("says", "")) else [impact.says]


def _alert(alert: Followed) -> str:
    flaps = ", flapping" if alert.flapping else ""
    times = "once" if alert.count == 1 else f"{alert.count} times"
    name = escaped(alert.alarm or "an alert without a name")
    source = escaped(alert.source)
    first = _stamp(alert.first_at)
    return f"- {name} ({source}): told {times} since {first}, last {alert.state}{flaps}"


def _clocks(told: Postmortem) -> list[str]:
    head = [row("Step", "UTC", "How it is known"), row("---", "---", "---")]
    return head + [
        row(clock.step, _stamp(clock.at) if clock.at else "-", clock.says) for clock in told.clocks
    ]


def _cause(cause: CauseFound | None) -> list[str]:
    if cause is None:
        return ["No cause has been found."]
    kept = cause.excerpt
    sure = cause.confidence or "confidence not recorded"
    lines = [f"**{escaped(cause.headline)}** ({escaped(cause.id)}, {sure})", ""]
    lines += [f"- {escaped(one)}" for one in kept.says]
    lines += [_reading(one.source, one.reading, one.at) for one in kept.evidence]
    lines += [f"- Against it: {escaped(one)}" for one in kept.against]
    lines += [
        f"- Change held responsible, {escaped(one.at)}: {escaped(one.what)} "
        f"by {escaped(one.who or 'somebody unknown')}. {escaped(one.why)}"
        for one in kept.changes
    ]
    lines += [f"- Ruled out: {escaped(one)}" for one in kept.ruled_out]
    lines += [f"- Not looked at: {escaped(one)}" for one in kept.not_looked_at]
    lines.append(_kept(cause))
    return lines


def _reading(source: str, reading: str, at: str | None) -> str:
    when = f" at {escaped(at)}" if at else ""
    return f"- Evidence, {escaped(source)}{when}: {escaped(reading)}"


def _kept(cause: CauseFound) -> str:
    if cause.report_kept:
        return f"\nFrom report {escaped(cause.report_id)}."
    return f"\nThe report {escaped(cause.report_id)} is no longer kept, and its evidence with it."


def _remedies(told: Postmortem, names: Names) -> list[str]:
    return [
        f"- {_stamp(one.at)} {escaped(names.get(one.who, one.who))}: {escaped(one.title)} "
        f"({HELPED[one.helped]})"
        for one in told.remedies
    ]


def _prevention(told: Postmortem) -> list[str]:
    lines: list[str] = []
    for idea in told.prevention:
        lines.append(f"- {escaped(idea.title)}")
        if idea.code:
            lines += ["", fenced(idea.code), ""]
    return lines


def _actions(actions: tuple[Action, ...], names: Names) -> list[str]:
    return [
        f"- [{'x' if one.closed_at else ' '}] {one.number}. {escaped(one.text)} "
        f"({escaped(names.get(one.owner, one.owner) if one.owner else 'no owner')})"
        for one in actions
    ]


def _before(one: Predecessor) -> str:
    ended = f"resolved {_stamp(one.resolved_at)}" if one.resolved_at else "not resolved"
    mended = "; ".join(escaped(words) for words in one.mended_by) or "not recorded"
    return (
        f"- {one.id} {escaped(one.title)}: the same {one.alike}, "
        f"reported {_stamp(one.reported_at)}, {ended}; mended by: {mended}"
    )


def _timeline(told: Postmortem) -> list[str]:
    head = [row("UTC", "Incident", "Who", "What"), row("---", "---", "---", "---")]
    return head + [
        row(_stamp(line.at), line.incident, escaped(line.who), escaped(line.text))
        for line in told.timeline
    ]


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"
