"""The errors that Web API methods answer with."""

from collections.abc import Iterable
from typing import Any

from tests.slack_server.schema import Problem


class ApiError(Exception):
    """A method refuses: `ok: false` with this `error`, and whatever stands beside it."""

    def __init__(self, error: str, **beside: Any) -> None:  # noqa: ANN401 - JSON of any shape
        super().__init__(error)
        self.error = error
        self.beside = beside


def invalid(error: str, problems: Iterable[object]) -> ApiError:
    """An error that says in `errors` and `response_metadata.messages` what it dislikes."""
    says = [str(problem) for problem in problems]
    messages = {"messages": [f"[ERROR] {line}" for line in says]}
    return ApiError(error, errors=says, response_metadata=messages)


def refuse(problems: Iterable[Problem]) -> None:
    """Raise the first kind of these problems, with all of that kind; do nothing without any.

    Raises:
        ApiError: what Slack answers.
    """
    listed = [problem for problem in problems if problem.error != "text_truncated"]
    if listed:
        error = listed[0].error
        raise invalid(error, (problem for problem in listed if problem.error == error))
