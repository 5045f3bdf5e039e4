"""Tells on standard error how far a diagnosis is, check by check."""

import sys
from types import TracebackType
from typing import Self

from rich.status import Status
from rich.text import Text

from bot.terminal import console_on
from diagnostics.model import Answered, CheckRun, Finding, NotApplicable, Strength
from diagnostics.text import clean_line


class Progress:
    """A line a check; on a terminal one line that changes. Call it as each check ends."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._ended = 0
        self._found = False
        self._status: Status | None = None
        if sys.stderr.isatty():
            console = console_on(sys.stderr)
            self._status = Status(self._so_far(), console=console)

    def __enter__(self) -> Self:
        if self._status is not None:
            self._status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._status is not None:
            self._status.stop()

    def __call__(self, run: CheckRun) -> None:
        self._ended += 1
        proof = first_proof(run)
        if proof is not None and not self._found:
            self._found = True
            self._line(f"First finding: {clean_line(proof.says)}")
        if self._status is None:
            self._line(f"{run.id}: {told(run)} ({run.took_ms} ms)")
        else:
            self._status.update(self._so_far(run))

    def _so_far(self, run: CheckRun | None = None) -> Text:
        last = f", last {run.id}: {told(run)}" if run else ""
        return Text(f"{self._ended} of {self._total} checks answered{last}")

    def _line(self, text: str) -> None:
        if self._status is not None:
            self._status.console.print(Text(text, style="bold"))
        else:
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()


def first_proof(run: CheckRun) -> Finding | None:
    """Return the first finding of a check that proves its cause."""
    if not isinstance(run.outcome, Answered):
        return None
    findings = (said for said in run.outcome.said if isinstance(said, Finding))
    return next(
        (f for f in findings if f.strength is Strength.PROVES and not f.off_path),
        None,
    )


def told(run: CheckRun) -> str:
    """Return a check's outcome in a few words."""
    match run.outcome:
        case Answered(said=said):
            supports = any(
                isinstance(s, Finding) and s.strength is not Strength.AGAINST and not s.off_path
                for s in said
            )
            return "found something" if supports else "nothing wrong"
        case NotApplicable():
            return "does not apply"
        case unanswered:
            return f"could not look, {unanswered.why.replace('_', ' ')}"
