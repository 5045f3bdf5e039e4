"""How AWS's lists come page by page, and as one answer again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import DataNotFoundError
from botocore.model import OperationModel
from botocore.session import Session

# Pages after which a list is cut short, and said to be.
CAP = 20
# LookupEvents gives 50 events a page, two pages a second.
CAPS: Mapping[str, int] = {"cloudtrail:LookupEvents": 10}

METRIC_DATA = "MetricDataResults"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """The names by which an operation speaks of pages."""

    asks: str  # the parameter that asks for the next page
    tells: str  # the field of the answer that says there is one
    results: tuple[str, ...]  # the lists that are cut
    more: str | None = None  # the flag that says whether the list was cut

    def next(self, page: Mapping[str, Any]) -> str | None:
        """Return the token of the page after this one, or None."""
        if self.more is not None and page.get(self.more) is False:
            return None
        token = page.get(self.tells)
        return token if isinstance(token, str) and token else None


def cap_of(op: str) -> int:
    """Return how many pages of `op` are read at most."""
    return CAPS.get(op, CAP)


def paging_of(session: Session, operation: OperationModel) -> Paging | None:
    """Return how `operation` pages, or None where it answers in one piece.

    What botocore does not know as a paginator pages nevertheless where NextToken stands
    in both question and answer, beside a single list.
    """
    service = operation.service_model.service_name
    try:
        known = session.get_paginator_model(service).get_paginator(operation.name)
    except (DataNotFoundError, ValueError):
        return _by_shape(operation)
    results = known["result_key"]
    return Paging(
        asks=known["input_token"],
        tells=known["output_token"],
        results=tuple(results) if isinstance(results, list) else (results,),
        more=known.get("more_results"),
    )


def _by_shape(operation: OperationModel) -> Paging | None:
    if operation.input_shape is None or operation.output_shape is None:
        return None
    asks, tells = operation.input_shape.members, operation.output_shape.members
    lists = [name for name, shape in tells.items() if shape.type_name == "list"]
    for token in ("NextToken", "nextToken"):
        if token in asks and token in tells and len(lists) == 1:
            return Paging(asks=token, tells=token, results=tuple(lists))
    return None


def merged(paging: Paging | None, pages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return all pages as one answer, without the words that only speak of pages."""
    whole = dict(pages[0])
    whole.pop("ResponseMetadata", None)
    if paging is None:
        return whole
    for name in (paging.tells, paging.more):
        whole.pop(name or "", None)
    for name in paging.results:
        if any(name in page for page in pages):
            whole[name] = [item for page in pages for item in page.get(name) or ()]
    if len(pages) > 1 and METRIC_DATA in whole:
        whole[METRIC_DATA] = _joined(whole[METRIC_DATA])
    return whole


def _joined(results: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return each metric once: GetMetricData spreads the points of one over pages."""
    by_id: dict[Any, dict[str, Any]] = {}
    for result in results:
        held = by_id.setdefault(result.get("Id"), {**result, "Timestamps": [], "Values": []})
        held["Timestamps"] += result.get("Timestamps", ())
        held["Values"] += result.get("Values", ())
        held["StatusCode"] = result.get("StatusCode", held.get("StatusCode"))
    return list(by_id.values())
