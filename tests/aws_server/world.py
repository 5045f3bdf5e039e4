"""A World behind HTTP."""

import json
import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from diagnostics import arn
from diagnostics.errors import AwsError, Broken, Denied, Missing, Throttled, TimedOut, Unreachable
from diagnostics.evidence import World, paging
from tests.aws_server.server import AwsServer
from tests.aws_server.wire import Asked, Reply, WireError, parsed, written

ASSUME_ROLE = "sts:AssumeRole"
# IAM's documents travel as URL-encoded JSON; boto3 decodes them.
DOCUMENTS = frozenset({"AssumeRolePolicyDocument", "Document", "PolicyDocument"})


class WorldBackend:
    """Answers from a World; equal requests are serialised once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._written: dict[Any, Reply] = {}
        self._lock = threading.Lock()

    def reply(self, asked: Asked, request_id: str) -> Reply | None:
        key = (asked.op, asked.account, asked.region, asked.path, asked.body)
        with self._lock:
            known = self._written.get(key)
        if known is not None:
            return known
        try:
            reply = written(asked, self._answer(asked), request_id)
        except (Unreachable, TimedOut):
            return None
        except AwsError as error:
            return written(asked, _on_the_wire(asked, error), request_id)
        with self._lock:
            return self._written.setdefault(key, reply)

    def _answer(self, asked: Asked) -> dict[str, Any]:
        params = parsed(asked)
        if asked.op == ASSUME_ROLE and not self._denies_assuming():
            return _credentials(self.world, params)
        whole = self.world.answer(asked.account, asked.region, asked.op, params)
        answer = paging.page(asked.op, params, whole, self.world.page_size)
        return _documents(answer) if asked.service == "iam" else answer

    def _denies_assuming(self) -> bool:
        return bool({ASSUME_ROLE, "sts:*"} & self.world.denied)


def serve_world(world: World, *, port: int = 0, latency_s: float = 0.0) -> AwsServer:
    """Return a server, not yet serving, whose answers come from a World."""
    return AwsServer(WorldBackend(world), port=port, latency_s=latency_s)


def _credentials(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return credentials whose access key names the role's account."""
    role = arn.parse(params["RoleArn"])
    if role is None:
        raise Broken("not the ARN of a role", code="ValidationError")
    session = params.get("RoleSessionName", "session")
    assumed = f"arn:{role.partition}:sts::{role.account}:assumed-role/{role.name}/{session}"
    return {
        "Credentials": {
            "AccessKeyId": f"ASIA{role.account}AAAA",
            "SecretAccessKey": "made-up-for-a-test",
            "SessionToken": "made-up-for-a-test",
            "Expiration": world.now + timedelta(days=3650),
        },
        "AssumedRoleUser": {"AssumedRoleId": f"AROAEXAMPLE:{session}", "Arn": assumed},
    }


def _on_the_wire(asked: Asked, error: AwsError) -> WireError:
    match error:
        case Denied(needs=needs):
            actions = ", ".join(needs) or asked.op
            code = "UnauthorizedOperation" if asked.service == "ec2" else error.code
            if not code or code == "AccessDenied":
                xml = asked.service in ("cloudformation", "elbv2", "iam", "sts")
                code = "AccessDenied" if xml else "AccessDeniedException"
            who = f"arn:aws:sts::{asked.account or '000000000000'}:assumed-role/reader/session"
            says = f"User: {who} is not authorized to perform: {actions} on resource: *"
            return WireError(code, f"{says} because no identity-based policy allows it")
        case Throttled():
            slow = "RequestLimitExceeded" if asked.service == "ec2" else "ThrottlingException"
            return WireError(error.code or slow, error.detail)
        case Missing():
            return WireError(error.code or "ResourceNotFoundException", error.detail)
        case _:
            # Not a code that any SDK tries again: nothing would change.
            return WireError(error.code or "EvidenceNotHeld", error.detail)


def _documents(value: Any) -> Any:  # noqa: ANN401 - AWS's own JSON
    if isinstance(value, list):
        return [_documents(inner) for inner in value]
    if not isinstance(value, Mapping):
        return value
    return {
        key: quote(json.dumps(inner))
        if key in DOCUMENTS and isinstance(inner, Mapping)
        else _documents(inner)
        for key, inner in value.items()
    }
