"""The options of typed words: the title and keys of `declare`, the keys of `list`."""

from collections.abc import Collection
from difflib import get_close_matches

from diagnostics import arn
from diagnostics.errors import UsageError
from handlers.incidents.commands import Declare
from handlers.incidents.model import Severity, State, Subject
from handlers.incidents.search import KEYS, Filter, Scope
from handlers.incidents.text import FACT_CHARS, clean_line
from handlers.incidents.typed import (
    Line,
    Token,
    channel_in,
    flat,
    key_and_value,
    quoted,
    user_in,
)

# What each word takes, for the sentence that says so.
USAGE = {
    "declare": "incident declare TITLE [sev=1..4] [table=NAME] [drill]",
    "list": "incident list [open|all|mine|key=value]",
    "show": "incident show [ID]",
    "ack": "incident ack [ID] [TEXT]",
    "mitigate": "incident mitigate [ID] [TEXT]",
    "resolve": "incident resolve [ID] [TEXT]",
    "reopen": "incident reopen [ID] [TEXT]",
    "assign": "incident assign [ID] @user",
    "sev": "incident sev [ID] N",
    "note": "incident note [ID] TEXT",
    "merge": "incident merge ID INTO",
    "timeline": "incident timeline [ID]",
    "export": "incident export [ID] [json|markdown]",
    "stats": "incident stats [since=30d]",
    "help": "incident help",
}

DECLARED_KEYS = ("sev", "table", "index", "service", "region", "account")

YES_OR_NO = frozenset({"yes", "no"})


def near(word: str, known: Collection[str]) -> str | None:
    """Return the known word that is meant, where one is close."""
    close = get_close_matches(word.casefold()[:40], list(known), n=1)
    return close[0] if close else None


def declared(line: Line) -> Declare:
    """Return the incident to open: a title, and options anywhere outside of quotes.

    Raises:
        UsageError: no title, an unknown key, a value that cannot be.
    """
    pairs: dict[str, str] = {}
    title: list[Token] = []
    for token in line.tokens:
        pair = key_and_value(token)
        if pair is None:
            title.append(token)
            continue
        _keep(pairs, pair, token)
    drill = bool(title) and not title[-1].is_quoted and title[-1].text.casefold() == "drill"
    words = [flat(token.raw.replace('"', "")) for token in (title[:-1] if drill else title)]
    if not "".join(words).strip():
        raise UsageError(f"An incident needs a title: {USAGE['declare']}")
    sev = pairs.get("sev")
    return Declare(
        title=" ".join(words),
        severity=None if sev is None else severity_in(sev, USAGE["declare"]),
        drill=drill,
        subject=_subject(pairs),
    )


def _keep(pairs: dict[str, str], pair: tuple[str, str], token: Token) -> None:
    key, value = pair
    if key not in DECLARED_KEYS:
        close = near(key, DECLARED_KEYS)
        hint = f"did you mean {close}=" if close else f"keys are {'= '.join(DECLARED_KEYS)}="
        raise UsageError(f"{quoted(token.text)}: {hint}; put the title in quotes to keep it so.")
    if not value:
        raise UsageError(f"{quoted(token.text)} needs a value: {USAGE['declare']}")
    if key in pairs:
        raise UsageError(f"{quoted(token.text)}: {key}= was said twice; say it once.")
    pairs[key] = clean_line(flat(value), FACT_CHARS)


def _subject(pairs: dict[str, str]) -> Subject:
    table = pairs.get("table")
    named = arn.parse(table)
    return Subject(
        service=pairs.get("service") or ("dynamodb" if table else None),
        table=arn.name_of(table) if table else None,
        index=pairs.get("index"),
        region=pairs.get("region") or (named.region if named else None) or None,
        account=pairs.get("account") or (named.account if named else None) or None,
        resource_type="table" if table else None,
        resource=arn.name_of(table) if table else None,
    )


def severity_in(value: str, usage: str) -> Severity:
    """Return the severity: 2, sev2 and SEV-2 are the same.

    Raises:
        UsageError: not 1 to 4.
    """
    number = value.casefold().removeprefix("sev").removeprefix("-")
    if number not in {"1", "2", "3", "4"}:
        raise UsageError(f"{quoted(value)} is no severity; it is 1 (the worst) to 4: {usage}")
    return Severity(int(number))


def filter_in(line: Line, me: str | None) -> Filter:
    """Return which incidents a list shows.

    Raises:
        UsageError: an unknown word or key, or a value the key cannot have.
    """
    scope = Scope.OPEN
    keys: list[tuple[str, str]] = []
    for token in line.tokens:
        pair = key_and_value(token)
        if pair is not None:
            keys.append(_checked(pair, token, me))
        elif token.text.casefold() in set(Scope):
            scope = Scope(token.text.casefold())
        else:
            close = near(token.text, tuple(Scope)) or "open, all or mine"
            raise UsageError(f"{quoted(token.text)}: say {close}: {USAGE['list']}")
    return Filter(scope=scope, keys=tuple(keys))


def _checked(pair: tuple[str, str], token: Token, me: str | None) -> tuple[str, str]:
    key, value = pair
    if key not in KEYS:
        close = near(key, tuple(KEYS))
        hint = f"did you mean {close}=" if close else f"keys are {'= '.join(KEYS)}="
        raise UsageError(f"{quoted(token.text)}: {hint}")
    if not value:
        raise UsageError(f"{quoted(token.text)} needs a value: {USAGE['list']}")
    return key, _value(key, value, me)


def _value(key: str, value: str, me: str | None) -> str:
    match key:
        case "sev":
            return str(int(severity_in(value, USAGE["list"])))
        case "state":
            return _one_of(value, tuple(State))
        case "drill" | "actions":
            return _one_of(value, tuple(YES_OR_NO))
        case "assignee":
            return (me if value == "me" else user_in(value)) or flat(value)
        case "channel":
            return channel_in(value) or flat(value)
        case "table":
            return arn.name_of(flat(value))
        case _:
            return flat(value)


def _one_of(value: str, known: tuple[str, ...]) -> str:
    if value.casefold() in known:
        return value.casefold()
    close = near(value, known)
    hint = f"did you mean {close}?" if close else f"it is one of {', '.join(sorted(known))}."
    raise UsageError(f"{quoted(value)} does not exist; {hint}")
