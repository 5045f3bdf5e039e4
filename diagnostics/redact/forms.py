"""Secrets known by their own form: vendors' tokens, webhooks, authorization schemes.

Forms follow the vendors' documentation of their token formats and the rule families of
gitleaks; each begins at a boundary and is bounded, so that no text makes them slow.
"""

import base64
import re
import string
from collections.abc import Iterator

from diagnostics.redact.spans import MARK, Span

_TOKENS = (
    ("aws-session-token", r"(?:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz|AQoDYXdz|AQoEXAMPLE)[\w+/=-]{20,}"),
    ("aws-bearer-token", r"ABSK[A-Za-z0-9+/]{60,}={0,2}|bedrock-api-key-[\w+/=-]{20,}"),
    ("aws-mws-token", r"amzn\.mws\.[0-9a-f-]{36}"),
    ("slack-token", r"xox[a-z](?:\.xox[a-z])?-[\w-]{8,}|xapp-[\w-]{8,}|xwfp-[\w-]{8,}"),
    ("github-token", r"gh[pousr]_\w{16,}|github_pat_\w{16,}"),
    ("gitlab-token", r"gl(?:pat|dt|rt|ptt|cbt|ft|soat|agent|imt)-[\w.-]{16,}|GR1348941[\w-]{16,}"),
    ("google-key", r"AIza[\w-]{30,}|GOCSPX-[\w-]{20,}|ya29\.[\w.-]{20,}|1//0[\w-]{30,}"),
    ("stripe-key", r"(?:sk|rk)_(?:live|test|prod)_\w{10,}|whsec_[\w+/=]{16,}"),
    ("npm-token", r"npm_\w{30,}"),
    ("pypi-token", r"pypi-[\w-]{40,}"),
    ("sendgrid-key", r"SG\.[\w-]{16,64}\.[\w-]{16,}"),
    ("twilio-key", r"SK[0-9a-f]{32}(?!\w)"),
    ("mailgun-key", r"key-[0-9a-f]{32}(?!\w)"),
    ("newrelic-key", r"NRAK-[A-Z0-9]{20,}|NRII-[\w-]{20,}"),
    ("openai-key", r"sk-(?:proj-|svcacct-|admin-|ant-)?[\w-]{20,}"),
    ("huggingface-token", r"hf_[A-Za-z0-9]{30,}"),
    ("digitalocean-token", r"do[opr]_v1_[0-9a-f]{40,}"),
    ("shopify-token", r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    ("square-token", r"sq0[a-z]{3}-[\w-]{20,}"),
    ("vault-token", r"hv[sbr]\.[\w-]{20,}"),
    ("terraform-token", r"[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{40,}"),
    ("databricks-token", r"dapi[0-9a-f]{32}(?:-\d)?(?!\w)"),
    ("grafana-token", r"gl(?:c|sa)_[\w+/=]{20,}"),
    ("doppler-token", r"dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{30,}"),
    ("docker-token", r"dckr_(?:pat|oat)_[\w-]{20,}"),
    ("rubygems-key", r"rubygems_[0-9a-f]{40,}"),
    ("planetscale-token", r"pscale_(?:tkn|pw|oauth)_[\w.=-]{20,}"),
    ("sentry-token", r"sntry[su]_[\w+/=.-]{30,}"),
    ("linear-key", r"lin_api_\w{20,}"),
    ("postman-key", r"PMAK-[0-9a-f]{24}-[0-9a-f]{20,}"),
    ("atlassian-token", r"ATATT3[\w=-]{40,}"),
    ("notion-token", r"ntn_[A-Za-z0-9]{40,}"),
    ("azure-secret", r"[\w~.-]{3}[78]Q~[\w~.-]{31,34}"),
    ("telegram-token", r"\d{8,10}:AA[\w-]{32,}"),
    ("age-key", r"AGE-SECRET-KEY-1[A-Z0-9]{40,}"),
    ("groq-key", r"gsk_\w{30,}"),
    ("heroku-key", r"HRKU-[\w-]{30,}"),
)
_FORMS = "|".join(f"(?P<{kind.replace('-', '_')}>{form})" for kind, form in _TOKENS)
_TOKEN = re.compile(f"(?<![A-Za-z0-9])(?:{_FORMS})")
# How the forms above begin: up to their first sign, or glued to what follows.
_HEADS = frozenset(
    {
        *(f"xox{letter}" for letter in string.ascii_lowercase),
        *("xapp", "xwfp", "ghp", "gho", "ghu", "ghs", "ghr", "github", "bedrock", "GOCSPX"),
        *("glpat", "gldt", "glrt", "glptt", "glcbt", "glft", "glsoat", "glagent", "glimt"),
        *("sk", "rk", "whsec", "npm", "pypi", "NRAK", "NRII", "hf", "dop", "doo", "dor"),
        *("shpat", "shpca", "shppa", "shpss", "glc", "glsa", "dckr", "rubygems", "pscale"),
        *("sntrys", "sntryu", "lin", "PMAK", "ntn", "AGE", "gsk", "HRKU"),
    },
)
_GLUED = (
    *("IQoJb3JpZ2lu", "FwoGZXIvYXdz", "FQoGZXIvYXdz", "AQoDYXdz", "AQoEXAMPLE", "ABSK", "AIza"),
    *("SK", "dapi", "GR1348941", "ATATT3", "sq0"),
)
_PIECE = re.compile(r"[A-Za-z0-9]+")
SCHEME_WORDS = ("bearer", "basic ", "sig=", "curl ", "identified")
# These may hold a dot or a colon near their beginning, where a run of letters ends.
DOTTED = (
    *("xoxe.", "ya29.", "SG.", "hvs.", "hvb.", "hvr.", ".atlasv1.", "dp.", "amzn.mws"),
    *("Q~", ":AA", "eyJ", "1//0", "key-"),
)

_JWT = re.compile(r"(?<![\w-])eyJ[\w-]{8,}+\.[\w-]{8,}+(?:\.[\w-]*+){0,4}")
_ACCESS_KEY_ID = re.compile(
    r"(?<![A-Z0-9])(?P<id>(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})(?![A-Z0-9])"
    r"(?P<secret>[^A-Za-z0-9\s]{1,4}[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/]))?",
)
ACCESS_KEY_PREFIXES = ("AKIA", "ASIA", "A3T", "ABIA", "ACCA")
_SLACK_HOOK = re.compile(
    r"hooks\.slack(?:-gov)?\.com/(?P<secret>[\w+/-]{6,})"
    r"|slack(?:-msgs)?\.com/link/?\?(?:[^\s\"']{0,200}&)?ticket=(?P<ticket>[^\s&\"']+)",
)
_OTHER_HOOK = re.compile(
    r"(?:discord(?:app)?\.com/api/webhooks/\d+/|outlook\.office\.com/webhook/"
    r"|\.webhook\.office\.com/webhookb2/|events\.pagerduty\.com/integration/"
    r"|api\.telegram\.org/bot)(?P<secret>[\w@:./-]{8,})",
)
_BEARERS = ("bearer", "apikey", "splunk", "geniekey", "genie-key")
_BEARER = re.compile(
    r"\b(?:bearer|apikey|splunk|genie-?key)\s{1,4}(?=[a-z._~+/=-]{0,80}\d)"
    r"(?P<secret>[\w.~+/=-]{16,})",
)
_BASIC = re.compile(r"\bbasic\s{1,4}(?P<secret>[a-z0-9+/_-]{8,}={0,2})(?![\w-])")
_SAS = re.compile(r"[?&;]sig=(?P<secret>[^\s&;\"'<>]{8,})")
_NAKED_SIGNATURE = re.compile(r"signature:\s{1,4}(?P<secret>[0-9a-f]{64})(?![0-9a-f])")
_SQL = re.compile(r"identified\s{1,4}(?:with\s{1,4}\S{1,40}\s{1,4})?by\s{1,4}'(?P<secret>[^'\n]+)")
_CURL = re.compile(
    r"\bcurl\b[^\n]{0,300}?\s(?:-u|--user|--proxy-user)[\s=]{0,4}[\"']?[^\s:\"']{1,64}:"
    r"(?P<secret>[^\s\"']+)",
)
DSN_MARKS = ("@tcp", "@udp", "@unix")
_GO_DSN = re.compile(r"(?<=:)(?P<secret>[^\s:\"'<>]{1,128})@(?=(?:tcp|udp|unix)\d?\()")
_ORACLE = re.compile(r"jdbc:oracle:thin:[^/\s\"']{1,64}/(?P<secret>[^@\s\"']{1,128})@")


def begins_token(run: str) -> bool:
    """Tell whether a token of a known form may stand in a run of letters; quick."""
    pieces = _PIECE.findall(run)
    return not _HEADS.isdisjoint(pieces) or any(piece.startswith(_GLUED) for piece in pieces)


def known_tokens(text: str) -> Iterator[Span]:
    """Yield every token that its vendor gave a form of its own."""
    for token in _TOKEN.finditer(text):
        kind = (token.lastgroup or "").replace("_", "-")
        yield Span(start=token.start(), end=token.end(), kind=kind)
    if "eyJ" in text:
        for jwt in _JWT.finditer(text):
            yield Span(start=jwt.start(), end=jwt.end(), kind="jwt")


def access_keys(text: str) -> Iterator[Span]:
    """Yield AWS access key ids and a secret key right beside one.

    The placeholder keeps what tells keys apart: long-lived (AKIA) or temporary (ASIA),
    and the last four letters, which AWS's own command line shows too.
    """
    for found in _ACCESS_KEY_ID.finditer(text):
        key = found["id"]
        kind = f"aws-access-key-id:{key[:4]}..{key[-4:]}"
        yield Span(start=found.start("id"), end=found.end("id"), kind=kind)
        if found["secret"]:
            yield Span(start=found.end() - 40, end=found.end(), kind="aws-secret-key")


def hooks(text: str) -> Iterator[Span]:
    """Yield the part of a webhook's URL that lets anybody post."""
    for found in _SLACK_HOOK.finditer(text):
        group = found.lastgroup or ""
        yield Span(start=found.start(group), end=found.end(group), kind="slack-webhook")
    yield from _secrets(_OTHER_HOOK, text, "webhook")


def schemes(text: str, low: str) -> Iterator[Span]:
    """Yield what follows an authorization scheme, a SAS or SQL keyword.

    `low` is the text in lower case, letter for letter.
    """
    if any(map(low.__contains__, _BEARERS)):
        yield from _secrets(_BEARER, low, "authorization")
    if "sig=" in low:
        yield from _secrets(_SAS, low, "signature")
    if "signature:" in low:
        yield from _secrets(_NAKED_SIGNATURE, low, "signature")
    if "identified" in low:
        yield from _secrets(_SQL, low, "password")
    if "curl " in low and ("-u" in low or "user" in low):
        yield from _secrets(_CURL, low, "password")
    if "basic " in low:
        yield from _basic(text, low)


def _basic(text: str, low: str) -> Iterator[Span]:
    for basic in _secrets(_BASIC, low, "authorization"):
        if _is_user_and_password(text[basic.start : basic.end]):
            yield basic


def connection_strings(text: str) -> Iterator[Span]:
    """Yield the passwords of Go's and Oracle's connection strings."""
    if any(map(text.__contains__, DSN_MARKS)):
        yield from _secrets(_GO_DSN, text, "url-password")
    if "jdbc:oracle:" in text:
        yield from _secrets(_ORACLE, text, "url-password")


def _secrets(pattern: re.Pattern[str], text: str, kind: str) -> Iterator[Span]:
    for found in pattern.finditer(text):
        is_placeholder = found["secret"].startswith(MARK) or text.endswith(
            MARK, 0, found.start("secret")
        )
        if not is_placeholder:
            yield Span(start=found.start("secret"), end=found.end("secret"), kind=kind)


def _is_user_and_password(encoded: str) -> bool:
    try:
        return b":" in base64.b64decode(encoded)
    except ValueError:
        return False
