"""The name of a problem in a title or sentence that also tells how it stands."""

import re

from handlers.alerts.titles import FILLERS, LEADING_REFERENCE, NOUNS, REFERENCE, state_in_prose
from handlers.alerts.words import STATE_WORDS

MAX_LINE = 400

STANDS = (
    r"(?:down|up|offline|online|unhealthy|healthy|unreachable|reachable|unavailable|available|critical|warning|"
    r"ok|normal|failing|firing|alerting|active|triggered|resolved|recovered|cleared|closed|opened|breached|"
    r"violated|degraded|responding|ongoing|operational|fired|acknowledged|restored|in alarm|fixed|"
    r"failed)"
)
# "Shop is DOWN (HTTP 503)", "disk recovered", "db-1 needs attention, ...".
CLAUSE = re.compile(
    rf"[\s,]+(?:(?:is|are|was|were|has|have|went|came|seems|appears)\b[^.!:\n]{{0,30}}?\b{STANDS}|"
    rf"(?:recovered|cleared|triggered|needs attention)|back (?:up|online|to normal))\b",
    re.IGNORECASE,
)
# The same where the state is told before: "CRITICAL: till is down", "DOWN alert: Shop is DOWN".
SHORT_CLAUSE = re.compile(
    r"[\s,]+(?:is|are|went) [^.!:\n]{0,20}?\b"
    rf"(?:(?i:down|up|offline|online|unreachable|reachable|unhealthy|healthy|ok)|{STANDS.upper()})\b",
)
# "New incident for x", "An alert for x", "dana acknowledged alert #12: x",
# "Incident acknowledged by dana: x".
LEAD = re.compile(
    r"^(?:(?:an?|the|new|resolved|open|ongoing|closed) )*(?:incident|alert|problem|outage|"
    r"alarm) (?:for|on|with) |"
    r"^(?:[\w.@-]+ ){1,3}(?:acknowledged|closed|resolved|snoozed|unacknowledged) (?:the )?(?:alert|"
    r"incident)"
    r"(?: #?[\w-]+)?:\s+|^(?:incident|alert|problem) (?:acknowledged|resolved|"
    r"closed) by [\w.@ -]{1,40}:\s+|"
    r"^[^:\n]{1,40}\b(?:alert|incident|alarm|problem|violation)s? (?:has been |was |"
    r"is )?(?:triggered|fired|firing|"
    r"started|declared|opened|resolved|closed|recovered|acknowledged):\s+|"
    r"^your (?:site|service|check) ",
    re.IGNORECASE,
)
QUOTED = re.compile(
    r"^(?:(?:the|an?|your) )?(?:check|rule|monitor|alert|site|service|host|sensor|test|policy|"
    r"condition)s? "
    r"[\"'\u2018\u201c](.+?)[\"'\u2019\u201d]$",
    re.IGNORECASE,
)
TAIL = re.compile(
    r"\s+(?:- Reason:|\(\s?https?://|\((?:priority|severity|urgency|status)\b).*$|\. [A-Z].*$",
)
QUOTES = "\"'\u2018\u2019\u201c\u201d"


def problem_name(title: str, *, told: bool = False) -> str:
    """Return the name in a title: what is left without telling how the problem stands.

    The same for "Shop is DOWN" and "Shop is back up", so that one ends the other. Where the state
    is told before the name, "Checkout is slow" is the name: only "is down" and its like are cut.
    """
    line = title[:MAX_LINE].strip()
    name = LEAD.sub("", line)
    told = told or (name != line and state_in_prose(line[: len(line) - len(name)]) is not None)
    name = LEADING_REFERENCE.sub("", name)
    clause = (SHORT_CLAUSE if told else CLAUSE).search(name)
    if clause and clause.start() > 0:
        name = name[: clause.start()]
    name = TAIL.sub("", name).strip(" .,:!")
    quoted = QUOTED.match(name)
    name = quoted.group(1) if quoted else name
    return name.strip(QUOTES) if name[:1] in QUOTES or name[-1:] in QUOTES else name


def says_nothing(name: str) -> bool:
    """Whether a title holds no name at all: "Alert firing", "Incident #12 resolved"."""
    words = [word.strip("[](){}.,!:*").lower() for word in name.split()]
    return all(
        not word
        or word in FILLERS
        or word in NOUNS
        or word in STATE_WORDS
        or REFERENCE.match(word)
        or word.startswith("#")
        for word in words
    )
