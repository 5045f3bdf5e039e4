"""The same calls by bare boto3 clients: what AWS and its SDK cost without Paramedic."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from bench.trace import Step


class Bare:
    """boto3's clients as its user guide makes them, and as many threads as the engine has."""

    def __init__(self, *, threads: int) -> None:
        self._session = boto3.Session()
        self._config = Config(max_pool_connections=threads)
        self._clients: dict[tuple[str, str], Any] = {}
        self._pool = ThreadPoolExecutor(threads)

    def run(self, levels: Sequence[Sequence[Step]]) -> float:
        """Make the calls and the waits, level by level; return the wall time in seconds."""
        self._make_clients(levels)
        started = time.perf_counter()
        for level in levels:
            for done in [self._pool.submit(self._do, step) for step in level]:
                done.result()
        return time.perf_counter() - started

    def _do(self, step: Step) -> None:
        if step.op is None:
            time.sleep(step.took_s)
            return
        service, _, operation = step.op.partition(":")
        try:
            getattr(self._clients[service, step.region], xform_name(operation))(**step.params)
        except ClientError:
            # What AWS withheld from the diagnosis it withholds here.
            return

    def _make_clients(self, levels: Sequence[Sequence[Step]]) -> None:
        for step in (step for level in levels for step in level):
            if step.op is None:
                continue
            service = step.op.partition(":")[0]
            if (service, step.region) not in self._clients:
                self._clients[service, step.region] = self._session.client(
                    service, region_name=step.region, config=self._config
                )
