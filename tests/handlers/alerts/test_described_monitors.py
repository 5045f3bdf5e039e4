"""The described monitors' other shapes: one row for each that a sample does not show."""

from typing import Any

import pytest

from handlers.alerts import recognise, to_json
from tests.handlers.alerts.messages import (
    GREEN,
    RED,
    YELLOW,
    Json,
    attachment,
    blocks,
    context,
    edit,
    post,
    reply,
    section,
)

Q: Json = {"app_id": "A6L22LZNH", "name": "Amazon Q"}
CONSOLE = "https://console.aws.amazon.com/cloudwatch/home?region=eu-west-2"
TOPIC = "Received via <https://console.aws.amazon.com/sns/v2/home?region=us-east-1#/t|SNS ops>"
INCIDENT = "<https://till.pagerduty.com/incidents/Q7QQQQ1|#9>"
ISSUE = "https://till.sentry.io/issues/7/"
RULE = "https://till.sentry.io/organizations/till/alerts/rules/details/5/?alert=9"


def card(title: str, *sections: Json) -> Json:
    return blocks(section(f"*<https://console.aws.amazon.com|{title}>*"), *sections, **Q)


def forwarded(text: str, fields: dict[str, str], color: str = RED) -> Json:
    """Return what terraform-aws-notify-slack posts."""
    return post("", attachment("", text, color=color, fields=fields))


def backup(title: str, *values: str) -> Json:
    fields = [{"title": title, "value": ""}, *({"title": "", "value": value} for value in values)]
    return post("", {"fields": fields, "color": RED, "fallback": "x"})


def dumped(detail_type: str, source: str, detail: str) -> Json:
    """Return an EventBridge event dumped field by field."""
    return post(
        "",
        {
            "title": "Message",
            "text": "AWS notification",
            "fallback": "A new message",
            "fields": [
                {"title": "detail-type", "value": f"`{detail_type}`"},
                {"title": "source", "value": f"`{source}`"},
                {"title": "account", "value": "`444455556666`"},
                {"title": "region", "value": "`eu-west-2`"},
                {"title": "detail", "value": f"`{detail}`"},
            ],
        },
    )


def assertible(service: str, **fields: str) -> Json:
    return post(f"*AWS {service} Notification*", attachment(fields=fields))


def arabold(author: str, title: str, text: str, link: str = CONSOLE) -> Json:
    return post("", attachment(title, text, author_name=author, footer=TOPIC, title_link=link))


def issue(*sections: Json, emoji: str = ":red_circle:") -> Json:
    return blocks(section(f"{emoji} <{ISSUE}|*KeyError*>"), *sections, name="Sentry")


ROWS: tuple[tuple[str, Json, dict[str, Any]], ...] = (
    # Amazon Q
    (
        "card with a status and no code",
        card("AWS Health Event | eu-west-2 | open"),
        {"kind": "notice", "action": "ignore", "region": "eu-west-2"},
    ),
    (
        "finding card",
        card(
            "Amazon GuardDuty Finding | probe of i-0a1b2c3d | eu-west-2",
            section("x", "*Severity*\nHigh"),
        ),
        {
            "kind": "alert",
            "state": "firing",
            "severity": "high",
            "region": "eu-west-2",
            "alarm": "probe of i-0a1b2c3d",
        },
    ),
    (
        "alarm card with a bare account",
        card(
            "CloudWatch Alarm | low | eu-west-2 | 444455556666", section("x", "*Alarm State*\nOK")
        ),
        {"alarm": "low", "account": "444455556666", "state": "resolved"},
    ),
    (
        "custom notification that says nothing",
        post("", attachment("Nightly run", color="#439FE0"), **Q),
        {"kind": "chatter"},
    ),
    ("words of Amazon Q in a thread", reply(blocks(section("ALARM: x"), **Q)), {"kind": "chatter"}),
    # Forwarding functions
    (
        "backup that ended well",
        backup(
            "✅ An AWS Backup job was completed successfully",
            "AccountId",
            "`444455556666`",
            "Resource ARN",
            "`arn:aws:ec2:eu-west-2:444455556666:volume/vol-0a`",
        ),
        {
            "kind": "notice",
            "service": "backup",
            "account": "444455556666",
            "region": "eu-west-2",
            "resource": "vol-0a",
            "resource_type": "volume",
        },
    ),
    (
        "backup that failed",
        backup("⚠️ An AWS Backup job failed", "AccountId", "`444455556666`"),
        {
            "kind": "alert",
            "action": "open",
            "alarm": "An AWS Backup job failed",
            "account": "444455556666",
        },
    ),
    (
        "finding",
        forwarded(
            "AWS GuardDuty Finding - Port of i-0a1b2c3d is probed",
            {
                "Severity": "`Medium`",
                "Account ID": "`444455556666`",
                "Link": "<https://console.aws.amazon.com/guardduty/home?region=eu-west-2#/findings?search=1>",
            },
        ),
        {
            "service": "guardduty",
            "resource": "i-0a1b2c3d",
            "resource_type": "instance",
            "severity": "medium",
            "region": "eu-west-2",
            "account": "444455556666",
        },
    ),
    (
        "malware",
        forwarded(
            "AWS GuardDuty Malware Scan Result - THREATS_FOUND",
            {"S3 Bucket": "`uploads`", "S3 Object": "`a.exe`"},
        ),
        {"kind": "alert", "resource_type": "bucket", "resource": "uploads"},
    ),
    (
        "no malware",
        forwarded(
            "AWS GuardDuty Malware Scan Result - NO_THREATS_FOUND", {"S3 Bucket": "`uploads`"}
        ),
        {"kind": "notice"},
    ),
    ("plain SNS text", forwarded("AWS notification", {"": "all well"}), {"kind": "notice"}),
    (
        "plain SNS text that tells of a failure",
        forwarded("AWS notification", {"": "Job failed: x"}),
        {"kind": "alert", "action": "open"},
    ),
    (
        "dumped job",
        dumped(
            "Glue Job State Change",
            "aws.glue",
            '{"jobName": "nightly", "state": "FAILED", "severity": "ERROR"}',
        ),
        {
            "kind": "alert",
            "service": "glue",
            "resource_type": "job",
            "resource": "nightly",
            "severity": "high",
            "region": "eu-west-2",
            "account": "444455556666",
            "alarm": "Glue Job State Change",
        },
    ),
    (
        "dumped job that ended well",
        dumped("Glue Job State Change", "aws.glue", '{"jobName": "nightly", "state": "SUCCEEDED"}'),
        {"kind": "notice", "resource": "nightly"},
    ),
    (
        "dumped build",
        dumped(
            "CodeBuild Build State Change",
            "aws.codebuild",
            '{"build-status": "FAILED", "project-name": "till"}',
        ),
        {"kind": "ci", "resource": "till"},
    ),
    (
        "alarm event by arabold",
        post(
            "",
            attachment(
                "CloudWatch Alarm State Change",
                author_name="aws.cloudwatch (eu-west-2 - 444455556666)",
                footer=TOPIC,
                fields={"detail": '{"alarmName": "low", "state": {"value": "OK"}}'},
            ),
        ),
        {
            "source": "arabold-aws-to-slack",
            "alarm": "low",
            "state": "resolved",
            "account": "444455556666",
            "region": "eu-west-2",
        },
    ),
    (
        "database by arabold",
        arabold(
            "Amazon RDS",
            "till-db",
            "DB instance restarted",
            "https://console.aws.amazon.com/rds/home?region=eu-west-2#dbinstance:id=till-db",
        ),
        {
            "kind": "notice",
            "service": "rds",
            "resource_type": "db-instance",
            "resource": "till-db",
            "region": "eu-west-2",
            "account": None,
        },
    ),
    ("unknown author by arabold", arabold("Somebody", "x", "y"), {"kind": "chatter"}),
    (
        "scaling by assertible",
        assertible(
            "AutoScaling",
            Message="termination for group",
            Event="autoscaling:EC2_INSTANCE_TERMINATE",
        ),
        {"kind": "notice", "service": "autoscaling"},
    ),
    (
        "failed launch by assertible",
        assertible(
            "AutoScaling", Message="launch for group", Event="autoscaling:EC2_INSTANCE_LAUNCH_ERROR"
        ),
        {"kind": "alert", "action": "open"},
    ),
    (
        "pipeline by assertible",
        assertible(
            "CodePipeline",
            Message="FAILED: CodePipeline STAGE Build",
            Pipeline="till",
            Region="eu-west-2",
        ),
        {"kind": "ci", "service": "codepipeline", "resource": "till", "region": "eu-west-2"},
    ),
    (
        "environment that got well",
        assertible(
            "ElasticBeanstalk", Message="Environment health has transitioned from Severe to Ok."
        ),
        {"kind": "alert", "state": "resolved"},
    ),
    ("nothing of assertible", assertible("SomeService"), {"kind": "chatter"}),
    # CloudWatch in other words
    (
        "changed state",
        post("The alarm low changed state to INSUFFICIENT_DATA: x"),
        {"alarm": "low", "state": "unknown", "source": "custom-cloudwatch-lambdas"},
    ),
    (
        "is in alarm",
        post('Alarm "stock is low" is in ALARM'),
        {"alarm": "stock is low", "state": "firing"},
    ),
    (
        "subject in a header",
        blocks(section('ALARM: "low" in US West (Oregon)')),
        {"alarm": "low", "region": "us-west-2", "state": "firing"},
    ),
    (
        "link and title",
        post(f"*<{CONSOLE}#alarmsV2:alarm/low$2520stock|ALARM: low stock>*"),
        {"alarm": "low stock", "region": "eu-west-2", "state": "firing"},
    ),
    (
        "old link",
        post(
            f"<{CONSOLE}#s=Alarms&amp;alarm=low> Threshold Crossed: 1 datapoint was not "
            "greater than the threshold"
        ),
        {"alarm": "low", "state": "resolved"},
    ),
    (
        "arn and transition",
        post("arn:aws:cloudwatch:eu-west-2:444455556666:alarm:low went OK -&gt; ALARM"),
        {"alarm": "low", "account": "444455556666", "region": "eu-west-2", "state": "firing"},
    ),
    (
        "looks alone",
        post(f"<{CONSOLE}#alarmsV2:alarm/low> Threshold Crossed", attachment(color=GREEN)),
        {"alarm": "low", "state": "resolved"},
    ),
    (
        "reason alone",
        post("*Alarm name:* low\nInsufficient Data: 1 datapoint"),
        {"alarm": "low", "state": "unknown"},
    ),
    ("an alarm of another kind", post('Alarm "door" was triggered'), {"source": "unknown"}),
    # Alertmanager
    (
        "template without a state",
        post("", attachment("A rule", "x", title_link="https://a/#/alerts")),
        {"kind": "chatter"},
    ),
    (
        "severity at the end of a line",
        post("", attachment("[FIRING:1] Slow", "Till is slow - error")),
        {"severity": "high", "alarm": "Slow"},
    ),
    (
        "pod",
        post("", attachment("[FIRING:1] PodCrash (till-7d4b9c6f5-abcde shop)")),
        {"resource_type": "pod", "resource": "till-7d4b9c6f5-abcde"},
    ),
    # Grafana
    (
        "no data",
        post(
            "",
            attachment(
                "[FIRING:1] DatasourceNoData",
                "**Firing**\n\nLabels:\n"
                " - alertname = DatasourceNoData\n - rulename = Reads\n"
                "Annotations:\n",
                footer="Grafana v12",
            ),
        ),
        {"alarm": "Reads", "state": "unknown", "action": "update"},
    ),
    (
        "legacy test",
        post("", attachment("[Alerting] Test notification", footer="Grafana v6.1")),
        {"kind": "alert", "action": "ignore"},
    ),
    (
        "template without labels",
        post("", attachment("[RESOLVED] Reads", footer="Grafana v12")),
        {"alarm": "Reads", "state": "resolved", "source": "grafana-alerting"},
    ),
    # Datadog
    (
        "tag that belongs to the name",
        post(
            "", attachment("[Warn] [shop] Slow", title_link="https://app.datadoghq.com/monitors/1")
        ),
        {"alarm": "[shop] Slow", "severity": "medium"},
    ),
    (
        "no data recovered",
        post(
            "",
            attachment("No Data Recovered: Slow", title_link="https://app.datadoghq.com/event/1"),
        ),
        {"state": "resolved"},
    ),
    ("notebook", post("see <https://app.datadoghq.com/notebook/1|notes>"), {"kind": "chatter"}),
    (
        "braces",
        post(
            "",
            attachment(
                "Triggered: Slow on {host:i-0a1b2c3d4e5f}",
                title_link="https://app.datadoghq.com/monitors/1",
            ),
        ),
        {
            "alarm": "Slow",
            "resource": "i-0a1b2c3d4e5f",
            "resource_type": "instance",
            "service": "ec2",
        },
    ),
    # PagerDuty
    (
        "acknowledged in words",
        reply(post(f"{INCIDENT} was acknowledged by Lee")),
        {"source": "pagerduty", "state": "acknowledged", "action": "update"},
    ),
    (
        "escalated",
        post(f"Escalated {INCIDENT}: Till is slow"),
        {"action": "update", "state": "firing"},
    ),
    ("nothing about a state", post(f"look at {INCIDENT}", name="PagerDuty"), {"kind": "chatter"}),
    (
        "nothing, by somebody else",
        post(f"look at {INCIDENT}"),
        {"kind": "chatter", "source": "unknown"},
    ),
    (
        "a link to the alarm",
        post(f"Triggered {INCIDENT}: Low\n<{CONSOLE}#alarmsV2:alarm/low|Alarm>"),
        {"region": "eu-west-2", "alarm": "Low"},
    ),
    # Sentry
    (
        "warning",
        issue(section("```x```"), emoji=":large_yellow_circle:"),
        {"severity": "medium", "error_code": "KeyError"},
    ),
    ("a level it states", issue(section("level: `fatal`")), {"severity": "critical"}),
    ("resolved", edit(issue(section("*Issue resolved by <@U1>*")), issue()), {"state": "resolved"}),
    (
        "archived",
        edit(issue(section("*Issue archived by <@U1>*")), issue()),
        {"state": "acknowledged", "action": "update"},
    ),
    ("report", issue(section("Your weekly report")), {"kind": "notice"}),
    ("metric without a state", post(f"<{RULE}|*Queue*>"), {"kind": "chatter"}),
    (
        "metric information",
        post(f"<{RULE}|*Info: Queue*>"),
        {"severity": "info", "state": "firing"},
    ),
    ("page without an issue", post("<https://till.sentry.io/settings/>"), {"kind": "chatter"}),
    # Zabbix, Uptime Kuma, Azure, Falco
    (
        "a problem without a link",
        post("", attachment("Problem: Disk", fields={"Host": "db", "Event time": "now"})),
        {"source": "zabbix", "resource": "db"},
    ),
    (
        "unacknowledged",
        post(
            "",
            attachment(
                "Updated problem in 1m: Disk",
                fields={
                    "Host": "db",
                    "Event time": "now",
                    "Details": "Lee unacknowledged problem.",
                },
            ),
        ),
        {"state": "firing", "action": "update"},
    ),
    ("maintenance", post("[till] [🔧 Maintenance] planned"), {"kind": "notice"}),
    ("pending", post("[till] [⚠️ Pending] retry"), {"state": "unknown"}),
    (
        "a rule's line of anybody",
        post("cpu-high: Fired"),
        {"source": "unknown", "alarm": "cpu-high", "state": "firing"},
    ),
    (
        "deactivated",
        post("cpu-high: Deactivated", name="Azure Monitor"),
        {"source": "azure-monitor", "state": "resolved"},
    ),
    (
        "a rule and a priority of something else",
        post("", attachment(fields={"rule": "a", "priority": "b", "source": "c"})),
        {"kind": "chatter"},
    ),
    # Logs
    (
        "a timed out function",
        post(
            "1f1f1f1f-0000-4000-8000-11111111aaaa Task timed out after 3.00 "
            "seconds (function: mails)"
        ),
        {"service": "lambda", "resource_type": "function", "resource": "mails"},
    ),
    ("a stack trace alone", post("boom\n\tat dev.till.Repo.get(Repo.java:7)"), {"kind": "alert"}),
    (
        "a level after a time",
        post("2026-01-05T10:00:00Z ERROR till.repo lost"),
        {"severity": "high"},
    ),
    ("a warning", post("*WARN* `till`: slow"), {"severity": "medium", "kind": "alert"}),
    (
        "a level in a field",
        post("lost it", attachment(fields={"Level": "error"}, color=YELLOW)),
        {"severity": "high", "kind": "alert"},
    ),
    ("debug", post("[debug] cache hit"), {"kind": "chatter"}),
    # Changes
    (
        "who is on call, by a bot of somebody's",
        post("<@U1> is now on call for till"),
        {"kind": "chatter", "action": "ignore"},
    ),
    ("a pipeline of data", post("Pipeline till_daily failed", attachment()), {"kind": "alert"}),
    (
        "an event without a source",
        post("", attachment(fields={"detail-type": "Glue Job"})),
        {"kind": "chatter"},
    ),
    (
        "a monitor without a number",
        post(
            "",
            attachment(
                "Triggered: Slow on host:a",
                title_link="https://app.datadoghq.com/monitors#triggered",
            ),
        ),
        {"alarm": "Slow", "state": "firing"},
    ),
    (
        "an acknowledged update",
        post(
            "",
            attachment(
                "Updated problem in 1m: Disk",
                fields={"Host": "db", "Event time": "now", "Details": "Lee acknowledged problem."},
            ),
        ),
        {"state": "acknowledged", "action": "update"},
    ),
    (
        "labels of a list",
        post(
            "",
            attachment(
                "[FIRING:1] :fire: Slow", "*severity:* `page`", fallback="[FIRING:1] Slow (shop)"
            ),
        ),
        {"alarm": "Slow", "severity": "critical"},
    ),
    (
        "a title other than the fallback's",
        post(
            "", attachment("[FIRING:1] Till is slow", fallback="[FIRING:1] SlowTill warning (shop)")
        ),
        {"alarm": "Till is slow", "severity": "medium"},
    ),
    (
        "a commit",
        post("", attachment("a1b2c3d fix", title_link="https://git.till.dev/x/commit/a1b2c3d")),
        {"kind": "ci"},
    ),
    ("a plan", post("Plan: 3 to add, 1 to change in workspace prod"), {"kind": "ci"}),
    ("a maintenance window", post("Scheduled maintenance of till on Sunday"), {"kind": "notice"}),
    ("a digest", post("Daily summary: 3 alerts are firing"), {"kind": "chatter"}),
)


@pytest.mark.parametrize(("event", "told"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_described_shape_is_read(event: Json, told: dict[str, Any]) -> None:
    read = to_json(recognise(event))
    assert {key: read[key] for key in told} == told


def test_a_buttons_link_is_kept() -> None:
    button = {
        "type": "button",
        "text": {"type": "plain_text", "text": "Open"},
        "url": "https://a.dev",
    }
    event = blocks(section("till is DOWN"), {"type": "actions", "elements": [button]})
    assert recognise(event).links == ("https://a.dev",)


def test_a_context_line_may_hold_the_state() -> None:
    event = blocks(section("*Slow till*"), context(":red_circle: State: Triggered"))
    assert recognise(event).state == "firing"
