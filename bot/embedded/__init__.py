"""A Redis of our own for `paramedic up` when REDIS_URL names none."""

from bot.embedded.server import EmbeddedError, EmbeddedRedis, start

__all__ = ["EmbeddedError", "EmbeddedRedis", "start"]
