"""Values of DynamoDB items in logged requests: masked, while names and types stay."""

import re
from collections.abc import Iterator

from diagnostics.redact.layers import Layer, layers, lowered
from diagnostics.redact.spans import MARK, Span

KIND = "value"
_TYPE = "S|N|B|BOOL|NULL|SS|NS|BS"
_QUOTED = r""""(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'"""

# {"S": "x"}, {'N': '1'}, { S: 'x' }, {S: x,}, AttributeValue(S=x), AttributeValueMemberS{Value:"x"}
_TYPED = re.compile(
    rf"""(?:\{{\s{{0,40}}(?P<name>["']?)(?:{_TYPE})(?P=name)\s{{0,4}}[:=]"""
    rf"""|AttributeValue\((?:{_TYPE})="""
    rf"""|AttributeValueMember(?:{_TYPE})\{{\s{{0,40}}Value:)\s{{0,40}}[bu]?"""
    rf"""(?P<value>{_QUOTED}|\[[^\[\]{{}}]*+\]|[^\s,{{}}()\[\]"'][^{{}}()\[\]\n]{{0,2000}})""",
    re.DOTALL,
)
_RUST = re.compile(r"""\b(?:S|N|Ss|Ns)\(\s{0,40}(?P<value>"(?:[^"\\]|\\.)*+")""", re.DOTALL)

# The members of requests and answers that hold attributes by name, plain or typed.
_HOLDERS = ("item", "key", "values", "image", "updates")
_HOLDER_END = re.compile(r"""s?["']?\s{0,4}(?:=>|[:=])?\s{0,40}(?=[\[{])""")
_HOLDER_HEAD = re.compile(
    r"(?<![a-z0-9])(?:|last_?evaluated_?|exclusive_?start_?|item_?collection_?|old_?|new_?"
    r"|attribute_?|expression_?attribute_?)\Z",
)
_LONGEST_HEAD = 24
_PIECE = re.compile(
    rf"""(?P<masked>\[redacted:[^\]]*\])|(?P<open>[\[{{(])|(?P<close>[\]}})])|(?P<quoted>{_QUOTED})"""
    r"""|(?P<bare>[^\s\[\]{}(),:="']+)|[\s,:=]+|["']""",
    re.DOTALL,
)
_NAMED_NEXT = re.compile(r"\s{0,4}(?:=>|[:=(])")
_NAME = re.compile(r"[A-Za-z_#:$][\w.#:$-]*")
_STATEMENTS = ('from "', 'into "', 'update "')
_STATEMENT = re.compile(r"""\b(?:from|into|update) "[\w.-]{1,255}"[^\n]{0,8192}""", re.IGNORECASE)
_LITERAL = re.compile(r"""'(?P<text>(?:[^'\n]|'')*+)'|(?<=[=<>, \[])(?P<number>-?\d[\d.eE+-]*)""")
_GATES = ("{", "(", "[", ' "')


def item_values(message: str) -> Iterator[Span]:
    """Yield every value of an item that a logged request or answer carries."""
    if not any(map(message.__contains__, _GATES)):
        return
    for layer in layers(message):
        quote = "\\" * (2**layer.depth - 1) + '"'
        for span in _in_layer(layer, quote):
            start, end = layer.origin(span.start), layer.origin(span.end)
            yield Span(start=start, end=end, kind=KIND, quote=span.quote)


def _in_layer(layer: Layer, quote: str) -> Iterator[Span]:
    text = layer.text
    low = lowered(text)
    for typed in _TYPED.finditer(text):
        yield from _value(typed, quote if typed["name"] == '"' else "")
    if "S(" in text or "N(" in text:
        for rust in _RUST.finditer(text):
            yield from _value(rust, "")
    done = 0
    for start, end in sorted(_holders(low)):
        if start >= done:
            spans, done = _held(text, end, quote)
            yield from spans
    if any(map(low.__contains__, _STATEMENTS)):
        for statement in _STATEMENT.finditer(text):
            yield from _literals(statement)


def _holders(low: str) -> Iterator[tuple[int, int]]:
    """Yield where a member that holds attributes stands, and the bracket after it."""
    for word in _HOLDERS:
        start = low.find(word)
        while start >= 0:
            end = _HOLDER_END.match(low, start + len(word))
            if end and _HOLDER_HEAD.search(low, max(0, start - _LONGEST_HEAD), start):
                yield start, end.end()
            start = low.find(word, start + len(word))


def _value(found: re.Match[str], quote: str) -> Iterator[Span]:
    start, end = found.span("value")
    value = found["value"]
    if value.startswith("["):
        for element in re.finditer(_QUOTED, value, re.DOTALL):
            yield from _inside(start + element.start(), start + element.end(), element[0], "")
        return
    yield from _inside(start, end, value, quote)


def _inside(start: int, end: int, value: str, quote: str) -> Iterator[Span]:
    """Yield what stands inside the quotes, or the bare value with quotes around it."""
    if value[0] in "\"'":
        start, end, quote, value = start + 1, end - 1, "", value[1:-1]
    if value and not value.startswith(MARK):
        yield Span(start=start, end=end, kind=KIND, quote=quote)


def _held(text: str, start: int, quote: str) -> tuple[list[Span], int]:
    """Return the values between a bracket and its counterpart, and where that stands."""
    spans: list[Span] = []
    depth = 0
    at = start
    while piece := _PIECE.match(text, at):
        at = piece.end()
        if piece["open"]:
            depth += 1
        elif piece["close"]:
            depth -= 1
            if depth <= 0:
                break
        elif (piece["quoted"] or piece["bare"]) and not _is_name(text, piece):
            is_json = text[start + 1 : start + 40].lstrip(" \t\r\n{[").startswith('"')
            spans += _inside(*piece.span(), piece[0], quote if is_json else "")
    return spans, at


def _is_name(text: str, piece: re.Match[str]) -> bool:
    if not _NAMED_NEXT.match(text, piece.end()):
        return piece[0] in {"b", "u"} and text[piece.end() : piece.end() + 1] in {'"', "'"}
    return bool(piece["quoted"]) or _NAME.fullmatch(piece[0]) is not None


def _literals(statement: re.Match[str]) -> Iterator[Span]:
    for literal in _LITERAL.finditer(statement[0]):
        group = literal.lastgroup or ""
        if literal[group]:
            start = statement.start() + literal.start(group)
            yield Span(start=start, end=start + len(literal[group]), kind=KIND)
