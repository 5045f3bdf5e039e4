"""How problems are worded: names that may be shown, and each kind of refusal."""

import difflib
import re
from collections.abc import Iterable

from diagnostics.payload.model import Cause, Code, Problem
from diagnostics.redact import text

_LONGEST_SHOWN = 80  # letters of a name; attribute names may be 64 KB long
_UNPRINTABLE = re.compile(r"[^\x20-\x7e\xa1-\uffff]")
_SEPARATORS = re.compile(r"[^a-z0-9]")
_JSON_TYPES: tuple[tuple[type, str, str], ...] = (
    (bool, "a boolean", "TRUE_VALUE"),
    (str, "a string", "STRING_VALUE"),
    (int, "a number", "NUMBER_VALUE"),
    (float, "a number", "DECIMAL_VALUE"),
    (dict, "an object", "Start of structure or map"),
    (list, "a list", "Start of list"),
)


def shown(name: object) -> str:
    """Return a name as it may be shown: no secret, no control letters, not too long."""
    printable = _UNPRINTABLE.sub("?", text(str(name)))
    if len(printable) <= _LONGEST_SHOWN:
        return printable
    return f"{printable[:_LONGEST_SHOWN]}... ({len(str(name)):,} letters)"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that was most likely meant, other than by its exact spelling."""
    known = list(known)
    flat = _flat(name)
    alike = [candidate for candidate in known if _flat(candidate) == flat]
    return next(iter(alike or difflib.get_close_matches(name[:255], known, n=1)), None)


def hint(name: str, known: Iterable[str], ask: str = "did you mean") -> str:
    """Return ' (did you mean "x"?)' where a known name is near."""
    meant = nearest(name, known)
    return f' ({ask} "{shown(meant)}"?)' if meant else ""


def listed(names: Iterable[str]) -> str:
    """Return names for a sentence."""
    return ", ".join(map(shown, names))


def validation(at: str, says: str, message: str, cause: Cause = Cause.VALIDATION) -> Problem:
    """Return what DynamoDB refuses after reading the request."""
    return Problem(code=Code.VALIDATION, path=at, says=says, message=message, cause=cause)


def serialization(at: str, says: str, message: str) -> Problem:
    """Return what DynamoDB cannot even read."""
    return Problem(code=Code.SERIALIZATION, path=at, says=says, message=message)


def client(at: str, says: str, message: str) -> Problem:
    """Return what an SDK refuses before anything is sent."""
    return Problem(code=Code.CLIENT, path=at, says=says, message=message)


def wrong_type(at: str, held: object, wanted: str, java: str) -> Problem:
    """Return the refusal of a JSON value of another type than the protocol wants."""
    phrase, token = json_type(held)
    message = (
        f"{token} found where not expected"
        if token.startswith("Start")
        else f"{token} cannot be converted to {java}"
    )
    return serialization(at, f"{at} is {phrase} in the JSON and must be {wanted}.", message)


def json_type(held: object) -> tuple[str, str]:
    """Return what a JSON value is, for a person and in the words of DynamoDB's parser."""
    for kind, phrase, token in _JSON_TYPES:
        if isinstance(held, kind):
            return phrase, token
    return "null", "NULL_VALUE"


def _flat(name: str) -> str:
    return _SEPARATORS.sub("", name.lower())
