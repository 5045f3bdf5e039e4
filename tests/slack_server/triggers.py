"""Trigger ids: what an interaction gives an app so that it may open a modal, once and at once."""

import secrets
import threading

from tests.slack_server.clock import Clock
from tests.slack_server.errors import ApiError, invalid


class Triggers:
    """Issued ids with who did what earned them."""

    def __init__(self, clock: Clock, life_s: float) -> None:
        self.life_s = life_s  # docs.slack.dev/interactivity/handling-user-interaction: 3 seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._issued: dict[str, tuple[str, float]] = {}
        self._exchanged: set[str] = set()

    def issue(self, user: str) -> str:
        trigger_id = (
            f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex()}"
        )
        with self._lock:
            self._issued[trigger_id] = (user, self._clock.now())
        return trigger_id

    def exchange(self, trigger_id: str) -> str:
        """The user behind a trigger id, which is spent by this.

        Raises:
            ApiError: invalid_arguments, exchanged_trigger_id, expired_trigger_id.
        """
        with self._lock:
            if trigger_id not in self._issued:
                raise invalid("invalid_arguments", ["invalid `trigger_id`"])
            if trigger_id in self._exchanged:
                raise ApiError("exchanged_trigger_id")
            user, issued_at = self._issued[trigger_id]
            if self._clock.now() - issued_at > self.life_s:
                raise ApiError("expired_trigger_id")
            self._exchanged.add(trigger_id)
            return user
