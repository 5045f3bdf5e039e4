import pytest

from handlers.alerts.model import Action, Alert, Facts, Kind, State
from handlers.alerts.model import Severity as Word
from handlers.incidents.alert import (
    AlertFacts,
    facts_of,
    monitor,
    severity_of,
    subject_of,
    title_of,
)
from handlers.incidents.model import Severity, Subject
from tests.handlers.incidents.samples import NOW, an_alert

READ = Alert(
    kind=Kind.ALERT,
    action=Action.OPEN,
    source="zabbix",
    state=State.FIRING,
    severity=Word.CRITICAL,
    alarm="writes refused",
    service="dynamodb",
    resource_type="table",
    resource="carts",
    region="eu-west-1",
    account="210987654321",
    metric="WriteThrottleEvents",
    error_code="ThrottlingException",
    fingerprint="v1:zabbix",
    why="a problem post",
    channel="C0DB",
    ts="1789371751.000100",
    thread_ts="1789371000.000100",
    facts=Facts(index="by-customer"),
)


def test_an_alert_keeps_its_facts_and_gains_its_time() -> None:
    assert facts_of(READ, at=NOW, channel="C0OTHER", ts="1.0") == AlertFacts(
        action=Action.OPEN,
        source="zabbix",
        at=NOW,
        channel="C0DB",
        ts="1789371751.000100",
        thread_ts="1789371000.000100",
        state=State.FIRING,
        fingerprint="v1:zabbix",
        severity=Word.CRITICAL,
        alarm="writes refused",
        service="dynamodb",
        resource_type="table",
        resource="carts",
        region="eu-west-1",
        account="210987654321",
        metric="WriteThrottleEvents",
        error_code="ThrottlingException",
        index="by-customer",
    )


def test_what_the_alert_does_not_know_comes_from_the_delivery() -> None:
    chatter = Alert(kind=Kind.CHATTER, action=Action.IGNORE, source="human", why="a person")
    facts = facts_of(chatter, at=NOW, channel="C0DB", ts="1789371751.000200")
    assert (facts.channel, facts.ts, facts.state) == ("C0DB", "1789371751.000200", State.UNKNOWN)


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        (Word.CRITICAL, Severity.SEV1),
        (Word.HIGH, Severity.SEV2),
        (Word.MEDIUM, Severity.SEV3),
        (Word.LOW, Severity.SEV4),
        (Word.INFO, Severity.SEV4),
        (None, Severity.SEV3),
    ],
)
def test_every_monitors_word_has_a_severity(word: Word | None, severity: Severity) -> None:
    assert severity_of(an_alert(severity=word)) == severity


def test_a_message_that_resolves_says_resolved_in_any_words() -> None:
    assert an_alert(action=Action.RESOLVE, state=State.UNKNOWN).says is State.RESOLVED
    assert an_alert(action=Action.UPDATE, state=State.UNKNOWN).says is State.UNKNOWN


@pytest.mark.parametrize(
    ("alarm", "error_code", "source", "one_way"),
    [
        ("orders-throttled", None, "datadog", False),
        ("orders-throttled", "ThrottlingException", "datadog", False),
        (None, "ThrottlingException", "app-error-webhook", True),
        ("ThrottlingException", "ThrottlingException", "sentry", True),
        ("checkout-filter", None, "cwlogs-subscription-lambda", True),
        (None, None, "unknown", True),
    ],
)
def test_error_posts_are_told_from_alarms(
    *,
    alarm: str | None,
    error_code: str | None,
    source: str,
    one_way: bool,
) -> None:
    assert an_alert(alarm=alarm, error_code=error_code, source=source).is_one_way is one_way


def test_only_a_dynamodb_table_is_a_table() -> None:
    assert subject_of(an_alert(account=None)) == Subject(
        service="dynamodb",
        table="orders",
        region="eu-west-1",
        resource_type="table",
        resource="orders",
    )
    assert subject_of(an_alert(service="rds", resource_type="table")).table is None
    assert subject_of(an_alert(service="lambda", resource_type="function")).table is None


@pytest.mark.parametrize(
    ("alert", "title"),
    [
        (an_alert(), "orders-reads-throttled"),
        (an_alert(alarm=None, error_code="408"), "408 on orders"),
        (an_alert(alarm=None, metric="SystemErrors", resource=None), "SystemErrors"),
        (an_alert(alarm=None, resource=None), "Alert"),
        (an_alert(alarm="\u202e \x00"), "Alert from datadog"),
        (an_alert(alarm="two\nlines"), "two lines"),
    ],
)
def test_a_title_names_the_alarm_or_what_failed(alert: AlertFacts, title: str) -> None:
    assert title_of(alert) == title


def test_a_monitor_cannot_pose_as_a_person() -> None:
    assert monitor(an_alert(source="U0ANN\nU0BOB")) == "monitor:U0ANN U0BOB"
