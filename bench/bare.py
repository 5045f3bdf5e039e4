"""The same calls by bare boto3 clients: what AWS and its SDK cost without Paramedic."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from bench.trace import Question, Step

Plan = Sequence[tuple[Question, frozenset[Question]]]


class Bare:
    """boto3's clients as its user guide makes them, and threads enough for every call."""

    def __init__(self, plan: Plan, *, connections: int) -> None:
        """Make every client and thread that the plan needs ahead of time."""
        self._session = boto3.Session()
        self._config = Config(max_pool_connections=connections)
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(len(plan))
        self.run(plan)

    def run(self, plan: Plan) -> float:
        """Make the calls and the waits; return the wall time in seconds.

        Each level begins for each call as soon as what it needs is there, so that a wait for
        one API's rate holds nothing else back.
        """
        started = time.perf_counter()
        done: dict[Question, Future[None]] = {}
        for question, needs in plan:
            answers = [done[need] for need in needs]
            done[question] = self._pool.submit(self._ask, question, answers)
        for answer in done.values():
            answer.result()
        return time.perf_counter() - started

    def _ask(self, question: Question, needs: Sequence[Future[None]]) -> None:
        for need in needs:
            need.result()
        for step in question.steps:
            if step.op is None:
                time.sleep(step.waited_s)
            else:
                self._call(step, step.op)

    def _call(self, step: Step, op: str) -> None:
        service, _, operation = op.partition(":")
        try:
            getattr(self._client(service, step.region), xform_name(operation))(**step.params)
        except ClientError:
            # What AWS withheld from the diagnosis it withholds here.
            return

    def _client(self, service: str, region: str) -> Any:  # noqa: ANN401 - boto3 has no types
        with self._lock:
            if (service, region) not in self._clients:
                self._clients[service, region] = self._session.client(
                    service, region_name=region, config=self._config
                )
            return self._clients[service, region]
