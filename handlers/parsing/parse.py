"""Words in, what was asked out: one grammar for terminal and Slack."""

import re
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from diagnostics.errors import UsageError
from diagnostics.symptom import Reading, code_of, read_error
from diagnostics.symptom.codes import DYNAMODB_ONLY
from diagnostics.symptom.details import arns_in, host_in, region_in, table_in
from handlers.parsing import keys, links
from handlers.parsing.asked import Asked, Named
from handlers.parsing.typed import Line, Token, read_line, shown

SERVICES = {
    "dynamodb": "dynamodb",
    "dynamo": "dynamodb",
    "ddb": "dynamodb",
    "dax": "dynamodb",
    "aws/dynamodb": "dynamodb",
    "amazondynamodb": "dynamodb",
}
# Services people might try: named, so that the sentence can speak of a service.
OTHER_SERVICES = frozenset(
    {"s3", "sqs", "sns", "rds", "ec2", "ecs", "eks", "elb", "alb", "nlb", "lambda", "kinesis"}
    | {"aurora", "redshift", "elasticache", "opensearch", "apigateway", "cloudfront", "kms"}
    | {"route53", "sts", "iam", "cloudwatch", "documentdb", "neptune", "memorydb", "msk", "efs"},
)
EXAMPLE = "diagnose dynamodb 408 table=orders function=checkout"
SAY_WHAT = f"Say what failed: a code such as 408, or the error text in quotes; {EXAMPLE}."
MAX_TEXT = 40_000  # Slack's own limit; an SDK's error is far shorter
MOST_WORDS = 6  # of a failure in words: "request did not time out" is none
ENDS = " .,;:!?*~"
# A log group in a text. Source: each service's user guide on its CloudWatch log groups.
LOG_GROUP = re.compile(
    r"(?<![A-Za-z0-9_./-])(/aws/(?:lambda|ecs|eks|batch|codebuild|containerinsights|apprunner|"
    r"elasticbeanstalk|fargate)/[A-Za-z0-9_./#-]{1,300})",
)


def parse(words: str | Sequence[str], *, now: datetime) -> Asked:
    """Return what was asked.

    `words` is one string, or words that a shell has split. Raises UsageError with one
    sentence that quotes what was not understood and shows the nearest right form.
    """
    line = read_line(words)
    tokens = _without_command(line.tokens)
    if not tokens:
        raise UsageError(SAY_WHAT)
    text, rest = _split_text(line, tokens)
    reading = read_error(text) if text else None
    asked, free = _assigned(rest, now)
    service, error = _service_and_error(free)
    if text is None and error is None:
        raise UsageError(SAY_WHAT)
    asked = replace(
        asked,
        service=service,
        error=error or (reading.code if reading else None) or code_of(text or ""),
        text=text,
        named=_named(text, reading) if text else Named(),
    )
    _require_service(asked, reading)
    return asked


def _without_command(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    if tokens and tokens[0].value.lower().strip(ENDS + "/") == "diagnose":
        return tokens[1:]
    return tokens


def _split_text(line: Line, tokens: tuple[Token, ...]) -> tuple[str | None, tuple[Token, ...]]:
    """Return the pasted text, and the words around it."""
    texts = [token for token in tokens if _is_text(token)]
    if texts:
        text = "\n".join(token.value for token in texts)
        rest = tuple(token for token in tokens if token not in texts)
        return _cut_text(text), rest
    start = next((at for at, token in enumerate(tokens) if not _leads(token)), len(tokens))
    end = _trailing(tokens)
    middle = tokens[start:end]
    prose = [token for token in middle if not _is_word(token)]
    if len(prose) < 2 or _as_code(middle):  # noqa: PLR2004 - one odd word is a slip, two are prose
        return None, tokens
    text = line.source[middle[0].start : middle[-1].end]
    if read_error(text) is None:
        return None, tokens
    _refuse_slip(middle[-1])
    return _cut_text(text), tokens[:start] + tokens[end:]


def _is_text(token: Token) -> bool:
    if not token.is_text:
        return False
    pair = keys.key_and_value(token.value)
    if pair and pair[0] in keys.KEYS and "=" not in pair[1]:
        return read_error(token.value) is not None
    return True


def _leads(token: Token) -> bool:
    """Whether a word may stand before a text without being part of it."""
    pair = keys.key_and_value(token.value)
    return (
        bool(pair and pair[0] in keys.KEYS)
        or token.value.lower() in SERVICES
        or links.is_link(token.value)
    )


def _is_word(token: Token) -> bool:
    return (
        _leads(token)
        or keys.key_and_value(token.value) is not None
        or code_of(token.value) is not None
    )


def _trailing(tokens: tuple[Token, ...]) -> int:
    """Return where the keys after a text begin."""
    at = len(tokens)
    while at > 0:
        pair = keys.key_and_value(tokens[at - 1].value)
        if pair is None or pair[0] not in keys.KEYS:
            break
        at -= 1
    return at


def _refuse_slip(token: Token) -> None:
    """Refuse a last word of a text that is nearly one of our keys, rather than swallow it."""
    pair = keys.key_and_value(token.value)
    if pair and keys.nearest(pair[0], keys.SLIP):
        raise keys.unknown_key(pair[0])


def _cut_text(text: str) -> str:
    text = text.strip()
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT // 2] + "\n" + text[-MAX_TEXT // 2 :]


def _assigned(tokens: Sequence[Token], now: datetime) -> tuple[Asked, list[str]]:
    """Return what keys, ARNs and URLs say, and the words left over."""
    given: dict[str, str] = {}
    linked: list[tuple[str, Named]] = []
    free: list[str] = []
    for token in tokens:
        pair = keys.key_and_value(token.value)
        if pair:
            _give(given, *pair)
        elif links.is_link(token.value):
            linked.append((token.value, links.named_by(token.value)))
        else:
            free.append(token.value)
    asked = _from_links(linked)
    values = {key: READ[key](value, now) for key, value in given.items()}
    return _merged(asked, values), free


def _give(given: dict[str, str], key: str, value: str) -> None:
    if key not in keys.KEYS:
        raise keys.unknown_key(key)
    if key in given:
        raise UsageError(f"{key}= is given twice, as {shown(given[key])} and {shown(value)}.")
    value = value.rstrip(",;").strip("\"'`")
    if not value:
        raise UsageError(f"{key}= is empty: say {EXAMPLES[key]}.")
    given[key] = value


def _from_links(linked: Sequence[tuple[str, Named]]) -> Asked:
    asked = Asked()
    for word, named in linked:
        for field in fields(Named):
            name, value = field.name, getattr(named, field.name)
            if not value or name == "account":
                continue
            if name == "region":
                asked = replace(asked, arn_region=asked.arn_region or value)
            elif isinstance(value, tuple):
                asked = _with(asked, name, (*getattr(asked, name), *value))
            elif getattr(asked, name) in (None, value):
                asked = _with(asked, name, value)
            else:
                raise UsageError(f"{shown(word)} names a second {name}: one can be diagnosed.")
        if named.account and named.has_caller:
            asked = replace(asked, account=asked.account or named.account)
    return asked


def _merged(asked: Asked, values: dict[str, Any]) -> Asked:
    """Return what was asked with the typed keys in it, which go before ARNs and URLs."""
    table, index_of_table = values.pop("table", (None, None))
    index, table_of_index = values.pop("index", (None, None))
    for key, value in values.items():
        asked = _with(asked, FIELDS.get(key, key), value)
    asked = replace(
        asked,
        table=table or asked.table or table_of_index,
        index=index or index_of_table or asked.index,
    )
    named = links.of_arns(
        tuple(
            value
            for value in (asked.table, asked.function, asked.ecs, *asked.log_groups, asked.lb)
            if value and value.startswith("arn:")
        ),
    )
    caller = links.of_arns(
        tuple(
            value
            for value in (asked.function, asked.ecs, asked.role, *asked.log_groups)
            if value and value.startswith("arn:")
        ),
    )
    return replace(
        asked,
        arn_region=named.region or asked.arn_region,
        account=asked.account or caller.account,
    )


def _with(asked: Asked, name: str, value: object) -> Asked:
    changes: dict[str, Any] = {name: value}
    return replace(asked, **changes)


def _service_and_error(free: list[str]) -> tuple[str | None, str | None]:
    words = [word.strip(ENDS) for word in free]
    words = [word for word in words if word]
    named = [word for word in words if word.lower() in SERVICES]
    service = SERVICES[named[0].lower()] if named else None
    left = [word for word in words if word.lower() not in SERVICES]
    if not left:
        return service, None
    if len(left) <= MOST_WORDS:
        error = code_of(" ".join(left))
        if error:
            return service, error
    strange = next((word for word in left if code_of(word) is None), None)
    if strange is None:
        both = " and ".join(shown(word) for word in left[:2])
        raise UsageError(f"{both} are two errors: say one, as in {EXAMPLE}.")
    raise _not_understood(strange)


def _not_understood(word: str) -> UsageError:
    lower = word.lower()
    if lower in OTHER_SERVICES:
        return UsageError(
            f"{shown(word)} is a service I do not know; I know dynamodb: say {EXAMPLE}."
        )
    if lower.replace("_", "-") in keys.KEYS:
        return UsageError(f"{shown(word)} needs a value: say {EXAMPLES[lower.replace('_', '-')]}.")
    return UsageError(
        f"{shown(word)} is neither an error nor a service I know (dynamodb): say {EXAMPLE}, "
        "or put the error text in quotes.",
    )


def _as_code(tokens: Sequence[Token]) -> bool:
    words = [token.value for token in tokens if token.value.lower() not in SERVICES]
    return len(words) <= MOST_WORDS and code_of(" ".join(words)) is not None


def _named(text: str, reading: Reading | None) -> Named:
    """Return what a pasted text names: ARNs, hosts and log groups, never likely names."""
    found, host = links.of_arns(arns_in(text)), host_in(text)
    table, index = table_in(text)
    groups = tuple(dict.fromkeys(match.rstrip(".") for match in LOG_GROUP.findall(text)))
    principal = (
        links.of_arns((reading.denial.principal,)) if reading and reading.denial else Named()
    )
    return replace(
        found,
        region=region_in(host, text) or found.region,
        account=(reading.account if reading else None)
        or (found.account if found.has_caller else None),
        table=table or found.table,
        index=index or found.index,
        role=principal.role or found.role,
        log_groups=found.log_groups or groups,
    )


def _require_service(asked: Asked, reading: Reading | None) -> None:
    if asked.service or asked.table:
        return
    says = asked.text.lower() if asked.text else ""
    if "dynamodb" in says or (reading and reading.service in ("dynamodb", "dax")):
        return
    if asked.error in DYNAMODB_ONLY:
        return
    what = asked.error or (asked.text or "").split("\n")[0]
    raise UsageError(
        f"{shown(what)} may be any service's: name the service or a table, as in {EXAMPLE}."
    )


FIELDS = {"log-group": "log_groups"}
EXAMPLES = {
    "table": "table=orders",
    "index": "index=by-date",
    "function": "function=checkout",
    "ecs": "ecs=cluster/service",
    "role": "role=checkout-role",
    "log-group": "log-group=/aws/lambda/checkout",
    "subnets": "subnets=subnet-0a1b,subnet-0c2d",
    "lb": "lb=orders-alb",
    "region": "region=eu-west-1",
    "account": "account=123456789012",
    "since": "since=2h",
    "at": "at=2026-11-24T10:00Z",
}
READ: dict[str, Callable[[str, datetime], Any]] = {
    "table": lambda value, _: keys.read_table(value),
    "index": lambda value, _: keys.read_index(value),
    "function": lambda value, _: keys.read_function(value),
    "ecs": lambda value, _: keys.read_ecs(value),
    "role": lambda value, _: keys.read_role(value),
    "log-group": lambda value, _: keys.read_log_groups(value),
    "subnets": lambda value, _: keys.read_subnets(value),
    "lb": lambda value, _: keys.read_lb(value),
    "region": lambda value, _: keys.read_region(value),
    "account": lambda value, _: keys.read_account(value),
    "since": lambda value, _: keys.read_since(value),
    "at": keys.read_at,
}
