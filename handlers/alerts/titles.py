"""States in titles and sentences, for monitors whose layout nobody described."""

import re
from dataclasses import dataclass

from handlers.alerts.model import State
from handlers.alerts.words import STATE_WORDS, priority_in, severity_of

MAX_TITLE = 600
MAX_BRACKETS = 5
MAX_PREFIX_WORDS = 6
MAX_SEGMENTS = 3
MAX_TAG_WORDS = 3

LEADING = re.compile(r"^[^\w\[\"'(<{#]+")
BRACKET = re.compile(r"^[\[(]([^\[\]()\n]{1,80})[\])][:\s-]*")
ENDING_BRACKET = re.compile(r"\s[\[(]([A-Za-z _-]{2,30})[\])]$")
COUNT = re.compile(r":\s?\d+\b")
SEPARATOR = re.compile(r"(?::|\s[-\u2013\u2014|]|\u00b7)\s+|\s\|\s")
DURATION = re.compile(r"\b(?:in|after|for) \d[\w .,]{0,30}$")
REFERENCE = re.compile(r"^(?:#\d+|[A-Z]{1,10}-\d+|\d+)$")

LEADING_REFERENCE = re.compile(
    r"^(?:(?i:incident|alert|problem|case) )?(?:#[\w.]+|[A-Z]{1,10}-\d+)(?:\s*[:\u2013\u2014-]|"
    r"\s)\s*",
)

# Words that tell a state and nothing else, wherever a monitor's title starts with them.
STRONG_WORDS = (
    "acknowledged acknowledgement alarm alerting cleared down firing fired insufficient_data "
    "no_data nodata "
    "outage problem re_triggered recovered recovery resolved retriggered triggered recovers"
)
STRONG = frozenset(STRONG_WORDS.split())
# Levels that tell a state where a program shouts them.
SHOUTED_WORDS = "ALERT CRITICAL DISASTER EMERGENCY ERROR FAILED FAILURE FATAL WARNING"
SHOUTED = frozenset(SHOUTED_WORDS.split())
# Nouns that turn "opened", "closed" and "new" into a monitor's words.
NOUN_WORDS = (
    "alarm alarms alert alerts check checks condition event host incident incidents issue monitor "
    "monitors notification outage policy probe problem problems rule sensor service site status "
    "trigger violation"
)
NOUNS = frozenset(NOUN_WORDS.split())
FILLER_WORDS = "a an has been is was now the state status current to still"
FILLERS = frozenset(FILLER_WORDS.split())

NOUN = r"(?:sev-?\d|incident|alert|alarm|problem|violation|issue|outage|monitor|check|case|anomaly)"
BE = r"(?:is|are|was|were|has|have|been|be|went|goes|gone|became|seems|appears)"
NUMBER = r"(?:#?[\w-]{1,20} )?"
PHRASES: tuple[tuple[State, re.Pattern[str]], ...] = (
    (
        State.RESOLVED,
        re.compile(
            rf"\b{BE}(?: \w+)? (?:recovered|resolved|cleared|restored|fixed)\b|\brecovered\b|"
            rf"\b{BE} (?:now )?(?:back )?(?:up|online|healthy|operational|reachable|ok|normal|"
            rf"passing|green)\b"
            r"(?! to\b| and down\b| for\b| on\b|-)|"
            r"\bback (?:to normal|up|online|to ok)\b|\bno longer (?:alerting|firing|failing|active|"
            r"breach\w*|violat\w+|down|in alarm)\b|"
            r"\b(?:returned|changed|transitioned) (?:from [\w ]{1,20} )?to (?:normal|ok|healthy|"
            r"up)\b|"
            rf"\b{NOUN} {NUMBER}(?:automatically |auto-?)?(?:resolved|closed|cleared|ended|"
            rf"recovered)\b|"
            rf"\b{NOUN} [^\n.:]{{1,40}} (?:cleared|resolved|recovered)\b|"
            rf"\b(?:resolved|closed|cleared) (?:by|(?:the )?{NOUN})\b",
            re.IGNORECASE,
        ),
    ),
    (
        State.ACKNOWLEDGED,
        re.compile(
            rf"\backnowledged (?:by|the|this|in|via|{NOUN})\b|"
            rf"\b{NOUN} {NUMBER}(?:was |has been )?acknowledged\b|\backed by\b",
            re.IGNORECASE,
        ),
    ),
    (
        State.UNKNOWN,
        re.compile(r"\b(?:no data|missing data|insufficient[_ ]data)\b", re.IGNORECASE),
    ),
    (
        State.FIRING,
        re.compile(
            rf"\b{BE} (?:now |currently |still |again )?(?:down|offline|unhealthy|unreachable|"
            r"unavailable|critical|not responding|degraded|failing|firing|alerting|in alarm|active|"
            r"triggered|breached|violated|in an? \w+ state|experiencing)\b|"
            rf"\b{NOUN} {NUMBER}(?:has been |was |is )?(?:opened|open|triggered|"
            r"created|started|declared|detected|activated|fired|fires)\b|"
            rf"\b(?:new|open|active|critical|error|warning|severe|major|emergency) {NOUN}\b|"
            r"\bneeds attention\b|\b(?:task|job|dag|query|probe|check) [^\n]{0,60}\bfailed\b|"
            r"\b(?:crossed|exceed(?:s|ed)|breach(?:es|ed)|violat(?:es|"
            r"ed)) (?:\w+ ){0,3}threshold\b|"
            r"\b(?:above|below|over|under) (?:\w+ ){0,2}threshold\b|"
            r"\b(?:changed|transitioned) (?:from [\w ]{1,20} )?to (?:alarm|critical|unhealthy|"
            r"down)\b|"
            r"\b(?:alert|violation)s? (?:firing|started|triggered)\b|"
            r"\bcertificate [^\n]{0,80}\bexpires? in \d+ (?:days?|hours?)\b|"
            r"\bstate is now alarm\b|\bin ALARM\b",
            re.IGNORECASE,
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A title, taken apart."""

    state: State | None
    strong: bool  # the word that tells the state tells nothing else
    name: str  # without state, priority and number
    severity: str | None  # the word seen


def read_title(line: str) -> Title:
    """Return state, severity and name of a title such as "[P1] Resolved in 5m: High CPU".

    A bracket before the state (environment, team, tool) is no part of the name; after it, it is.
    """
    rest = LEADING.sub("", line[:MAX_TITLE]).strip()
    state, severity, tagged = None, None, ""
    for _ in range(MAX_BRACKETS):
        match = BRACKET.match(rest)
        if match is None:
            break
        inside = match.group(1)
        found, level = state_in_bracket(inside), _severity_in(inside)
        if not (found or level) and (state or len(inside.split()) > MAX_TAG_WORDS):
            break
        state, severity = state or found, severity or level
        tagged = tagged or ("" if found or level else rest)
        rest = LEADING.sub("", rest[match.end() :]).strip()
    if state:
        return Title(state=state, strong=True, name=_without_reference(rest), severity=severity)
    state, strong, rest, severity = _prefix(rest, severity)
    ending = ENDING_BRACKET.search(rest)
    ended = state_in_bracket(ending.group(1)) if ending else None
    if ending and ended:
        state, strong, rest = ended, True, rest[: ending.start()]
    name = _without_reference(rest) if state or not tagged else tagged
    return Title(state=state, strong=strong, name=name, severity=severity)


def tells_state(value: str) -> bool:
    """Whether a field's value is a word that tells a monitor's state and nothing else."""
    return value.strip().lower().replace(" ", "_").replace("-", "_") in STRONG


def state_in_bracket(inside: str) -> State | None:
    """Return the state of "FIRING:2", "FIRING:1, RESOLVED:1", "Triggered on {host:a}"."""
    first = COUNT.sub("", inside).split(",")[0].strip()
    words = re.split(r"\s+on\s+\{|\s*[:{]", first)[0].split()
    state, _, others = _states_among(words)
    return state if all(_is_filling(word) for word in others) else None


def state_in_prose(text: str) -> State | None:
    """Return the state that a sentence tells; the earliest one that does."""
    found = [
        (match.start(), state) for state, pattern in PHRASES if (match := pattern.search(text))
    ]
    return min(found)[1] if found else None


def _severity_in(inside: str) -> str | None:
    if priority_in(inside):
        return priority_in(inside)
    word = inside.strip()
    return word if re.fullmatch(r"[A-Za-z]{3,15}", word) and severity_of(word) else None


def _prefix(rest: str, severity: str | None) -> tuple[State | None, bool, str, str | None]:
    """Read the state off the words before a separator: "Alert closed: x", "prod - Resolved: x"."""
    tail = rest
    for _ in range(MAX_SEGMENTS):
        match = SEPARATOR.search(tail)
        if match is None:
            break
        before = DURATION.sub("", tail[: match.start()]).strip()
        words = [word.strip("[](){}.,!*\"'") for word in before.split()]
        tail = tail[match.end() :].strip()
        found, strong, others = _states_among(words)
        if found and all(_is_filling(word) for word in others):
            severity = severity or _level_among(words)
            inner, inner_strong, name, severity = _prefix(tail, severity)
            state = inner if inner and found is State.FIRING else found
            return state, strong or inner_strong, name, severity
        if len(words) > MAX_TAG_WORDS:
            break
    return None, False, rest, severity


def _is_filling(word: str) -> bool:
    return word.lower() in FILLERS | NOUNS or bool(REFERENCE.match(word))


def _level_among(words: list[str]) -> str | None:
    """Return the severity among the words of a prefix; "New error" counts, and does not rate."""
    if "new" in (word.lower() for word in words):
        return None
    return next((word for word in words if severity_of(word)), None)


def _states_among(words: list[str]) -> tuple[State | None, bool, list[str]]:
    """Return the state the words of a prefix tell, and the words that tell none.

    "Alert resolved" is resolved, "Problem acknowledged" is acknowledged: the noun is weaker.
    """
    if not words or len(words) > MAX_PREFIX_WORDS:
        return None, False, words
    joined = "_".join(words).lower().replace("-", "_")
    shouted = not SHOUTED.isdisjoint(words)
    if joined in STATE_WORDS:
        return STATE_WORDS[joined], shouted or joined in STRONG, []
    lowered = [word.lower().replace("-", "_") for word in words]
    told = [(word, STATE_WORDS[word]) for word in lowered if word in STATE_WORDS]
    others = [word for word in words if word.lower().replace("-", "_") not in STATE_WORDS]
    for wanted in (State.RESOLVED, State.ACKNOWLEDGED, State.UNKNOWN, State.FIRING):
        named = [word for word, state in told if state is wanted]
        if named:
            has_noun = not NOUNS.isdisjoint(lowered) and not NOUNS.issuperset(named)
            return wanted, shouted or has_noun or any(word in STRONG for word in named), others
    return None, False, others


def _without_reference(name: str) -> str:
    """Strip "#123:", "INC-12 -" and the like from the start, quotes around all of it."""
    name = LEADING_REFERENCE.sub("", name.strip())
    quoted = re.fullmatch(r'"([^"]+)"', name)
    return quoted.group(1).strip() if quoted else name.strip()
