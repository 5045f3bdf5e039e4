import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from diagnostics.aws import clients
from diagnostics.aws.accounts import Account
from diagnostics.aws.policy import session_policies
from diagnostics.errors import Broken, Denied, Missing
from tests.aws_server.wire import WireError
from tests.diagnostics.aws.conftest import Serve
from tests.diagnostics.aws.scripted import IDENTITY, OTHER, OWN, Said, aws_of, reader_of

TABLE = "dynamodb:DescribeTable"
SUBNETS = "ec2:DescribeSubnets"
ASSUME = "sts:AssumeRole"
ROLE = f"arn:aws:iam::{OTHER}:role/ops/paramedic-read"
PROD = Account(id=OTHER, role_arn=ROLE, external_id="shared-secret")
ORDERS = {"Table": {"TableName": "orders"}}


def credentials(left: timedelta = timedelta(minutes=15)) -> dict[str, Any]:
    return {
        "Credentials": {
            "AccessKeyId": f"ASIA{OTHER}AAAA",
            "SecretAccessKey": "made-up-for-a-test",
            "SessionToken": "made-up-for-a-test",
            "Expiration": datetime.now(UTC) + left,
        },
    }


def test_another_account_is_read_under_its_role_in_narrow_sessions(serve: Serve) -> None:
    script = {ASSUME: credentials(), TABLE: ORDERS, SUBNETS: {"Subnets": []}}
    server, backend = serve(script)
    reader = reader_of(aws_of(TABLE, SUBNETS, accounts={"prod": PROD}), account="prod")
    assert reader.account == OTHER
    assert reader.read(TABLE, TableName="orders") == ORDERS
    assert reader.at(account=OTHER).read(TABLE, TableName="orders") == ORDERS
    assert reader.read(SUBNETS) == {"Subnets": []}
    policies = session_policies([TABLE, SUBNETS])
    assert [params for op, params in backend.asked if op == ASSUME] == [
        {
            "RoleArn": ROLE,
            "RoleSessionName": f"paramedic-{kind}",
            "DurationSeconds": 900,
            "Policy": policies[kind],
            "ExternalId": "shared-secret",
        }
        for kind in ("state", "network")
    ]
    assert json.loads(policies["state"])["Statement"][0]["Action"] == [TABLE]
    assert [call.account for call in server.calls] == [None, OTHER, None, OTHER]
    assert reader.calls == 4


def test_a_role_without_external_id_is_assumed_without_one(serve: Serve) -> None:
    _, backend = serve({ASSUME: credentials(), TABLE: ORDERS})
    account = Account(id=OTHER, role_arn=ROLE)
    reader_of(aws_of(TABLE, accounts={"x": account}), account=OTHER).read(TABLE, TableName="t")
    assert "ExternalId" not in backend.asked[0][1]


def test_a_session_serves_later_diagnoses(serve: Serve) -> None:
    _, backend = serve({ASSUME: credentials(), TABLE: ORDERS})
    aws = aws_of(TABLE, accounts={"prod": PROD})
    for name in ("orders", "carts"):
        reader_of(aws, account="prod").read(TABLE, TableName=name)
    assert (backend.count(ASSUME), backend.count(TABLE)) == (1, 2)


def test_a_session_about_to_end_is_renewed(serve: Serve) -> None:
    left = iter([timedelta(seconds=clients.RENEWED_BEFORE_S - 60), timedelta(minutes=15)])
    _, backend = serve({ASSUME: lambda _: credentials(next(left)), TABLE: ORDERS})
    reader = reader_of(aws_of(TABLE, accounts={"prod": PROD}), account="prod")
    for name in ("orders", "carts", "users"):
        reader.read(TABLE, TableName=name)
    assert backend.count(ASSUME) == 2


def test_a_renewal_that_is_refused_is_a_denial(serve: Serve) -> None:
    answers: list[Said] = [credentials(timedelta(seconds=30)), WireError("AccessDenied", "no")]
    said = iter(answers)
    serve({ASSUME: lambda _: next(said), TABLE: ORDERS})
    reader = reader_of(aws_of(TABLE, accounts={"prod": PROD}), account="prod")
    with pytest.raises(Denied, match="trust policy"):
        reader.read(TABLE, TableName="orders")


def test_a_role_that_does_not_let_us_in_is_said_once(serve: Serve) -> None:
    _, backend = serve({ASSUME: WireError("AccessDenied", "not authorized")})
    reader = reader_of(aws_of(TABLE, accounts={"prod": PROD}), account="prod")
    for name in ("orders", "carts"):
        with pytest.raises(Denied) as caught:
            reader.read(TABLE, TableName=name)
    assert caught.value.needs == ("sts:AssumeRole",)
    assert ROLE in caught.value.detail
    assert backend.count(ASSUME) == 1


@pytest.mark.parametrize(
    "answer", [{}, {"Credentials": {"AccessKeyId": "ASIA", "SecretAccessKey": "x"}}]
)
def test_an_answer_without_credentials_is_broken(serve: Serve, answer: dict[str, Any]) -> None:
    serve({ASSUME: answer})
    reader = reader_of(aws_of(TABLE, accounts={"prod": PROD}), account="prod")
    with pytest.raises(Broken, match=ASSUME):
        reader.read(TABLE, TableName="orders")


def test_a_denial_under_a_role_names_the_role(serve: Serve) -> None:
    serve({ASSUME: credentials(), TABLE: WireError("AccessDeniedException", "no")})
    reader = reader_of(aws_of(TABLE, accounts={"prod": PROD}), account="prod")
    with pytest.raises(Denied, match=f"role paramedic-read of account {OTHER} is not allowed"):
        reader.read(TABLE, TableName="orders")


def test_an_account_without_a_role_must_be_the_credentials_own(serve: Serve) -> None:
    serve({"sts:GetCallerIdentity": IDENTITY, TABLE: ORDERS})
    accounts = {"here": Account(id=OWN), "there": Account(id=OTHER)}
    aws = aws_of(TABLE, accounts=accounts)
    assert reader_of(aws, account="here").read(TABLE, TableName="orders") == ORDERS
    with pytest.raises(Missing) as caught:
        reader_of(aws, account="there").read(TABLE, TableName="orders")
    assert caught.value.detail == (
        f"account {OTHER} has no role_arn in paramedic.toml, and the credentials in use are of "
        f'account {OWN}: add role_arn = "arn:aws:iam::{OTHER}:role/ROLE"'
    )


def test_the_least_recently_used_accounts_are_dropped(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "ACCOUNTS_KEPT", 2)
    ids = ["000000000001", "000000000002", "000000000003"]
    accounts = {
        name: Account(id=name, role_arn=f"arn:aws:iam::{name}:role/paramedic") for name in ids
    }
    _, backend = serve({ASSUME: credentials(), TABLE: ORDERS})
    aws = aws_of(TABLE, accounts=accounts)
    for turn, name in enumerate([ids[0], ids[1], ids[0], ids[2], ids[0], ids[1]]):
        reader_of(aws, account=name).read(TABLE, TableName=f"table-{turn}")
    roles = [params["RoleArn"][13:25] for op, params in backend.asked if op == ASSUME]
    assert roles == [ids[0], ids[1], ids[2], ids[1]]
