"""AWS over HTTP that says what a test wants, and a reader that asks it."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from diagnostics.aws.limits import Limiter
from diagnostics.aws.reader import Aws, AwsReader
from tests.aws_server.wire import Asked, Reply, WireError, parsed, written

REGION = "eu-west-1"
OWN = "111122223333"
OTHER = "444455556666"
IDENTITY = {"Account": OWN, "Arn": f"arn:aws:iam::{OWN}:user/bot", "UserId": "AIDAEXAMPLE"}

Said = Mapping[str, Any] | WireError | bytes
Script = Mapping[str, Said | Callable[[dict[str, Any]], Said]]


@dataclass(slots=True)
class Scripted:
    """A backend over a dict of answers by operation; bytes are sent as they are."""

    script: Script
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)

    def reply(self, asked: Asked, request_id: str) -> Reply | None:
        params = parsed(asked)
        self.asked.append((asked.op, params))
        self.agents.add(asked.headers["user-agent"])
        said = self.script[asked.op]
        if callable(said):
            said = said(params)
        if isinstance(said, bytes):
            return Reply(status=200, headers={}, body=said)
        return written(asked, said, request_id)

    def count(self, op: str) -> int:
        return sum(1 for name, _ in self.asked if name == op)


@dataclass(slots=True)
class Turnstile:
    """A Limiter that remembers its keys, and lets so many through."""

    passes: int = 1_000_000
    keys: list[str] = field(default_factory=list)

    def wait(self, key: str, until: float) -> bool:
        self.keys.append(key)
        return len(self.keys) <= self.passes


def unredacted(op: str, answer: dict[str, Any]) -> dict[str, Any]:
    return answer


def aws_of(*ops: str, **settings: Any) -> Aws:  # noqa: ANN401 - Aws's own settings
    limiter: Limiter = settings.pop("limiter", None) or Turnstile()
    redact = settings.pop("redact", unredacted)
    return Aws(allowed=frozenset(ops), redact=redact, limiter=limiter, version="1.2.3", **settings)


def reader_of(aws: Aws, *, seconds: float = 30.0, account: str | None = None) -> AwsReader:
    return aws.reader(region=REGION, until=time.monotonic() + seconds, account=account)


def all_at_once(count: int, ask: Callable[[], Any]) -> list[Any]:
    """Return what `count` threads got that asked at the same moment."""
    ready = threading.Barrier(count)
    got: list[Any] = []

    def run() -> None:
        ready.wait()
        got.append(ask())

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got
