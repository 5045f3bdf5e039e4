import dataclasses
import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from diagnostics.model import Report
from diagnostics.text import report_json
from tests.diagnostics.reports import CLEAR, FULL, REPORTS, REQUEST, UNSURE

SCHEMA = json.loads(
    resources.files("diagnostics").joinpath("report.schema.json").read_text(encoding="utf-8"),
)
VALIDATOR = Draft202012Validator(SCHEMA)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("report", [FULL, CLEAR, UNSURE])
def test_a_report_made_by_hand_fits_the_schema(report: Report) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(report_json(report))] == []


@settings(max_examples=40)
@given(REPORTS)
def test_any_report_fits_the_schema_and_survives_json(report: Report) -> None:
    shown = report_json(report)
    assert [error.message for error in VALIDATOR.iter_errors(shown)] == []
    assert json.loads(json.dumps(shown)) == shown
    assert "5b1c" not in json.dumps(shown)


def test_every_object_of_the_schema_names_all_of_its_keys() -> None:
    objects = list(objects_in(SCHEMA))
    assert len(objects) == 11
    for entry in objects:
        assert entry["additionalProperties"] is False
        assert entry["required"] == list(entry["properties"])


def objects_in(schema: object) -> Iterator[dict[str, Any]]:
    if isinstance(schema, list):
        for entry in schema:
            yield from objects_in(entry)
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for entry in schema.values():
            yield from objects_in(entry)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), 2),
        (("conclusion",), "healthy"),
        (("took_ms",), -1),
        (("headline",), ""),
        (("extra",), 1),
        (("request", "since"), "2026-03-01T10:00:00+00:00"),
        (("request", "since"), "2026-03-01T10:00:00Z"),
        (("symptom", "class"), "timeout"),
        (("symptom", "count"), 1.5),
        (("verdicts", 0, "confidence"), "certain"),
        (("verdicts", 0, "cause"), "broken"),
        (("verdicts", 0, "remedies", 0, "commands"), None),
        (("changes", 0, "judgement"), "guilty"),
        (("unanswered", 0, "why"), "unknown"),
        (("checks", 0, "outcome"), "failed"),
        (("prevention", 0, "kind"), "hope"),
    ],
)
def test_the_schema_refuses_what_is_not_in_the_contract(
    path: tuple[str | int, ...], value: object
) -> None:
    shown = report_json(FULL)
    at: Any = shown
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    assert not VALIDATOR.is_valid(shown)


def test_a_report_is_written_in_the_order_of_the_contract() -> None:
    shown = report_json(FULL)
    assert list(shown) == [
        "schema",
        "request",
        "symptom",
        "conclusion",
        "headline",
        "verdicts",
        "ruled_out",
        "changes",
        "unanswered",
        "checks",
        "prevention",
        "took_ms",
        "aws_calls",
    ]
    assert shown["request"] == {
        "service": "dynamodb",
        "error": "408",
        "text": None,
        "table": "orders",
        "index": None,
        "function": "checkout",
        "ecs": None,
        "role": None,
        "log_group": None,
        "region": "eu-west-1",
        "account": "123456789012",
        "since": "2026-03-01T10:00:00.000Z",
        "until": "2026-03-01T11:00:00.000Z",
        "lb": None,
        "subnets": None,
        "now": "2026-03-01T11:00:00.000Z",
    }
    assert shown["changes"][0] == {
        "at": "2026-03-01T10:19:00.000Z",
        "what": "Detached a policy",
        "who": "terraform",
        "resource": "scaler",
        "judgement": "implicated",
        "implicated": True,
        "why": "It is able to bring about scaling.failed, 1 min before the first failure.",
    }


def test_several_names_are_written_as_they_are_typed() -> None:
    request = dataclasses.replace(REQUEST, log_groups=("/a", "/b"), subnets=("subnet-1",))
    shown = report_json(dataclasses.replace(FULL, request=request))["request"]
    assert (shown["log_group"], shown["subnets"]) == ("/a,/b", "subnet-1")


def test_a_pasted_secret_is_not_shown_again() -> None:
    text = "aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY in checkout"
    request = dataclasses.replace(REQUEST, text=text)
    shown = report_json(dataclasses.replace(FULL, request=request))["request"]["text"]
    assert "wJalr" not in shown
    assert shown.endswith("in checkout")
