"""Every sample is read exactly as it says: one file a message, in our own words."""

import json
from pathlib import Path

import pytest

from handlers.alerts import Me, inner_event, recognise, to_json

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.json"))
ME = Me(user="U0PARAMED1", bot="B0PARAMED1", app="A0PARAMED1")
NOT_COMPARED = ("why", "fingerprint")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_read_as_it_says(sample: Path) -> None:
    told = json.loads(sample.read_text(encoding="utf-8"))
    read = to_json(recognise(inner_event(told), ME))
    assert {key: value for key, value in read.items() if key not in NOT_COMPARED} == told["reads"]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_every_reading_says_why_and_only_alerts_have_a_fingerprint(sample: Path) -> None:
    alert = recognise(inner_event(json.loads(sample.read_text(encoding="utf-8"))), ME)
    assert alert.why
    assert (alert.fingerprint is not None) == (alert.kind == "alert")


def test_there_is_a_sample_of_every_kind_and_action() -> None:
    reads = [json.loads(sample.read_text(encoding="utf-8"))["reads"] for sample in SAMPLES]
    assert {read["kind"] for read in reads} == {
        "alert",
        "notice",
        "ci",
        "chatter",
        "command",
        "own",
    }
    assert {read["action"] for read in reads} == {"open", "update", "resolve", "ignore", "command"}
