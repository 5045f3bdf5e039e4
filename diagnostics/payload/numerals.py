"""DynamoDB's numbers: their syntax, precision and magnitude, read from their text."""

import re
from dataclasses import dataclass
from enum import StrEnum

# Source: DynamoDB Developer Guide, "Supported data types and naming rules", Number:
# 38 digits; positive 1E-130 to 9.99...E+125, negative likewise.
MOST_DIGITS = 38
GREATEST_EXPONENT = 125
LEAST_EXPONENT = -130
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?:(?P<whole>[0-9]+)(?:\.(?P<part>[0-9]*))?|\.(?P<only>[0-9]+))"
    r"(?:[eE](?P<exponent>[+-]?[0-9]+))?",
)
_LONGEST_EXPONENT = 9  # digits; a longer one is out of range anyhow


class Flaw(StrEnum):
    """What is wrong with a number; the text is the server's message."""

    SYNTAX = "The parameter cannot be converted to a numeric value"
    DIGITS = "Attempting to store more than 38 significant digits in a Number"
    OVERFLOW = (
        "Number overflow. Attempting to store a number with magnitude larger than supported range"
    )
    UNDERFLOW = (
        "Number underflow. Attempting to store a number with magnitude smaller than supported range"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeral:
    """A number in the one form that equal numbers share."""

    is_negative: bool
    digits: str  # significant ones, no zero at either end; empty: the number is zero
    exponent: int  # of the first significant digit

    @property
    def size_bytes(self) -> int:
        """Bytes of the value; a byte for two significant digits, and one more."""
        return (len(self.digits) + 1) // 2 + 1


def numeral(written: str) -> Numeral | None:
    """Read a number's text; None where it is none."""
    found = _NUMBER.fullmatch(written)
    if found is None:
        return None
    whole = found["whole"] or ""
    digits = whole + (found["part"] or found["only"] or "")
    led = digits.lstrip("0")
    if not led:
        return Numeral(is_negative=False, digits="", exponent=0)
    first = len(whole) - 1 - (len(digits) - len(led))
    return Numeral(
        is_negative=found["sign"] == "-",
        digits=led.rstrip("0"),
        exponent=first + _exponent(found["exponent"]),
    )


def flaw(read: Numeral | None) -> Flaw | None:
    """Return why DynamoDB would not store the number."""
    if read is None:
        return Flaw.SYNTAX
    if not read.digits:
        return None
    if read.exponent > GREATEST_EXPONENT:
        return Flaw.OVERFLOW
    if read.exponent < LEAST_EXPONENT:
        return Flaw.UNDERFLOW
    return Flaw.DIGITS if len(read.digits) > MOST_DIGITS else None


def _exponent(written: str | None) -> int:
    if not written:
        return 0
    sign, digits = written[0] == "-", written.lstrip("+-").lstrip("0")
    size = int(digits[:_LONGEST_EXPONENT] or "0") if len(digits) <= _LONGEST_EXPONENT else 10**9
    return -size if sign else size
