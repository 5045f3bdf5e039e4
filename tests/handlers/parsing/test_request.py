from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from diagnostics.errors import UsageError
from diagnostics.model import Request
from handlers.parsing import Account, Asked, Named, Workload, request_from, window, with_alert

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TABLE = "arn:aws:dynamodb:eu-north-1:210987654321:table/carts"
ACCOUNTS = (
    Account(alias="prod", id="210987654321", regions=("eu-north-1", "us-west-2")),
    Account(alias="dev", id="310987654321"),
)
REGIONS = ("eu-north-1", "us-west-2", "eu-west-3")
WORKLOADS = (
    Workload(table="carts", account="prod", function="cart-api"),
    Workload(table="carts", account="dev", ecs="main/cart"),
    Workload(table="users", account="prod", role="user-role"),
    Workload(table="users", role="second-role"),
)


def ask(asked: Asked, **given: Any) -> Request:  # noqa: ANN401 - any argument of request_from
    defaults: dict[str, Any] = {
        "now": NOW,
        "region": "eu-west-3",
        "account": None,
        "valid_region": REGIONS.__contains__,
        "known_regions": REGIONS,
        "accounts": ACCOUNTS,
        "workloads": WORKLOADS,
    }
    return request_from(asked, **defaults | given)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Asked(), (NOW - HOUR, NOW)),
        (Asked(since=2 * HOUR), (NOW - 2 * HOUR, NOW)),
        (Asked(at=NOW - 3 * HOUR), (NOW - 3.5 * HOUR, NOW - 2.5 * HOUR)),
        (Asked(at=NOW, since=2 * HOUR), (NOW - HOUR, NOW)),
    ],
)
def test_the_window_lies_around_the_pain_and_ends_now(
    asked: Asked, expected: tuple[datetime, datetime]
) -> None:
    assert window(asked, NOW) == expected
    assert window(asked, NOW.astimezone(timezone(HOUR))) == expected


def test_every_default_is_filled_in() -> None:
    assert ask(Asked(error="408", table="other")) == Request(
        service="dynamodb",
        error="408",
        table="other",
        region="eu-west-3",
        since=NOW - HOUR,
        until=NOW,
        now=NOW,
    )


def test_what_was_typed_arrives_whole() -> None:
    asked = Asked(
        service="dynamodb", error="408", text="it broke", table="carts", index="by-day", ecs="a/b",
        role="r", log_groups=("/g",), subnets=("subnet-0a",), lb="alb", region="us-west-2",
        account="prod",
    )  # fmt: skip

    assert ask(asked) == Request(
        service="dynamodb", error="408", text="it broke", table="carts", index="by-day", ecs="a/b",
        role="r", log_groups=("/g",), subnets=("subnet-0a",), lb="alb", region="us-west-2",
        account="210987654321", regions=("eu-north-1", "us-west-2"), since=NOW - HOUR, until=NOW,
        now=NOW,
    )  # fmt: skip


TEXT = Named(
    table="carts", index="by-day", function="from-text", lb="alb", region="us-west-2",
    account="410987654321",
)  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "account", "caller"),
    [
        (Asked(table="carts", role="typed"), "prod", (None, None, "typed")),
        (Asked(table="carts"), "prod", ("cart-api", None, None)),
        (Asked(table="carts"), "310987654321", (None, "main/cart", None)),
        (Asked(table="carts", account="dev"), "prod", (None, "main/cart", None)),
        (Asked(named=TEXT), "dev", (None, "main/cart", None)),
        (Asked(named=TEXT), "410987654321", ("from-text", None, None)),
        (Asked(table=TABLE), None, ("cart-api", None, None)),
        # two accounts have a carts, and nobody says which
        (Asked(table="carts"), None, (None, None, None)),
        (Asked(table="users"), "dev", (None, None, "second-role")),
        (Asked(), "prod", (None, None, None)),
    ],
)
def test_the_caller_is_typed_then_configured_then_in_the_text(
    asked: Asked, account: str | None, caller: tuple[str | None, ...]
) -> None:
    request = ask(asked, account=account)

    assert (request.function, request.ecs, request.role) == caller


def test_one_configured_caller_tells_the_account_nobody_named() -> None:
    request = ask(Asked(table="users"), workloads=WORKLOADS[2:3])

    assert (request.role, request.account) == ("user-role", "210987654321")


@pytest.mark.parametrize(
    ("asked", "account", "expected"),
    [
        (Asked(account="dev", named=TEXT), "prod", "310987654321"),
        (Asked(named=TEXT), "prod", "210987654321"),
        (Asked(named=replace(TEXT, table=None)), "prod", "410987654321"),
        (Asked(), "prod", "210987654321"),
        (Asked(account="999999999999"), None, "999999999999"),
        (Asked(), None, None),
    ],
)
def test_the_account_is_the_callers(
    asked: Asked, account: str | None, expected: str | None
) -> None:
    assert ask(asked, account=account).account == expected


@pytest.mark.parametrize(
    ("asked", "account", "region"),
    [
        (Asked(region="us-west-2", table=TABLE, arn_region="eu-north-1"), None, "us-west-2"),
        (Asked(table=TABLE, arn_region="eu-north-1"), None, "eu-north-1"),
        (Asked(named=Named(table=TABLE, region="us-west-2")), None, "eu-north-1"),
        (Asked(named=Named(region="us-west-2")), None, "us-west-2"),
        # a client built with a region that does not exist: the default is asked
        (Asked(named=Named(region="eu-nowhere-9")), None, "eu-west-3"),
        (Asked(account="prod"), None, "eu-north-1"),
        (Asked(), "prod", "eu-north-1"),
        (Asked(account="dev"), None, "eu-west-3"),
    ],
)
def test_the_region_is_typed_then_named_then_a_default(
    asked: Asked, account: str | None, region: str
) -> None:
    assert ask(asked, account=account).region == region


@pytest.mark.parametrize(
    ("asked", "given", "sentence"),
    [
        (Asked(region="eu-norht-1"), {}, 'no region "eu-norht-1": region=eu-north-1 is'),
        (Asked(arn_region="zz-top-1"), {"known_regions": ()}, "say region=eu-west-1, for example"),
        (Asked(), {"region": None}, "say region=eu-west-1, or set AWS_REGION"),
        (Asked(), {"region": "eu-nowhere-9"}, 'no region "eu-nowhere-9"'),
        (Asked(account="prd"), {}, 'account="prd" is no alias of the configuration: prod is'),
        (Asked(account="zzz"), {}, "known are prod, dev"),
        (Asked(account="zzz"), {"accounts": ()}, "known are none"),
    ],
)  # fmt: skip
def test_a_place_that_cannot_be_told_is_said(
    asked: Asked, given: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(UsageError) as refused:
        ask(asked, **given)

    assert sentence in str(refused.value)


def test_an_alerts_dimensions_come_after_the_text() -> None:
    alert = Named(
        table="users", index="other", role="alert-role", region="eu-west-3", account="510987654321"
    )

    assert with_alert(Asked(named=TEXT), alert).named == TEXT
    assert with_alert(Asked(), alert).named == alert
