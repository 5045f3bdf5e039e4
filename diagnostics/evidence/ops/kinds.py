"""The kinds of question: a list with filters, one thing by its name, and the special ones."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from diagnostics.errors import Broken, Missing
from diagnostics.evidence import paging
from diagnostics.evidence.globs import matches
from diagnostics.evidence.scene import Resource, Scene, shown

Params = Mapping[str, Any]
# Parameter -> the fields it is compared with; dots step into structures and lists.
Fields = Mapping[str, str | tuple[str, ...]]


class Operation(Protocol):
    """What answers one AWS operation."""

    def answer(self, scene: Scene, params: Params) -> dict[str, Any]:
        """Return the whole answer, or raise an AwsError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """An operation that lists a collection: ids, equal fields, and named filters."""

    collection: str
    result: str
    ids: Fields = field(default_factory=dict)  # parameter (one or a list) -> id fields
    not_found: str | None = None  # AWS's code for an id that is not there; None: left out
    within: Fields = field(default_factory=dict)  # a parameter that narrows, silently
    filters: Fields = field(default_factory=dict)  # EC2's filter names
    filter_param: str = "Filters"
    takes: frozenset[str] = frozenset()  # parameters that change nothing here
    newest: str | None = None  # sorted by this time, newest first
    item: str | None = None  # only this field of each resource is listed
    shows: tuple[str, ...] = ()  # only these fields are listed; empty: all
    also: Mapping[str, Any] = field(default_factory=dict)  # the rest of the answer
    of: "Lookup | None" = None  # what must exist for the question to make sense

    def answer(self, scene: Scene, params: Params) -> dict[str, Any]:
        known = {*self.ids, *self.within, *self.takes, *paging.names(scene.op)}
        only_known(scene, params, known | ({self.filter_param} if self.filters else set()))
        if self.of is not None:
            self.of.one(scene, params)
        found = scene.resources(self.collection)
        found = self._by_id(scene, params, found)
        for name, fields in self.within.items():
            if params.get(name) is not None:
                found = [r for r in found if has_any(r, fields, params[name])]
        found = list(self._filtered(scene, params.get(self.filter_param) or (), found))
        if self.newest:
            found = newest_first(found, self.newest)
        return {self.result: [self._listed(resource) for resource in found], **self.also}

    def _listed(self, resource: Resource) -> Any:  # noqa: ANN401 - AWS's own JSON
        if self.item is not None:
            return resource[self.item]
        if self.shows:
            return {name: resource[name] for name in self.shows if name in resource}
        return shown(resource)

    def _by_id(self, scene: Scene, params: Params, found: list[Resource]) -> list[Resource]:
        for name, fields in self.ids.items():
            wanted = params.get(name)
            if not wanted:
                continue
            for one in as_list(wanted):
                if self.not_found and not any(has_any(r, fields, one) for r in found):
                    raise missing(scene, self.not_found, one)
            found = [r for r in found if has_any(r, fields, wanted)]
        return found

    def _filtered(
        self,
        scene: Scene,
        filters: Iterable[Params],
        found: list[Resource],
    ) -> Iterator[Resource]:
        return (r for r in found if all(self._passes(scene, f, r) for f in filters))

    def _passes(self, scene: Scene, one: Params, resource: Resource) -> bool:
        name = one["Name"]
        if name.startswith("tag:"):
            tags = {t["Key"]: t["Value"] for t in resource.get("Tags", ())}
            held = [tags[name[4:]]] if name[4:] in tags else []
        elif name in self.filters:
            held = list(fields_of(resource, self.filters[name]))
        else:
            raise scene.unknown(f"the filter {name}")
        return any(matches(wanted, text(value)) for wanted in one["Values"] for value in held)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """An operation that gives one thing by its names."""

    collection: str
    keys: Fields  # parameter -> the fields that may hold it; all given ones must match
    not_found: str
    wrap: str | None = None  # the answer's field for it; None: the answer is the thing
    optional: Fields = field(default_factory=dict)  # like keys, but may be left out
    takes: frozenset[str] = frozenset()
    list_as: str | None = None  # the answer's field is a list with this one thing
    default: Mapping[str, Any] | None = None  # the answer where `of` exists and this does not
    of: "Lookup | None" = None  # what must exist first
    also: Mapping[str, Any] = field(default_factory=dict)

    def answer(self, scene: Scene, params: Params) -> dict[str, Any]:
        only_known(scene, params, {*self.keys, *self.optional, *self.takes})
        if self.of is not None:
            self.of.one(scene, params)
        found = self.find(scene, params)
        if found is None and self.default is not None:
            found = self.default
        if found is None:
            raise missing(scene, self.not_found, next(iter(params.values()), ""))
        thing = shown(found)
        return {self.wrap: thing, **self.also} if self.wrap else {**thing, **self.also}

    def one(self, scene: Scene, params: Params) -> Resource:
        """Return the thing; raises Missing with AWS's code where it is not there."""
        found = self.find(scene, params)
        if found is None:
            raise missing(scene, self.not_found, next(iter(params.values()), ""))
        return found

    def find(self, scene: Scene, params: Params) -> Resource | None:
        """Return the thing, or None where it is not there."""
        named = {**self.keys, **{k: v for k, v in self.optional.items() if k in params}}
        for resource in scene.resources(self.collection):
            if all(has_any(resource, fields, params.get(name)) for name, fields in named.items()):
                return resource
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Single:
    """An operation with one answer for the whole account."""

    collection: str

    def answer(self, scene: Scene, params: Params) -> dict[str, Any]:
        only_known(scene, params, set())
        found = scene.resources(self.collection)
        if not found:
            raise scene.unknown(self.collection)
        answer: dict[str, Any] = shown(found[0])
        return answer


@dataclass(frozen=True, slots=True)
class Special:
    """An operation answered by a function of its own."""

    function: Callable[[Scene, Params], dict[str, Any]]
    takes: frozenset[str]

    def answer(self, scene: Scene, params: Params) -> dict[str, Any]:
        only_known(scene, params, self.takes | paging.names(scene.op))
        return self.function(scene, params)


def only_known(scene: Scene, params: Params, known: set[str] | frozenset[str]) -> None:
    """Refuse a question with a parameter whose meaning is not known here."""
    strange = sorted(set(params) - known)
    if strange:
        raise scene.unknown(f"an answer to the parameter {', '.join(strange)}")


def missing(scene: Scene, code: str, what: object) -> Missing:
    """Return AWS's own not-found error."""
    return Missing(f"{scene.op}: {what} does not exist", code=code)


def fields_of(resource: Resource, fields: str | tuple[str, ...]) -> Iterator[Any]:
    """Return every value that stands at one of the paths."""
    for path in (fields,) if isinstance(fields, str) else fields:
        yield from _values(resource, path.split("."))


def _values(value: Any, path: list[str]) -> Iterator[Any]:  # noqa: ANN401 - AWS's own JSON
    if isinstance(value, list):
        for inner in value:
            yield from _values(inner, path)
    elif not path:
        yield value
    elif isinstance(value, Mapping) and path[0] in value:
        yield from _values(value[path[0]], path[1:])


def has_any(resource: Resource, fields: str | tuple[str, ...], wanted: Any) -> bool:  # noqa: ANN401 - as above
    """Whether one of the values wanted (one, or a list) stands at one of the paths."""
    held = {text(value) for value in fields_of(resource, fields)}
    return any(text(one) in held for one in as_list(wanted))


def as_list(value: Any) -> list[Any]:  # noqa: ANN401 - as above
    """Return one value or a list of them as a list."""
    return list(value) if isinstance(value, list | tuple | set | frozenset) else [value]


def text(value: Any) -> str:  # noqa: ANN401 - as above
    """Return a value as EC2's filters spell it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def newest_first(resources: list[Resource], path: str) -> list[Resource]:
    """Return resources by a time of theirs, newest first; equal times keep their order."""

    def when(resource: Resource) -> float:
        at = next(fields_of(resource, path), None)
        return at.timestamp() if isinstance(at, datetime) else float("-inf")

    return sorted(resources, key=when, reverse=True)


def in_window(at: Any, start: datetime | None, end: datetime | None) -> bool:  # noqa: ANN401 - as above
    """Whether a time lies in [start, end]; None leaves a side open."""
    if not isinstance(at, datetime):
        raise Broken("this evidence holds a time that is none")
    return (start is None or start <= at) and (end is None or at <= end)
