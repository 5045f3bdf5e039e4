"""Which regions exist."""

import difflib
import functools
from collections.abc import Iterable

from botocore.loaders import create_loader
from botocore.regions import EndpointResolver


@functools.cache
def known_regions() -> tuple[str, ...]:
    """Return every region that botocore lists for DynamoDB, of all partitions, sorted.

    Read from its data and not through a session, which a wrong profile would break.
    """
    resolver = EndpointResolver(create_loader().load_data("endpoints"))
    return tuple(
        sorted(
            region
            for partition in resolver.get_available_partitions()
            for region in resolver.get_available_endpoints("dynamodb", partition)
        ),
    )


def valid_region(name: str, extra: Iterable[str] = ()) -> bool:
    """Return whether there is such a region; `extra` are those the configuration names.

    botocore itself takes any name of the right form for a region.
    """
    return name in known_regions() or name in set(extra)


def nearest_region(name: str, extra: Iterable[str] = ()) -> str:
    """Return the region whose name comes nearest to what was typed."""
    typed = name[:64].lower()

    def distance(region: str) -> tuple[float, str]:
        return -difflib.SequenceMatcher(None, region, typed).ratio(), region

    return min([*known_regions(), *extra], key=distance)
