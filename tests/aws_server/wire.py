"""AWS's protocols, through moto's parsers and serializers and botocore's models."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import botocore.session
from botocore.utils import parse_timestamp
from moto.core.errors import ErrorLookupFactory, ErrorShape
from moto.core.model import OperationModel, ServiceModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import ServiceOperationRouter, get_service_router
from moto.core.serialize import (
    ResponseDict,
    ResponseSerializer,
    SerializationContext,
    get_serializer_class,
)
from moto.core.utils import get_service_model

CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
ASSUMED = re.compile(r"ASIA(\d{12})[A-Z0-9]*")
ACTION = re.compile(rb"(?:^|&)Action=([A-Za-z0-9]+)")
# Errors that no model declares, and their HTTP status.
# Source: each service's API reference, "Common Error Types".
STATUS = {
    "AccessDenied": 403,
    "ExpiredToken": 403,
    "InternalFailure": 500,
    "InvalidClientTokenId": 403,
    "RequestLimitExceeded": 503,
    "ServiceUnavailable": 503,
    "Throttling": 400,
    "ThrottlingException": 400,
    "UnauthorizedOperation": 403,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One HTTP request, and which AWS question it is."""

    method: str
    path: str  # with the query string
    headers: Mapping[str, str]
    body: bytes
    service: str  # botocore's client name; "" where the request is not signed for one
    region: str
    account: str | None  # None: the credentials' own
    operation: str = ""

    @property
    def op(self) -> str:
        return f"{self.service}:{self.operation}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One HTTP response."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class WireError(Exception):
    """An AWS error to be written; moto's serializers read `code` and `message`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def recognise(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Asked:
    """Return which AWS question an HTTP request is, by its signature and its form."""
    match = CREDENTIAL.search(headers.get("authorization", ""))
    key, region, signing = match.groups() if match else ("", "", "")
    assumed = ASSUMED.fullmatch(key)
    service = _clients().get(signing, signing)
    asked = Asked(
        method=method,
        path=path,
        headers=headers,
        body=body,
        service=service,
        region=region,
        account=assumed[1] if assumed else None,
    )
    return Asked(**{**_fields(asked), "operation": _operation(asked)})


def parsed(asked: Asked) -> dict[str, Any]:
    """Return a request's parameters as boto3's caller wrote them."""
    service, operation = _models(asked)
    request = _moto_request(asked)
    url_params: Mapping[str, Any] = {}
    if service.protocol.startswith("rest"):
        _, url_params = _router(asked.service).match(request)
    protocol = determine_request_protocol(service, request.content_type)
    found: dict[str, Any] = PROTOCOL_PARSERS[protocol](operation, timestamp_parser=_aware).parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": dict(url_params),
        },
    )
    # REST has no word for an absent list.
    return {name: value for name, value in found.items() if value is not None and value != []}


def written(asked: Asked, result: Mapping[str, Any] | WireError, request_id: str) -> Reply:
    """Return an answer or an error as AWS would send it."""
    service, operation = _models(asked)
    protocol = determine_request_protocol(service, asked.headers.get("content-type", ""))
    serializer: type[ResponseSerializer] = get_serializer_class(service.service_name, protocol)
    writer = serializer(operation, context=SerializationContext(request_id))
    if isinstance(result, WireError):
        reply = _error(writer, result)
        status = STATUS.get(result.code, reply["status_code"])
        if protocol.startswith("rest") and result.code == "AccessDeniedException":
            status = 403
    else:
        reply = writer.serialize(result)
        status = reply["status_code"]
    body = reply["body"]
    return Reply(
        status=status,
        headers={**reply["headers"], "x-amzn-RequestId": request_id},
        body=body if isinstance(body, bytes) else body.encode(),
    )


def _aware(value: str) -> datetime:
    found: datetime = parse_timestamp(value)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _error(writer: ResponseSerializer, error: WireError) -> ResponseDict:
    """Return an error as the protocol writes it, also one that no model declares."""
    shape = ErrorLookupFactory().for_service(writer.service_model).from_code(error.code)
    if shape is None:
        declared = {"code": error.code}
        model = {"exception": True, "type": "structure", "members": {}, "error": declared}
        shape = ErrorShape(error.code, model)
    said: dict[str, Any] = {}
    # moto offers no public way to write an error without warning about unknown codes.
    writer._serialize_error_metadata(said, error, shape)  # noqa: SLF001 - as above
    empty = writer._create_default_response()  # noqa: SLF001 - as above
    return writer._serialized_error_to_response(empty, error, shape, said)  # noqa: SLF001 - as above


def _operation(asked: Asked) -> str:
    target = asked.headers.get("x-amz-target", "")
    if target:
        return target.rpartition(".")[2]
    action = ACTION.search(asked.body)
    if action:
        return action[1].decode()
    if not asked.service:
        return ""
    operation, _ = _router(asked.service).match(_moto_request(asked))
    return str(operation.name)


def _models(asked: Asked) -> tuple[ServiceModel, OperationModel]:
    service = get_service_model(asked.service)
    return service, service.operation_model(asked.operation)


def _moto_request(asked: Asked) -> Request:
    return Request.from_primitives(
        asked.method, f"http://localhost{asked.path}", asked.headers, asked.body
    )


@functools.cache
def _router(service: str) -> ServiceOperationRouter:
    return get_service_router(service)


@functools.cache
def _clients() -> Mapping[str, str]:
    """Return which client a signing name means, where the two differ."""
    session = botocore.session.get_session()
    names = ("cloudwatch", "elbv2", "service-quotas")
    return {session.get_service_model(name).signing_name: name for name in names}


def _fields(asked: Asked) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in Asked.__slots__}
