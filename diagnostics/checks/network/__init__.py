"""The network between the workload and DynamoDB."""

from typing import Any

from diagnostics.checks.network import acls, groups, names, nat, routes
from diagnostics.model import Check

CHECKS: tuple[Check[Any], ...] = (
    *routes.CHECKS,
    *nat.CHECKS,
    *groups.CHECKS,
    *acls.CHECKS,
    *names.CHECKS,
)
