"""A small, strict Slack on loopback: Web API, signed deliveries, Socket Mode, Block Kit limits."""

from tests.slack_server.blocks import validate_message, validate_view
from tests.slack_server.delivery import Attempt, Delivery, Outcome, sign
from tests.slack_server.limits import LIMITS
from tests.slack_server.live import LiveToken, live_in_text, live_tokens
from tests.slack_server.model import Bot, Channel, Ephemeral, File, Group, Kind, Message, User, View
from tests.slack_server.schema import Problem
from tests.slack_server.server import SCOPES, SUBSCRIPTIONS, SlackServer
from tests.slack_server.web_api import ApiCall

__all__ = [
    "LIMITS",
    "SCOPES",
    "SUBSCRIPTIONS",
    "ApiCall",
    "Attempt",
    "Bot",
    "Channel",
    "Delivery",
    "Ephemeral",
    "File",
    "Group",
    "Kind",
    "LiveToken",
    "Message",
    "Outcome",
    "Problem",
    "SlackServer",
    "User",
    "View",
    "live_in_text",
    "live_tokens",
    "sign",
    "validate_message",
    "validate_view",
]
