"""Socket Mode, with Bolt's own handler on the other side, and with bare frames."""

import base64
import json
import os
import socket
import struct
import threading
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Self

import pytest
from slack_bolt import Ack, App, Say
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.slack_server import Channel, Outcome, SlackServer, User
from tests.slack_server.test_blocks import actions, button
from tests.slack_server.websocket import Opcode, ProtocolError, frame, messages

Json = dict[str, Any]


@pytest.fixture
def handler(slack: SlackServer, bolt: App) -> Iterator[SocketModeHandler]:
    """Bolt's builtin handler, connected."""
    handler = SocketModeHandler(bolt, slack.app_token, web_client=bolt.client, ping_interval=0.1)
    handler.client.connect()
    slack.socket_mode.wait_connected()
    yield handler
    closing = threading.Thread(target=handler.client.close)
    closing.start()
    slack.socket_mode.cut()  # or closing waits three seconds for something to read
    closing.join()


def test_everything_reaches_bolt_through_a_websocket(
    slack: SlackServer,
    bolt: App,
    handler: SocketModeHandler,
    ana: User,
    alerts: Channel,
) -> None:
    @bolt.event("app_mention")
    def on_mention(event: Json, say: Say) -> None:
        say(text="looking", thread_ts=event["ts"], blocks=[actions(button(action_id="again"))])

    @bolt.command("/diagnose")
    def on_diagnose(ack: Ack) -> None:
        ack("working")

    @bolt.action("again")
    def on_again(ack: Ack, say: Say) -> None:
        ack()
        say("again")

    message = slack.mention(ana, alerts, "diagnose " + "x" * 70_000)
    answer = slack.wait_for(lambda: slack.thread(alerts, message))[0]
    assert slack.command(ana, alerts, "/diagnose").json == {"text": "working"}
    assert slack.click(ana, answer, "again").acked
    slack.wait_for(lambda: [m for m in slack.messages(alerts) if m.text == "again"])
    assert [seen.text for seen in slack.ephemerals] == ["working"]


def test_a_missing_ack_is_an_operation_timeout(
    slack: SlackServer,
    bolt: App,
    handler: SocketModeHandler,
    ana: User,
    alerts: Channel,
) -> None:
    slack.ack_deadline_s = 0.1

    @bolt.command("/diagnose")
    def on_diagnose() -> None:
        """Forgets to ack."""

    assert slack.command(ana, alerts, "/diagnose").outcome is Outcome.OPERATION_TIMEOUT


def test_without_a_connection_nothing_is_delivered(
    slack: SlackServer,
    ana: User,
    alerts: Channel,
) -> None:
    assert slack.command(ana, alerts, "/diagnose").outcome is Outcome.DISPATCH_FAILED
    slack.say(ana, alerts, "anybody")
    slack.settle()
    assert [attempt.failure for attempt in slack.deliveries[1].attempts] == [
        "connection_failed",
    ] * 4


def test_a_refresh_makes_the_client_connect_anew(
    slack: SlackServer,
    bolt: App,
    handler: SocketModeHandler,
    ana: User,
    alerts: Channel,
) -> None:
    @bolt.event("message")
    def on_message() -> None:
        """Acked by being listened to."""

    slack.socket_mode.disconnect("refresh_requested")
    slack.wait_for(lambda: slack.socket_mode.opened >= 2 and slack.socket_mode.ready)
    slack.say(ana, alerts, "still there")
    slack.settle()
    assert slack.deliveries[-1].acked


def test_a_warning_leaves_the_connection_in_use(
    slack: SlackServer,
    ana: User,
    alerts: Channel,
) -> None:
    with Peer(slack.socket_mode.issue_url()) as peer:
        peer.next()
        slack.socket_mode.disconnect("warning")
        assert peer.next()["reason"] == "warning"
        peer.ack_next(None)
        assert slack.command(ana, alerts, "/diagnose").acked


def test_tickets_need_the_app_token_and_open_one_connection(slack: SlackServer) -> None:
    with pytest.raises(SlackApiError) as caught:
        WebClient(slack.token, base_url=slack.api_url).api_call("apps.connections.open")
    assert caught.value.response["error"] == "not_allowed_token_type"
    url = slack.socket_mode.issue_url()
    with Peer(url) as peer:
        assert peer.status == 101
        with Peer(url) as second:
            assert second.status == 408


def test_ten_connections_share_and_an_eleventh_is_too_many(
    slack: SlackServer,
    ana: User,
    alerts: Channel,
) -> None:
    slack.ack_deadline_s = 0.01
    peers = [Peer(slack.socket_mode.issue_url()) for _number in range(11)]
    slack.socket_mode.wait_connected(10)
    hellos = [peer.next() for peer in peers]
    assert [hello["type"] for hello in hellos].count("hello") == 10
    assert [hello.get("reason") for hello in hellos].count("too_many_websockets") == 1
    for _number in range(40):
        slack.command(ana, alerts, "/diagnose")
    shares = slack.socket_mode.shares()
    assert (sum(shares), max(shares) < 40) == (40, True)
    for peer in peers:
        peer.close()


def test_retries_name_their_attempt_and_reason(
    slack: SlackServer,
    ana: User,
    alerts: Channel,
) -> None:
    slack.ack_deadline_s = 0.05
    with Peer(slack.socket_mode.issue_url()) as peer:
        assert peer.next()["connection_info"] == {"app_id": "A0PARAMEDIC"}
        slack.say(ana, alerts, "hello")
        envelopes = [peer.next() for _number in range(4)]
    assert [(e["retry_attempt"], e["retry_reason"]) for e in envelopes] == [
        (0, ""),
        (1, "http_timeout"),
        (2, "http_timeout"),
        (3, "http_timeout"),
    ]
    assert len({envelope["payload"]["event_id"] for envelope in envelopes}) == 1
    assert len({envelope["envelope_id"] for envelope in envelopes}) == 4


def test_an_ack_carries_the_answer(slack: SlackServer, ana: User, alerts: Channel) -> None:
    with Peer(slack.socket_mode.issue_url()) as peer:
        peer.next()
        peer.ack_next({"text": "working"})
        assert slack.command(ana, alerts, "/diagnose").json == {"text": "working"}
    assert [seen.text for seen in slack.ephemerals] == ["working"]


def test_pings_are_answered_until_the_connection_is_half_open(slack: SlackServer) -> None:
    with Peer(slack.socket_mode.issue_url()) as peer:
        peer.next()
        peer.send(Opcode.PING, b"are you there")
        assert peer.read() == (Opcode.PONG, b"are you there")
        slack.socket_mode.deafen()
        peer.send(Opcode.PING, b"and now")
        peer.send(Opcode.CLOSE, struct.pack("!H", 1000))
        assert peer.read() == (Opcode.CLOSE, struct.pack("!H", 1000))


def test_the_server_pings_too(slack: SlackServer) -> None:
    slack.socket_mode.ping_every_s = 0.01
    with Peer(slack.socket_mode.issue_url()) as peer:
        peer.next()
        assert peer.read() == (Opcode.PING, b"Ping from Slack")


def test_a_half_open_connection_swallows_what_it_is_sent(
    slack: SlackServer,
    ana: User,
    alerts: Channel,
) -> None:
    slack.ack_deadline_s = 0.01
    with Peer(slack.socket_mode.issue_url()) as peer:
        peer.next()
        slack.socket_mode.deafen()
        outcome = slack.command(ana, alerts, "/diagnose").outcome
        slack.socket_mode.cut()
        assert (outcome, peer.read()) == (Outcome.OPERATION_TIMEOUT, None)


def test_noise_from_a_client_is_ignored(slack: SlackServer, ana: User, alerts: Channel) -> None:
    with Peer(slack.socket_mode.issue_url()) as peer:
        peer.next()
        peer.send(Opcode.TEXT, b"not json")
        peer.send(Opcode.TEXT, b"[]")
        peer.send(Opcode.TEXT, b'{"envelope_id": "nobody waits for this"}')
        peer.ack_next(None)
        assert slack.command(ana, alerts, "/diagnose").acked


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\x81\x01a", "must be masked"),
        (b"\x81\xff" + struct.pack("!Q", 2_000_000), "too large"),
        (b"\x83\x80abcd", "unknown opcode"),
        (b"\x81\xfe\x00", "inside a frame"),
    ],
)
def test_a_broken_frame_is_a_protocol_error(data: bytes, says: str) -> None:
    with pytest.raises(ProtocolError, match=says):
        list(messages(BytesIO(data)))


class Peer:
    """A client that speaks RFC 6455 byte by byte."""

    def __init__(self, url: str) -> None:
        address, _, path = url.removeprefix("ws://").partition("/")
        host, port = address.split(":")
        self._socket = socket.create_connection((host, int(port)), timeout=5)
        self._stream = self._socket.makefile("rb")
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET /{path} HTTP/1.1",
            f"Host: {address}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
        ]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self.status = int(self._stream.readline().split()[1])
        while self._stream.readline().strip():
            pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        self._stream.close()
        self._socket.close()

    def read(self) -> tuple[Opcode, bytes] | None:
        """The next frame; None at the end."""
        head = self._stream.read(2)
        if len(head) < 2:
            return None
        length = head[1]
        if length == 126:
            (length,) = struct.unpack("!H", self._stream.read(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self._stream.read(8))
        return Opcode(head[0] & 0x0F), self._stream.read(length)

    def next(self) -> Json:
        """The next message."""
        while (got := self.read()) is not None:
            if got[0] is Opcode.TEXT:
                parsed: Json = json.loads(got[1])
                return parsed
        raise EOFError

    def send(self, opcode: Opcode, payload: bytes) -> None:
        plain = frame(opcode, payload)
        head, body = plain[: len(plain) - len(payload)], payload
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(body))
        self._socket.sendall(head[:1] + bytes([head[1] | 0x80]) + head[2:] + mask + masked)

    def ack_next(self, payload: Json | None) -> None:
        """Acknowledge the next envelope when it comes."""

        def answer() -> None:
            ack: Json = {"envelope_id": self.next()["envelope_id"]}
            if payload is not None:
                ack["payload"] = payload
            self.send(Opcode.TEXT, json.dumps(ack).encode())

        threading.Thread(target=answer, daemon=True).start()
