"""What an AWS SDK's error in a message says: the diagnosis' own reading, made fit for an alert.

An alert's prose also holds numbers and words that a pasted error would mean as such: "HTTP 500s
from DynamoDB" in an alarm's description is no error code.
"""

import re
from dataclasses import dataclass

from diagnostics.symptom import read_error

MAX_CHARS = 16_000
MAX_EXCERPT = 2_000

OTHER_SERVICE = "other"  # how the reading calls a service of AWS's that it does not know
# How SDKs call an answer without a body. The status beside it is then all there is.
WITHOUT_BODY = re.compile(r"\bUnknownError\b|\bSerializationError\b")
BROKEN_PIPE = re.compile(r"\bEPIPE\b|\bbroken pipe\b", re.IGNORECASE)  # not a "CodePipeline"
TELLS = re.compile(
    r"error|exception|timeout|timed out|could not|refused|reset|denied", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SdkError:
    """An SDK's error, read."""

    code: str  # AWS's code, the client's class, or the HTTP status where that is all
    service: str | None  # None: nothing proves whose it is
    operation: str | None
    region: str | None
    excerpt: str  # the error's words, from the line that names it


def read_sdk_error(text: str) -> SdkError | None:
    """Return what the error of an AWS SDK in a text says, or None."""
    text = text[:MAX_CHARS]
    reading = read_error(text)
    if reading is None or (reading.code == "EPIPE" and not BROKEN_PIPE.search(text)):
        return None
    if reading.code.isdigit() and reading.sdk is None and not WITHOUT_BODY.search(text):
        return None
    return SdkError(
        code=reading.code,
        service=None if reading.service == OTHER_SERVICE else reading.service,
        operation=reading.operation,
        region=reading.region,
        excerpt=_excerpt(text, reading.code),
    )


def _excerpt(text: str, code: str) -> str:
    told = TELLS.search(text)
    at = text.find(code)
    if at < 0:
        at = told.start() if told else 0
    return text[text.rfind("\n", 0, at) + 1 :][:MAX_EXCERPT].strip()
