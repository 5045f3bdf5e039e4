"""A small account in which every operation has something to answer, and a question for each."""

from datetime import UTC, datetime, timedelta
from typing import Any

from diagnostics.evidence import LogEvent, LogGroup, Place, Recorded, Series, World
from diagnostics.evidence.times import mark
from diagnostics.model import Request

NOW = datetime(2026, 11, 24, 12, 0, 30, tzinfo=UTC)
HOME = "123456789012"
REGION = "eu-west-1"
HOUR = timedelta(hours=1)

TABLE_ARN = f"arn:aws:dynamodb:{REGION}:{HOME}:table/orders"
ROLE_ARN = f"arn:aws:iam::{HOME}:role/checkout"
POLICY_ARN = f"arn:aws:iam::{HOME}:policy/orders"
KEY_ARN = f"arn:aws:kms:{REGION}:{HOME}:key/11111111-2222-4333-8444-555555555555"
LB_ARN = f"arn:aws:elasticloadbalancing:{REGION}:{HOME}:loadbalancer/app/shop/50dc6c495c0c9188"
TG_ARN = f"arn:aws:elasticloadbalancing:{REGION}:{HOME}:targetgroup/shop/73e2d6bc24d8a067"
LISTENER_ARN = LB_ARN.replace("loadbalancer", "listener") + "/f2f7dc8efc522ab2"
CLUSTER_ARN = f"arn:aws:ecs:{REGION}:{HOME}:cluster/shop"
SERVICE_ARN = f"arn:aws:ecs:{REGION}:{HOME}:service/shop/cart"
TASK_ARN = f"arn:aws:ecs:{REGION}:{HOME}:task/shop/0a1b2c3d4e5f60718293a4b5c6d7e8f9"
STACK_ID = (
    f"arn:aws:cloudformation:{REGION}:{HOME}:stack/orders/aaaa0000-1111-2222-3333-444455556666"
)
DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["dynamodb:*"], "Resource": "*"}],
}
GROUP = "/aws/lambda/checkout"


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def _network() -> dict[str, list[dict[str, Any]]]:
    return {
        "ec2.subnets": [
            {"SubnetId": "subnet-a", "VpcId": "vpc-1", "AvailabilityZone": "eu-west-1a"},
            {"SubnetId": "subnet-b", "VpcId": "vpc-1", "AvailabilityZone": "eu-west-1b"},
            {"SubnetId": "subnet-z", "VpcId": "vpc-2", "AvailabilityZone": "eu-west-1a"},
        ],
        "ec2.route_tables": [
            {
                "RouteTableId": "rtb-main",
                "VpcId": "vpc-1",
                "Associations": [{"Main": True, "RouteTableId": "rtb-main"}],
                "Routes": [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"}],
            },
            {
                "RouteTableId": "rtb-a",
                "VpcId": "vpc-1",
                "Associations": [{"Main": False, "RouteTableId": "rtb-a", "SubnetId": "subnet-a"}],
                "Routes": [
                    {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1", "State": "active"}
                ],
                "Tags": [{"Key": "Name", "Value": "private a"}],
            },
        ],
        "ec2.vpc_endpoints": [
            {
                "VpcEndpointId": "vpce-1",
                "VpcEndpointType": "Gateway",
                "VpcId": "vpc-1",
                "ServiceName": f"com.amazonaws.{REGION}.dynamodb",
                "State": "available",
                "PolicyDocument": {"$json": DOCUMENT},
                "RouteTableIds": ["rtb-a"],
                "SubnetIds": [],
                "CreationTimestamp": ago(days=30),
            }
        ],
        "ec2.security_groups": [
            {
                "GroupId": "sg-1",
                "GroupName": "checkout",
                "VpcId": "vpc-1",
                "IpPermissions": [],
                "IpPermissionsEgress": [
                    {
                        "IpProtocol": "tcp",
                        "FromPort": 443,
                        "ToPort": 443,
                        "PrefixListIds": [{"PrefixListId": "pl-1"}],
                    }
                ],
            }
        ],
        "ec2.security_group_rules": [
            {"SecurityGroupRuleId": "sgr-1", "GroupId": "sg-1", "IsEgress": True}
        ],
        "ec2.network_acls": [
            {
                "NetworkAclId": "acl-1",
                "VpcId": "vpc-1",
                "IsDefault": True,
                "Associations": [{"NetworkAclId": "acl-1", "SubnetId": "subnet-a"}],
                "Entries": [{"RuleNumber": 100, "Egress": True, "RuleAction": "allow"}],
            }
        ],
        "ec2.nat_gateways": [
            {
                "NatGatewayId": "nat-1",
                "VpcId": "vpc-1",
                "SubnetId": "subnet-b",
                "State": "available",
            }
        ],
        "ec2.vpcs": [{"VpcId": "vpc-1", "DhcpOptionsId": "dopt-1", "IsDefault": False}],
        "ec2.vpc_attributes": [
            {
                "VpcId": "vpc-1",
                "EnableDnsSupport": {"Value": True},
                "EnableDnsHostnames": {"Value": False},
            }
        ],
        "ec2.dhcp_options": [
            {
                "DhcpOptionsId": "dopt-1",
                "DhcpConfigurations": [
                    {"Key": "domain-name-servers", "Values": [{"Value": "AmazonProvidedDNS"}]}
                ],
            }
        ],
        "ec2.network_interfaces": [
            {
                "NetworkInterfaceId": "eni-1",
                "SubnetId": "subnet-a",
                "VpcId": "vpc-1",
                "Groups": [{"GroupId": "sg-1", "GroupName": "checkout"}],
                "InterfaceType": "lambda",
                "Status": "in-use",
            }
        ],
        "ec2.internet_gateways": [
            {
                "InternetGatewayId": "igw-1",
                "Attachments": [{"VpcId": "vpc-1", "State": "available"}],
            }
        ],
        "ec2.managed_prefix_lists": [
            {"PrefixListId": "pl-1", "PrefixListName": f"com.amazonaws.{REGION}.dynamodb"},
            {"PrefixListId": "pl-2", "PrefixListName": f"com.amazonaws.{REGION}.s3"},
        ],
        "ec2.prefix_list_entries": [
            {"_PrefixListId": "pl-1", "Cidr": "52.94.24.0/22"},
            {"_PrefixListId": "pl-1", "Cidr": "52.119.240.0/21"},
        ],
        "ec2.prefix_lists": [
            {
                "PrefixListId": "pl-1",
                "PrefixListName": f"com.amazonaws.{REGION}.dynamodb",
                "Cidrs": ["52.94.24.0/22"],
            }
        ],
        "ec2.flow_logs": [{"FlowLogId": "fl-1", "ResourceId": "vpc-1", "FlowLogStatus": "ACTIVE"}],
        "ec2.instances": [
            {"ReservationId": "r-1", "Instances": [{"InstanceId": "i-1", "SubnetId": "subnet-a"}]}
        ],
    }


def _table() -> dict[str, list[dict[str, Any]]]:
    return {
        "dynamodb.tables": [
            {
                "TableName": "orders",
                "TableArn": TABLE_ARN,
                "TableStatus": "ACTIVE",
                "CreationDateTime": ago(days=400),
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "ProvisionedThroughput": {
                    "ReadCapacityUnits": 100,
                    "WriteCapacityUnits": 400,
                    "NumberOfDecreasesToday": 0,
                    "LastDecreaseDateTime": ago(minutes=42, milliseconds=123),
                },
            },
            {"TableName": "carts", "TableStatus": "UPDATING"},
        ],
        "dynamodb.resource_policies": [
            {"_ResourceArn": TABLE_ARN, "Policy": {"$json": DOCUMENT}, "RevisionId": "1"}
        ],
        "dynamodb.contributor_insights": [
            {
                "TableName": "orders",
                "ContributorInsightsStatus": "ENABLED",
                "ContributorInsightsRuleList": ["DynamoDBContributorInsights-PKC-orders-1"],
                "LastUpdateDateTime": ago(days=2),
            }
        ],
        "dynamodb.ttl": [
            {"_TableName": "orders", "TimeToLiveStatus": "ENABLED", "AttributeName": "until"}
        ],
        "dynamodb.endpoints": [
            {"Address": f"dynamodb.{REGION}.amazonaws.com", "CachePeriodInMinutes": 1440}
        ],
        "dax.clusters": [{"ClusterName": "fast", "Status": "available", "TotalNodes": 3}],
    }


def _compute() -> dict[str, list[dict[str, Any]]]:
    function = {
        "FunctionName": "checkout",
        "FunctionArn": f"arn:aws:lambda:{REGION}:{HOME}:function:checkout",
        "Runtime": "python3.12",
        "Role": ROLE_ARN,
        "Timeout": 10,
        "MemorySize": 512,
        "LastModified": {"$t": -2_400_000, "as": "lambda"},
        "Version": "$LATEST",
        "VpcConfig": {"SubnetIds": ["subnet-a"], "SecurityGroupIds": ["sg-1"], "VpcId": "vpc-1"},
        "Environment": {"Variables": {"AWS_MAX_ATTEMPTS": "3"}},
    }
    return {
        "lambda.functions": [function],
        "lambda.versions": [{**function, "Version": "7"}],
        "lambda.aliases": [{"_FunctionName": "checkout", "Name": "live", "FunctionVersion": "7"}],
        "lambda.concurrency": [{"_FunctionName": "checkout", "ReservedConcurrentExecutions": 5}],
        "lambda.account": [{"AccountLimit": {"ConcurrentExecutions": 1000}}],
        "ecs.services": [
            {
                "serviceName": "cart",
                "serviceArn": SERVICE_ARN,
                "clusterArn": CLUSTER_ARN,
                "taskDefinition": "cart:3",
                "deployments": [{"id": "ecs-svc/1", "createdAt": ago(minutes=40)}],
            }
        ],
        "ecs.task_definitions": [
            {
                "taskDefinitionArn": f"arn:aws:ecs:{REGION}:{HOME}:task-definition/cart:{revision}",
                "family": "cart",
                "revision": revision,
                "taskRoleArn": ROLE_ARN,
            }
            for revision in (2, 3)
        ],
        "ecs.tasks": [
            {
                "taskArn": TASK_ARN,
                "clusterArn": CLUSTER_ARN,
                "group": "service:cart",
                "desiredStatus": "RUNNING",
                "startedAt": ago(minutes=39),
            }
        ],
        "eks.clusters": [{"name": "shop", "version": "1.33", "createdAt": ago(days=90)}],
        "eks.pod_identity_associations": [
            {
                "clusterName": "shop",
                "namespace": "default",
                "serviceAccount": "cart",
                "roleArn": ROLE_ARN,
                "associationId": "a-1",
            }
        ],
        "elbv2.load_balancers": [
            {"LoadBalancerArn": LB_ARN, "LoadBalancerName": "shop", "CreatedTime": ago(days=9)}
        ],
        "elbv2.target_groups": [
            {"TargetGroupArn": TG_ARN, "TargetGroupName": "shop", "LoadBalancerArns": [LB_ARN]}
        ],
        "elbv2.listeners": [{"ListenerArn": LISTENER_ARN, "LoadBalancerArn": LB_ARN, "Port": 443}],
        "elbv2.attributes": [
            {"_LoadBalancerArn": LB_ARN, "Key": "idle_timeout.timeout_seconds", "Value": "60"}
        ],
        "elbv2.target_health": [
            {
                "_TargetGroupArn": TG_ARN,
                "Target": {"Id": "10.0.1.5", "Port": 8080},
                "TargetHealth": {"State": "healthy"},
            }
        ],
    }


def _scaling() -> dict[str, list[dict[str, Any]]]:
    one = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": "table/orders",
        "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
    }
    activity = {
        **one,
        "Description": "Setting write capacity units to 800.",
        "Cause": "monitor alarm",
        "StatusCode": "Failed",
    }
    return {
        "application-autoscaling.targets": [
            {**one, "MinCapacity": 5, "MaxCapacity": 900, "CreationTime": ago(days=80)}
        ],
        "application-autoscaling.policies": [
            {
                **one,
                "PolicyARN": "arn:policy",
                "PolicyName": "orders-wcu",
                "PolicyType": "TargetTrackingScaling",
                "CreationTime": ago(days=80),
            }
        ],
        "application-autoscaling.activities": [
            {**activity, "ActivityId": "1", "StartTime": ago(minutes=50)},
            {**activity, "ActivityId": "2", "StartTime": ago(minutes=20)},
            {
                **activity,
                "ActivityId": "3",
                "StartTime": ago(minutes=10),
                "NotScaledReasons": [{"Code": "AlreadyAtMaxCapacity", "MaxCapacity": 900}],
            },
        ],
        "application-autoscaling.scheduled_actions": [
            {
                **one,
                "ScheduledActionName": "night",
                "ScheduledActionARN": "arn:action",
                "Schedule": "cron(0 1 * * ? *)",
                "CreationTime": ago(days=80),
            }
        ],
        "cloudwatch.alarms": [
            {
                "AlarmName": f"TargetTracking-table/orders-Alarm{side}",
                "StateValue": state,
                "Namespace": "AWS/DynamoDB",
                "MetricName": "ConsumedWriteCapacityUnits",
                "Dimensions": [{"Name": "TableName", "Value": "orders"}],
                "ActionsEnabled": True,
                "AlarmActions": ["arn:aws:autoscaling:one"],
                "StateUpdatedTimestamp": ago(minutes=55),
            }
            for side, state in (("High", "ALARM"), ("Low", "OK"))
        ],
        "cloudwatch.composite_alarms": [{"AlarmName": "shop", "StateValue": "ALARM"}],
        "cloudwatch.alarm_history": [
            {
                "AlarmName": "TargetTracking-table/orders-AlarmHigh",
                "Timestamp": ago(minutes=55),
                "HistoryItemType": "StateUpdate",
                "HistorySummary": "Alarm updated from OK to ALARM",
            }
        ],
        "cloudwatch.insight_rules": [
            {
                "Name": "DynamoDBContributorInsights-PKC-orders-1",
                "State": "ENABLED",
                "Schema": "CloudWatchLogRule/1",
                "Definition": "{}",
            }
        ],
        "cloudwatch.insight_reports": [
            {
                "_RuleName": "DynamoDBContributorInsights-PKC-orders-1",
                "KeyLabels": ["id"],
                "AggregateValue": 12.0,
                "Contributors": [
                    {
                        "Keys": ["k1"],
                        "ApproximateAggregateValue": 9.0,
                        "Datapoints": [{"Timestamp": ago(minutes=5), "ApproximateValue": 9.0}],
                    }
                ],
            }
        ],
        "service-quotas.quotas": [
            {"ServiceCode": "dynamodb", "QuotaCode": "L-1", "QuotaName": "Tables", "Value": 2500.0}
        ],
        "service-quotas.defaults": [
            {"ServiceCode": "dynamodb", "QuotaCode": "L-1", "QuotaName": "Tables", "Value": 2500.0}
        ],
        "fis.experiments": [
            {"id": "EXP1", "state": {"status": "running"}, "creationTime": ago(minutes=3)}
        ],
    }


def _changes() -> dict[str, list[dict[str, Any]]]:
    def event(number: int, name: str, source: str, resource: str, minutes: float) -> dict[str, Any]:
        return {
            "EventId": f"event-{number}",
            "EventName": name,
            "EventSource": source,
            "EventTime": ago(minutes=minutes),
            "ReadOnly": "false",
            "Username": "alice",
            "Resources": [{"ResourceType": "AWS::Thing", "ResourceName": resource}],
            "CloudTrailEvent": {
                "$json": {
                    "eventName": name,
                    "eventTime": {"$t": round(-60_000 * minutes), "as": "iso"},
                }
            },
        }

    stack = {"StackName": "orders", "StackId": STACK_ID}
    deployment = {
        "deploymentId": "d-1",
        "applicationName": "shop",
        "deploymentGroupName": "blue",
        "status": "Succeeded",
        "createTime": ago(minutes=35),
    }
    return {
        "cloudtrail.events": [
            event(1, "UpdateTable", "dynamodb.amazonaws.com", "orders", 42),
            event(2, "ModifyVpcEndpoint", "ec2.amazonaws.com", "vpce-1", 30),
            event(3, "UpdateTable", "dynamodb.amazonaws.com", "carts", 20),
            event(4, "UpdateTable", "dynamodb.amazonaws.com", "orders", 60 * 24 * 91),
        ],
        "cloudformation.stacks": [
            {**stack, "StackStatus": "UPDATE_COMPLETE", "CreationTime": ago(days=90)}
        ],
        "cloudformation.resources": [
            {
                **stack,
                "LogicalResourceId": logical,
                "PhysicalResourceId": physical,
                "ResourceType": "AWS::Thing",
                "ResourceStatus": "UPDATE_COMPLETE",
                "Timestamp": ago(minutes=41),
            }
            for logical, physical in (("Table", "orders"), ("Role", "checkout"))
        ],
        "cloudformation.events": [
            {
                **stack,
                "EventId": f"e{minutes}",
                "ResourceStatus": "UPDATE_COMPLETE",
                "Timestamp": ago(minutes=minutes),
            }
            for minutes in (43, 41)
        ],
        "codedeploy.applications": [{"applicationName": "shop"}],
        "codedeploy.groups": [{"applicationName": "shop", "deploymentGroupName": "blue"}],
        "codedeploy.deployments": [
            deployment,
            {**deployment, "deploymentId": "d-2", "createTime": ago(days=3)},
        ],
        "kms.keys": [
            {
                "KeyId": "11111111-2222-4333-8444-555555555555",
                "Arn": KEY_ARN,
                "KeyState": "Enabled",
                "Enabled": True,
                "CreationDate": ago(days=300),
            }
        ],
        "kms.key_policies": [{"_KeyId": KEY_ARN, "Policy": {"$json": DOCUMENT}}],
        "kms.grants": [
            {
                "KeyId": KEY_ARN,
                "GrantId": "g1",
                "GranteePrincipal": f"dynamodb.{REGION}.amazonaws.com",
                "Operations": ["Decrypt"],
                "CreationDate": ago(days=300),
            }
        ],
    }


def _everywhere() -> dict[str, list[dict[str, Any]]]:
    return {
        "sts.identity": [
            {
                "Account": HOME,
                "Arn": f"arn:aws:sts::{HOME}:assumed-role/reader/session",
                "UserId": "AROA:session",
            }
        ],
        "iam.roles": [
            {
                "RoleName": "checkout",
                "RoleId": "AROA1",
                "Arn": ROLE_ARN,
                "Path": "/",
                "CreateDate": ago(days=300),
                "AssumeRolePolicyDocument": DOCUMENT,
                "PermissionsBoundary": {
                    "PermissionsBoundaryType": "Policy",
                    "PermissionsBoundaryArn": POLICY_ARN,
                },
            }
        ],
        "iam.attached_policies": [
            {"_RoleName": "checkout", "PolicyName": f"p{number}", "PolicyArn": POLICY_ARN}
            for number in (1, 2)
        ],
        "iam.inline_policies": [
            {"RoleName": "checkout", "PolicyName": "inline", "PolicyDocument": DOCUMENT}
        ],
        "iam.policies": [{"PolicyName": "orders", "Arn": POLICY_ARN, "DefaultVersionId": "v2"}],
        "iam.policy_versions": [
            {
                "_PolicyArn": POLICY_ARN,
                "VersionId": "v2",
                "IsDefaultVersion": True,
                "Document": DOCUMENT,
                "CreateDate": ago(days=20),
            }
        ],
        "iam.simulations": [
            {
                "_Principal": ROLE_ARN,
                "_Action": "kms:*",
                "_Resource": KEY_ARN,
                "EvalDecision": "implicitDeny",
            },
            {
                "_Principal": ROLE_ARN,
                "EvalDecision": "allowed",
                "MatchedStatements": [{"SourcePolicyId": "inline"}],
            },
        ],
        "iam.instance_profiles": [
            {
                "InstanceProfileName": "checkout",
                "Roles": [{"RoleName": "checkout", "AssumeRolePolicyDocument": DOCUMENT}],
            }
        ],
        "health.events": [
            {
                "arn": "arn:aws:health:1",
                "service": "DYNAMODB",
                "region": REGION,
                "statusCode": "open",
                "startTime": ago(minutes=50),
            }
        ],
    }


def _metrics() -> tuple[Series, ...]:
    minute = 60_000

    def series(name: str, stat: str, *points: tuple[float, ...], **extra: str) -> Series:
        return Series(
            namespace="AWS/DynamoDB",
            name=name,
            dimensions={"TableName": "orders", **extra},
            stat=stat,
            points=points,
        )

    return (
        series("ConsumedWriteCapacityUnits", "Sum", (-60 * minute, 600.0, 60)),
        series("WriteThrottleEvents", "Sum", (-20 * minute, 7.0), (-11 * minute, 5.0)),
        series("SuccessfulRequestLatency", "Maximum", (-5 * minute, 5100.0), Operation="PutItem"),
        series("SuccessfulRequestLatency", "Average", (-5 * minute, 4.5, 3), Operation="PutItem"),
    )


LOGS = {
    GROUP: LogGroup(
        about={"retentionInDays": 14, "creationTime": {"$t": -8_640_000_000, "as": "ms"}},
        events=(
            LogEvent(at=-600_000, stream="s1", message="REPORT Duration: 12 ms"),
            LogEvent(at=-540_000, stream="s1", message="ReadTimeoutError: Read timeout (408)"),
            LogEvent(at=-480_000, stream="s2", message='{"code": "ThrottlingException"}'),
            LogEvent(at=-420_000, stream="s2", message="Task timed out after 10.01 seconds"),
        ),
    ),
    "/ecs/cart": LogGroup(),
}


def sample_world() -> World:
    """Return the account at NOW."""
    state = {**_network(), **_table(), **_compute(), **_scaling(), **_changes()}
    here = Place(
        state={name: tuple(mark(held, NOW)) for name, held in state.items()},
        metrics=_metrics(),
        complete=frozenset({"AWS/DynamoDB"}),
        logs=LOGS,
        answers=(
            Recorded(
                op="ec2:DescribeTransitGateways",
                params={"TransitGatewayIds": ["tgw-1"]},
                answer={"TransitGateways": [{"TransitGatewayId": "tgw-1"}]},
            ),
        ),
    )
    everywhere = Place(state={name: tuple(mark(held, NOW)) for name, held in _everywhere().items()})
    request = Request(
        region=REGION, since=NOW - HOUR, until=NOW, now=NOW, table="orders", function="checkout"
    )
    return World(
        now=NOW,
        request=request,
        home=HOME,
        places={(HOME, REGION): here, (HOME, "global"): everywhere},
    )


def query(name: str, stat: str, dimensions: dict[str, str], period: int = 60) -> dict[str, Any]:
    metric = {
        "Namespace": "AWS/DynamoDB",
        "MetricName": name,
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
    }
    return {
        "Id": f"{name[0].lower()}{name[1:]}{stat}",
        "MetricStat": {"Metric": metric, "Period": period, "Stat": stat},
    }


WINDOW: dict[str, Any] = {"StartTime": NOW - HOUR, "EndTime": NOW}
SPAN: dict[str, Any] = {
    "startTime": int((NOW - HOUR).timestamp() * 1000),
    "endTime": int(NOW.timestamp() * 1000),
}
TABLE = {"TableName": "orders"}
PUTS = {**TABLE, "Operation": "PutItem"}
VPC_FILTER = {"Name": "vpc-id", "Values": ["vpc-1"]}
TARGET = {"ServiceNamespace": "dynamodb", "ResourceId": "table/orders"}

QUESTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("ec2:DescribeSubnets", {"Filters": [VPC_FILTER]}),
    ("ec2:DescribeSubnets", {"SubnetIds": ["subnet-a", "subnet-z"]}),
    ("ec2:DescribeSubnets", {"Filters": [{"Name": "vpc-id", "Values": ["vpc-none"]}]}),
    (
        "ec2:DescribeRouteTables",
        {"Filters": [{"Name": "association.subnet-id", "Values": ["subnet-a", "subnet-b"]}]},
    ),
    (
        "ec2:DescribeRouteTables",
        {"Filters": [VPC_FILTER, {"Name": "association.main", "Values": ["true"]}]},
    ),
    ("ec2:DescribeRouteTables", {"Filters": [{"Name": "tag:Name", "Values": ["private *"]}]}),
    ("ec2:DescribeVpcEndpoints", {"Filters": [VPC_FILTER]}),
    ("ec2:DescribeSecurityGroups", {"GroupIds": ["sg-1"]}),
    ("ec2:DescribeSecurityGroupRules", {"Filters": [{"Name": "group-id", "Values": ["sg-1"]}]}),
    (
        "ec2:DescribeNetworkAcls",
        {"Filters": [{"Name": "association.subnet-id", "Values": ["subnet-a"]}]},
    ),
    ("ec2:DescribeNatGateways", {"Filter": [VPC_FILTER]}),
    ("ec2:DescribeVpcs", {"VpcIds": ["vpc-1"]}),
    ("ec2:DescribeVpcAttribute", {"VpcId": "vpc-1", "Attribute": "enableDnsSupport"}),
    ("ec2:DescribeVpcAttribute", {"VpcId": "vpc-1", "Attribute": "enableDnsHostnames"}),
    ("ec2:DescribeDhcpOptions", {"DhcpOptionsIds": ["dopt-1"]}),
    ("ec2:DescribeNetworkInterfaces", {"Filters": [{"Name": "group-id", "Values": ["sg-1"]}]}),
    (
        "ec2:DescribeInternetGateways",
        {"Filters": [{"Name": "attachment.vpc-id", "Values": ["vpc-1"]}]},
    ),
    (
        "ec2:DescribeManagedPrefixLists",
        {"Filters": [{"Name": "prefix-list-name", "Values": ["*.dynamodb"]}]},
    ),
    ("ec2:GetManagedPrefixListEntries", {"PrefixListId": "pl-1"}),
    ("ec2:DescribePrefixLists", {}),
    ("ec2:DescribeFlowLogs", {"Filter": [{"Name": "resource-id", "Values": ["vpc-1"]}]}),
    ("ec2:DescribeInstances", {"InstanceIds": ["i-1"]}),
    ("dynamodb:DescribeTable", TABLE),
    ("dynamodb:DescribeTable", {"TableName": TABLE_ARN}),
    ("dynamodb:ListTables", {}),
    ("dynamodb:GetResourcePolicy", {"ResourceArn": TABLE_ARN}),
    ("dynamodb:DescribeContributorInsights", TABLE),
    ("dynamodb:DescribeContributorInsights", {**TABLE, "IndexName": "by-user"}),
    ("dynamodb:ListContributorInsights", TABLE),
    ("dynamodb:DescribeTimeToLive", TABLE),
    ("dynamodb:DescribeTimeToLive", {"TableName": "carts"}),
    ("dynamodb:DescribeEndpoints", {}),
    ("dax:DescribeClusters", {}),
    ("lambda:GetFunctionConfiguration", {"FunctionName": "checkout"}),
    ("lambda:GetFunctionConfiguration", {"FunctionName": "checkout", "Qualifier": "live"}),
    ("lambda:ListVersionsByFunction", {"FunctionName": "checkout"}),
    ("lambda:GetAlias", {"FunctionName": "checkout", "Name": "live"}),
    ("lambda:ListAliases", {"FunctionName": "checkout"}),
    ("lambda:GetFunctionConcurrency", {"FunctionName": "checkout"}),
    ("lambda:GetAccountSettings", {}),
    ("ecs:DescribeServices", {"cluster": "shop", "services": ["cart", "gone"]}),
    ("ecs:ListServices", {"cluster": CLUSTER_ARN}),
    ("ecs:DescribeTaskDefinition", {"taskDefinition": "cart"}),
    ("ecs:DescribeTaskDefinition", {"taskDefinition": "cart:2"}),
    ("ecs:ListTasks", {"cluster": "shop", "serviceName": "cart"}),
    ("ecs:DescribeTasks", {"cluster": "shop", "tasks": [TASK_ARN]}),
    ("eks:DescribeCluster", {"name": "shop"}),
    ("eks:ListClusters", {}),
    ("eks:ListPodIdentityAssociations", {"clusterName": "shop", "namespace": "default"}),
    ("eks:DescribePodIdentityAssociation", {"clusterName": "shop", "associationId": "a-1"}),
    ("elbv2:DescribeLoadBalancers", {"Names": ["shop"]}),
    ("elbv2:DescribeTargetGroups", {"LoadBalancerArn": LB_ARN}),
    ("elbv2:DescribeListeners", {"LoadBalancerArn": LB_ARN}),
    ("elbv2:DescribeLoadBalancerAttributes", {"LoadBalancerArn": LB_ARN}),
    ("elbv2:DescribeTargetHealth", {"TargetGroupArn": TG_ARN}),
    ("iam:GetRole", {"RoleName": "checkout"}),
    ("iam:ListAttachedRolePolicies", {"RoleName": "checkout"}),
    ("iam:ListRolePolicies", {"RoleName": "checkout"}),
    ("iam:GetRolePolicy", {"RoleName": "checkout", "PolicyName": "inline"}),
    ("iam:GetPolicy", {"PolicyArn": POLICY_ARN}),
    ("iam:GetPolicyVersion", {"PolicyArn": POLICY_ARN, "VersionId": "v2"}),
    ("iam:ListPolicyVersions", {"PolicyArn": POLICY_ARN}),
    (
        "iam:SimulatePrincipalPolicy",
        {
            "PolicySourceArn": ROLE_ARN,
            "ActionNames": ["dynamodb:PutItem", "kms:Decrypt"],
            "ResourceArns": [TABLE_ARN, KEY_ARN],
        },
    ),
    ("iam:GetInstanceProfile", {"InstanceProfileName": "checkout"}),
    ("sts:GetCallerIdentity", {}),
    ("kms:DescribeKey", {"KeyId": KEY_ARN}),
    ("kms:GetKeyPolicy", {"KeyId": KEY_ARN, "PolicyName": "default"}),
    ("kms:ListGrants", {"KeyId": KEY_ARN}),
    (
        "application-autoscaling:DescribeScalableTargets",
        {"ServiceNamespace": "dynamodb", "ResourceIds": ["table/orders"]},
    ),
    ("application-autoscaling:DescribeScalingPolicies", TARGET),
    ("application-autoscaling:DescribeScalingActivities", TARGET),
    (
        "application-autoscaling:DescribeScalingActivities",
        {**TARGET, "IncludeNotScaledActivities": True},
    ),
    ("application-autoscaling:DescribeScheduledActions", TARGET),
    (
        "cloudwatch:GetMetricData",
        {
            **WINDOW,
            "MetricDataQueries": [
                query("WriteThrottleEvents", "Sum", TABLE),
                query("ConsumedWriteCapacityUnits", "Sum", TABLE, 300),
                query("SuccessfulRequestLatency", "Average", PUTS),
                query("SystemErrors", "Sum", PUTS),
                query("ConsumedWriteCapacityUnits", "Maximum", TABLE),
            ],
            "ScanBy": "TimestampAscending",
        },
    ),
    (
        "cloudwatch:GetMetricStatistics",
        {
            **WINDOW,
            "Namespace": "AWS/DynamoDB",
            "MetricName": "WriteThrottleEvents",
            "Dimensions": [{"Name": "TableName", "Value": "orders"}],
            "Period": 600,
            "Statistics": ["Sum"],
        },
    ),
    ("cloudwatch:ListMetrics", {"Namespace": "AWS/DynamoDB"}),
    ("cloudwatch:DescribeAlarms", {"AlarmNamePrefix": "TargetTracking-table/orders"}),
    ("cloudwatch:DescribeAlarms", {"AlarmTypes": ["MetricAlarm", "CompositeAlarm"]}),
    (
        "cloudwatch:DescribeAlarmsForMetric",
        {
            "Namespace": "AWS/DynamoDB",
            "MetricName": "ConsumedWriteCapacityUnits",
            "Dimensions": [{"Name": "TableName", "Value": "orders"}],
        },
    ),
    (
        "cloudwatch:DescribeAlarmHistory",
        {"AlarmName": "TargetTracking-table/orders-AlarmHigh", "StartDate": NOW - HOUR},
    ),
    ("cloudwatch:DescribeInsightRules", {}),
    (
        "cloudwatch:GetInsightRuleReport",
        {**WINDOW, "RuleName": "DynamoDBContributorInsights-PKC-orders-1", "Period": 60},
    ),
    ("logs:DescribeLogGroups", {"logGroupNamePrefix": "/aws/lambda/"}),
    (
        "logs:DescribeLogStreams",
        {"logGroupName": GROUP, "orderBy": "LastEventTime", "descending": True},
    ),
    (
        "logs:FilterLogEvents",
        {**SPAN, "logGroupName": GROUP, "filterPattern": '?Throttling ?"(408)" ?"timed out"'},
    ),
    ("logs:FilterLogEvents", {**SPAN, "logGroupName": GROUP, "logStreamNames": ["s2"]}),
    ("logs:GetLogEvents", {"logGroupName": GROUP, "logStreamName": "s1", "startFromHead": True}),
    (
        "logs:StartQuery",
        {
            "logGroupName": GROUP,
            "startTime": SPAN["startTime"] // 1000,
            "endTime": SPAN["endTime"] // 1000,
            "queryString": "filter @message like /(?i)timed? ?out/ | stats count(*) as n",
        },
    ),
    ("cloudtrail:LookupEvents", WINDOW),
    (
        "cloudtrail:LookupEvents",
        {
            "LookupAttributes": [
                {"AttributeKey": "ResourceName", "AttributeValue": "orders"},
            ],
        },
    ),
    ("cloudformation:DescribeStacks", {"StackName": "orders"}),
    ("cloudformation:DescribeStackResources", {"PhysicalResourceId": "orders"}),
    ("cloudformation:DescribeStackEvents", {"StackName": STACK_ID}),
    ("codedeploy:ListApplications", {}),
    ("codedeploy:ListDeploymentGroups", {"applicationName": "shop"}),
    (
        "codedeploy:ListDeployments",
        {
            "applicationName": "shop",
            "deploymentGroupName": "blue",
            "createTimeRange": {"start": NOW - HOUR, "end": NOW},
        },
    ),
    ("codedeploy:BatchGetDeployments", {"deploymentIds": ["d-1", "d-2"]}),
    ("codedeploy:GetDeployment", {"deploymentId": "d-2"}),
    ("service-quotas:ListServiceQuotas", {"ServiceCode": "dynamodb"}),
    ("service-quotas:GetServiceQuota", {"ServiceCode": "dynamodb", "QuotaCode": "L-1"}),
    ("service-quotas:ListAWSDefaultServiceQuotas", {"ServiceCode": "dynamodb"}),
    ("service-quotas:GetAWSDefaultServiceQuota", {"ServiceCode": "dynamodb", "QuotaCode": "L-1"}),
    (
        "health:DescribeEvents",
        {"filter": {"services": ["DYNAMODB"], "regions": [REGION], "eventStatusCodes": ["open"]}},
    ),
    ("fis:ListExperiments", {}),
    ("fis:GetExperiment", {"id": "EXP1"}),
)
