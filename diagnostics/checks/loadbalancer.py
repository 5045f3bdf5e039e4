"""The load balancer in the path: did it write the error itself?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from diagnostics import arn
from diagnostics.errors import NotAsked
from diagnostics.model import Check, Evidence, Finding, OnPath, Request, Said, Strength
from diagnostics.reader import Reader

DESCRIBE = "elbv2:DescribeLoadBalancers"
ATTRIBUTES = "elbv2:DescribeLoadBalancerAttributes"
GET_METRIC_DATA = "cloudwatch:GetMetricData"
# Codes the load balancer writes itself, and those its targets write.
# Source: Application Load Balancers user guide, "CloudWatch metrics".
OWN = ("HTTPCode_ELB_4XX_Count", "HTTPCode_ELB_5XX_Count", "HTTPCode_ELB_504_Count")
ALL = (*OWN, "RequestCount")
# This many answers of its own a minute are more than stray clients. Engineering judgement.
LEAST_A_MINUTE = 5
IDLE_TIMEOUT = "idle_timeout.timeout_seconds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Balancer:
    """What the load balancer answered by itself."""

    name: str
    arn: str
    idle_timeout_s: str | None
    counts: Mapping[str, tuple[tuple[datetime, float], ...]]


def gather_balancer(request: Request, aws: Reader) -> Balancer:
    """Return the load balancer's own answers; raises NotAsked where none is in the path."""
    if request.lb is None:
        raise NotAsked("no load balancer was named; lb=NAME looks at one")
    place = arn.reader_of(aws, request.lb)
    named = arn.parse(request.lb)
    asked = {"LoadBalancerArns": [request.lb]} if named else {"Names": [request.lb]}
    described = place.read(DESCRIBE, **asked)["LoadBalancers"][0]
    balancer_arn = described["LoadBalancerArn"]
    attributes = place.read(ATTRIBUTES, LoadBalancerArn=balancer_arn).get("Attributes", ())
    return Balancer(
        name=described.get("LoadBalancerName", request.lb),
        arn=balancer_arn,
        idle_timeout_s=next((a["Value"] for a in attributes if a["Key"] == IDLE_TIMEOUT), None),
        counts=_counts(request, place, balancer_arn),
    )


def _counts(
    request: Request, place: Reader, balancer_arn: str
) -> dict[str, tuple[tuple[datetime, float], ...]]:
    dimension = balancer_arn.rsplit(":loadbalancer/", maxsplit=1)[-1]
    queries = [
        {
            "Id": f"b{number}",
            "MetricStat": {
                "Metric": {
                    "Namespace": "AWS/ApplicationELB",
                    "MetricName": name,
                    "Dimensions": [{"Name": "LoadBalancer", "Value": dimension}],
                },
                "Period": 60,
                "Stat": "Sum",
            },
        }
        for number, name in enumerate(ALL)
    ]
    answer = place.read(
        GET_METRIC_DATA,
        MetricDataQueries=queries,
        StartTime=request.since.replace(second=0, microsecond=0),
        EndTime=request.until.replace(second=0, microsecond=0) + timedelta(minutes=1),
        ScanBy="TimestampAscending",
    )
    return {name: _points(answer, f"b{number}") for number, name in enumerate(ALL)}


def _points(answer: Mapping[str, Any], query_id: str) -> tuple[tuple[datetime, float], ...]:
    return tuple(
        sorted(
            (at, float(value))
            for r in answer.get("MetricDataResults", ())
            if r.get("Id") == query_id
            for at, value in zip(r.get("Timestamps", ()), r.get("Values", ()), strict=False)
        ),
    )


def judge_balancer(balancer: Balancer) -> Iterator[Said]:
    """Say whether the load balancer wrote errors itself."""
    yield OnPath(kind="load-balancer", ids=frozenset({balancer.name, balancer.arn}))
    for name in OWN:
        heavy = [(at, v) for at, v in balancer.counts[name] if v >= LEAST_A_MINUTE]
        if not heavy:
            continue
        total = sum(v for _, v in balancer.counts[name])
        idle = (
            f" Its idle timeout is {balancer.idle_timeout_s} s." if balancer.idle_timeout_s else ""
        )
        yield Finding(
            cause="middlebox.answered",
            strength=Strength.SUGGESTS,
            says=f"Load balancer {balancer.name} wrote {total:,.0f} errors itself ({name}).{idle}",
            evidence=(
                Evidence(
                    source=GET_METRIC_DATA, reading=f"{name}: Sum = {total:,.0f}", at=heavy[0][0]
                ),
            ),
            scope=balancer.name,
            first_at=heavy[0][0],
            values={"load_balancer_arn": balancer.arn, "load_balancer": balancer.name}
            | ({"idle_timeout": balancer.idle_timeout_s} if balancer.idle_timeout_s else {}),
        )
        return


CHECKS = (
    Check(
        id="loadbalancer.errors",
        asks="Did the load balancer write the error itself?",
        reads=frozenset({DESCRIBE, ATTRIBUTES, GET_METRIC_DATA}),
        finds=frozenset({"middlebox.answered"}),
        gather=gather_balancer,
        judge=judge_balancer,
    ),
)
