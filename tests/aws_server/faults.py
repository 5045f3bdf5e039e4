"""What can go wrong on the way to AWS and back."""

import threading
from dataclasses import dataclass, field
from enum import StrEnum

from diagnostics.evidence.globs import matches


class Kind(StrEnum):
    """What a fault does instead of answering."""

    SLOW = "slow"  # nothing but the delay
    ERROR = "error"  # an AWS error: status, code, message
    PLAIN = "plain"  # what a box in between answers: status and an HTML body
    GARBAGE = "garbage"  # 200 with bytes that are no answer
    TRUNCATED = "truncated"  # half of the real body, then the connection closes
    HANG = "hang"  # no answer until the client gives up
    RESET = "reset"  # the connection is reset


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault; `op` is "service:Operation" with `*`, `times` None is for ever."""

    op: str
    kind: Kind = Kind.SLOW
    times: int | None = None
    delay_s: float = 0.0
    status: int = 503
    code: str = "ServiceUnavailable"
    message: str = "made to fail by a test"
    body: bytes = b"\x00\xff{<nonsense"  # of GARBAGE


@dataclass(slots=True)
class Faults:
    """The faults still to come; the first that fits is taken."""

    waiting: list[Fault] = field(default_factory=list)
    taken: dict[Fault, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, *faults: Fault) -> None:
        with self.lock:
            self.waiting.extend(faults)

    def clear(self) -> None:
        with self.lock:
            self.waiting.clear()
            self.taken.clear()

    def take(self, op: str) -> Fault | None:
        """Return the fault that this call meets, counted; None: it meets none."""
        with self.lock:
            for fault in self.waiting:
                count = self.taken.get(fault, 0)
                if matches(fault.op, op) and (fault.times is None or count < fault.times):
                    self.taken[fault] = count + 1
                    return fault
        return None
