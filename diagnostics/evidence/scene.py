"""Where an operation finds what it answers from."""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from diagnostics.errors import Broken
from diagnostics.evidence.place import Place
from diagnostics.evidence.times import resolve

Resource = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One question's surroundings: its place in the World, and the moment."""

    op: str
    account: str
    region: str
    now: datetime
    place: Place
    memory: MutableMapping[Any, Any]  # what this World has resolved already
    key: tuple[str, str]  # the place's own key in that memory

    def resources(self, collection: str) -> list[Resource]:
        """Return a complete collection as it is now.

        Raises Broken where it is not held.
        """
        found = self.known(collection)
        if found is None:
            raise self.unknown(f"{collection} of {self.region}")
        return found

    def known(self, collection: str) -> list[Resource] | None:
        """Return a complete collection as it is now, or None where it is not held."""
        kept = self.place.state.get(collection)
        if kept is None:
            return None
        key = (self.key, collection)
        found: list[Resource] | None = self.memory.get(key)
        if found is None:
            found = [resolve(resource, self.now) for resource in kept]
            self.memory[key] = found
        return found

    def unknown(self, what: str) -> Broken:
        """Return the error for something this World does not hold."""
        return Broken(f"this evidence does not hold {what}, which {self.op} asks for")


def shown(resource: Any) -> Any:  # noqa: ANN401 - AWS's own JSON
    """Return a resource without the `_` keys that only link it to others."""
    if isinstance(resource, Mapping):
        return {key: shown(value) for key, value in resource.items() if not key.startswith("_")}
    if isinstance(resource, list):
        return [shown(inner) for inner in resource]
    return resource
