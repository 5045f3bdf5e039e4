"""Client budget: do attempts, timeouts and backoff fit into the caller's own deadline?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from diagnostics.checks.client.sdk import Budget, budget_of
from diagnostics.checks.logs.counted import evidence
from diagnostics.errors import NotAsked
from diagnostics.facts import logs, workload
from diagnostics.facts.logs import Failures, Line, gather_failures, is_noise
from diagnostics.facts.workload import Workload, gather_workload
from diagnostics.model import Check, Evidence, Finding, Request, Said, Strength, SymptomClass
from diagnostics.reader import Reader, side_by_side

GET_FUNCTION = "lambda:GetFunctionConfiguration"
CAUSE = "client.timeout_budget"
TASK_TIMED_OUT = "Task timed out"
# API Gateway gives up after this long unless its quota was raised.
# Source: API Gateway developer guide, "Quotas for configuring and running a REST API".
GATEWAY_S = 29
# An attempt and its pause take about this long where a client is set up for DynamoDB.
FITTING_ATTEMPT_S = 2
MOST_ATTEMPTS = 4
NEAR = 0.8  # of the timeout, for an alarm
# At least this share of the deadlines must have come without an SDK's error before.
SILENT_SHARE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A function's own deadline and the budget of its SDK."""

    function: str
    timeout_s: int
    runtime: str | None
    budget: Budget | None  # None: the SDK is not known


def gather_deadline(request: Request, aws: Reader) -> Deadline:
    """Return the caller's deadline; raises NotAsked where AWS knows of none."""
    return _deadline(gather_workload(request, aws))


def _deadline(caller: Workload) -> Deadline:
    if caller.timeout_s is None:
        raise NotAsked("only a Lambda function has a deadline that AWS knows of")
    return Deadline(
        function=caller.name,
        timeout_s=caller.timeout_s,
        runtime=caller.runtime,
        budget=budget_of(caller.runtime, caller.environment),
    )


def judge_deadline(deadline: Deadline) -> Iterator[Said]:
    """Say whether the budget fits; that it does not is true of most functions."""
    if deadline.budget is None:
        return
    if _fits(deadline.budget, deadline):
        yield Finding(
            cause=CAUSE,
            strength=Strength.AGAINST,
            says=f"{_sum(deadline)}, within the {deadline.timeout_s} s of {deadline.function}.",
            evidence=(_settings(deadline),),
        )
        return
    yield _unfitting(deadline, off_path=True)


def _fits(budget: Budget, deadline: Deadline) -> bool:
    return budget.worst_s is not None and budget.worst_s <= deadline.timeout_s


def _sum(deadline: Deadline) -> str:
    budget = deadline.budget
    return f"{budget.sdk}: {budget.arithmetic()}" if budget else "The SDK is not known"


def _settings(deadline: Deadline) -> Evidence:
    return Evidence(
        source=GET_FUNCTION,
        reading=f"Timeout = {deadline.timeout_s} s, Runtime = {deadline.runtime or 'not said'}",
    )


def _unfitting(deadline: Deadline, *, off_path: bool) -> Finding:
    gateway = (
        f" An API Gateway before it gives up after {GATEWAY_S} s."
        if deadline.timeout_s >= GATEWAY_S
        else ""
    )
    return Finding(
        cause=CAUSE,
        strength=Strength.SUGGESTS,
        says=f"One DynamoDB call may take longer than {deadline.function} may run "
        f"({deadline.timeout_s} s). {_sum(deadline)}.{gateway}",
        evidence=(_settings(deadline),),
        scope=deadline.function,
        off_path=off_path,
        values=_values(deadline),
    )


def _values(deadline: Deadline) -> dict[str, str]:
    fitting = min(max(deadline.timeout_s // FITTING_ATTEMPT_S, 1), MOST_ATTEMPTS)
    return {
        "function": deadline.function,
        "fitting_attempts": str(fitting),
        "near_timeout_ms": f"{deadline.timeout_s * 1000 * NEAR:.0f}",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOff:
    """The runs that the function's deadline ended."""

    deadline: Deadline
    failures: Failures


def gather_cut_off(request: Request, aws: Reader) -> CutOff:
    """Return the deadlines that came, beside the budget."""
    caller, failures = side_by_side(
        lambda: gather_workload(request, aws), lambda: gather_failures(request, aws)
    )
    return CutOff(deadline=_deadline(caller), failures=failures)


def judge_cut_off(facts: CutOff) -> Iterator[Said]:
    """Say whether the deadline came before the SDK could tell why."""
    ended = tuple(line for line in facts.failures.lines if line.reading.code == TASK_TIMED_OUT)
    silent = tuple(line for line in ended if not _told(line, facts))
    budget = facts.deadline.budget
    if is_noise(ended) or len(silent) < SILENT_SHARE * len(ended):
        return
    if budget is not None and _fits(budget, facts.deadline):
        return
    if budget is not None:
        yield _unfitting(facts.deadline, off_path=False)
    yield Finding(
        cause=CAUSE,
        strength=Strength.SUGGESTS,
        says=f"{len(silent)} of {len(ended)} runs were ended by the deadline of "
        f"{facts.deadline.timeout_s} s before any SDK error was printed.",
        evidence=(evidence(silent),),
        scope=silent[0].group,
        first_at=silent[0].at,
        values=_values(facts.deadline),
    )


def _told(ended: Line, facts: CutOff) -> bool:
    """Whether an SDK printed an error in the same run: same stream, since it can have begun."""
    began = ended.at - timedelta(seconds=facts.deadline.timeout_s + 1)
    return any(
        line.stream == ended.stream
        and line.group == ended.group
        and began <= line.at <= ended.at
        and line.reading.code != TASK_TIMED_OUT
        and line.reading.symptom_class is not SymptomClass.UNKNOWN
        for line in facts.failures.lines
    )


CHECKS = (
    Check(
        id="client.budget",
        asks="Do the SDK's attempts and timeouts fit into the caller's deadline?",
        reads=workload.READS,
        finds=frozenset({CAUSE}),
        gather=gather_deadline,
        judge=judge_deadline,
        needs_caller=True,
    ),
    Check(
        id="client.deadlines",
        asks="Did the caller's deadline come before the SDK's error?",
        reads=logs.READS | workload.READS,
        finds=frozenset({CAUSE}),
        gather=gather_cut_off,
        judge=judge_cut_off,
        needs_caller=True,
    ),
)
