"""The bundled incidents: evidence of real kinds of failures, replayed by `demo`."""

from importlib import resources

# In the order `demo --list` prints them.
TITLES = {
    "no-route": "The function's subnets have no path to DynamoDB",
    "endpoint-policy": "A new VPC endpoint policy denies everything",
    "account-endpoint": "A newer SDK calls a host that the proxy does not know",
    "client-pool": "A Java service leaks its pooled connections",
    "index-throttle": "A small secondary index holds its table's writes back",
    "scaling-role": "Auto scaling's role may not change the table",
    "terraform-reset": "A deployment put the scaled capacity back",
    "kms-permission": "The caller may not use the table's key",
    "key-schema": "A release renamed the key attribute",
    "hidden-throttle": "Retries hide throttling until the function's deadline",
    "middlebox-408": "The team's own load balancer wrote the 408",
    "noise": "Five timeouts an hour beside millions of good calls",
    "healthy": "Nothing is wrong",
    "blind": "The bot may not look",
}
DEFAULT = "scaling-role"


def read(name: str) -> str:
    """Return a bundled incident's evidence; raises KeyError for a name not in TITLES."""
    if name not in TITLES:
        raise KeyError(name)
    return resources.files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8")
