"""How often each method may be called: docs.slack.dev/apis/web-api/rate-limits, in buckets."""

import math
import threading
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Rate:
    """Calls per minute on the long run, and how many may come at once."""

    per_minute: float
    burst: int


# A tier names the calls per minute that Slack warrants at least. Bursts are Slack's secret; here
# a whole minute's allowance may be spent at once.
TIER_2: Final = Rate(20, 20)
TIER_3: Final = Rate(50, 50)
TIER_4: Final = Rate(100, 100)
SPECIAL: Final = Rate(600, 100)  # "hundreds of requests per minute" (chat.getPermalink, auth.test)
# chat.postMessage: 1 a second and channel with "short bursts", several hundred a minute in all.
PER_CHANNEL: Final = Rate(60, 4)
PER_WORKSPACE: Final = Rate(300, 100)


class Buckets:
    """One bucket of tokens for each key; an empty one says how long to wait."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: dict[str, tuple[float, float]] = {}  # key -> (tokens, when counted)

    def take(self, key: str, rate: Rate, now: float) -> int:
        """0 when the call may pass, else the whole seconds to wait, at least 1."""
        with self._lock:
            tokens, at = self._left.get(key, (float(rate.burst), now))
            tokens = min(rate.burst, tokens + max(0.0, now - at) * rate.per_minute / 60)
            if tokens < 1:
                self._left[key] = (tokens, now)
                return max(1, math.ceil((1 - tokens) * 60 / rate.per_minute))
            self._left[key] = (tokens - 1, now)
            return 0
