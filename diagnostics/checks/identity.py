"""Identity: whose account is read, and as whom the workload really runs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from diagnostics import arn
from diagnostics.errors import Missing
from diagnostics.facts import workload as workloads
from diagnostics.facts.workload import SAY_ROLE, Kind, Workload, gather_workload, workload_reader
from diagnostics.model import (
    Asker,
    Check,
    Evidence,
    Finding,
    OnPath,
    Partial,
    Request,
    Said,
    Strength,
    Why,
)
from diagnostics.reader import Reader

IDENTITY = "sts:GetCallerIdentity"
ROLE = "iam:GetRole"
CAUSE = "identity.wrong_role"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who asks, whose account the answers come from, and whose they should come from."""

    asker: Asker
    read: str
    principal: str
    wanted: str | None  # None: nobody named an account


def gather_account(request: Request, aws: Reader) -> Account:
    """Return who asks, and the account that the table's questions are answered from."""
    own = aws.read(IDENTITY)
    place = arn.reader_of(aws, request.table or "")
    answer = place.read(IDENTITY)
    table = arn.parse(request.table)
    return Account(
        asker=Asker(account=own["Account"], arn=own.get("Arn", "")),
        read=answer["Account"],
        principal=answer.get("Arn", ""),
        wanted=(table.account if table else None) or request.account,
    )


def judge_account(account: Account) -> Iterator[Said]:
    """Say who asks, and where another account is read than the one asked about."""
    yield account.asker
    if account.wanted and account.wanted != account.read:
        yield Partial(
            why=Why.MISSING,
            detail=f"these answers come from account {account.read} ({account.principal}), "
            f"not from {account.wanted}: configure a role for {account.wanted}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """As whom the workload runs."""

    workload: Workload
    expected: str | None  # the role somebody declared beside the workload
    exists: bool | None  # None: the workload names no role


def gather_principal(request: Request, aws: Reader) -> Principal:
    """Return the workload's own role and whether it is there.

    Raises Missing where nobody said enough to know a role.
    """
    named = bool(request.function or request.ecs)
    own = gather_workload(replace(request, role=None) if named else request, aws)
    if own.role_arn is None and own.kind is not Kind.ECS:
        raise Missing(SAY_ROLE)
    exists = None
    if own.role_arn is not None:
        role = arn.parse(own.role_arn)
        place = workload_reader(request, aws).at(account=role.account if role else None)
        exists = place.find(ROLE, RoleName=arn.name_of(own.role_arn)) is not None
    return Principal(workload=own, expected=request.role if named else None, exists=exists)


def judge_principal(facts: Principal) -> Iterator[Said]:
    """Say whether the role is there and is the one that was meant.

    A role that is right refutes nothing: keys in the environment, or the host's own role,
    may still come before it.
    """
    yield from _on_path(facts.workload)
    own = facts.workload.role_arn
    name = facts.workload.name
    if own is None:
        yield _wrong(
            facts,
            Strength.SUGGESTS,
            f"ECS service {name} has no task role: its tasks have no credentials of their own.",
            Evidence(source="ecs:DescribeTaskDefinition", reading="taskRoleArn is empty"),
        )
    elif facts.exists is False:
        yield _wrong(
            facts,
            Strength.PROVES,
            f"{name} is to run as {arn.name_of(own)}, and there is no such role.",
            Evidence(source=ROLE, reading=f"NoSuchEntity: {arn.name_of(own)}"),
        )
    elif facts.expected and arn.name_of(facts.expected) != arn.name_of(own):
        yield _wrong(
            facts,
            Strength.SUGGESTS,
            f"{name} runs as {arn.name_of(own)}; it was said to run as "
            f"{arn.name_of(facts.expected)}.",
            Evidence(source=_configuration(facts.workload), reading=f"role = {own}"),
        )


def _configuration(workload: Workload) -> str:
    if workload.kind is Kind.ECS:
        return "ecs:DescribeTaskDefinition"
    return "lambda:GetFunctionConfiguration"


def _wrong(facts: Principal, strength: Strength, says: str, evidence: Evidence) -> Finding:
    own, expected = facts.workload.role_arn, facts.expected
    values = {
        "role": arn.name_of(own) if own else "",
        "role_arn": own or "",
        "expected_role_arn": expected if expected and arn.parse(expected) else "",
        "task_family": _family(facts.workload.task_definition),
    }
    return Finding(
        cause=CAUSE,
        strength=strength,
        says=says,
        evidence=(evidence,),
        scope=facts.workload.name,
        values={name: value for name, value in values.items() if value},
    )


def _family(task_definition: str | None) -> str:
    return (task_definition or "").rpartition("/")[2].split(":")[0]


def _on_path(workload: Workload) -> Iterator[OnPath]:
    if workload.role_arn:
        role = workload.role_arn
        yield OnPath(kind="role", ids=frozenset({role, arn.name_of(role)}))
    names = frozenset({workload.name, workload.arn or workload.name})
    if workload.kind is Kind.FUNCTION:
        yield OnPath(kind="function", ids=names)
    if workload.kind is Kind.ECS:
        yield OnPath(kind="service", ids=names | {workload.name.rpartition("/")[2]})


CHECKS: tuple[Check[Any], ...] = (
    Check(
        id="identity.account",
        asks="Do the answers come from the account that was asked about?",
        reads=frozenset({IDENTITY}),
        finds=frozenset(),
        gather=gather_account,
        judge=judge_account,
    ),
    Check(
        id="identity.principal",
        asks="Does the workload run as a role that exists and was meant?",
        reads=workloads.READS | {ROLE},
        finds=frozenset({CAUSE}),
        gather=gather_principal,
        judge=judge_principal,
        needs_caller=True,
    ),
)
