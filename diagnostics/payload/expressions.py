"""Expressions and their placeholders: what DynamoDB refuses before it reads any item."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from diagnostics.payload.keyconditions import (
    KEY_CONDITION,
    key_condition_problems,
    untabled_problems,
)
from diagnostics.payload.model import Problem, TableShape
from diagnostics.payload.problems import hint, listed, shown, validation, wrong_type
from diagnostics.payload.tokens import (
    FUNCTIONS,
    PARAMETERS,
    Kind,
    Token,
    reserved_words,
    tokens,
)
from diagnostics.payload.updates import update_problems
from diagnostics.payload.values import size_of, value_problems

# Source: DynamoDB Developer Guide, "Quotas", expression parameters: 4 KB an expression,
# 300 operators, 100 operands of IN; 2 MB for all substitution variables together.
MOST_EXPRESSION_BYTES = 4096
MOST_OPERANDS = 100
MOST_SUBSTITUTION_BYTES = 2 * 1024 * 1024
_LEGACY = (
    *("AttributesToGet", "AttributeUpdates", "ConditionalOperator", "Expected"),
    *("KeyConditions", "QueryFilter", "ScanFilter"),
)
_FOREIGN = {"==": "=", "!=": "<>", "&&": "AND", "||": "OR", "!": "NOT"}
NAMES, VALUES = "ExpressionAttributeNames", "ExpressionAttributeValues"


def expression_problems(
    action: Mapping[str, Any], at: str, table: TableShape | None
) -> Iterator[Problem]:
    """Yield what is wrong with the expressions of one request or action."""
    names = _mapping(action, NAMES)
    values = _mapping(action, VALUES)
    pieces: dict[str, tuple[Token, ...]] = {}
    for parameter in PARAMETERS:
        written = action.get(parameter)
        if isinstance(written, str):
            problem = _unreadable(parameter, written, f"{at}{parameter}")
            if problem:
                yield problem
            else:
                pieces[parameter] = tokens(parameter, written)
    for parameter, parts in pieces.items():
        yield from _part_problems(parameter, parts, f"{at}{parameter}")
        yield from _undefined(parameter, parts, names, values, f"{at}{parameter}")
    yield from _placeholder_problems(action, at, pieces)
    yield from _style_problems(action, at)
    if "UpdateExpression" in pieces:
        parts = pieces["UpdateExpression"]
        yield from update_problems(parts, names, values, f"{at}UpdateExpression", table)
    if KEY_CONDITION not in pieces:
        return
    if table is None:
        yield from untabled_problems(pieces[KEY_CONDITION], at)
    else:
        yield from key_condition_problems(pieces, names, values, at, action, table)


def _mapping(action: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    held = action.get(name)
    return held if isinstance(held, Mapping) else {}


def _unreadable(parameter: str, written: str, at: str) -> Problem | None:
    size = len(written.encode("utf-8", "surrogatepass"))
    if not written.strip():
        return validation(
            at, f"{at} is empty.", f"Invalid {parameter}: The expression can not be empty;"
        )
    if size > MOST_EXPRESSION_BYTES:
        return validation(
            at,
            f"{at} has {size:,} bytes; an expression may have {MOST_EXPRESSION_BYTES:,}.",
            f"Invalid {parameter}: Expression size has exceeded the maximum allowed size",
        )
    return None


def _part_problems(parameter: str, parts: tuple[Token, ...], at: str) -> Iterator[Problem]:
    syntax = f"Invalid {parameter}: Syntax error"
    opened = sum(part.text == "(" for part in parts)
    closed = sum(part.text == ")" for part in parts)
    if opened != closed:
        yield validation(at, f"{at} opens {opened} and closes {closed} brackets.", syntax)
    foreign = _foreign_signs(parts)
    if foreign:
        yield validation(at, f"{at} writes {foreign}.", syntax)
    elif any(part.kind is Kind.LITERAL for part in parts):
        yield validation(
            at,
            f"{at} holds a value written out; expressions take values from placeholders such as"
            f" :v alone, defined in {VALUES}.",
            syntax,
        )
    elif any(part.kind is Kind.ODD for part in parts):
        yield validation(at, f"{at} holds a sign that DynamoDB's expressions do not know.", syntax)
    yield from _word_problems(parameter, parts, at)
    yield from _operand_problems(parameter, parts, at)


def _foreign_signs(parts: tuple[Token, ...]) -> str | None:
    """Return which operator of another language was written, and DynamoDB's own."""
    written = [part.text for part in parts]
    pairs = {first + second for first, second in pairwise(written)}
    found = next((sign for sign in _FOREIGN if sign in pairs or sign in written), None)
    return f"{found} where DynamoDB writes {_FOREIGN[found]}" if found else None


def _word_problems(parameter: str, parts: tuple[Token, ...], at: str) -> Iterator[Problem]:
    reserved = dict.fromkeys(
        part.text
        for part in parts
        if part.kind is Kind.ATTRIBUTE and part.text.upper() in reserved_words()
    )
    for word in reserved:
        yield validation(
            at,
            f"{at} uses {word}, a reserved word; write #{word} and define it in {NAMES}.",
            f"Invalid {parameter}: Attribute name is a reserved keyword; reserved keyword: {word}",
        )
    known = FUNCTIONS[parameter]
    for part in dict.fromkeys(part for part in parts if part.kind is Kind.FUNCTION):
        if part.text not in known:
            yield validation(
                at,
                f"{at} calls {shown(part.text)}, which is no function here"
                f"{hint(part.text, known)}.",
                f"Invalid {parameter}: Invalid function name; function: {shown(part.text)}",
            )


def _operand_problems(parameter: str, parts: tuple[Token, ...], at: str) -> Iterator[Problem]:
    for place, part in enumerate(parts):
        if part.kind is not Kind.KEYWORD or part.text.upper() != "IN":
            continue
        count = 0
        for operand in parts[place + 1 :]:
            if operand.text == ")":
                break
            count += operand.kind in {Kind.VALUE, Kind.ATTRIBUTE, Kind.NAME}
        if count > MOST_OPERANDS:
            yield validation(
                at,
                f"{at} gives IN {count} operands; it takes {MOST_OPERANDS}.",
                f"Invalid {parameter}: The IN operator is provided with too many operands;"
                f" number of operands: {count}",
            )


def _undefined(
    parameter: str,
    parts: tuple[Token, ...],
    names: Mapping[str, Any],
    values: Mapping[str, Any],
    at: str,
) -> Iterator[Problem]:
    for part in dict.fromkeys(parts):
        if part.kind is Kind.NAME and part.text not in names:
            yield validation(
                at,
                f"{at} uses {shown(part.text)}, which {NAMES} does not define"
                f"{hint(part.text, names)}.",
                f"Invalid {parameter}: An expression attribute name used in the document path is"
                f" not defined; attribute name: {shown(part.text)}",
            )
        if part.kind is Kind.VALUE and part.text not in values:
            yield validation(
                at,
                f"{at} uses {shown(part.text)}, which {VALUES} does not define"
                f"{hint(part.text, values)}.",
                f"Invalid {parameter}: An expression attribute value used in expression is not"
                f" defined; attribute value: {shown(part.text)}",
            )


def _placeholder_problems(
    action: Mapping[str, Any], at: str, pieces: Mapping[str, tuple[Token, ...]]
) -> Iterator[Problem]:
    used = {part.text for parts in pieces.values() for part in parts}
    has_expression = any(isinstance(action.get(parameter), str) for parameter in PARAMETERS)
    is_readable = all(parameter in pieces for parameter in PARAMETERS if parameter in action)
    for parameter, sign in ((NAMES, "#"), (VALUES, ":")):
        held = action.get(parameter)
        if not isinstance(held, Mapping):
            continue
        path = f"{at}{parameter}"
        if not held:
            says = f"{path} is empty; leave it out."
            yield validation(path, says, f"{parameter} must not be empty")
        elif not has_expression:
            says = f"{path} defines {listed(held)} and the request has no expression."
            message = f"{parameter} can only be specified when using expressions"
            yield validation(path, says, message)
        yield from _definition_problems(parameter, sign, held, path)
        unused = [name for name in held if name not in used and name.startswith(sign)]
        if has_expression and is_readable and unused:
            message = (
                f"Value provided in {parameter} unused in expressions: keys: {{{listed(unused)}}}"
            )
            yield validation(
                path, f"{path} defines {listed(unused)}, which no expression uses.", message
            )


def _definition_problems(
    parameter: str, sign: str, held: Mapping[str, Any], path: str
) -> Iterator[Problem]:
    for name, meant in held.items():
        if not name.startswith(sign) or len(name) == len(sign):
            yield validation(
                path,
                f"{path} defines {shown(name)}, and such a placeholder begins with {sign}.",
                f'{parameter} contains invalid key: Syntax error; key: "{shown(name)}"',
            )
        if parameter == VALUES:
            yield from value_problems(meant, f"{path}.{shown(name)}")
        elif not isinstance(meant, str):
            yield wrong_type(f"{path}.{shown(name)}", meant, "an attribute's name", "String")
    size = sum(size_of(meant) for meant in held.values()) if parameter == VALUES else 0
    if size > MOST_SUBSTITUTION_BYTES:
        yield validation(
            path,
            f"{path} has {size:,} bytes; all placeholders together may have"
            f" {MOST_SUBSTITUTION_BYTES:,}.",
            f"{parameter} exceed the maximum allowed size",
        )


def _style_problems(action: Mapping[str, Any], at: str) -> Iterator[Problem]:
    legacy = [name for name in _LEGACY if action.get(name) is not None]
    modern = [name for name in PARAMETERS if action.get(name) is not None]
    if legacy and modern:
        yield validation(
            at.rstrip(".") or legacy[0],
            f"The request mixes {listed(legacy)} of the old style with {listed(modern)}; use"
            " expressions alone.",
            "Can not use both expression and non-expression parameters in the same request:"
            f" Non-expression parameters: {{{listed(legacy)}}} Expression parameters:"
            f" {{{listed(modern)}}}",
        )
