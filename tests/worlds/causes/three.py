"""What every cause has here: a World of its own, a near-miss, and an innocent one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from diagnostics.evidence import Series, World
from diagnostics.model import Confidence
from tests.worlds.account import MINUTE, Account
from tests.worlds.stories import every

GROUP = "/aws/lambda/checkout"
OTHER_GROUP = "/aws/lambda/reports"
CUT_OFF = (
    "2026-11-20T10:00:12.010Z 3f1c6c1e-7a52-4b7e-9a0e-2f9d4f7c1a55 Task timed out after "
    "10.00 seconds"
)
READ_TIMEOUT = (
    "botocore.exceptions.ReadTimeoutError: Read timeout on endpoint URL: "
    '"https://dynamodb.eu-west-1.amazonaws.com/"'
)
HALF_AN_HOUR = every(30, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Three:
    """One cause, looked at from three sides."""

    truth: Callable[[], World]  # this cause is what is wrong
    near: str  # another cause, whose truth is of a symptom that this one produces too
    innocent: Callable[[], World]  # this is wrong somewhere, and has nothing to do with it
    surest: Confidence | None = Confidence.CONFIRMED  # what AWS's APIs let one say; None: nothing
    innocent_first: str | None = None  # what is really wrong there; None: nothing


def caller(*, runtime: str = "python3.12", **environment: str) -> Account:
    """Return an account whose function checkout calls an on-demand table."""
    account = Account()
    account.put_table()
    account.put_function("checkout", runtime=runtime, environment=environment)
    return account


def failing(account: Account, text: str, *, share: float = 0.2, group: str = GROUP) -> Account:
    """Let calls fail with this line for the last half hour; that share is still answered."""
    account.traffic.answered = ((-31, share),)
    account.log(group, text, HALF_AN_HOUR)
    return account


def says(code: str, message: str, operation: str = "PutItem") -> str:
    """Return an error as botocore prints it."""
    return f"An error occurred ({code}) when calling the {operation} operation: {message}"


def elsewhere(text: str, **words: Any) -> World:  # noqa: ANN401 - Request's fields
    """Return a healthy caller, and another function that logs this line all the time."""
    account = caller()
    account.put_function("reports")
    account.function = "checkout"
    account.log(OTHER_GROUP, text, HALF_AN_HOUR)
    return account.world(**{"error": "408", "function": "checkout"} | words)


def measured(
    account: Account,
    namespace: str,
    name: str,
    value: float,
    *,
    stat: str = "Sum",
    dimensions: Mapping[str, str] | None = None,
    start: int = -30,
    period: int = 60,
) -> None:
    """Add a metric that holds one value from minute `start` to now."""
    step = period // 60
    points = tuple((at * MINUTE, value) for at in range(start, 1, step))
    account.state.setdefault("metrics:", []).append(
        Series(
            namespace=namespace,
            name=name,
            dimensions=dict(dimensions or {}),
            stat=stat,
            period=period,
            points=points,
        ),
    )
