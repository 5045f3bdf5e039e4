"""The modals people have open, and their Home tabs."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.slack_server.blocks import validate_view
from tests.slack_server.errors import ApiError, refuse
from tests.slack_server.limits import LIMITS
from tests.slack_server.model import View
from tests.slack_server.schema import Json
from tests.slack_server.workspace import Workspace


class Views:
    """A stack of modals for each person, and a Home tab."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = workspace.lock
        self.homes: dict[str, View] = {}
        self.stacks: dict[str, list[View]] = {}

    def current(self, user: str) -> View | None:
        """The modal this person has in front of them."""
        with self._lock:
            stack = self.stacks.get(user)
            return stack[-1] if stack else None

    def get(self, view_id: str) -> View | None:
        with self._lock:
            everything = [*self.homes.values(), *(v for s in self.stacks.values() for v in s)]
            return next((view for view in everything if view.id == view_id), None)

    def open(self, user: str, json: Json) -> View:
        self._check(json, "modal")
        with self._lock:
            self._refuse_taken(json)
            view = self._new(user, json)
            self.stacks[user] = [view]
            self._workspace.changed.notify_all()
        return view

    def push(self, user: str, json: Json) -> View:
        self._check(json, "modal")
        with self._lock:
            stack = self.stacks.get(user, [])
            if not stack:
                raise ApiError("not_found")
            if len(stack) >= LIMITS["view.stack"].most:
                raise ApiError("push_limit_reached")
            self._refuse_taken(json)
            view = self._new(user, json)
            view = replace(view, root_id=stack[0].id, previous_id=stack[-1].id)
            stack.append(view)
            self._workspace.changed.notify_all()
        return view

    def update(
        self,
        json: Json,
        *,
        view_id: str = "",
        external_id: str = "",
        expected_hash: str = "",
    ) -> View:
        self._check(json, "modal")
        with self._lock:
            for stack in self.stacks.values():
                for index, view in enumerate(stack):
                    if view.id == view_id or (
                        external_id and view.json.get("external_id") == external_id
                    ):
                        self._refuse_stale(view, expected_hash)
                        stack[index] = replace(view, json=self._ids(json), hash=self._hash())
                        self._workspace.changed.notify_all()
                        return stack[index]
        raise ApiError("not_found")

    def publish(self, user: str, json: Json, expected_hash: str = "") -> View:
        self._check(json, "home")
        with self._lock:
            old = self.homes.get(user)
            if old is not None:
                self._refuse_stale(old, expected_hash)
            view = self._new(user, json)
            if old is not None:
                view = replace(view, id=old.id, root_id=old.id)
            self.homes[user] = view
            self._workspace.changed.notify_all()
        return view

    def fill(self, view: View, values: Mapping[str, Any]) -> View:
        """Keep what a person put into the inputs of a modal."""
        with self._lock:
            filled = replace(view, state=dict(values))
            stack = self.stacks.get(view.user, [])
            for index, seen in enumerate(stack):
                if seen.id == view.id:
                    stack[index] = filled
        return filled

    def close(self, view: View) -> None:
        """Take one modal away; the one below it comes back."""
        with self._lock:
            stack = self.stacks.get(view.user, [])
            self.stacks[view.user] = [seen for seen in stack if seen.id != view.id]
            self._workspace.changed.notify_all()

    def clear(self, user: str) -> None:
        with self._lock:
            self.stacks.pop(user, None)
            self._workspace.changed.notify_all()

    def _check(self, json: Json, kind: str) -> None:
        refuse(validate_view(json))
        if json["type"] != kind:
            raise ApiError("invalid_arguments")

    def _refuse_taken(self, json: Json) -> None:
        taken = {v.json.get("external_id") for s in self.stacks.values() for v in s}
        if json.get("external_id") and json["external_id"] in taken:
            raise ApiError("duplicate_external_id")

    def _refuse_stale(self, view: View, expected_hash: str) -> None:
        if expected_hash and expected_hash != view.hash:
            raise ApiError("hash_conflict")

    def _new(self, user: str, json: Json) -> View:
        view_id = self._workspace.new_id("V")
        return View(
            id=view_id,
            user=user,
            json=self._ids(json),
            hash=self._hash(),
            root_id=view_id,
        )

    def _hash(self) -> str:
        return f"{self._workspace.new_ts()}.{self._workspace.new_id('h')}"

    def _ids(self, json: Json) -> Json:
        blocks = [
            block if block.get("block_id") else {**block, "block_id": self._workspace.new_id("b")}
            for block in json["blocks"]
        ]
        return {**json, "blocks": blocks}
