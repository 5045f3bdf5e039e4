import pytest

from handlers.alerts.aws_links import NamedThing, arns_in, region_of_link
from handlers.alerts.aws_names import service_in_name, service_name, services_in
from handlers.alerts.aws_regions import region_of, regions_in
from handlers.alerts.metrics import metric_in_name, metric_of
from handlers.alerts.model import Basis, Severity, State
from handlers.alerts.names import problem_name, says_nothing
from handlers.alerts.pairs import Pair, Strength
from handlers.alerts.resources import Resource, kind_of_id, resource_of
from handlers.alerts.sdk_errors import read_sdk_error
from handlers.alerts.titles import Title, read_title, state_in_prose
from handlers.alerts.words import priority_in, severity_of, state_of


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("ALARM", State.FIRING),
        ("`OK`", None),
        ("OK", State.RESOLVED),
        ("INSUFFICIENT_DATA", State.UNKNOWN),
        ("No data", State.UNKNOWN),
        ("OK → ALARM", State.FIRING),
        ("ALARM -> OK", State.RESOLVED),
        ("A => OK", State.RESOLVED),
        ("from OK to ALARM", State.FIRING),
        ("Re-Triggered", State.FIRING),
        ("Acknowledged by lee", State.ACKNOWLEDGED),
        ("resolved (auto)", State.RESOLVED),
        ("not ok", State.FIRING),
        ("503", None),
        ("", None),
        ("  ", None),
        ("in progress", State.FIRING),
        ("back to normal now", State.RESOLVED),
    ],
)
def test_a_fields_value_tells_the_state(value: str, state: State | None) -> None:
    assert state_of(value) is state


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("P1", Severity.CRITICAL),
        ("SEV-2", Severity.HIGH),
        ("Severity 3", Severity.MEDIUM),
        ("Disaster", Severity.CRITICAL),
        ("ERROR", Severity.HIGH),
        ("Warn", Severity.MEDIUM),
        ("Average", Severity.MEDIUM),
        ("Notice", Severity.LOW),
        ("Informational", Severity.INFO),
        ("high (7.5)", Severity.HIGH),
        ("none", None),
        ("Not classified", None),
        ("", None),
        (None, None),
        ("42", None),
        ("P9", None),
        ("prio P2 now", Severity.HIGH),
    ],
)
def test_severities_are_brought_to_one_scale(word: str | None, severity: Severity | None) -> None:
    assert severity_of(word) is severity


@pytest.mark.parametrize(
    ("text", "priority"),
    [("a P1 - b", "P1"), ("sev2: x", "sev2"), ("p99 latency", None), ("P1.5", None)],
)
def test_a_priority_stands_alone(text: str, priority: str | None) -> None:
    assert priority_in(text) == priority


@pytest.mark.parametrize(
    ("line", "title"),
    [
        (
            "[FIRING:2] High CPU",
            Title(state=State.FIRING, strong=True, name="High CPU", severity=None),
        ),
        (
            "[P1] [Resolved] [till] x",
            Title(state=State.RESOLVED, strong=True, name="[till] x", severity="P1"),
        ),
        ("[prod] High CPU", Title(state=None, strong=False, name="[prod] High CPU", severity=None)),
        (
            "Alert closed: #12 Disk",
            Title(state=State.RESOLVED, strong=True, name="Disk", severity=None),
        ),
        (
            "Resolved in 5m: Disk",
            Title(state=State.RESOLVED, strong=True, name="Disk", severity=None),
        ),
        (
            "CRITICAL - disk",
            Title(state=State.FIRING, strong=True, name="disk", severity="CRITICAL"),
        ),
        (
            "till - Resolved: #4 Boom",
            Title(state=State.RESOLVED, strong=True, name="Boom", severity=None),
        ),
        (
            "Monitor Alert: Critical: Pay",
            Title(state=State.FIRING, strong=False, name="Pay", severity="Critical"),
        ),
        ("Slow [resolved]", Title(state=State.RESOLVED, strong=True, name="Slow", severity=None)),
        (
            "A sentence with many words in it: x",
            Title(
                state=None, strong=False, name="A sentence with many words in it: x", severity=None
            ),
        ),
        ('Triggered: "Disk"', Title(state=State.FIRING, strong=True, name="Disk", severity=None)),
        ("", Title(state=None, strong=False, name="", severity=None)),
    ],
)
def test_a_title_is_taken_apart(line: str, title: Title) -> None:
    assert read_title(line) == title


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("till is down", State.FIRING),
        ("till is back up", State.RESOLVED),
        ("disk has recovered", State.RESOLVED),
        ("no longer failing", State.RESOLVED),
        ("acknowledged by lee", State.ACKNOWLEDGED),
        ("no data for 5m", State.UNKNOWN),
        ("exceeded the threshold", State.FIRING),
        ("task load failed", State.FIRING),
        ("was down, is back up", State.FIRING),
        ("hello", None),
    ],
)
def test_a_sentence_tells_the_state(text: str, state: State | None) -> None:
    assert state_in_prose(text) is state


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Till is DOWN (HTTP 503)", "Till"),
        ("till is back up after 4 minutes", "till"),
        ('The check "Login" is failing', "Login"),
        ("An alert for core/till has been triggered", "core/till"),
        ("Incident acknowledged by lee: Till is slow", "Till is slow"),
        ("db-1 needs attention, disk", "db-1"),
        ("Disk of db-1", "Disk of db-1"),
        ("“dump” is UP.", "dump"),
    ],
)
def test_a_problem_keeps_its_name_however_it_stands(title: str, name: str) -> None:
    assert problem_name(title) == name


def test_a_told_state_leaves_the_rest_of_the_title() -> None:
    assert problem_name("Till is failing", told=True) == "Till is failing"
    assert problem_name("Till is down", told=True) == "Till"


@pytest.mark.parametrize(
    ("name", "nothing"),
    [("Alert firing", True), ("Incident #12 resolved", True), ("Till", False), ("", True)],
)
def test_a_title_of_state_words_holds_no_name(name: str, nothing: object) -> None:
    assert says_nothing(name) is nothing


@pytest.mark.parametrize(
    ("text", "regions"),
    [
        ("in US-EAST-1 Region", ("us-east-1",)),
        ("US East (N. Virginia)", ("us-east-1",)),
        ("EU - Ireland and EU (Paris)", ("eu-west-1", "eu-west-3")),
        ("South America (São Paulo)", ("sa-east-1",)),
        ("Canada (Central)", ("ca-central-1",)),
        ("AWS GovCloud (US-West) us-gov-east-1", ("us-gov-west-1", "us-gov-east-1")),
        ("ap-southeast-5", ("ap-southeast-5",)),
        ("eu-west-1a eu-west-2", ("eu-west-1", "eu-west-2")),
        ("my-us-east-1-db", ()),
        ("us-east-12", ()),
        ("Europe (Atlantis)", ()),
        ("Asia Pacific (Tokyo) region", ("ap-northeast-1",)),
        ("nothing", ()),
    ],
)
def test_regions_are_read_by_code_and_by_name(text: str, regions: tuple[str, ...]) -> None:
    assert regions_in(text) == regions


def test_one_region_is_told_and_two_are_not() -> None:
    assert region_of("eu-west-1") == "eu-west-1"
    assert region_of("eu-west-1 eu-west-2") is None
    assert region_of(None) is None


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        (
            "arn:aws:dynamodb:eu-west-2:444455556666:table/stock/index/by-user",
            ("dynamodb", "table", "stock", "eu-west-2", "444455556666"),
        ),
        (
            "arn:aws:lambda:eu-west-2:444455556666:function:mails:live.",
            ("lambda", "function", "mails", "eu-west-2", "444455556666"),
        ),
        ("arn:aws:s3:::uploads/a.txt", ("s3", "bucket", "uploads", None, None)),
        (
            "arn:aws:rds:eu-west-2:444455556666:db:till",
            ("rds", "db-instance", "till", "eu-west-2", "444455556666"),
        ),
        (
            "arn:aws:ec2:eu-west-2:444455556666:volume/vol-0a",
            ("ec2", "volume", "vol-0a", "eu-west-2", "444455556666"),
        ),
        (
            "arn:aws:logs:eu-west-2:444455556666:log-group:/aws/lambda/mails:*",
            ("logs", None, "/aws/lambda/mails", "eu-west-2", "444455556666"),
        ),
        (
            "arn:aws:cloudwatch:eu-west-2:444455556666:alarm:low",
            ("cloudwatch", None, "low", "eu-west-2", "444455556666"),
        ),
        (
            "arn:aws:elasticloadbalancing:eu-west-2:444455556666:loadbalancer/app/till/1",
            ("elb", "load-balancer", "1", "eu-west-2", "444455556666"),
        ),
        (
            "arn:aws:ec2:eu-west-2:444455556666:thing",
            ("ec2", None, "thing", "eu-west-2", "444455556666"),
        ),
    ],
)
def test_an_arn_names_a_thing(text: str, thing: tuple[str | None, ...]) -> None:
    service, kind, name, region, account = thing
    assert arns_in(text) == (
        NamedThing(
            service=service or "", kind=kind, name=name or "", region=region, account=account
        ),
    )


@pytest.mark.parametrize(
    ("url", "region"),
    [
        ("https://console.aws.amazon.com/cloudwatch/home?region=eu-west-2#x", "eu-west-2"),
        ("https://eu-west-2.console.aws.amazon.com/cloudwatch/home#x", "eu-west-2"),
        ("https://console.amazonaws-us-gov.com/ec2/home?region=us-gov-west-1", "us-gov-west-1"),
        ("https://console.aws.amazon.com/cloudwatch/home", None),
        ("https://a.dev/?region=eu-west-2", None),
    ],
)
def test_a_console_link_shows_a_region(url: str, region: str | None) -> None:
    assert region_of_link(url) == region


@pytest.mark.parametrize(
    ("spelled", "service"),
    [
        ("AmazonDynamoDBv2", "dynamodb"),
        ("DynamoDb", "dynamodb"),
        ("ApplicationELB", "elb"),
        ("Amazon S3", "s3"),
        ("SFN", "states"),
        ("EC2", "ec2"),
        ("Amazon Kinesis Analytics", "kinesisanalytics"),
    ],
)
def test_a_service_has_one_name(spelled: str, service: str) -> None:
    assert service_name(spelled) == service


def test_services_are_named_by_words_but_not_by_accident() -> None:
    assert services_in("Lambda mails writes DynamoDB") == ("lambda", "dynamodb")
    assert services_in('in <lambda> a lambda x: "dynamic"') == ()
    assert service_in_name("DynamoDBHighLatency") == "dynamodb"
    assert service_in_name("till-ddb-408") == "dynamodb"
    assert service_in_name("TillIsSlow") is None


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("stock-ReadThrottleEvents-High", "ReadThrottleEvents"),
        ("mails-Errors", "Errors"),
        ("OrdersTableWriteThrottleEventsAlarm", "WriteThrottleEvents"),
        ("DynamoDBSystemErrors", "SystemErrors"),
        ("TillSystemErrors", None),
        ("stock_UserErrors", "UserErrors"),
        ("Latency of stock", None),
        ("DynamoDB SystemErrors", "SystemErrors"),
        ("CheckoutErrors", None),
        ("stock CPU", None),
    ],
)
def test_a_metric_is_found_in_an_alarms_name(name: str, metric: str | None) -> None:
    assert metric_in_name(name) == metric


@pytest.mark.parametrize(
    ("pairs", "body", "metric"),
    [
        ((Pair("MetricName", "Anything", Strength.JSON),), "", "Anything"),
        ((Pair("metric", "x" * 500, Strength.LINE),), "", None),
        ((), "SUM Errors GreaterThanThreshold 5", "Errors"),
        ((), "undefined GreaterThanThreshold 5", None),
        ((), "system.cpu.user over host:a was > 9", "system.cpu.user"),
        ((), "aws.dynamodb.throttled_requests is high", "aws.dynamodb.throttled_requests"),
        ((), "CPUUtilization and Errors", "CPUUtilization"),
    ],
)
def test_a_metric_is_read_as_written(
    pairs: tuple[Pair, ...], body: str, metric: str | None
) -> None:
    assert metric_of(pairs, None, body) == metric


@pytest.mark.parametrize(
    ("body", "alarm", "metric", "told"),
    [
        ("DynamoDB table stock is slow", None, None, ("table", "stock", Basis.STATED)),
        ("the table was exceeded", None, None, None),
        ("GetItem on stock", None, None, ("table", "stock", Basis.STATED)),
        ("PutItem stock failed", None, None, ("table", "stock", Basis.STATED)),
        ("Lambda mails failing", "mails-Errors", "Errors", ("function", "mails", Basis.STATED)),
        ("Lambda is failing", None, None, None),
        ("host i-0a1b2c3d4e5f is gone", None, None, ("instance", "i-0a1b2c3d4e5f", Basis.STATED)),
        ("pod till-7d4b9c6f5-abcde", None, None, ("pod", "till-7d4b9c6f5-abcde", Basis.STATED)),
        (
            "",
            "ddb-stock-ReadThrottleEvents-High",
            "ReadThrottleEvents",
            ("table", "stock", Basis.NAMED),
        ),
        ("", "ReadThrottleEvents: stock", "ReadThrottleEvents", ("table", "stock", Basis.NAMED)),
        (
            "",
            "dynamodb/stock/GetItem/SystemErrors",
            "SystemErrors",
            ("table", "stock", Basis.NAMED),
        ),
        ("", "a b ReadThrottleEvents", "ReadThrottleEvents", None),
        (
            "",
            "stock-table-ReadThrottleEvents",
            "ReadThrottleEvents",
            ("table", "stock", Basis.NAMED),
        ),
        ("", "ddb-UserErrors-account", "UserErrors", None),
        ("", "high-ReadThrottleEvents", "ReadThrottleEvents", None),
        (
            "",
            "TargetTracking-table/stock/index/by-user-AlarmLow-1",
            None,
            ("table", "stock", Basis.NAMED),
        ),
        (
            "",
            "TargetTracking-table/stock-ProvisionedCapacityHigh-1",
            None,
            ("table", "stock", Basis.NAMED),
        ),
    ],
)
def test_a_resource_is_named_by_sentence_or_alarm(
    body: str,
    alarm: str | None,
    metric: str | None,
    told: tuple[str, str, Basis] | None,
) -> None:
    found = resource_of((), (), body, alarm, metric)
    assert (found and (found.kind, found.name, found.basis)) == told


@pytest.mark.parametrize(
    ("pairs", "resource"),
    [
        (
            (Pair("TableName", "stock", Strength.FIELD), Pair("TableName", "till", Strength.FIELD)),
            Resource(
                kind="table", name="stock", basis=Basis.STATED, service="dynamodb", others=("till",)
            ),
        ),
        (
            (
                Pair("ClusterName", "main", Strength.FIELD),
                Pair("ServiceName", "till", Strength.FIELD),
            ),
            Resource(kind="service", name="till", basis=Basis.STATED, service="ecs"),
        ),
        (
            (Pair("instance", "10.0.0.3:9100", Strength.LINE),),
            Resource(kind="host", name="10.0.0.3", basis=Basis.STATED),
        ),
        (
            (Pair("host", "i-0a1b2c3d4e5f", Strength.TAG),),
            Resource(kind="instance", name="i-0a1b2c3d4e5f", basis=Basis.STATED, service="ec2"),
        ),
        ((Pair("host", "web", Strength.ASSIGNMENT),), None),
        ((Pair("TableName", "two words", Strength.FIELD),), None),
        ((Pair("table", "null", Strength.FIELD),), None),
    ],
)
def test_a_resource_is_named_by_its_pair(
    pairs: tuple[Pair, ...], resource: Resource | None
) -> None:
    assert resource_of(pairs, (), "", None, None) == resource


@pytest.mark.parametrize(
    ("name", "kind"), [("vol-0a", "volume"), ("vpn-1", "vpn"), ("stock", None)]
)
def test_an_ids_prefix_tells_its_kind(name: str, kind: str | None) -> None:
    assert kind_of_id(name) == kind


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "An error occurred (SlowDown) when calling the PutObject operation: x",
            ("SlowDown", "s3"),
        ),
        ("An error occurred (408) when calling the PutItem operation: ", ("408", "dynamodb")),
        (
            (
                "operation error DynamoDB: GetItem, https response error StatusCode: 0, "
                "RequestID: , canceled, context deadline exceeded"
            ),
            ("context deadline exceeded", "dynamodb"),
        ),
        ("[error] till DynamoDB put: UnknownError: 408", ("408", "dynamodb")),
        ("P1 - HTTP 500s from DynamoDB", None),
        ("CodePipeline STAGE Build failed with errors", None),
        ("write EPIPE", ("EPIPE", None)),
        (
            "An error occurred (AccessDenied) when calling the ListTrails operation",
            ("AccessDenied", None),
        ),
        ("all is well", None),
    ],
)
def test_an_sdks_error_is_read_with_its_service(
    text: str, told: tuple[str, str | None] | None
) -> None:
    error = read_sdk_error(text)
    assert (error and (error.code, error.service)) == told


def test_an_errors_excerpt_starts_at_its_line() -> None:
    error = read_sdk_error("noise\nReadTimeoutError: Read timeout on endpoint URL: x\nmore")
    assert error is not None
    assert error.excerpt == "ReadTimeoutError: Read timeout on endpoint URL: x\nmore"


def test_an_excerpt_of_an_error_told_in_words_starts_where_it_tells() -> None:
    text = "noise\nfailed: the security token included in the request is expired, an error\nmore"
    error = read_sdk_error(text)
    assert error is not None
    assert (error.code, error.excerpt) == ("ExpiredTokenException", text.partition("\n")[2])
