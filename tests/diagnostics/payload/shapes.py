"""The table that the tests' requests are checked against."""

from typing import Any

from diagnostics.payload import (
    IndexKind,
    IndexShape,
    KeyAttribute,
    KeyRole,
    PayloadReport,
    TableShape,
    validate,
)

ORDERS = TableShape(
    name="orders",
    keys=(
        KeyAttribute(name="order_id", role=KeyRole.HASH, type="S"),
        KeyAttribute(name="line", role=KeyRole.RANGE, type="N"),
    ),
    indexes=(
        IndexShape(
            name="by-mail",
            keys=(
                KeyAttribute(name="mail", role=KeyRole.HASH, type="S"),
                KeyAttribute(name="sent", role=KeyRole.RANGE, type="N"),
            ),
        ),
        IndexShape(
            name="by-weight",
            kind=IndexKind.LOCAL,
            keys=(
                KeyAttribute(name="order_id", role=KeyRole.HASH, type="S"),
                KeyAttribute(name="weight", role=KeyRole.RANGE, type="N"),
            ),
        ),
    ),
)
KEY = {"order_id": {"S": "o-1"}, "line": {"N": "1"}}


def check(payload: object, table: TableShape | None = ORDERS) -> PayloadReport:
    return validate(payload, table)


def told(payload: object, table: TableShape | None = ORDERS) -> list[tuple[str, str]]:
    """Return path and sentence of every problem."""
    return [(problem.path, problem.says) for problem in check(payload, table).problems]


def put(**attributes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON of any shape
    return {"TableName": "orders", "Item": {**KEY, **attributes}}


def update(expression: str, values: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - likewise
    held = {"ExpressionAttributeValues": values} if values is not None else {}
    return {"TableName": "orders", "Key": KEY, "UpdateExpression": expression, **held, **more}


def query(expression: str, values: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - likewise
    held = {"ExpressionAttributeValues": values} if values is not None else {}
    return {"TableName": "orders", "KeyConditionExpression": expression, **held, **more}
