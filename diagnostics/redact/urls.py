"""Passwords inside URLs: https://user:password@host, rediss://:password@host."""

import re
from collections.abc import Iterator

from diagnostics.redact.spans import MARK, Span

_REST = re.compile(r"://(?=(?P<rest>[^\s\"'<>`\\]{1,400}))")
_SCHEME = re.compile(r"[A-Za-z0-9+.-]{0,24}\Z")
_WEB = frozenset({"http", "https", "ws", "wss", "ftp"})  # their paths may well hold an @
_PORT = re.compile(r"\d{1,5}(?:[/?#]|\Z)")
_TOKEN_AS_USER = re.compile(r"(?=[\w.-]*\d)[\w.-]{20,}")
_AFTER_HOST = re.compile(r"[/?#]")


def url_passwords(text: str) -> Iterator[Span]:
    """Yield the password, or a token in the place of the user, of every URL."""
    for url in _REST.finditer(text):
        scheme = _SCHEME.search(text[max(0, url.start() - 24) : url.start()])
        is_web = scheme is not None and scheme[0].lower() in _WEB
        secret = _secret(url["rest"], is_web=is_web)
        if secret:
            start = url.start("rest") + secret[0]
            yield Span(start=start, end=url.start("rest") + secret[1], kind="url-password")


def _secret(rest: str, *, is_web: bool) -> tuple[int, int] | None:
    at = _at_sign(rest, is_web=is_web)
    if at < 1 or rest.startswith("sha256:", at + 1):  # an image's digest
        return None
    user, colon, password = rest[:at].partition(":")
    if not colon:
        return (0, at) if _TOKEN_AS_USER.fullmatch(user) else None
    if not password or password.startswith(MARK):
        return None
    return (len(user) + 1, at)


def _at_sign(rest: str, *, is_web: bool) -> int:
    """Return where the @ before the host stands, -1 without; a password may hold / or @."""
    host, _, after = rest.partition(":")
    if _AFTER_HOST.search(host) or (_PORT.match(after) and "/" in after.partition("@")[0]):
        return rest.find("@") if _AFTER_HOST.split(rest, maxsplit=1)[0].count("@") else -1
    if not is_web:
        return (
            rest.partition("?")[0].rfind("@") if "@" in rest.partition("?")[0] else rest.rfind("@")
        )
    authority = _AFTER_HOST.split(rest, maxsplit=1)[0]
    return authority.rfind("@") if "@" in authority else rest.find("@")
