"""One problem keeps its fingerprint; two problems never share one."""

import pytest

from handlers.alerts import recognise
from handlers.alerts.fingerprint import without_numbers
from tests.handlers.alerts.messages import GREEN, RED, Json, attachment, blocks, edit, post, section

ALARM = (
    "https://console.aws.amazon.com/cloudwatch/home?region=eu-west-2#alarmsV2:alarm/stock-Throttled"
)


def blueprint(state: str, name: str = "stock-WriteThrottleEvents") -> Json:
    return post(f"{name} state is now {state}: Threshold Crossed: 1 datapoint [7.0] was greater.")


def prometheus(state: str, labels: str, *, color: str = RED) -> Json:
    title = f"[{state}] DynamoDBThrottle {labels}"
    return post("", attachment(title, color=color, fallback=f"{title} | <https://a.dev/#/alerts>"))


def grafana(state: str, table: str, severity: str = "critical") -> Json:
    text = (
        f"**{state}**\n\nValue: B=1\nLabels:\n - alertname = Throttles\n - TableName = {table}\n"
        f" - severity = {severity}\nAnnotations:\n - summary = x\n"
    )
    title = "[FIRING:1] Throttles" if state == "Firing" else "[RESOLVED] Throttles"
    return post(
        "",
        attachment(
            title,
            text,
            footer="Grafana v12.0.0",
            title_link="https://g.dev/alerting/grafana/uid7/view?orgId=1",
        ),
    )


def datadog(word: str, event: str, tags: str = "tablename:stock,region:eu-west-2") -> Json:
    link = f"https://app.datadoghq.com/monitors/5?group={tags.replace(',', '%2C')}&event_id={event}"
    return post("", attachment(f"{word}: Throttles on {tags}", "x", title_link=link))


def pagerduty(word: str, incident: str = "QAAAA1") -> Json:
    link = f"<https://till.pagerduty.com/incidents/{incident}|#1>"
    return blocks(
        section(f"*{word}* {link}: *Till is slow*"),
        name="PagerDuty",
        text=f"{word} #1: Till is slow",
    )


def zabbix(title: str, trigger: str, event: str) -> Json:
    link = f"https://z.dev/tr_events.php?triggerid={trigger}&eventid={event}"
    return post("", attachment(title, title_link=link, fields={"Host": "db"}))


def kuma(state: str, name: str = "till") -> Json:
    return post(f"[{name}] [{state}] 200 - OK", name="Uptime Kuma")


def health(status: str, code: str = "AWS_DYNAMODB_OPERATIONAL_ISSUE") -> Json:
    return blocks(
        section(f":mega: <https://phd.dev|AWS Health Event | eu-west-2 | {status}>"),
        section(f"Event type code: {code}\n\nx"),
        app_id="A6L22LZNH",
    )


def sentry(title: str, issue: str = "7") -> Json:
    link = f"<https://till.sentry.io/issues/{issue}/|*{title}*>"
    return blocks(section(f":red_circle: {link}"), section("```boom```"), name="Sentry")


SAME = {
    "blueprint": (blueprint("ALARM"), blueprint("OK"), blueprint("INSUFFICIENT_DATA")),
    "alertmanager counts": (
        prometheus("FIRING:1", "critical (stock eu-west-2)"),
        prometheus("FIRING:4", "critical (stock eu-west-2)"),
        prometheus("RESOLVED", "critical (stock eu-west-2)", color=GREEN),
    ),
    "alertmanager severity": (
        prometheus("FIRING:1", "warning (stock)"),
        prometheus("FIRING:1", "critical (stock)"),
    ),
    "alertmanager edit": (
        prometheus("FIRING:1", "(stock)"),
        edit(prometheus("RESOLVED", "(stock)"), prometheus("FIRING:1", "(stock)")),
    ),
    "grafana": (
        grafana("Firing", "stock"),
        grafana("Resolved", "stock"),
        grafana("Firing", "stock", severity="warning"),
    ),
    "datadog": (datadog("Triggered", "1"), datadog("Re-Triggered", "2"), datadog("Recovered", "3")),
    "datadog tags in another order": (
        datadog("Triggered", "1"),
        datadog("Recovered", "2", "region:eu-west-2,tablename:stock"),
    ),
    "pagerduty": (pagerduty("Triggered"), pagerduty("Acknowledged"), pagerduty("Resolved")),
    "zabbix": (
        zabbix("Problem: Disk", "1", "10"),
        zabbix("Updated problem in 2m: Disk", "1", "10"),
        zabbix("Resolved in 3m: Disk", "1", "11"),
    ),
    "uptime kuma": (kuma("🔴 Down"), kuma("✅ Up")),
    "health": (health("open"), health("closed")),
    "sentry": (sentry("KeyError"), sentry("KeyError")),
    "unknown, down and up": (
        post("till is DOWN (HTTP 503)", name="pinger"),
        post("till is back up after 4 minutes", name="pinger"),
    ),
    "unknown, measured values": (
        post("Alert: Disk of db-1 at 91%", attachment(color=RED)),
        post("Alert: Disk of db-1 at 97%", attachment(color=RED)),
    ),
    "an error, again": (
        post(
            "*ERROR* `till`: An error occurred (408) when calling the GetItem operation: 7f00aa11"
        ),
        post(
            "*ERROR* `till`: An error occurred (408) when calling the GetItem operation: 9c22bb33"
        ),
    ),
    "forwarded twice": (
        blocks(
            section(f"*<{ALARM}|CloudWatch Alarm | stock-Throttled | eu-west-2>*"),
            section("Threshold Crossed: x", "*Alarm State*\nALARM"),
            app_id="A6L22LZNH",
        ),
        post(f"The alarm stock-Throttled changed state to ALARM: Threshold Crossed\n<{ALARM}>"),
    ),
}

DIFFERENT = {
    "alarm": (blueprint("ALARM"), blueprint("ALARM", "till-WriteThrottleEvents")),
    "alertmanager table": (
        prometheus("FIRING:1", "critical (stock)"),
        prometheus("FIRING:1", "critical (till)"),
    ),
    "grafana table": (grafana("Firing", "stock"), grafana("Firing", "till")),
    "datadog group": (datadog("Triggered", "1"), datadog("Triggered", "1", "tablename:till")),
    "pagerduty incident": (pagerduty("Triggered"), pagerduty("Triggered", "QBBBB2")),
    "zabbix trigger": (zabbix("Problem: Disk", "1", "10"), zabbix("Problem: Disk", "2", "10")),
    "uptime kuma monitor": (kuma("🔴 Down"), kuma("🔴 Down", "shop")),
    "health event": (health("open"), health("open", "AWS_DYNAMODB_API_ISSUE")),
    "sentry issue": (sentry("KeyError"), sentry("KeyError", "8")),
    "unknown host": (post("db-1 is DOWN", name="pinger"), post("db-2 is DOWN", name="pinger")),
    "application": (
        post("*ERROR* `till`: ThrottlingException: Rate exceeded"),
        post("*ERROR* `shop`: ThrottlingException: Rate exceeded"),
    ),
    "error code": (
        post("*ERROR* `till`: An error occurred (408) when calling the GetItem operation"),
        post("*ERROR* `till`: An error occurred (500) when calling the GetItem operation"),
    ),
    "account": tuple(
        blocks(
            section(
                f"*<{ALARM}|CloudWatch Alarm | stock-Throttled | eu-west-2 | Account: {account}>*"
            ),
            section("Threshold Crossed: x", "*Alarm State*\nALARM"),
            app_id="A6L22LZNH",
        )
        for account in ("444455556666", "777788889999")
    ),
}


@pytest.mark.parametrize("events", SAME.values(), ids=SAME.keys())
def test_one_problem_keeps_its_fingerprint(events: tuple[Json, ...]) -> None:
    prints = {recognise(event).fingerprint for event in events}
    assert len(prints) == 1
    assert None not in prints


@pytest.mark.parametrize("events", DIFFERENT.values(), ids=DIFFERENT.keys())
def test_two_problems_have_two_fingerprints(events: tuple[Json, ...]) -> None:
    assert len({recognise(event).fingerprint for event in events}) == len(events)


def test_a_fingerprint_is_the_same_in_every_process() -> None:
    assert recognise(kuma("🔴 Down")).fingerprint == "v1:f360a89078f756b8a8d2b4baea858002"


def test_what_is_no_alert_has_no_fingerprint() -> None:
    assert recognise(post("Good morning")).fingerprint is None


def test_ids_and_numbers_do_not_tell_occurrences_apart() -> None:
    first = "put of 6f1c2d3e-0000-4000-8000-00000000aaaa took 31 ms\nmore"
    assert without_numbers(first) == "put of # took # ms"
