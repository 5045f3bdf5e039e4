"""Monitors' own words for states and severities, brought to one vocabulary."""

import re

from handlers.alerts.model import Severity, State

# Words of which every one alone tells a state where a monitor puts it in a field named so.
STATES = {
    State.FIRING: (
        "activated active alarm alert alerting bad breach breached critical created crit degraded "
        "down emergency error escalated failed failing failure fatal fired firing impaired "
        "in_alarm in_progress inalarm incident is_firing major minor new not_ok offline ongoing "
        "open opened out_of_service outage problem re_notified re_opened re_triggered red "
        "renotified reopened retriggered severe started triggered unavailable unhealthy "
        "unreachable "
        "unresolved violated violating violation warn warning still_firing down_again flapping "
        "regression regressed investigating identified monitoring"
    ),
    State.RESOLVED: (
        "auto_closed auto_resolved back_to_normal back_up clear cleared close closed completed "
        "deactivated ended expired fixed green healthy inactive no_longer_alerting normal ok okay "
        "online operational passed passing recovered recovering recovery resolve resolved restored "
        "succeeded success up warn_recovered no_data_recovered recovers stopped_alerting"
    ),
    State.ACKNOWLEDGED: (
        "ack acked acknowledge acknowledged acknowledgement acknowledgment assigned snoozed "
        "silenced suppressed muted mitigated"
    ),
    State.UNKNOWN: (
        "dataerror error_executing insufficient insufficient_data missing_data no_data nodata "
        "not_available pending stale undefined uninitialized unitialized unknown"
    ),
}
STATE_WORDS = {word: state for state, words in STATES.items() for word in words.split()}

# Scales differ from monitor to monitor; where they count, 1 is the worst.
SEVERITIES = {
    Severity.CRITICAL: "blocker crit critical disaster emerg emergency fatal highest p0 p1 "
    "page panic sev0 sev1 severity1 urgent",
    Severity.HIGH: "err error high major p2 sev2 severe severity2",
    Severity.MEDIUM: "average medium moderate normal p3 sev3 severity3 warn warning",
    Severity.LOW: "low lowest minor notice p4 sev4 severity4",
    Severity.INFO: "debug info information informational p5 sev5 trace verbose",
}
SEVERITY_WORDS = {word: level for level, words in SEVERITIES.items() for word in words.split()}

ARROW = re.compile(r"(?:\u2192|\u21d2|\u27f6|[-=]>|&gt;)")
CHANGE = re.compile(r"\b(?:from|was)\b.{0,40}\bto\b", re.IGNORECASE)
BLANKS = re.compile(r"(?<!\[)\s+(?!\])")  # but not the blank of "[ ]"
WORD_BREAK = re.compile(r"[\s_/-]+")
PRIORITY = re.compile(
    r"(?<![\w-])(?:(P)[- ]?([0-5])|(SEV)(?:ERITY)?[- ]?([0-5]))(?![\w.%-])", re.IGNORECASE
)


def any_of(patterns: str) -> str:
    """Return a pattern for any of these, as whole words; they stand apart by blanks."""
    return rf"\b(?:{'|'.join(BLANKS.split(patterns.strip()))})\b"


def state_of(value: str) -> State | None:
    """Return the state that a field's value tells; of a change, the state it leads to."""
    text = ARROW.split(value)[-1]
    if CHANGE.search(text):
        text = text.rpartition(" to ")[2]
    words = [word for word in WORD_BREAK.split(text.strip().strip("[](){}.!:\"'").lower()) if word]
    phrases = ("_".join(words[:length]) for length in (4, 3, 2))
    phrase = next((phrase for phrase in phrases if phrase in STATE_WORDS), None)
    if phrase:
        return STATE_WORDS[phrase]
    return STATE_WORDS.get(words[0].strip(".,:;()")) if words else None


def severity_of(value: str | None) -> Severity | None:
    """Return the severity a monitor's word stands for; None for "none" and unknown words."""
    if not value:
        return None
    text = value.strip().strip("[](){}.!:\"'").lower()
    compact = WORD_BREAK.sub("", text)
    if compact in SEVERITY_WORDS:
        return SEVERITY_WORDS[compact]
    priority = PRIORITY.search(value)
    if priority:
        return SEVERITY_WORDS.get("".join(filter(None, priority.groups())).lower())
    first = re.match(r"[a-z]+", text)
    return SEVERITY_WORDS.get(first.group(0)) if first else None


def priority_in(text: str) -> str | None:
    """Return a priority or severity number written in a text ("P1", "SEV-2")."""
    match = PRIORITY.search(text)
    return match.group(0) if match else None
