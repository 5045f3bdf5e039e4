"""What failing log lines say about causes, and what they do not."""

import pytest

from diagnostics.checks.logs import CHECKS, gather_text, judge_failures, judge_text
from diagnostics.checks.logs.pointers import role_of
from diagnostics.checks.logs.principal import Denied, gather_denied, judge_denied
from diagnostics.errors import Missing, NotAsked
from diagnostics.facts.logs import FILTER_PATTERN, gather_failures
from diagnostics.facts.workload import Kind, Workload
from diagnostics.model import Finding, Partial, Sighting, Strength
from diagnostics.reader import Answer
from tests.diagnostics.checks.log_lines import (
    GROUP,
    SINCE,
    client_error,
    denied,
    events,
    failures,
    request,
)
from tests.fakes import FakeReader

READ_TIMEOUT = (
    'botocore.exceptions.ReadTimeoutError: Read timeout on endpoint URL: "https://dynamodb.eu-'
    'west-1.amazonaws.com/"'
)
ACCOUNT_HOST = (
    "botocore.exceptions.ConnectTimeoutError: Connect timeout on endpoint URL: "
    '"https://123456789012.ddb.eu-west-1.amazonaws.com/"'
)
USUAL_HOST = ACCOUNT_HOST.replace("123456789012.ddb.", "dynamodb.")
CONDITION = client_error("ConditionalCheckFailedException", "The conditional request failed")
INVALID = client_error("ValidationException", "The provided key element does not match the schema")
PAGE_408 = "DynamoDB call failed: 408 <html><title>408 Request Time-out</title></html>"
THROTTLED = client_error(
    "ProvisionedThroughputExceededException",
    "The level of configured provisioned throughput for {} was exceeded.",
)
RESET = "dynamodb: read ECONNRESET dynamodb.eu-west-1.amazonaws.com"
POOL = "Unable to execute HTTP request: Timeout waiting for connection from pool (DynamoDb)"
SKEWED = client_error(
    "InvalidSignatureException",
    "Signature expired: 20261120T091000Z is now earlier than 20261120T095500Z "
    "(20261120T100000Z - 5 min.)",
)


def said(*spread: tuple[str, int], step_s: float = 30) -> dict[str, tuple[Strength, bool]]:
    """Return each cause with its strength and whether AWS stated it."""
    found = judge_failures(failures(*spread, step_s=step_s))
    return {
        one.cause: (one.strength, one.stated_by_aws)
        for one in found
        if isinstance(one, Finding) and not one.off_path and one.strength is not Strength.AGAINST
    }


@pytest.mark.parametrize(
    ("text", "cause", "strength", "stated"),
    [
        (
            denied("because no identity-based policy allows the dynamodb:GetItem action"),
            "iam.identity_policy",
            Strength.PROVES,
            True,
        ),
        (
            denied("with an explicit deny in an identity-based policy"),
            "iam.identity_policy",
            Strength.PROVES,
            True,
        ),
        (
            denied("because no permissions boundary allows the dynamodb:GetItem action"),
            "iam.permissions_boundary",
            Strength.PROVES,
            True,
        ),
        (
            denied("with an explicit deny in a service control policy"),
            "iam.organization_policy",
            Strength.PROVES,
            True,
        ),
        (
            denied("with an explicit deny in a resource control policy"),
            "iam.organization_policy",
            Strength.PROVES,
            True,
        ),
        (
            denied("because no session policy allows the dynamodb:GetItem action"),
            "iam.session_policy",
            Strength.PROVES,
            True,
        ),
        (
            denied("because no VPC endpoint policy allows the dynamodb:GetItem action"),
            "iam.endpoint_policy",
            Strength.PROVES,
            True,
        ),
        (
            denied("with an explicit deny in a resource-based policy"),
            "iam.resource_policy",
            Strength.PROVES,
            True,
        ),
        (
            client_error("AccessDeniedException", "KMS key access denied error: not allowed"),
            "iam.kms_permission",
            Strength.PROVES,
            True,
        ),
        (
            client_error("AccessDeniedException", "KMS key error: the key k is disabled."),
            "kms.key_unavailable",
            Strength.PROVES,
            True,
        ),
        (INVALID, "payload.validation", Strength.PROVES, True),
        (
            client_error("ValidationException", "Item size has exceeded the maximum allowed size"),
            "payload.size",
            Strength.PROVES,
            True,
        ),
        (
            client_error("ExpiredTokenException", "The security token included is expired"),
            "identity.credentials",
            Strength.PROVES,
            True,
        ),
        (
            "botocore.exceptions.NoCredentialsError: Unable to locate credentials",
            "identity.credentials",
            Strength.PROVES,
            False,
        ),
        (SKEWED, "identity.clock_skew", Strength.PROVES, True),
        (
            client_error("RequestLimitExceeded", "Throughput exceeds the limit for your account"),
            "throttling.account_quota",
            Strength.PROVES,
            True,
        ),
        (THROTTLED.format("the table"), "throttling.provisioned", Strength.SUGGESTS, False),
        (
            THROTTLED.format("one or more global secondary indexes of the table"),
            "throttling.index",
            Strength.PROVES,
            True,
        ),
        (
            client_error("ThrottlingException", "Rate exceeded", "DescribeTable"),
            "throttling.control_plane",
            Strength.PROVES,
            True,
        ),
        (
            client_error("ResourceNotFoundException", "Requested resource not found"),
            "table.not_found",
            Strength.SUGGESTS,
            False,
        ),
        (
            client_error("ResourceNotFoundException", "no table in region=eu-central-1"),
            "table.not_found",
            Strength.SUGGESTS,
            False,
        ),
        (
            denied(
                "because no identity-based policy allows the kms:Decrypt action",
                action="kms:Decrypt",
                resource="arn:aws:kms:eu-west-1:123456789012:key/k",
            ),
            "iam.kms_permission",
            Strength.PROVES,
            True,
        ),
        (
            client_error("SignatureDoesNotMatch", "The request signature does not match"),
            "identity.credentials",
            Strength.SUGGESTS,
            False,
        ),
        (
            client_error(
                "ThrottlingException",
                "Throughput exceeds the current capacity of your table or index. DynamoDB is "
                "automatically scaling your table or index",
            ),
            "throttling.on_demand_ramp",
            Strength.HINTS,
            False,
        ),
        (
            client_error("ItemCollectionSizeLimitExceededException", "Collection size exceeded"),
            "payload.size",
            Strength.PROVES,
            True,
        ),
        (
            client_error(
                "TransactionCanceledException",
                "Transaction cancelled, please refer cancellation reasons for specific reasons "
                "[ProvisionedThroughputExceeded, TransactionConflict]",
                "TransactWriteItems",
            ),
            "throttling.provisioned",
            Strength.SUGGESTS,
            False,
        ),
        (POOL, "client.pool", Strength.PROVES, False),
        (PAGE_408, "middlebox.answered", Strength.PROVES, False),
        (
            "DaxClientError: NoRouteException: Failed to configure cluster endpoints from [d:8111]",
            "dax.unreachable",
            Strength.PROVES,
            False,
        ),
        (RESET, "client.keep_alive", Strength.HINTS, False),
        (
            client_error("TransactionConflictException", "Transaction is ongoing for the item"),
            "contention.transaction",
            Strength.PROVES,
            True,
        ),
        (
            client_error(
                "TransactionCanceledException",
                "Transaction cancelled, please refer cancellation reasons for specific reasons "
                "[None, TransactionConflict]",
                "TransactWriteItems",
            ),
            "contention.transaction",
            Strength.PROVES,
            True,
        ),
        (
            client_error(
                "TransactionCanceledException",
                "Transaction cancelled, please refer cancellation reasons for specific reasons "
                "[ValidationError, TransactionConflict]",
                "TransactWriteItems",
            ),
            "payload.validation",
            Strength.PROVES,
            True,
        ),
        (
            "lookup dynamodb.eu-west-1.amazonaws.com: no such host",
            "network.dns",
            Strength.SUGGESTS,
            False,
        ),
        (ACCOUNT_HOST, "network.endpoint_host", Strength.PROVES, False),
    ],
)
def test_many_lines_point_at_their_cause(
    text: str,
    cause: str,
    strength: Strength,
    stated: bool,
) -> None:
    assert said((text, 40)) == {cause: (strength, stated)}


@pytest.mark.parametrize(
    ("limit", "cause"),
    [
        ("TableReadProvisionedThroughputExceeded", "throttling.provisioned"),
        ("IndexWriteProvisionedThroughputExceeded", "throttling.index"),
        ("TableWriteKeyRangeThroughputExceeded", "throttling.hot_key"),
        ("TableReadMaxOnDemandThroughputExceeded", "throttling.on_demand_maximum"),
        ("IndexReadAccountLimitExceeded", "throttling.account_quota"),
    ],
)
def test_a_named_limit_proves_its_cause(limit: str, cause: str) -> None:
    text = client_error("ThrottlingException", f"ThrottlingReasons: [{{'reason': '{limit}'}}]")
    assert said((text, 40)) == {cause: (Strength.PROVES, True)}


@pytest.mark.parametrize(
    "text",
    [READ_TIMEOUT, RESET, POOL, PAGE_408, ACCOUNT_HOST, THROTTLED.format("the table"), CONDITION],
)
def test_five_stray_failures_an_hour_support_nothing(text: str) -> None:
    assert said((text, 5), step_s=700) == {}


def test_five_stray_failures_speak_against_nothing_either() -> None:
    found = list(judge_failures(failures((READ_TIMEOUT, 5), step_s=700)))
    assert [type(one) for one in found] == [Sighting]


def test_a_denial_without_a_reason_names_no_policy() -> None:
    assert said((denied(""), 40)) == {}


def test_a_few_lines_of_another_kind_are_not_what_is_wrong() -> None:
    assert "payload.validation" not in said((USUAL_HOST, 100), (INVALID, 2))


def test_what_is_said_of_another_table_is_off_the_path() -> None:
    other = "arn:aws:dynamodb:eu-west-1:123456789012:table/other"
    text = denied("because no identity-based policy allows it", resource=other)
    found = [f for f in judge_failures(failures((text, 30))) if isinstance(f, Finding)]
    assert [(f.cause, f.off_path, f.scope) for f in found if f.strength is Strength.PROVES] == [
        ("iam.identity_policy", True, "other")
    ]


def test_the_measured_skew_is_told() -> None:
    found = [f for f in judge_failures(failures((SKEWED, 12))) if isinstance(f, Finding)]
    skew = next(f for f in found if f.cause == "identity.clock_skew")
    assert "+3000 s" in skew.says
    assert skew.values["skew_s"] == "3000"


def against(*spread: tuple[str, int]) -> set[str]:
    found = judge_failures(failures(*spread))
    return {f.cause for f in found if isinstance(f, Finding) and f.strength is Strength.AGAINST}


@pytest.mark.parametrize(
    ("spread", "causes"),
    [
        (((INVALID, 90), (CONDITION, 10)), {"contention.conditional", "client.pool"}),
        (
            ((ACCOUNT_HOST, 40),),
            {"contention.conditional", "client.pool", "payload.validation"},
        ),
        (
            ((USUAL_HOST, 40),),
            {
                "contention.conditional",
                "client.pool",
                "payload.validation",
                "network.endpoint_host",
            },
        ),
        (((POOL, 40),), {"contention.conditional"}),
        (((CONDITION, 40),), {"client.pool", "payload.validation"}),
        ((("Task timed out after 6.00 seconds", 40),), {"contention.conditional"}),
    ],
)
def test_failures_speak_against_what_would_have_looked_otherwise(
    spread: tuple[tuple[str, int], ...], causes: set[str]
) -> None:
    assert against(*spread) == causes


def test_inside_a_vpc_the_host_alone_is_no_proof() -> None:
    caller = Workload(
        kind=Kind.FUNCTION, name="checkout", region="eu-west-1", account=None, in_vpc=True
    )
    found = judge_failures(failures((ACCOUNT_HOST, 40), caller=caller))
    strengths = [
        f.strength for f in found if isinstance(f, Finding) and f.cause == "network.endpoint_host"
    ]
    assert strengths == [Strength.SUGGESTS]


def test_sightings_are_counted_by_kind_the_most_frequent_first() -> None:
    found = judge_failures(failures((READ_TIMEOUT, 3), (INVALID, 20)))
    seen = [(s.code, s.count, s.first_at) for s in found if isinstance(s, Sighting)]
    assert seen == [("ValidationException", 20, SINCE), ("ReadTimeoutError", 3, SINCE)]


def test_what_was_not_read_is_said_and_clears_nothing() -> None:
    facts = failures((USUAL_HOST, 40), capped=True, missing=("/gone",))
    found = list(judge_failures(facts))
    assert [p.detail for p in found if isinstance(p, Partial)] == [
        "there are more failing log lines than are read at once: the counts are lower bounds",
        "there is no log group /gone",
    ]
    assert not any(isinstance(f, Finding) and f.cause == "client.pool" for f in found)


def test_no_line_is_quoted() -> None:
    secret = client_error("ValidationException", "Type mismatch: customer Ada Lovelace")
    told = repr([f for f in judge_failures(failures((secret, 20))) if not isinstance(f, Partial)])
    assert "Lovelace" not in told


def test_the_groups_are_read_side_by_side_and_other_services_left_out() -> None:
    texts = [
        INVALID,
        "all good",
        "S3: An error occurred (AccessDenied) when calling the GetObject operation: Access Denied",
    ]
    reader = FakeReader(answers={"logs:FilterLogEvents": events(texts)})
    found = gather_failures(request(log_groups=(GROUP, "/two")), reader)
    assert found.groups == (GROUP, "/two")
    assert [one.reading.code for one in found.lines] == ["ValidationException"] * 2
    assert {params["filterPattern"] for _, params in reader.asked} == {FILTER_PATTERN}


def test_the_pattern_is_one_that_cloudwatch_takes() -> None:
    assert len(FILTER_PATTERN) <= 1024


def test_a_stack_trace_printed_line_by_line_is_one_failure() -> None:
    texts = [
        "software.amazon.awssdk.core.exception.SdkClientException: Unable to execute HTTP request",
        "\tat software.amazon.awssdk.services.dynamodb.DefaultDynamoDbClient.getItem(X.java:1)",
        "Caused by: java.net.SocketTimeoutException: Read timed out",
    ]
    reader = FakeReader(answers={"logs:FilterLogEvents": events(texts, step_s=0.1)})
    found = gather_failures(request(log_groups=(GROUP,)), reader)
    assert [one.reading.code for one in found.lines] == ["SocketTimeoutException"]


def test_a_log_group_by_arn_is_read_where_it_is() -> None:
    named = "arn:aws:logs:eu-central-1:210987654321:log-group:/shared:*"
    reader = FakeReader(answers={"logs:FilterLogEvents": {"events": []}})
    assert gather_failures(request(log_groups=(named,)), reader).groups == ("/shared",)
    assert ("eu-central-1", "210987654321") in reader.places


def test_without_any_group_the_check_says_what_to_say() -> None:
    reader = FakeReader(answers={"logs:FilterLogEvents": None})
    with pytest.raises(Missing, match="there is no log group /gone: say which log group"):
        gather_failures(request(log_groups=("/gone",)), reader)


def test_one_missing_group_leaves_the_others() -> None:
    def answer(logGroupName: str, **_: object) -> Answer | None:  # noqa: N803 - AWS's name
        return None if logGroupName == "/gone" else Answer(events([INVALID]))

    reader = FakeReader(answers={"logs:FilterLogEvents": answer})
    found = gather_failures(request(log_groups=(GROUP, "/gone")), reader)
    assert (found.groups, found.missing, len(found.lines)) == ((GROUP,), ("/gone",), 1)


@pytest.mark.parametrize(
    ("text", "causes"),
    [
        (denied("because no VPC endpoint policy allows it"), ["iam.endpoint_policy"]),
        (PAGE_408, ["middlebox.answered"]),
        (RESET, []),
        (READ_TIMEOUT, []),
    ],
)
def test_the_pasted_text_proves_what_aws_says_in_it(text: str, causes: list[str]) -> None:
    facts = gather_text(request(text=text), FakeReader(answers={}))
    found = list(judge_text(facts))
    assert [f.cause for f in found] == causes
    assert all(f.says.startswith("The text given says: ") for f in found)


@pytest.mark.parametrize("text", [None, "hello"])
def test_text_that_tells_no_error_is_not_asked_about(text: str | None) -> None:
    with pytest.raises(NotAsked):
        gather_text(request(text=text), FakeReader(answers={}))


@pytest.mark.parametrize(
    ("role_arn", "strength"),
    [
        ("arn:aws:iam::123456789012:role/checkout-role", Strength.AGAINST),
        ("arn:aws:iam::123456789012:role/service/checkout-role", Strength.AGAINST),
        ("arn:aws:iam::123456789012:role/other", Strength.PROVES),
        ("arn:aws:iam::210987654321:role/other", Strength.SUGGESTS),
    ],
)
def test_the_denied_principal_is_compared_with_the_workloads_role(
    role_arn: str, strength: Strength
) -> None:
    caller = Workload(
        kind=Kind.FUNCTION, name="checkout", region="eu-west-1", account=None, role_arn=role_arn
    )
    facts = Denied(
        failures=failures((denied("because no identity-based policy allows it"), 3)),
        caller=caller,
        expected_role_arn=role_arn,
    )
    found = [one for one in judge_denied(facts) if isinstance(one, Finding)]
    assert [(one.cause, one.strength) for one in found] == [("identity.wrong_role", strength)]


def test_the_role_is_read_beside_the_denials() -> None:
    reader = FakeReader(answers={"logs:FilterLogEvents": events([INVALID])})
    asked = request(log_groups=(GROUP,), role="checkout-role")
    found = gather_denied(asked, reader)
    assert found.expected_role_arn == "arn:aws:iam::123456789012:role/checkout-role"
    with pytest.raises(NotAsked, match="role= says it"):
        gather_denied(request(log_groups=(GROUP,)), reader)


@pytest.mark.parametrize(
    ("principal", "role"),
    [
        ("arn:aws:iam::123456789012:role/path/checkout-role", "checkout-role"),
        ("arn:aws:iam::123456789012:user/ada", None),
        ("anonymous", None),
    ],
)
def test_the_role_of_a_principal_is_read_from_its_arn(principal: str, role: str | None) -> None:
    assert role_of(principal) == role


def test_commands_for_an_ecs_service_know_its_name() -> None:
    caller = Workload(kind=Kind.ECS, name="prod/orders", region="eu-west-1", account=None)
    found = judge_failures(failures((POOL, 40), caller=caller))
    values = [f.values for f in found if isinstance(f, Finding) and f.cause == "client.pool"]
    assert values == [{"cluster": "prod", "ecs_service": "orders"}]


def test_hostile_lines_are_read_in_proportion_to_their_length() -> None:
    hostile = ["Exception " + "\t" * 100_000, "Error " + "key " * 25_000, "at " * 33_000]
    reader = FakeReader(answers={"logs:FilterLogEvents": events(hostile)})
    found = gather_failures(request(log_groups=(GROUP,)), reader)
    assert list(judge_failures(found)) == []


def test_without_denials_nothing_is_said_of_the_role() -> None:
    caller = Workload(kind=Kind.FUNCTION, name="checkout", region="eu-west-1", account=None)
    facts = Denied(failures=failures((INVALID, 3)), caller=caller, expected_role_arn="x")
    assert list(judge_denied(facts)) == []


def test_every_check_names_what_it_reads() -> None:
    assert {check.id: check.needs_caller for check in CHECKS} == {
        "logs.failures": True,
        "logs.text": False,
        "logs.principal": True,
    }
