"""Incidents in Slack: one message, lists, App Home and forms, all inside Slack's limits."""

import dataclasses
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from diagnostics.model import Conclusion, Confidence
from handlers.alerts.model import State as AlertState
from handlers.blocks import (
    Button,
    Field,
    Form,
    Message,
    declare_modal,
    home_view,
    incident_list,
    incident_message,
    loading_modal,
    note_modal,
    saying_modal,
)
from handlers.blocks.incident import about
from handlers.incidents.commands import Acknowledge, Assign, Mitigate, Note, Resolve
from handlers.incidents.model import (
    Action,
    Diagnosis,
    Entry,
    Followed,
    Incident,
    Kind,
    Known,
    Moment,
    Severity,
    State,
    Subject,
)
from handlers.incidents.search import Alike, Predecessor
from tests.handlers.blocks.hostile import PINGS, TEXTS, alive, refused, strings, unseen
from tests.handlers.incidents.samples import NOW, after, an_alert, declared, later, opened
from tests.slack_server import live_tokens, validate_view

LONG = " ".join(PINGS)
DIAGNOSIS = Diagnosis(
    report_id="dg_1",
    at=NOW,
    headline="Auto scaling failed.",
    conclusion=Conclusion.CAUSE,
    cause="scaling.failed",
    confidence=Confidence.CONFIRMED,
)
BEFORE = Predecessor(
    id="INC-3",
    title="Reads throttled",
    alike=Alike.ALERT,
    reported_at=NOW - timedelta(days=9),
    resolved_at=None,
    cause="scaling.failed",
    mended_by=("Attached the policy",),
)


def followed(text: str, **more: Any) -> Followed:  # noqa: ANN401 - fields of any kind
    return Followed(
        fingerprint="v1:a",
        source=text,
        alarm=text,
        state=AlertState.FIRING,
        first_at=NOW,
        last_at=NOW,
        **more,
    )


def stuffed(text: str) -> Incident:
    """An incident with too much of everything, said in this text."""
    return dataclasses.replace(
        declared(),
        title=text or "x",
        drill=True,
        subject=Subject(
            service=text, table=text, index=text, resource_type=text, resource=text + "x"
        ),
        assignee=text or None,
        alerts=(followed(text, count=1_000, flapping=True),) * 40,
        unfollowed=7,
        diagnoses=(dataclasses.replace(DIAGNOSIS, headline=text),),
        timeline=(Entry(at=NOW, who=text, kind=Kind.NOTE, text=text),) * 90,
        actions=tuple(
            Action(number=n, text=text, added_at=NOW, added_by="U0ANN", owner=text)
            for n in range(30)
        ),
        merged_from=tuple(f"INC-{n}" for n in range(100, 400)),
    )


def buttons_of(message: Message) -> list[str]:
    return [
        element["action_id"]
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def pings(message: Message) -> list[str]:
    return [f"{token.kind} {token.target}" for token in live_tokens(message.posted)]


def test_a_new_incident_says_what_stands() -> None:
    message = incident_message(opened())

    assert message.text.startswith(
        "INC-12: orders-reads-throttled\n"
        "SEV2 · open\n"
        "About: dynamodb table=orders region=eu-west-1 account=123456789012\n"
    )
    assert "Alerts: 1, in 1 message\n• FIRING orders-reads-throttled from datadog" in message.text
    assert refused(message) == []


def test_the_message_tells_cause_history_and_what_mended_it_before() -> None:
    incident = after(opened(), Acknowledge(text="on it"), Note(text="Looks like reads."))
    incident = dataclasses.replace(incident, diagnoses=(DIAGNOSIS,))

    text = incident_message(incident, predecessors=[BEFORE]).text

    assert "SEV2 · acknowledged · taken by U0ANN" in text
    assert "Acknowledged: 2026-09-14 07:43 UTC" in text
    assert "Cause: Auto scaling failed. (confirmed, scaling.failed)" in text
    assert (
        "• INC-3 on 2026-09-05, the same alert: Reads throttled mended by: Attached the policy"
        in text
    )
    assert "• 2026-09-14 07:44 UTC U0ANN Looks like reads." in text


def test_times_nobody_recorded_say_how_they_are_known() -> None:
    incident = declared()
    times = dataclasses.replace(incident.times, started=Moment(at=later(-5), known=Known.ESTIMATED))

    text = incident_message(dataclasses.replace(incident, times=times)).text

    assert "Started: 2026-09-14 07:37 UTC (estimated)\nDetected: 2026-09-14 07:42 UTC\n" in text


def test_only_people_who_act_are_named_as_people() -> None:
    incident = after(opened(), Assign(user="U0BOB"), who="U0ANN")

    assert pings(incident_message(incident)) == ["user U0BOB", "user U0ANN"]
    assert pings(incident_message(after(opened(), Assign(user="<!here>"), who="paramedic"))) == []


@pytest.mark.parametrize(
    ("incident", "offered"),
    [
        (declared(), "incident_ack incident_mitigate incident_resolve incident_note"),
        (
            after(declared(), Acknowledge()),
            "incident_mitigate incident_resolve incident_take incident_note",
        ),
        (after(declared(), Mitigate()), "incident_resolve incident_reopen incident_note"),
        (after(declared(), Resolve()), "incident_reopen incident_note"),
        (dataclasses.replace(declared(), state=State.MERGED, merged_into="INC-3"), ""),
    ],
)
def test_the_buttons_are_what_can_be_done_next(incident: Incident, offered: str) -> None:
    message = incident_message(incident)
    diagnose = [Button.DIAGNOSE_INCIDENT] if incident.is_live else []

    assert buttons_of(message) == [*offered.split(), *diagnose]
    assert refused(message) == []


def test_a_merged_incident_says_where_it_goes_on() -> None:
    merged = dataclasses.replace(declared(), state=State.MERGED, merged_into="INC-3")

    assert "Goes on in: INC-3" in incident_message(merged).text


def test_the_newest_alerts_are_shown_and_the_others_counted() -> None:
    alerts = tuple(dataclasses.replace(followed(f"alarm-{n}"), last_at=later(n)) for n in range(12))
    text = incident_message(dataclasses.replace(opened(), alerts=alerts)).text

    assert "alarm-11 " in text
    assert "alarm-6 " not in text
    assert "… and 7 more alerts" in text


def test_an_alert_may_have_no_name() -> None:
    alert = dataclasses.replace(followed("datadog"), alarm=None)

    assert (
        "an alert without a name from datadog"
        in incident_message(dataclasses.replace(opened(), alerts=(alert,))).text
    )


def test_a_resource_that_is_no_table_is_told_too() -> None:
    other = Subject(service="lambda", resource_type="function", resource="checkout")

    assert about(other) == "lambda function=checkout"
    assert about(Subject()) == ""
    assert about(Subject(resource="x")) == "resource=x"


@pytest.mark.parametrize("text", [*PINGS, LONG])
def test_slack_takes_the_fullest_incident_and_nothing_in_it_is_alive(text: str) -> None:
    incident = stuffed(text)
    before = [dataclasses.replace(BEFORE, title=text, mended_by=(text,) * 9)] * 9
    messages = [
        incident_message(incident, predecessors=before),
        incident_list([incident] * 80, now=later(60), title=text or "All", names={text: text}),
    ]

    for message in messages:
        assert (refused(message), alive(message), unseen(message)) == ([], [], set())


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=TEXTS)
def test_slack_takes_any_incident(text: str) -> None:
    message = incident_message(stuffed(text))

    assert (refused(message), alive(message), unseen(message)) == ([], [], set())


def test_a_list_names_nobody_so_that_slack_notifies() -> None:
    ann = after(declared(), Acknowledge())
    nobody = opened(incident_id="INC-13")

    message = incident_list([ann, nobody], now=later(125), names={"U0ANN": "Ann"})

    assert message.text == (
        "Open incidents\n"
        "• INC-12 SEV3 acknowledged · Checkout is slow · 2 h 5 min · taken by Ann\n"
        "• INC-13 SEV2 open · orders-reads-throttled · 2 h 5 min · dynamodb table=orders "
        "region=eu-west-1 account=123456789012 taken by nobody"
    )
    assert pings(incident_list([ann], now=NOW)) == []


def test_a_list_counts_what_it_leaves_out_and_may_be_empty() -> None:
    assert "and 5 more: narrow it" in incident_list([declared()] * 30, now=NOW).text
    assert incident_list([], now=NOW).text == "Open incidents\nThere is none."


def test_a_resolved_drill_lasts_until_its_end() -> None:
    over = after(declared(drill=True), Resolve(), minute=10)

    assert (
        "resolved · drill · Checkout is slow · 10 min" in incident_list([over], now=later(99)).text
    )


def home(incidents: Sequence[Incident], texts: Sequence[str]) -> dict[str, Any]:
    recent = [dataclasses.replace(DIAGNOSIS, headline=text) for text in texts]
    return home_view(
        open_incidents=incidents, mine=incidents, recent=recent, may=texts, now=later(60)
    )


def test_home_shows_incidents_diagnoses_and_rights() -> None:
    view = home([declared()], ["diagnose tables of prod"])
    told = "\n".join(strings(view))

    assert "INC-12 SEV3 open · Checkout is slow · 1 h" in told
    assert "diagnose tables of prod" in told
    assert "scaling.failed" in told
    assert view["callback_id"] == Form.HOME
    assert validate_view(view) == []


def test_home_has_words_for_nothing() -> None:
    told = strings(home([], []))

    assert told.count("None.") == 2
    assert "None yet: /diagnose help says how." in told
    assert "Nothing here; ask whoever set Paramedic up." in told


@pytest.mark.parametrize("text", [*PINGS, LONG])
def test_slack_takes_the_fullest_home(text: str) -> None:
    view = home([stuffed(text)] * 60, [text] * 60)

    assert validate_view(view) == []
    assert live_tokens(view) == []
    assert "and 40 more: /incident list" in strings(view)


@pytest.mark.parametrize("text", [*PINGS, LONG, LONG * 10])
def test_slack_takes_every_modal_whatever_stands_in_it(text: str) -> None:
    views = [
        loading_modal(text or "x", metadata="m_1"),
        saying_modal(text.strip() or "x", text),
        declare_modal(title=text, table=text, severity=Severity.SEV1, metadata="m_1"),
        note_modal("INC-12", text=text, metadata="m_1"),
    ]

    titled = [view for view in views if view["title"]["text"]]
    assert [problem for view in titled for problem in validate_view(view)] == []
    assert [token for view in views for token in live_tokens(view)] == []


def test_the_declare_form_asks_for_what_a_declaration_holds() -> None:
    view = declare_modal(title="Slow", severity=Severity.SEV2, metadata="m_1")

    assert (view["callback_id"], view["private_metadata"]) == (Form.DECLARE, "m_1")
    assert [block["block_id"] for block in view["blocks"]] == [
        Field.TITLE,
        Field.SEVERITY,
        Field.TABLE,
        Field.DRILL,
    ]
    assert view["blocks"][0]["element"]["initial_value"] == "Slow"
    assert view["blocks"][1]["element"]["initial_option"]["value"] == "2"
    assert "initial_value" not in view["blocks"][2]["element"]
    assert [block.get("optional", False) for block in view["blocks"]] == [False, False, True, True]


def test_a_modal_without_words_still_says_something() -> None:
    assert "There is nothing to say." in strings(saying_modal("Sorry", ""))


def test_metadata_slack_would_refuse_is_our_fault() -> None:
    with pytest.raises(ValueError, match="the metadata of loading has 3001 characters"):
        loading_modal(metadata="x" * 3_001)


def test_every_id_is_used_once() -> None:
    ids = [*Button, *Form]

    assert len(ids) == len(set(ids))


def test_an_alert_that_came_often_says_so() -> None:
    alert = dataclasses.replace(followed("reads"), count=3)
    incident = dataclasses.replace(opened(an_alert()), alerts=(alert,))

    assert "• FIRING reads from reads 3 times" in incident_message(incident).text
