"""What can go wrong while asking AWS, and what a person can type wrong.

AwsError            raised by a Reader; caught in `run` alone, which makes it Unanswered
  Denied            the credentials may not ask this
  Throttled         AWS asks us to slow down, or our own rate budget is used up
  Missing           the resource, or a word needed to find it, is not there
  Unreachable       no answer from AWS, or no usable credentials
  TimedOut          the diagnosis's own deadline came first
  Broken            an answer that cannot be read
NotAsked            raised by a gather whose question does not arise here
UsageError          its text is for the person who typed
EvidenceError       a file of recorded evidence cannot be used
"""

from typing import ClassVar

from diagnostics.model import Why


class AwsError(Exception):
    """A question to AWS that was not answered; `detail` is one sentence for a person."""

    why: ClassVar[Why] = Why.BROKEN

    def __init__(self, detail: str, *, needs: tuple[str, ...] = (), code: str = "") -> None:
        """Keep the sentence, the IAM actions that would help, and AWS's own error code."""
        super().__init__(detail)
        self.detail = detail
        self.needs = needs
        self.code = code


class Denied(AwsError):  # noqa: N818 - it names what happened, as a word of the design
    """The credentials may not ask this."""

    why: ClassVar[Why] = Why.DENIED


class Throttled(AwsError):  # noqa: N818 - as above
    """AWS asks us to slow down, or our own rate budget does not reach."""

    why: ClassVar[Why] = Why.THROTTLED


class Missing(AwsError):  # noqa: N818 - as above
    """The resource, or a word needed to find it, is not there."""

    why: ClassVar[Why] = Why.MISSING


class Unreachable(AwsError):  # noqa: N818 - as above
    """No answer from AWS, or no usable credentials."""

    why: ClassVar[Why] = Why.UNREACHABLE


class TimedOut(AwsError):  # noqa: N818 - as above
    """The diagnosis's own deadline came first."""

    why: ClassVar[Why] = Why.TIMED_OUT


class Broken(AwsError):  # noqa: N818 - as above
    """An answer that cannot be read."""

    why: ClassVar[Why] = Why.BROKEN


BY_WHY: dict[Why, type[AwsError]] = {
    error.why: error for error in (Denied, Throttled, Missing, Unreachable, TimedOut, Broken)
}


class NotAsked(Exception):  # noqa: N818 - as above
    """The question does not arise here; the text says why."""


class UsageError(ValueError):
    """Words, a file or a name that cannot be understood; the text is for the person."""


class EvidenceError(UsageError):
    """A file of recorded evidence cannot be used; the text says why."""
