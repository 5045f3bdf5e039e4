"""AWS's own events other than alarms and Health: findings, jobs, deployments, raw EventBridge."""

import re
from dataclasses import replace

from handlers.alerts.aws_names import service_name
from handlers.alerts.facts import Scope, read_facts
from handlers.alerts.message import Message, Place
from handlers.alerts.model import Basis, Facts, Kind, State
from handlers.alerts.monitors.forwarders import ARABOLD, ASSERTIBLE, NOTIFY_SLACK, forwarder_of
from handlers.alerts.reading import UNKNOWN_SOURCE, Reading
from handlers.alerts.words import state_of

FINDING_TITLE = re.compile(
    r"(?:AWS )?(GuardDuty|Security Hub|SecurityHub|Inspector|Macie|Access Analyzer) "
    r"(?:Finding|finding)s?\s*[-:|]\s*(.+)",
)
MALWARE = re.compile(r"(?:AWS )?GuardDuty Malware Scan Result\s*[-:]\s*(\w+)")
INSTANCE = re.compile(r"\bi-[0-9a-f]{6,17}\b")
JOB_TITLE = re.compile(r"An AWS (?:Backup|Copy|Restore) job\b.*")

CI_SERVICES = frozenset({"codepipeline", "codebuild", "codedeploy", "codecommit", "ecr"})
FAILED = re.compile(
    r"(?<![A-Za-z])(?:FAIL(?:ED|URE)?|[Ff]ail(?:ed|ure)?|ABORTED|aborted|TIMED_OUT|TIMEOUT|ERROR|"
    r"EXPIRED|expired|SEVERE|Severe|Degraded|DEGRADED|LAUNCH_ERROR|TERMINATE_ERROR)(?![A-Za-z])"
)
NOT_FAILED = re.compile(r"\b(?:completed successfully|without errors?|0 failed)\b")
# Source: Elastic Beanstalk developer guide, "Health colors and statuses".
HEALTH_CHANGE = re.compile(r"\bhealth has transitioned from \w+ to (\w+)")
STATUS_KEYS = (
    "state",
    "status",
    "jobstatus",
    "laststatus",
    "detailstate",
    "buildstatus",
    "eventname",
    "detailstatus",
)
RESOURCE_KEYS = (
    ("jobname", "job"),
    ("pipeline", "pipeline"),
    ("dbinstanceidentifier", "db-instance"),
    ("projectname", "project"),
    ("statemachinearn", "state-machine"),
    ("crawlername", "crawler"),
)
AUTHOR_SERVICE = re.compile(r"^(?:Amazon|AWS) ([A-Za-z0-9 ]{2,30}?)(?: Notification| Event)?$")


def recognise_aws_event(message: Message) -> Reading | None:
    """Read an AWS event that is neither a CloudWatch alarm nor a Health event."""
    for read in (_finding, _malware, _backup, _eventbridge, _service_notification):
        reading = read(message)
        if reading:
            return reading
    if forwarder_of(message) == NOTIFY_SLACK:
        return _forwarded_text(message)
    return None


def _finding(message: Message) -> Reading | None:
    """Read a security finding; the field names are terraform-aws-notify-slack's."""
    match = next(filter(None, map(FINDING_TITLE.match, message.headlines)), None)
    if match is None:
        return None
    service, title = match.groups()
    instance = INSTANCE.search(title)
    finding = next((link.url for link in message.links if "finding" in link.url), "")
    known = Facts(
        service=service_name(service),
        resource=instance.group(0) if instance else None,
        resource_type="instance" if instance else None,
    )
    facts = read_facts(Scope(message=message, alarm=title, errors=False), known)
    return Reading(
        source=forwarder_of(message) or UNKNOWN_SOURCE,
        why=f"a {service} finding",
        state=State.FIRING,
        alarm=title.strip(),
        severity=message.value("severity"),
        key=(
            "finding",
            facts.service or "",
            facts.region or "",
            facts.account or "",
            finding.partition("search=")[2] or title,
        ),
        facts=facts,
    )


def _malware(message: Message) -> Reading | None:
    title = next((line for line in message.headlines if MALWARE.match(line)), None)
    if title is None:
        return None
    bucket = message.value("s3bucket", "bucket")
    known = Facts(service="guardduty", resource=bucket, resource_type="bucket" if bucket else None)
    facts = read_facts(Scope(message=message, alarm=title, errors=False), known)
    found = "NO_THREATS" not in title
    return Reading(
        source=forwarder_of(message) or UNKNOWN_SOURCE,
        why="a GuardDuty malware scan",
        kind=Kind.ALERT if found else Kind.NOTICE,
        state=State.FIRING if found else None,
        alarm=title,
        key=("malware", bucket or "", message.value("s3object") or "", title),
        facts=facts,
    )


def _backup(message: Message) -> Reading | None:
    """Read an AWS Backup message: its title says how the job ended."""
    title = next((text for text in message.at(Place.FIELD) if JOB_TITLE.match(text)), None)
    if title is None:
        return None
    failed = _has_failed(title)
    facts = read_facts(Scope(message=message, errors=False), Facts(service="backup"))
    return Reading(
        source=NOTIFY_SLACK,
        why="an AWS Backup job that failed" if failed else "an AWS Backup job that ended well",
        kind=Kind.ALERT if failed else Kind.NOTICE,
        state=State.FIRING if failed else None,
        alarm=title if failed else None,
        key=("backup", facts.account or "", message.value("copyjobid", "backupjobid") or title),
        facts=facts,
    )


def _eventbridge(message: Message) -> Reading | None:
    """Read an EventBridge event, as fields or as JSON: `detail-type` and `source` name it."""
    detail_type, source = _detail_type(message), _event_source(message)
    if detail_type is None or source is None:
        return None
    forwarder = forwarder_of(message) or "custom-cloudwatch-lambdas"
    service = service_name(source.removeprefix("aws."))
    return _service_event(message, source=forwarder, service=service, title=detail_type)


def _detail_type(message: Message) -> str | None:
    stated = message.value("detailtype")
    titles = message.at(Place.TITLE) if forwarder_of(message) == ARABOLD else ()
    return stated or next((title for title in titles if title.endswith("Change")), None)


def _event_source(message: Message) -> str | None:
    stated = message.value("source")
    texts = (stated or "", *message.at(Place.AUTHOR))
    found = (re.match(r"aws\.[a-z0-9-]{2,30}", text) for text in texts)
    return next((match.group(0) for match in found if match), None)


def _service_event(message: Message, *, source: str, service: str, title: str) -> Reading:
    status = message.value(*STATUS_KEYS) or ""
    failed = bool(FAILED.search(status))
    known = _named(Facts(service=service), message)
    facts = read_facts(Scope(message=message, errors=failed), known)
    if service in CI_SERVICES:
        return Reading(
            source=source, why=f"{title}: a delivery pipeline's event", kind=Kind.CI, facts=facts
        )
    return Reading(
        source=source,
        why=f"{title}: {status or 'no state'}",
        kind=Kind.ALERT if failed else Kind.NOTICE,
        state=State.FIRING if failed else None,
        alarm=title if failed else None,
        severity=message.value("severity"),
        facts=facts,
    )


def _resource(message: Message) -> tuple[str | None, str | None]:
    for key, kind in RESOURCE_KEYS:
        name = message.value(key)
        if name:
            return kind, name
    return None, None


def _service_notification(message: Message) -> Reading | None:
    """Read a service's own SNS message as assertible's and arabold's functions lay it out."""
    forwarder = forwarder_of(message)
    if forwarder == ASSERTIBLE:
        spelled = re.match(r"AWS (.+) Notification", message.at(Place.TEXT)[0])
        title = message.value("message") or ""
    elif forwarder == ARABOLD:
        author = (*message.at(Place.AUTHOR), "")[0]
        spelled = AUTHOR_SERVICE.match(author)
        title = (*message.at(Place.BODY), "")[0]
    else:
        return None
    if spelled is None or not title:
        return None
    service = service_name(spelled.group(1))
    return _notification(message, source=forwarder, service=service, title=title)


def _notification(message: Message, *, source: str, service: str, title: str) -> Reading:
    change = HEALTH_CHANGE.search(title)
    if change:
        return _health_change(message, change.group(1), source=source, service=service)
    failed = _has_failed(f"{title} {message.value('event') or ''}")
    is_ci = service in CI_SERVICES
    facts = read_facts(
        Scope(message=message, errors=False),
        _named(Facts(service=service), message),
    )
    if is_ci or not failed:
        return Reading(
            source=source,
            why=f"{service} tells of its work",
            kind=Kind.CI if is_ci else Kind.NOTICE,
            facts=facts,
        )
    return Reading(
        source=source,
        why=f"{service} tells of a failure",
        state=State.FIRING,
        alarm=title,
        facts=facts,
    )


def _health_change(message: Message, health: str, *, source: str, service: str) -> Reading:
    """Read an environment's change of health, which ends as it began."""
    environment = message.value("environment", "environmentname", "application")
    facts = read_facts(Scope(message=message, errors=False), Facts(service=service))
    return Reading(
        source=source,
        why=f"{service} tells of an environment's health",
        state=state_of(health) or State.UNKNOWN,
        alarm="Environment health",
        key=("environment-health", service, environment or "", facts.region or ""),
        facts=facts,
    )


def _named(facts: Facts, message: Message) -> Facts:
    """Return the facts with the resource a field or a console link names."""
    kind, name = _resource(message)
    database = next(
        (re.search(r"#(?:dbinstance|database):id=([\w-]+)", link.url) for link in message.links),
        None,
    )
    if database:
        kind, name = "db-instance", database.group(1)
    if not name:
        return facts
    return replace(facts, resource_type=kind, resource=name, basis=Basis.STATED)


def _forwarded_text(message: Message) -> Reading | None:
    """Read plain SNS text that notify-slack passes on: an alert only if it says so."""
    text = " ".join(message.at(Place.TITLE, Place.FIELD))
    if _has_failed(text):
        return None
    facts = read_facts(Scope(message=message, errors=False))
    return Reading(
        source=NOTIFY_SLACK,
        why="a message passed on from SNS",
        kind=Kind.NOTICE,
        facts=facts,
    )


def _has_failed(text: str) -> bool:
    return bool(FAILED.search(text)) and not NOT_FAILED.search(text)
