"""`paramedic policy`: the IAM policy that a diagnosis needs, generated from the checks."""

import argparse
import json
import sys

from diagnostics.aws.policy import policy
from diagnostics.replay import ALLOWED


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments: the policy depends on the checks alone."""


def run(_args: argparse.Namespace) -> int:
    """Print the policy as JSON."""
    sys.stdout.write(f"{json.dumps(policy(ALLOWED), indent=2)}\n")
    return 0
