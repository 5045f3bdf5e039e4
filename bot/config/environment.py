"""Reads the environment, and the .env file beside it."""

import io
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from dotenv.parser import parse_stream

from bot.config.file import CHANNEL
from bot.config.table import Problem, quoted

PREFIX = re.compile(r"(?:xoxe\.)?(?:xox[a-z]|xapp|xoxe)(?=-)")
MOST_PORTS = 65535


def with_dotenv(environ: Mapping[str, str], folder: Path, problem: Problem) -> dict[str, str]:
    """Return the environment with what a .env file in `folder` adds; the environment wins."""
    path = folder / ".env"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return dict(environ)
    except UnicodeDecodeError:
        problem(f"{path}: this is not a text file in UTF-8.")
        return dict(environ)
    except OSError as error:
        problem(f"{path}: cannot be read: {error.strerror}.")
        return dict(environ)
    added: dict[str, str] = {}
    for binding in parse_stream(io.StringIO(text)):
        if binding.error:
            problem(f"{path}: line {binding.original.line} is not NAME=value.")
        elif binding.key is not None and binding.value is not None:
            added[binding.key] = binding.value
    return added | dict(environ)


class Environment:
    """Reads one variable after the other, noting what is wrong. Secrets are never quoted."""

    def __init__(self, environ: Mapping[str, str], problem: Problem) -> None:
        self._environ = environ
        self._problem = problem

    def secret(self, name: str, prefix: str = "") -> str | None:
        """Return a secret; None where it is not set. An empty or wrong one is a problem."""
        value = self._environ.get(name)
        if value is None:
            return None
        value = value.strip()
        if not value:
            self._problem(f"{name} is empty: give it a value, or do not set it.")
            return None
        if re.search(r"\s", value) or not value.isprintable():
            self._problem(f"{name} holds blanks or control characters: copy it again.")
            return None
        if prefix and not value.removeprefix("xoxe.").startswith(f"{prefix}-"):
            found = PREFIX.match(value)
            seen = f'"{found[0]}-"' if found else "something else"
            self._problem(f'{name} must begin with "{prefix}-", but it begins with {seen}.')
            return None
        return value

    def text(self, name: str) -> str | None:
        """Return a variable's value; None where it is unset or blank."""
        return self._environ.get(name, "").strip() or None

    def port(self, name: str) -> int | None:
        """Return a TCP port."""
        value = self.text(name)
        if value is None:
            return None
        if value.isascii() and value.isdigit() and 1 <= int(value[:6]) <= MOST_PORTS:
            return int(value)
        self._problem(f"{name} must be a number from 1 to {MOST_PORTS}, not {quoted(value)}.")
        return None

    def host(self, name: str, default: str) -> str:
        """Return an address or host name to listen on."""
        value = self.text(name)
        if value is not None and not re.fullmatch(r"[A-Za-z0-9.:_-]{1,253}", value):
            self._problem(f"{name} must be an address or a host's name, not {quoted(value)}.")
        return value or default

    def redis_url(self, name: str) -> str | None:
        """Return a Redis URL; it may hold a password, so it is never quoted."""
        value = self.text(name)
        if value is None or re.match(r"(?:rediss?|valkeys?)://[^\s/]|unix://\S", value):
            return value
        self._problem(f'{name} must begin with "redis://" or "rediss://" and name a host.')
        return None

    def slack_api_url(self, name: str) -> str | None:
        """Return the base of Slack's Web API, with a slash at its end."""
        value = self.text(name)
        if value is None:
            return None
        try:
            parts = urlsplit(value)
            host, query = parts.hostname, parts.query or parts.fragment
        except ValueError:
            host, query, parts = None, "", urlsplit("")
        path = f"{parts.path.rstrip('/')}/"
        if parts.scheme in {"http", "https"} and host and not query and path.endswith("/api/"):
            return f"{parts.scheme}://{parts.netloc}{path}"
        self._problem(
            f'{name} must be a base URL that ends in /api/, such as "https://slack.com/api/".'
        )
        return None

    def channels(self, name: str) -> tuple[str, ...]:
        """Return Slack channel ids, comma separated."""
        words = [word.strip() for word in (self.text(name) or "").split(",")]
        ids = dict.fromkeys(filter(None, words))
        for word in ids:
            if not CHANNEL.fullmatch(word):
                self._problem(
                    f'{name}: {quoted(word)} is not a channel id such as "C0123ABCD" '
                    "(Slack shows it under the channel's details)."
                )
        return tuple(word for word in ids if CHANNEL.fullmatch(word))
