"""Answer every check side by side, under one deadline."""

import contextvars
import logging
import queue
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from diagnostics.errors import AwsError, NotAsked
from diagnostics.model import (
    Answered,
    Check,
    CheckRun,
    Finding,
    NotApplicable,
    Outcome,
    Request,
    Unanswered,
    Why,
)
from diagnostics.reader import Reader

logger = logging.getLogger(__name__)

Progress = Callable[[CheckRun], None]

SAY_CALLER = "say who calls: function=, ecs=, role= or log-group="


def run(
    checks: Sequence[Check[Any]],
    request: Request,
    reader: Reader,
    *,
    deadline_s: float,
    on_progress: Progress | None = None,
) -> tuple[CheckRun, ...]:
    """Return every check's outcome, in the order given, within `deadline_s` seconds.

    A thread each: they wait for AWS almost all of the time, and the reader limits how
    many calls are under way. What is not answered by the deadline is `timed_out`; its
    thread is left to end by itself.
    """
    started = time.monotonic()
    ended: queue.SimpleQueue[tuple[int, CheckRun]] = queue.SimpleQueue()

    def work(place: int, check: Check[Any]) -> None:
        began = time.monotonic()
        outcome = answer(check, request, reader)
        ended.put((place, _line(check, outcome, began)))

    for place, check in enumerate(checks):
        context = contextvars.copy_context()
        threading.Thread(
            target=context.run, args=(work, place, check), daemon=True, name=f"check-{check.id}"
        ).start()
    runs: list[CheckRun | None] = [None] * len(checks)
    for _ in checks:
        left = started + deadline_s - time.monotonic()
        try:
            place, line = ended.get(timeout=max(left, 0.0)) if left > 0 else ended.get_nowait()
        except queue.Empty:
            break
        runs[place] = line
        if on_progress is not None:
            on_progress(line)
    return tuple(
        line or _line(check, _late(deadline_s), started)
        for check, line in zip(checks, runs, strict=True)
    )


def answer(check: Check[Any], request: Request, reader: Reader) -> Outcome:
    """Return one check's outcome; whatever goes wrong in it is said, and nothing escapes."""
    if check.needs_caller and not request.has_caller:
        return Unanswered(why=Why.MISSING, detail=SAY_CALLER)
    try:
        said = tuple(check.judge(check.gather(request, reader)))
        _only_what_it_finds(check, said)
    except AwsError as error:
        return Unanswered(why=error.why, detail=error.detail, needs=error.needs)
    except NotAsked as reason:
        return NotApplicable(because=str(reason))
    except Exception:
        # The one place that catches everything: one broken check must not cost the answer.
        incident = uuid.uuid4().hex[:8]
        logger.exception("check failed check=%s bug=%s", check.id, incident)
        return Unanswered(
            why=Why.BROKEN,
            detail=f"this check failed; the log has the reason under bug {incident}",
        )
    return Answered(said=said)


def _only_what_it_finds(check: Check[Any], said: tuple[object, ...]) -> None:
    named = {finding.cause for finding in said if isinstance(finding, Finding)}
    if not named <= check.finds:
        message = f"{check.id} names {sorted(named - check.finds)}, which it does not declare"
        raise LookupError(message)


def _line(check: Check[Any], outcome: Outcome, began: float) -> CheckRun:
    took_ms = round((time.monotonic() - began) * 1000)
    return CheckRun(id=check.id, asks=check.asks, outcome=outcome, took_ms=took_ms)


def _late(deadline_s: float) -> Unanswered:
    return Unanswered(
        why=Why.TIMED_OUT, detail=f"no answer within the diagnosis's {deadline_s:g} s"
    )
