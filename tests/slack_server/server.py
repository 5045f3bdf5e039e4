"""The Slack-compatible server: one workspace, one app under test, on loopback."""

from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from tests.slack_server import payloads
from tests.slack_server.acts import Acts
from tests.slack_server.calls import Platform
from tests.slack_server.clock import Clock
from tests.slack_server.delivery import (
    Attempt,
    Deliveries,
    Delivery,
    HttpTransport,
    SocketTransport,
    Surface,
    Transport,
)
from tests.slack_server.faults import Faults
from tests.slack_server.front import Desks, Front
from tests.slack_server.model import Channel, Ephemeral, File, Message, User, View
from tests.slack_server.response_urls import ResponseUrls
from tests.slack_server.schema import Json
from tests.slack_server.socket_mode import SocketMode
from tests.slack_server.triggers import Triggers
from tests.slack_server.views import Views
from tests.slack_server.web_api import ApiCall, WebApi
from tests.slack_server.workspace import APP, Workspace, id_of

SCOPES: Final = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:read",
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "mpim:history",
        "mpim:read",
        "mpim:write",
        "reactions:read",
        "reactions:write",
        "team:read",
        "usergroups:read",
        "users:read",
    },
)
SUBSCRIPTIONS: Final = frozenset(
    {
        "app_home_opened",
        "app_mention",
        "member_joined_channel",
        "message.channel",
        "message.group",
        "message.im",
        "message.mpim",
        "reaction_added",
    },
)


class SlackServer(Acts):
    """A workspace behind Slack's own protocols; use it as a context manager.

    `request_url` is where the app takes events, commands and interactivity; while it is "", they
    go through Socket Mode. It may be set later, as an app needs `api_url` before it can start.
    """

    def __init__(
        self,
        *,
        request_url: str = "",
        token: str = "xoxb-hospital-paramedic",
        app_token: str = "xapp-1-hospital-paramedic",
        signing_secret: str = "8f742231b10e8888abcd99yyyzzz85a5",
        scopes: frozenset[str] = SCOPES,
        subscriptions: frozenset[str] = SUBSCRIPTIONS,
        rate_limits: bool = True,
        time_scale: float = 1.0,
        ack_deadline_s: float = 3.0,
        trigger_life_s: float = 3.0,
        port: int = 0,
    ) -> None:
        self.request_url = request_url
        self.signing_secret = signing_secret
        self.subscriptions = subscriptions
        self.ack_deadline_s = ack_deadline_s
        self.clock = Clock()
        self.faults = Faults()
        self._front = Front(port)
        base_url = self._front.base_url
        workspace = Workspace(self.clock)
        self.socket_mode = SocketMode(APP)
        self.socket_mode.url_base = base_url.replace("http", "ws", 1)
        deliveries = Deliveries(self._transport, self.faults, workspace.changed, time_scale)
        super().__init__(
            workspace,
            deliveries,
            Views(workspace),
            Triggers(self.clock, trigger_life_s),
            ResponseUrls(workspace, base_url),
        )
        platform = Platform(
            workspace=workspace,
            views=self.views,
            triggers=self.triggers,
            sockets=self.socket_mode,
            clock=self.clock,
            base_url=base_url,
        )
        self.api = WebApi(
            platform,
            self.faults,
            bot_token=token,
            app_token=app_token,
            scopes=scopes,
        )
        self.api.rate_limits = rate_limits
        workspace.on_event = self._route

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        desks = Desks(
            api=self.api,
            workspace=self.workspace,
            response_urls=self.response_urls,
            sockets=self.socket_mode,
        )
        self._front.start(desks)

    def stop(self) -> None:
        self._deliveries.stop()
        self.socket_mode.cut()
        self._front.stop()

    # What an app is configured with

    @property
    def api_url(self) -> str:
        """The base of the Web API, with its closing slash."""
        return f"{self._front.base_url}/api/"

    @property
    def token(self) -> str:
        return self.api.bot_token

    @property
    def app_token(self) -> str:
        return self.api.app_token

    # What came of it

    @property
    def calls(self) -> list[ApiCall]:
        """Every call of the Web API so far."""
        with self.workspace.lock:
            return list(self.api.calls)

    def calls_of(self, *methods: str) -> list[ApiCall]:
        return [call for call in self.calls if call.method in methods]

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything the app was told so far."""
        with self.workspace.lock:
            return list(self._deliveries.log)

    @property
    def ephemerals(self) -> list[Ephemeral]:
        """What only one person saw, deleted ones left out."""
        with self.workspace.lock:
            return [seen for seen in self.workspace.ephemerals if not seen.deleted]

    @property
    def files(self) -> list[File]:
        """The files whose upload was completed."""
        with self.workspace.lock:
            return [file for file in self.workspace.files.values() if file.completed]

    def messages(self, channel: Channel | str, *, replies: bool = False) -> list[Message]:
        """What a channel shows, oldest first; `replies` adds what stands in its threads."""
        stored = self.workspace.messages(channel)
        return [m for m in stored if replies or not m.is_reply or m.subtype == "thread_broadcast"]

    def thread(self, channel: Channel | str, ts: str | Message) -> list[Message]:
        """The replies under a message, oldest first, without the message itself."""
        return self.workspace.replies(self.workspace.find(id_of(channel), id_of(ts)))

    def message(self, channel: Channel | str, ts: str | Message) -> Message:
        """A message as it stands now."""
        return self.workspace.find(id_of(channel), id_of(ts))

    def versions(self, message: Message) -> list[Message]:
        """A message as first posted, and after every change."""
        with self.workspace.lock:
            return [m for m in self.workspace.versions if m.ts == message.ts]

    def posted(self, channel: Channel | str | None = None) -> list[Message]:
        """What the app under test has standing, in one channel or anywhere, threads included."""
        with self.workspace.lock:
            places = [id_of(channel)] if channel is not None else list(self.workspace.channels)
            stored = [m for place in places for m in self.workspace.messages(place)]
        return [message for message in stored if message.user == self.workspace.me.id]

    def modal(self, user: User | str) -> View | None:
        """The modal a person has in front of them."""
        return self.views.current(id_of(user))

    def home(self, user: User | str) -> View | None:
        """The Home tab the app published for a person."""
        return self.views.homes.get(id_of(user))

    # Deliveries

    @property
    def time_scale(self) -> float:
        """What the delays between the retries of an event are multiplied by."""
        return self._deliveries.time_scale

    @time_scale.setter
    def time_scale(self, scale: float) -> None:
        self._deliveries.time_scale = scale

    def settle(self, timeout: float = 10.0) -> None:
        """Wait until every event is delivered or given up; TimeoutError if that takes longer."""
        self._deliveries.settle(timeout)

    @property
    def rewrite(self) -> Callable[[Json], Json]:
        """What every payload goes through before it is signed and sent; for hostile ones."""
        return self._deliveries.rewrite

    @rewrite.setter
    def rewrite(self, rewrite: Callable[[Json], Json]) -> None:
        self._deliveries.rewrite = rewrite

    def verify_url(self) -> bool:
        """Whether the app answers Slack's challenge, without which no URL is accepted."""
        challenge = self.workspace.new_id("challenge")
        payload = {
            "token": payloads.TOKEN,
            "challenge": challenge,
            "type": "url_verification",
        }
        delivery = Delivery(id=challenge, surface=Surface.EVENT, payload=payload)
        attempt = self._transport().deliver(delivery, 0, "")
        delivery.attempts.append(attempt)
        answer = delivery.json
        said = answer.get("challenge") if isinstance(answer, dict) else delivery.body
        return not attempt.failure and said == challenge

    def post_raw(self, body: bytes, **headers: str) -> Attempt:
        """Send the app's request URL these very bytes and headers (`_` in a name means `-`)."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._http().post(body, named)

    def _http(self) -> HttpTransport:
        return HttpTransport(
            url=self.request_url,
            secret=self.signing_secret,
            clock=self.clock,
            deadline_s=self.ack_deadline_s,
        )

    def _transport(self) -> Transport:
        if self.request_url:
            return self._http()
        return SocketTransport(
            sockets=self.socket_mode,
            clock=self.clock,
            deadline_s=self.ack_deadline_s,
            new_id=self.workspace.new_id,
        )

    def _route(self, event: Json, channel: Channel) -> None:
        """Deliver an event if the app subscribed to it and is in the channel."""
        name = str(event["type"])
        if name == "message":
            name = f"message.{channel.kind}"
        if name in self.subscriptions and self.workspace.me.id in channel.members:
            self.send_event(event, channel)
