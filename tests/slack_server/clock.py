"""The time on this server, which tests may set ahead or back."""

import time


class Clock:
    """Real time plus a skew in seconds: message ids, signatures and expiries all follow it."""

    def __init__(self) -> None:
        self.skew_s = 0.0

    def now(self) -> float:
        """Seconds since the epoch, as this server believes."""
        return time.time() + self.skew_s

    def advance(self, seconds: float) -> None:
        """Let so much time have passed; below zero sets the clock back."""
        self.skew_s += seconds
