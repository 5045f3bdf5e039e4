"""Alarms and other things that ARNs and console URLs name."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from handlers.alerts.aws_regions import region_of
from handlers.alerts.message import Message

ARN = re.compile(
    r"arn:aws[a-z-]{0,20}:([a-z0-9-]{1,40}):([a-z0-9-]{0,30}):(\d{12}|):([^\s\"'<>`|,\\]{1,512})",
)
CONSOLE = re.compile(
    r"https://(?:([a-z0-9-]{6,30})\.)?(?:console\.aws\.amazon\.com|console\.amazonaws-us-gov\.com|"
    r"console\.amazonaws\.cn)/([a-z0-9-]{2,40})[/?#]?",
)
# The three generations of links to an alarm.
ALARM_FRAGMENT = re.compile(
    r"#(?:alarmsV2:alarm/(?P<v2>[^?&#]{1,600})|"
    r"alarm:(?:[a-zA-Z]{1,20}=[^;&]{1,60};)?name=(?P<v1>[^;&#]{1,600})|"
    r"s=Alarms&alarm=(?P<v0>[^;&#]{1,600}))",
)
# Not the resource in trouble: what delivers, watches, allows or logs.
BYSTANDERS = frozenset({"sns", "cloudwatch", "iam", "sts", "logs", "health", "events", "kms"})

KIND_OF_ARN = {
    "dynamodb": "table",
    "lambda": "function",
    "sqs": "queue",
    "s3": "bucket",
    "ec2": "instance",
    "kinesis": "stream",
    "states": "state-machine",
    "elasticloadbalancing": "load-balancer",
    "codepipeline": "pipeline",
    "ecs": "service",
}
KIND_OF_RDS = {"db": "db-instance", "cluster": "db-cluster"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedThing:
    """What an ARN or a link to an alarm names."""

    service: str
    kind: str | None
    name: str
    region: str | None
    account: str | None


def arns_in(text: str) -> tuple[NamedThing, ...]:
    """Return what the ARNs of a text name, in order."""
    return tuple(_thing(*match.groups()) for match in ARN.finditer(text))


def alarm_of(message: Message) -> NamedThing | None:
    """Return the CloudWatch alarm that a console link of the message shows."""
    for link in message.links:
        console = CONSOLE.match(link.url)
        fragment = ALARM_FRAGMENT.search(link.url)
        if console is None or fragment is None or console.group(2) != "cloudwatch":
            continue
        name = next(value for value in fragment.groups() if value)
        return NamedThing(
            service="cloudwatch",
            kind="alarm",
            name=_decoded(name),
            region=region_of_link(link.url),
            account=None,
        )
    return None


def region_of_link(url: str) -> str | None:
    """Return the region a console URL shows."""
    console = CONSOLE.match(url)
    if console is None:
        return None
    asked = re.search(r"[?&#]region=([a-z0-9-]{6,20})", url)
    return region_of(asked.group(1) if asked else console.group(1))


def console_regions(message: Message) -> tuple[str, ...]:
    """Return the regions of console links, but for the topic the message came through."""
    urls = (link.url for link in message.links)
    found = (region_of_link(url) for url in urls if "/sns/" not in url and "signin" not in url)
    return tuple(dict.fromkeys(region for region in found if region))


def is_resource(thing: NamedThing) -> bool:
    return thing.service not in BYSTANDERS


def _decoded(name: str) -> str:
    """Undo URL encoding; newer console links encode twice, with `$` for the second `%`."""
    decoded = unquote(name.replace("$25", "%").replace("$", "%") if "$" in name else name)
    return unquote(decoded) if "%" in decoded else decoded


def _thing(service: str, region: str, account: str, resource: str) -> NamedThing:
    resource = resource.rstrip(".,;:!?)]}")
    parts = re.split(r"[/:]", resource)
    kind = KIND_OF_RDS.get(parts[0]) if service == "rds" else KIND_OF_ARN.get(service)
    if service == "ec2":
        kind = parts[0] if len(parts) > 1 else None
    return NamedThing(
        service={"elasticloadbalancing": "elb"}.get(service, service),
        kind=kind,
        name=_name(service, resource, parts),
        region=region_of(region),
        account=account or None,
    )


def _name(service: str, resource: str, parts: list[str]) -> str:
    if service == "cloudwatch" and resource.startswith("alarm:"):
        return resource.removeprefix("alarm:")
    if service == "logs" and resource.startswith("log-group:"):
        return resource.removeprefix("log-group:").removesuffix(":*").split(":")[0]
    if service in {"dynamodb", "lambda"} and len(parts) > 1:
        return parts[1]
    if service == "s3":
        return parts[0]
    return parts[-1]
