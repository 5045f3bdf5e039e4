"""Response URLs: where an app answers a command or a click, five times within half an hour."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.slack_server.blocks import validate_message
from tests.slack_server.errors import ApiError, refuse
from tests.slack_server.model import Ephemeral, Message
from tests.slack_server.schema import Json
from tests.slack_server.workspace import Workspace

# docs.slack.dev/interactivity/handling-user-interaction, message responses
USES: Final = 5
LIFE_S: Final = 1_800.0


@dataclass(slots=True, kw_only=True)
class _Url:
    channel: str
    user: str
    issued_at: float
    original: Message | Ephemeral | None  # what was clicked; None for commands
    uses: int = 0
    gone: bool = False  # whether the original was deleted


class ResponseUrls:
    """The URLs given out, and what is posted to them."""

    def __init__(self, workspace: Workspace, base_url: str) -> None:
        self._workspace = workspace
        self._base_url = base_url
        self._urls: dict[str, _Url] = {}

    def issue(self, channel: str, user: str, original: Message | Ephemeral | None = None) -> str:
        key = secrets.token_urlsafe(16)
        with self._workspace.lock:
            self._urls[key] = _Url(
                channel=channel,
                user=user,
                issued_at=self._workspace.clock.now(),
                original=original,
            )
        return f"{self._base_url}/response/{key}"

    def respond(self, key: str, body: bytes) -> None:
        """Do what an app posted to one of the URLs.

        Raises:
            ApiError: used_url, expired_url, invalid_payload, and what Slack refuses in messages.
        """
        with self._workspace.lock:
            url = self._urls.get(key)
            if url is None or url.uses >= USES:
                raise ApiError("used_url")
            if self._workspace.clock.now() - url.issued_at > LIFE_S:
                raise ApiError("expired_url")
            said = payload_of(body)
            if not said.get("delete_original"):
                check_response(said)
            url.uses += 1
            self._apply(url, said)

    def _apply(self, url: _Url, said: Json) -> None:
        if said.get("delete_original") is True and url.original is not None:
            self._delete(url)
        elif said.get("replace_original") is True and url.original is not None and not url.gone:
            self._replace(url, said)
        elif not said.get("delete_original"):
            show_response(self._workspace, url.channel, url.user, said, via="response_url")

    def _delete(self, url: _Url) -> None:
        if isinstance(url.original, Message):
            self._workspace.delete(url.original)
        elif url.original is not None:
            self._workspace.change_ephemeral(url.original, deleted=True)
        url.gone = True

    def _replace(self, url: _Url, said: Json) -> None:
        words = _content(said)
        if isinstance(url.original, Message):
            url.original = self._workspace.edit(
                url.original,
                by=self._workspace.me.id,
                parse=str(said.get("parse") or "none"),
                **words,
            )
        elif url.original is not None:
            url.original = self._workspace.change_ephemeral(url.original, **words)


def payload_of(body: bytes) -> Json:
    """The JSON object in a response; an ApiError when there is none."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ApiError("invalid_payload") from error
    if not isinstance(said, dict):
        raise ApiError("invalid_payload")
    return said


def check_response(said: Mapping[str, Any]) -> None:
    """Raise what Slack refuses in the message of an ack or a response."""
    refuse(
        validate_message(
            said.get("blocks"),
            str(said.get("text") or ""),
            attachments=said.get("attachments"),
        ),
    )


def show_response(
    workspace: Workspace,
    channel: str,
    user: str,
    said: Mapping[str, Any],
    *,
    via: str,
) -> Message | Ephemeral:
    """Post what an ack or response says: to everybody if it says in_channel, else to its user."""
    words = _content(said)
    thread_ts = str(said.get("thread_ts") or "")
    how = {"parse": str(said.get("parse") or "none"), "link_names": bool(said.get("link_names"))}
    if said.get("response_type") == "in_channel":
        me = {"user": workspace.me.id, "bot": workspace.bot}
        return workspace.post(channel, thread_ts=thread_ts, **words, **me, **how)
    return workspace.whisper(channel, user, thread_ts=thread_ts, via=via, **words, **how)


def _content(said: Mapping[str, Any]) -> Json:
    return {
        "text": str(said.get("text") or ""),
        "blocks": tuple(said.get("blocks") or ()),
        "attachments": tuple(said.get("attachments") or ()),
    }
