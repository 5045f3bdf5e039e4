"""Small rules that describe JSON shapes and name every departure in Slack's own words."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.slack_server.limits import LIMITS, Limit

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One reason why Slack refuses a payload."""

    says: str
    pointer: str  # JSON pointer into the request, such as /blocks/0/text
    error: str = "invalid_blocks"  # the `error` of the API's answer

    def __str__(self) -> str:
        return f"{self.says} [json-pointer:{self.pointer}]"


Rule = Callable[[object, str], Iterator[Problem]]


def within(length: int, limit: Limit, unit: str, pointer: str) -> Iterator[Problem]:
    """What a count of characters or items has to say to its limit."""
    if length > limit.most:
        most = (
            f"must be less than {limit.most + 1} characters"
            if unit == "characters"
            else f"no more than {limit.most} items allowed"
        )
        yield Problem(says=most, pointer=pointer)
    if length < limit.least:
        least = (
            f"must be more than {limit.least - 1} characters"
            if unit == "characters"
            else f"at least {limit.least} items required"
        )
        yield Problem(says=least, pointer=pointer)


def string(limit: str | None = None) -> Rule:
    def rule(value: object, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield Problem(says="must provide a string", pointer=pointer)
        elif limit is not None:
            yield from within(len(value), LIMITS[limit], "characters", pointer)

    return rule


def url(limit: str, *schemes: str) -> Rule:
    """A string that starts with one of these schemes (default: http and https)."""
    starts = tuple(f"{scheme}:" for scheme in schemes) or ("https://", "http://")

    def rule(value: object, pointer: str) -> Iterator[Problem]:
        yield from string(limit)(value, pointer)
        if isinstance(value, str) and not value.lower().startswith(starts):
            yield Problem(says="must be a valid URL", pointer=pointer)

    return rule


def flag(value: object, pointer: str) -> Iterator[Problem]:
    if not isinstance(value, bool):
        yield Problem(says="must provide a boolean", pointer=pointer)


def number(value: object, pointer: str) -> Iterator[Problem]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield Problem(says="must provide a number", pointer=pointer)


def whole(least: int = 0, most: int | None = None) -> Rule:
    def rule(value: object, pointer: str) -> Iterator[Problem]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield Problem(says="must provide an integer", pointer=pointer)
        elif value < least:
            yield Problem(says=f"must be greater than or equal to {least}", pointer=pointer)
        elif most is not None and value > most:
            yield Problem(says=f"must be less than or equal to {most}", pointer=pointer)

    return rule


def choice(*values: object) -> Rule:
    def rule(value: object, pointer: str) -> Iterator[Problem]:
        if not any(value == allowed and type(value) is type(allowed) for allowed in values):
            names = ", ".join(map(str, values))
            yield Problem(says=f"must be one of: {names}", pointer=pointer)

    return rule


def each(rule: Rule, limit: str | None = None) -> Rule:
    """An array whose items all follow one rule."""

    def check(value: object, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield Problem(says="must provide an array", pointer=pointer)
            return
        if limit is not None:
            yield from within(len(value), LIMITS[limit], "items", pointer)
        for index, item in enumerate(value):
            yield from rule(item, f"{pointer}/{index}")

    return check


def shape(
    required: Mapping[str, Rule] | None = None,
    optional: Mapping[str, Rule] | None = None,
    *,
    any_of: tuple[str, ...] = (),
) -> Rule:
    """An object with these fields and no others; of `any_of`, at least one is present."""
    needs = required or {}
    rules = {**needs, **(optional or {})}

    def check(value: object, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem(says="must provide an object", pointer=pointer)
            return
        for name in needs.keys() - value.keys():
            yield Problem(says=f"missing required field: {name}", pointer=pointer)
        if any_of and not value.keys() & set(any_of):
            yield Problem(says=f"missing one of: {', '.join(any_of)}", pointer=pointer)
        for name, item in value.items():
            if name in rules:
                yield from rules[name](item, f"{pointer}/{name}")
            elif name != "type":
                yield Problem(says=f"invalid additional property: {name}", pointer=pointer)

    return check


def typed(table: Mapping[str, Rule]) -> Rule:
    """An object whose `type` picks the rule; every other type is refused."""

    def check(value: object, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem(says="must provide an object", pointer=pointer)
            return
        kind = value.get("type")
        if kind is None:
            yield Problem(says="missing required field: type", pointer=pointer)
        elif not isinstance(kind, str) or kind not in table:
            yield Problem(says=f"unsupported type: {kind}", pointer=f"{pointer}/type")
        else:
            yield from table[kind](value, pointer)

    return check


def text_object(limit: str, *kinds: str) -> Rule:
    """A text object; `kinds` says which of plain_text and mrkdwn its place accepts."""
    words = {"text": string(limit)}
    table = {
        "plain_text": shape(words, {"emoji": flag}),
        "mrkdwn": shape(words, {"verbatim": flag}),
    }
    return typed({kind: table[kind] for kind in kinds or tuple(table)})


def blaming(error: str, problems: Iterator[Problem]) -> Iterator[Problem]:
    """The same problems under another `error`."""
    return (replace(problem, error=error) for problem in problems)
