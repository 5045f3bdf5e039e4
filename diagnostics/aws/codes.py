"""What AWS's error codes mean to a reader."""

import re
from collections.abc import Mapping

# "There is no such thing", by service. Source: each API's reference, "Errors".
NOT_FOUND: Mapping[str, frozenset[str]] = {
    "application-autoscaling": frozenset({"ObjectNotFoundException"}),
    "cloudformation": frozenset({"ChangeSetNotFound", "StackNotFoundException"}),
    "cloudwatch": frozenset({"ResourceNotFound", "ResourceNotFoundException"}),
    "codedeploy": frozenset(
        {
            "ApplicationDoesNotExistException",
            "DeploymentDoesNotExistException",
            "DeploymentGroupDoesNotExistException",
        },
    ),
    "dax": frozenset({"ClusterNotFoundFault"}),
    "dynamodb": frozenset(
        {"PolicyNotFoundException", "ResourceNotFoundException", "TableNotFoundException"},
    ),
    "ecs": frozenset({"ClusterNotFoundException", "ServiceNotFoundException"}),
    "eks": frozenset({"NotFoundException", "ResourceNotFoundException"}),
    "elbv2": frozenset(
        {
            "ListenerNotFound",
            "ListenerNotFoundException",
            "LoadBalancerNotFound",
            "LoadBalancerNotFoundException",
            "TargetGroupNotFound",
            "TargetGroupNotFoundException",
        },
    ),
    "fis": frozenset({"ResourceNotFoundException"}),
    "iam": frozenset({"NoSuchEntity", "NoSuchEntityException"}),
    "kms": frozenset({"NotFoundException"}),
    "lambda": frozenset({"ResourceNotFoundException"}),
    "logs": frozenset({"ResourceNotFoundException"}),
    "organizations": frozenset({"PolicyNotFoundException", "TargetNotFoundException"}),
    "service-quotas": frozenset({"NoSuchResourceException"}),
}
# InvalidVpcID.NotFound, InvalidGroup.NotFound, NatGatewayNotFound ...
# Source: EC2 API reference, "Error codes for the Amazon EC2 API".
EC2_NOT_FOUND = re.compile(r"[A-Za-z]{1,60}(\.NotFound|NotFound)")
# Told apart by their sentence alone. Source: API reference of DescribeStacks; measured for
# DescribeTaskDefinition and DescribeServices.
NOT_FOUND_SAYS: Mapping[tuple[str, str], str] = {
    ("cloudformation", "ValidationError"): "does not exist",
    ("ecs", "ClientException"): "unable to describe task definition",
}

DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AccessDeniedFault",
        "AuthorizationError",
        "AuthorizationErrorException",
        "Client.UnauthorizedOperation",
        "ForbiddenException",
        "NotAuthorized",
        "UnauthorizedAccess",
        "UnauthorizedException",
        "UnauthorizedOperation",
    },
)
# Source: botocore, "_throttled_error_codes" of its standard retries, and each API's reference.
THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "Client.RequestLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequests",
        "TooManyRequestsException",
    },
)
# The call was not even looked at, because of who signed it, or when.
# Source: API references, "Common errors".
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"})
CLOCK = frozenset({"RequestExpired", "RequestTimeTooSkewed"})
CREDENTIALS = frozenset(
    {
        "AuthFailure",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSecurity",
        "InvalidSignatureException",
        "InvalidToken",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "NotSignedUp",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    },
)
DISABLED_REGION = frozenset({"OptInRequired", "RegionDisabledException"})
# AWS failed, or something between us and AWS did.
NO_ANSWER = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "InternalServerException",
        "InternalServiceError",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServerException",
        "ServiceException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "Unavailable",
    },
)
UNKNOWN_OPERATION = frozenset(
    {
        "InvalidAction",
        "NotImplemented",
        "NotImplementedException",
        "UnknownOperation",
        "UnknownOperationException",
        "UnsupportedOperation",
    },
)
# AWS Health answers only accounts with a support plan. Source: AWS Health API reference,
# "SubscriptionRequiredException".
NO_PLAN = frozenset({"SubscriptionRequired", "SubscriptionRequiredException"})


def is_not_found(op: str, code: str, says: str) -> bool:
    """Return whether AWS says that what `op` asks for does not exist."""
    service = op.partition(":")[0]
    if service == "ec2":
        return EC2_NOT_FOUND.fullmatch(code) is not None
    if code in NOT_FOUND.get(service, ()):
        return True
    words = NOT_FOUND_SAYS.get((service, code))
    return words is not None and words in says.lower()
