"""One diagnosis, from the request to the report."""

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from diagnostics import arn, changes, knowledge, verdict
from diagnostics.checks import ALL
from diagnostics.knowledge import Knowledge
from diagnostics.model import (
    Answered,
    Asker,
    Change,
    Check,
    CheckLine,
    CheckRun,
    Conclusion,
    Confidence,
    NotApplicable,
    OnPath,
    Partial,
    Report,
    Request,
    Sighting,
    Strength,
    Symptom,
    Traffic,
    Unanswered,
    UnansweredLine,
)
from diagnostics.reader import Reader
from diagnostics.run import Progress, run
from diagnostics.symptom import symptom_of
from diagnostics.verdict import Ranking

logger = logging.getLogger(__name__)

# Every question of a diagnosis shares this deadline.
DEADLINE_S = 25.0
# A window that ended this long ago has all of its metrics. Source: CloudWatch delivers
# DynamoDB's metrics within minutes (developer guide, "Monitoring metrics with CloudWatch").
SETTLED_AFTER = timedelta(minutes=5)

# CloudTrail and the service that was changed tell of one change within this time.
SAME_CHANGE = timedelta(minutes=3)

Kind = TypeVar("Kind")


def diagnose(
    request: Request,
    reader: Reader,
    *,
    deadline_s: float = DEADLINE_S,
    on_progress: Progress | None = None,
    checks: Sequence[Check[Any]] = ALL,
) -> Report:
    """Return the report on one request, within `deadline_s` seconds.

    Never raises for what AWS does or withholds. `on_progress` is called as each check
    ends, in the calling thread.
    """
    logger.info("diagnosis starts table=%s region=%s", request.table, request.region)
    started = time.monotonic()
    runs = run(checks, request, reader, deadline_s=deadline_s, on_progress=on_progress)
    took_ms = round((time.monotonic() - started) * 1000)
    report = conclude(request, checks, runs, took_ms=took_ms, aws_calls=reader.calls)
    logger.info("diagnosis done conclusion=%s took_ms=%d", report.conclusion, took_ms)
    return report


def conclude(
    request: Request,
    checks: Sequence[Check[Any]],
    runs: Sequence[CheckRun],
    *,
    took_ms: int,
    aws_calls: int,
) -> Report:
    """Return the report that the checks' outcomes amount to. Pure."""
    known = knowledge.load()
    request = _with_account(request, runs)
    symptom = symptom_of(request, tuple(_said(runs, Sighting)))
    ranking = verdict.rank(request, symptom, checks, runs, known)
    required = {check.id for check in checks if verdict.is_required(check, request, symptom, known)}
    outlook = _Outlook(request=request, symptom=symptom, runs=runs, required=frozenset(required))
    conclusion = _conclusion(outlook, ranking)
    return Report(
        request=request,
        symptom=symptom,
        conclusion=conclusion,
        headline=_headline(conclusion, outlook, ranking),
        verdicts=ranking.verdicts,
        ruled_out=ranking.ruled_out,
        changes=_judged_changes(runs, symptom, ranking, known),
        unanswered=tuple(_unanswered(runs)),
        checks=tuple(_check_line(r, r.id in required, symptom, known) for r in runs),
        prevention=ranking.prevention,
        took_ms=took_ms,
        aws_calls=aws_calls,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outlook:
    """What was asked and how much of it could be answered."""

    request: Request
    symptom: Symptom
    runs: Sequence[CheckRun]
    required: frozenset[str]

    @property
    def unanswered(self) -> tuple[CheckRun, ...]:
        """The required checks that could not be answered."""
        return tuple(
            r for r in self.runs if r.id in self.required and isinstance(r.outcome, Unanswered)
        )

    @property
    def partly(self) -> tuple[CheckRun, ...]:
        """The required checks whose answer does not reach as far as their question."""
        return tuple(r for r in self.runs if r.id in self.required and _said([r], Partial))

    @property
    def settled(self) -> bool:
        """Whether the metrics of the window's last minutes are there."""
        if self.request.now - self.request.until >= SETTLED_AFTER:
            return True
        return any(traffic.fresh for traffic in _said(self.runs, Traffic))


def _conclusion(outlook: _Outlook, ranking: Ranking) -> Conclusion:
    if any(v.confidence is not Confidence.POSSIBLE for v in ranking.verdicts):
        return Conclusion.CAUSE
    if ranking.verdicts or outlook.unanswered or outlook.partly or not outlook.settled:
        return Conclusion.INCONCLUSIVE
    return Conclusion.CLEAR


def _headline(conclusion: Conclusion, outlook: _Outlook, ranking: Ranking) -> str:
    if conclusion is Conclusion.CAUSE:
        return _cause_headline(ranking)
    if conclusion is Conclusion.CLEAR:
        return f"Nothing is wrong that the checks can see. {_rate(outlook)}".strip()
    unanswered = outlook.unanswered
    blind = f"{len(unanswered)} of {len(outlook.required)} required checks could not look"
    if ranking.verdicts:
        lead = ranking.verdicts[0].title
        tail = f", and {blind}" if unanswered else ""
        return f"No cause is certain{tail}. The best lead so far: {lead}."
    if unanswered:
        return f"No cause found, but {blind}: this is not an all-clear."
    if outlook.partly:
        short = f"{len(outlook.partly)} of {len(outlook.required)} required checks"
        return f"No cause found, but {short} did not see everything: this is not an all-clear."
    return "No cause found yet; the window's last minutes have no metrics, so ask again in 5 min."


def _cause_headline(ranking: Ranking) -> str:
    first = ranking.verdicts[0]
    sure = "" if first.confidence is Confidence.CONFIRMED else " (likely)"
    parts = [f"{first.title}{sure}: {first.says[0].rstrip('. ')}."]
    if first.cause in ranking.behind_unknown:
        parts.append("What is behind it is unknown.")
    beside = [
        v
        for v in ranking.verdicts[1:]
        if v.confidence is not Confidence.POSSIBLE and v.consequence_of is None
    ]
    if beside:
        parts.append(f"Beside it: {beside[0].title}.")
    if first.remedies:
        parts.append(f"Next: {first.remedies[0].title}.")
    return " ".join(parts)


def _rate(outlook: _Outlook) -> str:
    """Return the measured share of failures, in words."""
    failed = outlook.symptom.count
    answered = max((t.answered for t in _said(outlook.runs, Traffic)), default=None)
    if not failed or not answered:
        return ""
    share = 100 * failed / (failed + answered)
    return (
        f"{failed} failures beside {answered:,.0f} answered calls are {share:.2g} %: "
        "no action, watch whether it grows."
    )


def _with_account(request: Request, runs: Sequence[CheckRun]) -> Request:
    """Return the request with the account that was read, where nobody named one."""
    askers = _said(runs, Asker)
    if request.account is not None or not askers:
        return request
    return replace(request, account=askers[0].account)


def _judged_changes(
    runs: Sequence[CheckRun], symptom: Symptom, ranking: Ranking, known: Knowledge
) -> tuple[Any, ...]:
    return changes.judge(
        _once(_said(runs, Change)),
        ranking.verdicts,
        _said(runs, OnPath),
        _first_failure(runs, symptom, ranking),
        known,
    )


def _once(seen: Iterable[Change]) -> list[Change]:
    """Return each change once, where two sources tell of it: the earlier check's telling."""
    kept: list[Change] = []
    for change in seen:
        twin = any(
            k.event == change.event
            and k.source != change.source
            and _same_resource(k, change)
            and abs(k.at - change.at) <= SAME_CHANGE
            for k in kept
        )
        if not twin:
            kept.append(change)
    return kept


def _same_resource(one: Change, other: Change) -> bool:
    names = [arn.name_of(c.resource) for c in (one, other) if c.resource]
    return len(names) == len((one, other)) and names[0] == names[1]


def _first_failure(runs: Sequence[CheckRun], symptom: Symptom, ranking: Ranking) -> datetime | None:
    """Return when it first hurt: the first failed call, else the first proof's own time."""
    sure = {v.cause for v in ranking.verdicts if v.confidence is Confidence.CONFIRMED}
    times = [
        f.first_at
        for run_ in runs
        for f in verdict.findings_of(run_)
        if f.cause in sure and f.first_at and f.strength is Strength.PROVES
    ]
    return symptom.first_at or min(times, default=None)


def _said(runs: Iterable[CheckRun], kind: type[Kind]) -> list[Kind]:
    return [
        said
        for run_ in runs
        if isinstance(run_.outcome, Answered)
        for said in run_.outcome.said
        if isinstance(said, kind)
    ]


def _unanswered(runs: Iterable[CheckRun]) -> Iterable[UnansweredLine]:
    for run_ in runs:
        if isinstance(run_.outcome, Unanswered):
            yield UnansweredLine(
                check=run_.id,
                why=run_.outcome.why,
                detail=run_.outcome.detail,
                needs=run_.outcome.needs,
            )
        for partial in _said([run_], Partial):
            yield UnansweredLine(check=run_.id, why=partial.why, detail=partial.detail)


def _check_line(run_: CheckRun, required: bool, symptom: Symptom, known: Knowledge) -> CheckLine:  # noqa: FBT001 - a field
    return CheckLine(
        id=run_.id,
        asks=run_.asks,
        required=required,
        outcome=_outcome(run_, symptom, known),
        took_ms=run_.took_ms,
    )


def _outcome(run_: CheckRun, symptom: Symptom, known: Knowledge) -> str:
    if isinstance(run_.outcome, Unanswered):
        return "unanswered"
    if isinstance(run_.outcome, NotApplicable):
        return "not_applicable"
    supports = any(
        f.strength is not Strength.AGAINST
        and not f.off_path
        and verdict.able(known.causes[f.cause], symptom)
        for f in verdict.findings_of(run_)
    )
    return "problem" if supports else "ok"
