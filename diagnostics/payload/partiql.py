"""PartiQL statements: their verb, and as many parameters as placeholders."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from diagnostics.payload.members import listing
from diagnostics.payload.model import Problem
from diagnostics.payload.problems import validation
from diagnostics.payload.values import value_problems

_VERB = re.compile(r"\s*(?:select|insert|update|delete|exists)\b", re.IGNORECASE)
_QUOTED = re.compile(r"'(?:[^']|'')*+'|\"(?:[^\"]|\"\")*+\"")


def statement_problems(request: Mapping[str, Any], at: str) -> Iterator[Problem]:
    """Yield what is wrong with one statement; nothing of its text is repeated."""
    parameters = listing(request, "Parameters")
    for place, value in enumerate(parameters):
        yield from value_problems(value, f"{at}Parameters[{place}]")
    statement = request.get("Statement")
    if not isinstance(statement, str):
        return
    if not _VERB.match(statement):
        yield validation(
            f"{at}Statement",
            f"{at}Statement does not begin with SELECT, INSERT, UPDATE, DELETE or EXISTS.",
            "Statement wasn't well formed, can't be processed",
        )
    outside = _QUOTED.sub("", statement)
    if "'" in outside or '"' in outside:
        yield validation(
            f"{at}Statement",
            f"{at}Statement opens a quotation and does not close it.",
            "Statement wasn't well formed, can't be processed",
        )
    elif outside.count("?") != len(parameters):
        yield validation(
            f"{at}Parameters",
            f"{at}Statement has {outside.count('?')} placeholders (?) and {at}Parameters"
            f" {len(parameters)} values.",
            "Number of parameters in request and statement don't match.",
        )
