"""The bundled incidents: what is broken, and what misleads."""

from collections.abc import Callable

from diagnostics.evidence import Series, World
from tests.worlds.account import MINUTE, Account, ago
from tests.worlds.traffic import RECENT_FROM, profile

SCALING = "dynamodb.application-autoscaling.amazonaws.com"
REQUEST_ID = "QX7M2K4T9R1B6V8N3C5Z0P2L4H6J8D1FAEMVJF66Q9ASUAAJG"


def every(start: float, step: float, end: float = 1.0) -> list[float]:
    """Return the minutes ago from `start` down to `end`, a step apart."""
    count = int((start - end) / step) + 1
    return [start - step * number for number in range(count)]


def no_route() -> World:
    """A VPC function whose subnets lost their route to the gateway endpoint."""
    account = Account()
    account.put_table()
    account.put_function("checkout", timeout_s=10)
    account.state["ec2.route_tables"][1] = account.routes("rtb-0a1", ["subnet-0a1", "subnet-0b2"])
    account.state["ec2.vpc_endpoints"][0]["RouteTableIds"] = []
    account.traffic.answered = ((-41, 0.0),)
    account.log(
        "/aws/lambda/checkout",
        "2026-11-20T09:50:12.010Z 3f1c6c1e-7a52-4b7e-9a0e-2f9d4f7c1a55 Task timed out after "
        "10.01 seconds",
        every(40, 0.5),
        stream="2026/11/20/[$LATEST]a1",
    )
    return account.world(error="408", function="checkout")


def endpoint_policy() -> World:
    """A new endpoint policy that only denies."""
    account = Account()
    account.put_table()
    role = account.put_function("checkout")
    account.state["ec2.vpc_endpoints"][0]["PolicyDocument"] = {
        "$json": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "dynamodb:DeleteTable",
                    "Resource": "*",
                },
            ],
        },
    }
    account.traffic.answered = ((-31, 0.0),)
    account.changed(
        33,
        "ModifyVpcEndpoint",
        source="ec2.amazonaws.com",
        request={"ModifyVpcEndpointRequest": {"VpcEndpointId": "vpce-0a1"}},
        resource=("AWS::EC2::VPCEndpoint", "vpce-0a1"),
        agent="APN/1.0 HashiCorp/1.0 Terraform/1.13.4",
        who="terraform",
    )
    account.changed(
        55,
        "AttachRolePolicy",
        source="iam.amazonaws.com",
        request={
            "roleName": "checkout-role",
            "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
        },
        resource=("AWS::IAM::Role", "checkout-role"),
        who="sam",
        region="us-east-1",
    )
    account.log(
        "/aws/lambda/checkout",
        "[ERROR] ClientError: An error occurred (AccessDeniedException) when calling the GetItem "
        f"operation: User: arn:aws:sts::{account.account}:assumed-role/checkout-role/checkout is "
        f"not authorized to perform: dynamodb:GetItem on resource: {account.table_arn} because no "
        "VPC endpoint policy allows the dynamodb:GetItem action",
        every(31, 0.5),
    )
    del role
    return account.world(error="AccessDeniedException", function="checkout")


def account_endpoint() -> World:
    """A release whose newer SDK calls a host that the proxy does not let through."""
    account = Account(region="us-east-1", table="invoices")
    account.put_table(read=2000, write=1000)
    account.scale(least=500, most=4000)
    account.traffic.answered = ((-46, 0.9),)
    account.log(
        "/onprem/billing",
        "billing 4.2: botocore.exceptions.ConnectTimeoutError: Connect timeout on endpoint URL: "
        '"https://123456789012.ddb.us-east-1.amazonaws.com/"',
        every(45, 0.5),
    )
    return account.world(
        text="botocore.exceptions.ConnectTimeoutError: Connect timeout on endpoint URL: "
        '"https://123456789012.ddb.us-east-1.amazonaws.com/"',
        log_groups=("/onprem/billing",),
    )


def client_pool() -> World:
    """A Java service that leaks pooled connections."""
    account = Account(table="catalog")
    account.put_table(read=4000, write=1500)
    account.scale(least=500, most=6000)
    account.put_service("prod", "catalog", deployed_min_ago=6 * 24 * 60)
    account.traffic.throttle("ProvisionedThroughput", "Read", [(RECENT_FROM, 3.0)])
    account.log(
        "/ecs/catalog",
        "software.amazon.awssdk.core.exception.SdkClientException: Unable to execute HTTP request: "
        "Timeout waiting for connection from pool (DynamoDb, catalog)",
        every(50, 0.4),
        stream="catalog/catalog/1",
    )
    _cpu(account, "prod", "catalog", 35.0)
    return account.world(error="timeout", ecs="prod/catalog")


def index_throttle() -> World:
    """An index with a small share of its table's capacity."""
    account = Account()
    account.put_table(read=600, write=400, indexes={"by-status": (50, 12)})
    account.scale(least=100, most=2000)
    account.put_function("checkout")
    account.traffic.calls = {"GetItem": 3000, "PutItem": 7200, "Query": 300}
    account.traffic.put(
        "ConsumedWriteCapacityUnits",
        "Sum",
        [(RECENT_FROM, 700.0)],
        usual=690.0,
        dimensions={"GlobalSecondaryIndexName": "by-status"},
    )
    account.traffic.throttle("ProvisionedThroughput", "Write", [(-38, 420.0)], index="by-status")
    account.changed(
        20,
        "UpdateTable",
        source="dynamodb.amazonaws.com",
        request={
            "tableName": account.table,
            "provisionedThroughput": {"readCapacityUnits": 600, "writeCapacityUnits": 400},
        },
        response={
            "tableDescription": {
                "provisionedThroughput": {"readCapacityUnits": 600, "writeCapacityUnits": 250},
            },
        },
        resource=("AWS::DynamoDB::Table", account.table),
        who="dana",
    )
    account.log(
        "/aws/lambda/checkout",
        "botocore.errorfactory.ProvisionedThroughputExceededException: An error occurred "
        "(ProvisionedThroughputExceededException) when calling the PutItem operation (reached max "
        "retries: 3): The level of configured provisioned throughput for one or more global "
        "secondary indexes of the table was exceeded. Consider increasing your provisioning level",
        every(37, 0.5),
    )
    return account.world(error="ProvisionedThroughputExceededException", function="checkout")


def scaling_role() -> World:
    """Auto scaling whose role may not change the table, found out at the peak."""
    account = Account()
    account.put_table(read=800, write=500)
    role = account.role("legacy-dynamodb-autoscale")
    account.simulate("implicitDeny", role=role, action="dynamodb:UpdateTable")
    account.simulate("allowed", role=role)
    account.scale(least=200, most=4000, role_arn=role, alarm_state="ALARM")
    account.put_function("checkout", timeout_s=10, modified_min_ago=76)
    account.traffic.calls = {"GetItem": 9000, "PutItem": 24000, "UpdateItem": 2400}
    account.traffic.put(
        "ConsumedWriteCapacityUnits",
        "Sum",
        [(RECENT_FROM, 18000.0), (-36, 30000.0)],
        usual=16800.0,
    )
    account.traffic.throttle("ProvisionedThroughput", "Write", [(-36, 9600.0)])
    account.traffic.answered = ((-36, 0.8),)
    denied = (
        "Failed to set write capacity units to 1000. Reason: User: "
        f"arn:aws:sts::{account.account}:assumed-role/legacy-dynamodb-autoscale/AutoScaling "
        f"is not authorized to perform: dynamodb:UpdateTable on resource: {account.table_arn}"
    )
    for minutes in (33, 23, 13, 3):
        account.activity(minutes, "Failed", denied, capacity=1000)
    for minutes in (33, 23):
        account.changed(
            minutes,
            "UpdateTable",
            source="dynamodb.amazonaws.com",
            request={"tableName": account.table},
            resource=("AWS::DynamoDB::Table", account.table),
            who="legacy-dynamodb-autoscale",
            agent=SCALING,
            invoked_by=SCALING,
            error="AccessDenied",
        )
    account.changed(
        76,
        "UpdateFunctionCode20150331v2",
        source="lambda.amazonaws.com",
        request={"functionName": "checkout"},
        resource=("AWS::Lambda::Function", "checkout"),
        who="deploy",
    )
    account.log(
        "/aws/lambda/checkout",
        "botocore.errorfactory.ProvisionedThroughputExceededException: An error occurred "
        "(ProvisionedThroughputExceededException) when calling the PutItem operation (reached max "
        "retries: 3): The level of configured provisioned throughput for the table was exceeded. "
        "Consider increasing your provisioning level with the UpdateTable API.",
        every(35, 0.4),
    )
    return account.world(error="408", function="checkout")


def terraform_reset() -> World:
    """An apply that put the scaled write capacity back to what the code says."""
    account = Account()
    account.put_table(
        read=600,
        write=10,
        indexes={"by-status": (300, 300)},
    )
    account.state["dynamodb.tables"][0]["ProvisionedThroughput"] |= {
        "LastDecreaseDateTime": ago(28),
        "NumberOfDecreasesToday": 1,
    }
    account.scale(least=5, most=2000, alarm_state="ALARM")
    account.put_function("checkout")
    account.traffic.calls = {"GetItem": 5400, "PutItem": 10200, "UpdateItem": 600}
    account.traffic.put(
        "ProvisionedWriteCapacityUnits",
        "Average",
        [(RECENT_FROM, 400.0), (-28, 10.0)],
        usual=400.0,
        every=2,
    )
    account.traffic.put(
        "ConsumedWriteCapacityUnits",
        "Sum",
        [(RECENT_FROM, 11400.0), (-28, 600.0)],
        usual=10800.0,
    )
    account.traffic.throttle("ProvisionedThroughput", "Write", [(-26, 7200.0)])
    account.traffic.answered = ((-26, 0.4),)
    account.activity(
        200, "Successful", "Successfully set write capacity units to 400.", capacity=400
    )
    account.changed(
        28,
        "UpdateTable",
        source="dynamodb.amazonaws.com",
        request={
            "tableName": account.table,
            "provisionedThroughput": {"readCapacityUnits": 600, "writeCapacityUnits": 10},
        },
        response={
            "tableDescription": {
                "provisionedThroughput": {"readCapacityUnits": 600, "writeCapacityUnits": 400},
            },
        },
        resource=("AWS::DynamoDB::Table", account.table),
        who="terraform",
        agent="APN/1.0 HashiCorp/1.0 Terraform/1.13.4 (+https://www.terraform.io)",
    )
    account.changed(
        27,
        "UpdateAddon",
        source="eks.amazonaws.com",
        request={"name": "prod", "addonName": "ingress", "addonVersion": "4.12.1"},
        resource=("AWS::EKS::Cluster", "prod"),
        who="helm-deployer",
        agent="Helm/4.1",
    )
    account.log(
        "/aws/lambda/checkout",
        "botocore.errorfactory.ProvisionedThroughputExceededException: An error occurred "
        "(ProvisionedThroughputExceededException) when calling the PutItem operation (reached max "
        "retries: 3): The level of configured provisioned throughput for the table was exceeded. "
        "Consider increasing your provisioning level with the UpdateTable API.",
        every(26, 0.4),
    )
    return account.world(error="throttling", function="checkout")


def kms_permission() -> World:
    """A caller whose role may use the table but not its key."""
    account = Account()
    key = f"arn:aws:kms:{account.region}:{account.account}:key/5b1e7c1a-0d6f-4f0e-9b9f-1f0a2c3d4e5f"
    account.put_table(
        SSEDescription={"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": key}
    )
    account.state["kms.keys"] = [
        {
            "KeyId": key.rsplit("/", maxsplit=1)[-1],
            "Arn": key,
            "AWSAccountId": account.account,
            "KeyState": "Enabled",
            "Enabled": True,
            "KeyManager": "CUSTOMER",
            "CreationDate": ago(100 * 24 * 60),
        },
    ]
    account.state["kms.key_policies"] = [
        {
            "_KeyId": key,
            "Policy": {
                "$json": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": f"arn:aws:iam::{account.account}:root"},
                            "Action": "kms:*",
                            "Resource": "*",
                        },
                    ],
                },
            },
        },
    ]
    role = f"arn:aws:iam::{account.account}:role/checkout-role"
    account.simulate("implicitDeny", role=role, action="kms:*")
    account.put_function("checkout")
    account.traffic.answered = ((-21, 0.05),)
    account.log(
        "/aws/lambda/checkout",
        "An error occurred (AccessDeniedException) when calling the PutItem operation: KMS key "
        "access denied error: com.amazonaws.services.kms.model.AWSKMSException: The ciphertext "
        "refers to a customer master key that does not exist, does not exist in this region, or "
        "you are not allowed to access. (Service: AWSKMS; Status Code: 400; Error Code: "
        "AccessDeniedException; Request ID: 5f0e3c6e-8a51-4bd9-9d0c-0b6b6b1f2a33)",
        every(20, 0.5),
    )
    return account.world(error="AccessDeniedException", function="checkout")


def key_schema() -> World:
    """A release that renamed the key attribute."""
    account = Account(table="locks")
    account.put_table(keys=(("LockID", "S"),))
    account.put_function("deploy-locks", modified_min_ago=46)
    account.traffic.calls = {"GetItem": 60, "PutItem": 40}
    account.traffic.put("UserErrors", "Sum", [(-45, 30.0)])
    account.traffic.put("ConditionalCheckFailedRequests", "Sum", [(RECENT_FROM, 2.0)], usual=2.0)
    account.changed(
        240,
        "AttachRolePolicy",
        source="iam.amazonaws.com",
        request={
            "roleName": "deploy-locks-role",
            "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
        },
        resource=("AWS::IAM::Role", "deploy-locks-role"),
        who="sam",
        region="us-east-1",
    )
    group = "/aws/lambda/deploy-locks"
    account.log(
        group,
        "[ERROR] ClientError: An error occurred (ValidationException) when calling the PutItem "
        "operation: One or more parameter values were invalid: Missing the key LockID in the item",
        every(45, 0.5),
    )
    account.log(
        group,
        "[ERROR] ClientError: An error occurred (ValidationException) when calling the GetItem "
        "operation: The provided key element does not match the schema",
        every(44.7, 0.5),
    )
    account.log(
        group,
        "botocore.errorfactory.ConditionalCheckFailedException: An error occurred "
        "(ConditionalCheckFailedException) when calling the PutItem operation: The conditional "
        "request failed",
        every(58, 6),
    )
    return account.world(error="ValidationException", function="deploy-locks")


def hidden_throttle() -> World:
    """Throttling that the SDK's retries hide until the function's own deadline comes."""
    account = Account()
    account.put_table(read=800, write=300)
    account.put_function(
        "checkout",
        timeout_s=6,
        runtime="python3.11",
        environment={"AWS_RETRY_MODE": "legacy", "AWS_MAX_ATTEMPTS": "10"},
    )
    account.traffic.calls = {"GetItem": 6000, "PutItem": 15600, "UpdateItem": 2100}
    account.traffic.put(
        "ConsumedWriteCapacityUnits",
        "Sum",
        [(RECENT_FROM, 17400.0), (-34, 18000.0)],
        usual=17100.0,
    )
    account.traffic.throttle("ProvisionedThroughput", "Write", [(-34, 5400.0)])
    account.log(
        "/aws/lambda/checkout",
        "2026-11-20T09:57:31.220Z 8d4b2f60-1c53-4d0f-8f6a-6e0f5f0f9b11 Task timed out after "
        "6.00 seconds",
        every(33, 0.5),
        stream="2026/11/20/[$LATEST]b2",
    )
    return account.world(error="timeout", function="checkout")


def middlebox_408() -> World:
    """The team's own load balancer gives up on slow uploads."""
    account = Account()
    account.put_table(read=1200, write=800)
    account.scale(least=200, most=3000)
    account.put_service("prod", "orders-api")
    account.traffic.throttle(
        "ProvisionedThroughput", "Write", profile({-24 * 60 - 10: 900.0}) or ()
    )
    place = f"{account.region}:{account.account}"
    balancer = f"arn:aws:elasticloadbalancing:{place}:loadbalancer/app/orders-alb/50dc6c495c0c9188"
    account.state["elbv2.load_balancers"] = [
        {
            "LoadBalancerArn": balancer,
            "LoadBalancerName": "orders-alb",
            "DNSName": "orders-alb-1.eu-west-1.elb.amazonaws.com",
            "Type": "application",
            "Scheme": "internal",
            "VpcId": "vpc-0a1",
            "State": {"Code": "active"},
        },
    ]
    account.state["elbv2.attributes"] = [
        {
            "_LoadBalancerArn": balancer,
            "Key": "idle_timeout.timeout_seconds",
            "Value": "60",
        },
    ]
    for name, course in (
        ("HTTPCode_ELB_4XX_Count", ((-42, 34, 42),)),
        ("RequestCount", ((-420, 2400, 420),)),
    ):
        account.state.setdefault("metrics:", []).append(
            Series(
                namespace="AWS/ApplicationELB",
                name=name,
                dimensions={"LoadBalancer": "app/orders-alb/50dc6c495c0c9188"},
                stat="Sum",
                points=tuple((at * MINUTE, value, n) for at, value, n in course),
            ),
        )
    account.log(
        "/ecs/orders-api",
        "upstream DynamoDB orders call failed: 408 <html><head><title>408 Request Time-out</title>"
        "</head><body><center><h1>408 Request Time-out</h1></center></body></html>",
        every(41, 0.4),
    )
    return account.world(error="408", ecs="prod/orders-api", lb="orders-alb")


def noise() -> World:
    """Five timeouts in an hour beside half a million good calls."""
    account = Account()
    account.put_table(read=2000, write=800)
    account.scale(least=200, most=4000)
    account.put_function("checkout")
    account.traffic.calls = {"GetItem": 60000, "PutItem": 18000, "UpdateItem": 4000, "Query": 2000}
    account.traffic.read_units, account.traffic.write_units = 2000, 800
    account.log(
        "/aws/lambda/checkout",
        "botocore.exceptions.ReadTimeoutError: Read timeout on endpoint URL: "
        '"https://dynamodb.eu-west-1.amazonaws.com/"',
        (52, 41, 33, 18, 9),
    )
    return account.world(error="timeout", function="checkout")


def healthy() -> World:
    """Nothing is wrong."""
    account = Account()
    account.put_table(read=1000, write=500)
    account.scale(least=100, most=4000)
    account.scale(side="Read", least=100, most=4000)
    account.put_function("checkout")
    return account.world(error="408", function="checkout")


def blind() -> World:
    """A broken account, and a bot that may not look."""
    account = Account()
    account.put_table(read=800, write=300)
    account.put_function("checkout", timeout_s=6)
    account.traffic.throttle("ProvisionedThroughput", "Write", [(-34, 5400.0)])
    account.denied = frozenset(
        f"{service}:*"
        for service in (
            "application-autoscaling", "cloudformation", "cloudtrail", "cloudwatch", "codedeploy",
            "dax", "dynamodb", "ec2", "ecs", "eks", "elasticloadbalancing", "fis", "health", "iam",
            "kms", "lambda", "logs", "servicequotas",
        )
    )  # fmt: skip
    return account.world(error="408", function="checkout")


def _cpu(account: Account, cluster: str, service: str, percent: float) -> None:
    account.state.setdefault("metrics:", []).extend(
        Series(
            namespace="AWS/ECS",
            name="CPUUtilization",
            dimensions={"ClusterName": cluster, "ServiceName": service},
            stat=stat,
            points=((-420 * MINUTE, percent, 421),),
        )
        for stat in ("Average", "Maximum")
    )


STORIES: dict[str, Callable[[], World]] = {
    "no-route": no_route,
    "endpoint-policy": endpoint_policy,
    "account-endpoint": account_endpoint,
    "client-pool": client_pool,
    "index-throttle": index_throttle,
    "scaling-role": scaling_role,
    "terraform-reset": terraform_reset,
    "kms-permission": kms_permission,
    "key-schema": key_schema,
    "hidden-throttle": hidden_throttle,
    "middlebox-408": middlebox_408,
    "noise": noise,
    "healthy": healthy,
    "blind": blind,
}
