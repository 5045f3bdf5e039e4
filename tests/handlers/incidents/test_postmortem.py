import json
from dataclasses import replace

import pytest

from diagnostics.model import Conclusion, Confidence
from handlers.incidents.changes import merge
from handlers.incidents.commands import (
    Acknowledge,
    AddAction,
    Assign,
    CloseAction,
    Diagnosed,
    Mitigate,
    Note,
    RemedyDone,
    Reopen,
    Resolve,
)
from handlers.incidents.excerpt import (
    Excerpt,
    ImplicatedChange,
    PreventionIdea,
    Reading,
    excerpt,
)
from handlers.incidents.model import Helped, Incident, Severity
from handlers.incidents.postmortem import Related, postmortem, postmortem_json
from handlers.incidents.postmortem_markdown import postmortem_markdown
from handlers.incidents.search import predecessors
from tests.handlers.incidents.samples import after, an_alert, declared, later, opened

REPORT: dict[str, object] = {
    "verdicts": [
        {"cause": "dynamodb.other", "title": "Another"},
        {
            "cause": "dynamodb.read_throttled",
            "title": "Reads are throttled",
            "says": ["412 reads were throttled in 10 minutes.", 7],
            "evidence": [
                {
                    "source": "cloudwatch:GetMetricData",
                    "reading": "ReadThrottleEvents = 412",
                    "at": "2026-09-14T07:40:00.000Z",
                },
                "odd",
            ],
            "against": ["The table is on demand."],
        },
    ],
    "ruled_out": [{"cause": "network.no_route", "says": "Other calls were answered."}],
    "changes": [
        {
            "at": "2026-09-14T07:39:00.000Z",
            "what": "UpdateTable: read capacity 400 -> 10",
            "who": "role/terraform",
            "implicated": True,
            "why": "It came a minute before.",
        },
        {"at": "2026-09-14T06:00:00.000Z", "what": "a deployment", "implicated": False},
    ],
    "unanswered": [{"check": "dynamodb.hot_key", "why": "denied", "detail": "Not allowed."}],
    "prevention": [
        {"kind": "alarm", "title": "An alarm on throttles", "code": "aws cloudwatch ```x```"},
        {"kind": "limit", "title": "A floor for the capacity", "code": None},
    ],
}

FOUND = Diagnosed(
    report_id="r1",
    headline="Reads of orders are throttled since the capacity was lowered.",
    conclusion=Conclusion.CAUSE,
    cause="dynamodb.read_throttled",
    confidence=Confidence.CONFIRMED,
    first_at=later(-3),
)


def lived() -> Incident:
    return after(
        opened(),
        Acknowledge(text="looking"),
        FOUND,
        RemedyDone(title="capacity raised", helped=Helped.YES),
        RemedyDone(title="restart", helped=Helped.NO),
        AddAction(text="an alarm", owner="U0BOB"),
        AddAction(text="a floor"),
        CloseAction(number=2),
        Mitigate(),
        Resolve(text="back to normal"),
    )


def test_an_excerpt_takes_what_concerns_the_cause() -> None:
    assert excerpt(REPORT, "dynamodb.read_throttled") == Excerpt(
        title="Reads are throttled",
        says=("412 reads were throttled in 10 minutes.",),
        evidence=(
            Reading(
                source="cloudwatch:GetMetricData",
                reading="ReadThrottleEvents = 412",
                at="2026-09-14T07:40:00.000Z",
            ),
        ),
        against=("The table is on demand.",),
        ruled_out=("network.no_route: Other calls were answered.",),
        changes=(
            ImplicatedChange(
                at="2026-09-14T07:39:00.000Z",
                what="UpdateTable: read capacity 400 -> 10",
                who="role/terraform",
                why="It came a minute before.",
            ),
        ),
        not_looked_at=("dynamodb.hot_key (denied): Not allowed.",),
        prevention=(
            PreventionIdea(title="An alarm on throttles", code="aws cloudwatch ```x```"),
            PreventionIdea(title="A floor for the capacity", code=None),
        ),
    )


@pytest.mark.parametrize("report", [{}, {"verdicts": 7, "changes": "x"}, {"verdicts": [None]}])
def test_a_report_with_missing_parts_gives_an_excerpt_with_missing_parts(
    report: dict[str, object],
) -> None:
    assert excerpt(report, "dynamodb.read_throttled") == Excerpt()


def test_the_whole_story_as_markdown() -> None:
    incident = lived()
    before = after(opened(an_alert(-600), incident_id="INC-3"), minute=-599)
    before = after(before, Resolve(text="capacity raised"), minute=-590)
    related = Related(
        reports={"r1": REPORT},
        predecessors=predecessors(incident, [before]),
        names={"U0ANN": "Ann", "U0BOB": "Bob"},
    )
    assert postmortem_markdown(incident, related) == WHOLE


WHOLE = """\
# INC-12: orders-reads-throttled

|  |  |
| --- | --- |
| Severity | SEV2 |
| State | resolved |
| Service | dynamodb |
| Table | orders |
| Region | eu-west-1 |
| Account | 123456789012 |
| Opened by | monitor:datadog |
| Assignee | Ann |

## Summary

orders-reads-throttled (SEV2 on orders) is resolved. It lasted 11 min. \
The cause is confirmed: Reads of orders are throttled since the capacity was lowered.

## Impact

It lasted 11 min.

- orders-reads-throttled (datadog): told once since 2026-09-14 07:42:31, last firing

## Times

| Step | UTC | How it is known |
| --- | --- | --- |
| Impact began | 2026-09-14 07:39:31 | measured by a diagnosis |
| Detected | 2026-09-14 07:42:31 | posted by the monitor |
| Reported | 2026-09-14 07:42:31 | recorded here |
| Acknowledged | 2026-09-14 07:43:31 | recorded here |
| Mitigated | 2026-09-14 07:50:31 | recorded here |
| Resolved | 2026-09-14 07:51:31 | recorded here |

## Cause

**Reads of orders are throttled since the capacity was lowered.** \
(dynamodb.read\\_throttled, confirmed)

- 412 reads were throttled in 10 minutes.
- Evidence, cloudwatch:GetMetricData at 2026-09-14T07:40:00.000Z: ReadThrottleEvents = 412
- Against it: The table is on demand.
- Change held responsible, 2026-09-14T07:39:00.000Z: UpdateTable: read capacity 400 -&gt; 10 \
by role/terraform. It came a minute before.
- Ruled out: network.no\\_route: Other calls were answered.
- Not looked at: dynamodb.hot\\_key (denied): Not allowed.

From report r1.

## Remedies done

- 2026-09-14 07:45:31 Ann: capacity raised (helped)
- 2026-09-14 07:46:31 Ann: restart (did not help)

## Prevention

- An alarm on throttles

````
aws cloudwatch ```x```
````

- A floor for the capacity

## Open actions

- [ ] 1. an alarm (Bob)

## Actions done

- [x] 2. a floor (no owner)

## Seen before

- INC-3 orders-reads-throttled: the same alert, reported 2026-09-13 21:42:31, \
resolved 2026-09-13 21:52:31; mended by: Resolved: capacity raised

## Timeline

| UTC | Incident | Who | What |
| --- | --- | --- | --- |
| 2026-09-14 07:42:31 | INC-12 | monitor:datadog | orders-reads-throttled |
| 2026-09-14 07:43:31 | INC-12 | Ann | Acknowledged: looking |
| 2026-09-14 07:44:31 | INC-12 | Ann | Reads of orders are throttled \
since the capacity was lowered. |
| 2026-09-14 07:45:31 | INC-12 | Ann | capacity raised (helped) |
| 2026-09-14 07:46:31 | INC-12 | Ann | restart (did not help) |
| 2026-09-14 07:47:31 | INC-12 | Ann | Action 1 added: an alarm |
| 2026-09-14 07:48:31 | INC-12 | Ann | Action 2 added: a floor |
| 2026-09-14 07:49:31 | INC-12 | Ann | Action 2 closed: a floor |
| 2026-09-14 07:50:31 | INC-12 | Ann | Mitigated |
| 2026-09-14 07:51:31 | INC-12 | Ann | Resolved: back to normal |
"""


def test_what_nobody_knows_is_said() -> None:
    text = postmortem_markdown(declared(drill=True))
    assert "# INC-12 (drill): Checkout is slow" in text
    assert "Drill: Checkout is slow (SEV3) is open. It has not ended." in text
    assert "| Impact began | - | unknown; no later than 07:42:31 UTC, when it was noticed |" in text
    assert "| Resolved | - | has not happened |" in text
    assert "## Cause\n\nNo cause has been found." in text
    assert "## Remedies done\n\nNone was recorded." in text
    assert "## Prevention\n\nNo diagnosis proposed any." in text
    assert "## Open actions\n\nNone." in text
    assert "## Actions done" not in text
    assert "## Seen before" not in text


def test_an_end_without_acknowledgement_and_start_is_at_least_that_long() -> None:
    told = postmortem(after(declared(), Resolve(), minute=42))
    assert told.impact.says == "It lasted at least 42 min."
    assert (told.impact.at_least, told.impact.lasted_s) == (True, 42 * 60)
    assert {clock.step: clock.says for clock in told.clocks}["Acknowledged"] == (
        "unknown; nobody recorded it"
    )


def test_a_report_that_expired_is_said_to_be_gone() -> None:
    told = postmortem(lived())
    assert told.cause is not None
    assert not told.cause.report_kept
    assert "The report r1 is no longer kept, and its evidence with it." in postmortem_markdown(
        lived()
    )


def test_a_reopening_shows_its_clock() -> None:
    told = postmortem(after(declared(), Resolve(), Reopen()))
    assert told.clocks[-1].step == "Reopened (last)"
    assert told.impact.lasted_s is None


def test_a_cause_without_confidence_is_named() -> None:
    incident = after(declared(), replace(FOUND, confidence=None))
    assert "The cause is named: Reads of orders" in postmortem(incident).summary
    assert "(dynamodb.read\\_throttled, confidence not recorded)" in postmortem_markdown(incident)


def test_the_lines_of_a_merged_incident_are_told_with_it() -> None:
    gone, into = merge(
        after(opened(), Note(text="first")),
        declared(incident_id="INC-7", after=2),
        now=later(9),
        who="U0ANN",
    )
    told = postmortem(into, Related(merged=(gone,)))
    assert [(line.incident, line.kind) for line in told.timeline] == [
        ("INC-12", "declared"),
        ("INC-12", "note"),
        ("INC-7", "declared"),
        ("INC-7", "merged"),
        ("INC-12", "merged"),
    ]
    assert "| Merged from | INC-12 |" in postmortem_markdown(into)
    assert "| Merged into | INC-7 |" in postmortem_markdown(gone)


def test_the_timeline_names_people() -> None:
    incident = after(declared(), Assign(user="U0BOB"), Assign(user="U0EVE"))
    told = postmortem(incident, Related(names={"U0ANN": "Ann", "U0BOB": "Bob Smith"}))
    assert [(line.who, line.text) for line in told.timeline[1:]] == [
        ("Ann", "Assigned to Bob Smith"),
        ("Ann", "Assigned to U0EVE"),
    ]


def test_a_storm_tells_its_alerts_and_what_it_could_not_follow() -> None:
    incident = opened(an_alert(alarm=None))
    flapping = replace(incident.alerts[0], flapping=True, count=3)
    text = postmortem_markdown(replace(incident, alerts=(flapping,), unfollowed=7))
    first = "- an alert without a name (datadog): told 3 times since 2026-09-14 07:42:31"
    assert f"{first}, last firing, flapping" in text
    assert "- 7 more messages, of alerts not followed singly" in text


def test_the_json_holds_the_same_story() -> None:
    told = postmortem_json(lived(), Related(reports={"r1": REPORT}))
    assert json.loads(json.dumps(told)) == told
    assert list(told) == [
        "schema",
        "id",
        "title",
        "severity",
        "state",
        "drill",
        "subject",
        "opened_by",
        "assignee",
        "merged_into",
        "merged_from",
        "summary",
        "impact",
        "clocks",
        "timeline",
        "cause",
        "diagnoses",
        "remedies",
        "prevention",
        "open_actions",
        "closed_actions",
        "predecessors",
    ]
    assert told["clocks"] == [
        {
            "step": "Impact began",
            "at": "2026-09-14T07:39:31.000Z",
            "known": "measured",
            "says": "measured by a diagnosis",
        },
        {
            "step": "Detected",
            "at": "2026-09-14T07:42:31.000Z",
            "known": "posted",
            "says": "posted by the monitor",
        },
        *(
            {
                "step": step,
                "at": f"2026-09-14T07:{minute}:31.000Z",
                "known": "recorded",
                "says": "recorded here",
            }
            for step, minute in (
                ("Reported", 42),
                ("Acknowledged", 43),
                ("Mitigated", 50),
                ("Resolved", 51),
            )
        ),
    ]


HOSTILE = "<!channel> @here [x](http://evil.example) `a`\n# h\n|x|<script>"


def test_untrusted_words_do_nothing_wherever_they_stand() -> None:
    report = json.loads(json.dumps(REPORT).replace("412", json.dumps(HOSTILE)[1:-1]))
    alert = an_alert(alarm=HOSTILE, source=HOSTILE, resource=HOSTILE, region=HOSTILE)
    incident = after(
        opened(alert),
        Acknowledge(text=HOSTILE),
        replace(FOUND, headline=HOSTILE),
        Note(text=HOSTILE),
        RemedyDone(title=HOSTILE),
        AddAction(text=HOSTILE, owner=HOSTILE),
        Resolve(text=HOSTILE),
        who="U0ANN",
    )
    text = postmortem_markdown(
        replace(incident, severity=Severity.SEV1),
        Related(reports={"r1": report}, names={"U0ANN": HOSTILE}),
    )
    for live in ("<!channel>", "@here", "[x](", "http://", "`a`", "\n# h", "|x|", "<script>"):
        assert live not in text
    assert text.count("\n# ") == 0
