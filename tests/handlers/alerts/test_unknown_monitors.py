"""Monitors nobody described: never misread, and facts right or absent."""

import json
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
    header,
    post,
    section,
)

RELIC = "https://radar-api.service.newrelic.com/accounts/1/issues/a"
HONEY = "https://ui.honeycomb.io/till/triggers/q1"

# What it posts, the state read, the name read.
ALERTS: tuple[tuple[str, Json, str, str | None], ...] = (
    (
        "New Relic issue",
        blocks(
            section(
                f"*<{RELIC}|Till p95 too high>*",
                "*Status*\nActivated",
                "*Priority*\nCRITICAL",
                "*Condition*\nTill p95 too high",
            ),
            name="New Relic",
        ),
        "firing",
        "Till p95 too high",
    ),
    (
        "New Relic issue closed",
        blocks(
            section(
                f"*<{RELIC}|Till p95 too high>*",
                "*Status*\nClosed",
                "*Condition*\nTill p95 too high",
            ),
            name="New Relic",
        ),
        "resolved",
        "Till p95 too high",
    ),
    (
        "New Relic incident",
        post("", attachment("[Incident 71 open] High error rate"), name="NR"),
        "firing",
        "High error rate",
    ),
    (
        "New Relic acknowledged",
        post("", attachment("[Incident 71 acknowledged] High error rate", color=YELLOW)),
        "acknowledged",
        "High error rate",
    ),
    (
        "Opsgenie",
        post(
            "New alert: <https://till.app.opsgenie.com/alert/1|#7>: Redis is full",
            attachment("#7: Redis is full", fields={"Priority": "P2"}),
        ),
        "firing",
        "Redis is full",
    ),
    (
        "Opsgenie closed",
        post("Alert closed: #7 Redis is full", attachment(color=GREEN)),
        "resolved",
        "Redis is full",
    ),
    (
        "Opsgenie acknowledged",
        post('lee acknowledged alert #7: "Redis is full"', name="Opsgenie"),
        "acknowledged",
        "Redis is full",
    ),
    (
        "VictorOps",
        post("", attachment("CRITICAL: Incident #3 - db-3/disk"), name="VictorOps"),
        "firing",
        "db-3/disk",
    ),
    (
        "VictorOps recovery",
        post("", attachment("RECOVERY: Incident #3 - db-3/disk", color=GREEN)),
        "resolved",
        "db-3/disk",
    ),
    (
        "incident.io",
        blocks(
            section("New incident declared: *INC-7 Till is failing*", "*Severity*\nCritical"),
            name="incident.io",
        ),
        "firing",
        "Till is failing",
    ),
    (
        "incident.io resolved",
        post("INC-7 has been resolved: Till is failing", name="incident.io"),
        "resolved",
        "Till is failing",
    ),
    (
        "FireHydrant",
        post("Incident opened: Search is red", attachment(fields={"Severity": "SEV1"})),
        "firing",
        "Search is red",
    ),
    (
        "Honeycomb",
        post("", attachment("Triggered: Slow till", "P95 was 2310 > 2000", title_link=HONEY)),
        "firing",
        "Slow till",
    ),
    (
        "Honeycomb resolved",
        post("", attachment("Resolved: Slow till", color=GREEN, title_link=HONEY)),
        "resolved",
        "Slow till",
    ),
    (
        "Honeycomb SLO",
        blocks(
            section(
                f":rotating_light: *SLO Burn Alert triggered*: <{HONEY}|Till "
                "availability> will exhaust its error budget in 4 hours"
            )
        ),
        "firing",
        "Till availability will exhaust its error budget in 4 hours",
    ),
    (
        "Dynatrace",
        post("OPEN Problem P-24: Failure rate increase", attachment(), name="Dynatrace"),
        "firing",
        "Failure rate increase",
    ),
    (
        "Dynatrace fields",
        post(
            "Problem notification\n*State:* OPEN\n*Title:* Failure rate\n*Impact:* SERVICE",
            name="Dynatrace",
        ),
        "firing",
        "Failure rate",
    ),
    (
        "Kibana",
        post("Rule 'High CPU' is active:\n- Observed value: 0.95\n- Threshold: 0.9"),
        "firing",
        "High CPU",
    ),
    (
        "Kibana recovered",
        post("Rule 'High CPU' has recovered.\n- Affected: node-7"),
        "resolved",
        "High CPU",
    ),
    (
        "Checkly",
        post("", attachment('The check "Login" is failing'), name="Checkly"),
        "firing",
        "Login",
    ),
    (
        "Checkly blocks",
        blocks(section(":x: *Check failure: Login*"), name="Checkly"),
        "firing",
        "Login",
    ),
    ("Pingdom", post("DOWN alert: Till (till.dev) is DOWN [Timeout]"), "firing", "Till (till.dev)"),
    ("Pingdom up", post("UP alert: Till (till.dev) is UP"), "resolved", "Till (till.dev)"),
    (
        "Better Stack",
        blocks(
            section(
                ":red_circle: *New incident* for <https://b.dev|api.till.dev>",
                "*Cause:*\nStatus 502",
            ),
            name="Better Stack",
        ),
        "firing",
        "api.till.dev",
    ),
    (
        "Better Stack resolved",
        blocks(
            section(":large_green_circle: *Resolved incident* for <https://b.dev|api.till.dev>"),
            name="Better Stack",
        ),
        "resolved",
        "api.till.dev",
    ),
    (
        "StatusCake",
        post("Your site *till.dev* went down! Reason: HTTP 500", name="StatusCake"),
        "firing",
        "till.dev",
    ),
    (
        "UptimeRobot",
        post("Monitor is DOWN: till ( https://till.dev ) - Reason: Timeout"),
        "firing",
        "till",
    ),
    (
        "UptimeRobot up",
        post("Monitor is UP: till ( https://till.dev ). It was down for 5 minutes."),
        "resolved",
        "till",
    ),
    (
        "Healthchecks",
        post("", attachment("“dump” is DOWN.", fields={"Period": "1 day"})),
        "firing",
        "dump",
    ),
    (
        "Gatus",
        post(
            "",
            attachment(
                ":helmet_with_white_cross: Gatus",
                "An alert for *core/till* has "
                "been triggered due to having failed 3 time(s) in a row",
            ),
        ),
        "firing",
        "core/till",
    ),
    ("Nagios", post("PROBLEM - db-1/disk is CRITICAL", name="nagios"), "firing", "db-1/disk"),
    ("Nagios recovery", post("RECOVERY - db-1/disk is OK", name="nagios"), "resolved", "db-1/disk"),
    (
        "Nagios acknowledged",
        post("ACKNOWLEDGEMENT - db-1/disk is CRITICAL"),
        "acknowledged",
        "db-1/disk",
    ),
    (
        "Nagios unknown",
        post("UNKNOWN - till: plugin timed out", name="nagios"),
        "unknown",
        "till: plugin timed out",
    ),
    (
        "Icinga line",
        post(":bomb: HOST: <http://i.dev|db-1>   SERVICE: <http://i.dev|disk>  STATE: CRITICAL"),
        "firing",
        "disk",
    ),
    ("Icinga host", post("Notification Type: PROBLEM\nHost: web-4\nState: DOWN"), "firing", None),
    (
        "Netdata",
        post(
            "",
            attachment("disk usage = 94%", pretext="db-1 needs attention, disk"),
            name="netdata on db-1",
        ),
        "firing",
        "db-1",
    ),
    (
        "Netdata recovered",
        post(
            "",
            attachment("disk usage = 61%", pretext="db-1 recovered, disk", color=GREEN),
            name="netdata on db-1",
        ),
        "resolved",
        "db-1",
    ),
    (
        "Rollbar",
        post("", attachment("[till] production - New Error: #4 TypeError: no function")),
        "firing",
        "TypeError: no function",
    ),
    (
        "Google Cloud",
        blocks(
            header("Alert firing"),
            section("*Cloud SQL CPU*", "*Severity*\nCritical", "*State*\nOPEN"),
        ),
        "firing",
        "Cloud SQL CPU",
    ),
    (
        "Sumo Logic",
        post("Monitor Alert: Critical: Payment errors\nThe monitor triggered."),
        "firing",
        "Payment errors",
    ),
    (
        "Airflow",
        post(":red_circle: Task Failed.\n*Task*: load\n*Dag*: nightly", name="airflow"),
        "firing",
        "Task Failed",
    ),
    (
        "PRTG",
        post("Sensor Ping on device fw-1 is Down", name="PRTG"),
        "firing",
        "Sensor Ping on device fw-1",
    ),
    (
        "Grafana OnCall resolved",
        post(
            "",
            attachment(
                color=GREEN,
                blocks=[
                    section("*<https://oncall.grafana.net/a/1|#31 Throttles>*"),
                    context(":large_green_circle: Resolved by lee"),
                ],
            ),
        ),
        "resolved",
        "Throttles",
    ),
    (
        "Cloudflare",
        post("Origin health check status changed to *Unhealthy* for pool eu"),
        "firing",
        "Origin health check status changed to Unhealthy for pool eu",
    ),
    (
        "certificate",
        post("Your certificate for till.dev expires in 3 days"),
        "firing",
        "Your certificate for till.dev expires in 3 days",
    ),
    ("ilert", post("INCIDENT CREATED: Till errors (priority: HIGH)"), "firing", "Till errors"),
    (
        "ending bracket",
        post("Alert: Replication lag high [resolved]", attachment(color=GREEN)),
        "resolved",
        "Replication lag high",
    ),
    (
        "AnomalyEnded",
        post(
            "", attachment("Anomaly ended: Error rate", color="#439FE0", fields={"Status": "Ended"})
        ),
        "resolved",
        "Anomaly ended: Error rate",
    ),
    (
        "red and trouble",
        post("", attachment("Replication lag high", "db-1: 300 s")),
        "firing",
        "Replication lag high",
    ),
    (
        "a script's fire",
        post("[prod] till p99 latency 812ms > 200ms :fire:"),
        "firing",
        "[prod] till p99 latency 812ms > 200ms",
    ),
    (
        "a sentence and its trouble",
        post("Health check *till* failed 3 times in a row"),
        "firing",
        "Health check till failed 3 times in a row",
    ),
)

TALK = (
    "Good morning! What are you working on today?",
    "Your order #123456789012 has been shipped",
    "Ticket #991 opened by lee: cannot log in",
    "New signup: lee@till.dev (Pro plan)",
    "Incident review: INC-12 postmortem is due tomorrow",
    "Alarm clock set for 7am",
    "The lunch truck is down the street",
    "Door 3 opened",
    "DynamoDB best practices: avoid hot partitions",
    "DynamoDB table stock scaled from 100 to 200 WCU",
    "You have 2 alarms in ALARM state: stock-a, stock-b",
    "lee muted monitor Till errors for 2 hours",
    'Alert rule "High CPU" was edited by lee',
    "Uptime this month: 99.98% - all systems operational",
    "Weekly summary: 12 incidents opened, 11 resolved",
    "How to fix ProvisionedThroughputExceededException <https://blog.dev/x>",
    "FYI: failover drill on Friday, expect alerts",
    "Price alert: BTC above 100000",
)

FACTS: tuple[tuple[str, Json, dict[str, Any]], ...] = (
    (
        "AWS dimension in another monitor's field",
        post(
            "",
            attachment(
                "User errors",
                "incident opened",
                fields={
                    "aws.dynamodb.TableName": "stock",
                    "aws.region": "eu-north-1",
                    "aws.accountId": "555566667777",
                },
            ),
            name="New Relic",
        ),
        {
            "service": "dynamodb",
            "resource_type": "table",
            "resource": "stock",
            "region": "eu-north-1",
            "account": "555566667777",
        },
    ),
    (
        "an SDK's sentence",
        post(
            "*Splunk alert:* 408s\n`An error occurred (408) when calling the "
            "UpdateItem operation: ` table=stock",
            name="Splunk",
        ),
        {"service": "dynamodb", "resource": "stock", "error_code": "408"},
    ),
    (
        "an ARN",
        post(
            "arn:aws:dynamodb:eu-north-1:555566667777:table/stock/index/by-user is "
            "throttled :warning: alert"
        ),
        {
            "service": "dynamodb",
            "resource": "stock",
            "region": "eu-north-1",
            "account": "555566667777",
        },
    ),
    (
        "a region's display name",
        post("", attachment("stock: SystemErrors 12", fields={"Region": "Europe (Stockholm)"})),
        {"service": "dynamodb", "metric": "SystemErrors", "region": "eu-north-1"},
    ),
    (
        "a wrapped SNS subject",
        post('Triggered: ALARM: "stock-ReadThrottleEvents" in EU (Ireland)', name="on-call"),
        {
            "alarm": "stock-ReadThrottleEvents",
            "service": "dynamodb",
            "resource": "stock",
            "region": "eu-west-1",
            "metric": "ReadThrottleEvents",
        },
    ),
    (
        "a webhook's JSON",
        post(
            json.dumps(
                {
                    "status": "firing",
                    "alerts": [
                        {
                            "labels": {
                                "alertname": "Slow",
                                "severity": "warning",
                                "table": "stock",
                                "region": "eu-north-1",
                            }
                        }
                    ],
                }
            )
        ),
        {"alarm": "Slow", "severity": "medium", "resource": "stock", "region": "eu-north-1"},
    ),
    (
        "another service's namespace beside a metric of DynamoDB's name",
        post(
            json.dumps(
                {
                    "AlarmName": "cache-ThrottledRequests",
                    "NewStateValue": "ALARM",
                    "Trigger": {"MetricName": "ThrottledRequests", "Namespace": "AWS/DAX"},
                }
            )
        ),
        {"service": "dax", "resource": None, "metric": "ThrottledRequests"},
    ),
    (
        "an operation on a table",
        post("[ALERT] GetItem on table stock takes 300 ms in ap-south-1"),
        {"service": "dynamodb", "resource": "stock", "region": "ap-south-1"},
    ),
    (
        "a service in a field",
        post("till is DOWN", attachment(fields={"AWS Service": "AmazonRDS"})),
        {"service": "rds"},
    ),
    (
        "a namespace in words",
        post("till is DOWN: AWS/ApplicationELB says so"),
        {"service": "elb"},
    ),
    (
        "an account in words",
        post("till is DOWN in account 444455556666 (eu-west-1)"),
        {"account": "444455556666"},
    ),
    (
        "twelve digits beside AWS's words, and a time that has as many",
        post("till is DOWN: AWS 444455556666 at 202601051000"),
        {"account": "444455556666"},
    ),
    (
        "an error code in a field",
        post("till is DOWN", attachment(fields={"Error code": "E_LOST"})),
        {"error_code": "E_LOST"},
    ),
    (
        "an index",
        post("DynamoDB index by-user of table stock is DOWN"),
        {"service": "dynamodb", "resource": "stock"},
    ),
    (
        "a table block",
        blocks(
            {
                "type": "table",
                "rows": [
                    [
                        {
                            "type": "rich_text",
                            "elements": [
                                {
                                    "type": "rich_text_section",
                                    "elements": [
                                        {"type": "text", "text": "till is DOWN in "},
                                        {
                                            "type": "link",
                                            "url": "https://a.dev",
                                            "text": "eu-west-1",
                                        },
                                        {"type": "link", "url": "https://b.dev"},
                                        {"type": "user", "user_id": "U1"},
                                    ],
                                }
                            ],
                        }
                    ]
                ],
            }
        ),
        {"alarm": "till", "region": "eu-west-1"},
    ),
    (
        "a bold name alone, and its value after it",
        blocks(section("x", "*TableName*", "stock", "*State*", "Triggered"), text="Slow :fire:"),
        {"resource": "stock", "state": "firing"},
    ),
    (
        "a link to an alarm that another tool shows",
        post(
            "lee closed alert #4: Stock is low",
            attachment(
                "Stock is low",
                title_link="https://console.aws.amazon.com/cloudwatch/home?region=eu-west-2"
                "#alarmsV2:alarm/",
                color=GREEN,
            ),
        ),
        {"region": "eu-west-2", "state": "resolved"},
    ),
    (
        "an ARN that names no kind of thing",
        post("till is DOWN: arn:aws:wafv2:eu-west-2:444455556666:x"),
        {"resource": None, "region": "eu-west-2", "account": "444455556666"},
    ),
    (
        "nothing about AWS",
        post("till is DOWN", name="pinger"),
        {
            "service": None,
            "resource": None,
            "region": None,
            "account": None,
            "metric": None,
            "error_code": None,
            "severity": None,
        },
    ),
    ("two regions", post("till is DOWN in eu-west-1 and eu-west-2"), {"region": None}),
    ("an HTTP status", post("till is DOWN (HTTP 502)"), {"error_code": "502"}),
    ("the status of an all-clear", post("till is UP (HTTP 503 before)"), {"error_code": None}),
)


@pytest.mark.parametrize(
    ("event", "state", "alarm"), [row[1:] for row in ALERTS], ids=[row[0] for row in ALERTS]
)
def test_an_alert_of_an_unknown_monitor_is_read(event: Json, state: str, alarm: str | None) -> None:
    does = {"firing": "open", "resolved": "resolve", "acknowledged": "update", "unknown": "update"}
    read = recognise(event)
    assert (read.kind, read.action, read.source, read.state, read.alarm) == (
        "alert",
        does[state],
        "unknown",
        state,
        alarm,
    )


@pytest.mark.parametrize("text", TALK)
def test_talk_of_a_program_is_no_alert(text: str) -> None:
    assert recognise(post(text)).action == "ignore"


@pytest.mark.parametrize(
    ("event", "facts"), [row[1:] for row in FACTS], ids=[row[0] for row in FACTS]
)
def test_facts_are_right_or_absent(event: Json, facts: dict[str, Any]) -> None:
    read = to_json(recognise(event))
    assert {key: read[key] for key in facts} == facts


def test_why_names_the_signs() -> None:
    why = recognise(post("", attachment("Triggered: Slow till", color=RED))).why
    assert "its title states it" in why
    assert "is red" in why
