"""Every check there is, in the order a report lists them."""

from typing import Any

from diagnostics.checks import (
    access,
    changes,
    identity,
    kms,
    loadbalancer,
    permissions,
    quotas,
    scaling,
    service,
    table,
    throttling,
)
from diagnostics.model import Check

ALL: tuple[Check[Any], ...] = (
    *table.CHECKS,
    *throttling.CHECKS,
    *scaling.CHECKS,
    *identity.CHECKS,
    *permissions.CHECKS,
    *kms.CHECKS,
    *access.CHECKS,
    *loadbalancer.CHECKS,
    *service.CHECKS,
    *quotas.CHECKS,
    *changes.CHECKS,
)
