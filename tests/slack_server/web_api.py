"""The Web API in front of its methods: tokens, scopes, rates, faults, and a log of every call."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from urllib.parse import parse_qsl

from tests.slack_server.calls import Call, Platform
from tests.slack_server.errors import ApiError
from tests.slack_server.faults import AFTER_ACCEPT, Fault, Faults, Kind
from tests.slack_server.methods import METHODS, Method
from tests.slack_server.rates import PER_CHANNEL, PER_WORKSPACE, Buckets
from tests.slack_server.schema import Json

_FORM: Final = "application/x-www-form-urlencoded"
# Arguments that forms carry as JSON strings; the log shows them as what they mean.
_JSON_ARGS: Final = ("blocks", "attachments", "metadata", "view", "files")


class Then(StrEnum):
    """What becomes of the connection after an answer."""

    SEND = "send"
    RESET = "reset"  # cut, and the answer never sent
    HOLD = "hold"  # kept open, and the answer never sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An HTTP request for a method."""

    method: str
    query: str
    authorization: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer, and whether it is sent."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    then: Then = Then.SEND
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCall:
    """One call as the log keeps it."""

    at: float
    method: str
    args: Json
    status: int
    answer: Json  # {} where a fault kept the method from answering JSON
    fault: str  # the kind of fault, or ""

    @property
    def ok(self) -> bool:
        return self.answer.get("ok") is True

    @property
    def error(self) -> str:
        return str(self.answer.get("error", ""))


class WebApi:
    """Answers requests for /api/<method>."""

    def __init__(
        self,
        platform: Platform,
        faults: Faults,
        *,
        bot_token: str,
        app_token: str,
        scopes: frozenset[str],
    ) -> None:
        self.bot_token = bot_token
        self.app_token = app_token
        self.scopes = scopes
        self.app_scopes = frozenset({"connections:write"})
        self.rate_limits = True
        self.revoked = ""  # the error for every call, such as token_revoked
        self.calls: list[ApiCall] = []
        self._platform = platform
        self._faults = faults
        self._buckets = Buckets()
        self._lock = threading.Lock()

    def under_faults(self, name: str, run: Callable[[], Answer]) -> Answer:
        """The answer of something beside the methods, which can fail as they do."""
        fault = self._faults.take(name)
        if fault is None:
            return run()
        return _lost(fault, run()) if fault.kind in AFTER_ACCEPT else _spoiled(fault)

    def handle(self, request: Request) -> Answer:
        args: Json = {}
        fault = self._faults.take(request.method)
        headers: dict[str, str] = {}
        try:
            args = _arguments(request)
            if fault is not None and fault.kind not in AFTER_ACCEPT:
                answer = _spoiled(fault)
            else:
                answer = _json(200, {"ok": True, **self._run(request, args, headers)}, headers)
        except ApiError as error:
            headers |= self._scope_headers(request.method)
            answer = _refusal(error, headers)
        if fault is not None and fault.kind in AFTER_ACCEPT:
            answer = _lost(fault, answer)
        self._log(request.method, args, answer, fault)
        return answer

    def _run(self, request: Request, args: Json, headers: dict[str, str]) -> Json:
        method = METHODS.get(request.method)
        if method is None:
            raise ApiError("unknown_method", req_method=request.method)
        scopes = self._authorize(method, request, args)
        headers |= self._scope_headers(request.method)
        call = Call(
            platform=self._platform,
            method=request.method,
            args=args,
            scopes=scopes,
        )
        if method.scopes and not scopes & set(method.scopes):
            call.need(method.scopes[0])
        self._throttle(request.method, method, args)
        with self._platform.workspace.lock:
            return method.run(call)

    def _authorize(self, method: Method, request: Request, args: Json) -> frozenset[str]:
        """The scopes of the token that came with a request."""
        scheme, _, bearer = request.authorization.partition(" ")
        given = bearer.strip() if scheme.lower() == "bearer" else ""
        token = given or str(args.pop("token", ""))
        if not token:
            raise ApiError("not_authed")
        if token not in {self.bot_token, self.app_token}:
            raise ApiError("invalid_auth")
        if self.revoked:
            raise ApiError(self.revoked)
        if method.app_token != (token == self.app_token):
            raise ApiError("not_allowed_token_type")
        return self.app_scopes if method.app_token else self.scopes

    def _throttle(self, name: str, method: Method, args: Json) -> None:
        if not self.rate_limits:
            return
        now = self._platform.clock.now()
        waits = [self._buckets.take(name, method.rate, now)]
        if name == "chat.postMessage":
            waits.append(self._buckets.take("workspace", PER_WORKSPACE, now))
            waits.append(self._buckets.take(f"channel:{args.get('channel')}", PER_CHANNEL, now))
        if any(waits):
            raise ApiError("ratelimited", retry_after=max(waits))

    def _scope_headers(self, name: str) -> dict[str, str]:
        method = METHODS.get(name)
        return {
            "x-oauth-scopes": ",".join(sorted(self.scopes)),
            "x-accepted-oauth-scopes": ",".join(method.scopes) if method else "",
        }

    def _log(self, method: str, args: Json, answer: Answer, fault: Fault | None) -> None:
        shown = {
            name: _decoded(value) if name in _JSON_ARGS else value for name, value in args.items()
        }
        parsed = _decoded(answer.body.decode())
        call = ApiCall(
            at=self._platform.clock.now(),
            method=method,
            args=shown,
            status=answer.status,
            answer=parsed if isinstance(parsed, dict) else {},
            fault=str(fault.kind) if fault else "",
        )
        workspace = self._platform.workspace
        with workspace.lock:
            self.calls.append(call)
            workspace.changed.notify_all()


def _arguments(request: Request) -> Json:
    args: Json = dict(parse_qsl(request.query, keep_blank_values=True))
    kind = request.content_type.partition(";")[0].strip().lower()
    if not request.body:
        return args
    if not kind:
        raise ApiError("missing_post_type")
    if kind == "application/json":
        return args | _json_arguments(request.body)
    if kind != _FORM:
        raise ApiError("invalid_post_type")
    try:
        form = parse_qsl(request.body.decode(), keep_blank_values=True, strict_parsing=True)
    except ValueError as error:
        raise ApiError("invalid_form_data") from error
    return args | dict(form)


def _json_arguments(body: bytes) -> Json:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ApiError("invalid_json") from error
    if not isinstance(parsed, dict):
        raise ApiError("json_not_object")
    parsed.pop("token", None)  # counts in forms only
    return parsed


def _decoded(value: object) -> Any:  # noqa: ANN401 - JSON of any shape
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _json(status: int, body: Json, headers: Mapping[str, str]) -> Answer:
    head = {"content-type": "application/json; charset=utf-8", **headers}
    return Answer(status=status, body=json.dumps(body).encode(), headers=head)


def _refusal(error: ApiError, headers: Mapping[str, str]) -> Answer:
    beside = dict(error.beside)
    retry_after = beside.pop("retry_after", None)
    body = {"ok": False, "error": error.error, **beside}
    if retry_after is None:
        return _json(200, body, headers)
    return _json(429, body, {**headers, "retry-after": str(retry_after)})


def _spoiled(fault: Fault) -> Answer:
    """The answer to a call that is not carried out."""
    match fault.kind:
        case Kind.ERROR:
            return _json(200, {"ok": False, "error": fault.error}, {})
        case Kind.RATE_LIMITED:
            return _refusal(ApiError("ratelimited", retry_after=fault.retry_after), {})
        case Kind.RESET:
            return Answer(status=0, body=b"", headers={}, then=Then.RESET)
        case Kind.HANG:
            return Answer(status=0, body=b"", headers={}, then=Then.HOLD, delay_s=fault.seconds)
        case Kind.GARBAGE:
            return _html(200)
        case _:
            return _html(int(fault.kind))


def _lost(fault: Fault, answer: Answer) -> Answer:
    """The answer to a call that is carried out, and whose answer does not arrive as it should."""
    match fault.kind:
        case Kind.SERVER_ERROR_AFTER_ACCEPT:
            return _html(500)
        case Kind.RESET_AFTER_ACCEPT:
            then = Then.RESET
        case Kind.HALF_OPEN:
            then = Then.HOLD
        case _:
            then = Then.SEND
    return Answer(
        status=answer.status,
        body=answer.body,
        headers=answer.headers,
        then=then,
        delay_s=0.0 if then is Then.RESET else fault.seconds,
    )


def _html(status: int) -> Answer:
    page = f"<html><body><h1>{status}</h1></body></html>".encode()
    return Answer(status=status, body=page, headers={"content-type": "text/html"})
