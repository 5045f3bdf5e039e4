"""What people do in Slack, as methods: they write, type commands, press, pick, submit."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.slack_server import payloads
from tests.slack_server.delivery import Attempt, Deliveries, Delivery, Outcome, Surface
from tests.slack_server.errors import ApiError
from tests.slack_server.inputs import action, find_element, state_of, submitted
from tests.slack_server.model import Bot, Channel, Ephemeral, Message, User, View
from tests.slack_server.response_urls import ResponseUrls, check_response, show_response
from tests.slack_server.rich_text import typed_by_person
from tests.slack_server.schema import Json
from tests.slack_server.triggers import Triggers
from tests.slack_server.views import Views
from tests.slack_server.workspace import Workspace, id_of

Place = Message | Ephemeral | View


class Acts:
    """The hands of people and of other apps. Every method may be called from any thread."""

    def __init__(
        self,
        workspace: Workspace,
        deliveries: Deliveries,
        views: Views,
        triggers: Triggers,
        response_urls: ResponseUrls,
    ) -> None:
        self.workspace = workspace
        self.views = views
        self.triggers = triggers
        self.response_urls = response_urls
        self._deliveries = deliveries

    # Writing

    def say(
        self,
        user: User | str,
        channel: Channel | str,
        text: str,
        thread_ts: str | Message | None = None,
    ) -> Message:
        """A person writes; `text` is as Slack stores it: &lt; escaped, <@U…> for mentions."""
        return self.workspace.post(
            channel,
            user=id_of(user),
            text=text,
            thread_ts=id_of(thread_ts or ""),
            blocks=(typed_by_person(text),),
            client_msg_id=self.workspace.new_id("cm"),
        )

    def mention(
        self,
        user: User | str,
        channel: Channel | str,
        text: str,
        thread_ts: str | Message | None = None,
    ) -> Message:
        """A person writes to the app: its name, then the text."""
        return self.say(user, channel, f"<@{self.workspace.me.id}> {text}", thread_ts)

    def post_as_bot(
        self,
        channel: Channel | str,
        text: str = "",
        *,
        bot: Bot | str = "monitor",
        subtype: str = "bot_message",
        **fields: Any,  # noqa: ANN401 - fields of Message: blocks, attachments, thread_ts
    ) -> Message:
        """Another app or webhook posts.

        `subtype` is bot_message for webhooks and classic integrations, which have no user; "" for
        apps with a bot user.
        """
        who = self._bot(bot, with_user=not subtype)
        attachments = tuple(
            {"id": number, **attachment}
            for number, attachment in enumerate(fields.pop("attachments", ()), 1)
        )
        return self.workspace.post(
            channel,
            text=text,
            bot=who,
            user=who.user if not subtype else "",
            username=who.name if subtype else "",
            subtype=subtype,
            attachments=attachments,
            **fields,
        )

    def edit(self, message: Message, text: str | None = None, **fields: Any) -> Message:  # noqa: ANN401 - fields of Message
        """Its author changes a message."""
        if text is not None:
            fields["text"] = text
            if message.bot is None:
                fields["blocks"] = (typed_by_person(text),)
        return self.workspace.edit(message, by=message.user or "USLACKBOT", **fields)

    def unfurl(self, message: Message, *attachments: Json) -> Message:
        """Slack adds previews to a message: a change that nobody made."""
        return self.workspace.edit(message, by="", attachments=attachments)

    def delete(self, message: Message) -> None:
        self.workspace.delete(message)

    def react(self, user: User | str, message: Message, name: str) -> Message:
        return self.workspace.react(message, name, id_of(user), add=True)

    # Commands, buttons, modals

    def command(
        self,
        user: User | str,
        channel: Channel | str,
        command: str,
        text: str = "",
    ) -> Delivery:
        """A person types a slash command; what the app acks appears, as do failures."""
        who, where = self._user(user), self.workspace.channels[id_of(channel)]
        payload = payloads.slash_command(
            who,
            where,
            command,
            text,
            trigger_id=self.triggers.issue(who.id),
            response_url=self.response_urls.issue(where.id, who.id),
        )
        delivery = self._deliver(Surface.COMMAND, payload)
        if delivery.acked:
            self._show_ack(delivery, who, where)
        if not delivery.acked:
            said = f'{command} failed with the error "{delivery.outcome}"'
            self.workspace.whisper(where, who, text=said, via="slackbot")
        return delivery

    def click(
        self,
        user: User | str,
        where: Place,
        action_id: str,
        chosen: object = None,
    ) -> Delivery:
        """A person presses a button, or picks `chosen` in a select, date picker or the like.

        Raises:
            LookupError: no such element is there to press.
            ValueError: it does not offer `chosen`.
        """
        who, seen = self._user(user), self._as_it_stands(where)
        block_id, element = find_element(_all_blocks(seen), action_id)
        done = action(block_id, element, chosen, self.workspace.new_ts())
        fields = payloads.place(self.workspace, seen)
        fields["trigger_id"] = self.triggers.issue(who.id)
        if not isinstance(seen, View):
            fields["response_url"] = self.response_urls.issue(seen.channel, who.id, seen)
        fields["state"] = {"values": state_of(_all_blocks(seen), [done])}
        fields["actions"] = [done]
        return self._deliver(
            Surface.INTERACTIVE,
            payloads.interaction("block_actions", who, **fields),
        )

    def shortcut(
        self,
        user: User | str,
        callback_id: str,
        message: Message | None = None,
    ) -> Delivery:
        """A person uses a message shortcut, or without a message a global one."""
        who = self._user(user)
        fields: Json = {
            "callback_id": callback_id,
            "trigger_id": self.triggers.issue(who.id),
            "action_ts": self.workspace.new_ts(),
        }
        if message is None:
            return self._deliver(
                Surface.INTERACTIVE,
                payloads.interaction("shortcut", who, **fields),
            )
        seen = self.workspace.find(message.channel, message.ts)
        channel = self.workspace.channels[seen.channel]
        fields |= {
            "channel": payloads.channel_reference(channel),
            "message_ts": seen.ts,
            "message": payloads.message_object(self.workspace, seen),
            "response_url": self.response_urls.issue(channel.id, who.id),
        }
        return self._deliver(
            Surface.INTERACTIVE,
            payloads.interaction("message_action", who, **fields),
        )

    def options(self, user: User | str, where: Place, action_id: str, query: str = "") -> Delivery:
        """A person types into an external select; the app's options are in the ack."""
        who, seen = self._user(user), self._as_it_stands(where)
        block_id, _element = find_element(_all_blocks(seen), action_id)
        fields = payloads.place(self.workspace, seen)
        fields |= {"action_id": action_id, "block_id": block_id, "value": query}
        delivery = self._deliver(
            Surface.INTERACTIVE,
            payloads.interaction("block_suggestion", who, **fields),
        )
        answer = delivery.json if isinstance(delivery.json, dict) else {}
        if delivery.acked and not answer.keys() & {"options", "option_groups"}:
            delivery.outcome = Outcome.INVALID_RESPONSE
        return delivery

    def submit_view(
        self,
        user: User | str,
        values: Mapping[str, object] | None = None,
        view: View | None = None,
    ) -> Delivery:
        """A person fills in the modal in front of them, or `view`, and submits it.

        `values` goes by block_id or action_id; options go by their value.

        Raises:
            LookupError: no modal is open, or it has no such input.
            ValueError: Slack's client would not let them submit this.
        """
        who = self._user(user)
        seen = self._modal(who, view)
        state = submitted(seen.blocks, values or {})
        with self.workspace.lock:
            current = self.views.fill(seen, state)
        delivery = self._deliver(
            Surface.INTERACTIVE,
            payloads.interaction(
                "view_submission",
                who,
                trigger_id=self.triggers.issue(who.id),
                view=current.as_json(self.workspace.bot),
                response_urls=[],
            ),
        )
        if delivery.acked:
            self._follow(delivery, current)
        return delivery

    def close_view(self, user: User | str, view: View | None = None) -> Delivery | None:
        """A person closes a modal; the app hears of it if the view asked for that."""
        who = self._user(user)
        seen = self._modal(who, view)
        self.views.close(seen)
        if not seen.json.get("notify_on_close"):
            return None
        fields = {"view": seen.as_json(self.workspace.bot), "is_cleared": False}
        return self._deliver(
            Surface.INTERACTIVE,
            payloads.interaction("view_closed", who, **fields),
        )

    # Other events

    def open_home(self, user: User | str, tab: str = "home") -> Delivery:
        """A person opens the app's Home or Messages tab."""
        who = self._user(user)
        channel = self.workspace.open_direct(who)
        event: Json = {
            "type": "app_home_opened",
            "user": who.id,
            "channel": channel.id,
            "tab": tab,
            "event_ts": self.workspace.new_ts(),
        }
        if who.id in self.views.homes and tab == "home":
            event["view"] = self.views.homes[who.id].as_json(self.workspace.bot)
        return self.send_event(event)

    def send_event(self, event: Json, channel: Channel | None = None) -> Delivery:
        """Deliver any event, whether or not the app subscribed to it."""
        stamped = {"event_ts": self.workspace.new_ts(), **event}
        payload = payloads.event_callback(self.workspace, stamped, channel)
        delivery = Delivery(id=payload["event_id"], surface=Surface.EVENT, payload=payload)
        return self._deliveries.later(delivery)

    def redeliver(
        self,
        delivery: Delivery,
        retry_num: int = 1,
        reason: str = "http_timeout",
    ) -> Attempt:
        """Deliver the same thing again, now: same event_id, and retry headers unless 0."""
        return self._deliveries.again(delivery, retry_num, reason)

    def ssl_check(self) -> Delivery:
        """Slack's occasional look whether the app's certificate is good."""
        return self._deliver(Surface.COMMAND, {"ssl_check": "1", "token": payloads.TOKEN})

    def wait_for(self, predicate: Callable[[], Any], timeout: float = 5.0) -> Any:  # noqa: ANN401 - whatever it returns
        """The first truthy value of `predicate`, asked after each change and every 20 ms.

        Raises:
            TimeoutError: none came; says what stands in the workspace instead.
        """
        deadline = time.monotonic() + timeout
        while True:
            if value := predicate():
                return value
            if time.monotonic() >= deadline:
                raise TimeoutError(f"not within {timeout} s; what there is:\n{self.describe()}")
            with self.workspace.changed:
                self.workspace.changed.wait(0.02)

    def describe(self) -> str:
        """The latest messages and deliveries, one a line, for a failing test's reader."""
        lines = [
            f"  {m.channel} {m.thread_ts or m.ts} {m.ts} {m.user or m.username}: {m.text[:200]!r}"
            for m in self.workspace.versions[-15:]
        ]
        lines += [f"  only {e.user} saw: {e.text[:200]!r}" for e in self.workspace.ephemerals[-5:]]
        lines += [
            f"  {d.kind} {d.id}: {d.outcome}, tries {len(d.attempts)}"
            for d in self._deliveries.log[-10:]
        ]
        return "\n".join(lines) or "  nothing"

    def _deliver(self, surface: Surface, payload: Json) -> Delivery:
        delivery = Delivery(id=self.workspace.new_id("D"), surface=surface, payload=payload)
        return self._deliveries.now(delivery)

    def _show_ack(self, delivery: Delivery, user: User, channel: Channel) -> None:
        """An ack with a body is an answer: ephemeral, unless it says in_channel."""
        body = delivery.body.strip()
        said = delivery.json if isinstance(delivery.json, dict) else {"text": body}
        if not body or not said:
            return
        try:
            check_response(said)
        except ApiError:
            delivery.outcome = Outcome.INVALID_RESPONSE
            return
        show_response(self.workspace, channel.id, user.id, said, via="ack")

    def _follow(self, delivery: Delivery, view: View) -> None:
        """Do what the ack of a submission says: close, clear, update, push, show errors."""
        said = delivery.json if isinstance(delivery.json, dict) else {}
        match said.get("response_action"):
            case None:
                self.views.close(view)
            case "clear":
                self.views.clear(view.user)
            case "errors":
                known = {str(block.get("block_id")) for block in view.blocks}
                errors = said.get("errors")
                if not isinstance(errors, dict) or not errors or errors.keys() - known:
                    delivery.outcome = Outcome.INVALID_RESPONSE
            case "update" | "push" as verb:
                self._replace(delivery, view, verb, said.get("view"))
            case _:
                delivery.outcome = Outcome.INVALID_RESPONSE

    def _replace(self, delivery: Delivery, view: View, verb: str, json: Any) -> None:  # noqa: ANN401 - what the app sent
        try:
            if verb == "push":
                self.views.push(view.user, json)
            else:
                self.views.update(json, view_id=view.id)
        except ApiError:
            delivery.outcome = Outcome.INVALID_RESPONSE

    def _as_it_stands(self, where: Place) -> Place:
        """The thing now, since an app may have changed it after it was looked up."""
        if isinstance(where, View):
            return self.views.get(where.id) or where
        if isinstance(where, Ephemeral):
            seen = self.workspace.ephemerals
            return next((each for each in seen if each.ts == where.ts), where)
        return self.workspace.find(where.channel, where.ts)

    def _modal(self, user: User, view: View | None) -> View:
        seen = self.views.get(view.id) if view else self.views.current(user.id)
        if seen is None:
            raise LookupError(f"{user.name} has no modal open")
        return seen

    def _user(self, user: User | str) -> User:
        return self.workspace.users[id_of(user)]

    def _bot(self, bot: Bot | str, *, with_user: bool) -> Bot:
        if isinstance(bot, Bot):
            return bot
        with self.workspace.lock:
            for known in self.workspace.bots.values():
                if known.name == bot and bool(known.user) == with_user:
                    return known
            user = self.workspace.add_user(bot, bot=True).id if with_user else ""
            return self.workspace.add_bot(bot, app=self.workspace.new_id("A"), user=user)


def _all_blocks(where: Place) -> Sequence[Json]:
    if isinstance(where, View):
        return where.blocks
    inside = [block for attachment in where.attachments for block in attachment.get("blocks", ())]
    return [*where.blocks, *inside]
