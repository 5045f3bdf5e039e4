"""Whatever an endpoint sends, a reader answers with one of our errors or an honest answer."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diagnostics.aws.reader import AwsReader
from diagnostics.errors import AwsError, Broken, Denied, Throttled, Unreachable
from tests.aws_server import Fault, Kind
from tests.diagnostics.aws.conftest import Serve
from tests.diagnostics.aws.scripted import aws_of, reader_of

# One operation of each protocol, with what it answers on a good day.
OPS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "dynamodb:DescribeTable": ({"TableName": "orders"}, {"Table": {"TableName": "orders"}}),
    "cloudwatch:DescribeAlarms": ({}, {"MetricAlarms": [{"AlarmName": "errors"}]}),
    "ec2:DescribeSubnets": ({}, {"Subnets": [{"SubnetId": "subnet-a"}]}),
    "iam:GetRole": ({"RoleName": "r"}, {"Role": {"RoleName": "r"}}),
    "elbv2:DescribeLoadBalancers": ({}, {"LoadBalancers": [{"LoadBalancerName": "shop"}]}),
    "lambda:GetFunctionConfiguration": ({"FunctionName": "f"}, {"FunctionName": "f", "Timeout": 3}),
    "logs:DescribeLogGroups": ({}, {"logGroups": [{"logGroupName": "/aws/lambda/f"}]}),
}
GOOD = {op: answer for op, (_, answer) in OPS.items()}
GARBAGE = (
    b"",
    b" ",
    b"\x00\xff{<nonsense",
    b"[]",
    b"null",
    b"7",
    b'"text"',
    b'{"Tab',
    b"[" * 100_000,
    b'{"Table":' * 20_000,
    b"<",
    b"<a>" * 20_000,
    b"<html><body>Sign in</body></html>",
    b"<!DOCTYPE html><html><body>Sign in</body></html>",
    b"<?xml version='1.0'?><Other/>",
)
# Each is JSON; the types are wrong.
ODD = (
    {"Table": 7},
    {"Table": [1]},
    {"Table": {"CreationDateTime": "soon"}},
    {"Table": {"CreationDateTime": {"a": 1}}},
    {"Table": {"CreationDateTime": 1e308}},
    {"Table": {"KeySchema": {"a": 1}}},
    {"Table": {"KeySchema": [[1]]}},
    {"Table": {"KeySchema": 5}},
)


def ask(reader: AwsReader, op: str) -> Any:  # noqa: ANN401 - AWS's own JSON
    return reader.read(op, **OPS[op][0])


@pytest.mark.parametrize("op", OPS)
def test_every_protocol_answers_on_a_good_day(serve: Serve, op: str) -> None:
    serve(GOOD)
    answer = ask(reader_of(aws_of(op)), op)
    assert {name: answer[name] for name in GOOD[op]}.keys() == GOOD[op].keys()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"kind": Kind.RESET}, Unreachable),
        ({"kind": Kind.PLAIN, "status": 408}, Unreachable),
        ({"kind": Kind.PLAIN, "status": 407}, Unreachable),
        ({"kind": Kind.PLAIN, "status": 500}, Unreachable),
        ({"kind": Kind.PLAIN, "status": 503}, Unreachable),
        ({"kind": Kind.PLAIN, "status": 200}, Broken),
        ({"kind": Kind.PLAIN, "status": 204}, (Broken, Unreachable)),
        ({"kind": Kind.PLAIN, "status": 302}, Broken),
        ({"kind": Kind.PLAIN, "status": 400}, Broken),
        ({"kind": Kind.PLAIN, "status": 404}, Broken),
        ({"kind": Kind.TRUNCATED}, (Broken, Unreachable)),
        ({"kind": Kind.ERROR, "code": "InternalFailure", "status": 500}, Unreachable),
        ({"kind": Kind.ERROR, "code": "ThrottlingException", "status": 400}, Throttled),
        ({"kind": Kind.ERROR, "code": "Throttling", "status": 400}, Throttled),
        ({"kind": Kind.ERROR, "code": "RequestLimitExceeded", "status": 503}, Throttled),
        ({"kind": Kind.ERROR, "code": "AccessDeniedException", "status": 403}, Denied),
        ({"kind": Kind.ERROR, "code": "AccessDenied", "status": 403}, Denied),
        ({"kind": Kind.ERROR, "code": "UnauthorizedOperation", "status": 403}, Denied),
        ({"kind": Kind.ERROR, "code": "ExpiredToken", "status": 403}, Unreachable),
        ({"kind": Kind.ERROR, "code": "UnknownOperationException", "status": 501}, Broken),
    ],
)
def test_every_fault_is_told_in_one_sentence_whatever_the_protocol(
    serve: Serve, fault: dict[str, Any], kind: type[AwsError] | tuple[type[AwsError], ...]
) -> None:
    server, _ = serve(GOOD)
    server.faults.add(Fault(op="*", **fault))
    reader = reader_of(aws_of(*OPS))
    for op in OPS:
        with pytest.raises(kind) as caught:
            ask(reader, op)
        assert caught.value.detail.startswith(f"{op} in eu-west-1: ")
        assert len(caught.value.detail) < 500


@pytest.mark.parametrize("body", GARBAGE, ids=lambda body: repr(body[:30]))
def test_garbage_of_status_200_is_broken_whatever_the_protocol(serve: Serve, body: bytes) -> None:
    serve(dict.fromkeys(OPS, body))
    reader = reader_of(aws_of(*OPS))
    for op in OPS:
        with pytest.raises(Broken, match="cannot be read"):
            ask(reader, op)


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_an_answer_of_odd_types_is_read_or_broken(serve: Serve, odd: dict[str, Any]) -> None:
    serve({"dynamodb:DescribeTable": json.dumps(odd).encode()})
    reader = reader_of(aws_of(*OPS))
    try:
        assert ask(reader, "dynamodb:DescribeTable") == odd
    except AwsError as error:
        assert type(error) is Broken  # noqa: PT017 - either is right


def test_one_fault_is_tried_again_and_nobody_notices(serve: Serve) -> None:
    server, _ = serve(GOOD)
    server.faults.add(Fault(op="*", kind=Kind.RESET, times=1))
    assert ask(reader_of(aws_of(*OPS)), "ec2:DescribeSubnets") == GOOD["ec2:DescribeSubnets"]


def test_a_page_of_five_megabytes_is_read(serve: Serve) -> None:
    message = "x" * 1000
    subnets = [{"SubnetId": f"subnet-{n}", "OutpostArn": message} for n in range(5000)]
    serve({"ec2:DescribeSubnets": {"Subnets": subnets}})
    answer = ask(reader_of(aws_of(*OPS)), "ec2:DescribeSubnets")
    assert len(answer["Subnets"]) == 5000


@contextmanager
def wire(monkeypatch: pytest.MonkeyPatch, sent: Callable[[], bytes]) -> Iterator[None]:
    """Run an endpoint that answers every request with bytes of our own, HTTP or not."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(10)
                    try:
                        connection.recv(65536)
                        connection.sendall(sent())
                    except OSError:
                        continue

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{listening.getsockname()[1]}")
        yield
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(10)


HTTP = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x16\x03\x01\x02\x00\x01",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\n{}",
        HTTP,
        HTTP + b"Content-Length: 100\r\n\r\n{}",
        HTTP + b"Content-Length: -1\r\n\r\n{}",
        HTTP + b"Content-Length: many\r\n\r\n{",
        HTTP + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        HTTP + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{}",
        HTTP + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
        HTTP + b"X: " + b"y" * 200_000 + b"\r\n\r\n",
        HTTP + b"X: y\r\n" * 500 + b"\r\n",
        HTTP + b"Content-Length: 3\r\n\r\n{ab",
        HTTP + b"\xff\xfe: \x00\r\nContent-Length: 2\r\n\r\n[]",
    ],
    ids=lambda sent: repr(sent[:60]),
)
def test_what_is_hardly_http_is_still_one_sentence(
    monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    with wire(monkeypatch, lambda: sent):
        reader = reader_of(aws_of(*OPS))
        for op in ("dynamodb:DescribeTable", "ec2:DescribeSubnets", "iam:GetRole"):
            with pytest.raises((Broken, Unreachable)) as caught:
                ask(reader, op)
            assert caught.value.detail.startswith(f"{op} in eu-west-1: ")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Table", "KeySchema", "CreationDateTime", "NextToken", "__type", "message"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    body=st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()),
    status=st.sampled_from([200, 200, 200, 201, 301, 400, 403, 404, 413, 500, 503]),
)
def test_no_bytes_let_a_stranger_exception_out(status: int, body: bytes, fuzzed: "Fuzzed") -> None:
    fuzzed.sent = (
        f"HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    for op in ("dynamodb:DescribeTable", "ec2:DescribeSubnets", "lambda:GetFunctionConfiguration"):
        reader = fuzzed.reader()
        try:
            answer = reader.read(op, **OPS[op][0])
        except AwsError:
            continue
        assert isinstance(answer, dict)
        assert status < 300


class Fuzzed:
    """An endpoint whose next answer a test sets, and readers with no memory of the last."""

    def __init__(self) -> None:
        self.sent = b""
        self.aws = aws_of(*OPS)

    def reader(self) -> AwsReader:
        self.aws.answers.forget(lambda _: True)
        return reader_of(self.aws)


@pytest.fixture
def fuzzed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fuzzed]:
    fuzzed: list[Fuzzed] = []
    with wire(monkeypatch, lambda: fuzzed[0].sent):
        fuzzed.append(Fuzzed())
        yield fuzzed[0]
