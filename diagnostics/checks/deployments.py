"""Deployments: was the workload itself released before it began to hurt?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from diagnostics import knowledge
from diagnostics.errors import NotAsked
from diagnostics.facts import workload as workloads
from diagnostics.facts.workload import Kind, Workload, gather_workload, workload_reader
from diagnostics.model import Change, Check, OnPath, Request, Said
from diagnostics.reader import Reader

# As for every change: six hours before the window.
REACH_BACK = timedelta(hours=6)
WHY_NEVER = "A deployment explains a failure; it is not the failure."


@dataclass(frozen=True, slots=True, kw_only=True)
class Releases:
    """When the workload was released."""

    workload: Workload
    function_modified: datetime | None
    services: tuple[Mapping[str, Any], ...]  # an ECS service's deployments


def gather_releases(request: Request, aws: Reader) -> Releases:
    """Return the function's last change, or the service's deployments."""
    workload = gather_workload(request, aws)
    if workload.kind not in {Kind.FUNCTION, Kind.ECS}:
        raise NotAsked("only a function or an ECS service tells when it was released")
    services: tuple[Mapping[str, Any], ...] = ()
    if workload.kind is Kind.ECS:
        cluster, service = workload.name.split("/", 1)
        answer = workload_reader(request, aws).read(
            "ecs:DescribeServices", cluster=cluster, services=[service]
        )
        found = answer.get("services", ())
        services = tuple(found[0].get("deployments", ())) if found else ()
    since = request.since - REACH_BACK
    modified = workload.modified
    inside = modified is not None and since <= modified <= request.until
    return Releases(
        workload=workload,
        function_modified=modified if inside else None,
        services=tuple(
            d for d in services if "createdAt" in d and since <= d["createdAt"] <= request.until
        ),
    )


def judge_releases(releases: Releases) -> Iterator[Said]:
    """Tell of each release."""
    workload = releases.workload
    name = workload.name.split("/")[-1]
    kind = "function" if workload.kind is Kind.FUNCTION else "service"
    yield OnPath(kind=kind, ids=frozenset({name, workload.name, workload.arn or name}))
    kinds = knowledge.load().changes
    if releases.function_modified is not None:
        yield Change(
            at=releases.function_modified,
            what=f"function {name}: code or configuration changed",
            event="UpdateFunctionCode",
            source="lambda:GetFunctionConfiguration",
            kind="function",
            resource=name,
            causes=tuple(sorted(kinds["UpdateFunctionCode"].causes)),
        )
    for deployment in releases.services:
        task = str(deployment.get("taskDefinition", "")).rsplit("/", 1)[-1]
        yield Change(
            at=deployment["createdAt"],
            what=f"service {name}: deployment of {task} ({deployment.get('rolloutState', '?')})",
            event="UpdateService",
            source="ecs:DescribeServices",
            kind="service",
            resource=name,
            causes=tuple(sorted(kinds["UpdateService"].causes)),
        )


CHECKS = (
    Check(
        id="changes.releases",
        asks="Was the workload released?",
        reads=workloads.READS,
        finds=frozenset(),
        gather=gather_releases,
        judge=judge_releases,
        needs_caller=True,
        never_required_because=WHY_NEVER,
    ),
)
