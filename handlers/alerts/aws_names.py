"""AWS's own names: which service a metric, a dimension, an operation or a word belongs to."""

import re
from collections.abc import Mapping

# Metrics one service alone publishes. Source: each service's developer guide, "CloudWatch
# metrics"; a name that several services use (CPUUtilization, Errors, Latency) is in SHARED_METRICS.
METRICS_OF = {
    "dynamodb": "AccountMaxReads AccountMaxTableLevelReads AccountMaxTableLevelWrites "
    "AccountMaxWrites AccountProvisionedReadCapacityUtilization "
    "AccountProvisionedWriteCapacityUtilization AgeOfOldestUnreplicatedRecord "
    "ConditionalCheckFailedRequests ConsumedReadCapacityUnits ConsumedWriteCapacityUnits "
    "MaxProvisionedTableReadCapacityUtilization MaxProvisionedTableWriteCapacityUtilization "
    "OnlineIndexConsumedWriteCapacity OnlineIndexPercentageProgress OnlineIndexThrottleEvents "
    "PendingReplicationCount ProvisionedReadCapacityUnits ProvisionedWriteCapacityUnits "
    "ReadAccountLimitThrottleEvents ReadKeyRangeThroughputThrottleEvents "
    "ReadMaxOnDemandThroughputThrottleEvents ReadProvisionedThroughputThrottleEvents "
    "ReadThrottleEvents ReturnedItemCount SuccessfulRequestLatency SystemErrors ThrottledRequests "
    "TimeToLiveDeletedItemCount TransactionConflict UserErrors WriteAccountLimitThrottleEvents "
    "WriteKeyRangeThroughputThrottleEvents WriteMaxOnDemandThroughputThrottleEvents "
    "WriteProvisionedThroughputThrottleEvents WriteThrottleEvents",
    "lambda": "AsyncEventAge AsyncEventsDropped AsyncEventsReceived ClaimedAccountConcurrency "
    "ConcurrentExecutions DeadLetterErrors IteratorAge PostRuntimeExtensionsDuration "
    "ProvisionedConcurrencySpilloverInvocations ProvisionedConcurrencyUtilization "
    "UnreservedConcurrentExecutions",
    "sqs": "ApproximateAgeOfOldestMessage ApproximateNumberOfMessagesDelayed "
    "ApproximateNumberOfMessagesNotVisible ApproximateNumberOfMessagesVisible "
    "NumberOfEmptyReceives NumberOfMessagesDeleted NumberOfMessagesReceived NumberOfMessagesSent",
    "rds": "AuroraReplicaLag BurstBalance CommitLatency DatabaseConnections Deadlocks "
    "FreeLocalStorage FreeStorageSpace FreeableMemory ReplicaLag ServerlessDatabaseCapacity",
    "elb": "ActiveConnectionCount HTTPCode_ELB_4XX_Count HTTPCode_ELB_5XX_Count "
    "HTTPCode_Target_4XX_Count HTTPCode_Target_5XX_Count HealthyHostCount "
    "RejectedConnectionCount TargetConnectionErrorCount TargetResponseTime UnHealthyHostCount",
    "ec2": "CPUCreditBalance StatusCheckFailed StatusCheckFailed_Instance StatusCheckFailed_System",
    "kinesis": "GetRecords.IteratorAgeMilliseconds IncomingRecords "
    "PutRecords.ThrottledRecords ReadProvisionedThroughputExceeded "
    "WriteProvisionedThroughputExceeded",
    "states": "ExecutionThrottled ExecutionsAborted ExecutionsFailed ExecutionsTimedOut",
    "elasticache": "CurrConnections DatabaseMemoryUsagePercentage EngineCPUUtilization Evictions",
    "apigateway": "IntegrationLatency",
    "opensearch": "ClusterStatus.red ClusterStatus.yellow JVMMemoryPressure",
}
SERVICE_OF_METRIC = {
    metric: service for service, metrics in METRICS_OF.items() for metric in metrics.split()
}
SHARED_METRICS = (
    "4XXError 5XXError CPUUtilization Count DiskReadOps Duration Errors FreeStorageSpace "
    "Invocations Latency MemoryUtilization NetworkIn NetworkOut ReadIOPS ReadLatency "
    "ReplicationLatency RequestCount SwapUsage Throttles VolumeQueueLength WriteIOPS WriteLatency"
)
# Also somebody's own words ("OrdersSystemErrors"): told only where they stand alone.
SHARED_WORDS = frozenset(
    {
        "SystemErrors",
        "UserErrors",
        "TransactionConflict",
        "Evictions",
        "Deadlocks",
        "Errors",
        "Count",
        "Duration",
        "Latency",
        "Invocations",
        "Throttles",
    }
)

# A dimension by AWS's own spelling tells the service and what kind of thing it names.
# Source: each service's developer guide, "Metric dimensions".
DIMENSIONS = {
    "TableName": ("dynamodb", "table"),
    "FunctionName": ("lambda", "function"),
    "QueueName": ("sqs", "queue"),
    "DBInstanceIdentifier": ("rds", "db-instance"),
    "DBClusterIdentifier": ("rds", "db-cluster"),
    "InstanceId": ("ec2", "instance"),
    "AutoScalingGroupName": ("autoscaling", "asg"),
    "BucketName": ("s3", "bucket"),
    "LoadBalancer": ("elb", "load-balancer"),
    "LoadBalancerName": ("elb", "load-balancer"),
    "TargetGroup": ("elb", "target-group"),
    "StreamName": ("kinesis", "stream"),
    "DeliveryStreamName": ("firehose", "stream"),
    "TopicName": ("sns", "topic"),
    "StateMachineArn": ("states", "state-machine"),
    "ApiName": ("apigateway", "api"),
    "ApiId": ("apigateway", "api"),
    "CacheClusterId": ("elasticache", "cache-cluster"),
    "DistributionId": ("cloudfront", "distribution"),
    "FileSystemId": ("efs", "file-system"),
    "VolumeId": ("ebs", "volume"),
    "NatGatewayId": ("ec2", "nat-gateway"),
    "VpnId": ("vpn", "vpn"),
    "DomainName": ("opensearch", "domain"),
    "ClusterIdentifier": ("redshift", "cluster"),
    "JobName": ("glue", "job"),
    "ProjectName": ("codebuild", "project"),
    "HostedZoneId": ("route53", "hosted-zone"),
    "HealthCheckId": ("route53", "health-check"),
    "SecretId": ("secretsmanager", "secret"),
}

# The same things as monitors, labels and loggers name them: a kind, but no service.
KINDS_OF_KEY = {
    "table": "tablename table dynamodbtable dynamotable ddbtable tableid awsdynamodbtable",
    "function": "functionname function lambdafunction lambdaname lambda lambdafunctionname "
    "awslambdaname awsfunctionname",
    "queue": "queuename queue sqsqueue sqsqueuename queueid",
    "db-instance": "dbinstanceidentifier dbinstance rdsinstance dbidentifier dbinstanceid",
    "db-cluster": "dbclusteridentifier dbcluster",
    "instance": "instanceid ec2instance ec2instanceid",
    "bucket": "bucketname bucket s3bucket",
    "stream": "streamname stream kinesisstream",
    "load-balancer": "loadbalancer loadbalancername",
    "pipeline": "pipeline pipelinename",
    "job": "jobname",
    "pod": "pod podname k8spodname kubernetespodname",
    "deployment": "deployment deploymentname kubedeployment k8sdeployment",
    "node": "node nodename k8snode kubenode",
    "container": "container containername",
    "host": "host hostname hostalias hostdisplayname server servername device devicename",
    "instance-target": "instance",
}
KIND_OF_KEY = {key: kind for kind, keys in KINDS_OF_KEY.items() for key in keys.split()}
SERVICE_OF_KIND = {
    "table": "dynamodb",
    "function": "lambda",
    "queue": "sqs",
    "db-instance": "rds",
    "db-cluster": "rds",
    "bucket": "s3",
}

# DynamoDB's operations on items and tables. Source: botocore's service model.
OPERATION_NAMES = (
    "BatchExecuteStatement BatchGetItem BatchWriteItem CreateTable DeleteItem DeleteTable "
    "DescribeTable DescribeTimeToLive ExecuteStatement ExecuteTransaction GetItem ListTables "
    "PutItem Query Scan TransactGetItems TransactWriteItems UpdateItem UpdateTable UpdateTimeToLive"
)
DYNAMODB_OPERATIONS = frozenset(OPERATION_NAMES.split())

# Service names in prose, console and SDK spellings. Case counts where the word is also English.
WORDS: Mapping[str, str] = {
    "dynamodb": r"(?i:dynamo ?db|dynamo|ddb)",
    "lambda": r"(?:Lambdas?|LAMBDA|(?i:aws[ /_-]lambda|lambda functions?))",
    "rds": r"(?:RDS|Rds|(?i:aurora|awsrds|aws[/_-]rds))",
    "sqs": r"(?:SQS|Sqs|sqs)",
    "s3": r"(?:S3|(?i:aws[/_-]s3))",
    "ec2": r"(?:EC2|(?i:aws[/_-]ec2))",
    "ecs": r"(?:ECS|(?i:aws[/_-]ecs|fargate))",
    "eks": r"EKS",
    "elb": r"(?:ALB|ELB|NLB|(?i:aws[/_-](?:application)?elb))",
    "kinesis": r"(?i:kinesis)",
    "apigateway": r"(?i:api gateway|apigateway)",
    "elasticache": r"(?i:elasticache)",
    "states": r"(?i:step functions?)",
    "cloudfront": r"(?i:cloudfront)",
    "opensearch": r"(?i:opensearch)",
    "redshift": r"(?i:redshift)",
    "glue": r"(?:(?i:aws glue)|Glue)",
    "route53": r"(?i:route ?53)",
    "secretsmanager": r"(?i:secrets ?manager)",
    "guardduty": r"(?i:guardduty)",
    "backup": r"AWS Backup",
}
WORD = {
    service: re.compile(rf"(?<![A-Za-z0-9<]){word}(?![A-Za-z0-9>])")
    for service, word in WORDS.items()
}
# Inside a CamelCase name (DynamoDBHighLatency), where no word boundary helps.
CAMEL = {
    "dynamodb": re.compile(r"(?:DynamoDB|DynamoDb|Dynamo)(?=[A-Z]|$)"),
    "lambda": re.compile(r"(?:^|[^A-Za-z])Lambda(?=[A-Z])"),
    "sqs": re.compile(r"(?:^|[^A-Za-z])(?:SQS|Sqs)(?=[A-Z])"),
    "rds": re.compile(r"(?:^|[^A-Za-z])(?:RDS|Rds)(?=[A-Z])"),
    "s3": re.compile(r"(?:^|[^A-Za-z])S3(?=[A-Z])"),
    "ecs": re.compile(r"(?:^|[^A-Za-z])(?:ECS|Ecs)(?=[A-Z])"),
    "kinesis": re.compile(r"(?:^|[^A-Za-z])Kinesis(?=[A-Z])"),
}
NAMESPACE = re.compile(r"(?<![A-Za-z])AWS/([A-Za-z0-9]{2,30})(?![A-Za-z0-9])")
DATADOG_METRIC = re.compile(r"(?<![\w.])aws\.([a-z0-9_]{2,30})\.[a-z0-9_.]{2,80}")
SERVICE_ALIASES = {
    "amazondynamodb": "dynamodb",
    "amazondynamodbv2": "dynamodb",
    "dynamodbv2": "dynamodb",
    "ddb": "dynamodb",
    "dax": "dax",
    "elasticloadbalancing": "elb",
    "applicationelb": "elb",
    "networkelb": "elb",
    "amazons3": "s3",
    "amazonsqs": "sqs",
    "awslambda": "lambda",
    "sfn": "states",
    "amazonsns": "sns",
    "awssecretsmanager": "secretsmanager",
    "awskms": "kms",
    "awssecuritytokenservice": "sts",
    "amazonkinesis": "kinesis",
    "amazonec2": "ec2",
    "monitoring": "cloudwatch",
    "es": "opensearch",
}


def service_name(spelled: str) -> str:
    """Return a service's short name from any spelling: `AmazonDynamoDBv2`, `DynamoDb`."""
    compact = re.sub(r"[^a-z0-9]", "", spelled.lower())
    short = SERVICE_ALIASES.get(compact, compact)
    return short.removeprefix("amazon") if len(short) > len("amazon") else short


def services_in(text: str) -> tuple[str, ...]:
    """Return the services a text names as words, in order, each once."""
    found = []
    for service, pattern in WORD.items():
        match = pattern.search(text)
        if match:
            found.append((match.start(), service))
    return tuple(service for _, service in sorted(found))


def service_in_name(name: str) -> str | None:
    """Return the service a rule's or alarm's name tells, as a word or in CamelCase."""
    words = services_in(name.replace("_", " "))
    if words:
        return words[0]
    return next((service for service, camel in CAMEL.items() if camel.search(name)), None)
