"""Secrets without a name: AWS secret keys by their look, and secrets inside base64."""

import base64
import binascii
import re
from collections.abc import Callable, Iterator

from diagnostics.redact.forms import begins_token
from diagnostics.redact.spans import Span

_RUN = re.compile(r"[A-Za-z0-9+/_-]{20,}+")
_SECRET_KEY = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=_-])")
_SECRET_KEY_LENGTH = 40
_BLOB = re.compile(
    r"(?<![A-Za-z0-9+/_-])(?:[A-Za-z0-9+/_-]{60,76}\r?\n)*+[A-Za-z0-9+/_-]{20,}+={0,2}",
)
_CLASSES = re.compile(r"[a-z]+|[A-Z]+|[0-9]+|[+/]+")
_DIGIT = re.compile(r"[0-9+/]")
_IDENTIFIER = "0123456789abcdef-"  # UUIDs, trace ids, digests, commit ids

# A random key of 40 letters changes between upper, lower, digit and sign 25 times on
# average; of 100,000 made at random 0.05 % change fewer than 14 times. Of the names in
# botocore's models none of 40 letters changes more than 13 times (measured, 2026-11).
_FEWEST_STRETCHES = 15
_FEWEST_BESIDE_A_WORD = 9  # beside "secret" or "credential" less is enough
_WORDS = ("secret", "credential", "access key", "accesskey", "access_key", "aws_", "akia", "asia")

_PROBE = 24  # letters of base64, 18 bytes: random bytes are never 18 times printable
_PRINTABLE = re.compile(rb"[\x20-\x7e\t\r\n]{15,}")
_URL_SAFE = str.maketrans("-_", "+/")


def has_suspect_run(text: str) -> bool:
    """Tell whether any long run of letters may be a token, a key or base64 of text; quick."""
    return any(_is_suspect(run) for run in _RUN.findall(text))


def _is_suspect(run: str) -> bool:
    if not run.strip(_IDENTIFIER):
        return False
    if run.isupper():
        return "-" in run and begins_token(run)
    is_mixed = not run.islower()
    return (is_mixed and (len(run) == _SECRET_KEY_LENGTH or _is_printable(run))) or begins_token(
        run,
    )


def bare_secret_keys(text: str, low: str) -> Iterator[Span]:
    """Yield what looks like an AWS secret access key: 40 random letters."""
    fewest = _FEWEST_STRETCHES
    if any(map(low.__contains__, _WORDS)):
        fewest = _FEWEST_BESIDE_A_WORD
    for key in _SECRET_KEY.finditer(text):
        letters = key[0]
        is_mixed = not letters.isupper() and not letters.islower() and _DIGIT.search(letters)
        if is_mixed and len(_CLASSES.findall(letters)) >= fewest:
            yield Span(start=key.start(), end=key.end(), kind="aws-secret-key")


def encoded_secrets(text: str, holds_secret: Callable[[str], bool]) -> Iterator[Span]:
    """Yield base64 of text that holds a secret."""
    for blob in _BLOB.finditer(text):
        plain = _decoded(blob[0])
        if plain and holds_secret(plain):
            yield Span(start=blob.start(), end=blob.end(), kind="base64")


def _is_printable(run: str) -> bool:
    try:
        head = binascii.a2b_base64(run[:_PROBE].translate(_URL_SAFE))
    except binascii.Error:
        return False
    return _PRINTABLE.fullmatch(head) is not None


def _decoded(blob: str) -> str | None:
    letters = blob.rstrip("=").translate(_URL_SAFE)
    letters = "".join(letters.split())
    if not _is_printable(letters):
        return None
    whole = letters[: len(letters) // 4 * 4]
    rest = letters[len(whole) :]
    padded = whole + (rest + "=" * (4 - len(rest)) if len(rest) > 1 else "")
    return base64.b64decode(padded).decode("utf-8", "replace")
