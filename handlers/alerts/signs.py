"""Signs that a message is an alert, for monitors nobody described: several must agree."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from handlers.alerts.aws_names import services_in
from handlers.alerts.message import Message, Tone
from handlers.alerts.metrics import metric_in_prose
from handlers.alerts.model import State
from handlers.alerts.titles import Title, state_in_prose, tells_state
from handlers.alerts.words import any_of, severity_of, state_of

MAX_STATE_CHARS = 60
SURE, STRONG, WEAK = 3, 2, 1  # the weights of a sign
ENOUGH = 3  # chosen over the samples of the tests: one sure sign, or a strong and a weak one

STATE_NAMES = (
    "alarmstate alertstate alertstatus alarmstatus currentstate currentstatus newstate newstatus "
    "newstatevalue statechange statuschange incidentstate incidentstatus monitorstate "
    "monitorstatus monitorcondition checkstatus problemstate problemstatus healthstatus "
    "notificationtype hoststate servicestate issuestate issuestatus triggerstatus transition "
    "statechangetype alerttransition eventstate"
)
STATE_KEYS = tuple(STATE_NAMES.split())
LOOSE_STATE_KEYS = ("state", "status")
EVENT_KEYS = ("eventtype", "event", "condition", "type", "action")
SEVERITY_NAMES = (
    "severity alertseverity severitylevel incidentseverity priority urgency level alertlevel "
    "criticality impact"
)
SEVERITY_KEYS = tuple(SEVERITY_NAMES.split())

TALKED_ABOUT = re.compile(
    r"\b(?:alerts?|alarms?|incidents?|monitors?|monitoring|outages?)\b", re.IGNORECASE
)
WATCHING_WORDS = r"""
    thresholds? violations? SLOs? error[ ]budget burn[ ]rate probes? health[ ]?checks? uptime
    downtime anomal(?:y|ies|ous) heartbeat synthetics?
"""
WATCHING = re.compile(any_of(WATCHING_WORDS), re.IGNORECASE)
TROUBLE_WORDS = r"""
    fail(?:ed|ing|ure|ures|s) errors? exceptions? exceed(?:ed|s|ing)? above below spike degraded
    unreachable time(?:d)?[ ]?outs? latency unavailable crash(?:ed|ing|es)? OOM\w* out[ ]of[ ]memory
    throttl\w+ unhealthy refused too[ ](?:many|high|low) not[ ]responding overload(?:ed)? saturat\w+
    deadlock\w* lag expire[ds]? stuck backlog 5xx HTTP[ ]?[45]\d\d
"""
TROUBLE = re.compile(any_of(TROUBLE_WORDS), re.IGNORECASE)
COMPARES = re.compile(r"[<>]=? ?\d|\b(?:above|below|over|under|exceed(?:s|ed)?) \d", re.IGNORECASE)
ALERT_EMOJI_NAMES = (
    "rotating_light fire red_circle x warning bangbang exclamation boom no_entry sos skull siren "
    "alert octagonal_sign large_red_circle large_orange_circle small_red_triangle "
    "chart_with_upwards_trend \U0001f6a8 \U0001f525 \U0001f534 \u274c \u26a0 \U0001f7e0 \u203c "
    "\u2757 \U0001f4a5 \U0001f6d1 \U0001f480"
)
ALERT_EMOJI = frozenset(ALERT_EMOJI_NAMES.split())
GOOD_EMOJI_NAMES = (
    "white_check_mark heavy_check_mark large_green_circle green_circle green_heart ok_hand tada "
    "\u2705 \u2714 \U0001f7e2 \U0001f49a"
)
GOOD_EMOJI = frozenset(GOOD_EMOJI_NAMES.split())

# Tools that watch, by the names they post under. A name alone opens nothing.
SENDER_NAMES = r"""
    alert\w* alarm\w* monitor\w* incident\w* uptime\w* watch(?:dog|er|tower|men) pager\w* on-?call
    opsgenie victorops splunk new[ ]?relic dynatrace honeycomb pingdom status[ ]?cake checkly
    better[ ]?(?:stack|uptime) nagios icinga2? netdata prometheus grafana kibana elastic\w*
    elastalert rollbar bugsnag raygun airbrake honeybadger appsignal signoz squadcast rootly
    fire[ ]?hydrant zenduty xmatters sensu checkmk prtg solarwinds logicmonitor appdynamics instana
    sumo[ ]?logic coralogix logz lightstep chronosphere wavefront site24x7 healthchecks? cronitor
    gatus statsig robusta komodor botkube google[ ]cloud stackdriver scalyr loggly papertrail last9
    groundcover thousandeyes catchpoint sysdig falco wiz errors? airflow
"""
SENDER = re.compile(any_of(SENDER_NAMES), re.IGNORECASE)
HOST_NAMES = r"""
    opsgenie\.com atlassian\.net/jira/ops victorops\.com splunk newrelic\.com incident\.io
    firehydrant honeycomb\.io dynatrace elastic-cloud kibana checklyhq pingdom solarwinds
    betteruptime betterstack statuscake signoz nagios icinga netdata rollbar\.com bugsnag\.com
    raygun airbrake honeybadger uptimerobot logicmonitor site24x7 wavefront lightstep instana
    appdynamics sumologic logz\.io coralogix chronosphere robusta squadcast zenduty rootly xmatters
    healthchecks\.io cronitor sensu checkmk prometheus alertmanager grafana thousandeyes catchpoint
    console\.cloud\.google\.com/monitoring
"""
HOST = re.compile(rf"https?://[^\s/]*(?:{'|'.join(HOST_NAMES.split())})")
# "db-1 is DOWN": nobody but a monitor shouts a state.
SHOUTED = re.compile(
    r"\b(?:is|are|went|[Ss]tate:|STATE:) {1,3}(?:now |back )?"
    r"(DOWN|CRITICAL|UNREACHABLE|FAILING|UNHEALTHY|FIRING|"
    r"WARNING|UNKNOWN|UP|OK|RECOVERED|RESOLVED|HEALTHY)\b",
)
RECOVERED = re.compile(
    r"\b(?:is|are|came|went) (?:now )?back (?:up|online|to normal|to ok)\b|\bhas recovered\b",
    re.IGNORECASE,
)
IN_A_SENTENCE = "a sentence states it"
TALKED_WORDS = "words of alerts"
TROUBLE_TOLD = "words of trouble"
METRIC_NAMED = "names an AWS metric"
SERVICE_NAMED = "names an AWS service"
COMPARED = "compares with a threshold"


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign that a message is an alert."""

    weight: int
    says: str
    state: State | None = None


def signs_of(message: Message, titles: tuple[Title, ...]) -> tuple[Sign, ...]:
    """Return the signs of an alert in a message, the surest of its state first."""
    return (*_state_signs(message, titles), *_other_signs(message, titles))


def weight_of(signs: tuple[Sign, ...]) -> int:
    """Add up the signs; a sentence about alerts alone is how people talk of alerts."""
    if {sign.says for sign in signs} <= {IN_A_SENTENCE, TALKED_WORDS}:
        return 0
    return sum(sign.weight for sign in signs)


def state_by_looks(message: Message, signs: tuple[Sign, ...]) -> State | None:
    """Return firing where it looks so and trouble is told; looks alone tell nothing."""
    says = {sign.says for sign in signs}
    told = not says.isdisjoint({TROUBLE_TOLD, METRIC_NAMED}) or {SERVICE_NAMED, COMPARED} <= says
    red = Tone.RED in message.tones or not ALERT_EMOJI.isdisjoint(message.emoji)
    return State.FIRING if told and red else None


def looks_like_alarm(message: Message) -> bool:
    """Whether colour or emoji hint at trouble."""
    warns = not message.tones.isdisjoint({Tone.RED, Tone.YELLOW})
    return warns or not ALERT_EMOJI.isdisjoint(message.emoji)


def looks_like_all_clear(message: Message) -> bool:
    return Tone.GREEN in message.tones or not GOOD_EMOJI.isdisjoint(message.emoji)


def _state_signs(message: Message, titles: tuple[Title, ...]) -> Iterator[Sign]:
    yield from _stated(message, STATE_KEYS, SURE)
    titled = next((title for title in titles if title.state and title.strong), None)
    if titled:
        yield Sign(STRONG, "its title states it", titled.state)
    shouted = SHOUTED.search("\n".join(message.headlines[:4]))
    if shouted:
        yield Sign(SURE, f"it is {shouted.group(1)}", state_of(shouted.group(1)))
    if RECOVERED.search(" ".join(message.headlines[:2])):
        yield Sign(SURE, "it is back", State.RESOLVED)
    yield from _stated(message, LOOSE_STATE_KEYS, WEAK)
    prose = state_in_prose("\n".join((*message.headlines[:4], message.visible[:1_500])))
    if prose:
        yield Sign(STRONG, IN_A_SENTENCE, prose)
    yield from _stated(message, EVENT_KEYS, WEAK)
    prefixed = next((title for title in titles if title.state), None)
    if prefixed and not titled:
        yield Sign(WEAK, "a word before its title", prefixed.state)


def _stated(message: Message, keys: tuple[str, ...], weight: int) -> Iterator[Sign]:
    """Yield the first state that a field of these names holds."""
    for key in keys:
        stated = message.value(key) or ""
        state = state_of(stated) if len(stated) < MAX_STATE_CHARS else None
        if state:
            sure = tells_state(stated) and weight == WEAK
            yield Sign(STRONG if sure else weight, f"{key} is {stated!r}", state)
            return


def _other_signs(message: Message, titles: tuple[Title, ...]) -> Iterator[Sign]:
    severity = message.value(*SEVERITY_KEYS)
    if severity and severity_of(severity):
        yield Sign(WEAK, f"severity {severity[:MAX_STATE_CHARS]}")
    if any(title.severity for title in titles[:3]):
        yield Sign(WEAK, "a severity in the title")
    yield from _worded(message.visible[:4_000])
    if Tone.RED in message.tones:
        yield Sign(STRONG, "is red")
    elif looks_like_alarm(message):
        yield Sign(WEAK, "looks like an alarm")
    elif looks_like_all_clear(message):
        yield Sign(WEAK, "looks like an all-clear")
    if SENDER.search(message.sender or "") or any(message.urls(HOST)):
        yield Sign(STRONG, "comes from a monitor")


def _worded(text: str) -> Iterator[Sign]:
    """Yield the signs in a text's words."""
    if WATCHING.search(text):
        yield Sign(WEAK, "a monitor's words")
    elif TALKED_ABOUT.search(text):
        yield Sign(WEAK, TALKED_WORDS)
    if TROUBLE.search(text):
        yield Sign(WEAK, TROUBLE_TOLD)
    if COMPARES.search(text):
        yield Sign(WEAK, COMPARED)
    if metric_in_prose(text):
        yield Sign(STRONG, METRIC_NAMED)
    elif services_in(text):
        yield Sign(WEAK, SERVICE_NAMED)
