"""The message of a diagnosis and its thread: complete, in order, inside Slack's limits, inert."""

import dataclasses
import json
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diagnostics import evidence, incidents
from diagnostics.model import (
    Answered,
    CheckRun,
    Conclusion,
    Confidence,
    Finding,
    NotApplicable,
    Report,
    RuledOut,
    Strength,
    Unanswered,
    Why,
)
from diagnostics.replay import replay
from handlers.blocks import (
    Button,
    Message,
    Progress,
    details_messages,
    progress_message,
    report_message,
)
from handlers.blocks.details import MOST_PAGES
from tests.diagnostics.reports import CLEAR, FULL, REPORTS, REQUEST, UNSURE
from tests.handlers.blocks.hostile import TEXTS, alive, largest, refused, shown, unseen

ID = "dg_5f0c"
ANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def bundled(name: str) -> Report:
    return replay(evidence.load(incidents.read(name)))


def everything(report: Report) -> list[Message]:
    return [report_message(report, diagnosis_id=ID), *details_messages(report)]


def text_of(report: Report) -> str:
    return "\n".join(shown(message) for message in everything(report))


def buttons_of(message: Message) -> dict[str, str]:
    return {
        element["action_id"]: element["value"]
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    }


CASES = {"full": FULL, "clear": CLEAR, "unsure": UNSURE, "largest": largest()}


@pytest.mark.parametrize("name", [*CASES, *incidents.TITLES])
def test_slack_takes_every_message_and_nothing_in_it_is_alive(name: str) -> None:
    report = CASES.get(name) or bundled(name)

    for message in everything(report):
        assert refused(message) == []
        assert alive(message) == []
        assert unseen(message) == set()
        json.dumps(message.posted).encode()


@ANY
@given(report=REPORTS)
def test_slack_takes_any_report(report: Report) -> None:
    for message in everything(report):
        assert refused(message) == []
        assert alive(message) == []


@ANY
@given(text=TEXTS)
def test_no_text_breaks_out_wherever_it_comes_from(text: str) -> None:
    report = dataclasses.replace(
        FULL,
        headline=text or "x",
        request=dataclasses.replace(REQUEST, table=text, error=None, text=text),
        symptom=dataclasses.replace(FULL.symptom, says=text),
        verdicts=tuple(
            dataclasses.replace(v, title=text, says=(text,), against=(text,), docs=(text,))
            for v in FULL.verdicts
        ),
    )

    for message in everything(report):
        assert refused(message) == []
        assert alive(message) == []
        assert unseen(message) == set()


def test_the_answer_comes_first_and_the_rest_in_its_order() -> None:
    text = report_message(FULL, diagnosis_id=ID).text
    order = [
        "Cause found: Auto scaling failed",
        "Asked:",
        "CONFIRMED: Auto scaling tried and could not scaling.failed",
        "3 activities failed.",
        "StatusCode = Failed",
        "LIKELY: Capacity is too small",
        "Ruled out (2): network.no_route, throttling.hot_key",
        "Changes: 1 implicated, 1 acquitted of 2",
        "Implicated 2026-03-01 10:19:00 UTC Detached a policy on scaler by terraform:",
        "Acquitted",
        "Could not look: 2 checks have no answer",
        "Missing permissions: iam:SimulatePrincipalPolicy, iam:GetRole",
        "iam.simulation denied:",
        "Needs iam:SimulatePrincipalPolicy, iam:GetRole",
        "What to do: Give the scaling role its permission back",
        "aws iam attach-role-policy --role-name scaler",
        "Risk: None known.",
        "Undo: Detach the policy.",
        "To catch it earlier",
        "Say when scaling fails",
        "31 AWS calls, 1.9 s · diagnosis dg_5f0c",
    ]

    places = [text.find(words) for words in order]

    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)


def test_the_buttons_carry_nothing_but_the_id() -> None:
    assert buttons_of(report_message(FULL, diagnosis_id=ID)) == dict.fromkeys(
        [
            Button.DIAGNOSE_AGAIN,
            Button.SHOW_EVIDENCE,
            Button.DECLARE_OR_JOIN,
            Button.HELPED,
            Button.WRONG,
        ],
        ID,
    )


def test_inside_an_incident_no_other_is_offered() -> None:
    message = report_message(FULL, diagnosis_id=ID, incident="INC-12")

    assert Button.DECLARE_OR_JOIN not in buttons_of(message)
    assert "part of INC-12" in message.text


def test_half_a_diagnosis_says_so_and_asks_no_opinion() -> None:
    message = report_message(FULL, diagnosis_id=ID, progress=Progress(done=3, total=40))

    assert message.text.startswith("So far, 3 of 40 checks: Auto scaling failed")
    assert not {Button.HELPED, Button.WRONG} & buttons_of(message).keys()


def test_what_is_only_possible_is_not_sold_as_the_answer() -> None:
    verdict = dataclasses.replace(FULL.verdicts[0], confidence=Confidence.POSSIBLE)
    report = dataclasses.replace(
        FULL, conclusion=Conclusion.INCONCLUSIVE, headline="Nothing is proven.", verdicts=(verdict,)
    )

    text = report_message(report, diagnosis_id=ID).text

    assert text.startswith("Inconclusive: Nothing is proven.")
    assert "POSSIBLE, not proven: Auto scaling" in text
    assert "If that is the cause: Give the scaling role" in text


def test_a_long_headline_stands_whole_below_the_title() -> None:
    headline = f"{'It is slow. ' * 20}And it fails."
    blocks = report_message(dataclasses.replace(FULL, headline=headline), diagnosis_id=ID).blocks

    assert blocks[0]["text"]["text"] == "Cause found"
    assert blocks[1]["elements"][0]["elements"][0]["text"] == headline


def test_a_long_command_is_never_shown_in_part() -> None:
    command = f"aws dynamodb update-table --table-name {'x' * 3_000}"
    remedy = dataclasses.replace(FULL.verdicts[0].remedies[0], commands=(command,))
    verdict = dataclasses.replace(FULL.verdicts[0], remedies=(remedy,))
    report = dataclasses.replace(FULL, verdicts=(verdict,))

    assert "update-table" not in shown(report_message(report, diagnosis_id=ID))
    assert "The commands stand in the thread." in report_message(report, diagnosis_id=ID).text
    assert command in text_of(report)


def test_a_command_too_long_for_slack_is_left_to_the_file() -> None:
    remedy = dataclasses.replace(FULL.verdicts[0].remedies[0], commands=("y" * 5_001,))
    verdict = dataclasses.replace(FULL.verdicts[0], remedies=(remedy,))

    text = text_of(dataclasses.replace(FULL, verdicts=(verdict,)))

    assert "yyy" not in text
    assert '5,001 characters more in the file behind "Show evidence"' in text


@pytest.mark.parametrize("name", [*incidents.TITLES])
def test_the_thread_tells_all_of_a_bundled_incident(name: str) -> None:
    report = bundled(name)
    text = text_of(report)
    told = [
        *(says for verdict in report.verdicts for says in verdict.says),
        *(e.reading for verdict in report.verdicts for e in verdict.evidence),
        *(one.says for one in report.ruled_out),
        *(judged.why for judged in report.changes),
        *(need for line in report.unanswered for need in line.needs),
        *(c for v in report.verdicts for r in v.remedies for c in r.commands),
        *(r.undo for v in report.verdicts for r in v.remedies),
        *(url for verdict in report.verdicts for url in verdict.docs),
        *(entry.title for entry in report.prevention),
        *(entry.code.strip("\n") for entry in report.prevention if entry.code),
    ]
    # The sentences of the report may hold line breaks; Slack shows those of code alone.
    missing = [one for one in told if one not in text and " ".join(one.split()) not in text]

    assert missing == []


def test_the_thread_of_the_largest_report_ends_and_says_what_is_left() -> None:
    pages = details_messages(largest())

    assert len(pages) == MOST_PAGES
    assert (
        'more in the file behind "Show evidence".'
        in pages[-1].blocks[-1]["elements"][-1]["elements"][-1]["text"]
    )


def test_no_page_ends_with_a_heading() -> None:
    assert all(page.blocks[-1]["type"] == "rich_text" for page in details_messages(largest()))


def test_the_missing_permissions_are_named_once() -> None:
    text = report_message(bundled("blind"), diagnosis_id=ID).text

    assert "Missing permissions: dynamodb:DescribeTable, lambda:GetFunctionConfiguration" in text
    assert "more checks in the thread" in text


def test_one_is_not_many() -> None:
    lines = FULL.unanswered[:1]
    offered = (
        *FULL.verdicts[0].remedies,
        dataclasses.replace(FULL.verdicts[0].remedies[0], why="x"),
    )
    verdict = dataclasses.replace(FULL.verdicts[0], remedies=offered)
    report = dataclasses.replace(FULL, unanswered=lines, verdicts=(verdict,))

    text = report_message(report, diagnosis_id=ID).text

    assert "Could not look: 1 check has no answer" in text
    assert "1 more remedy in the thread" in text


def test_a_long_table_is_counted_where_it_ends() -> None:
    ruled_out = tuple(RuledOut(cause=f"network.n{n}", says="No.") for n in range(130))

    text = text_of(dataclasses.replace(FULL, ruled_out=ruled_out))

    assert '… 30 more in the file behind "Show evidence".' in text
    assert "and 118 more" in text


def test_without_sections_there_is_no_thread() -> None:
    assert details_messages(CLEAR) == ()


def test_only_the_documentation_of_aws_is_linked() -> None:
    docs = ("https://docs.aws.amazon.com/a/b.html", "https://evil.example/a", "https://x.aws/")
    verdict = dataclasses.replace(FULL.verdicts[0], docs=docs)
    pages = details_messages(dataclasses.replace(FULL, verdicts=(verdict,)))
    links = [
        line["url"]
        for page in pages
        for block in page.blocks
        for element in block.get("elements", ())
        for line in element["elements"]
        if line["type"] == "link"
    ]

    assert links == [docs[0]]
    assert all(url in text_of(dataclasses.replace(FULL, verdicts=(verdict,))) for url in docs)


def a_finding(strength: Strength, *, off_path: bool = False) -> Finding:
    return Finding(
        cause="scaling.failed",
        strength=strength,
        says="3 <!here> activities failed.",
        off_path=off_path,
    )


def run(outcome: Answered | NotApplicable | Unanswered) -> CheckRun:
    return CheckRun(id="scaling.activities", asks="Did it act?", outcome=outcome, took_ms=9)


@pytest.mark.parametrize(
    ("done", "total", "told"),
    [
        ([], 0, "▱▱▱▱▱▱▱▱▱▱  0 of 0 checks ended"),
        ([], 40, "▱▱▱▱▱▱▱▱▱▱  0 of 40 checks ended"),
        ([run(NotApplicable(because="no function"))], 2, "▰▰▰▰▰▱▱▱▱▱  1 of 2 checks ended"),
        (
            [
                run(Answered(said=(a_finding(Strength.PROVES),))),
                run(Answered(said=(a_finding(Strength.AGAINST),))),
                run(Answered(said=(a_finding(Strength.PROVES, off_path=True),))),
                run(Unanswered(why=Why.DENIED, detail="no")),
            ],
            4,
            "▰▰▰▰▰▰▰▰▰▰  4 of 4 checks ended, 1 found something, 1 could not look",
        ),
    ],
)
def test_progress_is_counted(done: list[CheckRun], total: int, told: str) -> None:
    message = progress_message(REQUEST, done, total)

    assert told.replace("  ", " ") in message.text
    assert refused(message) == []


def test_progress_tells_the_first_finding() -> None:
    message = progress_message(REQUEST, [], 40, a_finding(Strength.PROVES))

    assert message.text.startswith("Diagnosing\nAsked: dynamodb 408 table=orders")
    assert message.text.endswith(
        "First finding: 3 &lt;!here&gt; activities failed. (scaling.failed)"
    )
    assert (refused(message), alive(message)) == ([], [])


@ANY
@given(texts=st.lists(TEXTS, min_size=3, max_size=3))
def test_progress_of_any_request_is_taken(texts: list[str]) -> None:
    request = dataclasses.replace(REQUEST, table=texts[0], error=texts[1], ecs=texts[2])
    message = progress_message(request, [], 3)

    assert (refused(message), alive(message), unseen(message)) == ([], [], set())
