import shlex
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from diagnostics.errors import UsageError
from handlers.parsing import Asked, Named, parse

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TABLE = "arn:aws:dynamodb:eu-north-1:210987654321:table/carts"
FUNCTION = "arn:aws:lambda:eu-north-1:210987654321:function:cart-api"
READ_TIMEOUT = 'Read timeout on endpoint URL: "https://dynamodb.eu-north-1.amazonaws.com/"'
CONSOLE = "https://eu-north-1.console.aws.amazon.com"
REGION = Named(region="eu-north-1")


def asked(**fields: Any) -> Asked:  # noqa: ANN401 - any field of Asked
    return Asked(**{"service": "dynamodb", "error": "408"} | fields)


WORDS = [
    ("dynamodb 408", asked()),
    ("408 dynamodb", asked()),
    ("diagnose DynamoDB 408.", asked()),
    ("/diagnose ddb error 408", asked()),
    ("408 table=carts", asked(service=None, table="carts")),
    ("table=carts 408 function=cart-api", asked(service=None, table="carts", function="cart-api")),
    ("dynamodb access denied", asked(error="AccessDeniedException")),
    ("dynamodb requestlimitexceeded", asked(error="RequestLimitExceeded")),
    ("DuplicateItemException", asked(service=None, error="DuplicateItemException")),
    ("dynamodb 408 since=30m", asked(since=timedelta(minutes=30))),
    ("dynamodb 408 since=2H", asked(since=timedelta(hours=2))),
    ("dynamodb 408 since=1d", asked(since=timedelta(days=1))),
    ("dynamodb 408 at=2026-11-24T13:00+02:00", asked(at=datetime(2026, 11, 24, 11, tzinfo=UTC))),
    ('dynamodb 408 at="2026-11-24 11:00 utc"', asked(at=datetime(2026, 11, 24, 11, tzinfo=UTC))),
    ("dynamodb 408 region=EU-North-1 account=2109-8765-4321",
     asked(region="eu-north-1", account="210987654321")),
    ("dynamodb 408 account=prod", asked(account="prod")),
    ("dynamodb 408 ecs=main/cart lb=app/cart/0a1b role=cart-role",
     asked(ecs="main/cart", lb="app/cart/0a1b", role="cart-role")),
    ("dynamodb 408 log-group=/aws/lambda/a,/aws/lambda/b, subnets=subnet-0a,subnet-0b",
     asked(log_groups=("/aws/lambda/a", "/aws/lambda/b"), subnets=("subnet-0a", "subnet-0b"))),
    ("dynamodb 408 log_group=/aws/lambda/a", asked(log_groups=("/aws/lambda/a",))),
    ("dynamodb 408 --table=carts; index=by-day", asked(table="carts", index="by-day")),
    (f"dynamodb 408 table={TABLE}/index/by-day",
     asked(table=TABLE, index="by-day", arn_region="eu-north-1")),
    (f"dynamodb 408 index={TABLE}/index/by-day",
     asked(table=TABLE, index="by-day", arn_region="eu-north-1")),
    (f"dynamodb 408 table=carts index={TABLE}/index/by-day", asked(table="carts", index="by-day")),
    (f"408 {TABLE} function={FUNCTION}",
     asked(service=None, table=TABLE, function=FUNCTION, account="210987654321",
           arn_region="eu-north-1")),
    (f"408 {TABLE}. {TABLE} {FUNCTION}",
     asked(service=None, table=TABLE, function=FUNCTION, account="210987654321",
           arn_region="eu-north-1")),
    ("dynamodb 408 arn:aws:sts::210987654321:assumed-role/cart-role/x",
     asked(role="arn:aws:iam::210987654321:role/cart-role", account="210987654321")),
    ("dynamodb 408 arn:aws:ecs:eu-north-1:210987654321:service/main/cart",
     asked(ecs="arn:aws:ecs:eu-north-1:210987654321:service/main/cart", account="210987654321",
           arn_region="eu-north-1")),
    ("dynamodb 408 arn:aws:logs:eu-north-1:210987654321:log-group:/ecs/cart:*",
     asked(log_groups=("arn:aws:logs:eu-north-1:210987654321:log-group:/ecs/cart",),
           account="210987654321", arn_region="eu-north-1")),
    ("dynamodb 408 arn:aws:ec2:eu-north-1:210987654321:subnet/subnet-0a",
     asked(subnets=("subnet-0a",), account="210987654321", arn_region="eu-north-1")),
    ("dynamodb 408 arn:aws:elasticloadbalancing:eu-north-1:210987654321:loadbalancer/app/c/0a",
     asked(lb="arn:aws:elasticloadbalancing:eu-north-1:210987654321:loadbalancer/app/c/0a",
           arn_region="eu-north-1")),
    # what phones, word processors and Slack make of it
    ("<@U0MEDIC|paramedic> diagnose dynamodb 408 table=`carts`", asked(table="carts")),
    ("*dynamodb* `408` ```table=carts```", asked(table="carts")),
    ("dynamodb 408 \u2014table=\u201ccarts\u201d", asked(table="carts")),
    ("dynamodb\u00a0408\u200b table\uff1dcarts", asked(table="carts")),
    ("dynamodb 408 log\u2013group=/aws/lambda/a", asked(log_groups=("/aws/lambda/a",))),
    ("<!here> <#C0CART|cart> dynamodb 408", asked()),
    ("\x00\u202edynamodb 408", asked()),
    # console URLs
    (f"408 {CONSOLE}/dynamodbv2/home?region=eu-north-1#table?name=carts&amp;tab=overview",
     asked(service=None, table="carts", arn_region="eu-north-1")),
    (f"408 <{CONSOLE}/dynamodb/home?region=eu-north-1#tables:selected=carts;tab=items|the table>",
     asked(service=None, table="carts", arn_region="eu-north-1")),
    (f"408 {CONSOLE}/dynamodbv2/home#item-explorer?table=carts&index=by-day",
     asked(service=None, table="carts", index="by-day", arn_region="eu-north-1")),
    (f"dynamodb 408 {CONSOLE}/lambda/home?region=eu-north-1#/functions/cart-api?tab=code",
     asked(function="cart-api", arn_region="eu-north-1")),
    ((f"dynamodb 408 {CONSOLE}/cloudwatch/home?region=eu-north-1#logsV2:log-groups/log-group/"
     "$252Faws$252Flambda$252Fcart/log-events"),
     asked(log_groups=("/aws/lambda/cart",), arn_region="eu-north-1")),
    ((f"dynamodb 408 {CONSOLE}/cloudwatch/home#logsV2:logs-insights$3FqueryDetail$3D"
     "~(source~(~'*2faws*2flambda*2fcart))"),
     asked(log_groups=("/aws/lambda/cart",), arn_region="eu-north-1")),
    (f"dynamodb 408 {CONSOLE}/cloudwatch/home?region=eu-north-1#alarmsV2:alarm/carts-throttled",
     asked(arn_region="eu-north-1")),
    (f"dynamodb 408 {CONSOLE}/ecs/v2/clusters/main/services/cart/health?region=eu-north-1",
     asked(ecs="main/cart", arn_region="eu-north-1")),
    ("dynamodb 408 https://console.aws.amazon.com/iam/home#/roles/details/cart-role?section=x",
     asked(role="cart-role")),
    (f"dynamodb 408 {CONSOLE}/vpcconsole/home?region=eu-north-1#SubnetDetails:subnetId=subnet-0a",
     asked(subnets=("subnet-0a",), arn_region="eu-north-1")),
    ((f"dynamodb 408 {CONSOLE}/ec2/home?region=eu-north-1#LoadBalancer:loadBalancerArn="
     "arn:aws:elasticloadbalancing:eu-north-1:210987654321:loadbalancer/app/c/0a"),
     asked(lb="arn:aws:elasticloadbalancing:eu-north-1:210987654321:loadbalancer/app/c/0a",
           arn_region="eu-north-1")),
    (("dynamodb 408 https://210987654321-abcd1234.eu-north-1.console.aws.amazon.com/lambda/home"
     "#/functions/cart-api"),
     asked(function="cart-api", arn_region="eu-north-1", account="210987654321")),
]  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), WORDS)
def test_words_are_understood(words: str, expected: Asked) -> None:
    assert parse(words, now=NOW) == expected


SHELL = [words for words, _ in WORDS if not set(words) & set("`<*&;~(#\x00")]


@pytest.mark.parametrize("words", SHELL)
def test_a_shells_words_read_the_same(words: str) -> None:
    assert parse(shlex.split(words), now=NOW) == parse(words, now=NOW)


TEXTS = [
    (f"'{READ_TIMEOUT}' table=carts", asked(
        service=None, error="ReadTimeoutError", text=READ_TIMEOUT, table="carts", named=REGION)),
    (f"table=carts '{READ_TIMEOUT}' since=2h", asked(
        service=None, error="ReadTimeoutError", text=READ_TIMEOUT, table="carts", named=REGION,
        since=timedelta(hours=2))),
    # unquoted, but an SDK's own sentence
    (f"{READ_TIMEOUT} table=carts", asked(
        service=None, error="ReadTimeoutError", text=READ_TIMEOUT, table="carts", named=REGION)),
    (f"table=carts dynamodb {READ_TIMEOUT}", asked(
        error="ReadTimeoutError", text=READ_TIMEOUT, table="carts", named=REGION)),
    # quotations inside a quotation, as phones write them, and Slack's link in it
    (("\u201cRead timeout on endpoint URL: \u201c<https://dynamodb.eu-north-1.amazonaws.com/>\u201d"
     "\u201d table=carts"), asked(
        service=None, error="ReadTimeoutError", text=READ_TIMEOUT, table="carts", named=REGION)),
    (f"```\n{READ_TIMEOUT}\n``` table=carts", asked(
        service=None, error="ReadTimeoutError", text=READ_TIMEOUT, table="carts", named=REGION)),
    ("dynamodb 408 'the cart isn't there'", asked(text="the cart isn't there")),
    ("dynamodb '408 one' \"two more\"", asked(error=None, text="408 one\ntwo more")),
    ("dynamodb 'access denied'", asked(error="AccessDeniedException", text="access denied")),
    # keys inside a text are no keys, but a table it names is a default
    ("dynamodb 'ThrottlingException: tag=a table=carts'", asked(
        error="ThrottlingException", text="ThrottlingException: tag=a table=carts",
        named=Named(table="carts"))),
    ("dynamodb ThrottlingException: it was busy, tag=a", asked(
        error="ThrottlingException", text="ThrottlingException: it was busy, tag=a")),
    ("dynamodb 'Task timed out after 3.00 seconds in /aws/lambda/cart-api.'", asked(
        error="Task timed out", text="Task timed out after 3.00 seconds in /aws/lambda/cart-api.",
        named=Named(log_groups=("/aws/lambda/cart-api",)))),
    (f"'Task timed out in {FUNCTION} after a DynamoDB call' table=carts", asked(
        service=None, error=None, text=f"Task timed out in {FUNCTION} after a DynamoDB call",
        table="carts", named=Named(region="eu-north-1", account="210987654321",
                                   function=FUNCTION))),
    (f"'ThrottlingException: {FUNCTION} {TABLE}/index/by-day'", asked(
        service=None, error="ThrottlingException",
        text=f"ThrottlingException: {FUNCTION} {TABLE}/index/by-day",
        named=Named(region="eu-north-1", account="210987654321", table=TABLE, index="by-day",
                    function=FUNCTION))),
]  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), TEXTS)
def test_pasted_texts_are_understood(words: str, expected: Asked) -> None:
    assert parse(words, now=NOW) == expected


def test_a_denial_says_who_calls() -> None:
    text = (
        "AccessDeniedException: User: arn:aws:sts::210987654321:assumed-role/cart-role/cart-api is "
        f"not authorized to perform: dynamodb:Query on resource: {TABLE}"
    )

    assert parse([text], now=NOW).named == Named(
        region="eu-north-1",
        account="210987654321",
        table=TABLE,
        role="arn:aws:iam::210987654321:role/cart-role",
    )


def test_a_text_in_a_shells_word_may_have_quotes_of_its_own() -> None:
    whole = parse([f'"{READ_TIMEOUT}"', "table=carts"], now=NOW)

    assert (whole.text, whole.table) == (READ_TIMEOUT, "carts")


def test_a_shells_word_may_be_a_key_with_spaces() -> None:
    assert parse(["dynamodb", "408", "at=2026-11-24 11:00Z"], now=NOW).at == datetime(
        2026, 11, 24, 11, tzinfo=UTC
    )


def test_a_log_line_that_begins_like_a_key_is_a_text() -> None:
    text = "table=carts ThrottlingException: busy"

    assert parse(["dynamodb", text], now=NOW).text == text


def test_a_shell_quotes_a_text_with_escaped_quotes() -> None:
    read = parse('"it said \\"busy\\" to dynamodb" table=carts', now=NOW)

    assert (read.text, read.table) == ('it said \\"busy\\" to dynamodb', "carts")


def test_a_long_text_keeps_its_beginning_and_end() -> None:
    text = parse([f"begin {'x ' * 60_000} dynamodb end"], now=NOW).text

    assert text is not None
    assert (text[:5], text[-3:], len(text)) == ("begin", "end", 40_001)


REFUSED = [
    ("", "Say what failed"),
    ("diagnose", "Say what failed"),
    ("table=carts", "Say what failed"),
    ("dynamodb", "Say what failed"),
    ("408", '"408" may be any service\'s'),
    ("'it broke again'", '"it broke again" may be any service\'s'),
    ("s3 408", '"s3" is a service I do not know; I know dynamodb'),
    ("dynamodb frobnicate", '"frobnicate" is neither an error nor a service'),
    ("dynamodb 408 500", '"408" and "500" are two errors'),
    ("table carts 408", '"table" needs a value: say table=orders'),
    ("dynamodb 408 tabel=carts", '"tabel=" is not a key: table= is the nearest'),
    ("dynamodb 408 quux=1", '"quux=" is not a key; the keys are table, index'),
    ("dynamodb 'ThrottlingException: x' tabel=carts", '"tabel=" is not a key: table='),
    ("dynamodb ThrottlingException: it was busy tabel=carts", '"tabel=" is not a key: table='),
    ("dynamodb 408 table=", "table= is empty: say table=orders"),
    ("dynamodb 408 table=carts table=other", 'table= is given twice, as "carts" and "other"'),
    ("dynamodb 408 table=a", 'table="a" cannot be a table\'s name'),
    ("dynamodb 408 index=a", 'index="a" cannot be an index\'s name'),
    (f"dynamodb 408 table={FUNCTION}", "is not the ARN of a table"),
    (f"dynamodb 408 index={TABLE}", "is not the ARN of an index"),
    ("dynamodb 408 table=arn:aws:dynamodb:x", "is not a whole ARN: say table=orders"),
    (f"dynamodb 408 function={TABLE}", "is the ARN of something else: say function=checkout"),
    ("dynamodb 408 role=arn:aws:sns:eu-north-1:210987654321:t", "cannot be read: give the ARN"),
    ("dynamodb 408 function=a/b", 'function="a/b" cannot be read: say function=checkout'),
    ("dynamodb 408 ecs=cart", 'ecs="cart" cannot be read: say ecs=cluster/service'),
    ("dynamodb 408 role=a/b", 'role="a/b" cannot be read'),
    ("dynamodb 408 lb=a_b", 'lb="a_b" cannot be read'),
    ("dynamodb 408 log-group=a,,b", "has an empty place in its list"),
    ("dynamodb 408 subnets=vpc-0a", 'subnets="vpc-0a" cannot be read'),
    ("dynamodb 408 region=eu_north_1", 'region="eu_north_1" is not a region'),
    ("dynamodb 408 region=eu-north-1b", "is an availability zone: say region=eu-north-1"),
    ("dynamodb 408 account=2109", "is neither 12 digits nor an alias"),
    ("dynamodb 408 since=fast", 'since="fast" is not a span of time'),
    ("dynamodb 408 since=0m", "is no time at all"),
    ("dynamodb 408 since=900000d", "is longer than the 90 days"),
    ("dynamodb 408 at=noon", 'at="noon" is not a time in ISO 8601'),
    ("dynamodb 408 at=0001-01-01T00:00+23:00", "is not a time in ISO 8601"),
    ("dynamodb 408 at=2026-11-24T11:00", "names no time zone: say at=2026-11-24T12:00Z"),
    ("dynamodb 408 at=2026-11-24T12:01Z", "lies in the future; now is 2026-11-24T12:00Z"),
    ("dynamodb 408 at=2020-01-01T00:00Z", "is further back than the 455 days"),
    ("dynamodb 408 https://example.org/table", "cannot be read: give the ARN or console URL"),
    ("dynamodb 408 https://[", "cannot be read: give the ARN or console URL"),
    ("dynamodb 408 arn:aws:sqs:eu-north-1:210987654321:q", "cannot be read: give the ARN"),
    (f"408 {TABLE} {TABLE}s", "names a second table"),
    (f"dynamodb 408 {'z' * 500}", f'"{"z" * 57}..." is neither'),
    ("x" * 400_001, "is longer than 400000 characters"),
]


@pytest.mark.parametrize(("words", "sentence"), REFUSED)
def test_what_is_not_understood_is_quoted_with_the_right_form(words: str, sentence: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse(words, now=NOW)

    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


NASTY = [
    '"a ', "'a ", "`a ", "<", "=", "a=", "table=", "&amp;", "arn:", "https://", " ", "408 ",
    "<https://a|b ", "dynamodb ", '"', "table=carts ", "\ud800", "\u202e", "\x00",
    "ThrottlingException: x ", "'\"`", "--a=", "https://console.aws.amazon.com/#", "\u0085",
]  # fmt: skip


@pytest.mark.parametrize("piece", NASTY)
def test_hostile_repetition_is_read_or_refused(piece: str) -> None:
    """Anything quadratic would keep this test from ending."""
    words = piece * (100_000 // len(piece))

    assert _outcome(words) == _outcome(words)


PIECES = st.sampled_from(
    ["dynamodb", "408", "table=carts", '"', "'", "`", "```", " ", "\n", "=", "<", ">", "|", "&lt;",
     "arn:aws:", TABLE, "https://", "#", "ThrottlingException: x", "\u201c", "\x00", "at=",
     "since="]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=8), max_size=30).map("".join))
@example("dynamodb 408 at=9999-12-31T23:59-23:59")
def test_no_words_raise_anything_but_a_usage_error(words: str) -> None:
    assert _outcome(words) == _outcome(words)
    assert _outcome(words.split(" ")) == _outcome(words.split(" "))


def _outcome(words: str | Sequence[str]) -> Asked | str:
    try:
        return parse(words, now=NOW)
    except UsageError as refused:
        return str(refused)
