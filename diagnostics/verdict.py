"""Rank what the checks found. Pure.

The rules, in one page:

- *confirmed*: one finding proves the cause and nothing speaks against it. *likely*: two
  findings suggest it from different AWS services or about different resources, and
  nothing speaks against it. *possible*: any other support, never shown as the answer.
- A cause that cannot produce the symptom's class, or a finding off the path, is no
  verdict: it is prevention.
- Missing data only caps: while an unanswered required check could have found a cause
  that explains a verdict, the verdict is at most possible and says so. A reason that AWS
  itself stated stays confirmed; the headline then says that what is behind it is unknown.
- *ruled out*: evidence against from an answered check, and nothing in support.
- A consequence names its cause where that one is at least as sure.
- Order: confidence, not a consequence, what outranks what, scope (the named resource
  first), first evidence, id.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from diagnostics import arn
from diagnostics.knowledge import Cause, Knowledge, prevention_for, remedies_for
from diagnostics.model import (
    Answered,
    Check,
    CheckRun,
    Confidence,
    Evidence,
    Finding,
    Prevention,
    Request,
    RuledOut,
    Strength,
    Symptom,
    SymptomClass,
    Unanswered,
    Verdict,
)

SURENESS = {Confidence.CONFIRMED: 0, Confidence.LIKELY: 1, Confidence.POSSIBLE: 2}
LATEST = datetime.max.replace(tzinfo=UTC)
# How many different services or resources must suggest a cause before it is likely.
INDEPENDENT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """What the findings amount to."""

    verdicts: tuple[Verdict, ...]
    ruled_out: tuple[RuledOut, ...]
    prevention: tuple[Prevention, ...]
    behind_unknown: frozenset[str]  # confirmed by AWS's word, while what explains it is unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything said about one cause."""

    cause: Cause
    support: tuple[Finding, ...]
    against: tuple[Finding, ...]
    blind: tuple[str, ...]  # unanswered required checks that could explain it

    @property
    def proofs(self) -> tuple[Finding, ...]:
        """The findings that prove it."""
        return tuple(f for f in self.support if f.strength is Strength.PROVES)

    @property
    def stated(self) -> bool:
        """Whether AWS itself named the reason."""
        return any(f.stated_by_aws for f in self.proofs)

    @property
    def first_at(self) -> datetime:
        """When the first evidence for it was seen."""
        times = [f.first_at for f in self.support if f.first_at]
        times += [e.at for f in self.support for e in f.evidence if e.at]
        return min(times, default=LATEST)

    def confidence(self) -> Confidence:
        """How sure it is, by the rules of the module."""
        if self.blind and not self.stated:
            return Confidence.POSSIBLE
        if self.against:
            return Confidence.POSSIBLE
        if self.proofs:
            return Confidence.CONFIRMED
        if len(_independent(self.support)) >= INDEPENDENT:
            return Confidence.LIKELY
        return Confidence.POSSIBLE


def is_required(
    check: Check[Any], request: Request, symptom: Symptom, knowledge: Knowledge
) -> bool:
    """Whether the diagnosis may not conclude without this check.

    A check is required when it can find a cause able to produce the symptom's class. The
    checks that need the caller are required for every class but `refused` while nobody
    said who calls.
    """
    if check.never_required_because is not None:
        return False
    if check.needs_caller and not request.has_caller:
        return symptom.symptom_class is not SymptomClass.REFUSED
    return any(able(knowledge.causes[c], symptom) for c in check.finds)


def able(cause: Cause, symptom: Symptom) -> bool:
    """Whether the cause can produce what was seen."""
    seen = symptom.symptom_class
    return seen is SymptomClass.UNKNOWN or seen in cause.produces


def rank(
    request: Request,
    symptom: Symptom,
    checks: Sequence[Check[Any]],
    runs: Sequence[CheckRun],
    knowledge: Knowledge,
) -> Ranking:
    """Return the verdicts in order, what is ruled out, and what would prevent it."""
    findings = [f for run in runs for f in findings_of(run)]
    blind = _blind(request, symptom, checks, runs, knowledge)
    cases = _cases(findings, symptom, knowledge, blind)
    sure = {case.cause.id: case.confidence() for case in cases}
    behind = {case.cause.id: _behind(case, sure, knowledge) for case in cases}
    ordered = sorted(cases, key=lambda case: _order(case, request, sure, behind))
    ordered = _outranked(ordered, sure)
    values = default_values(request)
    return Ranking(
        verdicts=tuple(
            _verdict(case, sure[case.cause.id], behind[case.cause.id], values) for case in ordered
        ),
        ruled_out=_ruled_out(findings, knowledge),
        prevention=_prevention(ordered, findings, symptom, knowledge, values),
        behind_unknown=frozenset(c.cause.id for c in cases if c.blind and c.stated),
    )


def findings_of(run: CheckRun) -> tuple[Finding, ...]:
    """Return what one check found."""
    if not isinstance(run.outcome, Answered):
        return ()
    return tuple(f for f in run.outcome.said if isinstance(f, Finding))


def default_values(request: Request) -> dict[str, str]:
    """Return the values every remedy may use."""
    table = request.table or ""
    given = {
        "table": arn.name_of(table),
        "table_arn": table if arn.parse(table) else _table_arn(request),
        "index": request.index,
        "region": request.region,
        "account": request.account,
        "function": arn.name_of(request.function) if request.function else None,
        "role": arn.name_of(request.role) if request.role else None,
        "role_arn": request.role if arn.parse(request.role) else None,
        "since": f"{request.since:%Y-%m-%dT%H:%M:%SZ}",
        "until": f"{request.until:%Y-%m-%dT%H:%M:%SZ}",
    }
    return {name: value for name, value in given.items() if value}


def _table_arn(request: Request) -> str | None:
    if not (request.table and request.account):
        return None
    partition = arn.partition_of(request.region)
    return f"arn:{partition}:dynamodb:{request.region}:{request.account}:table/{request.table}"


def _blind(
    request: Request,
    symptom: Symptom,
    checks: Sequence[Check[Any]],
    runs: Sequence[CheckRun],
    knowledge: Knowledge,
) -> dict[str, tuple[str, ...]]:
    """Return, for each cause, the unanswered required checks that could have found it."""
    found: dict[str, tuple[str, ...]] = {}
    for check, run in zip(checks, runs, strict=True):
        silent = isinstance(run.outcome, Unanswered)
        if not silent or not is_required(check, request, symptom, knowledge):
            continue
        for cause in check.finds:
            if able(knowledge.causes[cause], symptom):
                found[cause] = (*found.get(cause, ()), check.id)
    return found


def _cases(
    findings: Iterable[Finding],
    symptom: Symptom,
    knowledge: Knowledge,
    blind: Mapping[str, tuple[str, ...]],
) -> list[Case]:
    by_cause: dict[str, list[Finding]] = {}
    for finding in findings:
        if not finding.off_path:
            by_cause.setdefault(finding.cause, []).append(finding)
    cases = []
    for cause_id, said in by_cause.items():
        cause = knowledge.causes[cause_id]
        support = tuple(f for f in said if f.strength is not Strength.AGAINST)
        if not support or not able(cause, symptom):
            continue
        unseen = sorted(
            {check for c in knowledge.explained_by(cause_id) for check in blind.get(c, ())},
        )
        against = tuple(f for f in said if f.strength is Strength.AGAINST)
        cases.append(Case(cause=cause, support=support, against=against, blind=tuple(unseen)))
    return cases


def _independent(support: Iterable[Finding]) -> set[tuple[str, str | None]]:
    """Return the distinct (service, resource) pairs that suggest the cause."""
    return {
        (f.evidence[0].source.split(":")[0] if f.evidence else "", f.scope)
        for f in support
        if f.strength is not Strength.HINTS
    }


def _behind(case: Case, sure: Mapping[str, Confidence], knowledge: Knowledge) -> str | None:
    """Return the surest cause that explains this one and is at least likely."""
    explaining = [
        c
        for c in knowledge.explained_by(case.cause.id)
        if c != case.cause.id and sure.get(c, Confidence.POSSIBLE) is not Confidence.POSSIBLE
    ]
    return min(explaining, key=lambda c: (SURENESS[sure[c]], c), default=None)


def _order(
    case: Case,
    request: Request,
    sure: Mapping[str, Confidence],
    behind: Mapping[str, str | None],
) -> tuple[int, bool, int, datetime, str]:
    cause = case.cause.id
    return (
        SURENESS[sure[cause]],
        behind[cause] is not None,
        min(_distance(f.scope, request) for f in case.support),
        case.first_at,
        cause,
    )


def _distance(scope: str | None, request: Request) -> int:
    """Return 0 for the resources the request names, 1 for the rest."""
    named = (request.table, request.index, request.function, request.ecs, request.role, request.lb)
    names = {arn.name_of(n) for n in named if n}
    return 0 if scope is not None and arn.name_of(scope) in names else 1


def _outranked(ordered: list[Case], sure: Mapping[str, Confidence]) -> list[Case]:
    """Move a cause before those it outranks at the same confidence."""
    result: list[Case] = []
    for case in ordered:
        beaten = [
            place
            for place, other in enumerate(result)
            if other.cause.id in case.cause.outranks and sure[other.cause.id] is sure[case.cause.id]
        ]
        result.insert(min(beaten, default=len(result)), case)
    return result


def _verdict(
    case: Case, confidence: Confidence, behind: str | None, defaults: Mapping[str, str]
) -> Verdict:
    support = sorted(case.support, key=lambda f: f.strength is not Strength.PROVES)
    values = _values(support, defaults)
    against = [f.says for f in case.against]
    if case.blind:
        against.append(
            f"What could explain it is unknown: {', '.join(case.blind)} could not be answered."
        )
    return Verdict(
        cause=case.cause.id,
        title=case.cause.title,
        confidence=confidence,
        says=tuple(dict.fromkeys(f.says for f in support)),
        evidence=_evidence(support),
        against=tuple(dict.fromkeys(against)),
        consequence_of=behind,
        remedies=remedies_for(case.cause, values),
        docs=case.cause.docs,
    )


def _values(support: Iterable[Finding], defaults: Mapping[str, str]) -> dict[str, str]:
    values = dict(defaults)
    for finding in reversed(list(support)):
        values.update(finding.values)
    return values


def _evidence(support: Iterable[Finding]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(e for f in support for e in f.evidence))


def _ruled_out(findings: Sequence[Finding], knowledge: Knowledge) -> tuple[RuledOut, ...]:
    supported = {f.cause for f in findings if f.strength is not Strength.AGAINST and not f.off_path}
    against: dict[str, list[str]] = {}
    for finding in findings:
        if finding.strength is Strength.AGAINST and finding.cause not in supported:
            against.setdefault(finding.cause, []).append(finding.says)
    known = [cause for cause in knowledge.causes if cause in against]
    return tuple(RuledOut(cause=c, says=" ".join(dict.fromkeys(against[c]))) for c in sorted(known))


def _prevention(
    cases: Sequence[Case],
    findings: Sequence[Finding],
    symptom: Symptom,
    knowledge: Knowledge,
    defaults: Mapping[str, str],
) -> tuple[Prevention, ...]:
    """Return what would have caught the verdicts, then what is wrong beside the symptom."""
    entries: list[Prevention] = []
    asserted = {case.cause.id for case in cases}
    for case in cases:
        if case.confidence() is not Confidence.POSSIBLE:
            entries += prevention_for(case.cause, _values(case.support, defaults))
    for finding in findings:
        cause = knowledge.causes[finding.cause]
        beside = finding.off_path or not able(cause, symptom)
        if finding.cause in asserted:
            continue
        if beside and finding.strength in {Strength.PROVES, Strength.SUGGESTS}:
            entries.append(Prevention(kind="misconfiguration", title=finding.says))
    return tuple(dict.fromkeys(entries))
