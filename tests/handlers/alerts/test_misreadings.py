"""The misreadings a careless recogniser makes, each with the reason why it must not."""

import pytest

from handlers.alerts import Me, recognise
from tests.handlers.alerts.messages import (
    GREEN,
    RED,
    YELLOW,
    Json,
    attachment,
    blocks,
    context,
    edit,
    header,
    post,
    reply,
    section,
)

AMAZON_Q = {"app_id": "A6L22LZNH", "bot_id": "B0AMAZONQ9"}
FIRING = "[FIRING:1] DynamoDBReadThrottle critical (444455556666 stock eu-west-2)"
PAGERDUTY = "<https://ledgerco.pagerduty.com/incidents/Q7QQQQ1|#9>"
PULL = "https://github.com/ledgerco/stock/pull/4"


def card(title: str, *sections: Json, color: str = "#FF0000") -> Json:
    """Return a card as Amazon Q lays it out."""
    parts = [section(f"*<https://console.aws.amazon.com|:rotating_light: {title}>*"), *sections]
    attached = {"color": color, "fallback": title, "blocks": parts}
    return post("", attached, name="Amazon Q", **AMAZON_Q)


def notified(name: str, state: str, *, color: str, was: str = "OK") -> Json:
    """Return an alarm as terraform-aws-notify-slack lays it out: its fallback never changes."""
    fields = {
        "Alarm Name": f"`{name}`",
        "Alarm reason": "`Threshold Crossed`",
        "Old State": f"`{was}`",
        "Current State": f"`{state}`",
        "Link to Alarm": "<https://console.aws.amazon.com/cloudwatch/home?region=eu-west-2"
        f"#alarm:alarmFilter=ANY;name={name}>",
    }
    text = f"AWS CloudWatch notification - {name}"
    return post(
        "", attachment("", text, color=color, fields=fields, fallback=f"Alarm {name} triggered")
    )


def test_a_fallback_that_says_triggered_is_no_state() -> None:
    alert = recognise(notified("stock-low", "OK", color=GREEN, was="ALARM"))
    assert (alert.state, alert.action) == ("resolved", "resolve")


def test_fired_in_the_words_of_a_function_does_not_beat_the_reason() -> None:
    alert = recognise(
        post(
            "CloudWatch alarm **stock-ThrottledRequests** fired: Threshold Crossed: 1 datapoint "
            "[0.0] was not greater than the threshold (5.0) (minimum 1 datapoint for "
            "ALARM -&gt; OK transition).",
            attachment("", "", color=RED),
        )
    )
    assert (alert.state, alert.action) == ("resolved", "resolve")


def test_red_is_no_state_where_the_alarm_says_ok() -> None:
    assert recognise(notified("stock-low", "OK", color=RED, was="ALARM")).action == "resolve"


def test_a_failed_build_in_red_opens_nothing() -> None:
    event = post(
        "",
        attachment(
            "stock: build failed",
            "branch main, DynamoDB tests",
            title_link="https://ci.ledgerco.dev/job/stock/12/",
        ),
    )
    assert (recognise(event).kind, recognise(event).action) == ("ci", "ignore")


def test_a_pull_request_with_every_error_name_is_no_alert() -> None:
    title = 'Retry ProvisionedThroughputExceededException, ALARM: "stock" in EU (London)'
    event = post(
        "",
        attachment(
            title, "An error occurred (408) when calling the PutItem operation", title_link=PULL
        ),
        name="repo-news",
    )
    assert (recognise(event).kind, recognise(event).action) == ("ci", "ignore")


def test_a_deployment_that_names_a_table_is_no_alert() -> None:
    alert = recognise(post("Deploying `stock` v9 to *prod* (adds an index to DynamoDB `stock`)"))
    assert (alert.kind, alert.action, alert.resource) == ("ci", "ignore", None)


def test_a_person_who_quotes_an_alert_opens_nothing() -> None:
    event = {"type": "message", "user": "U0LEE", "text": f"```{FIRING}``` again", "ts": "1.0"}
    assert recognise(event).kind == "chatter"
    assert recognise(event).source == "human"


def test_a_person_who_calls_themselves_alertmanager_is_a_person() -> None:
    event = {"type": "message", "user": "U0LEE", "username": "Alertmanager", "text": FIRING}
    assert recognise(event).source == "human"


def test_a_webhook_that_calls_itself_the_bot_is_not_the_bot() -> None:
    me = Me(user="U0PARAMED1", bot="B0PARAMED1", app="A0PARAMED1")
    assert recognise(post(FIRING, name="paramedic"), me).kind == "alert"


def test_a_webhook_that_calls_itself_amazon_q_is_not_the_app() -> None:
    event = post(":rotating_light: CloudWatch Alarm | stock-low | eu-west-2", name="Amazon Q")
    assert recognise(event).source != "aws-chatbot-amazon-q"


def test_a_links_preview_on_a_persons_message_is_not_read() -> None:
    before: Json = {
        "type": "message",
        "user": "U0LEE",
        "text": "look: https://x.dev",
        "ts": "1.0",
        "channel": "C1",
    }
    preview = {"from_url": "https://x.dev", "title": FIRING, "color": RED}
    alert = recognise(edit({**before, "attachments": [preview]}, before))
    assert (alert.kind, alert.action, alert.alarm) == ("chatter", "ignore", None)


def test_a_links_preview_on_an_alert_changes_nothing() -> None:
    before = post("", attachment(FIRING))
    preview = {"original_url": "https://x.dev", "title": "[RESOLVED] other", "color": GREEN}
    after = {**before, "attachments": [*before["attachments"], preview]}
    alert = recognise(edit(after, before))
    assert (alert.kind, alert.state, alert.action) == ("alert", "firing", "ignore")


def test_an_edit_that_still_fires_opens_nothing() -> None:
    before = post("", attachment(FIRING))
    after = post("", attachment(FIRING.replace(":1]", ":2]")))
    assert recognise(edit(after, before)).action == "update"


def test_a_reply_in_a_thread_opens_nothing_but_may_resolve() -> None:
    resolved = post("", attachment(FIRING.replace("FIRING:1", "RESOLVED"), color=GREEN))
    assert recognise(reply(post("", attachment(FIRING)))).action == "update"
    assert recognise(reply(resolved)).action == "resolve"


def test_the_bots_own_edit_is_own_even_without_a_user() -> None:
    inner = {"subtype": "bot_message", "text": "ALARM", "bot_id": "B0PARAMED1", "ts": "1.0"}
    event = {"type": "message", "subtype": "message_changed", "message": inner, "ts": "2.0"}
    assert recognise(event, Me(bot="B0PARAMED1")).kind == "own"
    assert recognise(event).kind != "own"


def test_a_test_notification_opens_nothing() -> None:
    grafana = attachment(
        "[FIRING:1] TestAlert Grafana",
        "**Firing**\n\nLabels:\n - alertname = TestAlert",
        footer="Grafana v12.0.0",
    )
    for event in (post("", grafana), post("Webhook test from the monitor: this is only a test")):
        assert recognise(event).action == "ignore"


def test_an_alarm_that_drives_auto_scaling_opens_nothing() -> None:
    name = "TargetTracking-table/stock-AlarmHigh-0a1b2c3d-1111-2222-3333-444455556666"
    alert = recognise(notified(name, "ALARM", color=RED))
    assert (alert.kind, alert.action, alert.resource, alert.account) == (
        "alert",
        "ignore",
        "stock",
        None,
    )


def test_an_alert_that_fires_on_purpose_opens_nothing() -> None:
    alert = recognise(post("", attachment("[FIRING:1] Watchdog none (monitoring/k8s)")))
    assert (alert.kind, alert.action, alert.severity) == ("alert", "ignore", None)


def test_an_answer_of_amazon_q_is_talk() -> None:
    event = post(
        "", name="Amazon Q", blocks=[section("3 alarms are in ALARM: stock, till")], **AMAZON_Q
    )
    assert (recognise(event).kind, recognise(event).action) == ("chatter", "ignore")


def test_a_status_pages_feed_is_news_even_where_it_says_resolved() -> None:
    event = post(
        "<https://status.ledgerco.dev/x|[RESOLVED] DynamoDB error rates>", name="Status RSS"
    )
    assert (recognise(event).kind, recognise(event).action) == ("notice", "ignore")


def test_a_link_to_cloudwatch_without_an_alarm_is_no_alert() -> None:
    url = "https://eu-west-2.console.aws.amazon.com/cloudwatch/home?region=eu-west-2#dashboards:"
    assert recognise(post(f"Our boards: <{url}>")).kind == "chatter"


def test_a_408_of_somebody_else_is_not_dynamodbs() -> None:
    alert = recognise(post("*ERROR* `till`: GatewayError: <https://pay.dev/v1> gave HTTP 408"))
    assert (alert.action, alert.service, alert.error_code) == ("open", None, "408")


def test_a_throttle_of_another_service_is_not_dynamodbs() -> None:
    alert = recognise(post("*ERROR* `till`: ThrottlingException: Rate exceeded"))
    assert (alert.service, alert.error_code) == (None, "ThrottlingException")


def test_cloudwatchs_own_throttling_is_not_the_tables() -> None:
    text = (
        "**Firing**\n\nLabels:\n - alertname = DatasourceError\n - rulename = DynamoDB reads\n"
        "Annotations:\n - Error = operation error CloudWatch: GetMetricData, https response error "
        "StatusCode: 400, RequestID: 7, api error Throttling: Rate exceeded\n"
    )
    alert = recognise(
        post("", attachment("[FIRING:1] DatasourceError", text, footer="Grafana v12"))
    )
    assert (alert.state, alert.action, alert.error_code) == ("unknown", "update", None)


def test_twelve_digits_of_a_request_id_or_an_order_are_no_account() -> None:
    task = "9c1f2d3e-0000-4000-8000-123456789012 Task timed out after 9.01 seconds"
    assert recognise(post(task)).account is None
    assert (
        recognise(post("*ERROR* `till`: order 123456789012 failed: CardError: x")).account is None
    )


def test_the_topics_region_and_account_are_not_the_alarms() -> None:
    footer = (
        "Received via <https://console.aws.amazon.com/sns/v2/home?region=us-east-1#/topics/"
        "arn:aws:sns:us-east-1:999988887777:ops|SNS ops>"
    )
    shown = attachment(
        "stock-low",
        "x",
        fields={"State Change": "OK → ALARM", "Region": "EU (London)"},
        author_name="AWS CloudWatch Alarm (444455556666)",
        footer=footer,
        title_link="https://console.aws.amazon.com/cloudwatch/home?region=eu-west-2"
        "#alarm:name=stock-low",
    )
    alert = recognise(post("", shown))
    assert (alert.region, alert.account) == ("eu-west-2", "444455556666")


def test_a_button_about_dynamodb_does_not_make_a_queues_alert_one() -> None:
    shown = attachment(
        "[FIRING:1] QueueIsOld warning",
        "*queue:* `jobs`",
        title_link="https://a.dev/#/alerts",
        actions=[
            {
                "type": "button",
                "text": "Query",
                "url": "https://p.dev/graph?g0.expr=aws_dynamodb_throttles",
            }
        ],
    )
    alert = recognise(post("", shown))
    assert (alert.service, alert.resource_type, alert.resource) == (None, "queue", "jobs")


def test_a_composite_alarms_child_is_not_its_resource() -> None:
    child = "arn:aws:cloudwatch:eu-west-2:444455556666:alarm:till-ReadThrottleEvents"
    alert = recognise(
        card(
            "CloudWatch Alarm | shop | eu-west-2",
            section(f"{child} transitioned to ALARM at Monday"),
            section("x", "*Alarm State*\nALARM"),
        )
    )
    assert (alert.alarm, alert.resource, alert.metric) == ("shop", None, None)


def test_a_table_of_another_database_is_not_dynamodbs() -> None:
    alert = recognise(
        post(
            "",
            attachment(
                "Postgres bloat",
                "Status: firing",
                fields={"Table": "events", "Severity": "warning"},
            ),
        )
    )
    assert (alert.action, alert.service, alert.resource) == ("open", None, "events")


def test_a_mixed_group_fires_and_names_what_fires() -> None:
    text = (
        "**Firing**\n\nValue: B=1\nLabels:\n - alertname = Throttles\n - TableName = stock\n"
        "Annotations:\n\n**Resolved**\n\nValue: B=0\nLabels:\n - alertname = Throttles\n"
        " - TableName = till\nAnnotations:\n"
    )
    alert = recognise(
        post("", attachment("[FIRING:1, RESOLVED:1] Throttles", text, footer="Grafana v12.0.0"))
    )
    assert (alert.state, alert.resource, alert.facts.resources) == ("firing", "stock", ("stock",))


def test_a_group_of_several_names_them_all() -> None:
    text = "*alertname:* `Old`\n*queue:* `jobs`\n*alertname:* `Old`\n*queue:* `mails`"
    alert = recognise(post("", attachment("[FIRING:2] Old warning", text)))
    assert alert.facts.resources == ("jobs", "mails")


def test_a_note_and_a_handover_of_pagerduty_are_talk() -> None:
    for text in (
        f'Lee added a note to {PAGERDUTY}: "raised WCU on stock"',
        "<@U0LEE> is now on call for *till*",
    ):
        assert recognise(post(text, name="PagerDuty")).kind == "chatter"


@pytest.mark.parametrize("word", ["assigned to Lee", "Priority: High", "was resolved by Lee"])
def test_a_trackers_ticket_is_no_alert(word: str) -> None:
    title = "TILL-7 Alerts are too loud"
    event = post(
        "",
        attachment(title, word, title_link="https://till.atlassian.net/browse/TILL-7"),
        name="Tickets",
    )
    assert recognise(event).action == "ignore"


def test_no_data_and_insufficient_data_are_neither_firing_nor_resolved() -> None:
    alert = recognise(notified("stock-low", "INSUFFICIENT_DATA", color=YELLOW))
    assert (alert.state, alert.action) == ("unknown", "update")


def test_code_in_a_traceback_names_no_table() -> None:
    text = (
        "ERROR till.repo: put failed\n```Traceback (most recent call last):\n"
        '  File "/app/repo.py", line 4, in put\n    client.put_item(TableName=table_name, Item=i)\n'
        "botocore.errorfactory.ConditionalCheckFailedException: An error occurred "
        "(ConditionalCheckFailedException) when calling the PutItem operation: x```"
    )
    alert = recognise(post(text))
    assert (alert.resource, alert.service) == (None, "dynamodb")


def test_the_capitalised_name_of_a_rule_is_no_severity() -> None:
    alert = recognise(post("", attachment("[FIRING:1] High Latency (warning shop)")))
    assert (alert.alarm, alert.severity) == ("High Latency", "medium")


def test_a_programs_question_is_no_alert() -> None:
    event = blocks(header("Is the till down?"), section("Status: down"), context(":red_circle:"))
    assert recognise(event).action == "ignore"


def test_a_health_event_that_only_announces_is_a_notice() -> None:
    event = card(
        "AWS Health Event | eu-west-2 | Account: 444455556666 | open",
        section("Event type code: AWS_RDS_MAINTENANCE_SCHEDULED\n\nsoon"),
    )
    assert (recognise(event).kind, recognise(event).action) == ("notice", "ignore")


def test_a_level_in_a_title_is_not_a_log_line() -> None:
    alert = recognise(post("CRITICAL: till is down", name="pinger"))
    assert (alert.source, alert.alarm, alert.severity) == ("unknown", "till", "critical")
