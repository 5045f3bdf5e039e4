"""What ARNs and console URLs name."""

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from diagnostics import arn
from diagnostics.errors import UsageError
from handlers.parsing.asked import Named
from handlers.parsing.typed import shown

CONSOLE = re.compile(
    r"(?:(?P<account>\d{12})-[a-z0-9]{4,20}\.)?(?:(?P<region>[a-z]{2,4}(?:-[a-z]{2,10}){1,3}-\d)\.)?"
    r"console\.(?:aws\.amazon\.com|amazonaws-us-gov\.com|amazonaws\.cn|aws\.eu)",
)
LOG_GROUP = re.compile(
    r"(?:log-groups?/log-group/|logStream:group=|logEventViewer:group=|log-groups:log-group=|"
    r"logStream\$3Fgroup\$3D)([^/;?&#]{1,700})",
)
LIVE = re.compile(r"source~\(~'([^'~)]{1,600})")  # Logs Insights writes * where URLs write %
FUNCTION = re.compile(r"/functions/([A-Za-z0-9_-]{1,140})")
ECS_SERVICE = re.compile(r"/clusters/([A-Za-z0-9_-]{1,255})/services/([A-Za-z0-9_-]{1,255})")
ROLE = re.compile(r"/roles/(?:details/)?([\w+=,.@-]{1,64})")
SUBNET = re.compile(r"subnet-[0-9a-z]{1,40}")
OLD_TABLE = re.compile(r"tables:(?:[^#]{0,300};)?selected=([A-Za-z0-9_.-]{1,255})")

# Nothing that can be diagnosed, though it may stand in a text.
KINDS = (
    "a DynamoDB table or index, a Lambda function, an IAM role, an ECS service, a log group, "
    "a subnet or a load balancer"
)


def is_link(word: str) -> bool:
    """Whether a word is an ARN or a URL."""
    return word.startswith(("arn:", "https://", "http://"))


def named_by(word: str) -> Named:
    """Return what an ARN or console URL names.

    Raises UsageError where it names nothing that belongs to a diagnosis.
    """
    word = word.rstrip(".,;:!?")
    named = _of_arn(word) if word.startswith("arn:") else _of_url(word)
    if named is None:
        raise UsageError(f"{shown(word)} cannot be read: give the ARN or console URL of {KINDS}.")
    return named


def of_arns(arns: tuple[str, ...]) -> Named:
    """Return what the ARNs of a text name; the first of each kind, and every log group."""
    named = [found for found in map(_of_arn, arns) if found]
    return Named(
        table=next((n.table for n in named if n.table), None),
        index=next((n.index for n in named if n.index), None),
        function=next((n.function for n in named if n.function), None),
        ecs=next((n.ecs for n in named if n.ecs), None),
        role=next((n.role for n in named if n.role), None),
        log_groups=tuple(dict.fromkeys(group for n in named for group in n.log_groups)),
        lb=next((n.lb for n in named if n.lb), None),
        region=next((n.region for n in named if n.region), None),
        account=next((n.account for n in named if n.account), None),
    )


def _of_arn(text: str) -> Named | None:
    named = arn.parse(text)
    if named is None:
        return None
    region, account = named.region or None, named.account or None
    kind, _, rest = named.resource.replace(":", "/", 1).partition("/")
    match named.service, kind:
        case "dynamodb", "table":
            table, _, index = rest.partition("/index/")
            base = text[: text.index(":table/")] + ":table/" + table.split("/")[0]
            return Named(table=base, index=index or None, region=region, account=account)
        case "lambda", "function":
            return Named(function=text, region=region, account=account)
        case "iam", "role":
            return Named(role=text, account=account)
        case "sts", "assumed-role":
            role = f"arn:{named.partition}:iam::{named.account}:role/{rest.split('/')[0]}"
            return Named(role=role, account=account)
        case "ecs", "service":
            return Named(ecs=text, region=region, account=account)
        case "logs", "log-group":
            return Named(log_groups=(_log_group_arn(text),), region=region, account=account)
        case "ec2", "subnet":
            return Named(subnets=(rest,), region=region, account=account)
        case "elasticloadbalancing", "loadbalancer":
            return Named(lb=text, region=region, account=account)
    return None


def _log_group_arn(text: str) -> str:
    head, _, rest = text.partition(":log-group:")
    return f"{head}:log-group:{rest.split(':')[0]}"


def _of_url(url: str) -> Named | None:
    try:
        parts = urlsplit(url)
        host = CONSOLE.fullmatch(parts.hostname or "")
    except ValueError:
        return None
    if host is None:
        return None
    asked = dict(parse_qsl(parts.query)) | dict(parse_qsl(parts.fragment.partition("?")[2]))
    region, account = asked.get("region") or host["region"], host["account"]
    path, fragment = parts.path, parts.fragment
    table, index = _table(path, fragment, asked), asked.get("index")
    service = path.split("/")[1] if "/" in path else ""
    found_role = ROLE.search(fragment) if service.startswith("iam") else None
    found_function = FUNCTION.search(fragment) if service == "lambda" else None
    found_ecs = ECS_SERVICE.search(path + fragment) if service == "ecs" else None
    embedded = arn.PATTERN.search(unquote(fragment))
    return Named(
        region=region,
        account=account,
        table=table,
        index=index if table else None,
        function=found_function.group(1) if found_function else None,
        ecs="/".join(found_ecs.groups()) if found_ecs else None,
        role=found_role.group(1) if found_role else None,
        log_groups=_log_groups(fragment) if service == "cloudwatch" else (),
        subnets=tuple(dict.fromkeys(SUBNET.findall(fragment))) if service.startswith("vpc") else (),
        lb=embedded.group(0)
        if embedded and ":elasticloadbalancing:" in embedded.group(0)
        else None,
    )


def _table(path: str, fragment: str, asked: dict[str, str]) -> str | None:
    if not path.startswith("/dynamodb"):
        return None
    old = OLD_TABLE.search(unquote(fragment))
    return old.group(1) if old else (asked.get("name") or asked.get("table"))


def _log_groups(fragment: str) -> tuple[str, ...]:
    found = [_decoded(match.group(1)) for match in LOG_GROUP.finditer(fragment)]
    found += [unquote(match.group(1).replace("*", "%")) for match in LIVE.finditer(fragment)]
    return tuple(dict.fromkeys(found))


def _decoded(name: str) -> str:
    """Undo URL encoding: the console encodes twice, with `$` for the second `%`."""
    return unquote(unquote(name.replace("$", "%")))
