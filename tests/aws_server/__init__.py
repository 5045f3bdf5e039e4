"""AWS over real HTTP on loopback, for tests and benchmarks."""

from tests.aws_server.faults import Fault, Kind
from tests.aws_server.server import AwsServer, Call
from tests.aws_server.world import serve_world

__all__ = ["AwsServer", "Call", "Fault", "Kind", "serve_world"]
