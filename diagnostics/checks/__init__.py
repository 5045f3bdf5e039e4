"""Every check there is, in the order a report lists them."""

from typing import Any

from diagnostics.checks import (
    access,
    changes,
    client,
    identity,
    kms,
    loadbalancer,
    logs,
    network,
    payload,
    permissions,
    quotas,
    scaling,
    service,
    table,
    throttling,
)
from diagnostics.model import Check

ALL: tuple[Check[Any], ...] = (
    *payload.CHECKS,
    *logs.CHECKS,
    *table.CHECKS,
    *network.CHECKS,
    *throttling.CHECKS,
    *scaling.CHECKS,
    *identity.CHECKS,
    *permissions.CHECKS,
    *kms.CHECKS,
    *client.CHECKS,
    *access.CHECKS,
    *loadbalancer.CHECKS,
    *service.CHECKS,
    *quotas.CHECKS,
    *changes.CHECKS,
)
