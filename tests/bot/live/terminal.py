"""The real command against an AWS server of the tests, with an environment of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from diagnostics import incidents
from diagnostics.evidence import World, load
from diagnostics.model import Request
from tests.aws_server import AwsServer, serve_world

SECRET_KEY = "made-up-secret-access-key-of-tests"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a run of the command left behind."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """The JSON report, which is all that stands on standard output."""
        found: dict[str, Any] = json.loads(self.out)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """A terminal in an empty folder; `paramedic` runs in this process or in one of its own."""

    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    folder: Path

    def use(self, settings: Mapping[str, str]) -> None:
        for name, value in settings.items():
            self.monkeypatch.setenv(name, value)

    def paramedic(self, *words: str) -> Ended:
        """Run the command here and now."""
        code = main(words)
        out, err = self.capsys.readouterr()
        return Ended(code=code, out=out, err=err)

    def started(self, *words: str) -> "subprocess.Popen[str]":
        """Start the command in a process of its own."""
        environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
        return subprocess.Popen(
            [sys.executable, "-m", "bot", *words],
            cwd=self.folder,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def settings_for(endpoint: str, region: str = "eu-west-1") -> dict[str, str]:
    """Return the environment of a person whose AWS is at `endpoint`."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": region,
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
    }


def incident(name: str) -> World:
    """Return a bundled incident that happens now."""
    return load(incidents.read(name)).at(datetime.now(UTC).replace(microsecond=0))


@contextmanager
def served(world: World, terminal: Terminal) -> Iterator[AwsServer]:
    """Serve a World as the AWS that the terminal's environment names."""
    with serve_world(world).running() as server:
        terminal.use(settings_for(server.endpoint, world.request.region))
        yield server


def words_for(request: Request) -> list[str]:
    """Return the words that a person types for a request."""
    keys = {
        "table": request.table,
        "index": request.index,
        "function": request.function,
        "ecs": request.ecs,
        "role": request.role,
        "log-group": ",".join(request.log_groups) or None,
        "subnets": ",".join(request.subnets) or None,
        "lb": request.lb,
    }
    said = request.text or request.error or ""
    return ["diagnose", said, *(f"{key}={held}" for key, held in keys.items() if held)]


def verdicts(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(verdict["cause"], verdict["confidence"]) for verdict in report["verdicts"]]


def unanswered(report: Mapping[str, Any]) -> dict[str, str]:
    return {line["check"]: line["why"] for line in report["unanswered"]}


def required(report: Mapping[str, Any]) -> set[str]:
    return {line["id"] for line in report["checks"] if line["required"]}
