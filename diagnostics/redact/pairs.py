"""Secrets known by their name: password=..., "token": "...", Authorization: ..., --secret ..."""

import re
import string
from collections.abc import Iterator

from diagnostics.redact.names import Family, SecretName, secret_name, secret_words
from diagnostics.redact.spans import MARK, Span

_LONGEST_HEAD = 48  # letters of a name before the word that makes it a secret's
_TAIL = re.compile(r"[\w.-]{0,40}")
_IN_NAME = string.ascii_letters + string.digits + "_-."

# Between name and value: = : => := "..." and {"name": ..., "value": ...}, YAML, XML, Ruby.
_SEPARATOR = re.compile(
    r"""(?P<close>["'`]?\]?)[ \t]{0,8}"""
    r"""(?P<operator>=>|:=|==?|:|>|["']?,?\s{0,4}["']?\w{0,12}[Vv]alue["']?[ ]{0,4}[:=])"""
    r"""(?:[ \t]{0,16}(?!\s)|\s{0,16}(?=["']))"""
    # DynamoDB's own wrapping of a value: {"S": "..."}
    r"""(?:\{\s{0,4}["']?(?:[SNBsn]|[Ss]tring|[Vv]alue|stringValue)["']?\s{0,4}[:=]\s{0,4})?""",
)
_FLAG = re.compile(r"(?P<close>)(?P<operator>[ \t]{1,4})(?!-)")
_SPACE_AND_QUOTE = re.compile(r"(?P<close>)(?P<operator>[ \t]{1,4})(?=')")
_VALUE = re.compile(
    r"""(?P<reference>[$]\{[^}\s]{0,200}\}|\{\{[^}\n]{0,200}\}\}|[$]\([^)\n]{0,200}\))"""
    r"""|[bBuUrR]?"(?P<double>(?:[^"\\\n]|\\.)*+)"""
    r"""|[bBuUrR]?'(?P<single>(?:[^'\\\n]|\\.)*+)"""
    r"""|\[(?P<list>[^\[\]{}]{0,4000})\]"""
    # A comma, an ampersand or a bracket ends it only where something new begins after it.
    r"""|(?P<bare>(?:[^\s"'`<>,;&()\[\]{}\\]"""
    r"""|[,;&()\[\]{}](?!\s|\Z|[,;&()\[\]{}"'.]|[\w.-]{1,40}[=:])|\\(?!["'nrtu\\/]))++)""",
    re.DOTALL,
)
_ELEMENT = re.compile(r"[^<]{1,2000}")
_COOKIES = re.compile(r"[^\n\"'\\]+")
_SCHEMED = re.compile(
    r"(?i:bearer|basic|token|negotiate|apikey|ntlm|key|splunk|genie-?key)[ \t]{1,4}"
    r"(?P<secret>[^\s\"'\\,;]+)|(?i:digest)[ \t]{1,4}(?P<digest>[^\n]+)",
)

# What stands in the place of a secret and is none.
_BENIGN = re.compile(
    r"(?i:none|null|nil|true|false|yes|no|undefined|nan|empty|unset|unknown|missing|invalid"
    r"|expired|required|not|is|was|the|ok|failed|disabled|enabled|x{3,})"
    r"|[*]+|[.]{3,}|•+|-+|<[\w -]*>|[$]\{[^}]*\}|\{\{.*\}\}|[$][A-Z_][A-Z0-9_]*|[$]\([^)]*\)"
    r"|%[a-z]|arn:aws[\w-]*:.*"
    r"|\W{0,2}(?i:redacted|hidden|masked|dropped|filtered|sensitive|hidden_due_to_security_reasons)"
    r"(?:[: ][\w -]*)?\W{0,2}",
    re.DOTALL,
)
_FILE = re.compile(
    r"file:.*|(?:[A-Za-z]:\\|~?/|\./)[\w./\\ -]*\.(?:pem|key|crt|json|txt|env|p8|p12|jks|ya?ml)"
    r"|/(?:var|run|etc|mnt|home|opt|tmp|usr|root|app)/[\w./-]*",
)
_SCOPE = re.compile(
    r"(?:[A-Z0-9]{16,}|\[redacted:[^\]]*\])(?:/|%2[fF])\d{8}(?:/|%2[fF])"
)  # of X-Amz-Credential
_SIGNATURE = re.compile(r"(?=\D*\d)[\w+/=%~.-]{16,}")
_SECRETISH = re.compile(r"(?=\D*\d).{8,}|.{20,}", re.DOTALL)
_FEWEST_DIGITS = 5  # "pass=12" counts tests, "pass=12345" is one
_PROSE = frozenset({Family.TOKEN, Family.KEY, Family.COOKIE, Family.AUTHORIZATION})


def named_secrets(text: str, low: str) -> Iterator[Span]:
    """Yield the value of every secret name; `low` is the text in lower case."""
    done = 0
    for word_start, word_end in secret_words(low):
        if word_start < done:
            continue
        start, end = _name(text, word_start, word_end)
        done = end
        separator = _separator(text, start, end)
        name = secret_name(text[start:end]) if separator else None
        span = _secret(text, start, end, separator, name) if separator and name else None
        if span:
            done = span.end
            yield span


def holds(value: str, called: str, name: SecretName, *, is_assigned: bool = True) -> bool:
    """Tell whether the value under this name is a secret rather than prose about one."""
    if not _is_worth_it(value) or value.startswith(("AWS4-", '"AWS4-', "'AWS4-")):
        return False
    called = called.lower()
    if called in {"pwd", "oldpwd"} and value[0] in "/~.":
        return False
    if called == "pass" and (not is_assigned or (value.isdigit() and len(value) < _FEWEST_DIGITS)):
        return False
    if name.family is Family.SIGNATURE:
        return _SIGNATURE.fullmatch(value) is not None
    if name.family is Family.CREDENTIAL:
        return is_assigned and not _SCOPE.match(value) and bool(_SECRETISH.fullmatch(value))
    if called.endswith("s") and not called.endswith("pass") and not is_assigned:
        return bool(_SECRETISH.fullmatch(value))
    if name.family is Family.COOKIE and "=" in value:
        return True
    return is_assigned or name.family not in _PROSE or bool(_SECRETISH.fullmatch(value))


def _is_worth_it(value: str) -> bool:
    """Tell whether a value is more than a word for nothing, an ARN or a file's path."""
    return bool(value) and not (
        value.startswith(MARK) or _BENIGN.fullmatch(value) or _FILE.fullmatch(value)
    )


def _name(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the whole name stands that the word from start to end is part of."""
    head = text[max(0, start - _LONGEST_HEAD) : start]
    tail = _TAIL.match(text, end)
    return start - len(head) + len(head.rstrip(_IN_NAME)), tail.end() if tail else end


def _separator(text: str, start: int, end: int) -> re.Match[str] | None:
    separator = _SEPARATOR.match(text, end)
    if separator is None:
        return (_FLAG if text.startswith("--", start) else _SPACE_AND_QUOTE).match(text, end)
    before = text[start - 1 : start]
    if separator["operator"] == ">":
        return separator if before in {"<", ":"} else None
    # arn:...:secret:name is a name; so is secretsmanager:GetSecretValue.
    is_part = separator[0] == ":" and before in {":", "/"}
    is_prose = text[max(0, start - 11) : start].lower() == "unexpected "
    return None if is_part or is_prose else separator


def _secret(
    text: str, start: int, end: int, separator: re.Match[str], name: SecretName
) -> Span | None:
    at = separator.end()
    operator = separator["operator"]
    is_sql = separator.re is _SPACE_AND_QUOTE
    if text.startswith(MARK, at) or (is_sql and name.family is not Family.PASSWORD):
        return None
    place = _schemed(text, at) if name.family is Family.AUTHORIZATION else None
    place = place or _value(text, at, operator, name)
    if place is None:
        return None
    first, last, is_quoted = place
    is_assigned = is_quoted or operator in {"=", "=>", ":="} or separator.re is _FLAG
    if not holds(text[first:last], text[start:end], name, is_assigned=is_assigned):
        return None
    return Span(start=first, end=last, kind=name.kind)


def _schemed(text: str, at: int) -> tuple[int, int, bool] | None:
    """Return where the credentials stand after "Bearer", "Basic" and their like."""
    scheme = _SCHEMED.match(text, at + (text[at : at + 1] in {'"', "'"}))
    if scheme is None:
        return None
    group = scheme.lastgroup or ""
    return scheme.start(group), scheme.end(group), True


def _value(text: str, at: int, operator: str, name: SecretName) -> tuple[int, int, bool] | None:
    """Return where the value stands and whether it is quoted."""
    if operator == ">":
        element = _ELEMENT.match(text, at)
        return (element.start(), element.end(), True) if element else None
    if name.family is Family.COOKIE and operator == ":":
        cookies = _COOKIES.match(text, at)
        if cookies:
            return cookies.start(), cookies.end(), False
    value = _VALUE.match(text, at)
    if value is None:
        return None
    group = value.lastgroup or ""
    if group == "reference":
        return None
    if group == "list" and not any(quote in value["list"] for quote in "\"'"):
        return None
    return value.start(group), value.end(group), group != "bare"
