"""Every check there is, in the order a report lists them."""

from typing import Any

from diagnostics.checks import table
from diagnostics.model import Check

ALL: tuple[Check[Any], ...] = (*table.CHECKS,)
