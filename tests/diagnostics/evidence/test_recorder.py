"""What a recorder keeps answers the same questions again."""

import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from diagnostics.errors import AwsError, Denied, Missing, TimedOut
from diagnostics.evidence import Recorder, WorldReader, dump, load
from diagnostics.model import Answered, CheckRun, NotApplicable, Unanswered, Why
from diagnostics.reader import Answer, Reader
from tests.diagnostics.evidence.sample import (
    HOME,
    HOUR,
    NOW,
    PUTS,
    QUESTIONS,
    REGION,
    TABLE,
    WINDOW,
    query,
    sample_world,
)
from tests.fakes import FakeReader


def recorder(reader: Reader | None = None) -> Recorder:
    world = sample_world()
    return Recorder(reader or WorldReader(world), world.request)


def replayed(recording: Recorder) -> WorldReader:
    return WorldReader(load(dump(recording.world())))


@pytest.mark.parametrize(("op", "params"), QUESTIONS, ids=[op for op, _ in QUESTIONS])
def test_a_recorded_question_has_its_answer_again(op: str, params: dict[str, Any]) -> None:
    recording = recorder()
    told = recording.read(op, **params)
    again = replayed(recording).read(op, **params)
    if op == "cloudwatch:GetMetricData":
        told, again = _plain(told), _plain(again)
    assert again == told


def _plain(answer: Answer) -> Answer:
    results = [{k: v for k, v in r.items() if k != "Label"} for r in answer["MetricDataResults"]]
    return Answer(results=results)


def test_every_question_at_once_fits_one_file() -> None:
    recording = recorder()
    told = [recording.read(op, **params) for op, params in QUESTIONS]
    reader = replayed(recording)
    assert [reader.read(op, **params) for op, params in QUESTIONS] == told


def test_a_recording_of_a_replay_is_the_same_file() -> None:
    first = recorder()
    for op, params in QUESTIONS:
        first.read(op, **params)
    second = Recorder(WorldReader(first.world()), sample_world().request)
    for op, params in QUESTIONS:
        second.read(op, **params)
    assert dump(second.world()) == dump(first.world())


def test_metrics_answer_other_questions_than_the_recorded_one() -> None:
    recording = recorder()
    wide = [query("WriteThrottleEvents", "Sum", TABLE), query("SystemErrors", "Sum", PUTS)]
    recording.read("cloudwatch:GetMetricData", MetricDataQueries=wide, **WINDOW)
    reader = replayed(recording)
    narrow = reader.read(
        "cloudwatch:GetMetricData",
        MetricDataQueries=[query("WriteThrottleEvents", "Sum", TABLE, 300)],
        StartTime=NOW - timedelta(minutes=30),
        EndTime=NOW,
    )["MetricDataResults"][0]
    assert (narrow["Values"], narrow["StatusCode"]) == ([5.0, 7.0], "Complete")
    beyond = reader.read(
        "cloudwatch:GetMetricData",
        MetricDataQueries=[*wide, query("UserErrors", "Sum", {})],
        StartTime=NOW - 2 * HOUR,
        EndTime=NOW,
    )["MetricDataResults"]
    assert {one["StatusCode"] for one in beyond} == {"InternalError"}


def test_two_windows_of_one_metric_stand_side_by_side() -> None:
    recording = recorder()
    asked = [query("ConsumedWriteCapacityUnits", "Sum", TABLE)]
    windows = [
        {"StartTime": NOW - HOUR, "EndTime": NOW},
        {"StartTime": NOW - 26 * HOUR, "EndTime": NOW - 24 * HOUR},
    ]
    told = [
        recording.read("cloudwatch:GetMetricData", MetricDataQueries=asked, **one)
        for one in windows
    ]
    reader = replayed(recording)
    assert [
        reader.read("cloudwatch:GetMetricData", MetricDataQueries=asked, **one) for one in windows
    ] == told


def test_datapoints_that_are_not_complete_are_kept_as_they_were_told() -> None:
    partial = {
        "MetricDataResults": [
            {"Id": "xSum", "Timestamps": [], "Values": [], "StatusCode": "PartialData"}
        ]
    }
    recording = recorder(FakeReader(answers={"cloudwatch:GetMetricData": partial}))
    asked = [query("X", "Sum", TABLE)]
    recording.read("cloudwatch:GetMetricData", MetricDataQueries=asked, **WINDOW)
    again = replayed(recording).read("cloudwatch:GetMetricData", MetricDataQueries=asked, **WINDOW)
    assert again == partial


@pytest.mark.parametrize(
    "error",
    [
        Denied("not allowed", needs=("iam:GetRole",), code="AccessDenied"),
        TimedOut("too late"),
        Missing("say which role: role="),
    ],
)
@pytest.mark.parametrize("method", ["read", "find"])
def test_a_refusal_is_recorded_as_it_was_raised(error: AwsError, method: str) -> None:
    recording = recorder(FakeReader(answers={"iam:GetRole": error}))
    with pytest.raises(type(error)):
        getattr(recording, method)("iam:GetRole", RoleName="x")
    with pytest.raises(type(error)) as again:
        getattr(replayed(recording), method)("iam:GetRole", RoleName="x")
    assert (again.value.detail, again.value.needs, again.value.code) == (
        error.detail,
        error.needs,
        error.code,
    )


def test_that_there_is_nothing_is_recorded_too() -> None:
    recording = recorder()
    assert recording.find("iam:GetRole", RoleName="x") is None
    reader = replayed(recording)
    assert reader.find("iam:GetRole", RoleName="x") is None
    with pytest.raises(Missing, match="no such thing"):
        reader.read("iam:GetRole", RoleName="x")
    assert recording.find("iam:GetRole", RoleName="checkout") is not None


def test_a_capped_list_stays_capped() -> None:
    class Cut(FakeReader):
        def read(self, op: str, /, **params: Any) -> Answer:  # noqa: ANN401 - AWS's
            answer = Answer(Events=[{"EventName": "X"}])
            answer.capped = True
            return answer

    recording = recorder(Cut(answers={}))
    assert recording.read("cloudtrail:LookupEvents").capped
    assert replayed(recording).read("cloudtrail:LookupEvents").capped


class _Late:
    """A reader that learns its account with the first answer."""

    calls = 0

    def __init__(self, region: str, known: list[str]) -> None:
        self.region = region
        self.known = known

    @property
    def account(self) -> str | None:
        return self.known[0] if self.known else None

    def at(self, *, region: str | None = None, account: str | None = None) -> "_Late":
        return _Late(region or self.region, self.known)

    def read(self, op: str, /, **params: Any) -> Answer:  # noqa: ANN401 - AWS's
        return Answer(op=op)

    find = read


def test_the_credentials_own_account_is_one_place_whenever_its_id_was_learnt() -> None:
    late = _Late(REGION, [])
    recording = recorder(late)
    recording.at(region="eu-central-1").read("ec2:DescribeVpcs")
    recording.read("ec2:DescribeVpcs")
    late.known.append(HOME)
    recording.read("ec2:DescribeSubnets")
    world = recording.world()
    assert set(world.places) == {(HOME, REGION), (HOME, "eu-central-1")}
    for region, op in (
        (REGION, "ec2:DescribeVpcs"),
        (REGION, "ec2:DescribeSubnets"),
        ("eu-central-1", "ec2:DescribeVpcs"),
    ):
        assert WorldReader(world).at(region=region).read(op) == {"op": op}


def test_the_run_is_kept_and_the_request_redacted() -> None:
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    request = replace(
        sample_world().request, text=f"aws_secret_access_key={secret}", payload='{"card": 4111}'
    )
    late = Unanswered(why=Why.TIMED_OUT, detail="late")
    because = NotApplicable(because="no index")
    runs = [
        CheckRun(id="a", asks="?", outcome=Answered(said=()), took_ms=5),
        CheckRun(id="b", asks="?", outcome=late, took_ms=6),
        CheckRun(id="c", asks="?", outcome=because, took_ms=7),
    ]
    recording = Recorder(WorldReader(sample_world()), request)
    assert (recording.region, recording.account, recording.calls) == (REGION, HOME, 0)
    text = dump(recording.world(runs=runs, aws_calls=9, took_ms=99, paramedic="0.1.0"))
    world = load(text)
    assert secret not in text
    assert "4111" not in text
    assert [(run.id, run.took_ms, run.outcome) for run in world.checks] == [
        ("a", 5, None),
        ("b", 6, late),
        ("c", 7, because),
    ]
    assert (world.aws_calls, world.took_ms, world.paramedic) == (9, 99, "0.1.0")


def test_plain_numbers_of_time_move_with_now() -> None:
    recording = recorder()
    span = {"startTime": round((NOW - HOUR).timestamp() * 1000)}
    told = recording.read("logs:FilterLogEvents", logGroupName="/aws/lambda/checkout", **span)
    day = 86_400_000
    moved = WorldReader(recording.world().at(NOW + timedelta(milliseconds=day)))
    again = moved.read(
        "logs:FilterLogEvents",
        logGroupName="/aws/lambda/checkout",
        startTime=span["startTime"] + day,
    )
    assert [one["timestamp"] - day for one in again["events"]] == [
        one["timestamp"] for one in told["events"]
    ]


@pytest.mark.parametrize("value", [True, "soon", None, -5, 1e30])
def test_numbers_that_are_no_time_stay_as_they_are(value: object) -> None:
    recording = recorder(FakeReader(answers={"logs:FilterLogEvents": {"events": []}}))
    recording.read("logs:FilterLogEvents", startTime=value)
    assert replayed(recording).read("logs:FilterLogEvents", startTime=value) == {"events": []}


def test_a_world_can_be_copied() -> None:
    world = sample_world()
    WorldReader(world).read("dynamodb:ListTables")
    assert copy.deepcopy(world) == world
