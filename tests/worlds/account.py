"""A healthy AWS account around one table and its caller; stories break it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from diagnostics.evidence import LogEvent, LogGroup, Place, Recorded, World
from diagnostics.evidence.times import mark
from diagnostics.model import Request
from tests.worlds.traffic import Traffic

NOW = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
MINUTE = 60_000
EMPTY = (
    "ec2.security_group_rules", "ec2.network_interfaces", "ec2.internet_gateways", "ec2.flow_logs",
    "ec2.nat_gateways", "dynamodb.resource_policies", "dynamodb.contributor_insights",
    "dynamodb.ttl", "lambda.functions", "lambda.versions", "lambda.aliases", "lambda.concurrency",
    "ecs.services", "ecs.task_definitions", "ecs.tasks", "kms.keys", "kms.key_policies",
    "kms.grants", "application-autoscaling.targets", "application-autoscaling.policies",
    "application-autoscaling.activities", "application-autoscaling.scheduled_actions",
    "cloudwatch.alarms", "cloudwatch.composite_alarms", "cloudwatch.alarm_history",
    "cloudwatch.insight_rules", "cloudwatch.insight_reports", "cloudtrail.events",
    "cloudformation.stacks", "cloudformation.resources", "cloudformation.events",
    "codedeploy.applications", "codedeploy.groups", "codedeploy.deployments",
    "elbv2.load_balancers", "elbv2.target_groups", "elbv2.listeners", "elbv2.attributes",
    "elbv2.target_health", "service-quotas.quotas", "service-quotas.defaults", "dax.clusters",
    "eks.clusters", "eks.pod_identity_associations", "fis.experiments",
)  # fmt: skip
SERVICE_PATH = "/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/"
GLOBAL_EMPTY = (
    "iam.attached_policies", "iam.inline_policies", "iam.policies", "iam.policy_versions",
    "iam.instance_profiles",
)  # fmt: skip


def ago(minutes: float) -> datetime:
    """Return the time so many minutes before now."""
    return NOW - timedelta(minutes=minutes)


@dataclass(slots=True, kw_only=True)
class Account:
    """Everything of one account and region; a story changes what it needs."""

    table: str = "orders"
    function: str | None = None
    region: str = "eu-west-1"
    account: str = "123456789012"
    state: dict[str, list[Any]] = field(default_factory=dict)
    world_state: dict[str, list[Any]] = field(default_factory=dict)  # of the global services
    traffic: Traffic = field(init=False)
    logs: dict[str, list[LogEvent]] = field(default_factory=dict)
    denied: frozenset[str] = frozenset()
    events: int = 0

    def __post_init__(self) -> None:
        self.traffic = Traffic(table=self.table, indexes=())
        self.state = {name: [] for name in EMPTY}
        self.world_state = {name: [] for name in GLOBAL_EMPTY} | {
            "iam.roles": [],
            "iam.simulations": [],
            "sts.identity": [
                {
                    "Account": self.account,
                    "Arn": f"arn:aws:sts::{self.account}:assumed-role/paramedic-read/demo",
                    "UserId": "AROAEXAMPLEEXAMPLE:demo",
                },
            ],
        }
        self.role("AWSServiceRoleForApplicationAutoScaling_DynamoDBTable", service=True)
        self._network()

    # --- the table -----------------------------------------------------------------------

    @property
    def table_arn(self) -> str:
        """The table's ARN."""
        return f"arn:aws:dynamodb:{self.region}:{self.account}:table/{self.table}"

    def put_table(
        self,
        *,
        read: int = 0,
        write: int = 0,
        keys: Sequence[tuple[str, str]] = (("order_id", "S"),),
        indexes: Mapping[str, tuple[int, int]] | None = None,
        **more: Any,  # noqa: ANN401 - AWS's JSON
    ) -> None:
        """Describe the table; read and write 0 mean on demand."""
        roles = ("HASH", "RANGE")
        names = [*keys, ("status", "S")] if indexes else list(keys)
        described: dict[str, Any] = {
            "TableName": self.table,
            "TableArn": self.table_arn,
            "TableStatus": "ACTIVE",
            "CreationDateTime": ago(400 * 24 * 60),
            "KeySchema": [
                {"AttributeName": name, "KeyType": role}
                for (name, _), role in zip(keys, roles, strict=False)
            ],
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": kind} for name, kind in names
            ],
            "ProvisionedThroughput": _throughput(read, write),
            "BillingModeSummary": {"BillingMode": "PROVISIONED" if write else "PAY_PER_REQUEST"},
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": name,
                    "IndexStatus": "ACTIVE",
                    "IndexArn": f"{self.table_arn}/index/{name}",
                    "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                    "ProvisionedThroughput": _throughput(*units),
                }
                for name, units in (indexes or {}).items()
            ],
            **more,
        }
        self.state["dynamodb.tables"] = [described, *self._other_tables()]
        self.traffic.read_units, self.traffic.write_units = read, write
        self.traffic.index_units = {
            n: (float(r), float(w)) for n, (r, w) in (indexes or {}).items()
        }

    def _other_tables(self) -> list[dict[str, Any]]:
        return [
            {
                "TableName": name,
                "TableArn": f"arn:aws:dynamodb:{self.region}:{self.account}:table/{name}",
                "TableStatus": "ACTIVE",
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
            }
            for name in ("customers", "sessions")
        ]

    def scale(
        self,
        *,
        side: str = "Write",
        index: str | None = None,
        least: int,
        most: int,
        role_arn: str | None = None,
        alarm_state: str = "OK",
    ) -> None:
        """Register the capacity with auto scaling, with its policy and alarms."""
        resource = f"table/{self.table}/index/{index}" if index else f"table/{self.table}"
        dimension = f"dynamodb:{'index' if index else 'table'}:{side}CapacityUnits"
        service = f"arn:aws:iam::{self.account}:role{SERVICE_PATH}"
        key = {
            "ServiceNamespace": "dynamodb",
            "ResourceId": resource,
            "ScalableDimension": dimension,
        }
        names = [f"TargetTracking-{resource}-Alarm{kind}-{side}" for kind in ("High", "Low")]
        self.state["application-autoscaling.targets"].append(
            {
                **key,
                "MinCapacity": least,
                "MaxCapacity": most,
                "RoleARN": role_arn
                or f"{service}AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
                "CreationTime": ago(200 * 24 * 60),
                "SuspendedState": {
                    "DynamicScalingInSuspended": False,
                    "DynamicScalingOutSuspended": False,
                    "ScheduledScalingSuspended": False,
                },
            },
        )
        self.state["application-autoscaling.policies"].append(
            {
                **key,
                "PolicyName": f"{resource}-{side}",
                "PolicyARN": f"arn:aws:autoscaling:{self.region}:{self.account}:scalingPolicy:1",
                "PolicyType": "TargetTrackingScaling",
                "CreationTime": ago(200 * 24 * 60),
                "Alarms": [{"AlarmName": n, "AlarmARN": self._alarm_arn(n)} for n in names],
            },
        )
        for name in names:
            high = "High" in name
            self.state["cloudwatch.alarms"].append(
                {
                    "AlarmName": name,
                    "AlarmArn": self._alarm_arn(name),
                    "ActionsEnabled": True,
                    "StateValue": alarm_state if high else "OK",
                    "MetricName": f"Consumed{side}CapacityUnits",
                    "Namespace": "AWS/DynamoDB",
                },
            )

    def _alarm_arn(self, name: str) -> str:
        return f"arn:aws:cloudwatch:{self.region}:{self.account}:alarm:{name}"

    def activity(
        self, minutes_ago: float, status: str, message: str, *, capacity: int, side: str = "Write"
    ) -> None:
        """Add one thing auto scaling did."""
        self.state["application-autoscaling.activities"].insert(
            0,
            {
                "ActivityId": f"activity-{len(self.state['application-autoscaling.activities'])}",
                "ServiceNamespace": "dynamodb",
                "ResourceId": f"table/{self.table}",
                "ScalableDimension": f"dynamodb:table:{side}CapacityUnits",
                "Description": f"Setting {side.lower()} capacity units to {capacity}.",
                "Cause": "monitor alarm in state ALARM triggered policy",
                "StartTime": ago(minutes_ago),
                "StatusCode": status,
                "StatusMessage": message,
            },
        )

    # --- identity --------------------------------------------------------------------------

    def role(self, name: str, *, service: bool = False) -> str:
        """Add a role and return its ARN."""
        path = (
            "/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/" if service else "/"
        )
        role_arn = f"arn:aws:iam::{self.account}:role{path}{name}"
        self.world_state["iam.roles"].append(
            {
                "Path": path,
                "RoleName": name,
                "RoleId": "AROAEXAMPLEEXAMPLE",
                "Arn": role_arn,
                "CreateDate": ago(300 * 24 * 60),
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []},
                "RoleLastUsed": {"LastUsedDate": ago(30), "Region": self.region},
            },
        )
        return role_arn

    def simulate(self, decision: str, *, role: str, action: str = "*", resource: str = "*") -> None:
        """Decide what the policy simulation says; the first that matches counts."""
        self.world_state["iam.simulations"].append(
            {
                "_Principal": role,
                "_Action": action,
                "_Resource": resource,
                "EvalDecision": decision,
                "MissingContextValues": [],
            },
        )

    # --- the network -----------------------------------------------------------------------

    def _network(self) -> None:
        self.state |= {
            "ec2.vpcs": [
                {"VpcId": "vpc-0a1", "CidrBlock": "10.0.0.0/16", "DhcpOptionsId": "dopt-0a1"}
            ],
            "ec2.vpc_attributes": [
                {
                    "VpcId": "vpc-0a1",
                    "EnableDnsSupport": {"Value": True},
                    "EnableDnsHostnames": {"Value": True},
                },
            ],
            "ec2.dhcp_options": [
                {
                    "DhcpOptionsId": "dopt-0a1",
                    "DhcpConfigurations": [
                        {"Key": "domain-name-servers", "Values": [{"Value": "AmazonProvidedDNS"}]},
                    ],
                },
            ],
            "ec2.subnets": [self._subnet("subnet-0a1", "a", 1), self._subnet("subnet-0b2", "b", 2)],
            "ec2.route_tables": [
                self.routes("rtb-0main", [], main=True),
                self.routes("rtb-0a1", ["subnet-0a1", "subnet-0b2"], endpoint=True),
            ],
            "ec2.vpc_endpoints": [
                {
                    "VpcEndpointId": "vpce-0a1",
                    "VpcEndpointType": "Gateway",
                    "VpcId": "vpc-0a1",
                    "ServiceName": f"com.amazonaws.{self.region}.dynamodb",
                    "State": "available",
                    "RouteTableIds": ["rtb-0a1"],
                    "SubnetIds": [],
                    "Groups": [],
                    "PrivateDnsEnabled": False,
                    "PolicyDocument": {"$json": ALLOW_ALL},
                },
            ],
            "ec2.security_groups": [
                {
                    "GroupId": "sg-0app",
                    "GroupName": "app",
                    "VpcId": "vpc-0a1",
                    "IpPermissions": [],
                    "IpPermissionsEgress": [
                        {
                            "IpProtocol": "-1",
                            "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
                            "Ipv6Ranges": [],
                            "PrefixListIds": [],
                            "UserIdGroupPairs": [],
                        },
                    ],
                },
            ],
            "ec2.network_acls": [
                {
                    "NetworkAclId": "acl-0a1",
                    "VpcId": "vpc-0a1",
                    "IsDefault": True,
                    "Associations": [
                        {"SubnetId": s, "NetworkAclId": "acl-0a1"}
                        for s in ("subnet-0a1", "subnet-0b2")
                    ],
                    "Entries": [_acl(100, egress, "allow") for egress in (True, False)]
                    + [_acl(32767, egress, "deny") for egress in (True, False)],
                },
            ],
            "ec2.managed_prefix_lists": [
                {
                    "PrefixListId": "pl-0ddb",
                    "PrefixListName": f"com.amazonaws.{self.region}.dynamodb",
                    "OwnerId": "AWS",
                },
            ],
            "ec2.prefix_lists": [
                {
                    "PrefixListId": "pl-0ddb",
                    "PrefixListName": f"com.amazonaws.{self.region}.dynamodb",
                    "Cidrs": ["52.94.24.0/22", "3.218.180.0/22"],
                },
            ],
            "ec2.prefix_list_entries": [
                {"_PrefixListId": "pl-0ddb", "Cidr": cidr}
                for cidr in ("52.94.24.0/22", "3.218.180.0/22")
            ],
        }

    def _subnet(self, subnet: str, zone: str, number: int) -> dict[str, Any]:
        return {
            "SubnetId": subnet,
            "VpcId": "vpc-0a1",
            "AvailabilityZone": f"{self.region}{zone}",
            "CidrBlock": f"10.0.{number}.0/24",
            "MapPublicIpOnLaunch": False,
        }

    def routes(
        self,
        table: str,
        subnets: Sequence[str],
        *,
        main: bool = False,
        endpoint: bool = False,
        more: Sequence[Mapping[str, Any]] = (),
    ) -> dict[str, Any]:
        """Return a route table with these associations."""
        routes: list[Any] = [
            {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"},
            *more,
        ]
        if endpoint:
            routes.append(
                {
                    "DestinationPrefixListId": "pl-0ddb",
                    "GatewayId": "vpce-0a1",
                    "State": "active",
                },
            )
        associations: list[Any] = [
            {"RouteTableAssociationId": f"rtbassoc-{s}", "RouteTableId": table, "SubnetId": s}
            | {"Main": False}
            for s in subnets
        ]
        if main:
            associations.append(
                {"RouteTableAssociationId": "rtbassoc-0main", "RouteTableId": table, "Main": True},
            )
        return {
            "RouteTableId": table,
            "VpcId": "vpc-0a1",
            "Routes": routes,
            "Associations": associations,
        }

    # --- callers ---------------------------------------------------------------------------

    def put_function(
        self,
        name: str,
        *,
        timeout_s: int = 10,
        runtime: str = "python3.12",
        vpc: bool = True,
        modified_min_ago: float = 30 * 24 * 60,
        environment: Mapping[str, str] | None = None,
    ) -> str:
        """Add a Lambda function with a role of its own and return the role's ARN."""
        role_arn = self.role(f"{name}-role")
        self.simulate("allowed", role=role_arn)
        self.function = name
        network: dict[str, Any] = {"SubnetIds": [], "SecurityGroupIds": [], "VpcId": ""}
        if vpc:
            network = {
                "SubnetIds": ["subnet-0a1", "subnet-0b2"],
                "SecurityGroupIds": ["sg-0app"],
                "VpcId": "vpc-0a1",
            }
        self.state["lambda.functions"].append(
            {
                "FunctionName": name,
                "FunctionArn": f"arn:aws:lambda:{self.region}:{self.account}:function:{name}",
                "Runtime": runtime,
                "Role": role_arn,
                "Handler": "app.handler",
                "Timeout": timeout_s,
                "MemorySize": 1024,
                "LastModified": {"$t": int(-modified_min_ago * MINUTE), "as": "lambda"},
                "State": "Active",
                "PackageType": "Zip",
                "Architectures": ["arm64"],
                "VpcConfig": network,
                "Environment": {"Variables": dict(environment or {})},
                "LoggingConfig": {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}"},
            },
        )
        self.logs.setdefault(f"/aws/lambda/{name}", [])
        return role_arn

    def put_service(
        self, cluster: str, service: str, *, deployed_min_ago: float = 20 * 24 * 60
    ) -> str:
        """Add an ECS service on Fargate with a task role of its own; return the role's ARN."""
        role_arn = self.role(f"{service}-task")
        self.simulate("allowed", role=role_arn)
        place = f"{self.region}:{self.account}"
        task = f"arn:aws:ecs:{place}:task-definition/{service}:41"
        group = f"/ecs/{service}"
        self.state["ecs.services"].append(
            {
                "serviceName": service,
                "serviceArn": f"arn:aws:ecs:{place}:service/{cluster}/{service}",
                "clusterArn": f"arn:aws:ecs:{place}:cluster/{cluster}",
                "status": "ACTIVE",
                "taskDefinition": task,
                "desiredCount": 6,
                "runningCount": 6,
                "networkConfiguration": {
                    "awsvpcConfiguration": {
                        "subnets": ["subnet-0a1", "subnet-0b2"],
                        "securityGroups": ["sg-0app"],
                        "assignPublicIp": "DISABLED",
                    },
                },
                "deployments": [
                    {
                        "id": "ecs-svc/1",
                        "status": "PRIMARY",
                        "taskDefinition": task,
                        "createdAt": ago(deployed_min_ago),
                        "rolloutState": "COMPLETED",
                    },
                ],
            },
        )
        self.state["ecs.task_definitions"].append(
            {
                "taskDefinitionArn": task,
                "family": service,
                "revision": 41,
                "taskRoleArn": role_arn,
                "networkMode": "awsvpc",
                "containerDefinitions": [
                    {
                        "name": service,
                        "image": f"{service}:41",
                        "environment": [],
                        "logConfiguration": {
                            "logDriver": "awslogs",
                            "options": {"awslogs-group": group},
                        },
                    },
                ],
            },
        )
        self.logs.setdefault(group, [])
        return role_arn

    def log(
        self, group: str, message: str, minutes_ago: Sequence[float], *, stream: str = "app/1"
    ) -> None:
        """Write one line at each of the times."""
        self.logs.setdefault(group, []).extend(
            LogEvent(at=int(-m * MINUTE), stream=stream, message=message) for m in minutes_ago
        )

    # --- changes ---------------------------------------------------------------------------

    def changed(
        self,
        minutes_ago: float,
        event: str,
        *,
        source: str,
        request: Mapping[str, Any],
        response: Mapping[str, Any] | None = None,
        resource: tuple[str, str],
        who: str = "dana",
        agent: str = "aws-cli/2.40.0",
        invoked_by: str | None = None,
        error: str | None = None,
        region: str | None = None,
    ) -> None:
        """Add one mutating CloudTrail event."""
        self.events += 1
        principal = f"arn:aws:sts::{self.account}:assumed-role/{who}/session"
        record: dict[str, Any] = {
            "eventVersion": "1.10",
            "eventTime": {"$t": int(-minutes_ago * MINUTE), "as": "iso"},
            "eventSource": source,
            "eventName": event,
            "awsRegion": region or self.region,
            "userAgent": agent,
            "userIdentity": {"type": "AssumedRole", "arn": principal}
            | ({"invokedBy": invoked_by} if invoked_by else {}),
            "requestParameters": dict(request),
            "responseElements": dict(response) if response else None,
            "readOnly": False,
        }
        if error:
            record |= {"errorCode": error, "errorMessage": "not authorized"}
        self.state.setdefault(
            "cloudtrail.events" if region is None else f"{region}:cloudtrail.events", []
        ).append(
            {
                "EventId": f"00000000-0000-4000-8000-{self.events:012d}",
                "EventName": event,
                "EventTime": ago(minutes_ago),
                "EventSource": source,
                "ReadOnly": "false",
                "Username": who,
                "Resources": [{"ResourceType": resource[0], "ResourceName": resource[1]}],
                "CloudTrailEvent": {"$json": record},
            },
        )

    # --- the World -------------------------------------------------------------------------

    def world(self, **words: Any) -> World:  # noqa: ANN401 - Request's fields
        """Return the World, asked with these words about the last hour."""
        request = Request(
            region=self.region,
            since=NOW - timedelta(hours=1),
            until=NOW,
            now=NOW,
            account=self.account,
            table=self.table,
            **words,
        )
        here = {k: tuple(mark(v, NOW)) for k, v in self.state.items() if ":" not in k}
        place = Place(
            state=here,
            metrics=(*self.traffic.steady(), *self.more_metrics()),
            complete=frozenset(
                {"AWS/DynamoDB", "AWS/NATGateway", "AWS/ApplicationELB", "AWS/ECS", "AWS/Lambda"},
            ),
            logs={
                name: LogGroup(
                    events=tuple(sorted(lines, key=lambda e: (e.at, e.stream))),
                    about={"storedBytes": 50_000_000, "logGroupClass": "STANDARD"},
                )
                for name, lines in self.logs.items()
            },
            answers=(),
        )
        places = {(self.account, self.region): place, (self.account, "global"): self._global()}
        if self.region != "us-east-1":
            trail = tuple(mark(e, NOW) for e in self.state.get("us-east-1:cloudtrail.events", ()))
            places[(self.account, "us-east-1")] = Place(state={"cloudtrail.events": trail})
        return World(now=NOW, request=request, home=self.account, places=places, denied=self.denied)

    def more_metrics(self) -> tuple[Any, ...]:
        """Return series of other namespaces that a story added."""
        return tuple(self.state.get("metrics:", ()))

    def _global(self) -> Place:
        state = {k: tuple(mark(v, NOW)) for k, v in self.world_state.items()}
        return Place(
            state=state,
            answers=(
                Recorded(
                    op="health:DescribeEvents",
                    why="denied",
                    code="SubscriptionRequiredException",
                    detail="health:DescribeEvents: the account's support plan does not include it",
                    needs=("health:DescribeEvents",),
                ),
            ),
        )


ALLOW_ALL = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
}


def _throughput(read: int, write: int) -> dict[str, int]:
    return {
        "ReadCapacityUnits": read,
        "WriteCapacityUnits": write,
        "NumberOfDecreasesToday": 0,
    }


def _acl(number: int, egress: bool, action: str) -> dict[str, Any]:
    return {
        "RuleNumber": number,
        "Protocol": "-1",
        "RuleAction": action,
        "Egress": egress,
        "CidrBlock": "0.0.0.0/0",
    }
