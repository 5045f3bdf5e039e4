"""Fill the `{names}` of a remedy, in one pass, each value encoded for where it stands."""

import json
import re
import shlex
from collections.abc import Callable, Mapping

NAME = re.compile(r"\{([a-z][a-z0-9_]*)\}")

Encode = Callable[[str, str], str]  # (text before the name, value) -> what to write


def fill(text: str, values: Mapping[str, str], encode: Encode) -> str | None:
    """Return `text` with every `{name}` filled, or None where a value is missing.

    One pass: a value that looks like `{name}` itself stays as it is.
    """
    parts: list[str] = []
    end = 0
    for match in NAME.finditer(text):
        value = values.get(match.group(1))
        if not value:
            return None
        parts += [text[end : match.start()], encode(text[: match.start()], value)]
        end = match.end()
    return "".join([*parts, text[end:]])


def fill_prose(text: str, values: Mapping[str, str]) -> str:
    """Return `text` with its `{names}` filled; one without a value reads as its NAME."""
    return NAME.sub(lambda m: values.get(m.group(1)) or m.group(1).upper(), text)


def names_in(text: str) -> frozenset[str]:
    """Return the names a text wants filled."""
    return frozenset(NAME.findall(text))


def _shell(before: str, value: str) -> str:
    """Quote for a POSIX shell, inside or outside the quotes the command already opened."""
    quote = _open_quote(before)
    if quote == "'":
        return json.dumps(value)[1:-1].replace("'", "'\\''")
    if quote == '"':
        return re.sub(r'([\\"$`])', r"\\\1", value)
    return shlex.quote(value)


def _hcl(_before: str, value: str) -> str:
    # "${" and "%{" open templates inside HCL strings. Source: HCL native syntax
    # specification, "Template Expressions".
    return json.dumps(value)[1:-1].replace("${", "$${").replace("%{", "%%{")


def _code(_before: str, value: str) -> str:
    return json.dumps(value)[1:-1]


def _open_quote(text: str) -> str:
    quote = ""
    for char in text:
        if char == quote:
            quote = ""
        elif not quote and char in "'\"":
            quote = char
    return quote


FORMS: Mapping[str, Encode] = {"shell": _shell, "hcl": _hcl, "code": _code}
