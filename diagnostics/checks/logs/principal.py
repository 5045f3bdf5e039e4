"""Who is denied: the workload's own role, or another principal?"""

from collections.abc import Iterator
from dataclasses import dataclass

from diagnostics import arn
from diagnostics.checks.logs.counted import evidence
from diagnostics.checks.logs.pointers import role_of
from diagnostics.errors import NotAsked
from diagnostics.facts import logs, workload
from diagnostics.facts.logs import Failures, Line, gather_failures
from diagnostics.facts.workload import Workload, gather_workload
from diagnostics.model import Check, Finding, Request, Said, Strength
from diagnostics.reader import Reader, side_by_side


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """The failures and the role they should have come from."""

    failures: Failures
    caller: Workload
    expected_role_arn: str  # the role it runs with, or should


def gather_denied(request: Request, aws: Reader) -> Denied:
    """Return the denials beside the workload's role; raises NotAsked where it has none."""
    failures, caller = side_by_side(
        lambda: gather_failures(request, aws), lambda: gather_workload(request, aws)
    )
    if caller.role_arn is None:
        raise NotAsked("the caller's role is not known: role= says it")
    return Denied(failures=failures, caller=caller, expected_role_arn=caller.role_arn)


def judge_denied(denied: Denied) -> Iterator[Said]:
    """Say whether the denied principal is the workload's role."""
    lines = tuple(
        line
        for line in denied.failures.lines
        if line.reading.denial and line.reading.denial.action.startswith("dynamodb:")
    )
    if not lines:
        return
    expected = arn.name_of(denied.expected_role_arn)
    strangers = tuple(line for line in lines if _role(line) != expected)
    if len(strangers) < len(lines):
        yield Finding(
            cause="identity.wrong_role",
            strength=Strength.AGAINST,
            says=f"AWS names the workload's own role {expected} in its denials.",
            evidence=(evidence(lines),),
        )
        return
    yield _stranger(denied, strangers, expected)


def _role(line: Line) -> str | None:
    denial = line.reading.denial
    return (role_of(denial.principal) or arn.name_of(denial.principal)) if denial else None


def _stranger(denied: Denied, lines: tuple[Line, ...], expected: str) -> Finding:
    principal = lines[0].reading.denial.principal if lines[0].reading.denial else ""
    other, own = arn.parse(principal), arn.parse(denied.expected_role_arn)
    # A role of another account may have been assumed on purpose.
    at_home = other is not None and own is not None and other.account == own.account
    return Finding(
        cause="identity.wrong_role",
        strength=Strength.PROVES if at_home else Strength.SUGGESTS,
        says=f"All {len(lines)} denials name {principal}, but {denied.caller.name} should run "
        f"with role {expected}.",
        evidence=(evidence(lines),),
        scope=denied.caller.name,
        first_at=lines[0].at,
        values={"actual_principal": principal},
    )


CHECKS = (
    Check(
        id="logs.principal",
        asks="Is the denied principal the workload's own role?",
        reads=logs.READS | workload.READS,
        finds=frozenset({"identity.wrong_role"}),
        gather=gather_denied,
        judge=judge_denied,
        needs_caller=True,
    ),
)
