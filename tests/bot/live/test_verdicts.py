"""What replay concludes, the real SDK over real HTTP concludes too."""

import json
from typing import Any

import pytest

from diagnostics import incidents
from diagnostics.replay import ALLOWED, replay
from tests.bot.live.terminal import Terminal, incident, served, unanswered, verdicts, words_for

QUICK = ("scaling-role", "no-route", "kms-permission", "healthy")
NAMES = [
    pytest.param(name, marks=() if name in QUICK else pytest.mark.heavy)
    for name in incidents.TITLES
]


@pytest.mark.parametrize("name", NAMES)
def test_aws_over_http_gives_the_verdicts_of_replay(name: str, terminal: Terminal) -> None:
    world = incident(name)
    replayed = replay(world)
    with served(world, terminal) as server:
        ended = terminal.paramedic(*words_for(world.request), "--output", "json")
    assert ended.code == 0
    report = ended.report
    assert report["conclusion"] == replayed.conclusion
    assert verdicts(report) == [(v.cause, v.confidence) for v in replayed.verdicts]
    assert {r["cause"] for r in report["ruled_out"]} == {r.cause for r in replayed.ruled_out}
    assert set(unanswered(report)) == {line.check for line in replayed.unanswered}
    assert judgements(report) == [(c.change.what, c.judgement) for c in replayed.changes]
    assert server.operations <= ALLOWED
    assert report["aws_calls"] >= len(server.operations) > 0


def judgements(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [(change["what"], change["judgement"]) for change in report["changes"]]


@pytest.mark.heavy
@pytest.mark.parametrize("name", incidents.TITLES)
def test_pages_of_one_item_each_change_nothing(name: str, terminal: Terminal) -> None:
    world = incident(name)
    found = []
    for size in (None, 1):
        with served(world.paged(size), terminal):
            words = [*words_for(world.request), "--deadline", "60"]
            found.append(terminal.paramedic(*words, "--output", "json").report)
    assert verdicts(found[0]) == verdicts(found[1])
    assert found[0]["conclusion"] == found[1]["conclusion"]


def test_the_report_names_the_account_and_region_that_were_read(terminal: Terminal) -> None:
    world = incident("healthy")
    with served(world, terminal):
        report = terminal.paramedic(*words_for(world.request), "--output", "json").report
    request = report["request"]
    assert (request["account"], request["region"]) == (world.home, world.request.region)


@pytest.mark.parametrize("name", ["scaling-role", "healthy"])
def test_the_evidence_of_a_run_gives_the_same_bytes_again(name: str, terminal: Terminal) -> None:
    world = incident(name)
    with served(world, terminal):
        for form in ("json", "text", "markdown"):
            words = [*words_for(world.request), "--record", "kept.json", "--output", form]
            live = terminal.paramedic(*words)
            again = terminal.paramedic("replay", "kept.json", "--output", form)
            assert (live.code, again.code, again.err) == (0, 0, "")
            assert again.out == live.out
    assert json.loads((terminal.folder / "kept.json").read_text())["format"] == "paramedic-world"


def test_progress_is_told_beside_the_report(terminal: Terminal) -> None:
    world = incident("scaling-role")
    with served(world, terminal):
        ended = terminal.paramedic(*words_for(world.request))
    assert ended.out.startswith("CAUSE")
    assert "Traceback" not in ended.err
    assert len(ended.err.splitlines()) >= 40
