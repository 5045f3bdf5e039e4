"""Whose error it is: a code is DynamoDB's only with evidence beside it."""

import re

from diagnostics.symptom import codes


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Source: botocore's models of dynamodb and dynamodbstreams; GetRecords is Kinesis's as well.
OPERATIONS = _names(
    "BatchExecuteStatement BatchGetItem BatchWriteItem CancelBulkOperation CreateBackup "
    "CreateGlobalTable CreateTable DeleteBackup DeleteItem DeleteTable DescribeBackup "
    "DescribeBulkOperation DescribeContinuousBackups DescribeContributorInsights "
    "DescribeGlobalTable DescribeGlobalTableSettings DescribeKinesisStreamingDestination "
    "DescribeStream DescribeTable DescribeTableReplicaAutoScaling DescribeTimeToLive "
    "DisableKinesisStreamingDestination EnableKinesisStreamingDestination ExecuteStatement "
    "ExecuteTransaction ExportTableToPointInTime GetItem GetShardIterator ImportTable "
    "ListBackups ListBulkOperations ListContributorInsights ListGlobalTables ListTables PutItem "
    "Query RestoreTableFromBackup RestoreTableToPointInTime Scan SearchVectors StartBulkPutItems "
    "TransactGetItems TransactWriteItems UpdateContinuousBackups UpdateContributorInsights "
    "UpdateGlobalTable UpdateGlobalTableSettings UpdateItem UpdateKinesisStreamingDestination "
    "UpdateTable UpdateTableReplicaAutoScaling UpdateTimeToLive",
)
# Operations that several services have: they prove nothing.
SHARED = _names(
    "GetRecords ListStreams DescribeLimits DescribeEndpoints DescribeExport DescribeImport "
    "ListExports ListImports TagResource UntagResource ListTagsOfResource GetResourcePolicy "
    "PutResourcePolicy DeleteResourcePolicy",
)
OTHERS = {
    "s3": "GetObject PutObject DeleteObject HeadObject ListObjectsV2 ListObjects CopyObject "
    "UploadPart CreateMultipartUpload CompleteMultipartUpload HeadBucket",
    "sqs": "SendMessage SendMessageBatch ReceiveMessage DeleteMessage ChangeMessageVisibility "
    "GetQueueUrl GetQueueAttributes",
    "sns": "Publish PublishBatch",
    "kinesis": "PutRecord PutRecords SubscribeToShard ListShards",
    "lambda": "Invoke InvokeAsync",
    "sts": "AssumeRole AssumeRoleWithWebIdentity GetCallerIdentity",
    "kms": "Decrypt Encrypt GenerateDataKey",
    "secretsmanager": "GetSecretValue",
    "ssm": "GetParameter GetParameters GetParametersByPath",
    "states": "StartExecution",
    "events": "PutEvents",
    "cloudwatch": "PutMetricData GetMetricData",
    "logs": "PutLogEvents CreateLogStream",
    "textract": "AnalyzeDocument DetectDocumentText",
    "rekognition": "DetectLabels SearchFacesByImage",
}
OTHER_OF = {name: service for service, names in OTHERS.items() for name in names.split()}
OTHER = "other"  # an AWS service, but neither DynamoDB nor one of these

STATED = (
    re.compile(r"\b(?:com\.amazonaws\.services|software\.amazon\.awssdk\.services)\.(\w{2,40})\."),
    re.compile(r"\bAws::(?!Errors\b)(\w{2,40})::"),
    re.compile(r"\bAws\\\\?(\w{2,40})\\\\?Exception\b"),
    re.compile(r"\bAmazon\.(?!Runtime\b)(\w{2,40})\."),
    re.compile(r"\baws_sdk_(\w{2,40})::"),
    re.compile(r"com\.amazonaws\.(\w{2,40})\.v\d{8}#"),
)
DAX = re.compile(
    r"\bDAX\b|\bDaxClientError\b|\bDaxServiceException\b|amazon-?dax|aws-dax|\.dax-clusters\.|"
    r"\bdaxs?://|:8111\b|:9111\b|\bcom\.amazon\.dax\b|Failed to configure cluster endpoints|"
    r"\bNoRouteException\b",
)
SAYS = re.compile(
    r"dynamo_?db|\bddb\b|configured provisioned throughput for (?:the table|one or more global)|"
    r"capacity of your table or index",
    re.IGNORECASE,
)
# A shard's or an image's rate, where the same exception is another service's.
NOT_A_TABLE = re.compile(r"\bshard|kinesis|rekognition|textract", re.IGNORECASE)
ALIASES = {
    "dynamodbv2": "dynamodb",
    "ddb": "dynamodb",
    "dynamodbstreams": "dynamodb",
    "streams": "dynamodb",
    "securitytokenservice": "sts",
    "simplequeueservice": "sqs",
    "simplestorageservice": "s3",
    "sfn": "states",
    "cloudwatchevents": "events",
    "monitoring": "cloudwatch",
}


def service_of(
    text: str,
    *,
    stated: str | None,
    operation: str | None,
    host: str | None,
    code: str,
) -> str | None:
    """Return "dynamodb", "dax", another service's name; None where nothing proves whose."""
    if DAX.search(text):
        return "dax"
    for find in (_stated(text, stated), _by_operation(operation), _by_host(host)):
        if find:
            return find
    if code in codes.DYNAMODB_ONLY or SAYS.search(text):
        return "dynamodb"
    if code == "ProvisionedThroughputExceededException" and not NOT_A_TABLE.search(text):
        return "dynamodb"
    return None


def short(spelled: str) -> str:
    """Return a service's short name from an SDK's spelling: AmazonDynamoDBv2, DynamoDb."""
    compact = re.sub(r"[^a-z0-9]", "", spelled.lower()).removeprefix("amazon")
    compact = compact.removeprefix("aws") or compact
    return ALIASES.get(compact, compact)


def _stated(text: str, stated: str | None) -> str | None:
    if stated:
        return short(stated)
    for pattern in STATED:
        match = pattern.search(text)
        if match:
            return short(match.group(1))
    return None


def _by_operation(operation: str | None) -> str | None:
    if operation is None or operation in SHARED:
        return None
    return "dynamodb" if operation in OPERATIONS else OTHER_OF.get(operation, OTHER)


def _by_host(host: str | None) -> str | None:
    if host is None:
        return None
    labels = host.split(".")
    if any(label in ("ddb", "dynamodb", "dynamodb-fips") for label in labels):
        return "dynamodb"
    if "amazonaws" in labels and len(labels) > 3:  # noqa: PLR2004 - service.region.amazonaws.com
        return short(labels[0])
    return None
