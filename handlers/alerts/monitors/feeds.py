"""Messages that look like alerts and are news: feeds, tests, digests, trackers, conversation."""

import re

from handlers.alerts.message import Message
from handlers.alerts.model import Kind
from handlers.alerts.reading import UNKNOWN_SOURCE, Reading

FEED_SENDER = re.compile(
    r"\brss\b|\bfeeds?\b|\bstatus ?page\b|\bstatus (?:history|feed|updates?)\b|"
    r"\b(?:service|system|aws|github|slack|azure|google cloud) status\b",
    re.IGNORECASE,
)
FEED_HOST = re.compile(
    r"https?://(?:status\.[a-z0-9.-]+|[a-z0-9-]+\.statuspage\.io|health\.aws\.amazon\.com/health/status|"
    r"www\.githubstatus\.com|stspg\.io|rss\.[a-z0-9.-]+|feeds?\.[a-z0-9.-]+)(?:[/#?]|$)",
)
TEST = re.compile(
    r"\b(?:this is (?:only |just )?a test|test (?:notification|message|alert|incident|page)|"
    r"testing (?:the )?(?:integration|webhook|notification|channel|connection)s?|"
    r"(?:webhook|integration|notification) test|sample (?:alert|notification))\b",
    re.IGNORECASE,
)
DIGEST = re.compile(
    r"\b(?:daily|weekly|monthly|hourly|morning) (?:\w+ ){0,3}(?:digest|summary|report|recap|"
    r"roundup|"
    r"overview|links|dashboard)\b|\b(?:digest|summary|report) for (?:the )?(?:week|day|month|"
    r"yesterday)\b|"
    r"\b(?:in|over) the (?:past|last) (?:week|24 hours|day|month)[:,]",
    re.IGNORECASE,
)
TRACKER_SENDER = re.compile(
    r"^(?:jira|linear|asana|trello|zendesk|intercom|hubspot|salesforce|notion|confluence|clickup|monday|"
    r"shortcut|height|productboard|google (?:calendar|drive|docs)|outlook calendar|zoom|geekbot|"
    r"standuply|"
    r"polly|donut|giphy|loom|figma|miro|typeform|surveymonkey|stripe|calendly|workday|bamboohr|lattice|"
    r"slackbot|toast|pull ?panda|halp|guru|tettra|reminder)\b",
    re.IGNORECASE,
)
TRACKER_PAGE = re.compile(
    r"https?://[^\s]+?/browse/[A-Z][A-Z0-9]+-\d+|https?://(?:linear\.app|app\.asana\.com|"
    r"trello\.com|[a-z0-9-]+\.zendesk\.com)/"
)
ROTA = re.compile(
    r"\b(?:is|are) now on[- ]?call\b|\bon[- ]?call (?:shift|rotation|handoff|handover|schedule)\b|"
    r"\byour on[- ]?call\b|\bgoing (?:on|off)[- ]?call\b",
    re.IGNORECASE,
)
MAINTENANCE = re.compile(
    r"\b(?:scheduled|planned|upcoming) (?:\w+ ){0,2}(?:maintenance|downtime|upgrade|window)\b|"
    r"\bmaintenance (?:window )?(?:is |has |was )?(?:scheduled|started|begins?|completed?|ended|"
    r"finished|in progress)\b|\b(?:downtime|silence|mute)[- ]?(?:start|end|created|scheduled|"
    r"expired|cancell?ed)\b",
    re.IGNORECASE,
)
CONFIGURED = re.compile(
    r"\b(?:monitor|rule|policy|check|dashboard|query|detector|alert rule|alert policy)\b[^\n]{0,80}"
    r"\b(?:edited|created|updated|deleted|renamed|enabled|disabled|paused) by\b|"
    r"\b(?:alerts?|monitor|rule|check)\b[^\n]{0,80}\b(?:muted|unmuted|silenced) (?:by|until|for)\b|"
    r"\b(?:muted|unmuted|silenced) (?:the )?(?:alert|monitor|rule|check)\b",
    re.IGNORECASE,
)
FINISHED = re.compile(
    r"\b(?:backup|export|import|snapshot|restore|certificate|scaling|cron(?:job)?|sync|migration|"
    r"etl|job)\b.{0,80}\b(?:completed|finished|succeeded|successful(?:ly)?|renewed|done)\b",
    re.IGNORECASE,
)
FAILED = re.compile(r"\bfail|\berror|\baborted|\bunsuccessful", re.IGNORECASE)


def recognise_feed(message: Message) -> Reading | None:
    """Read the news of a status page: what it tells of is somebody else's incident."""
    if FEED_SENDER.search(message.sender or "") or any(message.urls(FEED_HOST)):
        return _notice("news of somebody's status page or feed")
    return None


def recognise_news(message: Message) -> Reading | None:
    """Read what is known to be no alert although its words are those of one."""
    sender, text = message.sender or "", message.visible
    first = " ".join(message.headlines[:3])
    if TRACKER_SENDER.search(sender) or _is_titled_by(message, TRACKER_PAGE):
        return _chatter("a tracker, calendar or poll")
    if ROTA.search(first):
        return _chatter("it tells who is on call")
    if TEST.search(first):
        return _notice("a test of the channel")
    if DIGEST.search(text[:400]):
        return _chatter("a digest")
    if CONFIGURED.search(first):
        return _chatter("somebody changed what is watched")
    if MAINTENANCE.search(first):
        return _notice("it announces maintenance")
    if FINISHED.search(first) and not FAILED.search(text):
        return _notice("work that ended well")
    return None


def _is_titled_by(message: Message, page: re.Pattern[str]) -> bool:
    titles = {*message.headlines}
    return any(
        page.match(link.url) and (link.label in titles or not link.label) for link in message.links
    )


def _notice(why: str) -> Reading:
    return Reading(source=UNKNOWN_SOURCE, why=why, kind=Kind.NOTICE)


def _chatter(why: str) -> Reading:
    return Reading(source=UNKNOWN_SOURCE, why=why, kind=Kind.CHATTER)
