"""The bundled incidents: right, whatever their names, places and times, and honest in the dark."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from diagnostics import evidence, incidents
from diagnostics.aws.policy import iam_action
from diagnostics.checks import ALL
from diagnostics.evidence import World, WorldReader
from diagnostics.model import Conclusion, Confidence, Judgement, Report, UnansweredLine
from diagnostics.replay import ALLOWED, replay
from diagnostics.run import answer
from diagnostics.text import report_json
from tests.worlds.stories import STORIES
from tests.worlds.unrelated import with_unrelated


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """What a right diagnosis says of an incident, at least."""

    first: str | None
    beside: frozenset[str] = frozenset()  # other causes that may be confirmed or likely
    ruled_out: frozenset[str] = frozenset()
    implicated: frozenset[str] = frozenset()
    acquitted: frozenset[str] = frozenset()
    conclusion: Conclusion = Conclusion.CAUSE


def right(first: str | None, ruled_out: str = "", **more: str) -> Right:
    return Right(
        first=first,
        ruled_out=frozenset(ruled_out.split()),
        beside=frozenset(more.get("beside", "").split()),
        implicated=frozenset(more.get("implicated", "").split()),
        acquitted=frozenset(more.get("acquitted", "").split()),
        conclusion=Conclusion(more.get("conclusion", "cause")),
    )


RIGHT = {
    "no-route": right(
        "network.no_route",
        "iam.identity_policy throttling.provisioned",
        beside="client.timeout_budget",
    ),
    "endpoint-policy": right(
        "iam.endpoint_policy",
        "iam.identity_policy network.no_route",
        implicated="ModifyVpcEndpoint",
        acquitted="AttachRolePolicy",
    ),
    "account-endpoint": right("network.endpoint_host", "payload.validation throttling.provisioned"),
    "client-pool": right("client.pool", "client.cpu throttling.provisioned"),
    "index-throttle": right("throttling.index", "throttling.provisioned", acquitted="UpdateTable"),
    "scaling-role": right(
        "scaling.failed",
        "network.no_route throttling.hot_key",
        beside="throttling.provisioned",
        acquitted="UpdateFunctionCode",
    ),
    "terraform-reset": right(
        "throttling.provisioned",
        "scaling.failed",
        implicated="UpdateTable",
        acquitted="UpdateAddon",
    ),
    "kms-permission": right("iam.kms_permission", "iam.identity_policy"),
    "key-schema": right(
        "payload.validation",
        "iam.identity_policy contention.conditional",
        implicated="UpdateFunctionCode",
        acquitted="AttachRolePolicy",
    ),
    "hidden-throttle": right(
        "throttling.provisioned", "network.no_route", beside="client.timeout_budget"
    ),
    "middlebox-408": right("middlebox.answered", "throttling.provisioned aws.service_event"),
    "noise": right(None, "aws.service_event throttling.provisioned", conclusion="clear"),
    "healthy": right(None, "throttling.provisioned network.no_route", conclusion="clear"),
    "blind": right(None, conclusion="inconclusive"),
}
NAMES = list(incidents.TITLES)


def sure(report: Report) -> dict[str, Confidence]:
    return {
        v.cause: v.confidence for v in report.verdicts if v.confidence is not Confidence.POSSIBLE
    }


def check_right(name: str, report: Report) -> None:
    """Compare a report with what is right for the incident."""
    wanted = RIGHT[name]
    assert report.conclusion is wanted.conclusion
    found = sure(report)
    assert next(iter(found), None) == wanted.first
    assert set(found) - {wanted.first} <= wanted.beside
    ruled_out = {r.cause for r in report.ruled_out}
    assert wanted.ruled_out <= ruled_out
    assert not ruled_out & {v.cause for v in report.verdicts}
    judged = {
        judgement: {c.change.event for c in report.changes if c.judgement is judgement}
        for judgement in Judgement
    }
    assert judged[Judgement.IMPLICATED] == wanted.implicated
    assert wanted.acquitted <= judged[Judgement.ACQUITTED]


def world_of(name: str) -> World:
    return evidence.load(incidents.read(name))


def test_every_bundled_incident_has_a_story_and_a_right_answer() -> None:
    assert list(incidents.TITLES) == list(STORIES) == list(RIGHT)
    assert incidents.DEFAULT in incidents.TITLES


def test_an_incident_that_is_not_bundled_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        incidents.read("../secrets")


@pytest.mark.parametrize("name", NAMES)
def test_the_bundled_file_is_what_the_builder_writes(name: str) -> None:
    assert incidents.read(name) == evidence.dump(STORIES[name]())


@pytest.mark.parametrize("name", NAMES)
def test_the_diagnosis_is_right(name: str) -> None:
    check_right(name, replay(world_of(name)))


@pytest.mark.parametrize("name", NAMES)
def test_the_same_evidence_gives_the_same_report(name: str) -> None:
    assert report_json(replay(world_of(name))) == report_json(replay(world_of(name)))


OTHER_NAMES = {
    "orders": "wb-ledger.v2",
    "checkout": "take_payment",
    "123456789012": "998877665544",
    "vpce-0a1": "vpce-0ff1ce",
    "subnet-0a1": "subnet-0123456789abcdef0",
    "by-status": "gsi_7",
}


def renamed(text: str) -> str:
    for old, new in OTHER_NAMES.items():
        text = text.replace(old, new)
    return text


def moved(region: str, partition: str) -> Callable[[str], str]:
    def move(text: str) -> str:
        text = text.replace("eu-west-1", region)
        if partition != "aws":
            text = text.replace("us-east-1", _home(region)).replace("arn:aws:", f"arn:{partition}:")
        return text

    return move


def _home(region: str) -> str:
    return "us-gov-west-1" if region.startswith("us-gov") else "cn-north-1"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(renamed, id="renamed"),
        pytest.param(moved("us-gov-east-1", "aws-us-gov"), id="govcloud"),
        pytest.param(moved("ap-southeast-2", "aws"), id="another-region", marks=pytest.mark.heavy),
        pytest.param(moved("cn-northwest-1", "aws-cn"), id="china", marks=pytest.mark.heavy),
    ],
)
def test_names_and_places_do_not_move_the_verdict(name: str, change: Callable[[str], str]) -> None:
    check_right(name, replay(evidence.load(change(incidents.read(name)))))


@pytest.mark.parametrize("name", NAMES)
def test_the_date_does_not_move_the_verdict(name: str) -> None:
    world = world_of(name)
    check_right(name, replay(world.at(world.now + timedelta(days=97, minutes=7))))


@pytest.mark.parametrize("name", NAMES)
def test_single_item_pages_do_not_move_the_verdict(name: str) -> None:
    check_right(name, replay(replace(world_of(name), page_size=1)))


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_answers_does_not_move_the_verdict(name: str) -> None:
    content = json.loads(incidents.read(name))
    for regions in content["places"].values():
        for place in regions.values():
            for key, items in place.get("state", {}).items():
                if key != "iam.simulations":  # the first that matches decides
                    items.reverse()
    check_right(name, replay(evidence.load(json.dumps(content))))


@pytest.mark.parametrize("name", NAMES)
def test_unrelated_changes_and_tables_do_not_move_the_verdict(name: str) -> None:
    check_right(name, replay(with_unrelated(world_of(name), count=50)))


def _actions_used(world: World) -> set[str]:
    reader = WorldReader(world, allowed=ALLOWED)
    for check in ALL:
        answer(check, world.request, reader)
    return {iam_action(op) for op in reader.asked}


def _needs(lines: tuple[UnansweredLine, ...]) -> set[str]:
    return {need for line in lines for need in line.needs}


@pytest.mark.heavy
@pytest.mark.parametrize("name", [n for n in NAMES if n != "blind"])
def test_what_is_not_allowed_is_said_and_never_makes_anything_surer(name: str) -> None:
    world = world_of(name)
    whole = replay(world)
    before = sure(whole)
    truth = {RIGHT[name].first, *RIGHT[name].beside}
    required = {check.id for check in whole.checks if check.required}
    for action in sorted(_actions_used(world)):
        report = replay(world.denying(action))
        after = sure(report)
        assert set(after) <= truth, (action, after)
        for cause, confidence in after.items():
            assert cause in before, (action, cause)
            assert not (confidence is Confidence.CONFIRMED and before[cause] is Confidence.LIKELY)
        assert action in _needs(report.unanswered), action
        silenced = {line.check for line in report.unanswered if action in line.needs}
        if silenced & required:
            assert report.conclusion is not Conclusion.CLEAR, action


def test_a_408_is_told_to_be_none_of_dynamodbs_own() -> None:
    report = replay(world_of("middlebox-408"))
    assert re.search(r"DynamoDB.*408", report.symptom.says)
