"""Finds every secret of one text, under whatever escapes it stands."""

from collections.abc import Iterator

from diagnostics.redact.forms import (
    ACCESS_KEY_PREFIXES,
    DOTTED,
    DSN_MARKS,
    SCHEME_WORDS,
    access_keys,
    connection_strings,
    hooks,
    known_tokens,
    schemes,
)
from diagnostics.redact.layers import is_broken_up, layers, lowered
from diagnostics.redact.names import LITERALS, mentions_key, mentions_secrets
from diagnostics.redact.opaque import bare_secret_keys, encoded_secrets, has_suspect_run
from diagnostics.redact.pairs import named_secrets
from diagnostics.redact.pem import private_keys
from diagnostics.redact.spans import Span, masked
from diagnostics.redact.urls import url_passwords

_DEEPEST_BASE64 = 3  # base64 of base64 of base64
_HOOK_HOSTS = ("slack", "webhook", "pagerduty.com", "telegram.org")
_BEFORE_HOST = ("://", "jdbc:oracle:", *DSN_MARKS)
_ESCAPES = (("\\n", "  "), ("\\t", "  "), ("\\r", "  "), ('\\"', "  "), ("\\\\", "  "))

# One of these, in lower case, stands in every text that holds a secret, but for secrets in
# one long run of letters and keys named "... key".
_GATES = tuple(
    literal.lower()
    for literal in (
        *LITERALS,
        *ACCESS_KEY_PREFIXES,
        *DOTTED,
        *_HOOK_HOSTS,
        *SCHEME_WORDS,
        "private key",
        "private-lines",
    )
)


def text(value: str) -> str:
    """Return value with every secret masked by a typed placeholder.

    Give it whole texts and truncate afterwards: half a secret is hard to recognise.
    """
    if not may_hold_secret(value):
        return value
    return masked(value, secrets(value))


def secrets(value: str, depth: int = 0) -> Iterator[Span]:
    """Yield every secret in value, more telling kinds first."""
    for layer in layers(value):
        for span in _in_layer(layer.text, depth):
            start, end = layer.origin(span.start), layer.origin(span.end)
            yield Span(start=start, end=end, kind=span.kind)


def may_hold_secret(value: str) -> bool:
    """Tell quickly whether value deserves a closer look; most log lines do not."""
    if is_broken_up(value):
        return True
    if "\\" in value:
        for escape, blank in _ESCAPES:
            value = value.replace(escape, blank)
    low = value.lower()
    return (
        any(map(low.__contains__, _GATES))
        or mentions_key(low)
        or ("@" in value and any(map(value.__contains__, _BEFORE_HOST)))
        or has_suspect_run(value)
    )


def _in_layer(layer: str, depth: int) -> Iterator[Span]:
    low = lowered(layer)
    if "PRIVATE KEY" in layer or "Private-Lines" in layer:
        yield from private_keys(layer)
    if any(map(layer.__contains__, ACCESS_KEY_PREFIXES)):
        yield from access_keys(layer)
    is_suspect = has_suspect_run(layer)
    if is_suspect or any(map(layer.__contains__, DOTTED)):
        yield from known_tokens(layer)
    if any(map(low.__contains__, _HOOK_HOSTS)):
        yield from hooks(layer)
    if "@" in layer:
        yield from url_passwords(layer)
        yield from connection_strings(layer)
    if mentions_secrets(low):
        yield from named_secrets(layer, low)
    yield from schemes(layer, low)
    if not is_suspect:
        return
    yield from bare_secret_keys(layer, low)
    if depth < _DEEPEST_BASE64:
        yield from encoded_secrets(layer, lambda plain: _holds_secret(plain, depth + 1))


def _holds_secret(value: str, depth: int) -> bool:
    return next(secrets(value, depth), None) is not None
