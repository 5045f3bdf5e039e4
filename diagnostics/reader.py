"""The port through which checks read AWS."""

import contextvars
import threading
from collections.abc import Callable
from typing import Any, Protocol, TypeVar, overload

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
T = TypeVar("T")


class Answer(dict[str, Any]):
    """AWS's answer as botocore spells it, all pages together, redacted.

    Times are aware UTC datetimes cut to milliseconds. `capped` says that the page cap
    was reached, so what is absent may merely not have been read.
    """

    capped: bool = False


class Reader(Protocol):
    """Answers questions about one place: an account and a region."""

    @property
    def region(self) -> str:
        """Where the questions go."""
        ...

    @property
    def account(self) -> str | None:
        """Whose account is read; None: the credentials' own, not looked up yet."""
        ...

    @property
    def calls(self) -> int:
        """How many calls went to AWS so far, pages counted, over every place."""
        ...

    def at(self, *, region: str | None = None, account: str | None = None) -> "Reader":
        """Return the same reader turned to another region or account."""
        ...

    def read(self, op: str, /, **params: Any) -> Answer:  # noqa: ANN401 - AWS's own JSON
        """Return AWS's answer to `op` ("service:Operation"), all pages together.

        Raises an AwsError where AWS does not answer.
        """
        ...

    def find(self, op: str, /, **params: Any) -> Answer | None:  # noqa: ANN401 - as above
        """Return the answer, or None where AWS says that there is no such thing."""
        ...


@overload
def side_by_side(first: Callable[[], A], second: Callable[[], B], /) -> tuple[A, B]: ...


@overload
def side_by_side(
    first: Callable[[], A], second: Callable[[], B], third: Callable[[], C], /
) -> tuple[A, B, C]: ...


@overload
def side_by_side(*asks: Callable[[], T]) -> tuple[T, ...]: ...


def side_by_side(*asks: Callable[[], Any]) -> tuple[Any, ...]:
    """Return what each ask returns, all asked at the same time, in the order given.

    Raises the first error in that order, after all have ended. A thread each: what is
    scarce is calls under way, and the reader itself limits those, so nested use cannot
    starve.
    """
    results: list[Any] = [None] * len(asks)
    errors: list[BaseException | None] = [None] * len(asks)

    def ask(place: int) -> None:
        try:
            results[place] = asks[place]()
        except BaseException as error:  # noqa: BLE001 - carried to the caller below
            errors[place] = error

    threads = [
        threading.Thread(target=contextvars.copy_context().run, args=(ask, place), daemon=True)
        for place in range(1, len(asks))
    ]
    for thread in threads:
        thread.start()
    if asks:
        ask(0)
    for thread in threads:
        thread.join()
    for error in errors:
        if error is not None:
            raise error
    return tuple(results)
