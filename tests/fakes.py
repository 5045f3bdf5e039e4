"""Fakes of our own ports; each remembers what was asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from diagnostics.reader import Answer

Given = Mapping[str, Any] | Exception | Callable[..., Any] | None


@dataclass(slots=True, kw_only=True)
class FakeReader:
    """A Reader over a dict of answers by operation.

    An answer is a mapping, an exception to raise, None (there is no such thing), or a
    function of the parameters that returns one of these. An operation without an answer
    is a mistake of the test.
    """

    answers: Mapping[str, Given]
    region: str = "eu-west-1"
    account: str | None = "123456789012"
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    places: list[tuple[str | None, str | None]] = field(default_factory=list)

    @property
    def calls(self) -> int:
        return len(self.asked)

    def at(self, *, region: str | None = None, account: str | None = None) -> "FakeReader":
        self.places.append((region, account))
        return FakeReader(
            answers=self.answers,
            region=region or self.region,
            account=account or self.account,
            asked=self.asked,
            places=self.places,
        )

    def read(self, op: str, /, **params: Any) -> Answer:  # noqa: ANN401 - AWS's own JSON
        answer = self.find(op, **params)
        if answer is None:
            message = f"the test has no answer for {op} {params}"
            raise LookupError(message)
        return answer

    def find(self, op: str, /, **params: Any) -> Answer | None:  # noqa: ANN401 - as above
        self.asked.append((op, params))
        given = self.answers[op]
        if callable(given):
            given = given(**params)
        if isinstance(given, Exception):
            raise given
        if given is None or isinstance(given, Answer):
            return given
        return Answer(given)
