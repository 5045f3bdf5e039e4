import inspect
from typing import Any

import pytest
from botocore import exceptions as sdk

from diagnostics.aws import codes
from diagnostics.aws.translate import Question, translated
from diagnostics.errors import (
    AwsError,
    Broken,
    Denied,
    Missing,
    Throttled,
    Unreachable,
)

ROLE = "arn:aws:iam::444455556666:role/paramedic-read"
WHO = "role paramedic-read of account 444455556666"


def asked(op: str = "dynamodb:DescribeTable") -> Question:
    about = ROLE if op == "sts:AssumeRole" else None
    return Question(op=op, region="eu-west-1", who=WHO, about=about)


def said(code: object, says: object = "", status: int = 400) -> sdk.ClientError:
    response: dict[str, Any] = {
        "Error": {"Code": code, "Message": says},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return sdk.ClientError(response, "Whatever")


@pytest.mark.parametrize(
    ("op", "code", "says"),
    [
        ("dynamodb:DescribeTable", "ResourceNotFoundException", "Requested resource not found"),
        ("dynamodb:GetResourcePolicy", "PolicyNotFoundException", ""),
        ("iam:GetRole", "NoSuchEntity", ""),
        ("lambda:GetFunctionConfiguration", "ResourceNotFoundException", ""),
        ("kms:DescribeKey", "NotFoundException", ""),
        ("logs:FilterLogEvents", "ResourceNotFoundException", ""),
        ("cloudformation:DescribeStacks", "ValidationError", "Stack with id x does not exist"),
        ("service-quotas:GetServiceQuota", "NoSuchResourceException", ""),
        ("ecs:DescribeServices", "ClusterNotFoundException", ""),
        ("ecs:DescribeTaskDefinition", "ClientException", "Unable to describe task definition."),
        ("ec2:DescribeSubnets", "InvalidSubnetID.NotFound", ""),
        ("ec2:DescribeSecurityGroups", "InvalidGroup.NotFound", ""),
        ("ec2:DescribeNatGateways", "NatGatewayNotFound", ""),
        ("elbv2:DescribeLoadBalancers", "LoadBalancerNotFound", ""),
        ("dax:DescribeClusters", "ClusterNotFoundFault", ""),
        ("eks:DescribeCluster", "ResourceNotFoundException", ""),
        ("codedeploy:GetDeployment", "DeploymentDoesNotExistException", ""),
        ("cloudwatch:GetInsightRuleReport", "ResourceNotFoundException", ""),
    ],
)
def test_an_operations_own_not_found_is_missing_with_its_code(
    op: str, code: str, says: str
) -> None:
    error = translated(said(code, says), asked(op))
    assert (type(error), error.code) == (Missing, code)
    assert error.detail == f"{op} in eu-west-1: there is no such thing ({code})"


@pytest.mark.parametrize(
    ("op", "code", "says"),
    [
        ("iam:GetRole", "ResourceNotFoundException", ""),
        ("dynamodb:DescribeTable", "NotFoundException", ""),
        ("cloudformation:DescribeStacks", "ValidationError", "Stack name must be shorter"),
        ("ecs:DescribeTaskDefinition", "ClientException", "Something else"),
        ("ec2:DescribeSubnets", "InvalidSubnetID.Malformed", ""),
        ("dynamodb:DescribeTable", "404", "Not Found"),
        ("dynamodb:DescribeTable", "ValidationException", "does not exist"),
    ],
)
def test_anything_else_that_sounds_alike_is_no_absence(op: str, code: str, says: str) -> None:
    assert type(translated(said(code, says), asked(op))) is Broken


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (said("AccessDeniedException"), Denied),
        (said("com.amazon.coral.service#AccessDeniedException"), Denied),
        (said("UnauthorizedOperation", status=403), Denied),
        (said("403", "Forbidden", status=403), Denied),
        (said("ThrottlingException"), Throttled),
        (said("RequestLimitExceeded", status=503), Throttled),
        (said("LimitExceededException"), Throttled),
        (said("429", status=429), Throttled),
        (said("ExpiredTokenException", status=403), Unreachable),
        (said("RequestExpired"), Unreachable),
        (said("UnrecognizedClientException"), Unreachable),
        (said("InvalidClientTokenId", status=403), Unreachable),
        (said("SignatureDoesNotMatch", status=403), Unreachable),
        (said("OptInRequired", status=403), Unreachable),
        (said("408", "Request Timeout", status=408), Unreachable),
        (said("407", status=407), Unreachable),
        (said("500", status=500), Unreachable),
        (said("503", "Service Unavailable", status=503), Unreachable),
        (said("InternalFailure", status=500), Unreachable),
        (said("501", status=501), Broken),
        (said("UnknownOperationException", status=400), Broken),
        (said("InvalidAction"), Broken),
        (said("ValidationException", "1 validation error"), Broken),
        (said("", ""), Broken),
        (said(None, None, status=302), Broken),
        (said(7, {"odd": [1]}), Broken),
        (sdk.ClientError({}, "Whatever"), Broken),
        (sdk.ClientError({"Error": {}}, "Whatever"), Broken),
        (sdk.NoCredentialsError(), Unreachable),
        (sdk.UnauthorizedSSOTokenError(), Unreachable),
        (sdk.ProfileNotFound(profile="lost"), Unreachable),
        (sdk.EndpointConnectionError(endpoint_url="http://127.0.0.1:9"), Unreachable),
        (sdk.ConnectTimeoutError(endpoint_url="http://127.0.0.1:9"), Unreachable),
        (sdk.ReadTimeoutError(endpoint_url="http://127.0.0.1:9"), Unreachable),
        (sdk.ConnectionClosedError(endpoint_url="http://127.0.0.1:9"), Unreachable),
        (sdk.ProxyConnectionError(proxy_url="http://127.0.0.1:9"), Unreachable),
        (sdk.SSLError(endpoint_url="https://127.0.0.1:9", error="self-signed"), Unreachable),
        (sdk.HTTPClientError(error="broken pipe"), Unreachable),
        (OSError("no such file"), Unreachable),
        (sdk.ParamValidationError(report="Unknown parameter"), Broken),
        (sdk.NoRegionError(), Broken),
        (ValueError("Invalid endpoint: nowhere"), Broken),
        (RecursionError("too deep"), Broken),
    ],
)
def test_whatever_botocore_raises_is_one_of_our_errors(
    error: Exception, kind: type[AwsError]
) -> None:
    assert type(translated(error, asked())) is kind


def test_our_own_error_stays_as_it_is() -> None:
    ours = Throttled("ours")
    assert translated(ours, asked()) is ours


def test_no_error_of_botocore_lacks_a_sentence() -> None:
    kinds = {k for _, k in inspect.getmembers(sdk, inspect.isclass)}
    ours = [k for k in kinds if issubclass(k, sdk.BotoCoreError)]
    assert len(ours) > 50
    for kind in ours:
        error: Any = kind.__new__(kind)
        Exception.__init__(error, "first line\nsecond line")
        told = translated(error, asked())
        assert told.detail.startswith("dynamodb:DescribeTable in eu-west-1: ")
        assert "\n" not in told.detail


NO_POLICY = (
    "User: arn:aws:sts::444455556666:assumed-role/paramedic-read/s is not authorized to perform: "
    "kms:Decrypt on resource: arn:aws:kms:eu-west-1:444455556666:key/1 because no session policy "
    "allows the kms:Decrypt action"
)
BY_SCP = (
    "User: x is not authorized to perform: dynamodb:DescribeTable on resource: y with an explicit "
    "deny in a service control policy"
)


@pytest.mark.parametrize(
    ("op", "error", "needs", "rest"),
    [
        (
            "elbv2:DescribeListeners",
            said("AccessDenied"),
            "elasticloadbalancing:DescribeListeners",
            (
                "; allow elasticloadbalancing:DescribeListeners there (`paramedic policy` prints "
                "the whole policy)"
            ),
        ),
        (
            "logs:FilterLogEvents",
            said("AccessDeniedException", NO_POLICY),
            "kms:Decrypt",
            (
                " (because no session policy allows); allow kms:Decrypt there (`paramedic policy` "
                "prints the whole policy)"
            ),
        ),
        (
            "dynamodb:DescribeTable",
            said("AccessDeniedException", BY_SCP),
            "dynamodb:DescribeTable",
            (
                " (with an explicit deny in a service control policy); dynamodb:DescribeTable must "
                "be exempted from that policy"
            ),
        ),
        (
            "dynamodb:DescribeTable",
            said("403", "Forbidden", status=403),
            "dynamodb:DescribeTable",
            (
                " (a bare 403, without AWS's reason: it may come from a proxy on the way); allow "
                "dynamodb:DescribeTable there (`paramedic policy` prints the whole policy)"
            ),
        ),
        (
            "sts:AssumeRole",
            said("AccessDenied"),
            "sts:AssumeRole",
            "; let its trust policy name the bot's own principal and external_id",
        ),
    ],
)
def test_a_denial_names_the_action_that_is_needed(
    op: str, error: Exception, needs: str, rest: str
) -> None:
    told = translated(error, asked(op))
    assert (type(told), told.needs) == (Denied, (needs,))
    assert told.detail == f"{asked(op)}: {WHO} is not allowed{rest}"


def test_no_support_plan_is_not_an_absence() -> None:
    told = translated(said("SubscriptionRequiredException"), asked("health:DescribeEvents"))
    assert (type(told), told.code) == (Missing, "")
    assert "support plan" in told.detail


@pytest.mark.parametrize(
    "says", ["x" * 1_000_000, "perform: " * 50_000, "a\r\n\x1b[31mb\x00" * 9999]
)
def test_hostile_words_stay_short_and_on_one_line(says: str) -> None:
    for code in ("Odd" * 50_000, "AccessDenied", "ValidationException"):
        told = translated(said(code, says), asked())
        assert len(told.detail) < 600
        assert told.detail.isprintable()


def test_no_code_means_two_things() -> None:
    groups = (
        codes.DENIED,
        codes.THROTTLED,
        codes.EXPIRED,
        codes.CLOCK,
        codes.CREDENTIALS,
        codes.DISABLED_REGION,
        codes.NO_PLAN,
        codes.UNKNOWN_OPERATION,
        codes.NO_ANSWER,
    )
    assert sum(map(len, groups)) == len(frozenset().union(*groups))
