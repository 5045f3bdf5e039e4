"""DynamoDB's expressions taken apart: attributes, placeholders, keywords, signs."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

_TOKEN = re.compile(
    r"\s+|(?P<name>#[A-Za-z0-9_]+)|(?P<value>:[A-Za-z0-9_]+)|(?P<index>\[\s*[0-9]+\s*\])"
    r"|(?P<number>[0-9][0-9A-Za-z_.]*)|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign><=|>=|<>|[=<>+,.()-])|(?P<odd>.)",
    re.DOTALL,
)


class Kind(StrEnum):
    """What a token is."""

    ATTRIBUTE = "attribute"  # a name written out
    NAME = "name"  # a placeholder of a name: #n
    VALUE = "value"  # a placeholder of a value: :v
    KEYWORD = "keyword"
    FUNCTION = "function"
    INDEX = "index"  # [3]
    SIGN = "sign"
    LITERAL = "literal"  # a number or quoted text, which no expression may hold
    ODD = "odd"  # a letter DynamoDB does not know


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One piece of an expression."""

    kind: Kind
    text: str


CONDITION_WORDS = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN"})
UPDATE_WORDS = frozenset({"SET", "REMOVE", "ADD", "DELETE"})
CONDITION_FUNCTIONS = frozenset(
    {
        "attribute_exists",
        "attribute_not_exists",
        "attribute_type",
        "begins_with",
        "contains",
        "size",
    },
)
UPDATE_FUNCTIONS = frozenset({"if_not_exists", "list_append"})
_KEYWORDS = {
    "ConditionExpression": CONDITION_WORDS,
    "FilterExpression": CONDITION_WORDS,
    "KeyConditionExpression": CONDITION_WORDS,
    "UpdateExpression": UPDATE_WORDS,
    "ProjectionExpression": frozenset[str](),
}
FUNCTIONS = {
    "ConditionExpression": CONDITION_FUNCTIONS,
    "FilterExpression": CONDITION_FUNCTIONS,
    "KeyConditionExpression": CONDITION_FUNCTIONS,
    "UpdateExpression": UPDATE_FUNCTIONS,
    "ProjectionExpression": frozenset[str](),
}
PARAMETERS = tuple(_KEYWORDS)


@cache
def reserved_words() -> frozenset[str]:
    """Return the words no expression may use as an attribute's name, in upper case."""
    path = resources.files("diagnostics.payload").joinpath("reserved.json")
    lines = json.loads(path.read_text(encoding="utf-8"))["words"]
    return frozenset(word for line in lines for word in line.split())


def tokens(parameter: str, expression: str) -> tuple[Token, ...]:
    """Return the pieces of the expression given as `parameter`, without spaces."""
    found = [match for match in _TOKEN.finditer(expression) if match.lastgroup]
    return tuple(
        Token(kind=_kind(parameter, found, place), text=match[0])
        for place, match in enumerate(found)
    )


def top_names(pieces: tuple[Token, ...], names: Mapping[str, object]) -> Iterator[tuple[int, str]]:
    """Yield each top-level attribute with its place, placeholders resolved."""
    for place, piece in enumerate(pieces):
        is_nested = place > 0 and pieces[place - 1].text == "."
        if piece.kind in {Kind.ATTRIBUTE, Kind.NAME} and not is_nested:
            yield place, resolved(piece, names)


def resolved(piece: Token, names: Mapping[str, object]) -> str:
    """Return the attribute's name that a token stands for."""
    return str(names.get(piece.text, piece.text)) if piece.kind is Kind.NAME else piece.text


def _kind(parameter: str, found: list[re.Match[str]], place: int) -> Kind:
    match = found[place]
    group = match.lastgroup or ""
    if group == "word":
        return _word_kind(parameter, found, place)
    if group == "odd":
        return Kind.LITERAL if match[0] in "'\"`" else Kind.ODD
    return Kind.LITERAL if group == "number" else Kind(group)


def _word_kind(parameter: str, found: list[re.Match[str]], place: int) -> Kind:
    before = found[place - 1][0] if place else ""
    after = found[place + 1][0] if place + 1 < len(found) else ""
    if before == ".":
        return Kind.ATTRIBUTE
    word = found[place][0].upper()
    if word in _KEYWORDS[parameter] and not (word in UPDATE_WORDS and after in {"=", ",", "."}):
        return Kind.KEYWORD
    return Kind.FUNCTION if after == "(" else Kind.ATTRIBUTE
