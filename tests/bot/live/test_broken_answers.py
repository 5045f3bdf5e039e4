"""AWS that answers late, half, or nonsense: the check says so, and nothing is claimed."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from diagnostics import incidents
from diagnostics.evidence import World
from tests.aws_server import AwsServer, Fault, Kind
from tests.aws_server.server import Backend
from tests.aws_server.wire import Asked, Reply
from tests.bot.live.terminal import (
    Ended,
    Terminal,
    incident,
    required,
    served,
    unanswered,
    verdicts,
    words_for,
)

WORDS = ("diagnose", "dynamodb", "408", "table=orders", "function=checkout", "--output", "json")


@pytest.fixture(scope="module")
def healthy() -> World:
    return incident("healthy")


@pytest.fixture
def server(terminal: Terminal, healthy: World) -> Iterator[AwsServer]:
    with served(healthy, terminal) as running:
        yield running


def report_of(ended: Ended) -> dict[str, Any]:
    assert ended.code == 0
    assert "Traceback" not in ended.err
    return ended.report


def test_one_api_that_hangs_costs_its_own_checks_alone(
    server: AwsServer, terminal: Terminal
) -> None:
    server.faults.add(Fault(op="ec2:*", kind=Kind.HANG))
    report = report_of(terminal.paramedic(*WORDS, "--deadline", "8"))
    silent = {name for name, why in unanswered(report).items() if why == "timed_out"}
    assert {name.partition(".")[0] for name in silent} >= {"network"}
    assert {"table.status", "throttling.metrics", "logs.failures"}.isdisjoint(silent)
    assert report["conclusion"] == "inconclusive"
    assert report["took_ms"] >= 8_000


def test_an_api_that_no_required_check_asks_may_hang(server: AwsServer, terminal: Terminal) -> None:
    server.faults.add(Fault(op="cloudtrail:*", kind=Kind.HANG))
    report = report_of(terminal.paramedic(*WORDS, "--deadline", "9"))
    assert unanswered(report)["changes.trail"] == "timed_out"
    assert report["conclusion"] == "clear"


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": Kind.TRUNCATED},
        {"kind": Kind.GARBAGE},
        {"kind": Kind.GARBAGE, "body": b""},
        {"kind": Kind.GARBAGE, "body": b"{}"},
        {"kind": Kind.GARBAGE, "body": b"[]"},
        {"kind": Kind.GARBAGE, "body": b'"' + b"\xed\xa0\x80" * 10 + b'"'},
        {"kind": Kind.PLAIN, "status": 200},
        {"kind": Kind.PLAIN, "status": 503},
        {"kind": Kind.PLAIN, "status": 407},
        {"kind": Kind.RESET},
    ],
    ids=lambda fault: "-".join(str(held)[:12] for held in fault.values()),
)
@pytest.mark.parametrize("op", ["*", "dynamodb:DescribeTable"])
def test_no_answer_worth_the_name_is_no_all_clear(
    fault: dict[str, Any], op: str, server: AwsServer, terminal: Terminal
) -> None:
    server.faults.add(Fault(op=op, **fault))
    report = report_of(terminal.paramedic(*WORDS))
    assert report["conclusion"] == "inconclusive"
    assert report["verdicts"] == []
    silent = unanswered(report)
    assert "table.status" in silent.keys() & required(report)
    assert set(silent.values()) <= {"broken", "unreachable", "denied", "missing"}
    assert not [line for line in report["unanswered"] if "bug" in line["detail"]]


# One operation of each of AWS's protocols: JSON, REST, query and EC2's own.
ONE_OF_EACH = {
    "cloudwatch:GetMetricData": "throttling.metrics",
    "lambda:GetFunctionConfiguration": "network.routes",
    "iam:GetRole": "identity.principal",
    "ec2:DescribeRouteTables": "network.routes",
    "logs:FilterLogEvents": "logs.failures",
    "application-autoscaling:DescribeScalingActivities": "scaling.activities",
}


@pytest.mark.parametrize("kind", [Kind.TRUNCATED, Kind.GARBAGE, Kind.PLAIN])
@pytest.mark.parametrize(("op", "check"), ONE_OF_EACH.items())
@pytest.mark.heavy
def test_one_broken_answer_is_never_a_finding(
    kind: Kind, op: str, check: str, server: AwsServer, terminal: Terminal
) -> None:
    server.faults.add(Fault(op=op, kind=kind, status=200))
    report = report_of(terminal.paramedic(*WORDS))
    assert unanswered(report)[check] == "broken"
    assert report["conclusion"] == "inconclusive"
    assert report["verdicts"] == []


@pytest.mark.heavy
@pytest.mark.parametrize("name", incidents.TITLES)
def test_no_single_broken_answer_makes_another_cause(name: str, terminal: Terminal) -> None:
    world = incident(name)
    words = [*words_for(world.request), "--output", "json"]
    with served(world, terminal) as server:
        whole = report_of(terminal.paramedic(*words))
        known = dict(verdicts(whole))
        for op in sorted(server.operations):
            server.faults.clear()
            server.faults.add(Fault(op=op, kind=Kind.TRUNCATED))
            report = report_of(terminal.paramedic(*words))
            for cause, confidence in verdicts(report):
                assert confidence == "possible" or cause in known, (op, cause)


def test_throttling_now_and_then_costs_no_verdict(terminal: Terminal) -> None:
    world = incident("scaling-role")
    with served(world, terminal) as server:
        for op in ("dynamodb:*", "cloudwatch:*", "application-autoscaling:*"):
            slow = Fault(op=op, kind=Kind.ERROR, times=1, status=400, code="ThrottlingException")
            server.faults.add(slow)
        report = report_of(terminal.paramedic(*words_for(world.request), "--output", "json"))
    assert verdicts(report)[0] == ("scaling.failed", "confirmed")


def test_throttling_all_the_time_is_said(server: AwsServer, terminal: Terminal) -> None:
    server.faults.add(Fault(op="*", kind=Kind.ERROR, status=400, code="ThrottlingException"))
    report = report_of(terminal.paramedic(*WORDS))
    assert report["conclusion"] == "inconclusive"
    assert report["verdicts"] == report["ruled_out"] == []
    assert set(unanswered(report).values()) == {"throttled"}


class Odd:
    """A backend that answers some operations in its own way, and the rest as another does."""

    def __init__(self, behind: Backend, op: str, body: Mapping[str, Any]) -> None:
        self.behind = behind
        self.op = op
        self.body = json.dumps(body).encode()

    def reply(self, asked: Asked, request_id: str) -> Reply | None:
        if asked.op != self.op:
            return self.behind.reply(asked, request_id)
        json_1_1 = {"Content-Type": "application/x-amz-json-1.1"}
        return Reply(status=200, headers=json_1_1, body=self.body)


def odd_report(
    server: AwsServer, terminal: Terminal, op: str, body: Mapping[str, Any]
) -> dict[str, Any]:
    server.backend = Odd(server.backend, op, body)
    return report_of(terminal.paramedic(*WORDS, "--deadline", "10"))


def test_pages_without_end_are_given_up(server: AwsServer, terminal: Terminal) -> None:
    page = {"events": [], "nextToken": "the-same-again"}
    report = odd_report(server, terminal, "logs:FilterLogEvents", page)
    assert report["conclusion"] == "inconclusive"
    asked = [call for call in server.calls if call.op == "logs:FilterLogEvents"]
    assert len(asked) < 500


def test_a_page_of_five_megabytes_is_read(server: AwsServer, terminal: Terminal) -> None:
    lines = [
        {"timestamp": 1_000 + i, "message": f"INFO {i} " + "x" * 9_000, "logStreamName": "a"}
        for i in range(550)
    ]
    report = odd_report(server, terminal, "logs:FilterLogEvents", {"events": lines})
    assert report["verdicts"] == []
    assert "logs.failures" not in unanswered(report) or report["conclusion"] == "inconclusive"
    assert len(json.dumps(report)) < 1_000_000


@pytest.mark.parametrize(
    ("op", "body"),
    [
        ("logs:FilterLogEvents", {"events": [None, 1, "x", {}]}),
        ("cloudtrail:LookupEvents", {"Events": [{"CloudTrailEvent": "{"}, {}]}),
        ("cloudtrail:LookupEvents", {"Events": [{"EventTime": "soon"}]}),
        ("cloudwatch:GetMetricData", {"MetricDataResults": [{"Id": 7, "Values": ["NaN"]}]}),
        ("dynamodb:DescribeTable", {"Table": {}}),
        ("dynamodb:DescribeTable", {"Table": {"TableName": 7, "KeySchema": [{}]}}),
        ("lambda:GetFunctionConfiguration", {"FunctionName": "checkout", "Timeout": "x"}),
        ("dynamodb:GetResourcePolicy", {"Policy": "{"}),
        ("dynamodb:GetResourcePolicy", {"Policy": "[1]"}),
    ],
)
def test_odd_answers_bring_no_check_but_their_own_down(
    op: str, body: dict[str, Any], server: AwsServer, terminal: Terminal
) -> None:
    report = odd_report(server, terminal, op, body)
    assert [v for v in verdicts(report) if v[1] != "possible"] == []
    assert unanswered(report) or report["conclusion"] == "clear"
