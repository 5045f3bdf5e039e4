"""Things of the same account that have nothing to do with an incident."""

from dataclasses import replace
from typing import Any

from diagnostics.evidence import Place, World

MINUTE = 60_000


def with_unrelated(world: World, *, count: int) -> World:
    """Return the World with `count` more tables and as many more changes in it."""
    places = {
        (account, region): _more(place, account, region, count)
        for (account, region), place in world.places.items()
    }
    return replace(world, places=places)


def _more(place: Place, account: str, region: str, count: int) -> Place:
    state = dict(place.state)
    for name, make in (("dynamodb.tables", _table), ("cloudtrail.events", _event)):
        if name in state:
            more = tuple(make(number, account, region) for number in range(count))
            state[name] = (*state[name], *more)
    return replace(place, state=state)


def _table(number: int, account: str, region: str) -> dict[str, Any]:
    name = f"unrelated-{number:02d}"
    return {
        "TableName": name,
        "TableArn": f"arn:aws:dynamodb:{region}:{account}:table/{name}",
        "TableStatus": "ACTIVE",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
    }


def _event(number: int, account: str, region: str) -> dict[str, Any]:
    events = ("CreateTags", "PutObjectAcl", "RunInstances", "PutRolePolicy", "UpdateTable")
    name = events[number % len(events)]
    at = -(number + 1) * 6 * MINUTE
    parameters = {"tableName": f"unrelated-{number:02d}", "roleName": f"unrelated-{number:02d}"}
    return {
        "EventId": f"11111111-0000-4000-8000-{number:012d}",
        "EventName": name,
        "EventTime": {"$t": at},
        "EventSource": "ec2.amazonaws.com",
        "ReadOnly": "false",
        "Username": "somebody",
        "Resources": [
            {"ResourceType": "AWS::Other", "ResourceName": f"unrelated-{number:02d}"},
        ],
        "CloudTrailEvent": {
            "$json": {
                "eventTime": {"$t": at, "as": "iso"},
                "eventName": name,
                "awsRegion": region,
                "userIdentity": {"arn": f"arn:aws:sts::{account}:assumed-role/ops/somebody"},
                "userAgent": "aws-cli/2.40.0",
                "requestParameters": parameters,
                "readOnly": False,
            },
        },
    }
