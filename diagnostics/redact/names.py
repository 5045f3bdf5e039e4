"""Names whose value is a secret: password, client_secret, x-api-key, and their kin."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Family(StrEnum):
    """What a secret is called; how much a value must look like one depends on it."""

    PASSWORD = "password"  # noqa: S105 - a word, not a password
    SECRET = "secret"  # noqa: S105 - likewise
    TOKEN = "token"  # noqa: S105 - likewise
    KEY = "api-key"
    CREDENTIAL = "credential"
    COOKIE = "cookie"
    AUTHORIZATION = "authorization"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretName:
    """How the value of such a name is to be treated, and what its placeholder says."""

    family: Family
    kind: str


_KEYS = (
    *("api", "access", "secret", "account", "private", "signing", "encrypt", "encryption"),
    *("master", "shared", "auth", "deploy", "license", "subscription", "function", "functions"),
    *("storage", "ingest", "write", "service", "app", "application", "host"),
)
_KEY_OF = "|".join(_KEYS)
LITERALS = (
    *("pass", "pwd", "masterauth", "secret", "token", "jwt", "credential", "cookie"),
    *("authorization", "signature", "assertion", "samlresponse", "_auth"),
)
_KEY = re.compile(rf"(?:{_KEY_OF})[ _.-]?\Z")
_LONGEST_KEY = max(map(len, _KEYS)) + 1
# What a literal may be the beginning of; where nothing follows, it stands for itself.
_REST = {"pass": re.compile(r"word|wd|phrase|code|"), "_auth": re.compile(r"(?![a-z])")}

_FAMILY = re.compile(
    rf"(?P<KEY>(?:{_KEY_OF})key)"
    r"|(?P<PASSWORD>pass(?:word|wd|phrase|code)|pwd|requirepass|masterauth|pass$|(?<=.)auth$)"
    r"|(?P<AUTHORIZATION>authorization)|(?P<COOKIE>cookies?)|(?P<SIGNATURE>signature)"
    r"|(?P<TOKEN>token|jwt|assertion|samlresponse)|(?P<SECRET>secret)"
    r"|(?P<CREDENTIAL>credentials?)",
)

# What follows the word and makes it the name of something harmless: PasswordLastUsed.
_ABOUT = re.compile(
    r"arn|name|alias|ident|manager|version|ref(?:erence)?$|path|file|dir|count|type|policy"
    r"|policies|rotat|stage|provider|class|store|option|length|age$|expir|last|reset|required"
    r"|enabled|ur[li]|endpoint|host|change|attempt|min|max|field|rule|history|reuse|prevent"
    r"|ttl|bucket|issu|use|source|process|code$|time|date|at$|ids?$|schema|limit|size|quota"
    r"|scope|status|state|format|algorithm|method|header|valid|label|smanager",
)
# What may follow "token" or "key" where they still name the secret itself.
_STILL = re.compile(
    r"(?:value|string|text|plain|plaintext|hash|raw|b64|base64|enc|encrypted|old|new|current"
    r"|previous|prod|production|dev|staging|test|live|primary|secondary|main|ro|rw|pem|data|base"
    r"|json)?\d*",
)
# Tokens that page through a listing or make a call idempotent open no door.
_HARMLESS_BEFORE = {
    Family.TOKEN: re.compile(
        r"(?:next|page|pagination|paging|continuation|clientrequest|client|request|idempotency"
        r"|idempotent|starting|start|marker|cursor|forward|backward|previous|query|fencing|fence"
        r"|resume|sequence|retry|unexpected|lock|shard|upload|max|min|num|total|prompt"
        r"|completion|input|output|available|remaining)$",
    ),
    Family.KEY: re.compile(r"(?:public|partition|sort|hash|range|primary|foreign|cache)$"),
}
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_KINDS = (
    (re.compile(r"secretaccesskey|awssecret"), "aws-secret-key"),
    (re.compile(r"sessiontoken|securitytoken"), "aws-session-token"),
    (re.compile(r"privatekey"), "private-key"),
)


def mentions_secrets(low: str) -> bool:
    """Tell whether any secret's word stands in a text of lower-case letters; quick."""
    return any(map(low.__contains__, LITERALS)) or mentions_key(low)


def mentions_key(low: str) -> bool:
    """Tell whether the word key stands there after one that makes it a secret's; quick."""
    return "key" in low and next(_keys(low), None) is not None


def secret_words(low: str) -> list[tuple[int, int]]:
    """Return where the words stand that may make a name a secret's, in order."""
    return sorted((*_words(low), *_keys(low)))


def _words(low: str) -> Iterator[tuple[int, int]]:
    for literal in LITERALS:
        start = low.find(literal)
        while start >= 0:
            end = start + len(literal)
            rest = _REST[literal].match(low, end) if literal in _REST else None
            if rest is not None or literal not in _REST:
                yield start, rest.end() if rest else end
            start = low.find(literal, end)


def _keys(low: str) -> Iterator[tuple[int, int]]:
    start = low.find("key")
    while start >= 0:
        before = _KEY.search(low, max(0, start - _LONGEST_KEY), start)
        if before:
            yield before.start(), start + len("key")
        start = low.find("key", start + len("key"))


@lru_cache(maxsize=2048)
def secret_name(name: str) -> SecretName | None:
    """Tell what kind of secret a name promises; None where it promises none.

    The last word decides: token_secret is a secret, secret_token a token.
    """
    parts = [part.lower() for part in _PARTS.findall(name)]
    flat = "".join(parts)
    words = tuple(_FAMILY.finditer(flat))
    if not words:
        return None
    word = words[-1]
    family = Family[word.lastgroup or ""]
    after = flat[word.end() :]
    if _is_about(family, after) or _is_harmless(family, parts, flat[: word.start()]):
        return None
    return SecretName(family=family, kind=_kind(family, flat))


def _is_about(family: Family, after: str) -> bool:
    if family in {Family.PASSWORD, Family.SECRET, Family.COOKIE}:
        return _ABOUT.match(after) is not None
    return _STILL.fullmatch(after) is None


def _is_harmless(family: Family, parts: list[str], before: str) -> bool:
    harmless = _HARMLESS_BEFORE.get(family)
    word = harmless.search(before) if harmless else None
    if word is None:
        return False
    # "admin" ends in "min": the harmless word must begin where a part of the name does.
    begins, at = set(), 0
    for part in parts:
        begins.add(at)
        at += len(part)
    return word.start() in begins


def _kind(family: Family, flat: str) -> str:
    for pattern, kind in _KINDS:
        if pattern.search(flat):
            return kind
    return family.value
