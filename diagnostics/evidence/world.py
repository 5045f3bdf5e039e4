"""The World: what a diagnosis could see of AWS, as one value that answers questions."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from diagnostics.aws.policy import iam_action
from diagnostics.errors import BY_WHY, Broken, Denied
from diagnostics.evidence import epochs
from diagnostics.evidence.ops import OPERATIONS
from diagnostics.evidence.place import Place, Recorded
from diagnostics.evidence.scene import Scene
from diagnostics.evidence.times import mark, resolve
from diagnostics.model import Outcome, Request, Why

# Services that answer the same whatever the region: their state stands under one name.
GLOBAL_SERVICES = frozenset({"health", "iam", "organizations", "sts"})
GLOBAL = "global"
# What a resource that is not as AWS writes it makes the code below raise.
DAMAGED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
OWN = ""  # the credentials' own account, where nobody looked up its id


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRun:
    """One check of the recorded diagnosis; an outcome of None is judged again on replay."""

    id: str
    took_ms: int
    outcome: Outcome | None = None


class _Memory:
    """What one World has worked out already: resolved collections, questions, queries."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.kept: dict[Any, Any] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> "_Memory":
        return _Memory()


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything one diagnosis may ask, at one moment.

    It answers as AWS would: what it holds completely is filtered and looked up, what it
    holds as an exact question is given back, and what it does not hold is Broken.
    """

    now: datetime
    request: Request
    home: str | None  # the credentials' own account; None: never looked up
    places: Mapping[tuple[str, str], Place]  # (account, region or "global")
    denied: frozenset[str] = frozenset()  # IAM actions, "service:*" for all of a service
    page_size: int | None = None  # None: AWS's own
    checks: tuple[RecordedRun, ...] = ()
    aws_calls: int | None = None  # of the recorded run; None: there was none
    took_ms: int | None = None
    paramedic: str = ""  # the version that recorded it
    memory: _Memory = field(default_factory=_Memory, compare=False, repr=False)

    def at(self, now: datetime) -> "World":
        """Return the same World at another moment: everything in it moves along."""
        request = self.request
        moved = {
            name: now + (getattr(request, name) - self.now) for name in ("since", "until", "now")
        }
        return replace(self, now=now, request=replace(request, **moved), memory=_Memory())

    def denying(self, *iam_actions: str) -> "World":
        """Return the same World, where these IAM actions are denied as well."""
        return replace(self, denied=self.denied | set(iam_actions), memory=_Memory())

    def paged(self, size: int | None) -> "World":
        """Return the same World with pages of another size."""
        return replace(self, page_size=size, memory=_Memory())

    def place(self, account: str | None, region: str) -> Place | None:
        """Return what is known of an account and region; None: nothing."""
        account = account or self.home or OWN
        found = self.places.get((account, region))
        if found is None and account == self.home:
            return self.places.get((OWN, region))
        return found

    def answer(
        self,
        account: str | None,
        region: str,
        op: str,
        params: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Return the answer to one question, all pages together.

        Raises an AwsError: Denied, Missing with AWS's code, what was recorded, or Broken
        where this World does not know.
        """
        action = iam_action(op)
        if {action, f"{action.partition(':')[0]}:*"} & self.denied:
            raise Denied(f"{op}: not allowed", needs=(action,), code="AccessDenied")
        service = op.partition(":")[0]
        where = GLOBAL if service in GLOBAL_SERVICES else region
        place = self.place(account, where)
        if place is None:
            raise Broken(f"this evidence holds nothing of account {account or 'own'} in {where}")
        try:
            return self._answer(place, (account or self.home or OWN, where), region, op, params)
        except DAMAGED as error:
            raise Broken(f"what this evidence holds for {op} is damaged") from error

    def _answer(
        self,
        place: Place,
        key: tuple[str, str],
        region: str,
        op: str,
        params: Mapping[str, Any],
    ) -> dict[str, Any]:
        recorded = self._recorded(place, op, params)
        if recorded is not None:
            return self._given(recorded)
        operation = OPERATIONS.get(op)
        if operation is None:
            raise Broken(f"this evidence has no answer to this {op}")
        scene = Scene(
            op=op,
            account=key[0],
            region=region,
            now=self.now,
            place=place,
            memory=self.memory.kept,
            key=key,
        )
        return operation.answer(scene, params)

    def is_capped(
        self, account: str | None, region: str, op: str, params: Mapping[str, Any]
    ) -> bool:
        """Whether the recorded answer to this question had reached the page cap."""
        where = GLOBAL if op.partition(":")[0] in GLOBAL_SERVICES else region
        place = self.place(account, where)
        recorded = place and self._recorded(place, op, params)
        return bool(recorded and recorded.capped)

    def _recorded(self, place: Place, op: str, params: Mapping[str, Any]) -> Recorded | None:
        known = self._index(place)
        return known.get(question(op, params, self.now)) or known.get((op, None))

    def _index(self, place: Place) -> Mapping[tuple[str, str | None], Recorded]:
        key = ("recorded", id(place))
        with self.memory.lock:
            index: dict[tuple[str, str | None], Recorded] | None = self.memory.kept.get(key)
            if index is None:
                index = {
                    (r.op, None if r.params is None else canonical(r.params)): r
                    for r in place.answers
                }
                self.memory.kept[key] = index
        return index

    def _given(self, recorded: Recorded) -> dict[str, Any]:
        if recorded.why is None:
            answer = resolve(recorded.answer, self.now)
            return answer if isinstance(answer, dict) else {}
        error = BY_WHY[Why(recorded.why)]
        raise error(recorded.detail, needs=recorded.needs, code=recorded.code)


def question(op: str, params: Mapping[str, Any], now: datetime) -> tuple[str, str]:
    """Return a question as a key: equal questions, whenever they are asked, are equal."""
    return op, canonical(epochs.marked_params(op, mark(dict(params), now), now))


def canonical(marked: Mapping[str, Any]) -> str:
    """Return marked JSON in one spelling."""
    return json.dumps(marked, sort_keys=True, separators=(",", ":"))


__all__ = ["GLOBAL", "GLOBAL_SERVICES", "OWN", "RecordedRun", "World", "canonical", "question"]
