"""The workload that calls the table: its principal, its network, its own deadline."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from diagnostics import arn
from diagnostics.errors import Broken, Missing
from diagnostics.model import Request
from diagnostics.reader import Reader

READS = frozenset(
    {
        "lambda:GetFunctionConfiguration",
        "ecs:DescribeServices",
        "ecs:DescribeTaskDefinition",
    },
)

SAY_CALLER = "say who calls: function=, ecs=, role= or log-group="
SAY_SUBNETS = "say where it runs: function=, ecs= or subnets="
SAY_ROLE = "say which role it has: function=, ecs= or role="


class Kind(StrEnum):
    """What sort of caller it is."""

    FUNCTION = "function"
    ECS = "ecs"
    ROLE = "role"
    SUBNETS = "subnets"
    LOGS = "logs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Who calls the table, as far as AWS tells; what is not known is None or empty."""

    kind: Kind
    name: str
    region: str
    account: str | None
    arn: str | None = None
    role_arn: str | None = None
    subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()
    vpc: str | None = None
    in_vpc: bool | None = None  # None: not known; False: runs outside any VPC of the account
    public_ip: bool | None = None  # whether it has a public address; a Lambda in a VPC never has
    timeout_s: int | None = None  # Lambda's own deadline
    memory_mb: int | None = None
    runtime: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)  # the AWS_ variables kept
    log_groups: tuple[str, ...] = ()
    modified: datetime | None = None
    task_definition: str | None = None


def gather_workload(request: Request, aws: Reader) -> Workload:
    """Return who calls the table.

    Raises Missing where nobody said who calls, or what was said does not exist.
    """
    if request.function:
        return _function(request, aws, request.function)
    if request.ecs:
        return _ecs(request, aws, request.ecs)
    if request.role:
        return Workload(
            kind=Kind.ROLE,
            name=arn.name_of(request.role),
            region=aws.region,
            account=aws.account,
            role_arn=_role_arn(request.role, aws),
            subnets=request.subnets,
            in_vpc=True if request.subnets else None,
            log_groups=request.log_groups,
        )
    if request.subnets:
        return Workload(
            kind=Kind.SUBNETS,
            name=", ".join(request.subnets),
            region=aws.region,
            account=aws.account,
            subnets=request.subnets,
            in_vpc=True,
            log_groups=request.log_groups,
        )
    if request.log_groups:
        return Workload(
            kind=Kind.LOGS,
            name=", ".join(request.log_groups),
            region=aws.region,
            account=aws.account,
            log_groups=request.log_groups,
        )
    raise Missing(SAY_CALLER)


def workload_reader(request: Request, aws: Reader) -> Reader:
    """Return the reader turned to the account and region the caller's ARN names."""
    named = request.function or request.role or ""
    if not request.function and request.ecs:
        named = request.ecs.split()[0]
    place = arn.parse(named)
    if place is None or place.service == "iam":
        return aws.at(account=place.account) if place else aws
    return aws.at(region=place.region or None, account=place.account or None)


def _function(request: Request, aws: Reader, function: str) -> Workload:
    place = workload_reader(request, aws)
    name = arn.name_of(function)
    answer = place.find("lambda:GetFunctionConfiguration", FunctionName=name)
    if answer is None:
        message = f"there is no Lambda function {name} in {place.region}"
        raise Missing(message)
    if "FunctionName" not in answer:
        # Else an answer that holds nothing would read as a function outside any VPC.
        raise Broken(f"lambda:GetFunctionConfiguration in {place.region}: AWS named no function")
    vpc = answer.get("VpcConfig") or {}
    subnets = tuple(vpc.get("SubnetIds", ()))
    return Workload(
        kind=Kind.FUNCTION,
        name=answer.get("FunctionName", name),
        region=place.region,
        account=place.account or _account(answer.get("FunctionArn")),
        arn=answer.get("FunctionArn"),
        role_arn=request.role if arn.parse(request.role) else answer.get("Role"),
        subnets=subnets,
        security_groups=tuple(vpc.get("SecurityGroupIds", ())),
        vpc=vpc.get("VpcId") or None,
        in_vpc=bool(subnets),
        public_ip=False if subnets else None,
        timeout_s=answer.get("Timeout"),
        memory_mb=answer.get("MemorySize"),
        runtime=answer.get("Runtime"),
        environment=(answer.get("Environment") or {}).get("Variables", {}),
        log_groups=request.log_groups
        or ((answer.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{name}",),
        modified=_time(answer.get("LastModified")),
    )


def _ecs(request: Request, aws: Reader, ecs: str) -> Workload:
    place = workload_reader(request, aws)
    cluster, service = _cluster_and_service(ecs)
    answer = place.find("ecs:DescribeServices", cluster=cluster, services=[service])
    found = answer["services"] if answer else []
    if not found:
        message = f"there is no ECS service {cluster}/{service} in {place.region}"
        raise Missing(message)
    described = found[0]
    task = place.read(
        "ecs:DescribeTaskDefinition",
        taskDefinition=described["taskDefinition"],
    )["taskDefinition"]
    network = (described.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
    containers = task.get("containerDefinitions", ())
    return Workload(
        kind=Kind.ECS,
        name=f"{cluster}/{service}",
        region=place.region,
        account=place.account or _account(described.get("serviceArn")),
        arn=described.get("serviceArn"),
        role_arn=request.role if arn.parse(request.role) else task.get("taskRoleArn"),
        subnets=tuple(network.get("subnets", ())) or request.subnets,
        security_groups=tuple(network.get("securityGroups", ())),
        in_vpc=True,
        public_ip=network.get("assignPublicIp") == "ENABLED" if network else None,
        environment={
            pair["name"]: pair["value"]
            for container in containers
            for pair in container.get("environment", ())
            if "value" in pair
        },
        log_groups=request.log_groups or _task_log_groups(containers),
        task_definition=described.get("taskDefinition"),
    )


def _cluster_and_service(ecs: str) -> tuple[str, str]:
    named = arn.parse(ecs)
    parts = (named.resource if named else ecs).split("/")
    if named and parts[0] == "service":
        parts = parts[1:]
    return ("default", parts[0]) if len(parts) == 1 else (parts[0], parts[1])


def _task_log_groups(containers: Any) -> tuple[str, ...]:  # noqa: ANN401 - AWS's JSON
    groups = [
        (container.get("logConfiguration") or {}).get("options", {}).get("awslogs-group")
        for container in containers
    ]
    return tuple(dict.fromkeys(group for group in groups if group))


def _role_arn(role: str, aws: Reader) -> str | None:
    if arn.parse(role):
        return role
    if aws.account is None:
        return None
    return f"arn:{arn.partition_of(aws.region)}:iam::{aws.account}:role/{role}"


def _account(text: str | None) -> str | None:
    named = arn.parse(text)
    return named.account if named else None


def _time(text: str | None) -> datetime | None:
    # Lambda writes "2026-11-24T10:11:12.000+0000". Source: API reference, LastModified.
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")
    except ValueError:
        return None
