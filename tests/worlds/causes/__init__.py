"""Three Worlds for every known cause, by subject."""

from tests.worlds.causes import capacity, client, identity, network, service
from tests.worlds.causes.three import Three

CAUSES: dict[str, Three] = {
    **network.THREES,
    **identity.THREES,
    **capacity.THREES,
    **client.THREES,
    **service.THREES,
}
