"""Which IAM action an operation needs, where AWS spells the two differently."""

# botocore's client name -> IAM's service prefix.
# Source: Service Authorization Reference, one page a service.
PREFIXES = {
    "elbv2": "elasticloadbalancing",
    "elb": "elasticloadbalancing",
    "service-quotas": "servicequotas",
    "stepfunctions": "states",
}


def iam_action(op: str) -> str:
    """Return the IAM action behind "client:Operation"."""
    client, _, name = op.partition(":")
    return f"{PREFIXES.get(client, client)}:{name}"
