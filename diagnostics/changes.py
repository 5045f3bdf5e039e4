"""Implicate or acquit each change by time, mechanism and scope. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from diagnostics import arn
from diagnostics.knowledge import Knowledge
from diagnostics.model import (
    Change,
    Confidence,
    JudgedChange,
    Judgement,
    OnPath,
    Verdict,
)

# A configuration change shows its effect within half an hour, and clocks of different
# services differ by up to two minutes. Engineering judgement.
QUICK = timedelta(minutes=30)
CLOCKS = timedelta(minutes=2)
# Expiring tokens, cached keys, scale-in and the next traffic peak show later. As above.
SLOW = timedelta(hours=6)


def judge(
    changes: Iterable[Change],
    verdicts: Sequence[Verdict],
    paths: Iterable[OnPath],
    first_at: datetime | None,
    knowledge: Knowledge,
) -> tuple[JudgedChange, ...]:
    """Return each change with its judgement, the newest first.

    A change is implicated when time, mechanism and scope agree with a confirmed or likely
    cause. It is acquitted when the first failure is known and one of the three is
    contradicted. Otherwise it stays undecided.
    """
    sure = [v for v in verdicts if v.confidence is not Confidence.POSSIBLE]
    on_path: dict[str, set[str]] = {}
    for path in paths:
        on_path.setdefault(path.kind, set()).update(path.ids)
    judged = []
    for change in changes:
        judgement, why = _judge(change, sure, on_path, first_at, knowledge)
        judged.append(JudgedChange(change=change, judgement=judgement, why=why))
    return tuple(sorted(judged, key=lambda j: (-j.change.at.timestamp(), j.change.what)))


def _judge(
    change: Change,
    sure: Sequence[Verdict],
    on_path: Mapping[str, set[str]],
    first_at: datetime | None,
    knowledge: Knowledge,
) -> tuple[Judgement, str]:
    if first_at is None:
        return Judgement.UNDECIDED, "The first failure is not known, so nothing is acquitted."
    guilty = _mechanism(change, sure, knowledge)
    innocent = _contradiction(change, sure, guilty, on_path, first_at)
    if innocent is not None:
        return Judgement.ACQUITTED, innocent
    if guilty is not None and _in_scope(change, on_path):
        when = _ago(first_at - change.at)
        return Judgement.IMPLICATED, f"It can bring about {guilty}, and it came {when} the failure."
    return Judgement.UNDECIDED, "Nothing links it to the failure, and nothing clears it."


def _mechanism(change: Change, sure: Sequence[Verdict], knowledge: Knowledge) -> str | None:
    """Return the sure cause that the change can bring about, directly or through others."""
    if change.harmless_because or change.failed or change.by_aws:
        return None
    for verdict in sure:
        roots = {verdict.cause} | knowledge.explained_by(verdict.cause)
        named = {v.cause for v in sure} & roots
        if set(change.causes) & named:
            return verdict.cause
    return None


def _contradiction(
    change: Change,
    sure: Sequence[Verdict],
    guilty: str | None,
    on_path: Mapping[str, set[str]],
    first_at: datetime,
) -> str | None:
    """Return what clears the change, or None."""
    if change.harmless_because:
        return f"Its direction clears it: {change.harmless_because}."
    if change.failed:
        return f"AWS refused it ({change.failed}), so it changed nothing."
    when = _ago(first_at - change.at)
    if change.at > first_at + CLOCKS:
        return f"It came {when} the first failure."
    if change.at < first_at - (SLOW if change.lasting or guilty is None else QUICK):
        return f"It came {when} the first failure, too early to be behind it."
    if _in_scope(change, on_path) is False:
        return f"{change.resource} is not on this request's path."
    if sure and guilty is None and sure[0].confidence is Confidence.CONFIRMED:
        return f"A change of this kind cannot bring about {sure[0].cause}, which is confirmed."
    return None


def _in_scope(change: Change, on_path: Mapping[str, set[str]]) -> bool | None:
    """Whether the change touched something on the path; None: that is not known."""
    if change.kind is None or change.kind not in on_path:
        return None
    known = on_path[change.kind]
    names = {arn.name_of(i) for i in known} | known
    touched = {change.resource, *change.resources} - {None}
    if not touched:
        return None
    return any(t in names or arn.name_of(t) in names for t in touched if t)


def _ago(gap: timedelta) -> str:
    """Return "12 min before" or "3 min after"."""
    minutes = abs(gap.total_seconds()) / 60
    amount = f"{minutes * 60:.0f} s" if minutes < 1 else f"{minutes:.0f} min"
    if minutes >= 120:  # noqa: PLR2004 - two hours, said in hours from there on
        amount = f"{minutes / 60:.1f} h"
    return f"{amount} {'before' if gap >= timedelta() else 'after'}"
