"""Identity: whose account is read, and does the workload's role exist?"""

from collections.abc import Iterator
from dataclasses import dataclass

from diagnostics import arn
from diagnostics.checks.permissions import role_of
from diagnostics.facts import workload as workloads
from diagnostics.facts.workload import Workload, gather_workload
from diagnostics.model import Check, Evidence, Finding, OnPath, Request, Said, Strength
from diagnostics.reader import Reader

GET_ROLE = "iam:GetRole"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """The workload's role."""

    workload: Workload
    role_arn: str
    exists: bool


def gather_role(request: Request, aws: Reader) -> Role:
    """Return whether the workload's role exists."""
    workload = gather_workload(request, aws)
    role_arn = role_of(workload)
    place = arn.reader_of(aws, role_arn)
    found = place.find(GET_ROLE, RoleName=arn.name_of(role_arn))
    return Role(workload=workload, role_arn=role_arn, exists=found is not None)


def judge_role(role: Role) -> Iterator[Said]:
    """Say whether the workload's role exists."""
    name = arn.name_of(role.role_arn)
    yield OnPath(kind="role", ids=frozenset({name, role.role_arn}))
    if role.exists:
        return
    yield Finding(
        cause="identity.wrong_role",
        strength=Strength.PROVES,
        says=f"{role.workload.name} runs as role {name}, which does not exist.",
        evidence=(Evidence(source=GET_ROLE, reading=f"{name}: NoSuchEntity"),),
        scope=role.workload.name,
        values={"role": name, "role_arn": role.role_arn},
    )


CHECKS = (
    Check(
        id="identity.role",
        asks="Does the workload's role exist?",
        reads=workloads.READS | {GET_ROLE},
        finds=frozenset({"identity.wrong_role"}),
        gather=gather_role,
        judge=judge_role,
        needs_caller=True,
    ),
)
