"""The ways this server fails when it is told to."""

import socket
from http.client import RemoteDisconnected
from urllib.error import HTTPError

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from tests.slack_server import Channel, SlackServer


@pytest.mark.parametrize(
    ("kind", "status"),
    [("429", 429), ("500", 500), ("503", 503), ("error:internal_error", 200)],
)
def test_a_refused_call_is_not_carried_out(
    slack: SlackServer,
    client: WebClient,
    alerts: Channel,
    kind: str,
    status: int,
) -> None:
    slack.faults.add(method="chat.postMessage", kind=kind, retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=alerts.id, text="x")
    assert caught.value.response.status_code == status
    assert caught.value.response.headers.get("retry-after") == ("7" if status == 429 else None)
    assert slack.messages(alerts) == []
    client.chat_postMessage(channel=alerts.id, text="x")
    assert len(slack.messages(alerts)) == 1


def test_garbage_is_no_json(slack: SlackServer, client: WebClient) -> None:
    slack.faults.add(kind="garbage")
    with pytest.raises(SlackApiError, match="<h1>200</h1>"):
        client.auth_test()


@pytest.mark.parametrize(("kind", "posted"), [("reset", 0), ("reset_after_accept", 1)])
def test_a_reset_comes_before_or_after_the_work(
    slack: SlackServer,
    client: WebClient,
    alerts: Channel,
    kind: str,
    posted: int,
) -> None:
    slack.faults.add(method="chat.postMessage", kind=kind)
    with pytest.raises((ConnectionResetError, RemoteDisconnected)):
        client.chat_postMessage(channel=alerts.id, text="x")
    slack.wait_for(lambda: slack.calls)
    assert len(slack.messages(alerts)) == posted
    assert slack.calls[0].fault == kind


@pytest.mark.parametrize(("kind", "posted"), [("hang", 0), ("half_open", 1)])
def test_silence_comes_without_or_with_the_work(
    slack: SlackServer,
    alerts: Channel,
    kind: str,
    posted: int,
) -> None:
    impatient = WebClient(slack.token, base_url=slack.api_url, timeout=1, retry_handlers=[])
    impatient.timeout = 0.2  # type: ignore[assignment] # whole seconds, says the SDK
    slack.faults.add(method="chat.postMessage", kind=kind)
    with pytest.raises(TimeoutError):
        impatient.chat_postMessage(channel=alerts.id, text="x")
    assert len(slack.messages(alerts)) == posted


def test_an_error_may_hide_that_the_work_is_done(
    slack: SlackServer,
    client: WebClient,
    alerts: Channel,
) -> None:
    slack.faults.add(method="chat.postMessage", kind="500_after_accept")
    with pytest.raises(SlackApiError):
        client.chat_postMessage(channel=alerts.id, text="x")
    assert len(slack.messages(alerts)) == 1


def test_a_slow_call_works(slack: SlackServer, client: WebClient, alerts: Channel) -> None:
    slack.faults.add(kind="slow", seconds=0.05)
    assert client.chat_postMessage(channel=alerts.id, text="x")["ok"]


def test_uploads_and_response_urls_can_fail_too(
    slack: SlackServer,
    client: WebClient,
    alerts: Channel,
) -> None:
    slack.faults.add(method="upload", kind="503")
    with pytest.raises(HTTPError, match="503"):
        client.files_upload_v2(content="x", filename="a.txt", title="a")
    url = WebhookClient(slack.response_urls.issue(alerts.id, slack.workspace.me.id))
    slack.faults.add(method="response_url", kind="500_after_accept")
    assert url.send(text="x").status_code == 500
    assert [seen.text for seen in slack.ephemerals] == ["x"]
    assert url.send(text="y").status_code == 200


def test_faults_are_for_their_method_and_run_out(slack: SlackServer, client: WebClient) -> None:
    slack.faults.add(method="team.info", kind="error:ratelimited", times=2)
    client.auth_test()
    for _number in range(2):
        with pytest.raises(SlackApiError):
            client.team_info()
    client.team_info()
    slack.faults.add(kind="500", times=5)
    slack.faults.clear()
    client.auth_test()


def test_a_fault_nobody_knows_is_a_mistake_of_the_test(slack: SlackServer) -> None:
    with pytest.raises(ValueError, match="explode"):
        slack.faults.add(kind="explode")


def test_a_stopped_server_leaves_nobody_hanging(slack: SlackServer) -> None:
    slack.faults.add(kind="hang", seconds=60)
    host, port = slack.api_url.split("/")[2].split(":")
    with socket.create_connection((host, int(port)), timeout=5) as waiting:
        waiting.sendall(b"POST /api/auth.test HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        slack.wait_for(lambda: slack.calls)
        slack.stop()
        assert waiting.recv(1) == b""


def test_other_paths_are_not_there(slack: SlackServer) -> None:
    host, port = slack.api_url.split("/")[2].split(":")
    with socket.create_connection((host, int(port)), timeout=5) as asking:
        asking.sendall(b"GET /elsewhere HTTP/1.0\r\n\r\n")
        assert asking.recv(100).startswith(b"HTTP/1.1 404 ")
