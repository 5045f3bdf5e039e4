"""Client CPU: could the caller send and read in time?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnostics.checks.logs.counted import evidence, of_all
from diagnostics.errors import NotAsked
from diagnostics.facts import logs, workload
from diagnostics.facts.logs import Failures, gather_failures, is_noise
from diagnostics.facts.workload import Kind, Workload, gather_workload, workload_reader
from diagnostics.model import Check, Evidence, Finding, Request, Said, Strength, SymptomClass
from diagnostics.reader import Reader, side_by_side

GET_METRIC_DATA = "cloudwatch:GetMetricData"
CAUSE = "client.cpu"
# Percent of the service's reserved CPU. Engineering judgement.
STARVED = 90.0
IDLE = 70.0
LEAST_MINUTES = 3  # starved for less is a peak that a scheduler evens out
# Failures that a client without CPU sees; AWS's refusals are not among them.
OWN_CLASSES = frozenset({SymptomClass.READ, SymptomClass.DEADLINE, SymptomClass.CONNECT})
OWN_SHARE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Cpu:
    """The CPU of an ECS service, a minute each, in percent of what it reserved."""

    cluster: str
    service: str
    average: tuple[tuple[datetime, float], ...]
    maximum: tuple[tuple[datetime, float], ...]

    @property
    def starved(self) -> tuple[tuple[datetime, float], ...]:
        """The minutes without CPU to spare."""
        return tuple((at, value) for at, value in self.average if value >= STARVED)


def gather_cpu(request: Request, aws: Reader) -> Cpu:
    """Return the service's CPU; raises NotAsked for callers whose CPU AWS does not show."""
    return _cpu(gather_workload(request, aws), request, aws)


def _cpu(caller: Workload, request: Request, aws: Reader) -> Cpu:
    if caller.kind is not Kind.ECS:
        raise NotAsked("CloudWatch shows the CPU of ECS services alone")
    cluster, _, service = caller.name.partition("/")
    answer = workload_reader(request, aws).read(
        GET_METRIC_DATA,
        MetricDataQueries=[
            {
                "Id": stat.lower(),
                "MetricStat": {
                    "Metric": {
                        "Namespace": "AWS/ECS",
                        "MetricName": "CPUUtilization",
                        "Dimensions": [
                            {"Name": "ClusterName", "Value": cluster},
                            {"Name": "ServiceName", "Value": service},
                        ],
                    },
                    "Period": 60,
                    "Stat": stat,
                },
            }
            for stat in ("Average", "Maximum")
        ],
        StartTime=request.since.replace(second=0, microsecond=0),
        EndTime=request.until.replace(second=0, microsecond=0) + timedelta(minutes=1),
        ScanBy="TimestampAscending",
    )
    points: dict[str, list[tuple[datetime, float]]] = {"average": [], "maximum": []}
    for result in answer.get("MetricDataResults", ()):
        series = zip(result.get("Timestamps", ()), result.get("Values", ()), strict=False)
        points.get(result.get("Id", ""), []).extend((at, float(value)) for at, value in series)
    return Cpu(
        cluster=cluster,
        service=service,
        average=tuple(sorted(points["average"])),
        maximum=tuple(sorted(points["maximum"])),
    )


def judge_cpu(cpu: Cpu) -> Iterator[Said]:
    """Say whether the service had CPU to spare."""
    if not cpu.average:
        return
    top = max(value for _, value in cpu.maximum or cpu.average)
    if len(cpu.starved) >= LEAST_MINUTES:
        mean = sum(value for _, value in cpu.starved) / len(cpu.starved)
        yield Finding(
            cause=CAUSE,
            strength=Strength.SUGGESTS,
            says=f"Service {cpu.service} used {mean:.0f} % of its CPU on average over "
            f"{len(cpu.starved)} min.",
            evidence=(_reading(cpu, top),),
            scope=cpu.service,
            first_at=cpu.starved[0][0],
            values={"cluster": cpu.cluster, "ecs_service": cpu.service},
        )
    elif top < IDLE:
        yield Finding(
            cause=CAUSE,
            strength=Strength.AGAINST,
            says=f"Service {cpu.service} never used more than {top:.0f} % of its CPU.",
            evidence=(_reading(cpu, top),),
            scope=cpu.service,
        )


def _reading(cpu: Cpu, top: float) -> Evidence:
    at = cpu.starved[0][0] if cpu.starved else None
    return Evidence(
        source=GET_METRIC_DATA,
        reading=f"CPUUtilization of {cpu.cluster}/{cpu.service}: at most {top:.0f} %",
        at=at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Starved:
    """The client's own failures beside its CPU."""

    cpu: Cpu
    failures: Failures


def gather_starved(request: Request, aws: Reader) -> Starved:
    """Return the CPU and the failing lines."""
    cpu, failures = side_by_side(
        lambda: gather_cpu(request, aws), lambda: gather_failures(request, aws)
    )
    return Starved(cpu=cpu, failures=failures)


def judge_starved(starved: Starved) -> Iterator[Said]:
    """Say whether the client's own timeouts fall into the minutes without CPU."""
    minutes = {at.replace(second=0, microsecond=0) for at, _ in starved.cpu.starved}
    failed = starved.failures.failed()
    lines = tuple(
        line
        for line in failed
        if line.reading.symptom_class in OWN_CLASSES
        and not line.reading.marks
        and line.at.replace(second=0, microsecond=0) in minutes
    )
    if len(minutes) < LEAST_MINUTES or is_noise(lines) or len(lines) < OWN_SHARE * len(failed):
        return
    yield Finding(
        cause=CAUSE,
        strength=Strength.SUGGESTS,
        says=f"{of_all(lines, starved.failures)} are the client's own timeouts, in minutes in "
        f"which service {starved.cpu.service} had no CPU to spare.",
        evidence=(evidence(lines),),
        scope=lines[0].group,
        first_at=lines[0].at,
        values={"cluster": starved.cpu.cluster, "ecs_service": starved.cpu.service},
    )


CHECKS = (
    Check(
        id="client.cpu",
        asks="Had the caller CPU to spare?",
        reads=workload.READS | {GET_METRIC_DATA},
        finds=frozenset({CAUSE}),
        gather=gather_cpu,
        judge=judge_cpu,
        needs_caller=True,
    ),
    Check(
        id="client.starved",
        asks="Did the caller time out while it had no CPU?",
        reads=logs.READS | workload.READS | {GET_METRIC_DATA},
        finds=frozenset({CAUSE}),
        gather=gather_starved,
        judge=judge_starved,
        needs_caller=True,
    ),
)
